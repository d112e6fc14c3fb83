//! A banner on every page when the alert that should always fire is not known to.

use super::ToneIcon;
use super::time::When;
use crate::console::state::{use_alerts, use_console};
use crate::domain::watchdog::{Heartbeat, Lack, Silent};
use leptos::prelude::*;

#[component]
pub fn HeartbeatBanner() -> impl IntoView {
    let console = use_console();
    let heartbeat = use_alerts().heartbeat;
    move || {
        let Heartbeat::Silent(silent) = heartbeat.get() else { return None };
        let name = console.config().watchdog.clone().unwrap_or_default();
        let is_broken = silent.iter().any(|s| s.lack == Lack::Missing);
        let is_early = silent.iter().all(|s| s.lack == Lack::NotYet);
        let (tone, word, head, text) = if is_broken {
            ("bad", "Failed", "Alerting itself seems broken. ", "should always fire and does not: ")
        } else if is_early {
            ("unknown", "Unknown", "Whether alerting works is not known yet. ", "should always fire: ")
        } else {
            ("unknown", "Unknown", "Whether alerting works is not known. ", "cannot be looked for: ")
        };
        let last_at = silent.len().saturating_sub(1);
        let systems: Vec<_> = silent
            .into_iter()
            .enumerate()
            .map(|(i, s)| view! { {system(s)} {if i < last_at { "; " } else { ". " }} })
            .collect();
        let advice = if is_broken {
            "Other alerts may be missing too. Check rule evaluation and alert delivery."
        } else if is_early {
            "It may arrive within two minutes."
        } else {
            "Alerts may be missing. Check that these systems can be reached."
        };
        Some(view! {
            <div class="heartbeat" data-tone=tone role="status" aria-live="off">
                <ToneIcon tone=tone word=word />
                <span>
                    <strong>{head}</strong>
                    {format!("The alert {name} {text}")}
                    {systems}
                    {advice}
                </span>
            </div>
        })
    }
}

/// `not in am2, last seen 09:12`
fn system(silent: Silent) -> impl IntoView {
    let Silent { system, lack, last } = silent;
    let text = match lack {
        Lack::Missing => format!("not in {system}"),
        Lack::Unknown => format!("{system} does not answer"),
        Lack::NotYet => format!("not in {system} yet"),
    };
    let last = match last {
        Some(at) => view! { ", last seen there " <When at=at /> }.into_any(),
        None => ", never seen there".into_any(),
    };
    view! { {text} {last} }
}

//! A banner on every page when the alert that should always fire does not.

use super::time::When;
use crate::console::state::{Heartbeat, use_alerts};
use crate::ui::ToneIcon;
use leptos::prelude::*;

#[component]
pub fn HeartbeatBanner() -> impl IntoView {
    let heartbeat = use_alerts().heartbeat;
    move || match heartbeat.get() {
        Heartbeat::Unwatched | Heartbeat::Beating => None,
        Heartbeat::Missing { name, last } => Some(view! {
            <div class="heartbeat" role="alert">
                <ToneIcon tone="bad" word="Failed" />
                <span>
                    <strong>"Alerting itself seems broken. "</strong>
                    {format!("The alert {name} should always fire and does not")}
                    {last.map(|at| view! { ", last seen " <When at=at /> })}
                    ". Other alerts may be missing too: look at Prometheus, its rules, and Alertmanager."
                </span>
            </div>
        }),
    }
}

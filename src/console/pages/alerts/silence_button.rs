//! The way from an alert to a silence for it.

use super::silence_form::SilenceForm;
use crate::console::state::{memo, use_alerts};
use crate::domain::alert::{Alert, State};
use leptos::prelude::*;

/// Silences an alert in the system that holds it back: where an Alertmanager has it, and nothing holds it back yet.
#[component]
pub fn SilenceButton(alert: Alert) -> impl IntoView {
    let (alerts, form) = (use_alerts(), use_context::<SilenceForm>());
    let label = format!("Silence {}", alert.name);
    let is_loud = matches!(alert.state, State::Firing | State::Pending);
    let system = memo(move || {
        let reports = |name: &str| alert.source.split(", ").any(|source| source == name);
        // As that system has it: an alert may have other labels elsewhere.
        let same = |a: &&Alert| a.name == alert.name && alert.label_sets().any(|labels| *labels == a.labels);
        alerts.routed.with(|all| {
            let (system, own) = all.iter().find(|(name, _)| is_loud && reports(name))?;
            Some((system.clone(), own.iter().find(same).unwrap_or(&alert).clone()))
        })
    });
    move || {
        let (form, (system, alert)) = (form?, system.get()?);
        Some(view! {
            <button type="button" class="button silence-button" aria-label=label.clone() on:click=move |_| form.open(&system, Some(&alert))>"Silence"</button>
        })
    }
}

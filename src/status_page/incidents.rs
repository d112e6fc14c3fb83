//! Incidents and maintenance, with their updates.

use super::page::PageState;
use crate::domain::public_status::{PublicIncident, Snapshot, status_words};
use crate::domain::time::{Millis, human_duration, rfc3339};
use crate::ui::ToneIcon;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn IncidentsSection(snapshot: Arc<Snapshot>, state: PageState) -> impl IntoView {
    (!snapshot.active.is_empty()).then(|| {
        view! {
            <section aria-labelledby="active">
                <h2 id="active">"Active incidents"</h2>
                {snapshot.active.iter().map(|i| incident(i, state)).collect::<Vec<_>>()}
            </section>
        }
    })
}

#[component]
pub fn MaintenanceSection(snapshot: Arc<Snapshot>, state: PageState) -> impl IntoView {
    let ahead: Vec<_> =
        snapshot.maintenance.iter().filter(|m| !m.is_over()).map(|i| incident(i, state)).collect();
    view! {
        <section aria-labelledby="maintenance">
            <h2 id="maintenance">"Scheduled maintenance"</h2>
            {if ahead.is_empty() {
                view! { <p class="empty-line">"None is planned."</p> }.into_any()
            } else {
                ahead.into_any()
            }}
        </section>
    }
}

#[component]
pub fn PastSection(snapshot: Arc<Snapshot>, state: PageState) -> impl IntoView {
    let past: Vec<_> = snapshot.past.iter().map(|i| incident(i, state)).collect();
    view! {
        <section aria-labelledby="past">
            <h2 id="past">"Past incidents"</h2>
            {if past.is_empty() { view! { <p class="empty-line">"None."</p> }.into_any() } else { past.into_any() }}
        </section>
    }
}

fn time(at: Millis, state: PageState) -> impl IntoView {
    let text = state.zone.with_value(|zone| zone.civil(at).full());
    view! { <time class="num" datetime=rfc3339(at) title=rfc3339(at)>{text}</time> }
}

fn incident(incident: &PublicIncident, state: PageState) -> impl IntoView + use<> {
    let over = incident.is_over();
    let tone = if over { "ok" } else { incident.impact.tone() };
    let lasted =
        incident.started.zip(incident.resolved).map(|(a, b)| format!("lasted {}", human_duration(b - a)));
    let window = incident.scheduled_for.zip(incident.scheduled_until);
    let updates: Vec<_> = incident
        .updates
        .iter()
        .map(|u| {
            view! {
                <li>
                    <p class="update-head"><strong>{status_words(&u.status)}</strong> " " {u.at.map(|at| time(at, state))}</p>
                    <p class="update-body">{u.body.clone()}</p>
                </li>
            }
        })
        .collect();
    view! {
        <article class="incident" data-tone=tone id=format!("incident-{}", incident.id)>
            <h3><ToneIcon tone=tone word="" /> {incident.name.clone()}</h3>
            <p class="muted">
                {status_words(&incident.status)}
                {(!incident.components.is_empty()).then(|| format!(" · {}", incident.components.join(", ")))}
                {lasted.map(|l| format!(" · {l}"))}
                {window.map(|(from, until)| view! { " · " {time(from, state)} " to " {time(until, state)} })}
            </p>
            <ul class="updates">{updates}</ul>
        </article>
    }
}

//! Active alerts, and those that ended in the last 24 hours.

use crate::console::components::{Panel, ToneIcon, When, alert_severity};
use crate::console::state::{AlertsState, memo, use_console};
use crate::domain::alert::{Alert, State};
use crate::domain::order::Order as _;
use crate::domain::time::human_duration;
use crate::model::route::Route;
use crate::model::{active_words, lately_resolved};
use leptos::prelude::*;

/// More than this is for the alerts page.
const MOST: usize = 6;

#[component]
pub fn AlertsPanel(state: AlertsState) -> impl IntoView {
    let console = use_console();
    let active = memo(move || {
        let all = state.alerts.get();
        all.into_iter()
            .filter(|a| matches!(a.state, State::Firing | State::Pending | State::Acknowledged))
            .collect::<Vec<_>>()
    });
    let policy = console.config().incidents.acknowledgements;
    let counter = memo(move || state.alerts.with(|all| active_words(all, policy, state.clock.get())));
    let resolved = memo(move || lately_resolved(&state.alerts.get(), state.clock.get()));
    // Those of which the list shows the first.
    let more = move |n: usize, text: String, states: &'static str| {
        (n > MOST)
            .then(|| view! { <a class="more-alerts" href=move || console.alerts_href(states)>{text}</a> })
    };
    view! {
        <Panel
            title="Alerts, 24 h"
            feed=state.feed
            aside=move || view! { <a href=move || console.href(&Route::Alerts)>"All alerts"</a> }
        >
            <h3 class="list-head">"Active"</h3>
            {move || counter.get().map(|words| view! { <p class="due ack-counter" data-tone=if words.is_old { "warn" } else { "info" }>{words.text}</p> })}
            {move || {
                let all = active.get();
                if all.is_empty() {
                    // A source that does not answer, or not in full, cannot say that all is well.
                    let (tone, text) = if state.certain.get() {
                        ("ok", " No active alerts")
                    } else {
                        ("unknown", " Not known: not every alert source responds.")
                    };
                    return view! { <p class="empty-line"><ToneIcon tone=tone word="" /> {text}</p> }.into_any();
                }
                let n = all.len();
                view! { <ul class="alert-list">{all.into_iter().take(MOST).map(line).collect::<Vec<_>>()}</ul> {more(n, format!("All {n} active"), "firing,pending,acknowledged")} }.into_any()
            }}
            <h3 class="list-head">"Resolved"</h3>
            {move || {
                let all = resolved.get();
                if all.is_empty() {
                    let text = if state.certain.get() {
                        "None in the last 24 hours"
                    } else {
                        "Not known"
                    };
                    return view! { <p class="empty-line">{text}</p> }.into_any();
                }
                let n = all.len();
                // The most severe of each hour, shown in the order of their start.
                let mut shown: Vec<Alert> = all.into_iter().take(MOST).collect();
                shown.order_by_key(|a| std::cmp::Reverse(a.started));
                view! { <ul class="alert-list">{shown.into_iter().map(line).collect::<Vec<_>>()}</ul> {more(n, format!("All {n} resolved"), "resolved")} }.into_any()
            }}
        </Panel>
    }
}

fn line(alert: Alert) -> impl IntoView {
    let console = use_console();
    let (tone, word) = match alert.state {
        State::Firing => ("bad", "Firing"),
        State::Pending => ("warn", "Pending"),
        State::Acknowledged => ("info", "Acknowledged"),
        _ => ("ok", "Resolved"),
    };
    let subject = alert.subject().map(|s| format!(" on {s}")).unwrap_or_default();
    let timed = alert.clone();
    let lasted = move || {
        let length = timed.duration(console.now.get()).map(human_duration)?;
        Some(if timed.ended.is_some() { format!("after {length}") } else { format!("for {length}") })
    };
    view! {
        <li class="alert-line">
            <ToneIcon tone=tone word=word />
            {alert.started.map(|at| view! { <When at=at /> })}
            <span class="alert-name">{alert.name.clone()} <span class="muted">{subject}</span></span>
            {alert_severity(&alert)}
            <span class="alert-lasted num">{lasted}</span>
        </li>
    }
}

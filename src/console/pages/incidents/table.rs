//! The list, by tabs and words, with the clocks of what is open.

use crate::console::components::{Chip, FilterField, When};
use crate::console::state::{Incidents, is_of_demo, memo, use_alerts, use_console};
use crate::domain::incident_log::clocks::{clocks, next_due};
use crate::domain::incident_log::{Facts, Moment, Policy, Role};
use crate::domain::time::human_duration;
use crate::model::route::Route;
use crate::model::{IncidentFilter, IncidentRow, Tab, due_words, incident_rows, n_in, shown};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown at first, and with each asking for more.
const AT_ONCE: usize = 60;

#[component]
pub fn IncidentTable(incidents: Incidents, policy: StoredValue<Policy>) -> impl IntoView {
    let (console, alerts) = (use_console(), use_alerts());
    let limit = RwSignal::new(AT_ONCE);
    let all = memo(move || incident_rows(incidents.rows.get().unwrap_or_default()));
    let filter = memo(move || {
        let view = console.view.get();
        IncidentFilter { tab: Tab::parse(&view.states), query: view.query }
    });
    let rows = memo(move || {
        let now = alerts.clock.get();
        all.with(|all| policy.with_value(|policy| shown(all, &filter.get(), policy, now)))
    });
    let tabs: Vec<_> = Tab::ALL
        .into_iter()
        .map(|tab| {
            let choose = move |_| console.change(false, |s| s.states = tab.name().into());
            view! {
                <button type="button" class="button" aria-pressed=move || (filter.get().tab == tab).to_string() on:click=choose>
                    {tab.title()} " " <span class="num muted">{move || all.with(|all| n_in(all, tab))}</span>
                </button>
            }
        })
        .collect();
    let empty = move || {
        let is_read = incidents.rows.with(Option::is_some);
        rows.with(Vec::is_empty).then(|| {
            let text = match (all.with(Vec::is_empty), filter.get().query.is_empty()) {
                _ if !is_read => "Reading what this browser keeps…",
                (true, _) => "What is declared in this browser, or imported from a file, is listed here.",
                (false, true) => "This list is empty.",
                (false, false) => "No incident matches the filter.",
            };
            view! { <p class="empty-line">{text}</p> }
        })
    };
    view! {
        <div class="filters" role="search" aria-label="Filter incidents">
            <FilterField label="Filter incidents by words" />
            <div class="toggle-row" role="group" aria-label="Which incidents">{tabs}</div>
        </div>
        {empty}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of incidents">
            <table class="table alerts incident-table">
                <thead><tr>
                    <th scope="col">"Severity"</th><th scope="col">"Incident"</th><th scope="col">"State"</th>
                    <th scope="col">"Detected"</th><th scope="col">"Lasted"</th><th scope="col">"Due"</th>
                </tr></thead>
                <tbody>
                    <For each=move || rows.with(|rows| rows.iter().take(limit.get()).cloned().collect::<Vec<_>>()) key=|r| (r.facts.id.clone(), r.facts.changed) let:row>
                        <Row row=row policy=policy />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=move || { rows.with(Vec::len) > limit.get() }>
            <button class="button more" on:click=move |_| limit.update(|l| *l += AT_ONCE * 4)>
                {move || format!("Show more ({} left)", rows.with(Vec::len).saturating_sub(limit.get()))}
            </button>
        </Show>
    }
}

#[component]
fn Row(row: Arc<IncidentRow>, policy: StoredValue<Policy>) -> impl IntoView {
    let console = use_console();
    let facts = StoredValue::new(row.facts.clone());
    let route = Route::Incident(row.facts.id.clone());
    // What is over does not change with the clock.
    let is_open = row.facts.is_open();
    let now = move || if is_open { console.now.get() } else { i64::MAX / 4 };
    let severity = memo(move || facts.with_value(|f| f.severity_at(now())));
    let lasted = memo(move || {
        let clocks = facts.with_value(|f| policy.with_value(|p| clocks(f, p, now())));
        clocks.lasted.map_or("not known".into(), human_duration)
    });
    let due = memo(move || {
        let now = now();
        let clocks = facts.with_value(|f| policy.with_value(|p| clocks(f, p, now)));
        next_due(&clocks).filter(|_| is_open).map(|d| due_words(&d, now))
    });
    let about = about(&row.facts);
    let is_demo = is_of_demo(console, &row.facts.id);
    view! {
        <tr>
            <td>{move || severity_tag(severity.get())}</td>
            <th scope="row">
                <a dir="auto" href=move || console.href(&route)>{row.facts.title.clone()}</a>
                <span class="row-note" dir="auto">{about}</span> {is_demo.then(|| view! { <span class="row-note">"part of the demo"</span> })}
            </th>
            <td><Chip tone=state_tone(&row.facts) word=row.facts.state() /></td>
            <td>{row.facts.at(Moment::Detected).map(|at| view! { <When at=at /> })}</td>
            <td class="num">{move || lasted.get()}</td>
            <td class="num">{move || due.get().map(|(text, tone)| view! { <span class="due" data-tone=tone>{text}</span> })}</td>
        </tr>
    }
}

/// `checkout, web · Mia`
fn about(facts: &Facts) -> String {
    let services: Vec<&str> = facts.services.iter().map(String::as_str).collect();
    let lead = facts.roles.get(&Role::Commander).map(String::as_str);
    let parts = [Some(services.join(", ")).filter(|s| !s.is_empty()), lead.map(String::from)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

pub fn severity_tag(severity: Option<crate::domain::severity::Severity>) -> AnyView {
    let (name, title) = severity.map_or(("unknown", "Not assessed"), |s| (s.name(), s.title()));
    view! { <span class="severity" data-severity=name>{title}</span> }.into_any()
}

pub fn state_tone(facts: &Facts) -> &'static str {
    match (facts.is_open(), facts.step()) {
        (true, Moment::Mitigated) => "warn",
        (true, _) => "bad",
        (false, _) if facts.review_is_due() => "info",
        (false, _) => "ok",
    }
}

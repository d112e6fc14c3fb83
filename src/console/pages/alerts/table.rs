//! The alerts, in groups; of long lists the beginning, and more when asked for.

use super::acknowledge::{AckButton, Choice};
use super::details::Chosen;
use super::silence_button::SilenceButton;
use crate::console::components::{FiringStrip, ToneIcon, When, alert_severity, alert_tone};
use crate::console::state::{memo, use_console};
use crate::domain::alert::State;
use crate::domain::time::human_duration;
use crate::model::{AlertGroup, AlertRow, Strips, spans_of};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows shown at first, and with each asking for more: as many as a screen or two hold.
const AT_ONCE: usize = 60;

const COLUMNS: [(&str, &str); 5] = [
    ("state", "State"),
    ("severity", "Severity"),
    ("name", "Alert"),
    ("started", "Started"),
    ("duration", "Lasted"),
];

#[component]
pub fn AlertTable(groups: Memo<Vec<AlertGroup>>, strips: Memo<Strips>) -> impl IntoView {
    let console = use_console();
    let limit = RwSignal::new(AT_ONCE);
    // Another question begins at the top again.
    Effect::new(move |_| {
        let view = console.view.get();
        let _key = (view.query, view.states, view.group, view.sort);
        limit.set(AT_ONCE);
    });
    let shown = memo(move || cut(groups.get(), limit.get()));
    let n_left = move || {
        let all: usize = groups.get().iter().map(|g| g.alerts.len()).sum();
        all.saturating_sub(limit.get())
    };
    view! {
        <For each=move || shown.get() key=|(group, _)| group.title.clone() let:entry>
            {
                let (group, _) = entry;
                let (title, counted) = (group.title.clone(), group.title.clone());
                let n = memo(move || shown.get().iter().find(|(g, _)| g.title == counted).map_or(0, |(_, n)| *n));
                let own = memo(move || {
                    let all = shown.get();
                    all.into_iter().find(|(g, _)| g.title == title).map(|(g, _)| g.alerts).unwrap_or_default()
                });
                view! { <Group title=group.title n=n rows=own strips=strips /> }
            }
        </For>
        <Show when=move || { n_left() > 0 }>
            <button class="button more" on:click=move |_| limit.update(|l| *l += AT_ONCE * 4)>
                {move || format!("Show more ({} left)", n_left())}
            </button>
        </Show>
    }
}

/// The first `limit` rows, with the number each group has in all.
fn cut(groups: Vec<AlertGroup>, limit: usize) -> Vec<(AlertGroup, usize)> {
    let mut room = limit;
    let mut shown = Vec::new();
    for mut group in groups {
        if room == 0 {
            break;
        }
        let n = group.alerts.len();
        group.alerts.truncate(room);
        room -= group.alerts.len();
        shown.push((group, n));
    }
    shown
}

#[component]
fn Group(
    title: String,
    n: Memo<usize>,
    rows: Memo<Vec<Arc<AlertRow>>>,
    strips: Memo<Strips>,
) -> impl IntoView {
    let console = use_console();
    let heads: Vec<_> = COLUMNS
        .into_iter()
        .map(|(key, title)| {
            let sort = move || console.view.get().sort;
            let order = move || {
                let sort = sort();
                let (by, down) = sort.strip_prefix('-').map_or((sort.as_str(), false), |s| (s, true));
                if by == key { if down { "descending" } else { "ascending" } } else { "none" }
            };
            let turn = move |_| {
                console.change(true, |s| {
                    s.sort = if s.sort == key { format!("-{key}") } else { key.to_string() }
                });
            };
            view! {
                <th scope="col" aria-sort=order>
                    <button class="sort" on:click=turn>{title}</button>
                </th>
            }
        })
        .collect();
    let label = format!("Table of alerts {title}");
    view! {
        {(!title.is_empty()).then(|| view! { <h3 class="group-head">{title.clone()} " " <span class="muted num">{n}</span></h3> })}
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table class="table alerts">
                <thead><tr>{heads}<th scope="col">"Last 24 h"</th><th scope="col">"Labels"</th></tr></thead>
                <tbody>
                    <For each=move || rows.get() key=|r| (r.id.clone(), r.n_folded) let:row>
                        <Row row=row strips=strips />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: Arc<AlertRow>, strips: Memo<Strips>) -> impl IntoView {
    let console = use_console();
    let Chosen(chosen) = expect_context();
    let (alert, id) = (row.alert.clone(), row.id.clone());
    let tone = alert_tone(alert.state);
    let labels: Vec<String> = alert.labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let runbook = alert.runbook_url.as_deref().and_then(|url| console.runbook_link(url));
    let timed = alert.clone();
    let lasted = move || {
        // What is over does not change with the clock.
        let now = if timed.ended.is_some() { 0 } else { console.now.get() };
        timed.duration(now).map(human_duration)
    };
    let known = alert.clone();
    let spans = memo(move || strips.with(|all| spans_of(all, &known)));
    view! {
        <tr data-state=alert.state.name() data-row=row.id.clone()>
            <td><Choice row=row.clone() /><span class="state"><ToneIcon tone=tone word="" /> {alert.state.title()}</span></td>
            <td>{alert_severity(&alert)}</td>
            <th scope="row">
                <button type="button" class="row-open" aria-haspopup="dialog" on:click=move |_| chosen.set(Some(id.clone()))>{alert.name.clone()}</button>
                {runbook.map(|link| {
                    let (rel, target) = link.rel_and_target();
                    view! { " " <a href=move || link.href(console) rel=rel target=target>"runbook"</a> }
                })}
                {(row.n_folded > 0).then(|| view! { <span class="row-note num">{format!("and {} more times in 24 h", row.n_folded)}</span> })}
                {alert.summary.clone().map(|s| view! { <span class="row-note">{s}</span> })}
                {alert.silence.clone().map(|s| view! { <span class="row-note">"silenced by " {s}</span> })}
                {(alert.state == State::Muted).then(|| {
                    let why = alert.muted_by.clone().map_or_else(
                        || "suppressed (its source gives no reason)".to_string(),
                        |intervals| format!("muted by the time interval {intervals}"),
                    );
                    view! { <span class="row-note">{why}</span> }
                })}
                {alert.ended_because.clone().map(|s| view! { <span class="row-note">"ended: " {s}</span> })}
                <AckButton alert=alert.clone() />
                <SilenceButton alert=alert.clone() />
                {matches!(alert.state, State::Firing | State::Acknowledged).then(|| {
                    let alert = alert.clone();
                    let label = format!("Declare an incident: {}", alert.name);
                    view! { <a class="button silence-button declare" aria-label=label href=move || console.declare_href(&alert)>"Incident"</a> }
                })}
            </th>
            <td>{alert.started.map(|at| view! { <When at=at /> })}</td>
            <td class="num">{lasted}</td>
            <td class="strip-cell"><FiringStrip spans=spans name=alert.name.clone() /></td>
            <td class="labels">
                {labels.into_iter().map(|l| view! { <span class="label">{l}</span> }).collect::<Vec<_>>()}
                <span class="label source">{alert.source.clone()}</span>
            </td>
        </tr>
    }
}

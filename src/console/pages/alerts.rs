//! All alerts: search, filter, sort, group; silences below.

use crate::console::components::{Panel, RevealedPage, SeverityTag, ToneIcon, When};
use crate::console::model::{AlertFilter, AlertGroup, grouped, labels_to_group_by};
use crate::console::state::{alerts, memo, use_console};
use crate::domain::alert::{Alert, Silence, State};
use crate::domain::time::human_duration;
use leptos::prelude::*;

#[component]
pub fn AlertsPage() -> impl IntoView {
    let console = use_console();
    let state = alerts(console);
    let filter = memo(move || {
        let view = console.view.get();
        AlertFilter {
            query: view.query,
            states: State::ALL
                .into_iter()
                .filter(|s| view.states.split(',').any(|n| n == s.name()))
                .collect(),
            group: view.group,
            sort: view.sort,
        }
    });
    let groups = memo(move || grouped(&state.alerts.get(), &filter.get(), console.now.get_untracked()));
    let n_shown = move || groups.get().iter().map(|g| g.alerts.len()).sum::<usize>();
    view! {
        <RevealedPage feeds=vec![state.feed.into()]>
            <Panel
                title="Alerts"
                feed=state.feed
                aside=move || view! { <span class="num muted">{move || format!("{} of {}", n_shown(), state.alerts.get().len())}</span> }
            >
                <Filters alerts=state.alerts />
                {move || {
                    let groups = groups.get();
                    if n_shown() == 0 {
                        let text = if state.alerts.get().is_empty() {
                            "No alert is active, and none ended in the last 24 hours."
                        } else {
                            "No alert passes the filter."
                        };
                        return view! { <p class="empty-line">{text}</p> }.into_any();
                    }
                    groups.into_iter().map(|g| view! { <Group group=g /> }).collect::<Vec<_>>().into_any()
                }}
            </Panel>
            <Silences silences=state.silences />
        </RevealedPage>
    }
}

#[component]
fn Filters(alerts: Memo<Vec<Alert>>) -> impl IntoView {
    let console = use_console();
    let labels = memo(move || labels_to_group_by(&alerts.get()));
    let count = move |state: State| alerts.get().iter().filter(|a| a.state == state).count();
    let toggles: Vec<_> = State::ALL
        .into_iter()
        .map(|state| {
            let on = move || console.view.get().states.split(',').any(|n| n == state.name());
            let toggle = move |_| {
                console.change(false, |s| {
                    let mut names: Vec<&str> = s.states.split(',').filter(|n| !n.is_empty()).collect();
                    if names.contains(&state.name()) {
                        names.retain(|n| *n != state.name());
                    } else {
                        names.push(state.name());
                    }
                    s.states = names.join(",");
                });
            };
            view! {
                <button class="button" aria-pressed=move || on().to_string() on:click=toggle>
                    {state.title()} " " <span class="num muted">{move || count(state)}</span>
                </button>
            }
        })
        .collect();
    view! {
        <div class="filters" role="search" aria-label="Filter alerts">
            <input
                id="filter"
                type="search"
                placeholder="Filter: words, or label=value"
                aria-label="Filter alerts by words or label=value"
                prop:value=move || console.view.get().query
                on:input=move |e| {
                    let query = event_target_value(&e);
                    console.change(true, |s| s.query = query);
                }
            />
            <div class="toggle-row" role="group" aria-label="States">{toggles}</div>
            <label class="select">
                "Group by "
                <select
                    prop:value=move || console.view.get().group
                    on:change=move |e| {
                        let group = event_target_value(&e);
                        console.change(false, |s| s.group = group);
                    }
                >
                    <option value="">"nothing"</option>
                    {move || {
                        let chosen = console.view.get().group;
                        labels.get().into_iter().map(|l| {
                            let selected = l == chosen;
                            view! { <option value=l.clone() selected=selected>{l.clone()}</option> }
                        }).collect::<Vec<_>>()
                    }}
                </select>
            </label>
        </div>
    }
}

const COLUMNS: [(&str, &str); 5] = [
    ("state", "State"),
    ("severity", "Severity"),
    ("name", "Alert"),
    ("started", "Started"),
    ("duration", "Lasted"),
];

#[component]
fn Group(group: AlertGroup) -> impl IntoView {
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
    let title = group.title.clone();
    let n = group.alerts.len();
    view! {
        {(!title.is_empty()).then(|| view! { <h3 class="group-head">{title.clone()} " " <span class="muted num">{n}</span></h3> })}
        <div class="table-scroll" tabindex="0" role="region" aria-label=format!("Table of alerts {title}")>
            <table class="table alerts">
                <thead><tr>{heads}<th scope="col">"Labels"</th></tr></thead>
                <tbody>{group.alerts.into_iter().map(|a| view! { <Row alert=a /> }).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(alert: Alert) -> impl IntoView {
    let console = use_console();
    let tone = match alert.state {
        State::Firing => "bad",
        State::Pending => "warn",
        State::Silenced | State::Inhibited => "info",
        State::Resolved => "ok",
    };
    let labels: Vec<String> = alert.labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let runbook = alert.runbook_url.clone().filter(|u| u.starts_with("https://") || u.starts_with("http://"));
    let timed = alert.clone();
    let lasted = move || timed.duration(console.now.get()).map(human_duration);
    view! {
        <tr>
            <td><span class="state"><ToneIcon tone=tone word="" /> {alert.state.title()}</span></td>
            <td><SeverityTag severity=alert.severity /></td>
            <th scope="row">
                {alert.name.clone()}
                {runbook.map(|url| view! { " " <a href=url rel="external noopener noreferrer" target="_blank">"runbook"</a> })}
                {alert.summary.clone().map(|s| view! { <span class="row-note">{s}</span> })}
                {alert.silence.clone().map(|s| view! { <span class="row-note">"silenced by " {s}</span> })}
            </th>
            <td>{alert.started.map(|at| view! { <When at=at /> })}</td>
            <td class="num">{lasted}</td>
            <td class="labels">
                {labels.into_iter().map(|l| view! { <span class="label">{l}</span> }).collect::<Vec<_>>()}
                <span class="label source">{alert.source.clone()}</span>
            </td>
        </tr>
    }
}

#[component]
fn Silences(silences: Memo<Vec<Silence>>) -> impl IntoView {
    let line = |s: Silence| {
        view! {
            <li class="silence">
                <div>{s.matchers.into_iter().map(|m| view! { <span class="label">{m}</span> }).collect::<Vec<_>>()}</div>
                <p>{s.comment} <span class="muted">" · " {s.created_by} " · " {s.state}</span></p>
                <p class="muted">
                    {s.starts.map(|at| view! { "from " <When at=at /> })}
                    {s.ends.map(|at| view! { " until " <When at=at /> })}
                </p>
            </li>
        }
    };
    view! {
        <section class="panel" aria-labelledby="silences">
            <header class="panel-head"><h2 id="silences">"Silences"</h2></header>
            <div class="panel-body">
                {move || {
                    let all = silences.get();
                    if all.is_empty() {
                        view! { <p class="empty-line">"Nothing is silenced."</p> }.into_any()
                    } else {
                        view! { <ul class="plain-list">{all.into_iter().map(line).collect::<Vec<_>>()}</ul> }.into_any()
                    }
                }}
            </div>
        </section>
    }
}

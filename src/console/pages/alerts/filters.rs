//! Words, states and grouping.

use crate::console::components::FilterField;
use crate::console::state::{memo, use_console};
use crate::domain::alert::{Alert, State};
use crate::model::labels_to_group_by;
use leptos::prelude::*;

#[component]
pub fn Filters(alerts: Signal<Vec<Alert>>) -> impl IntoView {
    let labels = memo(move || labels_to_group_by(&alerts.get()));
    view! {
        <div class="filters" role="search" aria-label="Filter alerts">
            <FilterField label="Filter alerts by words or label=value" />
            <States alerts=alerts />
            <GroupBy labels=labels />
        </div>
    }
}

#[component]
fn States(alerts: Signal<Vec<Alert>>) -> impl IntoView {
    let console = use_console();
    let counts = memo(move || {
        let all = alerts.get();
        State::ALL.map(|state| all.iter().filter(|a| a.state == state).count())
    });
    let toggles: Vec<_> = State::ALL
        .into_iter()
        .enumerate()
        .map(|(i, state)| {
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
                    {state.title()} " " <span class="num muted">{move || counts.get().get(i).copied()}</span>
                </button>
            }
        })
        .collect();
    view! { <div class="toggle-row" role="group" aria-label="States">{toggles}</div> }
}

#[component]
fn GroupBy(labels: Memo<Vec<String>>) -> impl IntoView {
    let console = use_console();
    view! {
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
    }
}

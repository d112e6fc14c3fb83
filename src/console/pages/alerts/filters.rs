//! Words, states and grouping.

use crate::console::components::FilterBar;
use crate::console::state::{memo, use_console};
use crate::domain::alert::{Alert, State};
use crate::model::labels_to_group_by;
use leptos::prelude::*;

#[component]
pub fn Filters(
    alerts: Signal<Vec<Alert>>,
    /// whether anything was read: before that there is nothing to count
    known: Signal<bool>,
) -> impl IntoView {
    let labels = memo(move || {
        labels_to_group_by(&alerts.get()).into_iter().map(|l| (l.clone(), l)).collect::<Vec<_>>()
    });
    view! {
        <FilterBar name="Filter alerts" label="Filter alerts by words or label=value" groups=Signal::from(labels)>
            <States alerts=alerts known=known />
        </FilterBar>
    }
}

#[component]
fn States(alerts: Signal<Vec<Alert>>, known: Signal<bool>) -> impl IntoView {
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
                    {state.title()} " " <span class="num muted">{move || known.get().then(|| counts.get().get(i).copied())}</span>
                </button>
            }
        })
        .collect();
    view! { <div class="toggle-row" role="group" aria-label="States">{toggles}</div> }
}

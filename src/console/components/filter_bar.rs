//! What narrows a list: words, switches of its own, and how it is grouped. All of it is kept in the address.

use super::filter_field::FilterField;
use crate::console::state::use_console;
use leptos::prelude::*;

#[component]
pub fn FilterBar(
    /// what a screen reader calls the bar
    name: &'static str,
    /// what it calls the field
    label: &'static str,
    /// by what the list can be grouped: what the address says, and the word for it
    #[prop(optional, into)]
    groups: Option<Signal<Vec<(String, String)>>>,
    /// switches between the field and the grouping
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="filters" role="search" aria-label=name>
            <FilterField label=label />
            {children.map(|children| children())}
            {groups.map(|groups| view! { <GroupBy groups=groups /> })}
        </div>
    }
}

#[component]
fn GroupBy(groups: Signal<Vec<(String, String)>>) -> impl IntoView {
    let console = use_console();
    let options = move || {
        let chosen = console.view.get().group;
        let option = |(value, word): (String, String)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{word}</option> }
        };
        groups.get().into_iter().map(option).collect::<Vec<_>>()
    };
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
                {options}
            </select>
        </label>
    }
}

//! A choice of few, all of them seen.

use leptos::prelude::*;

#[component]
pub fn Segmented(
    /// what a screen reader calls the choice
    label: &'static str,
    words: &'static [&'static str],
    /// the place of the chosen word
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let choice = |(place, word): (usize, &&'static str)| {
        view! {
            <button type="button" class="button" aria-pressed=move || (chosen.get() == place).to_string() on:click=move |_| chosen.set(place)>
                {*word}
            </button>
        }
    };
    view! { <span class="segmented" role="group" aria-label=label>{words.iter().enumerate().map(choice).collect::<Vec<_>>()}</span> }
}

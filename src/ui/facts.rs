//! Names and values, side by side.

use leptos::prelude::*;

/// Those without a value are left out.
#[component]
pub fn Facts(facts: Vec<(&'static str, Option<String>)>) -> impl IntoView {
    let fact = |(name, value): (&'static str, Option<String>)| {
        value.map(|value| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
    };
    view! { <dl class="facts">{facts.into_iter().filter_map(fact).collect::<Vec<_>>()}</dl> }
}

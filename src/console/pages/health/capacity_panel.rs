//! Every resource in a line or two; the capacity page has the rest.

use crate::console::components::{Panel, ToneIcon};
use crate::console::state::{capacity, use_console};
use crate::model::route::Route;
use crate::model::{CapacityCard, Missing};
use leptos::prelude::*;

/// So many are shown; the others ask for less.
const MOST: usize = 6;

#[component]
pub fn CapacityPanel() -> impl IntoView {
    let console = use_console();
    let state = capacity(console);
    let none = console.config().capacity.is_empty();
    let more = move || state.cards.get().len().saturating_sub(MOST);
    view! {
        <Panel
            title="Capacity"
            feed=state.feed
            aside=move || view! { <a href=move || console.href(&Route::Capacity)>"Forecasts"</a> }
        >
            <Show when=move || none>
                <p class="empty-line">"No resources yet. List them under capacity in the configuration."</p>
            </Show>
            <ul class="capacity-list">
                {move || state.cards.get().into_iter().take(MOST).map(line).collect::<Vec<_>>()}
                {move || state.missing.get().into_iter().take(MOST).map(unknown).collect::<Vec<_>>()}
            </ul>
            <Show when=move || more() != 0>
                <p class="muted">{move || format!("and {} more", more())}</p>
            </Show>
            <Show when=move || state.missing.with(|missing| missing.len() > MOST)>
                <p class="muted">{move || format!("and {} more without a forecast", state.missing.get().len() - MOST)}</p>
            </Show>
        </Panel>
    }
}

fn unknown(one: Missing) -> impl IntoView {
    view! { <li class="capacity-line muted">{one.name} ": " {one.why}</li> }
}

fn line(card: CapacityCard) -> impl IntoView {
    let share = format!("{:.1}%", (card.used_share * 100.0).clamp(0.0, 100.0));
    let words: Vec<String> =
        card.growth.iter().cloned().chain([card.outlook.clone()]).chain(card.headroom.clone()).collect();
    view! {
        <li class="capacity-line">
            <div class="capacity-head">
                <span class="capacity-name"><ToneIcon tone=card.tone word=card.tone /> " " {card.name}</span>
                <span class="num">{card.level}</span>
            </div>
            <div class="meter" data-tone=card.tone aria-hidden="true"><span style:width=share></span></div>
            <p class="capacity-words num">{words.join(" · ")}</p>
            {card.action.map(|a| view! { <p class="capacity-action">{a}</p> })}
        </li>
    }
}

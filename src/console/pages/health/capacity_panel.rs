//! Every resource in a line or two; the capacity page has the rest.

use crate::console::components::{Panel, ToneIcon};
use crate::console::model::CapacityCard;
use crate::console::pages::capacity::ask_cards;
use crate::console::route::Route;
use crate::console::state::use_console;
use leptos::prelude::*;

#[component]
pub fn CapacityPanel() -> impl IntoView {
    let console = use_console();
    let (cards, feed) = ask_cards(console);
    let none = cards.is_empty();
    let cards = StoredValue::new(cards);
    view! {
        <Panel
            title="Capacity"
            feed=feed
            aside=move || view! { <a href=move || console.href(&Route::Capacity)>"Forecasts"</a> }
        >
            <Show when=move || none>
                <p class="empty-line">"No resources yet. List them under capacity in the configuration."</p>
            </Show>
            <ul class="capacity-list">
                {move || cards.get_value().into_iter().filter_map(|(_, c)| c.get()).map(line).collect::<Vec<_>>()}
            </ul>
        </Panel>
    }
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

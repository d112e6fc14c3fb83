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
    let names: Vec<String> = console.config().capacity.iter().map(|r| r.name.clone()).collect();
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
                {names
                    .into_iter()
                    .enumerate()
                    .map(|(i, name)| {
                        let card = move || cards.with_value(|all| all.get(i).and_then(|(_, c)| c.get()));
                        move || match card() {
                            Some(card) => line(card).into_any(),
                            None => view! { <li class="capacity-line muted">{name.clone()} ": no samples yet"</li> }.into_any(),
                        }
                    })
                    .collect::<Vec<_>>()}
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

//! Every resource with its history, its forecast and what to do.

use crate::console::components::{ChartView, Chip, Panel, RevealedPage};
use crate::console::model::{CapacityCard, Feed, capacity_card, history_question, limit_question};
use crate::console::state::{Console, data, feed, frame, memo, use_console};
use leptos::prelude::*;

/// A card for each resource, with the state of its answers.
type Cards = Vec<(Memo<Feed>, Memo<Option<CapacityCard>>)>;

/// Asks for every resource; the second value is the state of all answers together.
pub fn ask_cards(console: Console) -> (Cards, Memo<Feed>) {
    let config = console.config();
    let mut answers = Vec::new();
    let mut cards = Vec::new();
    for resource in &config.capacity {
        let (history, limit) = (history_question(resource), limit_question(resource));
        let has_limit = limit.is_some();
        let history = console.ask(move || Some(history.clone()));
        let limit = console.ask(move || limit.clone());
        let own: Vec<_> = if has_limit { vec![history, limit] } else { vec![history] };
        answers.extend(own.clone());
        let feed = feed(own);
        let (history_data, limit_data) = (data(history), data(limit));
        let resource = resource.clone();
        let card = memo(move || {
            let (history_data, limit_data) = (history_data.get(), limit_data.get());
            let now = history.get_untracked().as_of.unwrap_or_else(|| console.now.get_untracked());
            capacity_card(&resource, frame(&history_data)?, frame(&limit_data), now)
        });
        cards.push((feed, card));
    }
    (cards, feed(answers))
}

#[component]
pub fn CapacityPage() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let (cards, feed) = ask_cards(console);
    let names: Vec<String> = config.capacity.iter().map(|r| r.name.clone()).collect();
    let none = cards.is_empty();
    let panels: Vec<_> = cards
        .into_iter()
        .zip(names)
        .map(|((feed, card), name)| view! { <Resource name=name feed=feed card=card /> })
        .collect();
    view! {
        <RevealedPage feeds=vec![feed.into()]>
            <Show when=move || none>
                <div class="empty">
                    <h2>"No resources yet"</h2>
                    <p>"List what can run full under " <code>"capacity"</code> " in the configuration: storage with its limit, traffic with what the fleet can take."</p>
                </div>
            </Show>
            {panels}
            <p class="hint">"A straight line through the last 30 days (least squares); a month is 30.44 days."</p>
        </RevealedPage>
    }
}

#[component]
fn Resource(name: String, feed: Memo<Feed>, card: Memo<Option<CapacityCard>>) -> impl IntoView {
    let chart = memo(move || card.get().map(|c| c.chart));
    let chip = move || {
        card.get().map(|c| {
            let word = match c.tone {
                "ok" => "ok",
                "warn" => "act",
                _ => "full soon",
            };
            view! { <Chip tone=c.tone word=word /> }
        })
    };
    let facts = move || {
        card.get().map(|c| {
            let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> };
            view! {
                <dl class="facts">
                    {fact("Now", c.level)}
                    {c.growth.map(|g| fact("Growth", g))}
                    {fact("Projected", c.outlook)}
                    {c.headroom.map(|h| fact("Headroom", h.trim_start_matches("headroom ").to_string()))}
                </dl>
                {c.action.map(|a| view! { <p class="capacity-action">{a}</p> })}
            }
        })
    };
    let missing = move || feed.get().condition == crate::poll::Condition::Fresh && card.get().is_none();
    view! {
        <Panel title=name feed=feed aside=chip>
            <Show when=missing>
                <p class="empty-line">"The query found no samples, or the limit is not a number above 0."</p>
            </Show>
            {facts}
            <ChartView chart=chart class="chart tall" follows_page=false />
        </Panel>
    }
}

//! Every resource with its history, its forecast and what to do.

use crate::browser;
use crate::console::components::{ChartView, Chip, Panel, RevealedPage};
use crate::console::model::{
    CapacityCard, Due, Feed, capacity_calendar, capacity_card, capacity_csv, history_question,
    limit_question, scaling_request,
};
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
            let zone = console.zone.get();
            capacity_card(&resource, frame(&history_data)?, frame(&limit_data), now, &zone.offsets)
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
    let all = StoredValue::new(cards.clone());
    let found =
        move || all.with_value(|all| all.iter().filter_map(|(_, card)| card.get()).collect::<Vec<_>>());
    // What asks for something first comes first; what is not known yet stays in its place.
    let order = memo(move || {
        let due = |i: &usize| {
            all.with_value(|all| all.get(*i).and_then(|(_, c)| c.get())).map_or(Due::Unknown, |c| c.due)
        };
        let mut places: Vec<usize> = (0..all.with_value(Vec::len)).collect();
        places.sort_by_key(due);
        places
    });
    let resource = move |i: usize| {
        let (feed, card) = *cards.get(i)?;
        Some(view! { <Resource name=names.get(i)?.clone() feed=feed card=card /> })
    };
    view! {
        <RevealedPage feeds=vec![feed.into()]>
            <Show when=move || none>
                <div class="empty">
                    <h2>"No resources yet"</h2>
                    <p>"List what can run full under " <code>"capacity"</code> " in the configuration: storage with its limit, traffic with what the fleet can take."</p>
                </div>
            </Show>
            <Show when=move || !none>
                <div class="page-bar">
                    <p class="explain">"Ranked by what asks for something first."</p>
                    <Exports found=Signal::derive(found) />
                </div>
            </Show>
            <For each=move || order.get() key=|i| *i let:i>{resource(i)}</For>
            <p class="hint">
                "Dashed: what is expected; shaded: where four of five, and nineteen of twenty, values should come to lie. Near ahead by the methods that would have done best on the resource's own past, far ahead along its straight line with the doubt about its slope; patterns of the day and the week and sudden shifts are not taken for growth. A month is 30.44 days."
            </p>
        </RevealedPage>
    }
}

#[component]
fn Exports(found: Signal<Vec<CapacityCard>>) -> impl IntoView {
    let console = use_console();
    let title = console.config().title.clone();
    let save = move |kind: &'static str| {
        let (cards, now) = (found.get_untracked(), console.now.get_untracked());
        match kind {
            "csv" => browser::download("capacity.csv", "text/csv", &capacity_csv(&cards)),
            "ics" => browser::download("capacity.ics", "text/calendar", &capacity_calendar(&cards, now)),
            _ => browser::download("capacity.md", "text/markdown", &scaling_request(&title, &cards, now)),
        };
    };
    let save = StoredValue::new(save);
    let button = move |name: &'static str, kind: &'static str, what: &'static str| {
        view! { <button class="button" title=what on:click=move |_| save.with_value(|save| save(kind))>{name}</button> }
    };
    view! {
        <div class="toggle-row" role="group" aria-label="Take along">
            {button("Scaling request", "md", "What, why, by when and on what evidence, as Markdown")}
            {button("CSV", "csv", "All resources as a table")}
            {button("Calendar", "ics", "The dates to act by and of being full")}
        </div>
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
                    {c.full_when.map(|w| fact("Full", w))}
                    {c.act_when.map(|w| fact("Time to act", w))}
                </dl>
                {c.action.map(|a| view! { <p class="capacity-action">{a}</p> })}
            }
        })
    };
    let judged = move || card.get().and_then(|c| c.judged).map(|j| format!("By {j}."));
    let missing = move || feed.get().condition == crate::poll::Condition::Fresh && card.get().is_none();
    view! {
        <Panel title=name feed=feed aside=chip>
            <Show when=missing>
                <p class="empty-line">"The query found no samples, or the limit is not a number above 0."</p>
            </Show>
            {facts}
            <ChartView chart=chart class="chart tall" follows_page=false />
            <p class="row-note">{judged}</p>
        </Panel>
    }
}

//! Every resource with its history, its forecast and what to do.

use crate::browser;
use crate::console::components::{ChartView, Chip, DataTable, EmptyState, FilterBar, Panel, RevealedPage};
use crate::console::state::{capacity, memo, use_console};
use crate::domain::format::{Unit, human};
use crate::domain::knee::Knee;
use crate::domain::number::parse_number;
use crate::domain::plan::Plan;
use crate::model::route::Route;
use crate::model::{
    CapacityCard, Cell, Column, DataRow, Feed, Missing, arranged, capacity_calendar, capacity_csv,
    scaling_request,
};
use leptos::prelude::*;

/// So many resources that need something are shown with their charts, and so many in any case; the others are rows of a
/// table.
const WITH_CHART: usize = 6;
const WITH_CHART_IF_ALL_IS_WELL: usize = 2;

const SAMPLE: &str = r#""capacity": [
  { "id": "disk", "name": "Database disk", "kind": "storage", "source": "metrics",
    "used": "disk_used_bytes", "limit": 1e12 }
]"#;

#[component]
pub fn CapacityPage() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let state = capacity(console);
    if config.capacity.is_empty() {
        return view! { <EmptyState icon="Capacity" title="No resources yet" what="List what can fill up, such as storage with its limit or traffic with what the fleet can take, to see when to act." sample=SAMPLE /> }.into_any();
    }
    let many = config.capacity.iter().any(|r| r.by.is_some());
    let shown = memo(move || {
        let query = console.view.get().query.to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let fits = |c: &CapacityCard| words.iter().all(|w| c.name.to_lowercase().contains(w));
        state.cards.get().into_iter().filter(fits).collect::<Vec<_>>()
    });
    // They come in the order of their urgency.
    let n_charts = memo(move || {
        let needing =
            |all: &Vec<CapacityCard>| all.iter().take(WITH_CHART).filter(|c| c.tone != "ok").count();
        shown.with(needing).max(WITH_CHART_IF_ALL_IS_WELL)
    });
    let ids = memo(move || shown.get().iter().take(n_charts.get()).map(|c| c.id.clone()).collect::<Vec<_>>());
    let rest = memo(move || shown.get().into_iter().skip(n_charts.get()).collect::<Vec<_>>());
    let progress = move || {
        let (n, waiting) = (state.cards.get().len(), state.n_waiting.get());
        let gone = state.cards.get().iter().filter(|c| c.gone.is_some()).count();
        let unknown = state.missing.get().len();
        if n == 0 && unknown == 0 {
            // Nothing is answered: there is no number to say.
            return String::new();
        }
        let part = |n: usize, what: &str| if n > 0 { format!(", {n} {what}") } else { String::new() };
        format!(
            "{n} resources, most urgent first{}{}{}",
            part(waiting, "still to be computed"),
            part(gone, "gone"),
            part(unknown, "without a forecast")
        )
    };
    view! {
        <RevealedPage feeds=vec![state.feed.into()]>
            <div class="page-bar">
                <p class="explain num">{progress}</p>
                {many.then(|| view! { <FilterBar name="Filter resources" label="Filter resources by words" /> })}
                <Exports found=state.cards.into() missing=state.missing />
            </div>
            <WhatIf />
            <For each=move || ids.get() key=|id| id.clone() let:id>
                <Resource id=id shown=shown feed=state.feed />
            </For>
            <Unknown missing=state.missing feed=state.feed />
            // While asking, and where nothing was answered, this is where it is said.
            <Show when=move || state.cards.get().is_empty() && state.missing.get().is_empty()>
                <Panel title="Resources" feed=state.feed>
                    <p class="empty-line">"No forecast yet."</p>
                </Panel>
            </Show>
            <Show when=move || !rest.get().is_empty()>
                <Rest rest=rest feed=state.feed />
            </Show>
            <p class="hint" hidden=move || state.cards.get().is_empty()>
                "Dashed: forecast. Shaded: 80 % and 95 % intervals. Short-term forecasts use whichever methods did best on this resource's history; long-term ones follow its linear trend. Daily and weekly patterns and sudden shifts are not taken for growth. Dates are given within five years; a month is 30.44 days."
            </p>
        </RevealedPage>
    }
    .into_any()
}

/// Changes to plan with, kept in the address: names, whether in percent, step of the slider.
const WHAT_IF: [(&str, &str, f64, f64); 5] = [
    ("growth", "Growth multiplier", 1.0, 0.1),
    ("launch", "Launch adds (% of usage)", 100.0, 5.0),
    ("cleanup", "Clean-up frees (% of usage)", 100.0, 5.0),
    ("capacity", "Capacity added (% of limit)", 100.0, 5.0),
    ("months", "Takes effect after (months)", 1.0, 1.0),
];

#[component]
fn WhatIf() -> impl IntoView {
    let console = use_console();
    let plan = memo(move || Plan::parse(&console.view.get().plan));
    let field = move |(name, title, unit, step): (&'static str, &'static str, f64, f64)| {
        let part = Plan::PARTS.into_iter().find(|p| p.name == name)?;
        // Rounded, for a share of 0.07 is 7.000000000000001 %.
        let shown = move || (plan.get().get(name) * unit * 1e6).round() / 1e6;
        let change = move |e| {
            let mut plan = plan.get_untracked();
            plan.set(name, parse_number(&event_target_value(&e)).unwrap_or(f64::NAN) / unit);
            console.change(true, |s| s.plan = plan.encode());
        };
        let (least, most) = (part.least * unit, part.most * unit);
        // A slider for what is usual, the field for all there is.
        let slider_most = if name == "growth" { 4.0 } else { most.min(100.0 * unit).min(100.0) };
        Some(view! {
            <div class="plan-part">
                <label for=format!("plan-{name}")>{title}</label>
                <input type="range" aria-label=title min=least max=slider_most step=step prop:value=move || shown().to_string() on:change=change />
                <input id=format!("plan-{name}") type="number" min=least max=most step="any" prop:value=move || shown().to_string() on:change=change />
            </div>
        })
    };
    let fields: Vec<_> = WHAT_IF.into_iter().filter_map(field).collect();
    view! {
        <section class="panel" aria-labelledby="what-if">
            <header class="panel-head">
                <h2 id="what-if">"What if"</h2>
                <div class="panel-aside">
                    <Show when=move || !plan.get().encode().is_empty()>
                        <button class="button" on:click=move |_| console.change(true, |s| s.plan = String::new())>"Reset"</button>
                    </Show>
                </div>
            </header>
            <div class="panel-body">
                <p class="explain">"Applies to every resource and is saved in the link. Charts show your plan next to the current forecast."</p>
                <div class="plan">{fields}</div>
            </div>
        </section>
    }
}

const UNKNOWN: [Column; 3] =
    [Column::text("", "Resource"), Column::text("", "State"), Column::text("", "Why")];

/// Resources of which nothing is known, each with the reason.
#[component]
fn Unknown(missing: Memo<Vec<Missing>>, feed: Memo<Feed>) -> impl IntoView {
    let row = |one: Missing| DataRow {
        id: one.name.clone(),
        cells: vec![Cell::text(one.name), Cell::chip("unknown", "unknown"), Cell::text(one.why)],
        ..DataRow::default()
    };
    let rows = memo(move || missing.get().into_iter().map(row).collect::<Vec<_>>());
    view! {
        <Show when=move || !missing.get().is_empty()>
            <Panel title="Without a forecast" feed=feed>
                <DataTable label="Resources without a forecast, table" columns=&UNKNOWN rows=rows />
            </Panel>
        </Show>
    }
}

#[component]
fn Exports(found: Signal<Vec<CapacityCard>>, missing: Memo<Vec<Missing>>) -> impl IntoView {
    let console = use_console();
    let title = console.config().title.clone();
    let save = move |kind: &'static str| {
        let (cards, now) = (found.get_untracked(), console.now.get_untracked());
        let missing = missing.get_untracked();
        match kind {
            "csv" => browser::download("capacity.csv", "text/csv", &capacity_csv(&cards, &missing)),
            "ics" => browser::download("capacity.ics", "text/calendar", &capacity_calendar(&cards, now)),
            _ => browser::download(
                "capacity.md",
                "text/markdown",
                &scaling_request(&title, &cards, &missing, now),
            ),
        };
    };
    let save = StoredValue::new(save);
    let button = move |name: &'static str, kind: &'static str, what: &'static str| {
        view! { <button class="button" title=what on:click=move |_| save.with_value(|save| save(kind))>{name}</button> }
    };
    view! {
        <div class="toggle-row" role="group" aria-label="Export">
            {button("Scaling request", "md", "What, why, by when and on what evidence, as Markdown")}
            {button("CSV", "csv", "All resources as a table")}
            {button("Calendar", "ics", "Calendar file with act-by and full dates")}
        </div>
    }
}

fn state_of(card: &CapacityCard) -> (&'static str, &'static str) {
    let word = match card.tone {
        "ok" => "ok",
        "warn" => "act",
        "unknown" if card.gone.is_some() => "gone",
        "unknown" => "unknown",
        _ => "full soon",
    };
    (card.tone, word)
}

fn chip(card: &CapacityCard) -> impl IntoView + use<> {
    let (tone, word) = state_of(card);
    view! { <Chip tone=tone word=word /> }
}

#[component]
fn Resource(id: String, shown: Memo<Vec<CapacityCard>>, feed: Memo<Feed>) -> impl IntoView {
    let card = memo(move || shown.get().into_iter().find(|c| c.id == id));
    let name = card.get_untracked().map(|c| c.name).unwrap_or_default();
    let console = use_console();
    let plan = memo(move || Plan::parse(&console.view.get().plan));
    let chart = memo(move || card.get().map(|c| c.chart_under(&plan.get())));
    let facts = move || {
        let zone = console.zone.get();
        card.get().map(|c| {
            let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> };
            let cost = c.cost_under(&plan.get());
            let planned = c.full_under(&plan.get(), console.now.get_untracked(), &zone.offsets);
            view! {
                <dl class="facts">
                    {fact("Now", c.level)}
                    {c.growth.map(|g| fact("Growth", g))}
                    {fact("Projected", c.outlook)}
                    {c.headroom.map(|h| fact("Headroom", h.trim_start_matches("headroom ").to_string()))}
                    {c.full_when.map(|w| fact("Full", w))}
                    {c.act_when.map(|w| fact("Act by", w))}
                    {planned.map(|w| fact("Full with the plan", w))}
                    {cost.map(|w| fact("The plan adds", w))}
                </dl>
                {c.action.map(|a| view! { <p class="capacity-action">{a}</p> })}
            }
        })
    };
    let read = memo(move || card.get().and_then(|c| Some((c.knee?, c.unit))));
    let knee = move || read.get().map(|(knee, unit)| view! { <KneePlot knee=knee unit=unit /> });
    let judged = move || card.get().and_then(|c| c.judged).map(|j| format!("Method: {j}."));
    view! {
        <Panel title=name feed=feed class="resource" aside=move || card.get().map(|c| chip(&c))>
            {facts}
            <ChartView chart=chart class="chart tall" follows_page=false />
            <p class="row-note">{judged}</p>
            {knee}
        </Panel>
    }
}

/// Load and latency as they were seen together, and where the limit was read.
#[component]
fn KneePlot(knee: Knee, unit: Unit) -> impl IntoView {
    const WIDTH: f64 = 600.0;
    const HEIGHT: f64 = 150.0;
    let most = knee.points.iter().fold((knee.load, knee.normal), |m, p| (m.0.max(p.0), m.1.max(p.1)));
    let x = |load: f64| load / (most.0 * 1.02) * WIDTH;
    let y = |latency: f64| HEIGHT - latency / (most.1 * 1.05) * HEIGHT;
    let dots: Vec<_> = knee
        .points
        .iter()
        .map(|(load, latency)| {
            let class = if *load >= knee.load { "dot slow" } else { "dot" };
            view! { <circle class=class cx=x(*load) cy=y(*latency) r="2.5" /> }
        })
        .collect();
    let text = format!(
        "The limit was read from these {} instants: from {} on, latency is above its normal range (up to {}).",
        knee.points.len(),
        human(unit, knee.load),
        human(Unit::Seconds, knee.normal)
    );
    let ends = format!("load up to {}, latency up to {}", human(unit, most.0), human(Unit::Seconds, most.1));
    view! {
        <figure class="knee">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=text.clone()>
                <line class="normal" x1="0" x2=WIDTH y1=y(knee.normal) y2=y(knee.normal) />
                <line class="limit" x1=x(knee.load) x2=x(knee.load) y1="0" y2=HEIGHT />
                {dots}
            </svg>
            <div class="knee-ends num"><span>"0"</span> <span>{ends}</span></div>
            <figcaption class="row-note">{text}</figcaption>
        </figure>
    }
}

const REST: [Column; 6] = [
    Column::text("name", "Resource"),
    Column::text("state", "State"),
    Column::text("now", "Now"),
    Column::text("", "Growth"),
    Column::text("", "Full"),
    Column::text("", "To do"),
];

/// What does not ask for anything soon, in a row each.
#[component]
fn Rest(rest: Memo<Vec<CapacityCard>>, feed: Memo<Feed>) -> impl IntoView {
    let console = use_console();
    let row = move |(place, card): (usize, CapacityCard)| {
        let (tone, word) = state_of(&card);
        DataRow {
            cells: vec![
                Cell::link(card.name.clone(), console.filtered_href(&Route::Capacity, &card.name), "plain"),
                Cell::chip(tone, word).ranked(place as f64),
                Cell::text(card.level).ranked(card.used_share),
                Cell::text(card.growth.unwrap_or_default()),
                Cell::text(card.full_when.unwrap_or(card.outlook)),
                Cell::text(card.action.or(card.act_when).unwrap_or_default()),
            ],
            id: card.id,
            ..DataRow::default()
        }
    };
    let rows = memo(move || {
        let rows: Vec<_> = rest.get().into_iter().enumerate().map(row).collect();
        arranged(rows, &REST, "", &console.view.get().sort)
    });
    view! {
        <Panel title="Others" feed=feed>
            <DataTable label="Other resources, table" columns=&REST rows=rows />
        </Panel>
    }
}

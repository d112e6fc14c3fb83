//! The systems behind the console: whether each answers, what it says of itself, what it knows.

use crate::browser;
use crate::config::{Reach, Source};
use crate::console::components::{DataTable, Panel, RevealedPage};
use crate::console::state::{Console, Holdings, MEMORY_LIMIT, Polled, feed, memo, use_console};
use crate::domain::evaluated::{Rule, RuleGroup};
use crate::domain::format::{Unit, human};
use crate::domain::time::{ago, human_duration};
use crate::model::{Cell, Column, DataRow, Feed};
use crate::poll::{Condition, Question, Reply};
use crate::sources::{self, Alerts, Group, Metrics, Warning};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn SourcesPage() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let asked: Vec<Asked> = config.sources.iter().map(|s| ask(console, s)).collect();
    let feeds: Vec<Signal<Feed>> = asked.iter().map(|a| a.feed).collect();
    let known: Vec<(Source, Asked)> = config.sources.iter().cloned().zip(asked.iter().cloned()).collect();
    let panels: Vec<_> = config
        .sources
        .iter()
        .zip(asked)
        .map(|(source, asked)| view! { <SourcePanel source=source.clone() asked=asked /> })
        .collect();
    let held = move || {
        console.now.get();
        let Holdings { n_questions, n_samples, bytes } = console.board.holdings();
        let of = |bytes: usize| human(Unit::BinaryBytes, bytes as f64);
        format!(
            "Cache: {n_questions} queries, {} samples, {} of {}; the console uses {} of memory",
            human(Unit::Count, n_samples as f64),
            of(bytes),
            of(MEMORY_LIMIT),
            of(browser::program_memory())
        )
    };
    let page_feed = {
        let feeds = feeds.clone();
        memo(move || {
            feeds
                .iter()
                .map(|f| f.get())
                .find(|f| f.condition == Condition::Loading)
                .unwrap_or_else(Feed::none)
        })
    };
    let rows =
        memo(move || known.iter().map(|(source, asked)| row(console, source, asked)).collect::<Vec<_>>());
    view! {
        <RevealedPage feeds=feeds>
            <Panel title="Connections" feed=page_feed>
                <DataTable label="Connections, table" columns=&COLUMNS rows=rows />
            </Panel>
            {panels}
            <p class="hint num">{held}</p>
        </RevealedPage>
    }
}

const COLUMNS: [Column; 6] = [
    Column::text("", "Name"),
    Column::text("", "State"),
    Column::text("", "Kind"),
    Column::text("", "Version"),
    Column::number("", "Data age"),
    Column::text("", "Address"),
];

/// One source in a line: whether it answers, and what with.
fn row(console: Console, source: &Source, asked: &Asked) -> DataRow {
    let feed = asked.feed.get();
    let (tone, word) = match feed.condition {
        Condition::Loading => ("unknown", "Loading"),
        Condition::Failed => ("bad", "Failed"),
        Condition::Stale => ("warn", "Stale"),
        Condition::Fresh if feed.warnings.iter().any(Warning::is_partial) => ("warn", "Partial"),
        Condition::Fresh => ("ok", "OK"),
    };
    let version = asked.shown.iter().find_map(|shown| match shown.get().as_deref() {
        Some(Reply::Probe(probe)) => Some(probe.version.clone()),
        _ => None,
    });
    let age = feed.as_of.map(|at| ago((console.now.get() - at).max(0)));
    let place = if source.reach == Reach::Demo { "embedded demo".into() } else { source.url.clone() };
    DataRow {
        id: source.name.clone(),
        is_problem: tone != "ok",
        cells: vec![
            Cell::text(source.name.clone()),
            Cell::chip(tone, word).noted(feed.error.map(|e| e.to_string()).unwrap_or_default()),
            Cell::text(source.kind.name()),
            Cell::text(version.unwrap_or_default()),
            Cell::number(age.unwrap_or_default()),
            Cell::text(place),
        ],
        ..DataRow::default()
    }
}

/// The answers of one source, and their state.
#[derive(Clone)]
struct Asked {
    feed: Signal<Feed>,
    shown: Vec<Memo<Option<Arc<Reply>>>>,
}

fn ask(console: Console, source: &Source) -> Asked {
    let name = source.name.clone();
    let ask = move |make: fn(String) -> Question| {
        let name = name.clone();
        console.ask(move || Some(make(name.clone())))
    };
    let mut answers: Vec<Polled> = Vec::new();
    if let Some(system) = sources::system(source.kind) {
        // A page of notices has no version: it is asked for what is open.
        let probe = system.probe.filter(|_| system.notices.is_none());
        answers.extend(probe.map(|_| ask(|source| Question::Probe { source })));
        let metrics = system.metrics;
        answers
            .extend(metrics.and_then(Metrics::targets).map(|_| ask(|source| Question::Targets { source })));
        answers.extend(metrics.and_then(Metrics::rules).map(|_| ask(|source| Question::Rules { source })));
        let groups = system.alerts.and_then(Alerts::groups);
        answers.extend(groups.map(|_| ask(|source| Question::AlertGroups { source })));
        answers.extend(
            system.notices.map(|_| ask(|source| Question::OpenIncidents { source, under_api: false })),
        );
    } else {
        // The answer says that its code is missing.
        answers.push(ask(|source| Question::Probe { source }));
    }
    // By value: what says the same as before is not drawn anew.
    let shown = answers.iter().copied().map(|a| memo(move || a.get().data.map(|shared| shared.0))).collect();
    Asked { feed: feed(answers).into(), shown }
}

#[component]
fn SourcePanel(source: Source, asked: Asked) -> impl IntoView {
    let Asked { feed, shown } = asked;
    let demo = source.reach == Reach::Demo;
    let place = if demo { "embedded demo".to_string() } else { source.url.clone() };
    view! {
        <Panel
            title=source.name.clone()
            feed=feed
            class="source"
            aside=move || view! { <span class="muted">{source.kind.name()} " · " {place.clone()}</span> }
        >
            {source.kind.0.caution.map(|caution| view! { <p class="hint">{caution}</p> })}
            {shown.iter().map(|s| { let s = *s; view! { <div>{move || s.get().map(|r| part(&r))}</div> } }).collect::<Vec<_>>()}
        </Panel>
    }
}

fn part(reply: &Reply) -> AnyView {
    let fact = |name: &'static str, value: String| {
        view! { <dl class="facts"><div><dt>{name}</dt><dd class="num">{value}</dd></div></dl> }
    };
    match reply {
        Reply::Probe(probe) => {
            let version = if probe.version.is_empty() { "not given" } else { &probe.version };
            let facts = probe.facts.iter().map(|(name, value)| format!(", {name} {value}"));
            fact("Version", format!("{version}{}", facts.collect::<String>())).into_any()
        }
        Reply::Targets(targets) => {
            let down: Vec<_> = targets
                .down
                .iter()
                .map(|(target, error)| view! { <li><strong>{target.clone()}</strong> " " <span class="muted">{error.clone()}</span></li> })
                .collect();
            let total = targets.up + targets.down.len();
            view! {
                {fact("Targets up", format!("{} of {total}", targets.up))}
                <ul class="plain-list">{down}</ul>
            }
            .into_any()
        }
        Reply::Rules(groups) => rules(groups),
        Reply::AlertGroups(groups) => {
            let line = |g: &Group| {
                let labels: Vec<String> = g.labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
                view! { <li>{labels.join(" ")} " " <span class="muted num">{format!("{} alerts to {}", g.n_alerts, g.receiver)}</span></li> }
            };
            let groups: Vec<_> = groups.iter().map(line).collect();
            view! { {fact("Alert groups", groups.len().to_string())} <ul class="plain-list">{groups}</ul> }
                .into_any()
        }
        Reply::Incidents(incidents) => fact("Open incidents", incidents.len().to_string()).into_any(),
        Reply::Frame(_)
        | Reply::Breaches(_)
        | Reply::Firings(_)
        | Reply::Alerts(_)
        | Reply::Silences(_)
        | Reply::Clock(_)
        | Reply::Pager(_) => ().into_any(),
    }
}

fn rules(groups: &[RuleGroup]) -> AnyView {
    let alerting = |r: &&Rule| r.state.is_some();
    let n: usize = groups.iter().map(|g| g.rules.iter().filter(alerting).count()).sum();
    let row = |r: &Rule| {
        let lasting = r.duration.filter(|d| *d > 0.0).map(|d| human_duration((d * 1000.0) as i64));
        DataRow {
            id: format!("{} {}", r.name, r.query),
            cells: vec![
                Cell::text(r.name.clone()).noted(r.last_error.clone().unwrap_or_default()),
                Cell::text(r.state.clone().unwrap_or_default()),
                Cell::text(lasting.unwrap_or_else(|| "at once".into())),
                Cell::code(r.query.clone()),
            ],
            ..DataRow::default()
        }
    };
    let rows: Vec<_> = groups.iter().flat_map(|g| g.rules.iter().filter(alerting).map(row)).collect();
    view! {
        <h3 class="list-head">{format!("{n} alert rules")}</h3>
        <DataTable label="Alert rules, table" columns=&RULES rows=Signal::stored(rows) />
    }
    .into_any()
}

const RULES: [Column; 4] =
    [Column::text("", "Rule"), Column::text("", "State"), Column::text("", "For"), Column::text("", "Query")];

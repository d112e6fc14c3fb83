//! The systems behind the console: whether each answers, what it says of itself, what it can do, its key, and the ways
//! to it.

mod key_form;
mod ways;

use crate::browser;
use crate::config::{Capability, Reach, Source};
use crate::console::components::{Chip, DataTable, Panel, RevealedPage};
use crate::console::state::{Console, Holdings, MEMORY_LIMIT, Polled, feed, memo, use_console};
use crate::domain::evaluated::{Rule, RuleGroup};
use crate::domain::format::{Unit, human};
use crate::domain::time::{DAY, ago, human_duration};
use crate::model::{Ability, Cell, Column, DataRow, Feed, Heard, Measured, abilities, connection_state};
use crate::poll::{Condition, PagerAsk, PagerReply, Question, Reply, forms};
use crate::sources::{self, Alerts, Group};
use key_form::{KeyForm, key_state};
use leptos::prelude::*;
use std::sync::Arc;
use ways::{LinesToCopy, WaysView};

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
    let state = connection_state(&feed, asked.measured(console, source));
    let version = asked.shown.iter().find_map(|(_, shown)| match shown.get().as_deref() {
        Some(Reply::Probe(probe)) => Some(probe.version.clone()),
        _ => None,
    });
    let age = feed.as_of.map(|at| ago((console.now.get() - at).max(0)));
    let place = if source.reach == Reach::Demo { "embedded demo".into() } else { source.url.clone() };
    DataRow {
        id: source.name.clone(),
        is_problem: state.tone != "ok",
        cells: vec![
            Cell::text(source.name.clone()),
            Cell::chip(state.tone, state.word).noted(state.why),
            Cell::text(source.kind.name()),
            Cell::text(version.unwrap_or_default()),
            Cell::number(age.unwrap_or_default()),
            Cell::text(place),
        ],
        ..DataRow::default()
    }
}

/// What is shown of one answer, with the capability it belongs to.
type ShownAnswer = (Option<Capability>, Memo<Option<Arc<Reply>>>);

/// The answers of one source, each with the capability it belongs to, and their state.
#[derive(Clone)]
struct Asked {
    feed: Signal<Feed>,
    answers: Vec<(Option<Capability>, Polled)>,
    shown: Vec<ShownAnswer>,
}

impl Asked {
    fn measured(&self, console: Console, source: &Source) -> Measured {
        let took = self.answers.iter().filter_map(|(_, a)| a.with(|a| a.took)).max();
        let off = console.board.clocks.with(|clocks| clocks.correction(&source.name) - clocks.common());
        Measured { took, clock_off: Some(off) }
    }

    /// What came of asking for a capability: a failure counts where nothing else of it answers.
    fn heard(&self, what: Capability) -> Heard {
        let mut heard = Heard::Nothing;
        for (_, answer) in self.answers.iter().filter(|(own, _)| *own == Some(what)) {
            answer.with(|answer| match (&answer.data, &answer.error, &heard) {
                (Some(reply), None, Heard::Nothing | Heard::Failed(_)) => {
                    heard = Heard::Answer(amount(&reply.0))
                }
                (_, Some(error), Heard::Nothing) => heard = Heard::Failed(error.clone()),
                _ => {}
            });
        }
        heard
    }
}

/// How much there is, in words; empty where that says nothing.
fn amount(reply: &Reply) -> String {
    match reply {
        Reply::Alerts(all) => format!("{} alerts", all.len()),
        Reply::Incidents(all) => format!("{} open", all.len()),
        Reply::Pager(PagerReply::Open(all)) => format!("{} open", all.len()),
        Reply::Pager(PagerReply::OnCall(all)) => format!("{} entries", all.len()),
        Reply::Pager(PagerReply::Schedules(all)) => format!("{} schedules", all.len()),
        Reply::Pager(PagerReply::Changes(all)) => format!("{} in the last day", all.len()),
        _ => String::new(),
    }
}

fn ask(console: Console, source: &Source) -> Asked {
    let name = source.name.clone();
    let ask = move |question: Question| console.ask(move || Some(question.clone()));
    let mut answers: Vec<(Option<Capability>, Polled)> = Vec::new();
    let mut put = |what: Option<Capability>, make: &dyn Fn(String) -> Question| {
        answers.push((what, ask(make(name.clone()))));
    };
    if let Some(system) = sources::system(source.kind) {
        // A page of notices has no version: it is asked for what is open.
        if system.probe.is_some() && system.notices.is_none() {
            put(system.metrics.map(|_| Capability::Metrics), &|source| Question::Probe { source });
        }
        if let Some(metrics) = system.metrics {
            if metrics.targets().is_some() {
                put(Some(Capability::Metrics), &|source| Question::Targets { source });
            }
            if metrics.rules().is_some() {
                put(Some(Capability::Metrics), &|source| Question::Rules { source });
            }
        }
        if let Some(alerts) = system.alerts {
            put(Some(Capability::Alerts), &|source| Question::Alerts { source });
            if Alerts::groups(alerts).is_some() {
                put(None, &|source| Question::AlertGroups { source });
            }
        }
        if system.notices.is_some() {
            put(Some(Capability::Notices), &|source| Question::OpenIncidents { source, under_api: false });
        }
        let mut pager =
            |what, ask: PagerAsk| put(Some(what), &|source| Question::Pager { source, ask: ask.clone() });
        if system.paging.is_some() {
            pager(Capability::Paging, PagerAsk::Open);
        }
        if let Some(on_call) = system.on_call {
            if on_call.now(0).is_some() {
                pager(Capability::OnCall, PagerAsk::OnCall { schedule: None });
            }
            (0..forms(system)).for_each(|form| pager(Capability::OnCall, PagerAsk::Schedules { form }));
        }
        if system.changes.is_some() {
            pager(Capability::Changes, PagerAsk::Changes { length: DAY });
        }
    } else {
        // The answer says that its code is missing.
        put(None, &|source| Question::Probe { source });
    }
    // By value: what says the same as before is not drawn anew.
    let shown = answers
        .iter()
        .map(|(what, a)| {
            let a = *a;
            (*what, memo(move || a.get().data.map(|shared| shared.0)))
        })
        .collect();
    let feed = match answers.is_empty() {
        true => Signal::stored(Feed::none()),
        false => feed(answers.iter().map(|(_, a)| *a).collect()).into(),
    };
    Asked { feed, answers, shown }
}

#[component]
fn SourcePanel(source: Source, asked: Asked) -> impl IntoView {
    let console = use_console();
    let demo = source.reach == Reach::Demo;
    let place = if demo { "embedded demo".to_string() } else { source.url.clone() };
    let is_typed = RwSignal::new(console.board.keys().has(&source.name));
    // Keys are also typed in elsewhere, and recalled.
    Effect::new({
        let name = source.name.clone();
        move |_| {
            console.now.track();
            let has_one = console.board.keys().has(&name);
            if is_typed.get_untracked() != has_one {
                is_typed.set(has_one);
            }
        }
    });
    let state = {
        let (source, asked) = (source.clone(), asked.clone());
        memo(move || connection_state(&asked.feed.get(), asked.measured(console, &source)))
    };
    let lines = {
        let (source, asked) = (source.clone(), asked.clone());
        memo(move || abilities(source.kind, key_state(&source, is_typed.get()), |what| asked.heard(what)))
    };
    let line = |a: Ability| {
        view! { <li class="ability" data-ability=a.name data-tone=a.tone><span class="ability-name">{a.name}</span> " " <span class="muted">{a.text}</span></li> }
    };
    let condition = move || match asked.feed.with(|f| f.condition) {
        Condition::Loading => "loading",
        Condition::Fresh => "fresh",
        Condition::Stale => "stale",
        Condition::Failed => "failed",
    };
    let needs_key = source.kind.0.key.is_some() && !demo;
    let (of_key, of_ways, of_lines) = (source.clone(), source.clone(), source.clone());
    view! {
        <section class="panel source" data-source=source.name.clone() data-condition=condition aria-label=source.name.clone()>
            <header class="panel-head">
                <h2>{source.name.clone()}</h2>
                <div class="panel-aside">
                    {move || { let s = state.get(); view! { <Chip tone=s.tone word=s.word /> } }}
                    <span class="muted">{source.kind.name()} " · " {place}</span>
                </div>
            </header>
            <div class="panel-body">
                {source.kind.0.caution.map(|caution| view! { <p class="hint">{caution}</p> })}
                {move || { let s = state.get(); (!s.why.is_empty()).then(|| view! { <p class="connection-why" data-tone=s.tone>{s.why} ". " {s.remedy}</p> }) }}
                {needs_key.then(|| view! { <KeyForm source=of_key is_typed=is_typed /> })}
                <h3 class="list-head">"What it can do"</h3>
                <ul class="plain-list abilities">{move || lines.get().into_iter().map(line).collect::<Vec<_>>()}</ul>
                {asked.shown.iter().map(|(_, s)| { let s = *s; view! { <div>{move || s.get().map(|r| part(&r))}</div> } }).collect::<Vec<_>>()}
                {(!demo).then(|| view! {
                    <details class="more-of-source">
                        <summary>"Ways to reach it"</summary>
                        <WaysView source=of_ways />
                        <LinesToCopy source=of_lines />
                    </details>
                })}
            </div>
        </section>
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

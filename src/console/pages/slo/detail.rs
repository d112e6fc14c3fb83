//! One objective: what is left, how fast it goes, what took it, how all that was computed.

use super::burn::BurnPanel;
use super::causes::{CausesPanel, Happenings, happenings};
use super::past::PastPanel;
use super::report::ReportPanel;
use super::subject::Subject;
use crate::chart::model::{Chart, Event, EventKind, Ink, Style, Trace};
use crate::config::{Indicator, Measure, Slo};
use crate::console::components::{BudgetBar, ChartView, Chip, DataTable, PageHeader, Panel, RevealedPage};
use crate::console::state::{data, feed, frame, memo, slo_offsets, slos, use_console};
use crate::domain::format::{Unit, availability, human};
use crate::domain::labels::Labels;
use crate::domain::ledger::{CauseKind, share_spent};
use crate::domain::series::Series;
use crate::domain::slo::Budget;
use crate::domain::time::HOUR;
use crate::model::route::Route;
use crate::model::{
    Cell, Column, DataRow, ExcludedView, Feed, History, Standing, budget_history_question, formula_text,
    graph_link, history, minutes_of, minutes_text, objective_text, outlook_text, policy_text, query_text,
    share_text,
};
use crate::poll::{Condition, Span};
use leptos::prelude::*;

#[component]
pub fn SloPage() -> impl IntoView {
    let console = use_console();
    let id = memo(move || console.view.get().id.unwrap_or_default());
    move || {
        let id = id.get();
        match console.config().slo(&id) {
            Some(slo) => view! { <Known slo=slo.clone() /> }.into_any(),
            None => view! { <Unknown id=id /> }.into_any(),
        }
    }
}

#[component]
fn Unknown(id: String) -> impl IntoView {
    let console = use_console();
    let links = console.config().slos.clone();
    view! {
        <div class="empty">
            <h2>{if id.is_empty() { "No SLO selected".to_string() } else { format!("No SLO has the id {id:?}") }}</h2>
            <p>"Available:"</p>
            <ul class="plain-list">
                {links
                    .into_iter()
                    .map(|s| view! { <li><a href=move || console.href(&Route::Slo(s.id.clone()))>{s.name.clone()}</a></li> })
                    .collect::<Vec<_>>()}
            </ul>
        </div>
    }
}

#[component]
fn Known(slo: Slo) -> impl IntoView {
    let console = use_console();
    let state = slos(console);
    let index = console.config().slos.iter().position(|s| s.id == slo.id);
    let standing = state.all.get_value().into_iter().find(|s| Some(s.index) == index)?.standing;
    let zone = slo_offsets(&slo.zone);
    let subject = Subject { slo: slo.clone(), zone, standing, feed: state.feed };
    let happenings = happenings(console, &subject);
    Some(view! {
        <RevealedPage feeds=vec![state.feed.into()]>
            <Head subject=subject.clone() />
            <div class="columns long-first">
                <BudgetPanel subject=subject.clone() happenings=happenings />
                <BurnPanel subject=subject.clone() />
            </div>
            <div class="columns">
                <CausesPanel subject=subject.clone() happenings=happenings />
                <PastPanel subject=subject.clone() />
            </div>
            <div class="columns">
                <ComputedPanel subject=subject.clone() />
                <ReportPanel subject=subject />
            </div>
        </RevealedPage>
    })
}

#[component]
fn Head(subject: Subject) -> impl IntoView {
    let console = use_console();
    let Subject { slo, standing, .. } = subject;
    let service = console.config().service(&slo.service).cloned();
    let route = Route::Service(slo.service.clone());
    // It changes with what is known.
    let policy = move || {
        move || {
            let s = standing.get()?;
            let why = s.unknown_because();
            Some(match (s.policy, s.budget) {
                (Some(policy), Some(budget)) => {
                    let text = policy_text(policy, &budget);
                    view! { <div class="slo-policy" data-tone=policy.tone()><Chip tone=policy.tone() word=policy.title() /> <span>{text}</span></div> }
                }
                _ => {
                    let text = format!("Unknown: {why}. Decide manually.");
                    view! { <div class="slo-policy" data-tone="unknown"><Chip tone="unknown" word="Unknown" /> <span>{text}</span></div> }
                }
            })
        }
    };
    let promise = slo.sla.clone();
    let sla = move || {
        let s = standing.get()?;
        let (sla, found) = (promise.clone()?, s.sla?);
        let (tone, word) = match found.is_broken() {
            _ if s.partial.is_some() => ("unknown", "SLA unknown"),
            true => ("bad", "SLA missed"),
            false => ("ok", "SLA kept"),
        };
        let owed = sla.refund.filter(|_| tone == "bad").map(|r| format!(" Owed: {r}."));
        Some(view! {
            <p class="muted">
                <Chip tone=tone word=word /> " SLA target " {availability(sla.target)} ": "
                {minutes_text(found.budget.minutes_left())} " of its allowance." {owed}
            </p>
        })
    };
    view! {
        <PageHeader list=Route::Slos title=slo.name.clone() actions=policy>
            <p class="muted">
                {objective_text(&slo)}
                {service.map(|s| view! { " · " <a href=move || console.href(&route)>{s.name}</a> })}
                {slo.description.clone().map(|d| format!(" · {d}"))}
            </p>
            {sla}
        </PageHeader>
    }
}

#[component]
fn BudgetPanel(subject: Subject, happenings: Happenings) -> impl IntoView {
    let console = use_console();
    let Subject { slo, zone, standing, feed: page_feed } = subject;
    let question = budget_history_question(&slo);
    let answer = console.ask(move || Some(question.clone()));
    let known = data(answer);
    let own = feed(vec![answer]);
    // What the figures are made from comes first: the history only draws the line.
    let feed = memo(move || {
        let (page, own) = (page_feed.get(), own.get());
        let warnings = [page.warnings.clone(), own.warnings.clone()].concat();
        let first = if page.error.is_some() || page.condition == Condition::Loading { page } else { own };
        Feed { warnings, ..first }.sorted()
    });
    let past = {
        let (slo, zone) = (slo.clone(), zone.clone());
        memo(move || history(&slo, &standing.get()?, frame(&known.get())?, &zone))
    };
    let chart = memo(move || burn_down_chart(&standing.get()?, &past.get()?, happenings));
    let outlook = {
        let (slo, zone) = (slo.clone(), zone.clone());
        move || {
            let s = standing.get()?;
            s.budget?;
            Some(outlook_text(&slo, s.outlook, s.bounds, s.as_of, &zone))
        }
    };
    let left = move || {
        let s = standing.get()?;
        let Some(budget) = s.budget else {
            return Some(view! { <p class="budget-big"><span class="num">"unknown"</span> <span class="muted">{s.reason()}</span></p> }.into_any());
        };
        let total = minutes_of(budget.total as f64 / 60_000.0);
        let tone = s.policy.map_or("unknown", |p| p.tone());
        // Where a share of time is all that is known, minutes say it all.
        let events = (budget.events > 0.0 && !is_time(&slo.indicator)).then(|| {
            format!(
                "{} of {} events",
                human(Unit::Count, budget.events_left()),
                human(Unit::Count, budget.events)
            )
        });
        Some(
            view! {
                <p class="budget-big" data-tone=tone>
                    <span class="num">{minutes_text(budget.minutes_left())}</span>
                    <span class="muted num">{format!("of {total} ({})", share_text(budget.left()))}</span>
                    {events.map(|e| view! { <span class="muted num">{e}</span> })}
                </p>
                <BudgetBar left=Some(budget.left()) tone=tone />
            }
            .into_any(),
        )
    };
    let covered = move || {
        let share = past.get()?.covered;
        (share < 0.99).then(|| view! {
            <div class="note" data-tone="warn">
                {format!("Only {} of the window so far has data. The figures cover that part.", share_text(share))}
            </div>
        })
    };
    view! {
        <Panel title="Error budget" feed=feed>
            <p class="explain">"Error budget = 1 − target. “Used” counts failures inside the current window."</p>
            {left}
            <p class="outlook">{outlook}</p>
            {covered}
            <ChartView chart=chart class="chart tall" follows_page=false />
        </Panel>
    }
}

/// Whether its events are milliseconds.
pub fn is_time(indicator: &Indicator) -> bool {
    matches!(indicator, Indicator::Share(_))
}

fn burn_down_chart(standing: &Standing, history: &History, happenings: Happenings) -> Option<Chart> {
    let line = Series::from_samples(Labels::default(), history.line.clone());
    let even = [(standing.bounds.start, 1.0), (standing.bounds.end, 0.0)];
    let even = Series::from_samples(Labels::default(), even.to_vec());
    let events = happenings.get().into_iter().map(|(kind, title, span)| Event {
        at: span.start,
        kind: if kind == CauseKind::Deploy { EventKind::Deploy } else { EventKind::Incident },
        text: title,
    });
    let span = (standing.bounds.start, standing.bounds.end.max(standing.as_of));
    let mut chart = Chart::new("Budget left", Unit::Ratio, span.0, span.1);
    chart.traces = vec![
        Trace::new("left", Ink::Series1, Style::Area, line),
        Trace::new("steady burn", Ink::Info, Style::Dashed, even),
    ];
    chart.events = events.filter(|e| (span.0..=span.1).contains(&e.at)).collect();
    chart.now = (standing.bounds.end > standing.as_of).then_some(standing.as_of);
    Some(chart)
}

const EXCLUDED: [Column; 4] = [
    Column::text("", "Reason"),
    Column::text("", "From"),
    Column::text("", "Until"),
    Column::number("", "Would have cost"),
];

/// The formula with its numbers, the queries, and what was left out.
#[component]
fn ComputedPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let Subject { slo, standing, feed, .. } = subject;
    let time = is_time(&slo.indicator);
    let formula = move || {
        let s = standing.get()?;
        Some(formula_text(&s.budget?, s.counts.bad, s.counts.valid, time))
    };
    let queries: Vec<(&'static str, Measure)> = match &slo.indicator {
        Indicator::Bad { bad, valid } => vec![("Bad events", bad.clone()), ("Valid events", valid.clone())],
        Indicator::Good { good, valid } => {
            vec![("Good events", good.clone()), ("Valid events", valid.clone())]
        }
        Indicator::Share(good) => vec![("Share of good", good.clone())],
    };
    let length = slo.objective.window.usual();
    let config = console.config();
    let source = config.source(&slo.source);
    let bad_share = Measure::BadShare(Box::new(slo.indicator.clone())).over(HOUR);
    let link = source.and_then(|s| graph_link(s, &bad_share, Span::Last(length)));
    let queries: Vec<_> = queries
        .into_iter()
        .map(|(name, measure)| view! { <dt>{name}</dt> <dd><code class="query">{source.and_then(|s| query_text(s, &measure.over(length)))}</code></dd> })
        .collect();
    let excluded = memo(move || {
        let Some(s) = standing.get() else { return Vec::new() };
        let row = |e: &ExcludedView| {
            let minutes = |b: Budget| share_spent(e.counts.bad, &b, &s.counts) * b.total as f64 / 60_000.0;
            let cost = s.budget.map(minutes).filter(|c| c.is_finite()).map(minutes_of);
            let by = e.exclusion.author.as_ref().map(|a| format!(" · {a}")).unwrap_or_default();
            DataRow {
                id: format!("{} {}", e.exclusion.reason, e.exclusion.bounds.start),
                cells: vec![
                    Cell::text(e.exclusion.reason.clone()).noted(format!("{}{by}", e.exclusion.kind.title())),
                    Cell::time(Some(e.exclusion.bounds.start)),
                    Cell::time(Some(e.exclusion.bounds.end)),
                    Cell::number(cost.unwrap_or_default()),
                ],
                ..DataRow::default()
            }
        };
        s.excluded.iter().map(row).collect::<Vec<_>>()
    });
    let has_excluded = memo(move || !excluded.with(Vec::is_empty));
    view! {
        <Panel title="How it is computed" feed=feed aside=move || link.clone().map(|link| view! { <a href=link.url rel="external noopener noreferrer" target="_blank">{link.text}</a> })>
            <p class="explain">"SLI: good events ÷ valid events. Burn rate: bad ÷ valid ÷ (1 − target); at 1 the budget lasts exactly the window. No data is never counted as good."</p>
            <p class="formula num">{formula}</p>
            <dl class="queries">{queries}</dl>
            <Show when=move || has_excluded.get()>
                <h3 class="list-head">"Not counted"</h3>
                <DataTable label="What is not counted, table" columns=&EXCLUDED rows=excluded />
            </Show>
        </Panel>
    }
}

//! What used the budget: incidents, deploys, days, and the rest.

use super::subject::Subject;
use crate::config::Service;
use crate::console::components::{DataTable, Panel};
use crate::console::state::{Console, Held, data, firings, frame, kept, memo, use_console};
use crate::domain::ledger::DaySpend;
use crate::domain::order::Order as _;
use crate::domain::series::Frame;
use crate::domain::time::{HOUR, MINUTE, Millis};
use crate::domain::window::Bounds;
use crate::model::{
    Cell, Column, DataRow, Feed, Happening, budget_history_question, causes_question, deploys, history,
    incident_spans, minutes_of, parts_of, share_text, spent_by,
};
use crate::poll::{Pace, Question, Span};
use leptos::prelude::*;

const COLUMNS: [Column; 4] = [
    Column::text("", "Cause"),
    Column::text("", "When"),
    Column::number("", "Cost"),
    Column::number("", "Of budget"),
];

pub type Happenings = Memo<Vec<Happening>>;

/// Incidents and deploys of the objective's service within its window.
pub fn happenings(console: Console, subject: &Subject) -> Happenings {
    let config = console.config();
    let slo = &subject.slo;
    let window = slo.objective.window.longest();
    // An answer has a limited number of points; a firing shorter than a step may go unseen.
    let step = (window / 10_000 / MINUTE + 1) * MINUTE;
    let values: Vec<String> = config.service(&slo.service).map(label_values).unwrap_or_default();
    let range = move |source: &str, query: &str, step: Millis| Question::Range {
        source: source.into(),
        measure: query.into(),
        span: Span::Last(window),
        step,
        pace: Pace::Slow,
    };
    let alerts = Question::Firings { source: slo.source.clone(), length: window, step, pace: Pace::Slow };
    let alerts = data(console.ask(move || Some(alerts.clone())));
    let shipped: Vec<(Held, String)> = config
        .deploys
        .iter()
        .map(|d| {
            let question = range(&d.source, &d.query, step.max(5 * MINUTE));
            (data(console.ask(move || Some(question.clone()))), d.text.clone())
        })
        .collect();
    let standing = subject.standing;
    memo(move || {
        let Some(standing) = standing.get() else { return Vec::new() };
        let mut all = Vec::new();
        if let Some(firings) = firings(&alerts.get()) {
            all.extend(incident_spans(firings, &values, &console.config().alert_labels.severities));
        }
        for (answer, text) in &shipped {
            if let Some(frame) = frame(&answer.get()) {
                let of = |s: &&crate::domain::series::Series| {
                    s.labels.iter().any(|(_, v)| values.iter().any(|own| own == v))
                };
                let own = Frame { series: frame.series.iter().filter(of).cloned().collect() };
                all.extend(deploys(&own, text).into_iter().map(|e| {
                    let span = Bounds { start: e.at, end: e.at + crate::model::AFTER_DEPLOY };
                    (crate::domain::ledger::CauseKind::Deploy, e.text, span)
                }));
            }
        }
        all.retain(|(_, _, span)| span.common(&standing.bounds).is_some());
        all
    })
}

fn label_values(service: &Service) -> Vec<String> {
    std::iter::once(service.id.clone()).chain(service.signals.values().cloned()).collect()
}

#[component]
pub fn CausesPanel(subject: Subject, happenings: Happenings) -> impl IntoView {
    let console = use_console();
    let Subject { slo, zone, standing, .. } = subject;
    // To the minute, so that the question stays while nothing new happens.
    let parts = {
        let slo = slo.clone();
        memo(move || {
            let Some(s) = standing.get() else { return Vec::new() };
            let now = s.as_of - s.as_of.rem_euclid(5 * MINUTE);
            parts_of(
                &slo,
                Bounds { start: s.bounds.start - s.bounds.start.rem_euclid(HOUR), ..s.bounds },
                now,
                &happenings.get(),
            )
        })
    };
    let asked = {
        let slo = slo.clone();
        console.board.ask_about(parts, move |parts| causes_question(&slo, parts))
    };
    let found = {
        let slo = slo.clone();
        // While something runs other spans are asked for every few minutes.
        let found = kept(move || {
            let spent = |parts: &[(Happening, Vec<Bounds>)], frame: Option<&Frame>| {
                standing.get().map(|s| spent_by(&slo, &s, parts, frame))
            };
            (
                (),
                match asked.get() {
                    Some((parts, answer)) => frame(&answer.data).and_then(|f| spent(&parts, Some(f))),
                    // Nothing happened: all of it is background.
                    None if parts.get().is_empty() => spent(&[], None),
                    None => None,
                },
            )
        });
        memo(move || found.get().unwrap_or_default())
    };
    let question = budget_history_question(&slo);
    let buckets = console.ask(move || Some(question.clone()));
    let known = data(buckets);
    let days = {
        let zone = zone.clone();
        memo(move || {
            let past = history(&slo, &standing.get()?, frame(&known.get())?, &zone)?;
            let mut days: Vec<DaySpend> = past.days.into_iter().filter(|d| d.spent > 0.0005).collect();
            days.order_by(|a, b| b.spent.total_cmp(&a.spent));
            days.truncate(5);
            Some(days)
        })
    };
    let total = move || standing.get().and_then(|s| s.budget).map_or(0.0, |b| b.total as f64 / 60_000.0);
    let minutes = move |share: f64| if total() > 0.0 { minutes_of(share * total()) } else { String::new() };
    let row = move |(cause, share): (crate::domain::ledger::Cause, f64)| {
        let background = cause.kind == crate::domain::ledger::CauseKind::Background;
        let at = (!background).then_some(cause.bounds.start);
        DataRow {
            id: format!("{} {} {at:?}", cause.kind.title(), cause.title),
            cells: vec![
                Cell::text(cause.kind.title()).noted(cause.title),
                Cell::time(at),
                Cell::number(minutes(share)),
                Cell::number(share_text(share)),
            ],
            group: "Causes".into(),
            ..DataRow::default()
        }
    };
    let day = move |d: DaySpend| {
        let date = zone.civil(d.bounds.start).full_date();
        let partly = (d.covered < 0.95).then(|| format!("{} with data", share_text(d.covered)));
        DataRow {
            id: date.clone(),
            cells: vec![
                Cell::text(date).noted(partly.unwrap_or_default()),
                Cell::default(),
                Cell::number(minutes(d.spent)),
                Cell::number(share_text(d.spent)),
            ],
            group: "Costliest days".into(),
            ..DataRow::default()
        }
    };
    let rows = memo(move || {
        let days = days.get().unwrap_or_default().into_iter().map(&day);
        found.get().into_iter().map(row).chain(days).collect::<Vec<_>>()
    });
    let feed = memo(move || {
        let counted = asked.get().map(|(_, answer)| answer);
        Feed::of(&std::iter::once(buckets.get()).chain(counted).collect::<Vec<_>>())
    });
    view! {
        <Panel title="What used the budget" feed=feed>
            <p class="explain">"Failures during an incident count toward that incident; failures within an hour of a deploy count toward the deploy; everything else is background."</p>
            <DataTable label="What used the budget, table" columns=&COLUMNS rows=rows is_grouped=true />
            {move || rows.with(Vec::is_empty).then(|| view! { <p class="empty-line">"No budget was used."</p> })}
        </Panel>
    }
}

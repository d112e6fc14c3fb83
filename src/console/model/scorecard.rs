//! Uptime scorecards with their day bars, and error budgets.

use crate::config::{Config, Indicator, Level, Scorecard, Slo};
use crate::domain::format::availability;
use crate::domain::series::Frame;
use crate::domain::signal::Signal;
use crate::domain::slo::{Budget, Policy};
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::domain::uptime::{DayCell, Grade};
use crate::domain::zone::Offsets;
use crate::poll::{Pace, Question, Span};

/// Days shown as bars, the last of them being the last 24 hours.
pub const UPTIME_DAYS: usize = 30;

/// Asks for the uptime of every service of a set over the 30 days up to now.
pub fn total_question(config: &Config, set: &str) -> Option<Question> {
    uptime_question(config, set, 30 * DAY)
}

fn uptime_question(config: &Config, set: &str, range: Millis) -> Option<Question> {
    let set = config.set(set)?;
    let query = set.query(Signal::Uptime, Level::Service, MINUTE, range)?;
    Some(Question::Instant { source: set.source.clone(), query, pace: Pace::Slow })
}

/// Asks for the uptime of each of the whole days before today, and of the last 24 hours.
/// `midnight` is the local midnight at which today began.
pub fn bars_question(config: &Config, set: &str, midnight: Millis) -> Option<(Question, Question)> {
    let whole = config.set(set)?;
    let query = whole.query(Signal::Uptime, Level::Service, MINUTE, DAY)?;
    let first = midnight - (UPTIME_DAYS as Millis - 2) * DAY;
    let days = Question::Range {
        source: whole.source.clone(),
        query,
        span: Span::Between(first, midnight),
        step: DAY,
        pace: Pace::Slow,
    };
    Some((days, uptime_question(config, set, DAY)?))
}

#[derive(Clone, Debug, PartialEq)]
pub struct ScorecardView {
    pub name: String,
    /// `None` until it was answered
    pub uptime: Option<String>,
    pub grade: Grade,
    pub days: Vec<DayCell>,
}

/// Puts a scorecard together from what is known so far.
pub fn scorecard(
    config: &Config,
    card: &Scorecard,
    total: Option<&Frame>,
    days: Option<&Frame>,
    today: Option<&Frame>,
    midnight: Millis,
    zone: &Offsets,
) -> ScorecardView {
    let by = config.set(&card.set).map_or("", |s| s.by.as_str());
    let uptime = total.and_then(|f| f.value(by, &card.value));
    let series = days.and_then(|f| f.labelled(by, &card.value));
    let at = |end: Millis| series?.samples().find(|(t, _)| *t == end).map(|(_, v)| v);
    let mut cells: Vec<DayCell> = (1..UPTIME_DAYS as Millis)
        .rev()
        .map(|back| {
            let end = midnight - (back - 1) * DAY;
            DayCell::new(at(end), &zone.civil(end - DAY / 2).full_date())
        })
        .collect();
    let last = today.and_then(|f| f.value(by, &card.value));
    cells.push(DayCell::new(last, "Last 24 hours"));
    ScorecardView {
        name: card.name.clone(),
        uptime: total.map(|_| uptime.map_or_else(|| "no data".into(), availability)),
        grade: Grade::of(uptime),
        days: cells,
    }
}

/// Asks for the share of good events of one SLO over its window.
pub fn slo_question(config: &Config, slo: &Slo) -> Option<(Question, Option<(String, String)>)> {
    match &slo.indicator {
        Indicator::Query(query) => {
            let query =
                query.replace("$range", &crate::domain::time::prometheus_duration(slo.objective.window));
            Some((Question::Instant { source: slo.source.clone(), query, pace: Pace::Slow }, None))
        }
        Indicator::Uptime { set, value } => {
            let question = uptime_question(config, set, slo.objective.window)?;
            let by = config.set(set)?.by.clone();
            Some((question, Some((by, value.clone()))))
        }
    }
}

/// An SLO's budget as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetLine {
    pub name: String,
    pub service: String,
    pub policy: Policy,
    pub budget: Budget,
}

/// The budget of an SLO from the answer to its question; `None` without data.
pub fn budget(slo: &Slo, frame: &Frame, of: Option<&(String, String)>) -> Option<BudgetLine> {
    let good = match of {
        Some((by, value)) => frame.value(by, value),
        None => frame.series.first().and_then(|s| s.last()).map(|(_, v)| v),
    }?;
    let budget = slo.objective.budget(good);
    Some(BudgetLine { name: slo.name.clone(), service: slo.service.clone(), policy: budget.policy(), budget })
}

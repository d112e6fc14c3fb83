//! Uptime scorecards with their day bars, and error budgets.

use crate::config::{Config, Level, Scorecard};
use crate::domain::format::availability;
use crate::domain::series::Frame;
use crate::domain::signal::Signal;
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
    let measure = set.measure(Signal::Uptime, Level::Service, MINUTE, range)?;
    Some(Question::Instant { source: set.source.clone(), measure, pace: Pace::Slow })
}

/// Asks for the uptime of each of the whole days before today, and of the last 24 hours.
/// `midnight` is the local midnight at which today began.
pub fn bars_question(config: &Config, set: &str, midnight: Millis) -> Option<(Question, Question)> {
    let whole = config.set(set)?;
    let measure = whole.measure(Signal::Uptime, Level::Service, MINUTE, DAY)?;
    let first = midnight - (UPTIME_DAYS as Millis - 2) * DAY;
    let days = Question::Range {
        source: whole.source.clone(),
        measure,
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
    /// why nothing is known although there are samples
    pub why: Option<String>,
}

impl ScorecardView {
    /// The same made from a partial answer, which gives a figure and no grade.
    pub fn doubted(mut self) -> Self {
        self.grade = Grade::Unknown;
        self.uptime = self.uptime.map(|uptime| format!("{uptime} (partial data)"));
        self
    }
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
    let found = total.map(|f| f.value(by, &card.value));
    let several = found.as_ref().and_then(|f| f.as_ref().err()).map(ToString::to_string);
    let uptime = found.and_then(Result::ok).flatten();
    let series = days.and_then(|f| f.labelled(by, &card.value).ok().flatten());
    let at = |end: Millis| series.as_ref()?.samples().find(|(t, _)| *t == end).map(|(_, v)| v);
    let mut cells: Vec<DayCell> = (1..UPTIME_DAYS as Millis)
        .rev()
        .map(|back| {
            let end = midnight - (back - 1) * DAY;
            DayCell::new(at(end), &zone.civil(end - DAY / 2).full_date())
        })
        .collect();
    let last = today.and_then(|f| f.value(by, &card.value).ok().flatten());
    cells.push(DayCell::new(last, "Last 24 hours"));
    ScorecardView {
        name: card.name.clone(),
        uptime: total.map(|_| uptime.map_or_else(|| "no data".into(), availability)),
        grade: Grade::of(uptime),
        days: cells,
        why: several,
    }
}

//! One resource that can run full: what is in use, how fast it grows, when it is full, what to do.

use crate::chart::model::{Chart, Ink, Mark, Style, Trace};
use crate::config::{NumberOrQuery, Resource, ResourceKind};
use crate::domain::capacity::{Full, Line, fit, headroom, projected_full};
use crate::domain::format::{Unit, human};
use crate::domain::labels::Labels;
use crate::domain::series::{Frame, Series};
use crate::domain::time::{DAY, HOUR, MONTH, Millis};
use crate::poll::{Pace, Question, Span};

/// Days of history behind a forecast.
const HISTORY: Millis = 30 * DAY;

/// Asks for the history: storage every two hours, traffic as daily peaks.
pub fn history_question(resource: &Resource) -> Question {
    let (query, step) = match resource.kind {
        ResourceKind::Storage => (resource.used.clone(), 2 * HOUR),
        ResourceKind::Traffic => (format!("max_over_time(({})[1d:5m])", resource.used), DAY),
    };
    Question::Range {
        source: resource.source.clone(),
        query,
        span: Span::Last(HISTORY),
        step,
        pace: Pace::Slow,
    }
}

/// Asks for the limit, where it is a query.
pub fn limit_question(resource: &Resource) -> Option<Question> {
    match &resource.limit {
        NumberOrQuery::Number(_) => None,
        NumberOrQuery::Query(query) => Some(Question::Instant {
            source: resource.source.clone(),
            query: query.clone(),
            pace: Pace::Slow,
        }),
    }
}

/// A resource as shown.
#[derive(Clone, Debug, PartialEq)]
pub struct CapacityCard {
    pub id: String,
    pub name: String,
    /// `450 GB of 1 TB (45 %)`, `peak 8k rps of 12k rps`
    pub level: String,
    /// `+15 GB/month`
    pub growth: Option<String>,
    /// `full in 36 months`, or why nothing can be said
    pub outlook: String,
    /// share in use, 0..1 and more
    pub used_share: f64,
    pub headroom: Option<String>,
    /// what to do, when it is time
    pub action: Option<String>,
    /// `ok`, `warn` or `bad`
    pub tone: &'static str,
    pub chart: Chart,
}

/// Makes the card from history and limit; `None` without both.
pub fn capacity_card(
    resource: &Resource,
    history: &Frame,
    limit: Option<&Frame>,
    now: Millis,
) -> Option<CapacityCard> {
    let limit = match &resource.limit {
        NumberOrQuery::Number(limit) => *limit,
        NumberOrQuery::Query(_) => limit?.series.first()?.last()?.1,
    };
    let series = history.series.first()?;
    let (_, latest) = series.last()?;
    if !(limit > 0.0 && limit.is_finite()) {
        return None;
    }
    let line = match resource.kind {
        ResourceKind::Storage => fit(series),
        // Of the week's peak, since a line through daily peaks sees growth in where the weekend falls.
        ResourceKind::Traffic => fit(&weekly_peaks(series)),
    };
    let growth = line.map(|l| l.growth_per_month());
    let card = match resource.kind {
        ResourceKind::Storage => storage(resource, latest, limit, growth),
        ResourceKind::Traffic => traffic(resource, series, limit, growth),
    };
    let unit = unit_of(resource.kind);
    Some(CapacityCard { chart: chart(resource, unit, series, line, limit, now), ..card })
}

fn unit_of(kind: ResourceKind) -> Unit {
    match kind {
        ResourceKind::Storage => Unit::Bytes,
        ResourceKind::Traffic => Unit::Rps,
    }
}

fn storage(resource: &Resource, used: f64, limit: f64, growth: Option<f64>) -> CapacityCard {
    let share = used / limit;
    let full = growth.map(|g| projected_full(used, limit, g));
    let act = share > resource.act_at;
    let tone = match full {
        Some(Full::Now) => "bad",
        Some(Full::InMonths(0..=1)) => "bad",
        _ if act => "warn",
        Some(Full::InMonths(2..=5)) => "warn",
        _ => "ok",
    };
    CapacityCard {
        id: resource.id.clone(),
        name: resource.name.clone(),
        level: format!(
            "{} of {} ({})",
            human(Unit::Bytes, used),
            human(Unit::Bytes, limit),
            human(Unit::Ratio, share)
        ),
        growth: growth.map(|g| per_month(Unit::Bytes, g, limit)),
        outlook: outlook(full),
        used_share: share,
        headroom: None,
        action: act.then(|| format!("Over {}: {}", human(Unit::Ratio, resource.act_at), resource.action)),
        tone,
        chart: empty_chart(),
    }
}

fn traffic(resource: &Resource, peaks: &Series, limit: f64, growth: Option<f64>) -> CapacityCard {
    // The peak of the last week: a quiet Sunday is no reason to feel safe.
    let peak = weekly_peaks(peaks).last().map_or(0.0, |(_, peak)| peak);
    let room = headroom(peak, limit);
    let act = room < resource.act_at;
    let full = growth.map(|g| projected_full(peak, limit, g));
    CapacityCard {
        id: resource.id.clone(),
        name: resource.name.clone(),
        level: format!("peak {} of {}", human(Unit::Rps, peak), human(Unit::Rps, limit)),
        growth: growth.map(|g| per_month(Unit::Rps, g, limit)),
        outlook: outlook(full),
        used_share: peak / limit,
        headroom: Some(format!("headroom {}", human(Unit::Ratio, room))),
        action: act
            .then(|| format!("Headroom under {}: {}", human(Unit::Ratio, resource.act_at), resource.action)),
        tone: if room <= 0.0 {
            "bad"
        } else if act {
            "warn"
        } else {
            "ok"
        },
        chart: empty_chart(),
    }
}

/// For each day the highest of the seven days up to it; from the seventh day on, if there are so many.
fn weekly_peaks(days: &Series) -> Series {
    let all: Vec<(Millis, f64)> = days.samples().collect();
    let first = 6.min(all.len().saturating_sub(1));
    let highest =
        |week: &[(Millis, f64)]| week.iter().map(|(_, v)| *v).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let samples =
        (first..all.len()).filter_map(|i| Some((all.get(i)?.0, highest(all.get(i.saturating_sub(6)..=i)?))));
    Series::from_samples(days.labels.clone(), samples.collect())
}

/// Less than a thousandth of the limit a month is no growth to plan for.
fn per_month(unit: Unit, growth: f64, limit: f64) -> String {
    if growth.abs() < limit / 1000.0 {
        return "no growth".into();
    }
    let sign = if growth < 0.0 { "−" } else { "+" };
    format!("{sign}{}/month", human(unit, growth.abs()))
}

fn outlook(full: Option<Full>) -> String {
    match full {
        None => "history too short for a forecast".into(),
        Some(Full::Now) => "full now".into(),
        Some(Full::InMonths(0)) => "full in less than a month".into(),
        Some(Full::InMonths(1)) => "full in 1 month".into(),
        Some(Full::InMonths(n)) => format!("full in {n} months"),
        Some(Full::NotForeseeable) => "not filling up".into(),
    }
}

fn empty_chart() -> Chart {
    Chart::new("", Unit::Count, 0, 1)
}

/// History as an area, the line through it dashed as far ahead as it takes to tell something.
fn chart(
    resource: &Resource,
    unit: Unit,
    series: &Series,
    line: Option<Line>,
    limit: f64,
    now: Millis,
) -> Chart {
    let start = series.first_instant().unwrap_or(now - HISTORY);
    let ahead = line.map_or(HISTORY, |l| horizon(l, limit, now));
    let end = now + ahead;
    let name = match resource.kind {
        ResourceKind::Storage => "in use",
        ResourceKind::Traffic => "daily peak",
    };
    let mut traces = vec![Trace::new(name, Ink::Series1, Style::Area, series.clone())];
    if let Some(line) = line {
        let ends = [now, end].map(|t| (t, line.value(t).max(0.0)));
        let projected = Series::from_samples(Labels::default(), ends.to_vec());
        traces.push(Trace::new("projected", Ink::Series1, Style::Dashed, projected));
    }
    let act_at = match resource.kind {
        ResourceKind::Storage => limit * resource.act_at,
        ResourceKind::Traffic => limit / (1.0 + resource.act_at),
    };
    Chart {
        traces,
        threshold: Some(Mark { value: limit, label: format!("limit {}", human(unit, limit)) }),
        baseline: Some(Mark { value: act_at, label: format!("act at {}", human(unit, act_at)) }),
        now: Some(now),
        ..Chart::new(resource.name.clone(), unit, start, end)
    }
}

/// Far enough to see where it leads, and near enough to see where it came from: one to twelve months.
fn horizon(line: Line, limit: f64, now: Millis) -> Millis {
    let months = (limit - line.value(now)) / line.growth_per_month();
    let months = if months.is_finite() && months > 0.0 { months * 1.1 } else { 2.0 };
    (months.clamp(1.0, 12.0) * MONTH as f64) as Millis
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: ResourceKind, limit: f64, act_at: f64) -> Resource {
        Resource {
            id: "r".into(),
            name: "R".into(),
            source: "p".into(),
            kind,
            used: "x".into(),
            limit: NumberOrQuery::Number(limit),
            act_at,
            action: "Plan migration".into(),
        }
    }

    fn frame(values: impl Iterator<Item = f64>) -> Frame {
        let samples = values.enumerate().map(|(d, v)| (d as Millis * DAY, v)).collect();
        Frame { series: vec![Series::from_samples(Labels::default(), samples)] }
    }

    #[test]
    fn storage_as_in_the_dashboard() {
        let history = frame((0..31).map(|d| (450.0 - 15.0 * f64::from(30 - d) / 30.44) * 1e9));
        let card =
            capacity_card(&resource(ResourceKind::Storage, 1e12, 0.7), &history, None, 30 * DAY).unwrap();
        assert_eq!(card.level, "450 GB of 1 TB (45 %)");
        assert_eq!(card.growth.as_deref(), Some("+15 GB/month"));
        assert_eq!((card.outlook.as_str(), card.action), ("full in 36 months", None));
    }

    #[test]
    fn over_the_threshold_there_is_an_action() {
        let history = frame((0..31).map(|d| 0.78e12 + f64::from(d) * 1e6));
        let card =
            capacity_card(&resource(ResourceKind::Storage, 1e12, 0.7), &history, None, 30 * DAY).unwrap();
        assert_eq!(card.action.as_deref(), Some("Over 70 %: Plan migration"));
        assert_eq!(card.tone, "warn");
        let card = capacity_card(
            &resource(ResourceKind::Traffic, 9_000.0, 0.3),
            &frame([8_000.0; 9].into_iter()),
            None,
            9 * DAY,
        );
        assert_eq!(card.unwrap().action.as_deref(), Some("Headroom under 30 %: Plan migration"));
    }

    #[test]
    fn too_little_history_says_so() {
        let card =
            capacity_card(&resource(ResourceKind::Storage, 1e12, 0.7), &frame([1.0].into_iter()), None, DAY)
                .unwrap();
        assert_eq!(card.outlook, "history too short for a forecast");
        assert!(
            capacity_card(&resource(ResourceKind::Storage, 1e12, 0.7), &Frame::default(), None, DAY)
                .is_none()
        );
    }
}

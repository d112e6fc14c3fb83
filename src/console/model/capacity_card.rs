//! One resource that can run full: what is in use, how fast it grows, when it is full, what to do.

use crate::chart::model::{Chart, Ink, Mark, Style, Trace};
use crate::config::{Cost, Limit, Resource, ResourceKind};
use crate::domain::capacity::{Full, headroom, projected_full};
use crate::domain::format::{Unit, human};
use crate::domain::knee::{Knee, NoKnee, knee};
use crate::domain::labels::Labels;
use crate::domain::outlook::{Crossing, Expected, Outlook, Regular};
use crate::domain::plan::Plan;
use crate::domain::series::{Frame, Series};
use crate::domain::time::{DAY, HOUR, MINUTE, MONTH, Millis};
use crate::domain::zone::Offsets;
use crate::poll::{Pace, Question, Span};
use crate::sources::prometheus::{Fold, Term, TermSpan, joined, term_series};

/// History behind a forecast, as far as the source keeps it.
const HISTORY: Millis = 90 * DAY;

/// The time between two values of the history: storage four times a day, traffic as daily peaks.
fn step_of(kind: ResourceKind) -> Millis {
    match kind {
        ResourceKind::Storage => 6 * HOUR,
        ResourceKind::Traffic => DAY,
    }
}

/// The time between two values a forecast is made from: of four weeks and more, days say enough.
fn planning_step(planned: &Series, kind: ResourceKind) -> Millis {
    let length = planned.last_instant().unwrap_or(0) - planned.first_instant().unwrap_or(0);
    if length >= 28 * DAY { DAY } else { step_of(kind) }
}

/// Asks for the history.
pub fn history_question(resource: &Resource) -> Question {
    let query = match resource.kind {
        ResourceKind::Storage => resource.used.clone(),
        ResourceKind::Traffic if resource.peak < 1.0 => {
            format!("quantile_over_time({}, ({})[1d:5m])", resource.peak, resource.used)
        }
        ResourceKind::Traffic => format!("max_over_time(({})[1d:5m])", resource.used),
    };
    Question::Range {
        source: resource.source.clone(),
        query,
        span: Span::Last(HISTORY),
        step: step_of(resource.kind),
        pace: Pace::Slow,
    }
}

/// Asks for the limit, where it is a query.
pub fn limit_question(resource: &Resource) -> Option<Question> {
    match &resource.limit {
        Limit::Number(_) => None,
        Limit::Query(query) => Some(Question::Instant {
            source: resource.source.clone(),
            query: query.clone(),
            pace: Pace::Slow,
        }),
        Limit::Knee(latency) => {
            let term = |key: &str, expression: &str| Term {
                key: key.into(),
                expression: expression.into(),
                span: TermSpan::Trailing(DAY),
                // Many series of one load have no limit in common.
                fold: Fold::Single,
            };
            Some(Question::Range {
                source: resource.source.clone(),
                query: joined(&[term("load", &resource.used), term("latency", latency)], 0),
                span: Span::Last(14 * DAY),
                step: 10 * MINUTE,
                pace: Pace::Slow,
            })
        }
    }
}

/// A resource as shown.
#[derive(Clone, Debug, PartialEq)]
pub struct CapacityCard {
    pub id: String,
    pub name: String,
    pub unit: Unit,
    /// `450 GB of 1 TB (45 %)`, `peak 8k rps of 12k rps`
    pub level: String,
    /// `+15 GB/month`
    pub growth: Option<String>,
    /// `full in 36 months`, or why nothing can be said
    pub outlook: String,
    /// `likely Nov 2029, between Aug 2029 and Mar 2030`
    pub full_when: Option<String>,
    /// the same for the level at which to act
    pub act_when: Option<String>,
    /// how the forecast was made, and how good its like have been
    pub judged: Option<String>,
    /// when to act first: what is ranked by
    pub due: Due,
    /// when it is most likely full
    pub full_at: Option<Millis>,
    pub limit: f64,
    pub planning: Option<Outlook>,
    /// what the limit was read from, where it was
    pub knee: Option<Knee>,
    pub cost: Option<Cost>,
    /// share in use, 0..1 and more
    pub used_share: f64,
    pub headroom: Option<String>,
    /// what to do, when it is time
    pub action: Option<String>,
    /// what to do once it is
    pub advice: String,
    /// `ok`, `warn` or `bad`
    pub tone: &'static str,
    pub chart: Chart,
}

impl CapacityCard {
    /// When it would be full if a plan came true; nothing without a plan or a forecast.
    pub fn full_under(&self, plan: &Plan, zone: &Offsets) -> Option<String> {
        let outlook = self.planning.as_ref().filter(|_| !plan.is_none())?;
        let crossing = outlook.crossing_under(plan, self.limit);
        Some(when_text(crossing, zone).unwrap_or_else(|| "full at once".into()))
    }

    /// What a plan adds and what that costs a month: `500 GB more, 50 EUR a month`.
    pub fn cost_under(&self, plan: &Plan) -> Option<String> {
        let more = plan.limit(self.limit) - self.limit;
        let cost = self.cost.as_ref().filter(|_| more > 0.0)?;
        let money = more / cost.per * cost.amount;
        let money = if money < 100.0 { format!("{money:.2}") } else { format!("{money:.0}") };
        Some(format!("{} more, {money} {} a month", human(self.unit, more), cost.currency))
    }

    /// Its chart with what a plan would make of it.
    pub fn chart_under(&self, plan: &Plan) -> Chart {
        let mut chart = self.chart.clone();
        if let Some(outlook) = self.planning.as_ref().filter(|_| !plan.is_none()) {
            let line = Series::from_samples(Labels::default(), outlook.line_under(plan, chart.end));
            chart.traces.push(Trace::new("with the plan", Ink::Warn, Style::Dashed, line));
            if plan.capacity > 0.0 {
                let limit = plan.limit(self.limit);
                let begin = (chart.now.unwrap_or(chart.start) + plan.wait()).min(chart.end);
                let at = |i: Millis| begin + (chart.end - begin) * i / 20;
                let line =
                    Series::from_samples(Labels::default(), (0..=20).map(|i| (at(i), limit)).collect());
                chart.traces.push(Trace::new("limit with the plan", Ink::Bad, Style::Dashed, line));
            }
        }
        chart
    }
}

/// When a resource asks for something, the soonest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    Now,
    At(Millis),
    NotInSight,
    /// too little is known
    Unknown,
}

/// The history of one resource, and what there is of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// the value of the label it is told apart by; empty where a query is about one resource
    pub label: String,
    pub history: Series,
    pub limit: f64,
    /// what the limit was read from, where it was
    pub knee: Option<Knee>,
}

/// What the answer about load and latency says; none where the limit is given, or nothing is answered yet.
fn knee_of(resource: &Resource, answer: Option<&Frame>) -> Option<Result<Knee, NoKnee>> {
    if !matches!(resource.limit, Limit::Knee(_)) {
        return None;
    }
    let answer = answer?;
    let series = |key: &str| term_series(answer, key).ok().flatten();
    let (Some(load), Some(latency)) = (series("load"), series("latency")) else {
        return Some(Err(NoKnee::TooFew(0)));
    };
    let mut latencies = latency.samples().peekable();
    let pair = |(t, load): (Millis, f64)| {
        while latencies.next_if(|(at, _)| *at < t).is_some() {}
        latencies.next_if(|(at, _)| *at == t).map(|(_, latency)| (load, latency))
    };
    Some(knee(&load.samples().filter_map(pair).collect::<Vec<_>>()))
}

/// Why nothing can be said of a resource.
pub fn why_missing(resource: &Resource, limit: Option<&Frame>) -> String {
    match knee_of(resource, limit) {
        Some(Err(NoKnee::TooFew(n))) => {
            format!(
                "The limit cannot be read yet: {n} instants with load and latency, at least 100 are needed."
            )
        }
        Some(Err(NoKnee::NotReached(load))) => format!(
            "Latency stayed in its normal range up to {}: no limit can be read from it. Give a limit to plan by.",
            human(unit_of(resource.kind), load)
        ),
        _ => "The query found no samples, or the limit is not a number above 0.".into(),
    }
}

/// The resources that an answer holds; none without a limit above 0.
pub fn supplies(resource: &Resource, history: &Frame, limit: Option<&Frame>) -> Vec<Supply> {
    let label = |series: &Series| {
        let by = resource.by.as_deref();
        by.map_or_else(String::new, |by| series.labels.get(by).unwrap_or_default().to_string())
    };
    let read = knee_of(resource, limit).and_then(Result::ok);
    let limit_of = |own: &str| match (&resource.limit, &resource.by) {
        (Limit::Number(limit), _) => Some(*limit),
        (Limit::Query(_), None) => Some(limit?.series.first()?.last()?.1),
        (Limit::Query(_), Some(_)) => Some(limit?.series.iter().find(|s| label(s) == own)?.last()?.1),
        (Limit::Knee(_), _) => Some(read.as_ref()?.load),
    };
    let one = |series: &Series| {
        let label = label(series);
        let limit = limit_of(&label).filter(|l| *l > 0.0 && l.is_finite())?;
        Some(Supply { label, history: series.clone(), limit, knee: read.clone() })
    };
    let n = if resource.by.is_some() { usize::MAX } else { 1 };
    history.series.iter().take(n).filter_map(one).collect()
}

/// Makes the card of one resource; `None` without a sample.
pub fn capacity_card(
    resource: &Resource,
    supply: &Supply,
    now: Millis,
    zone: &Offsets,
) -> Option<CapacityCard> {
    let (series, limit) = (&supply.history, supply.limit);
    let (_, latest) = series.last()?;
    let named = match supply.label.as_str() {
        "" => resource.clone(),
        label => Resource {
            id: format!("{}-{label}", resource.id),
            name: format!("{}, {label}", resource.name),
            ..resource.clone()
        },
    };
    let resource = &named;
    // Of the week's peak, since a line through daily peaks sees growth in where the weekend falls.
    let planned = match resource.kind {
        ResourceKind::Storage => series.clone(),
        ResourceKind::Traffic => weekly_peaks(series),
    };
    let outlook = Regular::of(&planned, planning_step(&planned, resource.kind)).and_then(|r| Outlook::of(&r));
    let growth = outlook.as_ref().map(Outlook::growth_per_month);
    let card = match resource.kind {
        ResourceKind::Storage => storage(resource, latest, limit, growth),
        ResourceKind::Traffic => traffic(resource, series, limit, growth),
    };
    let act_at = act_level(resource, limit);
    let crossing = |level: f64| outlook.as_ref().map(|o| o.crossing(level));
    let when = |level: f64| crossing(level).and_then(|c| when_text(c, zone));
    let due = match (card.action.is_some(), crossing(act_at)) {
        (true, _) | (_, Some(Crossing::Passed)) => Due::Now,
        (_, Some(Crossing::Likely { at, .. })) => Due::At(at),
        (_, Some(Crossing::NotInSight { .. })) => Due::NotInSight,
        (_, None) => Due::Unknown,
    };
    Some(CapacityCard {
        full_when: when(limit),
        act_when: when(act_at),
        judged: outlook.as_ref().map(judged_text),
        due,
        full_at: match crossing(limit) {
            Some(Crossing::Likely { at, .. }) => Some(at),
            _ => None,
        },
        chart: chart(resource, series, outlook.as_ref(), limit, now),
        planning: outlook,
        knee: supply.knee.clone(),
        ..card
    })
}

/// The use at which to act.
fn act_level(resource: &Resource, limit: f64) -> f64 {
    match resource.kind {
        ResourceKind::Storage => limit * resource.act_at,
        ResourceKind::Traffic => limit / (1.0 + resource.act_at),
    }
}

/// `likely Aug 2029, between Mar 2028 and never in 5 years`; nothing where it has come already.
fn when_text(crossing: Crossing, zone: &Offsets) -> Option<String> {
    let month = |at: Millis| {
        let civil = zone.civil(at);
        format!("{} {}", civil.month_name(), civil.year)
    };
    match crossing {
        Crossing::Passed => None,
        Crossing::Likely { at, early, late } => {
            let (likely, early) = (month(at), month(early));
            let late = late.map_or_else(|| "never in 5 years".to_string(), month);
            Some(if early == likely && late == likely {
                format!("likely {likely}")
            } else {
                format!("likely {likely}, between {early} and {late}")
            })
        }
        Crossing::NotInSight { early: Some(early) } => {
            Some(format!("not in sight; at the earliest {}", month(early)))
        }
        Crossing::NotInSight { early: None } => Some("not in sight".into()),
    }
}

/// `trend and others; forecasts up to 22 days ahead were off by 0.4 % at the median of 8`
fn judged_text(outlook: &Outlook) -> String {
    let near = outlook.near();
    let method = near.method().map_or("none", |c| c.method.title());
    let others = if near.parts.len() > 1 { " and others" } else { "" };
    match near.past_error {
        Some(error) => format!(
            "{method}{others}; {} earlier forecasts, up to {} ahead, were off by {} at the median",
            near.n_origins,
            crate::domain::time::human_duration(outlook.judged()),
            human(Unit::Ratio, error)
        ),
        None => format!("{method}{others}; the history is too short to judge by"),
    }
}

fn unit_of(kind: ResourceKind) -> Unit {
    match kind {
        ResourceKind::Storage => Unit::Bytes,
        ResourceKind::Traffic => Unit::Rps,
    }
}

/// What cards of both kinds begin with; the forecast fills in the rest.
fn blank(resource: &Resource, limit: f64, growth: Option<f64>) -> CapacityCard {
    let unit = unit_of(resource.kind);
    CapacityCard {
        id: resource.id.clone(),
        name: resource.name.clone(),
        unit,
        level: String::new(),
        growth: growth.map(|g| per_month(unit, g, limit)),
        outlook: String::new(),
        used_share: 0.0,
        headroom: None,
        action: None,
        tone: "unknown",
        advice: resource.action.clone(),
        full_when: None,
        act_when: None,
        judged: None,
        due: Due::Unknown,
        full_at: None,
        limit,
        planning: None,
        knee: None,
        cost: resource.cost.clone(),
        chart: Chart::new("", Unit::Count, 0, 1),
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
        level: format!(
            "{} of {} ({})",
            human(Unit::Bytes, used),
            human(Unit::Bytes, limit),
            human(Unit::Ratio, share)
        ),
        outlook: outlook(full),
        used_share: share,
        action: act.then(|| format!("Over {}: {}", human(Unit::Ratio, resource.act_at), resource.action)),
        tone,
        ..blank(resource, limit, growth)
    }
}

fn traffic(resource: &Resource, peaks: &Series, limit: f64, growth: Option<f64>) -> CapacityCard {
    // The peak of the last week: a quiet Sunday is no reason to feel safe.
    let peak = weekly_peaks(peaks).last().map_or(0.0, |(_, peak)| peak);
    let room = headroom(peak, limit);
    let act = room < resource.act_at;
    let full = growth.map(|g| projected_full(peak, limit, g));
    CapacityCard {
        level: format!("peak {} of {}", human(Unit::Rps, peak), human(Unit::Rps, limit)),
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
        ..blank(resource, limit, growth)
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

/// History as an area; the forecast dashed within the bands of 80 and 95 %.
fn chart(resource: &Resource, series: &Series, outlook: Option<&Outlook>, limit: f64, now: Millis) -> Chart {
    let unit = unit_of(resource.kind);
    let start = series.first_instant().unwrap_or(now - HISTORY);
    let act_at = act_level(resource, limit);
    let end = now + outlook.map_or(MONTH, |o| horizon(o, limit, now));
    let name = match resource.kind {
        ResourceKind::Storage => "in use",
        ResourceKind::Traffic => "daily peak",
    };
    let name = match resource.peak {
        p if p < 1.0 => format!("{name} (p{})", (p * 1000.0).round() / 10.0),
        _ => name.to_string(),
    };
    let mut traces = vec![Trace::new(name, Ink::Series1, Style::Area, series.clone())];
    if let Some(fan) = outlook.map(|o| o.fan(end)).filter(|fan| !fan.is_empty()) {
        let edge = |of: &dyn Fn(&Expected) -> f64| {
            Series::from_samples(Labels::default(), fan.iter().map(|e| (e.at, of(e).max(0.0))).collect())
        };
        let band = |name: &str, half: fn(&Expected) -> f64| Trace {
            base: Some(edge(&|e| e.mean - half(e))),
            ..Trace::new(name, Ink::Series1, Style::Band, edge(&|e| e.mean + half(e)))
        };
        traces.push(band("95 %", |e| e.half95));
        traces.push(band("80 %", |e| e.half80));
        traces.push(Trace::new("expected", Ink::Series1, Style::Dashed, edge(&|e| e.mean)));
    }
    Chart {
        traces,
        threshold: Some(Mark { value: limit, label: format!("limit {}", human(unit, limit)) }),
        baseline: Some(Mark { value: act_at, label: format!("act at {}", human(unit, act_at)) }),
        now: Some(now),
        max_gap: 2 * MONTH,
        ..Chart::new(resource.name.clone(), unit, start, end)
    }
}

/// Far enough to see where it leads, and near enough to see where it came from: one to twelve months.
fn horizon(outlook: &Outlook, limit: f64, now: Millis) -> Millis {
    match outlook.crossing(limit) {
        Crossing::Likely { at, .. } => ((at - now) as f64 * 1.1) as Millis,
        _ => 2 * MONTH,
    }
    .clamp(MONTH, 12 * MONTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::prometheus::TERM_LABEL;

    fn resource(kind: ResourceKind, limit: f64, act_at: f64) -> Resource {
        Resource {
            id: "r".into(),
            name: "R".into(),
            source: "p".into(),
            kind,
            used: "x".into(),
            limit: Limit::Number(limit),
            cost: None,
            peak: 1.0,
            by: None,
            act_at,
            action: "Plan migration".into(),
        }
    }

    fn frame(values: impl Iterator<Item = f64>) -> Frame {
        let samples = values.enumerate().map(|(d, v)| (d as Millis * DAY, v)).collect();
        Frame { series: vec![Series::from_samples(Labels::default(), samples)] }
    }

    fn card(
        kind: ResourceKind,
        limit: f64,
        act_at: f64,
        history: &Frame,
        now: Millis,
    ) -> Option<CapacityCard> {
        let resource = resource(kind, limit, act_at);
        capacity_card(&resource, supplies(&resource, history, None).first()?, now, &Offsets::utc())
    }

    #[test]
    fn storage_as_in_the_dashboard() {
        let history = frame((0..31).map(|d| (450.0 - 15.0 * f64::from(30 - d) / 30.44) * 1e9));
        let card = card(ResourceKind::Storage, 1e12, 0.7, &history, 30 * DAY).unwrap();
        assert_eq!(card.level, "450 GB of 1 TB (45 %)");
        assert_eq!(card.growth.as_deref(), Some("+15 GB/month"));
        assert_eq!((card.outlook.as_str(), card.action), ("full in 36 months", None));
    }

    #[test]
    fn dates_are_told_by_month_and_with_their_doubt() {
        let utc = Offsets::utc();
        let day = |n: i64| 1_795_478_400_000 + n * DAY;
        let text = |crossing| when_text(crossing, &utc);
        let likely = |at, early, late| Crossing::Likely { at: day(at), early: day(early), late };
        assert_eq!(
            text(likely(1000, 480, None)).unwrap(),
            "likely Aug 2029, between Mar 2028 and never in 5 years"
        );
        assert_eq!(text(likely(1000, 999, Some(day(1001)))).unwrap(), "likely Aug 2029");
        assert_eq!(text(Crossing::Passed), None);
        assert_eq!(
            text(Crossing::NotInSight { early: Some(day(1)) }).unwrap(),
            "not in sight; at the earliest Nov 2026"
        );
    }

    #[test]
    fn a_plan_is_compared_with_what_is() {
        let history = frame((0..91).map(|d| (450.0 - 15.0 * f64::from(90 - d) / 30.44) * 1e9));
        let card = card(ResourceKind::Storage, 1e12, 0.7, &history, 90 * DAY).unwrap();
        let utc = Offsets::utc();
        assert_eq!(card.full_under(&Plan::NONE, &utc), None);
        assert_eq!(card.full_when.as_deref(), Some("likely Apr 1973"));
        let full = |text: &str| card.full_under(&Plan::parse(text), &utc).unwrap();
        assert_eq!(full("growth:2"), "likely Oct 1971");
        assert_eq!(full("launch:2"), "full at once");
        assert_eq!(full("growth:0"), "not in sight");
        assert_eq!(card.chart_under(&Plan::parse("capacity:1")).traces.len(), card.chart.traces.len() + 2);
        assert_eq!(card.chart_under(&Plan::NONE), card.chart);
    }

    #[test]
    fn what_asks_for_something_first_is_first() {
        let mut all = [Due::Unknown, Due::NotInSight, Due::At(9), Due::At(3), Due::Now];
        all.sort();
        assert_eq!(all, [Due::Now, Due::At(3), Due::At(9), Due::NotInSight, Due::Unknown]);
    }

    #[test]
    fn over_the_threshold_there_is_an_action() {
        let history = frame((0..31).map(|d| 0.78e12 + f64::from(d) * 1e6));
        let found = card(ResourceKind::Storage, 1e12, 0.7, &history, 30 * DAY).unwrap();
        assert_eq!(found.action.as_deref(), Some("Over 70 %: Plan migration"));
        assert_eq!(found.tone, "warn");
        let busy = frame([8_000.0; 9].into_iter());
        let found = card(ResourceKind::Traffic, 9_000.0, 0.3, &busy, 9 * DAY).unwrap();
        assert_eq!(found.action.as_deref(), Some("Headroom under 30 %: Plan migration"));
    }

    #[test]
    fn too_little_history_says_so() {
        let found = card(ResourceKind::Storage, 1e12, 0.7, &frame([1.0].into_iter()), DAY).unwrap();
        assert_eq!(found.outlook, "history too short for a forecast");
        assert!(card(ResourceKind::Storage, 1e12, 0.7, &Frame::default(), DAY).is_none());
    }

    #[test]
    fn a_limit_is_read_from_latency_or_it_is_said_why_not() {
        let busy = Resource {
            limit: Limit::Knee("p95".into()),
            cost: Some(Cost { amount: 5.0, per: 100.0, currency: "EUR".into() }),
            ..resource(ResourceKind::Traffic, 1.0, 0.3)
        };
        let Some(Question::Range { query, .. }) = limit_question(&busy) else { panic!() };
        assert!(query.contains("label_replace(x,") && query.contains("label_replace(p95,"), "{query}");
        let of = |key: &str, value: &dyn Fn(f64) -> f64| {
            let labels: Labels = [(TERM_LABEL, key)].into_iter().collect();
            let load = |i: i64| 550.0 - 450.0 * (i as f64 / 20.0).cos();
            Series::from_samples(labels, (0..400).map(|i| (i * 10, value(load(i)))).collect())
        };
        let answer = |from: f64| Frame {
            series: vec![
                of("load", &|l| l),
                of("latency", &|l| if l > from { 0.5 } else { 0.05 + l * 1e-6 }),
            ],
        };
        let history = frame([700.0; 40].into_iter());
        let found = supplies(&busy, &history, Some(&answer(850.0)));
        assert!((800.0..900.0).contains(&found[0].limit), "{}", found[0].limit);
        let card = capacity_card(&busy, &found[0], 40 * DAY, &Offsets::utc()).unwrap();
        assert!(card.knee.is_some());
        let cost = card.cost_under(&Plan::parse("capacity:1")).unwrap();
        assert!(cost.ends_with(" EUR a month") && cost.contains("rps more, 4"), "{cost}");
        assert_eq!(card.cost_under(&Plan::NONE), None);
        assert!(supplies(&busy, &history, Some(&answer(2_000.0))).is_empty());
        let why = why_missing(&busy, Some(&answer(2_000.0)));
        assert!(why.starts_with("Latency stayed in its normal range up to 1k rps"), "{why}");
        assert!(why_missing(&busy, Some(&Frame::default())).contains("0 instants"));
    }

    #[test]
    fn a_peak_is_the_highest_of_the_day_or_a_stated_quantile() {
        let query = |peak: f64| {
            let Question::Range { query, .. } =
                history_question(&Resource { peak, ..resource(ResourceKind::Traffic, 1.0, 0.3) })
            else {
                panic!()
            };
            query
        };
        assert_eq!(query(1.0), "max_over_time((x)[1d:5m])");
        assert_eq!(query(0.99), "quantile_over_time(0.99, (x)[1d:5m])");
    }

    #[test]
    fn one_query_answers_for_many_each_with_its_own_limit() {
        let of = |name: &str, value: f64| {
            let labels: Labels = [("instance", name)].into_iter().collect();
            Series::from_samples(labels, (0..40).map(|d| (d * DAY, value)).collect())
        };
        let many = Resource {
            by: Some("instance".into()),
            limit: Limit::Query("size".into()),
            ..resource(ResourceKind::Storage, 1.0, 0.7)
        };
        let history = Frame { series: vec![of("a", 10.0), of("b", 90.0), of("c", 5.0)] };
        let limits = Frame { series: vec![of("b", 100.0), of("a", 20.0), of("c", 0.0)] };
        let found = supplies(&many, &history, Some(&limits));
        // One without a limit above 0 is none.
        assert_eq!(
            found.iter().map(|s| (s.label.as_str(), s.limit)).collect::<Vec<_>>(),
            [("a", 20.0), ("b", 100.0)]
        );
        let card = capacity_card(&many, &found[1], 40 * DAY, &Offsets::utc()).unwrap();
        assert_eq!((card.id.as_str(), card.name.as_str(), card.due), ("r-b", "R, b", Due::Now));
    }
}

//! One resource that can run full: what is in use, how fast it grows, when it is full, what to do.

use super::supply::{HISTORY, Supply, name, step_of};
use crate::chart::model::{Chart, Ink, Mark, Style, Trace};
use crate::config::{Cost, Resource, ResourceKind};
use crate::domain::capacity::{Full, headroom, projected_full};
use crate::domain::format::{Unit, human};
use crate::domain::knee::Knee;
use crate::domain::labels::Labels;
use crate::domain::outlook::{Crossing, Expected, Outlook, Regular};
use crate::domain::plan::Plan;
use crate::domain::series::Series;
use crate::domain::time::{DAY, MONTH, Millis, human_duration};
use crate::domain::zone::Offsets;

/// The time between two values a forecast is made from: of two weeks and more, days say enough.
fn planning_step(planned: &Series, kind: ResourceKind) -> Millis {
    let length = planned.last_instant().unwrap_or(0) - planned.first_instant().unwrap_or(0);
    if length >= 14 * DAY { DAY } else { step_of(kind) }
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
    /// `ok`, `warn`, `bad` or `unknown`
    pub tone: &'static str,
    /// its last sample, where it has ended while others went on
    pub gone: Option<Millis>,
    pub chart: Chart,
}

impl CapacityCard {
    /// When it would be full if a plan came true; nothing without a plan or a forecast.
    pub fn full_under(&self, plan: &Plan, now: Millis, zone: &Offsets) -> Option<String> {
        let outlook = self.planning.as_ref().filter(|_| !plan.is_none())?;
        let crossing = outlook.crossing_under(plan, self.limit);
        Some(when_text(crossing, now, zone).unwrap_or_else(|| "full at once".into()))
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
            let line =
                Series::from_samples(Labels::default(), outlook.line_under(plan, chart.end, self.limit));
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
    /// it ended while others went on
    Gone,
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
    let named = Resource {
        id: if supply.label.is_empty() {
            resource.id.clone()
        } else {
            format!("{}-{}", resource.id, supply.label)
        },
        name: name(resource, &supply.label),
        ..resource.clone()
    };
    let resource = &named;
    let step = step_of(resource.kind);
    let outlook = match resource.kind {
        ResourceKind::Storage => {
            let planned = Regular::peaks_of(series, planning_step(series, resource.kind));
            let planned = planned.map(|p| p.ending_at(recent_peak(series)));
            let recent = Regular::of(series, step);
            planned.zip(recent).and_then(|(planned, recent)| Outlook::with_recent(&planned, &recent, 1))
        }
        // Of the week's peak, since a line through daily peaks sees growth in where the weekend falls. One
        // busy day is no climb.
        ResourceKind::Traffic => {
            let planned = Regular::of(&weekly_peaks(series), step);
            let recent = Regular::of(series, step);
            planned.zip(recent).and_then(|(planned, recent)| Outlook::with_recent(&planned, &recent, 2))
        }
    };
    if let Some(gone) = supply.gone {
        return Some(gone_card(resource, series, limit, gone, now, zone));
    }
    let crossing = |level: f64| outlook.as_ref().map(|o| o.crossing(level));
    let act_at = act_level(resource, limit);
    // The level to act at is nearer: what climbs to it is told as a climb.
    let climb = outlook.as_ref().and_then(|o| o.climb_to(limit).or_else(|| o.climb_to(act_at)));
    let growth = match (climb, &outlook) {
        (Some((climb, length)), _) => {
            Some(format!("+{} in {}", human(unit_of(resource.kind), climb.rise), human_duration(length)))
        }
        (None, outlook) => {
            let growth = outlook.as_ref().map(Outlook::growth_per_month);
            growth.map(|g| per_month(unit_of(resource.kind), g, limit))
        }
    };
    let used = match resource.kind {
        ResourceKind::Storage => recent_peak(series),
        // The peak of the last week: a quiet Sunday is no reason to feel safe.
        ResourceKind::Traffic => weekly_peaks(series).last().map_or(0.0, |(_, peak)| peak),
    };
    let full = outlook.as_ref().map(|o| full_of(o, used, limit));
    let card = match resource.kind {
        ResourceKind::Storage => storage(resource, latest, used, limit, full),
        ResourceKind::Traffic => traffic(resource, used, limit, full),
    };
    let when = |level: f64| crossing(level).and_then(|c| when_text(c, now, zone));
    let due = match (card.action.is_some(), crossing(act_at)) {
        (true, _) | (_, Some(Crossing::Passed)) => Due::Now,
        (_, Some(Crossing::Likely { at, .. })) => Due::At(at),
        (_, Some(Crossing::NotInSight { .. })) => Due::NotInSight,
        (_, None) => Due::Unknown,
    };
    Some(CapacityCard {
        growth,
        full_when: when(limit),
        act_when: when(act_at),
        judged: outlook.as_ref().map(|o| match o.climb_to(limit) {
            Some((_, length)) => {
                format!("the climb of the last {}, unlike any before it", human_duration(length))
            }
            None => judged_text(o),
        }),
        due,
        full_at: match crossing(limit) {
            Some(Crossing::Likely { at, .. }) => Some(at),
            _ => None,
        },
        chart: chart(resource, series, outlook.as_ref(), limit, now),
        planning: outlook,
        knee: supply.knee.clone(),
        ..late(card, series, step, now, zone)
    })
}

/// A series that ended asks for nothing: its level is of then.
fn gone_card(
    resource: &Resource,
    series: &Series,
    limit: f64,
    gone: Millis,
    now: Millis,
    zone: &Offsets,
) -> CapacityCard {
    let unit = unit_of(resource.kind);
    let last = series.last().map_or(f64::NAN, |(_, v)| v);
    CapacityCard {
        level: format!("{} of {} then", human(unit, last), human(unit, limit)),
        outlook: format!("gone since {}", zone.civil(gone).full_date()),
        used_share: last / limit,
        due: Due::Gone,
        gone: Some(gone),
        chart: chart(resource, series, None, limit, now),
        ..blank(resource, limit)
    }
}

/// Where the whole source is late, the level is of its last sample, and nothing is fine because of it.
fn late(card: CapacityCard, series: &Series, step: Millis, now: Millis, zone: &Offsets) -> CapacityCard {
    match series.last_instant().filter(|last| now - last > DAY.max(2 * step)) {
        None => card,
        Some(last) => CapacityCard {
            level: format!("{}, as of {}", card.level, zone.civil(last).full_date()),
            tone: if card.tone == "ok" { "unknown" } else { card.tone },
            ..card
        },
    }
}

/// When it is full, as its forecast has it.
fn full_of(outlook: &Outlook, used: f64, limit: f64) -> Full {
    let growth = outlook.growth_per_month();
    match outlook.crossing(limit) {
        _ if used >= limit => Full::Now,
        Crossing::Likely { .. } if outlook.climb_to(limit).is_none() => projected_full(used, limit, growth),
        Crossing::Likely { at, .. } => Full::after((at - outlook.now()) as f64),
        Crossing::Passed => projected_full(used, limit, growth),
        Crossing::NotInSight { .. } if growth >= limit / 1000.0 => Full::Beyond,
        Crossing::NotInSight { .. } => Full::NotForeseeable,
    }
}

/// The highest value of the last day that the use rose to: a peak each night counts by day too, what was
/// there before a clean-up does not.
fn recent_peak(series: &Series) -> f64 {
    let Some((end, latest)) = series.last() else { return f64::NAN };
    let days: Vec<(Millis, f64)> =
        series.samples_in(end - 2 * DAY + 1, end).filter(|(_, v)| v.is_finite()).collect();
    let mut low = f64::INFINITY;
    let mut peak = latest;
    for (t, value) in days {
        if t > end - DAY && value > low {
            peak = peak.max(value);
        }
        low = low.min(value);
    }
    peak
}

/// The use at which to act.
fn act_level(resource: &Resource, limit: f64) -> f64 {
    match resource.kind {
        ResourceKind::Storage => limit * resource.act_at,
        ResourceKind::Traffic => limit / (1.0 + resource.act_at),
    }
}

/// `likely Aug 2029, between Mar 2028 and more than 5 years`, by the day within two months; nothing where it
/// has come already.
fn when_text(crossing: Crossing, now: Millis, zone: &Offsets) -> Option<String> {
    let date = |at: Millis| {
        let civil = zone.civil(at);
        if at - now < 2 * MONTH {
            civil.full_date()
        } else {
            format!("{} {}", civil.month_name(), civil.year)
        }
    };
    match crossing {
        Crossing::Passed => None,
        Crossing::Likely { at, early, late } => {
            let (likely, early) = (date(at), date(early));
            let late = late.map_or_else(|| "more than 5 years".to_string(), date);
            Some(if early == likely && late == likely {
                format!("likely {likely}")
            } else {
                format!("likely {likely}, between {early} and {late}")
            })
        }
        Crossing::NotInSight { early: Some(early) } => {
            Some(format!("not within 5 years; at the earliest {}", date(early)))
        }
        Crossing::NotInSight { early: None } => Some("not within 5 years".into()),
    }
}

/// `trend and others; backtest: median error 0.4 % over 8 forecasts, up to 22 days ahead`
fn judged_text(outlook: &Outlook) -> String {
    let near = outlook.near();
    let method = near.method().map_or("none", |c| c.method.title());
    let others = if near.parts.len() > 1 { " and others" } else { "" };
    match near.past_error {
        Some(error) => format!(
            "{method}{others}; backtest: median error {} over {} forecasts, up to {} ahead",
            human(Unit::Ratio, error),
            near.n_origins,
            human_duration(outlook.judged())
        ),
        None => format!("{method}{others}; the history is too short for a backtest"),
    }
}

fn unit_of(kind: ResourceKind) -> Unit {
    match kind {
        ResourceKind::Storage => Unit::Bytes,
        ResourceKind::Traffic => Unit::Rps,
    }
}

/// What cards of both kinds begin with; the forecast fills in the rest.
fn blank(resource: &Resource, limit: f64) -> CapacityCard {
    let unit = unit_of(resource.kind);
    CapacityCard {
        id: resource.id.clone(),
        name: resource.name.clone(),
        unit,
        level: String::new(),
        growth: None,
        gone: None,
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

/// `ok` only where a forecast says that nothing asks for anything.
fn tone(over: bool, act: bool, full: Option<Full>) -> &'static str {
    match full {
        _ if over => "bad",
        Some(Full::Now | Full::Soon(_) | Full::InMonths(0..=1)) => "bad",
        _ if act => "warn",
        Some(Full::InMonths(2..=5)) => "warn",
        None => "unknown",
        _ => "ok",
    }
}

/// `latest` is the use now, `used` the peak of the last day.
fn storage(resource: &Resource, latest: f64, used: f64, limit: f64, full: Option<Full>) -> CapacityCard {
    let share = used / limit;
    let act = share > resource.act_at;
    let of = |value: f64| {
        let share = human(Unit::Ratio, value / limit);
        format!("{} of {} ({share})", human(Unit::Bytes, value), human(Unit::Bytes, limit))
    };
    CapacityCard {
        level: if used > latest * 1.02 {
            format!(
                "{}, up to {} ({}) within a day",
                of(latest),
                human(Unit::Bytes, used),
                human(Unit::Ratio, share)
            )
        } else {
            of(latest)
        },
        outlook: outlook(full),
        used_share: share,
        action: act.then(|| format!("Over {}: {}", human(Unit::Ratio, resource.act_at), resource.action)),
        tone: tone(share >= 1.0, act, full),
        ..blank(resource, limit)
    }
}

fn traffic(resource: &Resource, peak: f64, limit: f64, full: Option<Full>) -> CapacityCard {
    let room = headroom(peak, limit);
    let act = room < resource.act_at;
    CapacityCard {
        level: format!("peak {} of {}", human(Unit::Rps, peak), human(Unit::Rps, limit)),
        outlook: outlook(full),
        used_share: peak / limit,
        headroom: Some(format!("headroom {}", human(Unit::Ratio, room))),
        action: act
            .then(|| format!("Headroom under {}: {}", human(Unit::Ratio, resource.act_at), resource.action)),
        tone: tone(room <= 0.0, act, full),
        ..blank(resource, limit)
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
    full.map_or_else(|| "history too short for a forecast".into(), Full::text)
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
    if let Some(fan) = outlook.map(|o| o.fan(end, limit)).filter(|fan| !fan.is_empty()) {
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
    use crate::config::Limit;
    use crate::domain::series::Frame;
    use crate::domain::term::TERM_LABEL;
    use crate::model::capacity::supply::{limit_question, supplies};
    use crate::poll::Question;

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
        capacity_card(
            &resource,
            supplies(&resource, history, None, None).found.first()?,
            now,
            &Offsets::utc(),
        )
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
        let text = |crossing| when_text(crossing, day(0), &utc);
        let likely = |at, early, late| Crossing::Likely { at: day(at), early: day(early), late };
        assert_eq!(
            text(likely(1000, 480, None)).unwrap(),
            "likely Aug 2029, between Mar 2028 and more than 5 years"
        );
        assert_eq!(text(likely(1000, 999, Some(day(1001)))).unwrap(), "likely Aug 2029");
        assert_eq!(text(Crossing::Passed), None);
        assert_eq!(
            text(Crossing::NotInSight { early: Some(day(1)) }).unwrap(),
            "not within 5 years; at the earliest 25 Nov 2026"
        );
    }

    #[test]
    fn a_plan_is_compared_with_what_is() {
        let history = frame((0..91).map(|d| (450.0 - 15.0 * f64::from(90 - d) / 30.44) * 1e9));
        let card = card(ResourceKind::Storage, 1e12, 0.7, &history, 90 * DAY).unwrap();
        let utc = Offsets::utc();
        assert_eq!(card.full_under(&Plan::NONE, 90 * DAY, &utc), None);
        assert_eq!(card.full_when.as_deref(), Some("likely Apr 1973"));
        let full = |text: &str| card.full_under(&Plan::parse(text), 90 * DAY, &utc).unwrap();
        assert_eq!(full("growth:2"), "likely Oct 1971");
        assert_eq!(full("launch:2"), "full at once");
        assert_eq!(full("growth:0"), "not within 5 years");
        assert_eq!(card.chart_under(&Plan::parse("capacity:1")).traces.len(), card.chart.traces.len() + 2);
        assert_eq!(card.chart_under(&Plan::NONE), card.chart);
    }

    #[test]
    fn what_asks_for_something_first_is_first() {
        let mut all = [Due::Gone, Due::Unknown, Due::NotInSight, Due::At(9), Due::At(3), Due::Now];
        all.sort();
        assert_eq!(all, [Due::Now, Due::At(3), Due::At(9), Due::NotInSight, Due::Unknown, Due::Gone]);
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
        let Some(Question::Range { measure, .. }) = limit_question(&busy) else { panic!() };
        let query = crate::sources::prometheus::text(&measure);
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
        let found = supplies(&busy, &history, Some(&answer(850.0)), None).found;
        assert!((800.0..900.0).contains(&found[0].limit), "{}", found[0].limit);
        let card = capacity_card(&busy, &found[0], 40 * DAY, &Offsets::utc()).unwrap();
        assert!(card.knee.is_some());
        let cost = card.cost_under(&Plan::parse("capacity:1")).unwrap();
        assert!(cost.ends_with(" EUR a month") && cost.contains("rps more, 4"), "{cost}");
        assert_eq!(card.cost_under(&Plan::NONE), None);
        let why = |answer: &Frame| supplies(&busy, &history, Some(answer), None).missing.remove(0).why;
        let text = why(&answer(2_000.0));
        assert!(text.starts_with("Latency stayed in its normal range up to 1k rps"), "{text}");
        assert!(why(&Frame::default()).contains("0 instants"));
    }

    /// Storage of 100 GB at six hours, GB by days before the end.
    fn disk(last: f64, value: impl Fn(f64) -> f64) -> CapacityCard {
        let end = 20_000 * DAY;
        let at = |i: i64| (end - i * DAY / 4, value(i as f64 / 4.0) * 1e9);
        let samples = (0..360).map(at).filter(|(t, _)| *t <= end - (last * DAY as f64) as Millis).collect();
        let history = Frame { series: vec![Series::from_samples(Labels::default(), samples)] };
        let resource = resource(ResourceKind::Storage, 100e9, 0.7);
        let found = supplies(&resource, &history, None, Some(end)).found.remove(0);
        capacity_card(&resource, &found, end, &Offsets::utc()).unwrap()
    }

    #[test]
    fn a_runaway_has_a_near_date_and_says_what_it_rose_by() {
        let card = disk(0.0, |back| 20.0 + 45.0 * (2.0 - back).max(0.0) / 2.0);
        assert_eq!((card.tone, card.outlook.as_str()), ("bad", "full in 37 hours"));
        assert_eq!(card.growth.as_deref(), Some("+45 GB in 2 d"));
        assert_eq!(card.full_when.as_deref(), Some("likely 5 Oct 2024"));
        assert!(matches!(card.due, Due::At(_)), "{:?}", card.due);
        assert!(card.judged.unwrap().starts_with("the climb of the last 2 d"));
    }

    #[test]
    fn a_peak_each_night_counts_all_day_and_a_clean_up_at_once() {
        let night = disk(0.0, |back| if back.fract() == 0.5 { 97.0 } else { 50.0 });
        assert_eq!((night.tone, night.due), ("warn", Due::Now));
        assert_eq!(night.level, "50 GB of 100 GB (50 %), up to 97 GB (97 %) within a day");
        let cleaned = disk(0.0, |back| if back < 0.5 { 50.0 } else { 95.0 });
        assert_eq!((cleaned.level.as_str(), cleaned.tone), ("50 GB of 100 GB (50 %)", "ok"));
        assert_eq!((cleaned.action, cleaned.due), (None, Due::NotInSight));
    }

    #[test]
    fn what_ended_asks_for_nothing() {
        let gone = disk(20.0, |_| 95.0);
        assert_eq!((gone.due, gone.tone, gone.action), (Due::Gone, "unknown", None));
        assert_eq!(gone.outlook, "gone since 14 Sep 2024");
        assert_eq!((gone.full_at, gone.full_when, gone.act_when), (None, None, None));
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
        let all = supplies(&many, &history, Some(&limits), None);
        let found = all.found;
        assert_eq!(
            found.iter().map(|s| (s.label.as_str(), s.limit)).collect::<Vec<_>>(),
            [("a", 20.0), ("b", 100.0)]
        );
        assert_eq!(all.missing.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["R, c"]);
        let card = capacity_card(&many, &found[1], 40 * DAY, &Offsets::utc()).unwrap();
        assert_eq!((card.id.as_str(), card.name.as_str(), card.due), ("r-b", "R, b", Due::Now));
    }
}

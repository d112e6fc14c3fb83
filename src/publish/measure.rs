//! What monitoring is asked for the public page: at most a query for the days, one for the figures of now
//! and one for the latency, each for all components of a signal set.

use crate::config::{Config, Level, PublicComponent, SignalSet};
use crate::domain::public::day::{Date, Day, History, bounds_of, covered, date_at};
use crate::domain::public::{Measured, Notice};
use crate::domain::series::Frame;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, MINUTE, Millis, SECOND};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use crate::sources::Request;
use crate::sources::prometheus::{self, TERM_LABEL, filled};
use std::collections::{BTreeMap, BTreeSet};

/// Days that are kept.
pub const KEPT_DAYS: usize = 365;
/// The span that says how a component is now.
const NOW: Millis = 5 * MINUTE;
const LATENCY_STEP: Millis = 15 * MINUTE;

/// One request, and what its answer is.
#[derive(Debug)]
pub struct Ask {
    pub source: String,
    pub set: String,
    pub request: Request,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Days,
    Terms,
    Latency,
}

/// What was answered, by component.
#[derive(Debug, Default)]
pub struct Readings {
    /// share of good answers, 0..1, over the last minutes
    pub now: BTreeMap<String, f64>,
    /// over the last 24 hours
    pub last_day: BTreeMap<String, f64>,
    days: BTreeMap<(String, Date), f64>,
    /// over parts of maintenance
    parts: BTreeMap<(String, Bounds2), f64>,
    pub latency: BTreeMap<String, Vec<(Millis, f64)>>,
    /// sets whose days were all answered
    answered: BTreeSet<String>,
    pub warnings: Vec<String>,
}

type Bounds2 = (Millis, Millis);

/// A component and where it is found in a set's answers.
struct Member<'c> {
    component: &'c PublicComponent,
    value: &'c str,
}

/// The sets that measure components, with those components.
fn members(config: &Config, signal: Signal) -> Vec<(&SignalSet, Vec<Member<'_>>)> {
    let mut all: Vec<(&SignalSet, Vec<Member<'_>>)> = Vec::new();
    let components = config.public.iter().flat_map(|p| &p.components);
    for component in components.filter(|c| c.measured == Measured::Monitoring) {
        let Some(service) = component.service.as_deref().and_then(|id| config.service(id)) else { continue };
        let Some((set, value)) = config.service_set(service, signal) else { continue };
        let member = Member { component, value };
        match all.iter_mut().find(|(s, _)| s.name == set.name) {
            Some((_, members)) => members.push(member),
            None => all.push((set, vec![member])),
        }
    }
    all
}

/// Everything to ask. `published` are the histories so far, by component.
pub fn asks(
    config: &Config,
    published: &BTreeMap<String, History>,
    maintenances: &[Notice],
    now: Millis,
    zone: &Offsets,
) -> Vec<Ask> {
    let today = date_at(now, zone);
    let mut all = Vec::new();
    for (set, members) in members(config, Signal::Uptime) {
        let Some(expression) = set.uptime_of_all() else { continue };
        let first =
            members.iter().filter_map(|m| first_to_measure(published.get(&m.component.id), today)).min();
        let first = first.unwrap_or(today);
        let ask = |request: Request, kind: Kind| Ask {
            source: set.source.clone(),
            set: set.name.clone(),
            request,
            kind,
        };
        let mut terms = vec![
            ("now".to_string(), filled(&expression, NOW, None)),
            ("day".to_string(), filled(&expression, DAY, None)),
        ];
        let since = whole_seconds(now - bounds_of(today, zone).start);
        if since > 0 {
            terms.push((format!("d{today}"), filled(&expression, since, None)));
        }
        // A day of 23 or 25 hours does not fit the step of the others.
        for (run_first, run_last) in even_runs(first, today - 1, zone) {
            let ends = (bounds_of(run_first, zone).end, bounds_of(run_last, zone).end);
            if bounds_of(run_first, zone).length() == DAY {
                let query = filled(&expression, DAY, None);
                all.push(ask(prometheus::range(&query, ends.0, ends.1, DAY), Kind::Days));
            } else {
                let day = bounds_of(run_first, zone);
                terms.push((format!("d{run_first}"), filled(&expression, day.length(), Some(day.end))));
            }
        }
        for (start, end) in maintenance_parts(&members, maintenances, first, today, now, zone) {
            terms.push((format!("m{start}:{end}"), filled(&expression, end - start, Some(end))));
        }
        all.push(ask(prometheus::instant(&joined(&terms), now), Kind::Terms));
    }
    for (set, members) in members(config, Signal::LatencyP95) {
        let shown = members.iter().any(|m| m.component.latency);
        let query = set.query(Signal::LatencyP95, Level::Service, 5 * MINUTE, DAY).filter(|_| shown);
        let Some(query) = query else { continue };
        let end = now - now.rem_euclid(LATENCY_STEP);
        let request = prometheus::range(&query, end - DAY, end, LATENCY_STEP);
        all.push(Ask { source: set.source.clone(), set: set.name.clone(), request, kind: Kind::Latency });
    }
    all
}

fn whole_seconds(length: Millis) -> Millis {
    length - length.rem_euclid(SECOND)
}

fn joined(terms: &[(String, String)]) -> String {
    let one = |(key, query): &(String, String)| {
        format!("label_replace({query}, {TERM_LABEL:?}, {key:?}, \"\", \"\")")
    };
    terms.iter().map(one).collect::<Vec<_>>().join("\nor\n")
}

fn first_to_measure(published: Option<&History>, today: Date) -> Option<Date> {
    let oldest = today - KEPT_DAYS as Date + 1;
    let Some(published) = published else { return Some(oldest) };
    let after = published.first + published.days.len() as Date;
    Some(published.first_open().unwrap_or(after).clamp(oldest, today))
}

/// Runs of dates of 24 hours, and each other date by itself.
fn even_runs(first: Date, last: Date, zone: &Offsets) -> Vec<(Date, Date)> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for date in first..=last {
        let even = |date: Date| bounds_of(date, zone).length() == DAY;
        match runs.last_mut() {
            Some((_, end)) if even(date) && even(*end) => *end = date,
            _ => runs.push((date, date)),
        }
    }
    runs
}

/// The windows in which a component is not counted, joined where they overlap.
fn excluded(component: &str, maintenances: &[Notice], within: Bounds) -> Vec<Bounds> {
    let mut windows: Vec<Bounds> = maintenances
        .iter()
        .filter(|n| n.affects(component))
        .filter_map(|n| {
            let window = n.window?;
            let end = n.ended.unwrap_or(window.end).min(window.end);
            Bounds { start: window.start, end }.common(&within)
        })
        .collect();
    windows.sort_unstable_by_key(|w| w.start);
    let mut out: Vec<Bounds> = Vec::new();
    for window in windows {
        match out.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => out.push(window),
        }
    }
    out.retain(|w| w.length() >= SECOND);
    out
}

fn maintenance_parts(
    members: &[Member<'_>],
    maintenances: &[Notice],
    first: Date,
    today: Date,
    now: Millis,
    zone: &Offsets,
) -> BTreeSet<Bounds2> {
    let mut parts = BTreeSet::new();
    for date in first..=today {
        let day = passed(date, now, zone);
        for member in members {
            parts.extend(excluded(&member.component.id, maintenances, day).iter().map(|w| (w.start, w.end)));
        }
    }
    parts
}

/// The part of a date that has passed.
fn passed(date: Date, now: Millis, zone: &Offsets) -> Bounds {
    let day = bounds_of(date, zone);
    Bounds { start: day.start, end: day.end.min(now).max(day.start) }
}

/// Takes an answer in. Values that cannot be are left out, with a warning.
pub fn take(ask: &Ask, frame: &Frame, config: &Config, zone: &Offsets, readings: &mut Readings) {
    let signal = if ask.kind == Kind::Latency { Signal::LatencyP95 } else { Signal::Uptime };
    let of_set = members(config, signal).into_iter().find(|(set, _)| set.name == ask.set);
    let Some((set, members)) = of_set else { return };
    let mut wrong = BTreeSet::new();
    let mut silent = Vec::new();
    for member in &members {
        let id = &member.component.id;
        let own = frame.series.iter().filter(|s| s.labels.get(&set.by) == Some(member.value));
        let mut found = false;
        for series in own {
            found = true;
            let mut share = |value: f64| {
                let fine = (-1e-9..=1.0 + 1e-9).contains(&value);
                if !fine {
                    wrong.insert(member.component.id.clone());
                }
                fine.then(|| value.clamp(0.0, 1.0))
            };
            match ask.kind {
                Kind::Days => {
                    let days = series.samples().filter_map(|(t, v)| Some((date_at(t - 1, zone), share(v)?)));
                    readings.days.extend(days.map(|(date, v)| ((id.clone(), date), v)));
                }
                Kind::Terms => {
                    let key = series.labels.get(TERM_LABEL).unwrap_or_default();
                    let Some(value) = series.last().and_then(|(_, v)| share(v)) else { continue };
                    readings.take_term(id, key, value);
                }
                Kind::Latency if member.component.latency => {
                    let samples = series.samples().filter(|(_, v)| v.is_finite() && *v >= 0.0);
                    readings.latency.insert(id.clone(), samples.collect());
                }
                Kind::Latency => {}
            }
        }
        if !found && ask.kind == Kind::Terms {
            silent.push(id.as_str());
        }
    }
    if ask.kind == Kind::Terms {
        readings.answered.insert(ask.set.clone());
    }
    if !wrong.is_empty() {
        let ids: Vec<String> = wrong.into_iter().collect();
        readings.warnings.push(format!(
            "an uptime outside of 0 to 1, or not a number, was left out: {}; look at the uptime query of its signal set",
            ids.join(", ")
        ));
    }
    if !silent.is_empty() {
        readings.warnings.push(format!(
            "monitoring has nothing about {}; look at signals of the service behind it",
            silent.join(", ")
        ));
    }
}

impl Readings {
    fn take_term(&mut self, id: &str, key: &str, value: f64) {
        let number = |text: &str| text.parse::<i64>().ok();
        match key.split_at_checked(1) {
            _ if key == "now" => drop(self.now.insert(id.into(), value)),
            _ if key == "day" => drop(self.last_day.insert(id.into(), value)),
            Some(("d", date)) => {
                if let Some(date) = number(date) {
                    self.days.insert((id.into(), date), value);
                }
            }
            Some(("m", span)) => {
                let ends = span.split_once(':').and_then(|(a, b)| Some((number(a)?, number(b)?)));
                if let Some(part) = ends {
                    self.parts.insert((id.into(), part), value);
                }
            }
            _ => {}
        }
    }

    /// Whether the set behind a component answered, so that what it did not say is known to be missing.
    pub fn has_answered(&self, config: &Config, component: &PublicComponent) -> bool {
        let service = component.service.as_deref().and_then(|id| config.service(id));
        let set = service.and_then(|s| config.service_set(s, Signal::Uptime));
        set.is_some_and(|(set, _)| self.answered.contains(&set.name))
    }

    /// The year of a component: what was published and is final, and what is measured now.
    pub fn history(
        &self,
        component: &str,
        published: Option<&History>,
        answered: bool,
        maintenances: &[Notice],
        now: Millis,
        zone: &Offsets,
    ) -> History {
        let today = date_at(now, zone);
        let mut history = History::empty(today, KEPT_DAYS);
        let first = first_to_measure(published, today).unwrap_or(today);
        for date in first..=today {
            let day = passed(date, now, zone);
            let windows = excluded(component, maintenances, day);
            let up = self
                .days
                .get(&(component.to_string(), date))
                .map(|whole| self.without_maintenance(component, *whole, day, &windows));
            history.set(
                date,
                Day {
                    up: up.flatten(),
                    maintenance: covered(&windows, day),
                    passed: day.length(),
                    closed: answered && date < today,
                },
            );
        }
        if let Some(published) = published {
            history.merge_published(published);
        }
        history
    }

    /// The share outside of maintenance. `whole` counts the maintenance too; where nothing was measured in
    /// it, it does not. `None` when nothing remains.
    fn without_maintenance(
        &self,
        component: &str,
        whole: f64,
        day: Bounds,
        windows: &[Bounds],
    ) -> Option<f64> {
        let (mut up, mut time) = (whole * day.length() as f64, day.length() as f64);
        for window in windows {
            let part = self.parts.get(&(component.to_string(), (window.start, window.end)));
            let length = window.length() as f64;
            up -= part.copied().unwrap_or(whole) * length;
            time -= length;
        }
        (time >= 1.0).then(|| (up / time).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{ComponentStatus, Impact};
    use crate::domain::time::{HOUR, parse_rfc3339};

    fn config() -> Config {
        let text = r#"{"title": "T", "alerts": [], "sources": {"p": {"kind": "prometheus", "url": "http://p"}},
            "signals": {"probe": {"source": "p", "preset": "blackbox", "by": "service"}},
            "services": [{"id": "a", "name": "A", "signals": {"probe": "a"}}, {"id": "b", "name": "B", "signals": {"probe": "b"}}],
            "public": {"url": "https://s.example/", "components": [
                {"id": "a", "name": "A", "service": "a"}, {"id": "b", "name": "B", "service": "b"}, {"id": "c", "name": "C"}]}}"#;
        crate::config::read(text).unwrap()
    }

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    fn berlin() -> Offsets {
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        Offsets::asking("Berlin 2026", move |t| {
            if t >= spring && t < autumn { 2 * HOUR } else { HOUR }
        })
    }

    #[test]
    fn one_query_asks_for_the_days_and_one_for_the_rest() {
        let now = at("2026-11-24T12:00:00Z");
        let all = asks(&config(), &BTreeMap::new(), &[], now, &Offsets::utc());
        assert_eq!(all.len(), 2);
        assert_eq!(
            all[0].request.parameter("start"),
            Some("1764115200.000"),
            "the end of the first of 365 days"
        );
        assert_eq!(all[0].request.parameter("end"), Some("1795478400.000"), "last midnight");
        let terms = all[1].request.parameter("query").unwrap();
        assert!(terms.contains("[5m]") && terms.contains("[1d]") && terms.contains("[12h]"), "{terms}");
    }

    #[test]
    fn days_of_23_and_25_hours_are_asked_for_by_themselves() {
        let now = at("2026-11-24T12:00:00Z");
        let all = asks(&config(), &BTreeMap::new(), &[], now, &berlin());
        assert_eq!(all.len(), 4, "three runs of even days and the terms");
        let terms = all[3].request.parameter("query").unwrap();
        assert!(terms.contains("[23h] @ ") && terms.contains("[25h] @ "), "{terms}");
    }

    #[test]
    fn final_days_are_not_asked_for_again() {
        let now = at("2026-11-24T12:00:00Z");
        let (today, zone) = (date_at(now, &Offsets::utc()), Offsets::utc());
        let mut known = History::empty(today, KEPT_DAYS);
        known.days.iter_mut().for_each(|d| *d = Day { up: Some(1.0), closed: true, ..Day::UNKNOWN });
        known.days.last_mut().unwrap().closed = false;
        let published: BTreeMap<String, History> =
            ["a", "b"].map(|id| (id.to_string(), known.clone())).into_iter().collect();
        assert_eq!(asks(&config(), &published, &[], now, &zone).len(), 1);
        // A day later yesterday is open.
        let later = asks(&config(), &published, &[], now + DAY, &zone);
        assert_eq!(later.len(), 2);
        assert_eq!(later[0].request.parameter("start"), later[0].request.parameter("end"));
    }

    #[test]
    fn maintenance_is_taken_out_of_the_day_it_lies_in() {
        let now = at("2026-11-24T12:00:00Z");
        let (zone, today) = (Offsets::utc(), date_at(now, &Offsets::utc()));
        let window = Bounds { start: at("2026-11-23T02:00:00Z"), end: at("2026-11-23T04:00:00Z") };
        let notice = Notice {
            id: "m".into(),
            title: "M".into(),
            impact: Impact::Maintenance,
            started: 0,
            ended: None,
            window: Some(window),
            repeats: None,
            affected: vec![("a".into(), ComponentStatus::Maintenance)],
            updates: Vec::new(),
            imported: false,
        };
        let maintenances = [notice];
        let terms = asks(&config(), &BTreeMap::new(), &maintenances, now, &zone).pop().unwrap();
        let query = terms.request.parameter("query").unwrap();
        assert!(query.contains("[2h] @ 1795406400.000"), "{query}");
        let mut readings = Readings::default();
        readings.days.insert(("a".into(), today - 1), 0.9);
        readings.days.insert(("b".into(), today - 1), 0.9);
        readings.take_term("a", &format!("m{}:{}", window.start, window.end), 0.0);
        let history = |id: &str| readings.history(id, None, true, &maintenances, now, &zone);
        let day = *history("a").get(today - 1).unwrap();
        // 0.9 of 24 h are 21.6 h up, all of them in the other 22.
        assert!((day.up.unwrap() - 21.6 / 22.0).abs() < 1e-12, "{day:?}");
        assert_eq!((day.maintenance, day.closed), (2 * HOUR, true));
        assert_eq!(history("b").get(today - 1).unwrap().up, Some(0.9), "it does not affect the other");
    }
}

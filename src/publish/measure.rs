//! What monitoring is asked for the public page: at most a query for the days, one for the figures of now
//! and one for the latency, each for all components of a signal set.

pub use super::due_days::Days;
use super::due_days::{SLOT, WIDE_SLOT, by_slot, days_to_measure, even_runs, excluded, passed, runs};
use super::history::{KEPT_DAYS, SHOWN_DAYS};
use crate::config::{Config, Level, Measure, PublicComponent, SignalSet, Term};
use crate::domain::public::day::{Date, Day, History, bounds_of, covered, date_at};
use crate::domain::public::{Measured, Notice};
use crate::domain::series::{Frame, Series};
use crate::domain::signal::Signal;
use crate::domain::single::{Several, single};
use crate::domain::term::{Fold, TERM_LABEL, TermSpan};
use crate::domain::time::{DAY, MINUTE, Millis, SECOND};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use crate::sources::{Metrics, Part, Request, system_of};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The span that says how a component is now.
const NOW: Millis = 5 * MINUTE;
const LATENCY_STEP: Millis = 15 * MINUTE;
/// A span without data up to this share of its slot's length is the edge of a scrape, not a hole.
const LOOK_BACK: Millis = 3;

/// One request, and what its answer is.
#[derive(Debug)]
pub struct Ask {
    pub source: String,
    pub set: String,
    pub request: Request,
    /// what is joined to the request's query
    pub parts: Vec<Part>,
    kind: Kind,
}

impl Ask {
    /// Whether the other's answer is of no use without this one's: the days of a set and its figures of now
    /// make one history.
    pub fn goes_with(&self, other: &Self) -> bool {
        let is_latency = |ask: &Self| ask.kind == Kind::Latency;
        self.set == other.set && is_latency(self) == is_latency(other)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Days,
    /// how many slots of so many ms of each day have data
    Coverage(Millis),
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
    /// time of a day that has data, ms, as far as that is known
    measured: BTreeMap<(String, Date), Millis>,
    /// over parts of maintenance
    parts: BTreeMap<(String, Bounds2), f64>,
    /// time of such a part that has data, ms
    measured_parts: BTreeMap<(String, Bounds2), Millis>,
    pub latency: BTreeMap<String, Vec<(Millis, f64)>>,
    /// sets whose days were all answered
    answered: BTreeSet<String>,
    /// components of which several series answered where one figure is asked for: no day is final
    several: BTreeSet<String>,
    pub warnings: Vec<String>,
}

type Bounds2 = (Millis, Millis);

/// A component and where it is found in a set's answers.
struct Member<'c> {
    component: &'c PublicComponent,
    value: &'c str,
}

/// The sets that measure components, with those components.
fn members(config: &Config, signal: Signal) -> Vec<(&Arc<SignalSet>, Vec<Member<'_>>)> {
    let mut all: Vec<(&Arc<SignalSet>, Vec<Member<'_>>)> = Vec::new();
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

/// The sources that components are measured by.
pub fn sources(config: &Config) -> BTreeSet<&str> {
    let all = [Signal::Uptime, Signal::LatencyP95].into_iter().flat_map(|signal| members(config, signal));
    all.map(|(set, _)| set.source.as_str()).collect()
}

/// Everything to ask. `published` are the histories so far, by component.
pub fn asks(
    config: &Config,
    published: &BTreeMap<String, History>,
    which: Days,
    maintenances: &[Notice],
    now: Millis,
    zone: &Offsets,
) -> Vec<Ask> {
    let today = date_at(now, zone);
    let mut all = Vec::new();
    for (set, members) in members(config, Signal::Uptime) {
        let (Some(uptime), Some(metrics)) = (set.uptime(None), metrics_of(config, set)) else { continue };
        let dates: BTreeSet<Date> = members
            .iter()
            .flat_map(|m| days_to_measure(published.get(&m.component.id), which, today))
            .collect();
        let ask = |request: Request, kind: Kind| Ask {
            source: set.source.clone(),
            set: set.name.clone(),
            request,
            parts: Vec::new(),
            kind,
        };
        let mut terms = vec![
            term("now".into(), uptime.clone(), TermSpan::Trailing(NOW)),
            term("day".into(), uptime.clone(), TermSpan::Trailing(DAY)),
        ];
        let since = whole_seconds(now - bounds_of(today, zone).start);
        if since > 0 {
            terms.push(term(format!("d{today}"), uptime.clone(), TermSpan::Trailing(since)));
        }
        if since > SLOT {
            terms.push(term(format!("k{today}"), slots(&uptime, SLOT), TermSpan::Trailing(since)));
        }
        for run in runs(&dates).iter().flat_map(|run| even_runs(run.0, run.1, zone)) {
            let ends = (bounds_of(run.0, zone).end, bounds_of(run.1, zone).end);
            if bounds_of(run.0, zone).length() == DAY {
                let request = metrics.range(&uptime.clone().over(DAY), ends.0, ends.1, DAY);
                all.extend(request.map(|request| ask(request, Kind::Days)));
                for (first, last, slot) in by_slot(run, today) {
                    let ends = (bounds_of(first, zone).end, bounds_of(last, zone).end);
                    let request = metrics.range(&slots(&uptime, slot).over(DAY), ends.0, ends.1, DAY);
                    all.extend(request.map(|request| ask(request, Kind::Coverage(slot))));
                }
            } else {
                // A day of 23 or 25 hours does not fit the step of the others.
                let day = bounds_of(run.0, zone);
                terms.push(term(format!("d{}", run.0), uptime.clone(), day.into()));
                terms.push(term(format!("k{}", run.0), slots(&uptime, SLOT), day.into()));
            }
        }
        for (start, end) in maintenance_parts(&members, maintenances, &dates, today, now, zone) {
            let span = TermSpan::Fixed(start, end);
            terms.push(term(format!("m{start}:{end}"), uptime.clone(), span));
            if end - start > SLOT {
                terms.push(term(format!("n{start}:{end}"), slots(&uptime, SLOT), span));
            }
        }
        let figures = metrics.figures(&terms, now);
        all.extend(figures.map(|(request, parts)| Ask { parts, ..ask(request, Kind::Terms) }));
    }
    for (set, members) in members(config, Signal::LatencyP95) {
        let shown = members.iter().any(|m| m.component.latency);
        let latency = set.measure(Signal::LatencyP95, Level::Service, 5 * MINUTE, DAY).filter(|_| shown);
        let (Some(latency), Some(metrics)) = (latency, metrics_of(config, set)) else { continue };
        let end = now - now.rem_euclid(LATENCY_STEP);
        let Ok(request) = metrics.range(&latency, end - DAY, end, LATENCY_STEP) else { continue };
        let (source, set) = (set.source.clone(), set.name.clone());
        all.push(Ask { source, set, request, parts: Vec::new(), kind: Kind::Latency });
    }
    all
}

fn metrics_of(config: &Config, set: &SignalSet) -> Option<&'static dyn Metrics> {
    system_of(config.source(&set.source)?).ok()?.metrics
}

fn term(key: String, measure: Measure, span: TermSpan) -> Term {
    Term { key, measure, span, fold: Fold::Single }
}

fn whole_seconds(length: Millis) -> Millis {
    length - length.rem_euclid(SECOND)
}

/// How many slots of a span have data. A slot looks back over three of its lengths, for a scrape may be slower than a
/// slot.
fn slots(uptime: &Measure, slot: Millis) -> Measure {
    let reach = if slot < WIDE_SLOT { LOOK_BACK * slot } else { slot };
    Measure::Slots { of: Box::new(uptime.clone()), slot, reach }
}

/// A fingerprint of what is asked of whom: when it changes, a label was corrected or a source was moved, and days
/// that nobody has measured are worth asking for at once.
pub fn fingerprint(config: &Config) -> String {
    let mut text = String::new();
    for (set, members) in members(config, Signal::Uptime) {
        let address = config.source(&set.source).map(|s| s.url.as_str());
        let asked =
            set.uptime(None).zip(metrics_of(config, set)).map(|(uptime, metrics)| metrics.text(&uptime));
        text.push_str(&format!("{address:?} {asked:?}\n"));
        text.extend(members.iter().map(|m| format!("{} {}\n", m.component.id, m.value)));
    }
    Sha256::digest(text.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect()
}

fn maintenance_parts(
    members: &[Member<'_>],
    maintenances: &[Notice],
    dates: &BTreeSet<Date>,
    today: Date,
    now: Millis,
    zone: &Offsets,
) -> BTreeSet<Bounds2> {
    let mut parts = BTreeSet::new();
    for date in dates.iter().chain(std::iter::once(&today)) {
        let day = passed(*date, now, zone);
        for member in members {
            parts.extend(excluded(&member.component.id, maintenances, day).iter().map(|w| (w.start, w.end)));
        }
    }
    parts
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
        let mut found = false;
        let (own, several) = one_each(frame, &set.by, member.value);
        if let Some(several) = several {
            let text = format!("{}: {several}; look at the signal set {}", member.component.id, set.name);
            if !readings.warnings.contains(&text) {
                readings.warnings.push(text);
            }
            if ask.kind != Kind::Latency {
                readings.several.insert(id.clone());
            }
            found = true;
        }
        for series in &own {
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
                Kind::Coverage(slot) => {
                    let days = series.samples().filter(|(_, v)| v.is_finite() && *v >= 0.0);
                    let days = days.map(|(t, v)| (date_at(t - 1, zone), v as Millis * slot));
                    readings.measured.extend(days.map(|(date, known)| ((id.clone(), date), known)));
                }
                Kind::Terms => {
                    let key = series.labels.get(TERM_LABEL).unwrap_or_default();
                    if let Some((_, slots)) =
                        series.last().filter(|_| key != "now" && key.starts_with(['k', 'n']))
                    {
                        readings.take_coverage(id, key, slots);
                        continue;
                    }
                    // Figures that are not numbers, with none beside them that is, say nothing.
                    found |= series.last().is_some();
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
            "an uptime outside of 0 to 1, or not a number, was ignored: {}; check the uptime query of its signal set",
            ids.join(", ")
        ));
    }
    if !silent.is_empty() {
        readings.warnings.push(format!(
            "monitoring has no data for {}; check the signals of the service behind it",
            silent.join(", ")
        ));
    }
}

/// The series of a component, one for each term; what is said of it by several at once is left out.
fn one_each(frame: &Frame, by: &str, value: &str) -> (Vec<Series>, Option<Several>) {
    let mut terms: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
    for series in frame.series.iter().filter(|s| s.labels.get(by) == Some(value)) {
        terms.entry(series.labels.get(TERM_LABEL).unwrap_or_default()).or_default().push(series);
    }
    let (mut all, mut several) = (Vec::new(), None);
    for found in terms.into_values().map(single) {
        match found {
            Ok(series) => all.extend(series),
            Err(found) => several = Some(found),
        }
    }
    (all, several)
}

impl Readings {
    fn take_coverage(&mut self, id: &str, key: &str, slots: f64) {
        if !slots.is_finite() || slots < 0.0 {
            return;
        }
        let known = slots as Millis * SLOT;
        match key.split_at_checked(1) {
            Some(("k", date)) => {
                if let Ok(date) = date.parse() {
                    self.measured.insert((id.into(), date), known);
                }
            }
            Some(("n", span)) => {
                let ends = span.split_once(':').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                if let Some(part) = ends {
                    self.measured_parts.insert((id.into(), part), known);
                }
            }
            _ => {}
        }
    }

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
        if self.several.contains(&component.id) {
            return false;
        }
        let service = component.service.as_deref().and_then(|id| config.service(id));
        let set = service.and_then(|s| config.service_set(s, Signal::Uptime));
        set.is_some_and(|(set, _)| self.answered.contains(&set.name))
    }

    /// The days of a component: what was published and is final, and what is measured now.
    #[expect(clippy::too_many_arguments, reason = "one call, each argument of its own kind")]
    pub fn history(
        &self,
        component: &str,
        published: Option<&History>,
        which: Days,
        answered: bool,
        maintenances: &[Notice],
        now: Millis,
        zone: &Offsets,
    ) -> History {
        let today = date_at(now, zone);
        let mut history = History::empty(today, SHOWN_DAYS);
        for date in days_to_measure(published, which, today).into_iter().chain(std::iter::once(today)) {
            let day = passed(date, now, zone);
            let windows = excluded(component, maintenances, day);
            let maintenance = covered(&windows, day);
            let whole = self.days.get(&(component.to_string(), date)).copied();
            let hole = self.hole(component, date, day.length());
            let counted = whole.and_then(|whole| self.counted(component, whole, day, hole, &windows));
            let (up, unmeasured) = counted.map_or((None, 0), |(up, unmeasured)| (Some(up), unmeasured));
            let said = up.is_some() || maintenance >= day.length();
            history.set(
                date,
                Day {
                    up,
                    maintenance,
                    unmeasured,
                    passed: day.length(),
                    closed: answered && said && date < today,
                },
            );
        }
        let Some(published) = published else { return history };
        match which {
            Days::All => history.fill_from(published),
            _ => history.merge_published(published),
        }
        history.reaching_back(published).shortened(KEPT_DAYS)
    }

    /// The time of a day without data, ms. A slot more or less is the edge of a scrape.
    fn hole(&self, component: &str, date: Date, length: Millis) -> Millis {
        let known = self.measured.get(&(component.to_string(), date));
        known.map_or(0, |known| missing(length, *known))
    }

    /// The share outside of maintenance, and the time outside of it that has no data. `whole` counts the
    /// maintenance too; where nothing was measured in it, it does not. `None` when nothing remains.
    fn counted(
        &self,
        component: &str,
        whole: f64,
        day: Bounds,
        hole: Millis,
        windows: &[Bounds],
    ) -> Option<(f64, Millis)> {
        let mut time = (day.length() - hole) as f64;
        let mut up = whole * time;
        let mut unmeasured = hole;
        for window in windows {
            let key = (component.to_string(), (window.start, window.end));
            let silent = match (self.parts.get(&key), self.measured_parts.get(&key)) {
                (Some(_), Some(known)) => missing(window.length(), *known).min(unmeasured),
                (None, _) if hole > 0 => window.length().min(unmeasured),
                _ => 0,
            };
            let length = (window.length() - silent) as f64;
            up -= self.parts.get(&key).copied().unwrap_or(whole) * length;
            time -= length;
            unmeasured -= silent;
        }
        (time >= 1.0).then(|| ((up / time).clamp(0.0, 1.0), unmeasured))
    }
}

/// What of a span lies outside of the time that has data, ms. A slot more or less is the edge of a scrape. Where there
/// is a value there was data: a count of none is no answer to what was asked.
fn missing(length: Millis, known: Millis) -> Millis {
    let edge = if known % WIDE_SLOT == 0 { WIDE_SLOT } else { 2 * SLOT };
    let missing = (length - known).max(0);
    if known == 0 || missing <= edge { 0 } else { missing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{ComponentStatus, Impact, Origin};
    use crate::domain::time::{HOUR, parse_rfc3339};

    fn config() -> Config {
        let text = r#"{"title": "T", "alerts": [], "sources": {"p": {"kind": "prometheus", "url": "http://p"}},
            "signals": {"probe": {"source": "p", "preset": "blackbox", "by": "service"}},
            "services": [{"id": "a", "name": "A", "signals": {"probe": "a"}}, {"id": "b", "name": "B", "signals": {"probe": "b"}}],
            "public": {"url": "https://s.example/", "components": [
                {"id": "a", "name": "A", "service": "a"}, {"id": "b", "name": "B", "service": "b"}, {"id": "c", "name": "C"}]}}"#;
        crate::sources::read_config(text).unwrap()
    }

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    fn berlin() -> Offsets {
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        Offsets::asking("Berlin 2026", move |t| if t >= spring && t < autumn { 2 * HOUR } else { HOUR })
    }

    fn maintenance(window: Bounds) -> Notice {
        Notice {
            id: "m".into(),
            title: "M".into(),
            impact: Impact::Maintenance,
            started: 0,
            ended: None,
            window: Some(window),
            repeats: None,
            occurrence: None,
            revision: crate::domain::public::Revision::default(),
            names: BTreeMap::new(),
            affected: vec![("a".into(), ComponentStatus::Maintenance)],
            updates: Vec::new(),
            origin: Origin::File,
        }
    }

    #[test]
    fn a_query_asks_for_the_days_two_whether_there_was_data_and_one_for_the_rest() {
        let now = at("2026-11-24T12:00:00Z");
        let all = asks(&config(), &BTreeMap::new(), Days::Gaps, &[], now, &Offsets::utc());
        assert_eq!(all.len(), 4);
        assert_eq!(
            all[0].request.parameter("start"),
            Some("1764115200.000"),
            "the end of the first of 365 days"
        );
        assert_eq!(all[0].request.parameter("end"), Some("1795478400.000"), "last midnight");
        let query = |i: usize| query_of(&all[i]);
        assert!(query(1).starts_with("count_over_time(") && query(1).ends_with("[1d:1h])"), "{}", query(1));
        assert!(query(2).contains("[15m]") && query(2).ends_with("[1d:5m])"), "{}", query(2));
        assert!(
            query(3).contains("[5m]") && query(3).contains("[1d]") && query(3).contains("[12h:5m]"),
            "{}",
            query(3)
        );
    }

    fn query_of(ask: &Ask) -> String {
        let parts: Vec<&str> = ask.parts.iter().map(|p| p.query.as_str()).collect();
        if parts.is_empty() { ask.request.parameter("query").unwrap().into() } else { parts.join(" or ") }
    }

    #[test]
    fn days_of_23_and_25_hours_are_asked_for_by_themselves() {
        let now = at("2026-11-24T12:00:00Z");
        let all = asks(&config(), &BTreeMap::new(), Days::Gaps, &[], now, &berlin());
        assert_eq!(all.len(), 8, "three runs of even days, whether they have data, and the terms");
        let terms = query_of(&all[7]);
        assert!(terms.contains("[23h] @ ") && terms.contains("[25h] @ "), "{terms}");
        assert!(terms.contains("[23h:5m] @ ") && terms.contains("[25h:5m] @ "), "{terms}");
    }

    #[test]
    fn final_days_are_not_asked_for_again_and_gaps_now_and_then() {
        let now = at("2026-11-24T12:00:00Z");
        let (today, zone) = (date_at(now, &Offsets::utc()), Offsets::utc());
        let mut known = History::empty(today, SHOWN_DAYS);
        known.days.iter_mut().for_each(|d| *d = Day { up: Some(1.0), closed: true, ..Day::UNKNOWN });
        known.days.last_mut().unwrap().closed = false;
        let published = |known: &History| -> BTreeMap<String, History> {
            ["a", "b"].map(|id| (id.to_string(), known.clone())).into_iter().collect()
        };
        let asked = |known: &History, which, now| asks(&config(), &published(known), which, &[], now, &zone);
        assert_eq!(asked(&known, Days::Gaps, now).len(), 1);
        // A day later yesterday is open.
        let later = asked(&known, Days::Recent, now + DAY);
        assert_eq!(later.len(), 3);
        assert_eq!(later[0].request.parameter("start"), later[0].request.parameter("end"));
        // A hole of long ago.
        known.set(today - 100, Day::UNKNOWN);
        assert_eq!(asked(&known, Days::Recent, now).len(), 1);
        let gaps = asked(&known, Days::Gaps, now);
        assert_eq!(gaps.len(), 3);
        assert_eq!(gaps[0].request.parameter("start"), gaps[0].request.parameter("end"));
        assert_eq!(asked(&known, Days::All, now).len(), 4);
    }

    #[test]
    fn many_holes_are_joined_to_few_runs() {
        let joined = |dates: &[Date]| runs(&dates.iter().copied().collect());
        assert_eq!(joined(&[]), []);
        assert_eq!(joined(&[1, 2, 3, 7]), [(1, 3), (7, 7)]);
        assert_eq!(joined(&[1, 5, 7, 20, 40, 60]), [(1, 7), (20, 20), (40, 40), (60, 60)]);
    }

    #[test]
    fn a_day_that_nobody_measured_is_not_final() {
        let now = at("2026-11-24T12:00:00Z");
        let (zone, today) = (Offsets::utc(), date_at(now, &Offsets::utc()));
        let mut readings = Readings::default();
        readings.days.insert(("a".into(), today - 1), 0.9);
        let history = readings.history("a", None, Days::Gaps, true, &[], now, &zone);
        assert_eq!((history.get(today - 1).unwrap().closed, history.is_open(today - 2)), (true, true));
        // It is filled in later, and what is final stays.
        readings.days.extend([(("a".into(), today - 1), 0.1), (("a".into(), today - 2), 0.99)]);
        let again = readings.history("a", Some(&history), Days::Gaps, true, &[], now, &zone);
        let up = |history: &History, date| history.get(date).unwrap().up;
        assert_eq!((up(&again, today - 1), up(&again, today - 2)), (Some(0.9), Some(0.99)));
        // By an explicit command it is measured anew, and what cannot be measured any more stays.
        readings.days.remove(&("a".to_string(), today - 2));
        let anew = readings.history("a", Some(&again), Days::All, true, &[], now, &zone);
        assert_eq!((up(&anew, today - 1), up(&anew, today - 2)), (Some(0.1), Some(0.99)));
    }

    #[test]
    fn part_of_a_day_counts_as_that_part() {
        let now = at("2026-11-24T12:00:00Z");
        let (zone, today) = (Offsets::utc(), date_at(now, &Offsets::utc()));
        let mut readings = Readings::default();
        readings.days.insert(("a".into(), today - 1), 5.0 / 6.0);
        let day = |readings: &Readings, maintenances: &[Notice]| {
            *readings.history("a", None, Days::Gaps, true, maintenances, now, &zone).get(today - 1).unwrap()
        };
        assert_eq!(day(&readings, &[]).down(), 4 * HOUR, "when it is not known how much was measured");
        readings.take_coverage("a", &format!("k{}", today - 1), 72.0);
        assert_eq!((day(&readings, &[]).unmeasured, day(&readings, &[]).down()), (18 * HOUR, HOUR));
        readings.take_coverage("a", &format!("k{}", today - 1), 287.0);
        assert_eq!(day(&readings, &[]).unmeasured, 0, "the edge of a scrape");
        // Monitoring was switched off during the maintenance: that time is left out once.
        let window = Bounds { start: at("2026-11-23T00:00:00Z"), end: at("2026-11-23T06:00:00Z") };
        readings.take_coverage("a", &format!("k{}", today - 1), 216.0);
        let found = day(&readings, &[maintenance(window)]);
        assert_eq!((found.maintenance, found.unmeasured, found.counted()), (6 * HOUR, 0, 18 * HOUR));
        assert!((found.up.unwrap() - 5.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn maintenance_is_taken_out_of_the_day_it_lies_in() {
        let now = at("2026-11-24T12:00:00Z");
        let (zone, today) = (Offsets::utc(), date_at(now, &Offsets::utc()));
        let window = Bounds { start: at("2026-11-23T02:00:00Z"), end: at("2026-11-23T04:00:00Z") };
        let notice = maintenance(window);
        let maintenances = [notice];
        let all = asks(&config(), &BTreeMap::new(), Days::Gaps, &maintenances, now, &zone);
        let query = query_of(all.last().unwrap());
        assert!(query.contains("[2h] @ 1795406400.000"), "{query}");
        let mut readings = Readings::default();
        readings.days.insert(("a".into(), today - 1), 0.9);
        readings.days.insert(("b".into(), today - 1), 0.9);
        readings.take_term("a", &format!("m{}:{}", window.start, window.end), 0.0);
        let history = |id: &str| readings.history(id, None, Days::Gaps, true, &maintenances, now, &zone);
        let day = *history("a").get(today - 1).unwrap();
        // 0.9 of 24 h are 21.6 h up, all of them in the other 22.
        assert!((day.up.unwrap() - 21.6 / 22.0).abs() < 1e-12, "{day:?}");
        assert_eq!((day.maintenance, day.closed), (2 * HOUR, true));
        assert_eq!(history("b").get(today - 1).unwrap().up, Some(0.9), "it does not affect the other");
    }

    #[test]
    fn replicas_are_neither_picked_from_nor_joined_and_their_label_is_named() {
        let now = at("2026-11-24T12:00:00Z");
        let (zone, config) = (Offsets::utc(), config());
        let asks = asks(&config, &BTreeMap::new(), Days::Gaps, &[], now, &zone);
        let of_kind = |kind: Kind| asks.iter().find(|a| a.kind == kind).unwrap();
        let series = |service: &str, replica: &str, term: Option<&str>, value: f64| {
            let labels = [("service", service), ("replica", replica)].into_iter();
            let labels = labels.chain(term.map(|t| (TERM_LABEL, t))).collect();
            Series::from_samples(labels, vec![(at("2026-11-24T00:00:00Z"), value)])
        };
        let mut readings = Readings::default();
        let days = Frame {
            series: vec![
                series("a", "x", None, 0.2),
                series("a", "y", None, 1.0),
                series("b", "x", None, 1.0),
            ],
        };
        take(of_kind(Kind::Days), &days, &config, &zone, &mut readings);
        let of = |term| {
            [
                series("a", "x", Some(term), 0.2),
                series("a", "y", Some(term), 1.0),
                series("b", "x", Some(term), 1.0),
            ]
        };
        let terms = Frame { series: of("now").into_iter().chain(of("day")).collect() };
        take(of_kind(Kind::Terms), &terms, &config, &zone, &mut readings);
        assert_eq!((readings.now.get("a"), readings.now.get("b")), (None, Some(&1.0)));
        assert!(readings.days.keys().all(|(id, _)| id == "b"), "{:?}", readings.days);
        assert_eq!(readings.warnings.len(), 1);
        assert!(
            readings.warnings[0]
                .starts_with("a: 2 series where one figure is asked for, which differ in the label replica"),
            "{:?}",
            readings.warnings
        );
        let components = &config.public.as_ref().unwrap().components;
        assert_eq!(
            (readings.has_answered(&config, &components[0]), readings.has_answered(&config, &components[1])),
            (false, true)
        );
    }
}

//! When alerts fired, from the record that Prometheus keeps of them.
//!
//! An alert that fires all day has a sample at every step of it, and 1,500 of them fill 74 MB. So only the
//! changes are asked for: a 1 where an alert begins to fire, a 0 one step after it last did. Their number does
//! not grow with how long anything fires.

use super::alert::{Alert, State, without_meta};
use super::labels::Labels;
use super::order::Order as _;
use super::series::{Frame, Series};
use super::severity::Severity;
use super::time::Millis;
use std::collections::BTreeMap;

/// When each alert fired, on a grid of instants.
#[derive(Clone, Debug, PartialEq)]
pub struct Firings {
    /// time between two instants
    step: Millis,
    /// the newest instant that is known of
    until: Millis,
    /// by labels, as they were answered; each in the order of time
    runs: BTreeMap<Labels, Vec<Run>>,
    /// The system answered with the samples themselves instead of the changes.
    by_samples: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// first instant at which it fired
    first: Millis,
    /// the last; `None` while it goes on
    last: Option<Millis>,
}

/// A time in which an alert fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firing<'f> {
    pub labels: &'f Labels,
    /// first and last instant; the last one known where it goes on
    pub first: Millis,
    pub last: Millis,
}

impl Firings {
    /// Reads an answer that covers everything up to `until`.
    pub fn new(changes: &Frame, step: Millis, until: Millis) -> Self {
        let mut all = Self { step, until, runs: BTreeMap::new(), by_samples: false };
        all.take(changes, Millis::MIN);
        all
    }

    pub fn step(&self) -> Millis {
        self.step
    }

    pub fn until(&self) -> Millis {
        self.until
    }

    /// Adds what changed from `from` to `until`, both instants of the grid, and forgets what was over before
    /// `keep_from`. What was known of `from` and later is replaced.
    pub fn add(&mut self, changes: &Frame, from: Millis, until: Millis, keep_from: Millis) {
        // The last instant whose state is certain. A change at `from` is one against it.
        let certain = from - self.step;
        for runs in self.runs.values_mut() {
            runs.retain(|run| run.first <= certain);
            if let Some(run) = runs.last_mut().filter(|run| run.last.is_none_or(|last| last >= certain)) {
                run.last = None;
            }
        }
        self.until = until;
        self.take(changes, certain);
        self.runs.retain(|_, runs| {
            runs.retain(|run| run.last.is_none_or(|last| last >= keep_from));
            !runs.is_empty()
        });
    }

    /// Reads changes after an instant whose state is known.
    fn take(&mut self, changes: &Frame, certain: Millis) {
        self.by_samples = match changes.series.as_slice() {
            [] => self.by_samples,
            all => all.iter().any(is_of_samples),
        };
        if self.by_samples {
            // Whatever has no sample does not fire.
            for run in self.runs.values_mut().filter_map(|runs| runs.last_mut()) {
                run.last = Some(run.last.unwrap_or(certain));
            }
        }
        for series in &changes.series {
            let runs = self.runs.entry(series.labels.clone()).or_default();
            match self.by_samples {
                true => extend(runs, series, self.step),
                false => change(runs, series, self.step, certain),
            }
        }
    }

    /// All times in which an alert fired.
    pub fn all(&self) -> impl Iterator<Item = Firing<'_>> {
        self.runs.iter().flat_map(|(labels, runs)| {
            let firing =
                |run: &Run| Firing { labels, first: run.first, last: run.last.unwrap_or(self.until) };
            runs.iter().map(firing)
        })
    }

    /// The alerts that are over at `now`, the newest first.
    ///
    /// One that fired at one of the last two instants may only be late, and is in the list of active ones.
    pub fn resolved(&self, source: &str, now: Millis) -> Vec<Alert> {
        let over = self.all().filter(|firing| firing.last + 2 * self.step <= now.min(self.until + self.step));
        let mut resolved: Vec<Alert> = over.map(|firing| self.alert(firing, source)).collect();
        resolved.order_by(|a, b| b.ended.cmp(&a.ended).then_with(|| a.name.cmp(&b.name)));
        resolved
    }

    fn alert(&self, Firing { labels, first, last }: Firing<'_>, source: &str) -> Alert {
        Alert {
            name: labels.get("alertname").unwrap_or("unnamed").into(),
            state: State::Resolved,
            severity: labels.get("severity").and_then(Severity::parse),
            labels: without_meta(labels),
            started: Some(first),
            ended: Some(last + self.step),
            source: source.into(),
            ..Alert::default()
        }
    }

    /// When an alert of this name last fired.
    pub fn last_of(&self, name: &str) -> Option<Millis> {
        self.all().filter(|firing| firing.labels.get("alertname") == Some(name)).map(|f| f.last).max()
    }
}

/// Whether a series holds the samples themselves: it keeps the metric's name, which changes lose, or an alert
/// begins that has not ended.
fn is_of_samples(series: &Series) -> bool {
    let mut before = 0.0;
    series.labels.get("__name__").is_some()
        || series.samples().any(|(_, value)| std::mem::replace(&mut before, value) > 0.0 && value > 0.0)
}

/// Adds runs of samples that are no more than `step` apart.
fn extend(runs: &mut Vec<Run>, series: &Series, step: Millis) {
    for (t, _) in series.samples().filter(|(_, value)| *value > 0.0) {
        match runs.last_mut() {
            Some(Run { last: Some(last), .. }) if t - *last <= step => *last = t,
            _ => runs.push(Run { first: t, last: Some(t) }),
        }
    }
}

/// Follows changes: 1 begins, 0 ends.
fn change(runs: &mut Vec<Run>, series: &Series, step: Millis, certain: Millis) {
    for (t, value) in series.samples().filter(|(_, value)| value.is_finite()) {
        let open = runs.last_mut().filter(|run| run.last.is_none());
        match (value > 0.0, open) {
            (true, None) => runs.push(Run { first: t, last: None }),
            (false, Some(run)) => run.last = Some(t - step),
            // It ends and is not known to have begun: samples came late.
            (false, None) => {
                let known = runs.last().and_then(|run| run.last).unwrap_or(Millis::MIN);
                let first = certain.max(known.saturating_add(step)).min(t - step);
                runs.push(Run { first, last: Some(t - step) });
            }
            (true, Some(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    fn frame(labels: &[(&str, &str)], samples: &[(Millis, f64)]) -> Frame {
        let labels = [("alertname", "Slow"), ("severity", "sev2")].iter().chain(labels).copied().collect();
        let samples = samples.iter().map(|(t, v)| (t * MINUTE, *v)).collect();
        Frame { series: vec![Series::from_samples(labels, samples)] }
    }

    fn samples(minutes: &[Millis]) -> Frame {
        let samples: Vec<_> = minutes.iter().map(|m| (*m, 1.0)).collect();
        frame(&[("__name__", "ALERTS"), ("alertstate", "firing")], &samples)
    }

    /// `(first, last)` in minutes.
    fn spans(firings: &Firings) -> Vec<(Millis, Millis)> {
        firings.all().map(|f| (f.first / MINUTE, f.last / MINUTE)).collect()
    }

    fn resolved(firings: &Firings, now: Millis) -> Vec<(Millis, Millis)> {
        let all = firings.resolved("prom", now * MINUTE);
        all.iter().map(|a| (a.started.unwrap() / MINUTE, a.ended.unwrap() / MINUTE)).collect()
    }

    #[test]
    fn each_interval_is_given_with_its_duration() {
        let changes = frame(&[], &[(1, 1.0), (4, 0.0), (10, 1.0), (12, 0.0)]);
        for answer in [&changes, &samples(&[1, 2, 3, 10, 11])] {
            let firings = Firings::new(answer, MINUTE, 60 * MINUTE);
            assert_eq!(spans(&firings), [(1, 3), (10, 11)]);
            assert_eq!(resolved(&firings, 60), [(10, 12), (1, 4)]);
            let newest = &firings.resolved("prom", 60 * MINUTE)[0];
            assert_eq!((newest.duration(0), newest.severity), (Some(2 * MINUTE), Some(Severity::Sev2)));
            assert!(newest.labels.get("alertname").is_none() && newest.labels.get("__name__").is_none());
            assert_eq!(firings.last_of("Slow"), Some(11 * MINUTE));
            assert_eq!(firings.last_of("Fast"), None);
        }
    }

    #[test]
    fn what_still_fires_is_not_resolved() {
        for answer in [frame(&[], &[(8, 1.0)]), samples(&[8, 9, 10])] {
            let firings = Firings::new(&answer, MINUTE, 10 * MINUTE);
            assert_eq!((spans(&firings), resolved(&firings, 11)), (vec![(8, 10)], vec![]));
        }
        // It may be late only.
        let late = Firings::new(&frame(&[], &[(8, 1.0), (10, 0.0)]), MINUTE, 10 * MINUTE);
        assert_eq!((resolved(&late, 10), resolved(&late, 11)), (vec![], vec![(8, 10)]));
    }

    #[test]
    fn a_refresh_goes_on_from_what_is_known() {
        let mut firings = Firings::new(&frame(&[], &[(1, 1.0), (4, 0.0), (8, 1.0)]), MINUTE, 10 * MINUTE);
        // Nothing changed.
        firings.add(&Frame::default(), 7 * MINUTE, 12 * MINUTE, 0);
        assert_eq!(spans(&firings), [(1, 3)], "what began after 6 did not");
        let mut firings = Firings::new(&frame(&[], &[(1, 1.0), (4, 0.0), (8, 1.0)]), MINUTE, 13 * MINUTE);
        firings.add(&Frame::default(), 10 * MINUTE, 15 * MINUTE, 0);
        assert_eq!(spans(&firings), [(1, 3), (8, 15)]);
        firings.add(&frame(&[], &[(14, 0.0), (17, 1.0)]), 12 * MINUTE, 18 * MINUTE, 4 * MINUTE);
        assert_eq!(spans(&firings), [(8, 13), (17, 18)], "what was over before is forgotten");
        // An end that was seen is seen again.
        firings.add(&frame(&[], &[(17, 1.0)]), 15 * MINUTE, 19 * MINUTE, 0);
        assert_eq!(spans(&firings), [(8, 13), (17, 19)]);
        // An end without a beginning: it had begun before, and that came late.
        let mut firings = Firings::new(&Frame::default(), MINUTE, 10 * MINUTE);
        firings.add(&frame(&[], &[(9, 0.0)]), 7 * MINUTE, 12 * MINUTE, 0);
        assert_eq!(spans(&firings), [(6, 8)]);
    }

    #[test]
    fn samples_instead_of_changes_end_where_they_end() {
        let mut firings = Firings::new(&samples(&[1, 2, 8, 9, 10]), MINUTE, 10 * MINUTE);
        firings.add(&samples(&[7, 8, 9, 10, 11]), 7 * MINUTE, 12 * MINUTE, 0);
        assert_eq!(spans(&firings), [(1, 2), (7, 11)]);
        firings.add(&Frame::default(), 9 * MINUTE, 14 * MINUTE, 0);
        assert_eq!(spans(&firings), [(1, 2), (7, 8)]);
        assert_eq!(resolved(&firings, 14), [(7, 9), (1, 3)]);
        // Without the metric's name too.
        let bare: Vec<_> = (1..5).map(|m| (m, 1.0)).collect();
        assert_eq!(spans(&Firings::new(&frame(&[], &bare), MINUTE, 10 * MINUTE)), [(1, 4)]);
    }

    /// Whatever an alert does, many refreshes give the same as asking for everything.
    #[test]
    fn increments_add_up_to_the_whole() {
        let mut seed = 88_172_645_463_325_252_u64;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for _ in 0..50 {
            let mut fires = vec![random() % 2 == 0];
            for _ in 0..300 {
                let before = fires.last().copied().unwrap_or_default();
                fires.push(if random() % 9 == 0 { !before } else { before });
            }
            let at =
                |t: Millis| usize::try_from(t).ok().and_then(|i| fires.get(i)).copied().unwrap_or_default();
            let changes = |from: Millis, until: Millis, whole: bool| {
                let changed = |t: &Millis| at(*t) != at(t - 1) || (whole && *t == from && at(*t));
                let found: Vec<_> =
                    (from..=until).filter(changed).map(|t| (t, f64::from(u8::from(at(t))))).collect();
                if found.is_empty() { Frame::default() } else { frame(&[], &found) }
            };
            let mut firings = Firings::new(&changes(10, 20, true), MINUTE, 20 * MINUTE);
            let mut until = 20;
            while until < 295 {
                let next = until + (random() % 5) as Millis;
                firings.add(&changes(until - 4, next, false), (until - 4) * MINUTE, next * MINUTE, 0);
                until = next;
            }
            let whole = Firings::new(&changes(10, until, true), MINUTE, until * MINUTE);
            assert_eq!(spans(&firings), spans(&whole));
        }
    }
}

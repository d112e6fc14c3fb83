//! Uptime by day, kept for a year and counted over windows.
//!
//! Uptime is the time up over the time counted. Announced maintenance is not counted, nor are days without
//! data: they are neither up nor down.

use super::notice::Notice;
use super::status::Weights;
use crate::domain::time::{DAY, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use chrono::{Datelike, NaiveDate};

/// A date as the number of days since 1970-01-01.
pub type Date = i64;

/// `2026-11-24`
pub fn date_text(date: Date) -> String {
    date_of(date).map_or_else(String::new, |d| d.format("%Y-%m-%d").to_string())
}

pub fn parse_date(text: &str) -> Option<Date> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(Date::from(date.num_days_from_ce()) - Date::from(NaiveDate::default().num_days_from_ce()))
}

/// Year, month (1..=12) and day (1..=31).
pub fn date_parts(date: Date) -> (i32, u32, u32) {
    let date = date_of(date).unwrap_or_default();
    (date.year(), date.month(), date.day())
}

fn date_of(date: Date) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(date)?)
}

/// The date an instant lies on in a zone.
pub fn date_at(at: Millis, zone: &Offsets) -> Date {
    at.saturating_add(zone.at(at)).div_euclid(DAY)
}

/// A whole date in a zone: 23 to 25 hours.
pub fn bounds_of(date: Date, zone: &Offsets) -> Bounds {
    Bounds { start: zone.instant(date * DAY), end: zone.instant((date + 1) * DAY) }
}

/// One day of one component.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// share of the counted time it was up, 0..1; `None`: not measured
    pub up: Option<f64>,
    /// maintenance in it, ms; not counted
    pub maintenance: Millis,
    /// time outside of maintenance that nothing was measured in, ms; neither up nor down, so not counted. A component
    /// that was first measured at 18:00 has 18 h of it on that day.
    pub unmeasured: Millis,
    /// how much of the day has passed, ms
    pub passed: Millis,
    /// final: it was measured after it ended. Only an explicit command measures it again. A day that nobody measured
    /// is never final, for it may be filled in later.
    pub closed: bool,
}

impl Day {
    pub const UNKNOWN: Self = Self { up: None, maintenance: 0, unmeasured: 0, passed: DAY, closed: false };

    /// Counted time, ms.
    pub fn counted(&self) -> Millis {
        (self.passed - self.maintenance - self.unmeasured).max(0)
    }

    /// Time down, ms.
    pub fn down(&self) -> Millis {
        self.up.map_or(0, |up| ((1.0 - up) * self.counted() as f64).round() as Millis)
    }

    pub fn grade(&self) -> DayGrade {
        match self.up {
            None if self.maintenance > 0 => DayGrade::Maintenance,
            None => DayGrade::Unknown,
            Some(up) if up < 0.99 => DayGrade::Bad,
            Some(up) if up < 0.999 => DayGrade::Degraded,
            Some(_) if self.maintenance > 0 => DayGrade::Maintenance,
            Some(_) => DayGrade::Good,
        }
    }
}

/// How a day is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayGrade {
    Good,
    Maintenance,
    Degraded,
    Bad,
    Unknown,
}

impl DayGrade {
    /// One letter: a class in the page.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Good => "g",
            Self::Maintenance => "m",
            Self::Degraded => "w",
            Self::Bad => "b",
            Self::Unknown => "u",
        }
    }
}

/// Consecutive days up to today, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub first: Date,
    pub days: Vec<Day>,
}

impl History {
    /// So many days up to `today`, none measured.
    pub fn empty(today: Date, n: usize) -> Self {
        Self { first: today - n as Date + 1, days: vec![Day::UNKNOWN; n] }
    }

    pub fn get(&self, date: Date) -> Option<&Day> {
        self.days.get(usize::try_from(date - self.first).ok()?)
    }

    pub fn set(&mut self, date: Date, day: Day) {
        if let Some(at) = usize::try_from(date - self.first).ok().and_then(|i| self.days.get_mut(i)) {
            *at = day;
        }
    }

    /// The last `n` days with their dates, oldest first.
    pub fn last(&self, n: usize) -> impl DoubleEndedIterator<Item = (Date, &Day)> + Clone {
        let skip = self.days.len().saturating_sub(n);
        self.days.iter().enumerate().skip(skip).map(|(i, day)| (self.first + i as Date, day))
    }

    /// Uptime over the last `n` days, 0..1: each measured day by its counted time.
    pub fn uptime(&self, n: usize) -> Option<f64> {
        let measured = self.last(n).filter_map(|(_, day)| Some((day.up?, day.counted() as f64)));
        let (up, all) = measured.fold((0.0, 0.0), |(up, all), (share, time)| (up + share * time, all + time));
        (all > 0.0).then(|| up / all)
    }

    /// Takes over what was published before: days that are final, and those that nothing was measured of now.
    pub fn merge_published(&mut self, before: &Self) {
        self.merge(before, |old| old.closed);
    }

    /// Takes over what was published before only where nothing was measured now.
    pub fn fill_from(&mut self, before: &Self) {
        self.merge(before, |_| false);
    }

    /// A day that is final now although nothing could be measured of it, one of maintenance from beginning to end, is
    /// not replaced by what was published while it went on. Once the day is over, the rest of such a part has no data.
    fn merge(&mut self, before: &Self, stays: impl Fn(&Day) -> bool) {
        let today = self.days.len().saturating_sub(1);
        for (i, day) in self.days.iter_mut().enumerate() {
            let Some(old) = before.get(self.first + i as Date) else { continue };
            if stays(old) {
                *day = *old;
            } else if !day.closed && day.up.is_none() && old.up.is_some() {
                let rest = if i < today { (day.passed - old.passed).max(0) } else { 0 };
                *day = Day { passed: old.passed + rest, unmeasured: old.unmeasured + rest, ..*old };
            }
        }
    }

    /// The same days, and before them those that another history has.
    pub fn reaching_back(mut self, before: &Self) -> Self {
        let older = usize::try_from(self.first - before.first).unwrap_or(0);
        if before.days.is_empty() || older == 0 {
            return self;
        }
        let mut days: Vec<Day> = before.days.iter().take(older).copied().collect();
        days.resize(older, Day::UNKNOWN);
        days.append(&mut self.days);
        Self { first: before.first, days }
    }

    /// The days that either history has. Of a date that both have, a final day comes before an open one, and a measured
    /// day before one that nobody measured.
    pub fn joined(self, other: &Self) -> Self {
        if self.days.is_empty() || other.days.is_empty() {
            return if self.days.is_empty() { other.clone() } else { self };
        }
        let end = |history: &Self| history.first + history.days.len() as Date;
        let first = self.first.min(other.first);
        let day = |date: Date| match (self.get(date), other.get(date)) {
            (Some(own), Some(other)) => {
                let worth = |day: &Day| (day.closed, day.up.is_some());
                if worth(own) >= worth(other) { *own } else { *other }
            }
            (one, other) => one.or(other).copied().unwrap_or(Day::UNKNOWN),
        };
        Self { first, days: (first..end(&self).max(end(other))).map(day).collect() }
    }

    /// The last `n` days as a history of their own.
    pub fn shortened(mut self, n: usize) -> Self {
        let skip = self.days.len().saturating_sub(n);
        self.days.drain(..skip);
        Self { first: self.first + skip as Date, days: self.days }
    }

    /// Whether a date has to be measured (again), given what is known.
    pub fn is_open(&self, date: Date) -> bool {
        self.get(date).is_none_or(|day| !day.closed)
    }
}

/// Time that counts as down by what was declared, ms: at each moment the worst of the incidents, by its
/// weight; outside of `without` (maintenance).
pub fn declared_down(
    component: &str,
    notices: &[Notice],
    within: Bounds,
    without: &[Bounds],
    weights: Weights,
    now: Millis,
) -> f64 {
    let declared: Vec<(Bounds, f64)> = notices
        .iter()
        .filter(|n| !n.is_maintenance())
        .filter_map(|n| Some((n, n.state_of(component)?.weight(weights))))
        .flat_map(|(n, weight)| n.spans(now).into_iter().map(move |span| (span, weight)))
        .filter_map(|(span, weight)| Some((span.common(&within)?, weight)))
        .collect();
    let mut edges: Vec<Millis> = declared.iter().flat_map(|(b, _)| [b.start, b.end]).collect();
    edges.extend(without.iter().flat_map(|b| [b.start, b.end]));
    edges.sort_unstable();
    edges.dedup();
    edges
        .iter()
        .zip(edges.iter().skip(1))
        .filter(|(start, _)| !without.iter().any(|b| b.contains(**start)))
        .map(|(start, end)| {
            let worst = declared.iter().filter(|(b, _)| b.contains(*start)).map(|(_, w)| *w);
            worst.fold(0.0, f64::max) * (end - start) as f64
        })
        .sum()
}

/// Time covered by windows that may overlap, within bounds, ms.
pub fn covered(windows: &[Bounds], within: Bounds) -> Millis {
    let mut parts: Vec<Bounds> = windows.iter().filter_map(|w| w.common(&within)).collect();
    parts.sort_unstable_by_key(|b| b.start);
    let (mut total, mut reached) = (0, within.start);
    for part in parts {
        total += (part.end - part.start.max(reached)).max(0);
        reached = reached.max(part.end);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::super::notice::{Origin, Revision};
    use super::super::status::{ComponentStatus, Impact};
    use super::*;
    use crate::domain::time::HOUR;
    use std::collections::BTreeMap;

    fn day(up: f64) -> Day {
        Day { up: Some(up), closed: true, ..Day::UNKNOWN }
    }

    #[test]
    fn dates_are_read_and_written() {
        for text in ["1970-01-01", "2026-11-24", "2028-02-29"] {
            assert_eq!(date_text(parse_date(text).unwrap()), text);
        }
        assert_eq!(date_parts(parse_date("2026-11-24").unwrap()), (2026, 11, 24));
        assert_eq!(parse_date("2026-02-30"), None);
    }

    #[test]
    fn uptime_weighs_days_by_counted_time_and_leaves_out_the_unknown() {
        let half = Day { up: Some(0.5), maintenance: 18 * HOUR, ..day(0.0) };
        let history = History { first: 0, days: vec![day(0.0), Day::UNKNOWN, day(1.0), half] };
        // 24 h up and 3 of 6 h.
        assert_eq!(history.uptime(3), Some(27.0 / 30.0));
        assert_eq!(history.uptime(4), Some(27.0 / 54.0));
        assert_eq!(History::empty(10, 5).uptime(5), None);
    }

    #[test]
    fn what_was_final_stays_and_gaps_are_filled() {
        let mut new =
            History { first: 10, days: vec![day(0.5), Day::UNKNOWN, Day { closed: false, ..day(1.0) }] };
        let old =
            History { first: 8, days: vec![day(1.0), day(1.0), day(0.9), Day { closed: false, ..day(0.7) }] };
        new.merge_published(&old);
        assert_eq!(new.days.iter().map(|d| d.up).collect::<Vec<_>>(), [Some(0.9), Some(0.7), Some(1.0)]);
        assert_eq!(
            (9..14).map(|date| new.is_open(date)).collect::<Vec<_>>(),
            [true, false, true, true, true]
        );
        new.fill_from(&History { first: 10, days: vec![day(0.1); 3] });
        assert_eq!(new.days.iter().map(|d| d.up).collect::<Vec<_>>(), [Some(0.9), Some(0.7), Some(1.0)]);
    }

    #[test]
    fn what_is_final_now_is_not_replaced_by_a_part_of_it_and_such_a_part_stays_one() {
        let of_maintenance = Day { maintenance: DAY, closed: true, ..Day::UNKNOWN };
        let part = Day { passed: 10 * HOUR, closed: false, ..day(0.9) };
        let mut new = History { first: 0, days: vec![of_maintenance, Day::UNKNOWN, Day::UNKNOWN] };
        new.merge_published(&History { first: 0, days: vec![part; 3] });
        assert_eq!(new.days[0], of_maintenance);
        assert_eq!((new.days[1].counted(), new.days[1].down()), (10 * HOUR, HOUR));
        assert_eq!((new.days[1].passed, new.days[1].closed), (DAY, false));
        assert_eq!(new.days[2], part, "today goes on");
    }

    #[test]
    fn two_histories_are_joined_in_either_order() {
        let part = Day { passed: 10 * HOUR, closed: false, ..day(0.4) };
        let old = History { first: 5, days: vec![day(0.1), day(0.2), part] };
        let new = History { first: 7, days: vec![day(0.3), Day::UNKNOWN, day(0.5), part] };
        let all = History { first: 5, days: [&old.days[..2], &new.days].concat() };
        assert_eq!(old.clone().joined(&new), all);
        assert_eq!(new.clone().joined(&old), all);
        assert_eq!(new.clone().joined(&History::default()), new);
        assert_eq!(History::default().joined(&new), new);
        let later = History { first: 9, days: vec![day(0.7)] };
        assert_eq!(
            old.joined(&later).days.iter().map(|d| d.up).collect::<Vec<_>>(),
            [Some(0.1), Some(0.2), Some(0.4), None, Some(0.7)]
        );
    }

    #[test]
    fn a_history_reaches_back_to_what_is_shown_no_more() {
        let old = History { first: 5, days: vec![day(0.1), day(0.2)] };
        let new = History { first: 9, days: vec![day(0.9)] };
        let all = new.clone().reaching_back(&old);
        assert_eq!((all.first, all.days.len()), (5, 5));
        let ups = |history: &History| history.days.iter().map(|d| d.up).collect::<Vec<_>>();
        assert_eq!(ups(&all), [Some(0.1), Some(0.2), None, None, Some(0.9)]);
        assert_eq!(all.clone().shortened(1), new);
        assert_eq!(new.clone().reaching_back(&History { first: 9, days: vec![day(0.5)] }), new);
        assert_eq!(new.clone().reaching_back(&History::default()), new);
    }

    #[test]
    fn part_of_a_day_counts_as_that_part() {
        // First measured at 18:00, and down for one of the six hours.
        let first = Day { unmeasured: 18 * HOUR, ..day(5.0 / 6.0) };
        assert_eq!((first.counted(), first.down()), (6 * HOUR, HOUR));
        let history = History { first: 0, days: vec![first, day(1.0)] };
        assert_eq!(history.uptime(2), Some(29.0 / 30.0));
    }

    fn incident(hours: (Millis, Millis), status: ComponentStatus) -> Notice {
        Notice {
            id: String::new(),
            title: String::new(),
            impact: Impact::Major,
            started: hours.0 * HOUR,
            ended: Some(hours.1 * HOUR),
            window: None,
            repeats: None,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected: vec![("api".into(), status)],
            updates: Vec::new(),
            origin: Origin::File,
        }
    }

    #[test]
    fn declared_time_counts_by_the_worst_and_not_in_maintenance() {
        let all = [
            incident((1, 5), ComponentStatus::PartialOutage),
            incident((4, 6), ComponentStatus::MajorOutage),
            incident((7, 8), ComponentStatus::Degraded),
        ];
        let day = Bounds { start: 0, end: DAY };
        let down = |without: &[Bounds]| {
            declared_down("api", &all, day, without, Weights::default(), DAY) / HOUR as f64
        };
        assert!((down(&[]) - (3.0 * 0.3 + 2.0)).abs() < 1e-9);
        let maintenance = Bounds { start: 5 * HOUR, end: 7 * HOUR };
        assert!((down(&[maintenance]) - (3.0 * 0.3 + 1.0)).abs() < 1e-9);
        assert_eq!(declared_down("db", &all, day, &[], Weights::default(), DAY), 0.0);
    }

    #[test]
    fn overlapping_windows_are_counted_once() {
        let hours = |a, b| Bounds { start: a * HOUR, end: b * HOUR };
        assert_eq!(covered(&[hours(1, 3), hours(2, 4), hours(2, 3), hours(23, 30)], hours(0, 24)), 4 * HOUR);
        assert_eq!(covered(&[], hours(0, 24)), 0);
    }

    #[test]
    fn a_day_of_maintenance_is_not_a_bad_day() {
        assert_eq!(Day { maintenance: HOUR, ..day(1.0) }.grade(), DayGrade::Maintenance);
        assert_eq!(Day { maintenance: HOUR, ..day(0.5) }.grade(), DayGrade::Bad);
        assert_eq!(Day { maintenance: DAY, ..Day::UNKNOWN }.grade(), DayGrade::Maintenance);
    }
}

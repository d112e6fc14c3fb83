//! Civil time in a zone whose offsets are asked for where they are needed.
//!
//! The edge knows the zone database (the browser's `Intl`, or the one a program carries) and hands in a function that
//! answers for one instant ([`Offsets::asking`]). Changes of offset are found a year at a time, when an instant of that
//! year is first looked at, and remembered: so the hour is right three years back, on a wall screen that has been open
//! since winter, and in a forecast for the year after next. Everything after that is arithmetic.

use super::time::{DAY, HOUR, Millis, SECOND};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc, Weekday};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The offsets from UTC of one zone, at every instant.
#[derive(Clone)]
pub struct Offsets(Rules);

#[derive(Clone)]
enum Rules {
    Fixed(Millis),
    Asked(Arc<Asked>),
}

struct Asked {
    name: String,
    /// milliseconds east of UTC
    offset_at: Box<dyn Fn(Millis) -> Millis + Send + Sync>,
    years: Mutex<BTreeMap<i64, Changes>>,
}

/// `(from, offset)` of one year, ascending; the first is the year's beginning.
type Changes = Arc<[(Millis, Millis)]>;

/// What is found, and remembered, at once. No calendar's year: counted from the epoch.
const YEAR: Millis = 365 * DAY;

/// Years kept at most, so that nobody who looks at all of history fills the memory.
const MOST_YEARS: usize = 256;

/// Zone databases are asked about the years 1000 to 9999; before and after, the nearest of these holds.
const ASKED: (Millis, Millis) = (-30_610_224_000_000, 253_402_300_799_999);

/// A wall-clock reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i32,
    /// 1..=12
    pub month: u32,
    /// 1..=31
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub weekday: Weekday,
}

impl Offsets {
    /// UTC all the time.
    pub fn utc() -> Self {
        Self(Rules::Fixed(0))
    }

    /// A zone by its name, and by a function that knows its offset (milliseconds east of UTC) at an instant. Zones of
    /// one name are equal.
    pub fn asking(name: &str, offset_at: impl Fn(Millis) -> Millis + Send + Sync + 'static) -> Self {
        let asked =
            Asked { name: name.into(), offset_at: Box::new(offset_at), years: Mutex::new(BTreeMap::new()) };
        Self(Rules::Asked(Arc::new(asked)))
    }

    /// Milliseconds east of UTC at an instant.
    pub fn at(&self, instant: Millis) -> Millis {
        match &self.0 {
            Rules::Fixed(offset) => *offset,
            Rules::Asked(asked) => asked.at(instant.clamp(ASKED.0, ASKED.1)),
        }
    }

    /// The wall clock at an instant.
    pub fn civil(&self, instant: Millis) -> Civil {
        let local = DateTime::<Utc>::from_timestamp_millis(instant.saturating_add(self.at(instant)))
            .unwrap_or(DateTime::UNIX_EPOCH);
        Civil {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            weekday: local.weekday(),
        }
    }

    /// The last local midnight at or before an instant.
    pub fn midnight(&self, instant: Millis) -> Millis {
        let local = instant + self.at(instant);
        self.instant(local - local.rem_euclid(DAY))
    }

    /// The local midnight after an instant, also over a day of 23 or 25 hours.
    pub fn next_midnight(&self, instant: Millis) -> Millis {
        let local = instant + self.at(instant);
        let midnight = local - local.rem_euclid(DAY) + DAY;
        let first = self.instant(midnight);
        // Where clocks go back over midnight, as at St John's until 2011, there are two, and the first is already past.
        if first > instant { first } else { midnight - self.at(instant) }
    }

    /// The local midnight so many days after (or before) a local midnight.
    pub fn days_after(&self, midnight: Millis, days: i64) -> Millis {
        // Floored, for where clocks change at midnight the day begins at one.
        let local = midnight + self.at(midnight);
        self.instant(local - local.rem_euclid(DAY) + days * DAY)
    }

    /// The local midnight at which a month (1..=12) begins; `None` beyond what calendars reach.
    pub fn month_start(&self, year: i64, month: i64) -> Option<Millis> {
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, 1)?;
        Some(self.instant(date.and_time(NaiveTime::MIN).and_utc().timestamp_millis()))
    }

    /// The instant at which the wall clock shows `local` (milliseconds as if UTC). In a gap it is the
    /// instant that many milliseconds after the change; of two readings it is the first.
    pub fn instant(&self, local: Millis) -> Millis {
        let first = local - self.at(local - 14 * HOUR);
        if first + self.at(first) == local { first } else { local - self.at(local - self.at(first)) }
    }
}

impl Asked {
    fn at(&self, instant: Millis) -> Millis {
        let changes = self.year(instant.div_euclid(YEAR));
        changes.iter().rev().find(|(from, _)| *from <= instant).map_or(0, |(_, offset)| *offset)
    }

    fn year(&self, number: i64) -> Changes {
        let known = |years: &BTreeMap<i64, Changes>| years.get(&number).cloned();
        if let Some(changes) = known(&self.years.lock().unwrap_or_else(PoisonError::into_inner)) {
            return changes;
        }
        let changes: Changes = self.changes(number * YEAR, (number + 1) * YEAR).into();
        let mut years = self.years.lock().unwrap_or_else(PoisonError::into_inner);
        if years.len() >= MOST_YEARS {
            years.clear();
        }
        years.insert(number, changes.clone());
        changes
    }

    /// Asks once a day and halves to the second where two days differ. No zone has changed twice within a day.
    fn changes(&self, from: Millis, to: Millis) -> Vec<(Millis, Millis)> {
        let ask = |at: Millis| (self.offset_at)(at.clamp(ASKED.0, ASKED.1));
        let mut offset = ask(from);
        let mut changes = vec![(from, offset)];
        let mut low = from;
        while low < to {
            let high = low + DAY;
            let next = ask(high);
            if next != offset {
                let (mut before, mut after) = (low, high);
                while after - before > SECOND {
                    let middle = before + (after - before) / 2;
                    if ask(middle) == offset { before = middle } else { after = middle }
                }
                changes.push((after - after.rem_euclid(SECOND), next));
                offset = next;
            }
            low = high;
        }
        changes
    }
}

impl PartialEq for Offsets {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Rules::Fixed(a), Rules::Fixed(b)) => a == b,
            (Rules::Asked(a), Rules::Asked(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl Eq for Offsets {}

impl std::fmt::Debug for Offsets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Rules::Fixed(offset) => write!(f, "Offsets({offset})"),
            Rules::Asked(asked) => write!(f, "Offsets({})", asked.name),
        }
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Civil {
    /// `Nov`
    pub fn month_name(&self) -> &'static str {
        MONTHS.get(self.month.saturating_sub(1) as usize).copied().unwrap_or("")
    }

    /// `09:12`
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// `24 Nov`
    pub fn date(&self) -> String {
        format!("{} {}", self.day, self.month_name())
    }

    /// `24 Nov 2026`
    pub fn full_date(&self) -> String {
        format!("{} {}", self.date(), self.year)
    }

    /// `24 Nov 2026, 09:12`
    pub fn full(&self) -> String {
        format!("{}, {}", self.full_date(), self.clock())
    }
}

/// Writes an instant as RFC 3339 in UTC, to the second.
pub fn rfc3339(at: Millis) -> String {
    // chrono's own formatter costs 14 KB on the wire.
    let c = Offsets::utc().civil(at);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    /// Berlin in 2026: summer time from 29 March 01:00Z to 25 October 01:00Z.
    fn berlin() -> Offsets {
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        Offsets::asking("Berlin 2026", move |t| if t >= spring && t < autumn { 2 * HOUR } else { HOUR })
    }

    #[test]
    fn changes_are_found_to_the_second_in_whatever_order_years_are_looked_at() {
        let zone = berlin();
        assert_eq!(zone.civil(at("2031-07-01T00:00:00Z")).clock(), "01:00");
        assert_eq!(zone.civil(at("2026-03-29T00:59:59.999Z")).clock(), "01:59");
        assert_eq!(zone.civil(at("2026-03-29T01:00:00Z")).clock(), "03:00");
        assert_eq!(zone.civil(at("2026-10-25T00:59:59.999Z")).clock(), "02:59");
        assert_eq!(zone.civil(at("2026-10-25T01:00:00Z")).clock(), "02:00");
    }

    #[test]
    fn midnights_step_over_short_and_long_days() {
        let zone = berlin();
        let short = zone.midnight(at("2026-03-29T12:00:00Z"));
        assert_eq!(short, at("2026-03-28T23:00:00Z"));
        assert_eq!(zone.next_midnight(short) - short, 23 * HOUR);
        let long = zone.midnight(at("2026-10-25T12:00:00Z"));
        assert_eq!(zone.next_midnight(long) - long, 25 * HOUR);
    }

    #[test]
    fn a_west_zone_has_its_own_midnight() {
        let zone = Offsets::asking("west", |_| -5 * HOUR);
        assert_eq!(zone.midnight(at("2026-11-24T03:00:00Z")), at("2026-11-23T05:00:00Z"));
        assert_eq!(zone.civil(at("2026-11-24T03:00:00Z")).full(), "23 Nov 2026, 22:00");
    }

    #[test]
    fn a_year_is_asked_for_once_and_any_instant_has_an_offset() {
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = asked.clone();
        let zone = Offsets::asking("counted", move |_| {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            HOUR
        });
        let known = zone.clone();
        for minute in 0..1000 {
            assert_eq!(zone.at(at("2026-07-01T00:00:00Z") + minute * 60_000), HOUR);
        }
        assert_eq!(known.at(at("2026-07-02T00:00:00Z")), HOUR);
        assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 366);
        for odd in [i64::MIN, i64::MAX, i64::MIN / 4, 0, -1] {
            assert_eq!(zone.at(odd), HOUR);
        }
        assert_eq!(zone, Offsets::asking("counted", |_| 0));
        assert_ne!(zone, Offsets::utc());
    }

    #[test]
    fn the_next_midnight_is_always_ahead() {
        // Clocks go back from 00:01 to 23:01 of the day before.
        let back = at("2010-11-07T02:31:00Z");
        let zone =
            Offsets::asking(
                "St John's",
                move |t| {
                    if t < back { -2 * HOUR - HOUR / 2 } else { -3 * HOUR - HOUR / 2 }
                },
            );
        let again = at("2010-11-07T02:45:00Z");
        assert_eq!(zone.civil(again).full(), "6 Nov 2010, 23:15");
        assert_eq!(zone.next_midnight(again), at("2010-11-07T03:30:00Z"));
        assert_eq!(zone.next_midnight(zone.next_midnight(again)), at("2010-11-08T03:30:00Z"));
    }
}

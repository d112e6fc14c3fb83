//! Civil time in a zone whose offsets are handed in.
//!
//! The browser knows the zone database, so the edge asks it once for the offsets over the span in
//! question ([`Offsets::probe`]); everything after that is arithmetic and works natively too.

use super::time::{DAY, HOUR, MINUTE, Millis};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc, Weekday};

/// The offsets from UTC of one zone over a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// `(from, offset)`, ascending; the first holds for all time before the second.
    changes: Vec<(Millis, Millis)>,
}

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
        Self { changes: vec![(Millis::MIN, 0)] }
    }

    /// Finds the changes of offset between `from` and `to` by asking `offset_at` (milliseconds east
    /// of UTC) once a day and then halving to the minute.
    pub fn probe(from: Millis, to: Millis, offset_at: impl Fn(Millis) -> Millis) -> Self {
        let mut offset = offset_at(from);
        let mut changes = vec![(Millis::MIN, offset)];
        let (mut low, last) = (from, to.min(from.saturating_add(500 * DAY)));
        while low < last {
            let high = (low + DAY).min(last);
            let next = offset_at(high);
            if next != offset {
                changes.push((change_between(low, high, offset, &offset_at), next));
                offset = next;
            }
            low = high;
        }
        Self { changes }
    }

    /// Milliseconds east of UTC at an instant.
    pub fn at(&self, instant: Millis) -> Millis {
        self.changes.iter().rev().find(|(from, _)| *from <= instant).map_or(0, |(_, offset)| *offset)
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
        self.instant(local - local.rem_euclid(DAY) + DAY)
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

fn change_between(
    mut low: Millis,
    mut high: Millis,
    before: Millis,
    offset_at: &impl Fn(Millis) -> Millis,
) -> Millis {
    while high - low > MINUTE {
        let middle = low + (high - low) / 2;
        if offset_at(middle) == before { low = middle } else { high = middle }
    }
    high - high.rem_euclid(MINUTE)
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
        Offsets::probe(at("2026-01-01T00:00:00Z"), at("2026-12-31T00:00:00Z"), |t| {
            if t >= spring && t < autumn { 2 * HOUR } else { HOUR }
        })
    }

    #[test]
    fn changes_are_found_to_the_minute() {
        let zone = berlin();
        assert_eq!(zone.civil(at("2026-03-29T00:59:00Z")).clock(), "01:59");
        assert_eq!(zone.civil(at("2026-03-29T01:00:00Z")).clock(), "03:00");
        assert_eq!(zone.civil(at("2026-10-25T00:59:00Z")).clock(), "02:59");
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
        let zone = Offsets::probe(0, DAY, |_| -5 * HOUR);
        assert_eq!(zone.midnight(at("2026-11-24T03:00:00Z")), at("2026-11-23T05:00:00Z"));
        assert_eq!(zone.civil(at("2026-11-24T03:00:00Z")).full(), "23 Nov 2026, 22:00");
    }
}

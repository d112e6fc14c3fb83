//! Taking turns: who comes after whom, when the turns change, and the hours that are covered.

use super::ZoneOf;
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use chrono::NaiveDate;

/// People who take turns of the same number of days.
///
/// Times are those of the wall clock: a hand-over at 09:00 stays at 09:00 when clocks change, so a turn may be an hour
/// longer or shorter. A reading that does not exist on that day is taken with the offset before the change (02:30 is
/// then 03:30), and one that exists twice is the first, as RFC 5545 (3.3.5) has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// ids of people in the order of their turns; somebody may come more than once
    pub people: Vec<String>,
    /// name of the zone that its clock is in
    pub zone: String,
    /// the local day on which the first turn begins: see [`day_number`]
    pub from: i64,
    /// the local day on which the last turn ends, at the time of a hand-over
    pub until: Option<i64>,
    /// days a turn lasts: 1 is daily, 7 weekly; at least 1
    pub every: i64,
    /// when turns change, minutes after midnight
    pub at: i64,
    /// the days of the week that are covered
    pub days: Days,
    /// the hours that are covered, in minutes after midnight. Hours that end at or before their beginning go on into the
    /// next day, and belong to the day on which they begin.
    pub hours: (i64, i64),
}

/// The minutes of a day: hours from 0 to this are all of it.
pub const FULL_DAY: i64 = 24 * 60;

/// Days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Which days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([bool; 7]);

impl Days {
    pub const ALL: Self = Self([true; 7]);
    pub const NONE: Self = Self([false; 7]);

    /// With one day more; 0 is Monday.
    pub fn with(mut self, weekday: usize) -> Self {
        if let Some(day) = self.0.get_mut(weekday) {
            *day = true;
        }
        self
    }

    /// Whether it has the day of a [`day_number`].
    pub fn has(self, day: i64) -> bool {
        // 1 January 1970, day 0, was a Thursday.
        usize::try_from((day + 3).rem_euclid(7)).ok().and_then(|i| self.0.get(i)).copied().unwrap_or(false)
    }
}

/// The number of a day, counted from 1 January 1970 whatever the zone: `2026-01-05` is 20458.
pub fn day_number(text: &str) -> Option<i64> {
    // Only the form with two digits each, which sorts as it reads.
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)?;
    let day = date.signed_duration_since(NaiveDate::default()).num_days();
    (0..=YEAR_3000).contains(&day).then_some(day)
}

const YEAR_3000: i64 = 376_200;

/// `09:30` as minutes after midnight; `24:00` is the end of a day.
pub fn parse_clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |part: &str| {
        let is_two_digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        is_two_digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let at = number(hours)? * 60 + number(minutes).filter(|m| *m < 60)?;
    (at <= FULL_DAY).then_some(at)
}

/// One person's turn, or the part of it that is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn<'a> {
    pub bounds: Bounds,
    pub person: &'a str,
}

/// The most turns and windows that are looked at for one span: more than ten years of a daily rotation.
const MOST: usize = 4_000;

impl Rotation {
    /// The turns that touch a span, cut to the days and hours that are covered, in order. Those of one person in a row
    /// are not joined.
    pub fn turns(&self, span: Bounds, zone_of: ZoneOf<'_>) -> Vec<Turn<'_>> {
        let zone = zone_of(&self.zone);
        let windows = self.windows(span, &zone);
        let mut all = Vec::new();
        let Some(first) = self.number_at(span.start, &zone) else { return all };
        for number in first.max(0)..first.saturating_add(MOST as i64) {
            let bounds = self.bounds(number, &zone);
            if bounds.start >= span.end {
                break;
            }
            let Some(person) = self.person(number) else { break };
            if self.until.is_some_and(|until| self.from + number * self.every >= until) {
                break;
            }
            let Some(turn) = bounds.common(&span) else { continue };
            match &windows {
                None => all.push(Turn { bounds: turn, person }),
                Some(windows) => {
                    let parts = windows.iter().filter_map(|window| window.common(&turn));
                    all.extend(parts.map(|bounds| Turn { bounds, person }));
                }
            }
        }
        all
    }

    fn person(&self, number: i64) -> Option<&str> {
        let place = number.checked_rem_euclid(i64::try_from(self.people.len()).ok()?)?;
        self.people.get(usize::try_from(place).ok()?).map(String::as_str)
    }

    /// The number of the turn at an instant, the first being 0; less before the first.
    fn number_at(&self, at: Millis, zone: &Offsets) -> Option<i64> {
        let near = (local_day(at, zone) - self.from).checked_div_euclid(self.every)?;
        // Before that day's hand-over the last turn still goes on.
        (near - 1..=near + 1).rev().find(|number| self.bounds(*number, zone).start <= at)
    }

    fn bounds(&self, number: i64, zone: &Offsets) -> Bounds {
        let begin = |number: i64| instant(self.from + number * self.every, self.at, zone);
        let end = begin(number + 1);
        let until = self.until.map_or(end, |day| instant(day, self.at, zone));
        Bounds { start: begin(number), end: end.min(until) }
    }

    /// The hours of a span that are covered; `None` is all of them.
    fn windows(&self, span: Bounds, zone: &Offsets) -> Option<Vec<Bounds>> {
        let (from, to) = self.hours;
        if self.days == Days::ALL && (from, to) == (0, FULL_DAY) {
            return None;
        }
        // Those of the day before may go on past midnight.
        let days = local_day(span.start, zone) - 2..=local_day(span.end, zone) + 1;
        let window = |day: i64| Bounds {
            start: instant(day, from, zone),
            end: instant(if to <= from { day + 1 } else { day }, to, zone),
        };
        let covered = days.take(MOST).filter(|day| self.days.has(*day)).map(window);
        Some(covered.filter(|w| w.start < w.end).collect())
    }
}

/// The number of the local day at an instant.
fn local_day(at: Millis, zone: &Offsets) -> i64 {
    at.saturating_add(zone.at(at)).div_euclid(DAY)
}

/// The instant at which the wall clock shows so many minutes after the midnight of a day.
fn instant(day: i64, minutes: i64, zone: &Offsets) -> Millis {
    zone.instant(day.saturating_mul(DAY).saturating_add(minutes * MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2026-01-05"), Some(20_458));
        for odd in ["", "2026-1-5", "2026-02-30", "05.01.2026", "1969-12-31", "9999-01-01", "2026-01-05 "] {
            assert_eq!(day_number(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn days_of_the_week() {
        let monday = day_number("2026-01-05").unwrap();
        let weekdays = (0..5).fold(Days::NONE, Days::with);
        let has: Vec<bool> = (0..7).map(|day| weekdays.has(monday + day)).collect();
        assert_eq!(has, [true, true, true, true, true, false, false]);
        assert!(Days::NONE.with(6).has(-4) && !Days::NONE.with(6).has(0));
    }

    #[test]
    fn clocks_are_read() {
        for (text, minutes) in [("00:00", 0), ("09:30", 570), ("23:59", 1439), ("24:00", 1440)] {
            assert_eq!(parse_clock(text), Some(minutes), "{text}");
        }
        for odd in ["", "9:30", "09:60", "24:01", "0930", "09:30:00", "-1:00", "+9:00", "٠٩:٠٠"] {
            assert_eq!(parse_clock(odd), None, "{odd}");
        }
    }
}

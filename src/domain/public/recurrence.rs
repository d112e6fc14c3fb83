//! Maintenance that comes again.

use crate::domain::time::{DAY, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    Day,
    Week,
    /// the same day of each month; months that lack it are left out
    Month,
}

impl Every {
    pub const ALL: [(&'static str, Self); 3] =
        [("daily", Self::Day), ("weekly", Self::Week), ("monthly", Self::Month)];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|(_, every)| *every)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "daily",
            Self::Week => "weekly",
            Self::Month => "monthly",
        }
    }
}

/// How a window comes again, until a moment or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    pub every: Every,
    pub until: Option<Millis>,
}

/// The windows that touch `span`, the first being `first`. The wall clock of the zone stays, so a window at
/// 02:00 stays at 02:00 over a change of clocks.
pub fn occurrences(first: Bounds, repeats: Option<Repeats>, span: Bounds, zone: &Offsets) -> Vec<Bounds> {
    let Some(repeats) = repeats else {
        return first.common(&span).map(|_| first).into_iter().collect();
    };
    let midnight = zone.midnight(first.start);
    let into_day = first.start + zone.at(first.start) - (midnight + zone.at(midnight));
    let day_of = |n: i64| match repeats.every {
        Every::Day => Some(zone.days_after(midnight, n)),
        Every::Week => Some(zone.days_after(midnight, 7 * n)),
        Every::Month => {
            let civil = zone.civil(midnight);
            let months = i64::from(civil.year) * 12 + i64::from(civil.month) - 1 + n;
            let month = zone.month_start(months.div_euclid(12), months.rem_euclid(12) + 1)?;
            let day = zone.days_after(month, i64::from(civil.day) - 1);
            (zone.civil(day).day == civil.day).then_some(day)
        }
    };
    let mut all = Vec::new();
    for n in numbers(first, repeats.every, span) {
        let Some(day) = day_of(n) else { continue };
        let start = zone.instant(day + zone.at(day) + into_day);
        if start >= span.end || repeats.until.is_some_and(|until| start >= until) {
            break;
        }
        let window = Bounds { start, end: start + first.length() };
        if window.end > span.start {
            all.push(window);
        }
    }
    all
}

/// The repetitions, counted from the first, that can touch `span`: found by division, so that a repetition never
/// ends because it began long ago. Two more on each side make up for clocks that change and months that differ.
fn numbers(first: Bounds, every: Every, span: Bounds) -> std::ops::Range<i64> {
    let (shortest, longest) = match every {
        Every::Day => (DAY, DAY),
        Every::Week => (7 * DAY, 7 * DAY),
        Every::Month => (28 * DAY, 31 * DAY),
    };
    let from = (span.start - first.end).div_euclid(longest) - 2;
    let to = (span.end - first.start).div_euclid(shortest) + 3;
    from.max(0)..to.max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, parse_rfc3339};
    use crate::domain::zone::rfc3339;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    fn starts(
        first: &str,
        every: Every,
        until: Option<&str>,
        zone: &Offsets,
        span: (&str, &str),
    ) -> Vec<String> {
        let first = Bounds { start: at(first), end: at(first) + 2 * HOUR };
        let repeats = Some(Repeats { every, until: until.map(at) });
        let span = Bounds { start: at(span.0), end: at(span.1) };
        occurrences(first, repeats, span, zone).iter().map(|b| rfc3339(b.start)).collect()
    }

    #[test]
    fn a_weekly_window_keeps_its_wall_clock_over_a_change_of_clocks() {
        let spring = at("2026-03-29T01:00:00Z");
        let berlin = Offsets::asking("Berlin, spring", move |t| if t >= spring { 2 * HOUR } else { HOUR });
        let all = starts(
            "2026-03-22T21:00:00Z",
            Every::Week,
            None,
            &berlin,
            ("2026-03-20T00:00:00Z", "2026-04-01T00:00:00Z"),
        );
        assert_eq!(all, ["2026-03-22T21:00:00Z", "2026-03-29T20:00:00Z"]);
    }

    #[test]
    fn months_without_the_day_are_left_out_and_the_end_is_kept() {
        let all = starts(
            "2026-01-31T02:00:00Z",
            Every::Month,
            Some("2026-06-01T00:00:00Z"),
            &Offsets::utc(),
            ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        );
        assert_eq!(all, ["2026-01-31T02:00:00Z", "2026-03-31T02:00:00Z", "2026-05-31T02:00:00Z"]);
    }

    #[test]
    fn one_that_is_going_on_is_part_of_the_span() {
        let all = starts(
            "2026-01-01T00:00:00Z",
            Every::Day,
            None,
            &Offsets::utc(),
            ("2026-01-05T01:00:00Z", "2026-01-06T00:00:00Z"),
        );
        assert_eq!(all, ["2026-01-05T00:00:00Z"]);
    }

    #[test]
    fn a_repetition_that_began_long_ago_goes_on() {
        let span = ("2026-11-25T00:00:00Z", "2026-11-27T00:00:00Z");
        let of = |first: &str, every| starts(first, every, None, &Offsets::utc(), span);
        assert_eq!(of("1990-01-01T03:00:00Z", Every::Day), ["2026-11-25T03:00:00Z", "2026-11-26T03:00:00Z"]);
        assert_eq!(of("2010-11-25T03:00:00Z", Every::Week), ["2026-11-26T03:00:00Z"]);
        assert_eq!(of("1999-01-26T03:00:00Z", Every::Month), ["2026-11-26T03:00:00Z"]);
        assert!(of("1999-01-28T03:00:00Z", Every::Month).is_empty());
        assert!(of("2027-01-26T03:00:00Z", Every::Day).is_empty(), "it has not begun");
    }
}

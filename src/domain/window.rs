//! The span of time an objective is measured over.

use super::time::{DAY, Millis, WEEK};
use super::zone::Offsets;

/// A rolling span, or a calendar's month or week (from Monday) in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// the last so many milliseconds
    Rolling(Millis),
    Month,
    Week,
}

/// From `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub start: Millis,
    pub end: Millis,
}

impl Bounds {
    pub fn length(&self) -> Millis {
        self.end - self.start
    }

    pub fn contains(&self, at: Millis) -> bool {
        (self.start..self.end).contains(&at)
    }

    /// The part of it that lies in another one, if any.
    pub fn common(&self, other: &Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }
}

impl Window {
    /// The window an instant lies in. A rolling one ends with that instant; one of the calendar has
    /// its whole length, most of which may lie ahead.
    pub fn around(self, now: Millis, zone: &Offsets) -> Bounds {
        match self {
            Self::Rolling(length) => Bounds { start: now - length, end: now },
            Self::Week => {
                let midnight = zone.midnight(now);
                let days = i64::from(zone.civil(midnight).weekday.num_days_from_monday());
                let start = zone.days_after(midnight, -days);
                Bounds { start, end: zone.days_after(start, 7) }
            }
            Self::Month => {
                let civil = zone.civil(now);
                let (year, month) = (i64::from(civil.year), i64::from(civil.month));
                let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                let start = zone.month_start(year, month).unwrap_or(now);
                Bounds { start, end: zone.month_start(next_year, next_month).unwrap_or(now + 31 * DAY) }
            }
        }
    }

    /// The window that ended when this one began.
    pub fn before(self, bounds: Bounds, zone: &Offsets) -> Bounds {
        match self {
            Self::Rolling(length) => Bounds { start: bounds.start - length, end: bounds.start },
            Self::Week | Self::Month => self.around(bounds.start - 1, zone),
        }
    }

    /// The longest it can be.
    pub fn longest(self) -> Millis {
        match self {
            Self::Rolling(length) => length,
            // With the hour that a change of clocks may add.
            Self::Week => WEEK + DAY / 24,
            Self::Month => 31 * DAY + DAY / 24,
        }
    }

    /// Its usual length, from which burn windows are derived.
    pub fn usual(self) -> Millis {
        match self {
            Self::Rolling(length) => length,
            Self::Week => WEEK,
            Self::Month => 30 * DAY,
        }
    }

    pub fn is_calendar(self) -> bool {
        !matches!(self, Self::Rolling(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, parse_rfc3339};
    use crate::domain::zone::rfc3339;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    #[track_caller]
    fn spans(window: Window, zone: &Offsets, now: &str, start: &str, end: &str) {
        let bounds = window.around(at(now), zone);
        assert_eq!((rfc3339(bounds.start).as_str(), rfc3339(bounds.end).as_str()), (start, end), "{now}");
    }

    #[test]
    fn months_and_weeks_begin_at_local_midnight() {
        let utc = Offsets::utc();
        let month = |now, start, end| spans(Window::Month, &utc, now, start, end);
        month("2026-11-24T10:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
        month("2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
        month("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z");
        month("2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z");
        spans(Window::Week, &utc, "2026-11-24T10:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
        spans(Window::Week, &utc, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
        let east = Offsets::asking("east", |_| 5 * HOUR + HOUR / 2);
        spans(Window::Month, &east, "2026-11-30T18:30:00Z", "2026-11-30T18:30:00Z", "2026-12-31T18:30:00Z");
    }

    #[test]
    fn the_window_before_ends_where_this_one_begins() {
        let utc = Offsets::utc();
        for window in [Window::Rolling(DAY), Window::Week, Window::Month] {
            let now = window.around(at("2027-03-01T05:00:00Z"), &utc);
            assert_eq!(window.before(now, &utc).end, now.start);
        }
    }
}

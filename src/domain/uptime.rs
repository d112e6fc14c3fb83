//! Uptime by day: what the bars of a scorecard show.

use super::format::availability;
use super::time::{DAY, Millis, human_duration};

/// How a day is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    Good,
    Degraded,
    Bad,
    Unknown,
}

impl Grade {
    /// Good from 99.9 % on, degraded from 99 % on.
    pub fn of(up: Option<f64>) -> Self {
        match up {
            None => Self::Unknown,
            Some(up) if up >= 0.999 => Self::Good,
            Some(up) if up >= 0.99 => Self::Degraded,
            Some(up) if up.is_nan() => Self::Unknown,
            Some(_) => Self::Bad,
        }
    }

    /// The name used in attributes and stylesheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Degraded => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "up",
            Self::Degraded => "degraded",
            Self::Bad => "down",
            Self::Unknown => "no data",
        }
    }
}

/// One bar: its grade, and what it says in full.
#[derive(Clone, Debug, PartialEq)]
pub struct DayCell {
    pub grade: Grade,
    /// `12 Nov 2026: 99.44 %, degraded, down 8 min`
    pub label: String,
}

impl DayCell {
    /// A day with the share of it that was up (0..1), or `None` where nothing was measured.
    pub fn new(up: Option<f64>, name: &str) -> Self {
        let grade = Grade::of(up);
        let label = match up.filter(|u| u.is_finite()) {
            None => format!("{name}: no data"),
            Some(up) => {
                let down = ((1.0 - up) * DAY as f64).round() as Millis;
                let lost =
                    if down < 1000 { String::new() } else { format!(", down {}", human_duration(down)) };
                format!("{name}: {}, {}{lost}", availability(up), grade.word())
            }
        };
        Self { grade, label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_says_date_share_and_minutes() {
        let cell = DayCell::new(Some(1.0 - 8.0 / 1440.0), "12 Nov 2026");
        assert_eq!(cell.label, "12 Nov 2026: 99.44 %, degraded, down 8 min");
        assert_eq!(DayCell::new(None, "x").label, "x: no data");
        assert_eq!(DayCell::new(Some(1.0), "x").label, "x: 100 %, up");
    }

    #[test]
    fn days_are_graded_and_missing_days_are_not_good() {
        for (up, expected) in [
            (Some(1.0), Grade::Good),
            (Some(0.995), Grade::Degraded),
            (Some(0.5), Grade::Bad),
            (Some(f64::NAN), Grade::Unknown),
            (None, Grade::Unknown),
        ] {
            assert_eq!(Grade::of(up), expected, "{up:?}");
        }
    }
}

//! Uptime by day: what the bars of a scorecard show.

use super::time::Millis;

/// One day of one component.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// Local midnight at which the day begins.
    pub start: Millis,
    /// Share of the day it was up, 0..1; `None` where nothing was measured.
    pub up: Option<f64>,
}

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

#[cfg(test)]
mod tests {
    use super::*;

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

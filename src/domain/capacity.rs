//! How full a resource is, and when it is full at a steady growth.

use super::time::{DAY, HOUR, MONTH, Millis};

/// Nobody plans further: a date beyond is "not within 5 years".
pub const FARTHEST: Millis = 5 * 365 * DAY;

/// When a resource is full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Full {
    /// within a month: in so many milliseconds
    Soon(Millis),
    /// in this many whole months, rounded down
    InMonths(u32),
    /// it is full already
    Now,
    /// it grows, but is not full within five years
    Beyond,
    /// it shrinks or stays level
    NotForeseeable,
}

impl Full {
    /// After a length of time, milliseconds.
    pub fn after(length: f64) -> Self {
        if !length.is_finite() || length < 0.0 {
            return Self::NotForeseeable;
        }
        // The hair keeps 35.99999 from a fit that is exact but for rounding.
        let months = length / MONTH as f64 + 1e-6;
        match months {
            m if m < 1.0 => Self::Soon(length as Millis),
            m if length <= FARTHEST as f64 => Self::InMonths(m.floor() as u32),
            _ => Self::Beyond,
        }
    }

    /// `full in 9 hours`, `full in 36 months`, `not full within 5 years`
    pub fn text(self) -> String {
        let count = |n: i64, unit: &str| format!("full in {n} {unit}{}", if n == 1 { "" } else { "s" });
        match self {
            Self::Now => "full now".into(),
            Self::Soon(length) if length < HOUR => "full in less than an hour".into(),
            Self::Soon(length) if length < 2 * DAY => count(length / HOUR, "hour"),
            Self::Soon(length) => count(length / DAY, "day"),
            Self::InMonths(n) => count(n.into(), "month"),
            Self::Beyond => "not full within 5 years".into(),
            Self::NotForeseeable => "not filling up".into(),
        }
    }
}

/// `(limit - current) / growth`, months rounded down: (1000 - 450) / 15 = 36.
pub fn projected_full(current: f64, limit: f64, growth_per_month: f64) -> Full {
    if current >= limit {
        return Full::Now;
    }
    let months = (limit - current) / growth_per_month;
    if months > 0.0 { Full::after(months * MONTH as f64) } else { Full::NotForeseeable }
}

/// What is free above the peak, as a share of the peak: 12,000 / 8,000 - 1 = 0.5.
pub fn headroom(peak: f64, limit: f64) -> f64 {
    limit / peak - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_dashboard_comes_out() {
        assert_eq!(projected_full(450.0, 1000.0, 15.0), Full::InMonths(36));
        assert!((headroom(8_000.0, 12_000.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn full_empty_and_shrinking_are_told_apart() {
        assert_eq!(projected_full(1000.0, 1000.0, 15.0), Full::Now);
        assert_eq!(projected_full(450.0, 1000.0, 0.0), Full::NotForeseeable);
        assert_eq!(projected_full(450.0, 1000.0, -3.0), Full::NotForeseeable);
        assert_eq!(projected_full(450.0, 1000.0, 9.0), Full::Beyond);
        assert_eq!(projected_full(450.0, 1000.0, 10.0), Full::InMonths(55));
        assert_eq!(projected_full(450.0, 1000.0, f64::NAN), Full::NotForeseeable);
    }

    #[test]
    fn what_is_near_is_told_by_days_and_hours() {
        let text = |days: f64| Full::after(days * DAY as f64).text();
        for (days, said) in [
            (0.01, "full in less than an hour"),
            (0.05, "full in 1 hour"),
            (1.5, "full in 36 hours"),
            (3.2, "full in 3 days"),
            (31.0, "full in 1 month"),
            (1_800.0, "full in 59 months"),
            (1_830.0, "not full within 5 years"),
        ] {
            assert_eq!(text(days), said);
        }
    }
}

//! How full a resource is, how fast it grows, and when it is full: a straight line through its
//! history (ordinary least squares).

use super::series::Series;
use super::time::{MONTH, Millis};

/// A straight line through samples: `value(t) = at_origin + slope * (t - origin)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub origin: Millis,
    pub at_origin: f64,
    /// units a millisecond
    pub slope: f64,
}

/// Fits a line by least squares over the finite samples. `None` with fewer than three samples or
/// less than an hour between first and last: nothing can be said from that.
pub fn fit(series: &Series) -> Option<Line> {
    let finite: Vec<(Millis, f64)> = series.samples().filter(|(_, v)| v.is_finite()).collect();
    let (first, last) = (finite.first()?.0, finite.last()?.0);
    if finite.len() < 3 || last - first < super::time::HOUR {
        return None;
    }
    let n = finite.len() as f64;
    let mean_t = finite.iter().map(|(t, _)| (t - first) as f64).sum::<f64>() / n;
    let mean_v = finite.iter().map(|(_, v)| v).sum::<f64>() / n;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (t, v) in &finite {
        let dt = (t - first) as f64 - mean_t;
        covariance += dt * (v - mean_v);
        variance += dt * dt;
    }
    let slope = covariance / variance;
    Some(Line { origin: first, at_origin: mean_v - slope * mean_t, slope })
}

impl Line {
    pub fn value(&self, at: Millis) -> f64 {
        self.at_origin + self.slope * (at - self.origin) as f64
    }

    /// Units a month of 30.44 days.
    pub fn growth_per_month(&self) -> f64 {
        self.slope * MONTH as f64
    }
}

/// When a resource is full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Full {
    /// in this many whole months, rounded down
    InMonths(u32),
    /// it is full already
    Now,
    /// it shrinks, stays level, or is more than 20 years away
    NotForeseeable,
}

/// `(limit - current) / growth`, months rounded down: (1000 - 450) / 15 = 36.
pub fn projected_full(current: f64, limit: f64, growth_per_month: f64) -> Full {
    if current >= limit {
        return Full::Now;
    }
    let months = (limit - current) / growth_per_month;
    // The hair keeps 35.99999 from a fit that is exact but for rounding.
    if months.is_finite() && months > 0.0 && months <= 240.0 {
        Full::InMonths((months + 1e-6).floor() as u32)
    } else {
        Full::NotForeseeable
    }
}

/// What is free above the peak, as a share of the peak: 12,000 / 8,000 - 1 = 0.5.
pub fn headroom(peak: f64, limit: f64) -> f64 {
    limit / peak - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;
    use crate::domain::time::{DAY, HOUR};

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
        assert_eq!(projected_full(450.0, 1000.0, 0.001), Full::NotForeseeable);
        assert_eq!(projected_full(450.0, 1000.0, f64::NAN), Full::NotForeseeable);
    }

    #[test]
    fn the_fit_finds_a_straight_line_through_gaps() {
        let samples =
            (0..30).map(|d| (d * DAY, if d % 7 == 3 { f64::NAN } else { 100.0 + 2.0 * d as f64 })).collect();
        let line = fit(&Series::from_samples(Labels::default(), samples)).unwrap();
        assert!((line.value(10 * DAY) - 120.0).abs() < 1e-9);
        assert!((line.growth_per_month() - 2.0 * 30.44).abs() < 1e-6);
    }

    #[test]
    fn too_little_history_gives_no_line() {
        let few = Series::from_samples(Labels::default(), vec![(0, 1.0), (HOUR, 2.0)]);
        assert_eq!(fit(&few), None);
        let short = Series::from_samples(Labels::default(), vec![(0, 1.0), (1, 2.0), (2, 3.0)]);
        assert_eq!(fit(&short), None);
    }
}

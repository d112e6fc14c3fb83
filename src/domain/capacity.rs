//! How full a resource is, and in how many months it is full at a steady growth.

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
}

//! Error budgets: what an objective allows, and how much of it is gone.
//!
//! Source: *The Site Reliability Workbook*, ch. 2 and 5.

use super::time::{MINUTE, Millis};

/// A service level objective over a rolling window.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// ratio 0..1, exclusive at both ends
    pub target: f64,
    pub window: Millis,
}

/// What is left of an error budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// bad events allowed, ratio of all events
    pub allowed: f64,
    /// bad events seen, ratio of all events
    pub bad: f64,
    /// the whole budget as time
    pub total: Millis,
}

/// What the budget says about shipping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    Ok,
    AtRisk,
    Frozen,
}

impl Policy {
    pub fn title(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::AtRisk => "At risk",
            Self::Frozen => "Frozen",
        }
    }

    pub fn advice(self) -> &'static str {
        match self {
            Self::Ok => "Deploy as usual",
            Self::AtRisk => "Deploy with care, reliability work first",
            Self::Frozen => "Freeze deployments, focus on reliability",
        }
    }
}

impl Objective {
    /// The budget after a share of good events (0..1) over the window.
    pub fn budget(&self, good_ratio: f64) -> Budget {
        let allowed = 1.0 - self.target;
        Budget {
            allowed,
            bad: (1.0 - good_ratio).clamp(0.0, 1.0),
            total: (allowed * self.window as f64).round() as Millis,
        }
    }

    /// How many times faster than allowed the budget is being spent.
    pub fn burn_rate(&self, bad_ratio: f64) -> f64 {
        bad_ratio / (1.0 - self.target)
    }
}

impl Budget {
    /// The share spent; over 1 when the budget is exhausted.
    pub fn spent(&self) -> f64 {
        self.bad / self.allowed
    }

    /// The share left; negative when more than everything is spent.
    pub fn left(&self) -> f64 {
        1.0 - self.spent()
    }

    /// Minutes left of the budget; negative when it is exceeded.
    pub fn minutes_left(&self) -> f64 {
        self.left() * self.total as f64 / MINUTE as f64
    }

    /// Frozen when nothing is left, at risk under a quarter.
    pub fn policy(&self) -> Policy {
        match self.left() {
            // A hair of tolerance: 1 - 0.999 is a little more than 0.001 in binary.
            left if left <= 1e-9 => Policy::Frozen,
            left if left < 0.25 => Policy::AtRisk,
            _ => Policy::Ok,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    fn three_nines() -> Objective {
        Objective { target: 0.999, window: 30 * DAY }
    }

    #[test]
    fn three_nines_over_thirty_days_allow_43_point_2_minutes() {
        let budget = three_nines().budget(1.0);
        assert!((budget.minutes_left() - 43.2).abs() < 1e-6);
        assert_eq!(budget.policy(), Policy::Ok);
    }

    #[test]
    fn the_policy_follows_what_is_left() {
        for (good, expected) in
            [(0.9998, Policy::Ok), (0.9992, Policy::AtRisk), (0.999, Policy::Frozen), (0.9, Policy::Frozen)]
        {
            assert_eq!(three_nines().budget(good).policy(), expected, "{good}");
        }
    }

    #[test]
    fn at_burn_one_the_budget_lasts_the_window() {
        assert!((three_nines().burn_rate(0.001) - 1.0).abs() < 1e-9);
        assert!((three_nines().burn_rate(0.0144) - 14.4).abs() < 1e-9);
    }
}

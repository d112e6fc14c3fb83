//! Service level objectives and their error budgets: what is allowed, and how much of it is gone.
//!
//! Source: *The Site Reliability Workbook* (Beyer et al., 2018), ch. 2 and 5.

use super::time::{MINUTE, Millis};
use super::window::{Bounds, Window};

/// What an objective is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SloKind {
    /// requests or probes that succeed
    Availability,
    /// requests that are answered within a bound
    Latency,
    /// requests that do not fail
    ErrorRate,
    /// time in which what was asked was served
    Throughput,
}

impl SloKind {
    pub const ALL: [Self; 4] = [Self::Availability, Self::Latency, Self::ErrorRate, Self::Throughput];

    /// The name used in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Latency => "latency",
            Self::ErrorRate => "error_rate",
            Self::Throughput => "throughput",
        }
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        match self {
            Self::Availability => "Availability",
            Self::Latency => "Latency",
            Self::ErrorRate => "Error rate",
            Self::Throughput => "Throughput",
        }
    }
}

/// The share of events that must be good, over a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// ratio over 0, at most 1
    pub target: f64,
    pub window: Window,
}

/// Events of a span of time: requests, probes, or milliseconds where only a share is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    pub bad: f64,
    pub valid: f64,
}

/// What counts can be made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sli {
    /// the share of bad events, 0..1
    Known(f64),
    /// nothing was asked: nothing failed either, but nothing is known
    NoTraffic,
    /// no sample
    NoData,
    /// the queries contradict each other
    Invalid(&'static str),
}

impl Sli {
    pub fn known(self) -> Option<f64> {
        match self {
            Self::Known(ratio) => Some(ratio),
            _ => None,
        }
    }

    /// Why there is no figure; empty where there is one.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Known(_) => "",
            Self::NoTraffic => "no traffic",
            Self::NoData => "no data",
            Self::Invalid(why) => why,
        }
    }
}

/// Rounding that extrapolation may bring in: counts off by this share are put right, not refused.
const SLACK: f64 = 0.01;

impl Counts {
    /// Nothing is ever taken for good: not numbers, negative and impossible counts are refused.
    pub fn sli(&self) -> Sli {
        let Self { bad, valid } = *self;
        if !bad.is_finite() || !valid.is_finite() {
            return Sli::NoData;
        }
        if valid < 0.0 {
            return Sli::Invalid("the valid events are negative");
        }
        if valid == 0.0 {
            return if bad > 0.0 { Sli::Invalid("bad events without valid ones") } else { Sli::NoTraffic };
        }
        let ratio = bad / valid;
        if ratio < -SLACK {
            return Sli::Invalid("more good events than valid ones");
        }
        if ratio > 1.0 + SLACK {
            return Sli::Invalid("more bad events than valid ones");
        }
        Sli::Known(ratio.clamp(0.0, 1.0))
    }

    /// What is left when others are taken out, never below nothing. What cannot be counts stays as it is,
    /// or taking something out would make zeros of it.
    pub fn without(&self, other: &Self) -> Self {
        match self.sli() {
            Sli::NoData | Sli::Invalid(_) => *self,
            Sli::Known(_) | Sli::NoTraffic => {
                Self { bad: (self.bad - other.bad).max(0.0), valid: (self.valid - other.valid).max(0.0) }
            }
        }
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self { bad: self.bad + other.bad, valid: self.valid + other.valid }
    }

    pub fn scaled(&self, by: f64) -> Self {
        Self { bad: self.bad * by, valid: self.valid * by }
    }

    pub fn is_finite(&self) -> bool {
        self.bad.is_finite() && self.valid.is_finite()
    }
}

/// An error budget over one window, as it stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// the share of bad events that the target allows
    pub allowed: f64,
    /// the share of bad events seen so far
    pub bad: f64,
    /// how much of the window has passed, 0..1; 1 for a rolling one
    pub elapsed: f64,
    /// the whole budget as time
    pub total: Millis,
    /// the whole budget as events, over the whole window at the rate seen so far
    pub events: f64,
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

    /// The name used in exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::AtRisk => "at_risk",
            Self::Frozen => "frozen",
        }
    }

    pub fn advice(self) -> &'static str {
        match self {
            Self::Ok => "Deploy as usual",
            Self::AtRisk => "Deploy with care and put reliability work first",
            Self::Frozen => "Freeze deployments, focus on reliability",
        }
    }

    /// The status hue.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::AtRisk => "warn",
            Self::Frozen => "bad",
        }
    }
}

impl Objective {
    /// The share of bad events allowed. A hair of binary noise is taken off, so that 99.9 % allow 0.1 %.
    pub fn allowed(&self) -> f64 {
        ((1.0 - self.target) * 1e12).round() / 1e12
    }

    /// The budget after the events counted in a window up to `now`; `None` where these say nothing.
    pub fn budget(&self, counts: &Counts, bounds: Bounds, now: Millis) -> Option<Budget> {
        let bad = counts.sli().known()?;
        let length = bounds.length().max(1) as f64;
        let elapsed = ((now.min(bounds.end) - bounds.start) as f64 / length).clamp(0.0, 1.0);
        let allowed = self.allowed();
        Some(Budget {
            allowed,
            bad,
            elapsed,
            total: (allowed * length).round() as Millis,
            events: if elapsed > 0.0 { allowed * counts.valid / elapsed } else { 0.0 },
        })
    }

    /// How many times faster than allowed the budget is being spent. Infinite for any failure of a
    /// target of 100 %.
    pub fn burn_rate(&self, bad_ratio: f64) -> f64 {
        if bad_ratio <= 0.0 { 0.0 } else { bad_ratio / self.allowed() }
    }
}

impl Budget {
    /// The share spent; over 1 when the budget is exhausted, infinite when there never was one.
    pub fn spent(&self) -> f64 {
        if self.bad <= 0.0 { 0.0 } else { self.bad * self.elapsed / self.allowed }
    }

    /// The share left; negative when more than everything is spent.
    pub fn left(&self) -> f64 {
        1.0 - self.spent()
    }

    /// Minutes left of the budget; negative when it is exceeded.
    pub fn minutes_left(&self) -> f64 {
        let bad = self.bad * self.elapsed;
        if self.allowed > 0.0 {
            self.left() * self.total as f64 / MINUTE as f64
        } else if bad > 0.0 {
            f64::NEG_INFINITY
        } else {
            0.0
        }
    }

    /// Events that may still fail, at the rate of events seen so far; negative when exceeded.
    pub fn events_left(&self) -> f64 {
        if self.events > 0.0 { self.left() * self.events } else { self.minutes_left() }
    }

    /// Frozen when nothing is left, at risk under a quarter. A target of 100 % has no budget: it is
    /// kept until the first failure.
    pub fn policy(&self) -> Policy {
        match self.left() {
            // A hair of tolerance: 1 - 0.999 is a little more than 0.001 in binary.
            left if left <= 1e-9 => Policy::Frozen,
            left if left < 0.25 => Policy::AtRisk,
            _ => Policy::Ok,
        }
    }

    /// When nothing is left at a burn rate, counted from `now`: `None` when it never ends, `now` when
    /// nothing is left already.
    ///
    /// For a rolling window old failures that leave it are not counted, so it errs on the early side.
    pub fn exhausted_at(&self, burn_rate: f64, window: Millis, now: Millis) -> Option<Millis> {
        if self.left() <= 0.0 {
            return Some(now);
        }
        if burn_rate.is_nan() || burn_rate <= 0.0 {
            return None;
        }
        let in_ms = self.left() * window as f64 / burn_rate;
        // A thousand years are never.
        (in_ms < 3.2e13).then_some(now + in_ms as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY;

    const NOW: Millis = 1_795_000_000_000;

    fn three_nines() -> Objective {
        Objective { target: 0.999, window: Window::Rolling(30 * DAY) }
    }

    fn budget(objective: Objective, bad: f64, valid: f64) -> Budget {
        let bounds = Bounds { start: NOW - 30 * DAY, end: NOW };
        objective.budget(&Counts { bad, valid }, bounds, NOW).unwrap()
    }

    #[test]
    fn three_nines_over_thirty_days_allow_43_point_2_minutes() {
        let budget = budget(three_nines(), 0.0, 1e6);
        assert!((budget.minutes_left() - 43.2).abs() < 1e-9);
        assert_eq!(budget.events_left(), 1000.0);
        assert_eq!(budget.policy(), Policy::Ok);
    }

    #[test]
    fn the_policy_follows_what_is_left() {
        for (bad, expected) in
            [(200., Policy::Ok), (800., Policy::AtRisk), (1000., Policy::Frozen), (1e5, Policy::Frozen)]
        {
            assert_eq!(budget(three_nines(), bad, 1e6).policy(), expected, "{bad}");
        }
    }

    #[test]
    fn at_burn_one_the_budget_lasts_the_window() {
        assert!((three_nines().burn_rate(0.001) - 1.0).abs() < 1e-9);
        assert!((three_nines().burn_rate(0.0144) - 14.4).abs() < 1e-9);
        let whole = budget(three_nines(), 0.0, 1e6);
        assert_eq!(whole.exhausted_at(1.0, 30 * DAY, NOW), Some(NOW + 30 * DAY));
        assert_eq!(whole.exhausted_at(0.0, 30 * DAY, NOW), None);
        assert_eq!(budget(three_nines(), 2000.0, 1e6).exhausted_at(0.0, 30 * DAY, NOW), Some(NOW));
    }

    #[test]
    fn in_a_calendar_window_what_is_spent_is_measured_against_all_of_it() {
        let bounds = Bounds { start: NOW - 10 * DAY, end: NOW + 20 * DAY };
        let budget = three_nines().budget(&Counts { bad: 300.0, valid: 1e5 }, bounds, NOW).unwrap();
        // Three times the allowed share for a third of the window is all of it.
        assert!((budget.spent() - 1.0).abs() < 1e-9);
        assert!((budget.events - 300.0).abs() < 1e-9);
    }

    #[test]
    fn a_target_of_everything_is_kept_until_the_first_failure() {
        let all = Objective { target: 1.0, ..three_nines() };
        let kept = budget(all, 0.0, 1e6);
        assert_eq!((kept.spent(), kept.minutes_left(), kept.policy()), (0.0, 0.0, Policy::Ok));
        let broken = budget(all, 1.0, 1e6);
        assert_eq!((broken.spent(), broken.policy()), (f64::INFINITY, Policy::Frozen));
        assert_eq!((all.burn_rate(0.0), all.burn_rate(0.1)), (0.0, f64::INFINITY));
        assert_eq!(broken.exhausted_at(f64::INFINITY, 30 * DAY, NOW), Some(NOW));
    }

    #[test]
    fn what_is_not_known_stays_so_when_something_is_taken_out() {
        let unknown = Counts { bad: f64::NAN, valid: f64::NAN };
        assert_eq!(unknown.without(&Counts::default()).sli(), Sli::NoData);
        let impossible = Counts { bad: -1e3, valid: 1e3 };
        assert!(matches!(impossible.without(&Counts::default()).sli(), Sli::Invalid(_)));
        let known = Counts { bad: 3.0, valid: 10.0 };
        assert_eq!(known.without(&Counts { bad: 5.0, valid: 6.0 }), Counts { bad: 0.0, valid: 4.0 });
    }

    #[test]
    fn what_says_nothing_is_never_taken_for_good() {
        let sli = |bad, valid| Counts { bad, valid }.sli();
        assert_eq!(sli(f64::NAN, 10.0), Sli::NoData);
        assert_eq!(sli(0.0, f64::INFINITY), Sli::NoData);
        assert_eq!(sli(0.0, 0.0), Sli::NoTraffic);
        assert!(matches!(sli(1.0, 0.0), Sli::Invalid(_)));
        assert!(matches!(sli(0.0, -5.0), Sli::Invalid(_)));
        assert!(matches!(sli(-5.0, 10.0), Sli::Invalid(_)));
        assert!(matches!(sli(15.0, 10.0), Sli::Invalid(_)));
        assert_eq!(sli(-0.05, 10.0), Sli::Known(0.0));
        assert_eq!(sli(10.05, 10.0), Sli::Known(1.0));
    }
}

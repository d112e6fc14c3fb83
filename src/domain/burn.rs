//! Burn rates over pairs of windows: how fast a budget goes, and whether somebody must be woken.
//!
//! Source: *The Site Reliability Workbook* (Beyer et al., 2018), ch. 5, "Multiwindow, Multi-Burn-Rate
//! Alerts" and its table of recommended parameters.

use super::time::{DAY, HOUR, MINUTE, Millis};

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// somebody is woken
    Page,
    /// somebody looks at it in working hours
    Ticket,
}

impl Notice {
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

/// A long window that tells how much is gone and a short one that tells whether it still goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub long: Millis,
    pub short: Millis,
    /// the burn rate from which on it matters
    pub threshold: f64,
    /// the share of the budget that is gone when the long window reaches it
    pub budget_share: f64,
    pub notice: Notice,
}

/// The workbook's pairs for an objective over 30 days.
const RECOMMENDED: [Pair; 3] = [
    Pair { long: HOUR, short: 5 * MINUTE, threshold: 14.4, budget_share: 0.02, notice: Notice::Page },
    Pair { long: 6 * HOUR, short: 30 * MINUTE, threshold: 6.0, budget_share: 0.05, notice: Notice::Page },
    Pair { long: 3 * DAY, short: 6 * HOUR, threshold: 1.0, budget_share: 0.10, notice: Notice::Ticket },
];

/// The pairs for an objective over a window: the workbook's for about 30 days, and for others with
/// windows as much longer or shorter, so that the same share of the budget is gone when they tell.
/// No window is under two minutes.
pub fn pairs(window: Millis) -> [Pair; 3] {
    if (27 * DAY..=32 * DAY).contains(&window) {
        return RECOMMENDED;
    }
    let scale = |length: Millis| {
        let scaled = length as f64 * window as f64 / (30 * DAY) as f64;
        ((scaled / MINUTE as f64).round() as Millis * MINUTE).max(2 * MINUTE)
    };
    RECOMMENDED.map(|pair| {
        let short = scale(pair.short);
        Pair { long: scale(pair.long).max(2 * short), short, ..pair }
    })
}

/// The different windows of pairs, shortest first.
pub fn windows(pairs: &[Pair]) -> Vec<Millis> {
    let mut all: Vec<Millis> = pairs.iter().flat_map(|p| [p.short, p.long]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What the two windows of a pair say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BurnState {
    /// both over the threshold: budget is going now, and much has gone
    Critical,
    /// only the long one: it was bad and is better
    Recovering,
    /// only the short one: it begins to be bad
    Increasing,
    /// neither
    Acceptable,
    /// one of them is not known
    Unknown,
}

impl BurnState {
    pub fn title(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Recovering => "Recovering",
            Self::Increasing => "Increasing",
            Self::Acceptable => "Acceptable",
            Self::Unknown => "Unknown",
        }
    }

    pub fn explanation(self) -> &'static str {
        match self {
            Self::Critical => "High in both windows: the budget is going fast now",
            Self::Recovering => "High over the long window, but not over the short one",
            Self::Increasing => "High over the short window, not yet over the long one",
            Self::Acceptable => "Within budget",
            Self::Unknown => "No data for one of the two windows",
        }
    }

    /// The status hue.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Critical => "bad",
            Self::Recovering | Self::Increasing => "warn",
            Self::Acceptable => "ok",
            Self::Unknown => "unknown",
        }
    }
}

impl Pair {
    /// The state by the burn rates of both windows; over means strictly over, as in the alert rules.
    pub fn state(&self, long: Option<f64>, short: Option<f64>) -> BurnState {
        match (long.map(|b| b > self.threshold), short.map(|b| b > self.threshold)) {
            (Some(true), Some(true)) => BurnState::Critical,
            (Some(true), Some(false)) => BurnState::Recovering,
            (Some(false), Some(true)) => BurnState::Increasing,
            (Some(false), Some(false)) => BurnState::Acceptable,
            _ => BurnState::Unknown,
        }
    }

    /// How long after failures begin at a share of `bad` events the long window tells; `None` when
    /// that share never reaches the threshold.
    ///
    /// (1 - target) / bad x window x burn rate (workbook, ch. 5).
    pub fn detection_time(&self, allowed: f64, bad: f64) -> Option<Millis> {
        let time = allowed / bad * self.long as f64 * self.threshold;
        (time <= self.long as f64).then_some(time.round() as Millis)
    }

    /// How long after the last failure the alert ends: the short window forgets first.
    pub fn reset_time(&self) -> Millis {
        self.short
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::SECOND;

    #[test]
    fn both_windows_decide() {
        let pair = RECOMMENDED[0];
        for (long, short, expected) in [
            (Some(15.0), Some(20.0), BurnState::Critical),
            (Some(15.0), Some(14.4), BurnState::Recovering),
            (Some(14.4), Some(15.0), BurnState::Increasing),
            (Some(0.0), Some(0.0), BurnState::Acceptable),
            (None, Some(99.0), BurnState::Unknown),
            (Some(f64::INFINITY), Some(f64::INFINITY), BurnState::Critical),
        ] {
            assert_eq!(pair.state(long, short), expected, "{long:?} {short:?}");
        }
    }

    /// The workbook, ch. 5, table "Recommended parameters for an SLO-based alerting configuration" for
    /// 99.9 %: each threshold is its share of the budget spread over its long window.
    #[test]
    fn the_recommended_pairs_and_their_shares_of_the_budget() {
        let expected = [
            (HOUR, 5 * MINUTE, 14.4, 0.02, Notice::Page),
            (6 * HOUR, 30 * MINUTE, 6.0, 0.05, Notice::Page),
            (3 * DAY, 6 * HOUR, 1.0, 0.10, Notice::Ticket),
        ];
        for (pair, (long, short, threshold, share, notice)) in pairs(30 * DAY).iter().zip(expected) {
            assert_eq!((pair.long, pair.short, pair.notice), (long, short, notice));
            assert_eq!((pair.threshold, pair.budget_share), (threshold, share));
            let spent = pair.threshold * pair.long as f64 / (30 * DAY) as f64;
            assert!((spent - share).abs() < 1e-12, "{spent}");
            assert_eq!(pair.long, 12 * pair.short, "a short window is a twelfth of its long one");
        }
    }

    /// Ch. 5: with everything failing a budget of 99.9 % fires at 14.4 over an hour after 51.84 s, at 6
    /// over six hours after 129.6 s, at 1 over three days after 259.2 s.
    #[test]
    fn detection_times_of_an_outage_and_of_slower_burns() {
        let [fast, medium, slow] = pairs(30 * DAY);
        let time = |pair: Pair, bad| pair.detection_time(0.001, bad);
        assert_eq!(time(fast, 1.0), Some(51_840));
        assert_eq!(time(medium, 1.0), Some(129_600));
        assert_eq!(time(slow, 1.0), Some(259_200));
        assert_eq!(time(fast, 0.1), Some(8 * MINUTE + 38 * SECOND + 400));
        // At the very threshold it takes the whole window; below it never fires.
        assert_eq!(time(fast, 0.0144), Some(HOUR));
        assert_eq!(time(medium, 0.006), Some(6 * HOUR));
        assert_eq!(time(slow, 0.001), Some(3 * DAY));
        assert_eq!(time(fast, 0.0143), None);
        assert_eq!([fast, medium, slow].map(|p| p.reset_time()), [5 * MINUTE, 30 * MINUTE, 6 * HOUR]);
    }

    /// Ch. 5, table "Burn rates and time to complete budget exhaustion" for 99.9 % over 30 days.
    #[test]
    fn burn_rates_error_rates_and_time_to_exhaustion() {
        use crate::domain::slo::{Counts, Objective};
        use crate::domain::window::{Bounds, Window};
        let objective = Objective { target: 0.999, window: Window::Rolling(30 * DAY) };
        let bounds = Bounds { start: 0, end: 30 * DAY };
        let budget = objective.budget(&Counts { bad: 0.0, valid: 1.0 }, bounds, 30 * DAY).unwrap();
        for (burn, bad, lasts) in [
            (1.0, 0.001, 30 * DAY),
            (2.0, 0.002, 15 * DAY),
            (10.0, 0.01, 3 * DAY),
            (1000.0, 1.0, 43 * MINUTE + 12 * SECOND),
        ] {
            assert!((objective.burn_rate(bad) - burn).abs() < 1e-9, "{bad}");
            assert_eq!(budget.exhausted_at(burn, 30 * DAY, 0), Some(lasts), "{burn}");
        }
    }

    #[test]
    fn other_windows_keep_the_share_of_the_budget() {
        let [fast, medium, slow] = pairs(7 * DAY);
        assert_eq!((fast.long, fast.short), (14 * MINUTE, 2 * MINUTE));
        assert_eq!((medium.long, medium.short), (84 * MINUTE, 7 * MINUTE));
        assert_eq!(slow.long, 16 * HOUR + 48 * MINUTE);
        for pair in pairs(90 * DAY) {
            let spent = pair.threshold * pair.long as f64 / (90 * DAY) as f64;
            assert!((spent - pair.budget_share).abs() < 1e-9, "{spent}");
        }
        assert_eq!(windows(&pairs(28 * DAY)), [5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 3 * DAY]);
    }
}

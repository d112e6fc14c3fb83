//! Alert rules that the console evaluates itself, over the samples it shows.

use super::series::Series;
use super::severity::Severity;
use super::signal::Signal;
use super::time::Millis;

/// When a value is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// over a fixed value, in the signal's unit
    Above(f64),
    /// under a fixed value, in the signal's unit
    Below(f64),
    /// fallen by more than this share (0..1) below the baseline
    DropBelowBaseline(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertRule {
    pub name: String,
    pub signal: Signal,
    pub condition: Condition,
    /// How long the condition must hold before the rule fires.
    pub for_: Millis,
    pub severity: Severity,
}

/// One span over which a rule fired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Firing {
    pub start: Millis,
    /// The last instant at which the condition held; `None` while it still fires.
    pub end: Option<Millis>,
    /// The worst value in it.
    pub peak: f64,
}

/// The state of a rule after the last sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Inactive,
    Pending,
    Firing,
}

impl AlertRule {
    /// The value at which the condition begins, in the signal's unit.
    pub fn threshold(&self, baseline: Option<f64>) -> Option<f64> {
        match self.condition {
            Condition::Above(limit) | Condition::Below(limit) => Some(limit),
            Condition::DropBelowBaseline(share) => baseline.map(|b| b * (1.0 - share)),
        }
    }

    fn is_bad(&self, value: f64, threshold: f64) -> bool {
        match self.condition {
            Condition::Above(_) => value > threshold,
            Condition::Below(_) | Condition::DropBelowBaseline(_) => value < threshold,
        }
    }

    fn worse(&self, a: f64, b: f64) -> f64 {
        if matches!(self.condition, Condition::Above(_)) { a.max(b) } else { a.min(b) }
    }

    /// The spans in which the rule fired, and its state now.
    ///
    /// Evaluated sample by sample as Prometheus does: the condition must hold at every sample over
    /// `for`; a sample that is good, missing (`NaN`) or more than `max_gap` away ends it. Because it
    /// runs over the samples and not over the clock, a reload loses nothing.
    pub fn evaluate(&self, series: &Series, baseline: Option<f64>, max_gap: Millis) -> (Vec<Firing>, State) {
        let Some(threshold) = self.threshold(baseline) else { return (Vec::new(), State::Inactive) };
        let mut firings: Vec<Firing> = Vec::new();
        let mut active: Option<(Millis, Millis, f64)> = None;
        for (t, v) in series.samples() {
            let continues = active.filter(|(_, last, _)| t - last <= max_gap);
            if active.is_some() && continues.is_none() {
                self.close(&mut firings, active.take());
            }
            if v.is_finite() && self.is_bad(v, threshold) {
                active = Some(match continues {
                    Some((start, _, peak)) => (start, t, self.worse(peak, v)),
                    None => (t, t, v),
                });
            } else {
                self.close(&mut firings, active.take());
            }
        }
        let state = match active {
            None => State::Inactive,
            Some((start, last, peak)) if last - start >= self.for_ => {
                firings.push(Firing { start: start + self.for_, end: None, peak });
                State::Firing
            }
            Some(_) => State::Pending,
        };
        (firings, state)
    }

    fn close(&self, firings: &mut Vec<Firing>, active: Option<(Millis, Millis, f64)>) {
        if let Some((start, last, peak)) = active
            && last - start >= self.for_
        {
            firings.push(Firing { start: start + self.for_, end: Some(last), peak });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    fn rule(condition: Condition, for_: Millis) -> AlertRule {
        AlertRule { name: "r".into(), signal: Signal::LatencyP95, condition, for_, severity: Severity::Sev2 }
    }

    fn series(values: &[f64]) -> Series {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis * 10, *v)).collect();
        Series::from_samples(Labels::default(), samples)
    }

    #[test]
    fn a_rule_fires_only_after_its_for() {
        let above = rule(Condition::Above(1.0), 20);
        assert_eq!(above.evaluate(&series(&[0., 2., 2.]), None, 10), (vec![], State::Pending));
        let (firings, state) = above.evaluate(&series(&[0., 2., 3., 2.]), None, 10);
        assert_eq!((firings, state), (vec![Firing { start: 30, end: None, peak: 3.0 }], State::Firing));
        let (firings, state) = above.evaluate(&series(&[2., 2., 2., 2., 0.]), None, 10);
        assert_eq!((firings, state), (vec![Firing { start: 20, end: Some(30), peak: 2.0 }], State::Inactive));
    }

    #[test]
    fn a_gap_or_a_nan_starts_the_for_again() {
        let above = rule(Condition::Above(1.0), 20);
        assert_eq!(above.evaluate(&series(&[2., 2., f64::NAN, 2., 2.]), None, 10).1, State::Pending);
        let gap = Series::from_samples(Labels::default(), vec![(0, 2.), (10, 2.), (50, 2.), (60, 2.)]);
        assert_eq!(above.evaluate(&gap, None, 10), (vec![], State::Pending));
    }

    #[test]
    fn a_drop_is_measured_against_the_baseline() {
        let drop = rule(Condition::DropBelowBaseline(0.5), 0);
        assert_eq!(drop.evaluate(&series(&[90., 49.]), Some(100.), 10).1, State::Firing);
        assert_eq!(drop.evaluate(&series(&[90., 51.]), Some(100.), 10).1, State::Inactive);
        assert_eq!(drop.evaluate(&series(&[0.]), None, 10), (vec![], State::Inactive));
    }
}

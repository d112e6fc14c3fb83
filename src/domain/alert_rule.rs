//! Alert rules that the console evaluates itself, in the manner of Prometheus.
//!
//! A rule is evaluated on a grid of instants over the history of its samples, not by a clock that runs
//! with the page. So a reload, a closed tab or a sample that came late gives the same intervals as if
//! somebody had watched all along.
//!
//! Source: Prometheus, *Alerting rules* (`for`, `keep_firing_for`); hysteresis as in its own idiom
//! `x > high or (x > low and ALERTS{alertstate="firing"})`.

use super::series::Series;
use super::severity::Severity;
use super::signal::Signal;
use super::time::Millis;

/// When a value is bad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// over a fixed value, in the watched value's unit
    Above(f64),
    /// under a fixed value, in the watched value's unit
    Below(f64),
    /// fallen by more than this share (0..1) below the baseline
    DropBelowBaseline(f64),
    /// risen by more than this share (over 0) above the baseline
    RiseAboveBaseline(f64),
    /// there is no sample at all
    Absent,
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// a signal of every service, by the configured signal sets
    Signal(Signal),
    /// the series of an expression, each on its own; with an expression for the baseline
    Query { source: String, query: String, baseline: Option<String> },
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertRule {
    pub name: String,
    pub watch: Watch,
    pub condition: Condition,
    /// Hysteresis: once it fires, it goes on while the value is on the bad side of this one.
    pub resolve_at: Option<f64>,
    /// How long the condition must hold before the rule fires.
    pub for_: Millis,
    /// How long it goes on firing after the condition last held.
    pub keep_firing_for: Millis,
    /// The time between two evaluations.
    pub every: Millis,
    pub severity: Severity,
    /// Where it says what to do when it fires.
    pub runbook_url: Option<String>,
}

/// Why a firing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// the value is good again
    Recovered,
    /// there was no sample
    NoData,
    /// The source said where the condition held and nothing else: it held no more, or there was no sample.
    HeldNoMore,
}

impl Ended {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Recovered => "the value recovered",
            Self::NoData => "no more samples",
            Self::HeldNoMore => "condition no longer true",
        }
    }
}

/// One stretch of evaluations over which a rule fired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Firing {
    /// The evaluation at which the condition began to hold.
    pub pending: Millis,
    /// The evaluation at which it fired first.
    pub start: Millis,
    /// The evaluation at which it fired no more, and why; `None` while it still fires.
    pub end: Option<(Millis, Ended)>,
    /// The worst value in it; `NaN` for an absence.
    pub peak: f64,
    pub peak_at: Millis,
}

/// What a value is compared with, where it is compared with what is usual.
#[derive(Clone, Copy, Debug)]
pub enum Baseline<'a> {
    None,
    Level(f64),
    Series(&'a Series),
}

/// The state of a rule after the last evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Inactive,
    /// the condition holds since then, not long enough yet
    Pending(Millis),
    Firing,
}

/// A rule's history over one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    pub firings: Vec<Firing>,
    pub state: State,
}

/// The instants at which a rule is evaluated: `start`, `start + step` and so on, up to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub start: Millis,
    pub end: Millis,
    pub step: Millis,
}

impl Grid {
    /// The steps of a span, on whole multiples of the step, as range queries are aligned.
    pub fn aligned(from: Millis, to: Millis, step: Millis) -> Self {
        let step = step.max(1);
        Self { start: from + (step - from.rem_euclid(step)) % step, end: to - to.rem_euclid(step), step }
    }

    fn instants(self) -> impl Iterator<Item = Millis> {
        let n = (self.end - self.start).div_euclid(self.step.max(1));
        (0..=n).map(move |i| self.start + i * self.step)
    }
}

impl AlertRule {
    /// The value at which the condition begins, in the watched value's unit.
    pub fn threshold(&self, baseline: Option<f64>) -> Option<f64> {
        match self.condition {
            Condition::Above(limit) | Condition::Below(limit) => Some(limit),
            Condition::DropBelowBaseline(share) => baseline.map(|b| b * (1.0 - share)),
            Condition::RiseAboveBaseline(share) => baseline.map(|b| b * (1.0 + share)),
            Condition::Absent => None,
        }
    }

    /// The signal it watches, unless it has a query of its own.
    pub fn signal(&self) -> Option<Signal> {
        match self.watch {
            Watch::Signal(signal) => Some(signal),
            Watch::Query { .. } => None,
        }
    }

    /// Whether a value is bad; a missing or `NaN` value never is, except where absence is the point.
    fn is_bad(&self, value: Option<f64>, baseline: Option<f64>, firing: bool) -> bool {
        let Some(value) = value.filter(|v| !v.is_nan()) else { return self.condition == Condition::Absent };
        let limit = self.resolve_at.filter(|_| firing).or_else(|| self.threshold(baseline));
        match (self.condition, limit) {
            (Condition::Above(_) | Condition::RiseAboveBaseline(_), Some(limit)) => value > limit,
            (Condition::Below(_) | Condition::DropBelowBaseline(_), Some(limit)) => value < limit,
            _ => false,
        }
    }

    fn is_worse(&self, value: f64, than: f64) -> bool {
        match self.condition {
            Condition::Above(_) | Condition::RiseAboveBaseline(_) => value > than,
            _ => value < than,
        }
    }

    /// Evaluates at each instant of the grid.
    ///
    /// `value` and `baseline` give the sample at an instant, as a range query with the grid's step
    /// does: `None` where there is none. They are called with ascending instants.
    pub fn evaluate(
        &self,
        grid: Grid,
        mut value: impl FnMut(Millis) -> Option<f64>,
        mut baseline: impl FnMut(Millis) -> Option<f64>,
    ) -> Evaluation {
        let mut run = Run { rule: self, firings: Vec::new(), active: None };
        for t in grid.instants() {
            run.step(t, value(t), baseline(t));
        }
        run.evaluation()
    }
}

impl AlertRule {
    /// Evaluates over samples that lie on the grid; without a series nothing was measured.
    pub fn over(&self, grid: Grid, series: Option<&Series>, baseline: Baseline<'_>) -> Evaluation {
        let value = at_instants(series);
        match baseline {
            Baseline::None => self.evaluate(grid, value, |_| None),
            Baseline::Level(level) => self.evaluate(grid, value, |_| Some(level)),
            Baseline::Series(usual) => self.evaluate(grid, value, at_instants(Some(usual))),
        }
    }

    /// Whether a source that compares sends such a sample. One that answers a comparison with all values, as a proxy or a
    /// lesser system may, is not believed: `0.001` is no breach of `> 0.01`, and `absent(x)` is 1 or nothing.
    fn is_breach(&self, value: f64) -> bool {
        match self.condition {
            Condition::Above(limit) => value > self.resolve_at.map_or(limit, |resolve| resolve.min(limit)),
            Condition::Below(limit) => value < self.resolve_at.map_or(limit, |resolve| resolve.max(limit)),
            Condition::Absent => value == 1.0,
            Condition::DropBelowBaseline(_) | Condition::RiseAboveBaseline(_) => true,
        }
    }

    /// Evaluates over the samples at which the source found the condition to hold (with hysteresis: those on
    /// the bad side of `resolve_at`). Where there is none, it does not hold, as in Prometheus, where "no sample"
    /// and "not true" are the same. Costs what the breaches are many, not what the grid is long.
    pub fn over_breaches(&self, grid: Grid, breaches: &Series) -> Evaluation {
        let mut run = Run { rule: self, firings: Vec::new(), active: None };
        let on_grid = |t: Millis| (t - grid.start).rem_euclid(grid.step.max(1)) == 0;
        let mut next = grid.start;
        let sent =
            breaches.samples_in(grid.start, grid.end).filter(|(t, v)| on_grid(*t) && self.is_breach(*v));
        for (t, value) in sent {
            run.holds_not_until(next, t, grid.step);
            match run.fires() || self.begins(value) {
                true => run.holds(t, if self.condition == Condition::Absent { f64::NAN } else { value }),
                false => run.holds_not(t, Ended::HeldNoMore),
            }
            next = t + grid.step;
        }
        run.holds_not_until(next, grid.end + 1, grid.step);
        run.evaluation()
    }

    /// Evaluates over the times in which the condition held, each by its first and last instant: as
    /// [`Self::over_breaches`] without hysteresis, and without values.
    pub fn over_runs(&self, grid: Grid, runs: &[(Millis, Millis)]) -> Evaluation {
        let mut run = Run { rule: self, firings: Vec::new(), active: None };
        let steps = |length: Millis| (length + grid.step - 1).div_euclid(grid.step.max(1)) * grid.step;
        let mut next = grid.start;
        for (first, last) in runs {
            // The first instant of the grid in it.
            let first = grid.start + steps((*first).max(next) - grid.start);
            let last = (*last).min(grid.end);
            if first > last {
                continue;
            }
            run.holds_not_until(next, first, grid.step);
            // Between these nothing changes but how long it has held.
            let since = run.active.as_ref().map_or(first, |active| active.firing.pending);
            let fires_at = (since + steps(self.for_)).clamp(first, last);
            for t in [first, fires_at, last] {
                run.holds(t, f64::NAN);
            }
            next = last + grid.step;
        }
        run.holds_not_until(next, grid.end + 1, grid.step);
        run.evaluation()
    }

    /// Whether a value that the source let pass makes the rule begin, and not only go on.
    fn begins(&self, value: f64) -> bool {
        match self.condition {
            Condition::Above(limit) => value > limit,
            Condition::Below(limit) => value < limit,
            _ => true,
        }
    }
}

/// The sample at each of ascending instants, where there is one at exactly that.
fn at_instants(series: Option<&Series>) -> impl FnMut(Millis) -> Option<f64> {
    let mut samples = series.into_iter().flat_map(Series::samples).peekable();
    move |t| {
        while samples.next_if(|(at, _)| *at < t).is_some() {}
        samples.next_if(|(at, _)| *at == t).map(|(_, v)| v)
    }
}

struct Active {
    firing: Firing,
    fires: bool,
    /// since when it is kept firing although the condition does not hold
    kept_since: Option<Millis>,
}

struct Run<'a> {
    rule: &'a AlertRule,
    firings: Vec<Firing>,
    active: Option<Active>,
}

impl Run<'_> {
    fn fires(&self) -> bool {
        self.active.as_ref().is_some_and(|a| a.fires)
    }

    fn step(&mut self, t: Millis, value: Option<f64>, baseline: Option<f64>) {
        if self.rule.is_bad(value, baseline, self.fires()) {
            self.holds(t, value.unwrap_or(f64::NAN));
        } else {
            let ended = if value.is_some_and(|v| !v.is_nan()) { Ended::Recovered } else { Ended::NoData };
            self.holds_not(t, ended);
        }
    }

    fn holds(&mut self, t: Millis, value: f64) {
        let fresh = Firing { pending: t, start: t, end: None, peak: value, peak_at: t };
        let active = self.active.get_or_insert(Active { firing: fresh, fires: false, kept_since: None });
        active.kept_since = None;
        if self.rule.is_worse(value, active.firing.peak) {
            active.firing.peak = value;
            active.firing.peak_at = t;
        }
        if !active.fires && t - active.firing.pending >= self.rule.for_ {
            active.fires = true;
            active.firing.start = t;
        }
    }

    fn holds_not(&mut self, t: Millis, ended: Ended) {
        let Some(active) = &mut self.active else { return };
        if active.fires && self.rule.keep_firing_for > 0 {
            let since = *active.kept_since.get_or_insert(t);
            if t - since < self.rule.keep_firing_for {
                return;
            }
        }
        // For an absence a sample is the recovery.
        let ended = if self.rule.condition == Condition::Absent { Ended::Recovered } else { ended };
        if let Some(Active { fires: true, mut firing, .. }) = self.active.take() {
            firing.end = Some((t, ended));
            self.firings.push(firing);
        }
    }

    /// The condition holds at no instant from `from` up to the one before `until`. Only two of them can change
    /// anything: the first, and the one at which it has been kept firing for long enough.
    fn holds_not_until(&mut self, from: Millis, until: Millis, step: Millis) {
        if from < until && self.active.is_some() {
            self.holds_not(from, Ended::HeldNoMore);
        }
        let kept = self.active.as_ref().and_then(|active| active.kept_since);
        let steps = |length: Millis| (length + step - 1).div_euclid(step.max(1)) * step;
        if let Some(last) = kept.map(|since| since + steps(self.rule.keep_firing_for)).filter(|t| *t < until)
        {
            self.holds_not(last, Ended::HeldNoMore);
        }
    }

    fn evaluation(mut self) -> Evaluation {
        let state = match &self.active {
            None => State::Inactive,
            Some(Active { fires: true, .. }) => State::Firing,
            Some(active) => State::Pending(active.firing.pending),
        };
        if let Some(Active { fires: true, firing, .. }) = self.active {
            self.firings.push(firing);
        }
        Evaluation { firings: self.firings, state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(condition: Condition, for_: Millis) -> AlertRule {
        AlertRule {
            name: "r".into(),
            watch: Watch::Signal(Signal::LatencyP95),
            condition,
            resolve_at: None,
            for_,
            keep_firing_for: 0,
            every: 10,
            severity: Severity::Sev2,
            runbook_url: None,
        }
    }

    const GONE: f64 = f64::NAN;

    fn run(rule: &AlertRule, values: &[f64]) -> Evaluation {
        let grid = Grid { start: 0, end: (values.len() as Millis - 1) * 10, step: 10 };
        let at = |t: Millis| values.get((t / 10) as usize).copied().filter(|v| !v.is_nan());
        rule.evaluate(grid, at, |_| Some(100.0))
    }

    fn spans(evaluation: &Evaluation) -> Vec<(Millis, Option<Millis>)> {
        evaluation.firings.iter().map(|f| (f.start, f.end.map(|e| e.0))).collect()
    }

    #[test]
    fn a_rule_fires_only_after_its_for() {
        let above = rule(Condition::Above(1.0), 20);
        assert_eq!(run(&above, &[0., 2., 2.]).state, State::Pending(10));
        let fired = run(&above, &[0., 2., 3., 2.]);
        assert_eq!((spans(&fired), fired.state), (vec![(30, None)], State::Firing));
        assert_eq!(
            (fired.firings[0].peak, fired.firings[0].peak_at, fired.firings[0].pending),
            (3.0, 20, 10)
        );
        let over = run(&above, &[2., 2., 2., 2., 0., 0.]);
        assert_eq!((spans(&over), over.state), (vec![(20, Some(40))], State::Inactive));
        assert_eq!(over.firings[0].end, Some((40, Ended::Recovered)));
    }

    #[test]
    fn a_gap_starts_the_for_again_and_ends_a_firing() {
        let above = rule(Condition::Above(1.0), 20);
        assert_eq!(run(&above, &[2., 2., GONE, 2., 2.]).state, State::Pending(30));
        let fired = run(&above, &[2., 2., 2., GONE, 2.]);
        assert_eq!(fired.firings[0].end, Some((30, Ended::NoData)));
    }

    #[test]
    fn a_change_is_measured_against_the_baseline() {
        let drop = rule(Condition::DropBelowBaseline(0.5), 0);
        assert_eq!(run(&drop, &[90., 49.]).state, State::Firing);
        assert_eq!(run(&drop, &[90., 50.]).state, State::Inactive);
        let rise = rule(Condition::RiseAboveBaseline(0.5), 0);
        assert_eq!(run(&rise, &[151.]).state, State::Firing);
        assert_eq!(run(&rise, &[150.]).state, State::Inactive);
        let grid = Grid { start: 0, end: 0, step: 10 };
        assert_eq!(drop.evaluate(grid, |_| Some(0.0), |_| None).state, State::Inactive);
    }

    #[test]
    fn kept_firing_bridges_a_recovery_and_starts_anew_with_each() {
        let kept = AlertRule { keep_firing_for: 20, ..rule(Condition::Above(1.0), 0) };
        let bridged = run(&kept, &[2., 0., 2., 0., 0., 0., 0.]);
        assert_eq!((spans(&bridged), bridged.state), (vec![(0, Some(50))], State::Inactive));
    }

    #[test]
    fn with_hysteresis_it_ends_at_the_lower_value() {
        let sticky = AlertRule { resolve_at: Some(1.0), ..rule(Condition::Above(2.0), 0) };
        assert_eq!(spans(&run(&sticky, &[1.5, 3., 1.5, 0.5, 1.5])), [(10, Some(30))]);
    }

    #[test]
    fn an_absence_fires_while_there_is_nothing() {
        let absent = rule(Condition::Absent, 10);
        let gone = run(&absent, &[1., GONE, GONE, GONE, 1.]);
        assert_eq!(spans(&gone), [(20, Some(40))]);
        assert_eq!(gone.firings[0].end, Some((40, Ended::Recovered)));
    }

    /// What was watched from the start and what is read after a reload are the same.
    #[test]
    fn a_longer_history_does_not_change_later_intervals() {
        let above = rule(Condition::Above(1.0), 20);
        let values = [0., 2., 2., 2., 0., 2., 2., 2., 2., 0.];
        let all = run(&above, &values);
        for n in 1..=values.len() {
            let part = run(&above, &values[..n]);
            for (early, late) in part.firings.iter().zip(&all.firings) {
                assert_eq!((early.start, early.pending), (late.start, late.pending));
            }
        }
    }

    #[test]
    fn series_are_read_at_the_instants_of_the_grid() {
        use crate::domain::labels::Labels;
        let samples = vec![(-10, 9.), (0, 2.), (7, 0.), (10, 2.), (30, 2.)];
        let series = Series::from_samples(Labels::default(), samples);
        let grid = Grid { start: 0, end: 30, step: 10 };
        let found = rule(Condition::Above(1.0), 10).over(grid, Some(&series), Baseline::None);
        assert_eq!((spans(&found), found.state), (vec![(10, Some(20))], State::Pending(30)));
        let none = rule(Condition::Absent, 0).over(grid, None, Baseline::None);
        assert_eq!(none.state, State::Firing);
    }

    #[test]
    fn grids_lie_on_whole_steps() {
        assert_eq!(Grid::aligned(11, 49, 10), Grid { start: 20, end: 40, step: 10 });
        assert_eq!(Grid::aligned(20, 40, 10), Grid { start: 20, end: 40, step: 10 });
    }
}

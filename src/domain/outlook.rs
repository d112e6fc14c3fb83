//! When a resource is full, and how sure that is.
//!
//! Near ahead, a forecast chosen by the series' own past tells what comes ([`super::forecast::auto`]); far
//! ahead, where no past can judge, the straight line through the history does, with the doubt that there is
//! about its slope. Patterns of the day and the week are taken out before the line is drawn, and sudden
//! shifts of the level (a clean-up, a migration) are taken back: neither is growth. A climb that still goes on
//! is: where it reaches the limit soon, the date is that of the climb.

use super::capacity::FARTHEST;
use super::climb::{Climb, climb};
use super::forecast::auto::{Forecast, auto};
use super::forecast::linear::slope;
use super::forecast::seasonal::{Profile, autocorrelation};
use super::level_shift::without_shifts;
use super::plan::Plan;
use super::series::Series;
use super::time::{DAY, MONTH, Millis};

/// Half of a normal distribution's middle 80 and 95 %.
const Z80: f64 = 1.282;
const Z95: f64 = 1.960;
/// With less history than this nothing is said.
const LEAST: Millis = 3 * DAY;
const LEAST_VALUES: usize = 12;
/// A climb is gone on with for at most so many times as long as it has lasted.
const CLIMB_AHEAD: f64 = 14.0;

/// A history at equal steps; gaps are not numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Regular {
    pub start: Millis,
    pub step: Millis,
    pub values: Vec<f64>,
}

impl Regular {
    /// The highest value of each stretch of one step, counted back from the last sample.
    pub fn peaks_of(series: &Series, step: Millis) -> Option<Self> {
        let (start, end) = (series.first_instant()?, series.last_instant()?);
        let step = step.max(1);
        let n = usize::try_from((end - start) / step).ok()?.min(100_000) + 1;
        let mut values = vec![f64::NAN; n];
        for (t, v) in series.samples().filter(|(_, v)| v.is_finite()) {
            let back = usize::try_from((end - t) / step).ok()?;
            if let Some(value) = n.checked_sub(back + 1).and_then(|place| values.get_mut(place)) {
                *value = v.max(*value);
            }
        }
        Some(Self { start: end - step * (n as Millis - 1), step, values })
    }

    /// Puts samples on a grid of steps, each on its nearest place.
    pub fn of(series: &Series, step: Millis) -> Option<Self> {
        let (start, end) = (series.first_instant()?, series.last_instant()?);
        let n = usize::try_from((end - start) / step.max(1)).ok()? + 1;
        let mut values = vec![f64::NAN; n.min(100_000)];
        for (t, v) in series.samples().filter(|(_, v)| v.is_finite()) {
            let place = usize::try_from((t - start + step / 2) / step.max(1)).ok()?;
            if let Some(value) = values.get_mut(place) {
                *value = v;
            }
        }
        Some(Self { start, step, values })
    }

    /// The same with another last value, where that is a number.
    pub fn ending_at(mut self, value: f64) -> Self {
        if let Some(last) = self.values.last_mut().filter(|_| value.is_finite()) {
            *last = value;
        }
        self
    }

    fn end(&self) -> Millis {
        self.start + self.step * (self.values.len() as Millis - 1)
    }

    /// Steps after which a day (a week, where a step is a day) repeats itself.
    fn season(&self) -> usize {
        let day = usize::try_from(DAY / self.step.max(1)).unwrap_or(1);
        if day > 1 { day } else { 7 }
    }

    /// Values in a day, at least one.
    fn day(&self) -> usize {
        usize::try_from(DAY / self.step.max(1)).unwrap_or(1).max(1)
    }

    fn week(&self) -> usize {
        usize::try_from(7 * DAY / self.step.max(1)).unwrap_or(0)
    }
}

/// When a level is crossed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// it lies over it already
    Passed,
    /// most likely at an instant within five years; in nine of ten cases not before `early`, and in nine of
    /// ten not after `late`, which is beyond five years where there is none
    Likely { at: Millis, early: Millis, late: Option<Millis> },
    /// not within five years, or never; at the earliest then, if within them
    NotInSight { early: Option<Millis> },
}

/// What the history says of the time to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    now: Millis,
    /// the level now, patterns taken out
    level: f64,
    /// units a millisecond, and the deviation of that
    slope: f64,
    doubt: f64,
    near: Forecast,
    step: Millis,
    /// how it rises at the end of its history, in the steps of that
    climb: Option<(Climb, Millis)>,
}

/// An instant of the fan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    pub at: Millis,
    pub mean: f64,
    /// half the width of the 80 and of the 95 % interval
    pub half80: f64,
    pub half95: f64,
}

impl Outlook {
    /// `None` where the history is too short: under three days, or twelve values.
    pub fn of(history: &Regular) -> Option<Self> {
        Self::with_recent(history, history, 1)
    }

    /// The same where a climb is looked for in a history of finer steps, of which it takes `least` or more.
    pub fn with_recent(history: &Regular, recent: &Regular, least: usize) -> Option<Self> {
        let n_known = history.values.iter().filter(|v| v.is_finite()).count();
        if history.end() - history.start < LEAST || n_known < LEAST_VALUES {
            return None;
        }
        let values = without_shifts(&bridged(&history.values), history.day());
        let horizon = (values.len() / 4).clamp(1, 200);
        let near = auto(&values, history.season(), horizon)?;
        let plain = without_patterns(&values, history);
        let step = history.step as f64;
        let slope_a_step = slope(&plain);
        let line = |i: usize| slope_a_step * (i as f64 - (plain.len() as f64 - 1.0) / 2.0);
        let mean = plain.iter().sum::<f64>() / plain.len() as f64;
        let residuals: Vec<f64> = plain.iter().enumerate().map(|(i, v)| v - mean - line(i)).collect();
        // From where the series is, not from where the line would have it.
        let last = plain.len().div_ceil(10);
        let lately = residuals.iter().rev().take(last).sum::<f64>() / last as f64;
        Some(Self {
            now: history.end(),
            level: mean + line(plain.len() - 1) + lately,
            slope: slope_a_step / step,
            doubt: doubt(&plain, &residuals) / step,
            near,
            step: history.step,
            climb: climb(&bridged(&recent.values), recent.day(), least).map(|c| (c, recent.step)),
        })
    }

    /// Units a month of 30.44 days, along the line through the whole history.
    pub fn growth_per_month(&self) -> f64 {
        self.slope * MONTH as f64
    }

    /// How it rises now and how long it has done so, where that brings it to a level soon: within fourteen
    /// times as long as it has risen.
    pub fn climb_to(&self, level: f64) -> Option<(Climb, Millis)> {
        let (climb, step) = self.climb?;
        let left = (level - climb.level) / climb.rate;
        (left <= CLIMB_AHEAD * climb.steps as f64).then_some((climb, step * climb.steps as Millis))
    }

    /// When a climb reaches a level, gone on with at a rate a step.
    fn climbed(&self, plan: &Plan, rate: f64, level: f64) -> Option<Millis> {
        let (climb, step) = self.climb?;
        let length = plan.reaches(climb.level, rate / step as f64, level)?;
        (length <= FARTHEST as f64).then(|| self.now + length as Millis)
    }

    /// The end of its history.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The forecast near ahead.
    pub fn near(&self) -> &Forecast {
        &self.near
    }

    /// How far ahead the past can judge.
    pub fn judged(&self) -> Millis {
        self.step * self.near.mean.len() as Millis
    }

    /// What is expected at some instants up to `end`: step by step as far as the past can judge, then along the line.
    pub fn fan(&self, end: Millis, level: f64) -> Vec<Expected> {
        if let Some((climb, length)) = self.climb_to(level) {
            return self.climbing(&climb, length / climb.steps.max(1) as Millis, end);
        }
        let (i80, i95) = (self.near.interval(0.8), self.near.interval(0.95));
        let mut all: Vec<Expected> = Vec::new();
        for (i, ((mean, a), b)) in self.near.mean.iter().zip(&i80).zip(&i95).enumerate() {
            let at = self.now + self.step * (i as Millis + 1);
            if at > end {
                return all;
            }
            all.push(Expected { at, mean: *mean, half80: (a.1 - a.0) / 2.0, half95: (b.1 - b.0) / 2.0 });
        }
        const MORE: Millis = 60;
        let from = self.now + self.judged();
        let (w80, w95) = all.last().map_or((0.0, 0.0), |e| (e.half80, e.half95));
        for i in 1..=MORE {
            let at = from + (end - from) * i / MORE;
            let beyond = self.doubt * (at - from) as f64;
            all.push(Expected {
                at,
                mean: self.level + self.slope * (at - self.now) as f64,
                half80: w80.hypot(Z80 * beyond),
                half95: w95.hypot(Z95 * beyond),
            });
        }
        all
    }

    fn climbing(&self, climb: &Climb, step: Millis, end: Millis) -> Vec<Expected> {
        const POINTS: Millis = 60;
        let one = |i: Millis| {
            let length = (end - self.now) * i / POINTS;
            let steps = length as f64 / step.max(1) as f64;
            let half = steps * (climb.fast - climb.slow) / 2.0;
            let mean = climb.level + climb.rate * steps;
            Expected { at: self.now + length, mean, half80: half, half95: half * Z95 / Z80 }
        };
        (1..=POINTS).map(one).filter(|e| e.at > self.now).collect()
    }

    /// When a level is reached from below.
    pub fn crossing(&self, level: f64) -> Crossing {
        self.crossing_under(&Plan::NONE, level)
    }

    /// The same if a plan came true.
    pub fn crossing_under(&self, plan: &Plan, level: f64) -> Crossing {
        if let Some((climb, _)) = self.climb_to(plan.limit(level)) {
            return match self.climbed(plan, climb.rate, level) {
                Some(at) if at <= self.now => Crossing::Passed,
                Some(at) => Crossing::Likely {
                    at,
                    early: self.climbed(plan, climb.fast, level).unwrap_or(at),
                    late: self.climbed(plan, climb.slow, level),
                },
                None => Crossing::NotInSight { early: self.climbed(plan, climb.fast, level) },
            };
        }
        if self.level >= level && plan.is_none() {
            return Crossing::Passed;
        }
        let along = |slope: f64| plan.reaches(self.level, slope, level);
        let at = |length: f64, most: Millis| (length <= most as f64).then(|| self.now + length as Millis);
        // What the past can judge may be reached sooner than the line says.
        let near = self.near.interval(0.8).iter().position(|(_, high)| *high >= level);
        let near = near.filter(|_| plan.is_none()).map(|i| self.now + self.step * (i as Millis + 1));
        let early = along(self.slope + Z80 * self.doubt).and_then(|l| at(l, FARTHEST));
        // A climb that would take longer than it can be relied on is at least possible.
        let climbed = self.climb.and_then(|(climb, _)| self.climbed(plan, climb.rate, level));
        let early = [near, early, climbed].into_iter().flatten().min();
        match along(self.slope).and_then(|l| at(l, FARTHEST)) {
            Some(likely) if likely <= self.now => Crossing::Passed,
            Some(likely) => Crossing::Likely {
                at: likely,
                early: early.map_or(likely, |e| e.min(likely)),
                late: along(self.slope - Z80 * self.doubt)
                    .and_then(|l| at(l, FARTHEST))
                    .map(|l| l.max(likely)),
            },
            None => Crossing::NotInSight { early },
        }
    }

    /// The use along the line if a plan came true, with both sides of the step it makes.
    pub fn line_under(&self, plan: &Plan, end: Millis, limit: f64) -> Vec<(Millis, f64)> {
        const POINTS: Millis = 60;
        let (level, slope) = match self.climb_to(plan.limit(limit)) {
            Some((climb, length)) => (climb.level, climb.rate * climb.steps as f64 / length.max(1) as f64),
            None => (self.level, self.slope),
        };
        let (length, wait) = (end - self.now, plan.wait());
        let mut lengths: Vec<Millis> =
            (0..=POINTS).map(|i| length * i / POINTS).chain([wait - 1, wait]).collect();
        lengths.retain(|l| (0..=length).contains(l));
        lengths.sort_unstable();
        lengths.dedup();
        lengths.into_iter().map(|l| (self.now + l, plan.used(level, slope, l))).collect()
    }
}

/// Gaps bridged by straight lines, ends by the nearest value.
fn bridged(values: &[f64]) -> Vec<f64> {
    let known: Vec<(usize, f64)> =
        values.iter().copied().enumerate().filter(|(_, v)| v.is_finite()).collect();
    (0..values.len())
        .map(|i| {
            let next = known.partition_point(|(at, _)| *at < i);
            match (next.checked_sub(1).and_then(|p| known.get(p)), known.get(next)) {
                (_, Some((at, value))) if *at == i => *value,
                (Some((a, before)), Some((b, after))) => {
                    before + (after - before) * (i - a) as f64 / (b - a) as f64
                }
                (Some((_, only)), None) | (None, Some((_, only))) => *only,
                (None, None) => f64::NAN,
            }
        })
        .collect()
}

/// The history without its pattern of the week, or of the day where there are no two weeks of it.
fn without_patterns(values: &[f64], history: &Regular) -> Vec<f64> {
    let profile = [history.week(), history.season()]
        .into_iter()
        .filter(|period| values.len() >= 3 * period)
        .find_map(|period| Profile::classical(values, period, false));
    profile.map_or_else(|| values.to_vec(), |profile| profile.remove(values))
}

/// The deviation of the slope: that of least squares, with neighbouring values counting for less the more
/// they resemble each other; and at least what the slopes of the quarters of the history differ by.
fn doubt(plain: &[f64], residuals: &[f64]) -> f64 {
    let n = plain.len() as f64;
    let variance = residuals.iter().map(|r| r * r).sum::<f64>() / (n - 2.0).max(1.0);
    let alike = autocorrelation(residuals, 1).get(1).copied().unwrap_or(0.0).clamp(0.0, 0.98);
    let plain_error = (12.0 * variance / (n * n * n)).sqrt() * ((1.0 + alike) / (1.0 - alike)).sqrt();
    let quarter = plain.len() / 4;
    if quarter < 4 {
        return plain_error;
    }
    let slopes: Vec<f64> = plain.chunks(quarter).filter(|c| c.len() == quarter).map(slope).collect();
    let mean = slopes.iter().sum::<f64>() / slopes.len() as f64;
    let differ =
        (slopes.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / (slopes.len() as f64 - 1.0)).sqrt();
    plain_error.max(differ / slopes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR;

    const STEP: Millis = 6 * HOUR;

    fn history(n: usize, value: impl Fn(f64) -> f64) -> Regular {
        let day = |i: usize| i as f64 / 4.0;
        Regular { start: 0, step: STEP, values: (0..n).map(|i| value(day(i))).collect() }
    }

    fn noise(day: f64) -> f64 {
        ((day * 4.0 * 12.9898).sin() * 43758.5453).fract()
    }

    /// 450 GB and 15 GB more each month, as in the health dashboard, 90 days of it.
    fn storage(day: f64) -> f64 {
        450.0 - 15.0 * (89.75 - day) * DAY as f64 / MONTH as f64
    }

    fn months(outlook: &Outlook, at: Millis) -> f64 {
        (at - outlook.now) as f64 / MONTH as f64
    }

    #[test]
    fn exact_growth_gives_the_dashboards_36_months_and_no_doubt() {
        let outlook = Outlook::of(&history(360, storage)).unwrap();
        assert!((outlook.growth_per_month() - 15.0).abs() < 1e-9);
        let Crossing::Likely { at, early, late } = outlook.crossing(1000.0) else { panic!() };
        assert_eq!(months(&outlook, at).floor(), 36.0);
        assert!((months(&outlook, early) - months(&outlook, late.unwrap())).abs() < 0.01);
    }

    #[test]
    fn less_noise_closes_the_interval() {
        let width = |amount: f64| {
            let outlook = Outlook::of(&history(360, |d| storage(d) + amount * noise(d))).unwrap();
            let Crossing::Likely { early, late, .. } = outlook.crossing(1000.0) else { panic!() };
            late.unwrap_or(Millis::MAX / 4) - early
        };
        assert!(width(8.0) > width(4.0) && width(4.0) > width(1.0) && width(1.0) > width(0.1));
    }

    #[test]
    fn a_weekly_pattern_does_not_move_the_date() {
        let weekly = |d: f64| storage(d) + if (d as i64) % 7 < 5 { 6.0 } else { -15.0 };
        let outlook = Outlook::of(&history(360, weekly)).unwrap();
        let Crossing::Likely { at, .. } = outlook.crossing(1000.0) else { panic!() };
        assert!((months(&outlook, at) - 36.67).abs() < 0.5, "{}", months(&outlook, at));
    }

    #[test]
    fn a_shift_of_the_level_is_no_growth() {
        let migrated = |d: f64| storage(d) + if d > 40.0 { 200.0 } else { 0.0 } + 0.1 * noise(d);
        let outlook = Outlook::of(&history(360, migrated)).unwrap();
        assert!((outlook.growth_per_month() - 15.0).abs() < 0.5, "{}", outlook.growth_per_month());
        let cleaned = |d: f64| storage(d) - if d > 60.0 { 150.0 } else { 0.0 } + 0.1 * noise(d);
        let outlook = Outlook::of(&history(360, cleaned)).unwrap();
        assert!((outlook.growth_per_month() - 15.0).abs() < 0.5, "{}", outlook.growth_per_month());
    }

    #[test]
    fn full_emptying_level_short_and_gappy_have_their_answers() {
        let of = |value: fn(f64) -> f64| Outlook::of(&history(360, value)).unwrap();
        assert_eq!(of(|d| storage(d) + 600.0).crossing(1000.0), Crossing::Passed);
        assert_eq!(of(|d| 900.0 - d).crossing(1000.0), Crossing::NotInSight { early: None });
        assert_eq!(of(|_| 500.0).crossing(1000.0), Crossing::NotInSight { early: None });
        assert_eq!(Outlook::of(&history(11, storage)), None);
        assert_eq!(Outlook::of(&history(0, storage)), None);
        let mut gappy = history(360, storage);
        for i in (0..360).filter(|i| i % 5 == 0 || (100..160).contains(i)) {
            gappy.values[i] = f64::NAN;
        }
        let outlook = Outlook::of(&gappy).unwrap();
        assert!((outlook.growth_per_month() - 15.0).abs() < 0.2, "{}", outlook.growth_per_month());
    }

    #[test]
    fn the_fan_goes_on_without_a_step_and_widens() {
        let outlook = Outlook::of(&history(360, |d| storage(d) + noise(d))).unwrap();
        let fan = outlook.fan(outlook.now + 24 * MONTH, 1000.0);
        assert!(fan.windows(2).all(|w| w[0].at < w[1].at && w[1].half80 >= w[0].half80 - 1e-9));
        assert!(fan.iter().all(|e| e.half95 >= e.half80 && e.mean.is_finite()));
        assert_eq!(fan.last().unwrap().at, outlook.now + 24 * MONTH);
        assert!(outlook.fan(outlook.now, 1000.0).is_empty());
    }

    /// 90 days at six hours: GB at a number of days before the end.
    fn before_end(value: impl Fn(f64) -> f64) -> Outlook {
        let samples: Vec<(Millis, f64)> = (0..=360)
            .map(|i| {
                let back = (360 - i) as f64 / 4.0;
                (i * STEP, value(back) + 0.1 * noise(back))
            })
            .collect();
        let series = Series::from_samples(crate::domain::labels::Labels::default(), samples);
        let (days, fine) = (Regular::peaks_of(&series, DAY).unwrap(), Regular::of(&series, STEP).unwrap());
        Outlook::with_recent(&days, &fine, 1).unwrap()
    }

    /// Days until 100 GB, as `predict_linear` over the last day has it.
    fn predict_linear(value: impl Fn(f64) -> f64) -> f64 {
        let last: Vec<f64> = (0..=24).map(|i| value(1.0 - f64::from(i) / 24.0)).collect();
        (100.0 - value(0.0)) / (slope(&last) * 24.0)
    }

    #[test]
    fn a_runaway_is_warned_of_with_its_date() {
        println!("climb      likely in        early..late      predict_linear(1d)  true, days");
        for days in [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 21.0] {
            for rise in [45.0, 20.0] {
                let use_at = move |back: f64| 20.0 + rise * ((days - back) / days).max(0.0);
                let outlook = before_end(use_at);
                let Crossing::Likely { at, early, late } = outlook.crossing(100.0) else {
                    panic!("{days} days, {rise} GB: {:?}", outlook.crossing(100.0))
                };
                let until = |at: Millis| (at - outlook.now) as f64 / DAY as f64;
                let right = (80.0 - rise) / rise * days;
                println!(
                    "{rise:>2} GB {days:>4} d {:>8.2} d {:>8.2}..{:<8.2} d {:>10.2} d {right:>15.2}",
                    until(at),
                    until(early),
                    late.map_or(f64::NAN, until),
                    predict_linear(use_at),
                );
                assert!((0.7..1.4).contains(&(until(at) / right)), "{days} days: {} not {right}", until(at));
                assert!(early <= at && late.is_some_and(|late| late >= at));
            }
        }
    }

    #[test]
    fn a_runaway_is_seen_beside_what_the_disk_always_does() {
        let runaway = |back: f64| 25.0 * ((2.0 - back) / 2.0).max(0.0);
        let cases: [(&str, &dyn Fn(f64) -> f64); 6] = [
            ("after a migration a month ago", &|back| {
                20.0 + if back < 30.0 { 20.0 } else { 0.0 } + runaway(back)
            }),
            ("after a clean-up a month ago", &|back| {
                20.0 + if back > 30.0 { 40.0 } else { 0.0 } + runaway(back)
            }),
            ("with steady growth", &|back| 30.0 - back / 9.0 + runaway(back)),
            (
                "with a peak each night",
                &|back| if back.fract() == 0.25 { 50.0 } else { 30.0 } + runaway(back),
            ),
            ("with a backup each week", &|back| {
                30.0 + if (back + 2.0) % 7.0 == 0.0 { 30.0 } else { 0.0 } + runaway(back)
            }),
            ("with a log that is rotated each day", &|back| {
                20.0 + 8.0 * (1.0 - back.fract()) + runaway(back)
            }),
        ];
        for (what, value) in cases {
            let outlook = before_end(value);
            let found = outlook.crossing(100.0);
            let soon = matches!(found, Crossing::Likely { at, .. } if at - outlook.now < 14 * DAY);
            assert!(soon, "{what}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_runaway_gives_no_alarm() {
        let cases: [(&str, &dyn Fn(f64) -> f64); 16] = [
            ("a migration with a plateau of nine days", &|back| if back <= 9.0 { 60.0 } else { 30.0 }),
            ("of two days", &|back| if back <= 2.0 { 60.0 } else { 30.0 }),
            ("one over two days, ten days ago", &|back| 30.0 + 15.0 * (12.0 - back).clamp(0.0, 2.0)),
            ("one over five days, with a plateau of twelve", &|back| {
                30.0 + 6.0 * (17.0 - back).clamp(0.0, 5.0)
            }),
            ("a log rotated each day, just before", &|back| 30.0 + 20.0 * (1.0 - back.fract())),
            ("a log rotated each week, on its sixth day", &|back| {
                30.0 + 4.0 * ((6.0 - back).rem_euclid(7.0))
            }),
            ("a log rotated each week, just before", &|back| 30.0 + 4.0 * ((6.9 - back).rem_euclid(7.0))),
            ("a backup each week, now", &|back| if back % 7.0 == 0.0 { 60.0 } else { 30.0 }),
            ("a backup each week, since half a day", &|back| if back % 7.0 <= 0.5 { 60.0 } else { 30.0 }),
            ("a backup each week, two days ago", &|back| if (back + 5.0) % 7.0 == 0.0 { 60.0 } else { 30.0 }),
            ("a peak each night", &|back| if back.fract() == 0.25 { 69.0 } else { 30.0 }),
            ("a spike of a day that fell back yesterday", &|back| {
                if (1.0..2.0).contains(&back) { 65.0 } else { 20.0 }
            }),
            ("one that just fell back", &|back| if (0.25..1.25).contains(&back) { 65.0 } else { 20.0 }),
            ("one a week ago", &|back| if (7.0..8.0).contains(&back) { 65.0 } else { 20.0 }),
            ("a clean-up just now", &|back| if back < 0.25 { 30.0 } else { 60.0 }),
            ("steady", &|_| 50.0),
        ];
        for (what, value) in cases {
            let outlook = before_end(value);
            let found = outlook.crossing(100.0);
            let soon = match found {
                Crossing::Passed => true,
                Crossing::Likely { at, .. } => at - outlook.now < 180 * DAY,
                Crossing::NotInSight { .. } => false,
            };
            assert!(!soon, "{what}: {found:?}");
            assert_eq!(outlook.climb_to(100.0), None, "{what}");
        }
    }

    #[test]
    fn a_series_that_just_began_is_no_runaway() {
        for (what, n, value) in [
            ("at a level", 20, (|_| 40.0) as fn(i64) -> f64),
            ("filled in its first day", 24, |i: i64| 10.0 * i.min(4) as f64),
            ("filled at once", 16, |i: i64| if i == 0 { 0.0 } else { 40.0 }),
        ] {
            let values = (0..n).map(|i| value(i) + 0.1 * noise(i as f64 / 4.0)).collect();
            let outlook = Outlook::of(&Regular { start: 0, step: STEP, values }).unwrap();
            let found = outlook.crossing(100.0);
            let soon = matches!(found, Crossing::Likely { at, .. } if at - outlook.now < 180 * DAY);
            assert!(!soon && found != Crossing::Passed, "{what}: {found:?}");
        }
    }

    #[test]
    fn a_date_beyond_five_years_is_none() {
        let of =
            |a_month: f64| Outlook::of(&history(360, |d| 450.0 - a_month * (89.75 - d) / 30.44)).unwrap();
        // 550 GB at 10 GB a month are 55 months, at 9 they are 61.
        assert!(matches!(of(10.0).crossing(1000.0), Crossing::Likely { .. }));
        assert!(matches!(of(9.0).crossing(1000.0), Crossing::NotInSight { .. }));
    }

    #[test]
    fn samples_are_put_on_their_nearest_step() {
        use crate::domain::labels::Labels;
        let series = Series::from_samples(Labels::default(), vec![(100, 1.0), (1_090, 2.0), (3_100, 4.0)]);
        let regular = Regular::of(&series, 1_000).unwrap();
        assert_eq!((regular.values.len(), regular.values[1], regular.values[3]), (4, 2.0, 4.0));
        assert!(regular.values[2].is_nan());
    }
}

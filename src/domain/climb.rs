//! A climb at the end of a history: the use rises as it never did, so the line through the whole history
//! knows nothing of it. What rose like this before and fell back (a backup, a log that is rotated) is none.

use super::forecast::linear::slope;
use super::forecast::score::median;
use super::forecast::seasonal::Profile;
use super::level_shift::without_shifts;

/// A climb that still goes on, in steps of its history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Climb {
    /// how far it rose, and in how many steps
    pub rise: f64,
    pub steps: usize,
    /// the value it has reached
    pub level: f64,
    /// a step: as it was lately, and the least and the most it may go on with
    pub rate: f64,
    pub slow: f64,
    pub fast: f64,
}

/// The fewest values before a climb that say how the series is without it.
const BEFORE: usize = 8;
/// A rise is beyond noise from so many times the usual distance from the line on.
const NOISE: f64 = 6.0;

/// The climb at the end of a history without gaps; `day` values are a day, and a climb takes `least` steps
/// or more. None where the value has stayed where it is for a day, and for half as long as it rose.
pub fn climb(values: &[f64], day: usize, least: usize) -> Option<Climb> {
    let without = |period: usize| {
        let enough = period > 1 && values.len() >= 3 * period;
        let profile = enough.then(|| Profile::classical(values, period, false)).flatten()?;
        Some(profile.remove(values))
    };
    // As it is; without its days; without its weeks; and by the floor of each day, which peaks do not touch.
    let floor = (day > 1).then(|| floor(values, day));
    let forms = [Some(values.to_vec()), without(day), without(7 * day), floor];
    forms.into_iter().flatten().find_map(|form| climb_of(&form, day, least))
}

/// The lowest value of the day up to each.
fn floor(values: &[f64], day: usize) -> Vec<f64> {
    let low = |i: usize| values.get((i + 1).saturating_sub(day)..=i).unwrap_or_default();
    (0..values.len()).map(|i| low(i).iter().copied().fold(f64::INFINITY, f64::min)).collect()
}

fn climb_of(values: &[f64], day: usize, least: usize) -> Option<Climb> {
    let calm = without_shifts(values, day);
    // Widths half as large again each: where the climb began is found below.
    let widths = std::iter::successors(Some(1), |w: &usize| Some((w * 3 / 2).max(w + 1)));
    let widths = widths.take_while(|w| *w <= values.len() / 3);
    let novel = widths.filter_map(|width| excess(values, &calm, width, day));
    let found = novel.max_by(|a, b| a.rise.total_cmp(&b.rise))?;
    let n = values.len();
    let last = *values.last()?;
    // Back to where it left the line.
    let line = |i: usize| found.base - found.usual * (n - 1 - i) as f64;
    let near = |i: &usize| values.get(*i).is_some_and(|v| *v <= line(*i) + 0.1 * found.rise);
    let start = (0..n - 1).rev().find(near)?;
    let steps = n - 1 - start;
    let mean = (last - values.get(start)?) / steps as f64;
    let recent = day.max(steps / 2).min(steps);
    let rate = (last - values.get(n - 1 - recent)?) / recent as f64;
    let goes_on = rate - found.usual >= 0.25 * (mean - found.usual);
    (steps >= least && goes_on && rate > 0.0).then(|| Climb {
        rise: last - values.get(start).copied().unwrap_or(last),
        steps,
        level: last,
        rate,
        slow: 0.8 * rate.min(mean),
        fast: 1.25 * rate.max(mean),
    })
}

/// How far the last value lies above what the history before it leads to.
struct Excess {
    rise: f64,
    /// what the history led to, and its usual growth a step
    base: f64,
    usual: f64,
}

/// The rise over the last `width` steps, where there was none like it before.
fn excess(values: &[f64], calm: &[f64], width: usize, day: usize) -> Option<Excess> {
    let n = values.len();
    let before = calm.get(..n.checked_sub(width)?)?;
    if before.len() < BEFORE.max(2 * day) {
        return None;
    }
    let usual = slope(before);
    let recent = before.get(before.len().saturating_sub((7 * day).max(BEFORE))..)?;
    let leads_to = |(i, v): (usize, &f64)| v + usual * (recent.len() - 1 - i) as f64;
    let levels: Vec<f64> = recent.iter().enumerate().map(leads_to).collect();
    let level = median(levels.clone());
    let spread = median(levels.iter().map(|l| (l - level).abs()).collect());
    let base = level + usual * width as f64;
    let rise = values.last()? - base;
    let most = values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    if rise <= NOISE * spread || rise <= 1e-3 * most {
        return None;
    }
    let rises = before.iter().zip(before.iter().skip(width)).map(|(a, b)| b - a - usual * width as f64);
    let mut sizes: Vec<f64> = rises.map(f64::abs).collect();
    crate::domain::order::ascending(&mut sizes);
    let often = sizes.get(sizes.len() * 9 / 10).copied().unwrap_or(0.0);
    // What rose before, in as many steps or fewer, and was half gone soon after.
    let real = values.get(..n - width)?;
    let soon = (2 * width).max(8 * day);
    let lowest = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
    let fell_back = |(top, value): (usize, &f64)| {
        let rise = value - lowest(real.get(top.saturating_sub(width)..=top)?) - usual * width as f64;
        let after = lowest(real.get(top..(top + soon).min(real.len()))?);
        (after <= value - rise / 2.0).then_some(rise)
    };
    let fallen = real.iter().enumerate().filter_map(fell_back).fold(0.0, f64::max);
    (rise > 2.0 * often && rise > 1.5 * fallen).then_some(Excess { rise, base, usual })
}

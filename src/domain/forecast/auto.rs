//! A forecast by those methods that would have done best on the series' own past, together.
//!
//! Each candidate forecasts from several earlier instants (rolling origins) and is weighted by how far off it
//! was. Combinations are hard to beat: Makridakis et al. (2020) found them ahead of their parts throughout.
//! Intervals come from how far off the combination was, each instant judged by weights found without it.

use super::method::Method;
use super::score::mean;
use super::seasonal::autocorrelation;
use crate::domain::order::Order as _;

/// Earlier instants to forecast from.
const ORIGINS: usize = 8;
/// How much a better past counts: weights are errors to this power, inverted.
const POWER: f64 = 4.0;
/// Candidates this many times as far off as the best one do not take part.
const FAR: f64 = 2.5;

/// A method with the periods of its pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub method: Method,
    pub periods: Vec<usize>,
}

/// What is expected, and how sure that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    pub mean: Vec<f64>,
    /// the usual error at each step ahead
    spread: Vec<f64>,
    /// errors of the past, each as a multiple of the usual one, smallest first
    multiples: Vec<f64>,
    /// what took part, by weight (their sum is 1), the most first
    pub parts: Vec<(Candidate, f64)>,
    /// how far off the last forecasts were, as a share of the values: the median; `None` without a past
    pub past_error: Option<f64>,
    /// from how many instants of the past that is known
    pub n_origins: usize,
}

impl Forecast {
    /// The bounds within which a share of `level` (0..1) of what comes should lie.
    pub fn interval(&self, level: f64) -> Vec<(f64, f64)> {
        let width = quantile(&self.multiples, level);
        self.mean.iter().zip(&self.spread).map(|(m, s)| (m - width * s, m + width * s)).collect()
    }

    /// The method that counts most.
    pub fn method(&self) -> Option<&Candidate> {
        self.parts.first().map(|p| &p.0)
    }
}

/// Forecasts `horizon` steps of a series whose pattern repeats every `season` steps (1: none is known).
/// Gaps (not finite) are bridged. `None` with fewer than eight values.
pub fn auto(values: &[f64], season: usize, horizon: usize) -> Option<Forecast> {
    let values = enough(values)?;
    let candidates = candidates(&values, season);
    together(&values, candidates, season, horizon)
}

/// As [`auto`], by one method alone.
pub fn alone(method: Method, values: &[f64], season: usize, horizon: usize) -> Option<Forecast> {
    let candidate = Candidate { method, periods: vec![season.max(1)] };
    together(&enough(values)?, vec![candidate], season, horizon)
}

fn enough(values: &[f64]) -> Option<Vec<f64>> {
    bridged(values).filter(|v| v.len() >= 8)
}

fn together(values: &[f64], candidates: Vec<Candidate>, season: usize, horizon: usize) -> Option<Forecast> {
    let origins = origins(values.len(), season, horizon);
    let tried: Vec<Tried> =
        candidates.into_iter().filter_map(|c| Tried::new(c, values, &origins, horizon)).collect();
    let all: Vec<usize> = (0..origins.len()).collect();
    let weights = weights(&tried, &all);
    let mean = combined(&tried, &weights, |t| Some(&t.next), horizon)?;
    let residuals: Vec<Vec<f64>> = origins
        .iter()
        .enumerate()
        .filter_map(|(i, origin)| {
            let others: Vec<usize> = all.iter().copied().filter(|o| *o != i || origins.len() == 1).collect();
            let found = combined(&tried, &self::weights(&tried, &others), |t| t.past.get(i), horizon)?;
            let came = values.get(*origin..)?;
            Some(came.iter().zip(&found).map(|(a, f)| a - f).collect())
        })
        .collect();
    let spread = spread(&residuals, values, horizon);
    let mut multiples: Vec<f64> = residuals
        .iter()
        .flat_map(|r| r.iter().zip(&spread).map(|(e, s)| if *s > 0.0 { e.abs() / s } else { 0.0 }))
        .collect();
    crate::domain::order::ascending(&mut multiples);
    let past_error = past_error(values, &origins, &residuals);
    let mut parts: Vec<(Candidate, f64)> =
        tried.into_iter().zip(weights).filter(|(_, w)| *w > 0.0).map(|(t, w)| (t.candidate, w)).collect();
    parts.order_by(|a, b| b.1.total_cmp(&a.1));
    Some(Forecast { mean, spread, multiples, parts, past_error, n_origins: residuals.len() })
}

/// The instants to forecast from, the latest first; each with enough before it and all of the horizon after.
fn origins(n: usize, season: usize, horizon: usize) -> Vec<usize> {
    let least = (2 * season).max(horizon).max(n / 3).max(8);
    let Some(room) = n.checked_sub(horizon + least) else { return Vec::new() };
    let usual = if season > 1 { season } else { (horizon / 2).max(1) };
    let step = (room / (ORIGINS - 1)).clamp(1, usual);
    (0..ORIGINS).filter_map(|i| n.checked_sub(horizon + i * step)).filter(|o| *o >= least).collect()
}

/// Methods and periods worth trying.
fn candidates(values: &[f64], season: usize) -> Vec<Candidate> {
    let mut all = Vec::new();
    let short = season.max(1);
    let mut periods = vec![short];
    periods.extend(longer_period(values, short));
    for period in &periods {
        for method in [
            Method::SeasonalNaive,
            Method::Ses,
            Method::Theta,
            Method::Damped,
            Method::Trend,
            Method::Autoregression,
            Method::SeasonalAutoregression,
        ] {
            all.push(Candidate { method, periods: vec![*period] });
        }
    }
    all.push(Candidate { method: Method::PredictLinear, periods: vec![short] });
    if periods.len() > 1 {
        all.push(Candidate { method: Method::Autoregression, periods });
    }
    all
}

/// A longer pattern: of a week by the day, 52 of it (a year); else seven of the known one (days make a week); or
/// where none is known, the lag at which the changes of the series resemble themselves most.
fn longer_period(values: &[f64], season: usize) -> Option<usize> {
    if season > 1 {
        let longer = if season == 7 { 52 * season } else { 7 * season };
        return (values.len() >= 3 * longer).then_some(longer);
    }
    let changes: Vec<f64> = values.windows(2).filter_map(|w| Some(w.get(1)? - w.first()?)).collect();
    let most = (values.len() / 3).min(400);
    let found = autocorrelation(&changes, most);
    let chance = 2.5 / (changes.len() as f64).sqrt();
    let peak = |w: &[f64]| matches!(w, [a, b, c] if b >= a && b >= c && *b > chance);
    let peaks = found.windows(3).enumerate().skip(3).filter(|(_, w)| peak(w));
    peaks
        .filter_map(|(i, w)| Some((i + 1, *w.get(1)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(lag, _)| lag)
}

/// A candidate with what it says of the future, and what it would have said in the past.
struct Tried {
    candidate: Candidate,
    next: Vec<f64>,
    /// by origin
    past: Vec<Vec<f64>>,
    /// mean absolute error by origin
    errors: Vec<f64>,
}

impl Tried {
    fn new(candidate: Candidate, values: &[f64], origins: &[usize], horizon: usize) -> Option<Self> {
        let Candidate { method, periods } = &candidate;
        let next = method.forecast(values, periods, horizon)?;
        let mut past = Vec::with_capacity(origins.len());
        for origin in origins {
            past.push(method.forecast(values.get(..*origin)?, periods, horizon)?);
        }
        let error = |(origin, found): (&usize, &Vec<f64>)| {
            let came = values.get(*origin..).unwrap_or_default();
            mean(found.iter().zip(came).map(|(f, a)| (f - a).abs()))
        };
        let errors = origins.iter().zip(&past).map(error).collect();
        Some(Self { candidate, next, past, errors })
    }

    fn error(&self, origins: &[usize]) -> f64 {
        mean(origins.iter().filter_map(|i| self.errors.get(*i)).copied())
    }
}

/// Weights by the errors at some of the origins; without a past, all count alike.
fn weights(tried: &[Tried], origins: &[usize]) -> Vec<f64> {
    let errors: Vec<f64> = tried.iter().map(|t| t.error(origins)).collect();
    let best = errors.iter().copied().filter(|e| e.is_finite()).fold(f64::INFINITY, f64::min);
    let raw: Vec<f64> = errors
        .iter()
        .map(|e| match *e {
            _ if !best.is_finite() => 1.0,
            e if e.is_nan() || e > best * FAR => 0.0,
            // The best of a series that is followed exactly counts alone.
            e if best <= 0.0 => f64::from(u8::from(e <= 0.0)),
            e => (best / e).powf(POWER),
        })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|w| w / sum).collect()
}

fn combined<'t>(
    tried: &'t [Tried],
    weights: &[f64],
    of: impl Fn(&'t Tried) -> Option<&'t Vec<f64>>,
    horizon: usize,
) -> Option<Vec<f64>> {
    let mut sum = vec![0.0; horizon];
    for (tried, weight) in tried.iter().zip(weights).filter(|(_, w)| **w > 0.0) {
        for (total, value) in sum.iter_mut().zip(of(tried)?) {
            *total += weight * value;
        }
    }
    sum.iter().all(|v| v.is_finite()).then_some(sum)
}

/// The usual error at each step ahead: the mean over neighbouring steps of all origins, never falling.
fn spread(residuals: &[Vec<f64>], values: &[f64], horizon: usize) -> Vec<f64> {
    if residuals.is_empty() {
        // Nothing is known of the past: as much as the series wanders, growing as a random walk does.
        let changes = mean(values.windows(2).filter_map(|w| Some((w.get(1)? - w.first()?).abs())));
        return (1..=horizon).map(|h| changes * (h as f64).sqrt()).collect();
    }
    let reach = (horizon / 8).max(1);
    let mut highest: f64 = 0.0;
    (0..horizon)
        .map(|h| {
            let near = h.saturating_sub(reach)..=(h + reach).min(horizon - 1);
            let errors = residuals.iter().flat_map(|r| r.get(near.clone()).unwrap_or_default());
            highest = highest.max(mean(errors.map(|e| e.abs())));
            highest
        })
        .collect()
}

fn past_error(values: &[f64], origins: &[usize], residuals: &[Vec<f64>]) -> Option<f64> {
    let mut shares: Vec<f64> = origins
        .iter()
        .zip(residuals)
        .flat_map(|(origin, errors)| {
            let came = values.get(*origin..).unwrap_or_default();
            errors.iter().zip(came).filter(|(_, a)| **a != 0.0).map(|(e, a)| (e / a).abs())
        })
        .collect();
    crate::domain::order::ascending(&mut shares);
    shares.get(shares.len() / 2).copied()
}

/// The value below which a share of sorted values lies; beyond the last one it goes on as the tail of a normal
/// distribution would, for a short past has not seen the worst.
fn quantile(sorted: &[f64], level: f64) -> f64 {
    // A normal distribution's mean absolute error is 0.8 of its deviation.
    let usual = if level > 0.9 { 1.96 / 0.8 } else { 1.28 / 0.8 };
    // Errors of one instant resemble each other, so each instant counts as four, not as all of its steps.
    let place = level * (sorted.len() as f64 * (1.0 + 1.0 / (4 * ORIGINS) as f64) + 1.0);
    match sorted.get((place.ceil() as usize).saturating_sub(1)) {
        Some(found) => *found,
        None => sorted.last().copied().unwrap_or(0.0).max(usual),
    }
}

/// The values with gaps bridged by straight lines, without those before the first and after the last.
fn bridged(values: &[f64]) -> Option<Vec<f64>> {
    let first = values.iter().position(|v| v.is_finite())?;
    let last = values.iter().rposition(|v| v.is_finite())?;
    let mut all: Vec<f64> = values.get(first..=last)?.to_vec();
    let mut known = 0;
    for i in 1..all.len() {
        let value = *all.get(i)?;
        if !value.is_finite() {
            continue;
        }
        let (from, width) = (*all.get(known)?, i - known);
        for step in 1..width {
            *all.get_mut(known + step)? = from + (value - from) * step as f64 / width as f64;
        }
        known = i;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{found} {expected}");
    }

    #[test]
    fn a_straight_line_goes_on_exactly_and_surely() {
        let line: Vec<f64> = (0..90).map(|i| 450.0 + 0.5 * f64::from(i)).collect();
        let found = auto(&line, 7, 30).unwrap();
        close(found.mean[29], 450.0 + 0.5 * 119.0);
        let (low, high) = found.interval(0.95)[29];
        assert!(high - low < 1e-3, "{low} {high}");
        assert!(found.past_error.unwrap() < 1e-6);
    }

    #[test]
    fn a_pattern_is_found_and_goes_on() {
        let pattern: Vec<f64> = (0..240).map(|i| 100.0 + [0., 10., 20., 5.][i % 4]).collect();
        let found = auto(&pattern, 4, 8).unwrap();
        for (i, value) in found.mean.iter().enumerate() {
            assert!((value - pattern[i % 4]).abs() < 0.5, "{i} {value}");
        }
        // Nobody said that it repeats every nine steps.
        let unknown: Vec<f64> =
            (0..300).map(|i| if i % 9 == 0 { 50.0 } else { 10.0 + f64::from(i % 2) }).collect();
        let found = auto(&unknown, 1, 18).unwrap();
        let peaks: Vec<usize> = (0..18).filter(|i| found.mean[*i] > 30.0).collect();
        assert_eq!(peaks, (0..18).filter(|i| (300 + i) % 9 == 0).collect::<Vec<_>>());
    }

    #[test]
    fn a_level_series_stays_level() {
        let found = auto(&[5.0; 40], 7, 10).unwrap();
        assert!(found.mean.iter().all(|v| (v - 5.0).abs() < 1e-9), "{:?}", found.mean);
        let (low, high) = found.interval(0.95)[9];
        assert!(high - low < 1e-9);
    }

    #[test]
    fn gaps_are_bridged_and_too_little_says_nothing() {
        let mut line: Vec<f64> = (0..60).map(f64::from).collect();
        for gap in [0, 5, 6, 7, 30, 59] {
            line[gap] = f64::NAN;
        }
        let found = auto(&line, 1, 5).unwrap();
        close(found.mean[0], 59.0);
        assert_eq!(auto(&[1.0, 2.0, 3.0], 1, 5), None);
        assert_eq!(auto(&[f64::NAN; 50], 1, 5), None);
        assert_eq!(auto(&[], 24, 5), None);
    }

    #[test]
    fn without_a_past_to_judge_by_all_count_alike_and_the_interval_widens() {
        let found = auto(&[3.0, 5.0, 4.0, 6.0, 5.0, 7.0, 6.0, 8.0, 7.0], 1, 6).unwrap();
        assert_eq!((found.n_origins, found.past_error), (0, None));
        let widths: Vec<f64> = found.interval(0.8).iter().map(|(l, h)| h - l).collect();
        assert!(widths.windows(2).all(|w| w[1] >= w[0]) && widths[0] > 0.0, "{widths:?}");
    }
}

//! Repeating patterns: whether there is one, and what is left without it.

/// How much each position within a period differs from the level.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// by position from the first value on; factors of mean 1, or terms of mean 0
    indices: Vec<f64>,
    multiplicative: bool,
}

impl Profile {
    /// Classical decomposition: the mean, over all periods, of each value against the centred moving
    /// average of one period. `None` with less than two periods.
    pub fn classical(values: &[f64], period: usize, multiplicative: bool) -> Option<Self> {
        Self::weighted(values, period, multiplicative, 1.0)
    }

    /// As [`Self::classical`], with each period counting `memory` times as much as the one after it.
    pub fn weighted(values: &[f64], period: usize, multiplicative: bool, memory: f64) -> Option<Self> {
        if period < 2 || values.len() < 2 * period || (multiplicative && values.iter().any(|v| *v <= 0.0)) {
            return None;
        }
        let level = moving_average(values, period);
        let n_periods = values.len().div_ceil(period);
        let (mut sums, mut weights) = (vec![0.0; period], vec![0.0; period]);
        for (i, (value, level)) in values.iter().zip(&level).enumerate() {
            if let Some(level) = level.filter(|l| !multiplicative || *l > 0.0) {
                let weight = memory.powi((n_periods - i / period) as i32);
                let part = if multiplicative { value / level } else { value - level };
                if let (Some(sum), Some(all)) = (sums.get_mut(i % period), weights.get_mut(i % period)) {
                    *sum += weight * part;
                    *all += weight;
                }
            }
        }
        let mut indices: Vec<f64> = sums.iter().zip(&weights).map(|(s, w)| s / w).collect();
        let mean = indices.iter().sum::<f64>() / period as f64;
        if !mean.is_finite() || (multiplicative && mean <= 0.0) {
            return None;
        }
        for index in &mut indices {
            *index = if multiplicative { (*index / mean).max(1e-6) } else { *index - mean };
        }
        Some(Self { indices, multiplicative })
    }

    fn at(&self, position: usize) -> f64 {
        self.indices.get(position % self.indices.len().max(1)).copied().unwrap_or(f64::NAN)
    }

    pub fn remove(&self, values: &[f64]) -> Vec<f64> {
        let without =
            |(i, v): (usize, &f64)| if self.multiplicative { v / self.at(i) } else { v - self.at(i) };
        values.iter().enumerate().map(without).collect()
    }

    /// Puts the pattern back; `from` is the position of the first value.
    pub fn restore(&self, values: &[f64], from: usize) -> Vec<f64> {
        let with = |(i, v): (usize, &f64)| {
            let index = self.at(from + i);
            if self.multiplicative { v * index } else { v + index }
        };
        values.iter().enumerate().map(with).collect()
    }
}

/// The mean over one period around each value, ends of an even period counted half.
fn moving_average(values: &[f64], period: usize) -> Vec<Option<f64>> {
    let mut sums = Vec::with_capacity(values.len() + 1);
    let mut sum = 0.0;
    sums.push(0.0);
    for value in values {
        sum += value;
        sums.push(sum);
    }
    let between = |from: usize, to: usize| Some(sums.get(to)? - sums.get(from)?);
    let half = period / 2;
    (0..values.len())
        .map(|i| {
            let from = i.checked_sub(half)?;
            let total = if period.is_multiple_of(2) {
                (between(from, from + period)? + between(from + 1, from + 1 + period)?) / 2.0
            } else {
                between(from, from + period)?
            };
            Some(total / period as f64)
        })
        .collect()
}

/// Correlations of a series with itself, for lags 0 to `most`.
pub fn autocorrelation(values: &[f64], most: usize) -> Vec<f64> {
    let n = values.len();
    let mean = values.iter().sum::<f64>() / n.max(1) as f64;
    let centred: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let total: f64 = centred.iter().map(|v| v * v).sum();
    (0..=most.min(n.saturating_sub(1)))
        .map(|lag| {
            let later = centred.get(lag..).unwrap_or_default();
            let product: f64 = centred.iter().zip(later).map(|(a, b)| a * b).sum();
            if total > 0.0 { product / total } else { 0.0 }
        })
        .collect()
}

/// The seasonality test of the M4 competition: the correlation one period apart is beyond what chance
/// explains in nine of ten cases.
pub fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() < 3 * period {
        return false;
    }
    let correlations = autocorrelation(values, period);
    let squares: f64 = correlations.iter().skip(1).take(period - 1).map(|c| c * c).sum();
    let limit = 1.645 * ((1.0 + 2.0 * squares) / values.len() as f64).sqrt();
    correlations.get(period).is_some_and(|c| c.abs() > limit)
}

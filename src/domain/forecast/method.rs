//! The methods a forecast is chosen from, each simple and well known.

use super::linear::{autoregression, predict_linear, trend};
use super::seasonal::{Profile, is_seasonal};
use super::smoothing::{damped, ses, theta};

/// One way to go on with a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// the last value
    Naive,
    /// the last value of the same position in the period
    SeasonalNaive,
    /// the last value, with the pattern of the M4 competition's benchmark
    Naive2,
    /// simple exponential smoothing on the series without its pattern
    Ses,
    /// level and half a trend
    Theta,
    /// level and a fading trend
    Damped,
    /// the straight line of Prometheus's `predict_linear`
    PredictLinear,
    /// the straight line through the series without its pattern, carried on from where the series is
    Trend,
    /// regression on own past values
    Autoregression,
    /// regression of the change from one period to the next on its own past
    SeasonalAutoregression,
}

impl Method {
    pub const ALL: [Self; 10] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::Naive2,
        Self::Ses,
        Self::Theta,
        Self::Damped,
        Self::PredictLinear,
        Self::Trend,
        Self::Autoregression,
        Self::SeasonalAutoregression,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::SeasonalNaive => "snaive",
            Self::Naive2 => "naive2",
            Self::Ses => "ses",
            Self::Theta => "theta",
            Self::Damped => "damped",
            Self::PredictLinear => "predict_linear",
            Self::Trend => "trend",
            Self::Autoregression => "ar",
            Self::SeasonalAutoregression => "sar",
        }
    }

    /// What a reader is told.
    pub fn title(self) -> &'static str {
        match self {
            Self::Naive => "last value",
            Self::SeasonalNaive => "same time of the last period",
            Self::Naive2 => "last value with its pattern",
            Self::Ses => "smoothed level",
            Self::Theta => "Theta",
            Self::Damped => "damped trend",
            Self::PredictLinear => "straight line",
            Self::Trend => "trend",
            Self::Autoregression => "autoregression",
            Self::SeasonalAutoregression => "seasonal autoregression",
        }
    }

    /// The values that follow, for patterns of these periods in steps, the shortest first (none: no pattern). `None`
    /// where there is too little to go by.
    pub fn forecast(self, values: &[f64], periods: &[usize], horizon: usize) -> Option<Vec<f64>> {
        let period = periods.last().copied().unwrap_or(1);
        let found = match self {
            Self::Naive => vec![*values.last()?; horizon],
            Self::SeasonalNaive => seasonal_naive(values, period, horizon)?,
            Self::Naive2 => naive2(values, period, horizon)?,
            Self::Ses => patterned(values, period, horizon, ses)?,
            Self::Theta => patterned(values, period, horizon, theta)?,
            Self::Damped => patterned(values, period, horizon, damped)?,
            Self::PredictLinear => predict_linear(values, horizon),
            Self::Trend => patterned(values, period, horizon, trend)?,
            Self::Autoregression => autoregression(values, &lags(periods), horizon)?,
            Self::SeasonalAutoregression => seasonal_autoregression(values, period, horizon)?,
        };
        found.iter().all(|v| v.is_finite()).then_some(found)
    }
}

fn seasonal_naive(values: &[f64], period: usize, horizon: usize) -> Option<Vec<f64>> {
    let last = values.get(values.len().checked_sub(period.max(1))?..)?;
    Some(last.iter().copied().cycle().take(horizon).collect())
}

fn naive2(values: &[f64], period: usize, horizon: usize) -> Option<Vec<f64>> {
    let profile = is_seasonal(values, period).then(|| Profile::classical(values, period, true)).flatten();
    let Some(profile) = profile else { return Some(vec![*values.last()?; horizon]) };
    let level = *profile.remove(values).last()?;
    Some(profile.restore(&vec![level; horizon], values.len()))
}

/// A method for series without a pattern, on what is left when the pattern is taken out.
fn patterned(
    values: &[f64],
    period: usize,
    horizon: usize,
    method: fn(&[f64], usize) -> Vec<f64>,
) -> Option<Vec<f64>> {
    if values.len() < 3 {
        return None;
    }
    if period < 2 {
        return Some(method(values, horizon));
    }
    let profile = Profile::weighted(values, period, true, 0.9)
        .or_else(|| Profile::weighted(values, period, false, 0.9))?;
    let rest = method(&profile.remove(values), horizon);
    Some(profile.restore(&rest, values.len()))
}

/// The last values, and those around one period ago, for each period.
fn lags(periods: &[usize]) -> Vec<usize> {
    let around = |p: &usize| [p.saturating_sub(1), *p, p + 1];
    let mut all: Vec<usize> = [1, 2, 3].into_iter().chain(periods.iter().flat_map(around)).collect();
    all.retain(|lag| *lag > 0);
    all.sort_unstable();
    all.dedup();
    all
}

fn seasonal_autoregression(values: &[f64], period: usize, horizon: usize) -> Option<Vec<f64>> {
    let period = period.max(1);
    let changes: Vec<f64> = values.get(period..)?.iter().zip(values).map(|(now, then)| now - then).collect();
    let mut lags = vec![1, 2, 3];
    if period > 1 {
        lags.extend([period, period + 1]);
    }
    lags.sort_unstable();
    lags.dedup();
    let next = autoregression(&changes, &lags, horizon)?;
    let mut all = values.to_vec();
    for (h, change) in next.iter().enumerate() {
        all.push(all.get(values.len() + h - period)? + change);
    }
    Some(all.split_off(values.len()))
}

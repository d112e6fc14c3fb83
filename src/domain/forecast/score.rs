//! How good forecasts were, by the measures of the M4 competition (Makridakis, Spiliotis, Assimakopoulos,
//! *The M4 Competition: 100,000 time series and 61 forecasting methods*, IJF 2020).

/// Symmetric mean absolute percentage error, percent 0..200.
pub fn smape(forecast: &[f64], actual: &[f64]) -> f64 {
    let one = |(f, a): (&f64, &f64)| {
        let size = f.abs() + a.abs();
        if size > 0.0 { 200.0 * (f - a).abs() / size } else { 0.0 }
    };
    mean(forecast.iter().zip(actual).map(one))
}

/// Mean absolute error, scaled by that of the seasonal naive method within the training values.
pub fn mase(forecast: &[f64], actual: &[f64], training: &[f64], season: usize) -> f64 {
    let season = season.max(1);
    let later = training.get(season..).unwrap_or_default();
    let scale = mean(later.iter().zip(training).map(|(now, then)| (now - then).abs()));
    mean(forecast.iter().zip(actual).map(|(f, a)| (f - a).abs())) / scale
}

/// The share of values within bounds.
pub fn coverage(bounds: &[(f64, f64)], actual: &[f64]) -> f64 {
    mean(bounds.iter().zip(actual).map(|((low, high), a)| f64::from(u8::from(low <= a && a <= high))))
}

/// The mean scaled interval score: width, and what lies outside with a penalty (Gneiting and Raftery, 2007).
pub fn interval_score(bounds: &[(f64, f64)], actual: &[f64], level: f64, scale: f64) -> f64 {
    let penalty = 2.0 / (1.0 - level);
    let one = |((low, high), a): (&(f64, f64), &f64)| {
        (high - low) + penalty * ((low - a).max(0.0) + (a - high).max(0.0))
    };
    mean(bounds.iter().zip(actual).map(one)) / scale
}

/// The middle value; 0 without any.
pub fn median(mut values: Vec<f64>) -> f64 {
    crate::domain::order::ascending(&mut values);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), v| (sum + v, n + 1.0));
    sum / n
}

//! Straight lines, and regression of a series on its own past.

/// The slope of the least-squares line through values one step apart; 0 where there is none.
pub fn slope(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if values.len() < 2 {
        return 0.0;
    }
    let middle = (n - 1.0) / 2.0;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (i, value) in values.iter().enumerate() {
        let distance = i as f64 - middle;
        covariance += distance * value;
        variance += distance * distance;
    }
    covariance / variance
}

/// What Prometheus's `predict_linear` gives over all values: the least-squares line, gone on with.
pub fn predict_linear(values: &[f64], horizon: usize) -> Vec<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let slope = slope(values);
    (0..horizon).map(|h| mean + slope * (n + h as f64 - (n - 1.0) / 2.0)).collect()
}

/// The least-squares slope, from the mean of the last tenth on: what drifts does not fall back to the line.
pub fn trend(values: &[f64], horizon: usize) -> Vec<f64> {
    let slope = slope(values);
    let n_last = (values.len() / 10).max(1);
    let last = values.get(values.len().saturating_sub(n_last)..).unwrap_or_default();
    let level = last.iter().sum::<f64>() / last.len().max(1) as f64 + slope * (n_last as f64 - 1.0) / 2.0;
    (1..=horizon).map(|h| level + slope * h as f64).collect()
}

/// Regression on own past values (autoregression) with a ridge, which keeps it tame where lags are alike.
/// `lags` are in steps; `None` without enough values.
pub fn autoregression(values: &[f64], lags: &[usize], horizon: usize) -> Option<Vec<f64>> {
    let longest = *lags.iter().max()?;
    let n = values.len();
    let width = lags.len() + 1;
    if n < longest + 3 * width {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let spread = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64).sqrt();
    if spread.is_nan() || spread <= 0.0 {
        return None;
    }
    let mut scaled: Vec<f64> = values.iter().map(|v| (v - mean) / spread).collect();
    let mut matrix = vec![vec![0.0; width + 1]; width];
    let mut row = vec![1.0; width + 1];
    for t in longest..n {
        for (place, lag) in row.iter_mut().skip(1).zip(lags) {
            *place = *scaled.get(t - lag)?;
        }
        *row.last_mut()? = *scaled.get(t)?;
        for (i, line) in matrix.iter_mut().enumerate() {
            let a = *row.get(i)?;
            for (cell, b) in line.iter_mut().zip(&row) {
                *cell += a * b;
            }
        }
    }
    let ridge = 1e-3 * (n - longest) as f64;
    for (i, line) in matrix.iter_mut().enumerate().skip(1) {
        *line.get_mut(i)? += ridge;
    }
    let weights = solve(matrix)?;
    let (intercept, weights) = weights.split_first()?;
    for h in 0..horizon {
        let t = n + h;
        let mut next = *intercept;
        for (weight, lag) in weights.iter().zip(lags) {
            next += weight * scaled.get(t - lag)?;
        }
        scaled.push(next);
    }
    Some(scaled.get(n..)?.iter().map(|v| v * spread + mean).collect())
}

/// Solves the equations of an augmented matrix by elimination with pivots.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| {
            let size = |i: &usize| rows.get(*i).and_then(|r| r.get(column)).map_or(0.0, |v| v.abs());
            size(a).total_cmp(&size(b))
        })?;
        rows.swap(column, pivot);
        let (done, below) = rows.split_at_mut(column + 1);
        let line = done.last()?;
        let head = *line.get(column)?;
        if head.abs() < 1e-12 {
            return None;
        }
        for row in below {
            let factor = row.get(column)? / head;
            for (cell, above) in row.iter_mut().zip(line).skip(column) {
                *cell -= factor * above;
            }
        }
    }
    let mut found = vec![0.0; n];
    for i in (0..n).rev() {
        let row = rows.get(i)?;
        let mut rest = *row.last()?;
        for (j, known) in found.iter().enumerate().skip(i + 1) {
            rest -= row.get(j)? * known;
        }
        *found.get_mut(i)? = rest / row.get(i)?;
    }
    Some(found)
}

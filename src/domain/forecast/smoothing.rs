//! Exponential smoothing: level, damped trend, and the Theta method, which is level with half a trend.
//!
//! Sources: Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, ch. 8; Assimakopoulos and
//! Nikolopoulos, *The theta model* (2000), in the form of Hyndman and Billah (2003).

/// Simple smoothing with a given weight: the last level, and the sum of squared one-step errors.
fn level(values: &[f64], alpha: f64) -> (f64, f64) {
    let mut all = values.iter();
    let mut level = all.next().copied().unwrap_or(f64::NAN);
    let mut squares = 0.0;
    for value in all {
        let error = value - level;
        squares += error * error;
        level += alpha * error;
    }
    (level, squares)
}

/// The smoothing weight with the least squared error.
fn best_alpha(values: &[f64]) -> f64 {
    let mut best = (f64::INFINITY, 0.5);
    let mut look = |alpha: f64| {
        let squares = level(values, alpha).1;
        if squares < best.0 {
            best = (squares, alpha);
        }
        best.1
    };
    for i in 1..=10 {
        look(f64::from(i) * 0.1 - 0.05);
    }
    let mut width = 0.05;
    let mut centre = look(0.01);
    for _ in 0..3 {
        for side in [-1.0, -0.5, 0.5, 1.0] {
            let alpha = centre + side * width;
            if (0.001..=0.999).contains(&alpha) {
                look(alpha);
            }
        }
        centre = look(centre);
        width /= 2.0;
    }
    centre
}

/// Simple exponential smoothing.
pub fn ses(values: &[f64], horizon: usize) -> Vec<f64> {
    vec![level(values, best_alpha(values)).0; horizon]
}

/// Theta with the lines 0 and 2: smoothed level, and half the slope of the straight line.
pub fn theta(values: &[f64], horizon: usize) -> Vec<f64> {
    let n = values.len() as f64;
    let slope = super::linear::slope(values);
    let alpha = best_alpha(values);
    let (last, _) = level(values, alpha);
    let start = (1.0 - (1.0 - alpha).powf(n)) / alpha;
    (0..horizon).map(|h| last + slope / 2.0 * (h as f64 + start)).collect()
}

/// Level, trend and how fast the trend fades.
#[derive(Clone, Copy)]
struct Damped {
    alpha: f64,
    beta: f64,
    phi: f64,
}

impl Damped {
    /// Level and trend at the end, and the sum of squared errors.
    fn run(self, values: &[f64]) -> (f64, f64, f64) {
        let mut all = values.iter();
        let first = all.next().copied().unwrap_or(f64::NAN);
        let ahead = values.len().min(10);
        let start = super::linear::slope(values.get(..ahead).unwrap_or_default());
        let (mut level, mut trend, mut squares) = (first, if start.is_finite() { start } else { 0.0 }, 0.0);
        for value in all {
            let expected = level + self.phi * trend;
            let error = value - expected;
            squares += error * error;
            level = expected + self.alpha * error;
            trend = self.phi * trend + self.alpha * self.beta * error;
        }
        (level, trend, squares)
    }
}

/// Holt's method with a damped trend, its three weights by least squared error.
pub fn damped(values: &[f64], horizon: usize) -> Vec<f64> {
    let mut best = (f64::INFINITY, Damped { alpha: 0.5, beta: 0.1, phi: 0.95 });
    let mut look = |candidate: Damped| {
        let squares = candidate.run(values).2;
        if squares < best.0 {
            best = (squares, candidate);
        }
        best.1
    };
    for alpha in [0.05, 0.2, 0.5, 0.8, 0.98] {
        for beta in [0.01, 0.1, 0.4] {
            for phi in [0.85, 0.95, 0.98] {
                look(Damped { alpha, beta, phi });
            }
        }
    }
    let mut found = best.1;
    let mut look = |candidate: Damped| {
        let squares = candidate.run(values).2;
        if squares < best.0 {
            best = (squares, candidate);
        }
        best.1
    };
    for width in [0.5, 0.25] {
        for sign in [-1.0, 1.0] {
            let c = found;
            look(Damped { alpha: (c.alpha * (1.0 + sign * width)).clamp(0.001, 0.999), ..c });
            found = look(Damped { beta: (c.beta * (1.0 + sign * width)).clamp(0.0005, 0.999), ..found });
        }
    }
    let (level, trend, _) = found.run(values);
    let mut sum = 0.0;
    let mut factor = 1.0;
    (0..horizon)
        .map(|_| {
            factor *= found.phi;
            sum += factor;
            level + sum * trend
        })
        .collect()
}

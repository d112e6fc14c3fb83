//! From values to places and back.

/// A straight or logarithmic mapping of `[from, to]` to `[low, high]` pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub low: f64,
    pub high: f64,
    /// equal distances for equal ratios; `from` must be above zero
    pub log: bool,
}

impl Scale {
    pub fn linear(from: f64, to: f64, low: f64, high: f64) -> Self {
        Self { from, to, low, high, log: false }
    }

    pub fn place(&self, value: f64) -> f64 {
        if self.log {
            // What cannot be shown lies at the foot.
            let value = if value > 0.0 { value } else { self.from };
            let (from, to) = (self.from.log10(), self.to.log10());
            return self.between(value.log10() - from, to - from);
        }
        // Halves, since the span of two huge values of opposite sign is infinite.
        self.between(value / 2.0 - self.from / 2.0, self.to / 2.0 - self.from / 2.0)
    }

    fn between(&self, part: f64, span: f64) -> f64 {
        let place = self.low + part / span * (self.high - self.low);
        if place.is_finite() { place } else { self.low }
    }

    /// The value at a place.
    pub fn value(&self, place: f64) -> f64 {
        let share = (place - self.low) / (self.high - self.low);
        if self.log {
            let (from, to) = (self.from.log10(), self.to.log10());
            return 10f64.powf(from + share * (to - from));
        }
        self.from * (1.0 - share) + self.to * share
    }

    /// The same with other pixels: `factor` times as many, from `origin` on.
    pub fn scaled(&self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor, ..*self }
    }
}

/// Round values that divide `[from, to]` into `n` parts or nearly so, ascending; the last reaches `to`.
pub fn round_ticks(from: f64, to: f64, n: usize) -> Vec<f64> {
    round_steps(from, to, n, &[1.0, 2.0, 2.5, 5.0, 10.0], 10.0)
}

/// As [`round_ticks`], round in powers of two: for bytes in KiB, MiB, GiB.
pub fn binary_ticks(from: f64, to: f64, n: usize) -> Vec<f64> {
    round_steps(from, to, n, &[1.0, 2.0], 2.0)
}

fn round_steps(from: f64, to: f64, n: usize, multiples: &[f64], base: f64) -> Vec<f64> {
    let span = to - from;
    if !(span > 0.0 && span.is_finite()) {
        return if to > from { vec![from, to] } else { vec![from] };
    }
    let raw = span / n.max(1) as f64;
    let power = base.powf((raw.ln() / base.ln()).floor());
    let step = multiples.iter().map(|m| m * power).find(|s| *s >= raw * 0.999).unwrap_or(raw);
    let first = (from / step + 1e-9).floor();
    let last = (to / step - 1e-9).ceil();
    let count = (last - first).clamp(1.0, 50.0) as usize;
    (0..=count).map(|i| (first + i as f64) * step).collect()
}

/// Powers of ten around `[from, to]`, at most `n` or so of them.
pub fn log_ticks(from: f64, to: f64, n: usize) -> Vec<f64> {
    let (first, last) = (from.log10().floor(), to.log10().ceil());
    if !(first.is_finite() && last.is_finite()) {
        return vec![1.0, 10.0];
    }
    let last = last.max(first + 1.0);
    let every = ((last - first) / n.max(1) as f64).ceil().max(1.0);
    let count = ((last - first) / every).ceil() as i32;
    (0..=count).map(|i| 10f64.powf(first + f64::from(i) * every)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn are(found: &[f64], expected: &[f64]) {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= b.abs() * 1e-9;
        assert!(found.len() == expected.len() && found.iter().zip(expected).all(near), "{found:?}");
    }

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        are(&round_ticks(0.0, 1.0, 4), &[0.0, 0.25, 0.5, 0.75, 1.0]);
        are(&round_ticks(0.0, 7_990.0, 4), &[0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0]);
        are(&round_ticks(0.0, 0.54, 4), &[0.0, 0.2, 0.4, 0.6]);
        are(&round_ticks(0.0, 0.0009, 4), &[0.0, 0.00025, 0.0005, 0.00075, 0.001]);
        are(&binary_ticks(0.0, 3e9, 4), &[0.0, 1_073_741_824.0, 2_147_483_648.0, 3_221_225_472.0]);
        are(&log_ticks(0.02, 30.0, 4), &[0.01, 0.1, 1.0, 10.0, 100.0]);
        are(&log_ticks(1.0, 1e12, 4), &[1.0, 1e3, 1e6, 1e9, 1e12]);
    }

    #[test]
    fn odd_ranges_give_a_tick_and_no_endless_loop() {
        assert_eq!(round_ticks(0.0, f64::NAN, 4), [0.0]);
        assert_eq!(round_ticks(3.0, 3.0, 4), [3.0]);
        assert!(round_ticks(-1e300, 1e300, 4).len() <= 51);
        assert_eq!(round_ticks(-1.7e308, 1.7e308, 4), [-1.7e308, 1.7e308]);
        assert!(log_ticks(1e-300, 1e300, 4).len() <= 6);
    }

    #[test]
    fn places_and_values_are_inverse() {
        let line = Scale::linear(0.0, 10.0, 100.0, 0.0);
        assert_eq!(line.place(5.0), 50.0);
        assert_eq!(line.value(50.0), 5.0);
        let log = Scale { from: 0.01, to: 100.0, low: 100.0, high: 0.0, log: true };
        assert!((log.place(1.0) - 50.0).abs() < 1e-9 && (log.value(25.0) - 10.0).abs() < 1e-9);
        assert_eq!(log.place(-1.0), 100.0);
        assert!(Scale::linear(-1.7e308, 1.7e308, 100.0, 0.0).place(0.0) == 50.0);
        assert_eq!(Scale::linear(3.0, 3.0, 100.0, 0.0).place(5.0), 100.0);
    }
}

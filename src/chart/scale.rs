//! From values to places and back.

/// A straight mapping of `[from, to]` to `[low, high]` pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub low: f64,
    pub high: f64,
}

impl Scale {
    pub fn place(&self, value: f64) -> f64 {
        let span = self.to - self.from;
        if span == 0.0 {
            return self.low;
        }
        self.low + (value - self.from) / span * (self.high - self.low)
    }
}

/// Round values that divide `[from, to]` into `n` parts or nearly so, ascending; the last reaches `to`.
pub fn round_ticks(from: f64, to: f64, n: usize) -> Vec<f64> {
    let span = to - from;
    if !(span > 0.0 && span.is_finite()) {
        return vec![from];
    }
    let raw = span / n.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw * 0.999).unwrap_or(raw);
    let first = (from / step).floor();
    let last = (to / step - 1e-9).ceil();
    let count = (last - first).clamp(1.0, 50.0) as usize;
    (0..=count).map(|i| (first + i as f64) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        for (to, expected) in [
            (1.0, vec![0.0, 0.25, 0.5, 0.75, 1.0]),
            (7_990.0, vec![0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0]),
            (0.54, vec![0.0, 0.2, 0.4, 0.6]),
            (0.0009, vec![0.0, 0.00025, 0.0005, 0.00075, 0.001]),
        ] {
            let ticks = round_ticks(0.0, to, 4);
            assert!(
                ticks.len() == expected.len()
                    && ticks.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12),
                "{ticks:?}"
            );
        }
    }

    #[test]
    fn odd_ranges_give_a_tick_and_no_endless_loop() {
        assert_eq!(round_ticks(0.0, f64::NAN, 4), [0.0]);
        assert_eq!(round_ticks(3.0, 3.0, 4), [3.0]);
        assert!(round_ticks(-1e300, 1e300, 4).len() <= 51);
    }

    #[test]
    fn places_are_linear() {
        let scale = Scale { from: 0.0, to: 10.0, low: 100.0, high: 0.0 };
        assert_eq!(scale.place(5.0), 50.0);
    }
}

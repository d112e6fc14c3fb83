//! A run of samples that never changes, with a summary of each stretch of it.
//!
//! The summaries are what makes a redraw cost pixels and not points: the extremes of a stretch are
//! known without looking at its samples.

use super::time::Millis;
use std::ops::Range;

/// Samples a chunk holds at most. Adding a sample copies at most so many.
pub const CHUNK: usize = 1024;
/// Samples behind one summary.
pub const BLOCK: usize = 32;

/// Extremes of finite values; `low > high` when there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    pub low: f64,
    pub high: f64,
}

impl Extremes {
    pub const NONE: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    pub fn add(&mut self, value: f64) {
        // Comparisons with NaN are false, and the infinities are kept out.
        if value < self.low && value > f64::NEG_INFINITY {
            self.low = value;
        }
        if value > self.high && value < f64::INFINITY {
            self.high = value;
        }
    }

    pub fn join(&mut self, other: Self) {
        self.low = if other.low < self.low { other.low } else { self.low };
        self.high = if other.high > self.high { other.high } else { self.high };
    }

    pub fn of(values: &[f64]) -> Self {
        let mut found = Self::NONE;
        for &value in values {
            found.add(value);
        }
        found
    }

    pub fn is_none(&self) -> bool {
        self.low > self.high
    }
}

/// Instants ascending and unique; as many values.
#[derive(Debug)]
pub struct Chunk {
    pub t: Vec<Millis>,
    pub v: Vec<f64>,
    blocks: Vec<Extremes>,
    pub extremes: Extremes,
    /// the longest time between two neighbours
    pub longest_step: Millis,
    pub all_finite: bool,
}

impl Chunk {
    pub fn new(t: Vec<Millis>, v: Vec<f64>) -> Self {
        let blocks: Vec<Extremes> = v.chunks(BLOCK).map(Extremes::of).collect();
        let mut extremes = Extremes::NONE;
        for block in &blocks {
            extremes.join(*block);
        }
        let longest_step = t.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        let all_finite = v.iter().all(|v| v.is_finite());
        Self { t, v, blocks, extremes, longest_step, all_finite }
    }

    /// The extremes of a stretch, from the summaries where it covers them whole.
    pub fn extremes_of(&self, range: Range<usize>) -> Extremes {
        let first = range.start.div_ceil(BLOCK);
        let last = range.end / BLOCK;
        if first >= last {
            return Extremes::of(self.v.get(range).unwrap_or_default());
        }
        let mut found = Extremes::of(self.v.get(range.start..first * BLOCK).unwrap_or_default());
        for block in self.blocks.get(first..last).unwrap_or_default() {
            found.join(*block);
        }
        found.join(Extremes::of(self.v.get(last * BLOCK..range.end).unwrap_or_default()));
        found
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.t.capacity() * size_of::<Millis>()
            + self.v.capacity() * size_of::<f64>()
            + self.blocks.capacity() * size_of::<Extremes>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_of_any_stretch_are_those_of_its_samples() {
        let v: Vec<f64> = (0..300).map(|i| f64::from((i * 7919) % 101) - 50.0).collect();
        let chunk = Chunk::new((0..300).collect(), v.clone());
        for start in (0..300).step_by(7) {
            for end in (start..=300).step_by(11) {
                assert_eq!(chunk.extremes_of(start..end), Extremes::of(&v[start..end]), "{start}..{end}");
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_no_extreme() {
        let found = Extremes::of(&[f64::NAN, f64::INFINITY, 3.0, f64::NEG_INFINITY]);
        assert_eq!((found.low, found.high), (3.0, 3.0));
        assert!(Extremes::of(&[f64::NAN]).is_none());
    }
}

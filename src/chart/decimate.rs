//! Fewer points, same picture: first, min, max and last of each pixel column (M4: Jugel, Jerzak,
//! Hackenbroich, Markl, VLDB 2014).

use crate::domain::chunk::Extremes;
use crate::domain::series::{Piece, Series};
use crate::domain::time::Millis;

/// A run of points to be joined, in order.
pub type Run = Vec<(Millis, f64)>;

/// Splits a series at its gaps. Isolated points survive as runs of one. With one sample beyond
/// either end, so that lines go on to the edge.
#[inline(never)]
pub fn runs(series: &Series, start: Millis, end: Millis, max_gap: Millis) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    let mut run: Run = Vec::new();
    let samples = series.pieces_around(start, end);
    for (t, v) in samples.iter().flat_map(|p| p.t().iter().copied().zip(p.v().iter().copied())) {
        let gap = !v.is_finite() || run.last().is_some_and(|(before, _)| t - before > max_gap);
        if gap && !run.is_empty() {
            all.push(std::mem::take(&mut run));
        }
        if v.is_finite() {
            run.push((t, v));
        }
    }
    all.push(run);
    all.retain(|run| match run.as_slice() {
        [] => false,
        // A lone point outside is not seen.
        [(t, _)] => (start..=end).contains(t),
        _ => true,
    });
    all
}

/// The samples a range holds, roughly: whole chunks are counted whole.
#[inline(never)]
pub fn count(series: &Series, start: Millis, end: Millis) -> usize {
    series.pieces_around(start, end).iter().map(|p| p.to - p.from).sum()
}

/// Pixel columns of equal time over `[start, end]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    pub start: f64,
    pub end: f64,
    pub n: usize,
}

/// Samples often fall on the very edge of a column, where rounding would put them now left and now
/// right of it; a thousandth of a pixel decides.
const EDGE: f64 = 1e-3;

impl Grid {
    fn pixel(&self) -> f64 {
        (self.end - self.start).max(f64::MIN_POSITIVE) / self.n.max(1) as f64
    }

    /// The column of an instant; negative before the first.
    fn column(&self, t: Millis) -> i64 {
        ((t as f64 - self.start) / self.pixel() + EDGE).floor() as i64
    }

    /// The first instant of a column.
    fn begin(&self, column: i64) -> Millis {
        (self.start + (column as f64 - EDGE) * self.pixel()).ceil() as Millis
    }
}

/// The samples of one pixel column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    pub index: i64,
    pub first: f64,
    pub last: f64,
    pub low: f64,
    pub high: f64,
    /// whether a line leads here from the column before
    pub joined: bool,
}

/// The columns of a series in ascending order, without those that hold no sample. A gap within a
/// column does not show; one between columns does.
#[inline(never)]
pub fn columns(series: &Series, grid: Grid, max_gap: Millis) -> Vec<Column> {
    let mut sweep = Sweep { grid, max_gap, all: Vec::with_capacity(grid.n + 2), last: None };
    for piece in series.pieces_around(grid.start.ceil() as Millis, grid.end.floor() as Millis) {
        if piece.chunk.all_finite && piece.chunk.longest_step <= max_gap {
            sweep.by_column(piece);
        } else {
            sweep.by_sample(piece);
        }
    }
    sweep.all
}

struct Sweep {
    grid: Grid,
    max_gap: Millis,
    all: Vec<Column>,
    /// the instant of the last sample, unless a gap has come since
    last: Option<Millis>,
}

impl Sweep {
    #[inline(never)]
    fn by_sample(&mut self, piece: Piece<'_>) {
        for (&t, &v) in piece.t().iter().zip(piece.v()) {
            if v.is_finite() {
                self.add(t, t, v, v, Extremes { low: v, high: v });
            } else {
                self.last = None;
            }
        }
    }

    /// A chunk without gaps: whole columns at once.
    #[inline(never)]
    fn by_column(&mut self, piece: Piece<'_>) {
        let (t, v) = (piece.t(), piece.v());
        let (mut at, mut guess) = (0, 1);
        while let Some(&first) = t.get(at) {
            let next = self.grid.begin(self.grid.column(first) + 1);
            let end = gallop(t, at, guess, next);
            guess = (end - at).max(1);
            if let (Some(&last), Some(&a), Some(&b)) = (t.get(end - 1), v.get(at), v.get(end - 1)) {
                let extremes = piece.chunk.extremes_of(piece.from + at..piece.from + end);
                self.add(first, last, a, b, extremes);
            }
            at = end;
        }
    }

    fn add(&mut self, from: Millis, to: Millis, first: f64, last: f64, extremes: Extremes) {
        let index = self.grid.column(from);
        let joined = self.last.is_some_and(|before| from - before <= self.max_gap);
        match self.all.last_mut() {
            Some(column) if column.index == index => {
                column.last = last;
                column.low = column.low.min(extremes.low);
                column.high = column.high.max(extremes.high);
            }
            _ => self.all.push(Column { index, first, last, low: extremes.low, high: extremes.high, joined }),
        }
        self.last = Some(to);
    }
}

/// The first place after `at` whose instant is `next` or later; looked for near `at + guess` first.
fn gallop(t: &[Millis], at: usize, guess: usize, next: Millis) -> usize {
    let mut low = at + 1;
    let mut high = at + guess.max(1);
    while t.get(high).is_some_and(|t| *t < next) {
        low = high;
        high += guess.max(8);
    }
    let high = (high + 1).min(t.len());
    let low = low.min(high);
    low + t.get(low..high).map_or(0, |rest| rest.partition_point(|t| *t < next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    fn series(values: &[f64]) -> Series {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis, *v)).collect();
        Series::from_samples(Labels::default(), samples)
    }

    fn grid(end: f64, n: usize) -> Grid {
        Grid { start: 0.0, end, n }
    }

    #[test]
    fn a_spike_in_a_column_survives() {
        let mut values = vec![1.0; 10_000];
        values[5_003] = 99.0;
        values[5_007] = -99.0;
        let found = columns(&series(&values), grid(10_000.0, 100), 1);
        assert_eq!(found.len(), 100);
        assert_eq!((found[50].low, found[50].high, found[50].first), (-99.0, 99.0, 1.0));
        assert!(found[1..].iter().all(|c| c.joined));
    }

    /// By column and by sample, with summaries and without, the same columns come out.
    #[test]
    fn the_quick_way_is_the_plain_way() {
        let values: Vec<f64> = (0..7_000).map(|i| f64::from((i * 7919) % 1009)).collect();
        let s = series(&values);
        for n in [1, 7, 100, 640, 5_000, 9_000] {
            let quick = columns(&s, grid(6_999.0, n), 1);
            let mut plain = Sweep { grid: grid(6_999.0, n), max_gap: 1, all: Vec::new(), last: None };
            for piece in s.pieces() {
                plain.by_sample(piece);
            }
            assert_eq!(quick, plain.all, "{n}");
        }
    }

    #[test]
    fn gaps_split_and_single_points_stay() {
        let values = [1.0, 2.0, f64::NAN, 3.0, f64::NAN, 4.0];
        let found = runs(&series(&values), 0, 5, 1);
        assert_eq!(found, [vec![(0, 1.0), (1, 2.0)], vec![(3, 3.0)], vec![(5, 4.0)]]);
        let joined: Vec<bool> = columns(&series(&values), grid(6.0, 6), 1).iter().map(|c| c.joined).collect();
        assert_eq!(joined, [false, true, false, false]);
        let apart = Series::from_samples(Labels::default(), vec![(0, 1.0), (10, 2.0)]);
        assert_eq!(runs(&apart, 0, 10, 5).len(), 2);
        assert_eq!(columns(&apart, grid(10.0, 10), 5).iter().filter(|c| c.joined).count(), 0);
        assert!(runs(&series(&[]), 0, 10, 5).is_empty());
    }

    #[test]
    fn a_line_goes_on_to_the_sample_beyond_the_edge() {
        let found = runs(&series(&[1.0, 2.0, 3.0, 4.0, 5.0]), 2, 3, 1);
        assert_eq!(found, [vec![(1, 2.0), (2, 3.0), (3, 4.0), (4, 5.0)]]);
    }
}

//! Fewer points, same picture: first, min, max and last of each pixel column (M4: Jugel, Jerzak,
//! Hackenbroich, Markl, VLDB 2014).

use crate::domain::series::Series;
use crate::domain::time::Millis;

/// A run of points to be joined, in order.
pub type Run = Vec<(Millis, f64)>;

/// Splits a series at its gaps and thins each run out to at most four points a column of
/// `width` columns over `[start, end]`. Isolated points survive as runs of one.
pub fn runs(series: &Series, start: Millis, end: Millis, width: usize, max_gap: Millis) -> Vec<Run> {
    let columns = width.max(1) as i128;
    let span = i128::from((end - start).max(1));
    let column = |t: Millis| i128::from(t - start) * columns / span;
    let mut all: Vec<Run> = Vec::new();
    let mut run = Thinning::default();
    let mut before: Option<Millis> = None;
    for (t, v) in series.samples().filter(|(t, _)| *t >= start && *t <= end) {
        let gap = !v.is_finite() || before.is_some_and(|b| t - b > max_gap);
        if gap {
            all.extend(run.finish());
        }
        if v.is_finite() {
            run.add(column(t), t, v);
            before = Some(t);
        } else {
            before = None;
        }
    }
    all.extend(run.finish());
    all
}

#[derive(Default)]
struct Thinning {
    done: Run,
    column: Option<Column>,
}

#[derive(Clone, Copy)]
struct Column {
    index: i128,
    first: (Millis, f64),
    min: (Millis, f64),
    max: (Millis, f64),
    last: (Millis, f64),
}

impl Thinning {
    fn add(&mut self, index: i128, t: Millis, v: f64) {
        let point = (t, v);
        match &mut self.column {
            Some(c) if c.index == index => {
                if v < c.min.1 {
                    c.min = point;
                }
                if v > c.max.1 {
                    c.max = point;
                }
                c.last = point;
            }
            _ => {
                self.flush();
                self.column = Some(Column { index, first: point, min: point, max: point, last: point });
            }
        }
    }

    fn flush(&mut self) {
        let Some(c) = self.column.take() else { return };
        let (early, late) = if c.min.0 <= c.max.0 { (c.min, c.max) } else { (c.max, c.min) };
        for point in [c.first, early, late, c.last] {
            if self.done.last().is_none_or(|last| last.0 < point.0) {
                self.done.push(point);
            }
        }
    }

    fn finish(&mut self) -> Option<Run> {
        self.flush();
        (!self.done.is_empty()).then(|| std::mem::take(&mut self.done))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    fn series(values: &[f64]) -> Series {
        let samples = values.iter().enumerate().map(|(i, v)| (i as Millis, *v)).collect();
        Series::from_samples(Labels::default(), samples)
    }

    #[test]
    fn a_spike_in_a_column_survives() {
        let mut values = vec![1.0; 10_000];
        values[5_003] = 99.0;
        values[5_007] = -99.0;
        let found = runs(&series(&values), 0, 9_999, 100, 1);
        assert_eq!(found.len(), 1);
        assert!(found[0].len() <= 400);
        assert!(found[0].contains(&(5_003, 99.0)) && found[0].contains(&(5_007, -99.0)));
        assert!(found[0].is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn gaps_split_and_single_points_stay() {
        let found = runs(&series(&[1.0, 2.0, f64::NAN, 3.0, f64::NAN, 4.0]), 0, 5, 100, 1);
        assert_eq!(found, [vec![(0, 1.0), (1, 2.0)], vec![(3, 3.0)], vec![(5, 4.0)]]);
        let apart = Series::from_samples(Labels::default(), vec![(0, 1.0), (10, 2.0)]);
        assert_eq!(runs(&apart, 0, 10, 100, 5).len(), 2);
        assert!(runs(&series(&[]), 0, 10, 100, 5).is_empty());
    }
}

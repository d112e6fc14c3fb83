//! Samples over time: what every chart, rule and forecast is made from.

use super::labels::Labels;
use super::time::Millis;

/// One series: instants ascending and unique, each with a value (`NaN` is a gap).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub labels: Labels,
    pub t: Vec<Millis>,
    pub v: Vec<f64>,
}

/// The series that answered one query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub series: Vec<Series>,
}

impl Series {
    /// Takes samples in any order, with duplicates; of two at one instant the later given wins.
    pub fn from_samples(labels: Labels, mut samples: Vec<(Millis, f64)>) -> Self {
        if !samples.is_sorted_by(|a, b| a.0 < b.0) {
            samples.sort_by_key(|(t, _)| *t);
            samples.reverse();
            samples.dedup_by_key(|(t, _)| *t);
            samples.reverse();
        }
        let (t, v) = samples.into_iter().unzip();
        Self { labels, t, v }
    }

    pub fn len(&self) -> usize {
        self.t.len()
    }

    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    pub fn samples(&self) -> impl DoubleEndedIterator<Item = (Millis, f64)> + '_ {
        self.t.iter().copied().zip(self.v.iter().copied())
    }

    /// The last sample that is a number.
    pub fn last(&self) -> Option<(Millis, f64)> {
        self.samples().rev().find(|(_, v)| v.is_finite())
    }

    /// Smallest and largest finite value.
    pub fn extent(&self) -> Option<(f64, f64)> {
        self.v.iter().filter(|v| v.is_finite()).fold(None, |range, &v| match range {
            None => Some((v, v)),
            Some((low, high)) => Some((low.min(v), high.max(v))),
        })
    }

    /// Replaces everything from the first instant of `newer` on by `newer`, then drops what is
    /// before `keep_from`. Late samples inside the overlap therefore correct what was known.
    pub fn merge(&mut self, newer: &Self, keep_from: Millis) {
        if let Some(&first) = newer.t.first() {
            let keep = self.t.partition_point(|&t| t < first);
            self.t.truncate(keep);
            self.v.truncate(keep);
            self.t.extend_from_slice(&newer.t);
            self.v.extend_from_slice(&newer.v);
        }
        let drop = self.t.partition_point(|&t| t < keep_from);
        self.t.drain(..drop);
        self.v.drain(..drop);
    }
}

impl Frame {
    /// Merges a newer answer to the same query, series by series, and forgets series of which
    /// nothing is left after `keep_from`. `from` is where the newer answer begins: a series that is
    /// absent from it has no samples there any more, so what was known of it after `from` goes too.
    pub fn merge(&mut self, newer: Self, from: Millis, keep_from: Millis) {
        let mut newer = newer.series;
        for known in &mut self.series {
            match newer.iter().position(|s| s.labels == known.labels) {
                Some(at) => {
                    let fresh = newer.swap_remove(at);
                    // A series that begins later than the request had no sample in between.
                    let keep = known.t.partition_point(|&t| t < from);
                    known.t.truncate(keep);
                    known.v.truncate(keep);
                    known.merge(&fresh, keep_from);
                }
                None => {
                    let keep = known.t.partition_point(|&t| t < from);
                    known.t.truncate(keep);
                    known.v.truncate(keep);
                    known.merge(&Self::nothing(), keep_from);
                }
            }
        }
        self.series.append(&mut newer);
        self.series.retain(|s| !s.is_empty());
        self.series.sort_by(|a, b| a.labels.cmp(&b.labels));
    }

    fn nothing() -> Series {
        Series::default()
    }

    /// The first series with `name="value"`.
    pub fn labelled(&self, name: &str, value: &str) -> Option<&Series> {
        self.series.iter().find(|s| s.labels.get(name) == Some(value))
    }

    /// The last finite value of the series with `name="value"`.
    pub fn value(&self, name: &str, value: &str) -> Option<f64> {
        self.labelled(name, value).and_then(Series::last).map(|(_, v)| v)
    }

    /// The latest instant any series has.
    pub fn last_instant(&self) -> Option<Millis> {
        self.series.iter().filter_map(|s| s.t.last().copied()).max()
    }

    pub fn is_empty(&self) -> bool {
        self.series.iter().all(Series::is_empty)
    }

    pub fn n_samples(&self) -> usize {
        self.series.iter().map(Series::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, samples: &[(Millis, f64)]) -> Series {
        Series::from_samples([("s", name)].into_iter().collect(), samples.to_vec())
    }

    #[test]
    fn samples_are_ordered_and_the_later_duplicate_wins() {
        let s = series("a", &[(3, 3.0), (1, 1.0), (3, 4.0), (2, 2.0)]);
        assert_eq!(s.samples().collect::<Vec<_>>(), [(1, 1.0), (2, 2.0), (3, 4.0)]);
    }

    #[test]
    fn a_merge_replaces_the_overlap_and_drops_the_old() {
        let mut s = series("a", &[(1, 1.0), (2, 2.0), (3, 3.0)]);
        s.merge(&series("a", &[(3, 30.0), (4, 4.0)]), 2);
        assert_eq!(s.samples().collect::<Vec<_>>(), [(2, 2.0), (3, 30.0), (4, 4.0)]);
    }

    #[test]
    fn a_frame_keeps_gone_series_until_they_leave_the_window_and_takes_new_ones() {
        let mut frame = Frame { series: vec![series("a", &[(1, 1.0), (5, 5.0)]), series("b", &[(1, 9.0)])] };
        frame.merge(Frame { series: vec![series("c", &[(6, 6.0)]), series("a", &[(6, 7.0)])] }, 5, 2);
        let names: Vec<_> = frame.series.iter().map(|s| s.labels.get("s").unwrap().to_string()).collect();
        assert_eq!(names, ["a", "c"]);
        assert_eq!(frame.series[0].samples().collect::<Vec<_>>(), [(6, 7.0)]);
    }

    #[test]
    fn last_and_extent_pass_over_gaps() {
        let s = series("a", &[(1, 5.0), (2, 1.0), (3, f64::NAN), (4, f64::INFINITY)]);
        assert_eq!(s.last(), Some((2, 1.0)));
        assert_eq!(s.extent(), Some((1.0, 5.0)));
    }
}

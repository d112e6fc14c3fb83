//! Samples over time: what every chart, rule and forecast is made from.

use super::chunk::{CHUNK, Chunk, Extremes};
use super::labels::Labels;
use super::order::{Gather as _, Order as _};
use super::time::Millis;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One series: instants ascending and unique, each with a value (`NaN` is a gap).
///
/// The samples lie in chunks that never change and are shared, so a copy costs nothing, adding a
/// sample touches the last chunk alone, and what is old goes with its chunk.
#[derive(Clone, Debug, Default)]
pub struct Series {
    pub labels: Labels,
    chunks: Vec<Arc<Chunk>>,
    /// samples of the first chunk that are too old to count
    skip: usize,
}

/// The series that answered one query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub series: Vec<Series>,
}

/// A stretch of a series within one chunk.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    pub chunk: &'a Chunk,
    /// first and one past the last sample in the chunk
    pub from: usize,
    pub to: usize,
}

impl<'a> Piece<'a> {
    pub fn t(&self) -> &'a [Millis] {
        self.chunk.t.get(self.from..self.to).unwrap_or_default()
    }

    pub fn v(&self) -> &'a [f64] {
        self.chunk.v.get(self.from..self.to).unwrap_or_default()
    }
}

/// By content; how it is cut into chunks does not matter.
impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        self.labels == other.labels && self.len() == other.len() && self.samples().eq(other.samples())
    }
}

impl Series {
    /// Takes samples in any order, with duplicates; of two at one instant the later given wins.
    pub fn from_samples(labels: Labels, mut samples: Vec<(Millis, f64)>) -> Self {
        if !samples.is_sorted_by(|a, b| a.0 < b.0) {
            samples.order_by_key(|(t, _)| *t);
            samples.reverse();
            samples.dedup_by_key(|(t, _)| *t);
            samples.reverse();
        }
        let (t, v) = samples.into_iter().unzip();
        Self::ordered(labels, t, v)
    }

    /// As [`Self::from_samples`], from two columns of the same length.
    pub fn from_columns(labels: Labels, t: Vec<Millis>, v: Vec<f64>) -> Self {
        if t.len() == v.len() && t.is_sorted_by(|a, b| a < b) {
            return Self::ordered(labels, t, v);
        }
        Self::from_samples(labels, t.into_iter().zip(v).collect())
    }

    fn ordered(labels: Labels, t: Vec<Millis>, v: Vec<f64>) -> Self {
        let mut series = Self { labels, chunks: Vec::new(), skip: 0 };
        if t.len() <= CHUNK {
            if !t.is_empty() {
                series.chunks.push(Arc::new(Chunk::new(t, v)));
            }
            return series;
        }
        series.append(&t, &v);
        series
    }

    /// Adds samples that all come later than what is there.
    fn append(&mut self, mut t: &[Millis], mut v: &[f64]) {
        if let Some(last) = self.chunks.last().filter(|c| c.t.len() < CHUNK && !t.is_empty()).cloned() {
            // The last chunk is made anew, without what is too old where it is also the first.
            let skip = if self.chunks.len() == 1 { std::mem::take(&mut self.skip) } else { 0 };
            let room = (CHUNK - (last.t.len() - skip)).min(t.len());
            let (t_head, t_rest) = t.split_at(room);
            let (v_head, v_rest) = v.split_at(room.min(v.len()));
            let joined = Chunk::new(
                [last.t.get(skip..).unwrap_or_default(), t_head].concat(),
                [last.v.get(skip..).unwrap_or_default(), v_head].concat(),
            );
            self.chunks.pop();
            self.chunks.push(Arc::new(joined));
            (t, v) = (t_rest, v_rest);
        }
        for (t, v) in t.chunks(CHUNK).zip(v.chunks(CHUNK)) {
            self.chunks.push(Arc::new(Chunk::new(t.to_vec(), v.to_vec())));
        }
    }

    pub fn len(&self) -> usize {
        self.chunks.iter().map(|c| c.t.len()).sum::<usize>() - self.skip
    }

    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The whole series, chunk by chunk.
    pub fn pieces(&self) -> impl DoubleEndedIterator<Item = Piece<'_>> {
        self.chunks.iter().enumerate().map(|(i, chunk)| Piece {
            chunk,
            from: if i == 0 { self.skip } else { 0 },
            to: chunk.t.len(),
        })
    }

    /// What lies in `[start, end]`, with at least one more sample at either side where there is one,
    /// so that lines go on to the edge.
    pub fn pieces_around(&self, start: Millis, end: Millis) -> Vec<Piece<'_>> {
        let first = self.chunks.partition_point(|c| c.t.last().is_some_and(|t| *t < start));
        let mut found = Vec::new();
        for piece in self.pieces().skip(first.saturating_sub(1)) {
            let t = piece.t();
            let from = t.partition_point(|t| *t < start).saturating_sub(1);
            let to = (t.partition_point(|t| *t <= end) + 1).min(t.len());
            found.push(Piece { from: piece.from + from, to: piece.from + to, ..piece });
            if t.last().is_some_and(|t| *t > end) {
                break;
            }
        }
        found
    }

    pub fn samples(&self) -> impl DoubleEndedIterator<Item = (Millis, f64)> + '_ {
        self.pieces().flat_map(|p| p.t().iter().copied().zip(p.v().iter().copied()))
    }

    /// The samples in `[start, end]`.
    pub fn samples_in(&self, start: Millis, end: Millis) -> impl Iterator<Item = (Millis, f64)> + '_ {
        self.pieces().filter(move |p| p.t().last().is_some_and(|t| *t >= start)).flat_map(move |p| {
            let t = p.t();
            let range = t.partition_point(|t| *t < start)..t.partition_point(|t| *t <= end);
            let (t, v) = (t.get(range.clone()), p.v().get(range));
            t.unwrap_or_default().iter().copied().zip(v.unwrap_or_default().iter().copied())
        })
    }

    /// The last sample that is a number.
    pub fn last(&self) -> Option<(Millis, f64)> {
        self.samples().rev().find(|(_, v)| v.is_finite())
    }

    /// The first sample that is a number.
    pub fn first(&self) -> Option<(Millis, f64)> {
        self.samples().find(|(_, v)| v.is_finite())
    }

    pub fn first_instant(&self) -> Option<Millis> {
        self.pieces().next()?.t().first().copied()
    }

    pub fn last_instant(&self) -> Option<Millis> {
        self.chunks.last()?.t.last().copied()
    }

    /// The sample nearest to an instant, on either side.
    pub fn nearest(&self, at: Millis) -> Option<(Millis, f64)> {
        let index = self.chunks.partition_point(|c| c.t.last().is_some_and(|t| *t < at));
        let near = self.pieces().skip(index.saturating_sub(1)).take(2);
        let mut found: Option<(Millis, f64)> = None;
        for piece in near {
            let after = piece.t().partition_point(|t| *t < at);
            for i in [after.checked_sub(1), Some(after)].into_iter().flatten() {
                if let (Some(&t), Some(&v)) = (piece.t().get(i), piece.v().get(i))
                    && found.is_none_or(|(best, _)| (t - at).abs() < (best - at).abs())
                {
                    found = Some((t, v));
                }
            }
        }
        found
    }

    /// Smallest and largest finite value.
    pub fn extent(&self) -> Option<(f64, f64)> {
        self.extent_of(self.pieces())
    }

    /// Smallest and largest finite value in `[start, end]`.
    pub fn extent_in(&self, start: Millis, end: Millis) -> Option<(f64, f64)> {
        self.extent_of(self.pieces().map(|p| {
            let t = p.t();
            let (from, to) = (t.partition_point(|t| *t < start), t.partition_point(|t| *t <= end));
            Piece { from: p.from + from, to: p.from + to.max(from), ..p }
        }))
    }

    fn extent_of<'a>(&self, pieces: impl Iterator<Item = Piece<'a>>) -> Option<(f64, f64)> {
        let mut all = Extremes::NONE;
        for piece in pieces {
            let whole = piece.from == 0 && piece.to == piece.chunk.t.len();
            all.join(if whole {
                piece.chunk.extremes
            } else {
                piece.chunk.extremes_of(piece.from..piece.to)
            });
        }
        (!all.is_none()).then_some((all.low, all.high))
    }

    /// The same instants with other values.
    pub fn map(&self, mut change: impl FnMut(Millis, f64) -> f64) -> Self {
        let (t, v) = self.samples().map(|(t, v)| (t, change(t, v))).unzip();
        Self::ordered(self.labels.clone(), t, v)
    }

    /// Forgets what is at `from` or later.
    pub fn truncate(&mut self, from: Millis) {
        while self.chunks.last().is_some_and(|c| c.t.first().is_some_and(|t| *t >= from)) {
            self.chunks.pop();
        }
        if let Some(last) = self.chunks.last().filter(|c| c.t.last().is_some_and(|t| *t >= from)).cloned() {
            let keep = last.t.partition_point(|t| *t < from);
            let head = |n: usize| (last.t.get(..n), last.v.get(..n));
            if let (Some(t), Some(v)) = head(keep) {
                self.chunks.pop();
                self.chunks.push(Arc::new(Chunk::new(t.to_vec(), v.to_vec())));
            }
        }
        self.drop_empty();
    }

    /// Forgets what is before `from`.
    pub fn forget(&mut self, from: Millis) {
        let gone = self.chunks.partition_point(|c| c.t.last().is_none_or(|t| *t < from));
        if gone > 0 {
            self.chunks.drain(..gone);
            self.skip = 0;
        }
        if let Some(first) = self.chunks.first() {
            self.skip = self.skip.max(first.t.partition_point(|t| *t < from));
        }
        self.drop_empty();
    }

    fn drop_empty(&mut self) {
        if self.chunks.first().is_some_and(|c| self.skip >= c.t.len()) {
            self.chunks.remove(0);
            self.skip = 0;
        }
    }

    /// Replaces everything from the first instant of `newer` on by `newer`, then drops what is
    /// before `keep_from`. Late samples inside the overlap therefore correct what was known.
    pub fn merge(&mut self, newer: &Self, keep_from: Millis) {
        if let Some(first) = newer.first_instant() {
            self.truncate(first);
            for piece in newer.pieces() {
                self.append(piece.t(), piece.v());
            }
        }
        self.forget(keep_from);
    }

    /// The first instant at which two states of one series differ, beginnings that were forgotten
    /// aside; `None` when nothing differs. Chunks that both share are not looked into.
    pub fn differs_from(&self, before: &Self) -> Option<Millis> {
        let Some(start) = self.first_instant().max(before.first_instant()) else {
            return self.first_instant().or(before.first_instant());
        };
        let shared = |c: &Arc<Chunk>| before.chunks.iter().any(|b| Arc::ptr_eq(b, c));
        let common = self.chunks.iter().take_while(|c| shared(c)).last();
        let start = common.and_then(|c| c.t.last().copied()).map_or(start, |t| (t + 1).max(start));
        let mut ours = self.samples_in(start, Millis::MAX);
        let mut theirs = before.samples_in(start, Millis::MAX);
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return None,
                (Some((a, x)), Some((b, y))) if a == b && x.to_bits() == y.to_bits() => {}
                (a, b) => return a.map(|(t, _)| t).into_iter().chain(b.map(|(t, _)| t)).min(),
            }
        }
    }

    /// Bytes held by the samples.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|c| c.bytes()).sum()
    }
}

impl Frame {
    /// Merges a newer answer to the same query, series by series, and forgets series of which
    /// nothing is left after `keep_from`. `from` is where the newer answer begins: a series that is
    /// absent from it has no samples there any more, so what was known of it after `from` goes too.
    pub fn merge(&mut self, newer: Self, from: Millis, keep_from: Millis) {
        let mut newer: BTreeMap<Labels, Series> =
            newer.series.into_iter().map(|s| (s.labels.clone(), s)).into_map();
        for known in &mut self.series {
            // A series that begins later than the request had no sample in between.
            known.truncate(from);
            match newer.remove(&known.labels) {
                Some(fresh) => known.merge(&fresh, keep_from),
                None => known.forget(keep_from),
            }
        }
        self.series.extend(newer.into_values());
        self.series.retain(|s| !s.is_empty());
        self.series.order_by(|a, b| a.labels.cmp(&b.labels));
    }

    /// In the order of the labels.
    pub fn sorted(mut self) -> Self {
        self.series.order_by(|a, b| a.labels.cmp(&b.labels));
        self
    }

    /// The latest instant any series has.
    pub fn last_instant(&self) -> Option<Millis> {
        self.series.iter().filter_map(Series::last_instant).max()
    }

    pub fn is_empty(&self) -> bool {
        self.series.iter().all(Series::is_empty)
    }

    pub fn n_samples(&self) -> usize {
        self.series.iter().map(Series::len).sum()
    }

    /// Bytes held by the samples.
    pub fn bytes(&self) -> usize {
        self.series.iter().map(Series::bytes).sum()
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

    #[test]
    fn long_series_are_cut_into_chunks_and_stay_one_series() {
        let whole: Vec<(Millis, f64)> = (0..5_000).map(|i| (i * 10, (i % 97) as f64)).collect();
        let at_once = Series::from_samples(Labels::default(), whole.clone());
        let mut grown = Series::default();
        for part in whole.chunks(37) {
            grown.merge(&Series::from_samples(Labels::default(), part.to_vec()), Millis::MIN);
        }
        assert_eq!(at_once, grown);
        assert_eq!((grown.len(), grown.last_instant()), (5_000, Some(49_990)));
        grown.merge(&series("a", &[(49_980, 1.0), (50_000, 2.0)]), 20_005);
        let expected: Vec<(Millis, f64)> =
            whole[2_001..4_998].iter().copied().chain([(49_980, 1.0), (50_000, 2.0)]).collect();
        assert_eq!(grown.samples().collect::<Vec<_>>(), expected);
        assert_eq!(grown.first_instant(), Some(20_010));
        assert_eq!(grown.extent_in(20_010, 20_020), Some((61.0, 62.0)));
    }

    #[test]
    fn a_copy_is_not_changed_by_a_merge_and_tells_where_it_differs() {
        let samples = |n: Millis| (0..n).map(|i| (i, i as f64)).collect::<Vec<_>>();
        let mut now = Series::from_samples(Labels::default(), samples(3_000));
        let before = now.clone();
        assert_eq!(now.differs_from(&before), None);
        now.merge(&series("a", &[(2_998, 2_998.0), (2_999, 2_999.0), (3_000, 1.0)]), 500);
        assert_eq!(before.len(), 3_000);
        assert_eq!(now.differs_from(&before), Some(3_000));
        now.merge(&series("a", &[(2_990, 7.0)]), 500);
        assert_eq!(now.differs_from(&before), Some(2_990));
        assert_eq!(Series::default().differs_from(&before), Some(0));
    }

    #[test]
    fn what_is_looked_for_by_time_is_found_across_chunks() {
        let s = Series::from_samples(Labels::default(), (0..3_000).map(|i| (i * 10, i as f64)).collect());
        assert_eq!(s.nearest(10_236), Some((10_240, 1_024.0)));
        assert_eq!(s.nearest(-5), Some((0, 0.0)));
        assert_eq!(s.nearest(1_000_000), Some((29_990, 2_999.0)));
        assert_eq!(s.samples_in(10_225, 10_245).map(|(t, _)| t).collect::<Vec<_>>(), [10_230, 10_240]);
        let around: Vec<Millis> =
            s.pieces_around(10_240, 10_250).iter().flat_map(|p| p.t().to_vec()).collect();
        assert_eq!(around, [10_230, 10_240, 10_250, 10_260]);
        assert_eq!(Series::default().nearest(5), None);
        assert!(Series::default().pieces_around(0, 5).is_empty());
    }
}

//! Finding, among many label sets, those that are contained in another, without comparing all with all.

use super::labels::Labels;
use super::order::Order as _;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Label sets of one alert name have few different sets of label names, as a rule one. Of more than these, the
/// rest is not found: such alerts are listed twice, never hidden.
const MOST_SHAPES: usize = 64;

/// Items by the values of their labels.
type ByValues = BTreeMap<Vec<String>, Vec<usize>>;

/// Label sets by what they consist of. Each set belongs to an item, by number.
///
/// Sets are kept by their label names, and within these by their values. Whether `{a=1, b=2, c=3}` contains a
/// set with the names `a, c` is then one look for `1, 3`.
pub struct LabelIndex<'w> {
    /// label names, with the items by their values; the longest first
    shapes: Vec<(Vec<String>, ByValues)>,
    work: &'w Work,
}

/// Looks into an index, counted so that a test can see that the work grows with the alerts and not with
/// their square.
#[derive(Debug, Default)]
pub struct Work(Cell<usize>);

impl Work {
    #[cfg(test)]
    pub fn looks(&self) -> usize {
        self.0.get()
    }
}

impl<'w> LabelIndex<'w> {
    pub fn new<'l>(sets: impl IntoIterator<Item = (&'l Labels, usize)>, work: &'w Work) -> Self {
        let mut shapes: BTreeMap<Vec<&str>, ByValues> = BTreeMap::new();
        for (set, item) in sets {
            let (names, values): (Vec<&str>, Vec<String>) = set.iter().map(|(n, v)| (n, v.into())).unzip();
            if shapes.len() >= MOST_SHAPES && !shapes.contains_key(&names) {
                continue;
            }
            shapes.entry(names).or_default().entry(values).or_default().push(item);
        }
        let owned = |names: Vec<&str>| names.into_iter().map(Into::into).collect::<Vec<String>>();
        let mut shapes: Vec<_> = shapes.into_iter().map(|(names, sets)| (owned(names), sets)).collect();
        shapes.order_by_key(|(names, _)| std::cmp::Reverse(names.len()));
        Self { shapes, work }
    }

    /// The items of the largest set that is contained in this one.
    pub fn within(&self, set: &Labels) -> &[usize] {
        for (names, sets) in &self.shapes {
            let values: Option<Vec<String>> = names.iter().map(|n| set.get(n).map(Into::into)).collect();
            let Some(values) = values else { continue };
            self.work.0.set(self.work.0.get() + 1);
            if let Some(items) = sets.get(&values) {
                return items;
            }
        }
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        text.split_whitespace().filter_map(|pair| pair.split_once('=')).collect()
    }

    #[test]
    fn the_largest_contained_set_is_found() {
        let sets = ["", "a=1", "a=1 b=2", "a=1 b=2", "c=3"].map(labels);
        let work = Work::default();
        let index = LabelIndex::new(sets.iter().zip(0..), &work);
        for (set, items) in [
            ("a=1 b=2 c=4", vec![2, 3]),
            ("a=1 b=3", vec![1]),
            ("c=3 d=4", vec![4]),
            ("d=4", vec![0]),
            ("", vec![0]),
        ] {
            assert_eq!(index.within(&labels(set)), items, "{set}");
        }
        let none = LabelIndex::new(sets.iter().skip(1).zip(1..), &work);
        assert!(none.within(&labels("d=4")).is_empty());
    }
}

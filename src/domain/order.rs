//! Sorting with one copy of the algorithm for all types. The standard library's stable sort is 3.6 KB of code for each type
//! and order, fast for millions; here are dozens of orders over lists of tens. Its maps and sets sort what they are
//! collected from, so they are gathered by insertion here.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Stable sorting of slices, as by the standard library's `sort`, `sort_by` and `sort_by_key`.
pub trait Order<T> {
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
    fn order(&mut self)
    where
        T: Ord;
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = places(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        });
        arrange(self, places);
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }
}

/// Maps and sets without a sort of their own for each type.
pub trait Gather: Iterator + Sized {
    /// As by `collect`: of pairs with the same key the last stays.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }

    /// As by `collect`.
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        for item in self {
            set.insert(item);
        }
        set
    }
}

impl<I: Iterator> Gather for I {}

/// Numbers in ascending order, in place: where there are thousands, and often.
pub fn ascending(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// Which element comes to each place: a merge sort of indices. Nothing for what is in order already, as most lists are.
fn places(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    if (1..len).all(|i| compare(i - 1, i) != Ordering::Greater) {
        return Vec::new();
    }
    let mut from: Vec<usize> = (0..len).collect();
    let mut width = 1;
    while width < len {
        let mut to = Vec::with_capacity(len);
        for both in from.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            while let (Some((l, lefts)), Some((r, rights))) = (left.split_first(), right.split_first()) {
                // Of equal elements the one before stays before.
                if compare(*l, *r) == Ordering::Greater {
                    to.push(*r);
                    right = rights;
                } else {
                    to.push(*l);
                    left = lefts;
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        from = to;
        width *= 2;
    }
    from
}

/// Moves each element to its place, one cycle of them after another. A place that is done names itself.
fn arrange<T>(items: &mut [T], mut places: Vec<usize>) {
    for start in 0..places.len() {
        let mut here = start;
        while let Some(next) = places.get_mut(here).map(|p| std::mem::replace(p, here)) {
            if next == start || next == here {
                break;
            }
            items.swap(here, next);
            here = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_keep_the_order_they_came_in() {
        let mut all = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        all.order_by_key(|(key, _)| *key);
        assert_eq!(all, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
    }

    #[test]
    fn numbers_ascend_and_what_is_no_number_comes_last() {
        let mut values = [3.0, f64::NAN, -1.0, 0.5];
        ascending(&mut values);
        assert_eq!(values.get(..3), Some(&[-1.0, 0.5, 3.0][..]));
    }
}

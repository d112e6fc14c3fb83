//! Many figures in one answer, each told apart by a label of its own.

use super::series::{Frame, Series};
use super::single::{Several, single};
use super::time::Millis;
use super::window::Bounds;

/// The label that tells the terms of an answer apart.
pub const TERM_LABEL: &str = "fourlights_term";

/// The span a term is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermSpan {
    /// the last so many milliseconds
    Trailing(Millis),
    /// from an instant up to now
    Since(Millis),
    /// from so many milliseconds before now up to an instant
    Until { trailing: Millis, end: Millis },
    /// fixed ends
    Fixed(Millis, Millis),
}

impl From<Bounds> for TermSpan {
    fn from(bounds: Bounds) -> Self {
        Self::Fixed(bounds.start, bounds.end)
    }
}

/// What becomes of several series that answer one term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// counts: they are added
    Sum,
    /// shares, quantiles: there must be one, or there is no figure
    Single,
}

/// The series of a term in an answer.
pub fn term_series(frame: &Frame, key: &str) -> Result<Option<Series>, Several> {
    single(frame.series.iter().filter(|s| s.labels.get(TERM_LABEL) == Some(key)))
}

/// The figure of a term in an answer; `None` where there is none, there are several or it is not a number.
pub fn figure(frame: &Frame, key: &str) -> Option<f64> {
    let series = term_series(frame, key).ok()??;
    series.last().map(|(_, v)| v).filter(|v| v.is_finite())
}

/// The first term whose key begins with `prefix` that several series answer.
pub fn several(frame: &Frame, prefix: &str) -> Option<Several> {
    let keys = frame.series.iter().filter_map(|s| s.labels.get(TERM_LABEL));
    keys.filter(|key| key.starts_with(prefix)).find_map(|key| term_series(frame, key).err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_series_of_a_term_give_no_figure() {
        let one = |key: &str, replica: &str, value: f64| {
            let labels = [(TERM_LABEL, key), ("replica", replica)].into_iter().collect();
            Series::from_samples(labels, vec![(0, value)])
        };
        let frame = Frame { series: vec![one("s|a", "x", 0.9), one("s|a", "y", 0.9), one("s|b", "x", 0.5)] };
        assert_eq!((figure(&frame, "s|a"), figure(&frame, "s|b")), (None, Some(0.5)));
        assert_eq!(several(&frame, "s|").map(|s| s.labels), Some(vec!["replica".to_string()]));
        assert_eq!(several(&frame, "t|"), None);
    }
}

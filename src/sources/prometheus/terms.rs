//! Many figures by one query: expressions over spans of time, each told apart by a label of its own.

use crate::domain::series::{Frame, Series};
use crate::domain::single::{Several, single};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use crate::sources::Part;

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

/// An expression with `$window` where its span belongs, and the key its figure is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub key: String,
    pub expression: String,
    pub span: TermSpan,
    pub fold: Fold,
}

/// The queries of terms at `now`, which [`Exchange`](crate::sources::Exchange) joins to as few as pass.
pub fn parts(terms: &[Term], now: Millis) -> Vec<Part> {
    let one = |term: &Term| {
        let expression = match term.span {
            TermSpan::Trailing(length) => filled(&term.expression, length, None),
            TermSpan::Since(start) => filled(&term.expression, now - start, None),
            TermSpan::Until { trailing, end } => filled(&term.expression, end - (now - trailing), Some(end)),
            TermSpan::Fixed(start, end) => filled(&term.expression, end - start, Some(end)),
        };
        let folded = match term.fold {
            Fold::Sum => format!("sum({expression})"),
            // With its labels, so that several series are seen and can be told apart.
            Fold::Single => expression,
        };
        let query = format!("label_replace({folded}, {TERM_LABEL:?}, {:?}, \"\", \"\")", term.key);
        Part { key: term.key.clone(), query }
    };
    terms.iter().map(one).collect()
}

/// One query that answers a few terms at `now`.
pub fn joined(terms: &[Term], now: Millis) -> String {
    parts(terms, now).into_iter().map(|part| part.query).collect::<Vec<_>>().join("\nor\n")
}

/// An expression with its span put in, counted back from the time of the query or from a fixed `end`.
pub fn filled(expression: &str, length: Millis, end: Option<Millis>) -> String {
    let length = crate::domain::time::prometheus_duration(length.max(1_000));
    let Some(end) = end else { return expression.replace("$window", &length) };
    let end = format!(" @ {}.{:03}", end.div_euclid(1000), end.rem_euclid(1000));
    let mut out = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("$window") {
        out.push_str(before);
        out.push_str(&length);
        // `[$window]`, or `[$window:1m]` of a subquery: the end stands behind the bracket.
        let (inside, behind) = after.split_once(']').unwrap_or((after, ""));
        out.push_str(inside);
        if after.contains(']') {
            out.push(']');
            out.push_str(&end);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
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
    fn spans_are_put_where_they_belong() {
        let query = "sum(increase(errors[$window])) / avg_over_time(x[$window:1m])";
        assert_eq!(filled(query, 300_000, None), "sum(increase(errors[5m])) / avg_over_time(x[5m:1m])");
        assert_eq!(
            filled(query, 300_000, Some(1_500)),
            "sum(increase(errors[5m] @ 1.500)) / avg_over_time(x[5m:1m] @ 1.500)"
        );
        assert_eq!(filled("x[$window", 1_000, Some(0)), "x[1s");
        assert_eq!(filled("x[$window]", 0, None), "x[1s]");
    }

    #[test]
    fn terms_are_joined_and_told_apart() {
        let term =
            |key: &str, span, fold| Term { key: key.into(), expression: "x[$window]".into(), span, fold };
        let query = joined(
            &[
                term("a", TermSpan::Trailing(60_000), Fold::Sum),
                term("b", TermSpan::Since(1_000), Fold::Single),
            ],
            31_000,
        );
        let until = TermSpan::Until { trailing: 60_000, end: 15_000 };
        let leaving = joined(&[term("c", until, Fold::Sum)], 65_000);
        assert!(leaving.contains("x[10s] @ 15.000"), "{leaving}");
        assert_eq!(
            query,
            "label_replace(sum(x[1m]), \"fourlights_term\", \"a\", \"\", \"\")\nor\n\
             label_replace(x[30s], \"fourlights_term\", \"b\", \"\", \"\")"
        );
    }

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

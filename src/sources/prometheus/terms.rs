//! Many figures by one query: expressions over spans of time, each told apart by a label of its own.

use crate::domain::series::Frame;
use crate::domain::time::Millis;
use crate::domain::window::Bounds;

/// The label that tells the terms of an answer apart.
pub const TERM_LABEL: &str = "fourlights_term";

/// The span a term is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermSpan {
    /// the last so many milliseconds
    Trailing(Millis),
    /// from an instant up to now
    Since(Millis),
    /// fixed ends
    Fixed(Millis, Millis),
}

impl From<Bounds> for TermSpan {
    fn from(bounds: Bounds) -> Self {
        Self::Fixed(bounds.start, bounds.end)
    }
}

/// An expression with `$window` where its span belongs, and the key its figure is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub key: String,
    pub expression: String,
    pub span: TermSpan,
}

/// One query that answers all terms at `now`.
pub fn joined(terms: &[Term], now: Millis) -> String {
    let one = |term: &Term| {
        let expression = match term.span {
            TermSpan::Trailing(length) => filled(&term.expression, length, None),
            TermSpan::Since(start) => filled(&term.expression, now - start, None),
            TermSpan::Fixed(start, end) => filled(&term.expression, end - start, Some(end)),
        };
        // The sum is of one series: it only drops labels that would keep two terms from being joined.
        format!("label_replace(sum({expression}), {TERM_LABEL:?}, {:?}, \"\", \"\")", term.key)
    };
    terms.iter().map(one).collect::<Vec<_>>().join("\nor\n")
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

/// The figure of a term in an answer; `None` where there is none or it is not a number.
pub fn figure(frame: &Frame, key: &str) -> Option<f64> {
    let series = frame.series.iter().find(|s| s.labels.get(TERM_LABEL) == Some(key))?;
    series.last().map(|(_, v)| v).filter(|v| v.is_finite())
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
        let term = |key: &str, span| Term { key: key.into(), expression: "x[$window]".into(), span };
        let query =
            joined(&[term("a", TermSpan::Trailing(60_000)), term("b", TermSpan::Since(1_000))], 31_000);
        assert_eq!(
            query,
            "label_replace(sum(x[1m]), \"fourlights_term\", \"a\", \"\", \"\")\nor\n\
             label_replace(sum(x[30s]), \"fourlights_term\", \"b\", \"\", \"\")"
        );
    }
}

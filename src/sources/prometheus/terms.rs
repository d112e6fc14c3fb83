//! Many figures by one query: each over its span of time and told apart by a label of its own.

use super::dialect::text;
use crate::config::Term;
use crate::domain::term::{Fold, TERM_LABEL, TermSpan};
use crate::domain::time::Millis;
use crate::sources::Part;

/// The queries of terms at `now`, which [`Exchange`](crate::sources::Exchange) joins to as few as pass.
pub fn parts(terms: &[Term], now: Millis) -> Vec<Part> {
    let one = |term: &Term| {
        let own = text(&term.measure);
        let expression = match term.span {
            TermSpan::Trailing(length) => filled(&own, length, None),
            TermSpan::Since(start) => filled(&own, now - start, None),
            TermSpan::Until { trailing, end } => filled(&own, end - (now - trailing), Some(end)),
            TermSpan::Fixed(start, end) => filled(&own, end - start, Some(end)),
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
    let length = crate::domain::time::duration_text(length.max(1_000));
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
        let term = |key: &str, span, fold| Term { key: key.into(), measure: "x[$window]".into(), span, fold };
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
}

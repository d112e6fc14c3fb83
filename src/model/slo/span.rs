//! An objective over spans of one's own: windows that are over, periods that are reported on.

use super::exclusions::excluded_in;
use super::standing::{bounds, bucket_of, count_terms, counts};
use crate::config::{Indicator, Measure, Slo, Term};
use crate::domain::series::Frame;
use crate::domain::single::Several;
use crate::domain::slo::{Counts, Sli};
use crate::domain::term::{Fold, figure, several};
use crate::domain::time::{HOUR, Millis};
use crate::domain::window::{Bounds, Window};
use crate::domain::zone::Offsets;
use crate::poll::{Pace, Question};

/// What was counted in a span.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanCount {
    pub span: Bounds,
    /// exclusions taken out
    pub counts: Counts,
    /// share of the span for which there is data, 0..1; 0 without any
    pub covered: f64,
    /// why nothing was counted although there are samples: several series where one is asked for
    pub several: Option<Several>,
}

/// With less of a span known than this, nothing is said of the whole.
const ENOUGH: f64 = 0.95;

impl SpanCount {
    /// Why nothing was counted; empty where something was.
    pub fn reason(&self) -> String {
        match (&self.several, self.counts.sli()) {
            (Some(several), Sli::NoData) => several.to_string(),
            (_, sli) => sli.reason().to_string(),
        }
    }

    /// Whether so much of the span is known that a verdict stands for the whole of it.
    pub fn is_covered(&self) -> bool {
        self.covered >= ENOUGH
    }
}

/// Windows that are over, the newest first.
pub fn past_windows(slo: &Slo, now: Millis, zone: &Offsets, n: usize) -> Vec<Bounds> {
    let step = match slo.objective.window {
        // To whole hours, so that the question stays the same for an hour.
        Window::Rolling(_) => now - now.rem_euclid(HOUR),
        _ => now,
    };
    let mut all = Vec::new();
    let mut window = bounds(slo, step, zone);
    for _ in 0..n {
        window = slo.objective.window.before(window, zone);
        all.push(window);
    }
    all
}

/// Asks for spans of an objective, each with its exclusions and with how much of it is known.
pub fn spans_question(slo: &Slo, spans: &[Bounds], now: Millis) -> Question {
    let mut terms = Vec::new();
    for span in spans {
        let key = key(*span);
        terms.extend(count_terms(slo, &key, (*span).into()));
        terms.push(coverage_term(slo, *span));
        for part in excluded_parts(slo, *span, now) {
            terms.extend(count_terms(slo, &format!("{key}x{}-{}", part.start, part.end), part.into()));
        }
    }
    Question::Terms { source: slo.source.clone(), terms, pace: Pace::Slow }
}

/// In how many buckets of a span anything was counted.
fn coverage_term(slo: &Slo, span: Bounds) -> Term {
    let counted = match &slo.indicator {
        // Of many series a bucket counts once, however many were there.
        Indicator::Bad { valid, .. } | Indicator::Good { valid, .. } => Measure::Sum(Box::new(valid.clone())),
        Indicator::Share(good) => good.clone(),
    };
    let step = bucket_of(slo);
    Term {
        key: format!("{}|{}|covered", slo.id, key(span)),
        measure: Measure::Slots { of: Box::new(counted), slot: step, reach: step },
        span: span.into(),
        fold: Fold::Single,
    }
}

/// What is excluded from a span that is over, or from its part up to `now`.
fn excluded_parts(slo: &Slo, span: Bounds, now: Millis) -> impl Iterator<Item = Bounds> {
    excluded_in(slo, span, now).into_iter().flat_map(|(_, pieces)| pieces).map(|piece| piece.passed)
}

fn key(span: Bounds) -> String {
    format!("{}-{}", span.start, span.end)
}

/// What the answer to [`spans_question`] says of a span.
pub fn span_count(slo: &Slo, span: Bounds, frame: &Frame, now: Millis) -> SpanCount {
    let find = |key: &str| figure(frame, key);
    let key = key(span);
    let mut left = counts(slo, &key, span.length(), find);
    for part in excluded_parts(slo, span, now) {
        let taken = counts(slo, &format!("{key}x{}-{}", part.start, part.end), part.length(), find);
        if taken.is_finite() {
            left = left.without(&taken);
        }
    }
    // A subquery is evaluated at whole multiples of its step.
    let step = bucket_of(slo);
    let n_buckets = (span.end.div_euclid(step) - span.start.div_euclid(step)).max(1);
    let found = find(&format!("{}|{key}|covered", slo.id)).unwrap_or(0.0);
    SpanCount {
        span,
        counts: left,
        covered: (found / n_buckets as f64).clamp(0.0, 1.0),
        several: several(frame, &format!("{}|{key}", slo.id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::term::TERM_LABEL;
    use crate::domain::time::DAY;
    use crate::sources::prometheus::{filled, text};

    fn slo() -> Slo {
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}}, "services": [{"id": "a", "name": "A"}],
            "slos": [{"name": "A", "id": "s", "service": "a", "target": 0.999, "bad": "b[$window]", "valid": "v[$window]"}]}"#;
        crate::sources::read_config(text).expect("valid").slos.remove(0)
    }

    fn frame(figures: &[(&str, f64)]) -> Frame {
        let one = |(key, value): &(&str, f64)| {
            let labels: Labels = [(TERM_LABEL, format!("s|{key}").as_str())].into_iter().collect();
            Series::from_samples(labels, vec![(0, *value)])
        };
        Frame { series: figures.iter().map(one).collect() }
    }

    const SPAN: Bounds = Bounds { start: DAY, end: 3 * DAY };

    #[test]
    fn a_span_tells_how_much_of_it_is_known() {
        let count = |hours| {
            let counted = [("86400000-259200000|bad", 1.0), ("86400000-259200000|valid", 10.0)];
            let known = [("86400000-259200000|covered", hours)];
            span_count(&slo(), SPAN, &frame(&[counted.as_slice(), &known].concat()), 4 * DAY)
        };
        assert_eq!((count(48.0).covered, count(48.0).is_covered()), (1.0, true));
        // One more where both ends of a span belong to it.
        assert_eq!(count(49.0).covered, 1.0);
        assert_eq!((count(12.0).covered, count(12.0).is_covered()), (0.25, false));
        let none = span_count(&slo(), SPAN, &frame(&[]), 4 * DAY);
        assert_eq!((none.covered, none.counts.sli()), (0.0, Sli::NoData));
    }

    #[test]
    fn coverage_is_asked_for_by_the_hour() {
        let Question::Terms { terms, .. } = spans_question(&slo(), &[SPAN], 4 * DAY) else { panic!() };
        let covered = terms.iter().find(|t| t.key.ends_with("covered")).unwrap();
        assert_eq!(
            filled(&text(&covered.measure), SPAN.length(), Some(SPAN.end)),
            "count_over_time((sum(v[1h]))[2d:1h] @ 259200.000)"
        );
    }
}

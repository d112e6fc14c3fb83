//! What the queries of objectives find, for `fourlights check --live`.

use fourlights::config::{Bound, Indicator, Measure, Slo, Term};
use fourlights::domain::series::Frame;
use fourlights::domain::term::{Fold, TermSpan, figure, several};
use fourlights::domain::time::Millis;
use fourlights::sources::{Metrics, Parsed, Request, Response, SourceError};

/// How a finding begins that can only be a fault of the configuration.
pub const WRONG: &str = "wrong: ";

/// What an objective's queries find at `now`: whether its bound is one of the histogram's, and whether
/// each query has a figure over the objective's window.
pub fn find(
    slo: &Slo,
    metrics: &dyn Metrics,
    ask: impl Fn(&Request) -> Result<Response, SourceError>,
    now: Millis,
) -> Result<Parsed<String>, SourceError> {
    let frame = |measure: &Measure| metrics.read(&ask(&metrics.instant(measure, now)?)?);
    if let Some(bound) = &slo.bound {
        let known = frame(&bound.known)?.map(|frame| missing_bound(bound, &frame));
        if let Some(wrong) = known.data {
            return Ok(Parsed { data: wrong, warnings: known.warnings });
        }
    }
    let queries: Vec<(&str, &Measure, Fold)> = match &slo.indicator {
        Indicator::Bad { bad, valid } => vec![("bad", bad, Fold::Sum), ("valid", valid, Fold::Sum)],
        Indicator::Good { good, valid } => vec![("good", good, Fold::Sum), ("valid", valid, Fold::Sum)],
        Indicator::Share(good) => vec![("good", good, Fold::Single)],
    };
    let span = TermSpan::Trailing(slo.objective.window.usual());
    let terms: Vec<Term> = queries
        .iter()
        .map(|(name, measure, fold)| Term {
            key: (*name).into(),
            measure: (*measure).clone(),
            span,
            fold: *fold,
        })
        .collect();
    let answer = frame(&Measure::Terms(terms))?;
    Ok(answer.map(|frame| {
        if let Some(several) = several(&frame, "") {
            return format!("{WRONG}{several}");
        }
        match queries.iter().find(|(name, ..)| figure(&frame, name).is_none()) {
            Some((name, measure, _)) => {
                let query = metrics.text(measure);
                format!("no series for {name}, check its metric and labels: {query}{}", metrics.hint(&query))
            }
            None => {
                let names: Vec<&str> = queries.iter().map(|(name, ..)| *name).collect();
                format!("{} found", names.join(" and "))
            }
        }
    }))
}

/// The bounds there are, where the one that is asked for is none of them. Without any the histogram
/// itself is missing, which the objective's own queries say.
fn missing_bound(bound: &Bound, frame: &Frame) -> Option<String> {
    let known = frame.series.iter().filter_map(|s| s.labels.get("le")?.parse::<f64>().ok());
    let mut known: Vec<f64> = known.filter(|bound| !bound.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    if known.is_empty() || known.contains(&bound.at) {
        return None;
    }
    let all: Vec<String> = known.iter().filter(|b| b.is_finite()).map(f64::to_string).collect();
    Some(format!("{WRONG}no series has the bound {}; the histogram has {}", bound.at, all.join(", ")))
}

//! Sources that answer nothing at all: said once for a page, not once for each panel.

use crate::domain::time::Millis;
use crate::sources::SourceError;
use std::collections::BTreeMap;

/// Why a question has no fresh answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: SourceError,
    /// when it is asked again, by the clock that is shown
    pub next: Option<Millis>,
}

/// Sources that fail for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Outage {
    pub sources: Vec<String>,
    pub error: SourceError,
    /// when the first of them is asked again
    pub next: Option<Millis>,
}

/// The sources of which every answer failed, by the reason; `None` is an answer that did not. A reason that lies in one
/// question, as a wrong query does, is the panel's to say.
pub fn outages(by_source: BTreeMap<&str, Vec<Option<Failure>>>) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for (source, answers) in by_source {
        let Some(failures) = answers.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let next = failures.iter().filter_map(|f| f.next).min();
        let Some(Failure { error, .. }) = failures.into_iter().find(|f| f.error.is_of_source()) else {
            continue;
        };
        match outages.iter_mut().find(|o| o.error == error) {
            Some(outage) => {
                outage.sources.push(source.into());
                outage.next = outage.next.into_iter().chain(next).min();
            }
            None => outages.push(Outage { sources: vec![source.into()], error, next }),
        }
    }
    outages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_is_one_outage_and_a_wrong_query_is_none() {
        let failed = |error: SourceError, next| Some(Failure { error, next: Some(next) });
        let down = || SourceError::Unreachable { origin: "http://p".into() };
        let query =
            SourceError::Vendor { status: 400, kind: "bad_data".into(), message: "parse error".into() };
        let by_source = BTreeMap::from([
            ("am", vec![failed(down(), 40)]),
            ("half", vec![failed(down(), 1), None]),
            ("late", vec![failed(SourceError::TimedOut { after: 30_000 }, 9)]),
            ("p", vec![failed(query.clone(), 70), failed(down(), 30)]),
            ("wrong", vec![failed(query, 5)]),
        ]);
        let found = outages(by_source);
        let shown: Vec<_> = found.iter().map(|o| (o.sources.join("+"), o.error.name(), o.next)).collect();
        assert_eq!(
            shown,
            [("am+p".to_string(), "Unreachable", Some(30)), ("late".to_string(), "TimedOut", Some(9))]
        );
    }
}

//! The state of the answers behind one panel.

use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use crate::poll::{Answer, Condition};
use crate::sources::{SourceError, Warning};

/// The worst of the answers that a panel is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub condition: Condition,
    pub error: Option<SourceError>,
    /// the oldest, by the clock that is shown
    pub as_of: Option<Millis>,
    pub warnings: Vec<Warning>,
    /// when what failed is asked again, by the clock that is shown
    pub next: Option<Millis>,
}

impl Feed {
    /// Failed only when every answer failed; a single failure beside data is stale.
    pub fn of<T>(answers: &[Answer<T>]) -> Self {
        let has_data = answers.iter().any(|a| a.data.is_some());
        let error = answers.iter().find_map(|a| a.error.clone());
        let waiting = answers.iter().any(|a| a.condition() == Condition::Loading);
        let condition = match (has_data, &error) {
            (true, Some(_)) => Condition::Stale,
            (false, Some(_)) if !waiting => Condition::Failed,
            (true, None) => Condition::Fresh,
            (false, _) => Condition::Loading,
        };
        let warnings = answers.iter().flat_map(|a| a.warnings.clone()).collect();
        let next = answers.iter().filter_map(|a| a.next).min();
        Self { condition, error, as_of: answers.iter().filter_map(|a| a.asked).min(), warnings, next }
            .sorted()
    }

    /// Each warning once, the gravest first.
    pub fn sorted(mut self) -> Self {
        self.warnings.order();
        self.warnings.dedup();
        self
    }

    /// Whether figures made from the answers may be wrong.
    pub fn is_partial(&self) -> bool {
        self.warnings.iter().any(Warning::is_partial)
    }

    /// A panel that needs no answers, or has none to wait for.
    pub fn none() -> Self {
        Self { condition: Condition::Fresh, error: None, as_of: None, warnings: Vec::new(), next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll::Moment;

    #[test]
    fn one_failure_beside_data_is_stale_and_all_failures_are_failed() {
        let mut good = Answer::default();
        good.succeeded(1, Moment::same(10), vec![Warning::partial("w")], false);
        let mut bad = Answer::default();
        bad.failed(SourceError::CutOff);
        let waiting = Answer::<i32>::default();
        assert_eq!(Feed::of(&[good.clone(), bad.clone()]).condition, Condition::Stale);
        assert_eq!(Feed::of(&[bad.clone(), bad.clone()]).condition, Condition::Failed);
        assert_eq!(Feed::of(&[bad, waiting.clone()]).condition, Condition::Loading);
        assert_eq!(Feed::of(&[good, waiting]).condition, Condition::Fresh);
    }
}

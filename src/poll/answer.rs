//! The last good data of a question, its age, and what is wrong with it now.

use crate::domain::time::Millis;
use crate::sources::{SourceError, Warning};

/// A failed refresh keeps `data`; `error` stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    pub data: Option<T>,
    /// When `data` was asked for.
    pub as_of: Option<Millis>,
    /// Why the newest attempt failed; `None` after a success.
    pub error: Option<SourceError>,
    pub warnings: Vec<Warning>,
    /// When it is asked again.
    pub next: Option<Millis>,
}

/// What a panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing yet.
    Loading,
    Fresh,
    /// Data, but the newest attempt failed.
    Stale,
    /// No data, and an error.
    Failed,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self { data: None, as_of: None, error: None, warnings: Vec::new(), next: None }
    }
}

impl<T> Answer<T> {
    pub fn condition(&self) -> Condition {
        match (&self.data, &self.error) {
            (None, None) => Condition::Loading,
            (None, Some(_)) => Condition::Failed,
            (Some(_), Some(_)) => Condition::Stale,
            (Some(_), None) => Condition::Fresh,
        }
    }

    pub fn succeeded(&mut self, data: T, as_of: Millis, warnings: Vec<Warning>) {
        self.data = Some(data);
        self.as_of = Some(as_of);
        self.error = None;
        self.warnings = warnings;
    }

    pub fn failed(&mut self, error: SourceError) {
        self.error = Some(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_the_data_and_a_success_clears_the_error() {
        let mut answer = Answer::default();
        assert_eq!(answer.condition(), Condition::Loading);
        answer.failed(SourceError::CutOff);
        assert_eq!(answer.condition(), Condition::Failed);
        answer.succeeded(1, 10, vec![]);
        answer.failed(SourceError::CutOff);
        assert_eq!((answer.condition(), answer.data, answer.as_of), (Condition::Stale, Some(1), Some(10)));
        answer.succeeded(2, 20, vec![]);
        assert_eq!((answer.condition(), answer.data), (Condition::Fresh, Some(2)));
    }
}

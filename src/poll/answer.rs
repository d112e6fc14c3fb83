//! The last good data of a question, its age, and what is wrong with it now.

use crate::domain::time::Millis;
use crate::sources::{SourceError, Warning};

/// A failed refresh keeps `data`; `error` stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    pub data: Option<T>,
    /// When `data` was asked for, by the source's clock: its samples and windows end there.
    pub as_of: Option<Millis>,
    /// The same moment by the clock that is shown, from which its age is told.
    pub asked: Option<Millis>,
    /// Why the newest attempt failed; `None` after a success.
    pub error: Option<SourceError>,
    pub warnings: Vec<Warning>,
    /// when it is asked again after a failure, by the clock that is shown
    pub next: Option<Millis>,
    /// how long the newest answer took
    pub took: Option<Millis>,
    partial: Partial,
}

/// Whether `data` holds samples of an answer that was partial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Partial {
    No,
    /// the newest answer is
    Newest,
    /// An earlier one was, and what came since was only added to it.
    Earlier,
}

/// When something was asked: by the source's clock, and by the clock that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub source: Millis,
    pub shown: Millis,
}

impl Moment {
    /// Of a source whose clock is the one that is shown.
    pub fn same(at: Millis) -> Self {
        Self { source: at, shown: at }
    }
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
        Self {
            data: None,
            as_of: None,
            asked: None,
            error: None,
            warnings: Vec::new(),
            next: None,
            took: None,
            partial: Partial::No,
        }
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

    /// Takes new data. `added`: it was merged into what was known, so what was partial then still is.
    pub fn succeeded(&mut self, data: T, at: Moment, mut warnings: Vec<Warning>, added: bool) {
        self.partial = match (warnings.iter().any(Warning::is_partial), self.partial) {
            (true, _) => Partial::Newest,
            (false, Partial::Newest | Partial::Earlier) if added => Partial::Earlier,
            (false, _) => Partial::No,
        };
        if self.partial == Partial::Earlier {
            warnings.push(Warning::partial("an earlier answer was; all of it is asked for again."));
        }
        self.data = Some(data);
        (self.as_of, self.asked) = (Some(at.source), Some(at.shown));
        (self.error, self.next) = (None, None);
        self.warnings = warnings;
    }

    /// Whether the source answers in full again, and what it left out before is to be asked for.
    pub fn is_to_be_asked_whole(&self) -> bool {
        self.partial == Partial::Earlier
    }

    /// Whether figures made from `data` may be wrong.
    pub fn is_partial(&self) -> bool {
        self.partial != Partial::No
    }

    /// Keeps what was known. `next` is when it is asked again, by the clock that is shown.
    pub fn failed_until(&mut self, error: SourceError, next: Option<Millis>) {
        self.failed(error);
        self.next = next;
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
        answer.succeeded(1, Moment { source: 10, shown: 12 }, vec![], false);
        answer.failed(SourceError::CutOff);
        assert_eq!((answer.condition(), answer.data), (Condition::Stale, Some(1)));
        assert_eq!((answer.as_of, answer.asked), (Some(10), Some(12)));
        answer.succeeded(2, Moment::same(20), vec![], false);
        assert_eq!((answer.condition(), answer.data), (Condition::Fresh, Some(2)));
    }

    #[test]
    fn what_was_added_to_a_partial_answer_does_not_make_it_whole() {
        let mut answer = Answer::default();
        let mut get = |warnings: Vec<Warning>, added| {
            answer.succeeded((), Moment::same(0), warnings, added);
            (answer.is_partial(), answer.is_to_be_asked_whole())
        };
        let partial = || vec![Warning::partial("store-2 is down")];
        assert_eq!(get(vec![Warning::info("i"), Warning::left_out("l")], false), (false, false));
        assert_eq!(get(partial(), true), (true, false));
        // While it lasts only what is new is asked for: the source has trouble enough.
        assert_eq!(get(partial(), true), (true, false));
        assert_eq!(get(vec![], true), (true, true));
        assert_eq!(get(vec![], false), (false, false));
        assert_eq!(get(vec![], true), (false, false));
        assert_eq!(get(partial(), false), (true, false));
        assert_eq!(get(vec![], true), (true, true));
        assert_eq!(get(partial(), false), (true, false));
    }
}

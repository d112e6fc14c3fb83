//! An incident in a repository: one file, written by everybody who has the token, merged as sets. Sans-I/O: whoever drives it
//! sends what [`Sharing::step`] says and hands in what came of it.
//!
//! ```text
//! Read --file--> merge --nothing new--> Done
//!   ^              |
//!   |           something new
//!   |              v
//!   +--409, 422-- Write --written--> Done
//!   +--no answer---+
//! ```
//! A write names the hash of the file that it replaces, so it changes nothing that was not read before. One that may have
//! arrived is no trouble either: the file is read again, and what is there already is there once.

use crate::domain::incident_log::Log;
use crate::domain::incident_log::file::{self, FileFault};
use crate::domain::time::{Millis, SECOND};
use crate::sources::repository::Stored;

/// Tries before a person is asked.
const ATTEMPTS: u32 = 8;
/// The pause before the second try; each further one is twice as long, up to [`LONGEST`].
const FIRST: Millis = SECOND / 2;
const LONGEST: Millis = 20 * SECOND;

/// What is to be sent next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// ask for the file
    Read { not_before: Millis },
    /// write it; `None` replaces nothing
    Write { text: String, replaces: Option<String> },
    /// the repository has everything that is known here, and the other way round
    Done,
    /// a person decides
    Failed(SharingFault),
}

/// Why it goes no further by itself. Nothing was lost: the log here has all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharingFault {
    #[error("the file in the repository cannot be read, and is left as it is: {0}")]
    Damaged(FileFault),
    #[error("others wrote at the same time {0} times in a row")]
    Busy(u32),
    #[error("no answer after {0} tries")]
    NoAnswer(u32),
}

/// One exchange of one incident with one repository.
#[derive(Clone, Debug)]
pub struct Sharing {
    log: Log,
    step: Step,
    n_tries: u32,
}

impl Sharing {
    pub fn new(log: Log) -> Self {
        Self { log, step: Step::Read { not_before: 0 }, n_tries: 0 }
    }

    pub fn step(&self) -> &Step {
        &self.step
    }

    /// The log with everything that was found there.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Somebody entered something meanwhile, also while a request is on its way.
    pub fn enter(&mut self, log: &Log) {
        if self.log.merge(log) && !matches!(self.step, Step::Read { .. }) {
            self.step = Step::Read { not_before: 0 };
        }
    }

    /// The file as it is in the repository now; `None` where there is none.
    pub fn on_read(&mut self, stored: Option<Stored>) {
        let replaces = match stored {
            None => None,
            Some(Stored { sha, text }) => {
                match file::read_as(&text, self.log.id()) {
                    Ok(theirs) => {
                        self.log.merge(&theirs);
                        // Their text may be another one of the same set: somebody solved a conflict by hand.
                        if theirs == self.log {
                            self.step = Step::Done;
                            return;
                        }
                    }
                    Err(fault) => {
                        self.step = Step::Failed(SharingFault::Damaged(fault));
                        return;
                    }
                }
                Some(sha)
            }
        };
        self.step = match self.log.is_empty() {
            true => Step::Done,
            false => Step::Write { text: file::write(&self.log), replaces },
        };
    }

    /// It is written as it was sent. What was entered since then is still to go.
    pub fn on_written(&mut self, sent: &str) {
        let is_all = file::write(&self.log) == sent;
        self.step = if is_all { Step::Done } else { Step::Read { not_before: 0 } };
    }

    /// It was refused, because the file is another one by now (409), or there is one (422).
    pub fn on_conflict(&mut self, now: Millis) {
        self.again(now, SharingFault::Busy);
    }

    /// A request without an answer. What was written may have arrived: the next read finds it.
    pub fn on_lost(&mut self, now: Millis) {
        self.again(now, SharingFault::NoAnswer);
    }

    fn again(&mut self, now: Millis, fault: fn(u32) -> SharingFault) {
        self.n_tries += 1;
        self.step = match self.n_tries {
            n if n >= ATTEMPTS => Step::Failed(fault(n)),
            n => Step::Read { not_before: now + (FIRST << (n - 1)).min(LONGEST) },
        };
    }
}

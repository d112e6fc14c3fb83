//! An entry of this tab, with how far it differs from what is stored.

use super::entry::{Entry, Failure, State};
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::sources::SourceError;

/// How long an entry belongs to its tab after the tab was last heard of.
pub(super) const LEASE: Millis = 30 * SECOND;

/// How far the permission for one request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// not asked for, or used
    None,
    /// the write is on its way
    Asked,
    /// stored: the request may leave
    Allowed,
}

#[derive(Clone, Debug)]
pub(super) struct Own {
    pub entry: Entry,
    /// it differs from what is stored
    pub is_dirty: bool,
    /// the lease that is stored; `None`: the entry is not
    pub stored_lease: Option<Millis>,
    pub start: Start,
    /// as it was before it was to be sent
    pub before: Option<Box<Entry>>,
    /// since when the system is being asked what happened
    pub asked: Option<Millis>,
}

impl Own {
    pub fn new(entry: Entry, is_dirty: bool, stored_lease: Option<Millis>) -> Self {
        Self { entry, is_dirty, stored_lease, start: Start::None, before: None, asked: None }
    }

    pub fn wants_lease(&self, now: Millis) -> bool {
        !self.entry.state.is_final() && now >= self.entry.lease - LEASE * 2 / 3
    }

    /// Nothing was sent: it is as it was before.
    pub fn take_back(&mut self, after: Millis) {
        if let Some(before) = self.before.take().filter(|_| self.start != Start::None) {
            let lease = self.entry.lease;
            self.entry = *before;
            self.entry.lease = lease;
            if let State::Waiting { after: due, .. } = &mut self.entry.state {
                *due = after.max(*due);
            }
        }
        self.start = Start::None;
    }

    pub fn finish(&mut self, state: State, now: Millis, because: &str) {
        self.entry.enter(state, now, because);
        self.start = Start::None;
        self.before = None;
        self.is_dirty = true;
    }

    pub fn wonder(&mut self, error: Option<Failure>, refusal: Option<Failure>, now: Millis) {
        let because = error.as_ref().or(refusal.as_ref()).map_or("", |f| f.text.as_str()).to_string();
        let state = State::Unknown { since: now, error, refusal, not_there: None, ask_after: now + SECOND };
        self.entry.enter(state, now, &because);
    }

    pub fn ask_again(&mut self, at: Millis, note: impl FnOnce(&mut Option<Failure>)) {
        if let State::Unknown { ask_after, error, .. } = &mut self.entry.state {
            *ask_after = at;
            note(error);
            self.is_dirty = true;
        }
    }

    pub fn not_there(&mut self, now: Millis, at: Millis) {
        if let State::Unknown { not_there, .. } = &mut self.entry.state {
            *not_there = Some(now);
        }
        self.ask_again(at, |_| {});
    }
}

/// How long to wait before the system is asked again, of one that has been unknown for `age`.
pub(super) fn pause(age: Millis) -> Millis {
    (age / 2).clamp(3 * SECOND, MINUTE)
}

pub(super) fn failure(error: &SourceError, is_conflict: bool) -> Failure {
    Failure { text: error.to_string(), remedy: error.remedy().into(), is_conflict }
}

//! One action on its way, and how it is stored: without keys, under a version of its form.

use crate::domain::action::{Action, Receipt, Safety};
use crate::domain::time::{Millis, SECOND};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The form in which entries are stored. One written by a newer program is left alone.
pub const SCHEMA: u32 = 1;

/// A request is taken to be gone this long after it was given up: nothing on the way holds one for longer.
pub const SETTLE: Millis = 30 * SECOND;

/// In the order in which the actions were asked for: the moment, then the tab, then a count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId {
    pub pushed: Millis,
    pub tab: String,
    pub n: u32,
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.pushed, self.tab, self.n)
    }
}

/// What an action changes: a subject within a configured system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// the configured name of the system
    pub system: String,
    pub subject: String,
}

/// What went wrong, in words that can be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub text: String,
    pub remedy: String,
    /// What it would change is not what it was when the person decided.
    pub is_conflict: bool,
}

/// Where an action is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// to be sent, not before `after`
    Waiting {
        after: Millis,
        because: Option<Failure>,
    },
    /// A request may be on its way since then.
    Sending {
        since: Millis,
    },
    /// A request was sent at `since` and nothing is known of it. `refusal` is what a repeat of it was told.
    Unknown {
        since: Millis,
        error: Option<Failure>,
        refusal: Option<Failure>,
        /// when the system was last asked, and had nothing of it
        not_there: Option<Millis>,
        ask_after: Millis,
    },
    Done {
        at: Millis,
        receipt: Receipt,
    },
    Refused {
        at: Millis,
        failure: Failure,
    },
    /// The person took it back. `was_sent`: one request may have been performed all the same.
    Withdrawn {
        at: Millis,
        was_sent: bool,
    },
}

impl State {
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Refused { .. } | Self::Withdrawn { .. })
    }

    /// One word, as it is shown.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Sending { .. } => "sending",
            Self::Unknown { .. } => "unknown",
            Self::Done { .. } => "done",
            Self::Refused { .. } => "refused",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// A line of the log: each change of state is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    pub at: Millis,
    /// the word of the state it came to
    pub to: String,
    pub because: String,
}

/// An action with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub schema: u32,
    pub id: EntryId,
    pub target: Target,
    pub action: Action,
    pub safety: Safety,
    pub state: State,
    /// requests that were sent, or may have been
    pub attempts: u32,
    /// the tab that acts for it, until `lease`
    pub owner: String,
    pub lease: Millis,
    /// until when an earlier request of it may still arrive
    pub doubt: Option<Millis>,
    pub log: Vec<Transition>,
}

/// A stored text that is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    pub key: String,
    pub text: String,
    pub why: DamagedBy,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DamagedBy {
    #[error(
        "It was written by a newer version of this console (form {0}). Reload the page to get that version."
    )]
    Newer(u32),
    #[error("It cannot be read: {0}")]
    Unreadable(String),
}

impl Entry {
    pub fn read(key: &str, text: &str) -> Result<Self, Damaged> {
        #[derive(Deserialize)]
        struct Form {
            schema: u32,
        }
        let damaged = |why| Damaged { key: key.into(), text: text.into(), why };
        let unreadable = |e: serde_json::Error| DamagedBy::Unreadable(e.to_string());
        let form: Form = serde_json::from_str(text).map_err(|e| damaged(unreadable(e)))?;
        if form.schema > SCHEMA {
            return Err(damaged(DamagedBy::Newer(form.schema)));
        }
        let entry: Self = serde_json::from_str(text).map_err(|e| damaged(unreadable(e)))?;
        if entry.id.to_string() != key {
            return Err(damaged(DamagedBy::Unreadable("its name and its content differ".into())));
        }
        Ok(entry)
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        // Nothing in it can fail to be written: no maps with odd keys, no floats.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Takes the entry to another state, with a line in its log.
    pub(super) fn enter(&mut self, state: State, at: Millis, because: &str) {
        self.log.push(Transition { at, to: state.word().into(), because: because.into() });
        self.state = state;
    }

    /// Whether later actions on the same target have to wait: until it is over, and until no earlier request of it can
    /// arrive any more and undo what they do.
    pub fn blocks(&self, now: Millis) -> bool {
        !self.state.is_final() || self.doubt.is_some_and(|until| until > now)
    }

    /// Whether the person may have it sent again. Not after a conflict: that has to be decided anew.
    pub fn may_retry(&self) -> bool {
        match &self.state {
            State::Unknown { .. } => true,
            State::Refused { failure, .. } => !failure.is_conflict,
            _ => false,
        }
    }

    /// Whether the person may take it back: not while a request is on its way.
    pub fn may_withdraw(&self) -> bool {
        matches!(self.state, State::Waiting { .. } | State::Unknown { .. })
    }
}

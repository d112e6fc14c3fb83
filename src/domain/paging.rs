//! What people are paged for, as the system that pages them has it: incidents of one, alerts of another.

use super::severity::Severity;
use super::time::Millis;
use serde::{Deserialize, Serialize};

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageState {
    /// nobody has said that they look at it
    Triggered,
    Acknowledged,
    /// Quiet until then; it comes back by itself. `None`: the system does not say when.
    Snoozed {
        until: Option<Millis>,
    },
    Resolved,
    /// a word that is not known here, as the system writes it
    Unknown(String),
}

impl PageState {
    pub fn name(&self) -> &str {
        match self {
            Self::Triggered => "triggered",
            Self::Acknowledged => "acknowledged",
            Self::Snoozed { .. } => "snoozed",
            Self::Resolved => "resolved",
            Self::Unknown(word) => word,
        }
    }

    /// Whether people still have to do with it. What is not known counts as open.
    pub fn is_open(&self) -> bool {
        *self != Self::Resolved
    }
}

/// Whether it wakes people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    High,
    Low,
}

impl Urgency {
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
        }
    }
}

/// Something of a system, by its id there and by the name people know.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    /// the id where it has no name
    pub name: String,
}

/// An incident or an alert that people are paged for.
#[derive(Clone, Debug, PartialEq)]
pub struct Paged {
    pub id: String,
    /// the short number people say, such as `1234`; `None` where there is none
    pub number: Option<String>,
    pub title: String,
    pub state: PageState,
    /// `None`: it is not said
    pub urgency: Option<Urgency>,
    /// as its owners named it: `P1`, `SEV-2`
    pub priority: Option<String>,
    /// what that means; `None` if it says nothing, or nothing that is known
    pub severity: Option<Severity>,
    pub service: Option<Named>,
    pub assignees: Vec<Named>,
    /// who acknowledged it, and when, the first one first
    pub acknowledged: Vec<Acknowledged>,
    pub created: Option<Millis>,
    pub updated: Option<Millis>,
    /// when it goes on to the next level by itself
    pub escalates: Option<Millis>,
    /// its page in the system, an http(s) address
    pub link: Option<String>,
    /// The key under which its sender knows it; equal keys are one.
    pub key: Option<String>,
    /// the configured name of the source
    pub source: String,
}

/// Somebody said that they look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    pub by: String,
    pub at: Option<Millis>,
}

/// What happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    pub id: String,
    pub at: Option<Millis>,
    /// what kind of event, in one word: `acknowledge`, `notify`, `annotate`
    pub what: String,
    /// who did it; `None` for the system itself
    pub by: Option<String>,
    /// one sentence, or what somebody wrote
    pub text: String,
}

/// A time in which a system pages nobody for some services.
#[derive(Clone, Debug, PartialEq)]
pub struct PagingMaintenance {
    pub id: String,
    pub title: String,
    pub start: Option<Millis>,
    pub end: Option<Millis>,
    pub services: Vec<Named>,
    pub link: Option<String>,
}

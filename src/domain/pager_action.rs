//! What a person does about pages, schedules and maintenance in a system that pages people. See `action`.

use super::action_kind::ActionKind;
use super::paging::{Named, Urgency};
use super::time::Millis;
use serde::{Deserialize, Serialize};

/// Something done to what people are paged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageChange {
    pub id: String,
    /// the key under which its sender knows it, for a system that takes events by key
    pub key: Option<String>,
    pub title: String,
    /// who does it, as the system knows them: often an e-mail address
    pub by: String,
    pub edit: PageEdit,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum PageEdit {
    Acknowledge,
    /// `note`: what was done about it
    Resolve {
        note: Option<String>,
    },
    /// Quiet until then. An instant, so that a repeat does not make it longer.
    Snooze {
        until: Millis,
    },
    Note {
        text: String,
    },
    Reassign {
        to: Vec<Named>,
    },
    /// To the next level, to level `level`, or to another escalation policy.
    Escalate {
        level: Option<u32>,
        policy: Option<Named>,
    },
    /// `None`: without a priority
    Prioritize {
        priority: Option<Named>,
    },
}

impl PageEdit {
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Acknowledge => ActionKind::Acknowledge,
            Self::Resolve { .. } => ActionKind::Resolve,
            Self::Snooze { .. } => ActionKind::Snooze,
            Self::Note { .. } => ActionKind::Note,
            Self::Reassign { .. } => ActionKind::Reassign,
            Self::Escalate { .. } => ActionKind::Escalate,
            Self::Prioritize { .. } => ActionKind::Prioritize,
        }
    }

    /// `Acknowledge`, with what it is done to behind it.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Acknowledge => "Acknowledge",
            Self::Resolve { .. } => "Resolve",
            Self::Snooze { .. } => "Snooze",
            Self::Note { .. } => "Add a note to",
            Self::Reassign { .. } => "Reassign",
            Self::Escalate { .. } => "Escalate",
            Self::Prioritize { .. } => "Set the priority of",
        }
    }
}

/// Pages people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    pub title: String,
    pub details: String,
    /// whose people are paged; of a system whose key decides that, what is affected
    pub service: Named,
    pub urgency: Urgency,
    pub priority: Option<Named>,
    /// Made once, when it is asked for: with it, a second request does not page again.
    pub key: String,
    pub by: String,
}

/// Somebody takes over a schedule for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeOver {
    pub schedule: Named,
    /// of the schedule: see `on_call::Schedule`
    pub form: String,
    pub person: Named,
    pub starts: Millis,
    pub ends: Millis,
}

/// An override is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeBack {
    pub schedule: Named,
    pub form: String,
    pub id: String,
}

/// Nobody is paged for these services for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceText {
    pub title: String,
    pub starts: Millis,
    pub ends: Millis,
    pub services: Vec<Named>,
    pub by: String,
}

/// A maintenance is called off, or ends now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceEnd {
    pub id: String,
    pub title: String,
    pub by: String,
}

/// A deploy or another change, for the systems that show it beside their pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeText {
    pub summary: String,
    /// what was changed, or by what
    pub origin: String,
    pub at: Millis,
    pub link: Option<String>,
}

//! What an entry of the log says, by its kind. The names are those of the file: docs/incident-file.md.

use super::evidence::Evidence;
use super::maybe_instant;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing that happened, or that somebody decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Event {
    /// The first entry. The incident was detected when this happened.
    Declared {
        title: String,
    },
    Title {
        title: String,
    },
    Severity {
        severity: Severity,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// A moment of the life cycle was reached when this happened.
    Reached {
        moment: Moment,
    },
    /// A moment's time is corrected; without one it is reached, and its time is not known.
    Timed {
        moment: Moment,
        #[serde(default, with = "maybe_instant")]
        at: Option<Millis>,
    },
    /// A moment was not reached after all.
    Withdrawn {
        moment: Moment,
    },
    /// It goes on: nothing is mitigated or resolved any more, and it is an incident.
    Reopened {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// It was no incident.
    Dismissed {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// It is part of another incident, where it goes on.
    MergedInto {
        incident: String,
    },
    /// Another incident is part of this one from now on. Its entries come along as they were.
    Absorbed {
        incident: String,
        title: String,
        entries: Vec<serde_json::Value>,
    },
    /// Nobody, where `person` is empty.
    Role {
        role: Role,
        person: String,
    },
    Service {
        service: String,
        affected: bool,
    },
    Alert(AlertLink),
    /// A linked alert is over.
    AlertEnded {
        fingerprint: String,
        #[serde(default, with = "maybe_instant", skip_serializing_if = "Option::is_none")]
        starts_at: Option<Millis>,
    },
    /// It is linked to what people are paged for in another system.
    Page(PageLink),
    /// Something happened there.
    PageEvent(PageEvent),
    Impact {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        users: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requests: Option<u64>,
        /// what the counts were estimated from; empty where a person knows them
        #[serde(default, skip_serializing_if = "String::is_empty")]
        estimate: String,
    },
    /// A deploy shortly before it began.
    Deploy {
        #[serde(default, with = "maybe_instant")]
        at: Option<Millis>,
        text: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        source: String,
    },
    /// What the incident took of error budgets. The last one holds.
    Budget {
        spent: Vec<BudgetSpent>,
    },
    /// A step of a runbook was done, or was not done after all.
    RunbookStep {
        runbook: String,
        step: String,
        done: bool,
    },
    Note {
        text: String,
    },
    /// A message was sent, or copied to be sent.
    Message {
        template: String,
        channel: String,
        text: String,
    },
    /// What the messages and the review say of a question.
    Text {
        field: Field,
        text: String,
    },
    ActionItem(ActionItem),
    Review {
        state: ReviewState,
    },
    /// A point of the review's checklist that no fact can answer.
    Check {
        point: Point,
        done: bool,
    },
    /// How another entry is shown: over it, never in its place.
    Curated {
        entry: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
        #[serde(default, with = "maybe_instant", skip_serializing_if = "Option::is_none")]
        shown_at: Option<Millis>,
        /// part of the story that the review tells
        #[serde(default = "yes")]
        important: bool,
    },
    Runbook {
        /// an address, or the path of a file beside the configuration
        runbook: String,
    },
    /// Whether it resolves when the last of its alerts does.
    AutoResolve {
        on: bool,
    },
    Evidence(Evidence),
}

/// The kinds that this version knows, as the file names them.
pub(super) const KINDS: [&str; 30] = [
    "declared",
    "title",
    "severity",
    "reached",
    "timed",
    "withdrawn",
    "reopened",
    "dismissed",
    "merged_into",
    "absorbed",
    "role",
    "service",
    "alert",
    "alert_ended",
    "page",
    "page_event",
    "impact",
    "deploy",
    "budget",
    "runbook_step",
    "note",
    "message",
    "text",
    "action_item",
    "review",
    "check",
    "curated",
    "runbook",
    "auto_resolve",
    "evidence",
];

fn yes() -> bool {
    true
}

/// The moments of an incident's life, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Users began to feel it, which is before anybody knew.
    Started,
    /// An alert fired, or somebody said so.
    Detected,
    /// Somebody is on it.
    Acknowledged,
    /// Severity and impact are assessed.
    Triaged,
    /// Users feel nothing of it any more.
    Mitigated,
    /// Its cause is gone.
    Resolved,
    /// The review is done.
    Reviewed,
    /// What keeps it from coming back is done.
    Prevented,
}

impl Moment {
    pub const ALL: [Self; 8] = [
        Self::Started,
        Self::Detected,
        Self::Acknowledged,
        Self::Triaged,
        Self::Mitigated,
        Self::Resolved,
        Self::Reviewed,
        Self::Prevented,
    ];

    /// The steps of the life cycle: the start is found out later, and who acknowledges changes nothing of the incident.
    pub const STEPS: [Self; 6] =
        [Self::Detected, Self::Triaged, Self::Mitigated, Self::Resolved, Self::Reviewed, Self::Prevented];

    pub fn title(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Detected => "Detected",
            Self::Acknowledged => "Acknowledged",
            Self::Triaged => "Triaged",
            Self::Mitigated => "Mitigated",
            Self::Resolved => "Resolved",
            Self::Reviewed => "Reviewed",
            Self::Prevented => "Prevented",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// decides
    Commander,
    /// writes the messages
    Communications,
    /// writes the timeline
    Scribe,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Commander, Self::Communications, Self::Scribe];

    pub fn title(self) -> &'static str {
        match self {
            Self::Commander => "Commander",
            Self::Communications => "Communications",
            Self::Scribe => "Scribe",
        }
    }
}

/// An alert as it was when it was linked. Fingerprint and beginning together name one firing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLink {
    /// as Alertmanager computes it, over name and labels
    pub fingerprint: String,
    #[serde(default, with = "maybe_instant", skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Millis>,
    pub name: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// the word of its severity, as it was shown
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub severity: String,
    /// the configured names of the systems that reported it
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub runbook: String,
}

/// What people are paged for in another system, as it was when it was linked. Source and page together name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLink {
    /// the configured name of the system
    pub source: String,
    /// its id there
    pub page: String,
    /// the short number people say; empty where there is none
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    pub title: String,
    /// its page there
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
}

/// An entry of the log that the other system keeps of it. `log_entry` is its id there, so that it is told once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEvent {
    pub source: String,
    pub page: String,
    pub log_entry: String,
    /// who did it; empty for the system itself
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    pub text: String,
}

/// What the messages and the review ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Progress,
    NextSteps,
    /// when it should be over, as people say it
    Eta,
    RootCause,
    Fix,
    ContributingFactors,
    WentWell,
    /// when the review takes place, as people say it
    ReviewMeeting,
}

impl Field {
    pub const ALL: [Self; 8] = [
        Self::Progress,
        Self::NextSteps,
        Self::Eta,
        Self::RootCause,
        Self::Fix,
        Self::ContributingFactors,
        Self::WentWell,
        Self::ReviewMeeting,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Progress => "Progress",
            Self::NextSteps => "Next steps",
            Self::Eta => "ETA",
            Self::RootCause => "Root cause",
            Self::Fix => "Fix applied",
            Self::ContributingFactors => "Contributing factors",
            Self::WentWell => "What went well",
            Self::ReviewMeeting => "Post-incident review",
        }
    }
}

/// Work that keeps it from coming back. The whole of it is in each entry; the last one of an `item` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    pub item: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// a day, `2026-12-24`; empty where nobody set one
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    #[serde(default)]
    pub done: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    #[default]
    Draft,
    Reviewed,
    Published,
}

impl ReviewState {
    pub fn title(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Reviewed => "Reviewed",
            Self::Published => "Published",
        }
    }
}

/// The checklist of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    Timeline,
    RootCause,
    ActionItems,
    Runbook,
    Monitoring,
    Published,
}

impl Point {
    pub const ALL: [Self; 6] = [
        Self::Timeline,
        Self::RootCause,
        Self::ActionItems,
        Self::Runbook,
        Self::Monitoring,
        Self::Published,
    ];

    /// What has to be done.
    pub fn title(self) -> &'static str {
        match self {
            Self::Timeline => "Incident timeline documented",
            Self::RootCause => "Root cause identified",
            Self::ActionItems => "Action items assigned (prevent recurrence)",
            Self::Runbook => "Runbook updated with learnings",
            Self::Monitoring => "Monitoring/alerts improved",
            Self::Published => "Post-mortem published (blameless)",
        }
    }
}

/// What an incident took of the error budget of one objective.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetSpent {
    /// the id of the objective
    pub slo: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// millionths of the whole budget of the objective's window: 250,000 is a quarter. More than a million is more than all.
    pub millionths: u64,
}

impl Event {
    /// An entry that only arranges others.
    pub fn is_about_another(&self) -> bool {
        matches!(self, Self::Curated { .. })
    }

    /// What a page sees by itself, and every page that is open sees.
    pub fn is_observed(&self) -> bool {
        matches!(
            self,
            Self::AlertEnded { .. }
                | Self::Alert(_)
                | Self::Page(_)
                | Self::PageEvent(_)
                | Self::Deploy { .. }
                | Self::Evidence(_)
        )
    }
}

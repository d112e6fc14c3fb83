//! What lists, clocks and reports need of an incident: small, and kept beside the log so that 500 of them open at once.

use super::event::{ActionItem, BudgetSpent, Moment, PageLink, ReviewState, Role};
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A part of the fold. Texts of others are cut to [`LONGEST`] letters here; the log has all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub id: String,
    pub title: String,
    /// as it was set last; `None`: not assessed yet. Time may raise it: [`Facts::severity_at`].
    pub severity: Option<Severity>,
    /// since when, where it was changed after it was first set
    pub severity_from: Option<Millis>,
    /// the moments that were reached; `None`: at a time that is not known
    pub moments: BTreeMap<Moment, Option<Millis>>,
    pub standing: Standing,
    pub acknowledged_by: String,
    /// who has each role that somebody has
    pub roles: BTreeMap<Role, String>,
    pub services: BTreeSet<String>,
    pub alerts: Vec<LinkedAlert>,
    /// what it is linked to in systems that page people
    #[serde(default)]
    pub pages: Vec<PageLink>,
    pub impact: String,
    pub users: Option<u64>,
    pub requests: Option<u64>,
    /// what users and requests were estimated from; empty where a person knows them
    pub estimate: String,
    /// what it took of error budgets, as it was counted last
    pub budget: Vec<BudgetSpent>,
    /// the last message that was sent
    pub last_message: Option<Millis>,
    pub items: Vec<ActionItem>,
    pub review: ReviewState,
    /// whether anybody wrote something for the review
    pub review_begun: bool,
    pub runbook: String,
    /// whether it resolves when the last of its alerts does
    pub auto_resolve: bool,
    /// when somebody last wrote to it
    pub changed: Option<Millis>,
}

/// Letters of a text in [`Facts`].
pub const LONGEST: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// an incident, open or over
    #[default]
    Incident,
    /// it was none
    Dismissed,
    /// it is part of another one, of this id
    MergedInto(String),
}

/// One firing of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAlert {
    pub fingerprint: String,
    pub starts_at: Option<Millis>,
    pub name: String,
    /// when it was over; `None` while it fires, as far as is known
    pub ended: Option<Millis>,
}

/// Where the review of an incident that is over stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewStage {
    /// it should be reviewed, and nobody began
    Due,
    Draft,
    Reviewed,
    Published,
}

impl ReviewStage {
    pub const ALL: [Self; 4] = [Self::Due, Self::Draft, Self::Reviewed, Self::Published];

    pub fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Draft => "draft",
            Self::Reviewed => "reviewed",
            Self::Published => "published",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Due => "Due",
            Self::Draft => "In draft",
            Self::Reviewed => "Reviewed",
            Self::Published => "Published",
        }
    }
}

/// So long after the last of its alerts is over, an incident resolves that does so with its alerts.
pub const RESOLVES_AFTER: Millis = 5 * MINUTE;

impl Facts {
    pub fn has(&self, moment: Moment) -> bool {
        self.moments.contains_key(&moment)
    }

    /// When a moment was; `None` where it was not reached, or nobody knows when.
    pub fn at(&self, moment: Moment) -> Option<Millis> {
        self.moments.get(&moment).copied().flatten()
    }

    /// Whether somebody has to work on it now.
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Incident && !self.has(Moment::Resolved)
    }

    /// The last step of the life cycle that was reached.
    pub fn step(&self) -> Moment {
        let reached = |step: &&Moment| self.has(**step);
        Moment::STEPS.iter().rev().find(reached).copied().unwrap_or(Moment::Detected)
    }

    /// The step that is worked on; `None` when there is nothing left to do.
    pub fn next_step(&self) -> Option<Moment> {
        if self.standing != Standing::Incident {
            return None;
        }
        let at = Moment::STEPS.iter().position(|step| *step == self.step())?;
        Moment::STEPS.get(at + 1).copied()
    }

    /// What goes on, in a word.
    pub fn state(&self) -> &'static str {
        match (&self.standing, self.step()) {
            (Standing::Dismissed, _) => "Not an incident",
            (Standing::MergedInto(_), _) => "Merged",
            (_, Moment::Triaged) => "Mitigating",
            (_, Moment::Mitigated) => "Monitoring",
            (_, Moment::Resolved) => "Resolved",
            (_, Moment::Reviewed) => "Reviewed",
            (_, Moment::Prevented) => "Closed",
            _ => "Triage",
        }
    }

    /// Since when its severity counts: from its detection, or from when it was changed.
    fn severity_since(&self) -> Option<Millis> {
        self.severity_from.or(self.at(Moment::Detected))
    }

    /// When its severity rises by itself: a SEV-2 that is not resolved by then.
    pub fn escalates_at(&self) -> Option<Millis> {
        let (severity, since) = (self.severity?, self.severity_since()?);
        // The rule itself is asked, so that it stands in one place.
        let rises = |minutes: &Millis| severity.escalated(minutes * MINUTE) != severity;
        (1..=24 * 60).find(rises).map(|minutes| since + minutes * MINUTE)
    }

    /// The severity at an instant: as it was set, and risen where it was not resolved in time.
    pub fn severity_at(&self, now: Millis) -> Option<Severity> {
        let severity = self.severity?;
        if self.standing != Standing::Incident {
            return Some(severity);
        }
        let until = match self.moments.get(&Moment::Resolved) {
            // At a time that nobody knows: then nobody knows that it was too late.
            Some(None) => return Some(severity),
            Some(Some(resolved)) => now.min(*resolved),
            None => now,
        };
        Some(self.severity_since().map_or(severity, |since| severity.escalated(until - since)))
    }

    /// The severity that it had at its end; of one that goes on, the one that was set.
    pub fn final_severity(&self) -> Option<Severity> {
        self.severity_at(self.at(Moment::Resolved).unwrap_or(Millis::MIN / 4))
    }

    /// Whether this firing is linked.
    pub fn links(&self, fingerprint: &str, starts_at: Option<Millis>) -> bool {
        self.alerts.iter().any(|a| a.fingerprint == fingerprint && a.starts_at == starts_at)
    }

    /// When the last of the linked alerts was over; `None` where there is none, or one still fires.
    pub fn alerts_over(&self) -> Option<Millis> {
        let ends: Option<Vec<Millis>> = self.alerts.iter().map(|a| a.ended).collect();
        ends?.into_iter().max()
    }

    /// When it resolves by itself: where that is wished, some minutes after the last of its alerts, so that it can be said
    /// before.
    pub fn resolves_at(&self) -> Option<Millis> {
        let over = self.alerts_over().filter(|_| self.auto_resolve && self.is_open())?;
        Some(over + RESOLVES_AFTER)
    }

    /// Whether an incident that is over should be reviewed: SEV-1 and SEV-2, until the review is published.
    pub fn review_is_due(&self) -> bool {
        self.standing == Standing::Incident
            && self.has(Moment::Resolved)
            && !self.has(Moment::Reviewed)
            && self.review != ReviewState::Published
            && self.final_severity().is_some_and(|s| s <= Severity::Sev2)
    }

    /// Where its review stands; `None` where there is none and none is due.
    pub fn review_stage(&self) -> Option<ReviewStage> {
        if self.standing != Standing::Incident || !self.has(Moment::Resolved) {
            return None;
        }
        match self.review {
            ReviewState::Published => Some(ReviewStage::Published),
            ReviewState::Reviewed => Some(ReviewStage::Reviewed),
            ReviewState::Draft if self.has(Moment::Reviewed) => Some(ReviewStage::Reviewed),
            ReviewState::Draft if self.review_begun => Some(ReviewStage::Draft),
            ReviewState::Draft => self.review_is_due().then_some(ReviewStage::Due),
        }
    }

    /// Why it must not be closed yet: an action item of a SEV-1 that nobody owns.
    pub fn keeps_open(&self) -> Option<String> {
        if self.final_severity() != Some(Severity::Sev1) {
            return None;
        }
        let unowned: Vec<&str> =
            self.items.iter().filter(|i| i.owner.trim().is_empty()).map(|i| i.title.as_str()).collect();
        let first = unowned.first()?;
        Some(match unowned.len() {
            1 => format!("An action item of this SEV-1 has no owner: {first}"),
            n => format!("{n} action items of this SEV-1 have no owner, {first} among them"),
        })
    }

    /// What it took of the budget of the objective that it cost most, in millionths of the whole; `None` where that was not
    /// counted.
    pub fn worst_spent(&self) -> Option<u64> {
        self.budget.iter().map(|b| b.millionths).max()
    }

    /// Items that are not done, and how many of them are late. `today` as `2026-12-01`.
    pub fn open_items(&self, today: &str) -> (usize, usize) {
        let open = || self.items.iter().filter(|i| !i.done);
        let late = open().filter(|i| !i.due.is_empty() && i.due.as_str() < today);
        (open().count(), late.count())
    }
}

/// The first [`LONGEST`] letters, with a mark where more follow.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.into(),
    }
}

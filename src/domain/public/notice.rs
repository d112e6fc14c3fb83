//! An incident or a maintenance, as visitors are told of it.

use super::recurrence::Repeats;
use super::status::{ComponentStatus, Impact};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;

/// Where an incident or a maintenance stands. Atlassian Statuspage's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Investigating,
    Identified,
    Monitoring,
    Resolved,
    Postmortem,
    Scheduled,
    InProgress,
    Verifying,
    Completed,
}

impl Phase {
    pub const ALL: [Self; 9] = [
        Self::Investigating,
        Self::Identified,
        Self::Monitoring,
        Self::Resolved,
        Self::Postmortem,
        Self::Scheduled,
        Self::InProgress,
        Self::Verifying,
        Self::Completed,
    ];

    /// The word of the wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Investigating => "investigating",
            Self::Identified => "identified",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
            Self::Postmortem => "postmortem",
            Self::Scheduled => "scheduled",
            Self::InProgress => "in_progress",
            Self::Verifying => "verifying",
            Self::Completed => "completed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == text)
    }

    pub fn is_over(self) -> bool {
        matches!(self, Self::Resolved | Self::Postmortem | Self::Completed)
    }
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// shown with its markup, never with raw HTML
    Markdown(String),
    /// shown as it stands
    Text(String),
}

impl Body {
    pub fn text(&self) -> &str {
        match self {
            Self::Markdown(text) | Self::Text(text) => text,
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub at: Millis,
    pub phase: Phase,
    pub body: Body,
}

/// An incident, or a maintenance when it has a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// lower case letters, digits and hyphens; part of an address
    pub id: String,
    pub title: String,
    pub impact: Impact,
    pub started: Millis,
    pub ended: Option<Millis>,
    /// a maintenance: when it is planned
    pub window: Option<Bounds>,
    pub repeats: Option<Repeats>,
    /// component ids, with the state they are in while it lasts
    pub affected: Vec<(String, ComponentStatus)>,
    /// newest first
    pub updates: Vec<Update>,
    pub origin: Origin,
}

/// Where a notice came from, which decides how long it stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// an incident file: it is there exactly as long as the file
    File,
    /// another page, by a digest of its address: it stays when that page forgets it
    Import(String),
}

impl Notice {
    pub fn is_maintenance(&self) -> bool {
        self.window.is_some()
    }

    /// The phase at a moment. A maintenance begins and ends by its window when nobody says otherwise.
    pub fn phase(&self, now: Millis) -> Phase {
        let told = self.updates.first().map_or(Phase::Investigating, |u| u.phase);
        match self.window {
            None => told,
            Some(_) if told.is_over() => told,
            Some(window) if now >= window.end => Phase::Completed,
            Some(window) if now >= window.start && told == Phase::Scheduled => Phase::InProgress,
            Some(_) => told,
        }
    }

    pub fn is_over(&self, now: Millis) -> bool {
        self.phase(now).is_over() || self.ended.is_some_and(|end| end <= now)
    }

    /// From its beginning to its end, or to now.
    pub fn bounds(&self, now: Millis) -> Bounds {
        match self.window {
            Some(window) => window,
            None => Bounds { start: self.started, end: self.ended.unwrap_or(now).max(self.started) },
        }
    }

    pub fn affects(&self, component: &str) -> bool {
        self.affected.iter().any(|(id, _)| id == component)
    }

    pub fn state_of(&self, component: &str) -> Option<ComponentStatus> {
        self.affected.iter().find(|(id, _)| id == component).map(|(_, status)| *status)
    }

    pub fn postmortem(&self) -> Option<&Update> {
        self.updates.iter().find(|u| u.phase == Phase::Postmortem)
    }

    /// When it last changed.
    pub fn touched(&self) -> Millis {
        self.updates.iter().map(|u| u.at).fold(self.started, Millis::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR;

    fn maintenance(told: Phase) -> Notice {
        Notice {
            id: "m".into(),
            title: "M".into(),
            impact: Impact::Maintenance,
            started: 0,
            ended: None,
            window: Some(Bounds { start: 10 * HOUR, end: 12 * HOUR }),
            repeats: None,
            affected: vec![("api".into(), ComponentStatus::Maintenance)],
            updates: vec![Update { at: 0, phase: told, body: Body::Text(String::new()) }],
            origin: Origin::File,
        }
    }

    #[test]
    fn a_maintenance_begins_and_ends_by_its_window() {
        let planned = maintenance(Phase::Scheduled);
        for (at, phase) in
            [(0, Phase::Scheduled), (10, Phase::InProgress), (11, Phase::InProgress), (12, Phase::Completed)]
        {
            assert_eq!(planned.phase(at * HOUR), phase, "{at}");
        }
        assert_eq!(maintenance(Phase::Completed).phase(11 * HOUR), Phase::Completed, "ended early");
        assert_eq!(maintenance(Phase::Verifying).phase(11 * HOUR), Phase::Verifying);
    }

    #[test]
    fn phases_are_read_back() {
        for phase in Phase::ALL {
            assert_eq!(Phase::parse(phase.name()), Some(phase));
        }
        assert_eq!(Phase::parse("done"), None);
    }
}

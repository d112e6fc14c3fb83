//! The states of components and the impacts of incidents, in Atlassian Statuspage's words.

use crate::domain::severity::Severity;
use serde::{Deserialize, Serialize};

/// The state of one component, in Atlassian Statuspage's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentStatus {
    Operational,
    Maintenance,
    Degraded,
    PartialOutage,
    MajorOutage,
    Unknown,
}

impl ComponentStatus {
    pub fn parse(text: &str) -> Self {
        match text {
            "operational" => Self::Operational,
            "under_maintenance" => Self::Maintenance,
            "degraded_performance" => Self::Degraded,
            "partial_outage" => Self::PartialOutage,
            "major_outage" => Self::MajorOutage,
            _ => Self::Unknown,
        }
    }

    /// The word of the wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Maintenance => "under_maintenance",
            Self::Degraded => "degraded_performance",
            Self::PartialOutage => "partial_outage",
            Self::MajorOutage => "major_outage",
            Self::Unknown => "unknown",
        }
    }

    /// How much of such time counts as down, of a whole.
    pub fn weight(self, weights: Weights) -> f64 {
        match self {
            Self::MajorOutage => weights.major,
            Self::PartialOutage => weights.partial,
            Self::Operational | Self::Maintenance | Self::Degraded | Self::Unknown => 0.0,
        }
    }

    /// What a measured share of good answers (0..1) over the last minutes says.
    pub fn of_share(up: f64) -> Self {
        match up {
            up if up >= 0.99 => Self::Operational,
            up if up >= 0.5 => Self::PartialOutage,
            up if up >= 0.0 => Self::MajorOutage,
            _ => Self::Unknown,
        }
    }

    /// The hue and shape it is shown with.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Operational => "ok",
            Self::Maintenance => "info",
            Self::Degraded | Self::PartialOutage => "warn",
            Self::MajorOutage => "bad",
            Self::Unknown => "unknown",
        }
    }
}

/// How much declared time counts as down: Atlassian's own weights are 1.0 and 0.3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    pub major: f64,
    pub partial: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { major: 1.0, partial: 0.3 }
    }
}

/// How much an incident hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    None,
    Maintenance,
    Minor,
    Major,
    Critical,
}

impl Impact {
    pub fn parse(text: &str) -> Self {
        match text {
            "critical" => Self::Critical,
            "major" => Self::Major,
            "minor" => Self::Minor,
            "maintenance" => Self::Maintenance,
            _ => Self::None,
        }
    }

    /// The word of the wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Maintenance => "maintenance",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }

    /// The impact a state of a component stands for.
    pub fn of(status: ComponentStatus) -> Self {
        match status {
            ComponentStatus::MajorOutage => Self::Critical,
            ComponentStatus::PartialOutage => Self::Major,
            ComponentStatus::Degraded => Self::Minor,
            ComponentStatus::Maintenance => Self::Maintenance,
            ComponentStatus::Operational | ComponentStatus::Unknown => Self::None,
        }
    }

    pub fn severity(self) -> Severity {
        match self {
            Self::Critical => Severity::Sev1,
            Self::Major => Severity::Sev2,
            Self::Minor => Severity::Sev3,
            Self::Maintenance | Self::None => Severity::Sev4,
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::None => "ok",
            Self::Maintenance => "info",
            Self::Minor | Self::Major => "warn",
            Self::Critical => "bad",
        }
    }
}

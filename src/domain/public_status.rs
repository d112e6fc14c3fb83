//! What the public page tells visitors. Nothing internal has a place here.

use super::severity::Severity;
use super::time::Millis;

/// The state of one component, in Atlassian Statuspage's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    pub fn title(self) -> &'static str {
        match self {
            Self::Operational => "Operational",
            Self::Maintenance => "Under maintenance",
            Self::Degraded => "Degraded performance",
            Self::PartialOutage => "Partial outage",
            Self::MajorOutage => "Major outage",
            Self::Unknown => "Unknown",
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

/// How much an incident hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub group: Option<String>,
    pub status: ComponentStatus,
}

/// One message on an incident or a maintenance.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub at: Option<Millis>,
    /// `investigating`, `identified`, `monitoring`, `resolved`, `scheduled`, `in_progress`, ..
    pub status: String,
    pub body: String,
}

/// An incident, or a scheduled maintenance when `scheduled_for` is set. Updates newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicIncident {
    pub id: String,
    pub name: String,
    pub status: String,
    pub impact: Impact,
    pub started: Option<Millis>,
    pub resolved: Option<Millis>,
    pub scheduled_for: Option<Millis>,
    pub scheduled_until: Option<Millis>,
    pub components: Vec<String>,
    pub updates: Vec<Update>,
}

impl PublicIncident {
    pub fn is_over(&self) -> bool {
        self.resolved.is_some() || matches!(self.status.as_str(), "resolved" | "postmortem" | "completed")
    }
}

/// `in_progress` as a reader sees it: `In progress`.
pub fn status_words(status: &str) -> String {
    let words = status.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => std::iter::once(first.to_ascii_uppercase()).chain(letters).collect(),
        None => words,
    }
}

/// Daily uptime of one component, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct UptimeHistory {
    pub component_id: String,
    /// the date `2026-11-24` and the share of that day it was up (`None`: not measured)
    pub days: Vec<(String, Option<f64>)>,
}

impl UptimeHistory {
    /// Mean over the measured days; `None` when there is none.
    pub fn mean(&self) -> Option<f64> {
        let known: Vec<f64> = self.days.iter().filter_map(|(_, up)| *up).filter(|u| u.is_finite()).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }
}

/// Everything the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    pub name: String,
    pub description: String,
    pub updated: Option<Millis>,
    pub components: Vec<Component>,
    pub active: Vec<PublicIncident>,
    pub past: Vec<PublicIncident>,
    pub maintenance: Vec<PublicIncident>,
    pub uptime: Vec<UptimeHistory>,
}

impl Snapshot {
    /// The words and the tone of the banner: the worst of the components and active incidents.
    pub fn overall(&self) -> (&'static str, &'static str) {
        let worst = self.components.iter().map(|c| c.status).max();
        let impact = self.active.iter().map(|i| i.impact).max();
        match (worst, impact) {
            (_, Some(Impact::Critical)) | (Some(ComponentStatus::MajorOutage), _) => ("Major outage", "bad"),
            (_, Some(Impact::Major)) | (Some(ComponentStatus::PartialOutage), _) => {
                ("Partial outage", "warn")
            }
            (_, Some(Impact::Minor)) | (Some(ComponentStatus::Degraded), _) => {
                ("Degraded performance", "warn")
            }
            (Some(ComponentStatus::Maintenance), _) => ("Maintenance in progress", "info"),
            (None | Some(ComponentStatus::Unknown), _) => ("Status unknown", "unknown"),
            (Some(ComponentStatus::Operational), _) => ("All systems operational", "ok"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(status: ComponentStatus) -> Component {
        Component { id: "c".into(), name: "c".into(), description: None, group: None, status }
    }

    #[test]
    fn the_banner_shows_the_worst() {
        let page = |statuses: &[ComponentStatus]| Snapshot {
            components: statuses.iter().map(|s| component(*s)).collect(),
            ..Snapshot::default()
        };
        assert_eq!(page(&[ComponentStatus::Operational]).overall().1, "ok");
        assert_eq!(page(&[ComponentStatus::Operational, ComponentStatus::Degraded]).overall().1, "warn");
        assert_eq!(page(&[ComponentStatus::MajorOutage, ComponentStatus::Maintenance]).overall().1, "bad");
        assert_eq!(page(&[]).overall().1, "unknown");
    }

    #[test]
    fn missing_days_are_not_counted_as_up_or_down() {
        let days = vec![("a".into(), Some(1.0)), ("b".into(), None), ("c".into(), Some(0.5))];
        let history = UptimeHistory { component_id: "c".into(), days };
        assert_eq!(history.mean(), Some(0.75));
    }

    #[test]
    fn statuses_are_words() {
        assert_eq!(status_words("in_progress"), "In progress");
        assert_eq!(status_words(""), "");
    }
}

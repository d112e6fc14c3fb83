//! What each severity means, and how often each wants news.

use crate::domain::severity::Severity;
use crate::domain::time::{HOUR, MINUTE, Millis};

/// How soon people are told, by severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// between two updates; `None` where none are promised. By [`Severity::ALL`].
    pub update_every: [Option<Millis>; 4],
    /// from detection to the first message, where updates are promised
    pub first_message: Millis,
    /// from the end of an incident to its review being due, for SEV-1 and SEV-2
    pub review_within: Millis,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            update_every: [Some(15 * MINUTE), Some(15 * MINUTE), Some(HOUR), None],
            first_message: 5 * MINUTE,
            review_within: 5 * 24 * HOUR,
        }
    }
}

impl Policy {
    pub fn update_every(&self, severity: Severity) -> Option<Millis> {
        let [first, second, third, fourth] = self.update_every;
        match severity {
            Severity::Sev1 => first,
            Severity::Sev2 => second,
            Severity::Sev3 => third,
            Severity::Sev4 => fourth,
        }
    }
}

/// What a severity means, for whoever has to choose one.
pub fn impact(severity: Severity) -> &'static str {
    match severity {
        Severity::Sev1 => "Complete service outage, data loss, security breach",
        Severity::Sev2 => "Major feature degraded, significant user impact",
        Severity::Sev3 => "Minor feature issue, small user subset affected",
        Severity::Sev4 => "Cosmetic issue, no user impact",
    }
}

/// Who is told.
pub fn told(severity: Severity) -> &'static [&'static str] {
    match severity {
        Severity::Sev1 => &["Page the on-call engineer", "Alert leadership"],
        Severity::Sev2 => &["Page the on-call engineer", "Notify the team in chat"],
        Severity::Sev3 => &["Notify the team in chat, no page"],
        Severity::Sev4 => &["Create a ticket"],
    }
}

//! How an incident begins, and how two become one: the entries for it.

use super::event::{AlertLink, Event};
use super::log::{Log, New};
use crate::domain::severity::Severity;
use crate::domain::time::Millis;

/// What is known when an incident is declared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declaration {
    pub title: String,
    /// `None`: somebody has to assess it first, and nobody is told
    pub severity: Option<Severity>,
    pub services: Vec<String>,
    /// the evidence
    pub alerts: Vec<AlertLink>,
    /// when it was detected, where that was not the beginning of an alert; `None`: now
    pub detected_at: Option<Millis>,
}

impl Declaration {
    /// The entries of it. It was detected when the first of its alerts fired.
    pub fn entries(&self, now: Millis) -> Vec<New> {
        let first_alert = self.alerts.iter().filter_map(|a| a.starts_at).min();
        let detected = self.detected_at.or(first_alert).unwrap_or(now).min(now);
        let mut all = vec![New::at(Event::Declared { title: self.title.trim().into() }, detected)];
        all.extend(self.severity.map(|severity| Event::Severity { severity, reason: String::new() }.into()));
        let affected = |service: &String| Event::Service { service: service.clone(), affected: true }.into();
        all.extend(self.services.iter().map(affected));
        all.extend(
            self.alerts
                .iter()
                .map(|link| New::at(Event::Alert(link.clone()), link.starts_at.unwrap_or(now).min(now))),
        );
        all
    }
}

/// Makes `other` a part of an incident: what goes to the one that goes on, and what to the other.
pub fn merged(into: &Log, other: &Log, title: &str) -> (Event, Event) {
    // What is already part of the other comes along beside it, and not inside of it.
    let entries = other.entries().flat_map(|entry| match entry.event() {
        Some(Event::Absorbed { .. }) => entry.absorbed(),
        _ => vec![entry.clone()],
    });
    let entries = entries.filter_map(|e| serde_json::from_str(e.text()).ok()).collect();
    let absorbed = Event::Absorbed { incident: other.id().into(), title: title.into(), entries };
    (absorbed, Event::MergedInto { incident: into.id().into() })
}

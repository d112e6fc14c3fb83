//! Incidents as the console counts them: something that people are at work on.

use super::alert::{Alert, State};
use super::severity::Severity;
use super::time::Millis;

#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    pub title: String,
    pub severity: Severity,
    pub started: Option<Millis>,
    /// `firing` for an alert, else the status its system gives it (`investigating`, `monitoring`, ..)
    pub status: String,
    /// The configured name of the system that reported it.
    pub source: String,
}

/// Firing alerts of a known severity become incidents, one for each alert name, with the worst
/// severity and the earliest start of its alerts. SEV-4 is a ticket, not an incident.
pub fn from_alerts(alerts: &[Alert], now: Millis) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    for alert in alerts.iter().filter(|a| a.state == State::Firing) {
        let Some(severity) = alert.severity.filter(|s| *s != Severity::Sev4) else { continue };
        let severity = severity.escalated(alert.duration(now).unwrap_or(0));
        match incidents.iter_mut().find(|i| i.title == alert.name) {
            Some(known) => {
                known.severity = known.severity.min(severity);
                known.started = known.started.into_iter().chain(alert.started).min();
            }
            None => incidents.push(Incident {
                title: alert.name.clone(),
                severity,
                started: alert.started,
                status: "firing".into(),
                source: alert.source.clone(),
            }),
        }
    }
    incidents
}

/// How many incidents of a severity.
pub fn count(incidents: &[Incident], severity: Severity) -> usize {
    incidents.iter().filter(|i| i.severity == severity).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;
    use crate::domain::time::MINUTE;

    fn alert(name: &str, severity: Severity, state: State, started: Millis) -> Alert {
        Alert {
            name: name.into(),
            state,
            severity: Some(severity),
            labels: Labels::default(),
            summary: None,
            runbook_url: None,
            started: Some(started),
            ended: None,
            source: "am".into(),
            silence: None,
            ended_because: None,
        }
    }

    #[test]
    fn alerts_of_one_name_are_one_incident_and_old_sev2_counts_as_sev1() {
        let now = 100 * MINUTE;
        let incidents = from_alerts(
            &[
                alert("Slow", Severity::Sev2, State::Firing, now - 31 * MINUTE),
                alert("Slow", Severity::Sev3, State::Firing, now - 40 * MINUTE),
                alert("Full", Severity::Sev2, State::Firing, now - MINUTE),
                alert("Quiet", Severity::Sev1, State::Silenced, now),
                alert("Typo", Severity::Sev4, State::Firing, now),
            ],
            now,
        );
        assert_eq!(incidents.len(), 2);
        assert_eq!(count(&incidents, Severity::Sev1), 1);
        assert_eq!(count(&incidents, Severity::Sev2), 1);
        assert_eq!(incidents[0].started, Some(now - 40 * MINUTE));
    }
}

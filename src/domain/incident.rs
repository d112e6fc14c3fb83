//! Incidents as the console counts them: something that people are at work on.

use super::alert::Alert;
use super::severity::Severity;
use super::time::Millis;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    pub title: String,
    /// `None` if nobody knows.
    pub severity: Option<Severity>,
    pub started: Option<Millis>,
    /// `firing` for an alert, else the status its system gives it (`investigating`, `monitoring`, ..)
    pub status: String,
    /// The configured name of the system that reported it.
    pub source: String,
}

/// Firing alerts become incidents, one for each alert name, with the worst severity and the earliest start of
/// its alerts. SEV-4 is a ticket, not an incident; what has no known severity may be one. The severities are
/// as the alerts have them: see [`super::alert::escalate`].
pub fn from_alerts(alerts: &[Alert]) -> Vec<Incident> {
    let mut incidents: BTreeMap<&str, Incident> = BTreeMap::new();
    for alert in alerts.iter().filter(|a| a.is_pressing()) {
        incidents
            .entry(&alert.name)
            .and_modify(|known| {
                known.severity = [known.severity, alert.severity]
                    .into_iter()
                    .min_by_key(|s| Severity::rank(*s))
                    .unwrap_or_default();
                known.started = known.started.into_iter().chain(alert.started).min();
            })
            .or_insert_with(|| Incident {
                title: alert.name.clone(),
                severity: alert.severity,
                started: alert.started,
                status: "firing".into(),
                source: alert.source.clone(),
            });
    }
    incidents.into_values().collect()
}

/// How many incidents of a severity; `None` counts those of an unknown one.
pub fn count(incidents: &[Incident], severity: Option<Severity>) -> usize {
    incidents.iter().filter(|i| i.severity == severity).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::{State, escalate};
    use crate::domain::time::MINUTE;

    fn alert(name: &str, severity: Option<Severity>, state: State, started: Millis) -> Alert {
        Alert { name: name.into(), state, severity, started: Some(started), ..Alert::default() }
    }

    #[test]
    fn alerts_of_one_name_are_one_incident_and_old_sev2_counts_as_sev1() {
        let now = 100 * MINUTE;
        let mut alerts = [
            alert("Slow", Some(Severity::Sev2), State::Firing, now - 31 * MINUTE),
            alert("Slow", Some(Severity::Sev3), State::Firing, now - 40 * MINUTE),
            alert("Full", Some(Severity::Sev2), State::Firing, now - MINUTE),
            alert("Quiet", Some(Severity::Sev1), State::Silenced, now),
            alert("Typo", Some(Severity::Sev4), State::Firing, now),
            alert("Purple", None, State::Firing, now),
        ];
        escalate(&mut alerts, now);
        let incidents = from_alerts(&alerts);
        let of = |severity| count(&incidents, severity);
        assert_eq!((of(Some(Severity::Sev1)), of(Some(Severity::Sev2)), of(None)), (1, 1, 1));
        let slow = incidents.iter().find(|i| i.title == "Slow").unwrap();
        assert_eq!((slow.severity, slow.started), (Some(Severity::Sev1), Some(now - 40 * MINUTE)));
    }
}

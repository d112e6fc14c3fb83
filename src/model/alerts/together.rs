//! What fired at the same time, and how often a thing fired in the last day.

use crate::domain::alert::{Alert, State};
use crate::domain::firings::Firings;
use crate::domain::labels::Labels;
use crate::domain::ledger::CauseKind;
use crate::domain::order::Order as _;
use crate::domain::severity::{Severities, Severity};
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::domain::window::Bounds;
use std::collections::{BTreeMap, BTreeSet};

/// Firings that begin within this time of each other are told as one story.
const NEAR: Millis = 5 * MINUTE;

/// Firings that belong together in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub start: Millis,
    /// `None` while one of them still fires
    pub end: Option<Millis>,
    /// `name on subject`, in the order in which they fired
    pub names: Vec<String>,
}

impl Cluster {
    /// The first of its names, and how many more there are.
    pub fn text(&self) -> String {
        const FIRST: usize = 6;
        let shown = self.names.iter().take(FIRST).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.names.len().saturating_sub(FIRST) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }
}

/// Clusters of at least two different alerts in the last day, the newest first.
pub fn fired_together(alerts: &[Alert], now: Millis) -> Vec<Cluster> {
    let fired = |a: &&Alert| a.state != State::Pending;
    let mut all: Vec<(Millis, &Alert)> = alerts
        .iter()
        .filter(fired)
        .filter_map(|a| Some((a.started?, a)))
        .filter(|(t, _)| now - t < DAY)
        .collect();
    all.order_by_key(|(started, _)| *started);
    let mut clusters: Vec<(Millis, Vec<&Alert>)> = Vec::new();
    for (started, alert) in all {
        match clusters.last_mut() {
            Some((last, members)) if started - *last <= NEAR => {
                *last = started;
                members.push(alert);
            }
            _ => clusters.push((started, vec![alert])),
        }
    }
    let told = |(_, members): (Millis, Vec<&Alert>)| {
        let kinds: BTreeSet<&str> = members.iter().map(|a| a.name.as_str()).collect();
        if kinds.len() < 2 {
            return None;
        }
        let name = |a: &&Alert| a.subject().map_or(a.name.clone(), |s| format!("{} on {s}", a.name));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let names = members.iter().map(name).filter(|name| seen.insert(name.clone())).collect();
        let end = if members.iter().any(|a| a.ended.is_none()) {
            None
        } else {
            members.iter().filter_map(|a| a.ended).max()
        };
        Some(Cluster { start: members.first()?.started?, end, names })
    };
    let mut told: Vec<Cluster> = clusters.into_iter().filter_map(told).collect();
    told.reverse();
    told
}

/// When an alert fired in the last day: name and each of its label sets lead to spans.
pub type Strips = BTreeMap<(String, Labels), Vec<(Millis, Millis)>>;

/// When this alert fired, under whatever label set a system knows it: what Prometheus remembers has not the
/// labels that were added on the way to Alertmanager.
pub fn spans_of(strips: &Strips, alert: &Alert) -> Vec<(Millis, Millis)> {
    let of = |labels: &Labels| strips.get(&(alert.name.clone(), labels.clone()));
    let mut spans: Vec<(Millis, Millis)> = alert.label_sets().filter_map(of).flatten().copied().collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// The spans of each alert, from all that is known of the last day.
pub fn strips(alerts: &[Alert], now: Millis) -> Strips {
    let mut all = Strips::new();
    for alert in alerts.iter().filter(|a| a.state != State::Pending) {
        let Some(started) = alert.started else { continue };
        let span = (started.max(now - DAY), alert.ended.unwrap_or(now));
        if span.0 < span.1 {
            for labels in alert.label_sets() {
                all.entry((alert.name.clone(), labels.clone())).or_default().push(span);
            }
        }
    }
    for spans in all.values_mut() {
        spans.sort_unstable();
    }
    all
}

/// Incidents of a service from the record of firing alerts: what overlaps or follows within ten
/// minutes is one, named after what fired. SEV-4 is no incident.
pub fn incident_spans(
    firings: &Firings,
    values: &[String],
    severities: &Severities,
) -> Vec<(CauseKind, String, Bounds)> {
    let mut spans: Vec<(Bounds, String)> = Vec::new();
    for firing in firings.all() {
        let labels = firing.labels;
        let about = labels.iter().any(|(_, v)| values.iter().any(|own| own == v));
        let (severity, _) = severities.of(labels);
        // An alert about the budget is a consequence of what spent it, not a cause.
        if !about || severity == Some(Severity::Sev4) || labels.get("slo").is_some() {
            continue;
        }
        let name = labels.get("alertname").unwrap_or("unnamed").to_string();
        spans.push((Bounds { start: firing.first - firings.step(), end: firing.last }, name));
    }
    spans.order_by_key(|(span, _)| span.start);
    let mut incidents: Vec<(Bounds, Vec<String>)> = Vec::new();
    for (span, name) in spans {
        match incidents.last_mut() {
            Some((known, names)) if span.start - known.end <= 10 * MINUTE => {
                known.end = known.end.max(span.end);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => incidents.push((span, vec![name])),
        }
    }
    incidents.into_iter().map(|(span, names)| (CauseKind::Incident, names.join(", "), span)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::{Frame, Series};

    fn alert(name: &str, service: &str, started: Millis, ended: Option<Millis>) -> Alert {
        Alert {
            name: name.into(),
            state: if ended.is_some() { State::Resolved } else { State::Firing },
            severity: Some(Severity::Sev2),
            labels: [("service", service)].into_iter().collect(),
            started: Some(started * MINUTE),
            ended: ended.map(|e| e * MINUTE),
            ..Alert::default()
        }
    }

    #[test]
    fn different_alerts_that_begin_together_are_one_story() {
        let all = [
            alert("Slow", "api", 100, Some(110)),
            alert("Errors", "api", 103, Some(109)),
            alert("Slow", "api", 500, Some(510)),
            alert("Full", "db", 700, None),
            alert("Slow", "api", 704, Some(705)),
        ];
        let found = fired_together(&all, 800 * MINUTE);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].end, found[0].names.len()), (None, 2));
        assert_eq!(
            found[1],
            Cluster {
                start: 100 * MINUTE,
                end: Some(110 * MINUTE),
                names: vec!["Slow on api".into(), "Errors on api".into()],
            }
        );
        assert_eq!(strips(&all, 800 * MINUTE)[&("Slow".to_string(), all[0].labels.clone())].len(), 3);
    }

    #[test]
    fn firings_near_each_other_are_one_incident_and_budget_alerts_are_none() {
        let series = |name: &str, extra: (&str, &str), minutes: &[Millis]| {
            let labels = [("alertname", name), ("severity", "sev2"), extra].into_iter().collect();
            Series::from_samples(labels, minutes.iter().map(|m| (m * MINUTE, 1.0)).collect())
        };
        let frame = Frame {
            series: vec![
                series("Slow", ("server", "api"), &[10, 11, 12, 60]),
                series("Errors", ("server", "api"), &[15, 16]),
                series("Slow", ("server", "web"), &[10]),
                series("Burn", ("slo", "api"), &[10]),
            ],
        };
        let found = incident_spans(
            &Firings::new(&frame, MINUTE, 70 * MINUTE),
            &["api".to_string()],
            &Severities::default(),
        );
        let told: Vec<_> =
            found.iter().map(|(_, n, s)| (n.as_str(), s.start / MINUTE, s.end / MINUTE)).collect();
        assert_eq!(told, [("Slow, Errors", 9, 16), ("Slow", 59, 60)]);
    }
}

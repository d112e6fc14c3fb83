//! Filtering, sorting and grouping of alerts.

use crate::domain::alert::{Alert, State};
use crate::domain::time::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// What the alerts page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// words that must all occur in name, labels or summary; `name=value` matches a label
    pub query: String,
    /// empty: all
    pub states: Vec<State>,
    /// label to group by; empty: flat
    pub group: String,
    /// `name`, `state`, `severity`, `started` or `duration`; a leading minus turns it round
    pub sort: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertGroup {
    /// the label's value; empty when flat
    pub title: String,
    pub alerts: Vec<Alert>,
}

/// The alerts that pass the filter, sorted, in groups.
pub fn grouped(alerts: &[Alert], filter: &AlertFilter, now: Millis) -> Vec<AlertGroup> {
    let words: Vec<String> = filter.query.split_whitespace().map(str::to_lowercase).collect();
    let mut shown: Vec<Alert> = alerts
        .iter()
        .filter(|a| filter.states.is_empty() || filter.states.contains(&a.state))
        .filter(|a| words.iter().all(|w| matches(a, w)))
        .cloned()
        .collect();
    sort(&mut shown, &filter.sort, now);
    if filter.group.is_empty() {
        return vec![AlertGroup { title: String::new(), alerts: shown }];
    }
    let mut groups: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in shown {
        let key = match filter.group.as_str() {
            "alertname" => alert.name.clone(),
            label => alert.labels.get(label).unwrap_or("(none)").to_string(),
        };
        groups.entry(key).or_default().push(alert);
    }
    groups.into_iter().map(|(title, alerts)| AlertGroup { title, alerts }).collect()
}

fn matches(alert: &Alert, word: &str) -> bool {
    if let Some((name, value)) = word.split_once('=') {
        return alert.labels.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v.to_lowercase() == value);
    }
    let has = |text: &str| text.to_lowercase().contains(word);
    has(&alert.name) || alert.summary.as_deref().is_some_and(has) || alert.labels.iter().any(|(_, v)| has(v))
}

fn sort(alerts: &mut [Alert], by: &str, now: Millis) {
    let (by, descending) = match by.strip_prefix('-') {
        Some(by) => (by, true),
        None => (by, false),
    };
    // One comparison for all columns: each sort of its own would be code of its own.
    alerts.sort_by(|a, b| match by {
        "name" => a.name.cmp(&b.name),
        "severity" => rank(a).cmp(&rank(b)),
        "started" => a.started.cmp(&b.started),
        "duration" => a.duration(now).cmp(&b.duration(now)),
        // What needs a person first, and of that the newest.
        _ => a.state.cmp(&b.state).then_with(|| b.started.cmp(&a.started)),
    });
    if descending {
        alerts.reverse();
    }
}

fn rank(alert: &Alert) -> u8 {
    alert.severity.map_or(9, |s| s as u8)
}

/// Labels that at least one alert has, for the choice of grouping.
pub fn labels_to_group_by(alerts: &[Alert]) -> Vec<String> {
    let names: BTreeSet<&str> = alerts.iter().flat_map(|a| a.labels.iter().map(|(n, _)| n)).collect();
    std::iter::once("alertname").chain(names).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::severity::Severity;

    fn alert(name: &str, state: State, service: &str, started: Millis) -> Alert {
        Alert {
            name: name.into(),
            state,
            severity: Some(Severity::Sev2),
            labels: [("service", service)].into_iter().collect(),
            summary: Some("p95 is high".into()),
            runbook_url: None,
            started: Some(started),
            ended: None,
            source: "p".into(),
            silence: None,
        }
    }

    fn names(groups: &[AlertGroup]) -> Vec<(String, Vec<String>)> {
        groups.iter().map(|g| (g.title.clone(), g.alerts.iter().map(|a| a.name.clone()).collect())).collect()
    }

    #[test]
    fn words_states_and_groups() {
        let all = [
            alert("Slow", State::Pending, "api", 10),
            alert("Down", State::Firing, "db", 5),
            alert("Full", State::Firing, "db", 7),
        ];
        let filter = |f: AlertFilter| names(&grouped(&all, &f, 100));
        let flat =
            |names: &[&str]| vec![(String::new(), names.iter().map(ToString::to_string).collect::<Vec<_>>())];
        assert_eq!(filter(AlertFilter::default()), flat(&["Full", "Down", "Slow"]));
        assert_eq!(filter(AlertFilter { query: "DB".into(), ..Default::default() }), flat(&["Full", "Down"]));
        assert_eq!(
            filter(AlertFilter { query: "service=api high".into(), ..Default::default() }),
            flat(&["Slow"])
        );
        assert_eq!(
            filter(AlertFilter { states: vec![State::Pending], ..Default::default() }),
            flat(&["Slow"])
        );
        assert_eq!(
            filter(AlertFilter { sort: "-name".into(), ..Default::default() }),
            flat(&["Slow", "Full", "Down"])
        );
        let by_service = filter(AlertFilter { group: "service".into(), ..Default::default() });
        assert_eq!(by_service[0], ("api".into(), vec!["Slow".into()]));
        assert_eq!(labels_to_group_by(&all), ["alertname", "service"]);
    }
}

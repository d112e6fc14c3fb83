//! Filtering, sorting and grouping of alerts.

use crate::domain::alert::{Alert, State};
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;
use crate::domain::time::{HOUR, Millis};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// what is over is one row for each alert, the newest, that counts the others
    pub folds: bool,
}

/// An alert with its text in lower case, made once so that each key typed into the filter only
/// compares: with ten thousand rows the difference is felt.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    pub alert: Alert,
    /// tells rows apart while they are sorted and filtered
    pub id: String,
    /// so many earlier firings of the same alert are folded into it: see [`AlertFilter::folds`]
    pub n_folded: usize,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AlertGroup {
    /// the label's value; empty when flat
    pub title: String,
    pub alerts: Vec<Arc<AlertRow>>,
}

/// Rows of alerts, to be made when the alerts change.
pub fn rows(alerts: &[Alert]) -> Vec<Arc<AlertRow>> {
    let row = |alert: &Alert| {
        let labels: Vec<String> = alert.labels.iter().map(|(_, v)| v.to_lowercase()).collect();
        let summary = alert.summary.as_deref().unwrap_or_default().to_lowercase();
        let text = format!("{}\n{summary}\n{}", alert.name.to_lowercase(), labels.join("\n"));
        let id = format!(
            "{}|{}|{}|{:?}|{}|{:?}|{}|{}",
            alert.name,
            alert.source,
            alert.state.name(),
            alert.severity,
            alert.started.unwrap_or(0),
            alert.labels,
            // Who silenced it, which is known later than that somebody did, and whoever is on it are part of the row.
            alert.silence.as_deref().unwrap_or_default(),
            alert.acknowledged.as_ref().map_or(String::new(), |who| format!("{} {:?}", who.by, who.since))
        );
        Arc::new(AlertRow { alert: alert.clone(), id, n_folded: 0, text })
    };
    alerts.iter().map(row).collect()
}

/// The rows that pass the filter, sorted, in groups.
pub fn grouped(rows: &[Arc<AlertRow>], filter: &AlertFilter, now: Millis) -> Vec<AlertGroup> {
    let words: Vec<String> = filter.query.split_whitespace().map(str::to_lowercase).collect();
    let mut shown: Vec<Arc<AlertRow>> = rows
        .iter()
        .filter(|r| filter.states.is_empty() || filter.states.contains(&r.alert.state))
        .filter(|r| words.iter().all(|w| matches(r, w)))
        .cloned()
        .collect();
    sort(&mut shown, &filter.sort, now);
    if filter.folds {
        shown = folded(shown);
    }
    if filter.group.is_empty() {
        return vec![AlertGroup { title: String::new(), alerts: shown }];
    }
    let mut groups: BTreeMap<String, Vec<Arc<AlertRow>>> = BTreeMap::new();
    for row in shown {
        let key = match filter.group.as_str() {
            "alertname" => row.alert.name.clone(),
            label => row.alert.labels.get(label).unwrap_or("(none)").to_string(),
        };
        groups.entry(key).or_default().push(row);
    }
    groups.into_iter().map(|(title, alerts)| AlertGroup { title, alerts }).collect()
}

/// Of what is over, the first of each name and labels, with the number of the others.
fn folded(rows: Vec<Arc<AlertRow>>) -> Vec<Arc<AlertRow>> {
    let key = |row: &AlertRow| (row.alert.name.clone(), format!("{:?}", row.alert.labels));
    let is_over = |row: &AlertRow| row.alert.state == State::Resolved;
    let mut n_of: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows.iter().filter(|r| is_over(r)) {
        *n_of.entry(key(row)).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    let kept = rows.into_iter().filter(|row| !is_over(row) || seen.insert(key(row)));
    kept.map(|row| match n_of.get(&key(&row)) {
        Some(n) if *n > 1 && is_over(&row) => Arc::new(AlertRow { n_folded: n - 1, ..(*row).clone() }),
        _ => row,
    })
    .collect()
}

fn matches(row: &AlertRow, word: &str) -> bool {
    if let Some((name, value)) = word.split_once('=') {
        let labels = &row.alert.labels;
        return labels.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v.to_lowercase() == value);
    }
    row.text.contains(word)
}

fn sort(rows: &mut [Arc<AlertRow>], by: &str, now: Millis) {
    let (by, descending) = match by.strip_prefix('-') {
        Some(by) => (by, true),
        None => (by, false),
    };
    // One comparison for all columns: each sort of its own would be code of its own.
    rows.order_by(|a, b| {
        let (a, b) = (&a.alert, &b.alert);
        match by {
            "name" => a.name.cmp(&b.name),
            "severity" => Severity::rank(a.severity).cmp(&Severity::rank(b.severity)),
            "started" => a.started.cmp(&b.started),
            "duration" => a.duration(now).cmp(&b.duration(now)),
            _ => a.urgency().cmp(&b.urgency()),
        }
    });
    if descending {
        rows.reverse();
    }
}

/// What is over, for a list too short for all of it: of those that ended within the same hour the more severe first,
/// so that tickets in numbers do not push out what woke somebody.
pub fn lately_resolved(alerts: &[Alert], now: Millis) -> Vec<Alert> {
    let mut over: Vec<Alert> = alerts.iter().filter(|a| a.state == State::Resolved).cloned().collect();
    let hours_ago = |a: &Alert| a.ended.map_or(Millis::MAX, |ended| (now - ended).max(0) / HOUR);
    over.order_by_key(|a| (hours_ago(a), Severity::rank(a.severity), std::cmp::Reverse(a.ended)));
    over
}

/// Labels that at least one alert has, for the choice of grouping.
pub fn labels_to_group_by(alerts: &[Alert]) -> Vec<String> {
    let names: BTreeSet<&str> = alerts.iter().flat_map(|a| a.labels.iter().map(|(n, _)| n)).collect();
    std::iter::once("alertname").chain(names).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(name: &str, state: State, service: &str, started: Millis) -> Alert {
        Alert {
            name: name.into(),
            state,
            severity: Some(Severity::Sev2),
            labels: [("service", service)].into_iter().collect(),
            summary: Some("p95 is high".into()),
            started: Some(started),
            ..Alert::default()
        }
    }

    fn names(groups: &[AlertGroup]) -> Vec<(String, Vec<String>)> {
        groups
            .iter()
            .map(|g| (g.title.clone(), g.alerts.iter().map(|a| a.alert.name.clone()).collect()))
            .collect()
    }

    #[test]
    fn of_what_ended_within_the_same_hour_the_more_severe_comes_first() {
        use crate::domain::time::MINUTE;
        let over = |name: &str, severity, minutes_ago: Millis| Alert {
            severity,
            ended: Some(10 * HOUR - minutes_ago * MINUTE),
            ..alert(name, State::Resolved, "api", 0)
        };
        let (sev1, sev2, sev4) = (Some(Severity::Sev1), Some(Severity::Sev2), Some(Severity::Sev4));
        let mut all: Vec<Alert> = (0..8).map(|i| over(&format!("ticket {i}"), sev4, i)).collect();
        all.extend([
            over("unknown", None, 50),
            over("page", sev2, 59),
            over("earlier page", sev1, 60),
            over("earlier ticket", sev4, 119),
            over("of a clock ahead", sev2, -1),
            alert("fires", State::Firing, "api", 0),
        ]);
        let names: Vec<String> = lately_resolved(&all, 10 * HOUR).into_iter().map(|a| a.name).collect();
        assert_eq!(names[..5], ["of a clock ahead", "page", "unknown", "ticket 0", "ticket 1"]);
        assert_eq!(names[10..], ["ticket 7", "earlier page", "earlier ticket"]);
    }

    #[test]
    fn what_was_over_several_times_is_one_row_that_counts() {
        let all = [
            alert("Slow", State::Resolved, "api", 30),
            alert("Slow", State::Firing, "api", 40),
            alert("Slow", State::Resolved, "db", 25),
            alert("Slow", State::Resolved, "api", 20),
            alert("Slow", State::Resolved, "api", 10),
        ];
        let of = |folds| {
            let groups = grouped(&rows(&all), &AlertFilter { folds, ..Default::default() }, 100);
            let row = |r: &Arc<AlertRow>| (r.alert.state, r.alert.started, r.n_folded);
            groups[0].alerts.iter().map(row).collect::<Vec<_>>()
        };
        let (firing, over) = (State::Firing, State::Resolved);
        assert_eq!(of(true), [(firing, Some(40), 0), (over, Some(30), 2), (over, Some(25), 0)]);
        assert_eq!(of(false).len(), 5);
    }

    #[test]
    fn words_states_and_groups() {
        let all = [
            alert("Slow", State::Pending, "api", 10),
            alert("Down", State::Firing, "db", 5),
            alert("Full", State::Firing, "db", 7),
        ];
        let filter = |f: AlertFilter| names(&grouped(&rows(&all), &f, 100));
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

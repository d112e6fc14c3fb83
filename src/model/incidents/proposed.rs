//! Incidents that the firing alerts propose, and what declaring one of them copies in.

use crate::config::Config;
use crate::domain::alert::{Alert, State};
use crate::domain::incident_log::{AlertLink, Declaration, Event, Facts};
use crate::domain::order::{Gather as _, Order as _};
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis};
use std::collections::{BTreeMap, BTreeSet};

/// Alerts of one service, or of one name, that began so near to each other are one trouble.
const NEAR: Millis = 10 * MINUTE;

/// Firing alerts that belong together and to no open incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// the worst first, and of the same severity the oldest
    pub alerts: Vec<Alert>,
    /// ids of configured services, and the labels of others
    pub services: Vec<String>,
}

impl Proposal {
    /// `ApiDown: api`, `ApiDown: api and 2 more alerts`
    pub fn title(&self) -> String {
        let Some(first) = self.alerts.first() else { return String::new() };
        let about = self.services.first().map(|s| format!(": {s}")).unwrap_or_default();
        let names: BTreeSet<&str> = self.alerts.iter().map(|a| a.name.as_str()).into_set();
        match names.len() {
            1 => format!("{}{about}", first.name),
            2 => format!("{}{about} and 1 more alert", first.name),
            n => format!("{}{about} and {} more alerts", first.name, n - 1),
        }
    }

    /// The worst that is known; `None` where no alert says.
    pub fn severity(&self) -> Option<Severity> {
        // As each began: what age makes of it, the incident's own clock does.
        self.alerts.iter().filter_map(|a| a.escalated_from.or(a.severity)).min()
    }

    /// When the first of them began.
    pub fn started(&self) -> Option<Millis> {
        self.alerts.iter().filter_map(|a| a.started).min()
    }

    /// A name that stays while the same firings are proposed.
    pub fn key(&self) -> String {
        let mut keys: Vec<String> =
            self.alerts.iter().map(|a| format!("{}@{}", a.fingerprint(), a.started.unwrap_or(0))).collect();
        keys.order();
        keys.join(" ")
    }

    pub fn declaration(&self) -> Declaration {
        Declaration {
            title: self.title(),
            severity: self.severity(),
            services: self.services.clone(),
            alerts: self.alerts.iter().map(link_of).collect(),
            detected_at: None,
        }
    }
}

/// The proposals, the worst first. What a silence or an inhibition holds back proposes nothing; what somebody works on
/// does.
pub fn proposals(alerts: &[Alert], incidents: &[Facts], config: &Config) -> Vec<Proposal> {
    let open = incidents.iter().filter(|f| f.is_open());
    let linked = open.flat_map(|f| f.alerts.iter().map(|a| a.fingerprint.as_str())).into_set();
    // Also when it fired again: while the incident is open, that is part of it.
    let is_linked = |a: &Alert| !linked.is_empty() && a.fingerprints().any(|f| linked.contains(f.as_str()));
    let mut firing: Vec<(&Alert, Option<String>)> = alerts
        .iter()
        .filter(|a| matches!(a.state, State::Firing | State::Acknowledged) && !is_linked(a))
        .map(|a| (a, service_of(a, config)))
        .collect();
    firing.order_by_key(|(a, _)| a.started.unwrap_or(0));
    // The group of each; a group that joined another one says which.
    let mut groups: Vec<usize> = Vec::new();
    let mut last_by: BTreeMap<(u8, String), (usize, Millis)> = BTreeMap::new();
    for (i, (alert, service)) in firing.iter().enumerate() {
        groups.push(i);
        let at = alert.started.unwrap_or(0);
        let keys = [service.clone().map(|s| (0, s)), Some((1, alert.name.clone()))];
        for key in keys.into_iter().flatten() {
            if let Some((before, last)) = last_by.get(&key).copied()
                && at - last <= NEAR
            {
                join(&mut groups, before, i);
            }
            last_by.insert(key, (i, at));
        }
    }
    let mut by_group: BTreeMap<usize, Proposal> = BTreeMap::new();
    for (i, (alert, service)) in firing.into_iter().enumerate() {
        let proposal = by_group
            .entry(root(&groups, i))
            .or_insert_with(|| Proposal { alerts: Vec::new(), services: Vec::new() });
        proposal.alerts.push(alert.clone());
        proposal.services.extend(service.filter(|s| !proposal.services.contains(s)));
    }
    let mut all: Vec<Proposal> = by_group.into_values().collect();
    for proposal in &mut all {
        proposal.alerts.order_by_key(|a| (Severity::rank(a.severity), a.started.unwrap_or(Millis::MAX)));
    }
    all.order_by_key(|p| (Severity::rank(p.severity()), p.started().unwrap_or(Millis::MAX)));
    all
}

fn root(groups: &[usize], mut at: usize) -> usize {
    while let Some(up) = groups.get(at).copied().filter(|up| *up != at) {
        at = up;
    }
    at
}

fn join(groups: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(groups, a), root(groups, b));
    if let Some(group) = groups.get_mut(a.max(b)) {
        *group = a.min(b);
    }
}

/// The configured service that an alert is about, by its id or by the label of a signal set; else what its labels name.
pub fn service_of(alert: &Alert, config: &Config) -> Option<String> {
    crate::model::alerts::configured_service(alert, config).or_else(|| alert.subject().map(String::from))
}

/// The evidence of an alert.
pub fn link_of(alert: &Alert) -> AlertLink {
    AlertLink {
        fingerprint: alert.fingerprint(),
        starts_at: whole(alert.started),
        name: alert.name.clone(),
        labels: alert.labels.iter().map(|(n, v)| (n.to_string(), v.to_string())).into_map(),
        summary: alert.summary.clone().unwrap_or_default(),
        severity: match (alert.escalated_from.or(alert.severity), &alert.severity_word) {
            (Some(severity), _) => severity.title().into(),
            (None, word) => word.clone().unwrap_or_default(),
        },
        source: alert.source.clone(),
        runbook: alert.runbook_url.clone().unwrap_or_default(),
    }
}

/// Firings are told apart to the second, as the file of an incident writes them.
fn whole(at: Option<Millis>) -> Option<Millis> {
    at.map(|at| at - at.rem_euclid(1_000))
}

/// Linked alerts of an open incident that are over, with when. Only what a source says has ended has: an alert that is in
/// no list may only be late.
pub fn ended_links(facts: &Facts, alerts: &[Alert]) -> Vec<(Event, Millis)> {
    let open = facts.alerts.iter().filter(|l| l.ended.is_none() && facts.is_open());
    open.filter_map(|link| {
        let mut same = alerts.iter().filter(|a| a.fingerprints().any(|f| f == link.fingerprint)).peekable();
        same.peek()?;
        // Of several firings the last to end; while one goes on there is no end.
        let ends: Option<Vec<Millis>> = same.map(|a| a.ended).collect();
        let ended = ends?.into_iter().filter(|end| link.starts_at.is_none_or(|start| *end >= start)).max()?;
        let (fingerprint, starts_at) = (link.fingerprint.clone(), link.starts_at);
        Some((Event::AlertEnded { fingerprint, starts_at }, ended))
    })
    .collect()
}

/// The active alerts that an open incident links.
pub fn linked_now<'a>(facts: &Facts, alerts: &'a [Alert]) -> Vec<&'a Alert> {
    let linked = facts.alerts.iter().filter(|l| l.ended.is_none()).map(|l| l.fingerprint.as_str()).into_set();
    let is_linked = |a: &&Alert| a.is_active() && a.fingerprints().any(|f| linked.contains(f.as_str()));
    alerts.iter().filter(|_| facts.is_open()).filter(is_linked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::{Incident, Log, Moment};
    use crate::domain::labels::Labels;
    use crate::sources::read_config;

    fn config() -> Config {
        let text = r#"{"title":"T","sources":{"p":{"kind":"prometheus","url":"http://p"}},
            "services":[{"id":"checkout","name":"Checkout"},{"id":"auth","name":"Auth"}]}"#;
        read_config(text).expect("valid")
    }

    fn alert(name: &str, severity: Severity, minute: Millis, service: &str) -> Alert {
        Alert {
            name: name.into(),
            severity: Some(severity),
            started: Some(minute * MINUTE + 345),
            labels: Labels::default().with("service", service),
            ..Alert::default()
        }
    }

    fn shown(alerts: &[Alert], incidents: &[Facts]) -> Vec<(String, Option<Severity>, usize)> {
        let all = proposals(alerts, incidents, &config());
        all.iter().map(|p| (p.title(), p.severity(), p.alerts.len())).collect()
    }

    #[test]
    fn alerts_of_one_service_or_name_that_began_together_are_one_proposal() {
        let alerts = [
            alert("Slow", Severity::Sev2, 100, "checkout"),
            alert("Errors", Severity::Sev1, 105, "checkout"),
            // Of the name of one of them, elsewhere.
            alert("Slow", Severity::Sev3, 108, "auth"),
            // Another hour.
            alert("Slow", Severity::Sev3, 300, "auth"),
            alert("Disk", Severity::Sev4, 103, "db"),
            Alert { state: State::Acknowledged, ..alert("Queue", Severity::Sev4, 200, "jobs") },
            Alert { state: State::Silenced, ..alert("Quiet", Severity::Sev1, 100, "checkout") },
        ];
        assert_eq!(
            shown(&alerts, &[]),
            [
                ("Errors: checkout and 1 more alert".to_string(), Some(Severity::Sev1), 3),
                ("Slow: auth".to_string(), Some(Severity::Sev3), 1),
                ("Disk: db".to_string(), Some(Severity::Sev4), 1),
                ("Queue: jobs".to_string(), Some(Severity::Sev4), 1),
            ]
        );
    }

    #[test]
    fn what_is_part_of_an_open_incident_is_not_proposed_until_that_is_over() {
        let alerts = [alert("Slow", Severity::Sev2, 100, "checkout")];
        let mut log = Log::new("x");
        for (i, new) in
            proposals(&alerts, &[], &config())[0].declaration().entries(101 * MINUTE).into_iter().enumerate()
        {
            log.append(&i.to_string(), "Mia", 101 * MINUTE, new);
        }
        let facts = Incident::of(&log).facts;
        assert_eq!(facts.services.iter().collect::<Vec<_>>(), ["checkout"]);
        assert_eq!(shown(&alerts, std::slice::from_ref(&facts)), []);
        let again = [alert("Slow", Severity::Sev2, 200, "checkout")];
        assert_eq!(shown(&again, std::slice::from_ref(&facts)), []);
        assert_eq!(shown(&again, &[over_facts(&facts)]).len(), 1);
        let now = [alerts[0].clone(), Alert { state: State::Resolved, ..again[0].clone() }];
        assert_eq!(linked_now(&facts, &now).len(), 1);
        assert!(linked_now(&over_facts(&facts), &now).is_empty(), "an incident that is over links nothing");
        // It ends when a source says so.
        assert_eq!(ended_links(&facts, &alerts), []);
        assert_eq!(ended_links(&facts, &[]), []);
        let over = Alert { state: State::Resolved, ended: Some(130 * MINUTE), ..alerts[0].clone() };
        let ends =
            |alerts: &[Alert]| ended_links(&facts, alerts).iter().map(|(_, at)| *at).collect::<Vec<_>>();
        assert_eq!(ends(std::slice::from_ref(&over)), [130 * MINUTE]);
        assert!(ends(&[over, again[0].clone()]).is_empty());
    }

    fn over_facts(facts: &Facts) -> Facts {
        let mut over = facts.clone();
        over.moments.insert(Moment::Resolved, Some(150 * MINUTE));
        over
    }

    #[test]
    fn an_incident_of_an_alert_that_age_raised_begins_with_what_it_was() {
        let mut old = alert("Slow", Severity::Sev1, 100, "checkout");
        old.escalated_from = Some(Severity::Sev2);
        assert_eq!(shown(&[old.clone()], &[])[0].1, Some(Severity::Sev2));
        assert_eq!(link_of(&old).severity, "SEV-2");
    }

    #[test]
    fn thousands_of_alerts_at_once_are_grouped_in_one_pass() {
        let many: Vec<Alert> = (0..5000)
            .map(|i| alert(&format!("A{}", i % 700), Severity::Sev3, i / 50, &format!("s{i}")))
            .collect();
        let all = proposals(&many, &[], &config());
        assert_eq!(all.iter().map(|p| p.alerts.len()).sum::<usize>(), 5000);
    }
}

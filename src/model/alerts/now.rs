//! What somebody who was just woken has to see first: the alerts that fire now and cannot wait.

use crate::config::Config;
use crate::domain::alert::{Alert, State};
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;

/// All firing alerts of one name, as one line. SEV-3 and SEV-4 can wait for the list; what has no known severity
/// cannot.
#[derive(Clone, Debug, PartialEq)]
pub struct NowLine {
    /// the worst of them, and of the same severity the oldest
    pub alert: Alert,
    /// what they are about, each once: `auth`, `checkout`
    pub subjects: Vec<String>,
    /// the id of the first configured service they are about
    pub service: Option<String>,
}

impl NowLine {
    /// `auth`, `auth +2`; empty where no label says.
    pub fn subject(&self) -> String {
        match self.subjects.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first, others @ ..] => format!("{first} +{}", others.len()),
        }
    }
}

/// What is said where no line is.
#[derive(Clone, Debug, PartialEq)]
pub enum Calm {
    Loading,
    /// Every source answered in full. The newest alert that is over: when it began, and how long it lasted.
    Clear(Option<(Millis, Millis)>),
    /// nothing fires but what somebody works on: how many alerts, and since when the first of them
    Acknowledged(usize, Option<Millis>),
    /// only so many of SEV-3 and SEV-4 fire
    Minor(usize),
    /// some source does not answer, or not in full
    Unknown,
}

/// The lines in the order of their severity, and of one severity the oldest first: it has waited longest.
pub fn now_lines(alerts: &[Alert], config: &Config) -> Vec<NowLine> {
    let mut urgent: Vec<&Alert> = alerts.iter().filter(|a| is_urgent(a)).collect();
    urgent.order_by_key(|a| (Severity::rank(a.severity), a.started.unwrap_or(Millis::MAX)));
    let mut lines: Vec<NowLine> = Vec::new();
    for alert in urgent {
        let service = configured_service(alert, config);
        let subject = service.as_deref().or(alert.subject()).map(String::from);
        let line = match lines.iter_mut().find(|line| line.alert.name == alert.name) {
            Some(line) => line,
            None => {
                lines.push(NowLine { alert: alert.clone(), subjects: Vec::new(), service: None });
                let Some(line) = lines.last_mut() else { continue };
                line
            }
        };
        line.service = line.service.take().or(service);
        if let Some(subject) = subject.filter(|s| !line.subjects.contains(s)) {
            line.subjects.push(subject);
        }
    }
    lines
}

/// Whether [`now_lines`] has any.
pub fn has_urgent(alerts: &[Alert]) -> bool {
    alerts.iter().any(is_urgent)
}

/// What is said when [`now_lines`] has none.
pub fn calm(alerts: &[Alert], is_complete: bool, is_certain: bool) -> Calm {
    let n_firing = alerts.iter().filter(|a| a.state == State::Firing).count();
    match (is_complete, is_certain, n_firing) {
        (false, ..) => Calm::Loading,
        (true, false, _) => Calm::Unknown,
        (true, true, 0) if alerts.iter().any(|a| a.state == State::Acknowledged) => {
            let held = || alerts.iter().filter(|a| a.state == State::Acknowledged);
            let since = held().filter_map(|a| a.acknowledged.as_ref()?.since).min();
            Calm::Acknowledged(held().count(), since)
        }
        (true, true, 0) => {
            let over = alerts.iter().filter_map(|a| Some((a.started?, a.ended?)));
            Calm::Clear(over.max().map(|(start, end)| (start, (end - start).max(0))))
        }
        (true, true, n) => Calm::Minor(n),
    }
}

fn is_urgent(alert: &Alert) -> bool {
    alert.is_pressing() && alert.severity != Some(Severity::Sev3)
}

/// The configured service that one of the alert's label sets names, by its id or by the label of a signal set.
pub fn configured_service(alert: &Alert, config: &Config) -> Option<String> {
    let named = |service: &&crate::config::Service| {
        alert.label_sets().any(|labels| {
            let by_set = |(set, value): (&String, &String)| {
                let set = config.signal_sets.iter().find(|s| s.name == *set);
                set.is_some_and(|set| labels.get(&set.by) == Some(value.as_str()))
            };
            labels.get("service") == Some(service.id.as_str()) || service.signals.iter().any(by_set)
        })
    };
    config.services.iter().find(named).map(|service| service.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;
    use crate::sources::read_config;

    fn config() -> Config {
        let text = r#"{"title":"T","sources":{"p":{"kind":"prometheus","url":"http://p"}},
            "signals":{"web":{"source":"p","preset":"caddy","by":"job"}},
            "services":[{"id":"checkout","name":"Checkout","signals":{"web":"shop"}},{"id":"auth","name":"Auth"}]}"#;
        read_config(text).expect("valid")
    }

    fn alert(name: &str, severity: Option<Severity>, started: Millis, label: (&str, &str)) -> Alert {
        let labels = Labels::default().with(label.0, label.1);
        Alert { name: name.into(), severity, started: Some(started), labels, ..Alert::default() }
    }

    #[test]
    fn the_worst_and_longest_waiting_comes_first_and_one_name_is_one_line() {
        let alerts = [
            alert("Slow", Some(Severity::Sev2), 50, ("job", "shop")),
            alert("Down", Some(Severity::Sev1), 90, ("service", "auth")),
            alert("Slow", Some(Severity::Sev2), 40, ("host", "h1")),
            alert("Full", Some(Severity::Sev1), 20, ("instance", "db:1")),
            alert("Late", Some(Severity::Sev3), 10, ("service", "auth")),
            alert("Purple", None, 60, ("service", "auth")),
            Alert { state: State::Silenced, ..alert("Quiet", Some(Severity::Sev1), 1, ("job", "shop")) },
        ];
        let lines = now_lines(&alerts, &config());
        let shown: Vec<_> =
            lines.iter().map(|l| (l.alert.name.as_str(), l.subject(), l.service.as_deref())).collect();
        assert_eq!(
            shown,
            [
                ("Full", "db:1".to_string(), None),
                ("Down", "auth".to_string(), Some("auth")),
                ("Slow", "h1 +1".to_string(), Some("checkout")),
                ("Purple", "auth".to_string(), Some("auth")),
            ]
        );
    }

    #[test]
    fn all_clear_is_said_only_when_everybody_answered() {
        let over = |start, end| Alert {
            state: State::Resolved,
            started: Some(start),
            ended: Some(end),
            ..Alert::default()
        };
        let past = [over(10, 30), over(50, 55)];
        assert_eq!(calm(&past, true, true), Calm::Clear(Some((50, 5))));
        assert_eq!(calm(&[], true, true), Calm::Clear(None));
        assert_eq!(calm(&past, true, false), Calm::Unknown);
        assert_eq!(calm(&past, false, true), Calm::Loading);
        let held = Alert {
            state: State::Acknowledged,
            acknowledged: Some(crate::domain::acknowledgement::Acknowledged {
                since: Some(7),
                ..Default::default()
            }),
            ..Alert::default()
        };
        assert_eq!(calm(&[held, over(50, 55)], true, true), Calm::Acknowledged(1, Some(7)), "not all clear");
        let minor = [alert("Late", Some(Severity::Sev3), 10, ("a", "b"))];
        assert_eq!(calm(&minor, true, true), Calm::Minor(1));
    }
}

//! Which firings are news: each is told once, whatever page or tab is open.

use crate::domain::alert::{Alert, State};
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, MINUTE, Millis};
use std::collections::BTreeMap;

/// A firing that began longer ago was news before this console was opened.
const NEWS: Millis = 10 * MINUTE;

/// Firings that were told, by identity, with when that was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced(BTreeMap<String, Millis>);

impl Announced {
    /// Reads what was remembered; anything odd is nothing.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let (at, identity) = line.split_once(' ')?;
            Some((identity.to_string(), at.parse().ok()?))
        };
        Self(text.lines().filter_map(line).collect())
    }

    pub fn encode(&self) -> String {
        self.0.iter().map(|(identity, at)| format!("{at} {identity}\n")).collect()
    }

    /// The firings to tell now, which then count as told. SEV-4 is a ticket and is not told.
    pub fn news<'a>(&mut self, alerts: &'a [Alert], now: Millis) -> Vec<&'a Alert> {
        self.0.retain(|_, at| now - *at < DAY);
        let told = |a: &&Alert| {
            a.state == State::Firing
                && a.severity != Some(Severity::Sev4)
                && a.started.is_none_or(|started| now - started < NEWS)
        };
        alerts.iter().filter(told).filter(|a| self.0.insert(identity(a), now).is_none()).collect()
    }
}

/// The same firing whichever system tells of it first; to the minute, for they differ in seconds.
fn identity(alert: &Alert) -> String {
    let labels: Vec<String> = alert.labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let text = format!("{} {}", alert.name, labels.join(","));
    text.replace(char::is_control, " ")
}

/// How many firings ask for somebody: SEV-4 does not.
pub fn n_pressing(alerts: &[Alert]) -> usize {
    alerts.iter().filter(|a| a.state == State::Firing && a.severity != Some(Severity::Sev4)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;

    fn firing(name: &str, severity: Severity, started: Millis) -> Alert {
        Alert {
            name: name.into(),
            state: State::Firing,
            severity: Some(severity),
            labels: Labels::default(),
            summary: None,
            runbook_url: None,
            started: Some(started),
            ended: None,
            source: "p".into(),
            silence: None,
            ended_because: None,
        }
    }

    #[test]
    fn each_firing_is_told_once_also_after_a_reload() {
        let alerts = [firing("A", Severity::Sev1, 100), firing("T", Severity::Sev4, 100)];
        let mut announced = Announced::default();
        assert_eq!(announced.news(&alerts, 200).len(), 1);
        assert!(announced.news(&alerts, 300).is_empty());
        let mut reloaded = Announced::parse(&announced.encode());
        assert_eq!(reloaded, announced);
        assert!(reloaded.news(&alerts, 400).is_empty());
        assert_eq!(n_pressing(&alerts), 1);
    }

    #[test]
    fn what_began_long_ago_is_no_news_and_nothing_odd_is_read() {
        let mut announced = Announced::parse("nonsense\n12\nx y\n");
        assert_eq!(announced, Announced::default());
        assert!(announced.news(&[firing("A", Severity::Sev1, 0)], 11 * MINUTE).is_empty());
    }
}

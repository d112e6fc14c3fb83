//! Which firings are news: each is told once, whatever page or tab is open.

use crate::domain::alert::{Alert, State};
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis};
use std::collections::BTreeMap;

/// A firing that began longer ago was news before this console was opened.
const NEWS: Millis = 10 * MINUTE;

/// Systems that tell of one firing differ by seconds in when it began.
const SAME: Millis = MINUTE;

/// Firings that were told, by identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced(BTreeMap<String, Told>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told {
    /// when it was last seen, to the hour
    seen: Millis,
    /// the latest beginning any system named for it
    started: Millis,
    /// whether it was seen to be over since
    ended: bool,
}

impl Announced {
    /// Reads what was remembered; anything odd is nothing.
    pub fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let mut parts = line.splitn(4, ' ');
            let mut number = || parts.next()?.parse::<Millis>().ok();
            let told = Told { seen: number()?, started: number()?, ended: number()? == 1 };
            Some((parts.next()?.to_string(), told))
        };
        Self(text.lines().filter_map(line).collect())
    }

    pub fn encode(&self) -> String {
        let line = |(identity, told): (&String, &Told)| {
            format!("{} {} {} {identity}\n", told.seen, told.started, i64::from(told.ended))
        };
        self.0.iter().map(line).collect()
    }

    /// The firings to tell now, which then count as told. SEV-4 is a ticket and is not told. One that
    /// ended and begins anew is news; one that is only seen anew, after a reload, is not.
    pub fn news<'a>(&mut self, alerts: &'a [Alert], now: Millis) -> Vec<&'a Alert> {
        self.0.retain(|_, told| now - told.seen < DAY);
        let pressing = |a: &&Alert| a.state == State::Firing && a.severity != Some(Severity::Sev4);
        let firing: BTreeMap<String, &Alert> =
            alerts.iter().filter(pressing).map(|a| (identity(a), a)).collect();
        for (identity, told) in &mut self.0 {
            told.ended |= !firing.contains_key(identity);
        }
        firing.into_iter().filter_map(|(identity, alert)| self.tell(identity, alert, now)).collect()
    }

    fn tell<'a>(&mut self, identity: String, alert: &'a Alert, now: Millis) -> Option<&'a Alert> {
        let started = alert.started.unwrap_or(now);
        let before = self.0.get(&identity).copied();
        let again =
            before.is_none_or(|told| told.ended && alert.started.is_some() && started > told.started + SAME);
        let latest = before.map_or(started, |told| told.started.max(started));
        // To the hour, so that what is remembered does not change with each refresh.
        let seen = before.map(|told| told.seen).filter(|seen| now - seen < HOUR).unwrap_or(now);
        self.0.insert(identity, Told { seen, started: latest, ended: false });
        (again && now - started < NEWS).then_some(alert)
    }
}

/// What fires, whichever system tells of it.
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
    fn a_firing_that_ended_and_begins_anew_is_news() {
        let first = [firing("A", Severity::Sev1, 100)];
        let mut announced = Announced::default();
        assert_eq!(announced.news(&first, 200).len(), 1);
        // A page that was just opened knows nothing yet: nothing ended, and nothing is told again. Nor is
        // it when another system tells of the same firing, some seconds later.
        assert!(announced.news(&[], 300).is_empty());
        assert!(announced.news(&first, 400).is_empty());
        assert!(announced.news(&[], 500).is_empty());
        assert!(announced.news(&[firing("A", Severity::Sev1, 30_100)], 40_000).is_empty());
        assert!(announced.news(&[], 50_000).is_empty());
        let again = [firing("A", Severity::Sev1, 2 * MINUTE)];
        assert_eq!(announced.news(&again, 2 * MINUTE + 100).len(), 1);
        assert!(announced.news(&again, 2 * MINUTE + 200).is_empty());
    }

    #[test]
    fn what_began_long_ago_is_no_news_and_nothing_odd_is_read() {
        let mut announced = Announced::parse("nonsense\n12\nx y\n");
        assert_eq!(announced, Announced::default());
        assert!(announced.news(&[firing("A", Severity::Sev1, 0)], 11 * MINUTE).is_empty());
    }
}

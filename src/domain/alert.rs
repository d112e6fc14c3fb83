//! Alerts that other systems evaluated, and how long each lasted.

use super::acknowledgement::Acknowledged;
use super::labels::Labels;
use super::matcher::Matcher;
use super::severity::Severity;
use super::time::Millis;

/// In the order in which one wins over the other, and in which they are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    #[default]
    Firing,
    Pending,
    /// Held back because somebody works on it.
    Acknowledged,
    Silenced,
    Inhibited,
    /// Held back by a time interval of its route, or for a reason that was not given.
    Muted,
    Resolved,
}

impl State {
    pub const ALL: [Self; 7] = [
        Self::Firing,
        Self::Pending,
        Self::Acknowledged,
        Self::Silenced,
        Self::Inhibited,
        Self::Muted,
        Self::Resolved,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Pending => "pending",
            Self::Acknowledged => "acknowledged",
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Muted => "muted",
            Self::Resolved => "resolved",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Firing => "Firing",
            Self::Pending => "Pending",
            Self::Acknowledged => "Acknowledged",
            Self::Silenced => "Silenced",
            Self::Inhibited => "Inhibited",
            Self::Muted => "Muted",
            Self::Resolved => "Resolved",
        }
    }

    /// Whether somebody decided that nobody is notified of it for now.
    pub fn is_suppressed(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Silenced | Self::Inhibited | Self::Muted)
    }
}

/// How a system knows of an alert.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It evaluates the rule, as Prometheus does, and knows nothing of silences.
    #[default]
    Evaluated,
    /// It was sent the alert and decides who is notified, as Alertmanager does.
    Routed,
    /// A rule of this console.
    Own,
}

/// One alert, active or over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alert {
    pub name: String,
    pub state: State,
    /// `None`: not given, or in a word that nobody knows. That is not harmless: it counts as an alert that
    /// asks for somebody.
    pub severity: Option<Severity>,
    /// The word that nobody knows.
    pub severity_word: Option<String>,
    /// The severity it began with, where age raised it.
    pub escalated_from: Option<Severity>,
    /// Labels without `alertname` and `alertstate`.
    pub labels: Labels,
    /// Other label sets that this same alert has in other systems.
    pub also: Vec<Labels>,
    pub origin: Origin,
    pub summary: Option<String>,
    pub runbook_url: Option<String>,
    pub started: Option<Millis>,
    pub ended: Option<Millis>,
    /// The configured names of the systems that reported it: `alertmanager, prometheus`.
    pub source: String,
    /// Who silenced it and why, where that is known.
    pub silence: Option<String>,
    /// Who works on it, where its state says that somebody does.
    pub acknowledged: Option<Acknowledged>,
    /// The time intervals that mute it, where that is known.
    pub muted_by: Option<String>,
    /// Why it ended, where that is known.
    pub ended_because: Option<String>,
}

impl Alert {
    /// How long it lasted, or has lasted so far.
    pub fn duration(&self, now: Millis) -> Option<Millis> {
        Some(self.ended.unwrap_or(now).saturating_sub(self.started?).max(0))
    }

    pub fn is_active(&self) -> bool {
        self.state != State::Resolved
    }

    /// What the alert is about: the first of the labels that usually name it.
    pub fn subject(&self) -> Option<&str> {
        ["service", "server", "job", "instance", "host"].into_iter().find_map(|l| self.labels.get(l))
    }

    /// The severity that its age gives it at `now`, if that is another than it has: only what fires grows
    /// more urgent.
    pub fn escalated(&self, now: Millis) -> Option<Severity> {
        let severity = self.severity.filter(|_| self.state == State::Firing)?;
        let escalated = severity.escalated(self.duration(now).unwrap_or(0));
        (escalated != severity).then_some(escalated)
    }

    /// Whether it asks for somebody now. SEV-4 is a ticket; an unknown severity may be anything.
    pub fn is_pressing(&self) -> bool {
        self.state == State::Firing && self.severity != Some(Severity::Sev4)
    }

    /// The order of lists: what needs a person first, the worst of that, and of the same the newest.
    pub fn urgency(&self) -> impl Ord + use<> {
        (self.state, Severity::rank(self.severity), std::cmp::Reverse(self.started))
    }

    /// The fingerprint that Alertmanager gives to its name and labels.
    pub fn fingerprint(&self) -> String {
        self.fingerprint_of(&self.labels)
    }

    /// Its fingerprints in all systems that know it, the listed one first.
    pub fn fingerprints(&self) -> impl Iterator<Item = String> {
        self.label_sets().map(|labels| self.fingerprint_of(labels))
    }

    fn fingerprint_of(&self, labels: &Labels) -> String {
        format!("{:016x}", labels.with("alertname", &self.name).fingerprint())
    }

    /// All label sets under which the alert is known.
    pub fn label_sets(&self) -> impl Iterator<Item = &Labels> {
        std::iter::once(&self.labels).chain(&self.also)
    }
}

/// Every alert with the severity that its age gives it at `now`.
pub fn escalate(alerts: &mut [Alert], now: Millis) {
    for alert in alerts {
        if let Some(worse) = alert.escalated(now) {
            alert.escalated_from = alert.severity;
            alert.severity = Some(worse);
        }
    }
}

/// One silence of an Alertmanager.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    pub id: String,
    pub matchers: Vec<Matcher>,
    pub starts: Option<Millis>,
    pub ends: Option<Millis>,
    pub created_by: String,
    pub comment: String,
    /// `active`, `pending` or `expired`
    pub state: String,
}

/// Labels as shown: without those that say what is already in another column.
pub fn without_meta(labels: &Labels) -> Labels {
    labels.iter().filter(|(n, _)| !matches!(*n, "alertname" | "alertstate" | "__name__")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    #[test]
    fn only_what_fires_grows_more_urgent() {
        let alert = |state, severity| Alert { state, severity, started: Some(0), ..Alert::default() };
        let mut all = [
            alert(State::Firing, Some(Severity::Sev2)),
            alert(State::Silenced, Some(Severity::Sev2)),
            alert(State::Pending, Some(Severity::Sev2)),
            alert(State::Firing, Some(Severity::Sev3)),
            alert(State::Firing, None),
        ];
        escalate(&mut all, 30 * MINUTE - 1);
        assert!(all.iter().all(|a| a.escalated_from.is_none()));
        escalate(&mut all, 30 * MINUTE);
        assert_eq!((all[0].severity, all[0].escalated_from), (Some(Severity::Sev1), Some(Severity::Sev2)));
        assert!(all[1..].iter().all(|a| a.escalated_from.is_none()));
        assert_eq!(all.each_ref().map(Alert::is_pressing), [true, false, false, true, true]);
    }
}

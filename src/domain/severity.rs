//! Incident severities, what each asks for, and the words that other systems use for them.

use super::labels::Labels;
use super::order::Gather as _;
use super::time::{HOUR, MINUTE, Millis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// SEV-1 is the worst. In files it is written by its [`Severity::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Sev1,
    Sev2,
    Sev3,
    Sev4,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4];

    pub fn title(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
        }
    }

    /// The short machine name, as used in the configuration and in CSS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sev1 => "sev1",
            Self::Sev2 => "sev2",
            Self::Sev3 => "sev3",
            Self::Sev4 => "sev4",
        }
    }

    /// The severity that a word of any of the usual systems stands for; `None` for a word that is not one of
    /// theirs.
    ///
    /// `critical`, `SEV-2`, `P3` and `1 - Critical` are read. P0 and SEV-0 are SEV-1 here, and what comes
    /// after 4 is SEV-4. `0` alone is not read: it is the worst in syslog and the least in Zabbix.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let letters = key(&text);
        of_word(&letters).or_else(|| of_number(&letters)).or_else(|| {
            // `1 - Critical`, `P2 (high)`: the number leads, what follows explains it.
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
            words.next().and_then(of_number)
        })
    }

    /// How soon someone must respond; `None` means next sprint.
    pub fn respond_within(self) -> Option<Millis> {
        match self {
            Self::Sev1 => Some(5 * MINUTE),
            Self::Sev2 => Some(15 * MINUTE),
            Self::Sev3 => Some(HOUR),
            Self::Sev4 => None,
        }
    }

    /// The severity after `age` without a resolution: a SEV-2 becomes SEV-1 at 30 minutes.
    pub fn escalated(self, age: Millis) -> Self {
        if self == Self::Sev2 && age >= 30 * MINUTE { Self::Sev1 } else { self }
    }

    /// Sorts the worst first. An unknown severity comes before SEV-4: it may be anything, and what nobody
    /// can read must not lie below the tickets.
    pub fn rank(severity: Option<Self>) -> u8 {
        match severity {
            Some(Self::Sev1) => 1,
            Some(Self::Sev2) => 2,
            Some(Self::Sev3) => 3,
            None => 4,
            Some(Self::Sev4) => 5,
        }
    }
}

/// `SEV-1`, `Sev 1` and `sev_1` are one word.
fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of Prometheus's mixins, syslog, Zabbix, Datadog, New Relic, Opsgenie, ServiceNow, Nagios and
/// X.733.
fn of_word(word: &str) -> Option<Severity> {
    match word {
        "critical" | "crit" | "fatal" | "emergency" | "emerg" | "panic" | "disaster" | "alert" | "page"
        | "pager" | "blocker" | "urgent" | "immediate" => Some(Severity::Sev1),
        "high" | "highest" | "major" | "error" | "err" | "severe" => Some(Severity::Sev2),
        "medium" | "moderate" | "average" | "minor" | "warning" | "warn" => Some(Severity::Sev3),
        "low" | "lowest" | "info" | "information" | "informational" | "notice" | "debug" | "trace"
        | "verbose" | "none" | "ok" | "ticket" | "trivial" | "cosmetic" | "planning" | "cleared" => {
            Some(Severity::Sev4)
        }
        _ => None,
    }
}

/// `1` to `5`, also behind `p`, `s`, `sev` and the like, where 0 is read too.
fn of_number(word: &str) -> Option<Severity> {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = word.strip_suffix(digits)?;
    if !matches!(prefix, "" | "p" | "prio" | "priority" | "s" | "sev" | "severity" | "level") {
        return None;
    }
    match digits {
        "0" if !prefix.is_empty() => Some(Severity::Sev1),
        "1" => Some(Severity::Sev1),
        "2" => Some(Severity::Sev2),
        "3" => Some(Severity::Sev3),
        "4" | "5" => Some(Severity::Sev4),
        _ => None,
    }
}

/// Where a team writes severities, and the words it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severities {
    /// Labels that carry the severity. The first that an alert has with a word that is known decides.
    labels: Vec<String>,
    /// The team's own words, by [`key`]; they come before the usual ones.
    words: BTreeMap<String, Severity>,
}

impl Default for Severities {
    fn default() -> Self {
        Self::new(["severity", "priority", "sev"].map(Into::into).to_vec(), [])
    }
}

impl Severities {
    pub fn new(labels: Vec<String>, words: impl IntoIterator<Item = (String, Severity)>) -> Self {
        Self { labels, words: words.into_iter().map(|(word, s)| (key(&word), s)).into_map() }
    }

    /// With a team's own words.
    pub fn with_words(self, words: impl IntoIterator<Item = (String, Severity)>) -> Self {
        Self::new(self.labels, words)
    }

    /// The severity of an alert with these labels; beside `None` the word that is not known, if there is one.
    pub fn of(&self, labels: &Labels) -> (Option<Severity>, Option<String>) {
        let written = || self.labels.iter().filter_map(|l| labels.get(l)).filter(|w| !w.trim().is_empty());
        let known = |word: &str| self.words.get(&key(word)).copied().or_else(|| Severity::parse(word));
        match written().find_map(known) {
            Some(severity) => (Some(severity), None),
            None => (None, written().next().map(Into::into)),
        }
    }

    /// Whether a label says how severe an alert is, not what it is about.
    pub fn is_carried_by(&self, label: &str) -> bool {
        self.labels.iter().any(|l| l == label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unresolved_sev2_becomes_sev1_at_thirty_minutes() {
        assert_eq!(Severity::Sev2.escalated(30 * MINUTE - 1), Severity::Sev2);
        assert_eq!(Severity::Sev2.escalated(30 * MINUTE), Severity::Sev1);
        assert_eq!(Severity::Sev3.escalated(HOUR), Severity::Sev3);
    }

    #[test]
    fn the_words_of_the_usual_systems_are_understood() {
        for (severity, words) in [
            // Prometheus's mixins, syslog, Zabbix, Datadog, New Relic, ServiceNow, Opsgenie, Azure
            (
                Some(Severity::Sev1),
                "critical Critical CRIT fatal emergency disaster page alert P0 P1 p1 sev0 sev1 SEV-1 sev_1 S1 1 1-critical P1(urgent)",
            ),
            (
                Some(Severity::Sev2),
                "high HIGH major error err P2 sev2 SEV-2 S2 2 2-High severity2 priority-2",
            ),
            (
                Some(Severity::Sev3),
                "warning Warning warn average moderate medium minor P3 sev3 S3 3 3-Moderate",
            ),
            (
                Some(Severity::Sev4),
                "low info information informational notice debug none ok ticket P4 P5 sev4 sev5 S4 4 5 5-Planning",
            ),
            (None, "purple 0 6 p6 sev9 10 42 non-critical not-classified unknown x1 p sev - ?"),
        ] {
            for word in words.split(' ') {
                assert_eq!(Severity::parse(word), severity, "{word}");
            }
        }
        assert_eq!(Severity::parse(" Sev 2 "), Some(Severity::Sev2));
        assert_eq!(Severity::parse("1 - Critical"), Some(Severity::Sev1));
        assert_eq!(Severity::parse(""), None);
    }

    #[test]
    fn an_alert_has_the_severity_of_the_first_label_with_a_known_word() {
        let own = Severities::new(
            vec!["severity".into(), "tier".into()],
            [("Gold".to_string(), Severity::Sev1), ("page".into(), Severity::Sev2)],
        );
        let usual = Severities::default();
        for (by, labels, expected) in [
            (&usual, vec![("severity", "page")], (Some(Severity::Sev1), None)),
            (&own, vec![("severity", "page")], (Some(Severity::Sev2), None)),
            (&own, vec![("severity", "SEV-3")], (Some(Severity::Sev3), None)),
            (&own, vec![("severity", "purple"), ("tier", "gold")], (Some(Severity::Sev1), None)),
            (&usual, vec![("severity", "purple"), ("tier", "gold")], (None, Some("purple"))),
            (&usual, vec![("severity", " "), ("priority", "P2")], (Some(Severity::Sev2), None)),
            (&usual, vec![("service", "api")], (None, None)),
        ] {
            let (severity, word) = by.of(&labels.clone().into_iter().collect());
            assert_eq!((severity, word.as_deref()), expected, "{labels:?}");
        }
    }

    #[test]
    fn what_nobody_can_read_sorts_above_tickets() {
        let mut all = [Some(Severity::Sev4), None, Some(Severity::Sev1), Some(Severity::Sev3)];
        all.sort_by_key(|s| Severity::rank(*s));
        assert_eq!(all, [Some(Severity::Sev1), Some(Severity::Sev3), None, Some(Severity::Sev4)]);
    }
}

//! The front matter of a runbook: `key: value` in lines, a small part of YAML that is the same here, in other tools and
//! on a repository's host.

use crate::domain::labels::Labels;
use crate::domain::on_call::day_number;
use crate::domain::public::written::one_line;
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, Millis};

/// What a runbook is for, and who looks after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// ids of services
    pub services: Vec<String>,
    /// names of alerts
    pub alerts: Vec<String>,
    /// labels that an alert must have all of
    pub labels: Labels,
    pub severity: Option<Severity>,
    pub owner: Option<String>,
    /// midnight (UTC) of the day on which somebody last went through it
    pub updated: Option<Millis>,
}

/// Something about a file that its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// from 1
    pub line: usize,
    pub text: String,
    /// Part of the file could not be used.
    pub is_fault: bool,
}

const KEYS: &str = "service, alert, labels, severity, owner, updated";

/// The most entries of one list.
const MOST: usize = 200;

/// Reads the lines between the `---`, the first of which is line 2 of the file.
pub fn read(head: &str, notes: &mut Vec<Note>) -> Front {
    let mut front = Front::default();
    let mut seen: Vec<String> = Vec::new();
    for (line, key, values) in entries(head, notes) {
        if seen.contains(&key) {
            notes.push(fault(line, format!("{key} is given twice: only the first counts")));
            continue;
        }
        let first = values.first().cloned();
        match key.as_str() {
            "service" => front.services = values,
            "alert" => front.alerts = values,
            "labels" => front.labels = labels(line, &values, notes),
            "severity" => {
                front.severity = first.as_deref().and_then(Severity::parse);
                if front.severity.is_none() {
                    notes.push(fault(line, "severity is none of SEV-1, SEV-2, SEV-3 and SEV-4".into()));
                }
            }
            "owner" => front.owner = first,
            "updated" => {
                front.updated = first.as_deref().and_then(day_number).map(|day| day * DAY);
                if front.updated.is_none() {
                    notes.push(fault(line, "updated is no date in the form 2026-11-24".into()));
                }
            }
            _ => {
                let name: String = key.chars().take(40).collect();
                notes.push(fault(line, format!("{name:?} is none of the keys {KEYS}")));
                continue;
            }
        }
        seen.push(key);
    }
    for key in ["owner", "updated"].into_iter().filter(|key| !seen.iter().any(|s| s == key)) {
        notes.push(Note { line: 1, text: format!("the front matter has no {key}"), is_fault: false });
    }
    if front.services.is_empty() && front.alerts.is_empty() {
        let text = "it names neither a service nor an alert, so only a search finds it".into();
        notes.push(Note { line: 1, text, is_fault: false });
    }
    front
}

fn fault(line: usize, text: String) -> Note {
    Note { line, text, is_fault: true }
}

/// Each key with its values and its line: `a: b`, `a: [b, "c"]`, or `a:` and lines `- b`.
fn entries(head: &str, notes: &mut Vec<Note>) -> Vec<(usize, String, Vec<String>)> {
    let mut all: Vec<(usize, String, Vec<String>)> = Vec::new();
    for (i, raw) in head.lines().enumerate() {
        let line = i + 2;
        let text = without_comment(raw).trim();
        if text.is_empty() {
            continue;
        }
        if let Some(item) = text.strip_prefix("- ") {
            match all.last_mut() {
                Some((_, _, values)) if values.len() < MOST => values.extend(value(item)),
                _ => notes.push(fault(line, "an entry of a list without a key before it".into())),
            }
            continue;
        }
        let Some((key, rest)) =
            text.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '))
        else {
            notes.push(fault(line, "a line that is not of the form key: value".into()));
            continue;
        };
        let rest = rest.trim();
        let values = match rest.strip_prefix('[').and_then(|r| r.strip_suffix(']')) {
            Some(list) => list.split(',').take(MOST).filter_map(value).collect(),
            None => value(rest).into_iter().collect(),
        };
        all.push((line, key.trim().to_string(), values));
    }
    all
}

/// Up to a `#` that begins a comment, which has a space before it.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.find(" #").and_then(|at| line.get(..at)).unwrap_or(line)
}

/// A value without its quotes; nothing for an empty one.
fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let quoted = ['"', '\''].into_iter().find_map(|q| text.strip_prefix(q)?.strip_suffix(q));
    let plain: String = one_line(quoted.unwrap_or(text)).chars().take(200).collect();
    (!plain.is_empty()).then_some(plain)
}

fn labels(line: usize, values: &[String], notes: &mut Vec<Note>) -> Labels {
    let mut pairs = Vec::new();
    for text in values {
        match text.split_once('=') {
            Some((name, value)) if crate::domain::labels::is_name(name) => pairs.push((name, value)),
            _ => notes.push(fault(line, format!("{text:?} is no label of the form team=data"))),
        }
    }
    pairs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(head: &str) -> (Front, Vec<String>) {
        let mut notes = Vec::new();
        let front = read(head, &mut notes);
        (front, notes.into_iter().map(|n| format!("{}: {}", n.line, n.text)).collect())
    }

    #[test]
    fn a_whole_front_matter() {
        let (front, notes) = of(
            "# a comment\nservice: [api, \"auth\"] # two\nalert:\n  - HighLatency\n  - 'Slow: API'\n\
                                 labels: [team=data]\nseverity: SEV-2\nowner: Platform #1 team\nupdated: 2026-11-24\n",
        );
        assert_eq!(front.services, ["api", "auth"]);
        assert_eq!(front.alerts, ["HighLatency", "Slow: API"]);
        assert_eq!(front.labels.get("team"), Some("data"));
        assert_eq!(front.severity, Some(Severity::Sev2));
        assert_eq!(front.owner.as_deref(), Some("Platform"));
        assert_eq!(front.updated, Some(1_795_478_400_000));
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (head, expected) in [
            ("service: a\nowner: b\nupdated: soon\n", "4: updated is no date in the form 2026-11-24"),
            ("service: a\nowner: b\nupdated: 2026-01-01\nseverity: purple\n", "5: severity is none"),
            ("service: a\nowner: b\nupdated: 2026-01-01\nsevices: c\n", "5: \"sevices\" is none of the keys"),
            ("- a\nservice: a\nowner: b\nupdated: 2026-01-01\n", "2: an entry of a list"),
            ("nonsense\nservice: a\nowner: b\nupdated: 2026-01-01\n", "2: a line that is not"),
            ("service: a\nservice: b\nowner: b\nupdated: 2026-01-01\n", "3: service is given twice"),
            ("service: a\nupdated: 2026-01-01\n", "1: the front matter has no owner"),
            ("owner: a\nupdated: 2026-01-01\n", "1: it names neither"),
            ("service: a\nowner: b\nupdated: 2026-01-01\nlabels: [team]\n", "5: \"team\" is no label"),
        ] {
            let (_, notes) = of(head);
            assert!(notes.len() == 1 && notes[0].starts_with(expected), "{head:?}: {notes:?}");
        }
    }
}

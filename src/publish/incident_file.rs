//! Incidents and maintenances as Markdown files: a head of facts, then a message under each heading.
//!
//! ```markdown
//! ---
//! title: Slow responses from the API
//! impact: major
//! started: 2026-11-24T03:01:00Z
//! components: { api: partial_outage }
//! ---
//! ## investigating 2026-11-24T03:04:00Z
//! Some requests take longer than usual.
//! ```
//! A maintenance has `starts` and `ends` in place of `started`, and may have `repeats` (daily, weekly or
//! monthly) and `repeats_until`. The name of the file is part of the address.

use super::front_matter;
use crate::domain::public::recurrence::{Every, Repeats};
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Origin, Phase, Update};
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}{}: {found}. Expected {expected}", line.map(|l| format!(":{l}")).unwrap_or_default())]
pub struct FileFault {
    pub file: String,
    /// from 1
    pub line: Option<usize>,
    pub found: String,
    pub expected: String,
}

/// Longer files are a mistake, or meant ill.
pub const LONGEST: usize = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    #[serde(default)]
    impact: Option<String>,
    #[serde(default)]
    started: Option<String>,
    #[serde(default)]
    resolved: Option<String>,
    #[serde(default)]
    starts: Option<String>,
    #[serde(default)]
    ends: Option<String>,
    #[serde(default)]
    repeats: Option<String>,
    #[serde(default)]
    repeats_until: Option<String>,
    #[serde(default)]
    components: BTreeMap<String, String>,
}

/// Reads a file. `name` is its name without a folder, `components` are the ids there are.
pub fn read(name: &str, text: &str, components: &[&str]) -> Result<Notice, FileFault> {
    File { name }.read(text, components)
}

struct File<'n> {
    name: &'n str,
}

impl File<'_> {
    fn fault(&self, line: Option<usize>, found: &str, expected: &str) -> FileFault {
        FileFault { file: self.name.into(), line, found: found.into(), expected: expected.into() }
    }

    fn read(&self, text: &str, components: &[&str]) -> Result<Notice, FileFault> {
        let id = self.id()?;
        let (head, body, line) = front_matter::split(text).ok_or_else(|| {
            self.fault(
                Some(1),
                "no head",
                "a line of three hyphens, title and started, and another such line",
            )
        })?;
        let head: Head = serde_saphyr::from_str(head).map_err(|e| {
            let text = e.to_string();
            let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("a head that is not YAML");
            self.fault(
                None,
                first,
                "title, impact, started, resolved, starts, ends, repeats, repeats_until, components",
            )
        })?;
        if head.title.trim().is_empty() {
            return Err(self.fault(Some(1), "an empty title", "a title"));
        }
        let affected = self.affected(&head, components)?;
        let updates = self.updates(body, line)?;
        let window = match (self.time("starts", &head.starts)?, self.time("ends", &head.ends)?) {
            (Some(start), Some(end)) if start < end => Some(Bounds { start, end }),
            (None, None) => None,
            _ => {
                return Err(self.fault(None, "starts without a later ends", "both, the end after the start"));
            }
        };
        let first = updates.last().map(|u| u.at);
        let told = self.time("started", &head.started)?.or(window.map(|_| i64::MAX));
        let started = match (told, first, window) {
            (Some(at), Some(first), Some(_)) if at == i64::MAX => first,
            (Some(i64::MAX), None, Some(window)) => window.start,
            (Some(at), _, _) => at,
            (None, Some(first), _) => first,
            (None, None, _) => return Err(self.fault(None, "no beginning", "started: 2026-11-24T03:01:00Z")),
        };
        let told_end = self.time("resolved", &head.resolved)?;
        let ended = told_end.or(updates.iter().filter(|u| u.phase.is_over()).map(|u| u.at).min());
        if ended.is_some_and(|end| end < started) && window.is_none() {
            return Err(self.fault(None, "an end before its beginning", "resolved after started"));
        }
        let default = if window.is_some() { Impact::Maintenance } else { worst(&affected) };
        Ok(Notice {
            id,
            title: head.title.trim().into(),
            impact: self.impact(head.impact.as_deref(), default)?,
            started,
            ended,
            window,
            repeats: self.repeats(&head)?,
            affected,
            updates: with_end(updates, window, started, told_end),
            origin: Origin::File,
        })
    }

    /// The address of the incident, from the file's name.
    fn id(&self) -> Result<String, FileFault> {
        let stem = self.name.strip_suffix(".md").unwrap_or(self.name).to_ascii_lowercase();
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if stem.is_empty() || stem.len() > 100 || !stem.chars().all(fine) {
            let expected = "letters, digits and hyphens, for instance 2026-11-24-slow-api.md";
            return Err(self.fault(None, "a file name that cannot be part of an address", expected));
        }
        Ok(stem)
    }

    fn time(&self, key: &str, typed: &Option<String>) -> Result<Option<Millis>, FileFault> {
        let Some(typed) = typed else { return Ok(None) };
        let read = parse_rfc3339(typed);
        let expected = "a time with its zone, for instance 2026-11-24T03:01:00Z";
        read.map(Some).ok_or_else(|| self.fault(None, &format!("{key}: {typed:?}"), expected))
    }

    fn impact(&self, typed: Option<&str>, default: Impact) -> Result<Impact, FileFault> {
        let Some(typed) = typed else { return Ok(default) };
        let all = [Impact::None, Impact::Minor, Impact::Major, Impact::Critical, Impact::Maintenance];
        let found = all.into_iter().find(|i| i.name() == typed);
        found.ok_or_else(|| {
            self.fault(None, &format!("impact: {typed:?}"), "none, minor, major, critical or maintenance")
        })
    }

    fn affected(
        &self,
        head: &Head,
        components: &[&str],
    ) -> Result<Vec<(String, ComponentStatus)>, FileFault> {
        head.components
            .iter()
            .map(|(id, status)| {
                if !components.contains(&id.as_str()) {
                    let expected = format!("an id of a component: {}", first_few(components));
                    return Err(self.fault(None, &format!("components: {id:?}"), &expected));
                }
                match ComponentStatus::parse(status) {
                    ComponentStatus::Unknown => Err(self.fault(
                        None,
                        &format!("components: {id}: {status:?}"),
                        "operational, degraded_performance, partial_outage, major_outage or under_maintenance",
                    )),
                    status => Ok((id.clone(), status)),
                }
            })
            .collect()
    }

    fn repeats(&self, head: &Head) -> Result<Option<Repeats>, FileFault> {
        let until = self.time("repeats_until", &head.repeats_until)?;
        let Some(typed) = &head.repeats else { return Ok(None) };
        if head.starts.is_none() {
            return Err(self.fault(
                None,
                "repeats without starts",
                "starts and ends: only maintenance repeats",
            ));
        }
        match Every::parse(typed) {
            Some(every) => Ok(Some(Repeats { every, until })),
            None => Err(self.fault(None, &format!("repeats: {typed:?}"), "daily, weekly or monthly")),
        }
    }

    /// The messages, newest first.
    fn updates(&self, body: &str, first_line: usize) -> Result<Vec<Update>, FileFault> {
        let mut updates: Vec<(Phase, Millis, String)> = Vec::new();
        let mut in_code = false;
        for (i, line) in body.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            }
            match line.strip_prefix("## ").filter(|_| !in_code) {
                Some(heading) => {
                    let (phase, at) = self.heading(heading, first_line + i)?;
                    updates.push((phase, at, String::new()));
                }
                None => match updates.last_mut() {
                    Some((_, _, text)) => {
                        text.push_str(line);
                        text.push('\n');
                    }
                    None if line.trim().is_empty() => {}
                    None => {
                        let expected = "a heading first, for instance ## investigating 2026-11-24T03:04:00Z";
                        return Err(self.fault(Some(first_line + i), "text without a heading", expected));
                    }
                },
            }
        }
        let update = |(phase, at, text): (Phase, Millis, String)| Update {
            at,
            phase,
            body: Body::Markdown(text.trim().into()),
        };
        let mut updates: Vec<Update> = updates.into_iter().map(update).collect();
        // Of two of one minute, the one that stands lower in the file is the newer.
        updates.reverse();
        updates.sort_by_key(|u| std::cmp::Reverse(u.at));
        Ok(updates)
    }

    fn heading(&self, heading: &str, line: usize) -> Result<(Phase, Millis), FileFault> {
        let mut words = heading.split_whitespace();
        let phase = words.next().and_then(Phase::parse);
        let at = words.next().and_then(parse_rfc3339);
        match (phase, at, words.next()) {
            (Some(phase), Some(at), None) => Ok((phase, at)),
            _ => {
                let names: Vec<&str> = Phase::ALL.iter().map(|p| p.name()).collect();
                let expected = format!(
                    "a state and a time, for instance ## resolved 2026-11-24T04:10:00Z; states: {}",
                    names.join(", ")
                );
                Err(self.fault(Some(line), &format!("the heading {heading:?}"), &expected))
            }
        }
    }
}

fn first_few(ids: &[&str]) -> String {
    let shown = ids.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    if ids.len() > 8 { format!("{shown}, .. ({} in all)", ids.len()) } else { shown }
}

fn worst(affected: &[(String, ComponentStatus)]) -> Impact {
    affected.iter().map(|(_, status)| Impact::of(*status)).max().unwrap_or(Impact::None)
}

/// Adds what the head says and no message does: that it is planned, or over.
fn with_end(
    mut updates: Vec<Update>,
    window: Option<Bounds>,
    started: Millis,
    resolved: Option<Millis>,
) -> Vec<Update> {
    let silent = |phase, at| Update { at, phase, body: Body::Markdown(String::new()) };
    if updates.is_empty() {
        let first = if window.is_some() { Phase::Scheduled } else { Phase::Investigating };
        updates.push(silent(first, started));
    }
    if let Some(at) = resolved.filter(|_| updates.first().is_some_and(|u| !u.phase.is_over())) {
        let last = if window.is_some() { Phase::Completed } else { Phase::Resolved };
        updates.insert(0, silent(last, at));
    }
    updates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, MINUTE};

    const GOOD: &str = "---
title: Slow API
impact: major
started: 2026-11-24T03:01:00Z
components:
  api: partial_outage
---

## investigating 2026-11-24T03:04:00Z

It is slow.

```
## not a heading
```

## resolved 2026-11-24T04:00:00Z
";

    fn read_as(text: &str) -> Result<Notice, FileFault> {
        read("2026-11-24-Slow-API.md", text, &["api", "db"])
    }

    #[test]
    fn an_incident_is_read() {
        let notice = read_as(GOOD).unwrap();
        assert_eq!((notice.id.as_str(), notice.title.as_str()), ("2026-11-24-slow-api", "Slow API"));
        assert_eq!(notice.updates.len(), 2);
        assert_eq!(notice.updates[0].phase, Phase::Resolved);
        assert!(notice.updates[1].body.text().contains("## not a heading"));
        assert_eq!(notice.ended.unwrap() - notice.started, 59 * MINUTE);
        assert_eq!(notice.affected, [("api".to_string(), ComponentStatus::PartialOutage)]);
    }

    #[test]
    fn a_maintenance_is_read_with_its_repetition() {
        let text = "---\ntitle: Backup\nstarts: 2026-11-29T02:00:00Z\nends: 2026-11-29T04:00:00Z\nrepeats: weekly\ncomponents: {db: under_maintenance}\n---\n";
        let notice = read_as(text).unwrap();
        assert_eq!(notice.window.unwrap().length(), 2 * HOUR);
        assert_eq!(notice.repeats.unwrap().every, Every::Week);
        assert_eq!((notice.impact, notice.updates[0].phase), (Impact::Maintenance, Phase::Scheduled));
    }

    #[track_caller]
    fn fails(text: &str, line: Option<usize>, says: &str) {
        let fault = read_as(text).unwrap_err();
        assert_eq!(fault.line, line, "{fault}");
        assert!(fault.to_string().contains(says), "{fault}");
    }

    #[test]
    fn faults_name_the_place_and_the_remedy() {
        fails("hello", Some(1), "three hyphens");
        fails(&GOOD.replace("impact: major", "impact: huge"), None, "none, minor, major");
        fails(&GOOD.replace("  api:", "  apy:"), None, "an id of a component: api, db");
        fails(&GOOD.replace("partial_outage", "gone"), None, "major_outage");
        fails(&GOOD.replace("03:01:00Z", "03:01"), None, "with its zone");
        fails(&GOOD.replace("## resolved", "## solved"), Some(16 + 1), "states: investigating");
        fails(&GOOD.replace("title: Slow API", "titel: Slow API"), None, "titel");
        fails(&GOOD.replace("title: Slow API", "title: ''"), Some(1), "a title");
        fails("---\ntitle: x\n---\ntext\n", Some(4), "a heading first");
        fails("---\ntitle: x\n---\n", None, "started: ");
        fails("---\ntitle: x\nstarts: 2026-11-29T02:00:00Z\n---\n", None, "both");
        let other = read("../../etc/passwd", GOOD, &["api"]).unwrap_err();
        assert!(other.to_string().contains("part of an address"));
    }

    /// What the console writes is what is read here, whatever is typed.
    #[test]
    fn the_consoles_files_are_read_back() {
        use crate::domain::public::incident_text::{Draft, with_message};
        let started = parse_rfc3339("2026-11-24T03:01:00Z").unwrap();
        for title in ["Slow API", "\"Quotes\": and # hashes", "Größe — 遅い", "a\\b\n---\nc"] {
            let draft = Draft {
                title: title.into(),
                started,
                window: None,
                affected: vec![("api".into(), ComponentStatus::MajorOutage)],
                phase: Phase::Investigating,
                at: started + 3 * MINUTE,
                message: "We look.\n## not a message\n---\n".into(),
            };
            let text = with_message(&draft.text(), Phase::Resolved, started + HOUR, "Over.");
            let notice = read(&draft.file_name(), &text, &["api"]).unwrap_or_else(|e| panic!("{e}\n{text}"));
            assert_eq!(notice.title, title.replace('\n', " ").trim());
            assert_eq!((notice.started, notice.ended), (started, Some(started + HOUR)));
            assert_eq!(notice.updates.len(), 2, "{text}");
            assert_eq!(notice.updates[0].body.text(), "Over.");
            assert_eq!(notice.affected, draft.affected);
        }
    }
}

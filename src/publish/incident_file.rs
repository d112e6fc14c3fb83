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
//! A maintenance has `starts` and `ends` in place of `started`, and may have `announced`, `repeats` (daily, weekly or
//! monthly) and `repeats_until`. The name of the file is part of the address.

use super::messages;
use crate::domain::front_matter;
use crate::domain::public::recurrence::{Every, Repeats};
use crate::domain::public::written::{one_line, printable};
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Origin, Phase, Revision, Update, end_of};
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use thiserror::Error;

/// What is wrong with a file, or likely to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}{}{}: {found}. Expected {expected}", numbered(line), numbered(column))]
pub struct FileFault {
    pub file: String,
    /// from 1, of the file
    pub line: Option<usize>,
    /// from 1, characters
    pub column: Option<usize>,
    pub found: String,
    pub expected: String,
}

fn numbered(n: &Option<usize>) -> String {
    n.map(|n| format!(":{n}")).unwrap_or_default()
}

/// Longer files are a mistake, or meant ill.
pub const LONGEST: usize = 1_000_000;

/// How files of incidents end, in any case.
pub const ENDINGS: [&str; 2] = ["md", "markdown"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    title: Option<Spanned<String>>,
    #[serde(default)]
    impact: Option<Spanned<String>>,
    #[serde(default)]
    started: Option<Spanned<String>>,
    #[serde(default)]
    resolved: Option<Spanned<String>>,
    #[serde(default)]
    announced: Option<Spanned<String>>,
    #[serde(default)]
    starts: Option<Spanned<String>>,
    #[serde(default)]
    ends: Option<Spanned<String>>,
    #[serde(default)]
    repeats: Option<Spanned<String>>,
    #[serde(default)]
    repeats_until: Option<Spanned<String>>,
    #[serde(default)]
    components: Option<BTreeMap<String, Spanned<String>>>,
}

const KEYS: &str =
    "title, impact, started, resolved, announced, starts, ends, repeats, repeats_until, components";

/// A file's notice, and what is odd about it without keeping it from being published.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub notice: Notice,
    pub warnings: Vec<FileFault>,
}

/// Reads a file. `name` is its name without a folder, `components` are the ids there are.
pub fn read(name: &str, text: &str, components: &[&str], now: Millis) -> Result<Read, FileFault> {
    let text = printable(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut file = File { name, components, now, warnings: Vec::new() };
    let notice = file.notice(&text)?;
    Ok(Read { notice, warnings: file.warnings })
}

/// The address of an incident, from its file's name.
pub fn id_of(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let stem =
        name.rsplit_once('.').filter(|(_, end)| ENDINGS.contains(end)).map(|(stem, _)| stem.to_string());
    stem.unwrap_or(name)
}

struct File<'n> {
    name: &'n str,
    components: &'n [&'n str],
    now: Millis,
    warnings: Vec<FileFault>,
}

/// A line and a column of the file, from 1.
type Place = (usize, usize);

/// Where a value of the head is: its first line is the file's second.
fn place<T>(value: &Spanned<T>) -> Option<Place> {
    let (line, column) = (value.referenced.line(), value.referenced.column());
    Some((usize::try_from(line).ok()? + 1, usize::try_from(column).ok()?))
}

/// Messages with their places, newest first.
type Placed = Vec<(Update, Place)>;

impl File<'_> {
    fn fault(&self, place: Option<Place>, found: &str, expected: &str) -> FileFault {
        FileFault {
            file: self.name.into(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            found: found.into(),
            expected: expected.into(),
        }
    }

    fn warn(&mut self, place: Option<Place>, found: &str, expected: &str) {
        self.warnings.push(self.fault(place, found, expected));
    }

    fn notice(&mut self, text: &str) -> Result<Notice, FileFault> {
        let id = self.id()?;
        let (head, body, line) = front_matter::split(text).ok_or_else(|| {
            let expected = "a line of three hyphens, title and started, and another line of three hyphens";
            self.fault(Some((1, 1)), "no front matter", expected)
        })?;
        let cut = self.cut_title(head);
        let read = serde_saphyr::from_str(head);
        let head: Head = read.map_err(|error| self.yaml_fault(head, &error))?;
        let title = one_line(head.title.as_ref().map_or("", |t| &t.value));
        if title.is_empty() {
            let at = cut.or(head.title.as_ref().and_then(place)).or(Some((1, 1)));
            let expected =
                if cut.is_some() { "a title in quotes: in YAML a # begins a comment" } else { "a title" };
            return Err(self.fault(at, "an empty title", expected));
        }
        let affected = self.affected(&head)?;
        let placed = self.messages(body, line)?;
        let window = self.window(&head)?;
        let resolved = self.time("resolved", &head.resolved)?;
        let (updates, ended) = self.end(resolved, window, &placed);
        let started = self.start(&head, window, &placed)?;
        if ended.is_some_and(|end| end < started) && window.is_none() {
            let at = head.resolved.as_ref().or(head.started.as_ref()).and_then(place);
            return Err(self.fault(at, "it ends before it starts", "resolved after started"));
        }
        let default = if window.is_some() { Impact::Maintenance } else { worst(&affected) };
        let notice = Notice {
            id,
            title,
            impact: self.impact(&head.impact, default)?,
            started,
            ended,
            window,
            repeats: self.repeats(&head)?,
            occurrence: None,
            revision: Revision::default(),
            names: BTreeMap::new(),
            affected,
            updates: if placed.is_empty() { with_beginning(updates, window, started) } else { updates },
            origin: Origin::File,
        };
        self.doubt_components(&head, &notice);
        self.doubt_times(&head, &notice, &placed);
        Ok(notice)
    }

    fn id(&self) -> Result<String, FileFault> {
        let id = id_of(self.name);
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 100 || !id.chars().all(fine) {
            let expected = "letters, digits and hyphens, for instance 2026-11-24-slow-api.md";
            return Err(self.fault(None, "a file name that cannot be part of an address", expected));
        }
        Ok(id)
    }

    fn yaml_fault(&self, head: &str, error: &serde_saphyr::Error) -> FileFault {
        let at = error
            .location()
            .and_then(|l| Some((usize::try_from(l.line()).ok()? + 1, usize::try_from(l.column()).ok()?)));
        let text = error.without_snippet().to_string();
        let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("a head that is not YAML");
        // The place is told before it, and counted from the top of the file.
        let first = first.split(" at line ").next().unwrap_or(first);
        // `title: API: slow` and `title: *new* host` mean something else in YAML.
        let line = at.and_then(|(line, _)| head.lines().nth(line.checked_sub(2)?)).unwrap_or_default();
        let typed = line.strip_prefix("title:").map(str::trim).unwrap_or_default();
        if typed.is_empty() || typed.contains(['"', '\'', '\\']) || first.starts_with("duplicate") {
            return self.fault(at, first, KEYS);
        }
        self.fault(at, first, &format!("quotes around a title with such letters: title: \"{typed}\""))
    }

    /// Warns of a title that a `#` cuts off: YAML takes the rest for a comment. Where the `#` is.
    fn cut_title(&mut self, head: &str) -> Option<Place> {
        for (i, line) in head.lines().enumerate() {
            let Some(value) = line.strip_prefix("title:") else { continue };
            let typed = value.trim_start();
            let plain = !typed.starts_with(['"', '\'', '|', '>', '{', '[', '&', '!']);
            let hash = value.match_indices('#').map(|(at, _)| at);
            let cut = hash.into_iter().find(|at| value.get(..*at).is_some_and(|b| b.ends_with([' ', '\t'])));
            if let Some(at) = cut.filter(|_| plain) {
                let left = value.get(..at).unwrap_or_default().trim();
                let before = line.get(..line.len() - value.len() + at).unwrap_or_default();
                let place = (i + 2, before.chars().count() + 1);
                let found = format!("the title ends before the #, as {left:?}: in YAML a # begins a comment");
                self.warn(Some(place), &found, &format!("quotes: title: \"{}\"", typed.trim_end()));
                return Some(place);
            }
        }
        None
    }

    fn time(&self, key: &str, typed: &Option<Spanned<String>>) -> Result<Option<Millis>, FileFault> {
        let Some(typed) = typed else { return Ok(None) };
        let expected = "a time with its zone, for instance 2026-11-24T03:01:00Z";
        let read = parse_rfc3339(&typed.value);
        read.map(Some).ok_or_else(|| self.fault(place(typed), &format!("{key}: {:?}", typed.value), expected))
    }

    fn window(&self, head: &Head) -> Result<Option<Bounds>, FileFault> {
        match (self.time("starts", &head.starts)?, self.time("ends", &head.ends)?) {
            (Some(start), Some(end)) if start < end => Ok(Some(Bounds { start, end })),
            (None, None) => Ok(None),
            _ => {
                let at = head.ends.as_ref().or(head.starts.as_ref()).and_then(place);
                Err(self.fault(at, "starts without a later ends", "both, the end after the start"))
            }
        }
    }

    /// When it began; of a maintenance, when it was announced, or when it begins if nobody says.
    fn start(&self, head: &Head, window: Option<Bounds>, placed: &Placed) -> Result<Millis, FileFault> {
        let first = placed.last().map(|(u, _)| u.at);
        let announced = self.time("announced", &head.announced)?;
        let told = match window {
            Some(window) => announced.or(first).or(Some(window.start)),
            None => self.time("started", &head.started)?.or(first),
        };
        // An incident that people have written about has begun, whatever the head says.
        let told =
            told.map(|at| if at > self.now { first.filter(|f| *f <= self.now).unwrap_or(at) } else { at });
        told.ok_or_else(|| self.fault(Some((1, 1)), "no start time", "started: 2026-11-24T03:01:00Z"))
    }

    /// The updates with what the head says of the end, and when it ended. A message that is newer than `resolved` and
    /// does not close it has opened it again.
    fn end(
        &mut self,
        resolved: Option<Millis>,
        window: Option<Bounds>,
        placed: &Placed,
    ) -> (Vec<Update>, Option<Millis>) {
        let mut updates: Vec<Update> = placed.iter().map(|(u, _)| u.clone()).collect();
        let Some(resolved) = resolved else {
            let ended = end_of(&updates);
            return (updates, ended);
        };
        let open = placed.iter().find(|(u, _)| !u.phase.is_over());
        if let Some((update, at)) = open.filter(|(u, _)| u.at > resolved) {
            let ended = end_of(&updates);
            if ended.is_none() {
                let found =
                    format!("resolved is before the message {} {}", update.phase.name(), rfc3339(update.at));
                self.warn(Some(*at), &found, "no resolved while it is open again; it is published as open");
            }
            return (updates, ended);
        }
        if updates.first().is_none_or(|u| !u.phase.is_over()) {
            let phase = if window.is_some() { Phase::Completed } else { Phase::Resolved };
            updates.insert(0, silent(phase, resolved));
        }
        (updates, Some(resolved))
    }

    fn impact(&self, typed: &Option<Spanned<String>>, default: Impact) -> Result<Impact, FileFault> {
        let Some(typed) = typed else { return Ok(default) };
        let all = [Impact::None, Impact::Minor, Impact::Major, Impact::Critical, Impact::Maintenance];
        let found = all.into_iter().find(|i| i.name() == typed.value);
        found.ok_or_else(|| {
            let expected = "none, minor, major, critical or maintenance";
            self.fault(place(typed), &format!("impact: {:?}", typed.value), expected)
        })
    }

    fn affected(&self, head: &Head) -> Result<Vec<(String, ComponentStatus)>, FileFault> {
        let all = head.components.iter().flatten();
        all.map(|(id, status)| match ComponentStatus::parse(&status.value) {
            ComponentStatus::Unknown => Err(self.fault(
                place(status),
                &format!("components: {id}: {:?}", status.value),
                "operational, degraded_performance, partial_outage, major_outage or under_maintenance",
            )),
            known => Ok((one_line(id), known)),
        })
        .collect()
    }

    /// An id that is not on the page is a retired component when the incident is over, and a mistake when it is not.
    fn doubt_components(&mut self, head: &Head, notice: &Notice) {
        if notice.is_over(self.now) {
            return;
        }
        for (id, status) in head.components.iter().flatten() {
            if !self.components.contains(&id.as_str()) {
                let expected = format!("an id of a component: {}", first_few(self.components));
                self.warn(place(status), &format!("components: {id:?}"), &expected);
            }
        }
    }

    /// Warns of what is dated in the future and so not published yet.
    fn doubt_times(&mut self, head: &Head, notice: &Notice, placed: &Placed) {
        let now = self.now;
        let is_maintenance = notice.is_maintenance();
        for (key, typed) in
            [("started", &head.started), ("resolved", &head.resolved), ("announced", &head.announced)]
        {
            let Some(typed) = typed else { continue };
            if parse_rfc3339(&typed.value).is_some_and(|at| at > now) {
                let found = format!("{key}: {} is in the future", typed.value);
                let expected = match key {
                    "started" if notice.started > now => {
                        "a time that has passed; it is not published before. What is planned has starts and ends"
                    }
                    _ => "a time that has passed; until then it is left out",
                };
                self.warn(place(typed), &found, expected);
            }
        }
        for (update, at) in placed {
            // An announcement may be dated by when it takes place: it counts from when it is first seen.
            if update.at > now && !(is_maintenance && update.phase == Phase::Scheduled) {
                let found =
                    format!("the message {} {} is in the future", update.phase.name(), rfc3339(update.at));
                self.warn(Some(*at), &found, "a time that has passed; it is not published before");
            }
        }
    }

    fn repeats(&self, head: &Head) -> Result<Option<Repeats>, FileFault> {
        let until = self.time("repeats_until", &head.repeats_until)?;
        let Some(typed) = &head.repeats else { return Ok(None) };
        if head.starts.is_none() {
            let expected = "starts and ends: only maintenance repeats";
            return Err(self.fault(place(typed), "repeats without starts", expected));
        }
        match Every::parse(&typed.value) {
            Some(every) => Ok(Some(Repeats { every, until })),
            None => {
                let found = format!("repeats: {:?}", typed.value);
                Err(self.fault(place(typed), &found, "daily, weekly or monthly"))
            }
        }
    }

    /// The messages, newest first.
    fn messages(&mut self, body: &str, first_line: usize) -> Result<Placed, FileFault> {
        let place_of = |at: usize| {
            let before = body.get(..at).unwrap_or_default();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            (first_line + before.matches('\n').count(), column)
        };
        let split = messages::split(body);
        for doubt in &split.doubts {
            self.warn(Some(place_of(doubt.at)), &doubt.found, &doubt.expected);
        }
        if let Some(stray) = split.stray {
            let expected = "a heading first, for instance ## investigating 2026-11-24T03:04:00Z";
            return Err(self.fault(Some(place_of(stray)), "text without a heading", expected));
        }
        let mut placed: Placed = Vec::new();
        for message in split.messages {
            let place = place_of(message.at);
            let (phase, at) = self.heading(&message.heading, place)?;
            placed.push((Update { at, phase, body: Body::Markdown(message.text.into()) }, place));
        }
        // Of two of one minute, the one that stands lower in the file is the newer.
        placed.reverse();
        placed.sort_by_key(|(u, _)| std::cmp::Reverse(u.at));
        Ok(placed)
    }

    fn heading(&self, heading: &str, place: Place) -> Result<(Phase, Millis), FileFault> {
        let mut words = heading.split_whitespace();
        let phase = words.next().and_then(messages::state_of);
        let at = words.next().and_then(parse_rfc3339);
        match (phase, at, words.next()) {
            (Some(phase), Some(at), None) => Ok((phase, at)),
            _ => {
                let names: Vec<&str> = Phase::ALL.iter().map(|p| p.name()).collect();
                let expected = format!(
                    "a state and a time, for instance ## resolved 2026-11-24T04:10:00Z; states: {}; ### for a heading within a message",
                    names.join(", ")
                );
                Err(self.fault(Some(place), &format!("the heading {heading:?}"), &expected))
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

/// What the head says and no message does.
fn silent(phase: Phase, at: Millis) -> Update {
    Update { at, phase, body: Body::Markdown(String::new()) }
}

/// An incident without messages has begun all the same. A maintenance without any is announced when it is first seen,
/// see [`super::revisions`].
fn with_beginning(mut updates: Vec<Update>, window: Option<Bounds>, started: Millis) -> Vec<Update> {
    if window.is_none() {
        updates.push(silent(Phase::Investigating, started));
    }
    updates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY, HOUR, MINUTE};

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
        read_whole(text).map(|r| r.notice)
    }

    fn read_whole(text: &str) -> Result<Read, FileFault> {
        read("2026-11-24-Slow-API.md", text, &["api", "db"], parse_rfc3339("2026-11-25T12:00:00Z").unwrap())
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
        assert_eq!(
            (notice.impact, notice.updates.len()),
            (Impact::Maintenance, 0),
            "announced when first seen"
        );
    }

    #[track_caller]
    fn fails(text: &str, place: Place, says: &str) {
        let fault = read_as(text).unwrap_err();
        assert_eq!(fault.line.zip(fault.column), Some(place), "{fault}");
        assert!(fault.to_string().contains(says), "{fault}");
    }

    #[test]
    fn faults_name_the_place_and_the_remedy() {
        fails("hello", (1, 1), "three hyphens");
        fails(&GOOD.replace("impact: major", "impact: huge"), (3, 9), "none, minor, major");
        fails(&GOOD.replace("partial_outage", "gone"), (6, 8), "major_outage");
        fails(&GOOD.replace("03:01:00Z", "03:01"), (4, 10), "with its zone");
        fails(&GOOD.replace("## resolved", "## solved"), (17, 1), "states: investigating");
        fails(&GOOD.replace("title: Slow API", "titel: Slow API"), (2, 1), "titel");
        fails(&GOOD.replace("title: Slow API", "title: ''"), (2, 8), "a title");
        fails(&GOOD.replace("title: Slow API", "title: #1"), (2, 8), "in quotes");
        fails(&GOOD.replace("title: Slow API\n", ""), (1, 1), "a title");
        fails(
            &GOOD.replace("Slow API", "API: slow"),
            (2, 11),
            "quotes around a title with such letters: title: \"API: slow\"",
        );
        fails(&GOOD.replace("Slow API", "*slow*"), (2, 8), "title: \"*slow*\"");
        fails(&GOOD.replace("Slow API", "A\ntitle: B"), (3, 1), "title, impact");
        fails(&GOOD.replace("impact: major", "impact: [major"), (3, 9), "title, impact");
        fails("---\ntitle: x\n---\n\n  text\n", (5, 3), "a heading first");
        fails("---\r\ntitle: x\r\n---\r\n\r\ntext\r\n", (5, 1), "a heading first");
        fails("---\ntitle: x\n---\n", (1, 1), "started: ");
        fails("---\ntitle: x\nstarts: 2026-11-29T02:00:00Z\n---\n", (3, 9), "both");
        let other = read("../../etc/passwd", GOOD, &["api"], 0).unwrap_err();
        assert!(other.to_string().contains("part of an address"));
    }

    #[track_caller]
    fn warns(text: &str, place: Place, says: &str) -> Notice {
        let read = read_whole(text).unwrap();
        let found: Vec<_> = read.warnings.iter().map(|w| w.line.zip(w.column).unwrap()).collect();
        assert_eq!(found, [place], "{:?}", read.warnings);
        assert!(read.warnings[0].to_string().contains(says), "{}", read.warnings[0]);
        read.notice
    }

    #[test]
    fn what_is_likely_a_mistake_is_a_warning_with_its_place() {
        let open = GOOD.split("## resolved").next().unwrap();
        warns(&open.replace("  api:", "  apy:"), (6, 8), "an id of a component: api, db");
        warns(&GOOD.replace("Slow API\n", "Slow API # 12\n"), (2, 17), "quotes: title: \"Slow API # 12\"");
        warns(&GOOD.replace("## resolved", "##resolved"), (17, 1), "looks like the heading");
        warns(&open.replace("It is slow.", "It is slow.\n~~~"), (12, 1), "never closed");
        warns(&GOOD.replace("11-24T04:00:00Z", "11-26T04:00:00Z"), (17, 1), "is in the future");
        let begins = warns("---\ntitle: x\nstarted: 2026-11-27T00:00:00Z\n---\n", (3, 10), "starts and ends");
        assert_eq!(begins.started, parse_rfc3339("2026-11-27T00:00:00Z").unwrap());
        let mistyped = warns(&GOOD.replace("11-24T03:01:00Z", "12-24T03:01:00Z"), (4, 10), "left out");
        assert_eq!(mistyped.started, parse_rfc3339("2026-11-24T03:04:00Z").unwrap());
        for quiet in [
            GOOD.to_string(),
            GOOD.replace("  api:", "  retired:"),
            GOOD.replace("Slow API\n", "\"Slow API # 12\"\n"),
            GOOD.replace("Slow API\n", "Slow API#12\n"),
            GOOD.replace("## resolved", "##\tResolved"),
            GOOD.replace('\n', "\r\n"),
            GOOD.replace("title", "announced: 2026-11-20T00:00:00Z\ntitle"),
        ] {
            let read = read_whole(&quiet).unwrap();
            assert_eq!((read.warnings.len(), read.notice.updates.len()), (0, 2), "{:?}", read.warnings);
        }
    }

    #[test]
    fn the_head_ends_it_unless_a_newer_message_opens_it_again() {
        let resolved = |at: &str| GOOD.replace("impact", &format!("resolved: 2026-11-24T{at}:00Z\nimpact"));
        let hours = |text: &str| {
            let notice = read_as(text).unwrap();
            let ended = notice.ended.map(|e| rfc3339(e)[11..16].to_string()).unwrap_or_default();
            (notice.updates[0].phase.name(), notice.updates.len(), ended)
        };
        let open = |at: &str| resolved(at).split("## resolved").next().unwrap().to_string();
        assert_eq!(hours(&resolved("03:50")), ("resolved", 2, "03:50".into()));
        assert_eq!(hours(&resolved("04:30")), ("resolved", 2, "04:30".into()));
        assert_eq!(hours(&open("03:50")), ("resolved", 2, "03:50".into()));
        assert_eq!(hours(&open("03:04")), ("resolved", 2, "03:04".into()), "in the same minute");
        // Newer than what the head says.
        let again = GOOD.replace("## resolved", "## identified") + "\n";
        let again = again.replace("impact", "resolved: 2026-11-24T03:30:00Z\nimpact");
        assert_eq!(hours(&again), ("identified", 2, String::new()));
        warns(&again, (18, 1), "no resolved while it is open again");
        assert_eq!(hours(&(again + "## resolved 2026-11-24T05:00:00Z\n")), ("resolved", 3, "05:00".into()));
    }

    #[test]
    fn what_no_format_can_hold_does_not_come_in() {
        let text = GOOD
            .replace("Slow API", "\"Slow\\u0001 \\uFFFE API\\n2\"")
            .replace("It is", "It\u{1}\u{ffff} is");
        let notice = read_as(&text).unwrap();
        assert_eq!(notice.title, "Slow API 2");
        assert!(notice.updates[1].body.text().starts_with("It is slow."), "{:?}", notice.updates[1]);
    }

    #[test]
    fn the_name_without_its_ending_is_the_address() {
        for (name, id) in
            [("A.MD", "a"), ("b.markdown", "b"), ("c.Markdown", "c"), ("d.txt", "d.txt"), ("e", "e")]
        {
            assert_eq!(id_of(name), id);
        }
    }

    /// What the console writes is what is read here, whatever is typed.
    #[test]
    fn the_consoles_files_are_read_back() {
        use crate::domain::public::incident_text::{Draft, with_message};
        let started = parse_rfc3339("2026-11-24T03:01:00Z").unwrap();
        let typed = [
            "We look.\n## not a message\n---\n",
            "   ## resolved 2026-11-24T03:30:00Z\n##\tresolved 2026-11-24T03:30:00Z\n##\n",
            "resolved 2026-11-24T03:30:00Z\n---\nresolved 2026-11-24T03:30:00Z\n-\n",
            "```\n## in code, without an end\n",
            "~~~~ sh\n~~~\n```\n## resolved\n",
            "````\n```\nx\n````\n## after\n",
            "``` not `code`\n## x",
            "<!-- never closed\n\n## x",
            "<pre>\n\n<https://example.com/>",
            "- a list\n\n  > and a quotation",
        ];
        for message in typed {
            let draft = Draft {
                title: "T".into(),
                started,
                window: None,
                affected: Vec::new(),
                phase: Phase::Investigating,
                at: started,
                message: message.into(),
            };
            let text = with_message(&draft.text(), Phase::Monitoring, started + MINUTE, message);
            let text = with_message(&text, Phase::Resolved, started + HOUR, "Over.");
            let read =
                read(&draft.file_name(), &text, &[], started + DAY).unwrap_or_else(|e| panic!("{e}\n{text}"));
            let phases: Vec<Phase> = read.notice.updates.iter().map(|u| u.phase).collect();
            assert_eq!(phases, [Phase::Resolved, Phase::Monitoring, Phase::Investigating], "{text}");
            assert_eq!(read.notice.updates[0].body.text(), "Over.", "{text}");
        }
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
            let notice = read(&draft.file_name(), &text, &["api"], started + DAY);
            let notice = notice.unwrap_or_else(|e| panic!("{e}\n{text}")).notice;
            assert_eq!(notice.title, title.replace('\n', " ").trim());
            assert_eq!((notice.started, notice.ended), (started, Some(started + HOUR)));
            assert_eq!(notice.updates.len(), 2, "{text}");
            assert_eq!(notice.updates[0].body.text(), "Over.");
            assert_eq!(notice.affected, draft.affected);
        }
    }
}

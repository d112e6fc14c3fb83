//! The timeline: each entry as a line, as somebody curated it, in the order in which things happened.

use super::entry::{Body, Entry};
use super::event::{Event, Moment};
use super::evidence::budget_text;
use super::facts::Facts;
use super::log::Log;
use crate::domain::order::{Gather as _, Order as _};
use crate::domain::time::{Millis, human_duration};
use std::collections::{BTreeMap, BTreeSet};

/// One line. What was recorded stays beside what is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// the entry it tells of; `None` for what follows from a clock
    pub entry: Option<String>,
    /// when it is shown to have happened
    pub at: Millis,
    /// when it was written down; not said where that is the same
    pub recorded_at: Option<Millis>,
    pub author: String,
    pub source: String,
    pub mark: Mark,
    /// what happened, as text
    pub text: String,
    /// more of it, of any length and with line breaks
    pub detail: String,
    /// whether it is part of the story that the review tells
    pub is_important: bool,
    /// what stood there before somebody gave it another title
    pub was: Option<String>,
}

/// What kind of line it is, for its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// a step of the life cycle
    Step,
    Severity,
    Alert,
    Message,
    Note,
    Person,
    Other,
    /// kept, but not understood
    Unknown,
}

impl Mark {
    pub fn name(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Severity => "severity",
            Self::Alert => "alert",
            Self::Message => "message",
            Self::Note => "note",
            Self::Person => "person",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// How somebody wants an entry shown.
struct Curation<'l> {
    title: &'l str,
    shown_at: Option<Millis>,
    important: bool,
}

/// The lines, the oldest first.
pub fn timeline(log: &Log, facts: &Facts, now: Millis) -> Vec<Line> {
    let mut curated: BTreeMap<&str, Curation<'_>> = BTreeMap::new();
    let absorbed: Vec<(Entry, &str)> = log
        .entries()
        .filter_map(|e| match e.event()? {
            Event::Absorbed { title, .. } => Some((e.absorbed(), title.as_str())),
            _ => None,
        })
        .flat_map(|(entries, title)| entries.into_iter().map(move |e| (e, title)))
        .collect();
    for entry in log.entries() {
        if let Some(Event::Curated { entry, title, shown_at, important }) = entry.event() {
            curated.insert(entry, Curation { title, shown_at: *shown_at, important: *important });
        }
    }
    let own = log.entries().map(|e| (e, ""));
    // What two browsers heard of another system is told once.
    let mut heard: BTreeSet<[String; 3]> = BTreeSet::new();
    let mut is_news = |entry: &Entry| match entry.event() {
        Some(Event::PageEvent(e)) => heard.insert([&e.source, &e.page, &e.log_entry].map(Clone::clone)),
        _ => true,
    };
    let mut lines: Vec<Line> = own
        .chain(absorbed.iter().map(|(e, title)| (e, *title)))
        .filter(|(e, _)| !e.event().is_some_and(Event::is_about_another))
        .filter(|(e, _)| is_news(e))
        .map(|(e, from)| line(e, curated.get(e.id.as_str()), from))
        .collect();
    let escalated = facts.escalates_at().filter(|at| *at <= now && facts.severity_at(*at) != facts.severity);
    lines.extend(escalated.map(|at| Line {
        entry: None,
        at,
        recorded_at: None,
        author: String::new(),
        source: "clock".into(),
        mark: Mark::Severity,
        text: format!(
            "Became {}: not resolved in time",
            facts.severity_at(at).map_or("SEV-1", |s| s.title())
        ),
        detail: String::new(),
        is_important: true,
        was: None,
    }));
    lines.order_by_key(|line| line.at);
    lines
}

fn line(entry: &Entry, curation: Option<&Curation<'_>>, from: &str) -> Line {
    let Words { mark, text, detail, is_important } = words(entry);
    let text = if from.is_empty() { text } else { format!("{text} (from: {from})") };
    let titled = curation.filter(|c| !c.title.is_empty());
    let at = curation.and_then(|c| c.shown_at).unwrap_or(entry.happened_at);
    // What another system tells is told as its, and of whoever did it there.
    let (author, source) = match entry.event() {
        Some(Event::PageEvent(e)) => (&e.by, &e.source),
        _ => (&entry.author, &entry.source),
    };
    Line {
        entry: Some(entry.id.clone()),
        at,
        recorded_at: (at != entry.recorded_at).then_some(entry.recorded_at),
        author: author.clone(),
        source: source.clone(),
        mark,
        is_important: curation.map_or(is_important, |c| c.important),
        was: titled.map(|_| text.clone()),
        text: titled.map_or(text, |c| c.title.to_string()),
        detail,
    }
}

struct Words {
    mark: Mark,
    text: String,
    detail: String,
    is_important: bool,
}

fn words(entry: &Entry) -> Words {
    let event = match &entry.body {
        Body::Known(event) => event,
        Body::Unknown { kind } => {
            let text = format!("An entry of a newer version: {kind}");
            return Words { mark: Mark::Unknown, text, detail: String::new(), is_important: false };
        }
        Body::Unreadable { kind, why } => {
            let text = format!("An entry that cannot be read: {kind}");
            return Words { mark: Mark::Unknown, text, detail: why.clone(), is_important: false };
        }
    };
    let because = |what: &str, reason: &str| match reason.trim() {
        "" => what.to_string(),
        reason => format!("{what}: {reason}"),
    };
    let (mark, text, detail) = match event {
        Event::Declared { title } => (Mark::Step, format!("Declared: {title}"), String::new()),
        Event::Title { title } => (Mark::Other, format!("Title: {title}"), String::new()),
        Event::Severity { severity, reason } => {
            (Mark::Severity, because(severity.title(), reason), String::new())
        }
        Event::Reached { moment } => (Mark::Step, moment.title().to_string(), String::new()),
        Event::Timed { moment, at } => {
            let to = match at {
                Some(at) => crate::domain::zone::rfc3339(*at),
                None => "not known".into(),
            };
            (Mark::Other, format!("Time corrected: {} {to}", moment.title().to_lowercase()), String::new())
        }
        Event::Withdrawn { moment } => {
            (Mark::Step, format!("Not {} after all", moment.title().to_lowercase()), String::new())
        }
        Event::Reopened { reason } => (Mark::Step, because("Reopened", reason), String::new()),
        Event::Dismissed { reason } => (Mark::Step, because("Not an incident", reason), String::new()),
        Event::MergedInto { incident } => (Mark::Step, format!("Merged into {incident}"), String::new()),
        Event::Absorbed { title, .. } => (Mark::Step, format!("Merged with: {title}"), String::new()),
        Event::Role { role, person } if person.trim().is_empty() => {
            (Mark::Person, format!("{}: nobody", role.title()), String::new())
        }
        Event::Role { role, person } => (Mark::Person, format!("{}: {person}", role.title()), String::new()),
        Event::Service { service, affected: true } => {
            (Mark::Other, format!("Affected: {service}"), String::new())
        }
        Event::Service { service, .. } => (Mark::Other, format!("Not affected: {service}"), String::new()),
        Event::Alert(link) => {
            let labels: Vec<String> = link.labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let about = [link.summary.clone(), labels.join(", ")];
            let about: Vec<String> = about.into_iter().filter(|s| !s.is_empty()).collect();
            (Mark::Alert, format!("Alert fired: {}", link.name), about.join("\n"))
        }
        Event::AlertEnded { fingerprint, .. } => {
            (Mark::Alert, format!("Alert over: {fingerprint}"), String::new())
        }
        Event::Page(link) => {
            let number = if link.number.is_empty() { String::new() } else { format!(" #{}", link.number) };
            (Mark::Alert, format!("Linked to {}{number}: {}", link.source, link.title), link.link.clone())
        }
        Event::PageEvent(e) => {
            let (first, rest) = e.text.split_once('\n').unwrap_or((&e.text, ""));
            (Mark::Alert, first.to_string(), rest.to_string())
        }
        Event::Impact { text, users, requests, estimate } => {
            let count = |n: &Option<u64>, of: &str| n.map(|n| format!("{n} {of}"));
            let parts = [
                Some(text.clone()).filter(|t| !t.is_empty()),
                count(users, "users"),
                count(requests, "requests"),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            let estimate = if estimate.is_empty() { String::new() } else { format!("Estimated: {estimate}") };
            (Mark::Other, format!("Impact: {}", parts.join(", ")), estimate)
        }
        Event::Deploy { text, source, .. } => {
            let from = if source.is_empty() { String::new() } else { format!("from {source}") };
            (Mark::Other, format!("Deploy: {text}"), from)
        }
        Event::Budget { spent } => {
            let lines: Vec<String> =
                spent.iter().map(|s| format!("{}: {}", s.name, budget_text(s.millionths))).collect();
            (Mark::Other, "Error budget spent".into(), lines.join("\n"))
        }
        Event::RunbookStep { runbook, step, done } => {
            let word = if *done { "Done" } else { "Not done after all" };
            (Mark::Person, format!("{word}: {step}"), format!("step of {runbook}"))
        }
        Event::Note { text } => {
            let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
            (Mark::Note, first.to_string(), rest.to_string())
        }
        Event::Message { template, channel, text } => {
            (Mark::Message, format!("Message ({template}), {channel}"), text.clone())
        }
        Event::Text { field, text } => (Mark::Other, because(field.title(), text), String::new()),
        Event::ActionItem(item) => {
            let done = if item.done { "Done" } else { "Action item" };
            (Mark::Other, because(done, &item.title), String::new())
        }
        Event::Review { state } => {
            (Mark::Step, format!("Review: {}", state.title().to_lowercase()), String::new())
        }
        Event::Check { point, done } => {
            let word = if *done { "Checked" } else { "Not checked" };
            (Mark::Other, format!("{word}: {}", point.title()), String::new())
        }
        Event::Curated { .. } => (Mark::Other, String::new(), String::new()),
        Event::Runbook { runbook } => (Mark::Other, format!("Runbook: {runbook}"), String::new()),
        Event::AutoResolve { on: true } => (Mark::Other, "Resolves when its alerts do".into(), String::new()),
        Event::AutoResolve { .. } => (Mark::Other, "Resolved by hand".into(), String::new()),
        Event::Evidence(e) => (Mark::Other, format!("Chart: {}", e.title), e.summary()),
    };
    let is_important = match event {
        Event::Reached { moment } => *moment != Moment::Started,
        Event::Deploy { .. } => true,
        Event::RunbookStep { done, .. } => *done,
        _ => matches!(mark, Mark::Step | Mark::Severity | Mark::Alert | Mark::Message | Mark::Note),
    };
    Words { mark, text, detail, is_important }
}

/// The pauses in which nothing was written, longer than `least`: after which line (by its place), and how long.
pub fn quiet(lines: &[Line], least: Millis) -> BTreeMap<usize, String> {
    let pairs = lines.iter().zip(lines.iter().skip(1)).enumerate();
    pairs
        .filter(|(_, (before, after))| after.at - before.at >= least)
        .map(|(i, (before, after))| (i, human_duration(after.at - before.at)))
        .into_map()
}

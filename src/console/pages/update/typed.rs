//! What is typed on the page, and the file that it makes.

use crate::domain::public::incident_text::{Draft, with_message};
use crate::domain::public::{ComponentStatus, Phase};
use crate::domain::time::{HOUR, Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;
use crate::model::{Loaded, Sent};
use leptos::prelude::*;
use serde_json::{Value, json};

/// What is typed. Nothing of it is lost by a failure to commit, by a look at another page or by a reload: this tab keeps
/// it.
#[derive(Clone, Copy)]
pub struct Typed {
    /// an existing file to which the message is added; `None` for a new one
    pub existing: RwSignal<Option<Loaded>>,
    /// the name of one that is to be loaded
    pub existing_name: RwSignal<String>,
    pub title: RwSignal<String>,
    pub is_maintenance: RwSignal<bool>,
    /// as [`written_time`] reads it
    pub started: RwSignal<String>,
    pub ends: RwSignal<String>,
    pub affected: RwSignal<Vec<(String, ComponentStatus)>>,
    pub phase: RwSignal<Phase>,
    pub message: RwSignal<String>,
    /// the commit that was handed to the outbox and whose end was not seen yet
    pub on_its_way: RwSignal<Option<OnItsWay>>,
}

/// A commit in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnItsWay {
    /// the id of its entry
    pub entry: String,
    pub sent: Sent,
}

/// The file as it would be written, or what is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    pub name: String,
    pub text: String,
}

/// `2026-11-24 03:01 UTC`
fn written(at: Millis) -> String {
    rfc3339(at).replace('T', " ").replace(":00Z", " UTC")
}

/// Reads `2026-11-24 03:01 UTC`, with or without its zone, and RFC 3339.
pub fn written_time(text: &str) -> Option<Millis> {
    let text = text.trim();
    let plain = text.strip_suffix("UTC").unwrap_or(text).trim();
    parse_rfc3339(text).or_else(|| parse_rfc3339(&format!("{}:00Z", plain.replacen(' ', "T", 1))))
}

impl Typed {
    pub fn new(now: Millis) -> Self {
        let minute = now - now.rem_euclid(60_000);
        let text = |at: Millis| RwSignal::new(written(at));
        Self {
            existing: RwSignal::new(None),
            existing_name: RwSignal::new(String::new()),
            title: RwSignal::new(String::new()),
            is_maintenance: RwSignal::new(false),
            started: text(minute),
            ends: text(minute + 2 * HOUR),
            affected: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Investigating),
            message: RwSignal::new(String::new()),
            on_its_way: RwSignal::new(None),
        }
    }

    pub fn loaded_text(self) -> String {
        self.existing.get_untracked().map(|l| l.text).unwrap_or_default()
    }

    /// The file is written: the next message goes to its end. What was typed while it was sent stays.
    pub fn committed(self, file: Loaded, message: &str) {
        self.existing_name.set(file.name.clone());
        self.existing.set(Some(file));
        if self.message.with_untracked(|now| now == message) {
            self.message.set(String::new());
        }
    }

    /// Everything that is typed, as text for this tab's storage.
    pub fn draft(self) -> String {
        let loaded = self.existing.get().map(|l| json!({"name": l.name, "text": l.text, "sha": l.sha}));
        let affected: Vec<Value> =
            self.affected.get().iter().map(|(id, status)| json!([id, status.name()])).collect();
        let on_its_way = self.on_its_way.get().map(|o| {
            json!({"entry": o.entry, "name": o.sent.name, "text": o.sent.text, "message": o.sent.message})
        });
        json!({
            "on_its_way": on_its_way,
            "existing": loaded, "existing_name": self.existing_name.get(), "title": self.title.get(),
            "is_maintenance": self.is_maintenance.get(), "started": self.started.get(), "ends": self.ends.get(),
            "affected": affected, "phase": self.phase.get().name(), "message": self.message.get(),
        })
        .to_string()
    }

    /// Takes back what a draft says; anything odd in it is left as it is.
    pub fn restore(self, draft: &str) {
        let Ok(draft) = serde_json::from_str::<Value>(draft) else { return };
        let text = |value: &Value, key: &str| value.get(key)?.as_str().map(ToString::to_string);
        for (key, field) in [
            ("existing_name", self.existing_name),
            ("title", self.title),
            ("started", self.started),
            ("ends", self.ends),
            ("message", self.message),
        ] {
            if let Some(text) = text(&draft, key) {
                field.set(text);
            }
        }
        self.existing.set(draft.get("existing").and_then(|l| {
            Some(Loaded { name: text(l, "name")?, text: text(l, "text")?, sha: text(l, "sha") })
        }));
        self.on_its_way.set(draft.get("on_its_way").and_then(|o| {
            let sent = Sent { name: text(o, "name")?, text: text(o, "text")?, message: text(o, "message")? };
            Some(OnItsWay { entry: text(o, "entry")?, sent })
        }));
        self.is_maintenance.set(draft.get("is_maintenance").and_then(Value::as_bool).unwrap_or(false));
        if let Some(phase) = text(&draft, "phase").and_then(|p| Phase::parse(&p)) {
            self.phase.set(phase);
        }
        let pair = |pair: &Value| {
            Some((pair.get(0)?.as_str()?.to_string(), ComponentStatus::parse(pair.get(1)?.as_str()?)))
        };
        let affected = draft.get("affected").and_then(Value::as_array);
        self.affected.set(affected.map(|all| all.iter().filter_map(pair).collect()).unwrap_or_default());
    }

    /// Whether anything is typed: before that nothing is missing.
    pub fn is_begun(self) -> bool {
        self.existing.with(Option::is_some)
            || !self.message.with(String::is_empty)
            || !self.title.with(String::is_empty)
    }

    /// `at` is the moment the message is written.
    pub fn file(self, at: Millis) -> Result<File, &'static str> {
        let at = at - at.rem_euclid(1000);
        let message = self.message.get();
        if message.trim().is_empty() {
            return Err("Write a message: what customers see, and what you are doing about it.");
        }
        if let Some(existing) = self.existing.get() {
            let text = with_message(&existing.text, self.phase.get(), at, &message);
            return Ok(File { name: existing.name, text });
        }
        let title = self.title.get();
        if title.trim().is_empty() {
            return Err("Write a title, e.g. Slow responses from the API.");
        }
        let started =
            written_time(&self.started.get()).ok_or("Enter a start time, e.g. 2026-11-24 03:01 UTC.")?;
        let window = match self.is_maintenance.get() {
            false => None,
            true => {
                let end = written_time(&self.ends.get()).filter(|end| *end > started);
                let end = end.ok_or("Enter an end after the start, e.g. 2026-11-24 05:00 UTC.")?;
                Some(Bounds { start: started, end })
            }
        };
        let draft = Draft {
            title,
            started,
            window,
            affected: self.affected.get(),
            phase: self.phase.get(),
            at,
            message,
        };
        Ok(File { name: draft.file_name(), text: draft.text() })
    }
}

//! The file of an incident: JSON, one entry a line, so that a repository shows what was added. docs/incident-file.md has the
//! schema.

use super::entry::{Entry, EntryFault, canonical};
use super::log::{Log, is_id};
use serde_json::Value;

/// What `format` says.
const FORMAT: &str = "fourlights-incident";
/// The version this program writes. A newer one is read as far as it is known, and the rest is kept.
const VERSION: u64 = 1;
/// Larger files, in bytes, are not read.
pub const LARGEST: usize = 8 * 1024 * 1024;
/// More entries than any incident has.
pub const MOST_ENTRIES: usize = 20_000;

/// Why a text is no file of an incident. Nothing of such a file is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    #[error("The file is larger than {} MB", LARGEST / 1024 / 1024)]
    TooLarge,
    #[error("The file holds the marks of a Git conflict")]
    Conflict,
    #[error("The file is not JSON: line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error("The file is not one of an incident: `format` is not `fourlights-incident`")]
    NotAnIncident,
    #[error("The incident's `id` is missing, or has other letters than a-z, 0-9 and -")]
    NoId,
    #[error("The file is of another incident: {found}")]
    OtherIncident { found: String },
    #[error("`entries` is missing or is not a list")]
    NoEntries,
    #[error("The file has more than {MOST_ENTRIES} entries")]
    TooMany,
    #[error("Entry {number} cannot be read: {fault}")]
    Entry { number: usize, fault: EntryFault },
}

impl FileFault {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Conflict => {
                "Keep the lines of both sides, each once, and a comma after each but the last: entries may stand in any order."
            }
            Self::TooLarge | Self::TooMany => "Is this the right file?",
            Self::NotJson { .. } => "It may be cut short. Export it again.",
            Self::NotAnIncident => "Choose a file that was exported from an incident.",
            Self::NoId | Self::NoEntries | Self::Entry { .. } => {
                "Export it again, or fix this place by hand."
            }
            Self::OtherIncident { .. } => "Import it on the page of all incidents.",
        }
    }
}

/// Reads a file.
pub fn read(text: &str) -> Result<Log, FileFault> {
    if text.len() > LARGEST {
        return Err(FileFault::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(text).map_err(|fault| {
        let is_conflict = text.lines().any(|l| l.starts_with("<<<<<<< "));
        let (line, column) = (fault.line(), fault.column());
        if is_conflict { FileFault::Conflict } else { FileFault::NotJson { line, column } }
    })?;
    let Value::Object(mut map) = value else { return Err(FileFault::NotAnIncident) };
    if map.remove("format").as_ref().and_then(Value::as_str) != Some(FORMAT) {
        return Err(FileFault::NotAnIncident);
    }
    map.remove("version");
    let id = match map.remove("id") {
        Some(Value::String(id)) if is_id(&id) => id,
        _ => return Err(FileFault::NoId),
    };
    let Some(Value::Array(entries)) = map.remove("entries") else { return Err(FileFault::NoEntries) };
    if entries.len() > MOST_ENTRIES {
        return Err(FileFault::TooMany);
    }
    let mut log = Log::new(&id);
    for (i, entry) in entries.into_iter().enumerate() {
        log.insert(Entry::read(entry).map_err(|fault| FileFault::Entry { number: i + 1, fault })?);
    }
    for (name, value) in map {
        log.extra.insert(name, canonical(&value));
    }
    Ok(log)
}

/// Reads the file of an incident that is known.
pub fn read_as(text: &str, id: &str) -> Result<Log, FileFault> {
    let log = read(text)?;
    match log.id() == id {
        true => Ok(log),
        false => Err(FileFault::OtherIncident { found: log.id().into() }),
    }
}

/// Writes a file: the same log is always the same text.
pub fn write(log: &Log) -> String {
    let mut out =
        format!("{{\n\"format\": \"{FORMAT}\",\n\"version\": {VERSION},\n\"id\": \"{}\",\n", log.id());
    for (name, value) in &log.extra {
        out.push_str(&format!("{}: {value},\n", Value::String(name.clone())));
    }
    out.push_str("\"entries\": [\n");
    let last = log.len();
    for (i, entry) in log.entries().enumerate() {
        out.push_str(entry.text());
        out.push_str(if i + 1 == last { "\n" } else { ",\n" });
    }
    out.push_str("]\n}\n");
    out
}

/// The name of the file.
pub fn name(log: &Log) -> String {
    format!("{}.json", log.id())
}

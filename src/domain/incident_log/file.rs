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

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::fold::Incident;
    use super::super::tests::{at, log};
    use super::super::timeline::timeline;
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_was_also_from_a_newer_version() {
        let text = r#"{"format":"fourlights-incident","version":7,"id":"x-1","colour":{"b":1,"a":[2]},"entries":[
            {"id":"b","n":1,"kind":"hologram","author":"Ben","recorded_at":"2026-12-01T03:02:00Z","payload":{"z":1,"a":{"deep":null}},"mood":"calm"},
            {"id":"c","n":2,"kind":"severity","author":"Ben","recorded_at":"2026-12-01T03:03:00Z","payload":{"severity":"sev9"}},
            {"id":"a","kind":"declared","author":"Mia","recorded_at":"2026-12-01T03:00:00Z","source":"console","payload":{"title":"T","new":true}}]}"#;
        let log = read(text).unwrap();
        let incident = Incident::of(&log);
        assert_eq!((incident.facts.title.as_str(), incident.n_not_read), ("T", 2));
        let written = write(&log);
        for kept in [
            r#""mood":"calm""#,
            r#"{"a":{"deep":null},"z":1}"#,
            r#""sev9""#,
            r#""new":true"#,
            r#""colour": {"a":[2],"b":1}"#,
        ] {
            assert!(written.contains(kept), "{kept}\n{written}");
        }
        assert_eq!(read(&written).unwrap(), log);
        assert_eq!(write(&read(&written).unwrap()), written);
        let marks: Vec<&str> = timeline(&log, &incident.facts, at(9)).iter().map(|l| l.mark.name()).collect();
        assert_eq!(marks, ["step", "unknown", "unknown"]);
    }

    #[test]
    fn a_broken_file_says_what_is_wrong_where() {
        let with =
            |entries: &str| format!(r#"{{"format":"fourlights-incident","id":"x","entries":{entries}}}"#);
        let entry = |fault| FileFault::Entry { number: 1, fault };
        let cases = [
            ("".into(), FileFault::NotJson { line: 1, column: 0 }),
            ("{\"format\":\n".into(), FileFault::NotJson { line: 2, column: 0 }),
            ("{\n<<<<<<< HEAD\n\"a\":1".into(), FileFault::Conflict),
            ("[]".into(), FileFault::NotAnIncident),
            (r#"{"format":"x","id":"x","entries":[]}"#.into(), FileFault::NotAnIncident),
            (r#"{"format":"fourlights-incident","entries":[]}"#.into(), FileFault::NoId),
            (r#"{"format":"fourlights-incident","id":"../../etc","entries":[]}"#.into(), FileFault::NoId),
            (r#"{"format":"fourlights-incident","id":"x","entries":{}}"#.into(), FileFault::NoEntries),
            (with("[7]"), entry(EntryFault::NotAnObject)),
            (with(r#"[{"id":"","kind":"note"}]"#), entry(EntryFault::NoText("id"))),
            (with(r#"[{"id":"a"}]"#), entry(EntryFault::NoText("kind"))),
            (
                with(r#"[{"id":"a","kind":"note","recorded_at":"noon"}]"#),
                entry(EntryFault::NoTime { field: "recorded_at" }),
            ),
            (
                with(r#"[{"id":"a","kind":"note","recorded_at":"2026-12-01T03:00:00Z","happened_at":5}]"#),
                entry(EntryFault::NoTime { field: "happened_at" }),
            ),
            (
                with(r#"[{"id":"a","kind":"note","recorded_at":"2026-12-01T03:00:00Z","n":-1}]"#),
                entry(EntryFault::NoNumber),
            ),
            ("[".repeat(100_000), FileFault::NotJson { line: 1, column: 128 }),
            (" ".repeat(LARGEST + 1), FileFault::TooLarge),
        ];
        for (text, expected) in cases {
            let shown: String = text.chars().take(80).collect();
            assert_eq!(read(&text).err(), Some(expected), "{shown}");
        }
        assert_eq!(read_as(&with("[]"), "y").err(), Some(FileFault::OtherIncident { found: "x".into() }));
    }

    #[test]
    fn a_title_of_a_megabyte_is_cut_in_lists_and_whole_in_the_log() {
        let title = "ä".repeat(500_000);
        let log = log([(0, Event::Declared { title: title.clone() })]);
        assert_eq!(Incident::of(&log).facts.title.chars().count(), 201);
        assert!(write(&log).contains(&title));
    }
}

//! An override written into the text of a configuration, and all other text left as it is.
//!
//! The file is not serialized again: the place is found in the text, and the override is inserted there, with the white space
//! of its neighbours. What comes of it is read and compared with what was meant, so a text that is edited wrongly is never
//! handed out.

use crate::domain::on_call::Override;
use crate::domain::time::{HOUR, MINUTE, Millis};
use crate::domain::zone::Offsets;
use serde_json::Value;
use std::ops::Range;

/// Why a text was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditFault {
    #[error("The file is not JSON: line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error("The file has no schedule `{0}`")]
    NoSchedule(String),
    #[error("The schedule has no layer `{0}`")]
    NoLayer(String),
    #[error("The place of the override was not found in the file")]
    NoPlace,
}

/// The text with the override, and what was inserted where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    pub text: String,
    /// the number of the line that the insertion begins in
    pub line: usize,
    /// the inserted text, without white space at its ends
    pub added: String,
}

/// Adds an override behind the others of a layer. `layer` is the name of the first such layer of the schedule.
pub fn add_override(
    text: &str,
    (schedule, layer): (&str, &str),
    new: &Override,
    zone: &Offsets,
) -> Result<Edited, EditFault> {
    let mut meant: Value = serde_json::from_str(text)
        .map_err(|fault| EditFault::NotJson { line: fault.line(), column: fault.column() })?;
    let schedules = meant.get("on_call").and_then(Value::as_array);
    let (i, found) =
        place_of(schedules, "id", schedule).ok_or_else(|| EditFault::NoSchedule(schedule.into()))?;
    let layers = found.get("layers").and_then(Value::as_array);
    let (j, _) = place_of(layers, "name", layer).ok_or_else(|| EditFault::NoLayer(layer.into()))?;
    let written = override_text(new, zone);
    let edited = inserted(text, (i, j), &written).ok_or(EditFault::NoPlace)?;
    let pushed = push(&mut meant, (i, j), &written).is_some();
    let is_meant = pushed && serde_json::from_str::<Value>(&edited.text).is_ok_and(|found| found == meant);
    if is_meant { Ok(edited) } else { Err(EditFault::NoPlace) }
}

fn place_of<'v>(list: Option<&'v Vec<Value>>, key: &str, name: &str) -> Option<(usize, &'v Value)> {
    let is_it = |(_, item): &(usize, &Value)| item.get(key).and_then(Value::as_str) == Some(name);
    list?.iter().enumerate().find(is_it)
}

fn push(root: &mut Value, (i, j): (usize, usize), written: &str) -> Option<()> {
    let layer = root.get_mut("on_call")?.get_mut(i)?.get_mut("layers")?.get_mut(j)?.as_object_mut()?;
    let overrides = layer.entry("overrides").or_insert_with(|| Value::Array(Vec::new()));
    overrides.as_array_mut()?.push(serde_json::from_str(written).ok()?);
    Some(())
}

/// `{ "person": "mia", "from": "2026-12-01T18:00:00+01:00", .. }`
fn override_text(new: &Override, zone: &Offsets) -> String {
    let quoted = |text: &str| Value::String(text.into()).to_string();
    let (from, to) = (with_offset(new.bounds.start, zone), with_offset(new.bounds.end, zone));
    let note = new.note.as_deref().map_or(String::new(), |note| format!(", \"note\": {}", quoted(note)));
    format!("{{ \"person\": {}, \"from\": \"{from}\", \"to\": \"{to}\"{note} }}", quoted(&new.person))
}

/// RFC 3339 on the zone's clock: `2026-12-01T18:00:00+01:00`
fn with_offset(at: Millis, zone: &Offsets) -> String {
    let (c, offset) = (zone.civil(at), zone.at(at));
    let (hours, minutes) = (offset.abs() / HOUR, offset.abs() % HOUR / MINUTE);
    let sign = if offset < 0 { '-' } else { '+' };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:00{sign}{hours:02}:{minutes:02}",
        c.year, c.month, c.day, c.hour, c.minute
    )
}

fn inserted(text: &str, (i, j): (usize, usize), written: &str) -> Option<Edited> {
    let root = skip_space(text, 0);
    let schedules = member(text, root, "on_call")?;
    let schedule = elements(text, schedules.start)?.get(i)?.start;
    let layers = member(text, schedule, "layers")?;
    let layer = elements(text, layers.start)?.get(j)?.clone();
    let (at, piece) = match member(text, layer.start, "overrides") {
        Some(overrides) => match elements(text, overrides.start)?.as_slice() {
            [] => (overrides.start + 1, written.to_string()),
            [first, .., last] | [first @ last] => {
                (last.end, format!(",{}{written}", gap(text, overrides.start + 1, first.start)))
            }
        },
        None => {
            let members = members(text, layer.start)?;
            let (first, last) = (members.first()?, members.last()?);
            let gap = gap(text, layer.start + 1, first.0.start);
            (last.1.end, format!(",{gap}\"overrides\": [{written}]"))
        }
    };
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let blank = piece.len() - piece.trim_start_matches([',', ' ', '\t', '\r', '\n']).len();
    let line = before.matches('\n').count() + piece.get(..blank)?.matches('\n').count() + 1;
    let added = piece.get(blank..)?.to_string();
    Some(Edited { text: format!("{before}{piece}{after}"), line, added })
}

/// The white space before the first one of a list, which comes before each of them; a space where there is none.
fn gap(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).filter(|gap| !gap.is_empty()).unwrap_or(" ")
}

fn skip_space(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The end of the value that begins here. The text is JSON, so brackets fit.
fn value_end(text: &str, start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match byte(text, at)? {
            b'"' => at = string_end(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ if depth > 0 => {
                at += 1;
                continue;
            }
            _ => {
                let rest = text.get(at..)?;
                at += rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn string_end(text: &str, start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match byte(text, at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The places of an array's elements.
fn elements(text: &str, start: usize) -> Option<Vec<Range<usize>>> {
    (byte(text, start)? == b'[').then_some(())?;
    let mut all = Vec::new();
    let mut at = skip_space(text, start + 1);
    while byte(text, at)? != b']' {
        let end = value_end(text, at)?;
        all.push(at..end);
        at = skip_space(text, end);
        if byte(text, at)? == b',' {
            at = skip_space(text, at + 1);
        }
    }
    Some(all)
}

/// The places of an object's keys and values.
fn members(text: &str, start: usize) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    (byte(text, start)? == b'{').then_some(())?;
    let mut all = Vec::new();
    let mut at = skip_space(text, start + 1);
    while byte(text, at)? != b'}' {
        let key = at..string_end(text, at)?;
        let colon = skip_space(text, key.end);
        let value = skip_space(text, colon + 1);
        let end = value_end(text, value)?;
        all.push((key, value..end));
        at = skip_space(text, end);
        if byte(text, at)? == b',' {
            at = skip_space(text, at + 1);
        }
    }
    Some(all)
}

/// The value of a key. Of two the last counts, as for the reader of the configuration.
fn member(text: &str, start: usize, name: &str) -> Option<Range<usize>> {
    let is_it = |key: &Range<usize>| {
        text.get(key.clone()).and_then(|key| serde_json::from_str::<String>(key).ok()).as_deref()
            == Some(name)
    };
    members(text, start)?.into_iter().rev().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;
    use crate::domain::window::Bounds;

    fn mia(note: Option<&str>) -> Override {
        let at = |text: &str| parse_rfc3339(text).unwrap();
        Override {
            bounds: Bounds { start: at("2026-12-01T17:00:00Z"), end: at("2026-12-02T08:00:00Z") },
            person: "mia".into(),
            note: note.map(Into::into),
        }
    }

    fn berlin() -> Offsets {
        Offsets::asking("Berlin in winter", |_| HOUR)
    }

    fn edited(text: &str) -> Result<Edited, EditFault> {
        add_override(text, ("p", "Primary"), &mia(None), &berlin())
    }

    const NEW: &str =
        r#"{ "person": "mia", "from": "2026-12-01T18:00:00+01:00", "to": "2026-12-02T09:00:00+01:00" }"#;

    #[test]
    fn all_other_text_stays_as_it_is() {
        for (before, after) in [
            (
                "{\n  \"on_call\": [{ \"id\": \"p\", \"layers\": [\n    { \"name\": \"Primary\",\n      \"x\": 1.0 }] }]\n}\n",
                "{\n  \"on_call\": [{ \"id\": \"p\", \"layers\": [\n    { \"name\": \"Primary\",\n      \"x\": 1.0, \"overrides\": [NEW] }] }]\n}\n",
            ),
            (
                "{\"a\":\"\\\"]}[{\",\"on_call\":[{\"id\":\"o\"},{\"id\":\"p\",\"layers\":[{\"name\":\"Primary\",\"overrides\":[]}]}]}",
                "{\"a\":\"\\\"]}[{\",\"on_call\":[{\"id\":\"o\"},{\"id\":\"p\",\"layers\":[{\"name\":\"Primary\",\"overrides\":[NEW]}]}]}",
            ),
            (
                "{ \"on_call\": [ { \"layers\": [ {\"name\": \"Other\"}, {\n\"overrides\": [\n\t{\"person\": \"ben\"}\n], \"name\": \"Primary\"} ], \"id\": \"p\" } ] }",
                "{ \"on_call\": [ { \"layers\": [ {\"name\": \"Other\"}, {\n\"overrides\": [\n\t{\"person\": \"ben\"},\n\tNEW\n], \"name\": \"Primary\"} ], \"id\": \"p\" } ] }",
            ),
        ] {
            assert_eq!(edited(before).unwrap().text, after.replace("NEW", NEW), "{before}");
        }
    }

    #[test]
    fn it_says_where_it_inserted_what() {
        let text = "{\"on_call\": [{\"id\": \"p\", \"layers\": [{\n  \"name\": \"Primary\",\n  \"overrides\": [\n    1\n  ]}]}]}";
        let edited = edited(text).unwrap();
        assert_eq!((edited.line, edited.added.as_str()), (5, NEW));
    }

    #[test]
    fn what_is_not_there_is_said() {
        assert_eq!(edited("{").err(), Some(EditFault::NotJson { line: 1, column: 1 }));
        assert_eq!(edited("{\"on_call\": 7}").err(), Some(EditFault::NoSchedule("p".into())));
        let text = r#"{"on_call": [{"id": "p", "layers": [{"name": "Second"}]}]}"#;
        assert_eq!(edited(text).err(), Some(EditFault::NoLayer("Primary".into())));
        let text = r#"{"on_call": [{"id": "p", "layers": [{"name": "Primary", "overrides": 7}]}]}"#;
        assert_eq!(edited(text).err(), Some(EditFault::NoPlace));
    }

    #[test]
    fn texts_and_zones_are_written_as_json_and_rfc_3339() {
        let text = r#"{"on_call": [{"id": "p", "layers": [{"name": "Primary"}]}]}"#;
        let west = Offsets::asking("St John's", |_| -(3 * HOUR + 30 * MINUTE));
        let new = mia(Some("\"he\" \\ said\u{7}"));
        let edited = add_override(text, ("p", "Primary"), &new, &west).unwrap();
        assert!(edited.text.contains(r#""from": "2026-12-01T13:30:00-03:30""#), "{}", edited.text);
        assert!(edited.text.contains(r#""note": "\"he\" \\ said\u0007""#), "{}", edited.text);
    }
}

//! One entry of the log, and how it is read from its file and written to it.

use super::event::{Event, KINDS};
use crate::domain::order::Order as _;
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::zone::rfc3339;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// The highest [`Entry::n`] that orders: above it, a hostile file could leave no room for the next.
pub(super) const MOST: u64 = 1_000_000_000;

/// An entry, whoever wrote it. Two are the same when their whole text is, so that a file that was changed by hand adds an
/// entry and takes none away.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    /// One more than the highest that its writer had seen (a Lamport clock): an entry that answers another comes after it,
    /// whatever the clocks of two laptops say.
    pub n: u64,
    pub author: String,
    pub recorded_at: Millis,
    pub happened_at: Millis,
    /// the system it was learnt from; `console` for what a person entered here
    pub source: String,
    pub body: Body,
    /// as JSON with sorted keys and no spaces
    text: Arc<str>,
}

/// What an entry says, as far as this version can read it. The rest is kept and written back as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Known(Event),
    /// of a newer version
    Unknown {
        kind: String,
    },
    /// of a kind that is known, in a form that is not
    Unreadable {
        kind: String,
        why: String,
    },
}

/// Why a value is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    #[error("it is not an object")]
    NotAnObject,
    #[error("`{0}` is missing or is not a text")]
    NoText(&'static str),
    #[error("`{field}` is not a time such as 2026-12-01T03:00:00Z")]
    NoTime { field: &'static str },
    #[error("`n` is not a whole number from 0")]
    NoNumber,
}

impl Entry {
    /// `recorded_at` and `happened_at` are cut to whole seconds, as the file has them.
    pub fn new(
        id: &str,
        n: u64,
        author: &str,
        recorded_at: Millis,
        happened_at: Millis,
        source: &str,
        event: Event,
    ) -> Self {
        let (recorded_at, happened_at) = (whole(recorded_at), whole(happened_at));
        let mut map = match serde_json::to_value(&event) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let mut put = |name: &str, value: Value| {
            map.insert(name.into(), value);
        };
        put("id", id.into());
        put("n", n.into());
        put("author", author.into());
        put("recorded_at", rfc3339(recorded_at).into());
        put("happened_at", rfc3339(happened_at).into());
        put("source", source.into());
        Self {
            id: id.into(),
            n,
            author: author.into(),
            recorded_at,
            happened_at,
            source: source.into(),
            body: Body::Known(event),
            text: canonical(&Value::Object(map)).into(),
        }
    }

    /// Reads an entry. Whatever its kind is, it is kept.
    pub fn read(value: Value) -> Result<Self, EntryFault> {
        let text = canonical(&value).into();
        let Value::Object(mut map) = value else { return Err(EntryFault::NotAnObject) };
        let taken = |map: &mut Map<String, Value>, field: &'static str| match map.remove(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(EntryFault::NoText(field)),
        };
        let id = taken(&mut map, "id").and_then(|id| match id.is_empty() {
            true => Err(EntryFault::NoText("id")),
            false => Ok(id),
        })?;
        let kind = taken(&mut map, "kind")?;
        let recorded = taken(&mut map, "recorded_at")?;
        let recorded_at = parse_rfc3339(&recorded).ok_or(EntryFault::NoTime { field: "recorded_at" })?;
        let happened_at = match map.remove("happened_at") {
            None | Some(Value::Null) => recorded_at,
            Some(Value::String(at)) => {
                parse_rfc3339(&at).ok_or(EntryFault::NoTime { field: "happened_at" })?
            }
            Some(_) => return Err(EntryFault::NoTime { field: "happened_at" }),
        };
        let n = match map.remove("n") {
            None => 0,
            Some(n) => n.as_u64().ok_or(EntryFault::NoNumber)?,
        };
        let optional = |map: &mut Map<String, Value>, field| taken(map, field).unwrap_or_default();
        let (author, source) = (optional(&mut map, "author"), optional(&mut map, "source"));
        let payload = map.remove("payload");
        Ok(Self { id, n, author, recorded_at, happened_at, source, body: body(kind, payload), text })
    }

    /// What it says; `None` where this version cannot read it.
    pub fn event(&self) -> Option<&Event> {
        match &self.body {
            Body::Known(event) => Some(event),
            _ => None,
        }
    }

    /// The entries of another incident that this one brought along, as far as they can be read.
    pub fn absorbed(&self) -> Vec<Self> {
        match self.event() {
            Some(Event::Absorbed { entries, .. }) => {
                entries.iter().filter_map(|e| Self::read(e.clone()).ok()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The entry as JSON, one line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The order of the fold: by `n`, then by time. The rest only keeps it one order, whoever sorts.
    pub fn order(&self) -> impl Ord + use<'_> {
        (self.n.min(MOST), self.recorded_at, self.id.as_str(), &*self.text)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

fn body(kind: String, payload: Option<Value>) -> Body {
    if !KINDS.contains(&kind.as_str()) {
        return Body::Unknown { kind };
    }
    let mut tagged = Map::new();
    tagged.insert("kind".into(), kind.clone().into());
    tagged.insert("payload".into(), payload.unwrap_or_else(|| Value::Object(Map::new())));
    match serde_json::from_value(Value::Object(tagged)) {
        Ok(event) => Body::Known(event),
        Err(why) => Body::Unreadable { kind, why: why.to_string() },
    }
}

/// Whole seconds, of the years that a timestamp can be read of: a machine whose clock says 1970 must not write a file that
/// nobody can read.
fn whole(at: Millis) -> Millis {
    let at = at.clamp(1_000, 253_402_300_799_000);
    at - at.rem_euclid(1_000)
}

/// JSON with sorted keys and no spaces: one text for one value. `Map` keeps the order of the file in some builds.
pub(super) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<(&String, &Value)> = map.iter().collect();
            pairs.order_by_key(|(name, _)| *name);
            out.push('{');
            for (i, (name, value)) in pairs.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(&Value::String(name.clone()), out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

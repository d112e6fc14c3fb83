//! Instants as RFC 3339 in UTC, to the second; `null` for none. For serde.

use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::zone::rfc3339;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub fn serialize<S: Serializer>(at: &Option<Millis>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => to.serialize_str(&rfc3339(*at)),
        None => to.serialize_none(),
    }
}

pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Millis>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let at = parse_rfc3339(&text);
    at.map(Some).ok_or_else(|| D::Error::custom("a time is written as 2026-12-01T03:00:00Z"))
}

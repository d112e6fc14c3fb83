//! Reading what other programs write: `null` is what is not there, and one odd entry of a list is a
//! warning, not the end of the list.
//!
//! Go writes an empty list as `null`, and so does whatever is between. So every field that a reader can
//! do without carries `#[serde(default, deserialize_with = "or_default")]`, and every list of objects is
//! a [`List`].

use super::{Parsed, SourceError, Warning};
use crate::domain::order::Gather as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Reads a whole body.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SourceError> {
    serde_json::from_slice(body).map_err(|e| SourceError::of_json(&e))
}

/// The same for systems that write texts as they come, with what JSON does not allow in them.
pub fn read_leniently<T: DeserializeOwned>(body: &[u8]) -> Result<T, SourceError> {
    read(body).or_else(|error| match error {
        SourceError::Shape { .. } => {
            read(mended(&String::from_utf8_lossy(body)).as_bytes()).map_err(|_| error)
        }
        error => Err(error),
    })
}

/// JSON whose strings hold what JSON forbids, as some systems write it: half a pair of surrogates becomes U+FFFD, a bare
/// control character its escape.
fn mended(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut letters = json.char_indices();
    let mut in_text = false;
    let half =
        |at: usize| json.get(at..at + 6).and_then(|e| u32::from_str_radix(e.strip_prefix("\\u")?, 16).ok());
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                in_text = !in_text;
                out.push(letter);
            }
            '\\' if in_text => {
                let (high, low) = (half(at), half(at + 6));
                let is_pair = matches!((high, low), (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)));
                let (text, long) = match high {
                    Some(_) if is_pair => (json.get(at..at + 12), 12),
                    Some(0xD800..=0xDFFF) => (Some("\\ufffd"), 6),
                    _ => (json.get(at..at + 2), 2),
                };
                // What follows a backslash may be of several bytes.
                let Some(text) = text else {
                    out.push(letter);
                    continue;
                };
                out.push_str(text);
                letters.nth(long - 2);
            }
            letter if in_text && letter.is_ascii_control() && letter != '\u{7f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out
}

/// `null` as the value of a field that is missing.
pub fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(field).map(Option::unwrap_or_default)
}

/// Labels or annotations; one without a value is none.
pub fn texts<'de, D: Deserializer<'de>>(field: D) -> Result<BTreeMap<String, String>, D::Error> {
    let all: BTreeMap<String, Option<String>> = or_default(field)?;
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).into_map())
}

/// A list whose entries are read one by one.
#[derive(Debug, PartialEq)]
pub struct List<T> {
    pub items: Vec<T>,
    /// entries of an unexpected form
    pub n_odd: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), n_odd: 0 }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(list: D) -> Result<Self, D::Error> {
        let raw: Vec<Box<RawValue>> = or_default(list)?;
        let one = |raw: &str| serde_json::from_str(raw).or_else(|_| serde_json::from_str(&mended(raw))).ok();
        let items: Vec<T> = raw.iter().filter_map(|raw| one(raw.get())).collect();
        Ok(Self { n_odd: raw.len() - items.len(), items })
    }
}

impl<T> List<T> {
    /// The entries, with a warning that says how many were left out. `what` is their name in the plural.
    pub fn parsed(self, what: &str) -> Parsed<Vec<T>> {
        Parsed { warnings: left_out(self.n_odd, what), data: self.items }
    }
}

pub fn left_out(n: usize, what: &str) -> Vec<Warning> {
    let text = || Warning::left_out(format!("{n} {what} left out: unexpected form"));
    (n > 0).then(text).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Deserialize)]
    struct Thing {
        #[serde(default, deserialize_with = "or_default")]
        name: String,
        #[serde(default, deserialize_with = "texts")]
        labels: BTreeMap<String, String>,
        #[serde(default)]
        parts: List<u8>,
    }

    #[test]
    fn null_is_what_is_not_there() {
        for text in
            ["{}", r#"{"name":null,"labels":null,"parts":null}"#, r#"{"labels":{"a":null},"parts":[]}"#]
        {
            let thing: Thing = read(text.as_bytes()).unwrap();
            assert_eq!(
                (thing.name.as_str(), thing.labels.len(), thing.parts),
                ("", 0, List::default()),
                "{text}"
            );
        }
    }

    #[test]
    fn texts_that_json_does_not_allow_are_read() {
        for (json, text) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00\ud83d\ude00\ud83d""#, "\u{fffd}\u{1f600}\u{fffd}"),
            ("\"a\u{1}b\nc\"", "a\u{1}b\nc"),
            (r#""\\ud800 \" \n""#, "\\ud800 \" \n"),
        ] {
            assert_eq!(read_leniently::<String>(json.as_bytes()), Ok(text.to_string()), "{json}");
        }
        assert_eq!(read_leniently::<String>(b"\"a\xffb\""), Ok("a\u{fffd}b".into()));
        assert_eq!(read_leniently::<String>(b"\"a"), Err(SourceError::CutOff));
        let list: List<String> = read(br#"["a", "b\ud800", 1]"#).unwrap();
        assert_eq!((list.items, list.n_odd), (vec!["a".into(), "b\u{fffd}".into()], 1));
    }

    #[test]
    fn an_odd_entry_takes_nothing_beside_it_along() {
        let thing: Thing =
            read(br#"{"name":"n","labels":{"a":"b","c":null},"parts":[1,null,"x",2]}"#).unwrap();
        assert_eq!(thing.labels.into_iter().collect::<Vec<_>>(), [("a".into(), "b".into())]);
        let Parsed { data, warnings } = thing.parts.parsed("parts");
        assert_eq!(
            (data, warnings),
            (vec![1, 2], vec![Warning::left_out("2 parts left out: unexpected form")])
        );
    }
}

//! Reading a JSON tree into types while collecting every fault, and describing those types.
//!
//! serde stops at the first fault and knows no path, so the configuration's types are declared once
//! with [`shape!`] and get from that one declaration: the struct, the reader that goes on after a
//! fault, the list of known keys, and their JSON Schema.

use super::fault::{Fault, FaultKind};
use super::nearest::nearest;
use crate::domain::order::Gather as _;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Where in the file a value stands.
#[derive(Clone, Debug)]
pub struct Path(String);

impl Path {
    pub fn root() -> Self {
        Self("$".into())
    }

    pub fn key(&self, key: &str) -> Self {
        let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
        Self(if plain { format!("{}.{key}", self.0) } else { format!("{}[{key:?}]", self.0) })
    }

    pub fn index(&self, i: usize) -> Self {
        Self(format!("{}[{i}]", self.0))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A type that can stand in the configuration.
pub trait Shape: Sized {
    /// Reads a value; on a fault adds it and returns `None`.
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self>;

    /// What to put when the key is absent; `None` makes the key required.
    fn absent() -> Option<Self> {
        None
    }

    /// What stands for a value that could not be read, so that all others are read and checked, too. The
    /// configuration is refused for the fault, so nothing is ever done with it.
    fn stand_in() -> Self;

    /// The JSON Schema of the type.
    fn schema() -> Value;
}

/// `a string ("abc")`
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(b) => format!("{b}"),
        Value::Number(n) => format!("the number {n}"),
        Value::String(s) => format!("the text {s:?}"),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(entries) => format!("an object with {} keys", entries.len()),
    }
}

pub fn wrong_type(value: &Value, path: &Path, expected: &str, example: &str, faults: &mut Vec<Fault>) {
    faults.push(Fault::new(FaultKind::WrongType, path.as_str(), &describe(value), expected, example));
}

impl Shape for String {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        let text = value.as_str();
        if text.is_none() {
            wrong_type(value, path, "text in quotes", "\"text\"", faults);
        }
        text.map(Into::into)
    }

    fn stand_in() -> Self {
        Self::new()
    }

    fn schema() -> Value {
        json!({"type": "string"})
    }
}

impl Shape for f64 {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        let number = value.as_f64().filter(|n| n.is_finite());
        if number.is_none() {
            wrong_type(value, path, "a number", "0.5", faults);
        }
        number
    }

    fn stand_in() -> Self {
        Self::NAN
    }

    fn schema() -> Value {
        json!({"type": "number"})
    }
}

impl Shape for bool {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        let yes = value.as_bool();
        if yes.is_none() {
            wrong_type(value, path, "true or false", "true", faults);
        }
        yes
    }

    fn stand_in() -> Self {
        false
    }

    fn schema() -> Value {
        json!({"type": "boolean"})
    }
}

impl<T: Shape> Shape for Option<T> {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        T::read(value, path, faults).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn stand_in() -> Self {
        None
    }

    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        let Some(items) = value.as_array() else {
            wrong_type(value, path, "a list", "[ ... ]", faults);
            return None;
        };
        // A bad entry hides no fault of the next, and keeps its place, by which others are found.
        let read = |(i, item)| T::read(item, &path.index(i), faults).unwrap_or_else(T::stand_in);
        Some(items.iter().enumerate().map(read).collect())
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn stand_in() -> Self {
        Self::new()
    }

    fn schema() -> Value {
        json!({"type": "array", "items": T::schema()})
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        let Some(entries) = value.as_object() else {
            wrong_type(value, path, "an object", "{ \"name\": ... }", faults);
            return None;
        };
        let read = |(key, value): (&String, &Value)| {
            (key.clone(), T::read(value, &path.key(key), faults).unwrap_or_else(T::stand_in))
        };
        Some(entries.iter().map(read).into_map())
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn stand_in() -> Self {
        Self::new()
    }

    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": T::schema()})
    }
}

/// The object's entries, after reporting each key that is not among `known`.
pub fn entries<'v>(
    value: &'v Value,
    known: &[&str],
    example: &str,
    path: &Path,
    faults: &mut Vec<Fault>,
) -> Option<&'v Map<String, Value>> {
    let Some(entries) = value.as_object() else {
        wrong_type(value, path, "an object", example, faults);
        return None;
    };
    for key in entries.keys().filter(|k| !known.contains(&k.as_str())) {
        let expected = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("one of {}", known.join(", ")),
        };
        faults.push(Fault::new(
            FaultKind::UnknownKey,
            path.key(key).as_str(),
            &format!("{key:?}"),
            &expected,
            example,
        ));
    }
    Some(entries)
}

/// One field: read it, or its default, or report what is wrong with it and go on with a stand-in.
pub fn field<T: Shape>(
    entries: &Map<String, Value>,
    key: &str,
    about: &str,
    example: &str,
    path: &Path,
    faults: &mut Vec<Fault>,
) -> T {
    match entries.get(key) {
        Some(value) => T::read(value, &path.key(key), faults).unwrap_or_else(T::stand_in),
        None => T::absent().unwrap_or_else(|| {
            let expected = format!("{key:?}: {}", about.trim());
            let path = path.key(key);
            faults.push(Fault::new(FaultKind::MissingKey, path.as_str(), "nothing", &expected, example));
            T::stand_in()
        }),
    }
}

/// Declares a configuration object: `key "json name": Type, "example"`, with the doc comment as the
/// description in the schema, the documentation and the fault texts.
macro_rules! shape {
    (
        $(#[doc = $about:literal])*
        $name:ident, example $example:expr;
        $( $(#[doc = $doc:literal])* $field:ident $key:literal : $type:ty ),+ $(,)?
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $type, )+
        }

        impl $crate::config::shape::Shape for $name {
            fn read(
                value: &serde_json::Value,
                path: &$crate::config::shape::Path,
                faults: &mut Vec<$crate::config::Fault>,
            ) -> Option<Self> {
                use $crate::config::shape;
                let entries = shape::entries(value, &[$($key),+], $example, path, faults)?;
                $( let $field = shape::field::<$type>(
                    entries, $key, concat!($($doc),*), $example, path, faults,
                ); )+
                Some(Self { $( $field, )+ })
            }

            fn stand_in() -> Self {
                Self { $( $field: <$type as $crate::config::shape::Shape>::stand_in(), )+ }
            }

            fn schema() -> serde_json::Value {
                let mut properties = serde_json::Map::new();
                let mut required: Vec<serde_json::Value> = Vec::new();
                $(
                    let mut property = <$type as $crate::config::shape::Shape>::schema();
                    if let Some(object) = property.as_object_mut() {
                        object.insert("description".into(), concat!($($doc),*).trim().into());
                    }
                    properties.insert($key.into(), property);
                    if <$type as $crate::config::shape::Shape>::absent().is_none() {
                        required.push($key.into());
                    }
                )+
                serde_json::json!({
                    "type": "object",
                    "description": concat!($($about),*).trim(),
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }
        }
    };
}
pub(crate) use shape;

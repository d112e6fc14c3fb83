//! What is being read, and what was lost on the way.

use super::fields::{is_given, text};
use crate::config::nearest;
use serde_json::{Map, Value};

/// Something of a document that the configuration cannot say, or says in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// kind, name and field: `SLO checkout: spec.alertPolicies`
    pub place: String,
    /// what is done in its stead
    pub what: String,
}

/// The objects of all documents, and what they have come to so far.
pub struct Reader<'d> {
    pub objects: Vec<&'d Value>,
    pub losses: Vec<Loss>,
    pub sources: Map<String, Value>,
    /// SLIs that an objective refers to
    pub used: Vec<String>,
}

/// `SLO checkout`
pub fn place(object: &Value) -> String {
    let part = |pointer| text(object, pointer).unwrap_or_else(|| "?".into());
    format!("{} {}", part("/kind"), part("/metadata/name"))
}

impl<'d> Reader<'d> {
    /// Names a loss, once.
    pub fn lose(&mut self, place: &str, field: &str, what: &str) {
        let loss = Loss { place: format!("{place}: {field}"), what: what.into() };
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    /// Names each key of an object that is neither read nor named elsewhere.
    pub fn only(&mut self, value: &Value, place: &str, at: &str, known: &[&str]) {
        let Some(entries) = value.as_object() else {
            if !value.is_null() {
                self.lose(place, at, "is no object and is left out");
            }
            return;
        };
        for key in entries.keys().filter(|key| !known.contains(&key.as_str())) {
            let field = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            let what = match nearest(key, known.iter().copied()) {
                Some(near) => format!("is not known and is left out; did you mean {near}?"),
                None => "is not known and is left out".into(),
            };
            self.lose(place, &field, &what);
        }
    }

    /// Names what is given of `fields` and has no counterpart.
    pub fn without_counterpart(&mut self, object: &Value, place: &str, fields: &[&str]) {
        for field in fields {
            if is_given(object, &format!("/{}", field.replace('.', "/"))) {
                self.lose(place, field, "has no counterpart and is left out");
            }
        }
    }

    /// The keys of an object and of its `metadata`.
    pub fn envelope(&mut self, object: &Value, place: &str) {
        self.only(object, place, "", &["apiVersion", "kind", "metadata", "spec"]);
        if let Some(metadata) = object.get("metadata") {
            self.only(metadata, place, "metadata", &["name", "displayName", "labels", "annotations"]);
        }
    }

    /// The object of a kind and name.
    pub fn named(&self, kind: &str, name: &str) -> Option<&'d Value> {
        let is_it = |o: &&&Value| {
            text(o, "/kind").as_deref() == Some(kind) && text(o, "/metadata/name").as_deref() == Some(name)
        };
        self.objects.iter().find(is_it).copied()
    }
}

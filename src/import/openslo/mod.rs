//! Reading OpenSLO v1 documents as entries of the configuration, with every loss named.
//!
//! Every field of the specification is either honoured or named, and so is every field that is not in
//! it. Source: <https://github.com/OpenSLO/OpenSLO>, apiVersion `openslo/v1`.

mod count;
mod fields;
mod indicator;
mod promql;
mod reader;
mod slo;
mod time_window;

use fields::{is_given, text};
use indicator::is_prometheus;
pub use reader::Loss;

use reader::{Reader, place};
use serde_json::{Map, Value, json};

/// What documents come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// `sources`, `services` and `slos`, to be put into a configuration file
    pub entries: Value,
    pub n_slos: usize,
    pub losses: Vec<Loss>,
}

/// Reads documents, already parsed from YAML or JSON; one may also be a list of objects. References
/// between them are followed.
pub fn import(documents: &[Value]) -> Imported {
    let mut reader =
        Reader { objects: Vec::new(), losses: Vec::new(), sources: Map::new(), used: Vec::new() };
    let mut found = Vec::new();
    documents.iter().for_each(|d| flatten(d, &mut found));
    for (i, object) in found.iter().enumerate() {
        reader.take(object, i + 1);
    }
    let mut services: Vec<Value> = Vec::new();
    let mut slos: Vec<Value> = Vec::new();
    for object in reader.objects.clone() {
        match text(object, "/kind").as_deref() {
            Some("SLO") => slos.extend(reader.slo(object)),
            Some("Service") => services.extend(reader.service(object)),
            Some("DataSource") => reader.data_source(object),
            // Used where an objective refers to them.
            Some("SLI") => {}
            kind => reader.other(object, kind.unwrap_or("none")),
        }
    }
    reader.unused_indicators();
    reader.unique_ids(&mut slos);
    for slo in &slos {
        let id = slo.get("service").and_then(Value::as_str).unwrap_or_default();
        if !services.iter().any(|s| s.get("id").and_then(Value::as_str) == Some(id)) {
            services.push(json!({"id": id, "name": id}));
        }
    }
    let n_slos = slos.len();
    let mut entries = Map::new();
    if !reader.sources.is_empty() {
        entries.insert("sources".into(), Value::Object(reader.sources));
    }
    entries.insert("services".into(), services.into());
    entries.insert("slos".into(), slos.into());
    Imported { entries: Value::Object(entries), n_slos, losses: reader.losses }
}

/// The objects of a document: itself, or those of a list, or of Kubernetes's `kind: List`.
fn flatten<'d>(document: &'d Value, all: &mut Vec<&'d Value>) {
    match document {
        // What is between two `---` may be nothing.
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| flatten(item, all)),
        object => match (text(object, "/kind").as_deref(), object.get("items")) {
            (Some("List"), Some(Value::Array(items))) => items.iter().for_each(|item| flatten(item, all)),
            _ => all.push(object),
        },
    }
}

impl<'d> Reader<'d> {
    /// Keeps an object of a version that is read; names any other.
    fn take(&mut self, object: &'d Value, number: usize) {
        let mut at = format!("document {number}");
        if is_given(object, "/metadata/name") || is_given(object, "/kind") {
            at = format!("{at}, {}", place(object));
        }
        let found = text(object, "/apiVersion").unwrap_or_default();
        let what = match found.as_str() {
            // The second is the group of the same objects in Kubernetes.
            "openslo/v1" | "openslo.com/v1" => {
                let name = text(object, "/metadata/name");
                let kind = text(object, "/kind").unwrap_or_default();
                if name.is_some_and(|name| self.named(&kind, &name).is_some()) {
                    self.lose(&at, "metadata.name", "is there a second time: the first is read");
                } else {
                    self.objects.push(object);
                }
                return;
            }
            "" => "is missing: only objects of \"openslo/v1\" are read, this one is left out".to_string(),
            older if older.contains("alpha") || older.contains("beta") => format!(
                "is {older:?}, whose objects have another form than those of \"openslo/v1\": convert it, this \
                 one is left out"
            ),
            other => format!("is {other:?}, not \"openslo/v1\": this one is left out"),
        };
        self.lose(&at, "apiVersion", &what);
    }

    fn service(&mut self, object: &Value) -> Option<Value> {
        let at = place(object);
        self.envelope(object, &at);
        self.only(object.get("spec").unwrap_or(&Value::Null), &at, "spec", &["description"]);
        self.without_counterpart(object, &at, &["metadata.labels", "metadata.annotations"]);
        let Some(name) = text(object, "/metadata/name") else {
            self.lose(&at, "metadata.name", "is missing: the service is left out");
            return None;
        };
        let title = text(object, "/metadata/displayName").unwrap_or_else(|| name.clone());
        let mut service = json!({"id": name, "name": title});
        if let (Some(description), Some(entries)) =
            (text(object, "/spec/description"), service.as_object_mut())
        {
            entries.insert("description".into(), description.into());
        }
        Some(service)
    }

    fn data_source(&mut self, object: &Value) {
        let at = place(object);
        self.envelope(object, &at);
        let spec = object.get("spec").unwrap_or(&Value::Null);
        self.only(spec, &at, "spec", &["description", "type", "connectionDetails"]);
        let beside = ["metadata.displayName", "metadata.labels", "metadata.annotations", "spec.description"];
        self.without_counterpart(object, &at, &beside);
        let kind = text(object, "/spec/type").unwrap_or_default();
        if !is_prometheus(&kind) {
            let what = format!("{kind:?} is no Prometheus: what asks it is left out");
            return self.lose(&at, "spec.type", &what);
        }
        let details = object.pointer("/spec/connectionDetails").unwrap_or(&Value::Null);
        let at_details = "spec.connectionDetails";
        if let Some(entries) = details.as_object() {
            // Never their values: they may be keys.
            for key in entries.keys().filter(|k| !["url", "address"].contains(&k.as_str())) {
                self.lose(
                    &at,
                    &format!("{at_details}.{key}"),
                    "is left out: a proxy in front adds what is secret",
                );
            }
        }
        let url = text(details, "/url").or_else(|| text(details, "/address")).or_else(|| text(details, ""));
        match (url, text(object, "/metadata/name")) {
            (_, None) => self.lose(&at, "metadata.name", "is missing: the source is left out"),
            (None, _) => self.lose(&at, at_details, "has no url: name the source by hand"),
            (Some(url), Some(name)) => {
                let (url, cut) = without_credentials(&url);
                if cut {
                    self.lose(&at, &format!("{at_details}.url"), "its user and password are left out");
                }
                self.sources.insert(name, json!({"kind": "prometheus", "url": url}));
            }
        }
    }

    fn other(&mut self, object: &Value, kind: &str) {
        let at = place(object);
        let what = match kind {
            "AlertPolicy" | "AlertCondition" | "AlertNotificationTarget" => {
                format!("{kind} has no counterpart: alerts come from `fourlights rules`")
            }
            _ => format!("{kind} has no counterpart and is left out"),
        };
        self.lose(&at, "kind", &what);
    }

    fn unused_indicators(&mut self) {
        for object in self.objects.clone() {
            let name = text(object, "/metadata/name").unwrap_or_default();
            if text(object, "/kind").as_deref() == Some("SLI") && !self.used.contains(&name) {
                self.lose(&place(object), "kind", "no objective that is read refers to it: it is left out");
            }
        }
    }

    /// Two names may become one id: `a.b` and `a_b`.
    fn unique_ids(&mut self, slos: &mut [Value]) {
        let mut seen: Vec<String> = Vec::new();
        for slo in slos {
            let id = slo.get("id").and_then(Value::as_str).unwrap_or_default().to_string();
            let free = std::iter::once(id.clone())
                .chain((2..).map(|n| format!("{id}-{n}")))
                .find(|id| !seen.contains(id))
                .unwrap_or_default();
            if let Some(entries) = slo.as_object_mut().filter(|_| free != id) {
                self.lose(
                    &format!("SLO {id}"),
                    "id",
                    &format!("is there a second time: it becomes {free:?}"),
                );
                entries.insert("id".into(), free.clone().into());
            }
            seen.push(free);
        }
    }
}

/// A URL without the user and password in it, and whether there were any.
fn without_credentials(url: &str) -> (String, bool) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.into(), false) };
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => (format!("{scheme}://{host}{tail}"), true),
        None => (url.into(), false),
    }
}

#[cfg(test)]
mod tests;

//! From an object of kind SLO to objectives of the configuration.

use super::fields::{is_given, number, text};
use super::reader::{Reader, place as place_of};
use crate::domain::slug::id_of;
use serde_json::{Map, Value, json};

const OBJECTIVE: [&str; 10] = [
    "displayName",
    "op",
    "value",
    "target",
    "targetPercent",
    "timeSliceTarget",
    "timeSliceWindow",
    "indicator",
    "indicatorRef",
    "compositeWeight",
];

/// What all objectives of one SLO share.
struct Shared<'s> {
    name: &'s str,
    title: String,
    spec: &'s Value,
    /// window, zone, labels, description
    entries: Map<String, Value>,
}

impl Reader<'_> {
    pub(super) fn slo(&mut self, object: &Value) -> Vec<Value> {
        let place = place_of(object);
        self.envelope(object, &place);
        let Some(name) = text(object, "/metadata/name") else {
            self.lose(&place, "metadata.name", "is missing: the objective is left out");
            return Vec::new();
        };
        let spec = object.get("spec").cloned().unwrap_or_default();
        let known = [
            "description",
            "service",
            "indicator",
            "indicatorRef",
            "timeWindow",
            "budgetingMethod",
            "objectives",
            "alertPolicies",
        ];
        self.only(&spec, &place, "spec", &known);
        self.without_counterpart(object, &place, &["metadata.annotations"]);
        if is_given(&spec, "/alertPolicies") {
            let what = "is left out: `fourlights rules` writes the workbook's alerts";
            self.lose(&place, "spec.alertPolicies", what);
        }
        let Some(service) = text(&spec, "/service") else {
            self.lose(&place, "spec.service", "is missing: the objective is left out");
            return Vec::new();
        };
        let objectives = spec.get("objectives").and_then(Value::as_array).cloned().unwrap_or_default();
        if objectives.is_empty() {
            self.lose(&place, "spec.objectives", "is empty or no list: nothing is read");
            return Vec::new();
        }
        let mut entries = self.window(&spec, &place);
        entries.insert("service".into(), service.into());
        if let Some(description) = text(&spec, "/description") {
            entries.insert("description".into(), description.into());
        }
        let labels = self.labels(object, &place);
        if !labels.is_empty() {
            entries.insert("labels".into(), Value::Object(labels));
        }
        let title = text(object, "/metadata/displayName").unwrap_or_else(|| name.clone());
        let shared = Shared { name: &name, title, spec: &spec, entries };
        let many = objectives.len() > 1;
        let one = |(i, objective)| {
            let place = if many { format!("{place}: objectives[{i}]") } else { place.clone() };
            self.objective(&shared, objective, many.then_some(i + 1), &place)
        };
        objectives.iter().enumerate().filter_map(one).collect()
    }

    fn objective(
        &mut self,
        shared: &Shared<'_>,
        objective: &Value,
        number: Option<usize>,
        place: &str,
    ) -> Option<Value> {
        self.only(objective, place, "objective", &OBJECTIVE);
        self.without_counterpart(objective, place, &["compositeWeight"]);
        // All of it is read before anything is left out: all losses at once.
        let target = self.target(objective, place);
        let method = self.method(shared.spec, objective, place);
        let indicator = match &method {
            Some(method) => self.indicator(shared.spec, objective, method, place),
            None => None,
        };
        let (target, indicator) = (target?, indicator?);
        let mut slo = shared.entries.clone();
        let typed = match number {
            Some(n) => format!("{}-{n}", shared.name),
            None => shared.name.to_string(),
        };
        let id = id_of(&typed, "objective");
        if id != typed {
            self.lose(place, "metadata.name", &format!("becomes the id {id:?}"));
        }
        slo.insert("id".into(), id.into());
        let own = text(objective, "/displayName");
        let name = match (own, number) {
            (Some(own), Some(_)) => format!("{}: {own}", shared.title),
            (Some(own), None) if own != shared.title => {
                self.lose(place, "objective.displayName", &format!("{own:?} is left out: there is only one"));
                shared.title.clone()
            }
            _ => shared.title.clone(),
        };
        slo.insert("name".into(), name.into());
        slo.insert("target".into(), target);
        slo.extend(indicator);
        Some(Value::Object(slo))
    }

    fn target(&mut self, objective: &Value, place: &str) -> Option<Value> {
        let (ratio, percent) = (number(objective, "/target"), number(objective, "/targetPercent"));
        if ratio.is_some() && percent.is_some() {
            self.lose(place, "targetPercent", "is left out: target is read");
        }
        // 99.9 / 100 would be 0.9990000000000001.
        let target = ratio.or_else(|| percent.map(|p| (p * 1e10).round() / 1e12));
        match target.filter(|t| *t > 0.0 && *t <= 1.0) {
            Some(target) => Some(json!(target)),
            None => {
                let what = "is not a ratio above 0 and at most 1: the objective is left out";
                self.lose(place, "target", what);
                None
            }
        }
    }

    fn labels(&mut self, object: &Value, place: &str) -> Map<String, Value> {
        let mut labels = Map::new();
        let given = match object.pointer("/metadata/labels") {
            None | Some(Value::Null) => return labels,
            Some(Value::Object(given)) => given,
            Some(_) => {
                self.lose(place, "metadata.labels", "is no object and is left out");
                return labels;
            }
        };
        for (name, value) in given {
            let at = format!("metadata.labels.{name}");
            let value = match value {
                Value::Array(all) => {
                    if all.len() > 1 {
                        self.lose(place, &at, "has several values: the first is kept");
                    }
                    all.first().cloned().unwrap_or_default()
                }
                other => other.clone(),
            };
            match text(&value, "") {
                Some(value) => {
                    labels.insert(name.clone(), value.into());
                }
                None => self.lose(place, &at, "has no text as its value and is left out"),
            }
        }
        labels
    }
}

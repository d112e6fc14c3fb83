//! Reading OpenSLO v1 documents as entries of the configuration, with every loss named.
//!
//! Source: <https://github.com/OpenSLO/OpenSLO>, apiVersion `openslo/v1`.

use serde_json::{Map, Value, json};

/// Something of a document that the configuration cannot say, or says in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// kind, name and field: `SLO checkout: spec.alertPolicies`
    pub place: String,
    /// what is done in its stead
    pub what: String,
}

/// What documents come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// `sources`, `services` and `slos`, to be put into a configuration file
    pub entries: Value,
    pub n_slos: usize,
    pub losses: Vec<Loss>,
}

/// Reads documents, already parsed from YAML or JSON. References between them are followed.
pub fn import(documents: &[Value]) -> Imported {
    let mut reader = Reader { documents, losses: Vec::new(), sources: Map::new() };
    let mut services: Vec<Value> = Vec::new();
    let mut slos: Vec<Value> = Vec::new();
    for (i, document) in documents.iter().enumerate() {
        if text(document, "/apiVersion") != Some("openslo/v1") {
            let found = text(document, "/apiVersion").unwrap_or("none");
            reader.lose(
                &format!("document {}", i + 1),
                "apiVersion",
                &format!("is {found:?}, not \"openslo/v1\": the document is left out"),
            );
            continue;
        }
        match text(document, "/kind") {
            Some("SLO") => slos.extend(reader.slo(document)),
            Some("Service") => services.extend(reader.service(document)),
            Some("DataSource") => reader.data_source(document),
            // Used where an objective refers to them.
            Some("SLI") => {}
            kind => {
                let place = place(document);
                reader.lose(
                    &place,
                    "kind",
                    &format!(
                        "{} has no counterpart: alerts come from `fourlights rules`",
                        kind.unwrap_or("none")
                    ),
                );
            }
        }
    }
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

struct Reader<'d> {
    documents: &'d [Value],
    losses: Vec<Loss>,
    sources: Map<String, Value>,
}

fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn place(document: &Value) -> String {
    let part = |pointer| text(document, pointer).unwrap_or("?");
    format!("{} {}", part("/kind"), part("/metadata/name"))
}

fn title(document: &Value) -> Option<&str> {
    text(document, "/metadata/displayName").or_else(|| text(document, "/metadata/name"))
}

impl Reader<'_> {
    fn lose(&mut self, place: &str, field: &str, what: &str) {
        self.losses.push(Loss { place: format!("{place}: {field}"), what: what.into() });
    }

    fn named(&self, kind: &str, name: &str) -> Option<Value> {
        let is_it = |d: &&Value| text(d, "/kind") == Some(kind) && text(d, "/metadata/name") == Some(name);
        self.documents.iter().find(is_it).cloned()
    }

    fn service(&mut self, document: &Value) -> Option<Value> {
        let name = text(document, "/metadata/name")?;
        let mut service = json!({"id": name, "name": title(document)});
        if let (Some(description), Some(object)) =
            (text(document, "/spec/description"), service.as_object_mut())
        {
            object.insert("description".into(), description.into());
        }
        Some(service)
    }

    fn data_source(&mut self, document: &Value) {
        let place = place(document);
        let kind = text(document, "/spec/type").unwrap_or_default().to_lowercase();
        let url = ["/spec/connectionDetails/url", "/spec/connectionDetails/address"]
            .into_iter()
            .find_map(|pointer| text(document, pointer));
        match (kind.as_str(), url, text(document, "/metadata/name")) {
            ("prometheus", Some(url), Some(name)) => {
                self.sources.insert(name.into(), json!({"kind": "prometheus", "url": url}));
            }
            ("prometheus", None, _) => {
                self.lose(&place, "spec.connectionDetails", "has no url: name the source by hand")
            }
            (other, ..) => self.lose(
                &place,
                "spec.type",
                &format!("{other:?} is not supported: name the source by hand"),
            ),
        }
    }

    fn slo(&mut self, document: &Value) -> Vec<Value> {
        let place = place(document);
        let Some(name) = text(document, "/metadata/name") else {
            self.lose(&place, "metadata.name", "is missing: the objective is left out");
            return Vec::new();
        };
        let spec = document.get("spec").cloned().unwrap_or_default();
        let Some(service) = text(&spec, "/service") else {
            self.lose(&place, "spec.service", "is missing: the objective is left out");
            return Vec::new();
        };
        if spec.get("alertPolicies").and_then(Value::as_array).is_some_and(|a| !a.is_empty()) {
            self.lose(
                &place,
                "spec.alertPolicies",
                "is left out: `fourlights rules` writes the workbook's alerts",
            );
        }
        match text(&spec, "/budgetingMethod") {
            None | Some("Occurrences") => {}
            Some(other) => {
                self.lose(
                    &place,
                    "spec.budgetingMethod",
                    &format!("{other} is counted by occurrences instead"),
                );
            }
        }
        let window = self.window(&spec, &place);
        let objectives = spec.get("objectives").and_then(Value::as_array).cloned().unwrap_or_default();
        if objectives.is_empty() {
            self.lose(&place, "spec.objectives", "is empty: the objective is left out");
        }
        let labels = self.labels(document, &place);
        let many = objectives.len() > 1;
        let mut all = Vec::new();
        for (i, objective) in objectives.iter().enumerate() {
            let place = if many { format!("{place}: objectives[{i}]") } else { place.clone() };
            let Some(target) = self.target(objective, &place) else { continue };
            let Some(indicator) = self.indicator(&spec, objective, &place) else { continue };
            let mut slo = Map::new();
            let own = text(objective, "/displayName").map(str::to_string);
            let base = title(document).unwrap_or(name).to_string();
            let id = if many { format!("{name}-{}", i + 1) } else { name.to_string() };
            slo.insert("id".into(), id.to_lowercase().replace(['_', '.', ' '], "-").into());
            slo.insert(
                "name".into(),
                match own.filter(|_| many) {
                    Some(own) => format!("{base}: {own}"),
                    None => base,
                }
                .into(),
            );
            slo.insert("service".into(), service.into());
            slo.insert("target".into(), target);
            slo.extend(window.clone());
            slo.extend(indicator);
            if let Some(description) = text(&spec, "/description") {
                slo.insert("description".into(), description.into());
            }
            if !labels.is_empty() {
                slo.insert("labels".into(), Value::Object(labels.clone()));
            }
            all.push(Value::Object(slo));
        }
        all
    }

    fn labels(&mut self, document: &Value, place: &str) -> Map<String, Value> {
        let mut labels = Map::new();
        let given =
            document.pointer("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, value) in given {
            let value = match &value {
                Value::Array(all) => {
                    if all.len() > 1 {
                        self.lose(
                            place,
                            &format!("metadata.labels.{name}"),
                            "has several values: the first is kept",
                        );
                    }
                    all.first().cloned().unwrap_or_default()
                }
                other => other.clone(),
            };
            labels.insert(name, value.as_str().map_or_else(|| value.to_string(), str::to_string).into());
        }
        labels
    }

    fn target(&mut self, objective: &Value, place: &str) -> Option<Value> {
        let number = |name: &str| objective.get(name).and_then(Value::as_f64);
        let target = number("target").or_else(|| number("targetPercent").map(|p| (p * 1e10).round() / 1e12));
        if let Some(field) = ["timeSliceTarget", "timeSliceWindow", "compositeWeight"]
            .into_iter()
            .find(|f| objective.get(*f).is_some())
        {
            self.lose(place, field, "has no counterpart and is left out");
        }
        match target.filter(|t| *t > 0.0 && *t <= 1.0) {
            Some(target) => Some(json!(target)),
            None => {
                self.lose(place, "target", "is not a ratio above 0 and at most 1: the objective is left out");
                None
            }
        }
    }

    fn window(&mut self, spec: &Value, place: &str) -> Map<String, Value> {
        let mut out = Map::new();
        let Some(window) = spec.pointer("/timeWindow/0") else {
            self.lose(place, "spec.timeWindow", "is missing: 30 days, rolling");
            return out;
        };
        let duration = text(window, "/duration").unwrap_or_default();
        let rolling =
            window.get("isRolling").and_then(Value::as_bool).unwrap_or(window.get("calendar").is_none());
        match (rolling, duration) {
            (false, "1M") => {
                out.insert("window".into(), "month".into());
            }
            (false, "1w") => {
                out.insert("window".into(), "week".into());
            }
            (rolling, duration) => {
                if !rolling {
                    let what =
                        format!("a calendar window of {duration:?} is none of 1M and 1w: it rolls instead");
                    self.lose(place, "spec.timeWindow", &what);
                }
                let (days, exact) = days_of(duration);
                if !exact {
                    self.lose(place, "spec.timeWindow", &format!("{duration:?} is taken for {days}"));
                }
                out.insert("window".into(), days.into());
            }
        }
        if !rolling && let Some(zone) = text(window, "/calendar/timeZone") {
            let known = zone == "UTC" || zone.contains('/');
            if known {
                out.insert("zone".into(), zone.into());
            } else {
                self.lose(
                    place,
                    "spec.timeWindow.calendar.timeZone",
                    &format!("{zone:?} is not a zone's full name: UTC"),
                );
            }
        }
        out
    }

    fn indicator(&mut self, spec: &Value, objective: &Value, place: &str) -> Option<Map<String, Value>> {
        let found = objective
            .get("indicator")
            .or_else(|| spec.get("indicator"))
            .and_then(|i| i.get("spec").cloned())
            .or_else(|| {
                let name = text(objective, "/indicatorRef").or_else(|| text(spec, "/indicatorRef"))?;
                self.named("SLI", name)?.get("spec").cloned()
            });
        let Some(indicator) = found else {
            self.lose(place, "indicator", "is not in these documents: the objective is left out");
            return None;
        };
        if let Some(ratio) = indicator.get("ratioMetric") {
            return self.ratio(ratio, place);
        }
        let Some(metric) = indicator.get("thresholdMetric") else {
            self.lose(
                place,
                "indicator",
                "is neither ratioMetric nor thresholdMetric: the objective is left out",
            );
            return None;
        };
        let (query, source) = self.query(metric, place, "thresholdMetric")?;
        let operator = match text(objective, "/op") {
            Some("lt") => "<",
            Some("lte") => "<=",
            Some("gt") => ">",
            Some("gte") => ">=",
            _ => {
                self.lose(place, "op", "is none of lt, lte, gt and gte: the objective is left out");
                return None;
            }
        };
        let Some(value) = objective.get("value").and_then(Value::as_f64) else {
            self.lose(place, "value", "is missing: the objective is left out");
            return None;
        };
        let query = query.replace("{{.window}}", "5m");
        let mut out = Map::new();
        out.insert(
            "good".into(),
            format!("avg_over_time((({query}) {operator} bool {value})[$window:1m])").into(),
        );
        out.extend(source);
        Some(out)
    }

    fn ratio(&mut self, ratio: &Value, place: &str) -> Option<Map<String, Value>> {
        if let Some(raw) = ratio.get("raw") {
            let (query, source) = self.query(raw, place, "ratioMetric.raw")?;
            let over = format!("avg_over_time(({query})[$window:1m])");
            let good = if text(ratio, "/rawType") == Some("failure") { format!("1 - {over}") } else { over };
            let mut out = Map::from_iter([("good".to_string(), Value::from(good))]);
            out.extend(source);
            return Some(out);
        }
        let counter = ratio.get("counter").and_then(Value::as_bool).unwrap_or(false);
        let (part, field) = match (ratio.get("good"), ratio.get("bad")) {
            (Some(good), _) => (good, "good"),
            (None, Some(bad)) => (bad, "bad"),
            (None, None) => {
                self.lose(place, "ratioMetric", "has neither good nor bad: the objective is left out");
                return None;
            }
        };
        let Some(total) = ratio.get("total") else {
            self.lose(place, "ratioMetric.total", "is missing: the objective is left out");
            return None;
        };
        let (events, source) = self.query(part, place, field)?;
        let (valid, _) = self.query(total, place, "total")?;
        let mut out = Map::new();
        out.insert(field.into(), over_window(&events, counter).into());
        out.insert("valid".into(), over_window(&valid, counter).into());
        out.extend(source);
        Some(out)
    }

    /// A metric's PromQL and the source it names.
    fn query(&mut self, metric: &Value, place: &str, field: &str) -> Option<(String, Map<String, Value>)> {
        let kind = text(metric, "/metricSource/type").unwrap_or("Prometheus");
        if !kind.eq_ignore_ascii_case("prometheus") {
            self.lose(
                place,
                field,
                &format!("asks {kind}, which is not supported: the objective is left out"),
            );
            return None;
        }
        let Some(query) =
            text(metric, "/metricSource/spec/query").or_else(|| text(metric, "/metricSource/spec/promql"))
        else {
            self.lose(place, field, "has no query: the objective is left out");
            return None;
        };
        let mut source = Map::new();
        if let Some(name) = text(metric, "/metricSource/metricSourceRef") {
            source.insert("source".into(), name.into());
        }
        Some((query.trim().to_string(), source))
    }
}

/// A query of OpenSLO counted over `$window`: one with a placeholder is taken as it is, a counter is
/// increased, and anything else is a rate that is added up.
fn over_window(query: &str, counter: bool) -> String {
    if query.contains("{{.window}}") {
        return query.replace("{{.window}}", "$window");
    }
    if counter && !query.contains('[') {
        return format!("sum(increase(({query})[$window:1m]))");
    }
    format!("sum(sum_over_time(({query})[$window:1m]))")
}

/// An OpenSLO duration in days or hours, and whether that is what it says.
fn days_of(duration: &str) -> (String, bool) {
    let (number, unit) =
        duration.split_at(duration.find(|c: char| !c.is_ascii_digit()).unwrap_or(duration.len()));
    let Some(n) = number.parse::<u64>().ok().filter(|n| (1..=10_000).contains(n)) else {
        return ("30d".into(), false);
    };
    match unit {
        "h" => (format!("{n}h"), true),
        "d" => (format!("{n}d"), true),
        "w" => (format!("{}d", n * 7), true),
        "M" => (format!("{}d", n * 30), false),
        "Q" => (format!("{}d", n * 90), false),
        "Y" => (format!("{}d", n * 365), false),
        _ => ("30d".into(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slo(spec: Value) -> Value {
        json!({"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "checkout", "labels": {"team": ["pay", "core"]}}, "spec": spec})
    }

    fn metric(query: &str) -> Value {
        json!({"metricSource": {"type": "Prometheus", "metricSourceRef": "main", "spec": {"query": query}}})
    }

    #[test]
    fn a_ratio_becomes_bad_or_good_over_valid_and_losses_are_named() {
        let imported = import(&[slo(json!({
            "service": "shop", "budgetingMethod": "Timeslices",
            "timeWindow": [{"duration": "1M", "isRolling": false, "calendar": {"timeZone": "Europe/Berlin"}}],
            "indicator": {"spec": {"ratioMetric": {"counter": true, "bad": metric("sum(errors_total)"), "total": metric("sum(rate(all_total[{{.window}}]))")}}},
            "objectives": [{"targetPercent": 99.9}], "alertPolicies": ["x"],
        }))]);
        let slo = &imported.entries["slos"][0];
        assert_eq!(slo["bad"], "sum(increase((sum(errors_total))[$window:1m]))");
        assert_eq!(slo["valid"], "sum(rate(all_total[$window]))");
        assert_eq!(
            (&slo["target"], &slo["window"], &slo["zone"]),
            (&json!(0.999), &json!("month"), &json!("Europe/Berlin"))
        );
        assert_eq!((&slo["source"], &slo["labels"]["team"]), (&json!("main"), &json!("pay")));
        assert_eq!(imported.entries["services"][0]["id"], "shop");
        let places: Vec<&str> = imported.losses.iter().map(|l| l.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "SLO checkout: spec.alertPolicies",
                "SLO checkout: spec.budgetingMethod",
                "SLO checkout: metadata.labels.team"
            ]
        );
    }

    #[test]
    fn thresholds_references_and_several_objectives() {
        let sli = json!({"apiVersion": "openslo/v1", "kind": "SLI", "metadata": {"name": "p95"}, "spec": {"thresholdMetric": metric("p95_seconds")}});
        let imported = import(&[
            slo(
                json!({"service": "shop", "indicatorRef": "p95", "timeWindow": [{"duration": "4w", "isRolling": true}],
                "objectives": [{"displayName": "usual", "op": "lte", "value": 0.5, "target": 0.95}, {"op": "lte", "value": 2, "target": 0.99}]}),
            ),
            sli,
        ]);
        assert_eq!((imported.n_slos, imported.losses.len()), (2, 1), "{:?}", imported.losses);
        let first = &imported.entries["slos"][0];
        assert_eq!(first["good"], "avg_over_time(((p95_seconds) <= bool 0.5)[$window:1m])");
        assert_eq!(
            (&first["id"], &first["name"], &first["window"]),
            (&json!("checkout-1"), &json!("checkout: usual"), &json!("28d"))
        );
    }

    #[test]
    fn what_cannot_be_said_is_left_out_and_told() {
        let imported = import(&[
            json!({"apiVersion": "openslo/v1alpha", "kind": "SLO"}),
            json!({"apiVersion": "openslo/v1", "kind": "AlertPolicy", "metadata": {"name": "a"}}),
            json!({"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "d"}, "spec": {"type": "Datadog"}}),
            slo(
                json!({"service": "s", "indicator": {"spec": {}}, "objectives": [{"target": 99.9}, {"target": 0.9}]}),
            ),
            json!("nonsense"),
        ]);
        assert_eq!(imported.n_slos, 0);
        assert_eq!(imported.losses.len(), 8, "{:#?}", imported.losses);
    }

    #[test]
    fn what_is_imported_is_a_valid_configuration() {
        let source = json!({"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "main"}, "spec": {"type": "Prometheus", "connectionDetails": {"url": "http://prometheus:9090"}}});
        let imported = import(&[
            source,
            slo(json!({"service": "shop", "timeWindow": [{"duration": "30d", "isRolling": true}],
            "indicator": {"spec": {"ratioMetric": {"counter": true, "good": metric("good_total"), "total": metric("all_total")}}},
            "objectives": [{"target": 0.999}]})),
        ]);
        let mut file = imported.entries.as_object().unwrap().clone();
        file.insert("title".into(), "T".into());
        let config = crate::config::read(&Value::Object(file).to_string()).expect("valid");
        assert_eq!((config.slos.len(), config.sources.len()), (1, 1));
    }
}

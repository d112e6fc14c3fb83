//! From an SLI to the queries of an objective.

use super::count::{Query, WINDOW, count};
use super::fields::{flag, is_given, number, text};
use super::reader::{Reader, place as place_of};
use super::time_window::duration;
use crate::domain::time::duration_text;
use serde_json::{Map, Value};

/// How the budget is counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// good events among all
    Occurrences,
    /// good slices of time among all; a slice is good from a share of good events on
    Slices { length: String, target: f64 },
    /// the shares of all slices, averaged
    SliceRatios { length: String },
}

/// A metric's query and the source that answers it.
struct Metric {
    query: Query,
    source: Option<String>,
}

impl Reader<'_> {
    /// The queries of an objective; none where it must be left out, which is then named.
    pub(super) fn indicator(
        &mut self,
        spec: &Value,
        objective: &Value,
        method: &Method,
        place: &str,
    ) -> Option<Map<String, Value>> {
        let sli = self.sli(spec, objective, place)?;
        let known = ["description", "thresholdMetric", "ratioMetric"];
        self.only(&sli, place, "indicator.spec", &known);
        let (ratio, threshold) = (sli.get("ratioMetric"), sli.get("thresholdMetric"));
        match (ratio.filter(|r| !r.is_null()), threshold.filter(|t| !t.is_null())) {
            (Some(ratio), threshold) => {
                if threshold.is_some() {
                    self.lose(place, "thresholdMetric", "is left out: the ratioMetric is read");
                }
                for field in ["op", "value"] {
                    if is_given(objective, &format!("/{field}")) {
                        self.lose(place, field, "compares nothing for a ratioMetric and is left out");
                    }
                }
                self.ratio(ratio, method, place)
            }
            (None, Some(threshold)) => self.threshold(threshold, objective, method, place),
            (None, None) => {
                let what = "is neither ratioMetric nor thresholdMetric: the objective is left out";
                self.lose(place, "indicator", what);
                None
            }
        }
    }

    /// The `spec` of the SLI: of the objective itself, or of the whole SLO; given there or by name.
    fn sli(&mut self, spec: &Value, objective: &Value, place: &str) -> Option<Value> {
        let given = [(objective, "indicator"), (spec, "spec.indicator")];
        let inline = given.into_iter().find(|(of, _)| is_given(of, "/indicator"));
        let by_name = text(objective, "/indicatorRef").or_else(|| text(spec, "/indicatorRef"));
        if let Some((of, at)) = inline {
            if by_name.is_some() {
                self.lose(place, "indicatorRef", "is left out: the indicator is given, too");
            }
            let indicator = of.get("indicator").cloned().unwrap_or_default();
            self.only(&indicator, place, at, &["apiVersion", "kind", "metadata", "spec"]);
            self.sli_metadata(&indicator, place, &format!("{at}."));
            return Some(indicator.get("spec").cloned().unwrap_or_default());
        }
        let found = by_name.as_ref().and_then(|name| self.named("SLI", name));
        let Some(sli) = found else {
            let what = match by_name {
                Some(name) => format!("{name:?} is not in these documents: the objective is left out"),
                None => "is missing: the objective is left out".into(),
            };
            self.lose(place, "indicator", &what);
            return None;
        };
        self.used.extend(by_name);
        let own = place_of(sli);
        self.envelope(sli, &own);
        self.sli_metadata(sli, &own, "");
        Some(sli.get("spec").cloned().unwrap_or_default())
    }

    fn sli_metadata(&mut self, sli: &Value, place: &str, at: &str) {
        if let Some(metadata) = sli.get("metadata") {
            let known = ["name", "displayName", "labels", "annotations"];
            self.only(metadata, place, &format!("{at}metadata"), &known);
        }
        for field in ["metadata.displayName", "metadata.labels", "metadata.annotations", "spec.description"] {
            if is_given(sli, &format!("/{}", field.replace('.', "/"))) {
                self.lose(place, &format!("{at}{field}"), "of an SLI has no counterpart and is left out");
            }
        }
    }

    fn ratio(&mut self, ratio: &Value, method: &Method, place: &str) -> Option<Map<String, Value>> {
        let known = ["counter", "good", "bad", "total", "raw", "rawType"];
        self.only(ratio, place, "ratioMetric", &known);
        if is_given(ratio, "/raw") {
            return self.raw(ratio, method, place);
        }
        if is_given(ratio, "/rawType") {
            self.lose(place, "ratioMetric.rawType", "is left out: there is no raw");
        }
        let field = match (is_given(ratio, "/good"), is_given(ratio, "/bad")) {
            (true, both) => {
                if both {
                    self.lose(place, "ratioMetric.bad", "is left out: good is read");
                }
                "good"
            }
            (false, true) => "bad",
            (false, false) => {
                self.lose(place, "ratioMetric", "has neither good nor bad: the objective is left out");
                return None;
            }
        };
        if !is_given(ratio, "/total") {
            self.lose(place, "ratioMetric.total", "is missing: the objective is left out");
            return None;
        }
        let part = |name: &str| ratio.get(name).cloned().unwrap_or_default();
        let events = self.metric(&part(field), place, &format!("ratioMetric.{field}"));
        let valid = self.metric(&part("total"), place, "ratioMetric.total");
        let (events, valid) = (events?, valid?);
        if events.source != valid.source {
            let what =
                format!("ask two data sources, {field} and total each another: the objective is left out");
            self.lose(place, "metricSourceRef", &what);
            return None;
        }
        let counter = flag(ratio, "/counter");
        if counter.is_none() && is_given(ratio, "/counter") {
            self.lose(place, "ratioMetric.counter", "is neither true nor false: the objective is left out");
            return None;
        }
        let counted = match count(&events.query, &valid.query, counter) {
            Ok(counted) => counted,
            Err(why) => {
                let what = format!("cannot be counted: {why}. The objective is left out");
                self.lose(place, &format!("ratioMetric, {field} and total"), &what);
                return None;
            }
        };
        for what in &counted.assumed {
            self.lose(place, "ratioMetric", what);
        }
        let mut out = Map::new();
        if *method == Method::Occurrences {
            let (events, valid) = counted.over(WINDOW);
            out.insert(field.into(), events.into());
            out.insert("valid".into(), valid.into());
        } else {
            let slice = |length: &str| {
                let (events, valid) = counted.over(length);
                let share = format!("({events}) / ({valid})");
                (if field == "bad" { format!("1 - {share}") } else { share }, valid)
            };
            out.insert("good".into(), share_of_slices(method, slice).into());
        }
        source_of(&events, &mut out);
        Some(out)
    }

    /// A ratio that is recorded as such.
    fn raw(&mut self, ratio: &Value, method: &Method, place: &str) -> Option<Map<String, Value>> {
        for field in ["good", "bad", "total"] {
            if is_given(ratio, &format!("/{field}")) {
                self.lose(place, &format!("ratioMetric.{field}"), "is left out: raw is read");
            }
        }
        let of_failures = match text(ratio, "/rawType").as_deref() {
            Some("success") => false,
            Some("failure") => true,
            other => {
                let found = other.map_or_else(|| "is missing".into(), |o| format!("{o:?} is unknown"));
                let what = format!("{found}: success or failure decides it, so the objective is left out");
                self.lose(place, "ratioMetric.rawType", &what);
                return None;
            }
        };
        let raw = ratio.get("raw").cloned().unwrap_or_default();
        let metric = self.metric(&raw, place, "ratioMetric.raw")?;
        let query = &metric.query;
        let share = |span: &str| {
            let share = if query.has_placeholder() {
                query.averaged(format!("({})", query.filled(span)))
            } else {
                query.averaged(format!("avg_over_time(({})[{span}:1m])", query.at_an_instant()))
            };
            if of_failures { format!("1 - {share}") } else { share }
        };
        let mut out = Map::new();
        out.insert("good".into(), share_over(method, share).into());
        source_of(&metric, &mut out);
        Some(out)
    }

    /// Time in which a metric is on the good side of a value.
    fn threshold(
        &mut self,
        metric: &Value,
        objective: &Value,
        method: &Method,
        place: &str,
    ) -> Option<Map<String, Value>> {
        let metric = self.metric(metric, place, "thresholdMetric");
        let operator = match text(objective, "/op").as_deref() {
            Some("lt") => Some("<"),
            Some("lte") => Some("<="),
            Some("gt") => Some(">"),
            Some("gte") => Some(">="),
            _ => {
                self.lose(place, "op", "is none of lt, lte, gt and gte: the objective is left out");
                None
            }
        };
        let value = number(objective, "/value");
        if value.is_none() {
            self.lose(place, "value", "is missing or no number: the objective is left out");
        }
        let (metric, operator, value) = (metric?, operator?, value?);
        let query = &metric.query;
        if query.has_placeholder() {
            self.lose(place, "thresholdMetric", "the range that was left open is 5m");
        }
        let share = |span: &str| {
            let kept = format!("({}) {operator} bool {value}", query.at_an_instant());
            query.averaged(format!("avg_over_time(({kept})[{span}:1m])"))
        };
        let mut out = Map::new();
        out.insert("good".into(), share_over(method, share).into());
        source_of(&metric, &mut out);
        Some(out)
    }

    /// A metric's query and source; none where neither can be used, which is then named.
    fn metric(&mut self, metric: &Value, place: &str, field: &str) -> Option<Metric> {
        self.only(metric, place, field, &["metricSource"]);
        let given = metric.get("metricSource").cloned().unwrap_or_default();
        let at = format!("{field}.metricSource");
        self.only(&given, place, &at, &["metricSourceRef", "type", "spec"]);
        let source = text(&given, "/metricSourceRef");
        self.prometheus(&given, source.as_deref(), place, field)?;
        let spec = given.get("spec").cloned().unwrap_or_default();
        self.only(&spec, place, &format!("{at}.spec"), &["query", "promql", "queryType"]);
        if let Some(kind) = text(&spec, "/queryType").filter(|k| !k.eq_ignore_ascii_case("promql")) {
            let what = format!("{kind:?} is not promql: the objective is left out");
            self.lose(place, &format!("{field}.queryType"), &what);
            return None;
        }
        let Some(query) = text(&spec, "/query").or_else(|| text(&spec, "/promql")) else {
            self.lose(place, field, "has no query: the objective is left out");
            return None;
        };
        match Query::read(&query) {
            Ok(query) => Some(Metric { query, source }),
            Err(why) => {
                let what = format!("{query:?} is no PromQL, {why}: the objective is left out");
                self.lose(place, &format!("{field}, query"), &what);
                None
            }
        }
    }

    /// Whether a metric asks a Prometheus, by its own word or by that of its data source.
    fn prometheus(&mut self, given: &Value, source: Option<&str>, place: &str, field: &str) -> Option<()> {
        let own = text(given, "/type");
        let data_source = source.and_then(|name| self.named("DataSource", name));
        let of_source = data_source.and_then(|d| text(d, "/spec/type"));
        for kind in own.iter().chain(&of_source) {
            if !is_prometheus(kind) {
                let by = if own.is_none() {
                    format!(" (by metricSourceRef {})", source.unwrap_or("?"))
                } else {
                    String::new()
                };
                let what = format!("asks {kind}{by}, which is no Prometheus: the objective is left out");
                self.lose(place, field, &what);
                return None;
            }
        }
        match (source, data_source) {
            (Some(name), None) => {
                let kind = if own.is_none() { ", and is taken for a Prometheus" } else { "" };
                let what = format!(
                    "{name:?} is not in these documents{kind}: put a source of that name into the configuration"
                );
                self.lose(place, "metricSourceRef", &what);
            }
            (None, None) if own.is_none() => {
                self.lose(place, &format!("{field}.metricSource"), "has no type: taken for Prometheus");
            }
            _ => {}
        }
        Some(())
    }

    /// `budgetingMethod` with the fields of the objective that belong to it.
    pub(super) fn method(&mut self, spec: &Value, objective: &Value, place: &str) -> Option<Method> {
        let typed = text(spec, "/budgetingMethod").unwrap_or_else(|| "Occurrences".into());
        let length = self.slice(objective, place, &typed);
        let target = number(objective, "/timeSliceTarget");
        let unused = |reader: &mut Self, field: &str| {
            if is_given(objective, &format!("/{field}")) {
                reader.lose(place, field, &format!("belongs to no budgetingMethod {typed} and is left out"));
            }
        };
        match typed.to_ascii_lowercase().as_str() {
            "occurrences" => {
                unused(self, "timeSliceTarget");
                unused(self, "timeSliceWindow");
                Some(Method::Occurrences)
            }
            "timeslices" => match target.filter(|t| (0.0..=1.0).contains(t)) {
                Some(target) => Some(Method::Slices { length: length?, target }),
                None => {
                    let what = "is missing or no ratio from 0 to 1: the objective is left out";
                    self.lose(place, "timeSliceTarget", what);
                    None
                }
            },
            "ratiotimeslices" => {
                unused(self, "timeSliceTarget");
                Some(Method::SliceRatios { length: length? })
            }
            _ => {
                let what = format!("{typed:?} is not known: the objective is left out");
                self.lose(place, "spec.budgetingMethod", &what);
                None
            }
        }
    }

    /// The length of a slice of time; a bare number is in minutes.
    fn slice(&mut self, objective: &Value, place: &str, method: &str) -> Option<String> {
        if method.eq_ignore_ascii_case("occurrences") {
            return None;
        }
        let Some(typed) = text(objective, "/timeSliceWindow") else {
            self.lose(place, "timeSliceWindow", "is missing: the objective is left out");
            return None;
        };
        let with_unit =
            if typed.chars().all(|c| c.is_ascii_digit()) { format!("{typed}m") } else { typed.clone() };
        match duration(&with_unit) {
            Some((length, true)) => Some(duration_text(length)),
            _ => {
                let what = format!("{typed:?} is no length of a slice: the objective is left out");
                self.lose(place, "timeSliceWindow", &what);
                None
            }
        }
    }
}

/// The share of good time: of the whole span, or of its slices.
fn share_over(method: &Method, share: impl Fn(&str) -> String) -> String {
    match method {
        Method::Occurrences => share(WINDOW),
        Method::Slices { length, target } => {
            format!("avg_over_time((({}) >= bool {target})[{WINDOW}:{length}])", share(length))
        }
        Method::SliceRatios { length } => format!("avg_over_time(({})[{WINDOW}:{length}])", share(length)),
    }
}

/// As [`share_over`], where `slice` gives the share and the valid events: a slice without any is neither
/// good nor bad.
fn share_of_slices(method: &Method, slice: impl Fn(&str) -> (String, String)) -> String {
    let (length, judged) = match method {
        Method::Slices { length, target } => (length.as_str(), format!(" >= bool {target}")),
        Method::SliceRatios { length } => (length.as_str(), String::new()),
        Method::Occurrences => (WINDOW, String::new()),
    };
    let (share, valid) = slice(length);
    format!("avg_over_time(((({share}){judged}) and ({valid}) > 0)[{WINDOW}:{length}])")
}

fn source_of(metric: &Metric, out: &mut Map<String, Value>) {
    if let Some(source) = &metric.source {
        out.insert("source".into(), source.clone().into());
    }
}

/// Prometheus, and what answers its queries.
pub(super) fn is_prometheus(kind: &str) -> bool {
    let plain: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
    let kinds = ["prometheus", "victoriametrics", "thanos", "mimir", "grafanamimir", "cortex"];
    kinds.contains(&plain.to_ascii_lowercase().as_str())
}

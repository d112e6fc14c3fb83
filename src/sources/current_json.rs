//! A JSON document with the golden signals of services as they are now: for teams whose monitoring answers no queries, or
//! none that this program speaks. It is asked for by a GET of the configured address.
//!
//! ```json
//! {
//!   "time": "2026-11-23T21:07:07Z",
//!   "fleet": { "requests_per_second": 190.5 },
//!   "services": {
//!     "api": { "requests_per_second": 120, "errors_ratio": 0.002, "p95_ms": 180, "saturation_ratio": 0.4 },
//!     "worker": { "saturation_ratio": 0.7 }
//!   }
//! }
//! ```
//!
//! `time` is RFC 3339; without one it is that of the response's header `Date`. `fleet` may be left out, and so may each
//! figure: what is not there is not known. A service's name stands for the value of the signal set's label.

use super::system::{Call, Metrics, Probe, System};
use super::{Breach, FrameReader, Known, Parsed, Part, Request, Response, SourceError, Warning, json};
use crate::config::{Capability, KindSpec, Level, Measure, Term};
use crate::domain::breaches::Form;
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::labels::Labels;
use crate::domain::series::{Frame, Series};
use crate::domain::signal::Signal;
use crate::domain::term::TERM_LABEL;
use crate::domain::time::{Millis, parse_http_date, parse_rfc3339};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "json",
    title: "the document",
    about: "A JSON document with the golden signals of services as they are now",
    capabilities: &[Capability::Metrics],
    is_source: true,
    language: None,
    gives: &[Signal::Traffic, Signal::ErrorRatio, Signal::LatencyP95, Signal::Cpu],
    key: None,
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| {
        Call::new(Request::get(""), |response, _| {
            let (document, at) = open(response)?;
            let facts = vec![("of", rfc3339(at)), ("services", document.services.len().to_string())];
            Ok(Parsed::new(Probe { version: String::new(), facts }))
        })
    }),
    metrics: Some(&CurrentJson),
    ..System::of(&KIND)
};

struct CurrentJson;

#[derive(Default, Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "json::or_default")]
    time: String,
    #[serde(default, deserialize_with = "json::or_default")]
    fleet: Figures,
    #[serde(default, deserialize_with = "json::or_default")]
    services: BTreeMap<String, Option<Figures>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct Figures {
    requests_per_second: Option<f64>,
    /// 0..1
    errors_ratio: Option<f64>,
    p95_ms: Option<f64>,
    /// of whatever is used up first, 0..1
    saturation_ratio: Option<f64>,
}

impl Figures {
    fn of(&self, signal: Signal) -> Option<f64> {
        match signal {
            Signal::Traffic => self.requests_per_second,
            Signal::ErrorRatio => self.errors_ratio,
            Signal::LatencyP95 => self.p95_ms.map(|ms| ms / 1000.0),
            Signal::Cpu => self.saturation_ratio,
            _ => None,
        }
    }
}

/// What a chart cannot show.
const CURRENT: &str =
    "The source has current values only: a chart shows what was read since this page was opened";

fn open(response: &Response) -> Result<(Document, Millis), SourceError> {
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    let document: Document = json::read_leniently(&response.body)?;
    let time = match document.time.as_str() {
        "" => response.date.as_deref().and_then(parse_http_date),
        text => parse_rfc3339(text),
    };
    let at = time.ok_or_else(|| SourceError::Shape {
        detail: format!("time is {:?}, expected a time as RFC 3339", document.time),
    })?;
    Ok((document, at))
}

fn answer(series: Vec<Series>) -> Parsed<Frame> {
    Parsed { data: Frame { series }, warnings: vec![Warning::info(CURRENT)] }
}

/// All that a document has: a series for each figure, with the labels `service` and `signal`.
fn read_all(response: &Response) -> Result<Parsed<Frame>, SourceError> {
    let (document, at) = open(response)?;
    let mut all = Vec::new();
    for signal in KIND.gives {
        let one = |name: &str, figures: &Figures| {
            let labels: Labels = [("service", name), ("signal", signal.name())].into_iter().collect();
            Some(Series::from_samples(labels, vec![(at, figures.of(*signal)?)]))
        };
        let figures = |(name, figures): (&String, &Option<Figures>)| one(name, figures.as_ref()?);
        all.extend(document.services.iter().filter_map(figures));
    }
    Ok(answer(all))
}

/// The series of a signal: one for each service, with its name in the label `by`, or one without labels.
fn read_signal(document: &Document, at: Millis, signal: Signal, level: Level, by: &str) -> Vec<Series> {
    let one = |labels: Labels, figures: &Figures| {
        Some(Series::from_samples(labels, vec![(at, figures.of(signal)?)]))
    };
    match level {
        Level::Fleet => one(Labels::default(), &document.fleet).into_iter().collect(),
        Level::Service => {
            let figures = |(name, figures): (&String, &Option<Figures>)| {
                one([(by, name.as_str())].into_iter().collect(), figures.as_ref()?)
            };
            document.services.iter().filter_map(figures).collect()
        }
    }
}

fn measured(document: &Document, at: Millis, measure: &Measure) -> Option<Vec<Series>> {
    match measure {
        Measure::Signal { set, signal, level, .. } => {
            Some(read_signal(document, at, *signal, *level, &set.by))
        }
        Measure::Typed(name) => {
            let signal = KIND.gives.iter().find(|signal| signal.name() == name)?;
            Some(read_signal(document, at, *signal, Level::Service, "service"))
        }
        Measure::Count(of) => {
            let n = measured(document, at, of)?.len();
            (n > 0).then(|| vec![Series::from_samples(Labels::default(), vec![(at, n as f64)])])
        }
        _ => None,
    }
}

/// Whether it can be read from a document.
fn is_there(measure: &Measure) -> bool {
    match measure {
        Measure::Signal { .. } => true,
        Measure::Typed(name) => KIND.gives.iter().any(|signal| signal.name() == name),
        Measure::Count(of) => is_there(of),
        _ => false,
    }
}

fn request<'m>(mut measures: impl Iterator<Item = &'m Measure>) -> Result<Request, SourceError> {
    match measures.all(is_there) {
        true => Ok(Request::get("")),
        false => {
            Err(SourceError::NotOffered { kind: KIND.name, what: "anything but the signals of its document" })
        }
    }
}

impl Metrics for CurrentJson {
    fn text(&self, measure: &Measure) -> String {
        match measure {
            Measure::Signal { signal, level: Level::Service, .. } => format!("{} of services", signal.name()),
            Measure::Signal { signal, .. } => format!("{} of fleet", signal.name()),
            Measure::Typed(name) => name.clone(),
            Measure::Count(of) => format!("number of {}", self.text(of)),
            _ => String::new(),
        }
    }

    fn range(&self, measure: &Measure, _: Millis, _: Millis, _: Millis) -> Result<Request, SourceError> {
        request([measure].into_iter())
    }

    fn instant(&self, measure: &Measure, _: Millis) -> Result<Request, SourceError> {
        request([measure].into_iter())
    }

    fn figures(&self, terms: &[Term], _: Millis) -> Result<(Request, Vec<Part>), SourceError> {
        Ok((request(terms.iter().map(|term| &term.measure))?, Vec::new()))
    }

    fn reader(&self) -> FrameReader {
        read_all
    }

    fn read_measure(&self, measure: &Measure, response: &Response) -> Result<Parsed<Frame>, SourceError> {
        let (document, at) = open(response)?;
        Ok(answer(measured(&document, at, measure).unwrap_or_default()))
    }

    fn read_terms(&self, terms: &[Term], response: &Response) -> Result<Parsed<Frame>, SourceError> {
        let (document, at) = open(response)?;
        let mut all = Vec::new();
        for term in terms {
            let series = measured(&document, at, &term.measure).unwrap_or_default();
            let under_key = |mut series: Series| {
                series.labels = series.labels.with(TERM_LABEL, &term.key);
                series
            };
            all.extend(series.into_iter().map(under_key));
        }
        Ok(answer(all))
    }

    fn has_history(&self) -> bool {
        false
    }

    fn firings(&self, _: Millis, _: Millis, _: Millis, _: bool) -> Option<Request> {
        None
    }

    fn breaches(&self, _: &Breach, _: Form, _: (Millis, Millis), _: Millis, _: Known) -> Option<Request> {
        None
    }

    fn compares(&self) -> bool {
        false
    }

    fn clock(&self) -> Option<Call<Millis>> {
        None
    }

    fn rules(&self) -> Option<Call<Vec<RuleGroup>>> {
        None
    }

    fn targets(&self) -> Option<Call<Targets>> {
        None
    }

    fn page_of(&self, _: &str, _: &Measure, _: Millis, _: Option<Millis>) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    fn at(time: &str, traffic: f64) -> Response {
        response(&format!(
            r#"{{"time": "{time}", "services": {{"api": {{"requests_per_second": {traffic}, "p95_ms": 180, "note": "x"}}, "web": null, "worker": {{"saturation_ratio": 0.7}}}}}}"#
        ))
    }

    #[test]
    fn each_figure_is_a_series_and_what_is_not_there_is_not_known() {
        let parsed = read_all(&at("2026-11-23T21:07:07Z", 120.0)).expect("a document");
        let found: Vec<(&str, &str, f64)> = parsed
            .data
            .series
            .iter()
            .map(|s| {
                let get = |name| s.labels.get(name).unwrap_or_default();
                (get("service"), get("signal"), s.last().expect("a sample").1)
            })
            .collect();
        assert_eq!(found, [("api", "traffic", 120.0), ("api", "latency_p95", 0.18), ("worker", "cpu", 0.7)]);
        assert!(parsed.partial().is_none() && parsed.warnings.len() == 1, "{:?}", parsed.warnings);
        for (body, kind) in
            [("{\"services\": {}}", "Shape"), ("{\"time\": \"now\"}", "Shape"), ("{\"ti", "CutOff")]
        {
            assert_eq!(read_all(&response(body)).expect_err("an error").name(), kind, "{body}");
        }
        let dated = Response { date: Some("Sun, 06 Nov 2022 08:49:37 GMT".into()), ..response("{}") };
        assert!(read_all(&dated).expect("a document").data.is_empty());
    }

    #[test]
    fn what_takes_no_queries_says_so() {
        let text = r#"{"title": "T", "sources": {"now": {"kind": "json", "url": "http://h"}}, "services": [],
            "signals": {"web": {"source": "now", "by": "server", "queries": {"cpu": "x"}}}}"#;
        let faults = crate::sources::read_config(text).expect_err("a fault");
        assert!(faults[0].to_string().contains("takes no queries"), "{faults:?}");
        let typed: Measure = "sum(x)".into();
        assert!(matches!(
            SYSTEM.metrics.expect("metrics").instant(&typed, 0),
            Err(SourceError::NotOffered { .. })
        ));
        assert!(SYSTEM.metrics.expect("metrics").instant(&"cpu".into(), 0).is_ok());
    }
}

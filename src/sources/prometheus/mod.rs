//! Prometheus's HTTP API v1, also as VictoriaMetrics, Thanos and Mimir speak it.
//!
//! Queries go by POST as a form: no preflight, and no limit on the length of an address. Source:
//! <https://prometheus.io/docs/prometheus/latest/querying/api/>.

mod breaches;
mod clock;
mod dialect;
mod envelope;
mod firings;
mod matrix;
mod preset;
mod promql;
#[cfg(not(target_arch = "wasm32"))]
mod rule_file;
mod scan;
mod state;

pub use clock::{clock, read_clock};
pub use dialect::{PromQl, filled, joined, text};
pub use firings::firings;
pub use matrix::{read_frame, read_with_care};
pub use state::{BuildInfo, read_alerts, read_build_info, read_rules, read_targets};

use super::http::{Request, address};
#[cfg(not(target_arch = "wasm32"))]
use super::rule_export::{RuleAlert, RuleSlo};
use super::system::{Alerts, Call, Group, Metrics, Probe, System};
use super::{Breach, FrameReader, Known, Part, SourceError};
use crate::config::{Capability, KindSpec, Measure, Term};
use crate::domain::alert::{Alert, Silence};
use crate::domain::breaches::Form;
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "prometheus",
    title: "Prometheus",
    about: "Prometheus, and what speaks its API: VictoriaMetrics, Thanos, Mimir",
    capabilities: &[Capability::Metrics, Capability::Alerts],
    is_source: true,
    language: Some(&PromQl),
    gives: &[],
    key: None,
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| {
        Call::new(build_info(), |response, _| {
            Ok(read_build_info(response)?.map(|b| Probe { version: b.version, facts: Vec::new() }))
        })
    }),
    metrics: Some(&Prometheus),
    alerts: Some(&Prometheus),
    ..System::of(&KIND)
};

struct Prometheus;

impl Metrics for Prometheus {
    fn text(&self, measure: &Measure) -> String {
        text(measure)
    }

    fn range(
        &self,
        measure: &Measure,
        start: Millis,
        end: Millis,
        step: Millis,
    ) -> Result<Request, SourceError> {
        Ok(range(&text(measure), start, end, step))
    }

    fn instant(&self, measure: &Measure, at: Millis) -> Result<Request, SourceError> {
        Ok(instant(&text(measure), at))
    }

    fn figures(&self, terms: &[Term], at: Millis) -> Result<(Request, Vec<Part>), SourceError> {
        Ok((instant("", at), dialect::parts(terms, at)))
    }

    fn reader(&self) -> FrameReader {
        read_frame
    }

    fn firings(&self, start: Millis, end: Millis, step: Millis, whole: bool) -> Option<Request> {
        Some(firings(start, end, step, whole))
    }

    fn breaches(
        &self,
        breach: &Breach,
        form: Form,
        span: (Millis, Millis),
        step: Millis,
        known: Known,
    ) -> Option<Request> {
        breaches::breaches(breach, form, span, step, known)
    }

    fn compares(&self) -> bool {
        true
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn hint(&self, query: &str) -> &'static str {
        dialect::hint(query)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn rule_file(&self, slos: &[RuleSlo], alerts: &[RuleAlert]) -> Option<String> {
        Some(rule_file::rule_file(slos, alerts))
    }

    fn clock(&self) -> Option<Call<Millis>> {
        Some(Call::new(clock(), |response, _| read_clock(response)))
    }

    fn rules(&self) -> Option<Call<Vec<RuleGroup>>> {
        Some(Call::new(rules(), |response, _| read_rules(response)))
    }

    fn targets(&self) -> Option<Call<Targets>> {
        Some(Call::new(targets(), |response, _| read_targets(response)))
    }

    /// Its expression browser.
    fn page_of(&self, base: &str, measure: &Measure, length: Millis, end: Option<Millis>) -> Option<String> {
        let mut request = Request::get("/graph")
            .with("g0.expr", text(measure))
            .with("g0.tab", "0".to_string())
            .with("g0.range_input", format!("{}s", length / 1000));
        if let Some(end) = end {
            request = request.with("g0.end_input", rfc3339(end));
        }
        Some(address(base, &request.path, &request.encoded()))
    }
}

impl Alerts for Prometheus {
    fn active(&self) -> Call<Vec<Alert>> {
        Call::new(alerts(), read_alerts)
    }

    fn is_routed(&self) -> bool {
        false
    }

    fn silences(&self) -> Option<Call<Vec<Silence>>> {
        None
    }

    fn groups(&self) -> Option<Call<Vec<Group>>> {
        None
    }
}

/// The most points a series may have in one answer; more is refused with status 400.
pub const MAX_POINTS: i64 = 11_000;

/// Milliseconds as Prometheus reads a time: seconds with a fraction.
fn seconds(at: Millis) -> String {
    format!("{}.{:03}", at.div_euclid(1000), at.rem_euclid(1000))
}

/// A range query; `start` and `end` in milliseconds since the epoch, both included.
pub fn range(query: &str, start: Millis, end: Millis, step: Millis) -> Request {
    Request::post_form("/api/v1/query_range")
        .with("query", query)
        .with("start", seconds(start))
        .with("end", seconds(end))
        .with("step", seconds(step))
}

/// A query at one instant.
pub fn instant(query: &str, at: Millis) -> Request {
    Request::post_form("/api/v1/query").with("query", query).with("time", seconds(at))
}

pub fn alerts() -> Request {
    Request::get("/api/v1/alerts")
}

pub fn rules() -> Request {
    Request::get("/api/v1/rules")
}

pub fn targets() -> Request {
    Request::get("/api/v1/targets").with("state", "active")
}

pub fn build_info() -> Request {
    Request::get("/api/v1/status/buildinfo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_form_in_seconds() {
        let request = range("up", 1_500, 60_000, 15_000);
        assert_eq!(request.encoded(), "query=up&start=1.500&end=60.000&step=15.000");
    }
}

//! A simulated fleet that answers in the real systems' wire formats, so that every decoder, rule and
//! chart runs in the demo. A pure function of a seed and the time, but for silences, which visitors make.

mod catalogue;
mod fleet;
mod promql;
// The files of the public page are written by the native tool; in the browser they would be weight.
mod public_page;
mod silences;
mod wire;

use crate::domain::time::Millis;
use crate::sources::{Request, Response};

/// One simulated fleet. `anchor` is the moment at which its figures are those of the health
/// dashboard: when the page was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    pub seed: u64,
    pub anchor: Millis,
}

impl Demo {
    pub fn new(seed: u64, anchor: Millis) -> Self {
        Self { seed, anchor }
    }

    /// Answers a request at a time, as Prometheus, Alertmanager or a status page would.
    pub fn answer(&self, request: &Request, now: Millis) -> Response {
        match request.path.as_str() {
            "/api/v1/query" => wire::instant(self, request, now),
            "/api/v1/query_range" => wire::range(self, request, now),
            "/api/v1/alerts" => wire::alerts(),
            "/api/v1/rules" => wire::rules(),
            "/api/v1/targets" => wire::targets(),
            "/api/v1/status/buildinfo" => wire::build_info(),
            "/api/v2/alerts" | "/api/v2/alerts/groups" => wire::json(200, "[]".into()),
            path if path.starts_with("/api/v2/silence") => {
                silences::answer(self, request, now).unwrap_or_else(not_part)
            }
            "/api/v2/status" => wire::alertmanager_status(),
            "/incidents.json" => wire::json(200, public_page::incidents(self)),
            "/incidents/unresolved.json" => wire::json(200, public_page::unresolved(self)),
            "/scheduled-maintenances.json" => wire::json(200, public_page::maintenances(self)),
            _ => not_part(),
        }
    }
}

fn not_part() -> Response {
    let body = r#"{"status":"error","errorType":"not_found","error":"not part of the demo"}"#;
    wire::json(404, body.into())
}

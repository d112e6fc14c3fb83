//! A simulated fleet that answers in the real systems' wire formats, so that every decoder, rule and
//! chart runs in the demo. A pure function of a seed and the time, but for silences, which visitors make.

mod alertmanager;
mod alertmanager_silences;
mod fleet;
mod incident_files;
mod incident_stories;
mod incident_story;
mod prometheus;
mod prometheus_queries;
mod prometheus_series;
mod statuspage;
mod wire;

pub use fleet::Demo;

use crate::domain::time::Millis;
use crate::sources::{Request, Response};

/// Answers a request as one system would; `None` for what that system does not have.
type Answer = fn(&Demo, &Request, Millis) -> Option<Response>;

/// The systems of the demo. A new one is one file and one line here.
const SYSTEMS: [Answer; 4] =
    [prometheus::answer, alertmanager::answer, statuspage::answer, incident_files::answer];

impl Demo {
    /// Answers a request at a time, as the system would that has its path.
    pub fn answer(&self, request: &Request, now: Millis) -> Response {
        let body = r#"{"status":"error","errorType":"not_found","error":"not part of the demo"}"#;
        let found = SYSTEMS.into_iter().find_map(|answer| answer(self, request, now));
        found.unwrap_or_else(|| wire::json(404, body.into()))
    }
}

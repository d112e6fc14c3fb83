//! The demo's incidents, as files of the same form as anybody's (docs/incident-file.md): the console reads, folds, shows and
//! exports them as it does its own. What a visitor enters into one is kept by the console as long as the page is open.

use super::fleet::Demo;
use super::incident_stories::all;
use super::wire;
use crate::domain::incident_log::{Incident, file};
use crate::domain::time::Millis;
use crate::sources::{Request, Response};
use serde_json::Value;

/// Answers what is asked of the folder of incidents: all files as a list of texts, or the ids of those that are open, one a
/// line.
pub fn answer(demo: &Demo, request: &Request, _now: Millis) -> Option<Response> {
    match request.path.as_str() {
        "/incident-files" => {
            let files: Vec<Value> = all(demo).iter().map(|log| file::write(log).into()).collect();
            Some(wire::json(200, Value::Array(files).to_string()))
        }
        "/incident-files/open" => {
            let open = all(demo).into_iter().filter(|log| Incident::of(log).facts.is_open());
            Some(wire::json(200, open.map(|log| format!("{}\n", log.id())).collect()))
        }
        _ => None,
    }
}

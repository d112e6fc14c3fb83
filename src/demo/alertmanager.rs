//! The demo's Alertmanager: nothing fires, and visitors make silences.

use super::alertmanager_silences;
use super::fleet::Demo;
use super::wire::json;
use crate::domain::time::Millis;
use crate::sources::{Request, Response};

/// Answers what is asked below `/api/v2`.
pub fn answer(demo: &Demo, request: &Request, now: Millis) -> Option<Response> {
    match request.path.as_str() {
        "/api/v2/alerts" | "/api/v2/alerts/groups" => Some(json(200, "[]".into())),
        "/api/v2/status" => Some(json(200, STATUS.into())),
        path if path.starts_with("/api/v2/silence") => alertmanager_silences::answer(demo, request, now),
        _ => None,
    }
}

const STATUS: &str = r#"{"cluster":{"status":"ready","peers":[]},"versionInfo":{"version":"demo"},"config":{"original":""},"uptime":""}"#;

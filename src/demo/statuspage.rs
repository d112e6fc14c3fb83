//! The demo's incidents and maintenances in Atlassian Statuspage's v2 shapes.

use super::fleet::Demo;
use super::wire;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis};
use crate::domain::zone::rfc3339;
use crate::sources::{Request, Response};
use serde_json::{Value, json};

/// Answers what is asked of the public page's API.
pub fn answer(demo: &Demo, request: &Request, _now: Millis) -> Option<Response> {
    let body = match request.path.as_str() {
        "/incidents.json" => incidents(demo),
        "/incidents/unresolved.json" => unresolved(demo),
        "/scheduled-maintenances.json" => maintenances(demo),
        _ => return None,
    };
    Some(wire::json(200, body))
}

/// `incidents.json`
fn incidents(demo: &Demo) -> String {
    json!({"page": {}, "incidents": all_incidents(demo)}).to_string()
}

/// `incidents/unresolved.json`
fn unresolved(demo: &Demo) -> String {
    let mut open = all_incidents(demo);
    open.retain(|incident| incident["resolved_at"].is_null());
    json!({"page": {}, "incidents": open}).to_string()
}

/// `scheduled-maintenances.json`
fn maintenances(demo: &Demo) -> String {
    json!({"page": {}, "scheduled_maintenances": all_maintenances(demo)}).to_string()
}

fn update(at: Millis, status: &str, body: &str) -> Value {
    json!({"id": format!("u{at}"), "status": status, "body": body, "created_at": rfc3339(at), "display_at": rfc3339(at)})
}

fn all_incidents(demo: &Demo) -> Vec<Value> {
    let slow = demo.last_incident();
    let open = json!({
        "id": "slow-api",
        "name": "Slow responses from the API",
        "status": "monitoring",
        "impact": "major",
        "created_at": rfc3339(slow.start),
        "started_at": rfc3339(slow.start),
        "resolved_at": null,
        "components": [{"id": "api", "name": "API"}],
        "incident_updates": [
            update(slow.end + 4 * MINUTE, "monitoring", "Response times are back to normal. We keep watching."),
            update(slow.start + 6 * MINUTE, "identified", "A slow database query held connections. We are rolling it back."),
            update(slow.start + 3 * MINUTE, "investigating", "Some requests to the API take longer than usual."),
        ],
    });
    let past = |id: &str, name: &str, component: (&str, &str), service: &str, impact: &str, words: &str| {
        demo.outages(service).first().map(|outage| {
            json!({
                "id": id,
                "name": name,
                "status": "resolved",
                "impact": impact,
                "created_at": rfc3339(outage.start),
                "started_at": rfc3339(outage.start),
                "resolved_at": rfc3339(outage.end),
                "components": [{"id": component.0, "name": component.1}],
                "incident_updates": [
                    update(outage.end, "resolved", "This incident is resolved."),
                    update(outage.start + 2 * MINUTE, "investigating", words),
                ],
            })
        })
    };
    let older = [
        past(
            "jobs-stopped",
            "Background jobs delayed",
            ("jobs", "Background jobs"),
            "worker",
            "minor",
            "Exports and e-mails are delayed. Nothing is lost.",
        ),
        past(
            "search-down",
            "Search unavailable",
            ("cache", "Search"),
            "redis",
            "major",
            "Search gives no results. Everything else works.",
        ),
        past(
            "api-down",
            "API unavailable",
            ("api", "API"),
            "api-gateway",
            "critical",
            "The API does not answer. We are on it.",
        ),
    ];
    std::iter::once(open).chain(older.into_iter().flatten()).collect()
}

fn all_maintenances(demo: &Demo) -> Vec<Value> {
    let start = demo.anchor - demo.anchor.rem_euclid(DAY) + 4 * DAY + 2 * HOUR;
    vec![json!({
        "id": "db-upgrade",
        "name": "Database upgrade",
        "status": "scheduled",
        "impact": "maintenance",
        "created_at": rfc3339(demo.anchor - 2 * DAY),
        "scheduled_for": rfc3339(start),
        "scheduled_until": rfc3339(start + 2 * HOUR),
        "resolved_at": null,
        "components": [{"id": "database", "name": "Data storage"}],
        "incident_updates": [update(demo.anchor - 2 * DAY, "scheduled", "Saving may fail for up to a minute. Reading works throughout.")],
    })]
}

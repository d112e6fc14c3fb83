//! The demo's public page in Atlassian Statuspage's v2 shapes, plus the daily uptime.

use super::Demo;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, rfc3339};
use serde_json::{Value, json};

/// One file of the snapshot.
pub struct PublicFile {
    pub name: &'static str,
    pub text: String,
}

const COMPONENTS: [(&str, &str, &str, &str); 6] = [
    ("api", "API", "api-gateway", "Requests from apps and integrations"),
    ("auth", "Sign-in", "auth", "Accounts and single sign-on"),
    ("web", "Website", "cdn", "Pages, images and downloads"),
    ("database", "Data storage", "database", "Saving and reading your data"),
    ("cache", "Search", "redis", "Search and suggestions"),
    ("jobs", "Background jobs", "worker", "Exports, imports and e-mails"),
];

/// All files of the snapshot at a moment.
pub fn files(demo: &Demo, now: Millis) -> Vec<PublicFile> {
    let page = json!({
        "id": "demo",
        "name": "Acme Cloud",
        "description": "Service health, measured every 30 seconds",
        "time_zone": "Etc/UTC",
        "updated_at": rfc3339(now),
    });
    let incidents = incidents(demo);
    let maintenances = maintenances(demo);
    let unresolved: Vec<&Value> = incidents.iter().filter(|i| i["resolved_at"].is_null()).collect();
    let text = |value: Value| serde_json::to_string_pretty(&value).unwrap_or_default();
    vec![
        PublicFile {
            name: "summary.json",
            text: text(json!({
                "page": page,
                "status": {"indicator": "minor", "description": "Partially Degraded Service"},
                "components": components(),
                "incidents": unresolved,
                "scheduled_maintenances": maintenances,
            })),
        },
        PublicFile { name: "incidents.json", text: text(json!({"page": page, "incidents": incidents})) },
        PublicFile {
            name: "scheduled-maintenances.json",
            text: text(json!({"page": page, "scheduled_maintenances": maintenances})),
        },
        PublicFile { name: "uptime.json", text: text(json!({"components": uptime(demo, now)})) },
    ]
}

fn components() -> Vec<Value> {
    let group = |id: &str, name: &str| json!({"id": id, "name": name, "status": "operational", "group": true, "group_id": null, "description": null});
    let mut all = vec![group("g-core", "Core"), group("g-data", "Data")];
    all.extend(COMPONENTS.iter().enumerate().map(|(i, (id, name, _, description))| {
        json!({
            "id": id,
            "name": name,
            "description": description,
            "status": if *id == "api" { "degraded_performance" } else { "operational" },
            "group": false,
            "group_id": if i < 3 { "g-core" } else { "g-data" },
        })
    }));
    all
}

fn update(at: Millis, status: &str, body: &str) -> Value {
    json!({"id": format!("u{at}"), "status": status, "body": body, "created_at": rfc3339(at), "display_at": rfc3339(at)})
}

fn incidents(demo: &Demo) -> Vec<Value> {
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

fn maintenances(demo: &Demo) -> Vec<Value> {
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

/// 90 days for each component; the demo's monitoring began 80 days ago.
fn uptime(demo: &Demo, now: Millis) -> Value {
    let today = now - now.rem_euclid(DAY);
    let mut all = serde_json::Map::new();
    for (id, _, service, _) in COMPONENTS {
        let days: Vec<Value> = (0..90)
            .rev()
            .map(|back| {
                let start = today - back * DAY;
                let end = (start + DAY).min(now);
                let measured = (back < 80).then(|| (demo.uptime(service, start, end) * 1e6).round() / 1e6);
                json!([rfc3339(start).split('T').next(), measured])
            })
            .collect();
        all.insert(id.into(), days.into());
    }
    all.into()
}

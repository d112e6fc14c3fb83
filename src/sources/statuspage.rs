//! Atlassian Statuspage's public API v2, and the same files as `fourlights publish` writes them.

use super::http::{Request, Response};
use super::{Parsed, SourceError, Warning, json};
use crate::domain::incident::Incident;
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Phase, Update};
use crate::domain::time::parse_rfc3339;
use crate::domain::window::Bounds;
use serde::Deserialize;
use serde_json::value::RawValue;

pub fn incidents() -> Request {
    Request::get("/incidents.json")
}

pub fn maintenances() -> Request {
    Request::get("/scheduled-maintenances.json")
}

#[derive(Deserialize)]
struct RawIncidents {
    incidents: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RawMaintenances {
    scheduled_maintenances: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RawIncident {
    #[serde(default)]
    id: String,
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    impact: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    started_at: Option<String>,
    #[serde(default)]
    resolved_at: Option<String>,
    #[serde(default)]
    scheduled_for: Option<String>,
    #[serde(default)]
    scheduled_until: Option<String>,
    #[serde(default)]
    components: Vec<RawAffected>,
    #[serde(default)]
    incident_updates: Vec<RawUpdate>,
}

#[derive(Deserialize)]
struct RawAffected {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default)]
    status: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    display_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
}

/// Incidents; those whose phase or beginning cannot be told are left out with a warning.
pub fn read_incidents(response: &Response) -> Result<Parsed<Vec<Notice>>, SourceError> {
    let raw: RawIncidents = open(response)?;
    Ok(notices_of(&raw.incidents, "incidents"))
}

pub fn read_maintenances(response: &Response) -> Result<Parsed<Vec<Notice>>, SourceError> {
    let raw: RawMaintenances = open(response)?;
    Ok(notices_of(&raw.scheduled_maintenances, "maintenances"))
}

/// The unresolved incidents of a page, for the console's count.
pub fn read_open_incidents(response: &Response, source: &str) -> Result<Parsed<Vec<Incident>>, SourceError> {
    let open = |notices: Vec<Notice>| {
        let is_open = |n: &Notice| n.ended.is_none() && !n.phase(n.started).is_over();
        let incident = |n: Notice| Incident {
            severity: n.impact.severity(),
            started: Some(n.started),
            status: n.phase(n.started).name().into(),
            title: n.title,
            source: source.into(),
        };
        notices.into_iter().filter(is_open).map(incident).collect()
    };
    Ok(read_incidents(response)?.map(open))
}

fn open<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, SourceError> {
    match SourceError::of_status(response) {
        Some(error) => Err(error),
        None => json::read(&response.body),
    }
}

fn notices_of(raw: &[Box<RawValue>], what: &str) -> Parsed<Vec<Notice>> {
    let Parsed { data: read, mut warnings } = json::each::<RawIncident>(raw, what);
    let mut data = Vec::new();
    for raw in read {
        let id = raw.id.clone();
        match notice(raw) {
            Some(notice) => data.push(notice),
            None => {
                warnings.push(Warning::left_out(format!("{what}: {id:?} has no beginning or no known state")))
            }
        }
    }
    Parsed { data, warnings }
}

fn notice(raw: RawIncident) -> Option<Notice> {
    let time = |text: &Option<String>| text.as_deref().and_then(parse_rfc3339);
    let phase = Phase::parse(&raw.status)?;
    let window = time(&raw.scheduled_for).zip(time(&raw.scheduled_until));
    let window = window.filter(|(start, end)| start < end).map(|(start, end)| Bounds { start, end });
    let started = time(&raw.started_at).or(time(&raw.created_at)).or(window.map(|w| w.start))?;
    let mut updates: Vec<Update> = raw
        .incident_updates
        .iter()
        .filter_map(|u| {
            Some(Update {
                at: time(&u.display_at).or(time(&u.created_at))?,
                phase: Phase::parse(&u.status)?,
                body: Body::Text(plain(u.body.as_deref().unwrap_or_default())),
            })
        })
        .collect();
    updates.sort_by_key(|u| std::cmp::Reverse(u.at));
    if updates.first().is_none_or(|u| u.phase != phase) {
        let at = time(&raw.resolved_at).unwrap_or(started).max(updates.first().map_or(started, |u| u.at));
        updates.insert(0, Update { at, phase, body: Body::Text(String::new()) });
    }
    let impact = Impact::parse(raw.impact.as_deref().unwrap_or_default());
    let affected = raw.components.into_iter().map(|c| {
        let id = if c.id.is_empty() { c.name } else { c.id };
        // A component tells its state of now, which after the end says nothing of what it was.
        let told = ComponentStatus::parse(&c.status);
        let unsaid = matches!(told, ComponentStatus::Operational | ComponentStatus::Unknown);
        (id, if unsaid { state_of(impact) } else { told })
    });
    Some(Notice {
        affected: affected.collect(),
        id: raw.id,
        title: raw.name,
        impact,
        started,
        ended: time(&raw.resolved_at),
        window,
        repeats: None,
        updates,
        imported: true,
    })
}

/// The state an impact stands for when nothing else is said.
fn state_of(impact: Impact) -> ComponentStatus {
    match impact {
        Impact::Critical => ComponentStatus::MajorOutage,
        Impact::Major => ComponentStatus::PartialOutage,
        Impact::Minor => ComponentStatus::Degraded,
        Impact::Maintenance => ComponentStatus::Maintenance,
        Impact::None => ComponentStatus::Operational,
    }
}

/// Bodies hold some HTML: breaks become lines, other tags go, and the usual entities are read.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        out.push_str(before);
        let name = tag.trim_start_matches(['<', '/']);
        match tag.find('>').filter(|_| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
            Some(close) => {
                let breaks =
                    ["br", "p", "li", "div"].iter().any(|b| name.to_ascii_lowercase().starts_with(b));
                if breaks && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                rest = tag.get(close + 1..).unwrap_or_default();
            }
            None => {
                out.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    for (entity, letter) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
    {
        out = out.replace(entity, letter);
    }
    out.trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::severity::Severity;

    fn ok(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    #[test]
    fn incidents_are_read_with_updates_newest_first() {
        let body = r#"{"page":{},"incidents":[{"id":"i","name":"Slow","status":"monitoring","impact":"major",
            "created_at":"2026-11-23T21:07:07.000Z","resolved_at":null,"components":[{"id":"api","name":"API","status":"operational"}],
            "incident_updates":[{"status":"investigating","body":"1","created_at":"2026-11-23T21:07:07Z"},
                                {"status":"monitoring","body":"2","display_at":"2026-11-23T21:17:07Z"}]},
            {"id":"o","name":"Old","status":"resolved","impact":"critical","resolved_at":"2026-11-22T21:07:07Z"},
            {"id":"x","name":"Old","status":"resolved","impact":"critical","created_at":"2026-11-22T20:07:07Z","resolved_at":"2026-11-22T21:07:07Z"}]}"#;
        let all = read_incidents(&ok(body)).unwrap();
        assert_eq!(all.warnings.len(), 1, "{:?}", all.warnings);
        assert_eq!(all.data[0].updates[0].body.text(), "2");
        assert_eq!(all.data[0].affected, [("api".to_string(), ComponentStatus::PartialOutage)]);
        assert_eq!(all.data[1].phase(0), Phase::Resolved);
        let open = read_open_incidents(&ok(body), "public").unwrap().data;
        assert_eq!((open.len(), open[0].severity), (1, Severity::Sev2));
    }

    #[test]
    fn html_in_bodies_becomes_text() {
        assert_eq!(plain("a<br />b &amp; c <a href=\"x\">d</a>"), "a\nb & c d");
        assert_eq!(plain("1 < 2 <script>alert(1)</script>"), "1 < 2 alert(1)");
    }
}

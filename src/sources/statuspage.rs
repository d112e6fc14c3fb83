//! Atlassian Statuspage's public API v2, and the same files served statically by a Fourlights page.
//!
//! Beside Atlassian's files stands one of our own, `uptime.json`:
//! `{"components":{"<id>":[["2026-11-24",0.9998],["2026-11-25",null]]}}`.

use super::http::{Request, Response};
use super::{Parsed, SourceError, json};
use crate::domain::incident::Incident;
use crate::domain::public_status::{
    Component, ComponentStatus, Impact, PublicIncident, Snapshot, Update, UptimeHistory,
};
use crate::domain::time::parse_rfc3339;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub fn summary() -> Request {
    Request::get("/summary.json")
}

pub fn incidents() -> Request {
    Request::get("/incidents.json")
}

pub fn maintenances() -> Request {
    Request::get("/scheduled-maintenances.json")
}

pub fn uptime() -> Request {
    Request::get("/uptime.json")
}

#[derive(Deserialize)]
struct RawSummary {
    page: RawPage,
    #[serde(default)]
    components: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RawPage {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    updated_at: String,
}

#[derive(Deserialize)]
struct RawComponent {
    id: String,
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    group: bool,
    #[serde(default)]
    group_id: Option<String>,
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
    components: Vec<RawNamed>,
    #[serde(default)]
    incident_updates: Vec<RawUpdate>,
}

#[derive(Deserialize)]
struct RawNamed {
    #[serde(default)]
    name: String,
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

#[derive(Deserialize)]
struct RawUptime {
    components: BTreeMap<String, Vec<(String, Option<f64>)>>,
}

/// Name, date and components of the page; incidents come from their own files.
pub fn read_summary(response: &Response) -> Result<Parsed<Snapshot>, SourceError> {
    let raw: RawSummary = open(response)?;
    let components = json::each::<RawComponent>(&raw.components, "components");
    let groups: BTreeMap<&str, &str> =
        components.data.iter().filter(|c| c.group).map(|c| (c.id.as_str(), c.name.as_str())).collect();
    let component = |c: &RawComponent| Component {
        id: c.id.clone(),
        name: c.name.clone(),
        description: c.description.clone().filter(|d| !d.is_empty()),
        group: c.group_id.as_deref().and_then(|id| groups.get(id)).map(ToString::to_string),
        status: ComponentStatus::parse(&c.status),
    };
    let snapshot = Snapshot {
        name: raw.page.name,
        description: raw.page.description.unwrap_or_default(),
        updated: parse_rfc3339(&raw.page.updated_at),
        components: components.data.iter().filter(|c| !c.group).map(component).collect(),
        ..Snapshot::default()
    };
    Ok(Parsed { data: snapshot, warnings: components.warnings })
}

pub fn read_incidents(response: &Response) -> Result<Parsed<Vec<PublicIncident>>, SourceError> {
    let raw: RawIncidents = open(response)?;
    Ok(incidents_of(&raw.incidents, "incidents"))
}

pub fn read_maintenances(response: &Response) -> Result<Parsed<Vec<PublicIncident>>, SourceError> {
    let raw: RawMaintenances = open(response)?;
    Ok(incidents_of(&raw.scheduled_maintenances, "maintenances"))
}

pub fn read_uptime(response: &Response) -> Result<Parsed<Vec<UptimeHistory>>, SourceError> {
    let raw: RawUptime = open(response)?;
    let history = |(component_id, days)| UptimeHistory { component_id, days };
    Ok(Parsed::new(raw.components.into_iter().map(history).collect()))
}

/// The unresolved incidents of a page, for the console's count.
pub fn read_open_incidents(response: &Response, source: &str) -> Result<Parsed<Vec<Incident>>, SourceError> {
    let open = |incidents: Vec<PublicIncident>| {
        let incident = |i: PublicIncident| Incident {
            title: i.name,
            severity: i.impact.severity(),
            started: i.started,
            status: i.status,
            source: source.into(),
        };
        incidents.into_iter().filter(|i| !i.is_over()).map(incident).collect()
    };
    Ok(read_incidents(response)?.map(open))
}

fn open<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, SourceError> {
    match SourceError::of_status(response) {
        Some(error) => Err(error),
        None => json::read(&response.body),
    }
}

fn incidents_of(raw: &[Box<RawValue>], what: &str) -> Parsed<Vec<PublicIncident>> {
    json::each::<RawIncident>(raw, what).map(|all| all.into_iter().map(incident).collect())
}

fn incident(raw: RawIncident) -> PublicIncident {
    let time = |text: &Option<String>| text.as_deref().and_then(parse_rfc3339);
    let mut updates: Vec<Update> = raw
        .incident_updates
        .iter()
        .map(|u| Update {
            at: time(&u.display_at).or(time(&u.created_at)),
            status: u.status.clone(),
            body: u.body.clone().unwrap_or_default(),
        })
        .collect();
    updates.sort_by_key(|u| std::cmp::Reverse(u.at));
    PublicIncident {
        id: raw.id,
        name: raw.name,
        status: raw.status,
        impact: Impact::parse(raw.impact.as_deref().unwrap_or_default()),
        started: time(&raw.started_at).or(time(&raw.created_at)),
        resolved: time(&raw.resolved_at),
        scheduled_for: time(&raw.scheduled_for),
        scheduled_until: time(&raw.scheduled_until),
        components: raw.components.into_iter().map(|c| c.name).filter(|n| !n.is_empty()).collect(),
        updates,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::severity::Severity;

    fn ok(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    #[test]
    fn components_know_their_group_and_groups_are_not_components() {
        let body = r#"{"page":{"id":"p","name":"Acme","url":"u","updated_at":"2026-11-23T21:07:07.000Z"},
            "status":{"indicator":"none","description":"ok"},
            "components":[{"id":"g","name":"Core","status":"operational","group":true,"group_id":null},
              {"id":"a","name":"API","status":"partial_outage","group":false,"group_id":"g","description":null},
              {"id":"b","name":"DB","status":"odd","description":""}, 5],"incidents":[]}"#;
        let parsed = read_summary(&ok(body)).unwrap();
        assert_eq!(parsed.warnings.len(), 1);
        let components = &parsed.data.components;
        assert_eq!(components.len(), 2);
        assert_eq!(
            (components[0].group.as_deref(), components[0].status),
            (Some("Core"), ComponentStatus::PartialOutage)
        );
        assert_eq!(components[1].status, ComponentStatus::Unknown);
    }

    #[test]
    fn incidents_are_read_with_updates_newest_first() {
        let body = r#"{"page":{},"incidents":[{"id":"i","name":"Slow","status":"monitoring","impact":"major",
            "created_at":"2026-11-23T21:07:07.000Z","resolved_at":null,"components":[{"name":"API"}],
            "incident_updates":[{"status":"investigating","body":"1","created_at":"2026-11-23T21:07:07Z"},
                                {"status":"monitoring","body":"2","display_at":"2026-11-23T21:17:07Z"}]},
            {"name":"Old","status":"resolved","impact":"critical","resolved_at":"2026-11-22T21:07:07Z"}]}"#;
        let all = read_incidents(&ok(body)).unwrap().data;
        assert_eq!(all[0].updates[0].body, "2");
        let open = read_open_incidents(&ok(body), "public").unwrap().data;
        assert_eq!((open.len(), open[0].severity), (1, Severity::Sev2));
    }

    #[test]
    fn uptime_keeps_days_without_data() {
        let body = r#"{"components":{"api":[["2026-11-23",1],["2026-11-24",null]]}}"#;
        let history = read_uptime(&ok(body)).unwrap().data.remove(0);
        assert_eq!(history.days, [("2026-11-23".into(), Some(1.0)), ("2026-11-24".into(), None)]);
    }
}

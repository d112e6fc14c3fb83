//! Atlassian Statuspage's public API v2, and the same files as `fourlights publish` writes them.

use super::html::{markdown_of, plain_of};
use super::http::{Request, Response};
use super::json::{self, List};
use super::system::{Call, Notices, Probe, System};
use super::{Parsed, SourceError, Warning};
use crate::config::{Capability, KindSpec};
use crate::domain::incident::Incident;
use crate::domain::order::Order as _;
use crate::domain::public::recurrence::{Every, Repeats};
use crate::domain::public::written::{one_line, printable};
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Origin, Phase, Revision, Update, end_of};
use crate::domain::slug::fingerprint;
use crate::domain::time::{HOUR, Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where the API of a page begins.
pub const API: &str = "/api/v2";

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "statuspage",
    title: "Statuspage",
    about: "Atlassian Statuspage's public API v2, and pages that `fourlights publish` wrote",
    capabilities: &[Capability::Notices],
    is_source: true,
    language: None,
    gives: &[],
    key: None,
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| {
        Call::new(incidents(), |response, _| {
            let probe = |all: Vec<Notice>| Probe {
                facts: vec![("incidents", all.len().to_string())],
                ..Probe::default()
            };
            Ok(read_incidents(response)?.map(probe))
        })
    }),
    notices: Some(&Statuspage),
    ..System::of(&KIND)
};

struct Statuspage;

impl Notices for Statuspage {
    fn open(&self) -> Call<Vec<Incident>> {
        Call::new(incidents(), read_open_incidents)
    }

    fn incidents(&self) -> Call<Vec<Notice>> {
        Call::new(incidents(), |response, _| read_incidents(response))
    }

    fn unresolved(&self) -> Call<Vec<Notice>> {
        Call::new(unresolved(), |response, _| read_incidents(response))
    }

    fn maintenances(&self) -> Call<Vec<Notice>> {
        Call::new(maintenances(), |response, _| read_maintenances(response))
    }
}

pub fn incidents() -> Request {
    Request::get("/incidents.json")
}

/// The complete list of what is open, unlike [`incidents`], which ends after the newest 50.
pub fn unresolved() -> Request {
    Request::get("/incidents/unresolved.json")
}

pub fn maintenances() -> Request {
    Request::get("/scheduled-maintenances.json")
}

#[derive(Deserialize)]
struct RawIncidents {
    incidents: List<RawIncident>,
}

#[derive(Deserialize)]
struct RawMaintenances {
    scheduled_maintenances: List<RawIncident>,
}

#[derive(Deserialize)]
struct RawIncident {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(deserialize_with = "json::or_default")]
    name: String,
    #[serde(default, deserialize_with = "json::or_default")]
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
    components: List<RawAffected>,
    #[serde(default)]
    incident_updates: List<RawUpdate>,
    #[serde(default)]
    fourlights: Option<RawOwn>,
}

/// What our own `history.json` says beside Atlassian's shape.
#[derive(Deserialize)]
struct RawOwn {
    #[serde(default)]
    affected: Option<BTreeMap<String, Option<String>>>,
    /// what another page calls its components, by id
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// as many as there are updates, in their order
    #[serde(default)]
    bodies: List<RawBody>,
    /// the same, where Atlassian's format lacks a word
    #[serde(default)]
    phases: List<String>,
    #[serde(default)]
    ended: Option<String>,
    #[serde(default)]
    imported_from: Option<String>,
    #[serde(default)]
    repeats: Option<RawRepeats>,
}

#[derive(Deserialize)]
struct RawRepeats {
    every: String,
    #[serde(default)]
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawBody {
    Markdown(String),
    Text(String),
}

#[derive(Deserialize)]
struct RawAffected {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(default, deserialize_with = "json::or_default")]
    name: String,
    #[serde(default, deserialize_with = "json::or_default")]
    status: String,
}

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default, deserialize_with = "json::or_default")]
    status: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    display_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    affected_components: List<RawChange>,
}

/// What an update says of a component: this is what was true then, whatever it is now.
#[derive(Deserialize)]
struct RawChange {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    old_status: Option<String>,
    #[serde(default)]
    new_status: Option<String>,
}

/// An id, which some makers of this format write as a number.
fn text<'d, D: Deserializer<'d>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

/// The phase a word stands for, also as others write it: `maintenance_complete`, `In Progress`.
fn phase_of(word: &str) -> Option<Phase> {
    let word = word.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    match word.strip_prefix("maintenance_").unwrap_or(&word) {
        "complete" => Some(Phase::Completed),
        "canceled" => Some(Phase::Cancelled),
        word => Phase::parse(word),
    }
}

/// Incidents; those whose phase or beginning cannot be told are left out with a warning.
pub fn read_incidents(response: &Response) -> Result<Parsed<Vec<Notice>>, SourceError> {
    let raw: RawIncidents = open(response)?;
    Ok(notices_of(raw.incidents, "incidents"))
}

pub fn read_maintenances(response: &Response) -> Result<Parsed<Vec<Notice>>, SourceError> {
    let raw: RawMaintenances = open(response)?;
    Ok(notices_of(raw.scheduled_maintenances, MAINTENANCES))
}

/// A list by itself, as the management API writes it.
pub(super) fn notices_in(body: &[u8], are_maintenances: bool) -> Result<Parsed<Vec<Notice>>, SourceError> {
    let raw: List<RawIncident> = json::read_leniently(body)?;
    Ok(notices_of(raw, if are_maintenances { MAINTENANCES } else { "incidents" }))
}

/// The unresolved incidents of a page, for the console's count.
pub fn read_open_incidents(response: &Response, source: &str) -> Result<Parsed<Vec<Incident>>, SourceError> {
    Ok(read_incidents(response)?.map(|notices| open_ones(notices, source)))
}

/// Those of notices that are open.
pub(super) fn open_ones(notices: Vec<Notice>, source: &str) -> Vec<Incident> {
    let is_open = |n: &Notice| n.ended.is_none() && !n.phase(n.started).is_over();
    let incident = |n: Notice| Incident {
        severity: Some(n.impact.severity()),
        started: Some(n.started),
        status: n.phase(n.started).name().into(),
        title: n.title,
        source: source.into(),
    };
    notices.into_iter().filter(is_open).map(incident).collect()
}

fn open<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, SourceError> {
    match SourceError::of_status(response) {
        Some(error) => Err(error),
        None => json::read_leniently(&response.body),
    }
}

fn notices_of(raw: List<RawIncident>, what: &str) -> Parsed<Vec<Notice>> {
    let Parsed { data: read, mut warnings } = raw.parsed(what);
    let n_odd = read.iter().map(|r| r.incident_updates.n_odd + r.components.n_odd).sum();
    warnings.extend(json::left_out(n_odd, &format!("updates or components of {what}")));
    let mut data = Vec::new();
    for raw in read {
        let id = raw.id.clone();
        let place = format!("{what}: {id:?}");
        match notice(raw, what == MAINTENANCES) {
            Some((notice, doubt)) => {
                data.push(notice);
                warnings.extend(doubt.map(|doubt| Warning::info(format!("{place} {doubt}"))));
            }
            None => warnings.push(Warning::left_out(format!("{place} has no start time or no known state"))),
        }
    }
    Parsed { data, warnings }
}

const MAINTENANCES: &str = "maintenances";

/// When a maintenance is planned, and what is odd about that. What lacks its times is a maintenance all the same: it
/// begins with its work, an hour before its end, or when it was entered, and takes until it was said to be over, or an hour.
/// `None` for what is no maintenance.
fn window_of(
    raw: &RawIncident,
    updates: &[Update],
    is_maintenance: bool,
) -> (Option<Bounds>, Option<&'static str>) {
    let time = |text: &Option<String>| text.as_deref().and_then(parse_rfc3339);
    let (start, until) = (time(&raw.scheduled_for), time(&raw.scheduled_until));
    let begun = || updates.iter().rev().find(|u| u.phase == Phase::InProgress).map(|u| u.at);
    let entered = || time(&raw.started_at).or(time(&raw.created_at)).or(updates.last().map(|u| u.at));
    let guessed = || begun().or(until.map(|end| end - HOUR)).or_else(entered);
    let Some(from) = start.or_else(|| guessed().filter(|_| is_maintenance)) else { return (None, None) };
    let later = |end: Option<Millis>| end.filter(|end| *end > from);
    let over = || later(end_of(updates)).or_else(|| later(time(&raw.resolved_at)));
    let window = |end: Millis| Some(Bounds { start: from, end });
    match (start, later(until)) {
        (Some(_), Some(end)) => (window(end), None),
        (None, Some(end)) => (window(end), Some("does not say when it is planned to begin")),
        (_, None) => {
            let doubt = "has no end after its beginning: until it is over it is shown as one hour";
            (window(over().unwrap_or(from + HOUR)), Some(doubt))
        }
    }
}

/// A notice, and what is odd about it.
fn notice(raw: RawIncident, is_maintenance: bool) -> Option<(Notice, Option<&'static str>)> {
    let time = |text: &Option<String>| text.as_deref().and_then(parse_rfc3339);
    let mut updates: Vec<Update> = raw
        .incident_updates
        .items
        .iter()
        .filter_map(|u| {
            Some(Update {
                at: time(&u.display_at).or(time(&u.created_at))?,
                phase: phase_of(&u.status)?,
                body: Body::Markdown(printable(&markdown_of(u.body.as_deref().unwrap_or_default()))),
            })
        })
        .collect();
    updates.order_by_key(|u| std::cmp::Reverse(u.at));
    let (window, doubt) = window_of(&raw, &updates, is_maintenance);
    if is_maintenance && window.is_none() {
        return None;
    }
    let first = updates.last().map(|u| u.at).or(window.map(|w| w.start));
    let started = time(&raw.started_at).or(time(&raw.created_at)).or(first)?;
    let told = if raw.status.is_empty() { updates.first().map(|u| u.phase) } else { phase_of(&raw.status) };
    let phase = told.or(time(&raw.resolved_at).map(|_| Phase::Resolved))?;
    if updates.first().is_none_or(|u| u.phase != phase) {
        let at = time(&raw.resolved_at).unwrap_or(started).max(updates.first().map_or(started, |u| u.at));
        updates.insert(0, Update { at, phase, body: Body::Text(String::new()) });
    }
    // An incident has one state, that of its newest update: what is open again has no end.
    let ended = end_of(&updates).map(|by_updates| time(&raw.resolved_at).unwrap_or(by_updates));
    // One that was entered afterwards is said to have started when it was entered, after its own end.
    let started = match ended.filter(|ended| window.is_none() && *ended < started) {
        Some(ended) => time(&raw.created_at).unwrap_or(ended).min(ended),
        None => started,
    };
    let impact = Impact::parse(raw.impact.as_deref().unwrap_or_default());
    // Our own files say exactly what was said.
    let title = if raw.fourlights.is_some() { raw.name.clone() } else { plain_of(&raw.name) };
    let title = Some(one_line(&title)).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| if window.is_some() { "Maintenance" } else { "Incident" }.into());
    let unnamed = || format!("unnamed-{:08x}", fingerprint(&format!("{title} {}", rfc3339(started))) as u32);
    let mut notice = Notice {
        affected: affected(&raw, impact, !phase.is_over()),
        names: names(&raw),
        id: if raw.id.is_empty() { unnamed() } else { raw.id },
        title,
        impact,
        started,
        ended,
        window,
        repeats: None,
        occurrence: None,
        revision: Revision::default(),
        updates,
        origin: Origin::Import(String::new()),
    };
    if let Some(own) = raw.fourlights {
        own.complete(&mut notice);
    }
    Some((notice, doubt))
}

impl RawOwn {
    /// Puts back what Atlassian's shape does not carry.
    fn complete(self, notice: &mut Notice) {
        if let Some(affected) = self.affected {
            let parsed = |status: Option<String>| ComponentStatus::parse(&status.unwrap_or_default());
            notice.affected = affected.into_iter().map(|(id, status)| (id, parsed(status))).collect();
        }
        notice.names = self.names;
        notice.ended = self.ended.as_deref().and_then(parse_rfc3339);
        let until = |raw: &RawRepeats| raw.until.as_deref().and_then(parse_rfc3339);
        notice.repeats = self
            .repeats
            .and_then(|raw| Some(Repeats { until: until(&raw), every: Every::parse(&raw.every)? }));
        notice.origin = self.imported_from.map_or(Origin::File, Origin::Import);
        if self.phases.items.len() == notice.updates.len() {
            for (update, phase) in notice.updates.iter_mut().zip(&self.phases.items) {
                update.phase = Phase::parse(phase).unwrap_or(update.phase);
            }
        }
        if self.bodies.items.len() == notice.updates.len() {
            for (update, body) in notice.updates.iter_mut().zip(self.bodies.items) {
                update.body = match body {
                    RawBody::Markdown(text) => Body::Markdown(printable(&text)),
                    RawBody::Text(text) => Body::Text(printable(&text)),
                };
            }
        }
    }
}

/// The components an incident touched, with the worst state that its updates record of each. A component's own
/// `status` is its state of now: it counts only while the incident is open, and where no update says anything.
fn affected(raw: &RawIncident, impact: Impact, open: bool) -> Vec<(String, ComponentStatus)> {
    let mut all: Vec<(String, ComponentStatus)> = Vec::new();
    let mut add = |id: &str, status: ComponentStatus| match all.iter_mut().find(|(known, _)| known == id) {
        Some((_, known)) => *known = (*known).max(status),
        None if id.is_empty() => {}
        None => all.push((id.into(), status)),
    };
    let mut updates: Vec<&RawUpdate> = raw.incident_updates.items.iter().collect();
    updates.order_by_key(|u| u.display_at.as_ref().or(u.created_at.as_ref()));
    for (i, update) in updates.iter().enumerate() {
        for change in &update.affected_components.items {
            let id = change.code.as_deref().or(change.name.as_deref()).unwrap_or_default();
            // What it was before the first update is not of this incident.
            let before = change.old_status.as_deref().filter(|_| i > 0);
            for status in before.into_iter().chain(change.new_status.as_deref()) {
                match ComponentStatus::parse(status) {
                    ComponentStatus::Unknown => {}
                    known => add(id, known),
                }
            }
        }
    }
    for component in &raw.components.items {
        let id = if component.id.is_empty() { &component.name } else { &component.id };
        if all.iter().any(|(known, _)| known == id || *known == component.name) {
            continue;
        }
        let now = ComponentStatus::parse(&component.status);
        let said = open && !matches!(now, ComponentStatus::Operational | ComponentStatus::Unknown);
        all.push((id.clone(), if said { now } else { state_of(impact) }));
    }
    all
}

/// What the page calls its components, by id: the last name that it gave.
fn names(raw: &RawIncident) -> BTreeMap<String, String> {
    let then = raw.incident_updates.items.iter().flat_map(|update| &update.affected_components.items);
    let then = then.filter_map(|change| Some((change.code.clone()?, change.name.clone()?)));
    let now = raw.components.items.iter().map(|component| (component.id.clone(), component.name.clone()));
    let named = |(id, name): (String, String)| (id, one_line(&plain_of(&name)));
    then.chain(now).map(named).filter(|(id, name)| !id.is_empty() && !name.is_empty() && id != name).collect()
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
        assert_eq!((open.len(), open[0].severity), (1, Some(Severity::Sev2)));
    }

    #[test]
    fn what_was_entered_after_its_end_began_before_it() {
        let read = |created: &str| {
            let body = format!(
                r#"{{"incidents":[{{"id":"i","name":"N","status":"resolved","impact":"minor",{created}
                "started_at":"2026-11-20T14:34:29Z","resolved_at":"2026-11-19T13:30:00Z","incident_updates":[
                {{"status":"resolved","created_at":"2026-11-20T14:34:29Z","display_at":"2026-11-19T13:30:00Z"}}]}}]}}"#
            );
            let found = read_incidents(&ok(&body)).unwrap().data.remove(0);
            (rfc3339(found.started), found.ended.map(rfc3339))
        };
        let end = Some("2026-11-19T13:30:00Z".to_string());
        assert_eq!(
            read(r#""created_at":"2026-11-19T12:00:00Z","#),
            ("2026-11-19T12:00:00Z".into(), end.clone())
        );
        assert_eq!(read(""), ("2026-11-19T13:30:00Z".into(), end));
    }

    #[test]
    fn what_is_missing_does_not_cost_the_notice() {
        let maintenances = |more: &str| {
            let body = format!(
                r#"{{"scheduled_maintenances":[{{"id":"m","name":"Move","status":"scheduled","impact":"maintenance",
                "created_at":"2026-11-20T10:00:00Z",{more}}}]}}"#
            );
            let Parsed { data, warnings } = read_maintenances(&ok(&body)).unwrap();
            let windows = data.iter().map(|n| n.window.map(|w| (rfc3339(w.start), w.length() / HOUR)));
            (windows.collect::<Vec<_>>(), warnings.len())
        };
        let planned = |hours| Some(("2026-11-26T10:00:00Z".to_string(), hours));
        let from = r#""scheduled_for":"2026-11-26T10:00:00Z""#;
        for (until, hours) in [
            (r#""scheduled_until":null"#, 1),
            (r#""scheduled_until":"2026-11-26T09:00:00Z""#, 1),
            (r#""resolved_at":"2026-11-26T13:00:00Z""#, 3),
        ] {
            assert_eq!(maintenances(&format!("{from},{until}")), (vec![planned(hours)], 1), "{until}");
        }
        let begun = r#""scheduled_for":null,"incident_updates":[{"status":"in_progress","body":"","created_at":"2026-11-26T10:00:00Z"}]"#;
        assert_eq!(maintenances(begun), (vec![planned(1)], 1));
        let until = r#""scheduled_for":null,"scheduled_until":"2026-11-26T11:00:00Z""#;
        assert_eq!(maintenances(until), (vec![planned(1)], 1));
        let entered = Some(("2026-11-20T10:00:00Z".to_string(), 1));
        assert_eq!(maintenances(r#""scheduled_for":null"#), (vec![entered], 1), "not shown as an incident");
        // Neither an id nor a name: each is there, under an id that stays.
        let body = r#"{"incidents":[{"id":null,"name":null,"status":"investigating","started_at":"2026-11-25T10:00:00Z"},
            {"name":"A &amp; B &#39;c&#39; &lt;d&gt; R&D;","status":"investigating","started_at":"2026-11-25T11:00:00Z"}]}"#;
        let all = read_incidents(&ok(body)).unwrap().data;
        assert_eq!((all[0].title.as_str(), all[1].title.as_str()), ("Incident", "A & B 'c' <d> R&D;"));
        assert!(all[0].id != all[1].id && all[0].id.starts_with("unnamed-"));
    }

    #[test]
    fn the_state_of_then_counts_and_not_the_state_of_now() {
        let read = |components: &str, updates: &str, status: &str| {
            let body = format!(
                r#"{{"incidents":[{{"id":"i","name":"N","status":"{status}","impact":"minor",
                "created_at":"2026-11-20T10:00:00Z","components":[{components}],"incident_updates":[{updates}]}}]}}"#
            );
            read_incidents(&ok(&body)).unwrap().data[0].affected.clone()
        };
        let update = |hour: u32, status: &str, old: &str, new: &str| {
            format!(
                r#"{{"status":"{status}","created_at":"2026-11-20T{hour}:00:00Z",
                "affected_components":[{{"code":"api","name":"API","old_status":"{old}","new_status":"{new}"}}]}}"#
            )
        };
        let down = format!(
            "{},{}",
            update(12, "resolved", "partial_outage", "operational"),
            update(10, "investigating", "operational", "partial_outage")
        );
        for now in ["operational", "major_outage", "under_maintenance"] {
            let component = format!(r#"{{"id":"api","name":"API","status":"{now}"}}"#);
            assert_eq!(
                read(&component, &down, "resolved"),
                [("api".into(), ComponentStatus::PartialOutage)],
                "{now}"
            );
        }
        let now = r#"{"id":"api","name":"API","status":"major_outage"}"#;
        // Only the last update records anything: what it was until then.
        let last = update(12, "resolved", "degraded_performance", "operational");
        let first =
            r#"{"status":"investigating","created_at":"2026-11-20T10:00:00Z","affected_components":null}"#;
        let both = format!("{last},{first}");
        assert_eq!(read(now, &both, "resolved"), [("api".into(), ComponentStatus::Degraded)]);
        // Nothing is recorded: the impact after the end, the state of now before it.
        assert_eq!(read(now, first, "resolved"), [("api".into(), ComponentStatus::Degraded)]);
        assert_eq!(read(now, first, "investigating"), [("api".into(), ComponentStatus::MajorOutage)]);
    }
}

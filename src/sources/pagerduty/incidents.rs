//! Incidents, with what happened to them, services, people, priorities and maintenance windows.

use super::super::json::{self, List};
use super::super::system::{Call, Paging, join_by};
use super::super::{Parsed, Request, Response, SourceError};
use super::error::check;
use super::{Reference, at, get, link, list, next, path};
use crate::domain::paging::{Acknowledged, LogEntry, Named, PageState, Paged, PagingMaintenance, Urgency};
use crate::domain::severity::Severity;
use crate::domain::time::Millis;
use serde::Deserialize;

pub struct Incidents;

impl Paging for Incidents {
    fn open(&self) -> Call<Vec<Paged>> {
        // Without `date_range` what is older than a month is left out.
        let request = list("/incidents")
            .with("statuses[]", "triggered")
            .with("statuses[]", "acknowledged")
            .with("date_range", "all")
            .with("sort_by", "created_at:desc");
        Call::new(request, read_incidents).paged(next, |all, more| join_by(all, more, |i| i.id.clone()))
    }

    fn one(&self, id: &str) -> Call<Paged> {
        Call::new(incident(id), read_incident)
    }

    fn log(&self, id: &str) -> Option<Call<Vec<LogEntry>>> {
        let request = list(&path(&["incidents", id, "log_entries"]))
            .with("is_overview", "true")
            .with("include[]", "channels");
        let call = Call::new(request, read_log);
        Some(call.paged(next, |all, more| join_by(all, more, |e| e.id.clone())))
    }

    fn services(&self) -> Option<Call<Vec<Named>>> {
        Some(named("/services", |response, _| read_named(response, "services")))
    }

    fn people(&self) -> Option<Call<Vec<Named>>> {
        Some(named("/users", |response, _| read_named(response, "users")))
    }

    fn priorities(&self) -> Option<Call<Vec<Named>>> {
        Some(named("/priorities", |response, _| read_named(response, "priorities")))
    }

    fn maintenances(&self) -> Option<Call<Vec<PagingMaintenance>>> {
        let call = Call::new(maintenance_windows(), read_maintenances);
        Some(call.paged(next, |all, more| join_by(all, more, |m| m.id.clone())))
    }
}

/// One incident.
pub(super) fn incident(id: &str) -> Request {
    get(&path(&["incidents", id]))
}

/// Those that are now or ahead.
pub(super) fn maintenance_windows() -> Request {
    list("/maintenance_windows").with("filter", "open")
}

/// Reads a page of a list; the text is the name of the list.
type ReadPage<T> = fn(&Response, &str) -> Result<Parsed<Vec<T>>, SourceError>;

fn named(path: &str, read: ReadPage<Named>) -> Call<Vec<Named>> {
    Call::new(list(path), read).paged(next, |all, more| join_by(all, more, |n| n.id.clone()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawIncident {
    #[serde(deserialize_with = "json::or_default")]
    id: String,
    incident_number: Option<u64>,
    #[serde(deserialize_with = "json::or_default")]
    title: String,
    summary: Option<String>,
    #[serde(deserialize_with = "json::or_default")]
    status: String,
    urgency: Option<String>,
    priority: Option<Reference>,
    service: Option<Reference>,
    escalation_policy: Option<Reference>,
    assignments: List<Assignment>,
    acknowledgements: List<RawAcknowledged>,
    pending_actions: List<Pending>,
    created_at: Option<String>,
    updated_at: Option<String>,
    last_status_change_at: Option<String>,
    last_status_change_by: Option<Reference>,
    incident_key: Option<String>,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct Assignment {
    assignee: Reference,
}

#[derive(Deserialize)]
struct RawAcknowledged {
    at: Option<String>,
    acknowledger: Reference,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pending {
    #[serde(deserialize_with = "json::or_default")]
    r#type: String,
    at: Option<String>,
}

impl RawIncident {
    fn pending(&self, what: &str) -> Option<&Pending> {
        self.pending_actions.items.iter().find(|p| p.r#type == what)
    }

    /// Snoozed is acknowledged with an end: then it is triggered again.
    fn state(&self) -> PageState {
        match self.status.as_str() {
            "triggered" => PageState::Triggered,
            "acknowledged" => match self.pending("unacknowledge") {
                Some(pending) => PageState::Snoozed { until: at(&pending.at) },
                None => PageState::Acknowledged,
            },
            "resolved" => PageState::Resolved,
            other => PageState::Unknown(other.into()),
        }
    }
}

fn of_incident(raw: RawIncident, source: &str) -> Paged {
    let urgency = match raw.urgency.as_deref() {
        Some("high") => Some(Urgency::High),
        Some("low") => Some(Urgency::Low),
        _ => None,
    };
    let priority = raw.priority.as_ref().map(|p| p.named().name).filter(|name| !name.is_empty());
    // Its owners' own word counts. Without one the urgency says whether somebody is woken, and no more.
    let severity = match (&priority, urgency) {
        (Some(word), _) => Severity::parse(word),
        (None, Some(Urgency::High)) => Some(Severity::Sev2),
        (None, Some(Urgency::Low)) => Some(Severity::Sev4),
        (None, None) => None,
    };
    let acknowledged = raw.acknowledgements.items.iter();
    Paged {
        state: raw.state(),
        number: raw.incident_number.map(|n| n.to_string()),
        title: Some(raw.title.clone())
            .filter(|title| !title.is_empty())
            .or_else(|| raw.summary.clone())
            .unwrap_or_default(),
        urgency,
        priority,
        severity,
        service: raw.service.as_ref().map(Reference::named),
        assignees: raw.assignments.items.iter().map(|a| a.assignee.named()).collect(),
        acknowledged: acknowledged
            .map(|a| Acknowledged { by: a.acknowledger.named().name, at: at(&a.at) })
            .collect(),
        created: at(&raw.created_at),
        updated: at(&raw.updated_at).or_else(|| at(&raw.last_status_change_at)),
        escalates: raw.pending("escalate").and_then(|p| at(&p.at)),
        link: link(&raw.html_url),
        key: raw.incident_key.filter(|key| !key.is_empty()),
        id: raw.id,
        source: source.into(),
    }
}

pub(super) fn read_incidents(response: &Response, source: &str) -> Result<Parsed<Vec<Paged>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        incidents: List<RawIncident>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let of = |all: Vec<RawIncident>| all.into_iter().map(|raw| of_incident(raw, source)).collect();
    Ok(body.incidents.parsed("incidents").map(of))
}

#[derive(Deserialize)]
struct OneIncident {
    incident: RawIncident,
}

fn read_incident(response: &Response, source: &str) -> Result<Parsed<Paged>, SourceError> {
    check(response)?;
    let body: OneIncident = json::read_leniently(&response.body)?;
    Ok(Parsed::new(of_incident(body.incident, source)))
}

/// Where an incident stands, and who brought it there last, when.
pub(super) struct Standing {
    pub state: PageState,
    pub by: Option<String>,
    pub at: Option<Millis>,
    /// ids
    pub assignees: Vec<String>,
    pub priority: Option<String>,
    pub policy: Option<String>,
}

pub(super) fn standing(response: &Response) -> Result<Standing, SourceError> {
    check(response)?;
    let body: OneIncident = json::read_leniently(&response.body)?;
    let raw = body.incident;
    let last = raw.acknowledgements.items.last();
    let (by, when) = match (raw.state(), last) {
        (PageState::Acknowledged | PageState::Snoozed { .. }, Some(last)) => {
            (Some(last.acknowledger.named().name), at(&last.at))
        }
        _ => (raw.last_status_change_by.as_ref().map(|r| r.named().name), at(&raw.last_status_change_at)),
    };
    let id = |reference: &Option<Reference>| reference.as_ref().map(|r| r.id.clone());
    Ok(Standing {
        state: raw.state(),
        by,
        at: when,
        assignees: raw.assignments.items.iter().map(|a| a.assignee.id.clone()).collect(),
        priority: id(&raw.priority),
        policy: id(&raw.escalation_policy),
    })
}

fn read_log(response: &Response, _: &str) -> Result<Parsed<Vec<LogEntry>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        log_entries: List<Raw>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        #[serde(deserialize_with = "json::or_default")]
        r#type: String,
        created_at: Option<String>,
        summary: Option<String>,
        agent: Option<Reference>,
        channel: Option<Channel>,
    }
    /// In the entry of a note its text.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Channel {
        summary: Option<String>,
        note: Option<String>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let entry = |raw: Raw| {
        let what = raw.r#type.trim_end_matches("_reference").trim_end_matches("_log_entry").to_string();
        let written = raw.channel.and_then(|c| c.note.or(c.summary)).filter(|t| !t.is_empty());
        let text = match what.as_str() {
            "annotate" => written.or(raw.summary),
            _ => raw.summary,
        };
        LogEntry {
            id: raw.id,
            at: at(&raw.created_at),
            by: raw.agent.as_ref().map(|a| a.named().name).filter(|name| !name.is_empty()),
            text: text.unwrap_or_default(),
            what,
        }
    };
    Ok(body.log_entries.parsed("log entries").map(|all| all.into_iter().map(entry).collect()))
}

/// A list of things with names, under a name of its own.
fn read_named(response: &Response, field: &str) -> Result<Parsed<Vec<Named>>, SourceError> {
    check(response)?;
    let mut body: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
        json::read(&response.body)?;
    let missing = || SourceError::Shape { detail: format!("no list of {field}") };
    let list: List<Reference> = json::read(body.remove(field).ok_or_else(missing)?.get().as_bytes())?;
    Ok(list.parsed(field).map(|all| all.iter().map(Reference::named).collect()))
}

pub(super) fn read_maintenances(
    response: &Response,
    _: &str,
) -> Result<Parsed<Vec<PagingMaintenance>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        maintenance_windows: List<Raw>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        description: Option<String>,
        summary: Option<String>,
        start_time: Option<String>,
        end_time: Option<String>,
        services: List<Reference>,
        html_url: Option<String>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let one = |raw: Raw| PagingMaintenance {
        id: raw.id,
        title: raw.description.or(raw.summary).unwrap_or_default(),
        start: at(&raw.start_time),
        end: at(&raw.end_time),
        services: raw.services.items.iter().map(Reference::named).collect(),
        link: link(&raw.html_url),
    };
    Ok(body.maintenance_windows.parsed("maintenance windows").map(|all| all.into_iter().map(one).collect()))
}

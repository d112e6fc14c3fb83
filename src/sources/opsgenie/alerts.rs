//! Alerts, what happened to them, and maintenance.

use super::super::json;
use super::super::system::{Call, Paging, join_by};
use super::super::{Parsed, Request, Response, SourceError};
use super::{Dialect, at, headed, many, next, one};
use crate::domain::paging::{Acknowledged, LogEntry, Named, PageState, Paged, PagingMaintenance};
use crate::domain::severity::Severity;
use serde::Deserialize;

pub struct Alerts(pub Dialect);

impl Paging for Alerts {
    fn open(&self) -> Call<Vec<Paged>> {
        let request = self.0.list(&["alerts"]).with("query", "status:open");
        let request = request.with("sort", "createdAt").with("order", "desc");
        Call::new(request, read_alerts).paged(next, |all, more| join_by(all, more, |a| a.id.clone()))
    }

    fn one(&self, id: &str) -> Call<Paged> {
        Call::new(alert(self.0, id), |response, source| Ok(Parsed::new(of_alert(one(response)?, source))))
    }

    fn log(&self, id: &str) -> Option<Call<Vec<LogEntry>>> {
        let request = self.0.list(&["alerts", id, "logs"]).with("order", "desc");
        let call = Call::new(request, read_log);
        Some(call.paged(next, |all, more| join_by(all, more, |e| (e.id.clone(), e.at, e.text.clone()))))
    }

    fn maintenances(&self) -> Option<Call<Vec<PagingMaintenance>>> {
        let call = Call::new(maintenances(self.0), read_maintenances);
        Some(call.paged(next, |all, more| join_by(all, more, |m| m.id.clone())))
    }
}

/// One alert, by its id.
pub(super) fn alert(dialect: Dialect, id: &str) -> Request {
    dialect.get(&["alerts", id])
}

/// All maintenance that is not over. That of Opsgenie is in the first version of its API.
pub(super) fn maintenances(dialect: Dialect) -> Request {
    match dialect {
        Dialect::Opsgenie => headed(Request::get("/v1/maintenance")).with("type", "non-expired"),
        Dialect::Jsm => dialect.list(&["maintenances"]),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawAlert {
    #[serde(deserialize_with = "json::or_default")]
    id: String,
    #[serde(rename = "tinyId")]
    tiny_id: Option<String>,
    alias: Option<String>,
    #[serde(deserialize_with = "json::or_default")]
    message: String,
    #[serde(deserialize_with = "json::or_default")]
    status: String,
    #[serde(deserialize_with = "json::or_default")]
    acknowledged: bool,
    #[serde(deserialize_with = "json::or_default")]
    snoozed: bool,
    #[serde(rename = "snoozedUntil")]
    snoozed_until: Option<String>,
    pub priority: Option<String>,
    pub owner: Option<String>,
    entity: Option<String>,
    source: Option<String>,
    responders: json::List<Responder>,
    report: Option<Report>,
    #[serde(rename = "createdAt")]
    created_at: Option<String>,
    #[serde(rename = "updatedAt")]
    updated_at: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Responder {
    #[serde(deserialize_with = "json::or_default")]
    id: String,
    name: Option<String>,
}

/// `ackTime` in it is how long that took, no instant.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Report {
    #[serde(rename = "acknowledgedBy")]
    acknowledged_by: Option<String>,
    #[serde(rename = "ackTime")]
    ack_time: Option<i64>,
    #[serde(rename = "closedBy")]
    closed_by: Option<String>,
}

impl RawAlert {
    pub fn state(&self) -> PageState {
        match self.status.as_str() {
            "closed" | "resolved" => PageState::Resolved,
            "open" if self.snoozed => PageState::Snoozed { until: at(&self.snoozed_until) },
            "open" if self.acknowledged => PageState::Acknowledged,
            "open" => PageState::Triggered,
            other => PageState::Unknown(other.into()),
        }
    }

    /// Who brought it to where it is.
    pub fn by(&self) -> Option<String> {
        let report = self.report.as_ref()?;
        let by = match self.state() {
            PageState::Resolved => report.closed_by.clone(),
            PageState::Acknowledged | PageState::Snoozed { .. } => report.acknowledged_by.clone(),
            _ => None,
        };
        by.filter(|by| !by.is_empty())
    }
}

fn of_alert(raw: RawAlert, source: &str) -> Paged {
    let text = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    let person = |name: String| Named { id: name.clone(), name };
    let acknowledged = raw.report.as_ref().and_then(|report| {
        let took = report.ack_time.filter(|took| *took >= 0);
        let when = at(&raw.created_at).zip(took).map(|(created, took)| created.saturating_add(took));
        Some(Acknowledged { by: text(&report.acknowledged_by)?, at: when })
    });
    let responders = raw.responders.items.iter().filter(|r| !r.id.is_empty());
    let responders: Vec<Named> = responders
        .map(|r| Named { id: r.id.clone(), name: text(&r.name).unwrap_or_else(|| r.id.clone()) })
        .collect();
    Paged {
        state: raw.state(),
        number: text(&raw.tiny_id),
        // P3 is what an alert has of which nobody said anything.
        severity: raw.priority.as_deref().and_then(Severity::parse),
        priority: text(&raw.priority),
        urgency: None,
        service: text(&raw.entity).or_else(|| text(&raw.source)).map(person),
        assignees: match text(&raw.owner) {
            Some(owner) => vec![person(owner)],
            None => responders,
        },
        acknowledged: acknowledged.into_iter().collect(),
        created: at(&raw.created_at),
        updated: at(&raw.updated_at),
        escalates: None,
        link: None,
        key: text(&raw.alias),
        title: raw.message,
        id: raw.id,
        source: source.into(),
    }
}

pub(super) fn read_alerts(response: &Response, source: &str) -> Result<Parsed<Vec<Paged>>, SourceError> {
    let all = many::<RawAlert>(response, "alerts")?;
    Ok(all.map(|all| all.into_iter().map(|raw| of_alert(raw, source)).collect()))
}

pub(super) fn read_alert(response: &Response) -> Result<RawAlert, SourceError> {
    one(response)
}

fn read_log(response: &Response, _: &str) -> Result<Parsed<Vec<LogEntry>>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        offset: String,
        #[serde(deserialize_with = "json::or_default")]
        log: String,
        #[serde(deserialize_with = "json::or_default")]
        r#type: String,
        owner: Option<String>,
        #[serde(rename = "createdAt")]
        created_at: Option<String>,
    }
    let entry = |raw: Raw| LogEntry {
        at: at(&raw.created_at),
        id: raw.offset,
        what: raw.r#type,
        // The system itself is called so.
        by: raw.owner.filter(|owner| !owner.is_empty() && !owner.eq_ignore_ascii_case("system")),
        text: raw.log,
    };
    Ok(many::<Raw>(response, "log entries")?.map(|all| all.into_iter().map(entry).collect()))
}

pub(super) fn read_maintenances(
    response: &Response,
    _: &str,
) -> Result<Parsed<Vec<PagingMaintenance>>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        description: Option<String>,
        status: Option<String>,
        time: Option<Time>,
        #[serde(rename = "startDate")]
        start: Option<String>,
        #[serde(rename = "endDate")]
        end: Option<String>,
        rules: json::List<Rule>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Time {
        #[serde(rename = "startDate")]
        start: Option<String>,
        #[serde(rename = "endDate")]
        end: Option<String>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Rule {
        entity: Option<Responder>,
    }
    let one = |raw: Raw| {
        let time = raw.time.unwrap_or(Time { start: raw.start, end: raw.end });
        let entities = raw.rules.items.into_iter().filter_map(|rule| rule.entity);
        PagingMaintenance {
            id: raw.id,
            title: raw.description.unwrap_or_default(),
            start: at(&time.start),
            end: at(&time.end),
            services: entities
                .map(|e| Named { name: e.name.unwrap_or_else(|| e.id.clone()), id: e.id })
                .collect(),
            link: None,
        }
    };
    let is_over = |raw: &Raw| matches!(raw.status.as_deref(), Some("past" | "cancelled"));
    let all = many::<Raw>(response, "maintenances")?;
    Ok(all.map(|all| all.into_iter().filter(|raw| !is_over(raw)).map(one).collect()))
}

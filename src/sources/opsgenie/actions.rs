//! What people do through either: taken in with 202, performed later, and asked for until it is known what came of it.

use super::super::actions::{ActionCall, Actions, Decides, FetchSite, Found, NotOffered, Performed};
use super::super::http::Method;
use super::super::json;
use super::super::pager::{self, is_near, refused};
use super::super::{Request, Response, SourceError};
use super::alerts::{RawAlert, alert, maintenances, read_alert, read_alerts, read_maintenances};
use super::error::check;
use super::schedules::{overrides, read_overrides};
use super::{Dialect, headed, one};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::pager_action::{MaintenanceText, PageChange, PageEdit, PageText, TakeOver};
use crate::domain::paging::PageState;
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_json::{Value, json};

pub struct AlertActions(pub Dialect);

/// Before the change, and then until it is known what came of it.
const WAITS: &[Millis] = &[0, 300, 600, 1_000, 2_000, 3_000, 4_000];

impl Actions for AlertActions {
    fn offers(&self) -> &'static [ActionKind] {
        pager::OFFERS
    }

    fn safety(&self, action: &Action, _: FetchSite) -> Safety {
        pager::safety(action)
    }

    fn perform(
        &self,
        action: &Action,
        _: FetchSite,
        now: Millis,
    ) -> Result<ActionCall<Performed>, NotOffered> {
        let dialect = self.0;
        Ok(match action {
            Action::ChangePage(change) => match change.edit {
                // What somebody else did meanwhile is said with their name.
                PageEdit::Acknowledge | PageEdit::Resolve { .. } => ActionCall::new(
                    alert(dialect, &change.id),
                    read_looked_at,
                )
                .then(step, WAITS, Decides::First),
                _ => {
                    let request = changed(dialect, change, now)?;
                    ActionCall::new(request, read_taken_in).then(step, WAITS, Decides::First)
                }
            },
            Action::OpenPage(page) => {
                ActionCall::new(create(dialect, page), read_taken_in).then(step, WAITS, Decides::First)
            }
            Action::TakeOver(t) => ActionCall::new(take_over(dialect, t), read_made),
            Action::TakeBack(t) => {
                let path = dialect.path(&["schedules", &t.schedule.id, "overrides", &t.id]);
                ActionCall::new(headed(Request::delete(&path)), read_ended)
            }
            Action::PlanMaintenance(m) => ActionCall::new(plan(dialect, m), read_made),
            Action::EndMaintenance(m) => {
                let place = match dialect {
                    Dialect::Opsgenie => format!("/v1/maintenance/{}/cancel", super::path_step(&m.id)),
                    Dialect::Jsm => dialect.path(&["maintenances", &m.id, "cancel"]),
                };
                ActionCall::new(headed(Request::post_json(&place, String::new())), read_ended)
            }
            _ => return Err(NotOffered),
        })
    }

    fn preview(&self, action: &Action, site: FetchSite, now: Millis) -> Result<Vec<Request>, NotOffered> {
        let first = self.perform(action, site, now)?.request;
        let then = match action {
            Action::ChangePage(change) if first.method == Method::Get => Some(changed(self.0, change, now)?),
            _ => None,
        };
        Ok(std::iter::once(first).chain(then).collect())
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        let dialect = self.0;
        Ok(match action {
            Action::ChangePage(PageChange { id, edit: PageEdit::Note { .. }, .. }) => {
                ActionCall::new(dialect.list(&["alerts", id, "notes"]), find_note)
            }
            Action::ChangePage(change) => ActionCall::new(alert(dialect, &change.id), find_change),
            Action::OpenPage(page) => {
                let query = format!("status:open AND alias:\"{}\"", page.key.replace('"', ""));
                ActionCall::new(dialect.list(&["alerts"]).with("query", query), find_page)
            }
            Action::TakeOver(t) => ActionCall::new(overrides(dialect, &t.schedule.id), find_override),
            Action::TakeBack(t) => ActionCall::new(overrides(dialect, &t.schedule.id), find_override),
            Action::PlanMaintenance(_) | Action::EndMaintenance(_) => {
                ActionCall::new(maintenances(dialect), find_maintenance)
            }
            _ => return Err(NotOffered),
        })
    }
}

/// The dialect of a request that was sent.
fn dialect_of(asked: &Request) -> Dialect {
    if asked.path.starts_with("/v2/") { Dialect::Opsgenie } else { Dialect::Jsm }
}

/// The change of an alert. A snooze that has passed would end the one there is, so it is one of a minute.
fn changed(dialect: Dialect, change: &PageChange, now: Millis) -> Result<Request, NotOffered> {
    let (verb, mut body) = match (&change.edit, dialect) {
        (PageEdit::Acknowledge, _) => ("acknowledge", json!({})),
        (PageEdit::Resolve { note: None }, _) => ("close", json!({})),
        (PageEdit::Resolve { note: Some(note) }, _) => ("close", json!({ "note": note })),
        (PageEdit::Snooze { until }, _) => {
            ("snooze", json!({"endTime": rfc3339((*until).max(now + MINUTE))}))
        }
        (PageEdit::Note { text }, _) => ("notes", json!({ "note": text })),
        (PageEdit::Reassign { to }, _) => {
            let Some(person) = to.first() else { return Err(NotOffered) };
            match dialect {
                Dialect::Opsgenie if person.id.contains('@') => {
                    ("assign", json!({"owner": {"type": "user", "username": person.id}}))
                }
                Dialect::Opsgenie => ("assign", json!({"owner": {"type": "user", "id": person.id}})),
                Dialect::Jsm => ("assign", json!({"accountId": person.id})),
            }
        }
        (PageEdit::Escalate { policy: Some(policy), .. }, Dialect::Opsgenie) => {
            ("escalate", json!({"escalation": {"type": "escalation", "id": policy.id}}))
        }
        (PageEdit::Escalate { policy: Some(policy), .. }, Dialect::Jsm) => {
            ("escalate", json!({"escalationId": policy.id}))
        }
        // Levels are not known here.
        (PageEdit::Escalate { .. } | PageEdit::Prioritize { priority: None }, _) => return Err(NotOffered),
        (PageEdit::Prioritize { priority: Some(priority) }, _) => {
            let body = json!({"priority": priority.name}).to_string();
            let path = dialect.path(&["alerts", &change.id, "priority"]);
            return Ok(headed(match dialect {
                Dialect::Opsgenie => Request::put_json(&path, body),
                Dialect::Jsm => Request::patch_json(&path, body),
            }));
        }
    };
    // The other knows the person by the key and takes no more than its fields.
    if let (Some(body), Dialect::Opsgenie) = (body.as_object_mut(), dialect) {
        body.insert("user".into(), change.by.as_str().into());
        body.insert("source".into(), "Fourlights".into());
    }
    Ok(headed(Request::post_json(&dialect.path(&["alerts", &change.id, verb]), body.to_string())))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Accepted {
    #[serde(rename = "requestId")]
    request_id: Option<String>,
}

fn is_status_request(request: &Request) -> bool {
    request.method == Method::Get && request.path.contains("/alerts/requests/")
}

/// What follows an answer: after a look the change, after that the question what came of it, until it is known.
fn step(action: &Action, asked: &Request, answer: &Response) -> Option<Request> {
    let dialect = dialect_of(asked);
    if is_status_request(asked) {
        return is_pending(answer).then(|| asked.clone());
    }
    if asked.method == Method::Get {
        let Action::ChangePage(change) = action else { return None };
        let state = read_alert(answer).ok()?.state();
        let is_to_be_done = match change.edit {
            PageEdit::Acknowledge => matches!(state, PageState::Triggered | PageState::Unknown(_)),
            _ => state.is_open(),
        };
        return changed(dialect, change, 0).ok().filter(|_| is_to_be_done);
    }
    let accepted: Accepted = json::read(&answer.body).ok().filter(|_| answer.status == 202)?;
    Some(dialect.get(&["alerts", "requests", &accepted.request_id.filter(|id| !id.is_empty())?]))
}

/// What is said of a request that was taken in.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Outcome {
    #[serde(rename = "isSuccess", alias = "success")]
    is_success: Option<bool>,
    #[serde(deserialize_with = "json::or_default")]
    status: String,
    #[serde(rename = "alertId")]
    alert_id: Option<String>,
}

fn is_pending(answer: &Response) -> bool {
    match answer.status {
        404 => true,
        200 => one::<Outcome>(answer).is_ok_and(|outcome| outcome.is_success.is_none()),
        _ => false,
    }
}

fn no(message: String) -> SourceError {
    let remedy = "Look at the alert again, then decide.";
    SourceError::Rejected { status: 409, code: String::new(), message, remedy }
}

/// What is left to do: it was taken in, and not yet performed when it was asked for last.
fn not_yet() -> Performed {
    Performed::Unknown(SourceError::Rejected {
        status: 202,
        code: String::new(),
        message: "Taken in, not performed yet".into(),
        remedy: "The alert itself is looked at until it shows what came of it.",
    })
}

/// `Acknowledged already by ana@example.com`
fn before(what: &str, alert: &RawAlert) -> String {
    let by = alert.by().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{what} already{by}")
}

/// What came of looking at an alert, and of the change if there was one.
fn read_looked_at(action: &Action, first: &Response) -> Performed {
    let Action::ChangePage(change) = action else { return Performed::Unknown(SourceError::CutOff) };
    match &first.followed_by {
        Some(changed) => match changed.as_ref() {
            Ok(changed) => match Performed::of_failure(&Ok(changed.clone())) {
                Some(failure) if !matches!(failure, Performed::Refused { .. }) => failure,
                _ => read_taken_in(action, changed),
            },
            Err(error) => Performed::Unknown(error.clone()),
        },
        None => {
            let found = match read_alert(first) {
                Ok(found) => found,
                Err(error) => return refused(error, first.status),
            };
            let done = |note: String| {
                Performed::Done(Receipt { reference: Some(change.id.clone()), note: Some(note) })
            };
            match (&change.edit, found.state()) {
                (PageEdit::Acknowledge, PageState::Acknowledged | PageState::Snoozed { .. }) => {
                    done(before("Acknowledged", &found))
                }
                (PageEdit::Resolve { .. }, PageState::Resolved) => done(before("Closed", &found)),
                _ => Performed::Refused { error: no(before("Closed", &found)), is_conflict: true },
            }
        }
    }
}

/// What came of a request that is taken in, with the answers to the question what became of it behind it.
fn read_taken_in(action: &Action, first: &Response) -> Performed {
    if let Err(error) = check(first) {
        return refused(error, first.status);
    }
    if first.followed_by.is_none() {
        return not_yet();
    }
    let last = match first.last() {
        Ok(last) => last,
        Err(error) => return Performed::Unknown(error.clone()),
    };
    if is_pending(last) {
        return not_yet();
    }
    let outcome: Outcome = match one(last) {
        Ok(outcome) => outcome,
        Err(error) => return Performed::Unknown(error),
    };
    let reference = outcome.alert_id.filter(|id| !id.is_empty()).or_else(|| match action {
        Action::ChangePage(change) => Some(change.id.clone()),
        _ => None,
    });
    let note = Some(outcome.status.clone()).filter(|text| !text.is_empty());
    match outcome.is_success {
        Some(true) => Performed::Done(Receipt { reference, note }),
        // Somebody was faster, to the same end.
        _ if outcome.status.contains("already") => Performed::Done(Receipt { reference, note }),
        _ => Performed::Refused { error: no(outcome.status), is_conflict: false },
    }
}

fn find_change(action: &Action, response: &Response) -> Found {
    let Action::ChangePage(change) = action else { return Found::NotDone };
    let found = match read_alert(response) {
        Ok(found) => found,
        Err(error) => return Found::Unanswered(error),
    };
    let state = found.state();
    let is_done = match &change.edit {
        PageEdit::Acknowledge => matches!(state, PageState::Acknowledged | PageState::Snoozed { .. }),
        PageEdit::Resolve { .. } => state == PageState::Resolved,
        PageEdit::Snooze { until } => match state {
            PageState::Snoozed { until: Some(end) } => (end - until).abs() <= MINUTE,
            PageState::Snoozed { until: None } => true,
            _ => false,
        },
        PageEdit::Reassign { to } => {
            to.first().is_some_and(|p| found.owner.as_ref().is_some_and(|o| *o == p.id || *o == p.name))
        }
        PageEdit::Prioritize { priority } => {
            priority.as_ref().is_some_and(|p| found.priority.as_ref() == Some(&p.name))
        }
        PageEdit::Note { .. } | PageEdit::Escalate { .. } => false,
    };
    match (is_done, state.is_open()) {
        (true, _) => Found::Done(Receipt::of(Some(change.id.clone()))),
        (false, false) => Found::Overtaken(no(before("Closed", &found))),
        (false, true) => Found::NotDone,
    }
}

fn find_note(action: &Action, response: &Response) -> Found {
    #[derive(Deserialize)]
    struct Note {
        note: String,
    }
    let Action::ChangePage(PageChange { edit: PageEdit::Note { text }, id, .. }) = action else {
        return Found::NotDone;
    };
    match super::many::<Note>(response, "notes") {
        Ok(read) => match read.data.iter().any(|n| n.note.trim() == text.trim()) {
            true => Found::Done(Receipt::of(Some(id.clone()))),
            false => Found::NotDone,
        },
        Err(error) => Found::Unanswered(error),
    }
}

fn create(dialect: Dialect, page: &PageText) -> Request {
    let priority = page.priority.as_ref().and_then(|p| Severity::parse(&p.name)).map(|s| match s {
        Severity::Sev1 => "P1",
        Severity::Sev2 => "P2",
        Severity::Sev3 => "P3",
        Severity::Sev4 => "P4",
    });
    let message: String = page.title.chars().take(130).collect();
    let mut body = json!({
        "message": message,
        "alias": page.key,
        "description": page.details,
        "source": "Fourlights",
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(priority.map(|p| ("priority".to_string(), json!(p))));
        if !page.service.id.is_empty() {
            body.insert("responders".into(), json!([{"type": "team", "id": page.service.id}]));
        }
        if dialect == Dialect::Opsgenie {
            body.insert("user".into(), page.by.as_str().into());
        }
    }
    headed(Request::post_json(&dialect.path(&["alerts"]), body.to_string()))
}

fn find_page(action: &Action, response: &Response) -> Found {
    let Action::OpenPage(page) = action else { return Found::NotDone };
    match read_alerts(response, "") {
        Ok(read) => match read.data.iter().find(|alert| alert.key.as_ref() == Some(&page.key)) {
            Some(alert) => Found::Done(Receipt::of(Some(alert.id.clone()))),
            None => Found::NotDone,
        },
        Err(error) => Found::Unanswered(error),
    }
}

fn take_over(dialect: Dialect, t: &TakeOver) -> Request {
    let times = (rfc3339(t.starts), rfc3339(t.ends));
    let body = match dialect {
        Dialect::Opsgenie => {
            json!({"user": {"type": "user", "id": t.person.id}, "startDate": times.0, "endDate": times.1})
        }
        Dialect::Jsm => {
            json!({"responder": {"type": "user", "id": t.person.id}, "startDate": times.0, "endDate": times.1})
        }
    };
    let path = dialect.path(&["schedules", &t.schedule.id, "overrides"]);
    headed(Request::post_json(&path, body.to_string()))
}

fn plan(dialect: Dialect, m: &MaintenanceText) -> Request {
    let (start, end) = (rfc3339(m.starts), rfc3339(m.ends));
    // What is named are integrations: switched off, their alerts page nobody.
    let rules: Vec<Value> = m
        .services
        .iter()
        .map(|s| json!({"state": "disabled", "entity": {"id": s.id, "type": "integration"}}))
        .collect();
    let (path, body) = match dialect {
        Dialect::Opsgenie => (
            "/v1/maintenance".to_string(),
            json!({"description": m.title, "rules": rules,
                   "time": {"type": "schedule", "startDate": start, "endDate": end}}),
        ),
        Dialect::Jsm => (
            dialect.path(&["maintenances"]),
            json!({"description": m.title, "startDate": start, "endDate": end, "rules": rules}),
        ),
    };
    headed(Request::post_json(&path, body.to_string()))
}

/// What is made at once: an override has an alias, a maintenance an id.
fn read_made(_: &Action, response: &Response) -> Performed {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Made {
        id: Option<String>,
        alias: Option<String>,
    }
    if let Err(error) = check(response) {
        return refused(error, response.status);
    }
    // It is made whatever the body looks like.
    let made: Made = one(response).unwrap_or_default();
    Performed::Done(Receipt::of(made.alias.or(made.id).filter(|id| !id.is_empty())))
}

/// What ends something that is there. One that is gone is ended.
fn read_ended(_: &Action, response: &Response) -> Performed {
    match check(response) {
        Ok(()) => Performed::Done(Receipt::default()),
        Err(_) if response.status == 404 => {
            Performed::Done(Receipt { reference: None, note: Some("It was over already.".into()) })
        }
        Err(error) => refused(error, response.status),
    }
}

fn find_override(action: &Action, response: &Response) -> Found {
    let read = match read_overrides(response, "") {
        Ok(read) => read.data,
        Err(error) => return Found::Unanswered(error),
    };
    match action {
        Action::TakeOver(t) => {
            let is_of = |person: &Option<crate::domain::paging::Named>| {
                person.as_ref().is_some_and(|p| p.id == t.person.id || p.name == t.person.name)
            };
            let found = read
                .iter()
                .find(|o| is_near(o.start, t.starts) && is_near(o.end, t.ends) && is_of(&o.person));
            found.map_or(Found::NotDone, |o| Found::Done(Receipt::of(Some(o.id.clone()))))
        }
        Action::TakeBack(t) => match read.iter().any(|o| o.id == t.id) {
            true => Found::NotDone,
            false => Found::Done(Receipt::of(Some(t.id.clone()))),
        },
        _ => Found::NotDone,
    }
}

fn find_maintenance(action: &Action, response: &Response) -> Found {
    let read = match read_maintenances(response, "") {
        Ok(read) => read.data,
        Err(error) => return Found::Unanswered(error),
    };
    pager::find_maintenance(action, &read)
}

//! What people do through PagerDuty.
//!
//! - `status: acknowledged` reopens an incident that is resolved. So it is read before: what somebody else did meanwhile is
//!   said with their name, and nothing is written over it.
//! - A note, an override and a maintenance window are made anew by each request. One whose response was lost is looked for
//!   by all it says.
//! - `incident_key` makes a new incident once, as long as it is open.

use super::super::actions::{ActionCall, Actions, Decides, FetchSite, Found, NotOffered, Performed};
use super::super::json::{self, List};
use super::super::pager::{self, is_near, refused};
use super::super::{Request, Response, SourceError};
use super::error::{ALREADY_ACKNOWLEDGED, ALREADY_RESOLVED, check};
use super::incidents::{
    Standing, incident, maintenance_windows, read_incidents, read_maintenances, standing,
};
use super::schedules::{V3, overrides, read_overrides};
use super::{get, headed, list, path};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::order::Order as _;
use crate::domain::pager_action::{MaintenanceText, PageChange, PageEdit, PageText, TakeBack, TakeOver};
use crate::domain::paging::PageState;
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_json::{Value, json};

pub struct PagerActions;

impl Actions for PagerActions {
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
        Ok(match action {
            Action::ChangePage(change) => return perform_change(change, now),
            Action::OpenPage(page) => ActionCall::new(create(page), read_created),
            Action::TakeOver(t) => ActionCall::new(take_over(t), read_taken_over),
            Action::TakeBack(t) => ActionCall::new(delete(&override_path(t)), read_ended),
            Action::PlanMaintenance(m) => ActionCall::new(plan(m), read_planned),
            Action::EndMaintenance(m) => {
                ActionCall::new(delete(&path(&["maintenance_windows", &m.id])), read_ended)
            }
            _ => return Err(NotOffered),
        })
    }

    fn preview(&self, action: &Action, site: FetchSite, now: Millis) -> Result<Vec<Request>, NotOffered> {
        let first = self.perform(action, site, now)?.request;
        Ok(std::iter::once(first).chain(edit_of(action).and_then(after_a_look)).collect())
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        Ok(match action {
            Action::ChangePage(PageChange { id, edit: PageEdit::Note { .. }, .. }) => {
                ActionCall::new(get(&path(&["incidents", id, "notes"])), find_note)
            }
            Action::ChangePage(change) => ActionCall::new(incident(&change.id), find_change),
            Action::OpenPage(page) => {
                let request = list("/incidents").with("incident_key", page.key.clone());
                ActionCall::new(request.with("date_range", "all"), find_page)
            }
            Action::TakeOver(t) => {
                let request = overrides(&t.schedule.id, &t.form, t.starts, t.ends);
                ActionCall::new(request, find_override)
            }
            Action::TakeBack(_) => ActionCall::new(get("/abilities"), |_, _| Found::NotDone),
            Action::PlanMaintenance(_) | Action::EndMaintenance(_) => {
                ActionCall::new(maintenance_windows(), find_maintenance)
            }
            _ => return Err(NotOffered),
        })
    }
}

fn delete(path: &str) -> Request {
    headed(Request::delete(path)).header("content-type", "application/json")
}

/// With the person whose doing it is. What cannot be in a header is left out.
fn from(request: Request, by: &str) -> Request {
    let by: String = by.chars().filter(|c| !c.is_control()).collect();
    headed(request).header("from", by)
}

/// One change of one incident.
fn put(change: &PageChange, fields: Value) -> Request {
    let mut one = json!({"id": change.id, "type": "incident_reference"});
    if let (Some(one), Value::Object(fields)) = (one.as_object_mut(), fields) {
        one.extend(fields);
    }
    from(Request::put_json("/incidents", json!({"incidents": [one]}).to_string()), &change.by)
}

fn perform_change(change: &PageChange, now: Millis) -> Result<ActionCall<Performed>, NotOffered> {
    let reference = |id: &str, kind: &str| json!({"id": id, "type": format!("{kind}_reference")});
    let request = match &change.edit {
        PageEdit::Acknowledge | PageEdit::Resolve { .. } => {
            return Ok(ActionCall::new(incident(&change.id), read_looked_at).then(
                after_look,
                &[0],
                Decides::Last,
            ));
        }
        PageEdit::Snooze { until } => {
            let duration = ((until - now) / SECOND).clamp(1, 604_800);
            let body = json!({ "duration": duration }).to_string();
            from(Request::post_json(&path(&["incidents", &change.id, "snooze"]), body), &change.by)
        }
        PageEdit::Note { text } => {
            let body = json!({"note": {"content": text}}).to_string();
            from(Request::post_json(&path(&["incidents", &change.id, "notes"]), body), &change.by)
        }
        PageEdit::Reassign { to } => {
            let assigned: Vec<Value> =
                to.iter().map(|p| json!({"assignee": reference(&p.id, "user")})).collect();
            put(change, json!({ "assignments": assigned }))
        }
        PageEdit::Escalate { policy: Some(policy), .. } => {
            put(change, json!({"escalation_policy": reference(&policy.id, "escalation_policy")}))
        }
        PageEdit::Escalate { level: Some(level), .. } => put(change, json!({ "escalation_level": level })),
        // The next level is not known here: the incident does not say at which one it is.
        PageEdit::Escalate { .. } => return Err(NotOffered),
        PageEdit::Prioritize { priority } => {
            put(change, json!({"priority": priority.as_ref().map(|p| reference(&p.id, "priority"))}))
        }
    };
    Ok(ActionCall::new(request, read_changed))
}

fn edit_of(action: &Action) -> Option<&PageChange> {
    match action {
        Action::ChangePage(change) => Some(change),
        _ => None,
    }
}

/// The change, if the incident is still as the person saw it.
fn after_look(action: &Action, asked: &Request, answer: &Response) -> Option<Request> {
    let change = edit_of(action)?;
    let is_look = asked.method == crate::sources::Method::Get;
    let state = is_look.then(|| standing(answer).ok())??.state;
    let is_as_seen = match change.edit {
        PageEdit::Acknowledge => matches!(state, PageState::Triggered | PageState::Unknown(_)),
        _ => state.is_open(),
    };
    after_a_look(change).filter(|_| is_as_seen)
}

/// The change of what is looked at first.
fn after_a_look(change: &PageChange) -> Option<Request> {
    match &change.edit {
        PageEdit::Acknowledge => Some(put(change, json!({"status": "acknowledged"}))),
        PageEdit::Resolve { note } => {
            let mut fields = json!({"status": "resolved"});
            if let (Some(fields), Some(note)) = (fields.as_object_mut(), note) {
                fields.insert("resolution".into(), note.as_str().into());
            }
            Some(put(change, fields))
        }
        _ => None,
    }
}

/// `Acknowledged already by Ana, 2026-11-23T21:07:07Z`
fn before(what: &str, standing: &Standing) -> String {
    let by = standing.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let at = standing.at.map(|at| format!(", {}", rfc3339(at))).unwrap_or_default();
    format!("{what} already{by}{at}")
}

fn conflict(message: String) -> SourceError {
    let remedy = "Look at the incident again, then decide.";
    SourceError::Rejected { status: 409, code: String::new(), message, remedy }
}

/// What came of looking at an incident, and of the change if there was one.
fn read_looked_at(action: &Action, first: &Response) -> Performed {
    let Some(change) = edit_of(action) else { return Performed::Unknown(SourceError::CutOff) };
    if first.followed_by.is_some() {
        return match first.last() {
            Ok(last) => read_changed(action, last),
            Err(error) => Performed::Unknown(error.clone()),
        };
    }
    let found = match standing(first) {
        Ok(found) => found,
        Err(error) => return refused(error, first.status),
    };
    let done =
        |note: String| Performed::Done(Receipt { reference: Some(change.id.clone()), note: Some(note) });
    match (&change.edit, &found.state) {
        (PageEdit::Acknowledge, PageState::Acknowledged | PageState::Snoozed { .. }) => {
            done(before("Acknowledged", &found))
        }
        (PageEdit::Resolve { .. }, PageState::Resolved) => done(before("Resolved", &found)),
        _ => Performed::Refused { error: conflict(before("Resolved", &found)), is_conflict: true },
    }
}

/// What came of a change. What is so already is done.
fn read_changed(action: &Action, response: &Response) -> Performed {
    let Some(change) = edit_of(action) else { return Performed::Unknown(SourceError::CutOff) };
    let done = |note: Option<&str>| {
        let (reference, note) = (Some(change.id.clone()), note.map(Into::into));
        Performed::Done(Receipt { reference, note })
    };
    let error = match check(response) {
        Ok(()) => return done(None),
        Err(error) => error,
    };
    let code = match &error {
        SourceError::Rejected { code, .. } => code.as_str(),
        _ => "",
    };
    match (&change.edit, code) {
        (PageEdit::Acknowledge, ALREADY_ACKNOWLEDGED) => done(Some("Somebody had acknowledged it before.")),
        (PageEdit::Resolve { .. }, ALREADY_RESOLVED) => done(Some("Somebody had resolved it before.")),
        (_, ALREADY_RESOLVED | "1005" | "1019") => Performed::Refused { error, is_conflict: true },
        _ => refused(error, response.status),
    }
}

fn find_change(action: &Action, response: &Response) -> Found {
    let Some(change) = edit_of(action) else { return Found::NotDone };
    let found = match standing(response) {
        Ok(found) => found,
        Err(error) => return Found::Unanswered(error),
    };
    let done = || Found::Done(Receipt::of(Some(change.id.clone())));
    let is_over = !found.state.is_open();
    let sorted = |ids: Vec<&str>| {
        let mut ids = ids;
        ids.order();
        ids.into_iter().map(String::from).collect::<Vec<_>>()
    };
    let is_done = match &change.edit {
        PageEdit::Acknowledge => {
            matches!(found.state, PageState::Acknowledged | PageState::Snoozed { .. })
        }
        PageEdit::Resolve { .. } => is_over,
        PageEdit::Snooze { until } => {
            let is_then = |end: Millis| (end - until).abs() <= MINUTE;
            matches!(found.state, PageState::Snoozed { until: Some(end) } if is_then(end))
        }
        PageEdit::Reassign { to } => {
            sorted(found.assignees.iter().map(String::as_str).collect())
                == sorted(to.iter().map(|p| p.id.as_str()).collect())
        }
        PageEdit::Escalate { policy: Some(policy), .. } => found.policy.as_ref() == Some(&policy.id),
        PageEdit::Prioritize { priority } => found.priority.as_ref() == priority.as_ref().map(|p| &p.id),
        PageEdit::Escalate { .. } | PageEdit::Note { .. } => false,
    };
    match (is_done, is_over) {
        (true, _) => done(),
        (false, true) => Found::Overtaken(conflict(before("Resolved", &found))),
        (false, false) => Found::NotDone,
    }
}

fn find_note(action: &Action, response: &Response) -> Found {
    #[derive(Deserialize)]
    struct Body {
        notes: List<Note>,
    }
    #[derive(Deserialize)]
    struct Note {
        id: Option<String>,
        content: String,
    }
    let Some(PageChange { edit: PageEdit::Note { text }, .. }) = edit_of(action) else {
        return Found::NotDone;
    };
    let read = check(response).and_then(|()| json::read_leniently::<Body>(&response.body));
    match read {
        Ok(body) => match body.notes.items.into_iter().find(|n| n.content.trim() == text.trim()) {
            Some(note) => Found::Done(Receipt::of(note.id)),
            None => Found::NotDone,
        },
        Err(error) => Found::Unanswered(error),
    }
}

fn create(page: &PageText) -> Request {
    let mut incident = json!({
        "type": "incident",
        "title": page.title,
        "service": {"id": page.service.id, "type": "service_reference"},
        "urgency": page.urgency.name(),
        "incident_key": page.key,
        "body": {"type": "incident_body", "details": page.details},
    });
    if let (Some(incident), Some(priority)) = (incident.as_object_mut(), &page.priority) {
        incident.insert("priority".into(), json!({"id": priority.id, "type": "priority_reference"}));
    }
    from(Request::post_json("/incidents", json!({ "incident": incident }).to_string()), &page.by)
}

/// The id under a name in a body: `{"incident":{"id":"P1"}}`.
fn id_in(response: &Response, field: &str) -> Option<String> {
    let body: Value = json::read(&response.body).ok()?;
    Some(body.get(field)?.get("id")?.as_str()?.to_string())
}

fn read_created(_: &Action, response: &Response) -> Performed {
    match check(response) {
        // It is made whatever the body looks like.
        Ok(()) => Performed::Done(Receipt::of(id_in(response, "incident"))),
        Err(error) => refused(error, response.status),
    }
}

fn find_page(_: &Action, response: &Response) -> Found {
    match read_incidents(response, "") {
        Ok(read) => match read.data.first() {
            Some(incident) => Found::Done(Receipt::of(Some(incident.id.clone()))),
            None => Found::NotDone,
        },
        Err(error) => Found::Unanswered(error),
    }
}

fn take_over(t: &TakeOver) -> Request {
    let (start, end) = (rfc3339(t.starts), rfc3339(t.ends));
    match t.form.as_str() {
        V3 => {
            let member = json!({"type": "user_member", "user_id": t.person.id});
            let shift = json!({"type": "custom_shift", "start_time": start, "end_time": end,
                "assignments": [{"type": "shift_assignment", "member": member}]});
            let place = path(&["v3", "schedules", &t.schedule.id, "custom_shifts"]);
            headed(Request::post_json(&place, json!({"custom_shifts": [shift]}).to_string()))
        }
        _ => {
            let user = json!({"id": t.person.id, "type": "user_reference"});
            let one = json!({"start": start, "end": end, "user": user, "time_zone": "UTC"});
            let place = path(&["schedules", &t.schedule.id, "overrides"]);
            headed(Request::post_json(&place, json!({"overrides": [one]}).to_string()))
        }
    }
}

/// The answer has a status and errors for each override, also where it is 201 as a whole.
fn read_taken_over(_: &Action, response: &Response) -> Performed {
    if let Err(error) = check(response) {
        return refused(error, response.status);
    }
    let body: Value = json::read(&response.body).unwrap_or(Value::Null);
    let id = |one: &Value| Some(one.get("id")?.as_str()?.to_string());
    let Some(one) = body.get(0) else {
        let shift = body.get("custom_shifts").and_then(|all| all.get(0)).and_then(id);
        return Performed::Done(Receipt::of(shift));
    };
    match one.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()) {
        Some(status) if status >= 400 => {
            let message = super::super::rejection::text_of(one.get("errors"));
            let remedy = "Change the times or the person, and try again.";
            refused(SourceError::Rejected { status, code: String::new(), message, remedy }, status)
        }
        _ => Performed::Done(Receipt::of(one.get("override").and_then(id))),
    }
}

fn find_override(action: &Action, response: &Response) -> Found {
    let Action::TakeOver(t) = action else { return Found::NotDone };
    match read_overrides(response, "") {
        Ok(read) => {
            let is_it = |o: &&crate::domain::duty::Override| {
                is_near(o.start, t.starts)
                    && is_near(o.end, t.ends)
                    && o.person.as_ref().is_some_and(|p| p.id == t.person.id)
            };
            match read.data.iter().find(is_it) {
                Some(found) => Found::Done(Receipt::of(Some(found.id.clone()))),
                None => Found::NotDone,
            }
        }
        Err(error) => Found::Unanswered(error),
    }
}

fn override_path(t: &TakeBack) -> String {
    match t.form.as_str() {
        V3 => path(&["v3", "schedules", &t.schedule.id, "custom_shifts", &t.id]),
        _ => path(&["schedules", &t.schedule.id, "overrides", &t.id]),
    }
}

/// What ends something that is there. One that is gone is ended.
fn read_ended(_: &Action, response: &Response) -> Performed {
    let done = |note: Option<&str>| Performed::Done(Receipt { reference: None, note: note.map(Into::into) });
    match check(response) {
        Ok(()) => done(None),
        // 405: "cannot be deleted as it is already over".
        Err(_) if matches!(response.status, 404 | 405) => done(Some("It was over already.")),
        Err(error) => refused(error, response.status),
    }
}

fn plan(m: &MaintenanceText) -> Request {
    let services: Vec<Value> =
        m.services.iter().map(|s| json!({"id": s.id, "type": "service_reference"})).collect();
    let window = json!({
        "type": "maintenance_window",
        "start_time": rfc3339(m.starts),
        "end_time": rfc3339(m.ends),
        "description": m.title,
        "services": services,
    });
    let body = json!({ "maintenance_window": window }).to_string();
    from(Request::post_json("/maintenance_windows", body), &m.by)
}

fn read_planned(_: &Action, response: &Response) -> Performed {
    match check(response) {
        Ok(()) => Performed::Done(Receipt::of(id_in(response, "maintenance_window"))),
        Err(error) => refused(error, response.status),
    }
}

fn find_maintenance(action: &Action, response: &Response) -> Found {
    let read = match read_maintenances(response, "") {
        Ok(read) => read.data,
        Err(error) => return Found::Unanswered(error),
    };
    pager::find_maintenance(action, &read)
}

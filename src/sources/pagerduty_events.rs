//! PagerDuty's Events API v2: trigger, acknowledge and resolve an alert by its key, and tell of a change. Its key is the
//! routing key of an integration; it reads nothing.
//!
//! Source: Events v2 of PagerDuty/api-schema. `dedup_key` has at most 255 letters; a second trigger with the key of an open
//! alert adds to that alert and pages nobody again. An unknown key to acknowledge or resolve is accepted and changes
//! nothing. Without a way to read, an event without a response is sent again: that is what the key is for.

use super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::rejection::{Said, rejected, text_of};
use super::system::{Call, Probe, System};
use super::{Parsed, Request, Response, SourceError, json};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::pager_action::{ChangeText, PageChange, PageEdit, PageText};
use crate::domain::paging::Urgency;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use serde_json::{Value, json};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "pagerduty_events",
    title: "PagerDuty Events",
    about: "PagerDuty's Events API v2: https://events.pagerduty.com, in the EU https://events.eu.pagerduty.com",
    capabilities: &[Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "the integration key of an Events API v2 integration of a service",
        place: KeyPlace::Json { field: "routing_key" },
        // A proxy adds headers; this key is in the body.
        by_proxy: false,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    // It has nothing to read. An answer of any kind to a GET says that it is there.
    probe: Some(|| Call::new(Request::get("/v2/enqueue"), read_probe)),
    actions: Some(&Events),
    ..System::of(&KIND)
};

fn read_probe(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    match response.status {
        // A method that it does not know.
        404 | 405 if !response.is_html() => Ok(Parsed::new(Probe::default())),
        _ => {
            check(response)?;
            json::read::<serde_json::Map<String, Value>>(&response.body)?;
            Ok(Parsed::new(Probe::default()))
        }
    }
}

/// `{"status":"invalid event","message":"Event object is invalid","errors":["..."]}`
fn said(body: &Value) -> Option<Said> {
    let (message, errors) = (text_of(body.get("message")), text_of(body.get("errors")));
    let message = if errors.is_empty() { message } else { format!("{message}: {errors}") };
    Some(Said { code: text_of(body.get("status")), message })
}

fn check(response: &Response) -> Result<(), SourceError> {
    let remedy = |status: u16, said: &Said| match status {
        400 if said.message.contains("routing_key") => {
            Some("The integration key is not one. Copy it from the service's Events API v2 integration.")
        }
        _ => None,
    };
    rejected(response, said, remedy).map_or(Ok(()), Err)
}

pub struct Events;

impl Actions for Events {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::OpenPage, ActionKind::Acknowledge, ActionKind::Resolve, ActionKind::RecordChange]
    }

    fn safety(&self, action: &Action, _: FetchSite) -> Safety {
        match action {
            // Two are two marks on a time axis.
            Action::RecordChange(_) => Safety::AskFirst,
            _ => Safety::Idempotent,
        }
    }

    fn perform(&self, action: &Action, _: FetchSite, _: Millis) -> Result<ActionCall<Performed>, NotOffered> {
        let request = match action {
            Action::OpenPage(page) => trigger(page),
            Action::ChangePage(change) => follow(change)?,
            Action::RecordChange(change) => record(change),
            _ => return Err(NotOffered),
        };
        Ok(ActionCall::new(request, read_accepted))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        if !self.offers().contains(&action.kind()) {
            return Err(NotOffered);
        }
        // There is nothing to read by which it could be found. It is sent again under the same key.
        Ok(ActionCall::new(Request::get("/v2/enqueue"), |_, _| Found::NotDone))
    }
}

/// The longest key that is accepted.
const LONGEST_KEY: usize = 255;

/// At most 255 letters, always the same ones.
fn dedup_key(key: &str) -> String {
    key.chars().take(LONGEST_KEY).collect()
}

fn trigger(page: &PageText) -> Request {
    // What is not known is not called critical.
    let severity = match page.priority.as_ref().and_then(|p| Severity::parse(&p.name)) {
        Some(Severity::Sev1) => "critical",
        Some(Severity::Sev2) => "error",
        Some(Severity::Sev3) => "warning",
        Some(Severity::Sev4) => "info",
        None if page.urgency == Urgency::High => "error",
        None => "warning",
    };
    let summary: String = page.title.chars().take(1_024).collect();
    let body = json!({
        "event_action": "trigger",
        "dedup_key": dedup_key(&page.key),
        "payload": {
            "summary": summary,
            "source": page.service.name,
            "severity": severity,
            "custom_details": {"details": page.details, "by": page.by},
        },
        "client": "Fourlights",
    });
    Request::post_json("/v2/enqueue", body.to_string())
}

fn follow(change: &PageChange) -> Result<Request, NotOffered> {
    let step = match change.edit {
        PageEdit::Acknowledge => "acknowledge",
        PageEdit::Resolve { .. } => "resolve",
        _ => return Err(NotOffered),
    };
    let key = change.key.as_ref().ok_or(NotOffered)?;
    let body = json!({"event_action": step, "dedup_key": dedup_key(key)});
    Ok(Request::post_json("/v2/enqueue", body.to_string()))
}

fn record(change: &ChangeText) -> Request {
    let mut body = json!({
        "payload": {"summary": change.summary, "source": change.origin, "timestamp": rfc3339(change.at)},
    });
    if let (Some(body), Some(link)) = (body.as_object_mut(), &change.link) {
        body.insert("links".into(), json!([{"href": link, "text": "More"}]));
    }
    Request::post_json("/v2/change/enqueue", body.to_string())
}

fn read_accepted(action: &Action, response: &Response) -> Performed {
    if let Err(error) = check(response) {
        return Performed::Refused { error, is_conflict: false };
    }
    let body: Value = json::read(&response.body).unwrap_or(Value::Null);
    let key = body.get("dedup_key").and_then(Value::as_str).map(String::from);
    let note = matches!(action, Action::ChangePage(_))
        .then(|| "Accepted. Whether an alert had this key is not said.".to_string());
    Performed::Done(Receipt { reference: key, note })
}

//! Publishing: incidents, messages, maintenance, components, reviews.

use super::super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::super::json::{self, List};
use super::super::{Request, Response, SourceError};
use super::{GAP, check, list};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::notice_action::{ComponentChange, NoticeText, NoticeUpdate};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use crate::sources::http::path_step;
use serde::Deserialize;
use serde_json::{Map, Value, json};

pub struct Publishing;

impl Actions for Publishing {
    fn offers(&self) -> &'static [ActionKind] {
        &[
            ActionKind::OpenNotice,
            ActionKind::UpdateNotice,
            ActionKind::SetComponent,
            ActionKind::WriteReview,
            ActionKind::PublishReview,
        ]
    }

    fn safety(&self, action: &Action, _: FetchSite) -> Safety {
        match action {
            // Each is another incident, another message, or another e-mail to everybody.
            Action::OpenNotice(_) | Action::UpdateNotice(_) | Action::PublishReview(_) => Safety::AskFirst,
            _ => Safety::Idempotent,
        }
    }

    fn gap(&self) -> Millis {
        GAP
    }

    fn perform(&self, action: &Action, _: FetchSite, _: Millis) -> Result<ActionCall<Performed>, NotOffered> {
        let request = match action {
            Action::OpenNotice(notice) => Request::post_json("/incidents", open(notice).to_string()),
            Action::UpdateNotice(update) => {
                Request::patch_json(&incident(&update.id, ""), changed(update).to_string())
            }
            Action::SetComponent(change) => {
                let body = json!({"component": {"status": change.status.name()}});
                Request::patch_json(
                    &format!("/components/{}", path_step(&change.component.id)),
                    body.to_string(),
                )
            }
            Action::WriteReview(review) => {
                let body = json!({"postmortem": {"body_draft": review.body}});
                Request::put_json(&incident(&review.id, "/postmortem"), body.to_string())
            }
            Action::PublishReview(review) => {
                let tells = review.tells_subscribers;
                let body = json!({"postmortem": {"notify_subscribers": tells, "notify_twitter": false}});
                Request::put_json(&incident(&review.id, "/postmortem/publish"), body.to_string())
            }
            _ => return Err(NotOffered),
        };
        Ok(ActionCall::new(request, read_published))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        Ok(match action {
            Action::OpenNotice(_) => ActionCall::new(list("/incidents", "limit"), find_opened),
            Action::UpdateNotice(update) => {
                ActionCall::new(Request::get(&incident(&update.id, "")), find_update)
            }
            Action::SetComponent(change) => {
                let path = format!("/components/{}", path_step(&change.component.id));
                ActionCall::new(Request::get(&path), find_component)
            }
            Action::WriteReview(review) => {
                ActionCall::new(Request::get(&incident(&review.id, "/postmortem")), find_review)
            }
            Action::PublishReview(review) => {
                ActionCall::new(Request::get(&incident(&review.id, "/postmortem")), find_review)
            }
            _ => return Err(NotOffered),
        })
    }
}

fn incident(id: &str, rest: &str) -> String {
    format!("/incidents/{}{rest}", path_step(id))
}

/// `{"c1": "major_outage"}`
fn components(changes: &[ComponentChange]) -> Value {
    let one = |c: &ComponentChange| (c.component.id.clone(), json!(c.status.name()));
    Value::Object(changes.iter().map(one).collect())
}

fn open(notice: &NoticeText) -> Value {
    let name: String = notice.title.chars().take(255).collect();
    let mut fields = Map::from_iter([
        ("name".to_string(), json!(name)),
        ("status".to_string(), json!(notice.phase.wire())),
        ("body".to_string(), json!(notice.body)),
        ("deliver_notifications".to_string(), json!(notice.tells_subscribers)),
        ("metadata".to_string(), json!({"fourlights": {"mark": notice.mark}})),
    ]);
    if let Some(impact) = notice.impact {
        fields.insert("impact_override".into(), json!(impact.name()));
    }
    if !notice.components.is_empty() {
        let ids: Vec<&str> = notice.components.iter().map(|c| c.component.id.as_str()).collect();
        fields.insert("component_ids".into(), json!(ids));
    }
    match notice.window {
        // Its components change when it begins, by themselves.
        Some((start, end)) => fields.extend([
            ("scheduled_for".to_string(), json!(rfc3339(start))),
            ("scheduled_until".to_string(), json!(rfc3339(end))),
            ("scheduled_auto_in_progress".to_string(), json!(true)),
            ("scheduled_auto_completed".to_string(), json!(true)),
            ("auto_transition_to_maintenance_state".to_string(), json!(true)),
            ("auto_transition_to_operational_state".to_string(), json!(true)),
            ("auto_transition_deliver_notifications_at_start".to_string(), json!(notice.tells_subscribers)),
            ("auto_transition_deliver_notifications_at_end".to_string(), json!(notice.tells_subscribers)),
        ]),
        None if notice.components.is_empty() => {}
        None => drop(fields.insert("components".into(), components(&notice.components))),
    }
    json!({ "incident": fields })
}

fn changed(update: &NoticeUpdate) -> Value {
    let mut fields = Map::from_iter([
        ("status".to_string(), json!(update.phase.wire())),
        ("body".to_string(), json!(update.body)),
        ("deliver_notifications".to_string(), json!(update.tells_subscribers)),
    ]);
    if let Some(impact) = update.impact {
        fields.insert("impact_override".into(), json!(impact.name()));
    }
    if !update.components.is_empty() {
        let ids: Vec<&str> = update.components.iter().map(|c| c.component.id.as_str()).collect();
        fields.insert("component_ids".into(), json!(ids));
        fields.insert("components".into(), components(&update.components));
    }
    json!({ "incident": fields })
}

fn read_published(_: &Action, response: &Response) -> Performed {
    let body: Value = match check(response) {
        Ok(()) => json::read(&response.body).unwrap_or(Value::Null),
        Err(SourceError::RateLimited { status, retry_after }) => {
            return Performed::NotNow {
                error: SourceError::RateLimited { status, retry_after },
                retry_after,
            };
        }
        Err(error) => {
            let is_conflict = matches!(response.status, 409 | 412);
            return Performed::Refused { error, is_conflict };
        }
    };
    let text = |field: &str| body.get(field).and_then(Value::as_str).map(String::from);
    Performed::Done(Receipt { reference: text("id"), note: text("shortlink") })
}

#[derive(Deserialize)]
struct Raw {
    id: Option<String>,
    #[serde(default)]
    metadata: Option<Value>,
    #[serde(default)]
    incident_updates: List<RawUpdate>,
}

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default, deserialize_with = "json::or_default")]
    status: String,
    #[serde(default, deserialize_with = "json::or_default")]
    body: String,
}

fn found<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, Found> {
    check(response).and_then(|()| json::read_leniently(&response.body)).map_err(Found::Unanswered)
}

fn find_opened(action: &Action, response: &Response) -> Found {
    let Action::OpenNotice(notice) = action else { return Found::NotDone };
    let all: List<Raw> = match found(response) {
        Ok(all) => all,
        Err(unanswered) => return unanswered,
    };
    let mark = |raw: &Raw| {
        let mark = raw.metadata.as_ref()?.get("fourlights")?.get("mark")?.as_str()?;
        Some(mark == notice.mark)
    };
    match all.items.into_iter().find(|raw| mark(raw) == Some(true)) {
        Some(raw) => Found::Done(Receipt::of(raw.id)),
        None => Found::NotDone,
    }
}

/// The newest message says the same: that is the one. What is older may have been said before.
fn find_update(action: &Action, response: &Response) -> Found {
    let Action::UpdateNotice(update) = action else { return Found::NotDone };
    let raw: Raw = match found(response) {
        Ok(raw) => raw,
        Err(unanswered) => return unanswered,
    };
    let is_it = |u: &RawUpdate| u.status == update.phase.wire() && u.body.trim() == update.body.trim();
    match raw.incident_updates.items.first() {
        Some(newest) if is_it(newest) => Found::Done(Receipt::of(raw.id)),
        _ => Found::NotDone,
    }
}

fn find_component(action: &Action, response: &Response) -> Found {
    let Action::SetComponent(change) = action else { return Found::NotDone };
    let body: Value = match found(response) {
        Ok(body) => body,
        Err(unanswered) => return unanswered,
    };
    match body.get("status").and_then(Value::as_str) == Some(change.status.name()) {
        true => Found::Done(Receipt::of(Some(change.component.id.clone()))),
        false => Found::NotDone,
    }
}

fn find_review(action: &Action, response: &Response) -> Found {
    // One that was never written is not there.
    if response.status == 404 {
        return Found::NotDone;
    }
    let body: Value = match found(response) {
        Ok(body) => body,
        Err(unanswered) => return unanswered,
    };
    let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default().trim();
    let is_done = match action {
        Action::WriteReview(review) => [text("body_draft"), text("body")].contains(&review.body.trim()),
        // Described as a boolean, it is an instant.
        Action::PublishReview(_) => {
            body.get("published_at").is_some_and(|at| !at.is_null() && at != &Value::Bool(false))
        }
        _ => false,
    };
    if is_done { Found::Done(Receipt::default()) } else { Found::NotDone }
}

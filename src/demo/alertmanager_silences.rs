//! The demo's silences, in Alertmanager's wire format: the one thing of the demo that visitors change. They are kept as
//! long as the page is open, and a page has one demo.
//!
//! As in `silence/silence.go` of prometheus/alertmanager, what is posted with the id of one that is not over, with the same
//! matchers and start, changes it; anything else makes a new one.

use super::fleet::Demo;
use super::wire::json;
use crate::domain::time::{DAY, HOUR, Millis, SECOND, parse_rfc3339};
use crate::domain::zone::rfc3339;
use crate::sources::{Method, Request, Response};
use serde_json::{Value, json};
use std::cell::RefCell;

thread_local! {
    static MADE: RefCell<Vec<Made>> = const { RefCell::new(Vec::new()) };
}

struct Made {
    id: String,
    starts: Millis,
    ends: Millis,
    /// matchers, author and comment, as they were posted
    body: Value,
}

impl Made {
    fn state(&self, now: Millis) -> &'static str {
        match now {
            _ if self.ends <= now => "expired",
            _ if self.starts > now => "pending",
            _ => "active",
        }
    }

    fn written(&self, now: Millis) -> Value {
        let mut all = self.body.clone();
        if let Some(all) = all.as_object_mut() {
            all.insert("id".into(), self.id.as_str().into());
            all.insert("startsAt".into(), rfc3339(self.starts).into());
            all.insert("endsAt".into(), rfc3339(self.ends).into());
            all.insert("updatedAt".into(), rfc3339(self.starts).into());
            all.insert("status".into(), json!({ "state": self.state(now) }));
        }
        all
    }
}

/// The one that is there from the beginning.
fn first(demo: &Demo) -> Made {
    Made {
        id: "demo-silence".into(),
        starts: demo.anchor - DAY,
        ends: demo.anchor + 6 * HOUR,
        body: json!({
            "matchers": [{"name": "service", "value": "staging-.*", "isRegex": true, "isEqual": true}],
            "createdBy": "platform team", "comment": "staging is being moved",
        }),
    }
}

/// Answers what is asked below `/api/v2/silence`. `None` for what Alertmanager does not have there.
pub fn answer(demo: &Demo, request: &Request, now: Millis) -> Option<Response> {
    MADE.with_borrow_mut(|all| {
        if all.is_empty() {
            all.push(first(demo));
        }
        match (request.method, request.path.as_str()) {
            (Method::Get, "/api/v2/silences") => {
                let own = all.iter().map(|s| s.written(now));
                Some(json(200, Value::Array(own.collect()).to_string()))
            }
            (Method::PostJson, "/api/v2/silences") => Some(post(all, request, now)),
            (Method::Delete, path) => {
                let id = path.strip_prefix("/api/v2/silence/")?;
                Some(match all.iter_mut().find(|s| s.id == id) {
                    Some(silence) => {
                        silence.ends = silence.ends.min(now);
                        json(200, String::new())
                    }
                    None => no(404, "silence not found"),
                })
            }
            _ => None,
        }
    })
}

fn no(status: u16, why: &str) -> Response {
    json(status, Value::from(why).to_string())
}

fn post(all: &mut Vec<Made>, request: &Request, now: Millis) -> Response {
    let body: Value = request.json.as_deref().and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let (starts, ends) = (parse_rfc3339(text("startsAt")), parse_rfc3339(text("endsAt")));
    let (Some(starts), Some(ends)) = (starts, ends) else { return no(400, "startsAt or endsAt is no time") };
    if text("comment").is_empty() {
        return json(422, r#"{"code":602,"message":"comment in body is required"}"#.into());
    }
    if ends <= now {
        return no(400, "failed to create silence: end time can't be in the past");
    }
    if starts >= ends {
        return no(400, "failed to create silence: start time must be before end time");
    }
    let mut said = body.clone();
    if let Some(said) = said.as_object_mut() {
        for name in ["id", "startsAt", "endsAt"] {
            said.remove(name);
        }
    }
    let before = all.iter_mut().find(|s| s.id == text("id"));
    match before {
        Some(before) if before.state(now) != "expired" => {
            let same = before.body.get("matchers") == body.get("matchers");
            if same && before.starts.div_euclid(SECOND) == starts.div_euclid(SECOND) {
                before.ends = ends;
                before.body = said;
                return made(&before.id);
            }
            before.ends = now;
        }
        None if !text("id").is_empty() => return no(404, "silence not found"),
        _ => {}
    }
    let id = format!("demo-silence-{}", all.len());
    let answer = made(&id);
    all.push(Made { id, starts: starts.max(now), ends, body: said });
    answer
}

fn made(id: &str) -> Response {
    json(200, json!({ "silenceID": id }).to_string())
}

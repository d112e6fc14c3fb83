//! Alertmanager's silences as actions: create, extend, expire.
//!
//! Source: `api/v2/openapi.yaml` and `silence/silence.go` of prometheus/alertmanager.
//! - A silence cannot be created under a name of one's own, so two requests make two. What was made by a request whose
//!   response is lost is known by all it says: matchers, author, comment and end are the same.
//! - `POST /silences` with the `id` of an active silence changes its end when matchers and start (to the second) are the
//!   same. Anything else expires it and makes a new one, under a new id; so does an id that has expired.
//! - `DELETE /silence/{id}` expires. Alertmanager's own CORS answer allows no DELETE, so from another origin a silence is
//!   expired by ending it in two seconds. An end in the past would be refused.

use super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::alertmanager_state::{check, read_silences, silences};
use super::{Request, Response, SourceError};
use crate::domain::action::{Action, ActionKind, Receipt, Safety, SilenceText};
use crate::domain::alert::Silence;
use crate::domain::matcher::Matcher;
use crate::domain::order::Order as _;
use crate::domain::time::{Millis, SECOND};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_json::json;

pub struct Silences;

impl Actions for Silences {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::CreateSilence, ActionKind::ExtendSilence, ActionKind::ExpireSilence]
    }

    fn safety(&self, action: &Action, site: FetchSite) -> Safety {
        match (action, site) {
            (Action::ExpireSilence(_), FetchSite::SameOrigin) => Safety::Idempotent,
            // Posted again once it has expired, it would make a new one.
            _ => Safety::AskFirst,
        }
    }

    fn perform(
        &self,
        action: &Action,
        site: FetchSite,
        now: Millis,
    ) -> Result<ActionCall<Performed>, NotOffered> {
        let request = match (action, site) {
            (Action::CreateSilence(text), _) => post(None, text, text.starts, text.ends),
            (Action::ExtendSilence(s), _) => post(Some(&s.id), &s.text, s.text.starts, s.text.ends),
            (Action::ExpireSilence(s), FetchSite::SameOrigin) => {
                Request::delete(&format!("/api/v2/silence/{}", path_step(&s.id)))
            }
            (Action::ExpireSilence(s), FetchSite::CrossOrigin) => {
                let end = now + END_IN;
                // One that has not begun may only begin later, not earlier than now.
                let start = if s.text.starts > now { end - SECOND } else { s.text.starts };
                post(Some(&s.id), &s.text, start, end)
            }
            _ => return Err(NotOffered),
        };
        let read = if let Action::ExpireSilence(_) = action { read_expired } else { read_made };
        Ok(ActionCall::new(request, read))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        match self.offers().contains(&action.kind()) {
            false => Err(NotOffered),
            true => Ok(ActionCall::new(silences(), read_found)),
        }
    }
}

/// How far in the future an end is put that means now: the servers' clocks may differ a little.
const END_IN: Millis = 2 * SECOND;

fn post(id: Option<&str>, text: &SilenceText, starts: Millis, ends: Millis) -> Request {
    let matcher = |m: &Matcher| json!({"name": m.name, "value": m.value, "isRegex": m.operator.is_regex(), "isEqual": m.operator.is_equal()});
    let mut body = json!({
        "matchers": text.matchers.iter().map(matcher).collect::<Vec<_>>(),
        "startsAt": rfc3339(starts),
        "endsAt": rfc3339(ends),
        "createdBy": text.created_by,
        "comment": text.comment,
    });
    if let (Some(id), Some(body)) = (id, body.as_object_mut()) {
        body.insert("id".into(), id.into());
    }
    Request::post_json("/api/v2/silences", body.to_string())
}

/// Ids are UUIDs; whatever else one is stays one step of the path.
fn path_step(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

fn refused(error: SourceError, response: &Response) -> Performed {
    Performed::Refused { error, is_conflict: matches!(response.status, 409 | 412) }
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "silenceID")]
    id: String,
}

/// Any 2xx with an id: 200 of Alertmanager, 201 and 202 of what speaks like it.
fn read_made(action: &Action, response: &Response) -> Performed {
    if let Err(error) = check(response) {
        return refused(error, response);
    }
    let Ok(made) = serde_json::from_slice::<Made>(&response.body) else {
        // A redirect made a GET of it, so nothing was written.
        return match response.redirected {
            true => refused(SourceError::Html { status: response.status }, response),
            false => Performed::Unknown(SourceError::CutOff),
        };
    };
    let note = match action {
        Action::ExtendSilence(s) if s.id != made.id => {
            Some("It had expired, so Alertmanager made a new silence.".to_string())
        }
        _ => None,
    };
    Performed::Done(Receipt { reference: Some(made.id), note })
}

fn read_expired(action: &Action, response: &Response) -> Performed {
    let Action::ExpireSilence(s) = action else { return Performed::Unknown(SourceError::CutOff) };
    let done = |note: Option<&str>| {
        Performed::Done(Receipt { reference: Some(s.id.clone()), note: note.map(Into::into) })
    };
    match check(response) {
        Ok(()) => done(None),
        Err(_) if response.status == 404 => done(Some("It was gone already.")),
        Err(error) => refused(error, response),
    }
}

fn read_found(action: &Action, response: &Response) -> Found {
    let all = match read_silences(response) {
        Ok(parsed) => parsed.data,
        Err(error) => return Found::Unanswered(error),
    };
    let has_expired = |s: &Silence| s.state == "expired";
    let done = |s: &Silence| Found::Done(Receipt::of(Some(s.id.clone())));
    let made = |text: &SilenceText| all.iter().find(|s| says_the_same(s, text)).map(done);
    match action {
        Action::CreateSilence(text) => made(text).unwrap_or(Found::NotDone),
        Action::ExtendSilence(change) => match all.iter().find(|s| s.id == change.id) {
            Some(s) if !has_expired(s) => match s.ends {
                Some(ends) if seconds(ends) == seconds(change.text.ends) => done(s),
                _ => Found::NotDone,
            },
            _ => made(&change.text).unwrap_or_else(|| {
                Found::Overtaken(SourceError::Status {
                    status: 409,
                    excerpt: "the silence has expired".into(),
                })
            }),
        },
        Action::ExpireSilence(change) => match all.iter().find(|s| s.id == change.id && !has_expired(s)) {
            Some(_) => Found::NotDone,
            None => Found::Done(Receipt::of(Some(change.id.clone()))),
        },
        _ => Found::NotDone,
    }
}

fn seconds(at: Millis) -> i64 {
    at.div_euclid(SECOND)
}

/// Its start is not compared: Alertmanager moves one that has passed to the present.
fn says_the_same(silence: &Silence, text: &SilenceText) -> bool {
    let sorted = |matchers: &[Matcher]| {
        let mut all = matchers.to_vec();
        all.order();
        all
    };
    silence.ends.map(seconds) == Some(seconds(text.ends))
        && silence.created_by == text.created_by
        && silence.comment == text.comment
        && sorted(&silence.matchers) == sorted(&text.matchers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::SilenceChange;
    use crate::domain::matcher::Operator;
    use crate::sources::Method;

    /// 2026-11-23T21:00:00Z
    const NOW: Millis = 1_795_467_600_000;

    fn text() -> SilenceText {
        SilenceText {
            matchers: vec![
                Matcher::new("service", Operator::Regex, "api|web"),
                Matcher::new("alertname", Operator::Equal, "Down"),
            ],
            starts: NOW,
            ends: NOW + 3_600_000,
            created_by: "ana".into(),
            comment: "deploy".into(),
        }
    }

    fn change() -> SilenceChange {
        SilenceChange { id: "5a0f7d6c-8f3e".into(), text: text() }
    }

    fn body(action: &Action, site: FetchSite) -> serde_json::Value {
        let request = Silences.perform(action, site, NOW + 60_000).unwrap().request;
        assert_eq!((request.method, request.path.as_str()), (Method::PostJson, "/api/v2/silences"));
        serde_json::from_str(&request.json.unwrap()).unwrap()
    }

    fn performed(action: &Action, status: u16, body: &str) -> Performed {
        let call = Silences.perform(action, FetchSite::SameOrigin, NOW).unwrap();
        Performed::read(
            &call,
            action,
            &Ok(Response { status, body: body.as_bytes().to_vec(), ..Response::default() }),
        )
    }

    fn found(action: &Action, body: &str) -> Found {
        let call = Silences.reconcile(action).unwrap();
        Found::read(
            &call,
            action,
            &Ok(Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() }),
        )
    }

    #[test]
    fn requests_say_what_the_api_asks_for() {
        let made = body(&Action::CreateSilence(text()), FetchSite::CrossOrigin);
        assert_eq!(
            made,
            json!({
                "matchers": [
                    {"name": "service", "value": "api|web", "isRegex": true, "isEqual": true},
                    {"name": "alertname", "value": "Down", "isRegex": false, "isEqual": true},
                ],
                "startsAt": "2026-11-23T21:00:00Z", "endsAt": "2026-11-23T22:00:00Z",
                "createdBy": "ana", "comment": "deploy",
            })
        );
        let extended = body(&Action::ExtendSilence(change()), FetchSite::CrossOrigin);
        assert_eq!(extended["id"], "5a0f7d6c-8f3e");
        assert_eq!(extended["startsAt"], "2026-11-23T21:00:00Z");
    }

    #[test]
    fn a_silence_is_expired_as_the_way_to_it_allows() {
        let action = Action::ExpireSilence(change());
        let request = Silences.perform(&action, FetchSite::SameOrigin, NOW).unwrap().request;
        assert_eq!(
            (request.method, request.path.as_str()),
            (Method::Delete, "/api/v2/silence/5a0f7d6c-8f3e")
        );
        let ended = body(&action, FetchSite::CrossOrigin);
        assert_eq!(
            (ended["startsAt"].as_str(), ended["endsAt"].as_str()),
            (Some("2026-11-23T21:00:00Z"), Some("2026-11-23T21:01:02Z"))
        );
        let mut later = change();
        later.text.starts = NOW + 7_200_000;
        let ended = body(&Action::ExpireSilence(later), FetchSite::CrossOrigin);
        assert_eq!(ended["startsAt"], "2026-11-23T21:01:01Z", "a start in the past would make a new one");
        assert_eq!(Silences.safety(&action, FetchSite::SameOrigin), Safety::Idempotent);
        assert_eq!(Silences.safety(&action, FetchSite::CrossOrigin), Safety::AskFirst);
    }

    // Bodies as Alertmanager 0.25.0 sends them.
    #[test]
    fn responses_are_read() {
        let create = Action::CreateSilence(text());
        let id = r#"{"silenceID":"00edd123-3b1c-4b1f-9d6e-6f9f9f3b8d7c"}"#;
        let receipt = |id: &str, note: Option<&str>| {
            Performed::Done(Receipt { reference: Some(id.into()), note: note.map(Into::into) })
        };
        for status in [200, 201, 202] {
            let read = performed(&create, status, id);
            assert_eq!(read, receipt("00edd123-3b1c-4b1f-9d6e-6f9f9f3b8d7c", None));
        }
        let own = format!(r#"{{"silenceID":"{}"}}"#, change().id);
        let extend = Action::ExtendSilence(change());
        assert_eq!(performed(&extend, 200, &own), receipt(&change().id, None));
        let Performed::Done(replaced) = performed(&extend, 200, id) else { panic!("not done") };
        assert!(replaced.note.unwrap().contains("new silence"));

        for (status, body, says) in [
            (422, r#"{"code":602,"message":"comment in body is required"}"#, "comment in body is required"),
            (
                400,
                r#""failed to parse silence: end time can't be in the past""#,
                "end time can't be in the past",
            ),
            (404, r#""silence not found""#, "silence not found"),
            (401, "", "Not allowed"),
        ] {
            let read = performed(&create, status, body);
            let Performed::Refused { error, is_conflict: false } = read else { panic!("{status}: {read:?}") };
            assert!(error.to_string().contains(says), "{error}");
        }
        assert!(matches!(performed(&create, 200, "{\"silen"), Performed::Unknown(_)));
        assert!(matches!(performed(&create, 502, "bad gateway"), Performed::Unknown(_)));
        assert!(matches!(performed(&create, 200, "<!doctype html>"), Performed::Refused { .. }));

        let expire = Action::ExpireSilence(change());
        assert_eq!(performed(&expire, 200, ""), receipt(&change().id, None));
        assert_eq!(
            performed(&expire, 404, r#""silence not found""#),
            receipt(&change().id, Some("It was gone already."))
        );
        assert!(matches!(performed(&expire, 500, r#""silence already expired""#), Performed::Unknown(_)));
    }

    fn listed(id: &str, state: &str, ends: &str) -> String {
        format!(
            r#"{{"id":"{id}","status":{{"state":"{state}"}},"updatedAt":"2026-11-23T21:00:01.123Z","comment":"deploy","createdBy":"ana",
            "endsAt":"{ends}","matchers":[{{"isEqual":true,"isRegex":false,"name":"alertname","value":"Down"}},
            {{"isEqual":true,"isRegex":true,"name":"service","value":"api|web"}}],"startsAt":"2026-11-23T21:00:00.400Z"}}"#
        )
    }

    #[test]
    fn what_became_of_a_lost_request_is_seen_in_the_list() {
        let list = |all: &[String]| format!("[{}]", all.join(","));
        let one = |id: &str, state: &str, ends: &str| list(&[listed(id, state, ends)]);
        let done = |id: &str| Found::Done(Receipt::of(Some(id.into())));
        let create = Action::CreateSilence(text());
        assert_eq!(found(&create, "[]"), Found::NotDone);
        assert_eq!(found(&create, &one("x", "active", "2026-11-23T22:00:00.000Z")), done("x"));
        assert_eq!(found(&create, &one("x", "active", "2026-11-23T22:00:01.000Z")), Found::NotDone);
        let another = one("x", "active", "2026-11-23T22:00:00.000Z").replace("ana", "ben");
        assert_eq!(found(&create, &another), Found::NotDone);

        let (extend, id) = (Action::ExtendSilence(change()), change().id);
        assert_eq!(found(&extend, &one(&id, "active", "2026-11-23T22:00:00.000Z")), done(&id));
        assert_eq!(found(&extend, &one(&id, "active", "2026-11-23T21:30:00.000Z")), Found::NotDone);
        let expired = listed(&id, "expired", "2026-11-23T21:30:00.000Z");
        assert!(matches!(found(&extend, &list(std::slice::from_ref(&expired))), Found::Overtaken(_)));
        let replaced = list(&[expired, listed("new", "active", "2026-11-23T22:00:00.000Z")]);
        assert_eq!(found(&extend, &replaced), done("new"));

        let expire = Action::ExpireSilence(change());
        assert_eq!(found(&expire, &one(&id, "active", "2026-11-23T22:00:00.000Z")), Found::NotDone);
        assert_eq!(found(&expire, &one(&id, "expired", "2026-11-23T21:30:00.000Z")), done(&id));
        assert_eq!(found(&expire, "[]"), done(&id));
        assert!(matches!(found(&expire, "{"), Found::Unanswered(_)));
    }

    #[test]
    fn only_silences_are_offered() {
        let commit = Action::CommitFile(crate::domain::action::FileCommit {
            repository: "a/b".into(),
            branch: None,
            path: "a".into(),
            text: String::new(),
            message: String::new(),
            replaces: None,
        });
        assert!(Silences.perform(&commit, FetchSite::SameOrigin, 0).is_err());
        assert!(Silences.reconcile(&commit).is_err());
    }
}

//! Committing a file to a GitHub repository as an action.
//!
//! The request names the hash of the version it replaces, so GitHub performs it once: whoever comes second is refused.

use super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::{SourceError, github_files};
use crate::domain::action::{Action, ActionKind, FileCommit, Receipt, Safety};
use crate::domain::time::Millis;

pub struct Commits;

fn commit(action: &Action) -> Result<&FileCommit, NotOffered> {
    match action {
        Action::CommitFile(commit) => Ok(commit),
        _ => Err(NotOffered),
    }
}

impl Actions for Commits {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::CommitFile]
    }

    fn safety(&self, _: &Action, _: FetchSite) -> Safety {
        Safety::Keyed
    }

    fn perform(&self, action: &Action, _: FetchSite, _: Millis) -> Result<ActionCall<Performed>, NotOffered> {
        let c = commit(action)?;
        let change = github_files::Change { message: &c.message, text: &c.text, sha: c.replaces.as_deref() };
        let request = github_files::commit(&c.repository, c.branch.as_deref(), &c.path, &change);
        Ok(ActionCall::new(request, |_, response| match github_files::read_commit(response) {
            Ok(sha) => Performed::Done(Receipt::of(sha)),
            Err(error) => Performed::Refused { error, is_conflict: github_files::is_conflict(response) },
        }))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        let c = commit(action)?;
        let request = github_files::file(&c.repository, c.branch.as_deref(), &c.path);
        Ok(ActionCall::new(request, |action, response| {
            let Ok(c) = commit(action) else { return Found::NotDone };
            let stored = match github_files::read_file(response) {
                Ok(stored) => stored,
                Err(error) => return Found::Unanswered(error),
            };
            match stored {
                Some(stored) if stored.text == c.text => Found::Done(Receipt::of(Some(stored.sha))),
                stored if stored.as_ref().map(|s| &s.sha) == c.replaces.as_ref() => Found::NotDone,
                _ => Found::Overtaken(SourceError::Status {
                    status: 409,
                    excerpt: "the file has changed meanwhile".into(),
                }),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{Method, Response};

    fn action(replaces: Option<&str>) -> Action {
        Action::CommitFile(FileCommit {
            repository: "acme/status".into(),
            branch: Some("main".into()),
            path: "incidents/a.md".into(),
            text: "foobar".into(),
            message: "Status: a".into(),
            replaces: replaces.map(Into::into),
        })
    }

    fn response(status: u16, body: &str) -> Result<Response, SourceError> {
        Ok(Response { status, body: body.into(), ..Response::default() })
    }

    #[test]
    fn a_commit_replaces_one_version_and_no_other() {
        let action = action(Some("abc"));
        let call = Commits.perform(&action, FetchSite::CrossOrigin, 0).unwrap();
        assert_eq!((call.request.method, call.request.key.clone()), (Method::PutJson, None));
        assert!(call.request.json.as_ref().unwrap().contains(r#""sha":"abc""#));
        let done = Performed::read(&call, &action, &response(201, r#"{"content":{"sha":"new"}}"#));
        assert_eq!(done, Performed::Done(Receipt::of(Some("new".into()))));
        for (status, conflict) in [(409, true), (422, true), (401, false), (403, false), (404, false)] {
            let read = Performed::read(&call, &action, &response(status, r#"{"message":"no"}"#));
            let is_right = matches!(read, Performed::Refused { is_conflict, .. } if is_conflict == conflict);
            assert!(is_right, "{status}");
        }
        let lost = Performed::read(&call, &action, &Err(SourceError::CutOff));
        assert_eq!(lost, Performed::Unknown(SourceError::CutOff));
    }

    #[test]
    fn what_became_of_a_commit_is_seen_in_the_file() {
        let file = |sha: &str, base64: &str| format!(r#"{{"sha":"{sha}","content":"{base64}"}}"#);
        let found = |replaces: Option<&str>, status: u16, body: &str| {
            let action = action(replaces);
            let call = Commits.reconcile(&action).unwrap();
            assert_eq!(call.request.method, Method::Get);
            Found::read(&call, &action, &response(status, body))
        };
        let done = Found::Done(Receipt::of(Some("new".into())));
        assert_eq!(found(Some("abc"), 200, &file("new", "Zm9vYmFy")), done);
        assert_eq!(found(Some("abc"), 200, &file("abc", "Zm9v")), Found::NotDone);
        assert_eq!(found(None, 404, "{}"), Found::NotDone);
        assert!(matches!(found(Some("abc"), 200, &file("else", "Zm9v")), Found::Overtaken(_)));
        assert!(matches!(found(Some("abc"), 404, "{}"), Found::Overtaken(_)));
        assert!(matches!(found(None, 200, &file("else", "Zm9v")), Found::Overtaken(_)));
        assert!(matches!(found(None, 401, "{}"), Found::Unanswered(_)));
    }
}

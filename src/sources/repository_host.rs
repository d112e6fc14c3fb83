//! A host of Git repositories by its contents API: list the files of a folder, read one, write one as a commit.
//!
//! A host is an [`Api`]. [`OfHost`] makes of it what the rest of the program asks: [`Files`] for reading and sharing, and
//! [`Actions`] for a commit that goes through the outbox. A write names the version that it replaces, so it changes nothing
//! that was not read before.

use super::actions::{ActionCall, Actions, FetchSite, Found, NotOffered, Performed};
use super::repository::{Change, Listed, Place, Stored, Written};
use super::system::Files;
use super::{Call, Parsed, Request, Response, SourceError};
use crate::domain::action::{Action, ActionKind, FileCommit, Receipt, Safety};
use crate::domain::time::Millis;
use std::marker::PhantomData;

/// The contents API of one host.
pub trait Api: Sync + 'static {
    fn list(place: Place<'_>, folder: &str) -> Call<Option<Vec<Listed>>>;
    fn look(place: Place<'_>) -> Request;
    fn file(place: Place<'_>, path: &str) -> Request;
    fn commit(place: Place<'_>, path: &str, change: &Change<'_>) -> Request;

    /// A file, or `None` where there is none.
    ///
    /// # Errors
    /// Also for what is no text: it must not be taken for an empty one.
    fn read_file(response: &Response) -> Result<Option<Stored>, SourceError>;

    /// Whether a commit was made; the hash of the file as lists have it, where the answer says it.
    ///
    /// # Errors
    /// When none was made.
    fn read_commit(response: &Response) -> Result<Option<String>, SourceError>;

    /// Whether a commit was refused because of what it would replace.
    fn is_conflict(response: &Response) -> bool;
}

/// The files of a host.
pub struct OfHost<A>(PhantomData<A>);

impl<A> OfHost<A> {
    pub const NEW: Self = Self(PhantomData);
}

impl<A: Api> Files for OfHost<A> {
    fn list(&self, place: Place<'_>, folder: &str) -> Call<Option<Vec<Listed>>> {
        A::list(place, folder)
    }

    fn look(&self, place: Place<'_>) -> Call<()> {
        Call::new(A::look(place), |response, _| match SourceError::of_status(response) {
            Some(error) => Err(error),
            None => Ok(Parsed::new(())),
        })
    }

    fn read(&self, place: Place<'_>, path: &str) -> Call<Option<Stored>> {
        Call::new(A::file(place, path), |response, _| A::read_file(response).map(Parsed::new))
    }

    fn write(&self, place: Place<'_>, path: &str, change: &Change<'_>) -> Call<Written> {
        Call::new(A::commit(place, path, change), |response, _| match A::is_conflict(response) {
            true => Ok(Parsed::new(Written::Conflict)),
            false => A::read_commit(response).map(|hash| Parsed::new(Written::Done(hash))),
        })
    }
}

fn commit(action: &Action) -> Result<&FileCommit, NotOffered> {
    match action {
        Action::CommitFile(commit) => Ok(commit),
        _ => Err(NotOffered),
    }
}

fn place(commit: &FileCommit) -> Place<'_> {
    Place { repository: &commit.repository, branch: commit.branch.as_deref() }
}

/// A commit of one file as an action. The request names the version it replaces, so it is performed once: whoever comes
/// second is refused.
impl<A: Api> Actions for OfHost<A> {
    fn offers(&self) -> &'static [ActionKind] {
        &[ActionKind::CommitFile]
    }

    fn safety(&self, _: &Action, _: FetchSite) -> Safety {
        Safety::Keyed
    }

    fn perform(&self, action: &Action, _: FetchSite, _: Millis) -> Result<ActionCall<Performed>, NotOffered> {
        let c = commit(action)?;
        let change = Change { message: &c.message, text: &c.text, sha: c.replaces.as_deref() };
        Ok(ActionCall::new(A::commit(place(c), &c.path, &change), |_, response| {
            match A::read_commit(response) {
                Ok(sha) => Performed::Done(Receipt::of(sha)),
                Err(error) => Performed::Refused { error, is_conflict: A::is_conflict(response) },
            }
        }))
    }

    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered> {
        let c = commit(action)?;
        Ok(ActionCall::new(A::file(place(c), &c.path), |action, response| {
            let Ok(c) = commit(action) else { return Found::NotDone };
            let stored = match A::read_file(response) {
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

/// The text of a file that came in base64. `whole` says whether its answer holds all of it.
pub(super) fn text_of(content: &str, whole: bool) -> Result<String, SourceError> {
    let bytes = crate::domain::base64::read(content).filter(|_| whole);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| SourceError::Shape { detail: "the file is no text of at most 1 MB".into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Method;
    use crate::sources::github_files::Contents;

    const COMMITS: OfHost<Contents> = OfHost::NEW;

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
        let call = COMMITS.perform(&action, FetchSite::CrossOrigin, 0).unwrap();
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
            let call = COMMITS.reconcile(&action).unwrap();
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

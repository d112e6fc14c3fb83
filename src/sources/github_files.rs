//! GitHub's REST API, as far as committing one file needs it.
//!
//! Source: "Repository contents" of the REST API, version 2022-11-28. Browsers may call it (it answers preflights).

use super::http::{Request, Response, path_step};
use super::{SourceError, json};
use crate::domain::base64;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct RawFile {
    sha: String,
    #[serde(default, deserialize_with = "json::or_default")]
    content: String,
    /// `none` for files of more than 1 MB, whose content is not sent
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct RawCommit {
    content: Option<RawWritten>,
}

#[derive(Deserialize)]
struct RawWritten {
    sha: Option<String>,
}

/// A file as it stands in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// to be sent with a change, so that nobody else's is overwritten
    pub sha: String,
    pub text: String,
}

fn path(repository: &str, file: &str) -> String {
    let encoded: Vec<String> = file.split('/').map(path_step).collect();
    format!("/repos/{repository}/contents/{}", encoded.join("/"))
}

/// Asks for a file. `file` is its path in the repository.
pub fn file(repository: &str, branch: Option<&str>, file: &str) -> Request {
    let request = Request::get(&path(repository, file));
    branch.into_iter().fold(request, |request, branch| request.with("ref", branch))
}

/// Writes a file as one commit.
pub fn commit(repository: &str, branch: Option<&str>, file: &str, change: &Change<'_>) -> Request {
    let mut body = serde_json::Map::new();
    body.insert("message".into(), change.message.into());
    body.insert("content".into(), base64::write(change.text.as_bytes()).into());
    // Without a branch it is the repository's own; without a hash the file is new.
    for (key, value) in [("branch", branch), ("sha", change.sha)] {
        body.extend(value.map(|v| (key.to_string(), v.into())));
    }
    Request::put_json(&path(repository, file), Value::Object(body).to_string())
}

/// What a commit changes.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    pub message: &'c str,
    pub text: &'c str,
    /// of the file that is replaced
    pub sha: Option<&'c str>,
}

/// A file, or `None` where there is none.
pub fn read_file(response: &Response) -> Result<Option<Stored>, SourceError> {
    if response.status == 404 {
        return Ok(None);
    }
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    let raw: RawFile = json::read(&response.body)?;
    // What cannot be read as a whole must not be written back.
    let whole = raw.encoding.is_none_or(|e| e == "base64");
    let bytes = base64::read(&raw.content).filter(|_| whole);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let text =
        text.ok_or_else(|| SourceError::Shape { detail: "the file is no text of at most 1 MB".into() })?;
    Ok(Some(Stored { sha: raw.sha, text }))
}

/// Whether a commit was refused because of what it would replace: 409 for another hash than the file's, 422 for none
/// where there is a file.
pub fn is_conflict(response: &Response) -> bool {
    matches!(response.status, 409 | 422)
}

/// Whether a commit was made; the hash of the file as it is now, where the answer has it.
pub fn read_commit(response: &Response) -> Result<Option<String>, SourceError> {
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    // It is made whatever the body looks like.
    let raw: Option<RawCommit> = json::read(&response.body).ok();
    Ok(raw.and_then(|c| c.content?.sha))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_names_branch_and_what_it_replaces() {
        let change = Change { message: "m", text: "x", sha: Some("abc") };
        let request = commit("acme/status", Some("main"), "incidents/a.md", &change);
        assert_eq!(request.path, "/repos/acme/status/contents/incidents/a.md");
        let body = request.json.unwrap();
        assert!(
            body.contains(r#""branch":"main""#)
                && body.contains(r#""sha":"abc""#)
                && body.contains(r#""content":"eA==""#),
            "{body}"
        );
        assert_eq!(file("a/b", Some("main"), "x.md").parameter("ref"), Some("main"));
    }

    #[test]
    fn answers_are_read() {
        let answer = |status: u16, body: &str| Response { status, body: body.into(), ..Response::default() };
        assert_eq!(read_file(&answer(404, "{}")).unwrap(), None);
        let stored = read_file(&answer(200, r#"{"sha":"s","content":"Zm9v\nYmFy"}"#)).unwrap().unwrap();
        assert_eq!((stored.sha.as_str(), stored.text.as_str()), ("s", "foobar"));
        assert!(read_commit(&answer(409, r#"{"message":"conflict"}"#)).is_err());
        assert!(
            is_conflict(&answer(409, "")) && is_conflict(&answer(422, "")) && !is_conflict(&answer(201, ""))
        );
        let made = r#"{"content":{"sha":"new"},"commit":{"sha":"c"}}"#;
        assert_eq!(read_commit(&answer(201, made)).unwrap().as_deref(), Some("new"));
        assert_eq!(read_commit(&answer(201, r#"{"content":null}"#)).unwrap(), None);
        // A file that is too large or no text is not taken for an empty one.
        for body in [
            r#"{"sha":"s","content":"","encoding":"none"}"#,
            r#"{"sha":"s","content":"/w==","encoding":"base64"}"#,
            r#"{"sha":"s","content":"%","encoding":"base64"}"#,
        ] {
            assert!(read_file(&answer(200, body)).is_err(), "{body}");
        }
        let empty =
            read_file(&answer(200, r#"{"sha":"s","content":"","encoding":"base64"}"#)).unwrap().unwrap();
        assert_eq!(empty.text, "");
    }

    #[test]
    fn names_are_written_into_addresses() {
        let path = file("a/b", None, "inc idents/2026 ü#?.md").path;
        assert_eq!(path, "/repos/a/b/contents/inc%20idents/2026%20%C3%BC%23%3F.md");
    }
}

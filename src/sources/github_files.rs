//! GitHub's REST API, as far as files of a repository need it.
//!
//! Source: "Repository contents" of the REST API, version 2022-11-28. Browsers may call it (it answers preflights). A folder is
//! listed by its contents, of which there are never more than 1,000.

use super::http::{Request, Response, path_step};
use super::repository::{Change, Listed, Place, Stored};
use super::repository_host::{Api, text_of};
use super::{Call, Parsed, SourceError, Warning, json};
use crate::domain::base64;
use serde::Deserialize;
use serde_json::Value;

/// The most files of a folder that are listed.
const MOST_LISTED: usize = 1_000;

#[derive(Deserialize)]
struct RawFile {
    sha: String,
    #[serde(default, deserialize_with = "json::or_default")]
    content: String,
    /// `none` for files of more than 1 MB, whose content is not sent
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct RawListed {
    name: String,
    sha: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct RawCommit {
    content: Option<RawWritten>,
}

#[derive(Deserialize)]
struct RawWritten {
    sha: Option<String>,
}

/// The contents API.
pub struct Contents;

fn path(repository: &str, file: &str) -> String {
    let encoded: Vec<String> = file.split('/').filter(|step| !step.is_empty()).map(path_step).collect();
    format!("/repos/{repository}/contents/{}", encoded.join("/"))
}

/// Asks for a file or a folder.
fn contents(place: Place<'_>, file: &str) -> Request {
    let request = Request::get(&path(place.repository, file));
    place.branch.into_iter().fold(request, |request, branch| request.with("ref", branch))
}

impl Api for Contents {
    fn list(place: Place<'_>, folder: &str) -> Call<Option<Vec<Listed>>> {
        Call::new(contents(place, folder), |response, _| read_list(response))
    }

    fn look(place: Place<'_>) -> Request {
        Request::get(&format!("/repos/{}", place.repository))
    }

    fn file(place: Place<'_>, path: &str) -> Request {
        contents(place, path)
    }

    fn commit(place: Place<'_>, file: &str, change: &Change<'_>) -> Request {
        let mut body = serde_json::Map::new();
        body.insert("message".into(), change.message.into());
        body.insert("content".into(), base64::write(change.text.as_bytes()).into());
        // Without a branch it is the repository's own; without a hash the file is new.
        for (key, value) in [("branch", place.branch), ("sha", change.sha)] {
            body.extend(value.map(|v| (key.to_string(), v.into())));
        }
        Request::put_json(&path(place.repository, file), Value::Object(body).to_string())
    }

    fn read_file(response: &Response) -> Result<Option<Stored>, SourceError> {
        if response.status == 404 {
            return Ok(None);
        }
        if let Some(error) = SourceError::of_status(response) {
            return Err(error);
        }
        let raw: RawFile = json::read(&response.body)?;
        // What cannot be read as a whole must not be written back.
        let text = text_of(&raw.content, raw.encoding.is_none_or(|e| e == "base64"))?;
        Ok(Some(Stored { sha: raw.sha, text }))
    }

    fn read_commit(response: &Response) -> Result<Option<String>, SourceError> {
        if let Some(error) = SourceError::of_status(response) {
            return Err(error);
        }
        // It is made whatever the body looks like.
        let raw: Option<RawCommit> = json::read(&response.body).ok();
        Ok(raw.and_then(|c| c.content?.sha))
    }

    /// 409 for another hash than the file's, 422 for none where there is a file.
    fn is_conflict(response: &Response) -> bool {
        matches!(response.status, 409 | 422)
    }
}

fn read_list(response: &Response) -> Result<Parsed<Option<Vec<Listed>>>, SourceError> {
    if response.status == 404 {
        return Ok(Parsed::new(None));
    }
    if let Some(error) = SourceError::of_status(response) {
        return Err(error);
    }
    let raw: Vec<Value> = json::read(&response.body)?;
    let n = raw.len();
    let read: Vec<RawListed> = raw.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect();
    let mut warnings = Vec::new();
    if read.len() < n {
        warnings
            .push(Warning::partial(format!("{} of {n} files of the list could not be read", n - read.len())));
    }
    if n >= MOST_LISTED {
        warnings.push(Warning::partial(format!("a list has at most {MOST_LISTED} files; there may be more")));
    }
    let files = read.into_iter().filter(|f| f.kind == "file");
    let data = Some(files.map(|f| Listed { name: f.name, hash: f.sha }).collect());
    Ok(Parsed { data, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { repository: "acme/status", branch: Some("main") };

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn a_commit_names_branch_and_what_it_replaces() {
        let change = Change { message: "m", text: "x", sha: Some("abc") };
        let request = Contents::commit(PLACE, "incidents/a.md", &change);
        assert_eq!(request.path, "/repos/acme/status/contents/incidents/a.md");
        let body = request.json.unwrap();
        assert!(
            body.contains(r#""branch":"main""#)
                && body.contains(r#""sha":"abc""#)
                && body.contains(r#""content":"eA==""#),
            "{body}"
        );
        assert_eq!(Contents::file(PLACE, "x.md").parameter("ref"), Some("main"));
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(Contents::read_file(&answer(404, "{}")).unwrap(), None);
        let stored =
            Contents::read_file(&answer(200, r#"{"sha":"s","content":"Zm9v\nYmFy"}"#)).unwrap().unwrap();
        assert_eq!((stored.sha.as_str(), stored.text.as_str()), ("s", "foobar"));
        assert!(Contents::read_commit(&answer(409, r#"{"message":"conflict"}"#)).is_err());
        let is_conflict = |status| Contents::is_conflict(&answer(status, ""));
        assert!(is_conflict(409) && is_conflict(422) && !is_conflict(201));
        let made = r#"{"content":{"sha":"new"},"commit":{"sha":"c"}}"#;
        assert_eq!(Contents::read_commit(&answer(201, made)).unwrap().as_deref(), Some("new"));
        assert_eq!(Contents::read_commit(&answer(201, r#"{"content":null}"#)).unwrap(), None);
        // A file that is too large or no text is not taken for an empty one.
        for body in [
            r#"{"sha":"s","content":"","encoding":"none"}"#,
            r#"{"sha":"s","content":"/w==","encoding":"base64"}"#,
            r#"{"sha":"s","content":"%","encoding":"base64"}"#,
        ] {
            assert!(Contents::read_file(&answer(200, body)).is_err(), "{body}");
        }
        let empty = answer(200, r#"{"sha":"s","content":"","encoding":"base64"}"#);
        assert_eq!(Contents::read_file(&empty).unwrap().unwrap().text, "");
    }

    #[test]
    fn names_are_written_into_addresses() {
        let path = contents(Place { branch: None, ..PLACE }, "inc idents/2026 ü#?.md").path;
        assert_eq!(path, "/repos/acme/status/contents/inc%20idents/2026%20%C3%BC%23%3F.md");
    }

    #[test]
    fn a_folder_is_listed_without_its_folders_and_says_where_it_may_be_cut() {
        let list = |body: &str| read_list(&answer(200, body)).unwrap();
        let found = list(
            r#"[{"name":"a.json","sha":"1","type":"file"},{"name":"old","sha":"2","type":"dir"},{"name":7}]"#,
        );
        assert_eq!(found.data, Some(vec![Listed { name: "a.json".into(), hash: "1".into() }]));
        assert_eq!(found.warnings.len(), 1);
        assert_eq!(read_list(&answer(404, "{}")).unwrap().data, None);
        assert!(read_list(&answer(401, "{}")).is_err());
        let many = vec![r#"{"name":"a.json","sha":"1","type":"file"}"#; 1_000].join(",");
        assert_eq!(list(&format!("[{many}]")).warnings.len(), 1);
    }
}

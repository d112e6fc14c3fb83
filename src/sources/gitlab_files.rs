//! GitLab's REST API, as far as files of a repository need it.
//!
//! Source: "Repository files API" and "Repositories API" of the REST API v4. Browsers may call it (all of `/api/` answers
//! preflights). A write names `last_commit_id`, the last commit that changed the file. GitLab compares it before it commits;
//! that the branch itself did not move in between is checked by Git. Its answer to a write has no hash.

use super::http::{Request, Response, path_step};
use super::repository::{Change, Listed, Place, Stored};
use super::repository_host::{Api, text_of};
use super::{Call, Parsed, SourceError, Warning, json};
use serde::Deserialize;
use serde_json::{Value, json};

/// Files a page of a list has; the most that GitLab gives.
const PER_PAGE: usize = 100;

/// What a refused write (400) says where the file or the branch is not what it was. There is no code for it.
const CONFLICTS: [&str; 4] = [
    "has changed since you started editing it",
    "A file with this name already exists",
    "A file with this name doesn't exist",
    "Please refresh and try again",
];

#[derive(Deserialize)]
struct RawFile {
    last_commit_id: String,
    #[serde(default, deserialize_with = "json::or_default")]
    content: String,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct RawListed {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// The repository files API.
pub struct RepositoryFiles;

/// Of a project: its whole path is one step of the address.
fn project(place: Place<'_>) -> String {
    format!("/api/v4/projects/{}", path_step(place.repository))
}

fn file_path(place: Place<'_>, path: &str) -> String {
    format!("{}/repository/files/{}", project(place), path_step(path))
}

impl Api for RepositoryFiles {
    fn list(place: Place<'_>, folder: &str) -> Call<Option<Vec<Listed>>> {
        let request = Request::get(&format!("{}/repository/tree", project(place)))
            .with("ref", place.branch.unwrap_or("HEAD"))
            .with("path", folder)
            .with("per_page", PER_PAGE.to_string())
            .with("page", "1");
        Call::new(request, |response, _| read_list(response)).paged(next_page, |all, more| {
            all.get_or_insert_default().extend(more.unwrap_or_default());
        })
    }

    fn look(place: Place<'_>) -> Request {
        Request::get(&project(place))
    }

    fn file(place: Place<'_>, path: &str) -> Request {
        Request::get(&file_path(place, path)).with("ref", place.branch.unwrap_or("HEAD"))
    }

    fn commit(place: Place<'_>, path: &str, change: &Change<'_>) -> Request {
        let mut body = json!({
            "branch": place.branch.unwrap_or_default(),
            "commit_message": change.message,
            "content": change.text,
            "encoding": "text",
        });
        match (change.sha, &mut body) {
            (Some(sha), Value::Object(fields)) => {
                fields.insert("last_commit_id".into(), sha.into());
                Request::put_json(&file_path(place, path), body.to_string())
            }
            _ => Request::post_json(&file_path(place, path), body.to_string()),
        }
    }

    fn read_file(response: &Response) -> Result<Option<Stored>, SourceError> {
        if is_missing(response, &["404 File Not Found", "404 Commit Not Found"]) {
            return Ok(None);
        }
        if let Some(error) = SourceError::of_status(response) {
            return Err(error);
        }
        let raw: RawFile = json::read(&response.body)?;
        let text = text_of(&raw.content, raw.encoding.is_none_or(|e| e == "base64"))?;
        Ok(Some(Stored { sha: raw.last_commit_id, text }))
    }

    fn read_commit(response: &Response) -> Result<Option<String>, SourceError> {
        match SourceError::of_status(response) {
            Some(error) => Err(error),
            None => Ok(None),
        }
    }

    fn is_conflict(response: &Response) -> bool {
        let says = String::from_utf8_lossy(&response.body);
        response.status == 409 || response.status == 400 && CONFLICTS.iter().any(|words| says.contains(words))
    }
}

/// Whether there is no such thing in a project that can be read: of a project that cannot it says `404 Project Not Found`.
fn is_missing(response: &Response, words: &[&str]) -> bool {
    let says = String::from_utf8_lossy(&response.body);
    response.status == 404 && words.iter().any(|words| says.contains(words))
}

fn read_list(response: &Response) -> Result<Parsed<Option<Vec<Listed>>>, SourceError> {
    if is_missing(response, &["404 Tree Not Found", "404 invalid revision or path Not Found"]) {
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
    let files = read.into_iter().filter(|f| f.kind == "blob");
    let data = Some(files.map(|f| Listed { name: f.name, hash: f.id }).collect());
    Ok(Parsed { data, warnings })
}

/// A full page may have another behind it. That is seen in its length: browsers read no more headers than they are allowed.
fn next_page(asked: &Request, response: &Response) -> Option<Request> {
    let rows: Vec<serde::de::IgnoredAny> = json::read(&response.body).ok()?;
    let page: usize = asked.parameter("page")?.parse().ok()?;
    (rows.len() >= PER_PAGE).then(|| asked.clone().replacing("page", &(page + 1).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Method;

    const PLACE: Place<'_> = Place { repository: "acme/ops/incidents", branch: Some("main") };

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn project_and_path_are_one_step_each() {
        let request = RepositoryFiles::file(PLACE, "incidents/2026 a.json");
        let expected = "/api/v4/projects/acme%2Fops%2Fincidents/repository/files/incidents%2F2026%20a.json";
        assert_eq!((request.path.as_str(), request.parameter("ref")), (expected, Some("main")));
    }

    #[test]
    fn a_new_file_is_posted_and_a_change_names_the_commit_that_it_follows() {
        let change = Change { message: "m", text: "x", sha: Some("abc") };
        let request = RepositoryFiles::commit(PLACE, "a.json", &change);
        assert_eq!(request.method, Method::PutJson);
        let body: Value = serde_json::from_str(&request.json.unwrap()).unwrap();
        let expected = json!({"branch": "main", "commit_message": "m", "content": "x", "encoding": "text", "last_commit_id": "abc"});
        assert_eq!(body, expected);
        let request = RepositoryFiles::commit(PLACE, "a.json", &Change { sha: None, ..change });
        assert_eq!(request.method, Method::PostJson);
        assert!(!request.json.unwrap().contains("last_commit_id"));
    }

    #[test]
    fn answers_are_read() {
        let missing = answer(404, r#"{"message":"404 File Not Found"}"#);
        assert_eq!(RepositoryFiles::read_file(&missing).unwrap(), None);
        // A project that the token may not read is no missing file: it would be taken for one that can be written.
        assert!(RepositoryFiles::read_file(&answer(404, r#"{"message":"404 Project Not Found"}"#)).is_err());
        let body = r#"{"blob_id":"b","last_commit_id":"c","content":"Zm9v","encoding":"base64"}"#;
        let stored = RepositoryFiles::read_file(&answer(200, body)).unwrap();
        assert_eq!(stored, Some(Stored { sha: "c".into(), text: "foo".into() }));
        for message in [
            "You are attempting to update a file that has changed since you started editing it.",
            "A file with this name already exists",
            "Could not update refs/heads/main. Please refresh and try again.",
        ] {
            let refused = answer(400, &json!({ "message": message }).to_string());
            assert!(RepositoryFiles::is_conflict(&refused), "{message}");
            assert!(RepositoryFiles::read_commit(&refused).is_err());
        }
        let refused = answer(400, r#"{"message":"You are not allowed to push into this branch"}"#);
        assert!(!RepositoryFiles::is_conflict(&refused));
        assert_eq!(
            RepositoryFiles::read_commit(&answer(201, r#"{"file_path":"a","branch":"main"}"#)),
            Ok(None)
        );
    }

    #[test]
    fn a_list_goes_on_while_its_pages_are_full() {
        let call = RepositoryFiles::list(PLACE, "incidents");
        let row = |i: usize| json!({"id": format!("h{i}"), "name": format!("{i}.json"), "type": "blob"});
        let page = |n: usize| answer(200, &Value::from((0..n).map(row).collect::<Vec<_>>()).to_string());
        let second = call.next(&call.request, &page(100), true).unwrap();
        assert_eq!(second.parameter("page"), Some("2"));
        assert_eq!(call.next(&second, &page(7), false), None);
        let all = call.read_all(&page(100).followed(vec![Ok(page(7))]), "r").unwrap();
        assert_eq!((all.data.unwrap().len(), all.warnings.len()), (107, 0));
        let cut = call.read_all(&page(100), "r").unwrap();
        assert_eq!(cut.warnings.len(), 1);
        let none = answer(404, r#"{"message":"404 Tree Not Found"}"#);
        assert_eq!(call.read_all(&none, "r").unwrap().data, None);
        assert!(call.read_all(&answer(404, r#"{"message":"404 Project Not Found"}"#), "r").is_err());
    }
}

//! Writing a public update in the console, up to the commit. GitHub cannot run here: a server that answers as its
//! REST API is documented to checks what is sent, and the publisher reads what was committed.

use super::support::page::Page;
use super::support::site::{Options, Site};
use fourlights::domain::base64::write as base64;
use fourlights::domain::time::Millis;
use fourlights::publish::incident_file;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const TOKEN: &str = "github_pat_t0ken";

/// The repository's files (hash and base64 by path), and what was asked: method, path, body.
#[derive(Default)]
struct Repository {
    files: BTreeMap<String, (String, String)>,
    asked: Vec<(String, String, String)>,
    refuses: bool,
    /// what somebody else commits to the file between a look at it and the next writing
    in_between: Option<String>,
    n_commits: usize,
}

impl Repository {
    fn write(&mut self, path: &str, base64: &str) -> String {
        self.n_commits += 1;
        let sha = format!("sha{}", self.n_commits);
        self.files.insert(path.into(), (sha.clone(), base64.into()));
        sha
    }

    /// As "Create or update file contents" is documented: 422 without the hash of a file that is there, 409 with another.
    fn put(&mut self, path: &str, body: &str) -> (u16, String) {
        if let Some(text) = self.in_between.take() {
            self.write(path, &base64(text.as_bytes()));
        }
        let sent: Value = serde_json::from_str(body).unwrap_or_default();
        match (self.files.get(path), sent["sha"].as_str()) {
            (Some(_), None) => {
                (422, json!({"message": "Invalid request.\n\n\"sha\" wasn't supplied."}).to_string())
            }
            (Some((sha, _)), Some(named)) if sha != named => {
                (409, json!({"message": format!("{path} does not match {named}")}).to_string())
            }
            (None, Some(named)) => {
                (409, json!({"message": format!("{path} does not match {named}")}).to_string())
            }
            (before, _) => {
                let status = if before.is_some() { 200 } else { 201 };
                let sha = self.write(path, sent["content"].as_str().unwrap_or_default());
                (status, json!({"content": {"sha": sha}, "commit": {"sha": "c"}}).to_string())
            }
        }
    }

    fn text(&self, path: &str) -> String {
        decoded(&self.files.get(path).unwrap().1)
    }
}

fn serve(shared: &Arc<Mutex<Repository>>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = shared.clone();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            answer(connection, &shared);
        }
    });
    port
}

fn answer(mut connection: TcpStream, shared: &Arc<Mutex<Repository>>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap_or_default();
    let mut words = line.split_whitespace().map(ToString::to_string);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut length, mut allowed) = (0, false);
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap_or(0) == 0 || header.trim().is_empty() {
            break;
        }
        let lower = header.to_ascii_lowercase();
        if let Some(n) = lower.strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
        allowed |= header.trim() == format!("authorization: Bearer {TOKEN}");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut repository = shared.lock().unwrap();
    let (status, text) = match method.as_str() {
        "OPTIONS" => (204, String::new()),
        _ if !allowed || repository.refuses => (401, r#"{"message":"Bad credentials"}"#.into()),
        "PUT" => repository.put(&path, &body),
        _ => match repository.files.get(path.split('?').next().unwrap_or_default()) {
            Some((sha, content)) => {
                (200, json!({"sha": sha, "content": content, "encoding": "base64"}).to_string())
            }
            None => (404, r#"{"message":"Not Found"}"#.into()),
        },
    };
    if method != "OPTIONS" {
        repository.asked.push((method, path, body));
    }
    write!(
        connection,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\n\
         Access-Control-Allow-Methods: GET, PUT\r\nAccess-Control-Allow-Headers: authorization, content-type\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
    .unwrap_or_default();
}

fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Millis::try_from(since.as_millis()).unwrap()
}

fn decoded(base64: &str) -> String {
    let out =
        std::process::Command::new("bash").args(["-c", "base64 -d <<< \"$0\"", base64]).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

/// Types into the field whose label begins so.
async fn fill(page: &Page, label: &str, text: &str) {
    let script = format!(
        "const label = [...document.querySelectorAll('label')].find((l) => l.textContent.trim().startsWith({})); \
         const field = label?.querySelector('input, textarea, select'); if (!field) return false; \
         field.value = {}; field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {{ bubbles: true }})); return true",
        json!(label),
        json!(text)
    );
    page.until(label, 10, &script).await;
}

async fn press(page: &Page, button: &str) {
    let script = format!(
        "const b = [...document.querySelectorAll('button')].find((b) => b.textContent === {} && !b.disabled); b?.click(); return b !== undefined",
        json!(button)
    );
    page.until(button, 10, &script).await;
}

/// A console whose public page is kept in the repository.
fn site(port: u16) -> Site {
    let mut config: Value = serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
    config["public"]["repository"] = json!({"name": "acme/status", "branch": "main", "folder": "incidents", "api": format!("http://127.0.0.1:{port}")});
    Site::start(Options {
        config: Some(Some(config.to_string())),
        connect: format!("http://127.0.0.1:{port}"),
        ..Options::default()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_written_and_committed_and_nothing_typed_is_lost() {
    let shared: Arc<Mutex<Repository>> = Arc::default();
    let port = serve(&shared);
    let site = site(port);
    let page = Page::open().await;
    page.goto(&site.url("update")).await;
    page.shows("Write a title and a message", 20).await;
    page.shot("update-empty").await;
    fill(&page, "Title", "Slow \"API\"").await;
    fill(&page, "API", "2").await;
    fill(&page, "Message", "Some requests are slow.\n\nWe are **on it**.").await;
    page.shows("api: partial_outage", 5).await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        for theme in ["dark", "light"] {
            page.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
            page.shot(&format!("update-{width}-{theme}")).await;
            page.is_clean(&format!("update {width} {theme}")).await;
        }
    }
    page.size(1440, 900, 1.0).await;

    // A token that is refused: the reason, and everything is still there.
    shared.lock().unwrap().refuses = true;
    fill(&page, "Token for acme/status", TOKEN).await;
    press(&page, "Commit").await;
    page.shows("Is the token valid", 20).await;
    page.shows("Some requests are slow.", 1).await;
    shared.lock().unwrap().refuses = false;
    press(&page, "Commit").await;
    page.shows("to acme/status. It goes live with the next publish", 20).await;
    let (method, path, body) = shared.lock().unwrap().asked.last().cloned().unwrap();
    let first = shared.lock().unwrap().text(&path);
    assert_eq!(method, "PUT");
    assert!(
        path.starts_with("/repos/acme/status/contents/incidents/20") && path.ends_with("-slow-api.md"),
        "{path}"
    );
    assert!(body.contains("\"branch\":\"main\"") && !body.contains(TOKEN), "{body}");
    assert!(
        !page.script("return location.href + JSON.stringify(localStorage)").await.to_string().contains(TOKEN)
    );
    let name = path.rsplit('/').next().unwrap().to_string();
    let ids = ["api", "auth", "database", "cache", "jobs", "mail"];
    let notice = incident_file::read(&name, &first, &ids, now()).unwrap_or_else(|e| panic!("{e}\n{first}"));
    assert!(notice.warnings.is_empty(), "{:?}", notice.warnings);
    let notice = notice.notice;
    assert_eq!((notice.title.as_str(), notice.updates.len()), ("Slow \"API\"", 1));

    // The next message goes to the same file.
    fill(&page, "Name of a file", &name).await;
    press(&page, "Load it").await;
    page.shows("Your update will be added at the end", 20).await;
    fill(&page, "State", "resolved").await;
    fill(&page, "Message", "All is well again.").await;
    press(&page, "Commit").await;
    page.until(
        "the second commit",
        20,
        "return document.querySelector('.update-said')?.textContent.includes('Committed incidents/') === true",
    )
    .await;
    let second = shared.lock().unwrap().text(&path);
    let (_, _, body) = shared.lock().unwrap().asked.last().cloned().unwrap();
    assert!(body.contains("\"sha\":\"sha1\""), "it names what it replaces: {body}");
    let notice = incident_file::read(&name, &second, &ids, now()).unwrap_or_else(|e| panic!("{e}\n{second}"));
    assert!(notice.warnings.is_empty(), "{:?}", notice.warnings);
    let notice = notice.notice;
    assert_eq!(notice.updates.len(), 2);
    assert!(notice.ended.is_some());
    page.close().await;
}

/// Somebody else commits meanwhile: between loading and committing, between the console's look and its writing, and
/// under the name of a new file. Nothing of theirs and nothing of ours is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_came_meanwhile_is_shown_and_not_overwritten() {
    const FILE: &str = "/repos/acme/status/contents/incidents/2026-11-24-slow-api.md";
    let begun = "---\ntitle: Slow API\nstarted: 2026-11-24T03:00:00Z\n---\n## investigating 2026-11-24T03:01:00Z\nWe look.\n";
    let theirs = format!("{begun}\n## identified 2026-11-24T03:20:00Z\nA disk is full.\n");
    let shared: Arc<Mutex<Repository>> = Arc::default();
    shared.lock().unwrap().write(FILE, &base64(begun.as_bytes()));
    let port = serve(&shared);
    let site = site(port);
    let page = Page::open().await;
    page.goto(&site.url("update")).await;
    page.shows("Write a title and a message", 20).await;
    fill(&page, "Token for acme/status", TOKEN).await;
    fill(&page, "Name of a file", "2026-11-24-slow-api.md").await;
    press(&page, "Load it").await;
    page.shows("Your update will be added at the end", 20).await;
    fill(&page, "State", "monitoring").await;
    fill(&page, "Message", "It is cleaned up.").await;
    let message = "return [...document.querySelectorAll('textarea')].at(-1).value";

    // Between loading and committing.
    shared.lock().unwrap().write(FILE, &base64(theirs.as_bytes()));
    press(&page, "Commit").await;
    page.shows("Nothing was written", 20).await;
    page.shows("A disk is full.", 1).await;
    page.is_clean("a conflict").await;
    page.shot("update-conflict").await;
    assert_eq!(shared.lock().unwrap().text(FILE), theirs);
    assert_eq!(page.script(message).await, "It is cleaned up.");

    // Between the look and the writing: GitHub refuses it.
    press(&page, "Add my message to that version").await;
    let newer = format!("{theirs}\n## identified 2026-11-24T03:30:00Z\nAnother disk too.\n");
    shared.lock().unwrap().in_between = Some(newer.clone());
    press(&page, "Commit").await;
    page.shows("Another disk too.", 20).await;
    assert_eq!(shared.lock().unwrap().text(FILE), newer);

    // A reload keeps what is typed; the token it does not.
    page.goto(&site.url("update")).await;
    page.until(
        "the message",
        20,
        "return [...document.querySelectorAll('textarea')].at(-1)?.value === 'It is cleaned up.'",
    )
    .await;
    fill(&page, "Token for acme/status", TOKEN).await;
    press(&page, "Commit").await;
    page.shows("Nothing was written", 20).await;
    press(&page, "Add my message to that version").await;
    press(&page, "Commit").await;
    page.shows("to acme/status. It goes live with the next publish", 20).await;
    let text = shared.lock().unwrap().text(FILE);
    assert!(text.starts_with(&newer) && text.contains("It is cleaned up."), "{text}");

    // A new file whose name is taken.
    press(&page, "Write a new one instead").await;
    fill(&page, "Title", "Slow API").await;
    fill(&page, "Began (UTC)", "2026-11-24T09:00:00Z").await;
    fill(&page, "Message", "Slow again.").await;
    press(&page, "Commit").await;
    page.shows("A file of this name is in the repository already", 20).await;
    assert_eq!(shared.lock().unwrap().text(FILE), text);
    assert_eq!(page.script(message).await, "Slow again.");
    fill(&page, "Title", "Slow API, once more").await;
    press(&page, "Commit").await;
    page.shows("2026-11-24-slow-api-once-more.md to acme/status", 20).await;
    page.close().await;
}

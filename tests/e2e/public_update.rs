//! Writing a public update in the console, up to the commit. GitHub cannot run here: a server that answers as its
//! REST API is documented to checks what is sent, and the publisher reads what was committed.

use super::support::page::Page;
use super::support::site::{Options, Site};
use fourlights::publish::incident_file;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const TOKEN: &str = "github_pat_t0ken";

/// The repository's one file, and what was asked: method, path, body.
#[derive(Default)]
struct Repository {
    file: Option<String>,
    asked: Vec<(String, String, String)>,
    refuses: bool,
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
        "PUT" => {
            let sent: Value = serde_json::from_str(&body).unwrap_or_default();
            repository.file = sent["content"].as_str().map(ToString::to_string);
            (201, r#"{"commit":{}}"#.into())
        }
        _ => match &repository.file {
            Some(content) => (200, json!({"sha": "abc123", "content": content}).to_string()),
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

fn decoded(base64: &str) -> String {
    let out =
        std::process::Command::new("bash").args(["-c", "base64 -d <<< \"$0\"", base64]).output().unwrap();
    String::from_utf8(out.stdout).unwrap()
}

/// Types into the field whose label begins so.
async fn fill(page: &Page, label: &str, text: &str) {
    let script = format!(
        "const field = [...document.querySelectorAll('label')].find((l) => l.textContent.trim().startsWith({})).querySelector('input, textarea, select'); \
         field.value = {}; field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {{ bubbles: true }}))",
        json!(label),
        json!(text)
    );
    page.script(&script).await;
}

async fn press(page: &Page, button: &str) {
    let script = format!(
        "[...document.querySelectorAll('button')].find((b) => b.textContent === {}).click()",
        json!(button)
    );
    page.script(&script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_written_and_committed_and_nothing_typed_is_lost() {
    let shared: Arc<Mutex<Repository>> = Arc::default();
    let port = serve(&shared);
    let mut config: Value = serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
    config["public"]["repository"] = json!({"name": "acme/status", "branch": "main", "folder": "incidents", "api": format!("http://127.0.0.1:{port}")});
    let site = Site::start(Options {
        config: Some(Some(config.to_string())),
        connect: format!("http://127.0.0.1:{port}"),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("update")).await;
    page.shows("A message is missing", 20).await;
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
    page.shows("is committed to acme/status", 20).await;
    let first = decoded(shared.lock().unwrap().file.as_ref().unwrap());
    let (method, path, body) = shared.lock().unwrap().asked.last().cloned().unwrap();
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
    let notice = incident_file::read(&name, &first, &ids).unwrap_or_else(|e| panic!("{e}\n{first}"));
    assert_eq!((notice.title.as_str(), notice.updates.len()), ("Slow \"API\"", 1));

    // The next message goes to the same file.
    fill(&page, "Name of a file", &name).await;
    press(&page, "Load it").await;
    page.shows("your message will stand at its end", 20).await;
    fill(&page, "State", "resolved").await;
    fill(&page, "Message", "All is well again.").await;
    press(&page, "Commit").await;
    page.until(
        "the second commit",
        20,
        "return document.querySelector('.update-said').textContent.includes('is committed')",
    )
    .await;
    let second = decoded(shared.lock().unwrap().file.as_ref().unwrap());
    let (_, _, body) = shared.lock().unwrap().asked.last().cloned().unwrap();
    assert!(body.contains("\"sha\":\"abc123\""), "it names what it replaces: {body}");
    let notice = incident_file::read(&name, &second, &ids).unwrap_or_else(|e| panic!("{e}\n{second}"));
    assert_eq!(notice.updates.len(), 2);
    assert!(notice.ended.is_some());
    page.close().await;
}

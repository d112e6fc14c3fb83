//! A server that answers as GitHub's contents API is documented to, over real HTTP, and loses connections when told to.
//!
//! GitHub itself cannot run here, so this is what is simulated: one repository with one branch, in memory; a commit is one
//! write under a lock, with the status codes of "Create or update file contents" (201, 200, 409 for another hash, 422 for a
//! missing one); the hash of a file follows from its content, as in Git, but is 64 bits of another function; lists have names,
//! types and hashes. What is not: rate limits, several branches, answers that are old for a moment, files over 1 MB.

use fourlights::domain::base64;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

pub const TOKEN: &str = "github_pat_t0ken";
pub const REPOSITORY: &str = "acme/incidents";

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub reads: usize,
    pub lists: usize,
    /// commits that were made
    pub writes: usize,
    /// commits that were refused, because the file was another one
    pub conflicts: usize,
    /// connections closed before the request was read
    pub killed_before: usize,
    /// closed while the request or its answer was on its way: half of a request, or half of an answer
    pub killed_during: usize,
    /// performed, and closed without an answer
    pub killed_after: usize,
}

impl Counts {
    pub fn kills(&self) -> usize {
        self.killed_before + self.killed_during + self.killed_after
    }
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    counts: Counts,
    /// of a hundred requests, so many are lost
    kill_percent: u64,
    random: u64,
    refuses: bool,
}

/// When a connection is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kill {
    Before,
    HalfRequest,
    HalfAnswer,
    After,
}

pub struct ContentsApi {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl ContentsApi {
    pub fn start(seed: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { random: seed | 1, ..State::default() }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = shared.clone();
                // A connection that is closed on purpose fails.
                std::thread::spawn(move || answer(connection, &shared).ok());
            }
        });
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on so many of a hundred requests are lost.
    pub fn kill(&self, percent: u64) {
        self.state().kill_percent = percent;
    }

    /// From now on no token is good enough.
    pub fn refuse(&self, refuses: bool) {
        self.state().refuses = refuses;
    }

    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    pub fn put(&self, path: &str, text: &str) {
        self.state().files.insert(path.into(), text.into());
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<String> {
        self.state().files.get(path).map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    pub fn paths(&self) -> Vec<String> {
        self.state().files.keys().cloned().collect()
    }
}

fn sha(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl State {
    /// xorshift64
    fn next(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn kill(&mut self) -> Option<Kill> {
        if self.next(100) >= self.kill_percent {
            return None;
        }
        let kill = [Kill::Before, Kill::HalfRequest, Kill::HalfAnswer, Kill::After][self.next(4) as usize];
        match kill {
            Kill::Before => self.counts.killed_before += 1,
            Kill::HalfRequest | Kill::HalfAnswer => self.counts.killed_during += 1,
            Kill::After => self.counts.killed_after += 1,
        }
        Some(kill)
    }

    fn perform(&mut self, method: &str, target: &str, body: &[u8], allowed: bool) -> (u16, Value) {
        let missing = (404, json!({"message": "Not Found"}));
        if !allowed || self.refuses {
            return (401, json!({"message": "Bad credentials"}));
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Some(rest) = path.strip_prefix(&format!("/repos/{REPOSITORY}")) else { return missing };
        if rest.is_empty() {
            return (200, json!({"full_name": REPOSITORY}));
        }
        let Some(path) = rest.strip_prefix("/contents/") else { return missing };
        if method == "PUT" {
            return self.put(path, body);
        }
        if !matches!(query, "" | "ref=main") {
            return (404, json!({"message": format!("No commit found for the ref {query}")}));
        }
        if let Some(bytes) = self.files.get(path) {
            self.counts.reads += 1;
            // Lines of sixty letters, as it sends them.
            let content = base64::write(bytes);
            let lines: Vec<&str> =
                content.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let content = lines.join("\n");
            return (
                200,
                json!({"type": "file", "sha": sha(bytes), "encoding": "base64", "content": content}),
            );
        }
        let folder = format!("{path}/");
        let inside = self.files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?, bytes)));
        let listed: Vec<Value> =
            inside.map(|(name, bytes)| json!({"type": "file", "name": name, "sha": sha(bytes)})).collect();
        if listed.is_empty() {
            self.counts.reads += 1;
            return missing;
        }
        self.counts.lists += 1;
        (200, listed.into())
    }

    fn put(&mut self, path: &str, body: &[u8]) -> (u16, Value) {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let content = sent["content"].as_str().and_then(base64::read);
        let Some(content) = content.filter(|_| sent["message"].is_string() && sent["branch"] == "main")
        else {
            return (422, json!({"message": "Invalid request."}));
        };
        let before = self.files.get(path).map(|bytes| sha(bytes));
        let refusal = match (&before, sent["sha"].as_str()) {
            (Some(_), None) => Some((422, "Invalid request.\n\n\"sha\" wasn't supplied.".to_string())),
            (before, Some(named)) if before.as_deref() != Some(named) => {
                Some((409, format!("{path} does not match {named}")))
            }
            _ => None,
        };
        if let Some((status, message)) = refusal {
            self.counts.conflicts += 1;
            return (status, json!({"message": message}));
        }
        self.counts.writes += 1;
        let hash = sha(&content);
        self.files.insert(path.into(), content);
        let status = if before.is_some() { 200 } else { 201 };
        (status, json!({"content": {"sha": hash}, "commit": {"sha": "c"}}))
    }
}

fn answer(mut connection: TcpStream, shared: &Mutex<State>) -> std::io::Result<()> {
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(ToString::to_string);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method.is_empty() {
        // A browser opens connections that it may never use.
        return Ok(());
    }
    let kill = if method == "OPTIONS" { None } else { lock().kill() };
    if kill == Some(Kill::Before) {
        return Ok(());
    }
    let (mut length, mut allowed) = (0, false);
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some(n) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
        allowed |= header.trim() == format!("authorization: Bearer {TOKEN}");
    }
    let mut body = vec![0; if kill == Some(Kill::HalfRequest) { length / 2 } else { length }];
    reader.read_exact(&mut body)?;
    if kill == Some(Kill::HalfRequest) {
        return Ok(());
    }
    let (status, value) = match method.as_str() {
        "OPTIONS" => (204, Value::Null),
        _ => lock().perform(&method, &target, &body, allowed),
    };
    let text = if status == 204 { String::new() } else { value.to_string() };
    if kill == Some(Kill::After) {
        return Ok(());
    }
    let sent = if kill == Some(Kill::HalfAnswer) { &text[..text.len() / 2] } else { &text };
    write!(
        connection,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\n\
         Access-Control-Allow-Methods: GET, PUT\r\nAccess-Control-Allow-Headers: authorization, content-type\r\nConnection: close\r\n\r\n{sent}",
        text.len()
    )
}

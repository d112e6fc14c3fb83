//! A static host of the bundle as hosts are, good and bad: with and without a rewrite rule, under a
//! path, with a strict policy, with its configuration replaced, and with a proxy that can fail.

use super::dist;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self' CONNECT; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

thread_local! {
    /// the other origin of the connection this thread answers
    static CONNECT: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// How the proxy answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// status 500 in plain text
    Error,
    /// HTML with status 200
    Html,
    /// a body that ends in the middle
    CutOff,
    /// no answer
    Hang,
    /// the connection is closed at once
    Down,
    /// what changes something is passed on, and its response is not
    LosesResponses,
    /// what changes something is not even passed on
    LosesRequests,
}

/// Which build of the console the host has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// the bundle
    First,
    /// a newer one: the same files in the folder `app-next`, which all pages name
    Next { keeps_first: bool },
}

#[derive(Clone)]
pub struct Options {
    /// `/` or `/ops/`
    pub prefix: &'static str,
    /// unknown paths get index.html with status 200
    pub rewrite: bool,
    /// what stands at fourlights.json; `None` is the bundle's own, `Some(None)` is status 404
    pub config: Option<Option<String>>,
    /// the port behind `_proxy`
    pub upstream: u16,
    /// another origin that the policy lets the page ask
    pub connect: String,
    /// .wasm files are not found
    pub broken_program: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            prefix: "/",
            rewrite: false,
            config: None,
            upstream: 0,
            connect: String::new(),
            broken_program: false,
        }
    }
}

pub struct Site {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    /// files whose path contains this are not found; empty for none
    lost: Mutex<String>,
    host: Mutex<Host>,
    fault: Mutex<Fault>,
    asked: AtomicUsize,
    stop: AtomicBool,
}

impl Site {
    pub fn start(options: Options) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            options,
            lost: Mutex::default(),
            host: Mutex::new(Host::First),
            fault: Mutex::new(Fault::None),
            asked: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let own = shared.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if own.stop.load(Ordering::Relaxed) {
                    return;
                }
                let shared = own.clone();
                std::thread::spawn(move || answer(connection, &shared).unwrap_or_default());
            }
        });
        Self { port, shared }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.shared.options.prefix)
    }

    /// How many requests came to the proxy.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// From now on files whose path contains this are not found; none with an empty text.
    pub fn lose(&self, part: &str) {
        *self.shared.lost.lock().unwrap() = part.into();
    }

    /// Puts another build on the host.
    pub fn deploy(&self, host: Host) {
        *self.shared.host.lock().unwrap() = host;
    }

    pub fn fail(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        TcpStream::connect(("127.0.0.1", self.port)).map(drop).unwrap_or_default();
    }
}

fn answer(connection: TcpStream, shared: &Shared) -> std::io::Result<()> {
    CONNECT.set(shared.options.connect.clone());
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, target) =
        (words.next().unwrap_or_default().to_string(), words.next().unwrap_or("/").to_string());
    let mut length = 0;
    let mut kind = String::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-type")
        {
            kind = value.trim().to_string();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = target.split('?').next().unwrap_or_default();
    let Some(inside) = path.strip_prefix(shared.options.prefix) else {
        return send(connection, 404, "text/plain", b"outside");
    };
    match inside.strip_prefix("_proxy") {
        Some(_) => {
            let target = target.split_once("_proxy").map_or("", |(_, t)| t);
            proxy(connection, (&method, target), (&kind, &body), shared)
        }
        None => file(connection, inside, target.split_once('?').map(|(_, q)| q), shared),
    }
}

fn file(connection: TcpStream, inside: &str, query: Option<&str>, shared: &Shared) -> std::io::Result<()> {
    if inside == "fourlights.json"
        && let Some(config) = &shared.options.config
    {
        return match config {
            Some(text) => send(connection, 200, "application/json", text.as_bytes()),
            None if shared.options.rewrite => page(connection, 200, "index.html", shared),
            None => send(connection, 404, "text/plain", b"not found"),
        };
    }
    let lost = shared.lost.lock().unwrap().clone();
    if shared.options.broken_program && inside.ends_with(".wasm")
        || !lost.is_empty() && inside.contains(&lost)
    {
        return send(connection, 404, "text/plain", b"not found");
    }
    let host = *shared.host.lock().unwrap();
    let app = app();
    if host == (Host::Next { keeps_first: false }) && inside.starts_with(&app) {
        return send(connection, 404, "text/plain", b"not found");
    }
    let path = dist().join(inside.replacen("app-next", &app, 1));
    if path.is_dir() {
        if !inside.is_empty() && !inside.ends_with('/') {
            let query = query.map(|q| format!("?{q}")).unwrap_or_default();
            let place = format!("{}{inside}/{query}", shared.options.prefix);
            let mut connection = connection;
            return write!(
                connection,
                "HTTP/1.1 301 Moved\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
        return page(connection, 200, &format!("{inside}index.html"), shared);
    }
    match std::fs::read(&path) {
        Ok(bytes) => send(connection, 200, kind(inside), &bytes),
        Err(_) if shared.options.rewrite => page(connection, 200, "index.html", shared),
        Err(_) => page(connection, 404, "404.html", shared),
    }
}

/// The folder of the bundle's build.
pub fn app() -> String {
    let entries = std::fs::read_dir(dist()).unwrap().flatten();
    let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.find(|name| name.starts_with("app-")).expect("a folder app-... in the bundle")
}

fn page(connection: TcpStream, status: u16, name: &str, shared: &Shared) -> std::io::Result<()> {
    let mut text = std::fs::read_to_string(dist().join(name))?;
    if *shared.host.lock().unwrap() != Host::First {
        text = text.replace(&app(), "app-next");
    }
    send(connection, status, "text/html", text.as_bytes())
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn send(connection: TcpStream, status: u16, kind: &str, body: &[u8]) -> std::io::Result<()> {
    send_with(connection, status, kind, "", body)
}

/// With more headers, each with its end of line.
fn send_with(
    mut connection: TcpStream,
    status: u16,
    kind: &str,
    more: &str,
    body: &[u8],
) -> std::io::Result<()> {
    // Pages of the public page have a policy of their own.
    let own = body.windows(26).any(|w| w == b"http-equiv=\"Content-Securi");
    let policy = POLICY.replace("CONNECT", &CONNECT.with_borrow(Clone::clone));
    let policy = if own { String::new() } else { format!("Content-Security-Policy: {policy}\r\n") };
    write!(
        connection,
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{policy}{more}Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    connection.write_all(body)
}

fn proxy(
    mut connection: TcpStream,
    (method, target): (&str, &str),
    (kind, body): (&str, &[u8]),
    shared: &Shared,
) -> std::io::Result<()> {
    // Questions are sent as forms.
    let writes = method == "DELETE" || kind.starts_with("application/json");
    shared.asked.fetch_add(1, Ordering::Relaxed);
    let fault = *shared.fault.lock().unwrap();
    match fault {
        Fault::Error => return send(connection, 500, "text/plain", b"boom"),
        Fault::Html => return send(connection, 200, "text/html", b"<!doctype html><title>Sign in</title>"),
        Fault::Hang => {
            std::thread::sleep(Duration::from_secs(20));
            return Ok(());
        }
        Fault::Down => return Ok(()),
        Fault::LosesRequests if writes => return Ok(()),
        Fault::None | Fault::CutOff | Fault::LosesRequests | Fault::LosesResponses => {}
    }
    let url = format!("http://127.0.0.1:{}{target}", shared.options.upstream);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let upstream = match method {
        "POST" => agent.post(&url).content_type(kind).send(body),
        "DELETE" => agent.delete(&url).call(),
        _ => agent.get(&url).call(),
    };
    if fault == Fault::LosesResponses && writes {
        return Ok(());
    }
    let Ok(mut upstream) = upstream else {
        return send(connection, 502, "text/html", b"<html>bad gateway</html>");
    };
    let status = upstream.status().as_u16();
    let wait = upstream.headers().get("Retry-After").and_then(|v| v.to_str().ok());
    let wait = wait.map_or(String::new(), |wait| format!("Retry-After: {wait}\r\n"));
    let bytes = upstream.body_mut().read_to_vec().unwrap_or_default();
    if fault == Fault::CutOff {
        let half = &bytes[..bytes.len() / 2];
        write!(
            connection,
            "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        )?;
        return connection.write_all(half);
    }
    send_with(connection, status, "application/json", &wait, &bytes)
}

//! The services behind Caddy: a small HTTP server that takes its time, and fails when told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Latency,
    Errors,
    Both,
    /// nearly every request fails
    Outage,
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Errors => "errors",
            Self::Both => "both",
            Self::Outage => "outage",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Latency, Self::Errors, Self::Both, Self::Outage].into_iter().find(|m| m.name() == name)
    }
}

/// The demo services with the usual time of a request in milliseconds.
pub const SERVICES: [(&str, u64); 4] = [("api", 45), ("auth", 90), ("search", 15), ("web", 6)];

/// A running backend. Ends when dropped.
pub struct Backend {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    stop: AtomicBool,
    /// what is wrong, and until when
    incident: Mutex<Option<(Mode, Instant)>>,
    dice: AtomicU64,
}

impl Backend {
    pub fn start() -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("backend: {e}"))?;
        let port = listener.local_addr().map_err(|e| format!("backend: {e}"))?.port();
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            incident: Mutex::new(None),
            dice: AtomicU64::new(1),
        });
        let own = shared.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if own.stop.load(Ordering::Relaxed) {
                    return;
                }
                let shared = own.clone();
                std::thread::spawn(move || serve(&connection, &shared));
            }
        });
        Ok(Self { port, shared })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn incident(&self, mode: Mode, length: Duration) {
        self.shared.begin(mode, length);
    }

    /// Ends an incident.
    #[allow(dead_code, reason = "for the end-to-end tests")]
    pub fn recover(&self) {
        self.shared.begin(Mode::Errors, Duration::ZERO);
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // A last connection wakes the listener, so that its thread sees the flag.
        TcpStream::connect(("127.0.0.1", self.port)).map(drop).unwrap_or_default();
    }
}

impl Shared {
    fn begin(&self, mode: Mode, length: Duration) {
        if let Ok(mut incident) = self.incident.lock() {
            *incident = Some((mode, Instant::now() + length));
        }
    }

    fn now_bad(&self) -> Option<Mode> {
        let incident = self.incident.lock().ok()?;
        incident.filter(|(_, until)| Instant::now() < *until).map(|(mode, _)| mode)
    }

    /// A number in 0..1 (splitmix64).
    fn random(&self) -> f64 {
        let mut z = self.dice.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Answers requests on one connection until it closes.
fn serve(connection: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || shared.stop.load(Ordering::Relaxed) {
            return;
        }
        let path = line.split_whitespace().nth(1).unwrap_or("/").to_string();
        let mut service = String::new();
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or(0) == 0 {
                return;
            }
            if header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("x-service")
            {
                service = value.trim().into();
            }
        }
        let (status, body) = answer(&path, &service, shared);
        let text = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if writer.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

fn answer(path: &str, service: &str, shared: &Shared) -> (u16, &'static str) {
    if let Some(order) = path.strip_prefix("/control/") {
        return control(order, shared);
    }
    let usual = SERVICES.iter().find(|(name, _)| *name == service).map_or(5, |(_, ms)| *ms);
    let bad = shared.now_bad();
    let random = shared.random();
    // A long tail: the square of a number in 0..1 is mostly small.
    let mut ms = usual as f64 * (0.5 + 1.5 * random * random);
    if matches!(bad, Some(Mode::Latency | Mode::Both)) {
        ms += 700.0 + 600.0 * random;
    }
    std::thread::sleep(Duration::from_micros((ms * 1000.0) as u64));
    if path == "/missing" {
        return (404, "not found\n");
    }
    let failing = match bad {
        Some(Mode::Errors | Mode::Both) => 0.2,
        Some(Mode::Outage) => 0.9,
        _ => 0.0,
    };
    if shared.random() < failing {
        return (503, "unavailable\n");
    }
    (200, "ok\n")
}

fn control(order: &str, shared: &Shared) -> (u16, &'static str) {
    let mut words = order.split('/');
    let mode = words.next().and_then(Mode::parse);
    let seconds = words.next().and_then(|s| s.parse().ok()).filter(|s| *s <= 3600);
    match (mode, seconds) {
        (Some(mode), Some(seconds)) => {
            shared.begin(mode, Duration::from_secs(seconds));
            (200, "so be it\n")
        }
        _ => (400, "usage: /control/latency|errors|both|outage/SECONDS\n"),
    }
}

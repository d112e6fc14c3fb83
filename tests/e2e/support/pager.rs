//! A stand-in for PagerDuty that keeps state, allows every origin as it does, and remembers what it was sent.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request that came.
#[derive(Clone, Debug)]
pub struct Heard {
    pub line: String,
    /// names in lower case
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Default)]
struct State {
    /// id, title, status and who acknowledged it
    incidents: Vec<[String; 4]>,
    log: Vec<[String; 3]>,
    heard: Vec<Heard>,
    repeats_what_it_hears: bool,
}

pub struct Pager {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Pager {
    /// With two incidents that are triggered, `P1` and `P2`.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        for (id, title) in [("P1", "Checkout fails"), ("P2", "Disk is full")] {
            let row = [id, title, "triggered", ""].map(String::from);
            state.lock().unwrap().incidents.push(row);
        }
        let own = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = own.clone();
                std::thread::spawn(move || answer(stream, &state).unwrap_or_default());
            }
        });
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.state.lock().unwrap().heard.clone()
    }

    /// How often something was written.
    pub fn n_written(&self) -> usize {
        self.heard().iter().filter(|h| h.line.starts_with("PUT ") || h.line.starts_with("POST ")).count()
    }

    /// Somebody else does something there.
    pub fn put(&self, id: &str, status: &str, by: &str) {
        put(&mut self.state.lock().unwrap(), id, status, by);
    }

    pub fn status(&self, id: &str) -> String {
        let state = self.state.lock().unwrap();
        state.incidents.iter().find(|i| i[0] == id).map(|i| i[2].clone()).unwrap_or_default()
    }

    /// From now on everything is refused, with all that was sent in the answer.
    pub fn repeat_what_it_hears(&self) {
        self.state.lock().unwrap().repeats_what_it_hears = true;
    }
}

fn put(state: &mut State, id: &str, status: &str, by: &str) {
    let n = state.log.len();
    for incident in state.incidents.iter_mut().filter(|i| i[0] == id) {
        incident[2] = status.into();
        incident[3] = by.into();
    }
    state.log.push([format!("R{n}"), id.into(), format!("{status} by {by}")]);
}

fn answer(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let heard =
        Heard { line: line.trim().into(), headers, body: String::from_utf8_lossy(&body).into_owned() };
    let (status, answer) = {
        let mut state = state.lock().unwrap();
        if !heard.line.starts_with("OPTIONS") {
            state.heard.push(heard.clone());
        }
        match state.repeats_what_it_hears && !heard.line.starts_with("OPTIONS") {
            true => (401, json!({"error": {"code": 2006, "message": format!("{heard:?}")}})),
            false => reply(&mut state, &heard),
        }
    };
    let text = answer.to_string();
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\n\
         Access-Control-Allow-Headers: authorization, content-type, from, accept\r\nAccess-Control-Allow-Methods: GET, PUT, POST, DELETE\r\n\
         Connection: close\r\n\r\n{text}",
        text.len()
    )
}

fn incident(row: &[String; 4]) -> Value {
    let [id, title, status, by] = row;
    let acknowledged = match status.as_str() {
        "acknowledged" => {
            json!([{"at": "2025-12-01T10:00:00Z", "acknowledger": {"id": "U9", "summary": by}}])
        }
        _ => json!([]),
    };
    json!({"id": id, "incident_number": 7, "title": title, "status": status, "urgency": "high", "acknowledgements": acknowledged,
           "service": {"id": "S1", "summary": "web"}, "created_at": "2025-12-01T09:00:00Z",
           "last_status_change_by": {"id": "U9", "summary": by}, "last_status_change_at": "2025-12-01T10:00:00Z"})
}

fn reply(state: &mut State, heard: &Heard) -> (u16, Value) {
    let mut words = heard.line.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.split('?').next().unwrap_or_default();
    let steps: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, steps.as_slice()) {
        ("OPTIONS", _) => (204, Value::Null),
        (_, ["abilities"]) => (200, json!({"abilities": ["teams"]})),
        ("GET", ["incidents"]) => {
            let open = state.incidents.iter().filter(|i| i[2] != "resolved").map(incident);
            (200, json!({"incidents": open.collect::<Vec<_>>(), "more": false}))
        }
        ("PUT", ["incidents"]) => {
            let body: Value = serde_json::from_str(&heard.body).unwrap_or_default();
            let text = |field: &str| body["incidents"][0][field].as_str().unwrap_or_default().to_string();
            let by = heard.headers.get("from").cloned().unwrap_or_default();
            put(state, &text("id"), &text("status"), &by);
            (200, json!({"incidents": []}))
        }
        ("GET", ["incidents", id]) => match state.incidents.iter().find(|i| i[0] == *id) {
            Some(found) => (200, json!({"incident": incident(found)})),
            None => (404, json!({"error": {"code": 2100, "message": "Not Found"}})),
        },
        ("GET", ["incidents", id, "log_entries"]) => {
            let own = state.log.iter().filter(|l| l[1] == *id).map(|l| {
                json!({"id": l[0], "type": "acknowledge_log_entry", "summary": l[2], "created_at": "2025-12-01T10:00:00Z"})
            });
            (200, json!({"log_entries": own.collect::<Vec<_>>(), "more": false}))
        }
        ("GET", ["oncalls"]) => {
            let one = json!({"user": {"id": "U1", "summary": "Mia Chen"}, "schedule": {"id": "SC1", "summary": "Primary"},
                "escalation_policy": {"id": "E1", "summary": "Default"}, "escalation_level": 1});
            (200, json!({"oncalls": [one], "more": false}))
        }
        ("GET", ["schedules"]) => (
            200,
            json!({"schedules": [{"id": "SC1", "type": "schedule", "summary": "Primary", "time_zone": "UTC"}], "more": false}),
        ),
        ("GET", ["schedules", "SC1"]) => {
            let entries = json!([{"start": "2020-01-01T00:00:00Z", "end": "2090-01-01T00:00:00Z", "user": {"id": "U1", "summary": "Mia Chen"}}]);
            (
                200,
                json!({"schedule": {"id": "SC1", "final_schedule": {"rendered_schedule_entries": entries}}}),
            )
        }
        ("GET", ["v3", "schedules"]) => (200, json!({"schedules": [], "more": false})),
        ("GET", ["change_events"]) => (200, json!({"change_events": [], "more": false})),
        _ => (404, json!({"error": {"code": 2100, "message": "Not Found"}})),
    }
}

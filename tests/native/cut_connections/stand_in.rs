//! Stand-ins for the systems: they answer as those do, keep state, and count what they performed. A request that does not
//! come whole is none.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A page, an alert or a notice.
#[derive(Clone, Default)]
struct Thing {
    state: String,
    key: String,
    notes: Vec<String>,
}

#[derive(Default)]
struct Held {
    things: BTreeMap<String, Thing>,
    /// what was performed, by tag
    effects: BTreeMap<String, usize>,
    /// requests that were taken in, with the alert they are about
    taken: BTreeMap<String, String>,
}

impl Held {
    fn did(&mut self, tag: &str) {
        *self.effects.entry(tag.into()).or_default() += 1;
    }

    /// A change of state counts when it changes something.
    fn put(&mut self, id: &str, state: &str) {
        let thing = self.things.entry(id.into()).or_default();
        if thing.state != state {
            thing.state = state.into();
            self.did(id);
        }
    }

    /// What is made under a key is made once, while it is open.
    fn make(&mut self, key: &str) -> bool {
        if self.things.values().any(|t| t.key == key && t.state != "resolved") {
            return false;
        }
        let made = Thing { state: "triggered".into(), key: key.into(), notes: Vec::new() };
        self.things.insert(key.into(), made);
        self.did(key);
        true
    }

    fn note(&mut self, id: &str, text: &str) {
        self.things.entry(id.into()).or_default().notes.push(text.into());
        self.did(id);
    }
}

type Answer = (u16, Value);
/// `(state, method, path with query, body)`
type Handler = fn(&mut Held, &str, &str, &Value) -> Answer;

pub struct StandIn {
    pub port: u16,
    held: Arc<Mutex<Held>>,
}

impl StandIn {
    pub fn start(kind: &str) -> Self {
        let handler: Handler = match kind {
            "pagerduty" => pagerduty,
            "pagerduty_events" => events,
            "opsgenie" | "jsm" => opsgenie,
            "slack" => slack,
            "webhook" => webhook,
            "statuspage_manage" => statuspage,
            other => panic!("no stand-in for {other}"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let held: Arc<Mutex<Held>> = Arc::default();
        let own = held.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let Ok(request) = whole(&mut stream) else { continue };
                let text = String::from_utf8_lossy(&request).into_owned();
                let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
                let mut words = head.split_whitespace();
                let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let body = serde_json::from_str(body).unwrap_or_else(|_| json!({ "form": body }));
                let (status, answer) = handler(&mut own.lock().expect("held"), method, path, &body);
                let answer = match answer {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close");
                write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{answer}", answer.len())
                    .unwrap_or_default();
            }
        });
        Self { port, held }
    }

    /// Something that can be changed is there.
    pub fn prepare(&self, tag: &str) {
        if !tag.contains("-page-") && !tag.contains("-open-") {
            let thing = Thing { state: "triggered".into(), key: tag.into(), notes: Vec::new() };
            self.held.lock().expect("held").things.insert(tag.into(), thing);
        }
    }

    /// How often something with this tag was performed.
    pub fn performed(&self, tag: &str) -> usize {
        self.held.lock().expect("held").effects.get(tag).copied().unwrap_or(0)
    }
}

/// A whole request, or an error where it ends before its end.
pub fn whole(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer)?;
        all.extend_from_slice(buffer.get(..n).unwrap_or_default());
        let text = String::from_utf8_lossy(&all).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length: usize = length.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
            if all.len() >= head.len() + 4 + length {
                return Ok(all);
            }
        }
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn steps(path: &str) -> Vec<&str> {
    path.split('?').next().unwrap_or_default().trim_matches('/').split('/').collect()
}

fn incident(id: &str, thing: &Thing) -> Value {
    json!({"id": id, "type": "incident", "title": id, "status": thing.state, "incident_key": thing.key})
}

fn missing() -> Answer {
    (404, json!({"error": {"code": 2100, "message": "Not Found"}}))
}

fn pagerduty(held: &mut Held, method: &str, path: &str, body: &Value) -> Answer {
    match (method, steps(path).as_slice()) {
        ("GET", ["incidents"]) => {
            let key = path.split("incident_key=").nth(1).and_then(|rest| rest.split('&').next());
            let found = held.things.iter().filter(|(_, t)| Some(t.key.as_str()) == key);
            let all: Vec<Value> = found.map(|(id, t)| incident(id, t)).collect();
            (200, json!({"incidents": all, "limit": 100, "offset": 0, "more": false}))
        }
        ("POST", ["incidents"]) => {
            let key = text(body, "/incident/incident_key").to_string();
            match held.make(&key) {
                true => (201, json!({"incident": {"id": key, "status": "triggered"}})),
                false => (
                    400,
                    json!({"error": {"code": 2001, "message": "Invalid Input Provided",
                        "errors": ["Open incident with matching dedup key already exists on this service"]}}),
                ),
            }
        }
        ("PUT", ["incidents"]) => {
            let (id, state) = (text(body, "/incidents/0/id").to_string(), text(body, "/incidents/0/status"));
            held.put(&id, state);
            (200, json!({"incidents": [{"id": id, "status": state}]}))
        }
        ("GET", ["incidents", id]) => match held.things.get(*id) {
            Some(thing) => (200, json!({"incident": incident(id, thing)})),
            None => missing(),
        },
        ("GET", ["incidents", id, "notes"]) => {
            let notes = held.things.get(*id).map(|t| t.notes.clone()).unwrap_or_default();
            let notes: Vec<Value> = notes.iter().map(|n| json!({"id": "N1", "content": n})).collect();
            (200, json!({ "notes": notes }))
        }
        ("POST", ["incidents", id, "notes"]) => {
            let content = text(body, "/note/content").to_string();
            held.note(id, &content);
            (201, json!({"note": {"id": "N1", "content": content}}))
        }
        _ => missing(),
    }
}

/// An event under a key changes what is there under it; a second one changes nothing.
fn events(held: &mut Held, method: &str, path: &str, body: &Value) -> Answer {
    if method != "POST" || path != "/v2/enqueue" {
        return (404, json!({"status": "not found"}));
    }
    let key = text(body, "/dedup_key").to_string();
    match text(body, "/event_action") {
        "trigger" => drop(held.make(&key)),
        "acknowledge" => held.put(&key, "acknowledged"),
        _ => held.put(&key, "resolved"),
    }
    (202, json!({"status": "success", "message": "Event processed", "dedup_key": key}))
}

fn alert(id: &str, thing: &Thing) -> Value {
    let (status, is_acknowledged) = match thing.state.as_str() {
        "resolved" => ("closed", true),
        "acknowledged" => ("open", true),
        _ => ("open", false),
    };
    json!({"id": id, "message": id, "alias": thing.key, "status": status, "acknowledged": is_acknowledged,
           "snoozed": false, "priority": "P1"})
}

/// Of both: their paths differ by where they begin. What is wrapped for one is `data`, and plain for the other.
fn opsgenie(held: &mut Held, method: &str, path: &str, body: &Value) -> Answer {
    let is_wrapped = path.starts_with("/v2/");
    let wrap = |value: Value| if is_wrapped { json!({ "data": value }) } else { value };
    let many = |all: Vec<Value>| if is_wrapped { json!({ "data": all }) } else { json!({ "values": all }) };
    let taken = |held: &mut Held, id: &str| {
        let request = format!("r{}", held.taken.len());
        held.taken.insert(request.clone(), id.into());
        (202, json!({"result": "Request will be processed", "requestId": request}))
    };
    let all = steps(path);
    match (method, all.get(1..).unwrap_or_default()) {
        ("GET", ["alerts", "requests", id]) => match held.taken.get(*id) {
            Some(alert) => {
                (200, wrap(json!({"isSuccess": true, "success": true, "status": "Done", "alertId": alert})))
            }
            None => missing(),
        },
        ("GET", ["alerts"]) => {
            let found =
                held.things.iter().filter(|(_, t)| t.state != "resolved" && path.contains(t.key.as_str()));
            let found: Vec<Value> = found.map(|(id, t)| alert(id, t)).collect();
            (200, many(found))
        }
        ("POST", ["alerts"]) => {
            let key = text(body, "/alias").to_string();
            held.make(&key);
            taken(held, &key)
        }
        ("GET", ["alerts", id]) => match held.things.get(*id) {
            Some(thing) => (200, wrap(alert(id, thing))),
            None => missing(),
        },
        ("GET", ["alerts", id, "notes"]) => {
            let notes = held.things.get(*id).map(|t| t.notes.clone()).unwrap_or_default();
            (200, many(notes.iter().map(|n| json!({ "note": n })).collect()))
        }
        ("POST", ["alerts", id, "notes"]) => {
            held.note(id, text(body, "/note"));
            taken(held, id)
        }
        ("POST", ["alerts", id, verb]) => {
            held.put(id, if *verb == "close" { "resolved" } else { "acknowledged" });
            taken(held, id)
        }
        _ => missing(),
    }
}

fn slack(held: &mut Held, method: &str, path: &str, body: &Value) -> Answer {
    let form = body.get("form").and_then(Value::as_str).unwrap_or_default();
    match (method, path.split('?').next().unwrap_or_default()) {
        ("POST", "/chat.postMessage") => {
            let text = form.split('&').find_map(|pair| pair.strip_prefix("text=")).unwrap_or_default();
            held.did(text);
            (200, json!({"ok": true, "channel": "C1", "ts": "1.0"}))
        }
        (_, "/chat.getPermalink") => {
            (200, json!({"ok": true, "channel": "C1", "permalink": "https://x.example/p1"}))
        }
        _ => (200, json!({"ok": true})),
    }
}

fn webhook(held: &mut Held, method: &str, _: &str, body: &Value) -> Answer {
    if method != "POST" {
        return missing();
    }
    let said = text(body, "/text").to_string();
    let tag = said
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .find(|word| word.starts_with("webhook-"));
    held.did(tag.unwrap_or_default());
    (200, Value::String("ok".into()))
}

fn notice(id: &str, thing: &Thing) -> Value {
    let updates: Vec<Value> = thing
        .notes
        .iter()
        .rev()
        .map(|n| json!({"id": "u1", "status": "monitoring", "body": n, "created_at": "2025-12-01T00:00:00Z"}))
        .collect();
    json!({"id": id, "name": id, "status": if thing.notes.is_empty() { "identified" } else { "monitoring" },
           "incident_updates": updates, "metadata": {"fourlights": {"mark": thing.key}}})
}

fn statuspage(held: &mut Held, method: &str, path: &str, body: &Value) -> Answer {
    match (method, steps(path).as_slice()) {
        ("GET", ["incidents"]) => {
            (200, Value::Array(held.things.iter().rev().map(|(id, t)| notice(id, t)).collect()))
        }
        // Nothing of the system keeps two of the same from being made.
        ("POST", ["incidents"]) => {
            let mark = text(body, "/incident/metadata/fourlights/mark").to_string();
            held.did(&mark);
            held.things.insert(mark.clone(), Thing { key: mark.clone(), ..Thing::default() });
            (201, json!({ "id": mark }))
        }
        ("GET", ["incidents", id]) => match held.things.get(*id) {
            Some(thing) => (200, notice(id, thing)),
            None => missing(),
        },
        ("PATCH", ["incidents", id]) => {
            held.note(id, text(body, "/incident/body"));
            (200, json!({ "id": id }))
        }
        _ => missing(),
    }
}

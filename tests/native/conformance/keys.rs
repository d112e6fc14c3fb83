//! A key is sent in its place, and is in nothing that is printed, also where the system repeats it.

use fourlights::domain::base64;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

const MARK: &str = "planted-hunter2-7f3a";

/// Its key is in the body of what it is sent, and to see whether it is there it is sent none.
const IN_BODY: &str = "pagerduty_events";

/// Everything that one request sends.
fn read_request(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).unwrap_or(0);
        text.push_str(&String::from_utf8_lossy(buffer.get(..n).unwrap_or_default()));
        let length = text.to_ascii_lowercase().split("content-length: ").nth(1).map_or(0, |rest| {
            rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
        });
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
        if n == 0 || body.is_some_and(|body| body >= length) {
            return text;
        }
    }
}

/// A system that repeats all that it was sent in its refusal.
fn hostile() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let all = heard.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = read_request(&mut stream);
            let body = serde_json::json!({"ok": false, "message": request, "error": request}).to_string();
            let head = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok();
            all.lock().expect("held").push(request);
        }
    });
    (base, heard)
}

#[test]
fn no_key_is_anywhere_but_in_its_place() {
    let (base, heard) = hostile();
    let kinds = ["pagerduty", "pagerduty_events", "jsm", "opsgenie", "slack", "webhook", "statuspage_manage"];
    let sources: serde_json::Map<String, serde_json::Value> = kinds
        .iter()
        .map(|kind| (kind.to_string(), serde_json::json!({"kind": kind, "url": format!("{base}/{kind}")})))
        .collect();
    let config = serde_json::json!({"title": "T", "sources": sources}).to_string();
    let file = std::env::temp_dir().join(format!("fourlights-keys-{}.json", std::process::id()));
    std::fs::write(&file, config).expect("written");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fourlights"));
        for kind in kinds {
            command.env(format!("FOURLIGHTS_KEY_{}", kind.to_uppercase()), format!("ana:{MARK}"));
        }
        let out = command.args(arguments).output().expect("the tool runs");
        String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
    };
    let path = file.display().to_string();
    let encoded = base64::write(format!("ana:{MARK}").as_bytes());
    let mut printed = run(&["check", "--live", &path]);
    for kind in kinds {
        let shown = run(&["request", kind, "probe", "--config", &path]);
        assert_eq!(shown.contains("hidden"), kind != IN_BODY, "{kind}: {shown}");
        printed.push_str(&shown);
    }
    std::fs::remove_file(file).expect("removed");
    for mark in [MARK, encoded.as_str()] {
        assert!(!printed.contains(mark), "a key was printed: {printed}");
    }
    // It was sent all the same, and nowhere in an address but in that of a webhook, which is one.
    let heard = heard.lock().expect("held");
    for kind in kinds {
        let of_kind: Vec<&String> = heard
            .iter()
            .filter(|r| [format!(" /{kind}/"), format!(" /{kind} ")].iter().any(|start| r.contains(start)))
            .collect();
        assert!(!of_kind.is_empty(), "{kind} was not asked");
        if kind == IN_BODY {
            continue;
        }
        let is_sent = |r: &&&String| r.contains(MARK) || r.contains(&encoded);
        assert_eq!(of_kind.iter().filter(is_sent).count(), of_kind.len(), "{kind}");
        let in_address = |r: &&&String| {
            r.lines().next().is_some_and(|line| line.contains(MARK) || line.contains(&encoded))
        };
        let n = of_kind.iter().filter(in_address).count();
        assert_eq!(n, if kind == "webhook" { of_kind.len() } else { 0 }, "{kind}");
    }
}

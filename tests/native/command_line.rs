//! `fourlights check` as a person calls it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The tool with these words.
pub fn fourlights(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fourlights"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the tool runs")
}

fn temporary(name: &str, text: &str) -> String {
    let file = std::env::temp_dir().join(format!("fourlights-test-{}-{name}", std::process::id()));
    std::fs::write(&file, text).expect("written");
    file.display().to_string()
}

#[test]
fn a_valid_file_exits_with_0() {
    let out = fourlights(&["check", "public/fourlights.json"]);
    assert_eq!(out.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&out.stdout).contains("3 sources, 5 services"));
}

#[test]
fn faults_are_printed_all_at_once_and_exit_with_1() {
    let file = temporary(
        "faults.json",
        r#"{"title": "T", "sources": {"p": {"kind": "promtheus", "url": "x"}}, "zone": "Mars"}"#,
    );
    let out = fourlights(&["check", &file]);
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1));
    for part in ["$.sources.p.kind", "$.sources.p.url", "$.zone", "did you mean", "3 faults"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    std::fs::remove_file(file).expect("removed");
}

#[test]
fn a_missing_file_is_a_fault_and_an_unknown_command_is_usage() {
    let missing = fourlights(&["check", "/nowhere/fourlights.json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("missing"));
    assert_eq!(fourlights(&["frobnicate"]).status.code(), Some(2));
}

#[test]
fn live_asks_every_source_and_names_what_it_finds() {
    let out = fourlights(&["check", "--live", "public/fourlights.json"]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(out.status.code(), Some(0), "{text}");
    assert!(text.contains("recorded latency_p95: 5 series"), "{text}");
    let closed = temporary(
        "closed.json",
        r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://127.0.0.1:1", "deadline": "2s"}}, "signals": {}}"#,
    );
    let out = fourlights(&["check", "--live", &closed]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stdout).contains("No connection"));
    std::fs::remove_file(closed).expect("removed");
}

/// A server that answers each request by what it asks; the port, and all that was asked.
fn server(answer: fn(&str) -> &'static str) -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked: Arc<Mutex<String>> = Arc::default();
    let log = asked.clone();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            connection.set_read_timeout(Some(Duration::from_millis(500))).ok();
            let (mut text, mut part) = (String::new(), [0; 65_536]);
            // A form comes in one packet or in two.
            while !(text.contains("query=") || text.starts_with("GET")) {
                match connection.read(&mut part) {
                    Ok(n @ 1..) => text.push_str(&String::from_utf8_lossy(&part[..n])),
                    _ => break,
                }
            }
            let body = answer(&text);
            log.lock().expect("a log").push_str(&text);
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            connection.write_all((head + body).as_bytes()).ok();
        }
    });
    (port, asked)
}

#[test]
fn live_names_a_bound_that_no_series_has_and_sends_the_sources_own_query() {
    let (port, asked) = server(|request| {
        let vector = |found: bool| {
            if found {
                r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"le":"0.5"},"value":[1,"1"]},{"metric":{"le":"1.0"},"value":[1,"1"]},{"metric":{"le":"+Inf"},"value":[1,"1"]}]}}"#
            } else {
                r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#
            }
        };
        match request.contains("buildinfo") {
            true => r#"{"status":"success","data":{"version":"3.1.0"}}"#,
            false => vector(request.contains("query=count+by+%28le%29")),
        }
    });
    let file = temporary(
        "bound.json",
        &r#"{"title": "T", "alerts": [], "sources": {"p": {"kind": "prometheus", "url": "http://127.0.0.1:PORT/prom/?tenant=a"}},
            "signals": {"web": {"source": "p", "preset": "caddy", "by": "server"}},
            "services": [{"id": "api", "name": "A", "signals": {"web": "api"}}],
            "slos": [{"id": "none", "name": "N", "service": "api", "kind": "latency", "from": "web", "bound": 0.3, "target": 0.9},
                     {"id": "one", "name": "O", "service": "api", "kind": "latency", "from": "web", "bound": 1, "target": 0.9},
                     {"id": "own", "name": "W", "service": "api", "good": "sum(increase(x_bucket{le=\"1\"}[$window]))",
                      "valid": "sum(increase(x_bucket[$window]))", "target": 0.9}]}"#
            .replace("PORT", &port.to_string()),
    );
    let out = fourlights(&["check", "--live", &file]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(out.status.code(), Some(1), "{text}");
    for part in [
        "ok    p: version 3.1.0",
        "WRONG objective none: no series has the bound 0.3; the histogram has 0.5, 1",
        "empty objective one: no series for good",
        "empty objective own: no series for good, check its metric and labels",
        "Prometheus 3 stores le=\"1.0\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let asked = asked.lock().expect("a log");
    assert!(asked.contains("GET /prom/api/v1/status/buildinfo?tenant=a "), "{asked}");
    assert!(asked.contains("POST /prom/api/v1/query?tenant=a "), "{asked}");
    std::fs::remove_file(file).expect("removed");
}

#[test]
fn an_import_names_each_loss_on_standard_error() {
    let file = temporary(
        "slo.yaml",
        "---
- apiVersion: openslo/v1
  kind: SLO
  metadata: {name: web, annotations: {a: b}}
  spec:
    service: web
    indicator: {metadata: {name: ok}, spec: {ratioMetric: {counter: true,
      good: {metricSource: {type: Prometheus, spec: {query: 'sum(req_total{code=\"200\"})'}}},
      total: {metricSource: {type: Prometheus, spec: {query: 'sum(req_total)'}}}}}}
    timeWindow: [{duration: 30d, isRolling: true}]
    budgetingMethod: Occurrences
    objectives: [{target: 0.99}]
---
",
    );
    let out = fourlights(&["import", &file]);
    assert_eq!(out.status.code(), Some(0));
    let (found, losses) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(found.contains(r#"sum(increase(req_total[$window]))"#), "{found}");
    assert!(losses.contains("SLO web: metadata.annotations") && losses.contains("1 loss\n"), "{losses}");
    std::fs::remove_file(file).expect("removed");
}

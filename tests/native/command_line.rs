//! `fourlights check` as a person calls it.

use std::process::{Command, Output};

fn fourlights(arguments: &[&str]) -> Output {
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

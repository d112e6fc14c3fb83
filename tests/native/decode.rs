//! `fourlights decode` and `fourlights request` as a person calls them.

use super::command_line::fourlights;
use serde_json::{Value, json};
use std::path::PathBuf;

fn recorded(name: &str, body: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("fourlights-decode-{}-{name}", std::process::id()));
    std::fs::write(&file, body).expect("written");
    file
}

/// What is printed for one recorded body, and how the program ends.
fn decoded(kind: &str, what: &str, body: &str, more: &[&str]) -> (Value, Option<i32>) {
    let file = recorded(&format!("{kind}-{what}-{}", body.len()), body);
    let name = file.display().to_string();
    let out = fourlights(&[&["decode", kind, what, &name], more].concat());
    std::fs::remove_file(file).expect("removed");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(text.lines().count(), 1, "{text} {}", String::from_utf8_lossy(&out.stderr));
    (serde_json::from_str(&text).expect("a JSON line"), out.status.code())
}

#[test]
fn a_recorded_answer_is_printed_as_it_was_understood() {
    let body = r#"{"status":"success","warnings":["store-2 is gone"],"data":{"alerts":[
        {"labels":{"alertname":"HighLatency","severity":"page","server":"api"},"annotations":{"summary":"slow"},
         "state":"firing","activeAt":"2026-11-23T21:07:07Z","value":"1"}]}}"#;
    let (line, code) = decoded("prometheus", "alerts", body, &[]);
    assert_eq!(code, Some(0));
    assert_eq!(
        (&line["ok"], &line["kind"], &line["what"]),
        (&json!(true), &json!("prometheus"), &json!("alerts"))
    );
    let alert = &line["data"][0];
    assert_eq!((&alert["name"], &alert["state"]), (&json!("HighLatency"), &json!("firing")));
    assert_eq!(alert["labels"], json!({"server": "api", "severity": "page"}));
    assert_eq!(alert["started"], json!("2026-11-23T21:07:07Z"));
    assert_eq!(line["warnings"], json!([{"kind": "Partial", "text": "store-2 is gone"}]));
}

#[test]
fn values_that_json_has_no_word_for_are_kept() {
    let body = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"a":"b"},"value":[1,"NaN"]},{"metric":{"a":"c"},"value":[1,"+Inf"]}]}}"#;
    let (line, _) = decoded("prometheus", "figures", body, &[]);
    assert_eq!(line["data"][0]["samples"], json!([[1000, "NaN"]]));
    assert_eq!(line["data"][1]["samples"], json!([[1000, "+Inf"]]));
}

#[test]
fn a_failure_is_printed_with_its_kind_and_remedy() {
    for (body, more, kind) in [
        ("[{", &[][..], "CutOff"),
        ("7", &[], "Shape"),
        ("<html>sign in", &[], "Html"),
        ("slow down", &["--status", "429"], "RateLimited"),
        ("no", &["--status", "403"], "Denied"),
    ] {
        let (line, code) = decoded("alertmanager", "silences", body, more);
        assert_eq!(code, Some(1), "{body}");
        assert_eq!((&line["ok"], &line["error"]["kind"]), (&json!(false), &json!(kind)), "{body}: {line}");
        assert!(line["error"]["remedy"].as_str().is_some_and(|r| r.len() > 10), "{line}");
    }
}

#[test]
fn an_unknown_kind_or_reader_names_those_there_are() {
    let unknown = fourlights(&["decode", "zabbix", "alerts", "a.json"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&unknown.stderr).contains("prometheus, alertmanager, statuspage, github")
    );
    let other = fourlights(&["decode", "statuspage", "alerts", "a.json"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("maintenances"));
}

#[test]
fn a_request_is_shown_as_it_would_be_sent() {
    let config = recorded(
        "config.json",
        r#"{"title": "T", "sources": {"a": {"kind": "prometheus", "url": "https://a.example/p?tenant=x"},
                                      "b": {"kind": "prometheus", "url": "/proxy/b"}}}"#,
    );
    let file = config.display().to_string();
    let asked = |more: &[&str]| -> Value {
        let out = fourlights(&[&["request", "prometheus"], more, &["--config", &file]].concat());
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).expect("a JSON line")
    };
    let line = asked(&["alerts"]);
    assert_eq!(
        (&line["method"], &line["url"]),
        (&json!("GET"), &json!("https://a.example/p/api/v1/alerts?tenant=x"))
    );
    let line = asked(&["figures", "--query", "up == 0", "--source", "b"]);
    assert_eq!((&line["method"], &line["url"]), (&json!("POST"), &json!("/proxy/b/api/v1/query")));
    assert!(line["body"].as_str().is_some_and(|b| b.starts_with("query=up+%3D%3D+0&time=")), "{line}");
    let none = fourlights(&["request", "alertmanager", "alerts", "--config", &file]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("a (prometheus), b (prometheus)"));
    std::fs::remove_file(config).expect("removed");
}

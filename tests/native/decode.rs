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

/// A recorded body for each way to ask each kind, and a word of what is understood of it.
fn bodies(kind: &str, what: &str) -> Option<(&'static str, &'static str)> {
    const INCIDENT: &str = r#"{"page":{},"incidents":[{"id":"i1","name":"Slow","status":"investigating","impact":"major",
        "created_at":"2026-11-23T21:07:07Z","started_at":"2026-11-23T21:07:07Z","components":[],"incident_updates":[]}]}"#;
    const JSON: &str = r#"{"time":"2026-11-23T21:07:07Z","services":{"api":{"requests_per_second":120}}}"#;
    const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"job":"api"},"values":[[60,"1"],[90,"0"]]}]}}"#;
    Some(match (kind, what) {
        ("prometheus", "probe") => (r#"{"status":"success","data":{"version":"3.1.0"}}"#, "3.1.0"),
        ("prometheus", "series" | "figures") => (MATRIX, "api"),
        ("prometheus", "firings") => (
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"alertname":"Slow","alertstate":"firing"},"values":[[60,"1"],[300,"0"]]},{"metric":{"alertname":"Late","alertstate":"firing"},"values":[[540,"1"],[600,"0"]]}]}}"#,
            "Slow",
        ),
        ("prometheus", "clock") => (
            r#"{"status":"success","data":{"resultType":"scalar","result":[1795468027.123,"1795468027.123"]}}"#,
            "2026-11-23T21:07:07Z",
        ),
        ("prometheus", "rules") => (
            r#"{"status":"success","data":{"groups":[{"name":"g","rules":[{"name":"Slow","query":"x > 1","health":"ok"}]}]}}"#,
            "x > 1",
        ),
        ("prometheus", "targets") => (
            r#"{"status":"success","data":{"activeTargets":[{"labels":{"job":"api"},"health":"down","lastError":"refused"}]}}"#,
            "refused",
        ),
        ("prometheus", "alerts") => (
            r#"{"status":"success","data":{"alerts":[{"labels":{"alertname":"Slow"},"annotations":{},"state":"firing"}]}}"#,
            "Slow",
        ),
        ("alertmanager", "probe") => {
            (r#"{"cluster":{"status":"ready"},"versionInfo":{"version":"0.28.1"}}"#, "0.28.1")
        }
        ("alertmanager", "alerts") => (
            r#"[{"labels":{"alertname":"Slow"},"annotations":{},"startsAt":"2026-11-23T21:07:07Z","fingerprint":"f","status":{"state":"active","silencedBy":[],"inhibitedBy":[]}}]"#,
            "Slow",
        ),
        ("alertmanager", "silences") => (
            r#"[{"id":"s1","matchers":[{"name":"a","value":"b","isRegex":false}],"startsAt":"2026-11-23T21:07:07Z","endsAt":"2026-11-23T22:07:07Z","createdBy":"me","comment":"c","status":{"state":"active"}}]"#,
            "s1",
        ),
        ("alertmanager", "groups") => {
            (r#"[{"labels":{"team":"core"},"receiver":{"name":"pager"},"alerts":[]}]"#, "pager")
        }
        ("statuspage", "incidents" | "unresolved" | "open" | "probe") => (INCIDENT, ""),
        ("statuspage", "maintenances") => (
            r#"{"page":{},"scheduled_maintenances":[{"id":"m1","name":"Move","status":"scheduled","impact":"none",
                "created_at":"2026-11-23T21:07:07Z","scheduled_for":"2026-11-24T21:07:07Z","scheduled_until":"2026-11-24T22:07:07Z",
                "components":[],"incident_updates":[]}]}"#,
            "Move",
        ),
        ("json", "probe") => (JSON, "2026-11-23"),
        ("json", "series" | "figures") => (JSON, "latency_p95|traffic"),
        _ => return None,
    })
}

#[test]
fn each_way_of_each_kind_reads_what_was_recorded_and_names_its_errors() {
    use fourlights::sources::decode::ways;
    use fourlights::sources::{Response, SYSTEMS};
    let mut n = 0;
    for system in SYSTEMS {
        let kind = system.spec.name;
        for way in ways(system) {
            let (body, word) =
                bodies(kind, way.what).unwrap_or_else(|| panic!("record a body of {kind} {}", way.what));
            let answered = |body: &str| Response { status: 200, body: body.into(), ..Response::default() };
            let read = (way.read)(&answered(body), "name")
                .unwrap_or_else(|error| panic!("{kind} {}: {error}", way.what));
            let text = read.data.to_string();
            assert!(word.split('|').any(|word| text.contains(word)), "{kind} {}: {text}", way.what);
            let cut = body.get(..body.len() - 2).expect("ASCII");
            for (damaged, errors) in
                [(cut, &["CutOff", "Shape"][..]), ("<html>", &["Html"]), ("7", &["Shape"])]
            {
                let found = (way.read)(&answered(damaged), "name").expect_err("an error");
                assert!(errors.contains(&found.name()), "{kind} {} of {damaged}: {found:?}", way.what);
                assert!(found.remedy().len() > 10, "{found}");
            }
            n += 1;
        }
    }
    assert!(n >= 18, "{n}");
}

#[test]
fn help_lists_every_kind_with_what_it_can_be_asked_for() {
    use fourlights::sources::SYSTEMS;
    use fourlights::sources::decode::ways;
    for command in ["decode", "request"] {
        let out = fourlights(&[command, "--help"]);
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert_eq!(out.status.code(), Some(0));
        for system in SYSTEMS {
            assert!(text.contains(&format!("\n{}: ", system.spec.name)), "{text}");
            for way in ways(system) {
                assert!(text.contains(&format!("  {:<14}{}", way.what, way.about)), "{} {text}", way.what);
            }
        }
    }
}

#[test]
fn a_mistake_names_itself_and_not_all_of_the_usage() {
    for (words, expected) in [
        (&["decode", "prometheus"][..], "fourlights decode: WHAT is missing"),
        (&["decode", "prometheus", "alerts", "a.json", "--statsu", "1"], "did you mean --status?"),
        (
            &["decode", "prometheus", "alerts", "a.json", "--status", "no"],
            "--status is \"no\", expected a status of HTTP",
        ),
        (&["request", "prometheus", "alerts"], "--config is missing, e.g. --config fourlights.json"),
        (&["publish", "a.json"], "--out is missing"),
        (&["decdoe"], "Did you mean decode?"),
    ] {
        let out = fourlights(words);
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{text}");
        assert!(text.contains(expected) && text.lines().count() < 14, "{text}");
    }
}

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

/// An alert of Opsgenie and its successor, within what stands around it.
macro_rules! concat_alert {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            r#"{"id":"a-1","tinyId":"7","alias":"k","message":"Disk full","status":"open","acknowledged":true,"snoozed":false,"priority":"P2","#,
            r#""owner":"ana@example.com","createdAt":"2026-11-23T21:07:07.123Z","report":{"ackTime":60000,"acknowledgedBy":"ana@example.com"},"count":1}"#,
            $after
        )
    };
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
        (kind, what) if pager_body(kind, what).is_some() => return pager_body(kind, what),
        ("json", "probe") => (JSON, "2026-11-23"),
        ("json", "series" | "figures") => (JSON, "latency_p95|traffic"),
        _ => return None,
    })
}

/// The same of the systems that page people: short answers of the forms that their descriptions give.
fn pager_body(kind: &str, what: &str) -> Option<(&'static str, &'static str)> {
    const ALERT: &str = r#"{"id":"a-1","tinyId":"7","alias":"k","message":"Disk full","status":"open","acknowledged":true,"snoozed":false,
        "priority":"P2","owner":"ana@example.com","createdAt":"2026-11-23T21:07:07.123Z","report":{"ackTime":60000,"acknowledgedBy":"ana@example.com"},"count":1}"#;
    const NOTICE: &str = r#"[{"id":"i1","name":"Slow","status":"investigating","impact":"major","created_at":"2026-11-23T13:07:07.000-08:00",
        "started_at":"2026-11-23T13:07:07.000-08:00","scheduled_for":"2026-11-24T21:07:07Z","scheduled_until":"2026-11-24T22:07:07Z","components":[],"incident_updates":[]}]"#;
    Some(match (kind, what) {
        ("pagerduty", "probe") => (r#"{"abilities":["teams","urgencies"]}"#, "2"),
        ("pagerduty", "pages") => (
            r#"{"incidents":[{"id":"P1","incident_number":12,"title":"Fire","status":"acknowledged","urgency":"high","priority":{"id":"PR","summary":"P1"},
                "service":{"id":"S1","summary":"Mail"},"assignments":[{"at":"2026-11-23T21:07:07Z","assignee":{"id":"U1","summary":"Ana"}}],
                "acknowledgements":[{"at":"2026-11-23T21:08:07Z","acknowledger":{"id":"U1","summary":"Ana"}}],
                "pending_actions":[{"type":"unacknowledge","at":"2026-11-23T23:07:07Z"}],"created_at":"2026-11-23T21:07:07Z","html_url":"https://a.example/P1"}],
                "limit":100,"offset":0,"more":false}"#,
            r#""snoozed_until":"2026-11-23T23:07:07Z""#,
        ),
        ("pagerduty", "page") => (
            r#"{"incident":{"id":"P1","title":"Fire","status":"resolved","urgency":"low","created_at":"2026-11-23T21:07:07Z"}}"#,
            r#""state":"resolved""#,
        ),
        ("pagerduty", "page_log") => (
            r#"{"log_entries":[{"id":"L1","type":"annotate_log_entry","summary":"Note added","created_at":"2026-11-23T21:07:07Z",
                "agent":{"id":"U1","summary":"Ana"},"channel":{"type":"note","summary":"Rolled back"}}],"more":false}"#,
            "Rolled back",
        ),
        ("pagerduty", "services") => (r#"{"services":[{"id":"S1","name":"Mail"}]}"#, "Mail"),
        ("pagerduty", "people") => (r#"{"users":[{"id":"U1","name":"Ana"}]}"#, "Ana"),
        ("pagerduty", "priorities") => (r#"{"priorities":[{"id":"X","summary":"P1"}]}"#, "P1"),
        ("pagerduty", "mutes") => (
            r#"{"maintenance_windows":[{"id":"W1","description":"Move","start_time":"2026-11-23T21:07:07Z","end_time":"2026-11-23T22:07:07Z",
                "services":[{"id":"S1","summary":"Mail"}]}]}"#,
            "Move",
        ),
        ("pagerduty", "on_call" | "on_call_of" | "next_on_call") => (
            r#"{"oncalls":[{"user":{"id":"U1","summary":"Ana"},"schedule":{"id":"C1","type":"schedule_v3_reference","summary":"Core"},
                "escalation_policy":{"id":"E1","summary":"Policy"},"escalation_level":1,"start":null,"end":null}],"more":false}"#,
            "Ana",
        ),
        ("pagerduty", "schedules" | "schedules_2") => (
            r#"{"schedules":[{"id":"C1","type":"schedule_v3_reference","summary":"Core"}],"limit":100,"offset":0,"more":false}"#,
            "schedule_v3",
        ),
        ("pagerduty", "roster") => (
            r#"{"schedule":{"id":"C1","final_schedule":{"computed_shift_assignments":[
                {"start_time":"2026-11-23T21:00:00Z","end_time":"2026-11-23T22:00:00Z","member":{"type":"empty_member"},"source":{"type":"rotation"}},
                {"start_time":"2026-11-23T22:00:00Z","end_time":"2026-11-23T23:00:00Z","member":{"type":"user_member","user_id":"U9"},"source":{"type":"custom_shift"}}]}}}"#,
            "U9",
        ),
        ("pagerduty", "overrides") => (
            r#"{"overrides":[{"id":"O1","start":"2026-11-23T21:00:00Z","end":"2026-11-23T22:00:00Z","user":{"id":"U1","summary":"Ana"}}]}"#,
            "O1",
        ),
        ("pagerduty", "changes") => (
            r#"{"change_events":[{"id":"CE","summary":"Deploy 42","timestamp":"2026-11-23T21:07:07Z","source":"ci","links":[{"href":"https://ci.example/42"}]}],
                "limit":null,"offset":null,"more":false}"#,
            "Deploy 42",
        ),
        ("pagerduty_events", "probe") => (r#"{"status":"success"}"#, ""),
        ("opsgenie" | "jsm", "pages") => (
            // Both envelopes, each with its own name.
            match kind {
                "jsm" => concat_alert!("{\"values\":[", "],\"count\":1,\"links\":{}}"),
                _ => concat_alert!("{\"data\":[", "],\"paging\":{},\"took\":0.1,\"requestId\":\"r\"}"),
            },
            "Disk full",
        ),
        ("jsm", "page") => (ALERT, "2026-11-23T21:08:07Z"),
        ("opsgenie", "page") => {
            (concat_alert!("{\"data\":", ",\"took\":0.1,\"requestId\":\"r\"}"), "ana@example.com")
        }
        ("opsgenie", "probe") => (r#"{"data":{"count":3},"took":0.1,"requestId":"r"}"#, "3"),
        ("jsm", "probe") => (r#"{"values":[],"count":3}"#, "3"),
        ("opsgenie" | "jsm", "page_log") => (
            r#"{"data":[{"offset":"1_1","log":"Alert acknowledged via web","type":"system","owner":"ana@example.com","createdAt":"2026-11-23T21:07:07Z"}]}"#,
            "acknowledged via web",
        ),
        ("opsgenie" | "jsm", "mutes") => (
            r#"{"values":[{"id":"m","status":"planned","description":"Move","time":{"type":"schedule","startDate":"2026-11-23T21:00:00Z","endDate":"2026-11-23T22:00:00Z"},
                "rules":[{"state":"disabled","entity":{"id":"int","type":"integration"}}]},{"id":"o","status":"past","description":"Over"}]}"#,
            "Move",
        ),
        ("opsgenie", "on_call") => (
            r#"{"data":[{"_parent":{"id":"s","name":"Core","enabled":true},"onCallParticipants":[{"id":"e","type":"escalation","onCallParticipants":[{"id":"u","name":"ana@example.com","type":"user"}]}]}]}"#,
            "ana@example.com",
        ),
        ("opsgenie", "on_call_of") => (
            r#"{"data":{"_parent":{"id":"s","name":"Core","enabled":true},"onCallParticipants":[]}}"#,
            r#""person":null"#,
        ),
        ("opsgenie", "next_on_call") => (
            r#"{"data":{"_parent":{"id":"s","name":"Core","enabled":true},"nextOnCallRecipients":[{"id":"u","name":"ana@example.com","type":"user"}]}}"#,
            "ana@example.com",
        ),
        ("jsm", "on_call_of" | "next_on_call") => (r#"{"onCallUsers":["5b2b0e"]}"#, "5b2b0e"),
        ("opsgenie" | "jsm", "schedules") => (
            r#"{"values":[{"id":"s","name":"Core","timezone":"Europe/Berlin","enabled":false}],"links":{"next":"/v1/schedules?offset=50&size=25"}}"#,
            r#""enabled":false"#,
        ),
        ("opsgenie" | "jsm", "roster") => (
            r#"{"data":{"finalTimeline":{"rotations":[{"id":"r","periods":[
                {"startDate":"2026-11-23T21:00:00Z","endDate":"2026-11-23T22:00:00Z","type":"override","recipient":{"id":"u","type":"user","name":"Ana"}},
                {"startDate":"2026-11-23T22:00:00Z","endDate":"2026-11-23T23:00:00Z","type":"base","responder":{"type":"noone"}}]}]}}}"#,
            r#""override":true"#,
        ),
        ("opsgenie" | "jsm", "overrides") => (
            r#"{"values":[{"alias":"o","startDate":"2026-11-23T21:00:00Z","endDate":"2026-11-23T22:00:00Z","responder":{"type":"user","id":"u"}}]}"#,
            r#""id":"o""#,
        ),
        ("slack", "probe") => (r#"{"ok":true,"team":"Acme","user":"fourlights"}"#, "Acme"),
        ("statuspage_manage", "probe") => (r#"{"id":"p","name":"Acme status"}"#, "Acme status"),
        ("statuspage_manage", "incidents" | "unresolved" | "open" | "maintenances") => (NOTICE, "Slow"),
        ("statuspage_manage", "components") => (
            r#"[{"id":"c1","name":"API","status":"degraded_performance","group":false},{"id":"g","name":"Group","status":"operational","group":true}]"#,
            "degraded_performance",
        ),
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
            // Any answer at all says that a webhook is there.
            if kind == "webhook" {
                assert_eq!(way.what, "probe");
                continue;
            }
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
    assert!(n >= 50, "{n}");
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

//! `null` in the place of any list or optional field, in the answers of every system: nothing beside it
//! vanishes, and nothing fails.

use fourlights::poll::{Pace, Question, Reply};
use fourlights::sources::repository::Place;
use fourlights::sources::{
    Response, SourceError, System, alertmanager, github, gitlab, prometheus, statuspage,
};
use serde_json::{Value, json};

/// An answer with every field that is read, and how many entries a reader finds in it.
struct Case {
    name: &'static str,
    body: Value,
    count: fn(&Response) -> Result<usize, SourceError>,
    /// the lists whose entries are counted; `*` is every entry
    counted: &'static [&'static str],
    /// fields without which the answer is none, or is not to be told from another
    needed: &'static [&'static str],
}

fn asked(system: &System, question: Question, response: &Response) -> Result<usize, SourceError> {
    Ok(match question.read(system, response, None, None)?.data {
        Reply::Frame(frame) => frame.series.iter().map(|s| s.len()).sum(),
        Reply::Alerts(all) => all.len(),
        Reply::Rules(all) => all.len() + all.iter().map(|g| g.rules.len()).sum::<usize>(),
        Reply::Targets(targets) => targets.up + targets.down.len(),
        Reply::AlertGroups(all) => all.len() + all.iter().map(|g| g.n_alerts).sum::<usize>(),
        Reply::Silences(all) => all.len() + all.iter().map(|s| s.matchers.len()).sum::<usize>(),
        Reply::Incidents(all) => all.len(),
        _ => 1,
    })
}

fn source() -> String {
    "s".into()
}

fn query(response: &Response) -> Result<usize, SourceError> {
    asked(
        &prometheus::SYSTEM,
        Question::Instant { source: source(), measure: "up".into(), pace: Pace::Refresh },
        response,
    )
}

fn notices(n: Vec<fourlights::domain::public::Notice>) -> usize {
    n.iter().map(|n| 1 + n.updates.len() + n.affected.len()).sum()
}

fn cases() -> Vec<Case> {
    let envelope = |data: Value| json!({"status": "success", "errorType": "", "error": "", "warnings": [], "infos": [], "isPartial": false, "data": data});
    let incident = |id: &str| {
        json!({"id": id, "name": "N", "status": "investigating", "impact": "major", "created_at": "2026-11-23T21:07:07Z",
            "started_at": "2026-11-23T21:07:07Z", "resolved_at": "2026-11-23T22:07:07Z", "scheduled_for": "2026-11-23T21:07:07Z",
            "scheduled_until": "2026-11-23T22:07:07Z",
            "components": [{"id": "a", "name": "A", "status": "degraded_performance"}, {"id": "b", "name": "B", "status": "operational"}],
            "incident_updates": [{"status": "investigating", "body": "x", "display_at": "2026-11-23T21:07:07Z", "created_at": "2026-11-23T21:07:07Z",
                "affected_components": [{"code": "a", "name": "A", "old_status": "operational", "new_status": "degraded_performance"}]}]})
    };
    let alert = json!({"labels": {"alertname": "A", "severity": "sev2"}, "annotations": {"summary": "s"}, "startsAt": "2026-11-23T21:07:07Z",
        "endsAt": "2026-11-23T22:07:07Z", "updatedAt": "2026-11-23T21:07:07Z", "fingerprint": "f", "generatorURL": "", "receivers": [{"name": "r"}],
        "status": {"state": "suppressed", "silencedBy": ["x"], "inhibitedBy": ["y"], "mutedBy": ["z"]}});
    let prometheus_alert = json!({"labels": {"alertname": "A"}, "annotations": {"summary": "s"}, "state": "firing",
        "activeAt": "2026-11-23T21:07:07Z", "value": "1e+00"});
    let rule = json!({"name": "R", "query": "up == 0", "state": "inactive", "duration": 120.0, "health": "ok", "lastError": "",
        "labels": {}, "annotations": {}, "alerts": [], "type": "alerting"});
    vec![
        Case {
            name: "a matrix",
            body: envelope(json!({"resultType": "matrix", "result": [
                {"metric": {"a": "1"}, "values": [[1.0, "1"], [2.0, "2"]], "histograms": []},
                {"metric": {"a": "2"}, "values": [[1.0, "3"]]}]})),
            count: query,
            counted: &["/data/result/*/values"],
            needed: &["/data/resultType"],
        },
        Case {
            name: "a vector",
            body: envelope(json!({"resultType": "vector", "result": [
                {"metric": {"a": "1"}, "value": [1.0, "1"], "histogram": null}, {"metric": {}, "value": [1.0, "3"]}]})),
            count: query,
            counted: &["/data/result"],
            needed: &["/data/resultType", "/data/result/0/value", "/data/result/1/value"],
        },
        Case {
            name: "Prometheus's alerts",
            body: envelope(json!({"alerts": [prometheus_alert, prometheus_alert]})),
            count: |r| asked(&prometheus::SYSTEM, Question::Alerts { source: source() }, r),
            counted: &["/data/alerts"],
            needed: &[],
        },
        Case {
            name: "rules",
            body: envelope(
                json!({"groups": [{"name": "g", "file": "f", "rules": [rule, rule]}, {"name": "h", "rules": [rule]}]}),
            ),
            count: |r| asked(&prometheus::SYSTEM, Question::Rules { source: source() }, r),
            counted: &["/data/groups", "/data/groups/*/rules"],
            needed: &[],
        },
        Case {
            name: "targets",
            body: envelope(json!({"activeTargets": [
                {"labels": {"job": "j", "instance": "i"}, "health": "up", "lastError": ""},
                {"labels": {"job": "j", "instance": "k"}, "health": "down", "lastError": "refused"}], "droppedTargets": []})),
            count: |r| asked(&prometheus::SYSTEM, Question::Targets { source: source() }, r),
            counted: &["/data/activeTargets"],
            needed: &[],
        },
        Case {
            name: "the version",
            body: envelope(json!({"version": "3.5.0", "goVersion": "go"})),
            count: |r| asked(&prometheus::SYSTEM, Question::Probe { source: source() }, r),
            counted: &[],
            needed: &[],
        },
        Case {
            name: "Alertmanager's alerts",
            body: json!([alert, alert]),
            count: |r| asked(&alertmanager::SYSTEM, Question::Alerts { source: source() }, r),
            counted: &[""],
            needed: &[],
        },
        Case {
            name: "groups",
            body: json!([{"labels": {"a": "b"}, "receiver": {"name": "ops"}, "alerts": [alert, alert]}]),
            count: |r| asked(&alertmanager::SYSTEM, Question::AlertGroups { source: source() }, r),
            counted: &["", "/*/alerts"],
            needed: &["/0/alerts/0", "/0/alerts/1"],
        },
        Case {
            name: "silences",
            body: json!([{"id": "s", "matchers": [{"name": "a", "value": "b", "isRegex": false, "isEqual": true}, {"name": "c", "value": "d", "isRegex": true}],
                "startsAt": "2026-11-23T21:07:07Z", "endsAt": "2026-11-23T22:07:07Z", "updatedAt": "", "createdBy": "me", "comment": "c", "status": {"state": "active"}}]),
            count: |r| asked(&alertmanager::SYSTEM, Question::Silences { source: source() }, r),
            counted: &["", "/*/matchers"],
            needed: &[],
        },
        Case {
            name: "Alertmanager's state",
            body: json!({"cluster": {"status": "ready", "peers": []}, "versionInfo": {"version": "0.28.1"}}),
            count: |r| asked(&alertmanager::SYSTEM, Question::Probe { source: source() }, r),
            counted: &[],
            needed: &[],
        },
        Case {
            name: "incidents",
            body: json!({"page": {"id": "p"}, "incidents": [incident("a"), incident("b")]}),
            count: |r| statuspage::read_incidents(r).map(|p| notices(p.data)),
            counted: &["/incidents", "/incidents/*/components"],
            needed: &["status", "created_at", "started_at", "incident_updates"],
        },
        Case {
            name: "maintenances",
            body: json!({"page": {"id": "p"}, "scheduled_maintenances": [incident("a")]}),
            count: |r| statuspage::read_maintenances(r).map(|p| notices(p.data)),
            counted: &["/scheduled_maintenances", "/scheduled_maintenances/*/components"],
            needed: &["status", "created_at", "started_at", "incident_updates"],
        },
        Case {
            name: "a file",
            body: json!({"sha": "s", "content": "Zm9v", "encoding": "base64"}),
            count: |r| file(&github::SYSTEM, r),
            counted: &[],
            needed: &["/sha"],
        },
        Case {
            name: "a file of another host",
            body: json!({"last_commit_id": "s", "content": "Zm9v", "encoding": "base64"}),
            count: |r| file(&gitlab::SYSTEM, r),
            counted: &[],
            needed: &["/last_commit_id"],
        },
    ]
}

const PLACE: Place<'_> = Place { repository: "acme/status", branch: None };

fn file(system: &System, response: &Response) -> Result<usize, SourceError> {
    let call = system.files()?.read(PLACE, "a.json");
    (call.read)(response, "r").map(|file| usize::from(file.data.is_some()))
}

/// The place of every value, as JSON pointers.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    let mut inside = |key: String, child: &Value| places(child, format!("{at}/{key}"), all);
    match value {
        Value::Object(members) => members.iter().for_each(|(key, child)| inside(key.clone(), child)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, child)| inside(i.to_string(), child)),
        _ => {}
    }
    all.push(at);
}

/// How many entries the lists at `pattern` have that are not `null`.
fn entries(value: &Value, pattern: &str) -> usize {
    let parts: Vec<&str> = pattern.split('/').skip(1).collect();
    let mut found = vec![value];
    for part in parts {
        found = found
            .into_iter()
            .flat_map(|v| match part {
                "*" => v.as_array().into_iter().flatten().collect::<Vec<_>>(),
                key => v.get(key).into_iter().collect(),
            })
            .collect();
    }
    found.iter().filter_map(|v| v.as_array()).flatten().filter(|v| !v.is_null()).count()
}

/// Whether a place is a label's, the inside of a sample, or what an answer cannot be without.
fn is_needed(case: &Case, place: &str) -> bool {
    let last = place.rsplit('/').next().unwrap_or_default();
    let in_sample = place.contains("/value/")
        || place.matches("/values/").count() == 1
            && place.split("/values/").nth(1).is_some_and(|s| s.contains('/'));
    place == "/status" || in_sample || case.needed.iter().any(|n| *n == place || *n == last)
}

#[test]
fn null_takes_nothing_beside_it_along() {
    let mut n = 0;
    for case in cases() {
        let read = |body: &Value| {
            let body = body.to_string().into_bytes();
            (case.count)(&Response { status: 200, body, ..Response::default() })
        };
        let whole = read(&case.body).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        let counted = |body: &Value| case.counted.iter().map(|pattern| entries(body, pattern)).sum::<usize>();
        // What is read beside the counted lists.
        let beside = whole - counted(&case.body);
        let mut all = Vec::new();
        places(&case.body, String::new(), &mut all);
        for place in all.into_iter().filter(|place| !is_needed(&case, place)) {
            let mut body = case.body.clone();
            *body.pointer_mut(&place).expect("a place of it") = Value::Null;
            match read(&body) {
                Ok(found) => {
                    let least =
                        counted(&body) + if counted(&body) == counted(&case.body) { beside } else { 0 };
                    assert!(found >= least, "{} without {place}: {found} of {least}", case.name);
                    n += 1;
                }
                // A body that is nothing at all is an answer of a system that has lists, and no other.
                Err(error) => assert!(place.is_empty(), "{} without {place}: {error}", case.name),
            }
        }
    }
    assert!(n > 150, "{n} places");
}

#[test]
fn samples_that_are_null_are_gaps_and_take_no_series_along() {
    for (values, expected) in [
        (r#"[[1,"1"],[2,null],[3,"3"]]"#, 3),
        (r#"[[1,"1"],null,[3,"3"]]"#, 2),
        (r#"[[1,1],[2,2.5]]"#, 2),
        ("null", 0),
    ] {
        let body = format!(
            r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"a":"1"}},"values":{values}}},{{"metric":null,"values":[[1,"1"]]}}]}}}}"#
        );
        let found = query(&Response { status: 200, body: body.into(), ..Response::default() });
        assert_eq!(found, Ok(expected + 1), "{values}");
    }
}

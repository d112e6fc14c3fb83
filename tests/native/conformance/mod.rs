//! Every request of the systems that people are paged by, against the descriptions that their makers publish, and what is
//! made of every kind of answer. What comes of it is docs/conformance.md.
//!
//! The descriptions are no part of this project. `FOURLIGHTS_SPECS` names the folder that has them; without it, or without
//! Prism (`tools/setup.sh prism`), the requests are not checked by anybody else, and the test says so.

mod keys;
mod prism;
mod samples;

use fourlights::config::KeyPlace;
use fourlights::domain::secret::Secret;
use fourlights::sources::{Method, Request, Response, SYSTEMS, SourceError, System};
use fourlights::transport::native::send;
use prism::Prism;
use samples::{Made, Reader, requests};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A kind, the file that describes it, and what its addresses have before the paths of that file.
const DESCRIBED: [(&str, &str, &str); 5] = [
    ("pagerduty", "pagerduty-core.json", ""),
    ("pagerduty_events", "pagerduty-events.json", ""),
    ("opsgenie", "opsgenie.json", ""),
    ("slack", "slack-web.json", ""),
    ("statuspage_manage", "statuspage-manage.json", "/pages/kctbh9vrtdwd"),
];

/// Those that nobody describes, or not here, each with the reason.
const UNDESCRIBED: [(&str, &str); 2] = [
    ("jsm", "its description is published at developer.atlassian.com and is not among these"),
    ("webhook", "its hosts take what the tests of each form say"),
];

/// Requests that a description lacks, each with the reason.
const APART: [(&str, &str, &str); 3] = [
    ("pagerduty", "DELETE /v3/schedules/{}/custom_shifts/{}", "not in the subset of the description"),
    ("pagerduty_events", "GET /v2/enqueue", "only to see whether the host is there"),
    ("statuspage_manage", "GET ", "of the page itself, with another address in the description"),
];

/// Where a description contradicts itself or the system: how a request is changed for it, and why.
const CHANGED: [(&str, &str, &str); 4] = [
    (
        "pagerduty",
        "POST /incidents",
        "with `details` as an object: so the schema; its own example and the documentation have text",
    ),
    (
        "pagerduty",
        "GET /change_events",
        "without `since` and `until`: their pattern is `YYYY-MM-DDThh:mm:ssZ`, which no time matches",
    ),
    (
        "slack",
        "POST /auth.test",
        "as GET, which is all that the description of 2021 has; each method takes a posted form",
    ),
    ("slack", "POST /chat.getPermalink", "as GET, for the same reason"),
];

fn system(kind: &str) -> &'static System {
    SYSTEMS.into_iter().find(|s| s.spec.name == kind).expect("a kind")
}

/// `GET /incidents/{}/notes`: ids are left out.
fn operation(request: &Request) -> String {
    const IDS: [&str; 10] =
        ["PI7DH85", "PT4KHLK", "PW98YIO", "Q3X6MJ1LUKD6QW", "i1", "c1", "id", "key-1", "r-1", "PIJ90N7"];
    let steps = request.path.split('/').map(|step| if IDS.contains(&step) { "{}" } else { step });
    format!("{} {}", request.method.name(), steps.collect::<Vec<_>>().join("/"))
}

/// What came of a request of an adapter.
struct Row {
    uses: BTreeSet<String>,
    checked: String,
    decoded: BTreeSet<String>,
}

type Table = BTreeMap<(String, String), Row>;

fn enter(table: &mut Table, kind: &str, made: &Made, request: &Request, checked: &str, decoded: &str) {
    let row = table.entry((kind.into(), operation(request))).or_insert_with(|| Row {
        uses: BTreeSet::new(),
        checked: checked.into(),
        decoded: BTreeSet::new(),
    });
    row.uses.insert(made.what.clone());
    row.decoded.insert(decoded.into());
    if row.checked != checked {
        row.checked = format!("{}, {checked}", row.checked);
    }
}

/// As Prism takes it.
fn for_prism(kind: &str, request: &Request) -> Request {
    let mut request = request.clone();
    let secret = Some(Secret::new("user:k3y-0123456789"));
    match kind {
        "slack" => {
            // The description wants it in a header of this name, or in the address.
            request = request.header("token", "xoxb-1");
            if matches!(request.path.as_str(), "/auth.test" | "/chat.getPermalink") {
                request = Request { method: Method::Get, ..request.with("token", "xoxb-1") };
            }
            request.keyed(KeyPlace::BEARER, secret)
        }
        "pagerduty_events" => {
            request.path = request.path.trim_start_matches("/v2").into();
            request.keyed_for(system(kind).kind(), secret)
        }
        "pagerduty" => {
            if request.path == "/change_events" {
                request.parameters.retain(|(name, _)| !matches!(name.as_str(), "since" | "until"));
            }
            if request.method == Method::PostJson && request.path == "/incidents" {
                let mut body: Value =
                    serde_json::from_str(request.json.as_deref().unwrap_or_default()).expect("JSON");
                body["incident"]["body"]["details"] = json!({"text": "since 21:00"});
                request.json = Some(body.to_string());
            }
            request.keyed_for(system(kind).kind(), secret)
        }
        _ => request.keyed_for(system(kind).kind(), secret),
    }
}

/// Whether Prism found fault with its own example alone.
fn is_of_its_example(answer: &Response) -> bool {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let found = body["validation"].as_array().cloned().unwrap_or_default();
    !found.is_empty() && found.iter().all(|one| one["location"][0] == json!("response"))
}

/// A description as it is served. One of the second version that names no type of bodies takes none at all by Prism.
fn served(description: &Path) -> (PathBuf, bool) {
    let text = std::fs::read_to_string(description).expect("text");
    let mut tree: Value = serde_json::from_str(&text).expect("JSON");
    let is_named = tree.get("consumes").is_some() || text.matches("\"consumes\"").count() > 10;
    if tree["swagger"] != json!("2.0") || is_named {
        return (description.into(), false);
    }
    tree["consumes"] = json!(["application/json"]);
    tree["produces"] = json!(["application/json"]);
    let file = std::env::temp_dir().join(format!("fourlights-served-{}.json", std::process::id()));
    std::fs::write(&file, tree.to_string()).expect("written");
    (file, true)
}

fn apart(kind: &str, request: &Request) -> Option<&'static str> {
    let operation = operation(request);
    APART.iter().find(|(k, o, _)| *k == kind && *o == operation).map(|(_, _, why)| *why)
}

/// Sends everything that an adapter asks to one Prism.
fn ask_prism(kind: &str, prism: &Prism, prefix: &str, table: &mut Table, wrong: &mut Vec<String>) {
    let base = format!("{}{prefix}", prism.base);
    for made in requests(system(kind)) {
        let mut asked = made.request.clone();
        let mut answers: Vec<Response> = Vec::new();
        loop {
            if let Some(why) = apart(kind, &asked) {
                enter(table, kind, &made, &asked, why, "-");
                break;
            }
            let answer = send(&base, &for_prism(kind, &asked), 30_000).expect("Prism answers");
            let change = CHANGED.iter().find(|(k, o, _)| *k == kind && *o == operation(&asked));
            let checked = match change {
                Some((_, _, how)) => format!("{} {how}", answer.status),
                None => answer.status.to_string(),
            };
            if is_of_its_example(&answer) {
                let said = "the request is valid; the description's own example is not";
                enter(table, kind, &made, &asked, said, "-");
                break;
            }
            let is_fine = (200..300).contains(&answer.status);
            if !is_fine {
                wrong.push(format!(
                    "{kind} {} for {}: {} {}",
                    operation(&asked),
                    made.what,
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ));
            }
            let (decoded, error) = match answers.is_empty() {
                true => made.outcome(&Ok(answer.clone())),
                // What follows is read with what was before.
                false => {
                    let mut later: Vec<_> = answers.iter().skip(1).cloned().map(Ok).collect();
                    later.push(Ok(answer.clone()));
                    made.outcome(&Ok(answers.first().expect("one").clone().followed(later)))
                }
            };
            if let Some(error) = error {
                assert!(!error.to_string().is_empty() && error.remedy().len() > 10, "{error:?}");
            }
            enter(table, kind, &made, &asked, &checked, &decoded);
            answers.push(answer.clone());
            match made.next(&asked, &answer, answers.len() - 1).filter(|_| answers.len() < 4) {
                Some(next) => asked = next,
                None => break,
            }
        }
    }
}

/// The answers with which a system, a proxy or a network says no.
fn noes() -> Vec<(&'static str, Result<Response, SourceError>)> {
    let answer = |status: u16, body: &str| {
        Ok(Response {
            status,
            content_type: Some("application/json".into()),
            body: body.into(),
            ..Response::default()
        })
    };
    let page = |status: u16| {
        Ok(Response {
            status,
            content_type: Some("text/html".into()),
            body: b"<!doctype html><title>x".to_vec(),
            ..Response::default()
        })
    };
    vec![
        ("401", answer(401, "{}")),
        ("403", answer(403, "{}")),
        ("404", answer(404, "{}")),
        ("409", answer(409, "{}")),
        ("422", answer(422, "{}")),
        ("429", answer(429, "{}")),
        ("500", answer(500, "{}")),
        ("503", answer(503, "busy")),
        ("HTML", page(200)),
        ("half a body", answer(200, "{\"a\":[")),
        ("no answer in time", Err(SourceError::TimedOut { after: 60_000 })),
        ("no connection", Err(SourceError::Unreachable { origin: "https://api.example".into() })),
    ]
}

fn kinds() -> impl Iterator<Item = &'static str> {
    DESCRIBED.iter().map(|(kind, _, _)| *kind).chain(UNDESCRIBED.iter().map(|(kind, _)| *kind))
}

/// `401 -> Rejected, ..` of each kind, reads and actions apart; every one has a remedy.
fn error_table() -> String {
    let mut out = String::from(
        "| system | use | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503 | HTML | half a body | no answer in 60 s | no connection |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for kind in kinds() {
        let all = requests(system(kind));
        for (name, is_of) in [
            ("read", (|r: &Reader| matches!(r, Reader::Way(_))) as fn(&Reader) -> bool),
            ("action", |r| matches!(r, Reader::Perform(_))),
        ] {
            let mut cells: Vec<BTreeSet<String>> = vec![BTreeSet::new(); noes().len()];
            for made in all.iter().filter(|made| is_of(&made.reader)) {
                for (cell, (no, answer)) in cells.iter_mut().zip(noes()) {
                    let (outcome, error) = made.outcome(&answer);
                    if let Some(error) = &error {
                        assert!(error.remedy().len() > 10, "{kind} {} {no}: {error}", made.what);
                    }
                    cell.insert(outcome);
                }
            }
            if cells.iter().any(|cell| !cell.is_empty()) {
                let cells: Vec<String> =
                    cells.into_iter().map(|cell| cell.into_iter().collect::<Vec<_>>().join(", ")).collect();
                writeln!(out, "| `{kind}` | {name} | {} |", cells.join(" | ")).expect("written");
            }
        }
    }
    out
}

const HEAD: &str = "# Conformance\n\
    Made by `tests/native/conformance` with `FOURLIGHTS_SPECS` (the folder with the systems' own descriptions, which are no\n\
    part of this project) and Prism 5.16.0 (`tools/setup.sh prism`), and checked by each run of the tests. Prism answers by a\n\
    description (`prism mock --errors`) and refuses what is not in it: a request that is answered by 2xx has the path, the\n\
    parameters, the headers and the body that the description asks for. It is no account of the system: nothing was called\n\
    live.\n\n";

fn document(table: &Table) -> String {
    let mut out = String::from(HEAD);
    out.push_str("## Requests\n| system | request | for | Prism | what is made of its answer |\n| --- | --- | --- | --- | --- |\n");
    for ((kind, operation), row) in table {
        let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        writeln!(
            out,
            "| `{kind}` | `{}` | {} | {} | {} |",
            operation.trim(),
            join(&row.uses),
            row.checked,
            join(&row.decoded)
        )
        .expect("written");
    }
    out.push_str(
        "\nPrism's own examples are odd: one that says `Rejected` or `Shape` is not what was asked for, and is told from it.\n\n",
    );
    out.push_str(
        "Opsgenie's description names no type of bodies; it is served with `application/json` for all.\n",
    );
    for (kind, why) in UNDESCRIBED {
        writeln!(out, "`{kind}` is not checked: {why}.").expect("written");
    }
    out.push_str("\n## Errors\nWhat each of these answers becomes; every error has a remedy.\n\n");
    out.push_str(&error_table());
    out.push_str(
        "\nAn action that says `Unreachable`, `TimedOut`, `CutOff`, `Status` or `NotReady` may have been performed: it is looked for, or\n\
         asked about, before it is sent again.\n",
    );
    out
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md")
}

#[test]
fn every_no_is_an_error_with_a_remedy() {
    let written = std::fs::read_to_string(place()).expect("docs/conformance.md");
    assert!(
        written.contains(&error_table()),
        "docs/conformance.md has another table of errors. Make it anew with FOURLIGHTS_SPECS.\n{}",
        error_table()
    );
}

#[test]
fn every_request_is_in_the_table() {
    let written = std::fs::read_to_string(place()).expect("docs/conformance.md");
    for kind in kinds().filter(|kind| UNDESCRIBED.iter().all(|(apart, _)| apart != kind)) {
        for made in requests(system(kind)) {
            let row = format!("| `{kind}` | `{}` |", operation(&made.request).trim());
            assert!(written.contains(&row), "{row} of {} is not in docs/conformance.md", made.what);
        }
    }
}

#[test]
fn every_request_passes_the_description_of_its_system() {
    let Some(specs) = std::env::var_os("FOURLIGHTS_SPECS").map(PathBuf::from) else {
        println!("FOURLIGHTS_SPECS is not set: no request is checked against a description.");
        return;
    };
    let Some(program) = prism::program() else {
        println!(
            "Prism is not installed (tools/setup.sh prism): no request is checked against a description."
        );
        return;
    };
    let (mut table, mut wrong) = (Table::new(), Vec::new());
    for (kind, file, prefix) in DESCRIBED {
        let description = specs.join(file);
        assert!(description.is_file(), "{} is not there", description.display());
        let (file, is_copy) = served(&description);
        let prism = Prism::start(&program, &file);
        ask_prism(kind, &prism, prefix, &mut table, &mut wrong);
        if is_copy {
            std::fs::remove_file(file).expect("removed");
        }
    }
    println!("{} kinds of requests were sent, {} refused", table.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let document = document(&table);
    if std::fs::read_to_string(place()).ok().as_ref() != Some(&document) {
        std::fs::write(place(), document).expect("written");
        println!("docs/conformance.md is made anew");
    }
}

#[test]
fn the_examples_of_the_descriptions_are_read() {
    let Some(specs) = std::env::var_os("FOURLIGHTS_SPECS").map(PathBuf::from) else {
        println!("FOURLIGHTS_SPECS is not set: no example is read.");
        return;
    };
    let read = |kind: &str, what: &str, file: &str| {
        let text = std::fs::read(specs.join(file)).expect(file);
        let way =
            fourlights::sources::decode::ways(system(kind)).into_iter().find(|w| w.what == what).expect(what);
        let response = Response { status: 200, body: text, ..Response::default() };
        let read = (way.read)(&response, "s").unwrap_or_else(|e| panic!("{file}: {e}"));
        let left_out: Vec<String> =
            read.warnings.iter().filter(|w| !w.is_partial()).map(ToString::to_string).collect();
        assert!(left_out.is_empty(), "{file}: {left_out:?}");
        read.data.to_string()
    };
    for (what, file, word) in [
        ("pages", "get_incidents-200-response.json", "The server is on fire."),
        ("page", "put_incidents_id-200-response.json", "The server is on fire."),
        ("on_call", "get_oncalls-200-response.json", "Tim Wright"),
        ("mutes", "get_maintenance_windows-200-response.json", "Immanentizing the eschaton"),
        ("schedules", "get_schedules-200-basic-example.json", "America/New_York"),
        ("schedules_2", "get_v3_schedules-200-response.json", "schedule_v3"),
        ("overrides", "get_v3_schedules_id_overrides-200-response.json", "[]"),
        ("changes", "get_incidents_id_related_change_events-200-response.json", "Build Success"),
        ("probe", "get_abilities-200-response.json", "abilities"),
    ] {
        let text = read("pagerduty", what, &format!("pagerduty/{file}"));
        assert!(text.contains(word), "{file}: {text}");
    }
}

//! Each kind of bad configuration gives its own message, and all faults come at once.

use fourlights::config::{Config, Fault, FaultKind, read, schema};

const DEMO: &str = include_str!("../../public/fourlights.json");

#[track_caller]
fn faults(text: &str) -> Vec<Fault> {
    read(text).expect_err("the configuration should have faults")
}

#[track_caller]
fn only(text: &str) -> Fault {
    let mut all = faults(text);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

/// A small valid configuration with more entries put in.
fn with(entries: &str) -> String {
    format!(
        r#"{{"title": "T", "sources": {{"prom": {{"kind": "prometheus", "url": "http://127.0.0.1:9090/"}}}},
            "signals": {{"web": {{"source": "prom", "preset": "caddy", "by": "server"}}}} {entries}}}"#
    )
}

fn valid(entries: &str) -> Config {
    read(&with(entries)).expect("valid")
}

#[test]
fn the_demo_configuration_is_valid() {
    let config = read(DEMO).expect("valid");
    assert!(config.is_demo());
    assert_eq!((config.services.len(), config.slos.len(), config.capacity.len()), (5, 5, 2));
}

#[test]
fn the_schema_file_is_the_one_made_from_the_types() {
    let file = include_str!("../../public/fourlights.schema.json");
    assert!(file == schema::text(), "run `make schema`");
}

#[test]
fn the_documentation_has_the_tables_made_from_the_types() {
    let docs = include_str!("../../docs/configuration.md");
    assert!(docs.contains(schema::markdown().trim()), "run `make schema`");
}

#[test]
fn html_in_place_of_the_file_is_named() {
    let fault = only("\n<!doctype html><html></html>");
    assert_eq!(fault.kind, FaultKind::Html);
    assert!(fault.expected.contains("rewrite rule"));
}

#[test]
fn empty_and_broken_json_say_where() {
    assert_eq!(only("").kind, FaultKind::NotJson);
    let fault = only("{\n  \"title\": \n}");
    assert_eq!(fault.kind, FaultKind::NotJson);
    assert!(fault.expected.contains("line 3"), "{}", fault.expected);
    assert_eq!(only("[]").kind, FaultKind::WrongType);
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    let fault = only(&with(r#", "refersh": "30s""#));
    assert_eq!((fault.kind, fault.path.as_str()), (FaultKind::UnknownKey, "$.refersh"));
    assert!(fault.expected.contains("\"refresh\""));
}

#[test]
fn an_unknown_source_kind_lists_the_known_ones() {
    let fault =
        only(r#"{"title": "T", "sources": {"p": {"kind": "promtheus", "url": "http://x"}}, "signals": {}}"#);
    assert_eq!((fault.kind, fault.path.as_str()), (FaultKind::UnknownKind, "$.sources.p.kind"));
    assert!(
        fault.expected.contains("alertmanager") && fault.expected.contains("did you mean \"prometheus\"")
    );
}

#[test]
fn dangling_references_say_what_exists() {
    let all = faults(&with(
        r#", "services": [{"id": "a", "name": "A", "signals": {"wep": "x"}, "depends_on": ["b"]}],
           "slos": [{"name": "S", "service": "c", "target": 0.99}],
           "capacity": [{"id": "d", "name": "D", "kind": "storage", "source": "pron", "used": "x", "limit": 1}]"#,
    ));
    let paths: Vec<&str> = all.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "$.services[0].signals.wep",
            "$.services[0].depends_on[0]",
            "$.capacity[0].source",
            "$.slos[0].service"
        ]
    );
    assert!(all.iter().all(|f| f.kind == FaultKind::DanglingReference));
    assert!(all[0].expected.contains("\"web\""));
}

#[test]
fn all_faults_come_at_once_with_path_found_expected_and_example() {
    let all = faults(
        r#"{"titel": 5, "refresh": "1ms", "zone": "Mars", "sources": {"p": {"url": "ftp://x"}},
            "services": [{"id": "a", "name": 7}, {"id": "a", "name": "B", "links": [{"title": "x", "url": "javascript:1"}]}]}"#,
    );
    for path in ["$.titel", "$.title", "$.sources.p.kind", "$.services[0].name"] {
        assert!(all.iter().any(|f| f.path == path), "{path} in {all:#?}");
    }
    for fault in &all {
        assert!(
            !fault.found.is_empty() && !fault.expected.is_empty() && !fault.example.is_empty(),
            "{fault:?}"
        );
    }
    let later = faults(&with(
        r#", "refresh": "1ms", "zone": "Mars", "services": [{"id": "a", "name": "A"}, {"id": "a", "name": "B", "links": [{"title": "x", "url": "javascript:1"}]}]"#,
    ));
    let paths: Vec<&str> = later.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths, ["$.services[1].id", "$.services[1].links[0].url", "$.zone", "$.refresh"]);
}

#[test]
fn a_secret_is_refused_and_told_where_it_belongs() {
    let fault = &faults(
        r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://x", "token": "hunter2"}}, "signals": {}}"#,
    )[0];
    assert_eq!((fault.kind, fault.path.as_str()), (FaultKind::Secret, "$.sources.p.token"));
    assert!(fault.expected.contains("reverse proxy") && !fault.to_string().contains("hunter2"));
}

#[test]
fn values_out_of_range_are_faults() {
    for entry in [
        r#", "slos": [{"name": "S", "service": "a", "target": 99.9}], "services": [{"id": "a", "name": "A"}]"#,
        r#", "alerts": [{"name": "x", "signal": "traffic", "drop": 50, "severity": "sev2"}]"#,
        r#", "alerts": [{"name": "x", "signal": "traffic", "severity": "sev2"}]"#,
        r#", "alerts": [{"name": "x", "signal": "trafic", "above": 1, "severity": "sev9"}]"#,
        r#", "scorecards": [{"name": "x", "set": "web", "value": "a"}]"#,
        r#", "refresh": 30"#,
    ] {
        assert!(read(&with(entry)).is_err(), "{entry}");
    }
}

#[test]
fn presets_fill_in_label_selector_window_and_level() {
    use fourlights::config::Level;
    use fourlights::domain::signal::Signal;
    use fourlights::domain::time::{DAY, MINUTE};
    let config = valid(r#", "baseline": "sum(x offset 1w)""#);
    let web = config.set("web").unwrap();
    let query = |signal, level| web.query(signal, level, MINUTE, 30 * DAY).unwrap();
    assert_eq!(
        query(Signal::LatencyP95, Level::Service),
        "histogram_quantile(0.95, sum by (le, server) (rate(caddy_http_request_duration_seconds_bucket[2m])))"
    );
    assert_eq!(
        query(Signal::Traffic, Level::Fleet),
        "sum (rate(caddy_http_request_duration_seconds_count[2m]))"
    );
    assert!(web.query(Signal::Cpu, Level::Fleet, MINUTE, DAY).is_none());
    let own = read(&with("").replace(
        r#""preset": "caddy""#,
        r#""queries": {"traffic": "sum by ($by) (rate(x{a=\"{}\"}[$window]))"}"#,
    ));
    assert_eq!(
        own.unwrap().set("web").unwrap().query(Signal::Traffic, Level::Service, MINUTE, DAY).unwrap(),
        "sum by (server) (rate(x{a=\"{}\"}[2m]))"
    );
}

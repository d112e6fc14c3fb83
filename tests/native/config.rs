//! Each kind of bad configuration gives its own message, and all faults come at once.

use fourlights::config::{Config, Fault, FaultKind, schema};
use fourlights::sources::prometheus::text;
use fourlights::sources::read_config as read;

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
    let query = |signal, level| text(&web.measure(signal, level, MINUTE, 30 * DAY).unwrap());
    assert_eq!(
        query(Signal::LatencyP95, Level::Service),
        "histogram_quantile(0.95, sum by (le, server) (rate(caddy_http_request_duration_seconds_bucket[2m])))"
    );
    assert_eq!(
        query(Signal::Traffic, Level::Fleet),
        "sum (rate(caddy_http_request_duration_seconds_count[2m]))"
    );
    assert!(web.measure(Signal::Cpu, Level::Fleet, MINUTE, DAY).is_none());
    let own = read(&with("").replace(
        r#""preset": "caddy""#,
        r#""queries": {"traffic": "sum by ($by) (rate(x{a=\"{}\"}[$window]))"}"#,
    ));
    assert_eq!(
        text(
            &own.unwrap().set("web").unwrap().measure(Signal::Traffic, Level::Service, MINUTE, DAY).unwrap()
        ),
        "sum by (server) (rate(x{a=\"{}\"}[2m]))"
    );
}

/// The paths of all faults, in their order.
#[track_caller]
fn paths(text: &str) -> Vec<String> {
    faults(text).into_iter().map(|f| f.path).collect()
}

/// A configuration with a source of each kind.
fn mixed(entries: &str) -> String {
    format!(
        r#"{{"title": "T", "sources": {{"am": {{"kind": "alertmanager", "url": "http://a"}},
            "page": {{"kind": "statuspage", "url": "http://p"}}, "prom": {{"kind": "prometheus", "url": "http://m"}}}},
            "services": [{{"id": "api", "name": "A"}}], "alerts": [] {entries}}}"#
    )
}

#[test]
fn a_source_is_asked_only_for_what_it_can_answer() {
    let query = r#""bad": "sum(increase(b[$window]))", "valid": "sum(increase(v[$window]))""#;
    for (entry, path) in [
        (format!(r#""slos": [{{"name": "S", "service": "api", "target": 0.9, "source": "am", {query}}}]"#), "$.slos[0].source"),
        (format!(r#""slos": [{{"name": "S", "service": "api", "target": 0.9, "source": "page", {query}}}]"#), "$.slos[0].source"),
        (r#""signals": {"w": {"source": "am", "preset": "caddy", "by": "s"}}"#.into(), "$.signals.w.source"),
        (
            r#""capacity": [{"id": "d", "name": "D", "kind": "storage", "source": "page", "used": "x", "limit": 1}]"#.into(),
            "$.capacity[0].source",
        ),
        (r#""deploys": [{"source": "am", "query": "x"}]"#.into(), "$.deploys[0].source"),
        (
            r#""alerts": [{"name": "a", "query": "x", "above": 1, "severity": "sev2", "source": "am"}]"#.into(),
            "$.alerts[0].source",
        ),
        (
            r#""public": {"url": "https://s/", "components": [], "import": ["prom"]}"#.into(),
            "$.public.import[0]",
        ),
    ] {
        let text = mixed(&format!(", {entry}")).replace(r#""alerts": [] , "alerts""#, r#""alerts""#);
        let fault = only(&text);
        assert_eq!((fault.kind, fault.path.as_str()), (FaultKind::WrongSource, path));
        let able = if path.contains("public") { "page" } else { "prom" };
        assert!(fault.expected.starts_with("a source of ") && fault.expected.ends_with(able), "{fault}");
    }
}

#[test]
fn the_default_source_is_the_first_that_can_answer() {
    let slo =
        r#", "slos": [{"name": "S", "service": "api", "target": 0.9, "good": "avg_over_time(x[$window])"}]"#;
    assert_eq!(read(&mixed(slo)).expect("valid").slos[0].source, "prom");
    let without = mixed(slo).replace(r#", "prom": {"kind": "prometheus", "url": "http://m"}"#, "");
    let fault = only(&without);
    assert_eq!((fault.kind, fault.path.as_str()), (FaultKind::MissingKey, "$.slos[0].source"));
    assert!(fault.expected.contains("of which the file has none"), "{fault}");
    for (entry, path) in [(r#", "baseline": "sum(x)""#, "$.baseline"), (r#", "baseline": 5"#, "")] {
        let text = mixed(entry).replace(r#", "prom": {"kind": "prometheus", "url": "http://m"}"#, "");
        match path {
            "" => drop(read(&text).expect("a number is asked of nobody")),
            path => assert_eq!(only(&text).path, path),
        }
    }
    let page =
        r#"{"title": "T", "sources": {"page": {"kind": "statuspage", "url": "http://p"}}, "watchdog": "W"}"#;
    assert_eq!(only(page).path, "$.watchdog");
}

#[test]
fn no_stage_hides_the_faults_of_a_later_one() {
    let all = paths(
        r#"{"title": 7, "refresh": "1ms", "sources": {"p": {"kind": "prometheus", "url": "ftp://x"}, "q": {"kind": 1, "url": "http://q"}},
            "signals": {"web": {"source": "r", "preset": "cady", "by": "a, b", "selector": "job", "queries": {"traffic": 1, "cpu": "x[$__range]"}}},
            "services": [{"id": "a", "name": 7, "signals": {"wep": "x"}}, {"id": 5, "name": "B"}],
            "slos": [
              {"name": "S", "service": "a", "kind": "availabilty", "target": 99.9, "window": "1s", "zone": "Mars", "source": "r", "bad": 5, "valid": "x"},
              {"name": "T", "service": "somebody", "target": "x", "from": "web"}],
            "capacity": [{"id": "d", "name": "D", "kind": "disk", "source": "q", "used": "x", "limit": -1, "peak": 7, "by": "a b,c"}]}"#,
    );
    let expected = [
        "$.title",
        "$.sources.q.kind",
        "$.signals.web.queries.traffic",
        "$.services[0].name",
        "$.services[1].id",
        "$.slos[0].bad",
        "$.slos[1].target",
        "$.sources.p.url",
        "$.signals.web.source",
        "$.signals.web.preset",
        "$.signals.web.by",
        "$.signals.web.queries.cpu",
        "$.signals.web.selector",
        "$.services[0].signals.wep",
        "$.capacity[0].kind",
        "$.capacity[0].by",
        "$.capacity[0].limit",
        "$.capacity[0].peak",
        "$.refresh",
        "$.slos[0].kind",
        "$.slos[0].window",
        "$.slos[0].zone",
        "$.slos[0].source",
        "$.slos[0].target",
    ];
    for path in expected {
        assert_eq!(all.iter().filter(|p| *p == path).count(), 1, "{path} in {all:#?}");
    }
    // Nothing that only follows from these: a service whose id is unknown may be the one that is meant.
    assert_eq!(all.len(), expected.len(), "{all:#?}");
}

#[test]
fn what_follows_from_a_fault_is_none_of_its_own() {
    for (entry, path) in [
        (
            r#", "services": [{"id": "a", "name": "A"}], "slos": [{"name": "S", "service": "a", "target": 0.9, "bad": 1, "valid": "x[$window]"}]"#,
            "$.slos[0].bad",
        ),
        (
            r#", "services": [{"id": "a", "name": "A", "signals": "web"}], "slos": [{"name": "S", "service": "a", "target": 0.9, "from": "web"}]"#,
            "$.services[0].signals",
        ),
        (
            r#", "services": [{"id": "a", "name": "A", "signals": {"web": 1}}], "slos": [{"name": "S", "service": "a", "target": 0.9, "from": "web"}]"#,
            "$.services[0].signals.web",
        ),
        (r#", "alerts": [{"name": "x", "signal": 1, "above": 1, "severity": "sev2"}]"#, "$.alerts[0].signal"),
        (
            r#", "alerts": [{"name": "x", "signal": "traffic", "above": "1", "severity": "sev2"}]"#,
            "$.alerts[0].above",
        ),
        (
            r#", "capacity": [{"id": "d", "name": "D", "kind": "traffic", "source": "prom", "used": "x", "latency": 1}]"#,
            "$.capacity[0].latency",
        ),
    ] {
        assert_eq!(paths(&with(entry)), [path], "{entry}");
    }
    let broken_set = with(
        r#", "services": [{"id": "a", "name": "A", "signals": {"web": "x"}}], "slos": [{"name": "S", "service": "a", "target": 0.9, "from": "web"}]"#,
    );
    assert_eq!(
        paths(&broken_set.replace(r#""source": "prom""#, r#""source": "none""#)),
        ["$.signals.web.source"]
    );
}

#[test]
fn addresses_with_a_query_are_kept_and_those_that_cannot_work_refused() {
    let source = |url: &str| {
        format!(r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "{url}"}}}}}}"#)
    };
    for (typed, kept) in [
        ("https://host/prom/", "https://host/prom"),
        ("https://host/prom/?tenant=a", "https://host/prom?tenant=a"),
        ("https://host?tenant=a&x=y/", "https://host?tenant=a&x=y/"),
        ("HTTPS://host", "HTTPS://host"),
        ("/_proxy/prom?tenant=a", "/_proxy/prom?tenant=a"),
        ("https://host/prom?", "https://host/prom"),
        ("/", ""),
    ] {
        assert_eq!(read(&source(typed)).map(|c| c.sources[0].url.clone()), Ok(kept.to_string()), "{typed}");
    }
    for typed in [
        "https://host/#frag",
        "https://user@host/",
        "https://host?query=up",
        "https://host/?a=b c",
        "https://",
        "https://?a=b",
        "ftp://host",
        "//host",
        "demo:?x=1",
        "host:9090",
    ] {
        let fault = only(&source(typed));
        assert!(matches!(fault.kind, FaultKind::BadValue | FaultKind::Secret), "{typed}: {fault}");
    }
    let fault = only(&source("https://user:hunter2@host/"));
    assert!(fault.kind == FaultKind::Secret && !fault.to_string().contains("hunter2"), "{fault}");
}

#[test]
fn labels_beyond_the_plain_ones_are_quoted() {
    use fourlights::config::{Indicator, Level};
    use fourlights::domain::signal::Signal;
    use fourlights::domain::time::{DAY, MINUTE};
    let entries = r#", "services": [{"id": "a", "name": "A", "signals": {"web": "x\"y"}}],
        "slos": [{"name": "S", "service": "a", "target": 0.9, "from": "web"}]"#;
    let text = with(entries).replace(
        r#""by": "server""#,
        r#""by": "service.name", "selector": "{k8s.cluster=\"c\", job!=\"z\"}""#,
    );
    let config = read(&text).expect("valid");
    let set = config.set("web").unwrap();
    assert_eq!(
        fourlights::sources::prometheus::text(
            &set.measure(Signal::Traffic, Level::Service, MINUTE, DAY).unwrap()
        ),
        "sum by (\"service.name\") (rate(caddy_http_request_duration_seconds_count{\"k8s.cluster\"=\"c\", job!=\"z\"}[2m]))"
    );
    let Indicator::Bad { valid, .. } = &config.slos[0].indicator else { panic!() };
    assert_eq!(
        fourlights::sources::prometheus::text(valid),
        "sum(increase(caddy_http_request_duration_seconds_count{\"k8s.cluster\"=\"c\", job!=\"z\", \"service.name\"=\"x\\\"y\"}[$window]))"
    );
    for by in ["", "a, b", "\\\"service.name\\\"", "by (a)"] {
        let text = with("").replace(r#""by": "server""#, &format!(r#""by": "{}""#, by.replace("\\\\", "\\")));
        assert_eq!(only(&text).path, "$.signals.web.by", "{by}");
    }
}

#[test]
fn bounds_of_latency_are_matched_in_both_spellings() {
    use fourlights::config::Indicator;
    let of = |bound: &str| {
        let entries = format!(
            r#", "services": [{{"id": "a", "name": "A", "signals": {{"web": "x"}}}}],
               "slos": [{{"name": "S", "service": "a", "target": 0.9, "kind": "latency", "from": "web", "bound": {bound}}}]"#
        );
        let config = valid(&entries);
        assert!(config.slos[0].bound.is_some());
        match &config.slos[0].indicator {
            Indicator::Good { good, .. } => text(good),
            other => panic!("{other:?}"),
        }
    };
    assert!(of("1").contains(r#"{le=~"1(\\.0)?", server="x"}"#), "{}", of("1"));
    assert!(of("0.5").contains(r#"{le="0.5", server="x"}"#));
    assert_eq!(of("5.0"), of("5"));
}

#[test]
fn words_of_severities_are_read_and_wrong_ones_are_named() {
    use fourlights::domain::labels::Labels;
    use fourlights::domain::severity::Severity;
    let config = valid(
        r#", "severities": {"Gold": "sev1", "page": "sev2"}, "severity_labels": ["tier", "severity"], "replica_labels": ["member"]"#,
    );
    let of = |labels: &[(&str, &str)]| {
        config.alert_labels.severities.of(&labels.iter().copied().collect::<Labels>())
    };
    assert_eq!(of(&[("tier", "GOLD"), ("severity", "info")]).0, Some(Severity::Sev1));
    assert_eq!(of(&[("severity", "page")]).0, Some(Severity::Sev2));
    assert_eq!(of(&[("severity", "critical")]).0, Some(Severity::Sev1));
    assert_eq!(of(&[("priority", "P1")]), (None, None));
    assert_eq!(config.alert_labels.replicas, ["member"]);
    // Words alone leave the usual labels, and the usual words.
    let words = valid(r#", "severities": {"gold": "sev1"}"#).alert_labels;
    assert_eq!(words.severities.of(&[("priority", "gold")].into_iter().collect()).0, Some(Severity::Sev1));
    let fault = only(&with(r#", "severities": {"gold": "sev7"}"#));
    assert_eq!((fault.path.as_str(), fault.kind), ("$.severities.gold", FaultKind::UnknownKind));
    assert_eq!(only(&with(r#", "severity_labels": ["se\"v"]"#)).path, "$.severity_labels[0]");
}

#[test]
fn external_labels_belong_to_a_prometheus() {
    let with = |kind: &str, labels: &str| {
        format!(
            r#"{{"title": "T", "services": [], "alerts": [], "sources": {{"p": {{"kind": "{kind}", "url": "http://h", "external_labels": {labels}}}}}}}"#
        )
    };
    let config = read(&with("prometheus", r#"{"cluster": "eu"}"#)).expect("valid");
    assert_eq!(config.alert_labels.external.get("p").and_then(|l| l.get("cluster")), Some("eu"));
    let fault = only(&with("alertmanager", r#"{"cluster": "eu"}"#));
    assert_eq!(fault.path, "$.sources.p.external_labels");
    assert_eq!(only(&with("prometheus", r#"{"a\"b": "eu"}"#)).kind, FaultKind::BadValue);
    let none = read(&with("alertmanager", "{}")).expect("valid");
    assert!(none.alert_labels.external.is_empty());
}

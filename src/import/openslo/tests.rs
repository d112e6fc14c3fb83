//! Documents and what they come to.

use super::*;

fn slo(spec: Value) -> Value {
    json!({"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "checkout", "labels": {"team": ["pay", "core"]}}, "spec": spec})
}

fn metric(query: &str) -> Value {
    json!({"metricSource": {"type": "Prometheus", "spec": {"query": query}}})
}

/// An SLO over 30 days with an indicator and one objective.
fn simple(indicator: Value, more: Value) -> Value {
    let mut spec = json!({
        "service": "shop", "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "30d", "isRolling": true}],
        "indicator": {"metadata": {"name": "ok"}, "spec": indicator}, "objectives": [{"target": 0.99}],
    });
    for (key, value) in more.as_object().unwrap() {
        spec[key] = value.clone();
    }
    json!({"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "web"}, "spec": spec})
}

fn ratio(good: &str, total: &str) -> Value {
    json!({"ratioMetric": {"counter": true, "good": metric(good), "total": metric(total)}})
}

fn lost(imported: &Imported) -> Vec<String> {
    imported.losses.iter().map(|l| format!("{}: {}", l.place, l.what)).collect()
}

/// The one objective that a document comes to, with nothing lost.
#[track_caller]
fn whole(document: Value) -> Value {
    let imported = import(&[document]);
    assert_eq!((imported.n_slos, lost(&imported)), (1, Vec::new()));
    imported.entries["slos"][0].clone()
}

#[test]
fn a_ratio_becomes_bad_or_good_over_valid_and_losses_are_named() {
    let imported = import(&[slo(json!({
        "service": "shop", "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "1M", "isRolling": false, "calendar": {"startTime": "2026-01-01 00:00:00", "timeZone": "Europe/Berlin"}}],
        "indicator": {"spec": {"ratioMetric": {"counter": true, "bad": metric("sum(errors_total)"), "total": metric("sum(rate(all_total[{{.window}}]))")}}},
        "objectives": [{"targetPercent": 99.9}], "alertPolicies": ["x"],
    }))]);
    let slo = &imported.entries["slos"][0];
    assert_eq!(slo["bad"], "sum(increase(errors_total[$window]))");
    assert_eq!(slo["valid"], "sum(increase(all_total[$window]))");
    assert_eq!(
        (&slo["target"], &slo["window"], &slo["zone"]),
        (&json!(0.999), &json!("month"), &json!("Europe/Berlin"))
    );
    assert_eq!(slo["labels"]["team"], json!("pay"));
    assert_eq!(imported.entries["services"][0]["id"], "shop");
    let places: Vec<&str> = imported.losses.iter().map(|l| l.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "SLO checkout: spec.alertPolicies",
            "SLO checkout: metadata.labels.team",
            // A counter as it is, and a rate.
            "SLO checkout: ratioMetric"
        ]
    );
}

#[test]
fn a_ratio_of_counters_loses_nothing() {
    let slo = whole(simple(ratio("sum(req_total{code=\"200\"})", "sum(req_total)"), json!({})));
    assert_eq!(slo["good"], "sum(increase(req_total{code=\"200\"}[$window]))");
    assert_eq!(slo["valid"], "sum(increase(req_total[$window]))");
}

#[test]
fn thresholds_references_and_several_objectives() {
    let sli = json!({"apiVersion": "openslo/v1", "kind": "SLI", "metadata": {"name": "p95"}, "spec": {"thresholdMetric": metric("p95_seconds")}});
    let imported = import(&[
        slo(
            json!({"service": "shop", "indicatorRef": "p95", "timeWindow": [{"duration": "4w", "isRolling": true}],
            "objectives": [{"displayName": "usual", "op": "lte", "value": 0.5, "target": 0.95}, {"op": "lte", "value": "2", "target": 0.99}]}),
        ),
        sli,
    ]);
    assert_eq!((imported.n_slos, imported.losses.len()), (2, 1), "{:?}", imported.losses);
    let first = &imported.entries["slos"][0];
    assert_eq!(first["good"], "avg(avg_over_time(((p95_seconds) <= bool 0.5)[$window:1m]))");
    assert_eq!(
        (&first["id"], &first["name"], &first["window"]),
        (&json!("checkout-1"), &json!("checkout: usual"), &json!("28d"))
    );
}

#[test]
fn slices_of_time_are_counted_as_slices() {
    let slices = |method: &str, more: Value| {
        let mut objective = json!({"target": 0.99, "timeSliceWindow": "5m"});
        for (key, value) in more.as_object().unwrap() {
            objective[key] = value.clone();
        }
        json!({"budgetingMethod": method, "objectives": [objective]})
    };
    let counts = ratio("sum(good_total)", "sum(all_total)");
    let (good, all) = ("sum(increase(good_total[5m]))", "sum(increase(all_total[5m]))");
    assert_eq!(
        whole(simple(counts.clone(), slices("Timeslices", json!({"timeSliceTarget": 0.95}))))["good"],
        format!("avg_over_time((((({good}) / ({all})) >= bool 0.95) and ({all}) > 0)[$window:5m])").as_str()
    );
    assert_eq!(
        whole(simple(counts, slices("RatioTimeslices", json!({"timeSliceWindow": 5}))))["good"],
        format!("avg_over_time((((({good}) / ({all}))) and ({all}) > 0)[$window:5m])").as_str()
    );
    let threshold = json!({"thresholdMetric": metric("max(queue_length)")});
    assert_eq!(
        whole(simple(threshold, slices("Timeslices", json!({"timeSliceTarget": 1, "op": "lt", "value": 9}))))
            ["good"],
        "avg_over_time(((avg_over_time(((max(queue_length)) < bool 9)[5m:1m])) >= bool 1)[$window:5m])"
    );
}

#[test]
fn recorded_ratios_are_averaged_or_asked_for_over_the_window() {
    let raw = |query: &str, kind: &str| json!({"ratioMetric": {"raw": metric(query), "rawType": kind}});
    for (query, kind, expected) in [
        ("job:good:ratio", "success", "avg(avg_over_time((job:good:ratio)[$window:1m]))"),
        ("max(job:bad:ratio)", "failure", "1 - avg_over_time((max(job:bad:ratio))[$window:1m])"),
        (
            "sum(rate(e[{{ .window }}])) / sum(rate(t[{{ .window }}]))",
            "failure",
            "1 - (sum(rate(e[$window])) / sum(rate(t[$window])))",
        ),
    ] {
        assert_eq!(whole(simple(raw(query, kind), json!({})))["good"], expected);
    }
    assert_eq!(import(&[simple(raw("x", "other"), json!({}))]).n_slos, 0);
}

#[test]
fn what_cannot_be_said_is_left_out_and_told() {
    let imported = import(&[
        json!({"apiVersion": "openslo/v1alpha", "kind": "SLO"}),
        json!({"apiVersion": "openslo.com/v2alpha", "kind": "SLO"}),
        json!({"apiVersion": "openslo/v1", "kind": "AlertPolicy", "metadata": {"name": "a"}}),
        json!({"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "d"}, "spec": {"type": "Datadog"}}),
        slo(
            json!({"service": "s", "indicator": {"spec": {}}, "objectives": [{"target": 99.9}, {"target": 0.9}]}),
        ),
        json!("nonsense"),
    ]);
    assert_eq!(imported.n_slos, 0);
    let all = lost(&imported).join("\n");
    for part in [
        "document 1, SLO ?: apiVersion: is \"openslo/v1alpha\", whose objects have another form",
        "document 2, SLO ?: apiVersion: is \"openslo.com/v2alpha\"",
        "AlertPolicy a: kind",
        "DataSource d: spec.type: \"Datadog\" is no Prometheus",
        "SLO checkout: objectives[0]: target",
        "SLO checkout: objectives[0]: indicator: is neither",
        "SLO checkout: objectives[1]: indicator",
        "SLO checkout: spec.timeWindow: is missing",
        "document 6: apiVersion: is missing",
    ] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
}

/// A change of a whole document by one field, and what must be named of it: the objective is kept or not.
#[test]
fn every_field_is_honoured_or_named() {
    let base = simple(ratio("sum(req_total{code=\"200\"})", "sum(req_total)"), json!({}));
    whole(base.clone());
    for (pointer, value, kept, named) in [
        ("/metadata/annotations", json!({"a/b": "c"}), true, "metadata.annotations"),
        ("/metadata/namespace", json!("x"), true, "metadata.namespace"),
        ("/metadata/labels", json!({"a": ["b", "c"]}), true, "metadata.labels.a"),
        ("/metadata/labels", json!({"a": {"b": 1}}), true, "metadata.labels.a"),
        ("/metadata/name", json!("Web/Shop"), true, "becomes the id \"web-shop\""),
        ("/status", json!({"x": 1}), true, "status: is not known"),
        ("/spec/frobnicate", json!(1), true, "spec.frobnicate"),
        ("/spec/alertPolicies", json!([{"alertPolicyRef": "x"}]), true, "spec.alertPolicies"),
        ("/spec/service", json!(null), false, "spec.service"),
        ("/spec/objectives", json!([]), false, "spec.objectives"),
        ("/spec/budgetingMethod", json!("Average"), false, "spec.budgetingMethod"),
        ("/spec/budgetingMethod", json!("Timeslices"), false, "timeSliceWindow"),
        ("/spec/timeWindow", json!([]), true, "spec.timeWindow"),
        ("/spec/timeWindow/0/duration", json!("1Q"), true, "\"1Q\" is taken for 90d"),
        ("/spec/timeWindow/0/duration", json!("2Y"), true, "\"2Y\" is taken for 365d"),
        ("/spec/timeWindow/0/duration", json!("30m"), true, "\"30m\" is taken for 1h"),
        ("/spec/timeWindow/0/duration", json!("soon"), true, "\"soon\" is taken for 30d"),
        (
            "/spec/timeWindow/0/calendar",
            json!({"startTime": "2026-01-01 00:00:00"}),
            true,
            "calendar: is left out",
        ),
        ("/spec/timeWindow/0/isRolling", json!(false), true, "neither 1M nor 1w"),
        ("/spec/timeWindow/0", json!({"duration": "1M", "isRolling": false}), true, "calendar: is missing"),
        (
            "/spec/timeWindow/0",
            json!({"duration": "1M", "calendar": {"startTime": "2026-01-15 12:00:00", "timeZone": "UTC"}}),
            true,
            "startTime: \"2026-01-15 12:00:00\" is left out",
        ),
        (
            "/spec/timeWindow/0",
            json!({"duration": "1w", "calendar": {"startTime": "2026-01-05", "timeZone": "EST"}}),
            true,
            "timeZone: \"EST\"",
        ),
        ("/spec/timeWindow/1", json!({"duration": "7d", "isRolling": true}), true, "several windows"),
        ("/spec/indicatorRef", json!("other"), true, "indicatorRef"),
        ("/spec/indicator/metadata/displayName", json!("OK"), true, "indicator.metadata.displayName"),
        ("/spec/indicator/spec/description", json!("OK"), true, "indicator.spec.description"),
        ("/spec/indicator/spec/thresholdMetric", metric("x"), true, "thresholdMetric"),
        ("/spec/indicator/spec/ratioMetric/bad", metric("x"), true, "ratioMetric.bad"),
        ("/spec/indicator/spec/ratioMetric/rawType", json!("success"), true, "ratioMetric.rawType"),
        ("/spec/indicator/spec/ratioMetric/counter", json!("perhaps"), false, "ratioMetric.counter"),
        ("/spec/indicator/spec/ratioMetric/counter", json!(null), true, "counter is missing"),
        ("/spec/indicator/spec/ratioMetric/counter", json!(false), false, "counter is false"),
        ("/spec/indicator/spec/ratioMetric/incremental", json!(true), true, "ratioMetric.incremental"),
        ("/spec/indicator/spec/ratioMetric/total", json!(null), false, "ratioMetric.total"),
        ("/spec/indicator/spec/ratioMetric/good", json!(null), false, "neither good nor bad"),
        ("/spec/indicator/spec/ratioMetric/good/metricSource/type", json!("Datadog"), false, "Datadog"),
        ("/spec/indicator/spec/ratioMetric/good/metricSource/spec/step", json!("1m"), true, "spec.step"),
        (
            "/spec/indicator/spec/ratioMetric/good/metricSource/spec/queryType",
            json!("sql"),
            false,
            "queryType",
        ),
        (
            "/spec/indicator/spec/ratioMetric/good/metricSource/spec/query",
            json!("sum(req_total{env=\"{{ .env }}\"})"),
            false,
            "{{ .env }}",
        ),
        (
            "/spec/indicator/spec/ratioMetric/good/metricSource/metricSourceRef",
            json!("a"),
            false,
            "two data sources",
        ),
        ("/spec/objectives/0/op", json!("gte"), true, "op: compares nothing"),
        ("/spec/objectives/0/value", json!(1), true, "value: compares nothing"),
        ("/spec/objectives/0/targetPercent", json!(99), true, "targetPercent"),
        ("/spec/objectives/0/timeSliceTarget", json!(0.9), true, "timeSliceTarget"),
        ("/spec/objectives/0/timeSliceWindow", json!("1m"), true, "timeSliceWindow"),
        ("/spec/objectives/0/compositeWeight", json!(2), true, "compositeWeight"),
        ("/spec/objectives/0/weight", json!(2), true, "objective.weight"),
        ("/spec/objectives/0/displayName", json!("Own"), true, "objective.displayName"),
    ] {
        let mut document = base.clone();
        put(&mut document, pointer, value);
        let imported = import(&[document]);
        let all = lost(&imported).join("\n");
        assert_eq!(imported.n_slos, usize::from(kept), "{pointer}: {all}");
        assert!(all.contains(named), "{pointer}: {named} in\n{all}");
    }
}

/// Sets a value at a JSON pointer, also one that is not there yet.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) if key.parse::<usize>().unwrap() == items.len() => items.push(value),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        object => object[key] = value,
    }
}

#[test]
fn other_kinds_have_their_fields_named() {
    let object = |kind: &str, name: &str, spec: Value| json!({"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": name, "labels": {"a": "b"}}, "spec": spec});
    let imported = import(&[
        object("Service", "s", json!({"description": "d", "tier": 1})),
        object(
            "DataSource",
            "p",
            json!({"type": "Prometheus", "connectionDetails": {"url": "https://u:p@prom/x", "token": "hunter2"}}),
        ),
        object("SLI", "unused", json!({})),
        object("AlertCondition", "c", json!({})),
        object("AlertNotificationTarget", "t", json!({})),
        object("BudgetAdjustment", "b", json!({})),
        object("Service", "s", json!({})),
    ]);
    let all = lost(&imported).join("\n");
    for part in [
        "Service s: metadata.labels",
        "Service s: spec.tier",
        "DataSource p: spec.connectionDetails.token",
        "DataSource p: spec.connectionDetails.url: its user and password",
        "DataSource p: metadata.labels",
        "SLI unused: kind",
        "AlertCondition c: kind",
        "AlertNotificationTarget t: kind",
        "BudgetAdjustment b: kind: BudgetAdjustment has no counterpart and is left out",
        "document 7, Service s: metadata.name: is there a second time",
    ] {
        assert!(all.contains(part), "{part} in\n{all}");
    }
    assert!(!all.contains("hunter2"));
    assert_eq!(imported.entries["sources"]["p"]["url"], "https://prom/x");
}

#[test]
fn lists_of_objects_are_read_and_ids_are_unique() {
    let one = simple(ratio("sum(a_total)", "sum(b_total)"), json!({}));
    let mut two = one.clone();
    two["metadata"]["name"] = json!("web.shop");
    let mut three = one.clone();
    three["metadata"]["name"] = json!("web_shop");
    let imported = import(&[
        Value::Null,
        json!([one, [two]]),
        json!({"apiVersion": "v1", "kind": "List", "items": [three]}),
    ]);
    let ids: Vec<&str> =
        imported.entries["slos"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["web", "web-shop", "web-shop-2"]);
}

#[test]
fn a_source_known_by_its_name_decides_what_is_asked() {
    let by_reference = json!({"ratioMetric": {"counter": true,
        "good": {"metricSource": {"metricSourceRef": "dd", "spec": {"query": "sum(a_total)"}}},
        "total": {"metricSource": {"metricSourceRef": "dd", "spec": {"query": "sum(b_total)"}}}}});
    let source = |kind: &str| json!({"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "dd"}, "spec": {"type": kind, "connectionDetails": {"url": "http://h"}}});
    let datadog = import(&[source("Datadog"), simple(by_reference.clone(), json!({}))]);
    assert_eq!(datadog.n_slos, 0);
    assert!(lost(&datadog).iter().any(|l| l.contains("by metricSourceRef dd")), "{datadog:#?}");
    let mimir = import(&[source("Mimir"), simple(by_reference.clone(), json!({}))]);
    assert_eq!((mimir.n_slos, mimir.losses.len()), (1, 0), "{mimir:#?}");
    assert_eq!(mimir.entries["slos"][0]["source"], "dd");
    let nowhere = import(&[simple(by_reference, json!({}))]);
    assert_eq!((nowhere.n_slos, nowhere.losses.len()), (1, 1), "{nowhere:#?}");
}

#[test]
fn what_is_imported_is_a_valid_configuration() {
    let source = json!({"apiVersion": "openslo/v1", "kind": "DataSource", "metadata": {"name": "main"}, "spec": {"type": "Prometheus", "connectionDetails": {"url": "http://prometheus:9090"}}});
    let slices = json!({"budgetingMethod": "Timeslices", "objectives": [{"target": 0.99, "timeSliceTarget": 0.95, "timeSliceWindow": "5m"}]});
    let mut second = simple(ratio("good_total", "all_total"), slices);
    second["metadata"]["name"] = json!("slices");
    let imported = import(&[source, simple(ratio("good_total", "all_total"), json!({})), second]);
    let mut file = imported.entries.as_object().unwrap().clone();
    file.insert("title".into(), "T".into());
    let config = crate::sources::read_config(&Value::Object(file).to_string()).expect("valid");
    assert_eq!((config.slos.len(), config.sources.len()), (2, 1));
}

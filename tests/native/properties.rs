//! Whatever comes in, nothing panics; and laws that hold for all values.

use fourlights::chart::decimate::{Grid, columns};
use fourlights::chart::scale::round_ticks;
use fourlights::chart::ticks::time_ticks;
use fourlights::demo::Demo;
use fourlights::domain::format::{Unit, availability, human};
use fourlights::domain::labels::Labels;
use fourlights::domain::order::Order;
use fourlights::domain::series::Series;
use fourlights::domain::time::{parse_duration, parse_rfc3339};
use fourlights::domain::zone::Offsets;
use fourlights::model::view_state::ViewState;
use fourlights::sources::decode::ways;
use fourlights::sources::prometheus::{read_frame, read_with_care};
use fourlights::sources::{KINDS, Response, SYSTEMS, statuspage};
use proptest::prelude::*;

/// Every way to read a response, system by system.
fn read_all(response: &Response) {
    for system in SYSTEMS {
        for way in ways(system) {
            if let Err(error) = (way.read)(response, "s") {
                assert!(!error.to_string().is_empty() && !error.remedy().is_empty());
            }
        }
    }
}

#[test]
fn the_register_says_what_its_systems_can() {
    use fourlights::config::Capability;
    let mut names: Vec<&str> = SYSTEMS.iter().map(|s| s.spec.name).collect();
    for system in SYSTEMS {
        let can = |what| system.spec.capabilities.contains(&what);
        assert_eq!(can(Capability::Metrics), system.metrics.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Alerts), system.alerts.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Notices), system.notices.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Paging), system.paging.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::OnCall), system.on_call.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Changes), system.changes.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Files), system.files.is_some(), "{}", system.spec.name);
        assert_eq!(can(Capability::Actions), system.actions.is_some(), "{}", system.spec.name);
        assert!(!system.spec.is_source || system.probe.is_some(), "{}", system.spec.name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SYSTEMS.len());
}

#[test]
fn each_kind_is_a_chunk_of_the_console() {
    let program = include_str!("../../src/bin/console.rs");
    for (spec, system) in KINDS.into_iter().zip(SYSTEMS) {
        assert_eq!(spec.name, system.spec.name);
        assert!(program.contains(&format!("\"{0}\" => system!(kind_{0}, ", spec.name)), "{}", spec.name);
    }
}

/// Real answers, to be damaged.
fn real_answers() -> Vec<Vec<u8>> {
    use fourlights::sources::{alertmanager, prometheus};
    let demo = Demo::new(4, 1_795_468_027_000);
    let requests = [
        prometheus::range("fleet:requests_by_class:rate", 1_795_460_000_000, 1_795_468_000_000, 600_000),
        prometheus::instant("service:latency_seconds:p95", 1_795_468_000_000),
        prometheus::alerts(),
        prometheus::rules(),
        prometheus::targets(),
        alertmanager::silences(),
        alertmanager::status(),
        statuspage::incidents(),
        statuspage::maintenances(),
    ];
    requests.iter().map(|r| demo.answer(r, demo.anchor).body).collect()
}

/// JSON of any form, the keys being those that the readers look for.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let keys = prop::sample::select(vec![
        "status",
        "data",
        "result",
        "resultType",
        "metric",
        "values",
        "value",
        "alerts",
        "labels",
        "groups",
        "rules",
        "sources",
        "services",
        "signals",
        "title",
        "kind",
        "url",
        "id",
        "name",
        "zone",
        "refresh",
        "target",
        "components",
        "incidents",
        "page",
        "capacity",
        "slos",
        "limit",
        "by",
        "preset",
        "queries",
        "versionInfo",
        "startsAt",
        "activeAt",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "success",
            "matrix",
            "vector",
            "scalar",
            "NaN",
            "+Inf",
            "prometheus",
            "1h",
            "",
            "\u{0}"
        ])
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn random_bytes_as_configuration_give_faults(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(fourlights::sources::read_config(&String::from_utf8_lossy(&bytes)).is_err());
    }

    #[test]
    fn any_json_as_configuration_gives_faults_or_a_configuration(tree in any_json()) {
        if let Err(faults) = fourlights::sources::read_config(&tree.to_string()) {
            prop_assert!(!faults.is_empty());
        }
    }

    #[test]
    fn a_damaged_configuration_never_panics(at in 0usize..3000, with in any::<u8>()) {
        let mut text = include_bytes!("../../public/fourlights.json").to_vec();
        let n = text.len();
        text[at % n] = with;
        let _ = fourlights::sources::read_config(&String::from_utf8_lossy(&text));
    }

    #[test]
    fn random_bytes_as_any_response_never_panic(
        status in prop::sample::select(vec![200u16, 204, 400, 401, 422, 429, 500, 503]),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        read_all(&Response { status, body, ..Response::default() });
    }

    #[test]
    fn any_json_as_any_response_never_panics(tree in any_json()) {
        read_all(&Response { status: 200, body: tree.to_string().into_bytes(), ..Response::default() });
    }

    #[test]
    fn real_answers_cut_and_damaged_never_panic(which in 0usize..9, cut in 0usize..4000, at in 0usize..4000, with in any::<u8>()) {
        let mut body = real_answers().swap_remove(which);
        let n = body.len();
        body[at % n] = with;
        body.truncate(cut.max(1));
        read_all(&Response { status: 200, body, ..Response::default() });
    }

    #[test]
    fn any_address_is_read(search in "\\PC{0,80}") {
        let state = ViewState::parse(&search);
        prop_assert_eq!(ViewState::parse(&state.encode()), state);
    }

    #[test]
    fn texts_of_time_never_panic(text in "\\PC{0,40}") {
        let _ = (parse_duration(&text), parse_rfc3339(&text));
    }

    #[test]
    fn every_number_has_a_text_with_a_unit(value in any::<f64>()) {
        for unit in [Unit::Seconds, Unit::Ratio, Unit::Rps, Unit::Bytes, Unit::Count] {
            prop_assert!(!human(unit, value).is_empty());
        }
        prop_assert!(!availability(value).is_empty());
    }

    #[test]
    fn availability_is_not_shown_better_than_it_is(ratio in 0.0f64..1.0) {
        let shown: f64 = availability(ratio).trim_end_matches(" %").parse().unwrap();
        prop_assert!(shown <= ratio * 100.0 + 1e-4);
    }

    #[test]
    fn series_are_ascending_and_merging_is_idempotent(samples in prop::collection::vec((0i64..1000, any::<f64>()), 0..60)) {
        let series = Series::from_samples(Labels::default(), samples);
        prop_assert!(series.samples().is_sorted_by(|a, b| a.0 < b.0));
        let mut twice = series.clone();
        twice.merge(&series, 0);
        prop_assert_eq!(twice.differs_from(&series), None);
    }

    /// The quick reader and the careful one see the same in whatever Prometheus may write.
    #[test]
    fn both_readers_of_a_matrix_agree(
        series in prop::collection::vec(
            prop::collection::vec((0i64..2_000_000_000_000, prop_oneof![6 => any::<f64>(), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]), 0..30),
            0..5,
        ),
    ) {
        let text = |v: f64| if v.is_nan() { "NaN".to_string() } else if v.is_infinite() { "+Inf".into() } else { v.to_string() };
        let values = |all: &[(i64, f64)]| all.iter().map(|(t, v)| format!("[{}.{:03},\"{}\"]", t / 1000, t % 1000, text(*v))).collect::<Vec<_>>().join(", ");
        let bodies: Vec<String> = series.iter().enumerate().map(|(i, s)| format!("{{\"metric\":{{\"i\":\"{i}\"}},\"values\":[{}]}}", values(s))).collect();
        let body = format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}\n", bodies.join(","));
        let response = Response { status: 200, body: body.into(), ..Response::default() };
        let (quick, careful) = (read_frame(&response).unwrap().data, read_with_care(&response).unwrap().data);
        prop_assert_eq!(quick.series.len(), careful.series.len());
        for (a, b) in quick.series.iter().zip(&careful.series) {
            prop_assert_eq!(&a.labels, &b.labels);
            prop_assert_eq!(a.differs_from(b), None);
        }
    }

    #[test]
    fn thinning_keeps_the_extremes_of_what_is_finite(
        values in prop::collection::vec(prop_oneof![9 => -1e6f64..1e6, 1 => Just(f64::NAN)], 1..400),
        width in 1usize..50,
    ) {
        let samples: Vec<(i64, f64)> = values.iter().enumerate().map(|(i, v)| (i as i64, *v)).collect();
        let series = Series::from_samples(Labels::default(), samples);
        let grid = Grid { start: 0.0, end: values.len() as f64, n: width };
        let kept: Vec<f64> = columns(&series, grid, 1).iter().flat_map(|c| [c.low, c.high]).collect();
        let least = |all: &[f64]| all.iter().copied().filter(|v| v.is_finite()).fold(f64::INFINITY, f64::min);
        let most = |all: &[f64]| all.iter().copied().filter(|v| v.is_finite()).fold(f64::NEG_INFINITY, f64::max);
        prop_assert_eq!((least(&kept), most(&kept)), (least(&values), most(&values)));
    }

    #[test]
    fn ticks_are_ascending_and_few(from in -1e9f64..1e9, span in 1e-6f64..1e9, start in 0i64..2_000_000_000_000, length in 1i64..100_000_000_000) {
        let values = round_ticks(from, from + span, 4);
        prop_assert!(values.is_sorted_by(|a, b| a < b) && values.len() <= 52);
        let times = time_ticks(start, start + length, 8, &Offsets::utc());
        prop_assert!(times.is_sorted_by(|a, b| a.0 < b.0) && times.len() <= 12);
    }

    #[test]
    fn lists_are_ordered_as_the_standard_library_does(items in prop::collection::vec((0u8..6, any::<u16>()), 0..70)) {
        let (mut ours, mut theirs) = (items.clone(), items.clone());
        ours.order();
        theirs.sort();
        prop_assert_eq!(&ours, &theirs);
        // Equal keys keep the order they came in.
        let (mut ours, mut theirs) = (items.clone(), items);
        ours.order_by_key(|i| i.0);
        theirs.sort_by_key(|i| i.0);
        prop_assert_eq!(&ours, &theirs);
        ours.order_by(|a, b| b.0.cmp(&a.0));
        theirs.sort_by_key(|row| std::cmp::Reverse(row.0));
        prop_assert_eq!(ours, theirs);
    }
}

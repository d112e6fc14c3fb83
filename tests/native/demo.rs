//! The demo speaks the real systems' formats, and shows the numbers of the health dashboard.

use fourlights::demo::Demo;
use fourlights::domain::capacity::{Full, headroom, projected_full};
use fourlights::domain::format::{Unit, availability, human};
use fourlights::domain::outlook::{Outlook, Regular};
use fourlights::domain::series::Frame;
use fourlights::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use fourlights::sources::{alertmanager, prometheus, statuspage};

/// Openings at many hours of the day and days of the week.
fn openings() -> impl Iterator<Item = Millis> {
    (0..60).map(|i| 1_795_468_027_000 + i * (3 * HOUR + 17 * MINUTE))
}

fn now_of(demo: &Demo, query: &str) -> Frame {
    let request = prometheus::instant(query, demo.anchor - 10 * SECOND);
    prometheus::read_frame(&demo.answer(&request, demo.anchor)).unwrap().data
}

#[track_caller]
fn shows(demo: &Demo, query: &str, unit: Unit, expected: &str) {
    let value = now_of(demo, query).series[0].last().unwrap().1;
    assert_eq!(human(unit, value), expected, "{query} at {}", demo.anchor);
}

#[test]
fn the_figures_of_the_dashboard_come_out_whenever_it_is_opened() {
    for anchor in openings() {
        let demo = Demo::new(4, anchor);
        shows(&demo, "fleet:latency_seconds:p95", Unit::Seconds, "180 ms");
        shows(&demo, "fleet:requests:rate", Unit::Rps, "5.2k rps");
        shows(&demo, "fleet:errors:ratio", Unit::Ratio, "0.08 %");
        shows(&demo, "fleet:cpu:ratio", Unit::Ratio, "45 %");
        shows(&demo, "fleet:memory:ratio", Unit::Ratio, "60 %");
        shows(&demo, "fleet:disk:ratio", Unit::Ratio, "35 %");
        for (service, latency, errors, cpu, memory) in [
            ("api-gateway", "50 ms", "0.05 %", "40 %", "55 %"),
            ("auth", "120 ms", "0.02 %", "30 %", "45 %"),
            ("database", "8 ms", "0 %", "50 %", "70 %"),
            ("redis", "2 ms", "0 %", "25 %", "60 %"),
        ] {
            let of = |metric: &str| format!("service:{metric}{{service=\"{service}\"}}");
            shows(&demo, &of("latency_seconds:p95"), Unit::Seconds, latency);
            shows(&demo, &of("errors:ratio"), Unit::Ratio, errors);
            shows(&demo, &of("cpu:ratio"), Unit::Ratio, cpu);
            shows(&demo, &of("memory:ratio"), Unit::Ratio, memory);
        }
        assert!(now_of(&demo, "service:latency_seconds:p95{service=\"worker\"}").is_empty());
        shows(&demo, "service:errors:ratio{service=\"worker\"}", Unit::Ratio, "0.1 %");
    }
}

#[test]
fn uptimes_are_those_of_the_scorecards() {
    for anchor in openings() {
        let demo = Demo::new(4, anchor);
        for (service, expected) in
            [("api-gateway", "99.98 %"), ("database", "100 %"), ("redis", "99.95 %"), ("cdn", "99.99 %")]
        {
            let query = format!("avg_over_time(service:up:ratio{{service=\"{service}\"}}[30d])");
            assert_eq!(availability(now_of(&demo, &query).series[0].last().unwrap().1), expected);
        }
    }
}

#[test]
fn growth_and_headroom_are_those_of_the_capacity_panel() {
    for anchor in openings() {
        let demo = Demo::new(4, anchor);
        let history = |query: &str, step| {
            let end = anchor - anchor.rem_euclid(step);
            let request = prometheus::range(query, end - 90 * DAY, end, step);
            prometheus::read_frame(&demo.answer(&request, anchor)).unwrap().data.series.remove(0)
        };
        let storage = history("database_storage_used_bytes", 6 * HOUR);
        let outlook = Outlook::of(&Regular::of(&storage, 6 * HOUR).unwrap()).unwrap();
        let growth = outlook.growth_per_month();
        assert_eq!(human(Unit::Bytes, growth), "15 GB");
        assert_eq!(projected_full(storage.last().unwrap().1, 1e12, growth), Full::InMonths(36));
        let peaks = history("max_over_time((fleet:requests:rate)[1d:5m])", DAY);
        let peak = peaks.samples().rev().take(7).map(|(_, v)| v).fold(0.0, f64::max);
        assert_eq!(human(Unit::Rps, peak), "8k rps", "{anchor}");
        assert_eq!(human(Unit::Ratio, headroom(peak, 12_000.0)), "50 %", "{anchor}");
    }
}

/// Four budgets are fine and one is at risk, as on the health dashboard.
#[test]
fn the_budgets_are_four_ok_and_one_at_risk() {
    use fourlights::config::Slo;
    use fourlights::domain::slo::Policy;
    use fourlights::domain::zone::Offsets;
    use fourlights::model::{groups, standing, standing_question};
    let config =
        fourlights::sources::read_config(include_str!("../../public/fourlights.json")).expect("valid");
    let utc = Offsets::utc();
    for anchor in openings() {
        let demo = Demo::new(4, anchor);
        let group = groups(&config).remove(0);
        let slos: Vec<(&Slo, &Offsets)> = group.iter().map(|i| (&config.slos[*i], &utc)).collect();
        let fetch =
            standing_question(&slos, anchor, &[]).unwrap().fetch(&prometheus::SYSTEM, None, anchor).unwrap();
        let query = fetch.parts.iter().map(|p| p.query.as_str()).collect::<Vec<_>>().join("\nor\n");
        let request = prometheus::instant(&query, anchor);
        let frame = prometheus::read_frame(&demo.answer(&request, anchor)).unwrap().data;
        let policies: Vec<_> = slos
            .iter()
            .map(|(slo, zone)| standing(slo, &frame, anchor, zone))
            .map(|s| s.policy.unwrap_or_else(|| panic!("{:?}", s.sli)))
            .collect();
        let of = |policy| policies.iter().filter(|p| **p == policy).count();
        assert_eq!((of(Policy::Ok), of(Policy::AtRisk)), (4, 1), "{anchor}: {policies:?}");
    }
}

#[test]
fn the_last_day_has_one_alert_of_eight_minutes_on_the_api() {
    use fourlights::domain::firings::Firings;
    for anchor in openings() {
        let demo = Demo::new(4, anchor);
        let end = anchor - anchor.rem_euclid(30 * SECOND);
        let request = prometheus::firings(end - DAY - HOUR, end, 30 * SECOND, true);
        let changes = prometheus::read_frame(&demo.answer(&request, anchor)).unwrap().data;
        let resolved = Firings::new(&changes, 30 * SECOND, end).resolved("prometheus", anchor);
        let latency: Vec<_> = resolved.iter().filter(|a| a.name == "High latency").collect();
        assert!(!latency.is_empty(), "{anchor}");
        assert_eq!(latency[0].duration(anchor).unwrap() / MINUTE, 8);
    }
}

#[test]
fn what_the_rules_and_prometheus_remember_is_listed_once() {
    use fourlights::domain::alert_merge::combine;
    use fourlights::domain::breaches::{Breaches, Form};
    use fourlights::domain::firings::Firings;
    use fourlights::model::{Evidence, RuleView, evaluate, rule_asks};
    let config =
        fourlights::sources::read_config(include_str!("../../public/fourlights.json")).expect("valid");
    for anchor in openings().take(6) {
        let demo = Demo::new(4, anchor);
        let ask = |request| prometheus::read_frame(&demo.answer(&request, anchor)).unwrap().data;
        let mut found = Vec::new();
        for rule in &config.rules {
            for asked in rule_asks(&config, rule) {
                let fetch = asked.value.fetch(&prometheus::SYSTEM, None, anchor).unwrap();
                let breaches = Breaches::new(ask(fetch.request), Form::Samples, rule.every, fetch.until);
                let (grid, watched) = evaluate(rule, &config, Evidence::Breaches(&breaches), anchor);
                let (rule, namesakes) = (rule.clone(), vec![]);
                let view = RuleView { rule, grid, watched, n_watched: None, namesakes, partial: false };
                found.extend(view.alerts(&config));
            }
        }
        let end = anchor - anchor.rem_euclid(30 * SECOND);
        let history = ask(prometheus::firings(end - DAY, end, 30 * SECOND, true));
        found.extend(Firings::new(&history, 30 * SECOND, end).resolved("prometheus", anchor));
        let listed = combine(found, &config.alert_labels);
        let mut slow: Vec<_> = listed.iter().filter(|a| a.name == "High latency").collect();
        assert!(!slow.is_empty() && slow.iter().all(|a| a.ended.is_some()), "{anchor}: {slow:#?}");
        slow.sort_by_key(|a| a.started);
        for pair in slow.windows(2) {
            assert!(
                pair[0].ended < pair[1].started
                    || pair[0].labels.get("service") != pair[1].labels.get("service"),
                "{anchor}: {pair:#?}"
            );
        }
    }
}

#[test]
fn the_same_seed_and_time_give_the_same_answer_and_another_seed_another() {
    let request = prometheus::range("fleet:requests:rate", 1_795_400_000_000, 1_795_460_000_000, MINUTE);
    let answer = |seed| Demo::new(seed, 1_795_468_027_000).answer(&request, 1_795_468_027_000);
    assert_eq!(answer(4), answer(4));
    assert_ne!(answer(4), answer(5));
}

#[test]
fn what_it_cannot_evaluate_is_refused_as_prometheus_does() {
    let demo = Demo::new(4, 1_795_468_027_000);
    let error =
        prometheus::read_frame(&demo.answer(&prometheus::instant("sum(rate(x[5m]))", 0), 0)).unwrap_err();
    assert!(error.to_string().starts_with("bad_data"), "{error}");
    let request = prometheus::range("fleet:requests:rate", 0, 1_000_000_000, 1_000);
    assert!(prometheus::read_frame(&demo.answer(&request, 0)).unwrap_err().to_string().contains("11,000"));
}

#[test]
fn alertmanager_and_the_public_page_decode() {
    let demo = Demo::new(4, 1_795_468_027_000);
    let ask = |request| demo.answer(&request, demo.anchor);
    assert!(alertmanager::read_alerts(&ask(alertmanager::alerts()), "am").unwrap().data.is_empty());
    assert_eq!(alertmanager::read_silences(&ask(alertmanager::silences())).unwrap().data.len(), 1);
    assert_eq!(alertmanager::read_status(&ask(alertmanager::status())).unwrap().data.cluster, "ready");
    assert!(!prometheus::read_rules(&ask(prometheus::rules())).unwrap().data.is_empty());
    assert_eq!(prometheus::read_targets(&ask(prometheus::targets())).unwrap().data.up, 6);
    assert_eq!(statuspage::read_open_incidents(&ask(statuspage::incidents()), "page").unwrap().data.len(), 1);
    let incidents = statuspage::read_incidents(&ask(statuspage::incidents())).unwrap();
    assert!(incidents.warnings.is_empty(), "{:?}", incidents.warnings);
    assert_eq!(incidents.data.iter().filter(|n| !n.is_over(demo.anchor)).count(), 1);
    assert_eq!(statuspage::read_maintenances(&ask(statuspage::maintenances())).unwrap().data.len(), 1);
}

#[test]
fn changes_of_the_record_of_alerts_are_the_same_as_the_record() {
    use fourlights::domain::firings::Firings;
    use fourlights::sources::prometheus::{firings, range, read_frame};
    let anchor = 1_795_000_000_000;
    let demo = Demo::new(4, anchor);
    let (start, end, step) = (anchor - DAY, anchor, 30_000);
    let ask = |request| read_frame(&demo.answer(&request, end)).unwrap().data;
    let changes = Firings::new(&ask(firings(start, end, step, true)), step, end);
    let record = Firings::new(&ask(range("ALERTS{alertstate=\"firing\"}", start, end, step)), step, end);
    assert!(changes.all().count() > 0);
    let spans = |f: &Firings| f.all().map(|f| (f.labels.clone(), f.first, f.last)).collect::<Vec<_>>();
    // An open one lasts until now, one that is known by samples until the last of them.
    assert_eq!(spans(&changes), spans(&record));
}

/// The page that is built into the demo's bundle is published without a warning.
#[test]
fn the_demo_is_published_in_full() {
    let folder = std::env::temp_dir().join(format!("fourlights-demo-page-{}", std::process::id()));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/public/fourlights.json");
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_fourlights"))
        .args(["publish", file, "--out"])
        .arg(&folder)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&out.stderr).into_owned();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((out.status.code(), complaint.as_str()), (Some(0), ""));
}

/// The whole cycle of a silence, by the same requests and readers as with an actual Alertmanager.
#[test]
fn silences_are_created_extended_and_expired() {
    use fourlights::domain::action::{Action, SilenceChange, SilenceText};
    use fourlights::domain::matcher::{Matcher, Operator};
    use fourlights::sources::actions::{Actions, FetchSite, Found, Performed};
    use fourlights::sources::alertmanager::{read_silences, silences};
    use fourlights::sources::alertmanager_silences::Silences;

    let start = 1_795_468_027_000;
    let demo = Demo::new(4, start);
    let perform = |action: &Action, now: Millis| {
        let call = Silences.perform(action, FetchSite::SameOrigin, now).unwrap();
        match Performed::read(&call, action, &Ok(demo.answer(&call.request, now))) {
            Performed::Done(receipt) => receipt.reference.unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let listed = |now: Millis| -> Vec<(String, String)> {
        let all = read_silences(&demo.answer(&silences(), now)).unwrap().data;
        all.into_iter().map(|s| (s.id, s.state)).collect()
    };
    let text = SilenceText {
        matchers: vec![Matcher::new("service", Operator::Equal, "api")],
        starts: start,
        ends: start + HOUR,
        created_by: "ana".into(),
        comment: "deploy".into(),
    };
    let create = Action::CreateSilence(text.clone());
    let id = perform(&create, start);
    assert_eq!(listed(start).len(), 2);
    assert!(listed(start).contains(&(id.clone(), "active".into())));
    let call = Silences.reconcile(&create).unwrap();
    let found = Found::read(&call, &create, &Ok(demo.answer(&call.request, start)));
    assert!(matches!(found, Found::Done(_)), "{found:?}");

    let longer =
        SilenceChange { id: id.clone(), text: SilenceText { ends: start + 2 * HOUR, ..text.clone() } };
    assert_eq!(perform(&Action::ExtendSilence(longer.clone()), start + 60_000), id);
    assert!(listed(start + HOUR + 1).contains(&(id.clone(), "active".into())));
    perform(&Action::ExpireSilence(longer), start + 120_000);
    assert!(listed(start + 120_000).contains(&(id, "expired".into())));
}

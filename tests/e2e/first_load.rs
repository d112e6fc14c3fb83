//! What a large fleet costs when the health page is opened: bytes from a real VictoriaMetrics, query by query.
//! `make bench-bytes` prints them.

use super::support::victoria::Victoria;
use fourlights::config::{self, Config};
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, Millis, SECOND};
use fourlights::model::{
    SHOWN, bars_question, fleet_question, row_question, rule_asks, spark_question, total_question,
    watched_question,
};
use fourlights::poll::{Pace, Question, Reply, Span};
use fourlights::sources::prometheus::SYSTEM;
use fourlights::sources::{Access, Refused, SourceError, read_config};
use fourlights::transport::native::send;
use serde_json::json;
use std::fmt::Write;

/// 2026-11-24T12:00:00Z
const NOW: Millis = 1_795_521_600_000;

/// A fleet in the default configuration, which has the default rules.
fn config(n: usize) -> Config {
    let services: Vec<_> = (0..n)
        .map(|i| json!({"id": id(i), "name": format!("Service {i}"), "signals": {"recorded": id(i)}}))
        .collect();
    let text = json!({
        "title": "Fleet", "baseline": 5000, "services": services,
        "sources": {"metrics": {"kind": "prometheus", "url": "http://127.0.0.1:1"}},
        "signals": {"recorded": {"source": "metrics", "preset": "recorded", "by": "service"}},
    });
    read_config(&text.to_string()).unwrap()
}

fn id(i: usize) -> String {
    format!("service-{i:04}")
}

fn noise(i: i64) -> f64 {
    ((i as f64 * 12.9898).sin() * 43_758.545_3).fract().abs()
}

/// How a series behaves: a level with noise, and a time in which it is bad.
#[derive(Clone, Copy)]
struct Shape {
    level: f64,
    bad: f64,
    /// milliseconds before now
    begins: Millis,
    lasts: Millis,
}

const HOUR: Millis = 3_600_000;

/// What a signal of a service does. Some are in trouble for a while, some resources always.
fn shape(signal: &str, i: usize) -> Shape {
    let fine = |level: f64| Shape { level, bad: level, begins: 0, lasts: 0 };
    let trouble = |level, bad, begins, lasts| Shape { level, bad, begins, lasts };
    match signal {
        "latency_seconds:p95" if i % 50 == 7 => trouble(0.15, 0.9, 5 * HOUR, 20 * 60_000),
        "latency_seconds:p95" => fine(0.15),
        "errors:ratio" if i % 25 == 3 => trouble(0.002, 0.04, 9 * HOUR, 15 * 60_000),
        "errors:ratio" => fine(0.002),
        "cpu:ratio" if i % 40 == 5 => trouble(0.5, 0.9, 3 * HOUR, HOUR),
        "cpu:ratio" => fine(0.5),
        "memory:ratio" if i % 50 == 11 => fine(0.85),
        "memory:ratio" => fine(0.6),
        "disk:ratio" if i % 100 == 13 => fine(0.9),
        "disk:ratio" => fine(0.4),
        "up:ratio" => Shape { level: 1.0, bad: 1.0, begins: 0, lasts: 0 },
        _ => fine(20.0),
    }
}

/// Fills a day at a step, and the uptime of a month. Services of one shape have one set of values, which costs the
/// test less and the answers nothing.
fn fill(victoria: &Victoria, n: usize, step: Millis) {
    let instants: Vec<Millis> = (0..=DAY / step).map(|k| NOW - DAY + k * step).collect();
    let column = |shape: Shape, salt: i64| {
        let value = |t: &Millis| {
            let bad = (NOW - shape.begins..NOW - shape.begins + shape.lasts).contains(t);
            let level = if bad { shape.bad } else { shape.level };
            if shape.level == 1.0 { 1.0 } else { level * (1.0 + 0.05 * noise(t / step + salt)) }
        };
        let values: Vec<String> = instants.iter().map(|t| value(t).to_string()).collect();
        values.join(",")
    };
    let times: Vec<String> = instants.iter().map(ToString::to_string).collect();
    let times = times.join(",");
    let mut lines = String::new();
    let mut add = |name: &str, labels: &str, values: &str, times: &str| {
        writeln!(
            lines,
            "{{\"metric\":{{\"__name__\":\"{name}\"{labels}}},\"values\":[{values}],\"timestamps\":[{times}]}}"
        )
        .unwrap();
        if lines.len() > 8_000_000 {
            victoria.import_series(&std::mem::take(&mut lines));
        }
    };
    for name in ["p50", "p95", "p99"] {
        let values = column(Shape { level: 0.1, bad: 0.1, begins: 0, lasts: 0 }, 1);
        add(&format!("fleet:latency_seconds:{name}"), "", &values, &times);
    }
    for (name, level) in [
        ("requests:rate", 5_000.0),
        ("errors:ratio", 0.002),
        ("cpu:ratio", 0.5),
        ("memory:ratio", 0.6),
        ("disk:ratio", 0.4),
    ] {
        add(
            &format!("fleet:{name}"),
            "",
            &column(Shape { level, bad: level, begins: 0, lasts: 0 }, 2),
            &times,
        );
    }
    for class in ["2xx", "4xx", "5xx"] {
        let values = column(Shape { level: 900.0, bad: 900.0, begins: 0, lasts: 0 }, 3);
        add("fleet:requests_by_class:rate", &format!(",\"class\":\"{class}\""), &values, &times);
    }
    let month: Vec<Millis> = (4..120).map(|k| NOW - k * 6 * HOUR).rev().collect();
    let month: Vec<String> = month.iter().map(ToString::to_string).collect();
    let (up, month) = (vec!["1"; month.len()].join(","), month.join(","));
    for signal in [
        "latency_seconds:p95",
        "errors:ratio",
        "cpu:ratio",
        "memory:ratio",
        "disk:ratio",
        "up:ratio",
        "requests:rate",
    ] {
        let mut known: Vec<((u64, Millis), String)> = Vec::new();
        for i in 0..n {
            let shape = shape(signal, i);
            let key = ((shape.level + shape.bad).to_bits(), shape.begins);
            if !known.iter().any(|(k, _)| *k == key) {
                known.push((key, column(shape, 4)));
            }
            let values = known.iter().find(|(k, _)| *k == key).map(|(_, v)| v.as_str()).unwrap();
            let labels = format!(",\"service\":\"{}\"", id(i));
            add(&format!("service:{signal}"), &labels, values, &times);
            if signal == "up:ratio" {
                add("service:up:ratio", &labels, &up, &month);
            }
        }
    }
    victoria.import_series(&lines);
    victoria.flush();
}

/// What the health page asks a source when it is opened. Alerts that another system has are not of this.
fn questions(config: &Config) -> Vec<(String, Question)> {
    let mut all = Vec::new();
    let mut add = |what: String, question: Option<Question>| all.extend(question.map(|q| (what, q)));
    let golden = [
        Signal::LatencyP50,
        Signal::LatencyP95,
        Signal::LatencyP99,
        Signal::Traffic,
        Signal::TrafficByClass,
        Signal::ErrorRatio,
        Signal::Cpu,
        Signal::Memory,
        Signal::Disk,
    ];
    for signal in golden {
        add(format!("golden {}", signal.name()), fleet_question(config, signal, Span::Last(DAY)));
    }
    for signal in SHOWN {
        add(format!("services {}", signal.name()), row_question(config, "recorded", signal));
    }
    add("services sparks".into(), spark_question(config, &config.services[0]));
    add("uptime".into(), total_question(config, "recorded"));
    let (days, today) = bars_question(config, "recorded", NOW - NOW % DAY).unwrap();
    add("uptime days".into(), Some(days));
    add("uptime today".into(), Some(today));
    for rule in &config.rules {
        for ask in rule_asks(config, rule) {
            add(format!("rule {}", rule.name), Some(ask.value));
        }
    }
    add("rule counts".into(), watched_question(config, "metrics"));
    all
}

/// Asks as the console does, in a coarser form where the answer is too large: bytes of all answers, and the last.
fn ask(victoria: &Victoria, question: &Question) -> (usize, Option<Reply>) {
    let base = format!("http://127.0.0.1:{}", victoria.port());
    let (mut bytes, mut form, mut access) = (0, question.clone(), Access::default());
    loop {
        let fetch = form.fetch(&SYSTEM, None, NOW).unwrap();
        let mut exchange = Question::exchange(&SYSTEM, &fetch, &Refused::new());
        while let Some(request) = exchange.next(&access) {
            let answer = send(&base, &request, 120 * SECOND);
            bytes += match &answer {
                Ok(response) => response.body.len(),
                Err(SourceError::TooLarge { .. }) => request.most.unwrap_or_default(),
                Err(error) => panic!("{question:?}: {error}"),
            };
            exchange.take(answer, &mut access);
        }
        match exchange.done().0.and_then(|answered| form.take(&SYSTEM, &answered, &fetch, None)) {
            Ok(parsed) => return (bytes, Some(parsed.data)),
            Err(error) => match form.coarser(&error) {
                Some(coarser) => form = coarser,
                None => panic!("{question:?}: {error}"),
            },
        }
    }
}

fn measure(n: usize, step: Millis) -> (usize, usize) {
    let (config, victoria) = (config(n), Victoria::start());
    fill(&victoria, n, step);
    let (mut of_rules, mut of_all) = (0, 0);
    for (what, question) in questions(&config) {
        let (bytes, reply) = ask(&victoria, &question);
        let form = match &reply {
            Some(Reply::Breaches(breaches)) => format!("{:?}", breaches.form()),
            _ => String::new(),
        };
        println!("{}", json!({"services": n, "what": what, "bytes": bytes, "form": form}));
        of_all += bytes;
        of_rules += if what.starts_with("rule ") { bytes } else { 0 };
    }
    // What the rules would cost if the samples were compared here; of the larger fleet that is too much to ask for.
    let watched = [Signal::LatencyP95, Signal::ErrorRatio, Signal::Cpu, Signal::Memory, Signal::Disk];
    let by_samples = (n <= 500).then(|| {
        let bytes = |signal| {
            let measure = config.signal_sets[0].measure(signal, config::Level::Service, 0, DAY).unwrap();
            let (source, span, pace) = ("metrics".into(), Span::Last(DAY), Pace::Refresh);
            ask(&victoria, &Question::Range { source, measure, span, step: 30 * SECOND, pace }).0
        };
        watched.map(bytes).iter().sum::<usize>()
    });
    println!("{}", json!({"services": n, "sum": "rules", "bytes": of_rules, "by samples": by_samples}));
    println!("{}", json!({"services": n, "sum": "all", "bytes": of_all}));
    (of_rules, of_all)
}

#[test]
fn five_hundred_services_cost_less_than_three_megabytes() {
    let (rules, all) = measure(500, 30 * SECOND);
    assert!(rules < 1_000_000 && all < 3_000_000, "{rules}, {all}");
}

#[test]
fn five_thousand_services_cost_less_than_twenty_megabytes() {
    let (rules, all) = measure(5_000, 300 * SECOND);
    assert!(rules < 5_000_000 && all < 20_000_000, "{rules}, {all}");
}

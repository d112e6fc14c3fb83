//! `make bench`: our charts beside uPlot's in one headless Chromium. Prints a table for people, then
//! one JSON line a measure. `cargo bench ... -- redraw` runs what contains a word.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::let_underscore_must_use,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made ends the program"
)]

#[allow(dead_code)]
#[path = "../e2e/support/mod.rs"]
mod support;

use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use support::host::Host;
use support::page::Page;

/// What must be reached, as a share of the peer's.
const LIMITS: [(&str, f64); 11] = [
    ("redraw 3x2880", 1.0),
    ("redraw 3x100000", 0.4),
    ("redraw 10x100000", 0.4),
    ("redraw 1x1000000", 0.3),
    ("pan 10x100000", 0.4),
    ("first 3x2880", 1.0),
    ("first 3x2880-primed", 1.0),
    ("decode 100x2880", 0.5),
    ("forecast 1x2000", 1.0),
    ("refresh-time 40x2880", 0.25),
    ("refresh-bytes 40x2880", 0.05),
];
const FIRST_DRAWS: usize = 15;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = Host::start(Path::new("target/bench"));
    let measures: Vec<Value> = runtime.block_on(async {
        let mut all = Vec::new();
        for dpr in [1.0, 2.0] {
            all.extend(measure(&server, dpr, &words).await);
        }
        all
    });
    report(&measures);
}

async fn open(server: &Host, dpr: f64) -> Page {
    let page = Page::open_with(&["--js-flags=--expose-gc", "--enable-precise-memory-info"]).await;
    page.size(1400, 900, dpr).await;
    page.driver.set_script_timeout(Duration::from_secs(600)).await.unwrap();
    load(&page, server).await;
    page
}

async fn load(page: &Page, server: &Host) {
    page.goto(&server.url("index.html")).await;
    let end = Instant::now() + Duration::from_secs(60);
    while page.driver.execute("return window.ready === true", vec![]).await.unwrap().json() != &json!(true) {
        assert!(Instant::now() < end, "the page of the bench does not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn run(page: &Page, name: &str) -> Value {
    let script =
        "const done = arguments[1]; measure(arguments[0]).then(done, (e) => done({error: String(e)}));";
    let found = page.driver.execute_async(script, vec![json!(name)]).await.unwrap().json().clone();
    assert!(found.get("error").is_none(), "{name}: {found}");
    found
}

async fn measure(server: &Host, dpr: f64, words: &[String]) -> Vec<Value> {
    let wanted = |name: &str| words.is_empty() || words.iter().any(|w| name.contains(w.as_str()));
    let mut all = Vec::new();
    for name in [
        "redraw 3x2880",
        "redraw 3x100000",
        "redraw 10x100000",
        "redraw 1x1000000",
        "pan 10x100000",
        "decode 100x2880",
        "forecast 1x2000",
        "refresh 40x2880",
        "memory 2000",
    ] {
        // Bytes and numbers know no pixels.
        if !wanted(name)
            || (dpr > 1.0 && ["decode", "memory", "forecast"].iter().any(|n| name.starts_with(n)))
        {
            continue;
        }
        let page = open(server, dpr).await;
        let found = run(&page, name).await;
        page.close().await;
        let (bench, case) = name.split_once(' ').unwrap();
        if bench == "refresh" {
            all.push(line("refresh-time", case, dpr, &found["time"]));
            all.push(line("refresh-bytes", case, dpr, &found["bytes"]));
        } else {
            all.push(line(bench, case, dpr, &found));
        }
        eprintln!("{}", all.last().unwrap());
    }
    for (case, side) in [("3x2880", "first plain"), ("3x2880-primed", "first primed")] {
        if wanted(&format!("first {case}")) {
            all.push(first_draw(server, dpr, case, side).await);
        }
    }
    all
}

/// The first chart of a page that was just opened, either side in turn. The primed case is what the
/// console does while it waits for its first answers.
async fn first_draw(server: &Host, dpr: f64, case: &str, side: &str) -> Value {
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..FIRST_DRAWS {
        for (name, times) in [("first peer", &mut peer), (side, &mut ours)] {
            let page = open(server, dpr).await;
            times.push(run(&page, name).await["ms"].as_f64().unwrap());
            page.close().await;
        }
    }
    let middle = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let found = json!({"ours_ms": middle(&mut ours), "peer_ms": middle(&mut peer)});
    line("first", case, dpr, &found)
}

fn line(bench: &str, case: &str, dpr: f64, found: &Value) -> Value {
    let unit = if found.get("ours_ms").is_some() { "ms" } else { "bytes" };
    let (ours, peer) = (format!("ours_{unit}"), format!("peer_{unit}"));
    let (a, b) = (found[&ours].as_f64().unwrap(), found[&peer].as_f64().unwrap());
    let round = |x: f64| (x * 1000.0).round() / 1000.0;
    let mut line = json!({"bench": bench, "case": case, "dpr": dpr, "ratio": round(a / b)});
    line[ours] = json!(round(a));
    line[peer] = json!(round(b));
    line
}

fn report(measures: &[Value]) {
    println!("| measure | dpr | ours | peer | ratio | must reach |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for m in measures {
        let name = format!("{} {}", m["bench"].as_str().unwrap(), m["case"].as_str().unwrap());
        let limit = LIMITS.iter().find(|(n, _)| *n == name).map_or(1.05, |(_, limit)| *limit);
        let figure = |side: &str| match (&m[format!("{side}_ms")], &m[format!("{side}_bytes")]) {
            (Value::Null, bytes) => format!("{:.0} kB", bytes.as_f64().unwrap() / 1000.0),
            (ms, _) => format!("{:.1} ms", ms.as_f64().unwrap()),
        };
        let missed = if m["ratio"].as_f64().unwrap() > limit { " MISSED" } else { "" };
        println!(
            "| {name} | {} | {} | {} | {}{missed} | {limit} |",
            m["dpr"],
            figure("ours"),
            figure("peer"),
            m["ratio"]
        );
    }
    println!();
    for m in measures {
        println!("{m}");
    }
}

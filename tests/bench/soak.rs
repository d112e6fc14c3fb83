//! `make soak`: a 24 h page refreshed every second for ten minutes, with 8 series and with 200, on a real
//! VictoriaMetrics that takes in samples all the while. Prints long tasks and memory, a JSON line each.

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
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use support::page::Page;
use support::site::{Options, Site};
use support::victoria::Victoria;

const STEP: i64 = 15_000;
const DAY: i64 = 86_400_000;

struct Database(Victoria);

impl Database {
    /// Samples of all series at the steps in `(from, to]`.
    fn take_in(&self, n_services: usize, from: i64, to: i64) {
        let mut t = to - to.rem_euclid(STEP);
        let mut lines = String::new();
        while t > from {
            let wave = (t as f64 / 4e6).sin();
            for (name, level) in [("p50", 0.05), ("p95", 0.18), ("p99", 0.32)] {
                let v = level * (1.0 + 0.2 * wave) + (t % 7_777) as f64 * 1e-6;
                lines.push_str(&format!("fleet:latency_seconds:{name} {v} {t}\n"));
            }
            lines.push_str(&format!("fleet:requests:rate {} {t}\n", 5_000.0 + 900.0 * wave));
            for (class, share) in [("2xx", 0.98), ("4xx", 0.019), ("5xx", 0.001)] {
                lines.push_str(&format!(
                    "fleet:requests_by_class:rate{{class=\"{class}\"}} {} {t}\n",
                    share * (5_000.0 + 900.0 * wave)
                ));
            }
            for i in 0..n_services {
                let v = 20.0 + i as f64 + 8.0 * ((t / STEP + i as i64) as f64 / 50.0).sin();
                lines.push_str(&format!("service:requests:rate{{service=\"s{i}\"}} {v} {t}\n"));
                if to - t < 300_000 {
                    lines.push_str(&format!("service:up:ratio{{service=\"s{i}\"}} 1 {t}\n"));
                    lines.push_str(&format!("service:latency_seconds:p95{{service=\"s{i}\"}} 0.05 {t}\n"));
                }
            }
            t -= STEP;
            if lines.len() > 4_000_000 {
                self.send(&std::mem::take(&mut lines));
            }
        }
        self.send(&lines);
    }

    fn send(&self, lines: &str) {
        if !lines.is_empty() {
            self.0.import(lines);
        }
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

fn config(n_services: usize) -> String {
    let services: Vec<Value> = (0..n_services)
        .map(|i| json!({"id": format!("s{i}"), "name": format!("Service {i}"), "signals": {"all": format!("s{i}")}}))
        .collect();
    json!({
        "title": "Soak",
        "refresh": "5s",
        "sources": {"db": {"kind": "prometheus", "url": "./_proxy"}},
        "signals": {"all": {"source": "db", "preset": "recorded", "by": "service"}},
        "services": services,
        "scorecards": [{"name": "S", "set": "all", "value": "s0"}],
    })
    .to_string()
}

const WATCH: &str = r"
    window.__long = [];
    new PerformanceObserver((list) => { for (const e of list.getEntries()) window.__long.push([Math.round(e.startTime), Math.round(e.duration)]); }).observe({ type: 'longtask', buffered: true });
";

#[tokio::main]
async fn main() {
    let minutes: u64 = std::env::var("SOAK_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(10);
    for n_services in [4, 200] {
        println!("{}", soak(n_services, minutes).await);
    }
}

async fn soak(n_services: usize, minutes: u64) -> Value {
    let database = Database(Victoria::start());
    let mut known = now();
    database.take_in(n_services, known - DAY - 600_000, known);
    database.0.flush();
    let site = Site::start(Options {
        config: Some(Some(config(n_services))),
        upstream: database.0.port(),
        ..Options::default()
    });
    let page = Page::open_with(&["--js-flags=--expose-gc", "--enable-precise-memory-info"]).await;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
    page.goto(&site.url("")).await;
    page.settled().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let loading = page.script("const l = window.__long; window.__long = []; return l").await;
    page.script("setInterval(() => document.querySelector('.button.refresh').click(), 1000)").await;
    let began = Instant::now();
    let asked = site.asked();
    let mut memory: Vec<(u64, f64, f64)> = Vec::new();
    let mut next_minute = 1;
    while began.elapsed() < Duration::from_secs(minutes * 60) {
        let time = now();
        database.take_in(n_services, known, time);
        known = time;
        tokio::time::sleep(Duration::from_secs(3)).await;
        if began.elapsed() > Duration::from_secs(next_minute * 60) {
            memory.push((next_minute, heap(&page).await, resident()));
            next_minute += 1;
        }
    }
    let n = site.asked() - asked;
    let long = page.script("return window.__long").await;
    let worst = long.as_array().into_iter().flatten().filter_map(|e| e[1].as_i64()).max().unwrap_or(0);
    let text = page.text().await;
    assert!(n as u64 > minutes * 60 * 5, "only {n} requests in {minutes} min");
    assert!(text.contains("Service 0"), "{text}");
    page.close().await;
    json!({
        "bench": "soak", "series": n_services + 8, "minutes": minutes, "requests": n,
        "long_tasks": long.as_array().map_or(0, Vec::len), "longest_ms": worst,
        "long_tasks_while_loading": loading,
        "heap_and_resident_mb_by_minute": memory.iter().map(|(m, h, r)| json!([m, h, r])).collect::<Vec<_>>(),
    })
}

/// Megabytes of JavaScript's heap after a collection.
async fn heap(page: &Page) -> f64 {
    let bytes = page.script("gc(); return performance.memory.usedJSHeapSize").await.as_f64().unwrap_or(0.0);
    (bytes / 1e5).round() / 10.0
}

/// Megabytes of the largest renderer process, WebAssembly's memory and canvases included.
fn resident() -> f64 {
    let mut most = 0.0_f64;
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
        if line.contains("--type=renderer") {
            let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            let size = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
            let kilobytes = size.and_then(|s| s.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
            most = most.max(kilobytes.unwrap_or(0.0));
        }
    }
    (most / 102.4).round() / 10.0
}

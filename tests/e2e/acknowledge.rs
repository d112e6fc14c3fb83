//! Acknowledging in a real Alertmanager, which has no such thing: a short silence that is extended while its alert fires, seen
//! by `amtool` and by a colleague, taken back, and ended with the alert.

use super::support::alertmanager::Alertmanager;
use super::support::page::{BUSY, Page};
use super::support::site::{Options, Site};
use fourlights::domain::time::{Millis, parse_rfc3339};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use thirtyfour::Key;

fn config(sources: &Value) -> String {
    json!({
        "title": "T", "refresh": "5s", "alerts": [], "services": [], "sources": sources,
        // Extended when 20 s of it are left.
        "incidents": {"acknowledge_for": "1m"},
    })
    .to_string()
}

fn labels(name: &str, service: &str) -> Value {
    json!({"alertname": name, "service": service, "severity": "critical"})
}

/// The silences that `amtool` lists, which are those that are not over.
fn amtool(alertmanager: &Alertmanager) -> Vec<Value> {
    let address = format!("--alertmanager.url=http://127.0.0.1:{}", alertmanager.port());
    let out = Command::new("amtool").args([&address, "silence", "query", "-o", "json"]).output();
    serde_json::from_slice(&out.expect("amtool").stdout).expect("a list")
}

/// Waits for what a server says, as a page is waited for.
async fn until(what: &str, seconds: u64, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(seconds) + BUSY;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn ends(silence: &Value) -> Millis {
    parse_rfc3339(silence["endsAt"].as_str().unwrap()).unwrap()
}

fn text_of<'a>(silence: &'a Value, field: &str) -> &'a str {
    silence[field].as_str().unwrap_or_default()
}

/// The row of an alert says so.
async fn row_says(page: &Page, name: &str, text: &str, seconds: u64) {
    let script = format!(
        "return [...document.querySelectorAll('table.alerts tbody tr')].some((r) => r.querySelector('.row-open')?.innerText === {} && r.innerText.includes({}))",
        json!(name),
        json!(text)
    );
    page.until(&format!("{name}: {text}"), seconds, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_acknowledged_by_keyboard_extended_seen_by_others_taken_back_and_ends_with_its_alert() {
    let alertmanager = Alertmanager::start();
    let all = [labels("ApiDown", "api"), labels("ApiSlow", "api"), labels("WebDown", "web")];
    alertmanager.raise(&all, 60);
    let site = Site::start(Options {
        config: Some(Some(config(&json!({"am": {"kind": "alertmanager", "url": "./_proxy"}})))),
        upstream: alertmanager.port(),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    // The row that has the focus, by two keys and a name.
    page.has("#key-a").await;
    let focus = "const b = [...document.querySelectorAll('.row-open')].find((b) => b.innerText === 'ApiDown'); b?.focus(); return b !== undefined";
    page.until("the row", 20, focus).await;
    page.press("a").await;
    page.until("the dialog", 10, "return document.querySelector('.ack-dialog[open]') !== null").await;
    page.shows("Silenced for 1 min as acknowledgement", 5).await;
    page.shows("in am, by its 3 labels", 5).await;
    page.press("Mia").await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        page.shot(&format!("acknowledge-dialog-{width}")).await;
        page.is_clean(&format!("acknowledge dialog {width}")).await;
    }
    page.size(1440, 900, 1.0).await;
    page.key(Key::Enter).await;
    until("the silence", 20, || amtool(&alertmanager).len() == 1).await;
    let first = amtool(&alertmanager).remove(0);
    assert!(text_of(&first, "comment").starts_with("ACK! by Mia, Fourlights, since 20"), "{first}");
    assert_eq!(text_of(&first, "createdBy"), "Mia");
    let mut names: Vec<(&str, &str, bool)> = first["matchers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (text_of(m, "name"), text_of(m, "value"), m["isRegex"] == true))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [("alertname", "ApiDown", false), ("service", "api", false), ("severity", "critical", false)]
    );

    // It stays in the list and in the counter.
    row_says(&page, "ApiDown", "acknowledged by Mia", 20).await;
    row_says(&page, "ApiDown", "Acknowledged", 5).await;
    page.shows("3 active (1 acknowledged", 20).await;
    page.until("the dialog is closed", 10, "return document.querySelector('dialog[open]') === null").await;
    page.shot("acknowledged").await;
    page.is_clean("acknowledged").await;

    // A colleague is told instead of doubling it.
    let colleague = Page::open().await;
    colleague.goto(&site.url("alerts")).await;
    row_says(&colleague, "ApiDown", "acknowledged by Mia", 30).await;
    let doubles = "return document.querySelector('button[aria-label=\"Acknowledge ApiDown, api\"]') === null && document.querySelector('button[aria-label=\"Acknowledge WebDown, web\"]') !== null";
    colleague.until("no second acknowledgement", 20, doubles).await;
    colleague.close().await;

    // Many at once.
    page.press("x").await;
    page.shows("Acknowledge 2 selected", 5).await;
    page.press("a").await;
    page.shows("Acknowledge 2 alerts", 5).await;
    page.key(Key::Enter).await;
    until("three silences", 20, || amtool(&alertmanager).len() == 3).await;
    row_says(&page, "WebDown", "acknowledged by Mia", 20).await;
    page.shows("3 active (3 acknowledged", 20).await;
    // Not "all clear": nobody fixed anything yet.
    page.goto(&site.url("")).await;
    page.shows("3 alerts acknowledged since", 30).await;

    // Extended while it fires.
    let id = text_of(&first, "id").to_string();
    let now = || amtool(&alertmanager).into_iter().find(|s| text_of(s, "id") == id);
    until("an extension", 90, || now().is_some_and(|s| ends(&s) > ends(&first))).await;
    println!(
        "extended from {} to {}",
        text_of(&first, "endsAt"),
        now().map_or(String::new(), |s| s["endsAt"].to_string())
    );

    // Taken back.
    page.goto(&site.url("alerts")).await;
    page.click("button[aria-label='Take back the acknowledgement of WebDown, web']").await;
    until("two silences", 20, || amtool(&alertmanager).len() == 2).await;
    row_says(&page, "WebDown", "Firing", 20).await;

    // Its alert is over, and with it the acknowledgement.
    alertmanager.resolve(&all[0]);
    until("the end of it", 150, || now().is_none()).await;
    assert_eq!(amtool(&alertmanager).len(), 1, "the other goes on");
    page.close().await;
}

/// Members of a cluster tell each other: one is asked, once.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_cluster_one_member_is_asked_once() {
    let members = Alertmanager::start_pair();
    let origins: Vec<String> = members.iter().map(|a| format!("http://127.0.0.1:{}", a.port())).collect();
    for member in &members {
        member.raise(&[labels("ApiDown", "api")], 60);
    }
    let sources = json!({
        "am-1": {"kind": "alertmanager", "url": origins[0]}, "am-2": {"kind": "alertmanager", "url": origins[1]},
    });
    let site = Site::start(Options {
        config: Some(Some(config(&sources))),
        connect: origins.join(" "),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    row_says(&page, "ApiDown", "am-1, am-2", 20).await;
    page.press("a").await;
    page.until("the dialog", 10, "return document.querySelector('.ack-dialog[open]') !== null").await;
    page.press("Mia").await;
    page.key(Key::Enter).await;
    row_says(&page, "ApiDown", "acknowledged by Mia", 60).await;
    let ids = |a: &Alertmanager| {
        let mut all: Vec<String> = amtool(a).iter().map(|s| text_of(s, "id").to_string()).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(ids(&members[0]).len(), 1);
    assert_eq!(ids(&members[0]), ids(&members[1]), "one silence, which both know");
    page.click("button[aria-label='Take back the acknowledgement of ApiDown, api']").await;
    until("its end in both", 30, || members.iter().all(|a| amtool(a).is_empty())).await;
    assert_eq!(members[0].silences().len(), 1, "expired once, and not replaced");
    page.close().await;
}

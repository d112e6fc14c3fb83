//! Silences in a real Alertmanager: created with a preview, extended, expired, and never doubled when the network loses
//! a request or a response.

use super::support::alertmanager::Alertmanager;
use super::support::page::Page;
use super::support::site::{Fault, Options, Site};
use fourlights::domain::time::{HOUR, Millis, parse_rfc3339};
use serde_json::{Value, json};

fn config(url: &str) -> String {
    format!(
        r#"{{"title": "T", "refresh": "5s", "alerts": [], "services": [],
            "sources": {{"am": {{"kind": "alertmanager", "url": "{url}", "deadline": "4s"}}}}}}"#
    )
}

/// A console whose proxy leads to the Alertmanager.
fn behind_proxy(alertmanager: &Alertmanager) -> Site {
    Site::start(Options {
        config: Some(Some(config("./_proxy"))),
        upstream: alertmanager.port(),
        ..Options::default()
    })
}

fn raise(alertmanager: &Alertmanager) {
    let alert =
        |name: &str, service: &str| json!({"alertname": name, "service": service, "severity": "critical"});
    alertmanager.raise(&[alert("ApiDown", "api"), alert("ApiSlow", "api"), alert("WebDown", "web")], 60);
}

/// Types into the field of the dialog whose label begins so.
async fn fill(page: &Page, label: &str, text: &str) {
    let script = format!(
        "const label = [...document.querySelectorAll('dialog[open] label')].find((l) => l.textContent.trim().startsWith({})); \
         const field = label?.querySelector('input, select'); if (!field) return false; \
         field.value = {}; field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {{ bubbles: true }})); return true",
        json!(label),
        json!(text)
    );
    page.until(label, 20, &script).await;
}

async fn state(page: &Page, word: &str, seconds: u64) {
    let script = format!("return document.querySelector('[data-action][data-state={word}]') !== null");
    page.until(&format!("an action that is {word}"), seconds, &script).await;
}

/// One silence after another by the dialog, of everything of a service.
async fn create(page: &Page, service: &str) {
    page.click_text("button", "New silence").await;
    page.until("the dialog", 10, "return document.querySelector('dialog.silence-dialog[open]') !== null")
        .await;
    page.fill("dialog[open] .matcher-row input[aria-label=Label]", "service").await;
    page.fill("dialog[open] .matcher-row input[aria-label=Value]", service).await;
    fill(page, "Your name", "ana").await;
    fill(page, "Comment", "a deploy").await;
    page.click("dialog[open] button[type=submit]:enabled").await;
}

fn ends(silence: &Value) -> Millis {
    parse_rfc3339(silence["endsAt"].as_str().unwrap()).unwrap()
}

fn in_state(alertmanager: &Alertmanager, state: &str) -> Vec<Value> {
    let all = alertmanager.silences();
    all.into_iter().filter(|s| s["status"]["state"] == state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_silenced_after_a_preview_and_the_silence_extended_and_expired() {
    let alertmanager = Alertmanager::start();
    raise(&alertmanager);
    let site = behind_proxy(&alertmanager);
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    page.click("button[aria-label='Silence ApiDown']").await;
    // Its labels are the matchers.
    page.until(
        "the preview of one alert",
        20,
        "return document.querySelector('dialog[open] [data-firing=\"1\"]') !== null && document.querySelectorAll('dialog[open] .matcher-row').length === 3",
    )
    .await;
    page.shows("ApiDown, api", 5).await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        for theme in ["dark", "light"] {
            page.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
            page.shot(&format!("silence-dialog-{width}-{theme}")).await;
            page.is_clean(&format!("silence dialog {width} {theme}")).await;
        }
    }
    page.size(1440, 900, 1.0).await;
    // Without its name and severity it matches everything of the service.
    page.click("dialog[open] button[aria-label='Remove the matcher of alertname']").await;
    page.click("dialog[open] button[aria-label='Remove the matcher of severity']").await;
    page.until(
        "two alerts",
        10,
        "return document.querySelector('dialog[open] [data-firing=\"2\"]') !== null",
    )
    .await;
    page.until(
        "the fault",
        10,
        "return document.querySelector('dialog[open] button[type=submit]').disabled && document.querySelector('.silence-fault').textContent.includes('missing')",
    )
    .await;
    fill(&page, "Your name", "ana").await;
    fill(&page, "Comment", "a deploy").await;
    page.click("dialog[open] button[type=submit]:enabled").await;
    state(&page, "done", 20).await;
    let made = in_state(&alertmanager, "active");
    assert_eq!(made.len(), 1, "{made:?}");
    let expected = json!([{"name": "service", "value": "api", "isRegex": false, "isEqual": true}]);
    assert_eq!(made[0]["matchers"], expected);
    assert_eq!((made[0]["createdBy"].as_str(), made[0]["comment"].as_str()), (Some("ana"), Some("a deploy")));
    page.shows("matches 2 alerts now", 20).await;
    page.shows("silenced by ana: a deploy", 20).await;

    let id = made[0]["id"].as_str().unwrap();
    page.click(&format!("[data-silence='{id}'] button[aria-label^='Extend by 1 h']")).await;
    page.until(
        "two actions done",
        20,
        "return document.querySelectorAll('[data-action][data-state=done]').length === 2",
    )
    .await;
    let extended = in_state(&alertmanager, "active");
    assert_eq!(extended[0]["id"], made[0]["id"]);
    assert!((ends(&extended[0]) - ends(&made[0]) - HOUR).abs() < 2_000, "{extended:?}");
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        for theme in ["dark", "light"] {
            page.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
            page.shot(&format!("silences-{width}-{theme}")).await;
            page.is_clean(&format!("silences {width} {theme}")).await;
        }
    }
    page.size(1440, 900, 1.0).await;

    page.click(&format!("[data-silence='{id}'] button[aria-label^='Expire']")).await;
    page.until(
        "three actions done",
        20,
        "return document.querySelectorAll('[data-action][data-state=done]').length === 3",
    )
    .await;
    assert_eq!(in_state(&alertmanager, "active").len(), 0);
    page.shows("Nothing is silenced.", 20).await;
    // The name is remembered, and nothing is sent twice over a reload.
    page.goto(&site.url("alerts")).await;
    page.until(
        "the results",
        20,
        "return document.querySelectorAll('[data-action][data-state=done]').length === 3",
    )
    .await;
    page.click("button[aria-label='Silence WebDown']").await;
    page.until(
        "the name",
        10,
        "return [...document.querySelectorAll('dialog[open] input')].some((i) => i.value === 'ana')",
    )
    .await;
    assert_eq!(alertmanager.silences().len(), 1);
    page.close().await;
}

/// Alertmanager's own answer to other origins allows no DELETE.
#[tokio::test(flavor = "multi_thread")]
async fn an_alertmanager_of_another_origin_is_asked_as_it_allows() {
    let alertmanager = Alertmanager::start();
    raise(&alertmanager);
    let origin = format!("http://127.0.0.1:{}", alertmanager.port());
    let site =
        Site::start(Options { config: Some(Some(config(&origin))), connect: origin, ..Options::default() });
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    page.has("button[aria-label='Silence WebDown']").await;
    create(&page, "web").await;
    state(&page, "done", 20).await;
    let made = in_state(&alertmanager, "active");
    let id = made[0]["id"].as_str().unwrap();
    page.click(&format!("[data-silence='{id}'] button[aria-label^='Expire']")).await;
    page.until(
        "both done",
        20,
        "return document.querySelectorAll('[data-action][data-state=done]').length === 2",
    )
    .await;
    page.shows("Nothing is silenced.", 20).await;
    assert_eq!(alertmanager.silences().len(), 1, "it was expired, not replaced");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_makes_no_second_silence_and_a_lost_request_is_sent_again() {
    let alertmanager = Alertmanager::start();
    raise(&alertmanager);
    let site = behind_proxy(&alertmanager);
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    page.has("button[aria-label='Silence ApiDown']").await;

    // It arrived, and nobody heard of it.
    site.fail(Fault::LosesResponses);
    create(&page, "api").await;
    state(&page, "done", 60).await;
    assert_eq!(alertmanager.silences().len(), 1);

    // It did not arrive. The page is loaded again before that is known.
    site.fail(Fault::LosesRequests);
    create(&page, "web").await;
    state(&page, "unknown", 20).await;
    page.shot("silence-unknown").await;
    page.goto(&site.url("alerts")).await;
    state(&page, "unknown", 60).await;
    site.fail(Fault::None);
    page.until(
        "both done",
        120,
        "return document.querySelectorAll('[data-action][data-state=done]').length === 2",
    )
    .await;
    let all = alertmanager.silences();
    assert_eq!(all.len(), 2, "{all:?}");
    page.close().await;
}

//! Incidents shared through a repository: two browsers, a real HTTP server, and a network that loses connections.
//! `SHARING_SECONDS=300` for a long run; `SHARING_SEED=n` for other losses.

use super::support::contents_api::{ContentsApi, REPOSITORY, TOKEN};
use super::support::page::Page;
use super::support::site::{Options, Site};
use fourlights::domain::incident_log::file;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A console whose team shares its incidents.
fn site(api: &ContentsApi) -> Site {
    let mut config: Value = serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
    config["incidents"] = json!({"repository": {"name": REPOSITORY, "branch": "main", "api": api.url()}});
    Site::start(Options { config: Some(Some(config.to_string())), connect: api.url(), ..Options::default() })
}

async fn share(page: &Page) {
    page.fill(".sharing input", TOKEN).await;
    page.click_text(".sharing button", "Share").await;
}

async fn sharing_says(page: &Page, what: &str, seconds: u64) {
    let script =
        format!("return document.querySelector('.sharing')?.innerText.includes({}) === true", json!(what));
    page.until(what, seconds, &script).await;
}

/// Adds a note as its field does by keyboard.
async fn note(page: &Page, text: &str) {
    page.fill("#key-n", text).await;
    page.script("document.querySelector('#key-n').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}))")
        .await;
}

/// The log as this browser's storage has it.
async fn stored(page: &Page, id: &str) -> String {
    let script = format!(
        "const done = arguments[arguments.length - 1]; \
         indexedDB.databases().then((all) => {{ \
           const open = indexedDB.open(all.find((d) => d.name.startsWith('fourlights.incidents')).name); \
           open.onsuccess = () => {{ const get = open.result.transaction('entries').objectStore('entries').get('log/{id}'); \
             get.onsuccess = () => {{ open.result.close(); done(get.result ?? ''); }}; get.onerror = () => done(''); }}; \
           open.onerror = () => done(''); }}).catch(() => done(''))"
    );
    page.later(&script).await.as_str().unwrap_or_default().to_string()
}

/// Writes notes for a while; returns their texts.
async fn write_for(page: &Page, who: &str, end: Instant, seed: u64) -> Vec<String> {
    let (mut all, mut random) = (Vec::new(), seed | 1);
    while Instant::now() < end {
        let text = format!("{who} writes {}", all.len());
        note(page, &text).await;
        all.push(text);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(100 + (random >> 33) % 1_400)).await;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_write_at_once_over_a_bad_network_end_with_the_same_log() {
    let (seconds, seed) = (number("SHARING_SECONDS", 20), number("SHARING_SEED", 1));
    let api = ContentsApi::start(seed);
    let site = site(&api);
    let (mia, ben) = (Page::open().await, Page::open().await);

    // Without a token it says what waits; with one it is shared.
    mia.goto(&site.url("incidents")).await;
    sharing_says(&mia, "token missing", 20).await;
    mia.is_clean("sharing without a token").await;
    mia.press("d").await;
    mia.until("the dialog", 5, "return document.querySelector('dialog[open]') !== null").await;
    mia.press("Search is broken").await;
    mia.key(thirtyfour::Key::Enter).await;
    mia.until("the incident", 10, "return document.querySelector('.incident-head') !== null").await;
    sharing_says(&mia, "wait", 10).await;
    sharing_says(&mia, "token missing", 5).await;
    api.refuse(true);
    share(&mia).await;
    sharing_says(&mia, "Is the token valid", 20).await;
    api.refuse(false);
    mia.click_text(".sharing button", "Share now").await;
    sharing_says(&mia, "Shared with acme/incidents", 20).await;
    let id = mia.script("return new URLSearchParams(location.search).get('id')").await;
    let id = id.as_str().unwrap().to_string();
    let path = format!("incidents/{id}.json");
    assert_eq!(api.paths(), std::slice::from_ref(&path));
    mia.is_clean("a shared incident").await;

    // A colleague's browser has nothing, and finds it. A file of somebody else's is left alone, one that is broken is said.
    api.put("incidents/README.md", "hello");
    api.put("incidents/20261201-broken-1.json", "{\n<<<<<<< HEAD\n");
    ben.goto(&site.url("incidents")).await;
    sharing_says(&ben, "token missing", 20).await;
    share(&ben).await;
    ben.shows("Search is broken", 20).await;
    sharing_says(&ben, "20261201-broken-1.json: The file holds the marks of a Git conflict", 10).await;
    ben.click_text(".incident-table a", "Search is broken").await;
    ben.until("the incident", 10, "return document.querySelector('.incident-head') !== null").await;
    sharing_says(&ben, "Shared with acme/incidents", 20).await;
    assert_eq!(stored(&mia, &id).await, stored(&ben, &id).await);

    // Both write at once, and every fourth request is lost.
    api.kill(25);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (by_mia, by_ben) =
        tokio::join!(write_for(&mia, "mia", end, seed), write_for(&ben, "ben", end, seed + 7));
    api.kill(0);

    // What has given up goes on with the next look, at the latest.
    let all: Vec<&String> = by_mia.iter().chain(&by_ben).collect();
    let patience = Instant::now() + Duration::from_secs(180);
    let (mut here, mut there) = (String::new(), String::new());
    let is_all = |text: &str| all.iter().all(|note| text.contains(&format!("\"text\":\"{note}\"")));
    while Instant::now() < patience {
        (here, there) = (stored(&mia, &id).await, stored(&ben, &id).await);
        if here == there && is_all(&here) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let counts = api.counts();
    println!(
        "{seconds} s, seed {seed}: {} notes of mia, {} of ben; {counts:?}, {} kills",
        by_mia.len(),
        by_ben.len(),
        counts.kills()
    );
    assert_eq!(here, there, "both browsers have the same log");
    let log = file::read(&here).unwrap();
    assert_eq!(Some(log.clone()), file::read(&api.text(&path).unwrap()).ok(), "and so has the repository");
    for note in &all {
        let n = here.matches(&format!("\"text\":\"{note}\"")).count();
        assert_eq!(n, 1, "{note:?}: nothing is lost, nothing is doubled");
    }
    println!("{} entries", log.len());
    assert!(counts.kills() > 0, "{counts:?}");
    // In a short run they may never meet.
    assert!(counts.conflicts > 0 || seconds < 120, "{counts:?}");
    let broken = api.text("incidents/20261201-broken-1.json");
    assert_eq!(broken.as_deref(), Some("{\n<<<<<<< HEAD\n"), "what cannot be read is never written over");

    // Both pages show it, and say so.
    for page in [&mia, &ben] {
        sharing_says(page, "Shared with acme/incidents", 60).await;
        let last = format!(
            "return document.querySelector('.timeline').innerText.includes({})",
            json!(all[all.len() - 1])
        );
        // Of a long timeline the newest entries are shown.
        page.until("the last note", 10, &last).await;
    }
    mia.shot("shared-incident").await;
    mia.close().await;
    ben.close().await;
}

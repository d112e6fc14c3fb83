//! The public page as visitors have it: every reader, every width, with and without a script.

use super::support::folder::Folder;
use super::support::host::Host;
use super::support::page::Page;
use super::support::{dist, root};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;
use thirtyfour::Key;

fn folder() -> PathBuf {
    dist().join("status")
}

async fn with_scheme(page: &Page, features: &[(&str, &str)], media: &str) {
    let features: Vec<_> =
        features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    page.devtools("Emulation.setEmulatedMedia", json!({"media": media, "features": features})).await;
}

async fn with_scripts(page: &Page, allowed: bool) {
    page.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !allowed})).await;
}

/// The live part has done its first work.
async fn is_live(page: &Page) {
    page.until("the live part", 20, LIVE).await;
}

const LIVE: &str = "return document.querySelector('#settings select') !== null";

const PAGES: [(&str, &str); 9] = [
    ("front", ""),
    ("german", "de/"),
    ("arabic", "ar/"),
    ("japanese", "ja/"),
    ("component", "components/api/"),
    ("incident", "incidents/slow-api/"),
    ("maintenance", "maintenance/db-upgrade/"),
    ("history", "history/"),
    ("arabic-component", "ar/components/jobs/"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_for_every_reader_on_a_desk() {
    every_page_is_clean(1440, 900, 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_for_every_reader_in_a_hand() {
    every_page_is_clean(390, 844, 2.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_clean_for_every_reader_in_a_narrow_window() {
    every_page_is_clean(320, 640, 2.0).await;
}

async fn every_page_is_clean(width: u32, height: u32, dpr: f64) {
    let host = Host::start(&folder());
    let page = Page::open().await;
    page.size(width, height, dpr).await;
    let mut faults = Vec::new();
    for (look, features) in [
        ("dark", [("prefers-color-scheme", "dark"), ("prefers-contrast", "no-preference")]),
        ("light", [("prefers-color-scheme", "light"), ("prefers-contrast", "no-preference")]),
        ("contrast", [("prefers-color-scheme", "light"), ("prefers-contrast", "more")]),
        ("forced", [("prefers-color-scheme", "dark"), ("forced-colors", "active")]),
    ] {
        with_scheme(&page, &features, "").await;
        for (name, path) in PAGES {
            if (look == "contrast" || look == "forced") && name != "front" {
                continue;
            }
            let place = format!("public-{name}-{width}-{look}");
            page.goto(&host.url(path)).await;
            is_live(&page).await;
            page.shot(&place).await;
            faults.extend(page.faults_and_shifts(&place, LIVE).await);
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_it_is_light_with_nothing_to_press() {
    let host = Host::start(&folder());
    let page = Page::open().await;
    with_scheme(&page, &[("prefers-color-scheme", "dark")], "print").await;
    page.goto(&host.url("")).await;
    is_live(&page).await;
    page.shot("public-front-print").await;
    let shown = "return [...document.querySelectorAll('button, select, #tools, .choose')].filter((e) => e.offsetParent && !e.closest('[popover]')).length";
    assert_eq!(page.script(shown).await, json!(0), "controls on paper");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_everything_can_be_read() {
    let host = Host::start(&folder());
    let page = Page::open().await;
    with_scripts(&page, false).await;
    page.goto(&host.url("")).await;
    page.shot("public-front-without-script").await;
    let text = page.text().await;
    for part in [
        "Partial outage",
        "Last measured",
        "Slow responses from the API",
        "Response times are back to normal",
        "Database upgrade",
        "90 days ago",
        "99.9",
        "Third-party services",
        "Past incidents",
        "Uptime = time up ÷ time measured",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // Bars are drawn, and each strip says in words what it shows.
    let label = "return document.querySelector('#c-jobs .days').getAttribute('aria-label')";
    let said = page.script(label).await;
    assert!(said.as_str().is_some_and(|s| s.contains("90 days") && s.contains("downtime on")), "{said}");
    let drawn = "return [...document.querySelectorAll('#c-jobs .days path')].map((p) => p.getAttribute('class')).join('')";
    assert!(page.script(drawn).await.as_str().is_some_and(|s| s.contains('g') && s.contains('b')));
    // The choice of days and the addresses of the feeds work by themselves.
    let share = "return document.querySelector('#c-jobs .days').getBoundingClientRect().width / document.querySelector('#c-jobs .clip').getBoundingClientRect().width";
    assert!((page.script(share).await.as_f64().unwrap() - 1.0).abs() < 0.01);
    page.driver.find(thirtyfour::By::Css("#w30")).await.unwrap().click().await.unwrap();
    assert!((page.script(share).await.as_f64().unwrap() - 3.0).abs() < 0.01, "30 of 90 days");
    page.driver.find(thirtyfour::By::Css("[popovertarget=subscribe]")).await.unwrap().click().await.unwrap();
    page.shows("https://status.example.com/feed.atom", 5).await;
    // And the way to the day's events and back.
    page.goto(&host.url("components/jobs/")).await;
    page.shows("Background jobs delayed", 5).await;
    with_scripts(&page, true).await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_goes_through_days_and_components() {
    let host = Host::start(&folder());
    let page = Page::open().await;
    for (path, older) in [("", Key::Left), ("ar/", Key::Right)] {
        page.goto(&host.url(path)).await;
        is_live(&page).await;
        page.focus("#c-jobs .days").await;
        let value = "return document.activeElement.getAttribute('aria-valuetext')";
        let now = "return document.activeElement.getAttribute('aria-valuenow')";
        page.key(Key::End).await;
        assert_eq!(page.script(now).await, "89");
        page.key(older).await;
        assert_eq!(page.script(now).await, "88", "older is towards the beginning of the line");
        page.key(Key::PageUp).await;
        assert_eq!(page.script(now).await, "81");
        page.key(Key::Home).await;
        assert_eq!(page.script(now).await, "0");
        let said = page.script(value).await;
        assert!(said.as_str().is_some_and(|s| s.contains("2026")), "{said}");
        page.key(Key::Up).await;
        assert_eq!(page.script("return document.activeElement.closest('li').id").await, "c-cache");
        page.key(Key::Down).await;
        // One stop for the strip, and then the next.
        page.key(Key::Tab).await;
        assert_eq!(page.script("return document.activeElement.tagName").await, "A");
    }
    // A day opens to what happened on it.
    page.goto(&host.url("")).await;
    is_live(&page).await;
    let bad = "const bars = document.querySelector('#c-jobs .days'); bars.focus(); \
               return Number(bars.dataset.x.split(' ').map((e) => e.split(':')).filter(([, e]) => Number(e) > 600).map(([i]) => i).at(-1))";
    let day = page.script(bad).await.as_f64().expect("a day with downtime") as usize;
    page.key(Key::End).await;
    for _ in day..89 {
        page.key(Key::Left).await;
    }
    page.key(Key::Enter).await;
    page.until(
        "what happened",
        10,
        "return document.querySelector('#tip a')?.textContent === 'Background jobs delayed'",
    )
    .await;
    page.shot("public-day").await;
    page.is_clean("a day").await;
    page.key(Key::Escape).await;
    page.until("no tip", 10, "return document.querySelector('#tip') === null").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zone_appearance_and_search_stay_and_the_page_works_offline() {
    let host = Host::start(&folder());
    let page = Page::open_with(&["--lang=en"]).await;
    page.devtools("Emulation.setTimezoneOverride", json!({"timezoneId": "Pacific/Auckland"})).await;
    page.goto(&host.url("")).await;
    is_live(&page).await;
    page.shows("Times are in Pacific/Auckland", 10).await;
    let first = "return document.querySelector('.notice time').textContent";
    let local = page.script(first).await.as_str().unwrap_or_default().to_string();
    assert!(local.contains("UTC)"), "{local}");
    // Chosen by the address, and to be sent on.
    page.goto(&host.url("?zone=America%2FNew_York")).await;
    is_live(&page).await;
    page.shows("Times are in America/New_York", 10).await;
    assert_ne!(page.script(first).await.as_str().unwrap_or_default(), local);
    page.fill("#settings select", "UTC").await;
    page.shows("Times are in UTC", 5).await;
    page.until("the address", 10, "return location.search === '?zone=UTC'").await;
    page.script("const s = document.querySelectorAll('#settings select')[1]; s.value = 'contrast'; s.dispatchEvent(new Event('change'))").await;
    page.shot("public-front-high-contrast").await;
    page.is_clean("high contrast").await;
    page.goto(&host.url("de/")).await;
    is_live(&page).await;
    page.until("its contrast", 10, "return document.documentElement.dataset.theme === 'contrast'").await;
    // Once seen it is there without a network, and says so loudly.
    page.goto(&host.url("")).await;
    page.until("the worker", 20, "return (window.__kept ??= (caches.match(location.href).then((r) => { window.__has = !!r; setTimeout(() => window.__kept = undefined, 200) }), 1)) && window.__has === true").await;
    page.devtools("Network.enable", json!({})).await;
    let offline = json!({"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0});
    page.devtools("Network.emulateNetworkConditions", offline).await;
    drop(host);
    page.script("location.reload()").await;
    page.shows("You are offline. Showing data from", 20).await;
    page.shows("Slow responses from the API", 5).await;
    page.shot("public-offline").await;
    page.close().await;
}

/// Twelve components, measured long ago, with words of the team's own.
#[tokio::test(flavor = "multi_thread")]
async fn many_components_are_searched_and_old_measurements_are_told_loudly() {
    let place = Folder::create("many").unwrap();
    std::fs::create_dir_all(place.join("words")).unwrap();
    std::fs::write(place.join("words/en.json"), r#"{"operational": "Running well"}"#).unwrap();
    let services = ["api-gateway", "auth", "database"];
    let components: Vec<_> = (0..12)
        .map(|i| json!({"id": format!("c{i}"), "name": format!("Part {i}"), "service": services[i % 3], "group": if i < 6 { "Alpha" } else { "Beta" }}))
        .collect();
    let mut config: serde_json::Value =
        serde_json::from_str(include_str!("../../public/fourlights.json")).unwrap();
    config["public"] = json!({"url": "https://status.example.com/", "components": components, "days": 30, "translations": "words", "old_after": "10m"});
    std::fs::write(place.join("fourlights.json"), config.to_string()).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_fourlights"))
        .arg("publish")
        .arg(place.join("fourlights.json"))
        .arg("--out")
        .arg(place.join("out"))
        .arg("--live")
        .arg(dist())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let host = Host::start(&place.join("out"));
    let page = Page::open().await;
    page.goto(&host.url("?q=beta")).await;
    is_live(&page).await;
    page.shows("6 components shown", 10).await;
    page.shows("Running well", 1).await;
    let visible = "return [...document.querySelectorAll('#all li[data-part]')].filter((e) => e.offsetParent).map((e) => e.id).join(' ')";
    assert_eq!(page.script(visible).await, "c-c6 c-c7 c-c8 c-c9 c-c10 c-c11");
    page.fill("#tools input", "beta 11").await;
    page.shows("1 component shown", 5).await;
    page.until("the address", 10, "return location.search === '?q=beta+11'").await;
    page.script("document.querySelectorAll('#tools input')[1].click()").await;
    page.shows("0 components shown", 5).await;
    page.shot("public-search").await;
    page.is_clean("search").await;
    assert!(!page.text().await.contains("may be out of date"));

    // The files say that they were measured two hours ago.
    for name in ["index.html", "live.json"] {
        let file = place.join("out").join(name);
        let text = std::fs::read_to_string(&file).unwrap();
        let at = text.find("measured").unwrap();
        let stamp = &text[text[at..].find("20").unwrap() + at..][..20];
        let then =
            fourlights::domain::time::parse_rfc3339(stamp).unwrap() - 2 * fourlights::domain::time::HOUR;
        std::fs::write(&file, text.replace(stamp, &fourlights::domain::zone::rfc3339(then))).unwrap();
    }
    page.goto(&host.url("")).await;
    page.shows("Last checked 2 h", 20).await;
    page.shot("public-old").await;
    page.is_clean("old").await;
    // Files that are gone: the page stays, and says that there are no news.
    std::fs::remove_file(place.join("out/live.json")).unwrap();
    page.goto(&host.url("")).await;
    page.shows("Can't load updates right now", 20).await;
    page.shows("Part 7", 1).await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_page_shows_the_state_by_script_and_by_frame() {
    let host = Host::start(&folder());
    let page = Page::open().await;
    // A page of another origin.
    let place = Folder::create("embed").unwrap();
    let html = format!(
        "<!DOCTYPE html><title>x</title><p>Ours is <script async src=\"{}\"></script></p>",
        host.url("embed.js")
    );
    std::fs::write(place.join("index.html"), html).unwrap();
    let other = Host::start(&place);
    page.goto(&other.url("")).await;
    page.until(
        "the state",
        10,
        "return document.querySelector('.fourlights-status')?.textContent === 'Partial System Outage'",
    )
    .await;
    assert_eq!(
        page.script("return document.querySelector('.fourlights-status').href").await,
        json!(host.url(""))
    );
    page.goto(&host.url("embed/")).await;
    page.shows("Partial system outage", 5).await;
    page.is_clean("the frame").await;
    page.shot("public-embed").await;
    page.close().await;
}

/// Programs nobody here wrote read every file: Statuspage clients, feed and calendar readers, the Nu checker, a
/// checker of links.
#[test]
fn other_peoples_programs_read_it() {
    let host = Host::start(&folder());
    let out = Command::new("node")
        .arg(root().join("tests/readers/check.mjs"))
        .arg(folder())
        .arg(host.url("").trim_end_matches('/'))
        .output()
        .expect("node");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    println!("{text}{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{text}");
}

#[test]
fn a_reader_in_rust_reads_every_feed_and_the_small_files_are_small() {
    let mut feeds = 0;
    for folder in [folder(), folder().join("de"), folder().join("components/api")] {
        for name in ["feed.atom", "feed.rss", "feed.json"] {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            let feed = feed_rs::parser::parse(bytes.as_slice()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!feed.entries.is_empty() && feed.entries.iter().all(|e| !e.links.is_empty()), "{name}");
            feeds += 1;
        }
    }
    assert_eq!(feeds, 9);
    assert!(std::fs::metadata(folder().join("embed.js")).unwrap().len() < 2048);
    let picture = std::fs::read(folder().join("status.png")).unwrap();
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 2000);
}

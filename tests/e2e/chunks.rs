//! The console in chunks: each page fetches its own, one that does not come can be tried again, and a newer build on the
//! host does not break a page that is open.

use super::support::page::Page;
use super::support::site::{Host, Options, Site};
use serde_json::json;

/// What the demo's configuration needs on every page: its reader, its kinds of systems, what
/// answers, and what watches alerts.
const ALWAYS: [&str; 6] =
    ["config", "demo", "kind_alertmanager", "kind_prometheus", "kind_statuspage", "watch"];

/// Each address with the chunks it needs beside those.
const PAGES: [(&str, &[&str]); 13] = [
    ("", &["health", "outlook", "panels"]),
    ("service?id=auth", &["service"]),
    ("incidents", &["incidents"]),
    ("incident?id=none", &["incident"]),
    ("alerts", &["alerts"]),
    ("slos", &["slos"]),
    ("slo?id=api-availability", &["slo"]),
    ("capacity", &["capacity"]),
    ("on-call", &["on_call"]),
    ("runbooks", &["runbooks"]),
    ("runbook?id=runbooks/disk-full.md", &["runbooks"]),
    ("update", &["update"]),
    ("sources", &["sources"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_a_deep_link_under_a_path_and_fetches_its_own_chunk_alone() {
    let site = Site::start(Options { prefix: "/ops/", ..Options::default() });
    let page = Page::open().await;
    for (path, chunks) in PAGES {
        page.goto(&site.url(path)).await;
        page.until("the page", 20, "return document.querySelector('main .page, main form') !== null").await;
        page.until("data", 20, "return !document.querySelector('[data-condition=loading], .later, .frame')")
            .await;
        let fetched = "return [...new Set(performance.getEntriesByType('resource').map((r) => r.name.match(/split_(\\w+)\\.wasm/)?.[1]).filter((n) => n))].sort()";
        let mut expected = [chunks, &ALWAYS].concat();
        expected.sort_unstable();
        assert_eq!(page.script(fetched).await, json!(expected), "{path}");
        page.is_clean(path).await;
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_does_not_come_says_so_at_its_place_and_can_be_tried_again() {
    const FAILED: &str = "This part of the console could not be loaded";
    let site = Site::start(Options { prefix: "/ops/", ..Options::default() });
    let page = Page::open().await;
    // Of a page whose shared code is not there already.
    for (lost, from, link, after) in
        [("split_alerts", "", "alerts", ".alert-table, table"), ("chunk_", "sources", "slos", ".panel")]
    {
        page.goto(&site.url(from)).await;
        page.settled().await;
        site.lose(lost);
        page.click(&format!(".rail a[href*={link}]")).await;
        page.shows(FAILED, 20).await;
        // What the loader says in the browser's console is for those who look there.
        page.script("window.__errors = []").await;
        page.is_clean(lost).await;
        page.shot(&format!("chunk-failed-{link}")).await;
        // All else works, and going there again tries again.
        let back = if from.is_empty() { "[title^=Health]" } else { "[href*=sources]" };
        page.click(&format!(".rail a{back}")).await;
        page.settled().await;
        page.click(&format!(".rail a[href*={link}]")).await;
        page.shows(FAILED, 20).await;
        site.lose("");
        page.click_text("main button", "Try again").await;
        page.has(&format!("main .page :is({after})")).await;
        page.script("window.__errors = []").await;
        page.settled().await;
        page.is_clean(&format!("{lost}, tried again")).await;
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_whose_code_does_not_come_opens_when_it_is_asked_for_again() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.settled().await;
    site.lose("split_dialogs");
    page.press("?").await;
    page.has(".not-loaded[data-above]").await;
    page.script("window.__errors = []").await;
    page.is_clean("a dialog that did not come").await;
    page.shot("chunk-failed-dialog").await;
    page.click_text(".not-loaded button", "Dismiss").await;
    page.until("no notice", 10, "return document.querySelector('.not-loaded') === null").await;
    page.press("?").await;
    page.has(".not-loaded").await;
    site.lose("");
    page.press("?").await;
    page.has("dialog[open] .shortcuts").await;
    page.until("no notice", 10, "return document.querySelector('.not-loaded') === null").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_build_on_the_host_asks_for_a_reload_and_breaks_nothing() {
    let site = Site::start(Options { prefix: "/ops/", ..Options::default() });
    let page = Page::open().await;
    // The folder of the build before is still there: nobody sees anything.
    page.goto(&site.url("")).await;
    page.settled().await;
    site.deploy(Host::Next { keeps_first: true });
    page.click(".rail a[href*=capacity]").await;
    page.has("main .page .panel").await;
    page.settled().await;
    page.is_clean("the folder before is kept").await;
    // It is gone.
    site.deploy(Host::First);
    page.goto(&site.url("?range=6h")).await;
    page.settled().await;
    site.deploy(Host::Next { keeps_first: false });
    page.press("r").await;
    page.click(".rail a[href*=alerts]").await;
    page.shows("The console was updated", 20).await;
    page.script("window.__errors = []").await;
    page.is_clean("the folder before is gone").await;
    page.shot("chunk-replaced").await;
    page.click(".rail a[title^=Health]").await;
    page.settled().await;
    page.click(".rail a[href*=alerts]").await;
    page.click_text("main button", "Reload").await;
    let there = "return location.pathname.startsWith('/ops/alerts') && location.search.includes('range=6h') && \
                 document.querySelector('script[data-app]')?.dataset.app.includes('app-next') === true && \
                 document.querySelector('main .page .panel') !== null";
    page.until("the newer build", 20, there).await;
    page.settled().await;
    page.is_clean("the newer build").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_of_system_that_does_not_come_is_missing_alone_and_can_be_tried_again() {
    const MISSING: &str = "did not send the code for statuspage: ";
    let site = Site::start(Options { prefix: "/ops/", ..Options::default() });
    let page = Page::open().await;
    site.lose("split_kind_statuspage");
    page.goto(&site.url("sources")).await;
    page.shows(MISSING, 20).await;
    // The others answer.
    page.until("targets", 20, "return document.querySelector('main').textContent.includes('Targets up')")
        .await;
    page.shows("The console's host did not send the code for sources of kind statuspage", 20).await;
    page.script("window.__errors = []").await;
    page.is_clean("a kind that did not come").await;
    page.shot("chunk-failed-kind").await;
    // Nothing that is not known is taken for quiet.
    page.goto(&site.url("")).await;
    page.shows(MISSING, 20).await;
    page.has(".scorecard-value").await;
    page.until(
        "doubt",
        20,
        "return !document.querySelector('main').textContent.includes('Nothing asks for action')",
    )
    .await;
    page.click_text(".not-fetched button", "Try again").await;
    page.until(
        "that it did not come again",
        20,
        "return document.querySelector('.not-fetched button')?.disabled === false",
    )
    .await;
    site.lose("");
    page.click_text(".not-fetched button", "Try again").await;
    page.until("a page without the note", 20, "return document.querySelector('.scorecard-value') !== null && document.querySelector('.not-fetched') === null")
        .await;
    page.settled().await;
    page.is_clean("a kind, tried again").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_the_scorecards_says_so_at_its_place() {
    const FAILED: &str = "This part of the console could not be loaded";
    let site = Site::start(Options::default());
    let page = Page::open().await;
    site.lose("split_panels");
    page.goto(&site.url("")).await;
    page.has(".scorecard-value").await;
    page.shows(FAILED, 20).await;
    page.script("window.__errors = []").await;
    page.is_clean("panels that did not come").await;
    site.lose("");
    page.click_text("main button", "Try again").await;
    page.has(".golden .panel").await;
    // Without its reader there is no configuration, and so no console.
    site.lose("split_config");
    page.goto(&site.url("")).await;
    page.shows(FAILED, 20).await;
    page.script("window.__errors = []").await;
    page.is_clean("a reader that did not come").await;
    site.lose("");
    page.click_text("main button", "Try again").await;
    page.has(".scorecard-value").await;
    page.close().await;
}

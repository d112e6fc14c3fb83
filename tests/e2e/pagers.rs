//! A pager of another origin: its key, what people are paged for, who is on call, and what an incident has to do with it.

use super::support::page::Page;
use super::support::pager::Pager;
use super::support::site::{Options, Site};
use serde_json::json;

const MARK: &str = "planted-hunter2-7f3a";

fn site(pager: &Pager) -> Site {
    let config = json!({"title": "T", "refresh": "5s", "alerts": [], "services": [],
        "sources": {"pager": {"kind": "pagerduty", "url": pager.url(), "deadline": "5s"}}});
    Site::start(Options {
        config: Some(Some(config.to_string())),
        connect: pager.url(),
        ..Options::default()
    })
}

/// Types the key in; `remembered`: and has it kept.
async fn type_key(page: &Page, remembered: bool) {
    page.fill("#key-of-pager", MARK).await;
    if remembered {
        page.click(".key-form input[type=checkbox]").await;
    }
    page.click(".key-form button[type=submit]:enabled").await;
}

async fn state(page: &Page, word: &str) {
    let script = format!(
        "return document.querySelector('[data-source=pager] .panel-aside')?.textContent.includes({}) === true",
        json!(word)
    );
    page.until(word, 40, &script).await;
}

/// Everything that the browser holds of this page, as one text: storages, databases (also their bytes), the address, the
/// document with what stands in its fields, and what the page wrote to the console.
const HELD: &str = "const done = arguments[arguments.length - 1];
    const text = (value) => {
        if (value instanceof CryptoKey) return `CryptoKey extractable=${value.extractable}`;
        if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
        return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
    };
    (async () => {
        let all = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + location.href + document.cookie;
        all += document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((f) => f.value).join('\\n');
        for (const { name } of await indexedDB.databases()) {
            const database = await new Promise((found) => { const asked = indexedDB.open(name); asked.onsuccess = () => found(asked.result); });
            for (const store of database.objectStoreNames) {
                const read = database.transaction(store).objectStore(store).getAll();
                const values = await new Promise((found) => { read.onsuccess = () => found(read.result); });
                all += `\\n${name}/${store}: ` + values.map(text).join('\\n');
            }
            database.close();
        }
        done(all);
    })();";

async fn held(page: &Page) -> String {
    page.later(HELD).await.as_str().unwrap_or_default().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_nowhere_in_the_clear_and_remembered_only_on_request() {
    let pager = Pager::start();
    let site = site(&pager);
    let page = Page::open().await;
    page.goto(&site.url("sources")).await;
    state(&page, "No key").await;
    assert_eq!(pager.heard().len(), 0, "nothing is asked without a key");
    type_key(&page, false).await;
    state(&page, "Reachable").await;
    page.shows("2 open", 20).await;
    let is_keyed = |h: &super::support::pager::Heard| {
        h.headers.get("authorization").is_some_and(|v| v == &format!("Token token={MARK}"))
    };
    assert!(pager.heard().iter().all(is_keyed), "{:?}", pager.heard());
    let all = held(&page).await;
    assert!(!all.contains(MARK), "a key in memory is nowhere else");
    assert!(!all.contains("CryptoKey"));
    // Not remembered: gone with the page.
    page.goto(&site.url("sources")).await;
    state(&page, "No key").await;
    type_key(&page, true).await;
    page.shows("Remembered in this browser, encrypted.", 20).await;
    page.goto(&site.url("sources")).await;
    state(&page, "Reachable").await;
    let all = held(&page).await;
    assert!(!all.contains(MARK), "a remembered key is encrypted");
    assert!(all.contains("CryptoKey extractable=false"), "{all}");
    // What is refused, and what repeats the key, shows nothing of it.
    pager.repeat_what_it_hears();
    page.press("r").await;
    state(&page, "Forbidden").await;
    assert!(!held(&page).await.contains(MARK), "an error shows no key");
    page.click_text("button", "Forget the key").await;
    page.shows("Forgotten.", 20).await;
    page.goto(&site.url("sources")).await;
    state(&page, "No key").await;
    let all = held(&page).await;
    assert!(!all.contains("CryptoKey") && !all.contains(MARK), "{all}");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_acknowledged_linked_and_told_once() {
    let pager = Pager::start();
    let site = site(&pager);
    let page = Page::open().await;
    page.goto(&site.url("sources")).await;
    type_key(&page, true).await;
    page.shows("Remembered in this browser, encrypted.", 20).await;
    page.goto(&site.url("incidents")).await;
    page.shows("Checkout fails", 40).await;
    page.click("button[aria-label='Acknowledge: Checkout fails']").await;
    page.fill("dialog[open] input[type=email]", "ana@example.com").await;
    page.until(
        "both requests, with the key hidden",
        20,
        "const t = document.querySelector('dialog[open] pre')?.textContent ?? ''; \
         return t.includes('GET ') && t.includes('PUT ') && t.includes('(hidden)') && t.includes('\"acknowledged\"')",
    )
    .await;
    page.shot("page-dialog").await;
    page.is_clean("the dialog of a page").await;
    page.click("dialog[open] button[type=submit]:enabled").await;
    page.until("done", 30, "return document.querySelector('[data-action][data-state=done]') !== null").await;
    assert_eq!((pager.status("P1").as_str(), pager.n_written()), ("acknowledged", 1));
    // A colleague is faster while the dialog is open.
    page.click("button[aria-label='Acknowledge: Disk is full']").await;
    pager.put("P2", "acknowledged", "Bo Berg");
    page.click("dialog[open] button[type=submit]:enabled").await;
    page.shows("Acknowledged already by Bo Berg", 30).await;
    assert_eq!(pager.n_written(), 1, "nothing was written over it");
    // It becomes an incident, and what happened there is in its timeline.
    page.click("button[aria-label='Declare an incident: Checkout fails']").await;
    page.shows("Paged for it", 30).await;
    page.shows("acknowledged by ana@example.com", 40).await;
    page.shows("Acknowledge here too", 20).await;
    page.shot("linked-page").await;
    page.is_clean("an incident that is linked").await;
    let address = page.script("return location.href").await.as_str().unwrap_or_default().to_string();
    page.goto(&address).await;
    page.shows("Paged for it", 30).await;
    pager.put("P1", "resolved", "Bo Berg");
    page.shows("Resolve here too", 40).await;
    page.shows("resolved by Bo Berg", 40).await;
    let told = page
        .script("return [...document.querySelectorAll('.timeline-line')].filter((l) => l.textContent.includes('acknowledged by ana@example.com')).length")
        .await;
    assert_eq!(told, json!(1), "it is told once");
    page.goto(&site.url("on-call")).await;
    page.shows("Mia Chen", 40).await;
    page.is_clean("who is on call by a pager").await;
    page.close().await;
}

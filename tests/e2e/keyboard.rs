//! Everything by keyboard.

use super::support::page::Page;
use super::support::site::{Options, Site};
use thirtyfour::Key;

#[tokio::test(flavor = "multi_thread")]
async fn jumps_palette_and_dialogs_need_no_mouse() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.settled().await;
    for (keys, path) in
        [("gi", "/incidents"), ("ga", "/alerts"), ("gc", "/capacity"), ("gs", "/sources"), ("gh", "/")]
    {
        page.press(keys).await;
        let script = format!("return location.pathname === '{path}'");
        page.until(path, 10, &script).await;
    }
    // The palette: open, type, choose.
    page.driver
        .action_chain()
        .key_down(Key::Control)
        .send_keys("k")
        .key_up(Key::Control)
        .perform()
        .await
        .unwrap();
    page.until("the palette", 5, "return document.querySelector('.palette')?.open === true").await;
    page.press("auth").await;
    page.until("one command", 5, "return document.querySelectorAll('.palette li').length === 1").await;
    page.is_clean("palette").await;
    page.key(Key::Enter).await;
    page.until("the service", 10, "return location.search === '?id=auth'").await;
    // Shortcuts open and close.
    page.press("?").await;
    page.until("the shortcuts", 5, "return document.querySelector('dialog[open] .shortcuts') !== null").await;
    page.is_clean("shortcuts").await;
    page.key(Key::Escape).await;
    page.until("no dialog", 5, "return document.querySelector('dialog[open]') === null").await;
    // Time: earlier, later, out.
    page.press("t").await;
    page.key(Key::Left).await;
    page.until("a fixed range", 5, "return location.search.includes('from=')").await;
    page.press("t").await;
    page.key(Key::Right).await;
    page.until("the present", 5, "return !location.search.includes('from=')").await;
    page.press("t-").await;
    page.until("twice the range", 5, "return location.search.includes('range=2d')").await;
    page.is_clean("keyboard").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_reaches_everything_and_letters_in_a_field_are_text() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("alerts")).await;
    page.settled().await;
    page.press("/").await;
    page.until("the filter", 5, "return document.activeElement?.id === 'filter'").await;
    page.press("gar?").await;
    page.until("the letters", 5, "return document.querySelector('#filter')?.value === 'gar?'").await;
    // Still there: a host may have put a slash behind it.
    assert_eq!(page.script("return location.pathname.replace(/\\/$/, '')").await, "/alerts");
    page.goto(&site.url("")).await;
    page.settled().await;
    // Each control and each strip is reached once, in order, with a visible focus.
    let mut seen = Vec::new();
    for _ in 0..60 {
        page.key(Key::Tab).await;
        let name = page
            .script("const e = document.activeElement; return e === document.body ? '' : `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent.trim().slice(0, 60)}`")
            .await;
        let name = name.as_str().unwrap_or_default().to_string();
        if name.is_empty() {
            break;
        }
        seen.push(name);
    }
    for part in [
        "Skip to content",
        "Earlier",
        "Refresh now",
        "Search and commands",
        "View settings",
        "API Service, 30 days",
        "API Gateway",
        "Forecasts",
    ] {
        assert!(seen.iter().any(|s| s.contains(part)), "{part} in {seen:#?}");
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absolute_range_is_typed_and_nonsense_is_refused_with_words() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("?zone=UTC")).await;
    page.settled().await;
    page.click(".time-range-open").await;
    page.until("the dialog", 5, "return document.querySelector('dialog[open] .range-form') !== null").await;
    page.is_clean("time range").await;
    page.shot("time-range").await;
    let fill = |from: &str, to: &str| {
        format!(
            "const [a, b] = document.querySelectorAll('.range-form input'); a.value = '{from}'; b.value = '{to}'; \
             document.querySelector('.range-form').requestSubmit()"
        )
    };
    page.script(&fill("2026-11-20T10:00", "2026-11-20T09:00")).await;
    page.shows("Choose a range between 1 minute and 3 years.", 5).await;
    page.script(&fill("2026-11-20T09:00", "2026-11-20T10:00")).await;
    page.until("the range", 5, "return location.search.includes('from=1795165200000&to=1795168800000')")
        .await;
    page.shows("20 Nov 09:00 – 10:00", 5).await;
    page.close().await;
}

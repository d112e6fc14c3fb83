//! The demo's incidents and the page of reviews, wide and in a hand.

use super::support::page::Page;
use super::support::site::{Options, Site};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_an_incident_under_way_and_reviews_to_look_at() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        page.goto(&site.url("")).await;
        let badge = "return [...document.querySelectorAll('a[href*=incidents] .badge')].some((b) => b.checkVisibility() && b.innerText.startsWith('1'))";
        page.until("one open incident in the rail", 20, badge).await;

        // The list tells the demo's from one's own.
        page.press("gi").await;
        let listed = "return /Slow responses from the API[^]*part of the demo/.test(document.querySelector('.incident-table')?.innerText)";
        page.until("the demo's incident", 20, listed).await;
        page.shot(&format!("incidents-demo-{width}")).await;
        page.is_clean(&format!("the demo's incidents at {width}")).await;

        // One that is over, with its charts, deploys, budget.
        page.goto(&site.url("incident?id=demo-api-down")).await;
        for (what, script) in [
            ("the charts", "return document.querySelectorAll('.incident-chart canvas').length >= 5"),
            (
                "the estimate",
                "return /about [\\d]+ failed requests/.test(document.querySelector('.incident-evidence')?.innerText)",
            ),
            (
                "the deploy",
                "return /api-gateway v2\\.\\d+/.test(document.querySelector('.incident-evidence')?.innerText)",
            ),
            (
                "the budget",
                "return /API availability[^]*1\\d % of the budget/.test(document.querySelector('.incident-evidence')?.innerText)",
            ),
            (
                "the draft",
                "return /Post-incident review: API unavailable/.test(document.querySelector('pre.report')?.innerText)",
            ),
        ] {
            page.until(what, 30, script).await;
        }
        page.click(".frozen-charts summary").await;
        page.until("a frozen chart", 10, "const all = [...document.querySelectorAll('.frozen-chart')]; all[0]?.scrollIntoView(); return all.some((i) => i.complete && i.naturalWidth === 720)").await;
        page.shot(&format!("incident-demo-{width}")).await;
        page.is_clean(&format!("the demo's incident at {width}")).await;

        page.press("gw").await;
        page.until("the page of reviews", 10, "return location.pathname.endsWith('/reviews')").await;
        page.until("reviews", 20, "return /Background jobs stopped[^]*In draft/.test(document.querySelector('.reviews-page')?.innerText)").await;
        page.shot(&format!("reviews-{width}")).await;
        page.is_clean(&format!("reviews at {width}")).await;
        page.script("[...document.querySelectorAll('.toggle-row button')].find((b) => b.innerText.startsWith('Published')).click()").await;
        page.until("the published ones alone", 10, "return location.search.includes('state=published') && /API unavailable/.test(document.querySelector('table').innerText) && !/Background jobs/.test(document.querySelector('table').innerText)").await;
        page.script("[...document.querySelectorAll('.toggle-row button')].find((b) => b.innerText.startsWith('Overdue')).click()").await;
        page.until("what is overdue", 10, "return /overdue/.test([...document.querySelectorAll('table')][1]?.innerText) && location.search.includes('overdue')").await;
    }
    page.close().await;
}

/// What is entered into the demo's incident stays while the page is open, and is no part of what the browser keeps.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_in_the_demos_incident_is_gone_with_the_demo_and_a_runbooks_tick_is_in_its_timeline() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("incident?id=demo-slow-api")).await;
    page.until("the incident", 20, "return document.querySelector('#key-n') !== null").await;
    page.fill("#key-n", "looked at the demo").await;
    page.script("document.querySelector('.note-form button').click()").await;
    page.until(
        "the note",
        10,
        "return /looked at the demo/.test(document.querySelector('.timeline').innerText)",
    )
    .await;
    page.script("const field = document.querySelector('#runbook'); field.value = 'runbooks/high-latency.md'; field.dispatchEvent(new Event('change', { bubbles: true }))").await;
    page.until("the link", 10, "return document.querySelector('#key-b') !== null").await;
    page.click("#key-b").await;
    page.until("the runbook for the incident", 20, "return /Slow responses from the API/.test(document.querySelector('.runbook-page .note')?.innerText) && document.querySelector('.run-tick') !== null").await;
    page.click(".run-tick").await;
    page.until("the tick", 10, "return document.querySelector('.run-tick').checked").await;
    page.click(".runbook-page .note a").await;
    page.until("the tick in the timeline, beside the note", 20, "const text = document.querySelector('.timeline')?.innerText ?? ''; return /looked at the demo/.test(text) && /step of runbooks\\/high-latency\\.md/.test(text.split('looked at the demo')[0])").await;
    page.script("location.reload()").await;
    page.until("the demo begins anew", 20, "const text = document.querySelector('.timeline')?.innerText; return text && !/looked at the demo/.test(text)").await;
    page.close().await;
}

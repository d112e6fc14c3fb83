//! On-call and runbooks in the built console.

use super::support::page::Page;
use super::support::site::{Options, Site};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_call_is_there_by_two_keys_and_strips_move_without_a_mouse() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.settled().await;
    page.press("gn").await;
    page.until("the page", 20, "return document.querySelectorAll('.on-now-card').length === 3").await;
    page.until("shifts", 10, "return document.querySelectorAll('.strip-bar').length >= 3").await;
    // Each row is filled from one end to the other.
    let full = "return [...document.querySelectorAll('.strip-row')].every((row) => Math.abs([...row.children].reduce((sum, bar) => sum + parseFloat(bar.style.width), 0) - 100) < 0.01)";
    assert_eq!(page.script(full).await, true);
    page.click_text(".on-call-bar button", "Month").await;
    page.until("the address", 5, "return location.search.includes('state=month')").await;
    assert_eq!(page.script(full).await, true);
    let title = page.script("return document.querySelector('.strip-title').innerText").await;
    page.click(".on-call-bar button[aria-label=Later]").await;
    let moved = format!("return document.querySelector('.strip-title').innerText !== {title}");
    page.until("the next month", 5, &moved).await;
    page.is_clean("on-call").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runbook_is_found_worked_through_and_kept_over_a_reload() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.settled().await;
    page.press("gr").await;
    page.until("six runbooks", 20, "return document.querySelectorAll('.runbook-row').length === 6").await;
    page.fill("#filter", "pg_stat_activity").await;
    page.until("one of them", 10, "return document.querySelectorAll('.runbook-row').length === 1").await;
    page.click(".runbook-title").await;
    page.until("the runbook", 20, "return document.querySelectorAll('.run-tick').length > 5").await;
    // The front matter names one service, which fills the commands.
    page.until("a value", 10, "return document.querySelector('.run-value')?.innerText === 'database'").await;
    page.fill(".run-field input", "db-1.example").await;
    page.until(
        "the command",
        10,
        "return document.querySelector('.run').innerText.includes('-h db-1.example')",
    )
    .await;
    page.click(".run-tick").await;
    page.until("progress", 5, "return document.querySelector('.run-progress').innerText.includes('1 of')")
        .await;
    let here = page.script("return location.href").await;
    page.goto(here.as_str().unwrap()).await;
    page.until("kept", 20, "return document.querySelector('.run-progress')?.innerText.includes('1 of')")
        .await;
    page.until("kept", 5, "return document.querySelector('.run').innerText.includes('-h db-1.example')")
        .await;
    // A link to a part of it moves there.
    page.goto(&site.url("runbook?id=runbooks/disk-full.md%23solution-3-enlarge-the-volume")).await;
    page.until("the part", 20, "return document.activeElement?.id === 'part-solution-3-enlarge-the-volume'")
        .await;
    page.is_clean("runbook").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_names_another_file_reads_nothing() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    for id in ["fourlights.json", "../secret.md", "https://evil.example/a.md", "runbooks/template.md"] {
        page.goto(&site.url(&format!("runbook?id={id}"))).await;
        page.shows("No such runbook", 20).await;
    }
    page.is_clean("runbook-unknown").await;
    page.close().await;
}

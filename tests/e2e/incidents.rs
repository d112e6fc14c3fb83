//! An incident from the alert to the review, by keyboard alone; kept over a reload, and seen by another tab.

use super::support::page::Page;
use super::support::site::{Options, Site};
use super::urgent::firing;
use thirtyfour::Key;

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_walked_from_the_alert_to_the_review_by_keyboard_and_outlives_a_reload() {
    let site = Site::start(Options { config: Some(Some(firing())), ..Options::default() });
    let page = Page::open().await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        page.goto(&site.url("")).await;
        page.until("the alert", 20, "return document.querySelector('.now-line') !== null").await;
        page.press("gi").await;
        page.until("the page", 10, "return location.pathname.endsWith('/incidents')").await;
        // At the second width the first incident is over; another is declared by hand.
        if width == 1440 {
            page.until(
                "the proposal",
                20,
                "return /Checkout latency high/.test(document.querySelector('.proposal')?.innerText)",
            )
            .await;
            page.is_clean("incidents").await;
            page.press("f").await;
        } else {
            page.until(
                "the incident that is over",
                10,
                "return [...document.querySelectorAll('.toggle-row button')].find((b) => b.innerText.startsWith('All'))?.click(), /Checkout latency high/.test(document.querySelector('.incident-table')?.innerText)",
            )
            .await;
            page.shot("incidents-390").await;
            page.is_clean("incidents at 390").await;
            page.press("d").await;
            page.until("the dialog", 5, "return document.querySelector('dialog[open]') !== null").await;
            page.press("Search is broken").await;
            page.key(Key::Enter).await;
        }
        page.until("the incident", 10, "return document.querySelector('.incident-head') !== null").await;
        page.press("a").await;
        page.until("no more to acknowledge", 5, "return document.querySelector('#key-a') === null").await;
        page.press("2").await;
        page.until("SEV-2", 5, "return document.querySelector('#key-2').ariaPressed === 'true'").await;
        page.press("n").await;
        page.until("the note", 5, "return document.activeElement?.id === 'key-n'").await;
        page.press("restarted pod 7").await;
        page.key(Key::Enter).await;
        page.until(
            "the note in the timeline",
            5,
            "return /restarted pod 7/.test(document.querySelector('.timeline').innerText)",
        )
        .await;
        page.key(Key::Escape).await;
        page.shot(&format!("incident-{width}")).await;
        page.is_clean(&format!("incident at {width}")).await;
        for state in ["Mitigating", "Monitoring", "Resolved"] {
            page.press("s").await;
            let script = format!(
                "return document.querySelector('.incident-title .chip').innerText.includes('{state}')"
            );
            page.until(state, 5, &script).await;
        }
        let before = page.script("return document.querySelectorAll('.timeline-line').length").await;
        page.script("location.reload()").await;
        page.until(
            "all of it after the reload",
            20,
            &format!("return document.querySelectorAll('.timeline-line').length === {before} && /Resolved/.test(document.querySelector('.incident-title .chip')?.innerText)"),
        )
        .await;
    }
    page.close().await;
}

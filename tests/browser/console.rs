//! The whole console, with the demo and with a source that does not answer.

use super::{document, place, until};
use fourlights::console::start_with;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

fn text(place: &HtmlElement) -> String {
    place.text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn the_demo_shows_the_figures_of_the_dashboard() {
    let place = place();
    let config = fourlights::sources::read_config(include_str!("../../public/fourlights.json")).unwrap();
    let handle = start_with(config, place.clone());
    until("the uptime", || text(&place).contains("99.98 %")).await;
    for part in [
        "180 ms",
        "5.2k rps",
        "0.08 %",
        "45 %",
        "60 %",
        "35 %",
        "99.95 %",
        "450 GB of 1 TB (45 %)",
        "+15 GB/month",
        "full in 36 months",
        "peak 8k rps of 12k rps",
        "headroom 50 %",
        "after 8 min",
    ] {
        until(part, || text(&place).contains(part)).await;
    }
    until("1 SEV-2", || text(&place).contains("1 SEV-2")).await;
    until("4 ok", || text(&place).contains("4 ok") && text(&place).contains("1 at risk")).await;
    drop(handle);
    place.remove();
}

#[wasm_bindgen_test]
async fn a_source_that_does_not_answer_is_told_on_its_panels() {
    let place = place();
    let config = fourlights::sources::read_config(
        r#"{"title": "T", "sources": {"gone": {"kind": "prometheus", "url": "http://127.0.0.1:1"}},
            "signals": {"web": {"source": "gone", "preset": "caddy", "by": "server"}},
            "services": [{"id": "a", "name": "A", "signals": {"web": "a"}}]}"#,
    )
    .unwrap();
    let handle = start_with(config, place.clone());
    until("the failure", || text(&place).contains("No connection to http://127.0.0.1:1")).await;
    until("the remedy", || text(&place).contains("requests from this origin (CORS)")).await;
    // Each panel when its own request has failed.
    let failed = || document().query_selector_all("[data-condition=failed]").unwrap().length();
    until("three panels that failed", || failed() >= 3).await;
    drop(handle);
    place.remove();
}

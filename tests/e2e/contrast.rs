//! Contrast and target sizes, measured on every page in both themes: what axe-core leaves out are edges of controls, marks
//! of charts, and what stands on a mixed ground.

use super::demo_pages::PAGES;
use super::support::page::Page;
use super::support::site::{Options, Site};

const MEASURE: &str = include_str!("contrast.js");
const SETTLED: &str = "return document.querySelector('main h2') !== null && !document.querySelector('[data-condition=loading]')";

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_seen_and_hit_in_both_themes() {
    let site = Site::start(Options::default());
    let page = Page::open().await;
    let mut faults = Vec::new();
    for (width, height) in [(1440, 900), (390, 844)] {
        page.size(width, height, 1.0).await;
        for theme in ["dark", "light"] {
            for (name, path) in PAGES.into_iter().chain([("update", "update")]) {
                let separator = if path.contains('?') { '&' } else { '?' };
                page.goto(&site.url(&format!("{path}{separator}theme={theme}"))).await;
                page.until(name, 20, SETTLED).await;
                let found = page.script(MEASURE).await;
                let measured = found["measured"].as_u64().unwrap_or(0);
                let targets = found["targets"].as_u64().unwrap_or(0);
                assert!(measured > 20 && targets > 5, "{name}: {found}");
                let all = found["faults"].as_array().cloned().unwrap_or_default();
                faults.extend(all.iter().map(|f| format!("{name} {width} {theme}: {f}")));
            }
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

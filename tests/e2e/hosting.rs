//! Any static host: under a path, with and without a rewrite rule, with a strict policy.

use super::support::page::Page;
use super::support::site::{Options, Site};

#[tokio::test(flavor = "multi_thread")]
async fn deep_links_work_under_any_path_with_and_without_a_rewrite_rule() {
    let page = Page::open().await;
    for prefix in ["/", "/ops/"] {
        for rewrite in [false, true] {
            let site = Site::start(Options { prefix, rewrite, ..Options::default() });
            for path in ["", "alerts", "alerts/", "service?id=auth", "capacity?range=6h"] {
                page.goto(&site.url(path)).await;
                page.until("panels", 20, "return document.querySelectorAll('.panel').length > 0").await;
                page.is_clean(&format!("{prefix}{path} rewrite {rewrite}")).await;
            }
            // From there by a link of the rail, within the base.
            page.click(".rail a[href*=sources]").await;
            page.shows("Targets up", 10).await;
            let there = format!("return location.pathname === '{prefix}sources'");
            page.until("the address", 10, &there).await;
            page.goto(&site.url("status/")).await;
            page.shows("Components", 10).await;
            page.is_clean("public page").await;
            page.goto(&site.url("nope")).await;
            page.shows("Page not found", 20).await;
        }
    }
    page.close().await;
}

#[test]
fn the_bundle_names_no_folder_of_the_machine_that_built_it() {
    let home = std::env::var("HOME").expect("HOME");
    let dist = super::support::dist();
    let app = dist.join(super::support::site::app());
    for entry in [dist, app].iter().flat_map(|f| std::fs::read_dir(f).expect("a folder")).flatten() {
        let Ok(bytes) = std::fs::read(entry.path()) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for place in [format!("{home}/"), env!("CARGO_MANIFEST_DIR").to_string()] {
            assert!(!text.contains(&place), "{place} in {}", entry.path().display());
        }
    }
}

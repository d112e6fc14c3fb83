//! The console in another browser's engine than Chromium's.

use super::support::root;
use super::support::site::{Options, Site};
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn firefox_shows_every_page_draws_charts_and_takes_mouse_and_keys() {
    let site = Site::start(Options { prefix: "/ops/", ..Options::default() });
    let tools = std::env::var("FOURLIGHTS_TOOLS").expect("FOURLIGHTS_TOOLS: `. tools/versions.sh`");
    let puppeteer = format!("{tools}/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js");
    let mut command = Command::new("timeout");
    command
        .args(["300", "node"])
        .arg(root().join("tests/e2e/engines/firefox.mjs"))
        .args([puppeteer, site.url("")]);
    // It waits for another program, so not on the threads of the tests.
    let out = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
}

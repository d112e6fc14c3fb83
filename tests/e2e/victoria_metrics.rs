//! VictoriaMetrics answers the same questions: the console works on it unchanged.

use super::support::page::Page;
use super::support::site::{Options, Site};
use super::support::victoria::Victoria;

#[tokio::test(flavor = "multi_thread")]
async fn the_console_reads_victoria_metrics() {
    let victoria = Victoria::start();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let mut lines = String::new();
    for i in 0..720 {
        let t = now - i * 15_000;
        let count = 10_000 - i * 15 * 7;
        lines.push_str(&format!(
            "caddy_http_request_duration_seconds_count{{server=\"shop\",code=\"200\"}} {count} {t}\n"
        ));
        for (le, share) in [("0.1", 0.5), ("0.25", 0.9), ("1", 1.0), ("+Inf", 1.0)] {
            lines.push_str(&format!(
                "caddy_http_request_duration_seconds_bucket{{server=\"shop\",code=\"200\",le=\"{le}\"}} {} {t}\n",
                count as f64 * share
            ));
        }
    }
    victoria.import(&lines);
    victoria.flush();
    let config = r#"{"title": "T", "sources": {"victoria": {"kind": "prometheus", "url": "./_proxy"}},
        "signals": {"web": {"source": "victoria", "preset": "caddy", "by": "server"}},
        "services": [{"id": "shop", "name": "Shop", "signals": {"web": "shop"}}]}"#;
    let site = Site::start(Options {
        config: Some(Some(config.into())),
        upstream: victoria.port(),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("?range=1h")).await;
    // 7 requests a second; half under 100 ms and 0.4 in 100 to 250 ms put p95 into the last bucket.
    page.shows("7 rps", 30).await;
    page.shows("625 ms", 10).await;
    page.shows("0 %", 10).await;
    page.goto(&site.url("sources")).await;
    page.shows("Version", 10).await;
    page.is_clean("VictoriaMetrics").await;
    page.close().await;
}

//! VictoriaMetrics answers the same questions: the console works on it unchanged.

use super::support::page::Page;
use super::support::site::{Options, Site};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Running(Child, std::path::PathBuf);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
        std::fs::remove_dir_all(&self.1).unwrap_or_default();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_reads_victoria_metrics() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let folder = std::env::temp_dir().join(format!("fourlights-victoria-{port}"));
    let child = Command::new("victoria-metrics")
        .args([
            &format!("-httpListenAddr=127.0.0.1:{port}"),
            &format!("-storageDataPath={}", folder.display()),
        ])
        .arg("-search.latencyOffset=0s")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("victoria-metrics");
    let running = Running(child, folder);
    let end = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "VictoriaMetrics does not start");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
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
    ureq::post(format!("http://127.0.0.1:{port}/api/v1/import/prometheus")).send(&lines).expect("imported");
    ureq::get(format!("http://127.0.0.1:{port}/internal/force_flush")).call().expect("flushed");
    let config = r#"{"title": "T", "sources": {"victoria": {"kind": "prometheus", "url": "./_proxy"}},
        "signals": {"web": {"source": "victoria", "preset": "caddy", "by": "server"}},
        "services": [{"id": "shop", "name": "Shop", "signals": {"web": "shop"}}]}"#;
    let site =
        Site::start(Options { config: Some(Some(config.into())), upstream: port, ..Options::default() });
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
    drop(running);
}

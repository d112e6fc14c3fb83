//! Bad configurations each give their message; bad answers never take the data away.

use super::support::page::{BUSY, Page};
use super::support::proxied_config;
use super::support::site::{Fault, Options, Site};
use std::io::{Read, Write};
use std::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_configuration_has_its_message_on_a_designed_screen() {
    let page = Page::open().await;
    let source = r#"{"kind": "prometheus", "url": "http://x"}"#;
    let cases: [(&str, bool, Option<String>, &[&str]); 8] = [
        ("missing", false, None, &["The configuration file is missing", "status 404"]),
        ("html", true, None, &["A web page came instead", "rewrite rule"]),
        ("json", false, Some("{ \"title\": ".into()), &["is not JSON", "line 1"]),
        ("unknown-key", false, Some(format!(r#"{{"title": "T", "refesh": "5s", "sources": {{"p": {source}}}}}"#)), &["Unknown key", "$.refesh", "did you mean \"refresh\"?"]),
        ("dangling", false, Some(format!(r#"{{"title": "T", "sources": {{"prom": {source}}}, "signals": {{"a": {{"source": "pron", "by": "x", "preset": "caddy"}}}}}}"#)), &["Reference to nothing", "$.signals.a.source", "did you mean \"prom\"?"]),
        ("kind", false, Some(r#"{"title": "T", "sources": {"p": {"kind": "graphite", "url": "http://x"}}}"#.into()), &["Unknown kind", "$.sources.p.kind", "alertmanager"]),
        ("secret", false, Some(r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://x", "password": "hunter2"}}}"#.into()), &["A secret has no place here", "reverse proxy"]),
        ("many", false, Some(r#"{"refresh": 5, "zone": [], "sources": {"p": {}}}"#.into()), &["errors in the configuration", "$.title", "$.refresh", "$.zone", "$.sources.p.kind", "$.sources.p.url"]),
    ];
    for (name, rewrite, config, parts) in cases {
        let site = Site::start(Options { rewrite, config: Some(config), ..Options::default() });
        page.goto(&site.url("")).await;
        page.until("the faults", 20, "return document.querySelector('.faults') !== null").await;
        let text = page.text().await;
        for part in parts {
            assert!(text.contains(part), "{name}: {part} in {text}");
        }
        assert!(!text.contains("hunter2"));
        page.is_clean(name).await;
        page.shot(&format!("config-{name}")).await;
    }
    page.close().await;
}

/// A Prometheus of one series, so that the faults in front of it are all that varies.
fn small_prometheus() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let n = connection.read(&mut request).unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..n]).into_owned();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
            let body = if text.contains("query_range") {
                let values: Vec<String> =
                    (0..200).map(|i| format!("[{}, \"0.25\"]", now - now % 30 - 30 * i)).rev().collect();
                format!(
                    r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{"server":"a"}},"values":[{}]}}]}}}}"#,
                    values.join(",")
                )
            } else if text.contains("/query") {
                format!(
                    r#"{{"status":"success","data":{{"resultType":"vector","result":[{{"metric":{{"server":"a"}},"value":[{now},"0.25"]}}]}}}}"#
                )
            } else {
                r#"{"status":"success","data":{"alerts":[],"groups":[]}}"#.into()
            };
            write!(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap_or_default();
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_keeps_the_data_says_why_and_passes_by_itself() {
    let queries = r#"{"latency_p95": "a", "traffic": "b", "error_ratio": "c"}"#;
    let site = Site::start(Options {
        config: Some(Some(proxied_config(queries))),
        upstream: small_prometheus(),
        ..Options::default()
    });
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.shows("250 ms", 20).await;
    for (fault, words) in [
        (Fault::Error, "Status 500: boom"),
        (Fault::Html, "Got an HTML page instead of data"),
        (Fault::CutOff, "The response was cut short"),
        (Fault::Down, "No connection to this host"),
        (Fault::Hang, "Timed out after 4 s"),
    ] {
        site.fail(fault);
        page.shows(words, 30).await;
        page.until(
            "every panel with its data and its age",
            30,
            "const p = [...document.querySelectorAll('[data-condition=stale]')]; return p.length >= 3 && \
             p.every((e) => e.innerText.includes('Data from ') && e.innerText.includes(' ago'))",
        )
        .await;
        assert!(page.text().await.contains("250 ms"), "{fault:?}");
        page.is_clean(words).await;
        page.shot(&format!("stale-{fault:?}")).await;
        site.fail(Fault::None);
        page.until("recovery", 45, "return document.querySelectorAll('[data-condition=stale]').length === 0")
            .await;
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_from_the_start_is_a_designed_state_and_recovers() {
    let queries = r#"{"latency_p95": "a", "traffic": "b"}"#;
    let site = Site::start(Options {
        config: Some(Some(proxied_config(queries))),
        upstream: small_prometheus(),
        ..Options::default()
    });
    site.fail(Fault::Html);
    let page = Page::open().await;
    for (width, name) in [(1440, "failed-1440"), (390, "failed-390")] {
        page.size(width, 900, 1.0).await;
        page.goto(&site.url("")).await;
        page.shows("Got an HTML page instead of data", 20).await;
        page.shows("sign-in page", 20).await;
        page.is_clean(name).await;
        page.shot(name).await;
    }
    site.fail(Fault::None);
    page.shows("250 ms", 30).await;
    page.is_clean("recovered").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_tab_asks_nothing_where_nobody_is_notified_and_a_returning_one_at_once() {
    let queries = r#"{"latency_p95": "a", "traffic": "b"}"#;
    let config = Some(Some(proxied_config(queries)));
    let site = Site::start(Options { config, upstream: small_prometheus(), ..Options::default() });
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.shows("250 ms", 20).await;
    // Where somebody is, what feeds alerts is asked for in a hidden tab too.
    page.script("localStorage.setItem('fourlights.attention', '')").await;
    page.goto(&site.url("")).await;
    page.shows("250 ms", 20).await;
    let hide = |hidden: bool| {
        format!(
            "Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {hidden} }}); \
             document.dispatchEvent(new Event('visibilitychange'))"
        )
    };
    page.script(&hide(true)).await;
    // What was on its way arrives.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let before = site.asked();
    // Two refreshes, and that nothing comes can only be seen by waiting.
    tokio::time::sleep(std::time::Duration::from_secs(12)).await;
    assert_eq!(site.asked(), before, "asked while hidden");
    page.script(&hide(false)).await;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(4) + BUSY;
    while site.asked() < before + 4 {
        assert!(std::time::Instant::now() < end, "{before}, then {}", site.asked());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_cannot_be_loaded_shows_the_designed_screen() {
    let site = Site::start(Options { broken_program: true, ..Options::default() });
    let page = Page::open().await;
    page.goto(&site.url("")).await;
    page.shows("has stopped", 20).await;
    page.shows("could not be started", 5).await;
    page.shot("crash").await;
    // The public page needs no program: it is as it was published.
    page.goto(&site.url("status/")).await;
    page.shows("Slow responses from the API", 20).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    page.shows("90 days ago", 1).await;
    let live = page.script("return document.querySelector('#settings select')").await;
    assert_eq!(live, serde_json::Value::Null, "there is no live part without a program");
    page.shot("public-without-program").await;
    page.close().await;
}

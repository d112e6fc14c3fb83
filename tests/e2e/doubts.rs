//! A Prometheus that answers, but of another time, from a part of its data, not now, or not in this form: what is on the
//! screen then.

use super::support::page::Page;
use super::support::proxied_config;
use super::support::site::{Options, Site};
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How it behaves, and what it was asked.
#[derive(Default)]
struct Mood {
    /// names a store that does not answer
    partial: AtomicBool,
    /// answers with status 429 and half a minute to wait
    limited: AtomicBool,
    /// lets only GET pass
    get_only: AtomicBool,
    posts: AtomicUsize,
    gets: AtomicUsize,
}

impl Mood {
    fn asked(&self) -> usize {
        self.posts.load(Ordering::Relaxed) + self.gets.load(Ordering::Relaxed)
    }
}

/// One series whose value is always a quarter.
fn prometheus() -> (u16, Arc<Mood>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let mood = Arc::new(Mood::default());
    let own = mood.clone();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            answer(connection, &own).unwrap_or_default();
        }
    });
    (port, mood)
}

fn answer(mut connection: TcpStream, mood: &Mood) -> std::io::Result<()> {
    let (line, form) = request(&connection)?;
    let is_post = line.starts_with("POST");
    let counter = if is_post { &mood.posts } else { &mood.gets };
    counter.fetch_add(1, Ordering::Relaxed);
    let (status, more, body) = if mood.limited.load(Ordering::Relaxed) {
        (429, "Retry-After: 30\r\n", "slow down".to_string())
    } else if is_post && mood.get_only.load(Ordering::Relaxed) {
        (405, "Allow: GET\r\n", "only GET".to_string())
    } else {
        (200, "", body(&line, &form, mood.partial.load(Ordering::Relaxed)))
    };
    write!(
        connection,
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{more}Connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The first line and the form of a request.
fn request(connection: &TcpStream) -> std::io::Result<(String, String)> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        match header.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut form = vec![0; length];
    reader.read_exact(&mut form)?;
    Ok((line, String::from_utf8_lossy(&form).into_owned()))
}

fn body(line: &str, form: &str, partial: bool) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let data = if format!("{line}{form}").contains("query=time%28%29") {
        json!({"resultType": "scalar", "result": [now, now.to_string()]})
    } else if line.contains("query_range") {
        let last = now as u64 - now as u64 % 30;
        let values: Vec<_> = (0..200).rev().map(|i| json!([last - 30 * i, "0.25"])).collect();
        json!({"resultType": "matrix", "result": [{"metric": {"server": "a"}, "values": values}]})
    } else if line.contains("/query") {
        json!({"resultType": "vector", "result": [{"metric": {"server": "a"}, "value": [now, "0.25"]}]})
    } else {
        json!({"alerts": [], "groups": []})
    };
    let warnings = if partial { json!(["store eu-1 is down"]) } else { json!([]) };
    json!({"status": "success", "data": data, "warnings": warnings}).to_string()
}

const QUERIES: &str = r#"{"latency_p95": "a", "traffic": "b", "error_ratio": "c"}"#;

/// The health page with its figures.
async fn opened(mood: impl FnOnce(&Mood)) -> (Site, Arc<Mood>, Page) {
    let (upstream, moods) = prometheus();
    mood(&moods);
    let config = Some(Some(proxied_config(QUERIES)));
    let site = Site::start(Options { config, upstream, ..Options::default() });
    let page = Page::open().await;
    let clock = "const now = Date.now; let ahead = 0; Date.now = () => now() + ahead; \
                 window.passes = (seconds) => { ahead += seconds * 1000; };";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": clock})).await;
    page.goto(&site.url("")).await;
    page.shows("250 ms", 20).await;
    (site, moods, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_wrong_is_read_again_and_named_on_every_page() {
    let (site, _, page) = opened(|_| ()).await;
    let banner =
        "return /The clock of this device is (10|9) min.* ahead of prom/.test(document.body.innerText)";
    assert_eq!(page.script(banner).await, json!(false));
    page.script("window.passes(600)").await;
    page.until("whose clock is off", 30, banner).await;
    // Ages are those of the source's clock.
    page.until("a new answer", 30, "return /refreshed (just now|\\d+ s ago)/.test(document.body.innerText)")
        .await;
    page.shows("250 ms", 5).await;
    page.is_clean("clock").await;
    page.shot("clock-ahead").await;
    page.script("window.passes(-600)").await;
    page.until("no banner", 30, &banner.replace("return ", "return !")).await;
    page.goto(&site.url("alerts")).await;
    page.shows("Alerts", 20).await;
    page.script("window.passes(-3600)").await;
    page.shows("The clock of this device is", 30).await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_answer_is_said_beside_its_figures_and_nothing_is_up() {
    let (_site, mood, page) = opened(|_| ()).await;
    let status = "return document.querySelector('table.services tbody td')?.innerText.trim()";
    let is = |word: &str| format!("{status} === '{word}'");
    page.until("up", 20, &is("Up")).await;
    mood.partial.store(true, Ordering::Relaxed);
    page.until("the panels", 30, "return document.body.innerText.split('store eu-1 is down').length > 3")
        .await;
    page.until("the refresh button", 30, "return /\\d+ of \\d+ partial/.test(document.body.innerText)").await;
    page.until("no state", 30, &is("Partial data")).await;
    assert!(page.text().await.contains("250 ms"), "the figures stay");
    page.is_clean("partial").await;
    page.shot("partial").await;
    mood.partial.store(false, Ordering::Relaxed);
    page.until("up again", 45, &is("Up")).await;
    page.until("all is whole", 45, "return !document.body.innerText.includes('store eu-1 is down')").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_said_with_its_end_and_nothing_is_asked_until_then() {
    let (_site, mood, page) = opened(|_| ()).await;
    mood.limited.store(true, Ordering::Relaxed);
    page.shows("Rate limited (HTTP 429)", 30).await;
    page.shows("Retrying at", 20).await;
    page.shows("A longer refresh interval sends fewer requests", 5).await;
    assert!(page.text().await.contains("250 ms"), "the figures stay");
    page.is_clean("rate limit").await;
    page.shot("rate-limit").await;
    // What was on its way arrives; then two refreshes pass, and that nothing is asked can only be seen by waiting.
    let before = mood.asked();
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(mood.asked(), before, "asked in the half minute it was to wait");
    mood.limited.store(false, Ordering::Relaxed);
    page.until("recovery", 60, "return document.querySelectorAll('[data-condition=stale]').length === 0")
        .await;
    assert!(mood.asked() > before);
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_post_is_a_get_from_then_on_and_nothing_is_missing() {
    let (_site, mood, page) = opened(|mood| mood.get_only.store(true, Ordering::Relaxed)).await;
    page.until(
        "no failure",
        20,
        "return document.querySelector('.failure, [data-condition=stale]') === null",
    )
    .await;
    let (posts, gets) = (mood.posts.load(Ordering::Relaxed), mood.gets.load(Ordering::Relaxed));
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(mood.posts.load(Ordering::Relaxed), posts, "asked by POST again");
    assert!(mood.gets.load(Ordering::Relaxed) > gets);
    page.close().await;
}

//! The public page of the real stack: its figures are Prometheus's, and an incident shows.

use super::super::support::backend::Mode;
use super::super::support::page::{BUSY, Page};
use super::super::support::prometheus::Prometheus;
use super::super::support::servers::Stack;
use super::super::support::{dist, host};
use fourlights::domain::time::{DAY, Millis};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs the publisher; its exit code and its line.
fn publish(stack: &Stack) -> (i32, Value) {
    let out = Command::new(env!("CARGO_BIN_EXE_fourlights"))
        .arg("publish")
        .arg(stack.site.join("fourlights.json"))
        .arg("--out")
        .arg(stack.page())
        .arg("--live")
        .arg(dist())
        .output()
        .expect("fourlights");
    let line = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
    (out.status.code().unwrap_or(-1), line)
}

/// Prometheus's answer at a time, for each service.
fn ask(stack: &Stack, query: &str, at: Millis) -> Value {
    let address = format!("http://127.0.0.1:{}/api/v1/query", stack.ports.prometheus);
    let mut answer = ureq::get(&address)
        .query("query", query)
        .query("time", format!("{}.{:03}", at / 1000, at % 1000))
        .call()
        .expect("Prometheus");
    serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
}

fn value(answer: &Value, service: &str) -> Option<f64> {
    let all = answer["data"]["result"].as_array()?;
    all.iter().find(|r| r["metric"]["service"] == service)?["value"][1].as_str()?.parse().ok()
}

fn json_of(folder: &Path, name: &str) -> Value {
    serde_json::from_str(
        &std::fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}")),
    )
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_prometheus_says_and_an_incident_shows() {
    let mut stack = super::stack(false);
    let probed = "min(count_over_time(up{job=\"probe\"}[5m])) >= 2";
    Prometheus::of(&stack).until("two probes of each service, so that there is a now", 60, probed);
    let (code, line) = publish(&stack);
    assert_eq!(code, 0, "{line}");
    assert!(line["queries"].as_u64().unwrap() < 10, "{line}");
    println!("first run: {line}");
    let folder = stack.page();
    let measured = line["measured"].as_str().and_then(fourlights::domain::time::parse_rfc3339).unwrap();
    let midnight = measured - measured.rem_euclid(DAY);

    let mut compared = 0;
    for (component, service) in [("api", "api"), ("auth", "auth"), ("web", "web")] {
        let days = json_of(&folder, &format!("components/{component}/uptime.json"));
        let days = days["days"].as_array().unwrap();
        for back in 1..=9_usize {
            let end = midnight - (back as Millis - 1) * DAY;
            let query = "avg by (service) (avg_over_time(probe_success[1d]))";
            let expected = value(&ask(&stack, query, end), service);
            let shown = days[days.len() - 1 - back].as_f64();
            match (shown, expected) {
                (Some(shown), Some(expected)) => {
                    assert!(
                        (shown - expected).abs() <= 1e-6,
                        "{component}, {back} days back: {shown} and {expected}"
                    );
                    compared += 1;
                }
                (shown, expected) => assert_eq!(shown, expected, "{component}, {back} days back"),
            }
        }
    }
    assert!(compared >= 24, "{compared}");
    println!("{compared} days equal Prometheus's");
    // Maintenance is not counted: what remains of its day is what Prometheus has outside of the hour.
    let search = json_of(&folder, "components/search/uptime.json");
    let with = search["days"].as_array().unwrap().iter().rev().take(9).filter(|d| d.is_array()).count();
    assert!(with >= 1, "a day with maintenance: {search}");

    let page = Page::open().await;
    let address = format!("http://127.0.0.1:{}/", stack.ports.page);
    page.goto(&address).await;
    page.until("the live part", 20, "return document.querySelector('#settings select') !== null").await;
    page.shows("All systems operational", 5).await;
    page.shot("public-stack").await;
    page.is_clean("the stack's page").await;
    page.script("window.__mark = 1").await;

    // An outage, and an incident file about it.
    stack.backend.incident(Mode::Outage, Duration::from_secs(3600));
    let incidents = stack.site.parent().unwrap().join("incidents");
    let now = fourlights::domain::zone::rfc3339(measured);
    let file = format!(
        "---\ntitle: The API does not answer\nstarted: {now}\ncomponents: {{ api: major_outage }}\n---\n## investigating {now}\nWe are **on it**.\n"
    );
    std::fs::write(incidents.join("api-down.md"), file).unwrap();
    let end = Instant::now() + Duration::from_secs(150) + BUSY;
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let (_, line) = publish(&stack);
        let all = json_of(&folder, "api/v2/components.json");
        let status = |id: &str| {
            all["components"].as_array().unwrap().iter().find(|c| c["id"] == id).unwrap()["status"].clone()
        };
        if status("auth") == "partial_outage" || status("auth") == "major_outage" {
            println!("measured as {} after the outage; {line}", status("auth"));
            break;
        }
        assert!(Instant::now() < end, "the outage does not show: {all}");
    }
    // The open page takes the news in by itself, says so, and was not loaded again.
    page.shows("The API does not answer", 100).await;
    page.until(
        "the banner",
        5,
        "return document.querySelector('h1')?.textContent === 'Major service outage'",
    )
    .await;
    page.until(
        "what is said",
        5,
        "return document.querySelector('#live')?.textContent.includes('Major service outage') === true",
    )
    .await;
    let said = page.script("return document.querySelector('#live').textContent").await;
    assert!(
        said.as_str()
            .is_some_and(|s| s.contains("Major service outage")
                && s.contains("The API does not answer: Investigating")),
        "{said}"
    );
    assert_eq!(page.script("return window.__mark").await, json!(1));
    page.shot("public-stack-outage").await;
    page.is_clean("the stack's page in an outage").await;

    // Prometheus goes away: what was measured stays, with its age, and the files stay whole.
    stack.stop_prometheus();
    let (code, line) = publish(&stack);
    assert_eq!((code, line["status"].as_str()), (4, Some("partly")), "{line}");
    page.goto(&address).await;
    page.shows("The API does not answer", 5).await;
    page.close().await;
}

#[test]
fn the_demo_page_is_served_as_any_host_serves_it() {
    let host = host::Host::start(&dist().join("status"));
    let status = |path: &str| match ureq::get(host.url(path)).call() {
        Ok(answer) => answer.status().as_u16(),
        Err(ureq::Error::StatusCode(code)) => code,
        Err(error) => panic!("{path}: {error}"),
    };
    for path in
        ["", "de/", "incidents/slow-api/", "api/v2/summary.json", "badges/api-status-dark.svg", "embed/"]
    {
        assert_eq!(status(path), 200, "{path}");
    }
    assert_eq!(status("incidents/nope/"), 404, "an unknown address is not found");
}

//! The real thing: Prometheus, Alertmanager, exporters and Caddy under load.

use super::super::support::backend::Mode;
use super::super::support::files;
use super::super::support::page::{BUSY, Page};
use super::super::support::process::fetch;
use super::super::support::servers::Stack;
use fourlights::config::{Config, Level};
use fourlights::domain::signal::Signal;
use fourlights::domain::time::{DAY, SECOND};
use fourlights::sources::prometheus::text;
use std::process::Command;
use std::time::{Duration, Instant};

/// What `promtool query instant` answers, for the first series or the one with a label.
fn promtool(stack: &Stack, query: &str, at: i64, label: Option<&str>) -> f64 {
    let time = format!("--time={}", rfc3339(at));
    let server = format!("http://127.0.0.1:{}", stack.ports.prometheus);
    let out = Command::new("promtool")
        .args(["query", "instant", &time, &server, query])
        .output()
        .expect("promtool");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let line = text.lines().find(|l| label.is_none_or(|label| l.contains(label)));
    let line =
        line.unwrap_or_else(|| panic!("{query} at {at}: {text} {}", String::from_utf8_lossy(&out.stderr)));
    // `{labels} => 1.5 @[1795490015.25]`
    line.split("=> ").nth(1).and_then(|v| v.split(' ').next()).and_then(|v| v.parse().ok()).expect("a value")
}

/// promtool takes seconds with a fraction.
fn rfc3339(at: i64) -> String {
    format!("{}.{:03}", at / 1000, at % 1000)
}

fn stack_config(stack: &Stack) -> Config {
    fourlights::sources::read_config(&files::fourlights(&stack.ports).to_string())
        .expect("the stack's configuration is valid")
}

/// The sample behind the value that a panel or gauge shows, and its instant.
async fn sample(page: &Page, selector: &str) -> Option<(i64, f64)> {
    let script = format!(
        "const e = document.querySelector('{selector}'); return e ? [e.dataset.at, e.dataset.sample] : null"
    );
    let found = page.script(&script).await;
    Some((found.get(0)?.as_str()?.parse().ok()?, found.get(1)?.as_str()?.parse().ok()?))
}

/// The figure on the page equals promtool's for the same expression at the same instant.
async fn equals_promtool(page: &Page, stack: &Stack, selector: &str, query: &str) {
    let end = Instant::now() + Duration::from_secs(60) + BUSY;
    loop {
        if let Some((at, shown)) = sample(page, selector).await {
            let expected = promtool(stack, query, at, None);
            let equal = (shown - expected).abs() <= 1e-9 * expected.abs().max(1e-9);
            if equal {
                println!("{selector}: {shown} = promtool's {expected} at {at}");
                return;
            }
            // A scrape that was being stored when the page asked is in the next, overlapping answer.
            assert!(
                Instant::now() < end,
                "{selector}: shown {shown}, promtool {expected} at {at} for {query}"
            );
        }
        assert!(Instant::now() < end, "{selector}: nothing shown");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_prometheus_own_an_incident_shows_and_an_outage_passes() {
    let mut stack = super::stack(true);
    let config = stack_config(&stack);
    let page = Page::open().await;
    let url = format!("http://127.0.0.1:{}/", stack.ports.console);
    page.goto(&url).await;
    page.settled().await;

    // 1. Golden signals and saturation.
    let fleet = |signal: Signal| {
        config
            .fleet_set(signal)
            .and_then(|s| s.measure(signal, Level::Fleet, 30 * SECOND, DAY))
            .map(|measure| text(&measure))
            .expect("a query")
    };
    for (selector, signal) in [
        (".golden .panel:nth-child(1) .reading", Signal::LatencyP95),
        (".golden .panel:nth-child(2) .reading", Signal::Traffic),
        (".golden .panel:nth-child(3) .reading", Signal::ErrorRatio),
        (".gauge[data-signal=CPU]", Signal::Cpu),
        (".gauge[data-signal=Memory]", Signal::Memory),
        (".gauge[data-signal=Disk]", Signal::Disk),
    ] {
        equals_promtool(&page, &stack, selector, &fleet(signal)).await;
    }

    // 2. Uptime over 30 days, from the database that was filled with 35.
    let now = fourlights_now();
    for (service, name) in [("api", "API"), ("auth", "Auth"), ("search", "Search"), ("web", "Website")] {
        let query = config
            .set("probe")
            .and_then(|s| s.measure(Signal::Uptime, Level::Service, SECOND, 30 * DAY))
            .map(|measure| text(&measure))
            .unwrap();
        let uptime = promtool(&stack, &query, now, Some(&format!("service=\"{service}\"")));
        let shown = fourlights::domain::format::availability(uptime);
        assert!(uptime > 0.999 && uptime < 1.0, "{service}: {uptime}");
        let script = format!(
            "return [...document.querySelectorAll('.scorecard')].some((c) => c.innerText.includes('{name}') && c.innerText.includes('{shown}'))"
        );
        page.until(&format!("{name} {shown}"), 20, &script).await;
        println!("{name}: {shown} = promtool's {uptime}");
    }

    // 3. Growth from the database: 4 % of the disk a month.
    page.shows("/month", 40).await;
    page.shot("stack-health").await;
    page.is_clean("stack").await;

    page.goto(&format!("{url}capacity")).await;
    page.shows("Disk of the host", 20).await;
    page.shows("forecasts, up to", 40).await;
    page.shot("stack-capacity").await;
    page.is_clean("stack capacity").await;
    page.goto(&url).await;
    page.settled().await;

    // 4. An incident: red within three refreshes of 10 s, then the alert, then its resolution.
    stack.backend.incident(Mode::Both, Duration::from_secs(3600));
    let (began, incident_at) = (Instant::now(), fourlights_now());
    page.until(
        "red",
        30,
        "return [...document.querySelectorAll('.golden .reading .chip')].some((c) => ['bad', 'warn'].includes(c.dataset.tone))",
    )
    .await;
    println!("red after {:.0} s", began.elapsed().as_secs_f64());
    let active = "const a = [...document.querySelectorAll('.alert-line')].filter((l) => l.querySelector('[aria-label=Firing]')); \
                  return a.some((l) => l.innerText.includes('HighErrorRate')) && a.some((l) => l.innerText.includes('HighLatency'))";
    page.until("active alerts", 90, active).await;
    println!("alerts active after {:.0} s", began.elapsed().as_secs_f64());
    page.until(
        "incidents counted",
        20,
        "return [...document.querySelectorAll('.count')].some((c) => !/^0/.test(c.innerText))",
    )
    .await;
    page.shot("stack-incident").await;

    // Both of a pair of Prometheus send it with labels of their own, the console has the same rule: one alert.
    let sent = |replica: &str| {
        let path = "/api/v2/alerts?filter=alertname%3DHighErrorRate&filter=server%3Dapi&filter=prometheus_replica%3D";
        let text =
            fetch(stack.ports.alertmanager, &format!("{path}{replica}")).expect("Alertmanager answers");
        text.matches("\"fingerprint\"").count()
    };
    let end = Instant::now() + Duration::from_secs(30) + BUSY;
    while sent("stack-0") != 1 || sent("stack-1") != 1 {
        assert!(Instant::now() < end, "both replicas send the alert");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    page.goto(&format!("{url}alerts")).await;
    let rows = "[...document.querySelectorAll('table.alerts tbody tr')].map((r) => r.innerText) \
                .filter((t) => /High ?error ?rate/i.test(t) && /server=api/.test(t) && !/Resolved/.test(t))";
    let one = format!(
        "const rows = {rows}; return rows.length === 1 && /Firing/.test(rows[0]) && /alertmanager/.test(rows[0]) && /prometheus/.test(rows[0])"
    );
    page.until("one row of all that report one alert", 30, &one).await;
    page.shot("stack-pair").await;

    // Its resolution, on the page that has all of them: of what began with this incident, for the history has more.
    page.goto(&format!("{url}alerts?q=HighLatency")).await;
    let ours = format!(
        "const rows = [...document.querySelectorAll('table.alerts tbody tr')].filter((r) => r.innerText.includes('HighLatency') && \
         Date.parse(r.querySelector('time')?.dateTime) >= {incident_at}).map((r) => r.innerText);"
    );
    page.until("it fires", 30, &format!("{ours} return rows.some((t) => t.includes('Firing'))")).await;
    stack.backend.recover();
    page.until(
        "the resolution with its duration",
        240,
        &format!(
            "{ours} return rows.length > 0 && rows.every((t) => t.includes('Resolved') && /\\d+ (s|min|h)/.test(t))"
        ),
    )
    .await;
    println!("resolved after {:.0} s", began.elapsed().as_secs_f64());
    page.shot("stack-resolved").await;
    page.goto(&url).await;
    page.settled().await;
    page.has(".golden .panel:nth-child(1) .reading[data-sample]").await;

    // 5. Prometheus stops: everything stays with its age; it starts: everything recovers.
    stack.stop_prometheus();
    page.until(
        "stale panels",
        60,
        "const p = [...document.querySelectorAll('.panel')]; return p.length >= 8 && p.every((e) => e.dataset.condition === 'stale' || \
         /Capacity|Uptime/.test(e.querySelector('h2')?.innerText ?? ''))",
    )
    .await;
    page.shows("No connection to http://127.0.0.1", 20).await;
    assert!(sample(&page, ".golden .panel:nth-child(1) .reading").await.is_some(), "the data stays");
    page.shot("stack-outage").await;
    stack.restart_prometheus().expect("Prometheus starts again");
    page.until(
        "recovery",
        150,
        "return document.querySelectorAll('[data-condition=stale],[data-condition=failed]').length === 0",
    )
    .await;
    page.close().await;
}

fn fourlights_now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
}

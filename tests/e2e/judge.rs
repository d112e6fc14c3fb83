//! Prometheus is the judge: the same rules and objectives here and there, on the same real load.
//!
//! `JUDGE_MINUTES=65` watches for longer than the usual seven minutes.

use super::support::backend::Mode;
use super::support::load::{PEAK, rate_at};
use super::support::page::Page;
use super::support::servers::{Options, Stack, fetch};
use super::support::{dist, files};
use fourlights::config::{self, Config, Slo};
use fourlights::console::model::{alert_name, evaluate, rule_asks, standing, standing_question};
use fourlights::domain::labels::Labels;
use fourlights::domain::series::Frame;
use fourlights::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use fourlights::domain::zone::Offsets;
use fourlights::poll::{Question, Reply};
use fourlights::sources::prometheus;
use fourlights::transport::native::send;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The interval of the stack's rules.
const STEP: Millis = 5 * SECOND;

fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Millis::try_from(since.as_millis()).unwrap()
}

struct Judge {
    stack: Stack,
    config: Config,
}

impl Judge {
    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.stack.ports.prometheus)
    }

    fn ask(&self, question: &Question, at: Millis) -> Frame {
        let fetch = question.fetch(None, at);
        let response = send(&self.base(), &fetch.request, 60 * SECOND).expect("an answer");
        match question.read(&response, None, None).expect("a frame").data {
            Reply::Frame(frame) => frame,
            other => panic!("{other:?}"),
        }
    }

    fn value(&self, query: &str, at: Millis) -> f64 {
        let response = send(&self.base(), &prometheus::instant(query, at), 60 * SECOND).expect("an answer");
        let frame = prometheus::read_frame(&response).unwrap_or_else(|e| panic!("{query}: {e}")).data;
        assert_eq!(frame.series.len(), 1, "{query}");
        frame.series[0].last().unwrap().1
    }

    /// Firing intervals by rule and labels, from Prometheus's own record.
    fn theirs(&self, from: Millis, to: Millis) -> Intervals {
        let query = format!("ALERTS{{alertstate=\"firing\"}}[{}s]", (to - from) / 1000);
        let response = send(&self.base(), &prometheus::instant(&query, to), 60 * SECOND).expect("an answer");
        let frame = prometheus::read_frame(&response).expect("a frame").data;
        let mut all = Intervals::new();
        for series in &frame.series {
            let name = series.labels.get("alertname").unwrap_or_default().to_string();
            let runs = all.entry((name, subject(&series.labels))).or_default();
            for (t, _) in series.samples() {
                match runs.last_mut() {
                    Some((_, end)) if t - *end < STEP / 2 => *end = t + STEP,
                    _ => runs.push((t, t + STEP)),
                }
            }
        }
        all
    }

    /// The same from the console's own evaluation, as a page that is opened now computes it.
    fn ours(&self, from: Millis, to: Millis) -> Intervals {
        let mut all = Intervals::new();
        for rule in &self.config.rules {
            for ask in rule_asks(&self.config, rule) {
                let frame = self.ask(&ask.value, to);
                let baseline = ask.baseline.map(|q| self.ask(&q, to));
                let (_, watched) = evaluate(rule, &self.config, &frame, baseline.as_ref(), to);
                for watched in watched {
                    let runs = all.entry((alert_name(&rule.name), subject(&watched.labels))).or_default();
                    let spans = watched.evaluation.firings.iter();
                    runs.extend(
                        spans.map(|f| (f.start, f.end.map_or(to, |e| e.0))).filter(|(_, end)| *end > from),
                    );
                }
            }
        }
        all
    }

    /// The objectives for which Alertmanager has an alert of this name.
    fn notified(&self, name: &str) -> Vec<String> {
        let text = fetch(self.stack.ports.alertmanager, "/api/v2/alerts").expect("Alertmanager answers");
        let alerts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let own = |a: &&serde_json::Value| a["labels"]["alertname"] == name;
        let slo = |a: &serde_json::Value| a["labels"]["slo"].as_str().unwrap_or_default().to_string();
        alerts.as_array().expect("a list").iter().filter(own).map(slo).collect()
    }
}

type Intervals = BTreeMap<(String, String), Vec<(Millis, Millis)>>;

/// What an alert is about, without what the rule adds.
fn subject(labels: &Labels) -> String {
    let own = |name: &str| !["alertname", "alertstate", "severity", "__name__"].contains(&name);
    labels.iter().filter(|(name, _)| own(name)).map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(",")
}

fn sleep(seconds: u64) {
    std::thread::sleep(Duration::from_secs(seconds));
}

/// One round of trouble, each a little different: a blip, a host that is not measured, a slow and
/// failing service, and an outage.
fn round(judge: &mut Judge, n: u64) {
    judge.stack.backend.incident(Mode::Outage, Duration::from_secs(8));
    sleep(60);
    let paged = judge.notified("SloBurnFast");
    assert!(n > 0 || paged.is_empty(), "a blip of 8 s pages nobody: {paged:?}");
    judge.stack.stop_node_exporter();
    sleep(40 + 3 * n);
    judge.stack.start_node_exporter().expect("node_exporter starts");
    judge.stack.backend.incident(Mode::Both, Duration::from_secs(50 + 7 * n));
    sleep(110 + 7 * n);
    // Long enough that three days of history and this have more than 0.1 % failures, whatever the hour's load:
    // history has half of that.
    let load = rate_at(now() as f64 / 1000.0);
    let usual = 0.7 * PEAK;
    let outage = (0.0007 * usual * 3.0 * 86_400.0 / load).max(170.0) as u64;
    judge.stack.backend.incident(Mode::Outage, Duration::from_secs(outage));
    sleep(outage + 30);
}

/// The firings of every rule as a page shows them.
async fn of_page(page: &Page, from: Millis, to: Millis) -> Intervals {
    let script = "return [...document.querySelectorAll('[data-rule]')].map((r) => [r.dataset.rule, r.dataset.firings])";
    // Rules are asked about one after the other; each must have its answer.
    page.until(
        "all rules answered",
        60,
        "const all = [...document.querySelectorAll('[data-rule]')]; return all.length > 0 && all.every((r) => 'known' in r.dataset)",
    )
    .await;
    let found = page.script(script).await;
    let mut all = Intervals::new();
    for row in found.as_array().expect("rows") {
        let name = alert_name(row[0].as_str().expect("a name"));
        for firing in row[1].as_str().unwrap_or_default().split(';').filter(|f| !f.is_empty()) {
            let mut parts = firing.split('|');
            let subject = parts.next().unwrap_or_default().to_string();
            let mut time = || parts.next().and_then(|t| t.parse::<Millis>().ok()).expect("a time");
            let (start, end) = (time(), time());
            let end = if end == 0 { to } else { end };
            if end > from {
                all.entry((name.clone(), subject)).or_default().push((start, end));
            }
        }
    }
    for spans in all.values_mut() {
        spans.sort_unstable();
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn firing_intervals_ratios_and_budgets_are_those_of_prometheus() {
    let minutes: u64 = std::env::var("JUDGE_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(1);
    let options = Options { dist: dist(), history_days: 35, console_port: None };
    let stack = Stack::start(&options).expect("the stack starts");
    let config = config::read(&files::fourlights(&stack.ports).to_string()).expect("valid");
    let mut judge = Judge { stack, config };
    let url = format!("http://127.0.0.1:{}/alerts", judge.stack.ports.console);
    let watching = Page::open().await;
    watching.goto(&url).await;
    sleep(45);
    let (began, from) = (Instant::now(), now());
    let mut n = 0;
    while n == 0 || began.elapsed() < Duration::from_secs(60 * minutes) {
        round(&mut judge, n);
        n += 1;
    }
    // Both kinds of notice arrive once the outages have spent enough.
    for name in ["SloBurnFast", "SloBurnSlow"] {
        let notified = judge.notified(name);
        assert!(
            notified.iter().any(|slo| slo == "api-requests"),
            "{name} reaches Alertmanager: {notified:?}"
        );
    }
    sleep(45);
    let to = now();
    let theirs = judge.theirs(from, to);
    intervals(&judge, "asked now", &judge.ours(from, to), &theirs);
    intervals(&judge, "a page that was open all along", &of_page(&watching, from, to).await, &theirs);
    watching.goto(&url).await;
    intervals(&judge, "the page after a reload", &of_page(&watching, from, to).await, &theirs);
    println!("{} min of load", (to - from) / MINUTE);
    watching.close().await;
    objectives(&judge);
}

/// For every rule: as many firings, each beginning and ending within one step of Prometheus's.
fn intervals(judge: &Judge, whose: &str, ours: &Intervals, theirs: &Intervals) {
    let (mut n, mut worst) = (0, 0);
    let mut fired = Vec::new();
    for rule in &judge.config.rules {
        let name = alert_name(&rule.name);
        let of = |all: &Intervals| {
            let own = all.iter().filter(|((rule, _), spans)| *rule == name && !spans.is_empty());
            own.map(|((_, subject), spans)| (subject.clone(), spans.clone())).collect::<BTreeMap<_, _>>()
        };
        let (own, other) = (of(ours), of(theirs));
        assert_eq!(own.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{whose}: {name}");
        for (subject, spans) in &own {
            let judged = &other[subject];
            assert_eq!(spans.len(), judged.len(), "{whose}: {name} {subject}: {spans:?} {judged:?}");
            for ((start, end), (their_start, their_end)) in spans.iter().zip(judged) {
                let off = (start - their_start).abs().max((end - their_end).abs());
                assert!(
                    off <= STEP,
                    "{whose}: {name} {subject}: {start}..{end} and {their_start}..{their_end}"
                );
                (n, worst) = (n + 1, worst.max(off));
            }
            fired.push(name.clone());
        }
    }
    fired.dedup();
    println!(
        "{whose}: {n} firings of {} of {} rules, at most {worst} ms apart (one step: {STEP} ms): {fired:?}",
        fired.len(),
        judge.config.rules.len()
    );
    for expected in ["HighLatency", "HighErrorRate", "SlowForLong", "HostNotMeasured", "ErrorsRising"] {
        assert!(fired.iter().any(|r| r == expected), "{whose}: {expected} fired");
    }
}

/// An objective's id, target and window, and its ratio as an expression over a range.
type Textbook<'a> = (&'a str, f64, &'a str, &'a dyn Fn(&str) -> String, Millis);

/// Ratios, burn rates and budgets against the textbook's expressions, written out here by hand.
fn objectives(judge: &Judge) {
    let at = now() / 1000 * 1000;
    let utc = Offsets::utc();
    let slos: Vec<&Slo> = judge.config.slos.iter().filter(|s| !s.objective.window.is_calendar()).collect();
    // One query serves all.
    let asked: Vec<(&Slo, &Offsets)> = slos.into_iter().map(|slo| (slo, &utc)).collect();
    let frame = judge.ask(&standing_question(&asked, at, &[]).expect("a question"), at);
    let count = |more: &str, range: &str| {
        format!(
            "sum(rate(caddy_http_request_duration_seconds_count{{handler=\"reverse_proxy\",server=\"api\"{more}}}[{range}]))"
        )
    };
    let errors = |range: &str| format!("{} / {}", count(",code=~\"5..\"", range), count("", range));
    let slow = |range: &str| {
        format!(
            "1 - sum(rate(caddy_http_request_duration_seconds_bucket{{handler=\"reverse_proxy\",server=\"api\",le=\"0.25\"}}[{range}])) \
             / sum(rate(caddy_http_request_duration_seconds_bucket{{handler=\"reverse_proxy\",server=\"api\",le=\"+Inf\"}}[{range}]))"
        )
    };
    let probes = |range: &str| format!("1 - avg_over_time(probe_success{{service=\"search\"}}[{range}])");
    let textbook: [Textbook<'_>; 3] = [
        ("api-requests", 0.999, "30d", &errors, 30 * DAY),
        ("api-under-250-ms", 0.95, "7d", &slow, 7 * DAY),
        ("search-availability", 0.999, "30d", &probes, 30 * DAY),
    ];
    for (id, target, window, ratio, length) in textbook {
        let slo = judge.config.slo(id).expect("configured");
        // What is excluded has no textbook expression; it is compared without.
        let plain = Slo { exclusions: Vec::new(), ..slo.clone() };
        let found = standing(&plain, &frame, at, &utc);
        let budget = found.budget.expect("a budget");
        let whole = judge.value(&ratio(window), at);
        close(&format!("{id} ratio"), budget.bad, whole);
        close(
            &format!("{id} spent"),
            budget.spent(),
            judge.value(&format!("({}) / (1 - {target})", ratio(window)), at),
        );
        let minutes =
            format!("(1 - ({}) / (1 - {target})) * (1 - {target}) * {}", ratio(window), length / MINUTE);
        close(&format!("{id} minutes left"), budget.minutes_left(), judge.value(&minutes, at));
        for burn in &found.burns {
            for (span, rate) in [(burn.pair.long, burn.long), (burn.pair.short, burn.short)] {
                let range = format!("{}s", span / 1000);
                let expected = judge.value(&format!("({}) / (1 - {target})", ratio(&range)), at);
                close(&format!("{id} burn {range}"), rate.expect("a burn rate"), expected);
            }
        }
    }
    let fast = standing(judge.config.slo("api-requests").unwrap(), &frame, at, &utc);
    assert!(fast.burns[0].pair.long == HOUR && fast.burn().is_some());
}

fn close(what: &str, found: f64, expected: f64) {
    println!("{what}: {found} = {expected}");
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-12), "{what}: {found}, {expected}");
}

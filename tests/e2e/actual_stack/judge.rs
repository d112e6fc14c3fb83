//! Prometheus is the judge: the same rules and objectives here and there, on the same real load.
//!
//! `JUDGE_MINUTES=65` watches for longer than the usual five minutes.

use super::super::support::backend::Mode;
use super::super::support::files;
use super::super::support::page::{BUSY, Page};
use super::super::support::process::fetch;
use super::super::support::prometheus::Prometheus;
use super::super::support::servers::Stack;
use fourlights::config::{Config, Slo};
use fourlights::domain::labels::Labels;
use fourlights::domain::series::Frame;
use fourlights::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use fourlights::domain::zone::Offsets;
use fourlights::model::{Evidence, alert_name, evaluate, rule_asks, standing, standing_question};
use fourlights::poll::{Question, Reply};
use fourlights::sources::{Answered, prometheus};
use fourlights::transport::native::send;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The interval of the stack's rules.
const STEP: Millis = 5 * SECOND;

fn now() -> Millis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Millis::try_from(since.as_millis()).unwrap()
}

/// Longer than any wait: an incident that is ended by hand.
const HOURS: Duration = Duration::from_secs(24 * 3600);

/// The alerts that a round of trouble makes.
const MADE: [&str; 5] = ["HighLatency", "HighErrorRate", "SlowForLong", "HostNotMeasured", "ErrorsRising"];

struct Judge {
    stack: Stack,
    prometheus: Prometheus,
    config: Config,
}

impl Judge {
    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.stack.ports.prometheus)
    }

    fn ask(&self, question: &Question, at: Millis) -> Frame {
        match self.reply(question, at) {
            Reply::Frame(frame) => frame,
            other => panic!("{other:?}"),
        }
    }

    fn reply(&self, question: &Question, at: Millis) -> Reply {
        let fetch = question.fetch(&prometheus::SYSTEM, None, at).expect("a request");
        let mut request = fetch.request.clone();
        if !fetch.parts.is_empty() {
            let joined: Vec<&str> = fetch.parts.iter().map(|part| part.query.as_str()).collect();
            request = prometheus::instant(&joined.join("\nor\n"), at);
        }
        let response = match send(&self.base(), &request, 60 * SECOND) {
            Ok(response) => response,
            // What breaches all day is asked for in another form, as the console does.
            Err(error) => {
                let coarser = question.coarser(&error).unwrap_or_else(|| panic!("{question:?}: {error}"));
                return self.reply(&coarser, at);
            }
        };
        let answered = Answered::Whole(response);
        question.take(&prometheus::SYSTEM, &answered, &fetch, None).expect("an answer that can be read").data
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
                    Some((_, end)) if t - *end < STEP / 2 => *end = (t + STEP).min(to),
                    _ => runs.push((t, (t + STEP).min(to))),
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
                let Reply::Breaches(breaches) = self.reply(&ask.value, to) else { panic!("{ask:?}") };
                let evidence = Evidence::Breaches(&breaches);
                let (_, watched) = evaluate(rule, &self.config, evidence, to);
                for watched in watched {
                    let runs = all.entry((alert_name(&rule.name), subject(&watched.labels))).or_default();
                    let spans = watched.evaluation.firings.iter();
                    runs.extend(spans.filter_map(|f| within(f.start, f.end.map_or(to, |e| e.0), from, to)));
                }
            }
        }
        all
    }

    /// Waits until the alerts are over that the trouble makes; where the data have just begun, some fire too.
    /// Slow for long may go on: it ends below a latency that not every service has on every machine.
    fn quiet(&self) {
        let names: Vec<&str> = MADE.into_iter().filter(|name| *name != "SlowForLong").collect();
        let any = format!("ALERTS{{alertstate=\"firing\",alertname=~\"{}\"}}", names.join("|"));
        self.prometheus.until_none("quiet", 180, &format!("max_over_time({any}[{}s:5s])", 3 * STEP / SECOND));
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

/// The part of a firing that lies in the time that was watched: an alert about this machine may fire before or
/// after it.
fn within(start: Millis, end: Millis, from: Millis, to: Millis) -> Option<(Millis, Millis)> {
    (end > from && start < to).then_some((start.max(from), end.min(to)))
}

/// What an alert is about, without what the rule adds.
fn subject(labels: &Labels) -> String {
    let own = |name: &str| !["alertname", "alertstate", "severity", "__name__"].contains(&name);
    labels.iter().filter(|(name, _)| own(name)).map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join(",")
}

/// The longest time for which one of two lists of spans, each in order, covers what the other does not.
fn longest_on_one_side(one: &[(Millis, Millis)], other: &[(Millis, Millis)]) -> Millis {
    let covers =
        |spans: &[(Millis, Millis)], t: Millis| spans.iter().any(|(start, end)| (*start..*end).contains(&t));
    let mut bounds: Vec<Millis> = one.iter().chain(other).flat_map(|(start, end)| [*start, *end]).collect();
    bounds.sort_unstable();
    let (mut longest, mut run) = (0, 0);
    for (start, end) in bounds.iter().zip(bounds.iter().skip(1)) {
        let differ = covers(one, *start) != covers(other, *start);
        run = if differ { run + end - start } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[test]
fn what_fires_on_one_side_alone_is_measured() {
    let cases: [(&[_], &[_], Millis); 6] = [
        (&[(0, 100)], &[(0, 100)], 0),
        (&[(0, 100)], &[(4, 103)], 4),
        (&[(0, 100)], &[(0, 40), (47, 100)], 7),
        (&[(0, 100), (200, 203)], &[(1, 100)], 3),
        (&[], &[(10, 60)], 50),
        (&[(0, 10), (10, 20)], &[], 20),
    ];
    for (one, other, longest) in cases {
        assert_eq!(longest_on_one_side(one, other), longest, "{one:?} {other:?}");
        assert_eq!(longest_on_one_side(other, one), longest, "{other:?} {one:?}");
    }
}

/// One round of trouble, each a little different: a blip, a slow and failing service on a host that is not measured,
/// and an outage. Each goes on until Prometheus has seen it, and the next begins when it has been forgotten.
fn round(judge: &mut Judge, n: u64) {
    let prometheus = judge.prometheus;
    let fires = |name: &str| format!("ALERTS{{alertstate=\"firing\",alertname=\"{name}\"}}");

    judge.stack.backend.incident(Mode::Outage, Duration::from_secs(8));
    prometheus.until("the blip's alert", 60, &fires("HighErrorRate"));
    let seen = now() / 1000;
    prometheus.until_none("the blip's end", 120, &fires("HighErrorRate"));
    let evaluated = format!("timestamp(slo:error_ratio:rate5m{{slo=\"api-requests\"}}) > {seen}");
    prometheus.until("the objectives' rules after the blip", 60, &evaluated);
    let paged = judge.notified("SloBurnFast");
    assert!(n > 0 || paged.is_empty(), "a blip of 8 s pages nobody: {paged:?}");

    judge.stack.backend.incident(Mode::Both, HOURS);
    judge.stack.stop_node_exporter();
    prometheus.until("the host's alert", 60, &fires("HostNotMeasured"));
    std::thread::sleep(Duration::from_secs(3 * n));
    judge.stack.start_node_exporter().expect("node_exporter starts");
    for name in ["HighErrorRate", "SlowForLong", "ErrorsRising", "HighLatency"] {
        prometheus.until(name, 120, &fires(name));
    }
    std::thread::sleep(Duration::from_secs(7 * n));
    judge.stack.backend.recover();
    for name in ["HighErrorRate", "HighLatency"] {
        prometheus.until_none("its end", 120, &fires(name));
    }

    // The hours before have nearly the failures that make a ticket; a page needs a minute of these.
    judge.stack.backend.incident(Mode::Outage, HOURS);
    let end = Instant::now() + Duration::from_secs(300) + BUSY;
    for name in ["SloBurnFast", "SloBurnSlow"] {
        while !judge.notified(name).iter().any(|slo| slo == "api-requests") {
            assert!(Instant::now() < end, "{name} does not reach Alertmanager: {:?}", judge.notified(name));
            std::thread::sleep(Duration::from_secs(1));
        }
    }
    judge.stack.backend.recover();
    judge.quiet();
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
            all.entry((name.clone(), subject)).or_default().extend(within(start, end, from, to));
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
    let stack = super::stack(false);
    let config =
        fourlights::sources::read_config(&files::fourlights(&stack.ports).to_string()).expect("valid");
    let mut judge = Judge { prometheus: Prometheus::of(&stack), stack, config };
    let url = format!("http://127.0.0.1:{}/alerts", judge.stack.ports.console);
    let watching = Page::open().await;
    watching.goto(&url).await;
    judge.quiet();
    let (began, from) = (Instant::now(), now());
    let mut n = 0;
    while n == 0 || began.elapsed() < Duration::from_secs(60 * minutes) {
        round(&mut judge, n);
        n += 1;
    }
    let to = now();
    println!("{} s of load", (to - from) / SECOND);
    // Until then all that was scraped and evaluated is stored.
    std::thread::sleep(Duration::from_secs(10));
    let theirs = judge.theirs(from, to);
    intervals(&judge, "asked now", &judge.ours(from, to), &theirs).unwrap_or_else(|error| panic!("{error}"));
    // It asks again every ten seconds; what it shows after that is compared.
    let end = Instant::now() + Duration::from_secs(30) + BUSY;
    let whose = "a page that was open all along";
    while let Err(error) = intervals(&judge, whose, &of_page(&watching, from, to).await, &theirs) {
        assert!(Instant::now() < end, "{error}");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    watching.goto(&url).await;
    intervals(&judge, "the page after a reload", &of_page(&watching, from, to).await, &theirs)
        .unwrap_or_else(|error| panic!("{error}"));
    watching.close().await;
    objectives(&judge);
}

/// For every rule: it never fires on one side alone for longer than a step, and what the trouble made fires as often
/// here as there; else what differs. Alerts about this machine may be true between two evaluations of one side only.
fn intervals(judge: &Judge, whose: &str, ours: &Intervals, theirs: &Intervals) -> Result<(), String> {
    let (mut n, mut worst) = (0, 0);
    let mut fired = Vec::new();
    let none = Vec::new();
    for rule in &judge.config.rules {
        let name = alert_name(&rule.name);
        let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).filter(|(rule, _)| *rule == name).collect();
        for key in keys {
            let (spans, judged) = (ours.get(key).unwrap_or(&none), theirs.get(key).unwrap_or(&none));
            let off = longest_on_one_side(spans, judged);
            let made = MADE.contains(&name.as_str());
            if off > STEP || made && spans.len() != judged.len() {
                return Err(format!("{whose}: {name} {}: {spans:?} and {judged:?}, {off} ms apart", key.1));
            }
            (n, worst) = (n + judged.len(), worst.max(off));
            if !judged.is_empty() {
                fired.push(name.clone());
            }
        }
    }
    fired.dedup();
    if let Some(missing) = MADE.iter().find(|name| !fired.iter().any(|f| f == *name)) {
        return Err(format!("{whose}: {missing} did not fire"));
    }
    println!(
        "{whose}: {n} firings of {} of {} rules, at most {worst} ms apart (one step: {STEP} ms): {fired:?}",
        fired.len(),
        judge.config.rules.len()
    );
    Ok(())
}

/// An objective's id, target and window, and its ratio as an expression over a range.
type Textbook<'a> = (&'a str, f64, &'a str, &'a dyn Fn(&str) -> String, Millis);

/// Ratios, burn rates and budgets against the textbook's expressions, written out here by hand.
fn objectives(judge: &Judge) {
    // Where all that was scraped is stored.
    let at = now() / 1000 * 1000 - 10 * SECOND;
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

//! Writes one incident of the demo, minute by minute.

use super::fleet::{Demo, Event as Trouble, SERVICES, Service};
use crate::domain::incident_log::{
    ActionItem, AlertLink, BudgetSpent, Event, Evidence, Field, Log, Moment, New, Point, ReviewState, Role,
};
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::zone::rfc3339;

/// The configured name of the demo's source of metrics.
const METRICS: &str = "prometheus";

fn service(id: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|s| s.id == id)
}

/// The day that is so many days after the demo began, as due dates are written.
fn day(demo: &Demo, days: i64) -> String {
    rfc3339(demo.anchor + days * DAY).chars().take(10).collect()
}

/// Minutes of failure, as millionths of the budget that 99.9 % of 30 days leaves.
pub fn of_budget(down: Millis) -> u64 {
    // Of 43.2 minutes.
    (down.max(0).cast_unsigned() * 1_000_000) / (30 * DAY / 1_000).cast_unsigned()
}

/// The log while it is written. Minutes count from when the trouble began.
pub struct Story {
    demo: Demo,
    log: Log,
    title: &'static str,
    trouble: Trouble,
    link: AlertLink,
}

impl Story {
    pub fn new(demo: &Demo, id: &str, title: &'static str, trouble: Trouble) -> Self {
        Self { demo: *demo, log: Log::new(id), title, trouble, link: AlertLink::default() }
    }

    pub fn log(self) -> Log {
        self.log
    }

    fn add(&mut self, author: &str, written: Millis, happened: Millis, event: Event) {
        // What a clock would write later is not in the demo yet.
        if written <= self.demo.anchor {
            let id = format!("{}-{:03}", self.log.id(), self.log.len());
            self.log.append(&id, author, written, New::at(event, happened));
        }
    }

    fn enter(&mut self, author: &str, minute: i64, event: Event) {
        let at = self.trouble.start + minute * MINUTE;
        self.add(author, at, at, event);
    }

    pub fn declared(&mut self, author: &str, minute: i64, severity: Severity, services: &[&str]) {
        self.enter(author, minute, Event::Declared { title: self.title.into() });
        self.enter(author, minute, Event::Severity { severity, reason: String::new() });
        for service in services {
            self.enter(author, minute, Event::Service { service: (*service).into(), affected: true });
        }
    }

    /// When users began to feel it, as it was found out.
    pub fn started(&mut self) {
        let (start, found) = (self.trouble.start, self.trouble.start + 30 * MINUTE);
        self.add("Mia Chen", found, start, Event::Reached { moment: Moment::Started });
    }

    pub fn alert(&mut self, name: &str, service: &str, summary: &str) {
        let (starts_at, declared) = (self.trouble.start, self.trouble.start + MINUTE);
        self.link = AlertLink {
            fingerprint: format!("demo{:012x}", starts_at / SECOND),
            starts_at: Some(starts_at),
            name: name.into(),
            labels: [("service".to_string(), service.to_string())].into_iter().collect(),
            summary: summary.into(),
            severity: "SEV-2".into(),
            source: METRICS.into(),
            runbook: String::new(),
        };
        self.add("", declared, starts_at, Event::Alert(self.link.clone()));
    }

    pub fn alert_over(&mut self, minute: i64) {
        let (fingerprint, starts_at) = (self.link.fingerprint.clone(), self.link.starts_at);
        self.enter("", minute, Event::AlertEnded { fingerprint, starts_at });
    }

    pub fn acknowledged(&mut self, author: &str, minute: i64) {
        self.enter(author, minute, Event::Reached { moment: Moment::Acknowledged });
        self.role(author, minute, Role::Commander, author);
    }

    pub fn role(&mut self, author: &str, minute: i64, role: Role, person: &str) {
        self.enter(author, minute, Event::Role { role, person: person.into() });
    }

    pub fn reached(&mut self, author: &str, minute: i64, moment: Moment) {
        self.enter(author, minute, Event::Reached { moment });
    }

    pub fn severity(&mut self, author: &str, minute: i64, severity: Severity, reason: &str) {
        self.enter(author, minute, Event::Severity { severity, reason: reason.into() });
    }

    pub fn note(&mut self, author: &str, minute: i64, text: &str) {
        self.enter(author, minute, Event::Note { text: text.into() });
    }

    pub fn message(&mut self, author: &str, minute: i64, template: &str, text: &str) {
        self.message_at(author, self.trouble.start + minute * MINUTE, template, text);
    }

    pub fn message_at(&mut self, author: &str, at: Millis, template: &str, text: &str) {
        let channel = "public page".into();
        self.add(author, at, at, Event::Message { template: template.into(), channel, text: text.into() });
    }

    pub fn step(&mut self, author: &str, minute: i64, runbook: &str, step: &str) {
        let (runbook, step) = (runbook.into(), step.into());
        self.enter(author, minute, Event::RunbookStep { runbook, step, done: true });
    }

    pub fn text(&mut self, author: &str, minute: i64, field: Field, text: &str) {
        self.enter(author, minute, Event::Text { field, text: text.into() });
    }

    /// Id, title, owner, the days from the opening of the demo until it is due, and whether it is done.
    pub fn item(
        &mut self,
        author: &str,
        minute: i64,
        (item, title, owner, due, done): (&str, &str, &str, i64, bool),
    ) {
        let item = ActionItem {
            item: item.into(),
            title: title.into(),
            owner: owner.into(),
            due: day(&self.demo, due),
            link: format!("https://example.com/acme/issues/{item}"),
            done,
        };
        self.enter(author, minute, Event::ActionItem(item));
    }

    pub fn check(&mut self, author: &str, minute: i64, point: Point) {
        self.enter(author, minute, Event::Check { point, done: true });
    }

    pub fn review(&mut self, author: &str, minute: i64, state: ReviewState) {
        self.enter(author, minute, Event::Review { state });
        if state == ReviewState::Reviewed {
            self.reached(author, minute, Moment::Reviewed);
        }
    }

    pub fn dismissed(&mut self, author: &str, minute: i64, reason: &str) {
        self.enter(author, minute, Event::Dismissed { reason: reason.into() });
    }

    pub fn budget(&mut self, spent: &[(&str, &str, &str, u64)]) {
        let spent = spent.iter().map(|(slo, name, service, millionths)| BudgetSpent {
            slo: (*slo).into(),
            name: (*name).into(),
            service: (*service).into(),
            millionths: *millionths,
        });
        self.enter("", 60, Event::Budget { spent: spent.collect() });
    }

    /// The last deploy within the hour before.
    pub fn deploy(&mut self, demo: &Demo) {
        let start = self.trouble.start;
        let before = (0..60).map(|n| start - n * MINUTE);
        let at = before.into_iter().find(|at| demo.build(at - MINUTE) != demo.build(*at));
        if let Some(at) = at {
            let event = Event::Deploy {
                at: Some(at),
                text: format!("api-gateway v2.{}", 40 + demo.build(at)),
                source: METRICS.into(),
            };
            self.add("", start + MINUTE, at, event);
        }
    }

    /// Failed requests, as the signals say.
    pub fn impact(&mut self, text: &str, id: &str, span: Trouble) {
        let Some(service) = service(id) else { return };
        const STEP: Millis = 15 * SECOND;
        let (mut failed, mut asked) = (0.0, 0.0);
        let mut at = span.start;
        while at < span.end {
            let requests = self.demo.service_requests(service, at) * (STEP / SECOND) as f64;
            asked += requests;
            failed += requests * self.demo.service_errors(service, at);
            at += STEP;
        }
        // As exact as an estimate is.
        let failed = (failed / 100.0).round() as u64 * 100;
        let share =
            crate::domain::format::human(crate::domain::format::Unit::Ratio, failed as f64 / asked.max(1.0));
        let estimate = format!(
            "{share} of the requests to {id} failed over the span, by its error ratio and its traffic"
        );
        let event = Event::Impact { text: text.into(), users: None, requests: Some(failed), estimate };
        self.enter("Mia Chen", 35, event);
    }

    /// The charts that were frozen when it was declared, and an hour later, when it could be seen as a whole.
    pub fn charts(&mut self, id: &str) {
        let Some(service) = service(id) else { return };
        let demo = self.demo;
        let declared = self.trouble.start + 3 * MINUTE;
        let after = self.trouble.end + 30 * MINUTE;
        self.chart(
            id,
            ("Latency p95", "latency_p95", "seconds"),
            "latency_seconds:p95",
            declared,
            true,
            |t| demo.service_latency(service, t),
        );
        self.chart(id, ("Errors", "error_ratio", "ratio"), "errors:ratio", declared, true, |t| {
            Some(demo.service_errors(service, t))
        });
        self.chart(id, ("Latency p95", "latency_p95", "seconds"), "latency_seconds:p95", after, false, |t| {
            demo.service_latency(service, t)
        });
        self.chart(id, ("Errors", "error_ratio", "ratio"), "errors:ratio", after, false, |t| {
            Some(demo.service_errors(service, t))
        });
        self.chart(id, ("Traffic", "traffic", "requests/s"), "requests:rate", after, false, |t| {
            Some(demo.service_requests(service, t))
        });
    }

    fn chart(
        &mut self,
        id: &str,
        (title, signal, unit): (&str, &str, &str),
        metric: &str,
        until: Millis,
        is_first: bool,
        value: impl Fn(Millis) -> Option<f64>,
    ) {
        let from = self.trouble.start - if is_first { HOUR } else { HOUR / 2 };
        let instants = (0..(until - from) / MINUTE).map(|i| from + i * MINUTE);
        let samples: Vec<(Millis, f64)> = instants.filter_map(|at| Some((at, value(at)?))).collect();
        if samples.is_empty() {
            return;
        }
        let occasion = if is_first { "declared" } else { "" };
        let evidence = Evidence {
            title: format!("{title}, {id}"),
            query: format!("service:{metric}{{service=\"{id}\"}}"),
            source: METRICS.into(),
            service: id.into(),
            signal: signal.into(),
            unit: unit.into(),
            occasion: occasion.into(),
            from: Some(from),
            to: Some(until),
            samples: Vec::new(),
        };
        self.add("", until, until, Event::Evidence(evidence.with_samples(samples)));
    }
}

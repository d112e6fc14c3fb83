//! The configuration as typed. One declaration gives the types, the reader and the JSON Schema.

use super::fault::Fault;
use super::raw_incidents::RawIncidents;
use super::raw_on_call::{RawPerson, RawSchedule};
use super::raw_repository::{RawConfigurationFile, RawRepository};
use super::shape::{Path, Shape, shape, wrong_type};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A small file that works, shown with faults of the whole file.
pub const EXAMPLE: &str = r#"{ "title": "My team", "sources": { "prometheus": { "kind": "prometheus", "url": "https://prometheus.example.com" } } }"#;

shape! {
    /// The configuration of a Fourlights console and public page.
    RawConfig, example EXAMPLE;
    /// Address of the JSON Schema, for editors. Ignored.
    schema "$schema": Option<String>,
    /// What the console is called.
    title "title": String,
    /// The environment shown in the top bar, e.g. production.
    environment "environment": Option<String>,
    /// How often to ask again, e.g. 30s. Default 30s, at least 5s.
    refresh "refresh": Option<String>,
    /// The zone times are shown in: browser (the default), UTC, or a name such as Europe/Berlin.
    zone "zone": Option<String>,
    /// The systems to read from, by a name of your choice.
    sources "sources": BTreeMap<String, RawSource>,
    /// Sets of signal queries, by a name of your choice. Each set answers for all services at once.
    signals "signals": BTreeMap<String, RawSignalSet>,
    /// The services, in the order in which they are shown.
    services "services": Vec<RawService>,
    /// The uptime scorecards of the health page. Default: one for each service that has uptime.
    scorecards "scorecards": Vec<RawScorecard>,
    /// The expected traffic of the whole fleet: requests a second, or a PromQL expression.
    baseline "baseline": Option<NumberOrQuery>,
    /// Alert rules evaluated by the console. Default: the four rules of the golden signals.
    alerts "alerts": Option<Vec<RawAlertRule>>,
    /// Service level objectives.
    slos "slos": Vec<RawSlo>,
    /// Maintenance that was announced: not counted by objectives.
    maintenance "maintenance": Vec<RawMaintenance>,
    /// The name of an alert that always fires, often Watchdog. When it is missing, alerting itself is broken.
    watchdog "watchdog": Option<String>,
    /// What words of a severity mean, e.g. { "gold": "sev1", "page": "sev2" }: sev1, sev2, sev3 or sev4. They come before the words that are known anyway: critical, warning, P1 to P5 and the like.
    severities "severities": BTreeMap<String, String>,
    /// The labels of an alert that carry its severity; the first with a known word decides. Default: severity, priority, sev.
    severity_labels "severity_labels": Option<Vec<String>>,
    /// Labels that tell members of a highly available pair of Prometheus servers apart, and are no part of what an alert is. Default: prometheus_replica, __replica__, and replica where Prometheus itself lists the alert without it.
    replica_labels "replica_labels": Option<Vec<String>>,
    /// Resources that can run full.
    capacity "capacity": Vec<RawCapacity>,
    /// The people who can be on call, by a short name of your choice.
    people "people": BTreeMap<String, RawPerson>,
    /// On-call schedules: who is responsible, when.
    on_call "on_call": Vec<RawSchedule>,
    /// Where this file is kept: overrides of on-call schedules are committed to it from the console.
    configuration_file "configuration_file": Option<RawConfigurationFile>,
    /// Files of runbooks, relative to this file, for instance runbooks/disk-full.md.
    runbooks "runbooks": Vec<String>,
    /// How incidents are worked on, and where a team shares them: updates, messages, acknowledgements, a repository.
    incidents "incidents": Option<RawIncidents>,
    /// Where deploys can be seen, for marks on the time axis of every chart.
    deploys "deploys": Vec<RawDeploys>,
    /// The public status page.
    public "public": Option<RawPublic>,
}

shape! {
    /// A system to read from.
    RawSource, example r#"{ "kind": "prometheus", "url": "https://prometheus.example.com" }"#;
    /// The kind of system, by a name of docs/sources.md: prometheus (also VictoriaMetrics, Thanos, Mimir), alertmanager, statuspage, ...
    kind "kind": String,
    /// Where it answers: an http(s) address, or a path on this host that a reverse proxy serves, or demo: for the embedded demo. A query in it, as in https://host/prom?tenant=a, goes with every request.
    url "url": String,
    /// How long to wait for an answer, e.g. 15s. Default 15s.
    deadline "deadline": Option<String>,
    /// Of a Prometheus: the external_labels of its own configuration, which it adds to alerts on their way to Alertmanager. Sources with the same ones (replica_labels aside) are a pair, others are different clusters.
    external_labels "external_labels": BTreeMap<String, String>,
}

shape! {
    /// Queries for the signals of many services, told apart by one label.
    RawSignalSet, example r#"{ "source": "prometheus", "preset": "caddy", "by": "server" }"#;
    /// The source that answers, by its name under sources.
    source "source": String,
    /// Ready-made queries: caddy, node_exporter, blackbox, or recorded (plain recording rules).
    preset "preset": Option<String>,
    /// The label whose values are the services.
    by "by": String,
    /// More label matchers for the preset's queries, e.g. job="web".
    selector "selector": Option<String>,
    /// The window of rate() in the preset's queries, e.g. 2m. Default 2m.
    window "window": Option<String>,
    /// Own queries by signal: latency_p50, latency_p95, latency_p99, traffic, traffic_by_class, error_ratio, cpu, memory, disk, up, uptime. $by, $window, $range and $selector are filled in.
    queries "queries": BTreeMap<String, String>,
}

shape! {
    /// A service.
    RawService, example r#"{ "id": "api", "name": "API", "signals": { "http": "api" } }"#;
    /// A short name for addresses and references.
    id "id": String,
    /// The name shown.
    name "name": String,
    /// The group it is listed under.
    group "group": Option<String>,
    /// One sentence on what it does.
    description "description": Option<String>,
    /// Links for those who are called at night: dashboards, logs, runbooks.
    links "links": Vec<RawLink>,
    /// For each signal set, the value of its label that stands for this service.
    signals "signals": BTreeMap<String, String>,
    /// The services it needs, by id.
    depends_on "depends_on": Vec<String>,
}

shape! {
    /// A link.
    RawLink, example r#"{ "title": "Logs", "url": "https://logs.example.com/api" }"#;
    /// The text of the link.
    title "title": String,
    /// An http, https or mailto address.
    url "url": String,
}

shape! {
    /// One uptime scorecard.
    RawScorecard, example r#"{ "name": "API", "set": "probe", "value": "api" }"#;
    /// The name shown.
    name "name": String,
    /// The signal set that has the uptime query.
    set "set": String,
    /// The value of the set's label.
    value "value": String,
}

shape! {
    /// An alert rule that the console evaluates, for a signal of every service or for a query of its own. Exactly one of above, below, drop, rise and absent.
    RawAlertRule, example r#"{ "name": "High latency", "signal": "latency_p95", "above": 0.5, "for": "5m", "severity": "sev2" }"#;
    /// The name shown. Where a rule of the same name in Prometheus fires for the same labels at the same time, the list has one alert.
    name "name": String,
    /// The signal it watches. Or give query.
    signal "signal": Option<String>,
    /// PromQL; each of its series is watched on its own.
    query "query": Option<String>,
    /// The source that answers query. Default: the first Prometheus.
    source "source": Option<String>,
    /// PromQL for what is usual, for drop and rise with query. Default: the baseline of the file.
    baseline "baseline": Option<String>,
    /// Bad above this value: seconds, ratio 0..1, or requests a second.
    above "above": Option<f64>,
    /// Bad below this value.
    below "below": Option<f64>,
    /// Bad when it falls by more than this share (0..1) below the baseline.
    drop "drop": Option<f64>,
    /// Bad when it rises by more than this share above the baseline: 1 is twice as much.
    rise "rise": Option<f64>,
    /// Bad while the query has no series at all: true.
    absent "absent": Option<bool>,
    /// Hysteresis: once it fires, it ends only beyond this value.
    resolve "resolve": Option<f64>,
    /// How long it must be bad, e.g. 5m. Default 0: at once.
    for_ "for": Option<String>,
    /// How long it goes on firing after it was last bad. Default 0.
    keep_firing_for "keep_firing_for": Option<String>,
    /// The time between two evaluations. Default 30s, as is usual in Prometheus.
    every "every": Option<String>,
    /// sev1, sev2, sev3 or sev4.
    severity "severity": String,
    /// The address of what to do when it fires: beside the alert on every page, and in exported rules as runbook_url. Or one of the files under runbooks, with or without a part of it, for instance runbooks/disk-full.md#step-2.
    runbook "runbook": Option<String>,
}

shape! {
    /// A service level objective: a share of good events over a window. Its events come from bad or good with valid, from a signal set (from), from a share (good alone), or else from the service's uptime.
    RawSlo, example r#"{ "name": "API availability", "service": "api", "from": "web", "target": 0.999, "window": "30d" }"#;
    /// A short name for addresses, rules and exports. Default: made from the name.
    id "id": Option<String>,
    /// The name shown.
    name "name": String,
    /// The service it is for, by id.
    service "service": String,
    /// availability (default), latency, error_rate or throughput.
    kind "kind": Option<String>,
    /// One sentence on what it means to users.
    description "description": Option<String>,
    /// Labels to filter by, e.g. a team.
    labels "labels": BTreeMap<String, String>,
    /// The objective as ratio, e.g. 0.999. 1 allows no failure at all.
    target "target": f64,
    /// A rolling window, e.g. 30d (the default), or month or week of the calendar.
    window "window": Option<String>,
    /// The zone of a calendar window: UTC (the default) or a name such as Europe/Berlin.
    zone "zone": Option<String>,
    /// The signal set whose preset counts the service's requests (caddy) or probes (blackbox).
    from "from": Option<String>,
    /// For latency with from: the bound in seconds. It must be one of the histogram's.
    bound "bound": Option<f64>,
    /// PromQL for the bad events over $window, e.g. sum(increase(errors_total[$window])).
    bad "bad": Option<String>,
    /// PromQL for the good events over $window; without valid, for the share of good events (0..1).
    good "good": Option<String>,
    /// PromQL for all valid events over $window.
    valid "valid": Option<String>,
    /// For throughput: PromQL for what was served at an instant within the other objectives, in requests a second.
    served "served": Option<String>,
    /// For throughput: PromQL for what was asked for at an instant. Default: at_least.
    asked "asked": Option<String>,
    /// For throughput: the rate promised. Time counts as good while what was asked, up to this, was served.
    at_least "at_least": Option<f64>,
    /// The source that answers. Default: that of from or of the service's uptime, or else the first Prometheus.
    source "source": Option<String>,
    /// The contract's looser target, watched beside the objective.
    sla "sla": Option<RawSla>,
    /// Spans that were measured wrongly and are left out, each with who said so and why.
    corrections "corrections": Vec<RawCorrection>,
}

shape! {
    /// What a contract promises.
    RawSla, example r#"{ "target": 0.995, "refund": "10 % of the month's fee" }"#;
    /// The promise as ratio, not above the objective.
    target "target": f64,
    /// What is owed when it is broken.
    refund "refund": Option<String>,
}

shape! {
    /// A span that is left out of an objective's count.
    RawCorrection, example r#"{ "from": "2026-11-03T10:00:00Z", "to": "2026-11-03T10:20:00Z", "reason": "the probe itself was down", "author": "mia" }"#;
    /// Its beginning, as RFC 3339.
    from "from": String,
    /// Its end, as RFC 3339.
    to "to": String,
    /// Why it is left out.
    reason "reason": String,
    /// Who decided it.
    author "author": Option<String>,
}

shape! {
    /// A maintenance that was announced: not counted by the objectives of its services.
    RawMaintenance, example r#"{ "title": "Database upgrade", "from": "2026-11-20T22:00:00Z", "to": "2026-11-20T22:30:00Z", "services": ["database"], "author": "mia" }"#;
    /// What is done.
    title "title": String,
    /// Its beginning, as RFC 3339.
    from "from": String,
    /// Its end, as RFC 3339.
    to "to": String,
    /// The services it is for, by id. Default: all.
    services "services": Vec<String>,
    /// Who announced it.
    author "author": Option<String>,
}

shape! {
    /// A resource that can run full.
    RawCapacity, example r#"{ "id": "db", "name": "Database storage", "source": "prometheus", "kind": "storage", "used": "db_bytes", "limit": 1e12 }"#;
    /// A short name for addresses.
    id "id": String,
    /// The name shown.
    name "name": String,
    /// The source that answers.
    source "source": String,
    /// storage (bytes in use that grow) or traffic (requests a second with daily peaks).
    kind "kind": String,
    /// PromQL for what is in use: bytes, or requests a second.
    used "used": String,
    /// What there is: a number, or a PromQL expression. Without one, latency must be given.
    limit "limit": Option<NumberOrQuery>,
    /// For traffic: which of a day's values counts as its peak, as quantile 0..1. Default 1, the highest.
    peak "peak": Option<f64>,
    /// For traffic without a limit: PromQL for the latency in seconds. The limit is then read from where latency leaves its normal range as load rises, and shown with the plot it was read from.
    latency "latency": Option<String>,
    /// What more of it costs, for plans.
    cost "cost": Option<RawCost>,
    /// A label that tells many resources of one query apart, e.g. instance: each of its values is a resource, with its own limit where that is an expression.
    by "by": Option<String>,
    /// When to act: share in use for storage (default 0.7), headroom for traffic (default 0.3).
    act_at "act_at": Option<f64>,
    /// What to do then. Default: Plan migration or upgrade (storage), Scale up (traffic).
    action "action": Option<String>,
}

shape! {
    /// What more of a resource costs.
    RawCost, example r#"{ "amount": 0.1, "per": 1e9, "currency": "EUR" }"#;
    /// Money a month.
    amount "amount": f64,
    /// For so many units: bytes, or requests a second. Default 1.
    per "per": Option<f64>,
    /// The currency it is named in.
    currency "currency": String,
}

shape! {
    /// Deploys as a query shows them: each change of a series' value, and each new series, is one.
    RawDeploys, example r#"{ "source": "prometheus", "query": "max by (service, version) (build_info)", "text": "{service} {version}" }"#;
    /// The source that answers.
    source "source": String,
    /// PromQL, e.g. max by (service, version) (build_info), or process_start_time_seconds.
    query "query": String,
    /// What a mark says; labels of the series in braces. Default {service} {version}.
    text "text": Option<String>,
}

shape! {
    /// The public status page, as written by `fourlights publish`.
    RawPublic, example r#"{ "url": "https://status.example.com/", "components": [{ "id": "api", "name": "API", "service": "api" }] }"#;
    /// The address visitors reach it at, with a slash at the end.
    url "url": String,
    /// The name shown. Default: the title of the file.
    name "name": Option<String>,
    /// One sentence on what is shown.
    about "about": Option<String>,
    /// An http, https or mailto address for those who need help.
    contact "contact": Option<String>,
    /// Days shown as bars, 7 to 365. Default 90.
    days "days": Option<f64>,
    /// Languages of the page, the first being that of its front page: en, de, fr, es, pt, ja, zh, ar, or one that has a file in translations. Default ["en"].
    languages "languages": Option<Vec<String>>,
    /// Folder of further languages and changed words, as LANGUAGE.json, relative to this file.
    translations "translations": Option<String>,
    /// The zone in which days begin and times stand: UTC (the default) or a name such as Europe/Berlin.
    zone "zone": Option<String>,
    /// Folder of incidents and maintenances as Markdown files, relative to this file.
    incidents "incidents": Option<String>,
    /// Sources of kind statuspage whose incidents and maintenances are taken over.
    import "import": Vec<String>,
    /// File of days from before this page, relative to this file, as `fourlights import-page` writes it: they fill in what was never measured.
    earlier_days "earlier_days": Option<String>,
    /// Older measurements than this are told loudly, e.g. 15m. Default 15m.
    old_after "old_after": Option<String>,
    /// How much declared time counts as down.
    weights "weights": Option<RawWeights>,
    /// Where the console commits incident files to.
    repository "repository": Option<RawRepository>,
    /// The components visitors see.
    components "components": Vec<RawComponent>,
}

shape! {
    /// How much of the time of an incident counts as down, 0 to 1.
    RawWeights, example r#"{ "major": 1.0, "partial": 0.3 }"#;
    /// Of a major outage. Default 1.
    major "major": Option<f64>,
    /// Of a partial outage. Default 0.3.
    partial "partial": Option<f64>,
}

shape! {
    /// A component of the public page. Everything in it but service and uptime is shown.
    RawComponent, example r#"{ "id": "api", "name": "API", "service": "api" }"#;
    /// A short name for addresses: lower case letters, digits and hyphens.
    id "id": String,
    /// Ids under which it was published before: it keeps the days it has under them, and incidents that name one of them.
    former_ids "former_ids": Vec<String>,
    /// The name shown.
    name "name": String,
    /// The group it is listed under.
    group "group": Option<String>,
    /// One sentence for visitors.
    description "description": Option<String>,
    /// The service behind it, by id. Never shown.
    service "service": Option<String>,
    /// Run by somebody else: listed apart, and not part of the overall state.
    upstream "upstream": Option<bool>,
    /// Where its uptime comes from: monitoring (the default with a service), incidents (by what was declared), or none.
    uptime "uptime": Option<String>,
    /// Show its latency of the last day. Default false.
    latency "latency": Option<bool>,
}

/// A fixed number, or a query that gives one.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberOrQuery {
    Number(f64),
    Query(String),
}

impl NumberOrQuery {
    pub fn query(&self) -> Option<&str> {
        match self {
            Self::Query(query) => Some(query),
            Self::Number(_) => None,
        }
    }
}

impl Shape for NumberOrQuery {
    fn read(value: &Value, path: &Path, faults: &mut Vec<Fault>) -> Option<Self> {
        match value {
            Value::Number(n) => n.as_f64().map(Self::Number),
            Value::String(query) => Some(Self::Query(query.clone())),
            other => {
                wrong_type(other, path, "a number or a query", "5000", faults);
                None
            }
        }
    }

    fn stand_in() -> Self {
        Self::Number(f64::NAN)
    }

    fn schema() -> Value {
        json!({"type": ["number", "string"]})
    }
}

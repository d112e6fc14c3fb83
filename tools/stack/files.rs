//! The configuration files of the servers, and of the console that looks at them.

use super::backend::SERVICES;
use super::servers::Ports;
use fourlights::domain::zone::rfc3339;
use fourlights::model::{Part, rule_file};
use serde_json::{Value, json};
use std::path::Path;

/// The `for` of design's rules divided by this, so that an incident can be watched.
const FASTER: u64 = 12;

/// Of the first Prometheus, or of the second one of a pair. Both add labels to what they send, as pairs do, and
/// their own API shows alerts without these.
pub fn prometheus(ports: &Ports, replica: u8, rules: &Path) -> String {
    let probes: Vec<String> = SERVICES
        .iter()
        .zip(&ports.services)
        .map(|((name, _), port)| {
            format!("      - {{ targets: ['http://127.0.0.1:{port}/'], labels: {{ service: {name} }} }}")
        })
        .collect();
    format!(
        "global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 5s
  external_labels: {{ cluster: loopback, prometheus: stack, prometheus_replica: stack-{replica} }}
rule_files: ['{rules}']
alerting:
  alertmanagers:
    - static_configs: [{{ targets: ['127.0.0.1:{alertmanager}'] }}]
scrape_configs:
  - job_name: prometheus
    static_configs: [{{ targets: ['127.0.0.1:{prometheus}'] }}]
  - job_name: caddy
    static_configs: [{{ targets: ['127.0.0.1:{admin}'], labels: {{ instance: caddy }} }}]
  - job_name: node
    static_configs: [{{ targets: ['127.0.0.1:{node}'], labels: {{ instance: host }} }}]
  - job_name: probe
    scrape_interval: 30s
    metrics_path: /probe
    params: {{ module: [http_2xx] }}
    static_configs:
{probes}
    relabel_configs:
      - {{ source_labels: [__address__], target_label: __param_target }}
      - {{ target_label: __address__, replacement: '127.0.0.1:{blackbox}' }}
      - {{ regex: instance, action: labeldrop }}
    metric_relabel_configs:
      - {{ regex: instance, action: labeldrop }}
",
        rules = rules.display(),
        alertmanager = ports.alertmanager,
        prometheus = if replica == 0 { ports.prometheus } else { ports.replica },
        admin = ports.caddy_admin,
        node = ports.node,
        blackbox = ports.blackbox,
        probes = probes.join("\n"),
    )
}

/// What Prometheus evaluates: the console's own rules and objectives as `fourlights rules` writes them,
/// and an alert that always fires.
pub fn rules(ports: &Ports) -> Result<String, String> {
    let config = fourlights::sources::read_config(&fourlights(ports).to_string())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<String>())?;
    let watchdog = "  - name: heartbeat\n    rules:\n      - alert: Watchdog\n        expr: vector(1)\n        labels: { severity: none }\n        annotations: { summary: 'always fires while alerting works' }\n";
    let rules = rule_file(&config, Some("prometheus"), Part::All).unwrap_or_default();
    Ok(format!("{rules}{watchdog}"))
}

pub fn alertmanager() -> &'static str {
    "route: { receiver: none, group_by: [alertname], group_wait: 1s, group_interval: 5s, repeat_interval: 1h }\nreceivers: [{ name: none }]\n"
}

pub fn blackbox() -> &'static str {
    "modules: { http_2xx: { prober: http, timeout: 4s, http: { preferred_ip_protocol: ip4 } } }\n"
}

/// Caddy's own JSON: the bundle with the headers of a careful host, and a site for each service.
pub fn caddy(ports: &Ports, site: &Path, page: &Path) -> String {
    let mut servers = serde_json::Map::new();
    servers.insert("console".into(), console_site(ports, site));
    servers.insert(
        "page".into(),
        json!({
            "listen": [format!("127.0.0.1:{}", ports.page)],
            "automatic_https": {"disable": true},
            "routes": [{"handle": [
                {"handler": "headers", "response": {"set": {"Cache-Control": ["no-cache"], "Access-Control-Allow-Origin": ["*"]}}},
                {"handler": "file_server", "root": page.display().to_string()},
            ]}],
        }),
    );
    for ((name, _), port) in SERVICES.iter().zip(&ports.services) {
        let proxy = json!({
            "handler": "reverse_proxy",
            "upstreams": [{"dial": format!("127.0.0.1:{}", ports.backend)}],
            "headers": {"request": {"set": {"X-Service": [name]}}},
        });
        servers.insert(
            (*name).into(),
            json!({
                "listen": [format!("127.0.0.1:{port}")],
                "automatic_https": {"disable": true},
                "metrics": {},
                "routes": [{"handle": [proxy]}],
            }),
        );
    }
    json!({
        "admin": {"listen": format!("127.0.0.1:{}", ports.caddy_admin)},
        "logging": {"logs": {"default": {"level": "ERROR"}}},
        "apps": {"http": {"servers": servers}},
    })
    .to_string()
}

fn console_site(ports: &Ports, site: &Path) -> Value {
    let connect =
        format!("'self' http://127.0.0.1:{} http://127.0.0.1:{}", ports.prometheus, ports.alertmanager);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src {connect}; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
    );
    json!({
        "listen": [format!("127.0.0.1:{}", ports.console)],
        "automatic_https": {"disable": true},
        "routes": [{"handle": [
            {"handler": "headers", "response": {"set": {
                "Content-Security-Policy": [policy],
                "X-Content-Type-Options": ["nosniff"],
                "Cache-Control": ["no-cache"],
            }}},
            {"handler": "file_server", "root": site.display().to_string()},
        ]}],
    })
}

/// Objectives of every kind: requests, probes, latency, throughput; rolling and by calendar.
fn slos(now: i64) -> Value {
    let served =
        "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\", code!~\"5..\"}[2m]))";
    json!([
        {"name": "API requests", "service": "api", "from": "http", "target": 0.999, "labels": {"team": "core"},
         "description": "Requests to the API that do not fail.",
         "sla": {"target": 0.995, "refund": "10 % of the month's fee"},
         "corrections": [{"from": instant(now - 3 * DAY), "to": instant(now - 3 * DAY + 600),
                          "reason": "load test against production, announced", "author": "mia"}]},
        {"name": "API under 250 ms", "service": "api", "from": "http", "kind": "latency", "bound": 0.25,
         "target": 0.95, "window": "7d", "labels": {"team": "core"}},
        {"name": "Auth requests", "service": "auth", "from": "http", "kind": "error_rate", "target": 0.999,
         "window": "month", "zone": "Europe/Berlin", "labels": {"team": "identity"}},
        {"name": "Search availability", "service": "search", "target": 0.999, "labels": {"team": "search"}},
        // A probe each 30 s is coarse: with more nines a single one that fails would spend what wakes somebody.
        {"name": "Website availability", "service": "web", "from": "probe", "target": 0.99, "window": "week",
         "labels": {"team": "web"}},
        {"name": "Capacity promised", "service": "api", "kind": "throughput", "served": served, "at_least": 5,
         "target": 0.99, "window": "1d", "source": "prometheus", "labels": {"team": "core"}},
    ])
}

const DAY: i64 = 86_400;

fn instant(seconds: i64) -> String {
    rfc3339(seconds * 1000)
}

/// What the console reads. Times in it are those of the moment it is written.
pub fn fourlights(ports: &Ports) -> Value {
    let now = ports.started;
    // Within the outage of the search that the history holds.
    let at = |days: i64, minutes: i64| instant(now - days * DAY - minutes * 60);
    let services: Vec<Value> = SERVICES
        .iter()
        .zip(&ports.services)
        .map(|((name, _), port)| {
            let title = match *name {
                "api" => "API",
                "auth" => "Auth",
                "search" => "Search",
                _ => "Website",
            };
            json!({
                "id": name,
                "name": title,
                "signals": {"http": name, "probe": name, "host": "host"},
                "links": [{"title": "Open", "url": format!("http://127.0.0.1:{port}/")}],
            })
        })
        .collect();
    let disk = format!("mountpoint={}", json!(ports.mountpoint));
    let rule = |name: &str, signal: &str, above: f64, seconds: u64, severity: &str| json!({"name": name, "signal": signal, "above": above, "for": format!("{}s", seconds / FASTER), "severity": severity, "every": "5s"});
    let failed =
        "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\", code=~\"5..\"}[1m]";
    json!({
        "$schema": "fourlights.schema.json",
        "title": "Stack",
        "environment": "loopback",
        "refresh": "10s",
        "sources": {
            "prometheus": {"kind": "prometheus", "url": format!("http://127.0.0.1:{}", ports.prometheus)},
            "alertmanager": {"kind": "alertmanager", "url": format!("http://127.0.0.1:{}", ports.alertmanager)},
        },
        "signals": {
            "http": {"source": "prometheus", "preset": "caddy", "by": "server", "selector": "handler=\"reverse_proxy\"", "window": "30s"},
            "probe": {"source": "prometheus", "preset": "blackbox", "by": "service"},
            "host": {"source": "prometheus", "preset": "node_exporter", "by": "instance", "window": "1m"},
        },
        "services": services,
        "deploys": [{"source": "prometheus", "query": "max by (service, version) (build_info)"}],
        "baseline": "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\"}[5m] offset 1d))",
        "alerts": [
            rule("High latency", "latency_p95", 0.5, 300, "sev2"),
            {"name": "Traffic drop", "signal": "traffic", "drop": 0.5, "severity": "sev2", "every": "5s"},
            rule("High error rate", "error_ratio", 0.01, 120, "sev2"),
            rule("CPU saturated", "cpu", 0.8, 600, "sev3"),
            rule("Memory saturated", "memory", 0.8, 600, "sev3"),
            rule("Disk filling", "disk", 0.8, 600, "sev3"),
            {"name": "Slow for long", "signal": "latency_p95", "above": 0.5, "resolve": 0.2, "for": "10s",
             "keep_firing_for": "20s", "severity": "sev4", "every": "5s"},
            {"name": "Errors rising", "query": format!("{failed}))"), "baseline": format!("{failed} offset 5m))"),
             "rise": 1, "for": "10s", "severity": "sev4", "every": "5s"},
            {"name": "Host not measured", "query": "node_load1", "absent": true, "for": "10s",
             "severity": "sev3", "every": "5s"},
        ],
        "watchdog": "Watchdog",
        "slos": slos(now),
        "maintenance": [{"title": "Move to new disks", "from": at(20, 85), "to": at(20, 75), "services": ["search"], "author": "platform team"}],
        "capacity": [
            {"id": "disk", "name": "Disk of the host", "kind": "storage", "source": "prometheus",
             "used": format!("node_filesystem_size_bytes{{{disk}}} - node_filesystem_avail_bytes{{{disk}}}"),
             "limit": format!("node_filesystem_size_bytes{{{disk}}}")},
            {"id": "traffic", "name": "Traffic", "kind": "traffic", "source": "prometheus",
             "used": "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\"}[5m]))", "limit": 60},
        ],
        "public": public_page(ports),
    })
}

/// The public page: each service by its probe, and one that is declared by hand.
fn public_page(ports: &Ports) -> Value {
    json!({
        "url": format!("http://127.0.0.1:{}/", ports.page),
        "name": "Stack",
        "about": "The services of the stack, probed every 30 seconds",
        "days": 30,
        "languages": ["en", "de"],
        "incidents": "../incidents",
        "components": [
            {"id": "api", "name": "API", "group": "Core", "service": "api", "latency": true},
            {"id": "auth", "name": "Sign-in", "group": "Core", "service": "auth"},
            {"id": "search", "name": "Search", "group": "Extras", "service": "search"},
            {"id": "web", "name": "Website", "group": "Extras", "service": "web"},
            {"id": "mail", "name": "E-mail delivery", "upstream": true},
        ],
    })
}

/// An incident file: maintenance that comes again each week.
pub fn incident(ports: &Ports) -> String {
    let start = ports.started - ports.started.rem_euclid(DAY) - 20 * DAY + 2 * 3600;
    format!(
        "---\ntitle: Weekly backup of the search\nstarts: {}\nends: {}\nrepeats: weekly\ncomponents: {{ search: under_maintenance }}\n---\n\n## scheduled {}\n\nSearch may be **slow** for some minutes.\n",
        instant(start),
        instant(start + 3600),
        instant(start - DAY),
    )
}

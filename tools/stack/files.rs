//! The configuration files of the servers, and of the console that looks at them.

use super::backend::SERVICES;
use super::servers::Ports;
use serde_json::{Value, json};
use std::path::Path;

/// The `for` of design's rules divided by this, so that an incident can be watched.
const FASTER: u64 = 12;

pub fn prometheus(ports: &Ports, rules: &Path) -> String {
    let probes: Vec<String> = SERVICES
        .iter()
        .zip(&ports.services)
        .map(|((name, _), port)| {
            format!("      - {{ targets: ['http://127.0.0.1:{port}/'], labels: {{ service: {name} }} }}")
        })
        .collect();
    format!(
        "global: {{ scrape_interval: 5s, scrape_timeout: 4s, evaluation_interval: 5s }}
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
        prometheus = ports.prometheus,
        admin = ports.caddy_admin,
        node = ports.node,
        blackbox = ports.blackbox,
        probes = probes.join("\n"),
    )
}

/// The rules of the four golden signals, in the design's own words.
pub fn rules() -> String {
    let rule = |name: &str, expr: &str, seconds: u64, severity: &str, summary: &str| {
        format!(
            "      - alert: {name}\n        expr: >-\n          {expr}\n        for: {}s\n        labels: {{ severity: {severity} }}\n        annotations: {{ summary: '{summary}' }}\n",
            seconds / FASTER
        )
    };
    let selector = "handler=\"reverse_proxy\"";
    let count = format!("caddy_http_request_duration_seconds_count{{{selector}");
    let latency = format!(
        "histogram_quantile(0.95, sum by (le, server) (rate(caddy_http_request_duration_seconds_bucket{{{selector}}}[30s]))) > 0.5"
    );
    let errors = format!(
        "sum by (server) (rate({count},code=~\"5..\"}}[30s])) / sum by (server) (rate({count}}}[30s])) > 0.01"
    );
    let drop = format!("sum(rate({count}}}[1m])) < 0.5 * sum(rate({count}}}[5m] offset 1d))");
    let cpu = "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[1m])) > 0.8";
    let memory = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.8";
    let disk = "1 - node_filesystem_avail_bytes{mountpoint=\"/\"} / node_filesystem_size_bytes{mountpoint=\"/\"} > 0.8";
    let all = [
        rule("HighLatency", &latency, 300, "sev2", "p95 of {{ $labels.server }} is over 500 ms"),
        rule("TrafficDrop", &drop, 0, "sev2", "traffic is less than half of yesterday"),
        rule("HighErrorRate", &errors, 120, "sev2", "more than 1 % of requests to {{ $labels.server }} fail"),
        rule("CpuSaturated", cpu, 600, "sev3", "CPU of {{ $labels.instance }} over 80 %"),
        rule("MemorySaturated", memory, 600, "sev3", "memory of {{ $labels.instance }} over 80 %"),
        rule("DiskFilling", disk, 600, "sev3", "disk of {{ $labels.instance }} over 80 %"),
    ];
    format!("groups:\n  - name: golden signals\n    rules:\n{}", all.concat())
}

pub fn alertmanager() -> &'static str {
    "route: { receiver: none, group_by: [alertname], group_wait: 1s, group_interval: 5s, repeat_interval: 1h }\nreceivers: [{ name: none }]\n"
}

pub fn blackbox() -> &'static str {
    "modules: { http_2xx: { prober: http, timeout: 4s, http: { preferred_ip_protocol: ip4 } } }\n"
}

/// Caddy's own JSON: the bundle with the headers of a careful host, and a site for each service.
pub fn caddy(ports: &Ports, site: &Path) -> String {
    let mut servers = serde_json::Map::new();
    servers.insert("console".into(), console_site(ports, site));
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

/// What the console reads.
pub fn fourlights(ports: &Ports) -> Value {
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
    let rule = |name: &str, signal: &str, above: f64, seconds: u64, severity: &str| json!({"name": name, "signal": signal, "above": above, "for": format!("{}s", seconds / FASTER), "severity": severity});
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
            "http": {"source": "prometheus", "preset": "caddy", "by": "server", "selector": "handler=\"reverse_proxy\"", "window": "1m"},
            "probe": {"source": "prometheus", "preset": "blackbox", "by": "service"},
            "host": {"source": "prometheus", "preset": "node_exporter", "by": "instance", "window": "1m"},
        },
        "services": services,
        "deploys": [{"source": "prometheus", "query": "max by (service, version) (build_info)"}],
        "baseline": "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\"}[5m] offset 1d))",
        "alerts": [
            rule("High latency", "latency_p95", 0.5, 300, "sev2"),
            {"name": "Traffic drop", "signal": "traffic", "drop": 0.5, "severity": "sev2"},
            rule("High error rate", "error_ratio", 0.01, 120, "sev2"),
            rule("CPU saturated", "cpu", 0.8, 600, "sev3"),
            rule("Memory saturated", "memory", 0.8, 600, "sev3"),
            rule("Disk filling", "disk", 0.8, 600, "sev3"),
        ],
        "slos": [
            {"name": "API availability", "service": "api", "target": 0.999},
            {"name": "Auth availability", "service": "auth", "target": 0.999},
            {"name": "Search availability", "service": "search", "target": 0.999},
            {"name": "Website availability", "service": "web", "target": 0.999},
        ],
        "capacity": [
            {"id": "disk", "name": "Disk of the host", "kind": "storage", "source": "prometheus",
             "used": "node_filesystem_size_bytes{mountpoint=\"/\"} - node_filesystem_avail_bytes{mountpoint=\"/\"}",
             "limit": "node_filesystem_size_bytes{mountpoint=\"/\"}"},
            {"id": "traffic", "name": "Traffic", "kind": "traffic", "source": "prometheus",
             "used": "sum(rate(caddy_http_request_duration_seconds_count{handler=\"reverse_proxy\"}[5m]))", "limit": 60},
        ],
        "public": {"components": [{"id": "api", "name": "API", "service": "api"}]},
    })
}

//! The simulated series by the names under which a Prometheus would have them.

use super::fleet::{Demo, SERVICES, Service};
use crate::domain::time::Millis;

/// One simulated series.
pub struct Simulated {
    pub labels: Vec<(&'static str, String)>,
    value: Box<dyn Fn(Millis) -> Option<f64>>,
    /// exact share over a span, where the metric is an uptime
    average: Option<Box<dyn Fn(Millis, Millis) -> f64>>,
}

impl Simulated {
    pub fn value(&self, at: Millis) -> Option<f64> {
        (self.value)(at)
    }

    /// The exact average over a span, where there is one.
    pub fn average(&self, from: Millis, to: Millis) -> Option<f64> {
        self.average.as_ref().map(|average| average(from, to))
    }
}

fn simulated(
    labels: Vec<(&'static str, String)>,
    value: impl Fn(Millis) -> Option<f64> + 'static,
) -> Simulated {
    Simulated { labels, value: Box::new(value), average: None }
}

/// The series of a metric; none for a name the demo does not have, as in Prometheus.
pub fn catalogue(demo: Demo, metric: &str) -> Vec<Simulated> {
    if let Some(name) = metric.strip_prefix("service:") {
        return (0..SERVICES.len()).flat_map(|i| service_series(demo, i, name)).collect();
    }
    let one = |value: fn(&Demo, Millis) -> f64| vec![simulated(Vec::new(), move |t| Some(value(&demo, t)))];
    match metric {
        "fleet:latency_seconds:p50" => one(|d, t| d.latency(t, 50)),
        "fleet:latency_seconds:p95" => one(|d, t| d.latency(t, 95)),
        "fleet:latency_seconds:p99" => one(|d, t| d.latency(t, 99)),
        "fleet:requests:rate" => one(Demo::requests),
        "fleet:requests_by_class:rate" => [2, 4, 5]
            .into_iter()
            .map(|class| {
                simulated(vec![("class", format!("{class}xx"))], move |t| {
                    Some(demo.requests_by_class(t, class))
                })
            })
            .collect(),
        "fleet:errors:ratio" => one(Demo::errors),
        "fleet:cpu:ratio" => one(Demo::cpu),
        "fleet:memory:ratio" => one(Demo::memory),
        "fleet:disk:ratio" => one(Demo::disk),
        "database_storage_used_bytes" => one(Demo::storage),
        "build_info" => builds(demo),
        "ALERTS" => alert_history(demo),
        _ => Vec::new(),
    }
}

fn service_series(demo: Demo, i: usize, name: &str) -> Vec<Simulated> {
    let Some(service) = SERVICES.get(i) else { return Vec::new() };
    let labels = vec![("service", service.id.to_string())];
    let value: Box<dyn Fn(Millis) -> Option<f64>> = match name {
        "latency_seconds:p95" => Box::new(move |t| demo.service_latency(service, t)),
        "latency_seconds:p50" => Box::new(move |t| demo.service_latency(service, t).map(|l| l * 0.4)),
        "latency_seconds:p99" => Box::new(move |t| demo.service_latency(service, t).map(|l| l * 1.8)),
        "requests:rate" => Box::new(move |t| Some(demo.service_requests(service, t))),
        "requests_by_class:rate" => {
            let class = |name: &str, share: fn(f64) -> f64| {
                let labels = vec![("service", service.id.to_string()), ("class", name.to_string())];
                simulated(labels, move |t| {
                    Some(demo.service_requests(service, t) * share(demo.service_errors(service, t)))
                })
            };
            return vec![class("2xx", |e| 0.98 - e), class("4xx", |_| 0.02), class("5xx", |e| e)];
        }
        "latency_buckets:rate" => {
            if service.has_requests() {
                return BUCKETS.iter().map(|le| bucket(demo, service, *le)).collect();
            }
            return Vec::new();
        }
        // What fails, as a rate; its increase is a count of events.
        "failures:rate" => {
            Box::new(move |t| Some(demo.service_requests(service, t) * demo.service_errors(service, t)))
        }
        "errors:ratio" => Box::new(move |t| Some(demo.service_errors(service, t))),
        "cpu:ratio" => Box::new(move |t| Some(demo.service_cpu(service, t))),
        "memory:ratio" => Box::new(move |t| Some(demo.service_memory(service, t))),
        "disk:ratio" => Box::new(move |t| Some(demo.disk(t) * (0.7 + 0.1 * i as f64))),
        "up:ratio" => {
            let up = move |t| Some(f64::from(u8::from(demo.is_up(service.id, t))));
            let average: Box<dyn Fn(Millis, Millis) -> f64> =
                Box::new(move |from, to| demo.uptime(service.id, from, to));
            return vec![Simulated { labels, value: Box::new(up), average: Some(average) }];
        }
        _ => return Vec::new(),
    };
    // A service without requests has no such series, rather than an empty one.
    if value(demo.anchor).is_none() { Vec::new() } else { vec![Simulated { labels, value, average: None }] }
}

/// A version of the API gateway twice a week; each is there while it runs.
fn builds(demo: Demo) -> Vec<Simulated> {
    (-9..=4)
        .map(|n| {
            let labels = vec![("service", "api-gateway".to_string()), ("version", format!("v2.{}", 40 + n))];
            simulated(labels, move |t| (demo.build(t) == n).then_some(1.0))
        })
        .collect()
}

/// Bounds of the latency histograms, seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, f64::INFINITY];

/// Requests a second that took no longer than `le`.
fn bucket(demo: Demo, service: &'static Service, le: f64) -> Simulated {
    let bound = if le.is_finite() { le.to_string() } else { "+Inf".into() };
    let labels = vec![("service", service.id.to_string()), ("le", bound)];
    simulated(labels, move |t| {
        let p95 = demo.service_latency(service, t)?;
        // Log-logistic around the median, as wide as the quantiles say.
        let share = if le.is_finite() { 1.0 / (1.0 + (0.4 * p95 / le).powf(3.2)) } else { 1.0 };
        Some(demo.service_requests(service, t) * share)
    })
}

fn alert_history(demo: Demo) -> Vec<Simulated> {
    let firing = |name: &str, service: &str, on: Box<dyn Fn(Millis) -> bool>| {
        let labels = vec![
            ("alertname", name.to_string()),
            ("alertstate", "firing".to_string()),
            ("service", service.to_string()),
            ("severity", "sev2".to_string()),
        ];
        simulated(labels, move |t| on(t).then_some(1.0))
    };
    let pool = demo.pool_saturated();
    vec![
        firing("High latency", "api-gateway", Box::new(move |t| demo.slow_api(t))),
        firing("Connection pool saturated", "database", Box::new(move |t| pool.overlap(t, t + 1) > 0)),
    ]
}

//! The little of PromQL that the demo's own queries use: a selector, and a function over time of one.

use super::Demo;
use super::fleet::{SERVICES, Service};
use crate::domain::time::{MINUTE, Millis, parse_duration};

/// A query the demo can answer.
#[derive(Debug, PartialEq)]
pub struct Query {
    function: Option<(Function, Millis)>,
    metric: String,
    /// name, operator, value
    matchers: Vec<(String, String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Average,
    Max,
}

/// One simulated series.
pub struct Simulated {
    pub labels: Vec<(&'static str, String)>,
    value: Box<dyn Fn(Millis) -> Option<f64>>,
    /// exact share over a span, where the metric is an uptime
    average: Option<Box<dyn Fn(Millis, Millis) -> f64>>,
}

/// Reads a query, or says in Prometheus's manner what it cannot read.
pub fn parse(text: &str) -> Result<Query, String> {
    let text = text.trim();
    for (name, function) in [("avg_over_time", Function::Average), ("max_over_time", Function::Max)] {
        if let Some(inner) =
            text.strip_prefix(name).and_then(|t| t.trim().strip_prefix('(')?.strip_suffix(')'))
        {
            let (selector, range) = inner.rsplit_once('[').ok_or("parse error: no range")?;
            let range = range.trim_end().strip_suffix(']').and_then(|r| r.split(':').next());
            let range = range.and_then(parse_duration).ok_or("parse error: bad duration")?;
            let (metric, matchers) = selector_of(selector.trim())?;
            return Ok(Query { function: Some((function, range)), metric, matchers });
        }
    }
    let (metric, matchers) = selector_of(text)?;
    Ok(Query { function: None, metric, matchers })
}

type Selector = (String, Vec<(String, String, String)>);

fn selector_of(text: &str) -> Result<Selector, String> {
    let text = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text).trim();
    let (metric, rest) = text.split_at(text.find('{').unwrap_or(text.len()));
    let metric = metric.trim();
    if metric.is_empty() || !metric.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':') {
        return Err(format!("the demo answers selectors and *_over_time of them, not {text:?}"));
    }
    let mut matchers = Vec::new();
    let inside = rest.trim().trim_start_matches('{').trim_end_matches('}');
    for part in inside.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let operator =
            ["=~", "!=", "="].into_iter().find(|o| part.contains(o)).ok_or("parse error: bad matcher")?;
        let (name, value) = part.split_once(operator).ok_or("parse error: bad matcher")?;
        matchers.push((name.trim().into(), operator.into(), value.trim().trim_matches('"').into()));
    }
    Ok((metric.into(), matchers))
}

impl Query {
    /// The series that match.
    pub fn series(&self, demo: &Demo) -> Vec<Simulated> {
        let fits = |s: &Simulated| {
            self.matchers.iter().all(|(name, operator, value)| {
                let known = s.labels.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
                match operator.as_str() {
                    "=" => known == value,
                    "!=" => known != value,
                    _ => value.split('|').any(|v| v == known),
                }
            })
        };
        catalogue(*demo, &self.metric).into_iter().filter(fits).collect()
    }

    /// The value of one of its series at an instant.
    pub fn value(&self, series: &Simulated, at: Millis) -> Option<f64> {
        match (self.function, &series.average) {
            (None, _) => (series.value)(at),
            (Some((Function::Average, range)), Some(exact)) => Some(exact(at - range, at)),
            (Some((function, range)), _) => {
                let step = (range / 288).max(MINUTE);
                let samples: Vec<f64> =
                    (0..range / step).filter_map(|i| (series.value)(at - i * step)).collect();
                if samples.is_empty() {
                    return None;
                }
                Some(match function {
                    Function::Max => samples.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    Function::Average => samples.iter().sum::<f64>() / samples.len() as f64,
                })
            }
        }
    }
}

fn simulated(
    labels: Vec<(&'static str, String)>,
    value: impl Fn(Millis) -> Option<f64> + 'static,
) -> Simulated {
    Simulated { labels, value: Box::new(value), average: None }
}

/// The series of a metric; none for a name the demo does not have, as in Prometheus.
fn catalogue(demo: Demo, metric: &str) -> Vec<Simulated> {
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

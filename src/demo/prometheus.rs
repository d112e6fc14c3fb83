//! The simulated figures in the wire format of Prometheus.

use super::fleet::{self, Demo};
use super::prometheus_queries::{Query, parse};
use super::wire::json;
use crate::domain::number::parse_number;
use crate::domain::time::Millis;
use crate::sources::{Request, Response};
use std::fmt::Write;

/// Answers what is asked below `/api/v1`.
pub fn answer(demo: &Demo, request: &Request, now: Millis) -> Option<Response> {
    Some(match request.path.as_str() {
        "/api/v1/query" => instant(demo, request, now),
        "/api/v1/query_range" => range(demo, request, now),
        "/api/v1/alerts" => success(r#"{"alerts":[]}"#),
        "/api/v1/rules" => rules(),
        "/api/v1/targets" => targets(),
        "/api/v1/status/buildinfo" => build_info(),
        _ => return None,
    })
}

fn refuse(message: &str) -> Response {
    json(400, format!(r#"{{"status":"error","errorType":"bad_data","error":{message:?}}}"#))
}

fn success(data: &str) -> Response {
    json(200, format!(r#"{{"status":"success","data":{data}}}"#))
}

fn query(request: &Request) -> Result<Query, String> {
    parse(request.parameter("query").ok_or("no query")?)
}

fn millis(request: &Request, name: &str) -> Option<Millis> {
    let seconds = parse_number(request.parameter(name)?)?;
    seconds.is_finite().then_some((seconds * 1000.0) as Millis)
}

fn instant(demo: &Demo, request: &Request, now: Millis) -> Response {
    let query = match query(request) {
        Ok(query) => query,
        Err(message) => return refuse(&message),
    };
    let at = millis(request, "time").unwrap_or(now);
    let mut result = String::new();
    for series in query.series(demo) {
        if let Some(value) = series.value(at) {
            separate(&mut result);
            metric(&mut result, &series.labels);
            push(&mut result, format_args!(r#","value":[{},"{value}"]}}"#, at as f64 / 1000.0));
        }
    }
    success(&format!(r#"{{"resultType":"vector","result":[{result}]}}"#))
}

fn range(demo: &Demo, request: &Request, now: Millis) -> Response {
    let query = match query(request) {
        Ok(query) => query,
        Err(message) => return refuse(&message),
    };
    let times = (millis(request, "start"), millis(request, "end"), millis(request, "step"));
    let (Some(start), Some(end), Some(step @ 1..)) = times else {
        return refuse("invalid start, end or step");
    };
    if (end - start) / step > crate::sources::prometheus::MAX_POINTS {
        return refuse("exceeded maximum resolution of 11,000 points per timeseries");
    }
    let mut result = String::new();
    for series in query.series(demo) {
        let mut values = String::new();
        let mut t = start;
        // As in the real thing, the future has no samples.
        while t <= end.min(now) {
            if let Some(value) = series.value(t) {
                separate(&mut values);
                push(&mut values, format_args!(r#"[{},"{value}"]"#, t as f64 / 1000.0));
            }
            t += step;
        }
        if !values.is_empty() {
            separate(&mut result);
            metric(&mut result, &series.labels);
            push(&mut result, format_args!(r#","values":[{values}]}}"#));
        }
    }
    success(&format!(r#"{{"resultType":"matrix","result":[{result}]}}"#))
}

fn separate(list: &mut String) {
    if !list.is_empty() {
        list.push(',');
    }
}

fn metric(out: &mut String, labels: &[(String, String)]) {
    out.push_str(r#"{"metric":{"#);
    for (i, (name, value)) in labels.iter().enumerate() {
        push(out, format_args!("{}\"{name}\":\"{value}\"", if i == 0 { "" } else { "," }));
    }
    out.push('}');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(text).unwrap_or_default();
}

fn rules() -> Response {
    let rule = |name: &str, query: &str, seconds: u32| {
        format!(
            r#"{{"state":"inactive","name":"{name}","query":"{query}","duration":{seconds},"labels":{{}},"annotations":{{}},"alerts":[],"health":"ok","type":"alerting"}}"#
        )
    };
    let rules = [
        rule("High latency", "fleet:latency_seconds:p95 > 0.5", 300),
        rule("Traffic drop", "fleet:requests:rate < 2500", 0),
        rule("High error rate", "fleet:errors:ratio > 0.01", 120),
        rule("CPU saturated", "fleet:cpu:ratio > 0.8", 600),
        rule("Connection pool saturated", "database_pool_used_ratio > 0.95", 60),
    ];
    success(&format!(
        r#"{{"groups":[{{"name":"golden signals","file":"demo","interval":30,"rules":[{}]}}]}}"#,
        rules.join(",")
    ))
}

fn targets() -> Response {
    let target = |s: &fleet::Service| {
        format!(r#"{{"labels":{{"job":"fleet","instance":"{}"}},"health":"up","lastError":""}}"#, s.id)
    };
    let targets: Vec<String> = fleet::SERVICES.iter().map(target).collect();
    success(&format!(r#"{{"activeTargets":[{}],"droppedTargets":[]}}"#, targets.join(",")))
}

fn build_info() -> Response {
    success(r#"{"version":"demo","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":""}"#)
}

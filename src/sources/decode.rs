//! Every reader of every system over recorded bytes, for `fourlights decode` and `fourlights request`, and for the
//! tests that feed damaged bytes to all of them.
//!
//! What was understood is printed as JSON, so that a bug report carries what a reader made of a response.

pub use super::decode_way::{Asked, MakeRequest, ReadValue, Way};

use super::decode_way::instant;
use super::system::{Call, System};
use super::{Parsed, Response, SourceError, Warning};
use crate::domain::alert::{Alert, Silence};
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::firings::Firings;
use crate::domain::incident::Incident;
use crate::domain::labels::Labels;
use crate::domain::paging::Named;
use crate::domain::public::{ComponentStatus, Notice};
use crate::domain::series::Frame;
use crate::domain::time::Millis;
use crate::sources::{Group, Probe};
use serde_json::{Map, Value, json};

/// All ways of a system, in the order of its capabilities.
pub fn ways(system: &'static System) -> Vec<Way> {
    let mut all = Vec::new();
    if let Some(probe) = system.probe {
        all.push(way("probe", "version and state", probe(), probe_value));
    }
    if let Some(metrics) = system.metrics {
        let read = move |response: &Response, _: &str| Ok(metrics.read(response)?.map(frame_value));
        all.push(Way {
            what: "series",
            about: "the answer to a query over a range",
            request: Box::new(move |asked| {
                metrics.range(&asked.query.into(), asked.start, asked.end, asked.step)
            }),
            read: Box::new(read),
        });
        all.push(Way {
            what: "figures",
            about: "the answer to a query at one instant",
            request: Box::new(move |asked| metrics.instant(&asked.query.into(), asked.end)),
            read: Box::new(read),
        });
        if metrics.has_firings() {
            all.push(Way {
                what: "firings",
                about: "when alerts fired",
                request: Box::new(move |asked| {
                    let request = metrics.firings(asked.start, asked.end, asked.step, true);
                    request.ok_or_else(|| system.lacks("a record of firing alerts"))
                }),
                read: Box::new(move |response, source| {
                    Ok(metrics.read(response)?.map(|changes| firings_value(&changes, source)))
                }),
            });
        }
        all.extend(metrics.clock().map(|c| way("clock", "what it takes the time to be", c, instant)));
        all.extend(metrics.rules().map(|c| way("rules", "the rules it evaluates", c, rules_value)));
        all.extend(metrics.targets().map(|c| way("targets", "what it collects from", c, targets_value)));
    }
    if let Some(alerts) = system.alerts {
        all.push(way("alerts", "what is active", alerts.active(), alerts_value));
        all.extend(alerts.silences().map(|c| way("silences", "its silences", c, silences_value)));
        all.extend(
            alerts.groups().map(|c| way("groups", "alerts as they are sent together", c, groups_value)),
        );
    }
    if let Some(notices) = system.notices {
        all.push(way("incidents", "the incidents of its page", notices.incidents(), notices_value));
        all.push(way("unresolved", "those that are open", notices.unresolved(), notices_value));
        all.push(way("maintenances", "the maintenances of its page", notices.maintenances(), notices_value));
        all.push(way("open", "open incidents as the console counts them", notices.open(), incidents_value));
        let components = notices.components();
        all.extend(components.map(|c| way("components", "the components of its page", c, components_value)));
    }
    all.extend(super::decode_pager::ways(system));
    all
}

fn way<T: 'static>(what: &'static str, about: &'static str, call: Call<T>, value: fn(T) -> Value) -> Way {
    let request = call.request.clone();
    Way {
        what,
        about,
        request: Box::new(move |_| Ok(request.clone())),
        read: Box::new(move |response, source| Ok(call.read_all(response, source)?.map(value))),
    }
}

/// One line of `fourlights decode`: what was read with its warnings, or the error with its kind and remedy.
///
/// ```json
/// {"file":"a.json","kind":"prometheus","what":"alerts","ok":true,"data":[..],"warnings":[..]}
/// {"file":"b.json","kind":"prometheus","what":"alerts","ok":false,"error":{"kind":"Status","message":"..","remedy":".."}}
/// ```
pub fn line(file: &str, kind: &str, what: &str, read: Result<Parsed<Value>, SourceError>) -> Value {
    let mut line = Map::from_iter([
        ("file".to_string(), json!(file)),
        ("kind".to_string(), json!(kind)),
        ("what".to_string(), json!(what)),
        ("ok".to_string(), json!(read.is_ok())),
    ]);
    match read {
        Ok(parsed) => {
            line.insert("data".into(), parsed.data);
            line.insert("warnings".into(), parsed.warnings.iter().map(warning_value).collect());
        }
        Err(error) => {
            line.insert(
                "error".into(),
                json!({"kind": error.name(), "message": error.to_string(), "remedy": error.remedy()}),
            );
        }
    }
    Value::Object(line)
}

fn warning_value(warning: &Warning) -> Value {
    json!({"kind": format!("{:?}", warning.kind), "text": warning.text})
}

fn labels_value(labels: &Labels) -> Value {
    Value::Object(labels.iter().map(|(name, value)| (name.to_string(), json!(value))).collect())
}

/// As Prometheus writes a value: JSON has no infinity and no NaN.
fn number(value: f64) -> Value {
    match value {
        v if v.is_finite() => json!(v),
        v if v.is_nan() => json!("NaN"),
        v if v > 0.0 => json!("+Inf"),
        _ => json!("-Inf"),
    }
}

fn probe_value(probe: Probe) -> Value {
    let facts: Map<String, Value> =
        probe.facts.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    json!({"version": probe.version, "facts": facts})
}

fn frame_value(frame: Frame) -> Value {
    let sample = |(at, value): (Millis, f64)| json!([at, number(value)]);
    let series = |s: &crate::domain::series::Series| json!({"labels": labels_value(&s.labels), "samples": s.samples().map(sample).collect::<Vec<_>>()});
    frame.series.iter().map(series).collect()
}

/// The step is the shortest distance between two instants of the answer.
fn firings_value(changes: &Frame, source: &str) -> Value {
    let mut instants: Vec<Millis> =
        changes.series.iter().flat_map(|s| s.samples().map(|(at, _)| at)).collect();
    instants.sort_unstable();
    instants.dedup();
    let step =
        instants.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).min().unwrap_or(30_000);
    let until = instants.last().copied().unwrap_or(0);
    alerts_value(Firings::new(changes, step, until).resolved(source, until))
}

fn rules_value(groups: Vec<RuleGroup>) -> Value {
    let rule = |r: &crate::domain::evaluated::Rule| {
        json!({"name": r.name, "query": r.query, "state": r.state, "for_seconds": r.duration, "health": r.health,
               "last_error": r.last_error})
    };
    groups
        .iter()
        .map(|g| json!({"name": g.name, "rules": g.rules.iter().map(rule).collect::<Vec<_>>()}))
        .collect()
}

fn targets_value(targets: Targets) -> Value {
    let down: Vec<Value> =
        targets.down.iter().map(|(name, error)| json!({"target": name, "error": error})).collect();
    json!({"up": targets.up, "down": down})
}

fn alerts_value(alerts: Vec<Alert>) -> Value {
    let alert = |a: Alert| {
        json!({
            "name": a.name, "state": a.state.name(), "severity": a.severity.map(|s| s.name()),
            "severity_word": a.severity_word, "labels": labels_value(&a.labels), "summary": a.summary,
            "runbook_url": a.runbook_url, "started": a.started.map(instant), "ended": a.ended.map(instant),
            "silence": a.silence, "muted_by": a.muted_by, "ended_because": a.ended_because,
        })
    };
    alerts.into_iter().map(alert).collect()
}

fn silences_value(silences: Vec<Silence>) -> Value {
    let silence = |s: Silence| {
        json!({"id": s.id, "matchers": s.matchers.iter().map(ToString::to_string).collect::<Vec<_>>(), "starts": s.starts.map(instant), "ends": s.ends.map(instant),
               "created_by": s.created_by, "comment": s.comment, "state": s.state})
    };
    silences.into_iter().map(silence).collect()
}

fn groups_value(groups: Vec<Group>) -> Value {
    let group =
        |g: Group| json!({"labels": labels_value(&g.labels), "receiver": g.receiver, "alerts": g.n_alerts});
    groups.into_iter().map(group).collect()
}

fn incidents_value(incidents: Vec<Incident>) -> Value {
    let incident = |i: Incident| {
        json!({"title": i.title, "severity": i.severity.map(|s| s.name()), "started": i.started.map(instant),
               "status": i.status})
    };
    incidents.into_iter().map(incident).collect()
}

fn components_value(all: Vec<(Named, ComponentStatus)>) -> Value {
    all.iter().map(|(c, status)| json!({"id": c.id, "name": c.name, "status": status.name()})).collect()
}

fn notices_value(notices: Vec<Notice>) -> Value {
    let notice = |n: Notice| {
        let updates: Vec<Value> = n
            .updates
            .iter()
            .map(|u| json!({"at": instant(u.at), "status": u.phase.name(), "text": u.body.text()}))
            .collect();
        let components: Vec<Value> =
            n.affected.iter().map(|(name, status)| json!({"name": name, "status": status.name()})).collect();
        json!({
            "id": n.id, "title": n.title, "impact": n.impact.name(), "started": instant(n.started),
            "ended": n.ended.map(instant),
            "window": n.window.map(|w| json!({"start": instant(w.start), "end": instant(w.end)})),
            "components": components, "updates": updates,
        })
    };
    notices.into_iter().map(notice).collect()
}

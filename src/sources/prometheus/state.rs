//! Alerts, rules, targets and the version of a Prometheus.

use super::envelope;
use crate::domain::alert::{Alert, State, without_meta};
use crate::domain::evaluated::{Rule, RuleGroup, Targets};
use crate::domain::labels::Labels;
use crate::domain::severity::Severity;
use crate::domain::time::parse_rfc3339;
use crate::sources::json::{self, List};
use crate::sources::{Parsed, Response, SourceError};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Default, Deserialize)]
struct AlertsData {
    alerts: List<RawAlert>,
}

#[derive(Deserialize)]
struct RawAlert {
    #[serde(default, deserialize_with = "json::texts")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::texts")]
    annotations: BTreeMap<String, String>,
    #[serde(deserialize_with = "json::or_default")]
    state: String,
    #[serde(default, deserialize_with = "json::or_default", rename = "activeAt")]
    active_at: String,
}

/// Active and pending alerts, as evaluated by the server named `source`.
pub fn read_alerts(response: &Response, source: &str) -> Result<Parsed<Vec<Alert>>, SourceError> {
    let Parsed { data, mut warnings } = envelope::open::<AlertsData>(response)?;
    let parsed = data.alerts.parsed("alerts");
    warnings.extend(parsed.warnings);
    Ok(Parsed { data: parsed.data.into_iter().map(|raw| alert(raw, source)).collect(), warnings })
}

fn alert(raw: RawAlert, source: &str) -> Alert {
    let labels: Labels = raw.labels.into_iter().collect();
    let annotation = |name: &str| raw.annotations.get(name).cloned();
    Alert {
        name: labels.get("alertname").unwrap_or("unnamed").into(),
        state: if raw.state == "pending" { State::Pending } else { State::Firing },
        severity: labels.get("severity").and_then(Severity::parse),
        summary: annotation("summary").or_else(|| annotation("description")),
        runbook_url: annotation("runbook_url"),
        labels: without_meta(&labels),
        started: parse_rfc3339(&raw.active_at),
        source: source.into(),
        ..Alert::default()
    }
}

#[derive(Default, Deserialize)]
struct RulesData {
    groups: List<RawGroup>,
}

#[derive(Deserialize)]
struct RawGroup {
    #[serde(deserialize_with = "json::or_default")]
    name: String,
    #[serde(default)]
    rules: List<RawRule>,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(deserialize_with = "json::or_default")]
    name: String,
    #[serde(default, deserialize_with = "json::or_default")]
    query: String,
    #[serde(default)]
    state: Option<String>,
    /// the `for` of an alerting rule, seconds
    #[serde(default)]
    duration: Option<f64>,
    #[serde(default, deserialize_with = "json::or_default")]
    health: String,
    #[serde(default, rename = "lastError")]
    last_error: Option<String>,
}

impl From<RawRule> for Rule {
    fn from(raw: RawRule) -> Self {
        let RawRule { name, query, state, duration, health, last_error } = raw;
        Self { name, query, state, duration, health, last_error }
    }
}

pub fn read_rules(response: &Response) -> Result<Parsed<Vec<RuleGroup>>, SourceError> {
    let Parsed { data, mut warnings } = envelope::open::<RulesData>(response)?;
    let parsed = data.groups.parsed("rule groups");
    warnings.extend(parsed.warnings);
    let n_odd = parsed.data.iter().map(|group| group.rules.n_odd).sum();
    warnings.extend(json::left_out(n_odd, "rules"));
    let group = |raw: RawGroup| RuleGroup {
        name: raw.name,
        rules: raw.rules.items.into_iter().map(Rule::from).collect(),
    };
    Ok(Parsed { data: parsed.data.into_iter().map(group).collect(), warnings })
}

#[derive(Default, Deserialize)]
struct TargetsData {
    #[serde(default, rename = "activeTargets")]
    active: List<RawTarget>,
}

#[derive(Deserialize)]
struct RawTarget {
    #[serde(default, deserialize_with = "json::texts")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::or_default")]
    health: String,
    #[serde(default, deserialize_with = "json::or_default", rename = "lastError")]
    last_error: String,
}

pub fn read_targets(response: &Response) -> Result<Parsed<Targets>, SourceError> {
    let Parsed { data, mut warnings } = envelope::open::<TargetsData>(response)?;
    let parsed = data.active.parsed("targets");
    warnings.extend(parsed.warnings);
    let mut targets = Targets::default();
    for target in parsed.data {
        if target.health == "up" {
            targets.up += 1;
        } else {
            let label = |name: &str| target.labels.get(name).map_or("?", String::as_str);
            targets.down.push((format!("{} {}", label("job"), label("instance")), target.last_error));
        }
    }
    Ok(Parsed { data: targets, warnings })
}

/// Name and version of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct BuildInfo {
    #[serde(default, deserialize_with = "json::or_default")]
    pub version: String,
}

pub fn read_build_info(response: &Response) -> Result<Parsed<BuildInfo>, SourceError> {
    envelope::open(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    #[test]
    fn alerts_are_read_and_an_odd_one_is_a_warning() {
        let parsed = read_alerts(
            &ok(r#"{"status":"success","data":{"alerts":[
                {"labels":{"alertname":"HighLatency","severity":"sev2","service":"api"},
                 "annotations":{"summary":"slow"},"state":"firing","activeAt":"2026-11-23T21:07:07.123456789Z","value":"1e+00"},
                {"labels":{"alertname":"P"},"annotations":{},"state":"pending","activeAt":"garbage","value":"0"},
                {"labels":7}]}}"#),
            "prom",
        )
        .unwrap();
        assert_eq!(parsed.warnings.len(), 1);
        let [first, second] = &parsed.data[..] else { panic!("two alerts") };
        assert_eq!(
            (first.name.as_str(), first.state, first.severity),
            ("HighLatency", State::Firing, Some(Severity::Sev2))
        );
        assert_eq!(first.started, Some(1_795_468_027_123));
        assert_eq!((second.state, second.started), (State::Pending, None));
    }

    #[test]
    fn rules_targets_and_version_are_read() {
        let rules = read_rules(&ok(
            r#"{"status":"success","data":{"groups":[{"name":"g","file":"f","interval":15,"rules":[
                {"state":"inactive","name":"A","query":"up == 0","duration":120,"labels":{},"annotations":{},"alerts":[],"health":"ok","type":"alerting"},
                {"name":"r","query":"sum(up)","health":"ok","type":"recording"}]}]}}"#,
        ))
        .unwrap()
        .data;
        assert_eq!((rules[0].rules[0].duration, rules[0].rules[1].state.as_deref()), (Some(120.0), None));
        let targets = read_targets(&ok(
            r#"{"status":"success","data":{"activeTargets":[{"labels":{"job":"a","instance":"i"},"health":"down","lastError":"refused"},{"labels":{},"health":"up"}]}}"#,
        ))
        .unwrap()
        .data;
        assert_eq!(targets, Targets { up: 1, down: vec![("a i".into(), "refused".into())] });
        let build =
            read_build_info(&ok(r#"{"status":"success","data":{"version":"2.42.0","goVersion":"x"}}"#))
                .unwrap();
        assert_eq!(build.data.version, "2.42.0");
    }
}

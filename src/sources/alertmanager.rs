//! Alertmanager's API v2: alerts, groups, silences and status.
//!
//! Source: `api/v2/openapi.yaml` of prometheus/alertmanager. Fields that older or newer versions lack
//! are optional here.

use super::http::{Request, Response};
use super::json::{self, List};
use super::{Parsed, SourceError};
use crate::domain::alert::{Alert, Silence, State, without_meta};
use crate::domain::labels::Labels;
use crate::domain::severity::Severity;
use crate::domain::time::parse_rfc3339;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

pub fn alerts() -> Request {
    Request::get("/api/v2/alerts")
}

pub fn groups() -> Request {
    Request::get("/api/v2/alerts/groups")
}

pub fn silences() -> Request {
    Request::get("/api/v2/silences")
}

pub fn status() -> Request {
    Request::get("/api/v2/status")
}

#[derive(Deserialize)]
struct RawAlert {
    #[serde(default, deserialize_with = "json::texts")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::texts")]
    annotations: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::or_default", rename = "startsAt")]
    starts_at: String,
    #[serde(default, deserialize_with = "json::or_default")]
    status: RawStatus,
}

#[derive(Default, Deserialize)]
struct RawStatus {
    #[serde(default, rename = "silencedBy")]
    silenced_by: List<String>,
    #[serde(default, rename = "inhibitedBy")]
    inhibited_by: List<String>,
}

#[derive(Deserialize)]
struct RawGroup {
    #[serde(default, deserialize_with = "json::texts")]
    labels: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "json::or_default")]
    receiver: RawReceiver,
    #[serde(default)]
    alerts: List<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct RawReceiver {
    #[serde(default, deserialize_with = "json::or_default")]
    name: String,
}

/// Alerts that Alertmanager sends together.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub labels: Labels,
    pub receiver: String,
    pub n_alerts: usize,
}

#[derive(Deserialize)]
struct RawSilence {
    #[serde(default, deserialize_with = "json::or_default")]
    id: String,
    #[serde(default)]
    matchers: List<RawMatcher>,
    #[serde(default, deserialize_with = "json::or_default", rename = "startsAt")]
    starts_at: String,
    #[serde(default, deserialize_with = "json::or_default", rename = "endsAt")]
    ends_at: String,
    #[serde(default, deserialize_with = "json::or_default", rename = "createdBy")]
    created_by: String,
    #[serde(default, deserialize_with = "json::or_default")]
    comment: String,
    #[serde(default, deserialize_with = "json::or_default")]
    status: RawState,
}

#[derive(Default, Deserialize)]
struct RawState {
    #[serde(default, deserialize_with = "json::or_default")]
    state: String,
}

#[derive(Deserialize)]
struct RawMatcher {
    #[serde(deserialize_with = "json::or_default")]
    name: String,
    #[serde(deserialize_with = "json::or_default")]
    value: String,
    #[serde(default, deserialize_with = "json::or_default", rename = "isRegex")]
    is_regex: bool,
    /// older versions know only that it is
    #[serde(default, rename = "isEqual")]
    is_equal: Option<bool>,
}

/// Version and cluster state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    pub version: String,
    /// `ready`, `settling` or `disabled`
    pub cluster: String,
}

#[derive(Deserialize)]
struct RawAmStatus {
    #[serde(deserialize_with = "json::or_default", rename = "versionInfo")]
    version: RawVersion,
    #[serde(default, deserialize_with = "json::or_default")]
    cluster: RawCluster,
}

#[derive(Default, Deserialize)]
struct RawVersion {
    #[serde(default, deserialize_with = "json::or_default")]
    version: String,
}

#[derive(Default, Deserialize)]
struct RawCluster {
    #[serde(default, deserialize_with = "json::or_default")]
    status: String,
}

pub fn read_alerts(response: &Response, source: &str) -> Result<Parsed<Vec<Alert>>, SourceError> {
    let parsed = list::<RawAlert>(response, "alerts")?;
    Ok(parsed.map(|raw| raw.into_iter().map(|a| alert(a, source)).collect()))
}

fn alert(raw: RawAlert, source: &str) -> Alert {
    let labels: Labels = raw.labels.into_iter().collect();
    let annotation = |name: &str| raw.annotations.get(name).cloned();
    let state = match &raw.status {
        s if !s.silenced_by.items.is_empty() => State::Silenced,
        s if !s.inhibited_by.items.is_empty() => State::Inhibited,
        _ => State::Firing,
    };
    Alert {
        name: labels.get("alertname").unwrap_or("unnamed").into(),
        state,
        severity: labels.get("severity").and_then(Severity::parse),
        summary: annotation("summary").or_else(|| annotation("description")),
        runbook_url: annotation("runbook_url"),
        labels: without_meta(&labels),
        started: parse_rfc3339(&raw.starts_at),
        ended: None,
        source: source.into(),
        silence: raw.status.silenced_by.items.into_iter().next(),
        ended_because: None,
    }
}

pub fn read_groups(response: &Response) -> Result<Parsed<Vec<Group>>, SourceError> {
    let parsed = list::<RawGroup>(response, "groups")?;
    let group = |g: RawGroup| Group {
        labels: g.labels.into_iter().collect(),
        receiver: g.receiver.name,
        n_alerts: g.alerts.items.len(),
    };
    Ok(parsed.map(|raw| raw.into_iter().map(group).collect()))
}

pub fn read_silences(response: &Response) -> Result<Parsed<Vec<Silence>>, SourceError> {
    let parsed = list::<RawSilence>(response, "silences")?;
    Ok(parsed.map(|raw| raw.into_iter().map(silence).collect()))
}

fn silence(raw: RawSilence) -> Silence {
    let matcher = |m: &RawMatcher| {
        let operator = match (m.is_equal.unwrap_or(true), m.is_regex) {
            (true, false) => "=",
            (true, true) => "=~",
            (false, false) => "!=",
            (false, true) => "!~",
        };
        format!("{}{operator}{:?}", m.name, m.value)
    };
    Silence {
        id: raw.id,
        matchers: raw.matchers.items.iter().map(matcher).collect(),
        starts: parse_rfc3339(&raw.starts_at),
        ends: parse_rfc3339(&raw.ends_at),
        created_by: raw.created_by,
        comment: raw.comment,
        state: raw.status.state,
    }
}

pub fn read_status(response: &Response) -> Result<Parsed<Status>, SourceError> {
    check(response)?;
    let raw: RawAmStatus = json::read(&response.body)?;
    Ok(Parsed::new(Status { version: raw.version.version, cluster: raw.cluster.status }))
}

fn list<T: serde::de::DeserializeOwned>(
    response: &Response,
    what: &str,
) -> Result<Parsed<Vec<T>>, SourceError> {
    check(response)?;
    let all: List<T> = json::read(&response.body)?;
    Ok(all.parsed(what))
}

/// Errors come in two forms: `{"code":602,"message":".."}` and a plain JSON string. None of them comes from
/// what a person wrote: there are no queries.
fn check(response: &Response) -> Result<(), SourceError> {
    #[derive(Deserialize)]
    struct Failure {
        message: String,
    }
    let own_words = !matches!(response.status, 401 | 403 | 407 | 429 | 503);
    if response.status >= 400 && own_words {
        let message = serde_json::from_slice::<Failure>(&response.body)
            .map(|f| f.message)
            .or_else(|_| serde_json::from_slice::<String>(&response.body));
        if let Ok(excerpt) = message {
            return Err(SourceError::Status { status: response.status, excerpt });
        }
    }
    SourceError::of_status(response).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn states_follow_silences_and_inhibitions() {
        let body = r#"[
            {"labels":{"alertname":"A"},"annotations":{},"startsAt":"2026-11-23T21:07:07Z","endsAt":"","fingerprint":"f",
             "receivers":[{"name":"r"}],"status":{"state":"active","silencedBy":[],"inhibitedBy":[]}},
            {"labels":{"alertname":"B"},"status":{"state":"suppressed","silencedBy":["id1"],"inhibitedBy":["x"],"mutedBy":[]}},
            {"labels":{"alertname":"C"},"status":{"state":"suppressed","silencedBy":[],"inhibitedBy":["x"]}},
            "odd"]"#;
        let parsed = read_alerts(&answer(200, body), "am").unwrap();
        let states: Vec<_> = parsed.data.iter().map(|a| a.state).collect();
        assert_eq!(states, [State::Firing, State::Silenced, State::Inhibited]);
        assert_eq!(parsed.data[1].silence.as_deref(), Some("id1"));
        assert_eq!(parsed.warnings.len(), 1);
    }

    #[test]
    fn silences_groups_and_status_are_read() {
        let body = r#"[{"id":"s1","matchers":[{"name":"a","value":"b","isRegex":true},{"name":"c","value":"d","isRegex":false,"isEqual":false}],
            "startsAt":"2026-11-23T21:07:07Z","endsAt":"2026-11-23T22:07:07Z","createdBy":"me","comment":"why","status":{"state":"active"}}]"#;
        let silence = read_silences(&answer(200, body)).unwrap().data.remove(0);
        assert_eq!(silence.matchers, [r#"a=~"b""#, r#"c!="d""#]);
        let body = r#"[{"labels":{"alertname":"A"},"receiver":{"name":"ops"},"alerts":[{},{}]}]"#;
        let group = read_groups(&answer(200, body)).unwrap().data.remove(0);
        assert_eq!((group.receiver.as_str(), group.n_alerts), ("ops", 2));
        let status =
            read_status(&answer(200, r#"{"cluster":{"status":"ready"},"versionInfo":{"version":"0.25.0"}}"#));
        assert_eq!(status.unwrap().data, Status { version: "0.25.0".into(), cluster: "ready".into() });
    }

    #[test]
    fn both_forms_of_error_are_understood() {
        let status = |status, message: &str| SourceError::Status { status, excerpt: message.into() };
        let failure = |status, body| read_silences(&answer(status, body)).unwrap_err();
        assert_eq!(failure(422, r#"{"code":602,"message":"comment"}"#), status(422, "comment"));
        assert_eq!(failure(400, r#""bad matcher""#), status(400, "bad matcher"));
        assert_eq!(
            failure(429, r#""slow down""#),
            SourceError::RateLimited { status: 429, retry_after: None }
        );
        assert_eq!(failure(403, r#""no""#), SourceError::Denied { status: 403 });
        assert_eq!(failure(200, "[{"), SourceError::CutOff);
    }
}

//! Alertmanager's API v2: alerts, groups, silences and status.
//!
//! Source: `api/v2/openapi.yaml` of prometheus/alertmanager. Fields that older or newer versions lack
//! are optional here.

use super::http::{Request, Response};
use super::json::{self, List};
use super::system::Group;
use super::{Parsed, SourceError, Warning};
use crate::domain::alert::{Alert, Origin, Silence, State, without_meta};
use crate::domain::labels::Labels;
use crate::domain::matcher::{Matcher, Operator};
use crate::domain::severity::Severity;
use crate::domain::time::{Millis, parse_rfc3339};
use serde::Deserialize;
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
    #[serde(default, rename = "endsAt")]
    ends_at: Option<String>,
    #[serde(default, rename = "updatedAt")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "json::or_default")]
    status: RawStatus,
}

#[derive(Default, Deserialize)]
struct RawStatus {
    /// `active`, `suppressed` or `unprocessed`
    #[serde(default)]
    state: Option<String>,
    /// names of time intervals; since 0.28
    #[serde(default, rename = "mutedBy")]
    muted_by: List<String>,
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
    alerts: List<RawAlert>,
}

#[derive(Default, Deserialize)]
struct RawReceiver {
    #[serde(default, deserialize_with = "json::or_default")]
    name: String,
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

/// A list up to this size, in bytes, is followed by its groups whatever its version is.
const SMALL: usize = 256 << 10;

/// Whether the groups may say more of the alerts than their list does. Since 0.28 the groups say what a time
/// interval mutes, while the list has an empty `mutedBy`; versions before have no such field in either.
pub fn wants_groups(alerts: &Response) -> bool {
    let body = alerts.body.trim_ascii();
    let names_it = || body.windows(MUTED_BY.len()).any(|part| part == MUTED_BY);
    let is_list = alerts.status == 200 && body.starts_with(b"[") && body.len() > 2;
    is_list && (body.len() <= SMALL || names_it())
}

const MUTED_BY: &[u8] = b"\"mutedBy\"";

/// Reads the list of alerts, and what the groups that were asked for after it say of them. Without the groups
/// an alert that a time interval mutes cannot be told from one that fires, so it fires.
pub fn read_alerts(response: &Response, source: &str) -> Result<Parsed<Vec<Alert>>, SourceError> {
    let mut parsed = list::<RawAlert>(response, "alerts")?;
    if let Some(groups) = &response.followed_by {
        match groups.as_ref().as_ref().map_err(Clone::clone).and_then(|r| list::<RawGroup>(r, "groups")) {
            Ok(groups) => mute(&mut parsed.data, groups.data),
            // It has no groups, so it has no routes that could mute.
            Err(SourceError::Status { status: 404, .. }) => {}
            Err(error) => {
                let text = format!("which alerts a time interval mutes is not known: {error}");
                parsed.warnings.push(Warning::info(text));
            }
        }
    }
    // The server's own clock was at least here: the browser's may be wrong.
    let now = parsed.data.iter().filter_map(|a| instant(a.updated_at.as_deref())).max();
    Ok(parsed.map(|raw| raw.into_iter().map(|a| alert(a, source, now)).collect()))
}

/// Takes over what the groups say of an alert that the list has as active. One that is sent on by several
/// routes is suppressed only where all of them hold it back.
fn mute(alerts: &mut [RawAlert], groups: Vec<RawGroup>) {
    let mut statuses: BTreeMap<BTreeMap<String, String>, Option<RawStatus>> = BTreeMap::new();
    for alert in groups.into_iter().flat_map(|group| group.alerts.items) {
        let status = Some(alert.status).filter(|s| state(s) != State::Firing);
        statuses
            .entry(alert.labels)
            .and_modify(|known| {
                *known = match (known.take(), &status) {
                    (Some(mut known), Some(more)) => {
                        known.muted_by.items.extend(names(more).cloned());
                        Some(known)
                    }
                    _ => None,
                };
            })
            .or_insert(status);
    }
    for alert in alerts.iter_mut().filter(|a| state(&a.status) == State::Firing) {
        if let Some(Some(status)) = statuses.remove(&alert.labels) {
            alert.status = status;
        }
    }
}

fn names(status: &RawStatus) -> impl Iterator<Item = &String> {
    status.muted_by.items.iter()
}

/// What is not processed yet may be silenced, or may be not: it fires until it is known.
fn state(status: &RawStatus) -> State {
    if !status.silenced_by.items.is_empty() {
        State::Silenced
    } else if !status.inhibited_by.items.is_empty() {
        State::Inhibited
    } else if names(status).next().is_some() || status.state.as_deref() == Some("suppressed") {
        State::Muted
    } else {
        State::Firing
    }
}

fn instant(text: Option<&str>) -> Option<Millis> {
    text.and_then(parse_rfc3339)
}

/// `now` is an instant that the server's clock has passed. What ended before it is over, although it is listed.
fn alert(raw: RawAlert, source: &str, now: Option<Millis>) -> Alert {
    let labels: Labels = raw.labels.into_iter().collect();
    let annotation = |name: &str| raw.annotations.get(name).cloned();
    let ended = instant(raw.ends_at.as_deref()).filter(|ends| now.is_some_and(|now| *ends <= now));
    let mut muted_by: Vec<String> = names(&raw.status).cloned().collect();
    muted_by.sort();
    muted_by.dedup();
    Alert {
        name: labels.get("alertname").unwrap_or("unnamed").into(),
        state: if ended.is_some() { State::Resolved } else { state(&raw.status) },
        severity: labels.get("severity").and_then(Severity::parse),
        summary: annotation("summary").or_else(|| annotation("description")),
        runbook_url: annotation("runbook_url"),
        labels: without_meta(&labels),
        origin: Origin::Routed,
        started: parse_rfc3339(&raw.starts_at),
        ended,
        source: source.into(),
        silence: raw.status.silenced_by.items.into_iter().next(),
        muted_by: (!muted_by.is_empty()).then(|| muted_by.join(", ")),
        ..Alert::default()
    }
}

pub fn read_groups(response: &Response) -> Result<Parsed<Vec<Group>>, SourceError> {
    let parsed = list::<RawGroup>(response, "groups")?;
    let group = |g: RawGroup| Group {
        labels: g.labels.into_iter().collect(),
        receiver: g.receiver.name,
        n_alerts: g.alerts.items.len() + g.alerts.n_odd,
    };
    Ok(parsed.map(|raw| raw.into_iter().map(group).collect()))
}

pub fn read_silences(response: &Response) -> Result<Parsed<Vec<Silence>>, SourceError> {
    let parsed = list::<RawSilence>(response, "silences")?;
    Ok(parsed.map(|raw| raw.into_iter().map(silence).collect()))
}

fn silence(raw: RawSilence) -> Silence {
    let matcher = |m: RawMatcher| Matcher {
        operator: Operator::of(m.is_equal.unwrap_or(true), m.is_regex),
        name: m.name,
        value: m.value,
    };
    Silence {
        id: raw.id,
        matchers: raw.matchers.items.into_iter().map(matcher).collect(),
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
pub(super) fn check(response: &Response) -> Result<(), SourceError> {
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

    fn listed(status: &str, more: &str) -> String {
        format!(
            r#"[{{"labels":{{"alertname":"A"}},"startsAt":"2026-11-23T21:00:00Z","updatedAt":"2026-11-23T22:00:00Z",{more}"status":{status}}}]"#
        )
    }

    #[test]
    fn each_state_of_alertmanager_is_one_of_ours() {
        for (status, expected) in [
            (r#"{"state":"active","silencedBy":[],"inhibitedBy":[],"mutedBy":[]}"#, (State::Firing, None)),
            (
                r#"{"state":"suppressed","mutedBy":["nights","weekends"]}"#,
                (State::Muted, Some("nights, weekends")),
            ),
            (
                r#"{"state":"suppressed","silencedBy":[],"inhibitedBy":[],"mutedBy":null}"#,
                (State::Muted, None),
            ),
            (
                r#"{"state":"suppressed","silencedBy":["s"],"mutedBy":["nights"]}"#,
                (State::Silenced, Some("nights")),
            ),
            (r#"{"state":"unprocessed"}"#, (State::Firing, None)),
            (r#"{"state":null}"#, (State::Firing, None)),
        ] {
            let alert = read_alerts(&answer(200, &listed(status, "")), "am").unwrap().data.remove(0);
            assert_eq!((alert.state, alert.muted_by.as_deref()), expected, "{status}");
        }
    }

    #[test]
    fn what_ended_by_the_servers_own_clock_is_over_although_it_is_listed() {
        for (ends, expected) in [
            (r#""endsAt":"2026-11-23T21:59:00Z","#, State::Resolved),
            (r#""endsAt":"2026-11-23T22:04:00Z","#, State::Firing),
            (r#""endsAt":"0001-01-01T00:00:00Z","#, State::Firing),
            (r#""endsAt":"","#, State::Firing),
            (r#""endsAt":null,"#, State::Firing),
            ("", State::Firing),
        ] {
            let alert = read_alerts(&answer(200, &listed("{}", ends)), "am").unwrap().data.remove(0);
            assert_eq!(
                (alert.state, alert.ended.is_some()),
                (expected, expected == State::Resolved),
                "{ends}"
            );
        }
        let zero = r#"[{"labels":{"alertname":"A"},"startsAt":"0001-01-01T00:00:00Z"}]"#;
        assert_eq!(read_alerts(&answer(200, zero), "am").unwrap().data[0].started, None);
    }

    #[test]
    fn groups_say_what_a_time_interval_mutes() {
        let active = r#"{"state":"active","mutedBy":[]}"#;
        let in_groups = |statuses: &[&str]| {
            let group = |s: &&str| {
                format!(r#"{{"labels":{{}},"receiver":{{"name":"r"}},"alerts":{}}}"#, listed(s, ""))
            };
            format!("[{}]", statuses.iter().map(group).collect::<Vec<_>>().join(","))
        };
        let muted = r#"{"state":"suppressed","mutedBy":["nights"]}"#;
        for (groups, expected) in [
            (in_groups(&[muted]), (State::Muted, Some("nights"))),
            (in_groups(&[muted, muted]), (State::Muted, Some("nights"))),
            (in_groups(&[r#"{"state":"suppressed"}"#]), (State::Muted, None)),
            // One of its routes still sends it.
            (in_groups(&[muted, active]), (State::Firing, None)),
            (in_groups(&[active, muted, muted]), (State::Firing, None)),
            (in_groups(&[]), (State::Firing, None)),
            ("null".into(), (State::Firing, None)),
            ("[".into(), (State::Firing, None)),
        ] {
            let mut response = answer(200, &listed(active, ""));
            response.followed_by = Some(Box::new(Ok(answer(200, &groups))));
            let alert = read_alerts(&response, "am").unwrap().data.remove(0);
            assert_eq!((alert.state, alert.muted_by.as_deref()), expected, "{groups}");
        }
        let mut response = answer(200, &listed(active, ""));
        response.followed_by = Some(Box::new(Err(SourceError::CutOff)));
        let parsed = read_alerts(&response, "am").unwrap();
        assert_eq!((parsed.data[0].state, parsed.warnings.len()), (State::Firing, 1));
    }

    #[test]
    fn groups_are_asked_for_where_they_may_say_more() {
        assert!(!wants_groups(&answer(200, " [] ")));
        assert!(!wants_groups(&answer(503, "[1,2]")));
        assert!(wants_groups(&answer(200, &listed("{}", ""))));
        let many = |status: &str| {
            let one = listed(status, "");
            format!("[{}]", vec![one.trim_matches(['[', ']']); 3_000].join(","))
        };
        assert!(!wants_groups(&answer(200, &many(r#"{"state":"active"}"#))));
        assert!(wants_groups(&answer(200, &many(r#"{"state":"active","mutedBy":[]}"#))));
    }

    #[test]
    fn silences_groups_and_status_are_read() {
        let body = r#"[{"id":"s1","matchers":[{"name":"a","value":"b","isRegex":true},{"name":"c","value":"d","isRegex":false,"isEqual":false}],
            "startsAt":"2026-11-23T21:07:07Z","endsAt":"2026-11-23T22:07:07Z","createdBy":"me","comment":"why","status":{"state":"active"}}]"#;
        let silence = read_silences(&answer(200, body)).unwrap().data.remove(0);
        let matchers: Vec<String> = silence.matchers.iter().map(ToString::to_string).collect();
        assert_eq!(matchers, [r#"a=~"b""#, r#"c!="d""#]);
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

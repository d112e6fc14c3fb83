//! Opsgenie, and Jira Service Management Operations, which took its place and speaks a dialect of it (`super::jsm`).
//!
//! Sources: opsgenie/opsgenie-oas (2021); the OpenAPI of JSM Operations at developer.atlassian.com, of 2026-09.
//!
//! | | Opsgenie | JSM Operations |
//! | --- | --- | --- |
//! | paths | `/v2/alerts` | `/v1/alerts`, behind the address of the site |
//! | lists | `data`, `paging.next`, `limit` | `values`, `links.next`, `size` |
//! | one thing | under `data` | by itself |
//! | reassign | `owner` | `accountId` |
//! | escalate | `escalation` | `escalationId` |
//! | priority | PUT | PATCH |
//!
//! A write is answered by 202 and a `requestId`; what came of it is asked for under `alerts/requests`, which answers 404 as
//! long as it is not done.

mod actions;
mod alerts;
mod error;
mod schedules;

use super::http::path_step;
use super::json;
use super::system::{Call, Probe, System};
use super::{Parsed, Request, Response, SourceError};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use crate::domain::time::{Millis, parse_rfc3339};
pub(super) use actions::AlertActions;
pub(super) use alerts::Alerts;
use error::check;
pub(super) use schedules::Schedules;
use serde::Deserialize;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "opsgenie",
    title: "Opsgenie",
    about: "Opsgenie: https://api.opsgenie.com, in the EU https://api.eu.opsgenie.com",
    capabilities: &[Capability::Paging, Capability::OnCall, Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "the key of an API integration",
        place: KeyPlace::Header { name: "authorization", before: "GenieKey " },
        by_proxy: true,
    }),
    caution: Some(
        "Opsgenie shuts down on 5 April 2027. Move to Jira Service Management Operations and use a source of kind jsm.",
    ),
};

pub static SYSTEM: System = System {
    probe: Some(|| probe(Dialect::Opsgenie)),
    paging: Some(&Alerts(Dialect::Opsgenie)),
    on_call: Some(&Schedules(Dialect::Opsgenie)),
    actions: Some(&AlertActions(Dialect::Opsgenie)),
    ..System::of(&KIND)
};

/// Which of the two is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Opsgenie,
    Jsm,
}

impl Dialect {
    /// `/v2/alerts/ID/notes` of `["alerts", id, "notes"]`
    fn path(self, steps: &[&str]) -> String {
        let version = match self {
            Self::Opsgenie => "/v2",
            Self::Jsm => "/v1",
        };
        let steps: String = steps.iter().map(|step| format!("/{}", path_step(step))).collect();
        format!("{version}{steps}")
    }

    fn get(self, steps: &[&str]) -> Request {
        headed(Request::get(&self.path(steps)))
    }

    /// A request for a list, as many entries at once as there may be.
    fn list(self, steps: &[&str]) -> Request {
        self.get(steps).with(self.size(), "100")
    }

    /// The parameter that says how many.
    fn size(self) -> &'static str {
        match self {
            Self::Opsgenie => "limit",
            Self::Jsm => "size",
        }
    }

    /// A small answer that shows that the key is good.
    fn count(self) -> Request {
        match self {
            Self::Opsgenie => self.get(&["alerts", "count"]).with("query", "status:open"),
            Self::Jsm => self.get(&["alerts"]).with("query", "status:open").with("size", "1"),
        }
    }
}

fn headed(request: Request) -> Request {
    request.header("accept", "application/json")
}

/// The state of either: how many alerts are open.
pub(super) fn probe(dialect: Dialect) -> Call<Probe> {
    Call::new(dialect.count(), read_count)
}

fn read_count(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        data: Option<Count>,
        count: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Count {
        count: Option<u64>,
    }
    check(response)?;
    let body: Body = json::read(&response.body)?;
    let n = body.count.or(body.data.and_then(|data| data.count));
    let facts = n.map(|n| ("open alerts", n.to_string())).into_iter().collect();
    Ok(Parsed::new(Probe { version: String::new(), facts }))
}

/// One thing: under `data`, or by itself.
fn one<T: serde::de::DeserializeOwned>(response: &Response) -> Result<T, SourceError> {
    #[derive(Deserialize)]
    struct Body<T> {
        data: T,
    }
    check(response)?;
    let wrapped: Result<Body<T>, SourceError> = json::read_leniently(&response.body);
    match wrapped {
        Ok(body) => Ok(body.data),
        Err(SourceError::CutOff) => Err(SourceError::CutOff),
        Err(_) => json::read_leniently(&response.body),
    }
}

/// A list: under `data` or `values`.
fn many<T: serde::de::DeserializeOwned>(
    response: &Response,
    what: &str,
) -> Result<Parsed<Vec<T>>, SourceError> {
    #[derive(Deserialize)]
    #[serde(bound = "T: serde::de::DeserializeOwned")]
    struct Body<T> {
        #[serde(alias = "values")]
        data: json::List<T>,
    }
    check(response)?;
    let body: Body<T> = json::read_leniently(&response.body)?;
    Ok(body.data.parsed(what))
}

/// The request for the next page: the link of an answer names how it goes on, by a number or by a mark.
fn next(asked: &Request, response: &Response) -> Option<Request> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(alias = "links")]
        paging: Option<Links>,
    }
    #[derive(Deserialize)]
    struct Links {
        next: Option<String>,
    }
    let body: Body = json::read(&response.body).ok().filter(|_| response.status == 200)?;
    let link = body.paging?.next?;
    let (_, query) = link.split_once('?')?;
    // Only these: the host and the path of a link are another's word.
    let mut request = None;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if matches!(name, "offset" | "after" | "direction") {
            request = Some(request.unwrap_or_else(|| asked.clone()).replacing(name, &decoded(value)?));
        }
    }
    // One that leads where it came from would never end.
    request.filter(|request| request != asked)
}

/// A value of a query, percent-decoded.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn at(text: &Option<String>) -> Option<Millis> {
    parse_rfc3339(text.as_deref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_the_next_one() {
        let to = |body: &str| {
            let response = Response { status: 200, body: body.into(), ..Response::default() };
            next(&Request::get("/v2/alerts").with("limit", "100"), &response).map(|r| r.encoded())
        };
        for (body, expected) in [
            (
                r#"{"paging":{"next":"https://api.opsgenie.com/v2/alerts?limit=20&offset=100&query=x"}}"#,
                Some("limit=100&offset=100"),
            ),
            (r#"{"links":{"next":"/v1/alerts?offset=50&size=25"}}"#, Some("limit=100&offset=50")),
            (r#"{"links":{"next":"/v1/alerts/x/logs?after=a%2Bb%3D"}}"#, Some("limit=100&after=a%2Bb%3D")),
            (r#"{"paging":{"first":"x"}}"#, None),
            (r#"{"links":{"next":""}}"#, None),
            (r#"{"links":{"next":"/v1/alerts?offset=%zz"}}"#, None),
            (r#"{"links":null}"#, None),
            ("[", None),
        ] {
            assert_eq!(to(body).as_deref(), expected, "{body}");
        }
    }
}

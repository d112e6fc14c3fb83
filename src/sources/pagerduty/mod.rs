//! PagerDuty: incidents, who is on call, schedules, maintenance, change events. Events with a routing key are another kind:
//! `pagerduty_events`.
//!
//! Source: `reference/REST/openapiv3.json` of PagerDuty/api-schema, of 2026-08.
//! - Each request has `Content-Type: application/json`, also a GET: the description demands it.
//! - Writes have `From`, the e-mail address of the person, except for overrides and v3 schedules.
//! - Lists are `limit`, `offset`, `more`; `offset + limit` of more than 10,000 is refused.
//! - There are two kinds of schedules, under `/schedules` and under `/v3/schedules`; no call lists both, and one answers
//!   400 or 404 for the other's. `/oncalls` knows both.

mod actions;
mod error;
mod incidents;
mod schedules;

use super::http::path_step;
use super::json::{self, List};
use super::system::{Call, Changes, Probe, System, join_by};
use super::{Parsed, Request, Response, SourceError};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use crate::domain::paging::Named;
use crate::domain::system_change::SystemChange;
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::zone::rfc3339;
use error::check;
use serde::Deserialize;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "pagerduty",
    title: "PagerDuty",
    about: "PagerDuty's REST API: https://api.pagerduty.com, in the EU https://api.eu.pagerduty.com",
    capabilities: &[Capability::Paging, Capability::OnCall, Capability::Changes, Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "a REST API key of a user (My Profile, User Settings, API Access)",
        place: KeyPlace::Header { name: "authorization", before: "Token token=" },
        by_proxy: true,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    // `/users/me` answers only to a user's own key, this one to each.
    probe: Some(|| Call::new(get("/abilities"), read_abilities)),
    paging: Some(&incidents::Incidents),
    on_call: Some(&schedules::Schedules),
    changes: Some(&ChangeEvents),
    actions: Some(&actions::PagerActions),
    ..System::of(&KIND)
};

fn get(path: &str) -> Request {
    headed(Request::get(path)).header("content-type", "application/json")
}

/// With what each request has. `Accept` needs no preflight.
fn headed(request: Request) -> Request {
    request.header("accept", "application/json")
}

/// A request for a list, as many entries at once as there may be.
fn list(path: &str) -> Request {
    get(path).with("limit", "100")
}

/// What stands beside each list.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Paged {
    limit: Option<u64>,
    offset: Option<u64>,
    more: Option<bool>,
}

/// The most that `offset + limit` may be.
const FARTHEST: u64 = 10_000;

/// The request for the next page of a list.
fn next(asked: &Request, response: &Response) -> Option<Request> {
    let page: Paged = json::read(&response.body).ok()?;
    if response.status != 200 || page.more != Some(true) {
        return None;
    }
    let (limit, offset) = (page.limit.filter(|n| *n > 0)?, page.offset.unwrap_or(0));
    let offset = offset + limit;
    (offset + limit <= FARTHEST).then(|| asked.clone().replacing("offset", &offset.to_string()))
}

/// Something that is named in an answer, whole or as a reference.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    #[serde(deserialize_with = "json::or_default")]
    id: String,
    summary: Option<String>,
    name: Option<String>,
    #[serde(deserialize_with = "json::or_default")]
    r#type: String,
    html_url: Option<String>,
}

impl Reference {
    fn named(&self) -> Named {
        let name = self.summary.clone().or_else(|| self.name.clone()).filter(|name| !name.is_empty());
        Named { name: name.unwrap_or_else(|| self.id.clone()), id: self.id.clone() }
    }
}

/// An instant; `None` for what is none.
fn at(text: &Option<String>) -> Option<Millis> {
    parse_rfc3339(text.as_deref()?)
}

/// A link to a page; only what a browser may open.
fn link(url: &Option<String>) -> Option<String> {
    url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// `/incidents/PT4KHLK/notes` of `["incidents", id, "notes"]`
fn path(steps: &[&str]) -> String {
    steps.iter().map(|step| format!("/{}", path_step(step))).collect()
}

fn read_abilities(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        abilities: List<String>,
    }
    check(response)?;
    let body: Body = json::read(&response.body)?;
    let facts = vec![("abilities", body.abilities.items.len().to_string())];
    Ok(Parsed::new(Probe { version: String::new(), facts }))
}

struct ChangeEvents;

impl Changes for ChangeEvents {
    fn between(&self, from: Millis, to: Millis) -> Call<Vec<SystemChange>> {
        let request = list("/change_events").with("since", seconds(from)).with("until", seconds(to));
        Call::new(request, read_changes).paged(next, |all, more| join_by(all, more, |c| c.id.clone()))
    }
}

/// `2026-11-23T21:07:07Z`: whole seconds, as the description of change events has it.
fn seconds(at: Millis) -> String {
    rfc3339(at - at.rem_euclid(1_000))
}

fn read_changes(response: &Response, source: &str) -> Result<Parsed<Vec<SystemChange>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        change_events: List<Event>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Event {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        #[serde(deserialize_with = "json::or_default")]
        summary: String,
        timestamp: Option<String>,
        source: Option<String>,
        services: List<Reference>,
        links: List<Link>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Link {
        href: Option<String>,
    }
    check(response)?;
    let body: Body = json::read(&response.body)?;
    let change = |e: Event| SystemChange {
        at: at(&e.timestamp),
        id: e.id,
        summary: e.summary,
        origin: e.source.filter(|s| !s.is_empty()),
        services: e.services.items.iter().map(|s| s.named().name).collect(),
        link: e.links.items.iter().find_map(|l| link(&l.href)),
        source: source.into(),
    };
    Ok(body.change_events.parsed("change events").map(|all| all.into_iter().map(change).collect()))
}

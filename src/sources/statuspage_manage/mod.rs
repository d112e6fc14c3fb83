//! Atlassian Statuspage's management API, version 1: what is published on a hosted page. Its public side is another kind
//! (`statuspage`).
//!
//! Source: Statuspage's OpenAPI description.
//! - The configured address ends in the page: `https://api.statuspage.io/v1/pages/PAGE-ID`.
//! - One request a second for a key, counted over a minute; 420 or 429 after that.
//! - Each PATCH of an incident with a body is another message. One whose response was lost is looked for in the messages.
//! - `metadata` is a new incident's mark: by it the one that was made is found.
//! - `deliver_notifications` is true where it is left out. So it is always there.

mod actions;

use super::json;
use super::rejection::{Said, rejected, text_of};
use super::statuspage::notices_in;
use super::system::{Call, Notices, Probe, System, join_by};
use super::{Parsed, Request, Response, SourceError};
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};
use crate::domain::incident::Incident;
use crate::domain::paging::Named;
use crate::domain::public::{ComponentStatus, Notice};
use crate::domain::time::{Millis, SECOND};
use serde::Deserialize;
use serde_json::Value;

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "statuspage_manage",
    title: "Statuspage management",
    about: "Atlassian Statuspage's management API: https://api.statuspage.io/v1/pages/PAGE-ID",
    capabilities: &[Capability::Notices, Capability::Actions],
    is_source: true,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "an API key of Statuspage (avatar, API info)",
        place: KeyPlace::Header { name: "authorization", before: "OAuth " },
        by_proxy: true,
    }),
    caution: None,
};

pub static SYSTEM: System = System {
    probe: Some(|| Call::new(Request::get(""), read_page)),
    notices: Some(&Managed),
    actions: Some(&actions::Publishing),
    ..System::of(&KIND)
};

/// Between two requests of the outbox.
const GAP: Millis = SECOND;

struct Managed;

/// So many entries a page of a list has.
const PAGE: usize = 100;

impl Notices for Managed {
    fn open(&self) -> Call<Vec<Incident>> {
        let call = Call::new(list("/incidents/unresolved", "per_page"), |response, source| {
            Ok(read_notices(response)?.map(|all| super::statuspage::open_ones(all, source)))
        });
        call.paged(next, |all, more| all.extend(more))
    }

    fn incidents(&self) -> Call<Vec<Notice>> {
        // The newest hundred, as on the public side the newest fifty.
        Call::new(list("/incidents", "limit"), |response, _| read_notices(response))
    }

    fn unresolved(&self) -> Call<Vec<Notice>> {
        paged(Call::new(list("/incidents/unresolved", "per_page"), |response, _| read_notices(response)))
    }

    fn maintenances(&self) -> Call<Vec<Notice>> {
        paged(Call::new(list("/incidents/scheduled", "per_page"), |response, _| {
            check(response)?;
            notices_in(&response.body, true)
        }))
    }

    fn components(&self) -> Option<Call<Vec<(Named, ComponentStatus)>>> {
        let call = Call::new(list("/components", "per_page"), read_components);
        Some(call.paged(next, |all, more| join_by(all, more, |(c, _)| c.id.clone())))
    }
}

fn paged(call: Call<Vec<Notice>>) -> Call<Vec<Notice>> {
    call.paged(next, |all, more| join_by(all, more, |n| n.id.clone()))
}

fn list(path: &str, size: &str) -> Request {
    Request::get(path).with(size, PAGE.to_string())
}

/// A full page may have one behind it. Nothing in an answer says so.
fn next(asked: &Request, response: &Response) -> Option<Request> {
    let entries: Vec<&serde_json::value::RawValue> = serde_json::from_slice(&response.body).ok()?;
    let size = asked.parameter("per_page").or(asked.parameter("limit"))?.parse::<usize>().ok()?;
    let page: usize = asked.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let is_full = response.status == 200 && entries.len() >= size;
    is_full.then(|| asked.clone().replacing("page", &(page + 1).to_string()))
}

/// `{"error":"..."}`, or a list of them.
fn said(body: &Value) -> Option<Said> {
    Some(Said { code: String::new(), message: text_of(body.get("error").or_else(|| body.get("message"))) })
}

/// # Errors
/// When the response is no success.
fn check(response: &Response) -> Result<(), SourceError> {
    if response.status == 420 {
        return Err(SourceError::RateLimited { status: 420, retry_after: response.retry_after() });
    }
    let remedy = |status: u16, _: &Said| match status {
        401 => Some(
            "The key is missing, wrong or revoked. The word before it is OAuth, with these capitals: look at the proxy \
             that adds it.",
        ),
        403 => Some("The key's owner may not manage this page. Ask an owner of the page for the right."),
        404 => {
            Some("There is no such page or incident: check the page's id at the end of the source's address.")
        }
        422 => Some(
            "The page does not accept a field: its message names which. A review needs an incident that is over.",
        ),
        _ => None,
    };
    rejected(response, said, remedy).map_or(Ok(()), Err)
}

fn read_page(response: &Response, _: &str) -> Result<Parsed<Probe>, SourceError> {
    #[derive(Deserialize)]
    struct Page {
        name: String,
    }
    check(response)?;
    let page: Page = json::read(&response.body)?;
    Ok(Parsed::new(Probe { version: String::new(), facts: vec![("page", page.name)] }))
}

fn read_notices(response: &Response) -> Result<Parsed<Vec<Notice>>, SourceError> {
    check(response)?;
    notices_in(&response.body, false)
}

fn read_components(
    response: &Response,
    _: &str,
) -> Result<Parsed<Vec<(Named, ComponentStatus)>>, SourceError> {
    #[derive(Deserialize)]
    struct Raw {
        id: String,
        #[serde(default, deserialize_with = "json::or_default")]
        name: String,
        #[serde(default, deserialize_with = "json::or_default")]
        status: String,
        #[serde(default, deserialize_with = "json::or_default")]
        group: bool,
    }
    check(response)?;
    let list: json::List<Raw> = json::read_leniently(&response.body)?;
    let one = |raw: Raw| (Named { id: raw.id, name: raw.name }, ComponentStatus::parse(&raw.status));
    // A group has no state of its own.
    Ok(list.parsed("components").map(|all| all.into_iter().filter(|raw| !raw.group).map(one).collect()))
}

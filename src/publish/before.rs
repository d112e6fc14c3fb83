//! What the last run left in the folder of the page, as this one reads it.

use super::history::{self, KEPT_DAYS, Published};
use super::revisions::Revisions;
use crate::config::Public;
use crate::domain::public::day::{Date, date_at};
use crate::domain::public::{Component, ComponentStatus, History, Measured, Notice, Page};
use crate::domain::time::{DAY, Millis, parse_rfc3339};
use crate::domain::zone::rfc3339;
use crate::sources::{Response, SourceError, page_format};
use serde_json::Value;
use std::collections::BTreeMap;

/// A run so long after the last one is more likely a wrong clock than a page that nobody published. Twice as much is
/// kept, so that even a wrong run that was accepted loses nothing of the year that is shown.
const LONG_AFTER: Millis = 366 * DAY;

/// The published files that the next run reads, from the root of the site. Without the first there is no page yet.
pub const FILES: [&str; 5] =
    ["uptime.json", "history.json", "revisions.json", "api/v2/components.json", "live.json"];

/// What was published before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Before {
    pub published: Published,
    pub notices: Vec<Notice>,
    pub revisions: Revisions,
    /// states of components by their ids
    pub states: BTreeMap<String, ComponentStatus>,
    /// when monitoring last answered in full
    pub measured: Option<Millis>,
}

/// A published file that the past is kept in, and cannot be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoilt {
    pub file: &'static str,
    pub what: String,
}

impl Before {
    /// Reads those of [`FILES`] that there are, by their names.
    pub fn read(texts: &BTreeMap<&'static str, String>) -> Result<Self, Spoilt> {
        let spoilt = |file: &'static str, what: String| Spoilt { file, what };
        let Some(uptime) = texts.get("uptime.json") else { return Ok(Self::default()) };
        let mut published = history::read(uptime).map_err(|e| spoilt("uptime.json", e))?;
        let notices = match texts.get("history.json") {
            Some(text) => {
                let answer = Response { status: 200, body: text.clone().into_bytes(), ..Response::default() };
                let fault = |e: SourceError| spoilt("history.json", e.to_string());
                let mut all = page_format::read_incidents(&answer).map_err(fault)?.data;
                all.extend(page_format::read_maintenances(&answer).map_err(fault)?.data);
                all
            }
            None => Vec::new(),
        };
        let revisions =
            texts.get("revisions.json").map_or_else(|| Ok(Revisions::default()), |t| Revisions::read(t));
        let revisions = revisions.map_err(|e| spoilt("revisions.json", e))?;
        let json = |name: &str| {
            texts.get(name).and_then(|t| serde_json::from_str::<Value>(t).ok()).unwrap_or_default()
        };
        let state =
            |c: &Value| Some((c["id"].as_str()?.to_string(), ComponentStatus::parse(c["status"].as_str()?)));
        let components = json("api/v2/components.json");
        let states = components["components"].as_array().into_iter().flatten().filter_map(state).collect();
        let measured = json("live.json")["measured"].as_str().and_then(parse_rfc3339);
        // Earlier versions wrote no time of their own.
        published.at = published.at.or(measured);
        Ok(Self { published, notices, revisions, states, measured })
    }

    /// Why the clock cannot be right, if so: a run with a wrong one would open final days, or end incidents in a
    /// time to come.
    pub fn clock_fault(&self, now: Millis) -> Option<String> {
        let last = self.published.at?;
        let (at, then) = (rfc3339(now), rfc3339(last));
        if now < last {
            return Some(format!(
                "the clock says {at}, but the page was last published at {then}. Set the clock, or pass --accept-clock if it is right and the last run's was wrong"
            ));
        }
        (now - last > LONG_AFTER).then(|| {
            format!(
                "the clock says {at}, which is more than a year after the page was last published ({then}). Set the clock, or pass --accept-clock if it is right"
            )
        })
    }
}

/// The days of each component, with those it has under former ids, and those from before this page. Where two ids have
/// the same final day, the one that was in use later says what it was; of two until the same day, the one named later.
pub fn known_days(
    public: &Public,
    published: &BTreeMap<String, History>,
    earlier: &BTreeMap<String, History>,
) -> BTreeMap<String, History> {
    let mut all = published.clone();
    for component in &public.components {
        let mut former: Vec<&History> =
            component.former_ids.iter().rev().filter_map(|id| published.get(id)).collect();
        former.sort_by_key(|history| std::cmp::Reverse(history.first + history.days.len() as Date));
        let ids = std::iter::once(&component.id).chain(&component.former_ids);
        for other in former.into_iter().chain(ids.filter_map(|id| earlier.get(id))) {
            let own = all.remove(&component.id).unwrap_or_default();
            all.insert(component.id.clone(), own.joined(other));
        }
    }
    all
}

/// Notices that name a component by a former id, or as the page they were taken over from does, with its id of now: `k8w3r`
/// of a page that calls it API is the component with the name API, where no other has the id or had it. An id that another
/// component has is not a former one.
pub fn with_current_ids(mut notices: Vec<Notice>, public: &Public) -> Vec<Notice> {
    let is_current = |id: &str| public.components.iter().any(|c| c.id == id);
    let heir = |id: &str| public.components.iter().find(|c| c.former_ids.iter().any(|former| former == id));
    let same = |name: &str, other: &str| name.trim().to_lowercase() == other.trim().to_lowercase();
    let namesake = |name: &String| {
        let mut all = public.components.iter().filter(|c| same(&c.name, name));
        all.next().filter(|_| all.next().is_none())
    };
    for notice in &mut notices {
        let names = std::mem::take(&mut notice.names);
        let heir = |id: &str| heir(id).or_else(|| names.get(id).and_then(namesake));
        let is_former = |id: &str| !is_current(id) && heir(id).is_some();
        if !notice.affected.iter().any(|(id, _)| is_former(id)) {
            notice.names = names;
            continue;
        }
        let mut affected: Vec<(String, ComponentStatus)> = Vec::new();
        for (id, status) in notice.affected.drain(..) {
            let id = heir(&id).filter(|_| !is_current(&id)).map_or(id, |c| c.id.clone());
            match affected.iter_mut().find(|(known, _)| *known == id) {
                Some((_, worst)) => *worst = (*worst).max(status),
                None => affected.push((id, status)),
            }
        }
        notice.affected = affected;
        notice.names = names;
    }
    notices
}

/// The days of what is not on the page, as long as any of them lies within those that are kept.
pub fn retired(page: &Page, published: BTreeMap<String, History>) -> BTreeMap<String, History> {
    let shows = |id: &str| page.component(id).is_some_and(|c| c.measured != Measured::No);
    let oldest = date_at(page.now, &page.zone) - KEPT_DAYS as Date;
    let lasts = |h: &History| h.first + h.days.len() as Date > oldest;
    published.into_iter().filter(|(id, history)| !shows(id) && lasts(history)).collect()
}

/// Final days that were published with another value.
pub fn changed_days(page: &Page, before: &BTreeMap<String, History>) -> Vec<(String, Date, f64, f64)> {
    let of = |component: &Component| {
        let old = before.get(&component.id)?;
        let days = component.history.last(KEPT_DAYS).filter_map(|(date, day)| {
            let before = old.get(date).filter(|old| old.closed)?.up?;
            let now = day.up.filter(|now| (now - before).abs() > 1e-6)?;
            Some((component.id.clone(), date, before, now))
        });
        Some(days.collect::<Vec<_>>())
    };
    page.components.iter().filter_map(of).flatten().collect()
}

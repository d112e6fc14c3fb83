//! Whether somebody is on call at any time of the next weeks, by the zones of the database that the tool carries.

use super::zones;
use fourlights::config::{Config, ZoneChoice};
use fourlights::domain::on_call::Gap;
use fourlights::domain::time::{DAY, Millis};
use fourlights::domain::window::Bounds;
use fourlights::domain::zone::{Offsets, rfc3339};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How far ahead is looked.
const AHEAD: Millis = 90 * DAY;

/// The gaps of the next 90 days, as warnings.
pub fn gaps(config: &Config, now: Millis) -> Vec<String> {
    let known: RefCell<BTreeMap<String, Offsets>> = RefCell::default();
    let zone_of = |name: &str| {
        let choice = ZoneChoice::parse(name).unwrap_or(ZoneChoice::Utc);
        known.borrow_mut().entry(name.into()).or_insert_with(|| zones::offsets(&choice)).clone()
    };
    let ahead = Bounds { start: now, end: now + AHEAD };
    let text = |gap: Gap| {
        let (from, to) = (rfc3339(gap.bounds.start), rfc3339(gap.bounds.end));
        format!("on-call: nobody is on call for {}, {} from {from} to {to}", gap.schedule, gap.layer)
    };
    config.on_call.gaps(ahead, &zone_of).into_iter().map(text).collect()
}

//! Zones from the database that the tool carries.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use fourlights::config::ZoneChoice;
use fourlights::domain::time::{Millis, SECOND};
use fourlights::domain::zone::Offsets;

/// The offsets of a zone at any instant; UTC for a name that nobody knows.
pub fn offsets(zone: &ZoneChoice) -> Offsets {
    let ZoneChoice::Named(name) = zone else { return Offsets::utc() };
    let Ok(zone) = name.parse::<Tz>() else { return Offsets::utc() };
    Offsets::asking(name, move |at| {
        let instant = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
        Millis::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()) * SECOND
    })
}

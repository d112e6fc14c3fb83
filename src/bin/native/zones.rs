//! Zones from the database that the tool carries.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use fourlights::config::ZoneChoice;
use fourlights::domain::time::{DAY, Millis};
use fourlights::domain::zone::Offsets;

/// The offsets of a zone around now; UTC for a name that nobody knows.
pub fn offsets(zone: &ZoneChoice, now: Millis) -> Offsets {
    let ZoneChoice::Named(name) = zone else { return Offsets::utc() };
    let Ok(zone) = name.parse::<Tz>() else { return Offsets::utc() };
    Offsets::probe(now - 400 * DAY, now + 70 * DAY, |at| {
        let instant = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
        Millis::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()) * 1000
    })
}

//! Shifts as a calendar file, for a person or for the team.

use super::ZoneOf;
use super::layer::{Layer, Reason, Shift};
use super::schedule::{Roster, Schedule};
use crate::domain::ics::{self, Event, When};
use crate::domain::order::Order as _;
use crate::domain::slug::id_of;
use crate::domain::time::{DAY, Millis};
use crate::domain::window::Bounds;

/// The longest turn there is, and more.
const WHOLE: Millis = 400 * DAY;

/// The shifts that touch a span as a calendar (RFC 5545): those of one person, by id, or with `None` everybody's, and then the
/// gaps too. Times are in UTC, which every calendar shows in its reader's zone.
pub fn calendar(
    roster: &Roster,
    person: Option<&str>,
    span: Bounds,
    now: Millis,
    zone_of: ZoneOf<'_>,
) -> String {
    // A shift is written whole, and from a grid, so that tomorrow's file has the same shifts with the same ids.
    let from = (span.start - WHOLE).div_euclid(WHOLE) * WHOLE;
    let wide = Bounds { start: from, end: span.end.saturating_add(WHOLE) };
    let mut events = Vec::new();
    for schedule in &roster.schedules {
        for layer in &schedule.layers {
            let shifts = layer.shifts(wide, zone_of);
            let is_wanted = |shift: &&Shift| match person {
                Some(id) => shift.person.as_deref() == Some(id),
                None => shift.person.is_some() || !layer.allows_gaps,
            };
            let wanted = shifts.iter().filter(|s| s.bounds.common(&span).is_some()).filter(is_wanted);
            events.extend(wanted.map(|shift| (shift.bounds.start, event(roster, schedule, layer, shift))));
        }
    }
    events.as_mut_slice().order_by_key(|(start, _)| *start);
    let events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    ics::calendar("on-call", &events, now)
}

fn event(roster: &Roster, schedule: &Schedule, layer: &Layer, shift: &Shift) -> Event {
    let who = shift.person.as_deref().map_or("Nobody", |id| roster.name(id));
    let what = format!("{}, {}", schedule.name, layer.name);
    let title = match shift.person {
        Some(_) => format!("On call: {who} ({what})"),
        None => format!("Nobody on call ({what})"),
    };
    let why = match &shift.reason {
        Reason::Turn => String::new(),
        Reason::Swap { instead_of } => format!("Swapped with {}. ", roster.name(instead_of)),
        Reason::Override { instead_of: Some(id), .. } => format!("Override for {}. ", roster.name(id)),
        Reason::Override { instead_of: None, .. } => "Override. ".into(),
    };
    Event {
        uid: format!("{}-{}-{}", schedule.id, id_of(&layer.name, "layer"), shift.bounds.start),
        when: When::Span(shift.bounds),
        title,
        description: format!("{why}{what}"),
    }
}

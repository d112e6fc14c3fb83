//! Who is on call, as the system that pages them computed it. Nothing is computed from layers or rotations here: overrides
//! and swaps are in the answer, or not at all.

use super::paging::Named;
use super::time::Millis;

/// Somebody is on call, or nobody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `None`: on call by an escalation policy alone
    pub schedule: Option<Named>,
    pub policy: Option<Named>,
    /// 1 is paged first; `None`: it is not said
    pub level: Option<u32>,
    /// `None`: nobody
    pub person: Option<Named>,
    /// `None`: not said; with `end` `None` as well, always
    pub start: Option<Millis>,
    pub end: Option<Millis>,
    pub source: String,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub id: String,
    pub name: String,
    /// the IANA name of its zone, as written; empty if it has none
    pub zone: String,
    pub link: Option<String>,
    /// the system's own kind of schedule, which its other requests need; empty where there is one kind
    pub form: String,
    /// Whether it pages. One that is switched off has a roster all the same.
    pub is_enabled: bool,
}

/// A part of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub start: Millis,
    pub end: Millis,
    /// `None`: nobody is on call, a gap
    pub person: Option<Named>,
    /// whether it takes the place of somebody else's
    pub is_override: bool,
}

/// Somebody takes over for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub id: String,
    pub start: Option<Millis>,
    pub end: Option<Millis>,
    pub person: Option<Named>,
}

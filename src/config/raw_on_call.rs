//! The configuration's part about people, as typed.

use super::shape::shape;
use std::collections::BTreeMap;

shape! {
    /// Who can be on call.
    RawPerson, example r#"{ "name": "Mia Chen", "contact": "mailto:mia@example.com" }"#;
    /// The name shown.
    name "name": String,
    /// An http, https or mailto address at which they are reached. The file is read by every visitor: nothing private.
    contact "contact": Option<String>,
}

shape! {
    /// An on-call schedule: who is responsible, when.
    RawSchedule, example r#"{ "id": "platform", "name": "Platform", "zone": "Europe/Berlin", "layers": [{ "name": "Primary", "rotations": [{ "people": ["mia", "ben"], "from": "2026-01-05", "every": "1w", "at": "09:00" }] }] }"#;
    /// A short name for addresses and calendars.
    id "id": String,
    /// The name shown.
    name "name": String,
    /// The zone of its clock: UTC or a name such as Europe/Berlin. Default: the zone of the file, or UTC where that is browser.
    zone "zone": Option<String>,
    /// The services it is for, by id. Default: all.
    services "services": Vec<String>,
    /// Lines of responsibility, each with one person at a time: the first is called first.
    layers "layers": Vec<RawLayer>,
}

shape! {
    /// A line of responsibility, such as primary.
    RawLayer, example r#"{ "name": "Primary", "rotations": [{ "people": ["mia", "ben"], "from": "2026-01-05", "every": "1w", "at": "09:00" }] }"#;
    /// The name shown.
    name "name": String,
    /// Who takes turns. Where two rotations cover the same time, the first in the list has it.
    rotations "rotations": Vec<RawRotation>,
    /// People who take over for a while; the last in the list counts.
    overrides "overrides": Vec<RawOverride>,
    /// Pairs of people who have each other's shifts for a while.
    swaps "swaps": Vec<RawSwap>,
    /// true: nobody is meant to be on call at hours that no rotation covers. Default false: such hours are faults.
    allow_gaps "allow_gaps": Option<bool>,
}

shape! {
    /// People who take turns of equal length, at the same time of day also when clocks change.
    RawRotation, example r#"{ "people": ["mia", "ben"], "from": "2026-01-05", "every": "1w", "at": "09:00" }"#;
    /// Ids of people in the order of their turns.
    people "people": Vec<String>,
    /// The day on which the first turn begins, for instance 2026-01-05. With turns of weeks, all begin on its day of the week.
    from "from": String,
    /// The day on which the last turn ends, at the time of a hand-over. Default: never.
    until "until": Option<String>,
    /// How long a turn is, in whole days or weeks: 1d, 1w (the default), 2w.
    every "every": Option<String>,
    /// The time of day of the hand-over. Default 09:00.
    at "at": Option<String>,
    /// The zone of its clock, where that is not the schedule's.
    zone "zone": Option<String>,
    /// The days of the week that it covers, for instance ["monday", "tuesday"]. Default: all.
    days "days": Option<Vec<String>>,
    /// The hours of a day that it covers, for instance 08:00-20:00, or 20:00-08:00 into the next day. Default: all.
    hours "hours": Option<String>,
}

shape! {
    /// Somebody takes over for a while.
    RawOverride, example r#"{ "person": "mia", "from": "2026-11-24T18:00:00+01:00", "to": "2026-11-25T09:00:00+01:00", "note": "Ben is travelling" }"#;
    /// Who takes over, by id.
    person "person": String,
    /// The beginning, as RFC 3339.
    from "from": String,
    /// The end, as RFC 3339.
    to "to": String,
    /// Why.
    note "note": Option<String>,
}

shape! {
    /// Two people have each other's shifts for a while.
    RawSwap, example r#"{ "people": ["mia", "ben"], "from": "2026-12-21T09:00:00+01:00", "to": "2027-01-04T09:00:00+01:00" }"#;
    /// The two, by id.
    people "people": Vec<String>,
    /// The beginning, as RFC 3339.
    from "from": String,
    /// The end, as RFC 3339.
    to "to": String,
}

/// People by id.
pub type RawPeople = BTreeMap<String, RawPerson>;

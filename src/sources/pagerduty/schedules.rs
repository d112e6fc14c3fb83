//! Who is on call, and the rosters of both kinds of schedules.

use super::super::json::{self, List};
use super::super::system::{Call, OnCall, join_by};
use super::super::{Parsed, Request, Response, SourceError};
use super::error::check;
use super::{Reference, at, get, link, list, next, path};
use crate::domain::duty::{Duty, Override, Schedule, Shift};
use crate::domain::paging::Named;
use crate::domain::time::{DAY, Millis};
use crate::domain::zone::rfc3339;
use serde::Deserialize;

pub struct Schedules;

/// The form of schedules of shifts, as their `type` begins.
pub const V3: &str = "schedule_v3";
/// The form of schedules of layers.
pub const V2: &str = "schedule";

/// How far ahead the next hand-over is looked for.
const AHEAD: Millis = 14 * DAY;

impl OnCall for Schedules {
    fn now(&self, at: Millis) -> Option<Call<Vec<Duty>>> {
        let request = list("/oncalls").with("since", rfc3339(at)).with("until", rfc3339(at));
        Some(duties(request))
    }

    fn of_schedule(&self, schedule: &str, at: Millis) -> Call<Vec<Duty>> {
        let request = list("/oncalls").with("schedule_ids[]", schedule);
        duties(request.with("since", rfc3339(at)).with("until", rfc3339(at)))
    }

    fn next_of_schedule(&self, schedule: &str, at: Millis) -> Option<Call<Vec<Duty>>> {
        // Those who are on call now are among them: who reads it leaves out what has begun.
        let request = list("/oncalls").with("schedule_ids[]", schedule);
        Some(duties(request.with("since", rfc3339(at)).with("until", rfc3339(at + AHEAD))))
    }

    fn schedules(&self) -> Vec<Call<Vec<Schedule>>> {
        let join = |all: &mut Vec<Schedule>, more| join_by(all, more, |s: &Schedule| s.id.clone());
        ["/schedules", "/v3/schedules"]
            .map(|path| Call::new(list(path), read_schedules).paged(next, join))
            .into()
    }

    fn roster(&self, schedule: &str, form: &str, from: Millis, to: Millis) -> Call<Vec<Shift>> {
        let (since, until) = (rfc3339(from), rfc3339(to));
        match form {
            V3 => {
                let request = get(&path(&["v3", "schedules", schedule]));
                let request = request.with("since", since).with("until", until);
                Call::new(request.with("include[]", "final_schedule"), read_roster)
            }
            _ => {
                let request = get(&path(&["schedules", schedule]));
                Call::new(request.with("since", since).with("until", until), read_roster)
            }
        }
    }

    fn overrides(&self, schedule: &str, form: &str, from: Millis, to: Millis) -> Option<Call<Vec<Override>>> {
        let call = Call::new(overrides(schedule, form, from, to), read_overrides);
        Some(call.paged(next, |all, more| join_by(all, more, |o| o.id.clone())))
    }
}

/// The overrides of a schedule; of one of shifts, its custom shifts, which is how somebody takes over there.
pub(super) fn overrides(schedule: &str, form: &str, from: Millis, to: Millis) -> Request {
    let request = match form {
        V3 => list(&path(&["v3", "schedules", schedule, "custom_shifts"])),
        _ => get(&path(&["schedules", schedule, "overrides"])),
    };
    request.with("since", rfc3339(from)).with("until", rfc3339(to))
}

fn duties(request: Request) -> Call<Vec<Duty>> {
    // Nothing in it has an id of its own.
    Call::new(request, read_duties).paged(next, |all, more| join_by(all, more, Clone::clone))
}

fn read_duties(response: &Response, source: &str) -> Result<Parsed<Vec<Duty>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        oncalls: List<Raw>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        user: Option<Reference>,
        schedule: Option<Reference>,
        escalation_policy: Option<Reference>,
        escalation_level: Option<u32>,
        start: Option<String>,
        end: Option<String>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let duty = |raw: Raw| Duty {
        schedule: raw.schedule.as_ref().map(Reference::named),
        policy: raw.escalation_policy.as_ref().map(Reference::named),
        level: raw.escalation_level,
        person: raw.user.as_ref().map(Reference::named),
        start: at(&raw.start),
        end: at(&raw.end),
        source: source.into(),
    };
    Ok(body.oncalls.parsed("entries").map(|all| all.into_iter().map(duty).collect()))
}

fn read_schedules(response: &Response, _: &str) -> Result<Parsed<Vec<Schedule>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        schedules: List<Raw>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(flatten)]
        reference: Reference,
        time_zone: Option<String>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let schedule = |raw: Raw| {
        let Named { id, name } = raw.reference.named();
        let form = if raw.reference.r#type.starts_with(V3) { V3 } else { V2 };
        let zone = raw.time_zone.unwrap_or_default();
        Schedule { id, name, zone, link: link(&raw.reference.html_url), form: form.into(), is_enabled: true }
    };
    Ok(body.schedules.parsed("schedules").map(|all| all.into_iter().map(schedule).collect()))
}

/// A roster of either kind: both stand under `schedule.final_schedule`.
fn read_roster(response: &Response, _: &str) -> Result<Parsed<Vec<Shift>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        schedule: RawSchedule,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RawSchedule {
        final_schedule: Option<Final>,
        overrides_subschedule: Option<Final>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Final {
        rendered_schedule_entries: List<Entry>,
        computed_shift_assignments: List<Assignment>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Entry {
        start: Option<String>,
        end: Option<String>,
        user: Option<Reference>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Assignment {
        start_time: Option<String>,
        end_time: Option<String>,
        member: Option<Member>,
        source: Option<serde_json::Value>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let missing = || SourceError::Shape { detail: "no final_schedule".into() };
    let Final { rendered_schedule_entries, computed_shift_assignments } =
        body.schedule.final_schedule.ok_or_else(missing)?;
    let overriding = body.schedule.overrides_subschedule.unwrap_or_default().rendered_schedule_entries.items;
    let overrides: Vec<Shift> =
        overriding.into_iter().filter_map(|e| shift(&e.start, &e.end, e.user)).collect();
    let mut warnings = json::left_out(rendered_schedule_entries.n_odd, "shifts");
    warnings.extend(json::left_out(computed_shift_assignments.n_odd, "shifts"));
    let mut shifts: Vec<Shift> = Vec::new();
    for entry in rendered_schedule_entries.items {
        shifts.extend(shift(&entry.start, &entry.end, entry.user).map(|shift| {
            let is_override = overrides
                .iter()
                .any(|o| o.person == shift.person && o.start < shift.end && shift.start < o.end);
            Shift { is_override, ..shift }
        }));
    }
    for assignment in computed_shift_assignments.items {
        let person = assignment.member.and_then(Member::person);
        // The kind of source is a word in it, wherever that stands.
        let source = assignment.source.map(|s| s.to_string()).unwrap_or_default();
        let is_override = source.contains("override") || source.contains("custom");
        if let (Some(start), Some(end)) = (at(&assignment.start_time), at(&assignment.end_time)) {
            shifts.push(Shift { start, end, person, is_override });
        }
    }
    Ok(Parsed { data: shifts, warnings })
}

fn shift(start: &Option<String>, end: &Option<String>, user: Option<Reference>) -> Option<Shift> {
    let person = user.as_ref().map(Reference::named);
    Some(Shift { start: at(start)?, end: at(end)?, person, is_override: false })
}

/// Who has a shift: an id alone, whose name is in the list of people; or nobody.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Member {
    user_id: Option<String>,
}

impl Member {
    fn person(self) -> Option<Named> {
        self.user_id.filter(|id| !id.is_empty()).map(|id| Named { name: id.clone(), id })
    }
}

pub(super) fn read_overrides(response: &Response, _: &str) -> Result<Parsed<Vec<Override>>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Body {
        overrides: List<Raw>,
        custom_shifts: List<RawShift>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        start: Option<String>,
        end: Option<String>,
        user: Option<Reference>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RawShift {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        start_time: Option<String>,
        end_time: Option<String>,
        assignments: List<RawAssignment>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RawAssignment {
        member: Option<Member>,
    }
    check(response)?;
    let body: Body = json::read_leniently(&response.body)?;
    let layered = body.overrides.parsed("overrides");
    let shifts = body.custom_shifts.parsed("shifts");
    let mut all: Vec<Override> = Vec::new();
    for raw in layered.data {
        let person = raw.user.as_ref().map(Reference::named);
        all.push(Override { id: raw.id, start: at(&raw.start), end: at(&raw.end), person });
    }
    for raw in shifts.data {
        let person = raw.assignments.items.into_iter().find_map(|a| a.member?.person());
        all.push(Override { id: raw.id, start: at(&raw.start_time), end: at(&raw.end_time), person });
    }
    Ok(Parsed { data: all, warnings: [layered.warnings, shifts.warnings].concat() })
}

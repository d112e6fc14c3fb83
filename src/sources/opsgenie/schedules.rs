//! Who is on call, schedules, rosters and overrides.

use super::super::json;
use super::super::system::{Call, OnCall, join_by};
use super::super::{Parsed, Request, Response, SourceError};
use super::{Dialect, at, many, next, one};
use crate::domain::duty::{Duty, Override, Schedule, Shift};
use crate::domain::paging::Named;
use crate::domain::time::{DAY, Millis};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_json::Value;

pub struct Schedules(pub Dialect);

impl OnCall for Schedules {
    fn now(&self, at: Millis) -> Option<Call<Vec<Duty>>> {
        // The other has no such path: there each schedule is asked.
        (self.0 == Dialect::Opsgenie).then(|| {
            let request = self.0.get(&["schedules", "on-calls"]).with("date", rfc3339(at));
            Call::new(request, read_all_on_call)
        })
    }

    fn of_schedule(&self, schedule: &str, at: Millis) -> Call<Vec<Duty>> {
        Call::new(on_calls(self.0, schedule, "on-calls", at), read_on_call)
    }

    fn next_of_schedule(&self, schedule: &str, at: Millis) -> Option<Call<Vec<Duty>>> {
        Some(Call::new(on_calls(self.0, schedule, "next-on-calls", at), read_on_call))
    }

    fn schedules(&self) -> Vec<Call<Vec<Schedule>>> {
        let request = match self.0 {
            Dialect::Opsgenie => self.0.get(&["schedules"]),
            Dialect::Jsm => self.0.list(&["schedules"]),
        };
        vec![Call::new(request, read_schedules).paged(next, |all, more| join_by(all, more, |s| s.id.clone()))]
    }

    fn roster(&self, schedule: &str, _: &str, from: Millis, to: Millis) -> Call<Vec<Shift>> {
        // In whole days from the first one.
        let days = ((to - from).max(1) + DAY - 1) / DAY;
        let request = self.0.get(&["schedules", schedule, "timeline"]).with("date", rfc3339(from));
        let request = request.with("interval", days.to_string()).with("intervalUnit", "days");
        Call::new(request, read_timeline)
    }

    fn overrides(&self, schedule: &str, _: &str, _: Millis, _: Millis) -> Option<Call<Vec<Override>>> {
        let call = Call::new(overrides(self.0, schedule), read_overrides);
        Some(call.paged(next, |all, more| join_by(all, more, |o| o.id.clone())))
    }
}

fn on_calls(dialect: Dialect, schedule: &str, what: &str, at: Millis) -> Request {
    dialect.get(&["schedules", schedule, what]).with("flat", "false").with("date", rfc3339(at))
}

pub(super) fn overrides(dialect: Dialect, schedule: &str) -> Request {
    dialect.get(&["schedules", schedule, "overrides"])
}

/// Who is on call by one schedule, under one of many names. A participant may be a team or a policy, with those behind it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RawOnCall {
    #[serde(rename = "_parent")]
    parent: Option<Parent>,
    #[serde(rename = "onCallParticipants")]
    participants: json::List<Value>,
    #[serde(rename = "onCallRecipients")]
    recipients: json::List<Value>,
    #[serde(rename = "onCallUsers")]
    users: json::List<Value>,
    #[serde(rename = "nextOnCallParticipants")]
    next_participants: json::List<Value>,
    #[serde(rename = "nextOnCallRecipients")]
    next_recipients: json::List<Value>,
    #[serde(rename = "nextOnCallUsers")]
    next_users: json::List<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parent {
    #[serde(deserialize_with = "json::or_default")]
    id: String,
    #[serde(deserialize_with = "json::or_default")]
    name: String,
}

/// The people among participants: those behind a team or a policy, not the team itself, and nobody twice.
fn people(participant: &Value, depth: usize, all: &mut Vec<Named>) {
    let mut add = |id: &str, name: &str| {
        let named = Named { id: id.into(), name: if name.is_empty() { id.into() } else { name.into() } };
        if !id.is_empty() && all.iter().all(|known| known.id != named.id) {
            all.push(named);
        }
    };
    let text = |field: &str| participant.get(field).and_then(Value::as_str).unwrap_or_default();
    match participant {
        Value::String(id) => add(id, id),
        Value::Object(_) => {
            let inside = participant.get("onCallParticipants").and_then(Value::as_array);
            match inside.filter(|inside| !inside.is_empty() && depth < 5) {
                Some(inside) => inside.iter().for_each(|inner| people(inner, depth + 1, all)),
                None if text("type") == "noone" || text("type") == "none" => {}
                None => add(text("id"), text("name")),
            }
        }
        _ => {}
    }
}

fn duties(raw: RawOnCall, source: &str, all: &mut Vec<Duty>) {
    let mut on_call = Vec::new();
    let lists = [
        &raw.participants,
        &raw.recipients,
        &raw.users,
        &raw.next_participants,
        &raw.next_recipients,
        &raw.next_users,
    ];
    for participant in lists.into_iter().flat_map(|list| &list.items) {
        people(participant, 0, &mut on_call);
    }
    let schedule =
        raw.parent.map(|p| Named { name: if p.name.is_empty() { p.id.clone() } else { p.name }, id: p.id });
    let duty = |person: Option<Named>| Duty {
        schedule: schedule.clone(),
        policy: None,
        level: None,
        person,
        start: None,
        end: None,
        source: source.into(),
    };
    match on_call.is_empty() {
        // That nobody is on call is the news.
        true => all.push(duty(None)),
        false => all.extend(on_call.into_iter().map(|person| duty(Some(person)))),
    }
}

fn read_all_on_call(response: &Response, source: &str) -> Result<Parsed<Vec<Duty>>, SourceError> {
    let read = many::<RawOnCall>(response, "schedules")?;
    Ok(read.map(|schedules| {
        let mut all = Vec::new();
        schedules.into_iter().for_each(|raw| duties(raw, source, &mut all));
        all
    }))
}

fn read_on_call(response: &Response, source: &str) -> Result<Parsed<Vec<Duty>>, SourceError> {
    let mut all = Vec::new();
    duties(one(response)?, source, &mut all);
    Ok(Parsed::new(all))
}

fn read_schedules(response: &Response, _: &str) -> Result<Parsed<Vec<Schedule>>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        id: String,
        #[serde(deserialize_with = "json::or_default")]
        name: String,
        #[serde(deserialize_with = "json::or_default")]
        timezone: String,
        enabled: Option<bool>,
    }
    let schedule = |raw: Raw| Schedule {
        name: if raw.name.is_empty() { raw.id.clone() } else { raw.name },
        id: raw.id,
        zone: raw.timezone,
        link: None,
        form: String::new(),
        is_enabled: raw.enabled != Some(false),
    };
    Ok(many::<Raw>(response, "schedules")?.map(|all| all.into_iter().map(schedule).collect()))
}

/// `finalTimeline`: overrides and forwardings are in it.
fn read_timeline(response: &Response, _: &str) -> Result<Parsed<Vec<Shift>>, SourceError> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "finalTimeline")]
        timeline: Timeline,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Timeline {
        rotations: json::List<Rotation>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Rotation {
        periods: json::List<Period>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Period {
        #[serde(rename = "startDate")]
        start: Option<String>,
        #[serde(rename = "endDate")]
        end: Option<String>,
        #[serde(deserialize_with = "json::or_default")]
        r#type: String,
        #[serde(alias = "responder")]
        recipient: Option<Value>,
    }
    let body: Body = one(response)?;
    let mut shifts = Vec::new();
    let mut n_odd = body.timeline.rotations.n_odd;
    for rotation in body.timeline.rotations.items {
        n_odd += rotation.periods.n_odd;
        for period in rotation.periods.items {
            let (Some(start), Some(end)) = (at(&period.start), at(&period.end)) else {
                n_odd += 1;
                continue;
            };
            let mut who = Vec::new();
            period.recipient.iter().for_each(|recipient| people(recipient, 0, &mut who));
            let is_override = period.r#type == "override";
            shifts.push(Shift { start, end, person: who.into_iter().next(), is_override });
        }
    }
    Ok(Parsed { data: shifts, warnings: json::left_out(n_odd, "shifts") })
}

pub(super) fn read_overrides(response: &Response, _: &str) -> Result<Parsed<Vec<Override>>, SourceError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Raw {
        #[serde(deserialize_with = "json::or_default")]
        alias: String,
        #[serde(alias = "responder")]
        user: Option<User>,
        #[serde(rename = "startDate")]
        start: Option<String>,
        #[serde(rename = "endDate")]
        end: Option<String>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct User {
        id: Option<String>,
        username: Option<String>,
    }
    let one = |raw: Raw| {
        let person = raw.user.and_then(|u| {
            let id = u.id.clone().or_else(|| u.username.clone())?;
            Some(Named { name: u.username.unwrap_or_else(|| id.clone()), id })
        });
        Override { id: raw.alias, start: at(&raw.start), end: at(&raw.end), person }
    };
    Ok(many::<Raw>(response, "overrides")?.map(|all| all.into_iter().map(one).collect()))
}

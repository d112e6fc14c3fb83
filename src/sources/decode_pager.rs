//! The readers of systems that page people, for `fourlights decode` and `fourlights request`. An id, where a request needs
//! one, is what stands behind `--query`; that of a schedule may have the form of the schedule behind a slash.

use super::Request;
use super::SourceError;
use super::decode_way::{Asked, Way, instant};
use super::system::{Call, System};
use crate::domain::duty::{Duty, Override, Schedule, Shift};
use crate::domain::paging::{LogEntry, Named, Paged, PagingMaintenance};
use crate::domain::system_change::SystemChange;
use serde_json::{Value, json};

/// A call whose request depends on what is asked.
fn way<T: 'static>(
    what: &'static str,
    about: &'static str,
    call: impl Fn(&Asked<'_>) -> Result<Call<T>, SourceError> + Clone + 'static,
    value: fn(T) -> Value,
) -> Way {
    let ask = call.clone();
    Way {
        what,
        about,
        request: Box::new(move |asked| -> Result<Request, SourceError> { Ok(ask(asked)?.request) }),
        read: Box::new(move |response, source| {
            let any = Asked { query: "id", start: 0, end: 0, step: 1 };
            Ok(call(&any)?.read_all(response, source)?.map(value))
        }),
    }
}

/// `SCHEDULE/form`
fn schedule<'a>(asked: &Asked<'a>) -> (&'a str, &'a str) {
    asked.query.split_once('/').unwrap_or((asked.query, ""))
}

/// All ways of a system's paging, on-call schedules and changes.
pub fn ways(system: &'static System) -> Vec<Way> {
    let mut all = Vec::new();
    if let Some(paging) = system.paging {
        all.push(way("pages", "what people are paged for now", move |_| Ok(paging.open()), pages_value));
        let one = move |asked: &Asked<'_>| Ok(paging.one(asked.query));
        all.push(way("page", "one of them, by its id", one, page_value));
        let lacks = move |what| move || system.lacks(what);
        if paging.log("").is_some() {
            let log = move |asked: &Asked<'_>| paging.log(asked.query).ok_or_else(lacks("a log"));
            all.push(way("page_log", "what happened to one, by its id", log, log_value));
        }
        if paging.services().is_some() {
            let services = move |_: &Asked<'_>| paging.services().ok_or_else(lacks("services"));
            all.push(way("services", "the services it pages for", services, named_value));
        }
        if paging.people().is_some() {
            let people = move |_: &Asked<'_>| paging.people().ok_or_else(lacks("people"));
            all.push(way("people", "who can be paged", people, named_value));
        }
        if paging.priorities().is_some() {
            let priorities = move |_: &Asked<'_>| paging.priorities().ok_or_else(lacks("priorities"));
            all.push(way("priorities", "the priorities there are", priorities, named_value));
        }
        if paging.maintenances().is_some() {
            let ask = move |_: &Asked<'_>| paging.maintenances().ok_or_else(lacks("maintenances"));
            all.push(way("mutes", "maintenance in which it pages nobody", ask, maintenances_value));
        }
    }
    if let Some(on_call) = system.on_call {
        let lacks = move |what| move || system.lacks(what);
        if on_call.now(0).is_some() {
            let now = move |asked: &Asked<'_>| on_call.now(asked.end).ok_or_else(lacks("who is on call"));
            all.push(way("on_call", "who is on call now", now, duties_value));
        }
        let of = move |asked: &Asked<'_>| Ok(on_call.of_schedule(schedule(asked).0, asked.end));
        all.push(way("on_call_of", "who is on call by a schedule", of, duties_value));
        if on_call.next_of_schedule("", 0).is_some() {
            let next = move |asked: &Asked<'_>| {
                let call = on_call.next_of_schedule(schedule(asked).0, asked.end);
                call.ok_or_else(lacks("who is on call next"))
            };
            all.push(way("next_on_call", "who comes next by a schedule", next, duties_value));
        }
        for (n, what) in ["schedules", "schedules_2", "schedules_3"].into_iter().enumerate() {
            if on_call.schedules().len() > n {
                let list = move |_: &Asked<'_>| {
                    on_call.schedules().into_iter().nth(n).ok_or_else(lacks("schedules"))
                };
                all.push(way(what, "its schedules", list, schedules_value));
            }
        }
        let roster = move |asked: &Asked<'_>| {
            let (id, form) = schedule(asked);
            Ok(on_call.roster(id, form, asked.start, asked.end))
        };
        all.push(way("roster", "the shifts of a schedule", roster, shifts_value));
        if on_call.overrides("", "", 0, 0).is_some() {
            let overrides = move |asked: &Asked<'_>| {
                let (id, form) = schedule(asked);
                on_call.overrides(id, form, asked.start, asked.end).ok_or_else(lacks("overrides"))
            };
            all.push(way("overrides", "the overrides of a schedule", overrides, overrides_value));
        }
    }
    if let Some(changes) = system.changes {
        let ask = move |asked: &Asked<'_>| Ok(changes.between(asked.start, asked.end));
        all.push(way("changes", "deploys and other changes", ask, changes_value));
    }
    all
}

fn name(named: &Named) -> Value {
    json!({"id": named.id, "name": named.name})
}

fn page_value(p: Paged) -> Value {
    let acknowledged =
        p.acknowledged.iter().map(|a| json!({"by": a.by, "at": a.at.map(instant)})).collect::<Vec<_>>();
    let until = match p.state {
        crate::domain::paging::PageState::Snoozed { until } => until,
        _ => None,
    };
    json!({
        "id": p.id, "number": p.number, "title": p.title, "state": p.state.name(), "snoozed_until": until.map(instant),
        "urgency": p.urgency.map(|u| u.name()), "priority": p.priority, "severity": p.severity.map(|s| s.name()),
        "service": p.service.as_ref().map(name), "assignees": p.assignees.iter().map(name).collect::<Vec<_>>(),
        "acknowledged": acknowledged, "created": p.created.map(instant), "updated": p.updated.map(instant),
        "escalates": p.escalates.map(instant), "link": p.link, "key": p.key,
    })
}

fn pages_value(all: Vec<Paged>) -> Value {
    all.into_iter().map(page_value).collect()
}

fn log_value(all: Vec<LogEntry>) -> Value {
    let entry = |e: LogEntry| json!({"id": e.id, "at": e.at.map(instant), "what": e.what, "by": e.by, "text": e.text});
    all.into_iter().map(entry).collect()
}

fn named_value(all: Vec<Named>) -> Value {
    all.iter().map(name).collect()
}

fn maintenances_value(all: Vec<PagingMaintenance>) -> Value {
    let one = |m: PagingMaintenance| {
        json!({"id": m.id, "title": m.title, "start": m.start.map(instant), "end": m.end.map(instant),
               "services": m.services.iter().map(name).collect::<Vec<_>>(), "link": m.link})
    };
    all.into_iter().map(one).collect()
}

fn duties_value(all: Vec<Duty>) -> Value {
    let one = |d: Duty| {
        json!({"schedule": d.schedule.as_ref().map(name), "policy": d.policy.as_ref().map(name), "level": d.level,
               "person": d.person.as_ref().map(name), "start": d.start.map(instant), "end": d.end.map(instant)})
    };
    all.into_iter().map(one).collect()
}

fn schedules_value(all: Vec<Schedule>) -> Value {
    let one = |s: Schedule| json!({"id": s.id, "name": s.name, "zone": s.zone, "link": s.link, "form": s.form, "enabled": s.is_enabled});
    all.into_iter().map(one).collect()
}

fn shifts_value(all: Vec<Shift>) -> Value {
    let one = |s: Shift| {
        json!({"start": instant(s.start), "end": instant(s.end), "person": s.person.as_ref().map(name),
               "override": s.is_override})
    };
    all.into_iter().map(one).collect()
}

fn overrides_value(all: Vec<Override>) -> Value {
    let one = |o: Override| json!({"id": o.id, "start": o.start.map(instant), "end": o.end.map(instant), "person": o.person.as_ref().map(name)});
    all.into_iter().map(one).collect()
}

fn changes_value(all: Vec<SystemChange>) -> Value {
    let one = |c: SystemChange| {
        json!({"id": c.id, "at": c.at.map(instant), "summary": c.summary, "origin": c.origin, "services": c.services,
               "link": c.link})
    };
    all.into_iter().map(one).collect()
}

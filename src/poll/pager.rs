//! What is asked of systems that page people, and of those that know who is on call or what was changed.

use crate::domain::duty::{Duty, Override, Schedule, Shift};
use crate::domain::paging::{LogEntry, Named, Paged, PagingMaintenance};
use crate::domain::system_change::SystemChange;
use crate::domain::time::{MINUTE, Millis};
use crate::sources::{Call, Parsed, Request, Response, SourceError, System};

/// One question to one of them. Ids are the system's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PagerAsk {
    /// all that is open
    Open,
    /// one of them as it is now
    One {
        id: String,
    },
    /// what happened to one
    Log {
        id: String,
    },
    Services,
    People,
    Priorities,
    Maintenances,
    /// who is on call now; `None`: by all schedules at once
    OnCall {
        schedule: Option<String>,
    },
    /// who comes next
    NextOnCall {
        schedule: String,
    },
    /// the schedules of one of the system's forms: see [`forms`]
    Schedules {
        form: usize,
    },
    Roster {
        schedule: String,
        form: String,
        from: Millis,
        to: Millis,
    },
    Overrides {
        schedule: String,
        form: String,
        from: Millis,
        to: Millis,
    },
    /// changes of the last so many milliseconds
    Changes {
        length: Millis,
    },
}

/// What answers.
#[derive(Clone, Debug, PartialEq)]
pub enum PagerReply {
    Open(Vec<Paged>),
    One(Box<Paged>),
    Log(Vec<LogEntry>),
    Named(Vec<Named>),
    Maintenances(Vec<PagingMaintenance>),
    OnCall(Vec<Duty>),
    Schedules(Vec<Schedule>),
    Roster(Vec<Shift>),
    Overrides(Vec<Override>),
    Changes(Vec<SystemChange>),
}

/// How many calls it takes to list all schedules of a system.
pub fn forms(system: &System) -> usize {
    system.on_call.map_or(0, |on_call| on_call.schedules().len())
}

/// A call whatever it gives.
pub(super) trait PagerCall {
    fn request(&self) -> &Request;
    fn next(&self, asked: &Request, response: &Response, is_first: bool) -> Option<Request>;
    fn read(&self, response: &Response, source: &str) -> Result<Parsed<PagerReply>, SourceError>;
}

impl<T> PagerCall for (Call<T>, fn(T) -> PagerReply) {
    fn request(&self) -> &Request {
        &self.0.request
    }

    fn next(&self, asked: &Request, response: &Response, is_first: bool) -> Option<Request> {
        self.0.next(asked, response, is_first)
    }

    fn read(&self, response: &Response, source: &str) -> Result<Parsed<PagerReply>, SourceError> {
        Ok(self.0.read_all(response, source)?.map(self.1))
    }
}

impl PagerAsk {
    /// How long an answer is good for. `refresh` is that of the configuration.
    pub fn interval(&self, refresh: Millis) -> Millis {
        match self {
            Self::Open | Self::One { .. } | Self::Log { .. } | Self::Changes { .. } => refresh,
            Self::OnCall { .. } | Self::NextOnCall { .. } => refresh.max(MINUTE),
            _ => refresh.max(5 * MINUTE),
        }
    }

    /// The call at an instant.
    ///
    /// # Errors
    /// When the system cannot be asked so.
    pub(super) fn call(&self, system: &System, now: Millis) -> Result<Box<dyn PagerCall>, SourceError> {
        fn some<T: 'static>(
            call: Option<Call<T>>,
            reply: fn(T) -> PagerReply,
            lacks: SourceError,
        ) -> Result<Box<dyn PagerCall>, SourceError> {
            Ok(Box::new((call.ok_or(lacks)?, reply)))
        }
        let lacks = |what| system.lacks(what);
        match self {
            Self::Open => some(Some(system.paging()?.open()), PagerReply::Open, lacks("pages")),
            Self::One { id } => {
                some(Some(system.paging()?.one(id)), |one| PagerReply::One(Box::new(one)), lacks("pages"))
            }
            Self::Log { id } => some(system.paging()?.log(id), PagerReply::Log, lacks("a log of a page")),
            Self::Services => some(system.paging()?.services(), PagerReply::Named, lacks("services")),
            Self::People => some(system.paging()?.people(), PagerReply::Named, lacks("people")),
            Self::Priorities => some(system.paging()?.priorities(), PagerReply::Named, lacks("priorities")),
            Self::Maintenances => {
                some(system.paging()?.maintenances(), PagerReply::Maintenances, lacks("maintenances"))
            }
            Self::OnCall { schedule: None } => {
                some(system.on_call()?.now(now), PagerReply::OnCall, lacks("all who are on call at once"))
            }
            Self::OnCall { schedule: Some(schedule) } => some(
                Some(system.on_call()?.of_schedule(schedule, now)),
                PagerReply::OnCall,
                lacks("who is on call"),
            ),
            Self::NextOnCall { schedule } => some(
                system.on_call()?.next_of_schedule(schedule, now),
                PagerReply::OnCall,
                lacks("who is on call next"),
            ),
            Self::Schedules { form } => {
                let call = system.on_call()?.schedules().into_iter().nth(*form);
                some(call, PagerReply::Schedules, lacks("schedules"))
            }
            Self::Roster { schedule, form, from, to } => {
                let call = system.on_call()?.roster(schedule, form, *from, *to);
                some(Some(call), PagerReply::Roster, lacks("rosters"))
            }
            Self::Overrides { schedule, form, from, to } => {
                let call = system.on_call()?.overrides(schedule, form, *from, *to);
                some(call, PagerReply::Overrides, lacks("overrides"))
            }
            Self::Changes { length } => {
                let call = system.changes()?.between(now - length, now);
                some(Some(call), PagerReply::Changes, lacks("changes"))
            }
        }
    }
}

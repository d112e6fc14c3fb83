//! One line of the services table.

use crate::config::{Config, Level, Service};
use crate::domain::format::{Unit, human_or_dash};
use crate::domain::series::Frame;
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, MINUTE};
use crate::poll::{Pace, Question};

/// The question that answers a signal for all services of a set at once.
pub fn row_question(config: &Config, set: &str, signal: Signal) -> Option<Question> {
    let set = config.set(set)?;
    let query = set.query(signal, Level::Service, MINUTE, DAY)?;
    Some(Question::Instant { source: set.source.clone(), query, pace: Pace::Refresh })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    Down,
    Degraded,
    Unknown,
    Up,
}

impl Health {
    pub fn word(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::Degraded => "Degraded",
            Self::Unknown => "No data",
            Self::Up => "Up",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Down => "bad",
            Self::Degraded => "warn",
            Self::Unknown => "unknown",
            Self::Up => "ok",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServiceRow {
    pub id: String,
    pub name: String,
    pub health: Health,
    pub latency: String,
    pub errors: String,
    pub cpu: String,
    pub memory: String,
}

/// The row of a service; `frame_of` gives the answer to a set's signal where there is one.
pub fn service_row<'a>(
    config: &Config,
    service: &Service,
    frame_of: impl Fn(&str, Signal) -> Option<&'a Frame>,
) -> ServiceRow {
    let value = |signal: Signal| {
        let (set, value) = config.service_set(service, signal)?;
        frame_of(&set.name, signal)?.value(&set.by, value)
    };
    let breaches = |signal: Signal| {
        let limit = config.rule(signal).and_then(|r| r.threshold(None));
        matches!((value(signal), limit), (Some(v), Some(l)) if v > l)
    };
    // What its users feel makes a service degraded; a busy CPU alone does not.
    let felt = [Signal::LatencyP95, Signal::ErrorRatio];
    let watched = [Signal::LatencyP95, Signal::ErrorRatio, Signal::Cpu, Signal::Memory, Signal::Disk];
    let health = match value(Signal::Up) {
        Some(up) if up < 0.5 => Health::Down,
        _ if felt.into_iter().any(breaches) => Health::Degraded,
        Some(_) => Health::Up,
        // Without a probe, an answer with requests or resources is what there is to go by.
        None if watched.into_iter().any(|s| value(s).is_some()) => Health::Up,
        None => Health::Unknown,
    };
    let show = |unit: Unit, signal: Signal| human_or_dash(unit, value(signal));
    ServiceRow {
        id: service.id.clone(),
        name: service.name.clone(),
        health,
        latency: show(Unit::Seconds, Signal::LatencyP95),
        errors: show(Unit::Ratio, Signal::ErrorRatio),
        cpu: show(Unit::Ratio, Signal::Cpu),
        memory: show(Unit::Ratio, Signal::Memory),
    }
}

//! The clocks of an incident: what is due, when, and whether it is late. Functions of the facts and of now, so they are right
//! after a reload, after the laptop slept, and in every tab.

use super::event::Moment;
use super::facts::{Facts, Standing};
use super::severities::Policy;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;

/// Everything that is timed, at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// how long it has lasted, or lasted; `None` where its detection, or its end, is at a time that is not known
    pub lasted: Option<Millis>,
    /// whether that still grows
    pub is_running: bool,
    /// what it counts as now
    pub severity: Option<Severity>,
    /// what it was set to, where time has raised it
    pub escalated_from: Option<Severity>,
    /// somebody has to be on it by then
    pub acknowledge: Option<Deadline>,
    /// people are to hear of it by then
    pub update: Option<Deadline>,
    /// it becomes SEV-1 by then
    pub escalation: Option<Deadline>,
}

/// Something that has to be done by an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub by: Millis,
    /// when it was done
    pub done: Option<Millis>,
}

/// A deadline at an instant. Lengths are in milliseconds, and never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    In(Millis),
    Late(Millis),
    Done,
    DoneLate(Millis),
}

impl Deadline {
    /// A clock that was set back shows more time left, never a deadline that was missed in the future.
    pub fn at(&self, now: Millis) -> Due {
        match self.done {
            Some(done) if done <= self.by => Due::Done,
            Some(done) => Due::DoneLate(done - self.by),
            None if now <= self.by => Due::In(self.by - now),
            None => Due::Late(now - self.by),
        }
    }

    pub fn is_late(&self, now: Millis) -> bool {
        matches!(self.at(now), Due::Late(_))
    }
}

/// The clocks at `now`.
pub fn clocks(facts: &Facts, policy: &Policy, now: Millis) -> Clocks {
    let severity = facts.severity_at(now);
    let is_running = facts.is_open();
    let detected = facts.at(Moment::Detected);
    let end = if is_running { Some(now) } else { facts.at(Moment::Resolved) };
    let mut clocks = Clocks {
        lasted: detected.zip(end).map(|(from, to)| (to - from).max(0)),
        is_running,
        severity,
        escalated_from: facts.severity.filter(|set| severity != Some(*set)),
        ..Clocks::default()
    };
    if facts.standing != Standing::Incident {
        return clocks;
    }
    clocks.acknowledge = severity.and_then(Severity::respond_within).zip(detected).map(|(within, from)| {
        // Known to be acknowledged, at a time that is not: that is no reason to call.
        let done = facts.moments.get(&Moment::Acknowledged).map(|at| at.unwrap_or(from));
        Deadline { by: from + within, done }
    });
    clocks.update = update(facts, policy, severity);
    clocks.escalation =
        facts.escalates_at().filter(|by| is_running && now < *by).map(|by| Deadline { by, done: None });
    clocks
}

/// When the next message is due: the first one soon after detection, then one in each interval, and a last one after the end.
fn update(facts: &Facts, policy: &Policy, severity: Option<Severity>) -> Option<Deadline> {
    let every = policy.update_every(severity?)?;
    let by = match (facts.moments.get(&Moment::Resolved), facts.last_message) {
        (Some(resolved), last) => {
            let resolved = (*resolved)?;
            if last.is_some_and(|last| last >= resolved) {
                return None;
            }
            resolved + policy.first_message
        }
        (None, Some(last)) => last + every,
        (None, None) => facts.at(Moment::Detected)? + policy.first_message.min(every),
    };
    Some(Deadline { by, done: None })
}

/// The deadline that is due first, or has been late longest, for a list and the title of the page.
pub fn next_due(clocks: &Clocks) -> Option<Deadline> {
    let open = |d: &Deadline| d.done.is_none();
    [clocks.acknowledge, clocks.update].into_iter().flatten().filter(open).min_by_key(|d| d.by)
}

//! What the systems that page people have in common: what they let people do, and how safe a repeat of it is.

use super::SourceError;
use super::actions::{Found, Performed};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::paging::PagingMaintenance;
use crate::domain::time::{Millis, SECOND};

/// What a system with incidents or alerts, schedules and maintenance offers.
pub(super) const OFFERS: &[ActionKind] = &[
    ActionKind::Acknowledge,
    ActionKind::Resolve,
    ActionKind::Snooze,
    ActionKind::Note,
    ActionKind::Reassign,
    ActionKind::Escalate,
    ActionKind::Prioritize,
    ActionKind::OpenPage,
    ActionKind::TakeOver,
    ActionKind::TakeBack,
    ActionKind::PlanMaintenance,
    ActionKind::EndMaintenance,
];

/// What happens when one of [`OFFERS`] is sent twice.
pub(super) fn safety(action: &Action) -> Safety {
    match action.kind() {
        // Its key makes one page, as long as that is open.
        ActionKind::OpenPage => Safety::Keyed,
        ActionKind::Note | ActionKind::Escalate | ActionKind::TakeOver | ActionKind::PlanMaintenance => {
            Safety::AskFirst
        }
        _ => Safety::Idempotent,
    }
}

/// A no of the system to something that changes.
pub(super) fn refused(error: SourceError, status: u16) -> Performed {
    Performed::Refused { error, is_conflict: matches!(status, 409 | 412) }
}

/// Whether a time is the one that was asked for; systems keep whole seconds.
pub(super) fn is_near(at: Option<Millis>, wanted: Millis) -> bool {
    at.is_some_and(|at| (at - wanted).abs() < SECOND)
}

/// What became of planning or ending a maintenance, by those that are now or ahead.
pub(super) fn find_maintenance(action: &Action, all: &[PagingMaintenance]) -> Found {
    match action {
        Action::PlanMaintenance(m) => {
            let found = all.iter().find(|w| w.title == m.title && is_near(w.end, m.ends));
            found.map_or(Found::NotDone, |w| Found::Done(Receipt::of(Some(w.id.clone()))))
        }
        Action::EndMaintenance(m) => match all.iter().any(|w| w.id == m.id) {
            true => Found::NotDone,
            false => Found::Done(Receipt::of(Some(m.id.clone()))),
        },
        _ => Found::NotDone,
    }
}

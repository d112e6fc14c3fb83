//! One line of responsibility: its rotations, and what was agreed on top of them.

use super::ZoneOf;
use super::rotation::{Rotation, Turn};
use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use crate::domain::window::Bounds;

/// One line of responsibility, such as primary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    pub name: String,
    /// where two cover the same instant, the first has it
    pub rotations: Vec<Rotation>,
    /// of those that cover the same instant the last one counts
    pub swaps: Vec<Swap>,
    /// of those that cover the same instant the last one counts
    pub overrides: Vec<Override>,
    /// Gaps were declared: nobody is meant to be on call at other hours.
    pub allows_gaps: bool,
}

/// Somebody takes over for a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub bounds: Bounds,
    /// id
    pub person: String,
    pub note: Option<String>,
}

/// Two people have each other's shifts in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    pub bounds: Bounds,
    /// ids
    pub people: (String, String),
}

/// A span with one person, or with nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    pub bounds: Bounds,
    /// id; `None` is a gap
    pub person: Option<String>,
    pub reason: Reason,
}

/// Why somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// it is their turn, or nobody's
    Turn,
    /// they changed with the one whose turn it is
    Swap { instead_of: String },
    /// they took over; `None`: from nobody
    Override { instead_of: Option<String>, note: Option<String> },
}

/// Who is on call at an instant, and who comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Now {
    /// It ends where another person, or a gap, begins. An end at the horizon is not known.
    pub shift: Shift,
    /// `None`: nothing changes up to the horizon
    pub next: Option<Shift>,
}

impl Layer {
    /// The shifts of a span, in order and without holes: each begins where the one before ends, the first with the span
    /// and the last to its end. Neighbours differ in person or reason.
    pub fn shifts(&self, span: Bounds, zone_of: ZoneOf<'_>) -> Vec<Shift> {
        if span.start >= span.end {
            return Vec::new();
        }
        let turns: Vec<Vec<Turn<'_>>> = self.rotations.iter().map(|r| r.turns(span, zone_of)).collect();
        let swaps: Vec<&Swap> = self.swaps.iter().filter(|s| s.bounds.common(&span).is_some()).collect();
        let overrides: Vec<&Override> =
            self.overrides.iter().filter(|o| o.bounds.common(&span).is_some()).collect();
        let mut cuts = vec![span.start, span.end];
        let own = turns.iter().flatten().map(|t| t.bounds);
        for bounds in own.chain(swaps.iter().map(|s| s.bounds)).chain(overrides.iter().map(|o| o.bounds)) {
            cuts.extend([bounds.start, bounds.end].into_iter().filter(|at| span.contains(*at)));
        }
        cuts.order();
        cuts.dedup();
        let mut all: Vec<Shift> = Vec::new();
        // Between two cuts nothing changes. Turns of one rotation never overlap, so a place in each list is enough.
        let mut places = vec![0; turns.len()];
        for pair in cuts.windows(2) {
            let [start, end] = *pair else { continue };
            let turn = turns.iter().zip(&mut places).find_map(|(turns, place)| turn_at(turns, place, start));
            let (person, reason) = decide(turn, &swaps, &overrides, start);
            match all.last_mut() {
                Some(last) if last.person == person && last.reason == reason => last.bounds.end = end,
                _ => all.push(Shift { bounds: Bounds { start, end }, person, reason }),
            }
        }
        all
    }

    /// Who is on call at an instant and who is next, looking ahead for `horizon` milliseconds. Shifts of the same person
    /// in a row are one.
    pub fn now(&self, at: Millis, horizon: Millis, zone_of: ZoneOf<'_>) -> Option<Now> {
        let mut shifts =
            self.shifts(Bounds { start: at, end: at.saturating_add(horizon) }, zone_of).into_iter();
        let mut shift = shifts.next()?;
        let mut next: Option<Shift> = None;
        for later in shifts {
            match &mut next {
                None if later.person == shift.person => shift.bounds.end = later.bounds.end,
                None => next = Some(later),
                Some(next) if later.person == next.person => next.bounds.end = later.bounds.end,
                Some(_) => break,
            }
        }
        Some(Now { shift, next })
    }

    /// The spans in which nobody is on call, although somebody is meant to be.
    pub fn gaps(&self, span: Bounds, zone_of: ZoneOf<'_>) -> Vec<Bounds> {
        if self.allows_gaps {
            return Vec::new();
        }
        let shifts = self.shifts(span, zone_of);
        shifts.into_iter().filter(|s| s.person.is_none()).map(|s| s.bounds).collect()
    }
}

/// The turn at an instant; instants come in order, and `place` is where the last search ended.
fn turn_at<'a>(turns: &[Turn<'a>], place: &mut usize, at: Millis) -> Option<&'a str> {
    while turns.get(*place).is_some_and(|turn| turn.bounds.end <= at) {
        *place += 1;
    }
    turns.get(*place).filter(|turn| turn.bounds.contains(at)).map(|turn| turn.person)
}

fn decide(
    turn: Option<&str>,
    swaps: &[&Swap],
    overrides: &[&Override],
    at: Millis,
) -> (Option<String>, Reason) {
    let other = |swap: &Swap| match (turn, &swap.people) {
        (Some(person), (a, b)) if person == a => Some(b.clone()),
        (Some(person), (a, b)) if person == b => Some(a.clone()),
        _ => None,
    };
    let swapped = swaps.iter().rev().filter(|s| s.bounds.contains(at)).find_map(|s| other(s));
    let (person, reason) = match (swapped, turn) {
        (Some(person), Some(turn)) if person != turn => {
            (Some(person), Reason::Swap { instead_of: turn.into() })
        }
        _ => (turn.map(str::to_string), Reason::Turn),
    };
    match overrides.iter().rev().find(|o| o.bounds.contains(at)) {
        // Who would be on call anyway takes over from nobody.
        Some(o) if person.as_ref() != Some(&o.person) => {
            let reason = Reason::Override { instead_of: person, note: o.note.clone() };
            (Some(o.person.clone()), reason)
        }
        _ => (person, reason),
    }
}

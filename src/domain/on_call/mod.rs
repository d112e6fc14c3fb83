//! On-call schedules as code: who is responsible at any instant, in any zone, right over changes of clocks.
//!
//! A [`Schedule`] has [`Layer`]s, each of which has one person at a time: primary, secondary, manager. A layer is made of
//! [`Rotation`]s. One is enough for most teams; several follow the sun, each with the hours that it covers, and where two
//! cover the same instant the first in the list has it. Swaps exchange two people for a span, and an override names
//! another person for a span, whatever the rotations say.
//!
//! ```text
//! rotations   Ben      | Ola           | Ben            weekly, Monday 09:00 Europe/Berlin
//! overrides        Mia                                  Tuesday 18:00 to Wednesday 09:00
//! shifts      Ben |Mia |Ben| Ola       | Ben            each instant has exactly one person, or is a gap
//! ```
//!
//! Nothing here knows the zone database: a rotation has the name of its zone, and whoever asks hands in a function that
//! has its offsets ([`ZoneOf`]).

mod calendar;
mod hand_over;
mod layer;
mod rotation;
mod schedule;
mod week;

pub use calendar::calendar;
pub use hand_over::{HandOver, Held, Listed, Open, hand_over};
pub use layer::{Layer, Now, Override, Reason, Shift, Swap};
pub use rotation::{Days, FULL_DAY, Rotation, Turn, WEEKDAYS, day_number, parse_clock};
pub use schedule::{Gap, Person, Roster, Schedule};
pub use week::uncovered;

use super::zone::Offsets;

/// Gives the offsets of a zone by its name, such as `Europe/Berlin` or `UTC`.
pub type ZoneOf<'a> = &'a dyn Fn(&str) -> Offsets;

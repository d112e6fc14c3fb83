//! A connection as the Connections page shows it: its state, what it can do and why not the rest, and the ways to it.

mod abilities;
mod recipe;
mod state;
mod ways;

pub use abilities::{Ability, Heard, KeyState, abilities};
pub use recipe::{Recipe, connect_src, recipe};
pub use state::{ConnectionState, Measured, connection_state};
pub use ways::{Trial, WayKind, WayRow, ways};

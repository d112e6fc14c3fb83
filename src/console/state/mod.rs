//! What all pages share: the browser's facts, the board of answers, and the address.

mod alerts;
mod board;
mod console;
mod memo;
mod theme;
mod uptime;

pub use alerts::{AlertsState, alerts};
pub use board::{Board, Shared};
pub use console::{Console, data, frame, provide_console, use_console};
pub use memo::{feed, memo};
pub use uptime::uptime_card;

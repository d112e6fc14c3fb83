//! What all pages share: the browser's facts, the board of answers, and the address.

mod alerts;
mod answers;
mod asking;
mod attention;
mod board;
mod capacity;
mod console;
mod events;
mod heartbeat;
mod keys;
mod lead;
mod memo;
mod outbox;
mod overview;
mod pointing;
mod rules;
mod slos;
mod theme;
mod uptime;
mod watch;
mod wire;

pub use alerts::{AlertsState, provide_alerts, use_alerts};
pub use answers::{Held, Polled, Shared};
pub use attention::{provide_attention, use_attention};
pub use board::{Board, MEMORY_LIMIT};
pub use capacity::capacity;
pub use console::{Console, Zone, data, firings, frame, provide_console, use_console};
pub use events::events;
pub use memo::{answered, feed, kept, memo};
pub use outbox::{provide_outbox_place, system_of, use_outbox};
pub use overview::Holdings;
pub use pointing::{ChartSettings, ChartSubject, Crosshair, ShownQuery};
pub use rules::RuleState;
pub use slos::{SloState, SlosState, slo_offsets, slos};
pub use uptime::uptime_card;
pub use watch::start_watch;

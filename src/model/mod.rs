//! What each panel, report and command shows, as plain values made from answers. No signals, no DOM, no clock: used by
//! the console, the command line and the stack of the tests.

mod alerts;
mod capacity;
mod commit_plan;
mod connections;
mod data_table;
mod duty;
mod incidents;
mod load_state;
mod local_time;
mod on_call;
mod on_call_edit;
mod outage;
mod paged;
pub mod route;
mod signals;
mod slo;
pub mod view_state;

pub use alerts::*;
pub use capacity::*;
pub use commit_plan::{Conflict, Loaded, Sent, Step, next_step};
pub use connections::{
    Ability, ConnectionState, Heard, KeyState, Measured, Recipe, Trial, WayKind, WayRow, abilities,
    connect_src, connection_state, recipe, ways,
};
pub use data_table::{Cell, Column, DataRow, Line, Look, arranged, lines};
pub use duty::{DutyLine, duty_lines, roster_row};
pub use incidents::*;
pub use load_state::Feed;
pub use local_time::{local_input, local_value};
pub use on_call::{
    Bar, Known, OnNow, Period, StripRow, hand_over_text, marks, on_now, share, span_text, strip,
    unknown_zones,
};
pub use on_call_edit::{EditFault, Edited, add_override};
pub use outage::{Failure, Outage, outages};
pub use paged::{
    Offer, PagedRow, acknowledged_words, link_to, news_of, offers, on_its_way, page_tone, paged_rows,
};
pub use signals::*;
pub use slo::*;

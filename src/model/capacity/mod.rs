//! Resources, their histories, forecasts and the dates by which somebody must act.

mod card;
mod report;
mod supply;

pub use card::{CapacityCard, Due, capacity_card};
pub use report::{capacity_calendar, capacity_csv, scaling_request};
pub use supply::{Missing, Supplies, Supply, history_question, limit_question, supplies};

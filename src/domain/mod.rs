//! What ops people talk about. Pure: time is a parameter, no I/O, no UI, no globals.

pub mod alert;
pub mod alert_merge;
mod alert_past;
pub mod alert_rule;
pub mod burn;
pub mod capacity;
pub mod chunk;
pub mod forecast;
pub mod format;
pub mod incident;
pub mod knee;
mod label_index;
pub mod labels;
pub mod ledger;
pub mod outlook;
pub mod plan;
pub mod public;
pub mod series;
pub mod severity;
pub mod signal;
pub mod single;
pub mod slo;
pub mod time;
pub mod uptime;
pub mod watchdog;
pub mod window;
pub mod zone;

//! What the public page tells visitors. Nothing internal has a place here.

pub mod day;
pub mod incident_text;
pub mod notice;
pub mod page;
pub mod recurrence;
pub mod status;
pub mod written;

pub use day::{Day, History};
pub use notice::{Body, Notice, Origin, Phase, Revision, Update, end_of};
pub use page::{Component, Measured, Page};
pub use status::{ComponentStatus, Impact};

//! What the public page tells visitors. Nothing internal has a place here.

pub mod day;
pub mod incident_text;
pub mod notice;
pub mod page;
pub mod recurrence;
pub mod status;

pub use day::{Day, History};
pub use notice::{Body, Notice, Origin, Phase, Update};
pub use page::{Component, Measured, Page};
pub use status::{ComponentStatus, Impact};

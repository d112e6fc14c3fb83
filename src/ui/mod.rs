//! The few components that console and public page share. They know [`crate::domain`] only.

mod tone_icon;
mod uptime_bars;

pub use tone_icon::ToneIcon;
pub use uptime_bars::UptimeBars;

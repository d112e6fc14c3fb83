//! Pieces that pages are made from. One component a file; none of them fetches.

mod budget_bar;
mod canvas;
mod chart;
mod chip;
mod filter_field;
mod firing_strip;
mod gauge;
mod heartbeat;
mod icon;
mod keyboard;
mod paint_queue;
mod palette;
mod panel;
mod refresh_state;
mod reveal;
mod shell;
mod sparkline;
mod time;
mod time_range;

pub use crate::ui::{ToneIcon, UptimeBars};
pub use budget_bar::BudgetBar;
pub use chart::{ChartMenu, ChartView};
pub use chip::{Chip, ReadingChip, SeverityTag, alert_severity, alert_tone};
pub use filter_field::FilterField;
pub use firing_strip::FiringStrip;
pub use gauge::GaugeView;
pub use heartbeat::HeartbeatBanner;
pub use icon::Icon;
pub use keyboard::listen_to_keys;
pub use palette::{Palette, PaletteState, ShortcutsDialog};
pub use panel::Panel;
pub use reveal::RevealedPage;
pub use shell::{BottomBar, Rail, TopBar};
pub use sparkline::Sparkline;
pub use time::When;

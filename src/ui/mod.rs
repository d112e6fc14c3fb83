//! The smallest pieces of a page: marks, chips, icons, bars and boxes that are made of plain values and know nothing of the
//! console, its state or its addresses.

mod budget_bar;
mod chip;
mod facts;
mod focus_keeper;
mod icon;
mod paint_queue;
mod reveal;
mod segmented;
mod side_panel;
mod tone_icon;
mod uptime_bars;

pub use budget_bar::BudgetBar;
pub use chip::{Chip, ReadingChip, SeverityTag, alert_severity, alert_tone};
pub use facts::Facts;
pub use focus_keeper::keep_focus;
pub use icon::Icon;
pub(crate) use paint_queue::{Paint, forget_paint, request_paint};
pub use reveal::RevealedPage;
pub use segmented::Segmented;
pub use side_panel::SidePanel;
pub use tone_icon::ToneIcon;
pub use uptime_bars::UptimeBars;

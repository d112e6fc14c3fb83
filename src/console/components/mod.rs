//! Pieces that pages are made from. One component a file; none of them fetches.

mod acknowledge;
mod action_list;
mod announcer;
mod canvas;
mod chart;
mod clock_banner;
mod data_table;
mod empty_state;
mod filter_bar;
mod filter_field;
mod firing_strip;
mod gauge;
mod heartbeat;
mod keyboard;
mod later;
mod now_strip;
mod outages;
mod page_header;
mod palette;
mod panel;
mod refresh_state;
mod shell;
mod sparkline;
mod time;
mod time_range;

pub use crate::ui::{
    BudgetBar, Chip, Facts, Icon, ReadingChip, RevealedPage, Segmented, SeverityTag, SidePanel, ToneIcon,
    UptimeBars, alert_severity, alert_tone, keep_focus,
};
pub use acknowledge::{AckDialog, AckForm, AckNote};
pub use action_list::ActionList;
pub use announcer::Announcer;
pub use chart::{ChartMenu, ChartView};
pub use clock_banner::ClockBanner;
pub use data_table::DataTable;
pub use empty_state::EmptyState;
pub use filter_bar::FilterBar;
pub use filter_field::FilterField;
pub use firing_strip::FiringStrip;
pub use gauge::GaugeView;
pub use heartbeat::HeartbeatBanner;
pub use keyboard::listen_to_keys;
pub use later::{Later, LaterDialog, MissingSystems, NotLoaded};
pub use now_strip::NowStrip;
pub use outages::OutageBanners;
pub use page_header::PageHeader;
pub use palette::{Palette, PaletteState, ShortcutsDialog};
pub use panel::Panel;
pub use shell::{BottomBar, Rail, TopBar};
pub use sparkline::Sparkline;
pub use time::When;

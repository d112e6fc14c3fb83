//! A chart that can be read by eye, by hand, by keyboard and by ear.

mod legend;
mod menu;
mod overlay;
mod save;
mod swatch;
mod table;
mod view;

pub use menu::ChartMenu;
pub use view::ChartView;

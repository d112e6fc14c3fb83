//! The public page. Knows [`crate::domain`] only: nothing of the console, of sources or of queries can come
//! near what visitors load.
//!
//! The views are rendered to HTML by `fourlights publish`, and that HTML is all a visitor needs. In the
//! browser the live part adds its own small views to it and puts newer HTML of the same views in place.

mod bars;
mod component_page;
mod components;
mod frame;
mod front;
mod history_page;
mod latency;
pub mod markdown;
mod notices;
mod site;
mod time;
pub mod words;

pub use component_page::component_page;
pub use components::{SHAPES, windows};
pub use frame::FEEDS;
pub use front::{front_page, headline};
pub use history_page::{history_page, month_path, months, not_found_page, notice_page};
pub use notices::path as notice_path;
pub use site::Site;

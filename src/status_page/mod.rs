//! The public page. Knows [`crate::domain`] only: nothing of the console, of sources or of queries can come
//! near what visitors load.
//!
//! The views are rendered to HTML by `fourlights publish`, and that HTML is all a visitor needs. In the
//! browser the live part adds its own small views to it and puts newer HTML of the same views in place.

#[cfg(not(target_arch = "wasm32"))]
mod bars;
#[cfg(not(target_arch = "wasm32"))]
mod component_page;
#[cfg(not(target_arch = "wasm32"))]
mod components;
#[cfg(not(target_arch = "wasm32"))]
mod foot;
#[cfg(not(target_arch = "wasm32"))]
mod front;
#[cfg(not(target_arch = "wasm32"))]
mod history_page;
#[cfg(not(target_arch = "wasm32"))]
mod latency;
#[cfg(not(target_arch = "wasm32"))]
pub mod markdown;
#[cfg(not(target_arch = "wasm32"))]
mod notices;
#[cfg(not(target_arch = "wasm32"))]
mod site;
#[cfg(not(target_arch = "wasm32"))]
mod time;
#[cfg(not(target_arch = "wasm32"))]
pub mod words;

#[cfg(not(target_arch = "wasm32"))]
pub use component_page::component_page;
#[cfg(not(target_arch = "wasm32"))]
pub use components::{SHAPES, windows};
#[cfg(not(target_arch = "wasm32"))]
pub use foot::FEEDS;
#[cfg(not(target_arch = "wasm32"))]
pub use front::{front_page, headline};
#[cfg(not(target_arch = "wasm32"))]
pub use notices::path as notice_path;
#[cfg(not(target_arch = "wasm32"))]
pub use history_page::{history_page, month_path, months, not_found_page, notice_page};
#[cfg(not(target_arch = "wasm32"))]
pub use site::Site;

#[cfg(target_arch = "wasm32")]
pub mod live;

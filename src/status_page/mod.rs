//! The public page. Knows [`crate::domain`] only: nothing of the console, of sources or of queries
//! can come near what visitors load.

mod components;
mod incidents;
mod page;

pub use page::{PageState, StatusPage};

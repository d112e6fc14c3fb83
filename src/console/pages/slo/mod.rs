//! Objectives: the list, and one with all that explains it.

mod burn;
mod causes;
mod detail;
mod list;
mod past;
mod report;
mod subject;

pub use detail::SloPage;
pub use list::SlosPage;

//! Runbooks: the list, and one of them to work through.

mod blocks;
mod book;
mod list;
mod load;
mod work;

pub use book::RunbookPage;
pub use list::RunbooksPage;

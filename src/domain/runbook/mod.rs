//! Runbooks: Markdown files that say what to do when an alert fires, read into steps, commands and branches.
//!
//! ```text
//! ---
//! alert: [HighLatency]         which alerts it is for: see `front`
//! ---
//! # Runbook: API - high latency
//! ### Step 1: Check the pods   a step: a numbered heading, an item of a numbered list, or a task `- [ ]`
//! ``` fenced code               a command, with [service] or {{service}} to fill in: see `variable`
//! **Expected Output**: ..      branches: what should be seen, and what to do if it is not
//! **If Failed**: ..
//! ```
//!
//! Files are other people's text. What is read is bounded (see [`MOST_BYTES`]), nests to a fixed depth, has no HTML, and
//! links only to where [`link`] allows; so whatever is in it can be shown as plain values.

pub mod find;
mod front;
pub mod link;
mod markdown;
mod read;
pub mod variable;

pub use front::{Front, Note};
pub use markdown::{Block, Branch, Item, Span, Style};
pub use read::{Runbook, Section, Step, read};

use super::time::{DAY, Millis};

/// What is read of one file at most. The longest of the seed's form is 10 KB.
pub const MOST_BYTES: usize = 256 * 1024;

/// A runbook that nobody has looked at for so long is stale.
pub const STALE_AFTER: Millis = 180 * DAY;

#[cfg(test)]
mod tests;

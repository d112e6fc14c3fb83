//! An incident as an append-only log: everything that is known of it is a fold of its entries.
//!
//! - [`Log`] is a set of [`Entry`]s. Nothing in it is changed or removed: a correction is another entry. Two logs of one
//!   incident merge as sets, so two browsers and a Git repository agree without a server, whoever wrote first.
//! - [`Incident`] is the fold: what holds now, after all entries in the order of [`Entry::order`].
//! - [`clocks`], [`metrics`] and [`report`] are functions of the fold and of a time that is handed in.
//!
//! ```text
//! detected -> triaged -> mitigated -> resolved -> reviewed -> prevented
//! ```
//!
//! A public notice ([`crate::domain::public`]) is what visitors are told; an open incident of another system is
//! [`crate::domain::incident::Incident`]. Neither is this.

pub mod clocks;
mod declare;
mod entry;
mod event;
mod evidence;
mod facts;
pub mod figure;
pub mod file;
mod fold;
pub mod items;
mod log;
mod markdown;
mod maybe_instant;
pub mod messages;
pub mod metrics;
pub mod report;
pub mod review;
mod severities;
pub mod timeline;

pub use declare::{Declaration, merged};
pub use entry::{Body, Entry, EntryFault};
pub use event::{
    ActionItem, AlertLink, BudgetSpent, Event, Field, Moment, PageEvent, PageLink, Point, ReviewState, Role,
};
pub use evidence::{AT_DECLARATION, Evidence, MOST_CHARTS, MOST_SAMPLES, budget_text};
pub use facts::{Facts, LinkedAlert, ReviewStage, Standing};
pub use fold::{Incident, SentMessage};
pub use log::{Log, New, id_for, is_id};
pub use severities::{Policy, impact, told};

#[cfg(test)]
mod tests;

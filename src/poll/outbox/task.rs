//! What the outbox hands out: requests to be sent, and what a person has to know.

use super::{Damaged, EntryId, Target};
use crate::domain::action::Action;

/// A request to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: EntryId,
    pub attempt: u32,
    pub step: Step,
    pub target: Target,
    pub action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// answered by [`Outbox::on_result`]
    Perform,
    /// answered by [`Outbox::on_found`]
    Reconcile,
}

/// What a person has to know beside the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// What is stored there cannot be read. It is left as it is.
    Damaged(Damaged),
    /// The entry belongs to another tab now.
    TakenOver { title: String },
    /// Somebody emptied the storage.
    Missing { title: String },
}

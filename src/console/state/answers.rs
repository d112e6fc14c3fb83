//! Answers as signals.

use crate::poll::{Answer, Reply};
use leptos::prelude::*;
use std::sync::Arc;

/// A reply that is compared by identity: panels are made anew when it was replaced, not by its
/// thousands of samples.
#[derive(Clone, Debug)]
pub struct Shared(pub Arc<Reply>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The answer to a question, with its age and fault.
pub type Polled = Signal<Answer<Shared>>;

/// The good data of an answer, which does not change when only its age does.
pub type Held = Memo<Option<Shared>>;

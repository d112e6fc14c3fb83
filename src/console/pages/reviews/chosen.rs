//! Which reviews and action items are looked at, kept in the address.

use crate::console::state::Console;
use crate::domain::incident_log::ReviewStage;
use crate::model::stage_of;
use leptos::prelude::*;

/// What the address says of the two lists: `state=draft,overdue`.
#[derive(Clone, Copy)]
pub struct Chosen(Console);

impl Chosen {
    pub fn new(console: Console) -> Self {
        Self(console)
    }

    pub fn words(self) -> Vec<String> {
        self.0.view.get().states.split(',').map(String::from).collect()
    }

    pub fn stage(self) -> Option<ReviewStage> {
        self.words().iter().find_map(|word| stage_of(word))
    }

    /// Puts another word in the place of that of `others`.
    pub fn choose(self, word: &str, others: &[&str]) {
        self.0.change(false, |s| {
            let kept = s.states.split(',').filter(|own| !own.is_empty() && !others.contains(own));
            let kept: Vec<&str> = kept.chain(Some(word).filter(|w| !w.is_empty())).collect();
            s.states = kept.join(",");
        });
    }
}

//! What is written to the storage that all tabs share, decided inside of its transaction.
//!
//! A transaction sees everything that is stored and nobody else's half-finished writes, so what is decided in it holds:
//! an entry has one owner, one that is being sent was stored as such first, and one target's actions keep their order
//! over all tabs.

use super::entry::{Damaged, Entry, EntryId, SETTLE, State};
use crate::domain::time::Millis;
use std::collections::BTreeMap;

/// Changes to what is stored. Made by `Outbox::poll_store`, applied by whoever has the storage.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(super) tab: String,
    pub(super) now: Millis,
    pub(super) writes: Vec<Write>,
    pub(super) removals: Vec<EntryId>,
    /// until when entries that are taken over belong to this tab
    pub(super) lease: Millis,
    /// also reports what is over, for the list of a page that was just opened
    pub(super) wants_finished: bool,
}

/// An entry as it is to be stored.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub entry: Entry,
    /// it was not stored before
    pub is_new: bool,
    /// what is stored in its place when it has to wait for another tab's action
    pub otherwise: Option<Entry>,
}

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    pub(super) written: Vec<EntryId>,
    /// Another tab has changed them: they are its.
    pub(super) lost: Vec<EntryId>,
    /// Another tab's earlier action on the same target is not over.
    pub(super) held: Vec<EntryId>,
    /// They were stored once, and are not any more.
    pub(super) missing: Vec<EntryId>,
    pub(super) taken: Vec<Entry>,
    pub(super) finished: Vec<Entry>,
    pub(super) damaged: Vec<Damaged>,
    /// When the first lease of another tab ends.
    pub(super) next_lease: Option<Millis>,
}

/// Entries that are over are kept this long after their tab is gone.
const KEPT: Millis = crate::domain::time::DAY;

impl Batch {
    /// Applies the batch to all that is stored, by key. Returns what is to be written (`None`: removed) and the report
    /// for `Outbox::on_stored`.
    pub fn apply(&self, stored: &BTreeMap<String, String>) -> (Vec<(String, Option<String>)>, Stored) {
        let mut report = Stored::default();
        let mut writes: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut known: BTreeMap<EntryId, Entry> = BTreeMap::new();
        for (key, text) in stored {
            match Entry::read(key, text) {
                Ok(entry) => {
                    known.insert(entry.id.clone(), entry);
                }
                Err(damaged) => report.damaged.push(damaged),
            }
        }
        for id in &self.removals {
            if known.get(id).is_some_and(|e| !e.blocks(self.now)) {
                known.remove(id);
                writes.insert(id.to_string(), None);
            }
        }
        for Write { entry, is_new, otherwise } in &self.writes {
            let id = entry.id.clone();
            match known.get(&id) {
                // Only this tab writes under its name, so what has its name is as it left it.
                Some(before) if before.owner != self.tab => report.lost.push(id),
                None if !is_new => report.missing.push(id),
                before if is_start(entry, before) && self.is_behind(entry, &known) => {
                    report.held.push(id.clone());
                    if let Some(otherwise) = otherwise {
                        writes.insert(id.to_string(), Some(otherwise.text()));
                        known.insert(id, otherwise.clone());
                    }
                }
                _ => {
                    report.written.push(id.clone());
                    writes.insert(id.to_string(), Some(entry.text()));
                    known.insert(id, entry.clone());
                }
            }
        }
        for (id, entry) in &known {
            if entry.owner == self.tab {
                continue;
            }
            let is_left = entry.lease <= self.now;
            match entry.state.is_final() {
                true if is_left && self.now - entry.lease > KEPT => {
                    writes.insert(id.to_string(), None);
                }
                true if self.wants_finished => report.finished.push(entry.clone()),
                true => {}
                false if is_left => {
                    let taken = self.taken_over(entry);
                    writes.insert(id.to_string(), Some(taken.text()));
                    report.taken.push(taken);
                }
                false => {
                    report.next_lease = report.next_lease.into_iter().chain([entry.lease]).min();
                }
            }
        }
        (writes.into_iter().collect(), report)
    }

    /// A request that was on its way may have arrived: nobody is left who would hear of it.
    fn taken_over(&self, entry: &Entry) -> Entry {
        let mut taken = entry.clone();
        taken.owner.clone_from(&self.tab);
        // Whoever sent it could have until the lease ended.
        let since = entry.lease.min(self.now);
        taken.lease = self.lease;
        if let State::Sending { .. } = taken.state {
            taken.doubt = Some(since + SETTLE);
            let state =
                State::Unknown { since, error: None, refusal: None, not_there: None, ask_after: self.now };
            taken.enter(state, self.now, "the tab that sent it is gone");
        }
        taken
    }

    /// Whether an earlier action on the same target is in the way.
    fn is_behind(&self, entry: &Entry, known: &BTreeMap<EntryId, Entry>) -> bool {
        known.range(..entry.id.clone()).any(|(_, e)| e.target == entry.target && e.blocks(self.now))
    }
}

/// Whether this write is what allows a request to be sent, and not a later one about the same request.
fn is_start(entry: &Entry, before: Option<&Entry>) -> bool {
    let sending = |e: &Entry| matches!(e.state, State::Sending { .. });
    sending(entry) && !before.is_some_and(|b| sending(b) && b.attempts == entry.attempts)
}

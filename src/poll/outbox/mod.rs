//! Actions on their way to the systems: none is lost, none is done twice, and each target's keep their order.
//!
//! Sans-I/O, in the manner of quinn's connection. Whoever drives it
//! - gives it time and what happened: [`Outbox::push`], [`Outbox::on_stored`], [`Outbox::on_result`],
//!   [`Outbox::on_found`];
//! - does what it says: [`Outbox::poll_store`] (write, in one transaction), [`Outbox::poll_send`] (send one request),
//!   [`Outbox::poll_timeout`] (come back then).
//!
//! A request leaves only after the storage has the entry as `Sending`. So a page that dies between two steps leaves
//! behind, at worst, an entry that says more than happened: whoever takes it over asks the system.
//!
//! ```text
//! Waiting --stored--> Sending --response--> Done | Refused
//!    ^                   |
//!    |                no response, or the tab is gone
//!    |                   v
//!    +--nothing there-- Unknown --the system has it--> Done
//! ```

mod batch;
mod entry;
mod own;
mod pace;
mod task;

pub use batch::{Batch, Stored};
pub use entry::{Damaged, DamagedBy, Entry, EntryId, Failure, SCHEMA, SETTLE, State, Target, Transition};
pub use task::{Notice, Step, Task};

use crate::domain::action::{Action, Safety};
use crate::domain::order::Order as _;
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::sources::actions::{Found, Performed};
use batch::Write;
use own::{LEASE, Own, Start, failure, pause};
use pace::Pace;
use std::collections::{BTreeMap, BTreeSet};

/// A request leaves this soon after it was allowed to, or not at all: a page that slept in between knows nothing.
const START_WITHIN: Millis = 5 * SECOND;
/// So often an action is sent by itself. Then a person decides.
const ATTEMPTS: u32 = 3;
/// Between two tries to write, or to start behind another tab's action.
const AGAIN_IN: Millis = 2 * SECOND;

/// The actions of one tab.
#[derive(Clone, Debug)]
pub struct Outbox {
    tab: String,
    last_pushed: Millis,
    n: u32,
    own: BTreeMap<EntryId, Own>,
    /// what other tabs have finished
    others: BTreeMap<EntryId, Entry>,
    removals: BTreeSet<EntryId>,
    /// systems that cannot be asked now, because a key is missing
    held: BTreeSet<String>,
    pace: Pace,
    /// to be emptied by whoever has shown them
    pub notices: Vec<Notice>,
    batch: Option<Batch>,
    has_read: bool,
    store_after: Millis,
    /// when the storage is to be looked through again: as the first lease of another tab ends, and now and then, because
    /// a tab that opened later may be gone as well
    look_at: Millis,
}

impl Outbox {
    /// `tab` is a name that no other page has, or had.
    pub fn new(tab: &str) -> Self {
        Self {
            tab: tab.into(),
            last_pushed: 0,
            n: 0,
            own: BTreeMap::new(),
            others: BTreeMap::new(),
            removals: BTreeSet::new(),
            held: BTreeSet::new(),
            pace: Pace::default(),
            notices: Vec::new(),
            batch: None,
            has_read: false,
            store_after: 0,
            look_at: 0,
        }
    }

    /// Takes an action in. It is safe once it is stored ([`Self::is_stored`]).
    pub fn push(&mut self, target: Target, action: Action, safety: Safety, now: Millis) -> EntryId {
        // A clock that was set back must not change the order.
        self.last_pushed = now.max(self.last_pushed);
        self.n += 1;
        let id = EntryId { pushed: self.last_pushed, tab: self.tab.clone(), n: self.n };
        let mut entry = Entry {
            schema: SCHEMA,
            id: id.clone(),
            target,
            action,
            safety,
            state: State::Waiting { after: now, because: None },
            attempts: 0,
            owner: self.tab.clone(),
            lease: now + LEASE,
            doubt: None,
            log: Vec::new(),
        };
        entry.enter(State::Waiting { after: now, because: None }, now, "asked for");
        self.own.insert(id.clone(), Own::new(entry, true, None));
        id
    }

    /// Every entry that is to be seen, in order.
    pub fn pending(&self) -> Vec<&Entry> {
        let others = self.others.iter().filter(|(id, _)| !self.own.contains_key(*id));
        let mut all: Vec<(&EntryId, &Entry)> =
            self.own.iter().map(|(id, own)| (id, &own.entry)).chain(others).collect();
        all.order_by_key(|(id, _)| *id);
        all.into_iter().map(|(_, entry)| entry).collect()
    }

    pub fn entry(&self, id: &EntryId) -> Option<&Entry> {
        self.own.get(id).map(|own| &own.entry).or_else(|| self.others.get(id))
    }

    /// Whether a reload or a crash would not lose it.
    pub fn is_stored(&self, id: &EntryId) -> bool {
        self.own.get(id).is_some_and(|own| own.stored_lease.is_some())
    }

    /// Whether anything is not over yet.
    pub fn is_busy(&self) -> bool {
        self.own.values().any(|own| !own.entry.state.is_final() || own.is_dirty)
    }

    /// Every change of state, in the order of time.
    pub fn log(&self) -> Vec<(&Entry, &Transition)> {
        let mut all: Vec<_> =
            self.pending().into_iter().flat_map(|e| e.log.iter().map(move |line| (e, line))).collect();
        all.order_by_key(|(_, line)| line.at);
        all
    }

    /// Holds back the requests to a system, or lets them go on: a key is not stored, so after a reload it is missing.
    pub fn hold(&mut self, system: &str, is_held: bool) {
        match is_held {
            true => self.held.insert(system.into()),
            false => self.held.remove(system),
        };
    }

    /// Leaves at least so much time between two requests to a system.
    pub fn set_gap(&mut self, system: &str, gap: Millis) {
        self.pace.set_gap(system, gap);
    }

    pub fn is_held(&self, system: &str) -> bool {
        self.held.contains(system)
    }

    /// Sends it again, on the person's word. Returns whether that is allowed.
    pub fn retry(&mut self, id: &EntryId, now: Millis) -> bool {
        let Some(own) = self.own.get_mut(id).filter(|own| own.entry.may_retry()) else { return false };
        own.entry.enter(State::Waiting { after: now, because: None }, now, "to be sent again, as asked for");
        own.is_dirty = true;
        true
    }

    /// Takes it back. Returns whether that is allowed.
    pub fn withdraw(&mut self, id: &EntryId, now: Millis) -> bool {
        let Some(own) = self.own.get_mut(id).filter(|own| own.entry.may_withdraw()) else { return false };
        let was_sent = own.entry.doubt.is_some();
        own.entry.enter(State::Withdrawn { at: now, was_sent }, now, "taken back");
        own.is_dirty = true;
        true
    }

    /// Takes one that is over off the list.
    pub fn dismiss(&mut self, id: &EntryId, now: Millis) -> bool {
        let is_stored = self.own.get(id).is_none_or(|own| !own.is_dirty);
        if !is_stored || self.entry(id).is_none_or(|e| e.blocks(now)) {
            return false;
        }
        self.own.remove(id);
        self.others.remove(id);
        self.removals.insert(id.clone());
        true
    }

    /// What is to be written, if anything. One batch at a time: [`Self::on_stored`] or [`Self::on_store_failed`] ends it.
    pub fn poll_store(&mut self, now: Millis) -> Option<Batch> {
        if self.batch.is_some() || now < self.store_after {
            return None;
        }
        self.start_what_is_due(now);
        for own in self.own.values_mut().filter(|own| own.wants_lease(now)) {
            own.entry.lease = now + LEASE;
            own.is_dirty = true;
        }
        let is_news = self.own.values().any(|own| own.is_dirty);
        if !is_news && now < self.look_at && self.removals.is_empty() {
            return None;
        }
        let mut writes = Vec::new();
        for own in self.own.values_mut().filter(|own| own.is_dirty) {
            own.is_dirty = false;
            let lease = own.entry.lease;
            let otherwise = own.before.as_deref().map(|before| Entry { lease, ..before.clone() });
            writes.push(Write { entry: own.entry.clone(), is_new: own.stored_lease.is_none(), otherwise });
        }
        let batch = Batch {
            tab: self.tab.clone(),
            now,
            writes,
            removals: self.removals.iter().cloned().collect(),
            lease: now + LEASE,
            wants_finished: !self.has_read,
        };
        self.batch = Some(batch.clone());
        Some(batch)
    }

    /// The first of each target that is due asks to be sent.
    fn start_what_is_due(&mut self, now: Millis) {
        let mut busy: BTreeSet<Target> = BTreeSet::new();
        for own in self.own.values_mut() {
            if !own.entry.blocks(now) {
                continue;
            }
            let is_first = busy.insert(own.entry.target.clone());
            let is_due = matches!(own.entry.state, State::Waiting { after, .. } if after <= now);
            if is_first && is_due && !self.held.contains(&own.entry.target.system) {
                own.before = Some(Box::new(own.entry.clone()));
                own.entry.attempts += 1;
                own.entry.lease = now + LEASE;
                own.entry.enter(State::Sending { since: now }, now, "sent");
                own.start = Start::Asked;
                own.is_dirty = true;
            }
        }
    }

    /// The batch is written.
    pub fn on_stored(&mut self, report: Stored, now: Millis) {
        let Some(batch) = self.batch.take() else { return };
        self.has_read = true;
        self.look_at = report.next_lease.into_iter().chain([now + LEASE]).min().unwrap_or(now);
        for id in &batch.removals {
            self.removals.remove(id);
        }
        for Write { entry, .. } in batch.writes.iter().filter(|w| report.written.contains(&w.entry.id)) {
            let Some(own) = self.own.get_mut(&entry.id) else { continue };
            own.stored_lease = Some(entry.lease);
            if own.start == Start::Asked && entry.state == own.entry.state {
                own.start = Start::Allowed;
            }
        }
        for id in &report.lost {
            if let Some(own) = self.own.remove(id) {
                self.notices.push(Notice::TakenOver { title: own.entry.action.title() });
            }
        }
        for id in &report.held {
            if let Some(own) = self.own.get_mut(id) {
                own.take_back(now + AGAIN_IN);
                own.stored_lease = Some(own.entry.lease);
            }
        }
        for id in &report.missing {
            self.on_missing(id, now);
        }
        for entry in report.taken {
            let lease = entry.lease;
            self.own.insert(entry.id.clone(), Own::new(entry, false, Some(lease)));
        }
        self.others.extend(report.finished.into_iter().map(|e| (e.id.clone(), e)));
        for damaged in report.damaged {
            let notice = Notice::Damaged(damaged);
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
    }

    /// Nobody else can have it while its lease lasts, so it is written anew. After that, another tab may have finished it.
    fn on_missing(&mut self, id: &EntryId, now: Millis) {
        let Some(own) = self.own.get_mut(id) else { return };
        self.notices.push(Notice::Missing { title: own.entry.action.title() });
        if own.stored_lease.is_some_and(|lease| now < lease) {
            own.stored_lease = None;
            own.take_back(now);
            own.is_dirty = true;
        } else {
            self.own.remove(id);
        }
    }

    /// The batch is not written. It is tried again.
    pub fn on_store_failed(&mut self, now: Millis) {
        let Some(batch) = self.batch.take() else { return };
        self.store_after = now + AGAIN_IN;
        for Write { entry, .. } in batch.writes {
            if let Some(own) = self.own.get_mut(&entry.id) {
                own.is_dirty = true;
            }
        }
    }

    /// A request to be sent now, if any. To be called until it gives none.
    pub fn poll_send(&mut self, now: Millis) -> Option<Task> {
        for (id, own) in &mut self.own {
            let system = &own.entry.target.system;
            if self.held.contains(system) || !self.pace.allows(system, now) {
                continue;
            }
            let step = match own.entry.state {
                State::Sending { since } if own.start == Start::Allowed => {
                    // The lease that counts is the one that others can read.
                    let is_in_time = now - since <= START_WITHIN && own.stored_lease.is_some_and(|l| now < l);
                    if !is_in_time {
                        own.take_back(now);
                        own.is_dirty = true;
                        continue;
                    }
                    own.start = Start::None;
                    own.before = None;
                    Step::Perform
                }
                State::Unknown { ask_after, .. } if ask_after <= now && own.asked.is_none() => {
                    own.asked = Some(now);
                    Step::Reconcile
                }
                _ => continue,
            };
            self.pace.sent(system, now);
            return Some(Task {
                id: id.clone(),
                attempt: own.entry.attempts,
                step,
                target: own.entry.target.clone(),
                action: own.entry.action.clone(),
            });
        }
        None
    }

    /// How the request of a task ended.
    pub fn on_result(&mut self, id: &EntryId, attempt: u32, result: Performed, now: Millis) {
        let Some(own) = self.own.get_mut(id).filter(|own| !own.entry.state.is_final()) else { return };
        if let Performed::Done(receipt) = result {
            // Also one that comes late: what is done is done.
            own.finish(State::Done { at: now, receipt }, now, "the system's response");
            return;
        }
        let is_awaited = matches!(own.entry.state, State::Sending { .. }) && own.start == Start::None;
        if !is_awaited || attempt != own.entry.attempts {
            return;
        }
        match result {
            Performed::Refused { error, is_conflict } => {
                let failure = failure(&error, is_conflict);
                match own.entry.doubt {
                    // A no to the second request says nothing of the first.
                    Some(_) => own.wonder(None, Some(failure), now),
                    None => {
                        let text = failure.text.clone();
                        own.finish(State::Refused { at: now, failure }, now, &text);
                    }
                }
            }
            Performed::NotNow { error, retry_after } => {
                let wait = retry_after.map_or(10 * SECOND, |r| r.wait(now)).clamp(SECOND, 10 * MINUTE);
                let because = Some(failure(&error, false));
                own.entry.enter(State::Waiting { after: now + wait, because }, now, &error.to_string());
            }
            Performed::Unknown(error) => {
                own.entry.doubt = Some(now + SETTLE);
                own.wonder(Some(failure(&error, false)), None, now);
            }
            Performed::Done(_) => {}
        }
        own.is_dirty = true;
    }

    /// What the system said of a request without a response.
    pub fn on_found(&mut self, id: &EntryId, found: Found, now: Millis) {
        let Some(own) = self.own.get_mut(id) else { return };
        let Some(asked) = own.asked.take() else { return };
        let State::Unknown { since, refusal, .. } = &own.entry.state else { return };
        let (since, refusal) = (*since, refusal.clone());
        // What counts is when it was asked: a request that arrived while the answer was on its way is not in it.
        let is_settled = own.entry.doubt.is_none_or(|until| until <= asked);
        match found {
            Found::Done(receipt) => own.finish(State::Done { at: now, receipt }, now, "the system has it"),
            Found::Overtaken(error) => {
                let failure = failure(&error, true);
                let text = failure.text.clone();
                own.finish(State::Refused { at: now, failure }, now, &text);
            }
            Found::Unanswered(error) => {
                own.ask_again(now + pause(now - since), |e| *e = Some(failure(&error, false)))
            }
            Found::NotDone => {
                let may_send = match (own.entry.safety, &refusal) {
                    (Safety::AskFirst, _) | (_, Some(_)) => is_settled,
                    (Safety::Idempotent | Safety::Keyed, None) => true,
                };
                if is_settled {
                    own.entry.doubt = None;
                }
                match refusal {
                    Some(failure) if may_send => {
                        let text = failure.text.clone();
                        own.finish(State::Refused { at: now, failure }, now, &text);
                    }
                    None if may_send && own.entry.attempts < ATTEMPTS => {
                        let state = State::Waiting { after: now, because: None };
                        own.entry.enter(state, now, "the system has nothing of it");
                        own.is_dirty = true;
                    }
                    _ => own.not_there(now, now + pause(now - since)),
                }
            }
        }
    }

    /// When to call again, if nothing happens before.
    pub fn poll_timeout(&self, now: Millis) -> Option<Millis> {
        let mut times: Vec<Millis> = vec![self.look_at];
        for own in self.own.values() {
            times.extend(own.entry.doubt);
            if own.entry.state.is_final() {
                continue;
            }
            times.push(own.entry.lease - LEASE * 2 / 3);
            match &own.entry.state {
                State::Waiting { after, .. } => times.push(*after),
                State::Unknown { ask_after, .. } => times.push(*ask_after),
                _ => {}
            }
        }
        times.extend(self.pace.ends());
        // What is past and did not happen waits for something else.
        let later = times.into_iter().filter(|at| *at > now).min();
        let is_news = self.own.values().any(|own| own.is_dirty) || !self.removals.is_empty();
        let is_to_write = is_news || self.look_at <= now;
        let write = (is_to_write && self.batch.is_none()).then(|| self.store_after.max(now + 1));
        later.into_iter().chain(write).min()
    }

    /// Gives everything up to whoever comes next, as this page is left. What it has on the way is unknown from then on.
    pub fn release(&mut self, now: Millis) -> Batch {
        // The page may live on, in the browser's cache: what was allowed before is allowed no more.
        self.batch = None;
        self.look_at = now;
        let mut writes = Vec::new();
        for own in self.own.values_mut() {
            let is_new = own.stored_lease.is_none();
            if own.start != Start::None {
                own.take_back(now);
                own.is_dirty = true;
            }
            if !own.entry.state.is_final() {
                own.entry.lease = now;
                own.stored_lease = own.stored_lease.map(|_| now);
                own.is_dirty = true;
            }
            if own.is_dirty {
                writes.push(Write { entry: own.entry.clone(), is_new, otherwise: None });
            }
        }
        Batch { tab: self.tab.clone(), now, writes, lease: now, ..Batch::default() }
    }
}

#[cfg(test)]
mod tests;

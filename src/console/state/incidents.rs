//! The incidents that this browser keeps: read from its storage, written in transactions that see what other tabs wrote.
//! What is entered shows at once; what could not be stored stays in this tab, goes along with the next write, and is said.

use super::console::Console;
use super::demo_incidents::{demo_storage, is_of_demo};
use super::open_incidents::{set_all_open, set_open};
use crate::browser;
use crate::domain::incident_log::file::{self, FileFault};
use crate::domain::incident_log::{Facts, Incident, Log, New, id_for};
use crate::model::{enter, log_key, made_anew, stored_rows, take_in};
use crate::transport::storage::{Storage, StorageError};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::BroadcastChannel;

/// Remembered in this browser, as where silences are made.
const AUTHOR: &str = "fourlights.author";

thread_local! {
    /// One for all pages: where the browser keeps nothing, it is all there is.
    static STORAGE: RefCell<Option<Rc<Storage>>> = const { RefCell::new(None) };
    /// logs with entries that could not be stored
    static UNSAVED: RefCell<BTreeMap<String, Log>> = const { RefCell::new(BTreeMap::new()) };
}

/// Handles only, so that it can be copied into every closure. It lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Incidents {
    console: Console,
    /// of all incidents; `None` until they are read
    pub rows: RwSignal<Option<Vec<Facts>>>,
    /// of the page's own incident; the outer `None` until it is read, the inner where there is none
    pub log: RwSignal<Option<Option<Log>>>,
    /// whether a reload survives; `None` until the storage is open
    pub is_lasting: RwSignal<Option<bool>>,
    /// why something could not be read or stored
    pub fault: RwSignal<Option<String>>,
    pub author: RwSignal<String>,
    id: StoredValue<Option<String>>,
    /// writes that are not done
    n_pending: StoredValue<usize>,
    channel: StoredValue<Option<Channel>, LocalStorage>,
}

/// Is told when something changed, in another tab or by another page of this one.
struct Channel {
    channel: BroadcastChannel,
    _listener: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

fn storage_name(console: Console) -> String {
    format!("fourlights.incidents{}", console.base())
}

/// Where an incident is: the demo's are apart from the person's own.
async fn storage_of(console: Console, id: &str) -> Rc<Storage> {
    if is_of_demo(console, id)
        && let Some(demo) = demo_storage(console).await
    {
        return demo;
    }
    storage(console).await
}

async fn storage(console: Console) -> Rc<Storage> {
    if let Some(open) = STORAGE.with_borrow(Clone::clone) {
        return open;
    }
    let opened = Rc::new(Storage::open(&storage_name(console)).await);
    // Another page may have been faster.
    STORAGE.with_borrow_mut(|place| place.get_or_insert(opened).clone())
}

/// A text that no other entry has.
fn entry_id() -> String {
    let part = || format!("{:08x}", (browser::random() * f64::from(u32::MAX)) as u32);
    [part(), part(), part()].concat()
}

impl Incidents {
    /// The incidents for a page: the list of all, or one of them.
    pub fn open(console: Console, id: Option<String>) -> Self {
        let state = Self {
            console,
            rows: RwSignal::new(None),
            log: RwSignal::new(None),
            is_lasting: RwSignal::new(None),
            fault: RwSignal::new(None),
            author: RwSignal::new(browser::stored(AUTHOR).unwrap_or_default()),
            id: StoredValue::new(id),
            n_pending: StoredValue::new(0),
            channel: StoredValue::new_local(None),
        };
        state.channel.set_value(state.listen());
        state.read();
        state
    }

    fn listen(self) -> Option<Channel> {
        let again = move || {
            if !self.rows.is_disposed() {
                self.read();
            }
        };
        // Where a tab slept, or there is no channel.
        let seen = move |_: web_sys::Event| {
            if !browser::is_hidden() {
                again();
            }
        };
        if let Some(document) = browser::document() {
            let listener = Closure::<dyn FnMut(web_sys::Event)>::new(seen);
            let function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
            document.add_event_listener_with_callback("visibilitychange", &function).unwrap_or_default();
            let kept = StoredValue::new_local(Some(listener));
            on_cleanup(move || {
                document
                    .remove_event_listener_with_callback("visibilitychange", &function)
                    .unwrap_or_default();
                kept.set_value(None);
            });
        }
        let channel = BroadcastChannel::new(&storage_name(self.console)).ok()?;
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| again());
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Channel { channel, _listener: listener })
    }

    /// By a channel of its own: the page that wrote may be gone, and the one that is there now is told too.
    fn tell_others(self) {
        if let Ok(channel) = BroadcastChannel::new(&storage_name(self.console)) {
            channel.post_message(&"changed".into()).unwrap_or_default();
            channel.close();
        }
    }

    /// Reads what the page shows.
    fn read(self) {
        let id = self.id.get_value();
        spawn_local(async move {
            let storage = storage(self.console).await;
            self.is_lasting.try_set(Some(storage.is_lasting()));
            if id.is_none() {
                match all_rows(self.console, &storage).await {
                    Ok(rows) => drop(self.rows.try_set(Some(rows))),
                    Err(fault) => self.failed(&fault.to_string()),
                }
                return;
            }
            let Some(id) = id else { return };
            let storage = storage_of(self.console, &id).await;
            let found = storage.transact_on(&log_key(&id), |text| (Vec::new(), text.map(String::from))).await;
            // What was entered meanwhile is newer than what was read.
            if self.n_pending.try_get_value() != Some(0) {
                return;
            }
            match found.map(|text| text.map(|text| file::read_as(&text, &id)).transpose()) {
                Ok(Ok(log)) => {
                    let unsaved = UNSAVED.with_borrow(|all| all.get(&id).cloned());
                    let log = match (log, unsaved) {
                        (Some(mut log), Some(unsaved)) => {
                            log.merge(&unsaved);
                            Some(log)
                        }
                        (log, unsaved) => log.or(unsaved),
                    };
                    self.log.try_set(Some(log));
                }
                Ok(Err(fault)) => self.failed(&damaged(&fault)),
                Err(fault) => self.failed(&fault.to_string()),
            }
        });
    }

    /// Where they are kept.
    pub(super) async fn storage(self) -> Rc<Storage> {
        storage(self.console).await
    }

    /// Something came from elsewhere and was stored: the page shows it, and other tabs are told.
    pub(super) fn took_in(self) {
        self.tell_others();
        if !self.rows.is_disposed() {
            self.read();
        }
    }

    fn failed(self, why: &str) {
        self.fault.try_set(Some(why.into()));
    }

    /// Remembers who writes.
    pub fn set_author(self, name: &str) {
        browser::store(AUTHOR, name.trim());
        self.author.set(name.trim().into());
    }

    /// Begins an incident and returns its id.
    pub fn declare(self, title: &str, entries: Vec<New>) -> String {
        let random = (browser::random() * f64::from(u32::MAX)) as u32;
        let id = id_for(title, self.console.board.now(), random);
        self.enter(&id, entries);
        id
    }

    /// Enters something into an incident. The page shows it at once.
    pub fn enter(self, id: &str, new: Vec<New>) {
        let (id, now) = (id.to_string(), self.console.board.now());
        let author = self.author.get_untracked();
        let new: Vec<(String, New)> = new.into_iter().map(|new| (entry_id(), new)).collect();
        let mut shown = match self.log.get_untracked().flatten() {
            Some(log) if log.id() == id => log,
            _ => Log::new(&id),
        };
        for (entry_id, new) in &new {
            shown.append(entry_id, &author, now, new.clone());
        }
        if self.is_own(&id) {
            self.log.set(Some(Some(shown.clone())));
        }
        self.n_pending.update_value(|n| *n += 1);
        spawn_local(async move {
            let storage = storage_of(self.console, &id).await;
            let ids: Vec<String> = new.iter().map(|(id, _)| id.clone()).collect();
            let written = storage
                .transact_on(&log_key(&id), |stored| {
                    let unsaved = UNSAVED.with_borrow(|all| all.get(&id).cloned());
                    let unsaved = unsaved.unwrap_or_else(|| Log::new(&id));
                    match enter(&id, stored, &unsaved, &author, now, new) {
                        Ok((changes, log)) => (changes, Ok(log)),
                        Err(fault) => (Vec::new(), Err(damaged(&fault))),
                    }
                })
                .await;
            let is_last = self.n_pending.try_update_value(|n| {
                *n -= 1;
                *n == 0
            });
            match written {
                Ok(Ok(log)) => {
                    let is_open = Incident::of(&log).facts.is_open();
                    UNSAVED.with_borrow_mut(|all| {
                        // What failed after this one began is not in it.
                        all.retain(|own, unsaved| *own != id || log.clone().merge(unsaved));
                    });
                    if self.is_own(&id) && is_last == Some(true) {
                        self.log.try_set(Some(Some(log)));
                    }
                    self.fault.try_set(None);
                    set_open(self.console, &id, is_open);
                    self.tell_others();
                }
                Ok(Err(why)) => self.kept_here(&shown.only(&ids), &why),
                Err(fault) => self.kept_here(&shown.only(&ids), &fault.to_string()),
            }
        });
    }

    /// Entries that could not be stored stay in this tab.
    fn kept_here(self, log: &Log, why: &str) {
        UNSAVED.with_borrow_mut(|all| {
            let known = all.entry(log.id().into()).or_insert_with(|| Log::new(log.id()));
            known.merge(log);
        });
        self.failed(why);
    }

    fn is_own(self, id: &str) -> bool {
        self.id.try_with_value(|own| own.as_deref() == Some(id)) == Some(true)
    }

    /// Takes a file in; returns the id of its incident, or why it is none.
    pub async fn import(self, text: &str) -> Result<String, String> {
        let log = file::read(text).map_err(|fault| format!("{fault}. {}", fault.remedy()))?;
        let storage = storage_of(self.console, log.id()).await;
        let key = log_key(log.id());
        let taken = storage.transact_on(&key, |stored| match take_in(stored, &log) {
            Ok((changes, merged)) => (changes.unwrap_or_default(), Ok(merged)),
            Err(fault) => (Vec::new(), Err(damaged(&fault))),
        });
        let merged = taken.await.map_err(|fault| fault.to_string())??;
        let id = merged.id().to_string();
        if self.is_own(&id) {
            self.log.try_set(Some(Some(merged)));
        }
        self.tell_others();
        self.read();
        Ok(id)
    }

    /// The stored log of another incident; `None` where it cannot be had.
    pub async fn other(self, id: &str) -> Option<Log> {
        let storage = storage_of(self.console, id).await;
        let text =
            storage.transact_on(&log_key(id), |text| (Vec::new(), text.map(String::from))).await.ok()??;
        file::read_as(&text, id).ok()
    }

    /// All incidents, read once: for a choice among them.
    pub async fn all(self) -> Vec<Facts> {
        let storage = storage(self.console).await;
        all_rows(self.console, &storage).await.unwrap_or_default()
    }
}

/// The person's own and the demo's; what could not be stored is listed all the same.
async fn all_rows(console: Console, own: &Storage) -> Result<Vec<Facts>, StorageError> {
    let mut all = rows(own).await?;
    if let Some(demo) = demo_storage(console).await {
        all.extend(rows(&demo).await?);
    }
    UNSAVED.with_borrow(|unsaved| {
        for log in unsaved.values() {
            all.retain(|row| row.id != log.id());
            all.push(Incident::of(log).facts);
        }
    });
    set_all_open(console, all.iter().filter(|f| f.is_open()).map(|f| f.id.clone()).collect());
    Ok(all)
}

/// The rows of all incidents; those that another fold made are made anew, once.
async fn rows(storage: &Storage) -> Result<Vec<Facts>, StorageError> {
    let (mut rows, stale) = stored_rows(&storage.beginning("row/").await?);
    for id in stale {
        let key = log_key(&id);
        let made = storage.transact_on(&key, |text| match text.map(|text| file::read_as(text, &id)) {
            Some(Ok(log)) => {
                let (change, facts) = made_anew(&log);
                (vec![change], Some(facts))
            }
            _ => (Vec::new(), None),
        });
        rows.extend(made.await?);
    }
    Ok(rows)
}

fn damaged(fault: &FileFault) -> String {
    format!("what is stored of this incident cannot be read, and is left as it is: {fault}")
}

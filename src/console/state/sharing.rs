//! Shares incidents with the repository of the configuration, while a page that shows them is looked at: all of them on the list,
//! the open one on its own page. `model/incidents` decides what is exchanged and what a conflict means; here it is sent.

use super::console::Console;
use super::incidents::Incidents;
use super::repository::{RepositoryClient, repository_remedy};
use crate::browser;
use crate::config::Repository;
use crate::console::parts::{Parts, use_parts};
use crate::domain::incident_log::{Log, file};
use crate::domain::secret::Secret;
use crate::domain::time::{Millis, SECOND};
use crate::model::{
    Mark, Sharing, SharingFault, SharingState, SharingStep as Step, SharingWords, files_of_incidents,
    log_key, mark_key, marks_key, n_waiting, renewed, rows_key, sharing_words, stored_counts, stored_marks,
    take_in, to_exchange,
};
use crate::sources::repository::{Change, Written};
use crate::sources::{SourceError, partial_text};
use crate::transport::storage::Storage;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;

/// The time between two looks at the repository.
const EVERY: Millis = 30 * SECOND;
/// Files that one round of the list exchanges; the rest follows in the next, which comes at once.
const MOST_A_ROUND: usize = 50;

/// A handle that is copied into every closure. It lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct IncidentSharing {
    console: Console,
    incidents: Incidents,
    parts: &'static Parts,
    repository: StoredValue<Repository>,
    /// the open incident; `None`: all
    id: StoredValue<Option<String>>,
    pub state: RwSignal<SharingState>,
    /// entries that are not known to be in the repository
    pub n_waiting: RwSignal<usize>,
    /// what is wrong with single files, or with the list
    pub notes: RwSignal<Vec<String>>,
    pub has_token: RwSignal<bool>,
    due: StoredValue<Millis>,
    is_busy: StoredValue<bool>,
    /// entries of the open incident when it was last looked at
    n_seen: StoredValue<usize>,
    /// those of them that are known to be in the repository
    n_marked: StoredValue<usize>,
    /// why files cannot be taken in, by their hashes: they are not asked for again before they change
    damaged: StoredValue<BTreeMap<String, String>>,
}

/// Why a round ended early.
enum Stop {
    Source(SourceError),
    Sharing(SharingFault),
    Here(String),
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl IncidentSharing {
    /// Begins to share what the page shows; `None` where the configuration names no repository.
    pub fn start(console: Console, incidents: Incidents, id: Option<String>) -> Option<Self> {
        let repository = console.config().incidents.repository.clone()?;
        let has_token = console.board.keys().has(&repository.system());
        let own = Self {
            console,
            incidents,
            parts: use_parts(),
            repository: StoredValue::new(repository),
            id: StoredValue::new(id),
            state: RwSignal::new(if has_token { SharingState::Working } else { SharingState::NoToken }),
            n_waiting: RwSignal::new(0),
            notes: RwSignal::new(Vec::new()),
            has_token: RwSignal::new(has_token),
            due: StoredValue::new(0),
            is_busy: StoredValue::new(false),
            n_seen: StoredValue::new(0),
            n_marked: StoredValue::new(0),
            damaged: StoredValue::new(BTreeMap::new()),
        };
        // Somebody entered something.
        Effect::new(move |_| {
            let n = incidents.log.with(|log| log.as_ref().and_then(Option::as_ref).map_or(0, Log::len));
            if n != own.n_seen.get_value() {
                own.n_waiting.set(n.saturating_sub(own.n_marked.get_value()));
                own.go();
            }
        });
        spawn_local(async move {
            while !own.state.is_disposed() {
                // A tab that nobody looks at asks for nothing; one that is looked at again does at once.
                if !browser::is_hidden() && own.due.try_get_value().is_some_and(|due| due <= browser::now()) {
                    own.go();
                }
                TimeoutFuture::new(1_000).await;
            }
        });
        Some(own)
    }

    pub fn repository(self) -> Repository {
        self.repository.get_value()
    }

    pub fn words(self) -> SharingWords {
        let name = self.repository.with_value(|r| r.name.clone());
        // Ages are those of this browser's own clock.
        self.console.now.track();
        self.state.with(|state| sharing_words(state, &name, self.n_waiting.get(), browser::now()))
    }

    /// Keeps the token in memory until the page is left, and begins to share. An empty one is forgotten.
    pub fn set_token(self, token: &str) {
        let system = self.repository.with_value(Repository::system);
        let keys = self.console.board.keys();
        keys.set(&system, Secret::new(token));
        self.has_token.set(keys.has(&system));
        self.state.set(if keys.has(&system) { SharingState::Working } else { SharingState::NoToken });
        self.damaged.set_value(BTreeMap::new());
        self.go();
    }

    /// Exchanges now; if that is already going on, once more after it.
    pub fn go(self) {
        if self.state.is_disposed() {
            return;
        }
        self.due.set_value(0);
        if self.is_busy.get_value() {
            return;
        }
        self.is_busy.set_value(true);
        self.due.set_value(browser::now() + EVERY);
        spawn_local(async move {
            let done = self.round().await;
            if self.state.is_disposed() {
                return;
            }
            self.is_busy.set_value(false);
            match done {
                Ok(()) => {}
                Err(Stop::Here(why)) => {
                    self.failed(&why, "What is here is not shared before that is possible.")
                }
                Err(Stop::Sharing(fault)) => self.failed(&fault.to_string(), remedy(&fault)),
                Err(Stop::Source(error)) => {
                    if let Some(wait) = error.retry_after() {
                        let now = browser::now();
                        self.due.set_value(now + wait.wait(now).max(EVERY));
                    }
                    self.failed(&error.to_string(), repository_remedy(&error));
                }
            }
            // Entered while it went on.
            if self.due.get_value() == 0 {
                self.go();
            }
        });
    }

    fn failed(self, why: &str, remedy: &str) {
        self.state.set(SharingState::Failed { why: why.trim_end_matches('.').into(), remedy: remedy.into() });
    }

    async fn round(self) -> Result<(), Stop> {
        // The page may be gone after each wait.
        let (id, repository) = (self.id.get_value(), self.repository.get_value());
        let client = RepositoryClient::of(self.console, repository, self.parts);
        let storage = self.incidents.storage().await;
        match id {
            Some(id) => self.share_open(&storage, &client, &id).await,
            None => self.share_all(&storage, &client).await,
        }
    }

    /// The open incident: its file is read each time.
    async fn share_open(self, storage: &Storage, client: &RepositoryClient, id: &str) -> Result<(), Stop> {
        let system = client.repository.system();
        let texts = storage.beginning(&mark_key(&system, id)).await.map_err(here)?;
        let mark = stored_marks(&texts, &system).remove(id);
        let log = self.log_here(storage, id).await?;
        self.n_seen.try_set_value(log.len());
        self.n_marked.try_set_value(mark.as_ref().map_or(0, |m| m.n));
        self.n_waiting.try_set(n_waiting(mark.as_ref(), log.len()));
        if client.key.is_none() {
            return Ok(());
        }
        self.exchange(storage, client, id, (log, mark.as_ref(), None)).await?;
        self.n_waiting.try_set(0);
        self.shared();
        Ok(())
    }

    /// All incidents: the folder is listed, and only what changed is asked for.
    async fn share_all(self, storage: &Storage, client: &RepositoryClient) -> Result<(), Stop> {
        let system = client.repository.system();
        let here_counts = counts(storage).await?;
        let texts = storage.beginning(&marks_key(&system)).await.map_err(here)?;
        let marks = stored_marks(&texts, &system);
        let waiting = here_counts.iter().map(|(id, n)| n_waiting(marks.get(id), *n)).sum();
        self.n_waiting.try_set(waiting);
        if client.key.is_none() {
            return Ok(());
        }
        let listed = client.list().await?;
        let there = files_of_incidents(&listed.data);
        let all = to_exchange(&there, &marks, &here_counts);
        self.damaged.try_update_value(|all| all.retain(|hash, _| there.values().any(|known| known == hash)));
        let damaged = self.damaged.try_get_value().unwrap_or_default();
        let is_well = |id: &&String| !there.get(*id).is_some_and(|hash| damaged.contains_key(hash));
        let due: Vec<&String> = all.iter().filter(is_well).collect();
        for id in due.iter().take(MOST_A_ROUND) {
            let log = self.log_here(storage, id).await?;
            let hash = there.get(*id).map(String::as_str);
            match self.exchange(storage, client, id, (log, marks.get(*id), hash)).await {
                // One file that cannot be taken in keeps no other from it.
                Err(Stop::Sharing(SharingFault::Damaged(fault))) => {
                    let note = format!("{id}.json: {fault}. {}", fault.remedy());
                    self.damaged.try_update_value(|all| all.extend(hash.map(|hash| (hash.into(), note))));
                }
                done => done?,
            }
        }
        if due.len() > MOST_A_ROUND {
            // The others follow at once.
            self.due.try_set_value(0);
        } else {
            self.n_waiting.try_set(0);
        }
        let damaged = self.damaged.try_get_value().unwrap_or_default();
        self.notes.try_set(partial_text(&listed.warnings).into_iter().chain(damaged.into_values()).collect());
        self.shared();
        Ok(())
    }

    fn shared(self) {
        // The token may have been forgotten meanwhile.
        if self.has_token.try_get_untracked() == Some(true) {
            self.state.try_set(SharingState::Shared { at: browser::now() });
        }
    }

    /// The log as it is here: stored, with what this page has beyond that.
    async fn log_here(self, storage: &Storage, id: &str) -> Result<Log, Stop> {
        let found = storage.transact_on(&log_key(id), |text| (Vec::new(), text.map(String::from))).await;
        let mut log = match found.map_err(here)? {
            Some(text) => file::read_as(&text, id)
                .map_err(|fault| Stop::Here(format!("what is stored of {id} cannot be read: {fault}")))?,
            None => Log::new(id),
        };
        if let Some(shown) = self.shown(id) {
            log.merge(&shown);
        }
        Ok(log)
    }

    /// The log that the page shows, where it is this one's.
    fn shown(self, id: &str) -> Option<Log> {
        self.incidents.log.try_get_untracked().flatten().flatten().filter(|log| log.id() == id)
    }

    /// Exchanges one incident, until both sides have the same, and stores it with a mark.
    async fn exchange(
        self,
        storage: &Storage,
        client: &RepositoryClient,
        id: &str,
        (log, mark, listed): (Log, Option<&Mark>, Option<&str>),
    ) -> Result<(), Stop> {
        let path = client.repository.path_of(&format!("{id}.json"));
        let mut sharing = Sharing::new(log);
        let mut hash = listed.map(String::from);
        loop {
            let lost = match sharing.step().clone() {
                Step::Done => break,
                Step::Failed(fault) => return Err(Stop::Sharing(fault)),
                Step::Read { not_before } => {
                    wait_until(not_before).await;
                    match client.read(&path).await {
                        Ok(stored) => {
                            hash =
                                listed.map(String::from).or_else(|| stored.as_ref().map(|s| s.sha.clone()));
                            sharing.on_read(stored);
                            None
                        }
                        Err(error) => Some(error),
                    }
                }
                Step::Write { text, replaces } => {
                    let message = format!("Incident {id}");
                    let change = Change { message: &message, text: &text, sha: replaces.as_deref() };
                    match client.write(&path, &change).await {
                        Ok(Written::Done(new)) => {
                            // One that is not told differs from what is listed next, and so is looked at.
                            hash = new;
                            sharing.on_written(&text);
                            None
                        }
                        Ok(Written::Conflict) => {
                            sharing.on_conflict(browser::now());
                            None
                        }
                        Err(error) => Some(error),
                    }
                }
            };
            match lost {
                Some(error) if may_arrive_later(&error) => {
                    self.state.try_set(SharingState::Trying { why: error.to_string() });
                    sharing.on_lost(browser::now());
                }
                Some(error) => return Err(error.into()),
                None => {}
            }
            if let Some(shown) = self.shown(id) {
                sharing.enter(&shown);
            }
        }
        let new = Mark { hash: hash.unwrap_or_default(), n: sharing.log().len() };
        self.n_seen.try_set_value(new.n);
        self.n_marked.try_set_value(new.n);
        self.keep(storage, client, &sharing, mark, new).await
    }

    async fn keep(
        self,
        storage: &Storage,
        client: &RepositoryClient,
        sharing: &Sharing,
        before: Option<&Mark>,
        mark: Mark,
    ) -> Result<(), Stop> {
        let (id, system) = (sharing.log().id(), client.repository.system());
        let is_marked = before == Some(&mark);
        let marked = serde_json::to_string(&mark).ok().filter(|_| !is_marked && mark.n > 0);
        let key = log_key(id);
        let kept = storage.transact_on(&key, |stored| match take_in(stored, sharing.log()) {
            Ok((changes, _)) => {
                let is_new = changes.is_some() && mark.n > 0;
                let mut all = changes.filter(|_| is_new).unwrap_or_default();
                all.extend(marked.map(|text| (mark_key(&system, id), Some(text))));
                (all, Ok(is_new))
            }
            Err(fault) => (Vec::new(), Err(fault)),
        });
        let is_new = kept.await.map_err(here)?;
        if is_new.map_err(|fault| Stop::Here(fault.to_string()))? {
            self.incidents.took_in();
        }
        Ok(())
    }
}

/// How many entries each incident has that is kept here.
async fn counts(storage: &Storage) -> Result<BTreeMap<String, usize>, Stop> {
    let (mut counts, stale) = stored_counts(&storage.beginning(rows_key()).await.map_err(here)?);
    for id in stale {
        let n = storage.transact_on(&log_key(&id), |text| renewed(&id, text)).await.map_err(here)?;
        counts.insert(id, n);
    }
    Ok(counts)
}

fn here(fault: impl ToString) -> Stop {
    Stop::Here(fault.to_string())
}

/// Whether a request may have been lost, or the host is not well for a moment: it is tried again at once.
fn may_arrive_later(error: &SourceError) -> bool {
    match error {
        SourceError::Unreachable { .. } | SourceError::TimedOut { .. } | SourceError::CutOff => true,
        SourceError::Status { status, .. } => *status >= 500,
        _ => false,
    }
}

fn remedy(fault: &SharingFault) -> &'static str {
    match fault {
        SharingFault::Damaged(fault) => fault.remedy(),
        SharingFault::Busy(_) => "Nothing is lost: it goes on by itself.",
        SharingFault::NoAnswer(_) => {
            "Nothing is lost: it goes on by itself. Is the host of the repository reachable from this browser, and in the \
             connect-src of the console's policy?"
        }
    }
}

async fn wait_until(at: Millis) {
    let wait = u32::try_from(at - browser::now()).unwrap_or(0);
    if wait > 0 {
        TimeoutFuture::new(wait).await;
    }
}

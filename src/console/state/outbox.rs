//! The outbox of this tab: keeps it in the browser's storage, sends what it says, and shows what became of it.

use super::console::Console;
use super::keys::Keys;
use crate::browser;
use crate::config::{Config, KeySpec, Kind, Reach};
use crate::console::parts::{AnswerDemo, FetchSystem, Parts, use_parts};
use crate::demo::Demo;
use crate::domain::action::{Action, ActionKind};
use crate::domain::order::Gather as _;
use crate::domain::secret::Secret;
use crate::domain::time::{Millis, SECOND};
use crate::poll::outbox::{Batch, Entry, EntryId, Notice, Outbox, State, Step, Target, Task};
use crate::sources::actions::{ActionCall, Actions, FetchSite, Found, Performed};
use crate::sources::{self, HIDDEN, Outgoing, Request, Response, SourceError};
use crate::transport::browser::{Cancel, send};
use crate::transport::storage::Storage;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// A handle that is copied into every closure.
#[derive(Clone, Copy)]
pub struct OutboxState {
    inner: StoredValue<Rc<RefCell<Inner>>, LocalStorage>,
    console: Console,
    answer_demo: AnswerDemo,
    fetch_system: FetchSystem,
    /// all that is to be seen, in the order in which it was asked for
    pub entries: RwSignal<Vec<Entry>>,
    pub notices: RwSignal<Vec<Notice>>,
    /// whether a reload survives; `None` until the storage is open
    pub is_lasting: RwSignal<Option<bool>>,
    /// why nothing can be stored now, and so nothing is sent
    pub storage_fault: RwSignal<Option<String>>,
    /// systems whose key was not typed since the page was opened
    pub without_key: RwSignal<BTreeSet<String>>,
    /// as [`OutboxPlace::wanted`]
    wanted: RwSignal<bool>,
}

struct Inner {
    outbox: Outbox,
    storage: Option<Rc<Storage>>,
    keys: Keys,
}

/// How a system is reached.
struct Way {
    reach: Reach,
    url: String,
    deadline: Millis,
    kind: Kind,
    actions: &'static dyn Actions,
}

impl Way {
    fn site(&self) -> FetchSite {
        FetchSite::of(&self.url)
    }

    /// Whether it can be sent to without a key that was typed in.
    fn passes_without_key(&self) -> bool {
        let has_to = |key: &KeySpec| key.has_to_be_typed(self.site() == FetchSite::SameOrigin);
        self.reach == Reach::Demo || !self.kind.0.key.as_ref().is_some_and(has_to)
    }
}

/// Where the outbox of this page is kept. It is made by whoever needs it first, so that its code is in the chunks of those
/// who do, and lives as long as the page.
#[derive(Clone, Copy)]
pub struct OutboxPlace {
    made: StoredValue<Option<OutboxState>, LocalStorage>,
    console: Console,
    owner: StoredValue<Owner, LocalStorage>,
    /// whether something was sent, or may wait to be: then somebody has to look after it on every page
    pub wanted: RwSignal<bool>,
}

/// Makes the place. To be called once, above all pages.
pub fn provide_outbox_place(console: Console) -> OutboxPlace {
    let owner = Owner::current().unwrap_or_default();
    let place = OutboxPlace {
        made: StoredValue::new_local(None),
        console,
        owner: StoredValue::new_local(owner),
        wanted: RwSignal::new(false),
    };
    provide_context(place);
    place
}

impl OutboxPlace {
    /// Whether something may wait in the storage: this browser has sent something before, or it does not say.
    pub fn may_hold(self) -> bool {
        browser::stored(&mark(self.console)).is_some() || !browser::can_store()
    }

    /// Tells when another tab begins to send something: its actions may become this tab's to end.
    pub fn on_first(self, tell: impl Fn() + 'static) {
        let Some(window) = browser::window() else { return };
        browser::listen(&window, "storage", move |_| {
            if self.may_hold() {
                tell();
            }
        });
    }
}

/// The key that says that something was sent.
fn mark(console: Console) -> String {
    format!("fourlights.outbox.used{}", console.base())
}

/// The actions on their way.
pub fn use_outbox() -> OutboxState {
    let place: OutboxPlace = expect_context();
    if let Some(made) = place.made.get_value() {
        return made;
    }
    let parts = use_parts();
    let made = place.owner.get_value().with(|| OutboxState::new(place, parts));
    place.made.set_value(Some(made));
    made.start();
    made
}

/// A name that no other page has: a reload is another one.
fn tab_name() -> String {
    let part = || format!("{:08x}", (browser::random() * f64::from(u32::MAX)) as u32);
    part() + &part()
}

impl OutboxState {
    fn new(OutboxPlace { console, wanted, .. }: OutboxPlace, parts: &Parts) -> Self {
        let outbox = Outbox::new(&tab_name());
        let inner = Rc::new(RefCell::new(Inner { outbox, storage: None, keys: console.board.keys() }));
        Self {
            inner: StoredValue::new_local(inner),
            console,
            answer_demo: parts.demo,
            fetch_system: parts.system,
            entries: RwSignal::new(Vec::new()),
            notices: RwSignal::new(Vec::new()),
            is_lasting: RwSignal::new(None),
            storage_fault: RwSignal::new(None),
            without_key: RwSignal::new(BTreeSet::new()),
            wanted,
        }
    }

    fn start(self) {
        spawn_local(async move {
            let storage = Storage::open(&format!("fourlights.outbox{}", self.console.base())).await;
            self.is_lasting.try_set(Some(storage.is_lasting()));
            self.with(|inner| inner.storage = Some(Rc::new(storage)));
            loop {
                self.tick();
                self.fetch_repository_kinds().await;
                TimeoutFuture::new(1_000).await;
                if self.inner.is_disposed() {
                    return;
                }
            }
        });
        if let Some(window) = browser::window() {
            browser::listen(&window, "pagehide", move |_| {
                let Some(Some((storage, batch))) =
                    self.with(|inner| Some((inner.storage.clone()?, inner.outbox.release(browser::now()))))
                else {
                    return;
                };
                // Begun before the page goes; the browser ends it.
                spawn_local(async move {
                    storage.transact(|stored| batch.apply(stored)).await.ok();
                });
            });
        }
    }

    /// What is to be sent to a repository is held until the code of its kind is there.
    async fn fetch_repository_kinds(self) {
        let config = self.console.config();
        for repository in config.repositories().filter(|r| sources::system(r.kind).is_none()) {
            let system = repository.system();
            let waits = |inner: &mut Inner| inner.outbox.pending().iter().any(|e| e.target.system == system);
            if self.with(waits) == Some(true) && (self.fetch_system)(repository.kind).await.is_ok() {
                self.tick();
            }
        }
    }

    fn with<T>(self, act: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        Some(act(&mut self.inner.try_get_value()?.borrow_mut()))
    }

    /// Takes an action in, to be sent as soon as it is stored. `None` for a system that does not offer it.
    pub fn push(self, system: &str, action: Action) -> Option<EntryId> {
        let way = way_to(&self.console.config(), system)?;
        if !way.actions.offers().contains(&action.kind()) {
            return None;
        }
        let safety = way.actions.safety(&action, way.site());
        let target = Target { system: system.into(), subject: action.subject() };
        // Before there is anything to lose: from now on each page of this browser looks into the storage.
        browser::store(&mark(self.console), "1");
        self.wanted.set(true);
        let id = self.with(|inner| inner.outbox.push(target, action, safety, browser::now()));
        self.tick();
        id
    }

    /// The key for a system, kept in memory until the page is left.
    pub fn set_key(self, system: &str, key: &str) {
        self.with(|inner| inner.keys.set(system, Secret::new(key)));
        self.tick();
    }

    pub fn retry(self, id: &EntryId) {
        self.with(|inner| inner.outbox.retry(id, browser::now()));
        self.tick();
    }

    pub fn withdraw(self, id: &EntryId) {
        self.with(|inner| inner.outbox.withdraw(id, browser::now()));
        self.tick();
    }

    pub fn dismiss(self, id: &EntryId) {
        self.with(|inner| inner.outbox.dismiss(id, browser::now()));
        self.tick();
    }

    pub fn clear_notices(self) {
        self.with(|inner| inner.outbox.notices.clear());
        self.show();
    }

    /// The request that an action makes, for a person to see before it is sent.
    pub fn request(self, system: &str, action: &Action) -> Option<Request> {
        let way = way_to(&self.console.config(), system)?;
        way.actions.perform(action, way.site(), self.console.board.now()).ok().map(|call| call.request)
    }

    /// The requests that an action makes, in their order and as they go over the wire, with the key hidden.
    pub fn shown_requests(self, system: &str, action: &Action) -> Vec<Outgoing> {
        let Some(way) = way_to(&self.console.config(), system) else { return Vec::new() };
        let requests = way.actions.preview(action, way.site(), self.console.board.now()).unwrap_or_default();
        // What is hidden stands where the key will; a proxy adds its own.
        let key = (!way.passes_without_key()).then(|| Secret::new(HIDDEN));
        let shown = |r: Request| Outgoing::shown(&way.url, &r.keyed_for(way.kind, key.clone()), way.site());
        requests.into_iter().map(shown).collect()
    }

    /// Whether a system offers an action, as far as its code is here.
    pub fn offers(self, system: &str, kind: ActionKind) -> bool {
        way_to(&self.console.config(), system).is_some_and(|way| way.actions.offers().contains(&kind))
    }

    /// Does what is due.
    fn tick(self) {
        let now = browser::now();
        let config = self.console.config();
        let due = self.with(|inner| {
            let storage = inner.storage.clone()?;
            inner.hold_without_key(&config);
            let batch = inner.outbox.poll_store(now);
            let tasks: Vec<Task> = std::iter::from_fn(|| inner.outbox.poll_send(now)).collect();
            Some((storage, batch, tasks))
        });
        let Some(Some((storage, batch, tasks))) = due else { return };
        for task in tasks {
            spawn_local(self.perform(task));
        }
        if let Some(batch) = batch {
            spawn_local(self.store(storage, batch));
        }
        self.show();
    }

    async fn store(self, storage: Rc<Storage>, batch: Batch) {
        let report = storage.transact(|stored| batch.apply(stored)).await;
        let fault = report.as_ref().err().map(ToString::to_string);
        self.with(|inner| match report {
            Ok(report) => inner.outbox.on_stored(report, browser::now()),
            Err(_) => inner.outbox.on_store_failed(browser::now()),
        });
        let is_well = fault.is_none();
        if self.storage_fault.try_with_untracked(|known| *known != fault) == Some(true) {
            self.storage_fault.set(fault);
        }
        if is_well {
            // What is stored may be sent.
            self.tick();
        }
    }

    async fn perform(self, task: Task) {
        let Some(way) = way_to(&self.console.config(), &task.target.system) else { return };
        let key = self.with(|inner| inner.keys.of(&task.target.system)).flatten();
        let action = &task.action;
        match task.step {
            Step::Perform => {
                let now = self.console.board.now();
                let result = match way.actions.perform(action, way.site(), now) {
                    Ok(call) => Performed::read(
                        &call,
                        action,
                        &followed(&way, (action, &call), key, self.answer_demo).await,
                    ),
                    Err(error) => {
                        let error = SourceError::Shape { detail: error.to_string() };
                        Performed::Refused { error, is_conflict: false }
                    }
                };
                self.with(|inner| inner.outbox.on_result(&task.id, task.attempt, result, browser::now()));
            }
            Step::Reconcile => {
                let found = match way.actions.reconcile(action) {
                    Ok(call) => Found::read(
                        &call,
                        action,
                        &followed(&way, (action, &call), key, self.answer_demo).await,
                    ),
                    Err(error) => Found::Unanswered(SourceError::Shape { detail: error.to_string() }),
                };
                self.with(|inner| inner.outbox.on_found(&task.id, found, browser::now()));
            }
        }
        self.say(&task.id);
        self.tick();
    }

    /// Has a screen reader say how an action ended, and asks the systems for what it changed.
    fn say(self, id: &EntryId) {
        let ended = self.with(|inner| inner.outbox.entry(id).cloned()).flatten();
        let Some(entry) = ended else { return };
        match &entry.state {
            State::Done { .. } => {
                self.console.announce(&format!("{}: done", entry.action.title()));
                self.console.board.refresh_all();
            }
            State::Refused { failure, .. } => {
                self.console.announce(&format!("{}: refused. {}", entry.action.title(), failure.text));
            }
            State::Unknown { .. } => {
                self.console.announce(&format!("{}: no response yet", entry.action.title()));
            }
            _ => {}
        }
    }

    /// Shows what changed.
    fn show(self) {
        let shown = self.with(|inner| {
            let entries: Vec<Entry> = inner.outbox.pending().into_iter().cloned().collect();
            (entries, inner.outbox.notices.clone(), inner.without_key())
        });
        let Some((entries, notices, without_key)) = shown else { return };
        if self.entries.with_untracked(|before| *before != entries) {
            self.entries.set(entries);
        }
        if self.notices.with_untracked(|before| *before != notices) {
            self.notices.set(notices);
        }
        if self.without_key.with_untracked(|before| *before != without_key) {
            self.without_key.set(without_key);
        }
    }
}

impl Inner {
    /// Holds back what cannot be sent: the key is missing, or the configuration has no such system any more.
    fn hold_without_key(&mut self, config: &Config) {
        let systems: BTreeSet<String> =
            self.outbox.pending().into_iter().map(|e| e.target.system.clone()).into_set();
        for system in systems {
            let is_ready =
                way_to(config, &system).is_some_and(|way| way.passes_without_key() || self.keys.has(&system));
            self.outbox.hold(&system, !is_ready);
            if let Some(way) = way_to(config, &system) {
                self.outbox.set_gap(&system, way.actions.gap());
            }
        }
    }

    fn without_key(&self) -> BTreeSet<String> {
        let open = self.outbox.pending().into_iter().filter(|e| !e.state.is_final());
        open.map(|e| e.target.system.clone()).filter(|system| self.outbox.is_held(system)).into_set()
    }
}

fn way_to(config: &Config, system: &str) -> Option<Way> {
    if let Some(source) = config.source(system) {
        let actions = sources::system(source.kind)?.actions?;
        return Some(Way {
            reach: source.reach,
            url: source.url.clone(),
            deadline: source.deadline,
            kind: source.kind,
            actions,
        });
    }
    let repository = config.repositories().find(|r| r.system() == system)?;
    let kind = repository.kind;
    let actions = sources::system(kind)?.actions?;
    Some(Way { reach: Reach::Http, url: repository.api.clone(), deadline: 20 * SECOND, kind, actions })
}

/// The answer to a call, with those of the requests that follow it.
async fn followed<T>(
    way: &Way,
    (action, call): (&Action, &ActionCall<T>),
    key: Option<Secret>,
    answer_demo: AnswerDemo,
) -> Result<Response, SourceError> {
    let mut asked = call.request.clone();
    let first = exchange(way, &asked, key.clone(), answer_demo).await?;
    let mut later: Vec<Result<Response, SourceError>> = Vec::new();
    while let Some(Ok(last)) = later.last().map_or(Some(Ok(&first)), |last| Some(last.as_ref())) {
        let Some((wait, request)) = call.next(action, &asked, last, later.len()) else { break };
        TimeoutFuture::new(u32::try_from(wait).unwrap_or(0)).await;
        later.push(exchange(way, &request, key.clone(), answer_demo).await);
        asked = request;
    }
    Ok(first.followed(later))
}

async fn exchange(
    way: &Way,
    request: &Request,
    key: Option<Secret>,
    answer_demo: AnswerDemo,
) -> Result<Response, SourceError> {
    let request = request.clone().keyed_for(way.kind, key);
    if way.reach == Reach::Demo {
        TimeoutFuture::new(0).await;
        let now = browser::now();
        let answer = answer_demo(Demo::new(4, now), request, now).await;
        return answer.map_err(|_| SourceError::Unreachable { origin: "this host".into() });
    }
    let cancel = Cancel::new().ok_or(SourceError::CutOff)?;
    send(&way.url, &request, way.deadline, &cancel).await
}

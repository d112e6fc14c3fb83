//! The board: every question somebody looks at, with its newest answer. One loop asks them all; the
//! decisions are the pure [`Poller`]'s and [`Question`]'s.

use super::memo::memo;
use crate::browser;
use crate::config::{Config, Source};
use crate::domain::series::Frame;
use crate::domain::time::{MINUTE, Millis};
use crate::poll::{Answer, Poller, Question, Reply};
use crate::sources::{Request, Response, SourceError};
use crate::transport::browser::{Cancel, send};
use crate::transport::demo::Demo;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

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

/// How the board as a whole is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// the oldest answer of those asked at every refresh
    pub as_of: Option<Millis>,
    pub n_failing: usize,
    pub n_in_flight: usize,
    pub n_watched: usize,
}

#[derive(Clone, Copy)]
pub struct Board {
    inner: StoredValue<Rc<RefCell<Inner>>, LocalStorage>,
    pub overview: RwSignal<Overview>,
}

struct Inner {
    entries: BTreeMap<Question, Entry>,
    config: Arc<Config>,
    demo: Demo,
    /// whether this tab goes on asking for alerts while it is hidden
    keeps_watch: bool,
}

struct Entry {
    answer: ArcRwSignal<Answer<Shared>>,
    poller: Poller,
    watchers: usize,
    /// those of them that want to know also while the tab is hidden
    watchmen: usize,
    in_flight: Option<Cancel>,
    /// when the last watcher left
    left: Millis,
}

/// Bytes of samples the page holds at most. Answers nobody looks at go first; what is looked at stays.
pub const MEMORY_LIMIT: usize = 128 << 20;

/// Answers nobody looks at are kept this long, so that going back shows them at once.
const KEEP: Millis = 5 * MINUTE;

impl Board {
    /// Starts the loop. Lives as long as the page.
    pub fn start(config: Arc<Config>) -> Self {
        let demo = Demo::new(4, browser::now());
        let inner =
            Rc::new(RefCell::new(Inner { entries: BTreeMap::new(), config, demo, keeps_watch: false }));
        let board =
            Self { inner: StoredValue::new_local(inner), overview: RwSignal::new(Overview::default()) };
        spawn_local(async move {
            loop {
                TimeoutFuture::new(1_000).await;
                board.tick();
            }
        });
        if let Some(document) = browser::document() {
            browser::listen(&document, "visibilitychange", move |_| {
                if !browser::is_hidden() {
                    board.refresh_all();
                }
            });
        }
        board
    }

    /// The answer to a question that may change; `None` asks nothing. Watched until the owner goes.
    pub fn ask(self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.ask_memo(memo(question), false)
    }

    /// As [`Self::ask`], and also in a hidden tab while that keeps watch.
    pub fn ask_also_hidden(self, question: impl Fn() -> Option<Question> + Send + Sync + 'static) -> Polled {
        self.ask_memo(memo(question), true)
    }

    fn ask_memo(self, question: Memo<Option<Question>>, also_hidden: bool) -> Polled {
        let slot: RwSignal<Option<ArcRwSignal<Answer<Shared>>>> = RwSignal::new(None);
        let watched: StoredValue<Option<Question>> = StoredValue::new(None);
        Effect::new(move |_| {
            let next = question.get();
            if let Some(before) = watched.get_value() {
                self.leave(&before, also_hidden);
            }
            slot.set(next.as_ref().map(|q| self.watch(q, also_hidden)));
            watched.set_value(next);
        });
        on_cleanup(move || {
            if let Some(before) = watched.try_get_value().flatten() {
                self.leave(&before, also_hidden);
            }
        });
        Signal::derive(move || slot.get().map(|a| Get::get(&a)).unwrap_or_default())
    }

    fn watch(self, question: &Question, also_hidden: bool) -> ArcRwSignal<Answer<Shared>> {
        let now = browser::now();
        let inner = self.inner.get_value();
        let answer = {
            let mut inner = inner.borrow_mut();
            let entry = inner.entries.entry(question.clone()).or_insert_with(|| Entry {
                answer: ArcRwSignal::new(Answer::default()),
                poller: Poller::new(now),
                watchers: 0,
                watchmen: 0,
                in_flight: None,
                left: now,
            });
            entry.watchers += 1;
            entry.watchmen += usize::from(also_hidden);
            entry.answer.clone()
        };
        // After the effects of this turn, so that all panels' questions go out together.
        spawn_local(async move { self.tick() });
        answer
    }

    fn leave(self, question: &Question, also_hidden: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let mut inner = inner.borrow_mut();
        if let Some(entry) = inner.entries.get_mut(question) {
            entry.watchers = entry.watchers.saturating_sub(1);
            entry.watchmen = entry.watchmen.saturating_sub(usize::from(also_hidden));
            if entry.watchers == 0 {
                entry.left = browser::now();
                // Nobody waits for it any more: a superseded range must not hold up the next.
                if let Some(cancel) = entry.in_flight.take() {
                    cancel.cancel();
                    entry.poller.abandoned(entry.left);
                }
            }
        }
    }

    /// Asks everything that is looked at, now.
    pub fn refresh_all(self) {
        let now = browser::now();
        let inner = self.inner.get_value();
        for entry in inner.borrow_mut().entries.values_mut().filter(|e| e.watchers > 0) {
            entry.poller.refresh(now);
        }
        self.tick();
    }

    /// Whether this tab goes on asking for alerts while it is hidden.
    pub fn keep_watch(self, on: bool) {
        self.inner.get_value().borrow_mut().keeps_watch = on;
    }

    /// What a timer does each second, for a hidden tab whose timers are held back.
    pub fn wake(self) {
        self.tick();
    }

    /// Sends what is due, forgets what nobody looks at.
    fn tick(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let (now, hidden) = (browser::now(), browser::is_hidden());
        let due: Vec<Question> = {
            let mut inner = inner.borrow_mut();
            inner.entries.retain(|_, e| e.watchers > 0 || now - e.left < KEEP);
            inner.stay_within(MEMORY_LIMIT);
            let hidden = |e: &Entry| hidden && (!inner.keeps_watch || e.watchmen == 0);
            let due = inner.entries.iter().filter(|(_, e)| e.watchers > 0 && e.poller.is_due(now, hidden(e)));
            due.map(|(q, _)| q.clone()).collect()
        };
        for question in due {
            self.send(question, now);
        }
        self.survey();
    }

    fn send(self, question: Question, now: Millis) {
        let inner = self.inner.get_value();
        let prepared = {
            let mut inner = inner.borrow_mut();
            let demo = inner.demo;
            let source = inner.config.source(question.source()).cloned();
            let (Some(source), Some(entry)) = (source, inner.entries.get_mut(&question)) else { return };
            let Some(cancel) = Cancel::new() else { return };
            let known = entry.answer.with_untracked(|a| a.data.clone());
            let fetch = question.fetch(known.as_ref().map(|k| &*k.0), now);
            entry.poller.started();
            entry.in_flight = Some(cancel.clone());
            (source, fetch, cancel, demo)
        };
        let (source, fetch, cancel, demo) = prepared;
        spawn_local(async move {
            let mut response = exchange(&source, &fetch.request, &cancel, demo).await;
            if let Ok(first) = &mut response
                && let Some(request) = question.follow_up(first)
            {
                let second = exchange(&source, &request, &cancel, demo).await;
                first.followed_by = Some(Box::new(second));
            }
            self.finish(&question, &cancel, response, fetch.increment, now);
        });
    }

    fn finish(
        self,
        question: &Question,
        cancel: &Cancel,
        response: Result<Response, SourceError>,
        increment: Option<(Millis, Millis)>,
        asked: Millis,
    ) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let now = browser::now();
        let answer = {
            let mut inner = inner.borrow_mut();
            let refresh = inner.config.refresh;
            let Some(entry) = inner.entries.get_mut(question) else { return };
            // Superseded: whoever gave it up has already put the poller right.
            if !entry.in_flight.as_ref().is_some_and(|c| c.is(cancel)) {
                return;
            }
            entry.in_flight = None;
            let known = entry.answer.with_untracked(|a| a.data.clone()).map(|k| Arc::unwrap_or_clone(k.0));
            let read = response.and_then(|r| question.read(&r, increment, known));
            match &read {
                // What is not there yet may be there soon: a server that has just started.
                Ok(parsed) if matches!(&parsed.data, Reply::Frame(f) if f.is_empty()) => {
                    entry.poller.succeeded(now, refresh, browser::random(), false);
                }
                Ok(_) => {
                    let settled = question.is_settled(now);
                    entry.poller.succeeded(now, question.interval(refresh), browser::random(), settled);
                }
                Err(error) => {
                    let wait = error.retry_after().map(|r| r.wait(asked));
                    entry.poller.failed(now, wait, browser::random());
                }
            }
            let next = entry.poller.next();
            (entry.answer.clone(), read, next)
        };
        let (signal, read, next) = answer;
        signal.update(|answer| {
            match read {
                Ok(parsed) => answer.succeeded(Shared(Arc::new(parsed.data)), asked, parsed.warnings),
                Err(error) => answer.failed(error),
            }
            answer.next = next;
        });
        self.survey();
    }

    fn survey(self) {
        let inner = self.inner.get_value();
        let overview = {
            let inner = inner.borrow();
            let mut overview = Overview::default();
            let mut oldest_of_all: Option<Millis> = None;
            for (question, entry) in inner.entries.iter().filter(|(_, e)| e.watchers > 0) {
                let (as_of, failing) = entry.answer.with_untracked(|a| (a.as_of, a.error.is_some()));
                overview.n_watched += 1;
                overview.n_failing += usize::from(failing);
                overview.n_in_flight += usize::from(entry.in_flight.is_some());
                oldest_of_all = oldest_of_all.into_iter().chain(as_of).min();
                if question.interval(inner.config.refresh) == inner.config.refresh && as_of.is_some() {
                    overview.as_of = overview.as_of.into_iter().chain(as_of).min();
                }
            }
            // A page of slow figures alone is as fresh as those.
            overview.as_of = overview.as_of.or(oldest_of_all);
            overview
        };
        if self.overview.get_untracked() != overview {
            self.overview.set(overview);
        }
    }

    /// What is held, for the diagnostics on the sources page.
    pub fn holdings(self) -> Holdings {
        let inner = self.inner.get_value();
        let inner = inner.borrow();
        let of = |count: fn(&Frame) -> usize| inner.entries.values().map(|e| e.frame(count)).sum();
        Holdings {
            n_questions: inner.entries.len(),
            n_samples: of(Frame::n_samples),
            bytes: of(Frame::bytes),
        }
    }
}

/// What the board holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holdings {
    pub n_questions: usize,
    pub n_samples: usize,
    /// bytes of samples
    pub bytes: usize,
}

impl Entry {
    fn frame(&self, count: fn(&Frame) -> usize) -> usize {
        self.answer.with_untracked(|a| match a.data.as_ref().map(|d| &*d.0) {
            Some(Reply::Frame(frame)) => count(frame),
            _ => 0,
        })
    }
}

impl Inner {
    /// Forgets answers nobody looks at, the longest unseen first, until the rest fits.
    fn stay_within(&mut self, limit: usize) {
        let mut held: usize = self.entries.values().map(|e| e.frame(Frame::bytes)).sum();
        while held > limit {
            let unseen = self.entries.iter().filter(|(_, e)| e.watchers == 0);
            let Some(oldest) = unseen.min_by_key(|(_, e)| e.left).map(|(q, _)| q.clone()) else { return };
            held -= self.entries.remove(&oldest).map_or(0, |e| e.frame(Frame::bytes));
        }
    }
}

async fn exchange(
    source: &Source,
    request: &Request,
    cancel: &Cancel,
    demo: Demo,
) -> Result<Response, SourceError> {
    if source.url == "demo:" {
        // A turn of the event loop, as any network would take, so that the page stays responsive.
        TimeoutFuture::new(0).await;
        return Ok(demo.answer(request, browser::now()));
    }
    send(&source.url, request, source.deadline, cancel).await
}

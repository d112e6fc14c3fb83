//! The board: every question somebody looks at, with its newest answer. One loop asks them all; the
//! decisions are the pure [`Poller`]'s and [`Question`]'s.

use super::answers::Shared;
use super::keys::Keys;
use super::overview::{Holdings, Overview};
use super::wire::Wire;
use crate::browser;
use crate::config::{Config, Reach, Source};
use crate::console::parts::AnswerDemo;
use crate::domain::order::Gather as _;
use crate::domain::series::Frame;
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::model::{Failure, Outage, outages};
use crate::poll::{Answer, ClockReading, Clocks, Fetch, Moment, Poller, Question, Reply};
use crate::sources::{Answered, Refused, SourceError, System, Warning, system, system_of};
use crate::transport::browser::Cancel;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

#[derive(Clone, Copy)]
pub struct Board {
    inner: StoredValue<Rc<RefCell<Inner>>, LocalStorage>,
    pub overview: RwSignal<Overview>,
    pub clocks: RwSignal<Clocks>,
    /// sources of which some answer failed, by name
    pub problems: RwSignal<Vec<String>>,
    /// what answers nothing at all, for a reason that is no query's
    pub outages: RwSignal<Vec<Outage>>,
}

struct Inner {
    entries: BTreeMap<Question, Entry>,
    config: Arc<Config>,
    wire: Wire,
    /// whether this tab goes on asking for alerts while it is hidden
    keeps_watch: bool,
    /// sources whose clock is about to be read, and since when; nothing else is asked of them until then
    awaited: BTreeMap<String, Millis>,
    /// the browser's clock against the time since the page was opened: it changes when the clock is set,
    /// and by a sleep
    opened: Millis,
}

/// When and how a request was sent.
struct Sent {
    /// by the browser's clock
    browser: Millis,
    tick: Millis,
    at: Moment,
    system: &'static System,
    /// the question in the form in which it was asked
    form: Question,
    fetch: Fetch,
}

struct Entry {
    answer: ArcRwSignal<Answer<Shared>>,
    poller: Poller,
    watchers: usize,
    /// those of them that want to know also while the tab is hidden
    watchmen: usize,
    in_flight: Option<Cancel>,
    /// the form in which the question is asked, where its own answer was too large or did not come
    coarser: Option<Question>,
    /// parts that were refused, and when that was found out
    refused: (Refused, Millis),
    /// when the last watcher left
    left: Millis,
}

/// Bytes of samples the page holds at most. Answers nobody looks at go first; what is looked at stays.
pub const MEMORY_LIMIT: usize = 128 << 20;

/// Answers nobody looks at are kept this long, so that going back shows them at once.
const KEEP: Millis = 5 * MINUTE;

/// So long a source's clock is waited for; then it is asked by the clocks there are.
const PATIENCE: Millis = 3 * SECOND;

/// So long parts that were refused are left out; then it is looked again which they are.
const REFUSED_FOR: Millis = 5 * MINUTE;

/// What was too large is not asked again by itself before.
const TOO_LARGE_FOR: Millis = 10 * MINUTE;

/// A change of the browser's clock that is no drift.
const JUMP: Millis = 2 * SECOND;

/// Milliseconds since the page was opened, by which requests are scheduled: nobody sets it.
fn ticks() -> Millis {
    browser::uptime() as Millis
}

impl Board {
    /// Starts the loop. Lives as long as the page.
    pub fn start(config: Arc<Config>, answer_demo: AnswerDemo) -> Self {
        // The embedded demo goes by the browser's own clock.
        let has_clock =
            |s: &Source| system(s.kind).and_then(|s| s.metrics).is_some_and(|m| m.clock().is_some());
        let clocked = |s: &&Source| s.reach != Reach::Demo && has_clock(s);
        let clocked: Vec<String> = config.sources.iter().filter(clocked).map(|s| s.name.clone()).collect();
        let awaited = clocked.iter().map(|source| (source.clone(), ticks())).into_map();
        let opened = browser::now() - ticks();
        let entries = BTreeMap::new();
        let inner = Rc::new(RefCell::new(Inner {
            entries,
            config,
            wire: Wire::new(answer_demo),
            keeps_watch: false,
            awaited,
            opened,
        }));
        let board = Self {
            inner: StoredValue::new_local(inner),
            overview: RwSignal::new(Overview::default()),
            clocks: RwSignal::new(Clocks::default()),
            problems: RwSignal::new(Vec::new()),
            outages: RwSignal::new(Vec::new()),
        };
        for source in clocked {
            board.watch(&Question::Clock { source }, true);
        }
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

    /// Now, by the clock that is shown: that of the sources, not the browser's own.
    pub fn now(self) -> Millis {
        browser::now() + self.clocks.with_untracked(Clocks::common)
    }

    pub(super) fn watch(self, question: &Question, also_hidden: bool) -> ArcRwSignal<Answer<Shared>> {
        let now = ticks();
        let inner = self.inner.get_value();
        let answer = {
            let mut inner = inner.borrow_mut();
            let entry = inner.entries.entry(question.clone()).or_insert_with(|| Entry {
                answer: ArcRwSignal::new(Answer::default()),
                poller: Poller::new(now),
                watchers: 0,
                watchmen: 0,
                in_flight: None,
                coarser: None,
                refused: (Refused::new(), now),
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

    pub(super) fn leave(self, question: &Question, also_hidden: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let mut inner = inner.borrow_mut();
        if let Some(entry) = inner.entries.get_mut(question) {
            entry.watchers = entry.watchers.saturating_sub(1);
            entry.watchmen = entry.watchmen.saturating_sub(usize::from(also_hidden));
            if entry.watchers == 0 {
                entry.left = ticks();
                // Nobody waits for it any more: a superseded range must not hold up the next.
                if let Some(cancel) = entry.in_flight.take() {
                    cancel.cancel();
                    entry.poller.abandoned(entry.left);
                }
            }
        }
    }

    /// The keys that were typed in or recalled, for whoever sends something.
    pub fn keys(self) -> Keys {
        self.wire().keys
    }

    pub(super) fn wire(self) -> Wire {
        self.inner.get_value().borrow().wire.clone()
    }

    /// Asks everything that is looked at, now.
    pub fn refresh_all(self) {
        let now = ticks();
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
        let (now, hidden) = (ticks(), browser::is_hidden());
        let due: Vec<Question> = {
            let mut inner = inner.borrow_mut();
            inner.notice_jumps(now);
            inner.entries.retain(|_, e| e.watchers > 0 || now - e.left < KEEP);
            inner.stay_within(MEMORY_LIMIT);
            let hidden = |e: &Entry| hidden && (!inner.keeps_watch || e.watchmen == 0);
            let due = inner.entries.iter().filter(|(_, e)| e.watchers > 0 && e.poller.is_due(now, hidden(e)));
            due.map(|(q, _)| q).filter(|q| !inner.awaits_clock(q, now)).cloned().collect()
        };
        for question in due {
            if !self.waits(&question, now) {
                self.send(question);
            }
        }
        self.survey();
    }

    /// Whether a question has to wait because its source was asked too often. It is said with the answer.
    fn waits(self, question: &Question, now: Millis) -> bool {
        let shown = self.now();
        let inner = self.inner.get_value();
        let (signal, error, next) = {
            let mut inner = inner.borrow_mut();
            let Some((until, error)) = inner.wire.paused(question.source(), now) else { return false };
            let Some(entry) = inner.entries.get_mut(question) else { return true };
            entry.poller.hold(until);
            (entry.answer.clone(), error, shown + (until - now))
        };
        signal.update(|answer| answer.failed_until(error, Some(next)));
        true
    }

    fn send(self, question: Question) {
        let inner = self.inner.get_value();
        let (browser, tick) = (browser::now(), ticks());
        let at = self.clocks.with_untracked(|clocks| Moment {
            source: browser + clocks.correction(question.source()),
            shown: browser + clocks.common(),
        });
        let prepared = {
            let mut inner = inner.borrow_mut();
            let wire = inner.wire.clone();
            let source = inner.config.source(question.source()).cloned();
            let (Some(source), Some(entry)) = (source, inner.entries.get_mut(&question)) else { return };
            let Some(cancel) = Cancel::new() else { return };
            let added = |a: &Answer<Shared>| a.data.clone().filter(|_| !a.is_to_be_asked_whole());
            let known = entry.answer.with_untracked(added);
            let form = entry.coarser.clone().unwrap_or_else(|| question.clone());
            let fetch = system_of(&source)
                .and_then(|s| Ok((s, form.fetch(s, known.as_ref().map(|k| &*k.0), at.source)?)));
            let (system, fetch) = match fetch {
                Ok(fetch) => fetch,
                Err(error) => {
                    // Another answer will not come: its kind cannot be asked so.
                    entry.poller.succeeded(tick, MINUTE, 0.0, true);
                    entry.answer.update(|answer| answer.failed_until(error, None));
                    return;
                }
            };
            let refused =
                if tick - entry.refused.1 < REFUSED_FOR { entry.refused.0.clone() } else { Refused::new() };
            entry.poller.started();
            entry.in_flight = Some(cancel.clone());
            (source, Sent { browser, tick, at, system, form, fetch }, refused, cancel, wire)
        };
        let (source, sent, refused, cancel, wire) = prepared;
        spawn_local(async move {
            let (answered, refused) =
                wire.answer((&source, sent.system), &question, &sent.fetch, &refused, &cancel).await;
            self.finish(&question, &cancel, answered, refused, sent);
        });
    }

    fn finish(
        self,
        question: &Question,
        cancel: &Cancel,
        answered: Result<Answered, SourceError>,
        refused: Refused,
        sent: Sent,
    ) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let (now, at, increment) = (ticks(), sent.at, sent.fetch.increment);
        let (signal, read, next) = {
            let mut inner = inner.borrow_mut();
            let refresh = inner.config.refresh;
            if matches!(question, Question::Clock { .. }) {
                inner.awaited.remove(question.source());
            }
            let wire = inner.wire.clone();
            let url = inner.config.source(question.source()).map(|s| s.url.clone()).unwrap_or_default();
            let Some(entry) = inner.entries.get_mut(question) else { return };
            // Superseded: whoever gave it up has already put the poller right.
            if !entry.in_flight.as_ref().is_some_and(|c| c.is(cancel)) {
                return;
            }
            entry.in_flight = None;
            if refused != entry.refused.0 || now - entry.refused.1 >= REFUSED_FOR {
                entry.refused = (refused, now);
            }
            let known = entry.answer.with_untracked(|a| a.data.clone()).map(|k| Arc::unwrap_or_clone(k.0));
            let mut read = answered.and_then(|a| sent.form.take(sent.system, &a, &sent.fetch, known));
            if let Ok(parsed) = &mut read {
                parsed.warnings.extend(sent.form.coarseness(question).map(Warning::left_out));
            }
            if let Some(form) = read.as_ref().err().and_then(|e| sent.form.after(sent.system, e, &url)) {
                // Asked again at once, in a form whose answer is smaller, or by another address.
                entry.coarser = Some(form);
                entry.poller.abandoned(now);
                spawn_local(async move { self.tick() });
                return;
            }
            match &read {
                // What is not there yet may be there soon: a server that has just started. What is over stays.
                Ok(parsed) if is_empty(&parsed.data) && !question.is_settled(at.source) => {
                    entry.poller.succeeded(now, refresh, browser::random(), false);
                }
                Ok(parsed) => {
                    let settled = question.is_settled(at.source) && parsed.partial().is_none();
                    entry.poller.succeeded(now, question.interval(refresh), browser::random(), settled);
                }
                Err(error) => {
                    entry.coarser = entry.coarser.take().filter(|form| !form.is_a_try());
                    let least = error.is_too_much().then_some(TOO_LARGE_FOR);
                    entry.poller.failed(now, least, browser::random());
                    wire.limited(question.source(), error, now, at.shown);
                    let wait = error.retry_after().map(|r| now + r.wait(at.shown));
                    let pause = wire.paused(question.source(), now).map(|(until, _)| until);
                    if let Some(until) = wait.into_iter().chain(pause).max() {
                        entry.poller.hold(until);
                    }
                }
            }
            let next = entry.poller.next().map(|due| at.shown + (due - sent.tick));
            (entry.answer.clone(), read, next)
        };
        if let Question::Clock { source } = question {
            if let Ok(Reply::Clock(server)) = read.as_ref().map(|parsed| &parsed.data) {
                self.learn(source, &sent, *server);
            }
            // What waited for the clock.
            spawn_local(async move { self.tick() });
        }
        signal.update(|answer| match read {
            Ok(mut parsed) => {
                // A panel may be made from the answers of several sources.
                for warning in &mut parsed.warnings {
                    warning.text = format!("{} ({})", warning.text, question.source());
                }
                let data = Shared(Arc::new(parsed.data));
                answer.succeeded(data, at, parsed.warnings, increment.is_some());
                answer.took = Some(now - sent.tick);
            }
            Err(error) => answer.failed_until(error, next),
        });
        if signal.with_untracked(Answer::is_to_be_asked_whole) {
            let mut inner = inner.borrow_mut();
            if let Some(entry) = inner.entries.get_mut(question) {
                entry.poller.refresh(now);
            }
        }
        self.survey();
    }

    /// Takes in what a source said the time is.
    fn learn(self, source: &str, sent: &Sent, server: Millis) {
        let config = self.inner.get_value().borrow().config.clone();
        // The way took what it took, also when the browser's clock was set meanwhile.
        let reading = ClockReading::new(sent.browser, sent.browser + ticks() - sent.tick, server);
        self.clocks.update(|clocks| {
            clocks.learn(source, reading, config.sources.iter().map(|s| s.name.as_str()));
        });
    }

    fn survey(self) {
        let inner = self.inner.get_value();
        let (overview, problems, outages) = {
            let inner = inner.borrow();
            let mut problems = BTreeSet::new();
            let mut by_source: BTreeMap<&str, Vec<Option<Failure>>> = BTreeMap::new();
            let mut overview = Overview::default();
            let mut oldest_of_all: Option<Millis> = None;
            for (question, entry) in inner.entries.iter().filter(|(_, e)| e.watchers > 0) {
                if matches!(question, Question::Clock { .. }) {
                    continue;
                }
                let (as_of, failed, partial) = entry.answer.with_untracked(|a| {
                    (a.asked, a.error.clone().map(|error| Failure { error, next: a.next }), a.is_partial())
                });
                let failing = failed.is_some();
                if failing || as_of.is_some() {
                    by_source.entry(question.source()).or_default().push(failed);
                }
                overview.n_watched += 1;
                overview.n_failing += usize::from(failing);
                overview.n_partial += usize::from(partial);
                if failing {
                    problems.insert(question.source().to_string());
                }
                overview.n_in_flight += usize::from(entry.in_flight.is_some());
                oldest_of_all = oldest_of_all.into_iter().chain(as_of).min();
                if question.interval(inner.config.refresh) == inner.config.refresh && as_of.is_some() {
                    overview.as_of = overview.as_of.into_iter().chain(as_of).min();
                }
            }
            // A page of slow figures alone is as fresh as those.
            overview.as_of = overview.as_of.or(oldest_of_all);
            (overview, problems.into_iter().collect::<Vec<String>>(), outages(by_source))
        };
        if self.overview.get_untracked() != overview {
            self.overview.set(overview);
        }
        if self.problems.with_untracked(|before| *before != problems) {
            self.problems.set(problems);
        }
        if self.outages.with_untracked(|before| *before != outages) {
            self.outages.set(outages);
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

impl Entry {
    fn frame(&self, count: fn(&Frame) -> usize) -> usize {
        self.answer.with_untracked(|a| a.data.as_ref().and_then(|d| d.0.samples()).map_or(0, count))
    }
}

impl Inner {
    /// Whether a question has to wait until its source's clock is known: it would be asked about
    /// another time.
    fn awaits_clock(&self, question: &Question, now: Millis) -> bool {
        !matches!(question, Question::Clock { .. })
            && self.awaited.get(question.source()).is_some_and(|since| now - since < PATIENCE)
    }

    /// Reads all clocks again, and asks everything, when the browser's clock was set or it slept.
    fn notice_jumps(&mut self, now: Millis) {
        let opened = browser::now() - now;
        if (opened - self.opened).abs() < JUMP {
            return;
        }
        self.opened = opened;
        for (question, entry) in self.entries.iter_mut().filter(|(_, e)| e.watchers > 0) {
            entry.poller.refresh(now);
            if let Question::Clock { source } = question {
                self.awaited.insert(source.clone(), now);
            }
        }
    }

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

fn is_empty(reply: &Reply) -> bool {
    matches!(reply, Reply::Frame(frame) if frame.is_empty())
}

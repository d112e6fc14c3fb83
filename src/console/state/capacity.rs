//! The outlook of every resource, computed a few milliseconds at a time, so that a fleet of hundreds never
//! makes the page stand still.

use super::answers::Held;
use super::answers::Polled;
use super::console::{Console, data, frame};
use super::memo::{feed, memo};
use crate::browser;
use crate::config::Resource;
use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use crate::domain::zone::Offsets;
use crate::model::{
    CapacityCard, Feed, Missing, Supply, capacity_card, history_question, limit_question, supplies,
};
use crate::sources::partial_text;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Time for computing before the page is let go on, milliseconds.
const BUDGET: f64 = 8.0;
/// Between two times that the page is told of what was computed so far, milliseconds.
const PAUSE: f64 = 250.0;

#[derive(Clone, Copy)]
pub struct CapacityState {
    /// what asks for something first comes first
    pub cards: RwSignal<Vec<CapacityCard>>,
    /// how many are still to be computed
    pub n_waiting: RwSignal<usize>,
    /// the resources of which nothing can be said, and why
    pub missing: Memo<Vec<Missing>>,
    pub feed: Memo<Feed>,
}

/// One resource to be computed.
struct Job {
    place: usize,
    resource: Arc<Resource>,
    supply: Supply,
    now: Millis,
    zone: Arc<Offsets>,
    /// why its history may be wrong
    partial: Option<String>,
}

#[derive(Default)]
struct Work {
    jobs: VecDeque<Job>,
    /// by the place of the resource in the configuration and its label
    done: BTreeMap<(usize, String), CapacityCard>,
    goes_on: bool,
    /// when the page was told last
    shown: f64,
}

/// Asks for all resources while the page that calls it is open.
pub fn capacity(console: Console) -> CapacityState {
    let config = console.config();
    let work = Rc::new(RefCell::new(Work::default()));
    let (cards, n_waiting) = (RwSignal::new(Vec::new()), RwSignal::new(0));
    let mut answers = Vec::new();
    let mut found = Vec::new();
    let histories: Vec<_> = config
        .capacity
        .iter()
        .map(|resource| {
            let question = history_question(resource);
            let answer = console.ask(move || Some(question.clone()));
            (resource.source.clone(), answer, data(answer))
        })
        .collect();
    for (place, resource) in config.capacity.iter().enumerate() {
        let Some((_, history, history_data)) = histories.get(place).cloned() else { continue };
        let limit = limit_question(resource);
        let has_limit = limit.is_some();
        let limit = console.ask(move || limit.clone());
        answers.push(history);
        answers.extend(has_limit.then_some(limit));
        let limit_data = data(limit);
        let newest = newest_of(&histories, &resource.source);
        let resource = Arc::new(resource.clone());
        let own = resource.clone();
        let supplied = memo(move || {
            let (history, limit) = (history_data.get(), limit_data.get());
            // A limit that was never answered is no limit that is missing: the panel says why.
            if has_limit && limit.is_none() {
                return None;
            }
            frame(&history).map(|history| supplies(&own, history, frame(&limit), newest.get()))
        });
        found.push(memo(move || supplied.get().map_or_else(Vec::new, |all| all.missing)));
        let work = work.clone();
        Effect::new(move |_| {
            let Some(all) = supplied.get() else { return };
            let zone = console.zone.get().offsets;
            let now = history.get_untracked().as_of.unwrap_or_else(|| console.now.get_untracked());
            let of = |answer: Polled| partial_text(&answer.get_untracked().warnings);
            let partial = of(history).or_else(|| of(limit));
            work.borrow_mut().replace(place, &resource, all.found, (now, &zone), partial);
            go_on(&work, cards, n_waiting);
        });
    }
    let missing = memo(move || found.iter().flat_map(|one: &Memo<Vec<Missing>>| one.get()).collect());
    CapacityState { cards, n_waiting, missing, feed: feed(answers) }
}

/// The newest sample of any resource of a source: what ended well before it is gone.
fn newest_of(histories: &[(String, Polled, Held)], source: &str) -> Memo<Option<Millis>> {
    let own: Vec<Held> = histories.iter().filter(|(of, ..)| of == source).map(|(_, _, data)| *data).collect();
    memo(move || own.iter().filter_map(|data| frame(&data.get())?.last_instant()).max())
}

impl Work {
    /// Newer data of a resource: what was computed stays until it is computed anew.
    fn replace(
        &mut self,
        place: usize,
        resource: &Arc<Resource>,
        supplies: Vec<Supply>,
        (now, zone): (Millis, &Arc<Offsets>),
        partial: Option<String>,
    ) {
        self.jobs.retain(|job| job.place != place);
        self.done.retain(|(of, label), _| *of != place || supplies.iter().any(|s| s.label == *label));
        self.jobs.extend(supplies.into_iter().map(|supply| Job {
            place,
            resource: resource.clone(),
            supply,
            now,
            zone: zone.clone(),
            partial: partial.clone(),
        }));
    }

    fn some(&mut self) {
        let begin = browser::uptime();
        while browser::uptime() - begin < BUDGET {
            let Some(job) = self.jobs.pop_front() else { return };
            if let Some(card) = capacity_card(&job.resource, &job.supply, job.now, &job.zone) {
                self.done.insert((job.place, job.supply.label), card.doubted(job.partial));
            }
        }
    }

    fn ranked(&self) -> Vec<CapacityCard> {
        let mut all: Vec<CapacityCard> = self.done.values().cloned().collect();
        all.order_by_key(|card| card.due);
        all
    }
}

/// Computes at once what fits into the time there is, and the rest between other work of the page.
fn go_on(work: &Rc<RefCell<Work>>, cards: RwSignal<Vec<CapacityCard>>, n_waiting: RwSignal<usize>) {
    let step = move |work: &Rc<RefCell<Work>>| {
        let mut work = work.borrow_mut();
        work.some();
        // The page may be gone by now; then nothing is computed any more.
        let gone = n_waiting.try_set(work.jobs.len()).is_some();
        if !gone && (work.jobs.is_empty() || browser::uptime() - work.shown > PAUSE) {
            cards.try_set(work.ranked());
            work.shown = browser::uptime();
        }
        work.goes_on = !gone && !work.jobs.is_empty();
        work.goes_on
    };
    if work.borrow().goes_on || !step(work) {
        return;
    }
    let work = work.clone();
    spawn_local(async move {
        loop {
            TimeoutFuture::new(0).await;
            if !step(&work) {
                return;
            }
        }
    });
}

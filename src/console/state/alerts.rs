//! The alerts of all pages, as far as they are known: the code that asks for them and puts them together
//! (`watch.rs`) is a chunk that comes after the page.

use super::console::Console;
use super::rules::RuleState;
use crate::domain::alert::Alert;
use crate::domain::incident::Incident;
use crate::domain::time::Millis;
use crate::domain::watchdog::Heartbeat;
use crate::model::{Answered, Feed};
use crate::poll::Answer;
use leptos::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
pub struct AlertsState {
    watch: RwSignal<Option<Watch>>,
    /// active ones first, then those resolved in the last 24 hours
    pub alerts: Signal<Vec<Alert>>,
    /// the console's own rules
    pub rules: Signal<Vec<RuleState>>,
    /// the alert that should always fire, system by system
    pub heartbeat: Signal<Heartbeat>,
    /// system by system, those that are over left out
    pub silences: Signal<Vec<Answered>>,
    /// the alerts that are sent to each system, with its own labels: what its silences apply to
    pub routed: Signal<Vec<(String, Vec<Alert>)>>,
    /// when the alerts of each of these systems were last read
    pub heard: Signal<BTreeMap<String, Millis>>,
    /// open in the systems that keep incidents; an alert is none
    pub incidents: Signal<Vec<Incident>>,
    pub feed: Signal<Feed>,
    /// whether every source of alerts has answered or failed since the page was opened: before that, an alert that is
    /// missing may only be late
    pub is_complete: Signal<bool>,
    /// now in steps of ten seconds, for what changes with age and need not be made anew each second
    pub clock: Signal<Millis>,
    /// whether an empty list means that nothing fires: all sources and rules answered, and in full
    pub certain: Signal<bool>,
}

/// What [`AlertsState`] tells of, made.
#[derive(Clone, Copy)]
pub struct Watch {
    pub alerts: Memo<Vec<Alert>>,
    pub rules: StoredValue<Vec<RuleState>>,
    pub heartbeat: Memo<Heartbeat>,
    pub silences: Memo<Vec<Answered>>,
    pub routed: Memo<Vec<(String, Vec<Alert>)>>,
    pub heard: Memo<BTreeMap<String, Millis>>,
    pub incidents: Memo<Vec<Incident>>,
    pub feed: Memo<Feed>,
    pub is_complete: Memo<bool>,
    pub clock: Memo<Millis>,
    pub certain: Memo<bool>,
}

/// Makes the place of the alerts, of which nothing is known yet. To be called once, above all pages.
pub fn provide_alerts(console: Console) -> AlertsState {
    let watch = RwSignal::new(None);
    let state = AlertsState {
        watch,
        alerts: known(watch, |w| w.alerts.get()),
        rules: known(watch, |w| w.rules.get_value()),
        heartbeat: Signal::derive(move || {
            watch.get().map_or(Heartbeat::Unwatched, |w: Watch| w.heartbeat.get())
        }),
        silences: known(watch, |w| w.silences.get()),
        routed: known(watch, |w| w.routed.get()),
        heard: known(watch, |w| w.heard.get()),
        incidents: known(watch, |w| w.incidents.get()),
        feed: Signal::derive(move || match watch.get() {
            Some(watch) => watch.feed.get(),
            None => Feed::of(&[Answer::<()>::default()]),
        }),
        is_complete: known(watch, |w| w.is_complete.get()),
        clock: Signal::derive(move || match watch.get() {
            Some(watch) => watch.clock.get(),
            None => console.now.get_untracked(),
        }),
        certain: known(watch, |w| w.certain.get()),
    };
    provide_context(state);
    state
}

/// The alerts of all sources and of the console's own rules.
pub fn use_alerts() -> AlertsState {
    expect_context()
}

/// A part of what is watched; nothing before that begins.
fn known<T>(watch: RwSignal<Option<Watch>>, part: fn(Watch) -> T) -> Signal<T>
where
    T: Default + Send + Sync + 'static,
{
    Signal::derive(move || watch.get().map(part).unwrap_or_default())
}

impl AlertsState {
    /// From now on there is something to tell.
    pub(super) fn made(self, watch: Watch) {
        self.watch.set(Some(watch));
    }
}

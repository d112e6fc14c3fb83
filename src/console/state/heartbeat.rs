//! The alert that should always fire, looked for in every system and remembered over reloads.

use super::answers::{Held, Polled};
use super::console::{Console, firings};
use super::memo::memo;
use crate::browser;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::watchdog::{self, Absence, Heartbeat, Memory, Report};
use crate::poll::Reply;
use leptos::prelude::*;

/// Where it is remembered which systems had the alert.
const REMEMBERED: &str = "fourlights.watchdog";

/// The list of alerts of one system.
#[derive(Clone)]
pub struct Watched {
    /// its configured name
    pub name: String,
    /// alerts are sent to it
    pub must_have: bool,
    pub answer: Polled,
}

/// Looks for the configured alert in every list; `histories` has what each Prometheus remembers of it.
pub fn heartbeat(
    console: Console,
    lists: Vec<Watched>,
    histories: Vec<(String, Held)>,
    clock: Memo<Millis>,
) -> Memo<Heartbeat> {
    let config = console.config();
    let Some(alert) = config.watchdog.clone() else { return memo(|| Heartbeat::Unwatched) };
    // An answer that is as old as this is of another time, whatever it says.
    let max_age = (3 * config.refresh).max(5 * MINUTE);
    let stored = browser::stored(REMEMBERED).unwrap_or_default();
    let memory = RwSignal::new(Memory::parse(&stored, &alert));
    let reports = Memo::new({
        let alert = alert.clone();
        move |before: Option<&Vec<Report>>| {
            let before = |i: usize| before.and_then(|all| all.get(i)).map(|r| r.absence).unwrap_or_default();
            let lists = lists.iter().enumerate();
            lists.map(|(i, list)| report(list, &alert, before(i), max_age)).collect::<Vec<_>>()
        }
    });
    Effect::new(move |_| {
        let mut seen = memory.get_untracked();
        for report in reports.get() {
            if let (Some(true), Some(at)) = (report.has_it, report.as_of) {
                // To the minute, so that not each answer is stored.
                seen.saw(&report.system, at.div_euclid(MINUTE) * MINUTE);
            }
        }
        if seen != memory.get_untracked() {
            browser::store(REMEMBERED, &seen.encode());
            memory.set(seen);
        }
    });
    memo(move || {
        let recorded = |system: &str| {
            let own = histories.iter().filter(|(name, _)| name == system);
            own.filter_map(|(_, history)| last_in(history, &alert)).max()
        };
        let mut reports = reports.get();
        for report in &mut reports {
            let remembered = memory.with(|m| m.last(&report.system));
            report.last = remembered.into_iter().chain(recorded(&report.system)).max();
        }
        watchdog::heartbeat(&reports, clock.get(), max_age)
    })
}

fn report(list: &Watched, alert: &str, before: Absence, max_age: Millis) -> Report {
    let answer = list.answer.get();
    let has_it = match answer.data.as_ref().map(|d| &*d.0) {
        Some(Reply::Alerts(alerts)) => Some(watchdog::has(alerts, alert)),
        _ => None,
    };
    // By the clock that is shown, for ages.
    let (as_of, fails) = (answer.asked, answer.error.is_some());
    Report {
        system: list.name.clone(),
        must_have: list.must_have,
        has_it,
        as_of,
        fails,
        last: None,
        absence: before.after(has_it, as_of, fails, max_age),
    }
}

/// When a Prometheus last evaluated the alert as firing.
fn last_in(history: &Held, alert: &str) -> Option<Millis> {
    let shared = history.get();
    firings(&shared)?.last_of(alert)
}

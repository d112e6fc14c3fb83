//! All alerts of all sources and of the console's own rules, put together. A chunk of its own: what needs it knows
//! [`AlertsState`] alone.

use super::alerts::{Watch, use_alerts};
use super::answers::{Held, Polled};
use super::attention::use_attention;
use super::console::{Console, data, firings, use_console};
use super::heartbeat::{Watched, heartbeat};
use super::memo::{feed, memo};
use super::open_incidents::follow_open_incidents;
use super::rules::{RuleState, rules};
use crate::config::Capability;
use crate::domain::alert::{Alert, Silence, State, escalate};
use crate::domain::alert_merge::combine;
use crate::domain::incident::Incident;
use crate::domain::order::{Gather as _, Order as _};
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, Millis, SECOND};
use crate::model::{Answered, Feed, RuleView, mark_acknowledged};
use crate::poll::{Condition, Pace, Question, Reply};
use crate::sources::{self, Metrics};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;

const HISTORY_STEP: Millis = 30 * SECOND;

/// The step of [`AlertsState::clock`].
const CLOCK_STEP: Millis = 10 * SECOND;

/// Begins to ask for alerts and to evaluate rules, and lets everybody know. To be called once, above all pages; goes on as
/// long as the owner of the place.
pub fn start_watch() {
    let (console, state) = (use_console(), use_alerts());
    state.made(watch(console));
    use_attention().start(console, state);
    follow_open_incidents(console);
}

/// Asks every configured source for its alerts, silences and open incidents.
fn watch(console: Console) -> Watch {
    let config = console.config();
    let rules = rules(console);
    let mut active = Vec::new();
    // The names of the sources of `active`, and whether alerts are sent to them.
    let mut listed: Vec<(String, bool)> = Vec::new();
    let mut histories = Vec::new();
    let mut silences = Vec::new();
    let mut open = Vec::new();
    for source in &config.sources {
        let name = source.name.clone();
        let named = |make: fn(String) -> Question| {
            let source = name.clone();
            move || Some(make(source.clone()))
        };
        let Some(system) = sources::system(source.kind) else {
            // Its code is missing: asked all the same, so that what is not known is not taken for quiet.
            if source.kind.can(Capability::Alerts) {
                active.push(console.ask_also_hidden(named(|source| Question::Alerts { source })));
                listed.push((name.clone(), false));
            }
            if source.kind.can(Capability::Notices) {
                open.push(
                    console.ask_also_hidden(named(|source| Question::OpenIncidents {
                        source,
                        under_api: false,
                    })),
                );
            }
            continue;
        };
        if let Some(alerts) = system.alerts {
            active.push(console.ask_also_hidden(named(|source| Question::Alerts { source })));
            listed.push((name.clone(), alerts.is_routed()));
            if alerts.silences().is_some() {
                let question = named(|source| Question::Silences { source });
                silences.push((name.clone(), console.ask_also_hidden(question)));
            }
            if system.metrics.is_some_and(Metrics::has_firings) {
                let history = named(|source| Question::Firings {
                    source,
                    length: DAY,
                    step: HISTORY_STEP,
                    pace: Pace::Refresh,
                });
                histories.push((name.clone(), console.ask(history)));
            }
        }
        if system.notices.is_some() {
            open.push(
                console.ask_also_hidden(named(|source| Question::OpenIncidents { source, under_api: false })),
            );
        }
    }
    let all: Vec<_> = active
        .iter()
        .chain(&open)
        .copied()
        .chain(silences.iter().chain(&histories).map(|(_, a)| *a))
        .collect();
    let asked_now = active.iter().copied().chain(silences.iter().map(|(_, a)| *a)).collect();
    let is_complete = is_complete(asked_now, &rules);
    let feed = feed(all);
    let heard = heard(listed.iter().zip(&active).filter(|((_, is_sent), _)| *is_sent));
    let routed = routed(listed.iter().zip(&active).filter(|((_, is_sent), _)| *is_sent));
    let watched = listed.into_iter().zip(&active).map(|((name, must_have), answer)| Watched {
        name,
        must_have,
        answer: *answer,
    });
    let watched: Vec<Watched> = watched.collect();
    let asked = active.clone();
    let active: Vec<_> = active.into_iter().map(data).collect();
    let histories: Vec<_> = histories.into_iter().map(|(name, a)| (name, a, data(a))).collect();
    let silences = silences_of(silences);
    let open: Vec<_> = open.into_iter().map(data).collect();
    let watchdog = config.watchdog.clone();
    let is_watchdog = move |name: &str| watchdog.as_deref() == Some(name);
    let clock = memo(move || console.now.get().div_euclid(CLOCK_STEP) * CLOCK_STEP);
    let records = histories.iter().map(|(name, _, history)| (name.clone(), *history)).collect();
    let heartbeat = heartbeat(console, watched, records, clock);
    let own: Vec<Memo<RuleView>> = rules.iter().map(|r| r.view).collect();
    let merged = memo(move || {
        let config = console.config();
        let mut found: Vec<Alert> = own.iter().flat_map(|rule| rule.get().alerts(&config)).collect();
        for reply in active.iter().filter_map(|a| a.get()) {
            if let Reply::Alerts(alerts) = &*reply.0 {
                found.extend(alerts.iter().cloned());
            }
        }
        for (source, answer, history) in &histories {
            let history = history.get();
            let as_of = answer.get_untracked().as_of;
            if let (Some(firings), Some(as_of)) = (firings(&history), as_of) {
                found.extend(firings.resolved(source, as_of));
            }
        }
        found.retain(|a| !is_watchdog(&a.name));
        let mut all = combine(found, &config.alert_labels);
        silences.with(|answers| {
            mark_acknowledged(&mut all, answers);
            explain_silences(&mut all, answers);
        });
        all
    });
    // A hidden tab has no clock, but goes on asking.
    let now =
        memo(move || asked.iter().filter_map(|a| a.get().asked).chain([clock.get()]).max().unwrap_or(0));
    // Looked through with the time, so that the list is made anew only when one of it has grown too old.
    let n_escalated = memo(move || {
        let now = now.get();
        merged.with(|all| all.iter().filter(|a| a.escalated(now).is_some()).count())
    });
    let alerts = memo(move || {
        let mut all = merged.get();
        if n_escalated.get() > 0 {
            escalate(&mut all, now.get_untracked());
            all.order_by_key(Alert::urgency);
        }
        all
    });
    let incidents = memo(move || {
        let mut all = Vec::new();
        for reply in open.iter().filter_map(|o| o.get()) {
            if let Reply::Incidents(incidents) = &*reply.0 {
                all.extend(incidents.iter().cloned());
            }
        }
        let worst = |i: &Incident| Severity::rank(i.severity);
        all.order_by(|a, b| worst(a).cmp(&worst(b)).then(b.started.cmp(&a.started)));
        all
    });
    let certain = certain(feed, &rules);
    let rules = StoredValue::new(rules);
    Watch { alerts, rules, heartbeat, silences, routed, heard, incidents, feed, is_complete, clock, certain }
}

fn silences_of(asked: Vec<(String, Polled)>) -> Memo<Vec<Answered>> {
    let asked: Vec<_> = asked.into_iter().map(|(system, answer)| (system, answer, data(answer))).collect();
    memo(move || {
        let answered = |(system, answer, data): &(String, Polled, Held)| {
            let silences = match data.get().as_ref().map(|d| &*d.0) {
                Some(Reply::Silences(all)) => all.iter().filter(|s| s.state != "expired").cloned().collect(),
                _ => Vec::new(),
            };
            Answered { system: system.clone(), silences, asked: answer.get_untracked().asked }
        };
        asked.iter().map(answered).collect()
    })
}

fn routed<'a>(
    asked: impl Iterator<Item = (&'a (String, bool), &'a Polled)>,
) -> Memo<Vec<(String, Vec<Alert>)>> {
    let asked: Vec<(String, Held)> = asked.map(|((name, _), answer)| (name.clone(), data(*answer))).collect();
    memo(move || {
        let alerts = |held: &Held| match held.get().as_ref().map(|d| &*d.0) {
            Some(Reply::Alerts(all)) => all.clone(),
            _ => Vec::new(),
        };
        asked.iter().map(|(name, held)| (name.clone(), alerts(held))).collect()
    })
}

/// When the alerts of each system were last read.
fn heard<'a>(
    asked: impl Iterator<Item = (&'a (String, bool), &'a Polled)>,
) -> Memo<BTreeMap<String, Millis>> {
    let asked: Vec<(String, Polled)> = asked.map(|((name, _), answer)| (name.clone(), *answer)).collect();
    memo(move || asked.iter().filter_map(|(name, a)| Some((name.clone(), a.get().asked?))).into_map())
}

/// Whether nothing failed and nothing was partial.
fn certain(sources: Memo<Feed>, rules: &[RuleState]) -> Memo<bool> {
    let rules: Vec<Memo<Feed>> = rules.iter().map(|r| r.feed).collect();
    memo(move || {
        let whole = |f: &Feed| f.error.is_none() && !f.is_partial();
        let own = rules.iter().all(|f| whole(&f.get()));
        sources.get().condition == Condition::Fresh && whole(&sources.get()) && own
    })
}

/// Whatever hangs, after this long the picture is taken as it is.
const LONGEST_WAIT: u32 = 20_000;

fn is_complete(asked: Vec<Polled>, rules: &[RuleState]) -> Memo<bool> {
    let waited = RwSignal::new(false);
    spawn_local(async move {
        TimeoutFuture::new(LONGEST_WAIT).await;
        waited.set(true);
    });
    let rules: Vec<Memo<Feed>> = rules.iter().map(|r| r.feed).collect();
    memo(move || {
        waited.get()
            || asked.iter().all(|a| a.get().condition() != Condition::Loading)
                && rules.iter().all(|r| r.get().condition != Condition::Loading)
    })
}

/// Puts who silenced an alert, and why, in the place of the silence's id.
fn explain_silences(alerts: &mut [Alert], answers: &[Answered]) {
    let silences = answers.iter().flat_map(|a| &a.silences);
    let by_id: BTreeMap<&str, &Silence> = silences.map(|s| (s.id.as_str(), s)).into_map();
    for alert in alerts.iter_mut().filter(|a| a.state == State::Silenced) {
        if let Some(silence) = alert.silence.as_deref().and_then(|id| by_id.get(id)) {
            alert.silence = Some(format!("{}: {}", silence.created_by, silence.comment));
        }
    }
}

//! All alerts of all sources, put together.

use super::board::{Held, Polled, Shared};
use super::console::{Console, data, frame};
use super::memo::{feed, memo};
use super::rules::{RuleState, rules};
use crate::config::SourceKind;
use crate::console::model::{Feed, RuleView};
use crate::domain::alert::{Alert, Silence, State, combine, resolved_from_history};
use crate::domain::incident::{Incident, from_alerts};
use crate::domain::series::Series;
use crate::domain::time::{DAY, Millis, SECOND};
use crate::poll::{Condition, Pace, Question, Reply, Span};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

const HISTORY_STEP: Millis = 30 * SECOND;

#[derive(Clone, Copy)]
pub struct AlertsState {
    /// active ones first, then those resolved in the last 24 hours
    pub alerts: Memo<Vec<Alert>>,
    /// the console's own rules
    pub rules: StoredValue<Vec<RuleState>>,
    /// the alert that should always fire, when it does not: since when it is missing, if that is known
    pub heartbeat: Memo<Heartbeat>,
    pub silences: Memo<Vec<Silence>>,
    pub incidents: Memo<Vec<Incident>>,
    pub feed: Memo<Feed>,
    /// whether every source of alerts has answered or failed since the page was opened: before that, an alert that is
    /// missing may only be late
    pub is_complete: Memo<bool>,
}

/// Whether alerting itself works, by an alert that always fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// none is configured, or nothing is known yet
    Unwatched,
    Beating,
    /// its name, and when it was last seen in the last day
    Missing {
        name: String,
        last: Option<Millis>,
    },
}

/// The alerts of all pages. To be called once, above them.
pub fn provide_alerts(console: Console) -> AlertsState {
    let state = alerts(console);
    provide_context(state);
    state
}

/// The alerts of all sources and of the console's own rules.
pub fn use_alerts() -> AlertsState {
    expect_context()
}

/// Asks every configured source for its alerts, silences and open incidents.
fn alerts(console: Console) -> AlertsState {
    let config = console.config();
    let rules = rules(console);
    let mut active = Vec::new();
    let mut histories = Vec::new();
    let mut silences = Vec::new();
    let mut open = Vec::new();
    for source in &config.sources {
        let name = source.name.clone();
        match source.kind {
            SourceKind::Prometheus => {
                active.push(console.ask_also_hidden({
                    let source = name.clone();
                    move || Some(Question::PrometheusAlerts { source: source.clone() })
                }));
                let question = {
                    let source = name.clone();
                    move || {
                        Some(Question::Range {
                            source: source.clone(),
                            query: "ALERTS{alertstate=\"firing\"}".into(),
                            span: Span::Last(DAY),
                            step: HISTORY_STEP,
                            pace: Pace::Refresh,
                        })
                    }
                };
                histories.push((name, console.ask(question)));
            }
            SourceKind::Alertmanager => {
                active.push(console.ask_also_hidden({
                    let source = name.clone();
                    move || Some(Question::AlertmanagerAlerts { source: source.clone() })
                }));
                silences
                    .push(console.ask_also_hidden(move || Some(Question::Silences { source: name.clone() })));
            }
            SourceKind::Statuspage => {
                open.push(
                    console.ask_also_hidden(move || Some(Question::OpenIncidents { source: name.clone() })),
                );
            }
        }
    }
    let all: Vec<_> = active
        .iter()
        .chain(&silences)
        .chain(&open)
        .copied()
        .chain(histories.iter().map(|(_, a)| *a))
        .collect();
    let is_complete = is_complete(active.iter().chain(&silences).copied().collect(), &rules);
    let feed = feed(all);
    let active: Vec<_> = active.into_iter().map(data).collect();
    let histories: Vec<_> = histories.into_iter().map(|(name, a)| (name, a, data(a))).collect();
    let silences: Vec<_> = silences.into_iter().map(data).collect();
    let open: Vec<_> = open.into_iter().map(data).collect();
    let silences = memo(move || {
        let replies = silences.iter().filter_map(|s| s.get());
        replies
            .flat_map(|s| match &*s.0 {
                Reply::Silences(all) => all.iter().filter(|s| s.state != "expired").cloned().collect(),
                _ => Vec::new(),
            })
            .collect::<Vec<_>>()
    });
    let watchdog = config.watchdog.clone();
    let is_watchdog = move |name: &str| watchdog.as_deref() == Some(name);
    let heartbeat = heartbeat(config.watchdog.clone(), active.clone(), &histories);
    let own: Vec<Memo<RuleView>> = rules.iter().map(|r| r.view).collect();
    let alerts = memo(move || {
        let mut found: Vec<Alert> = own.iter().flat_map(|rule| rule.get().alerts()).collect();
        for reply in active.iter().filter_map(|a| a.get()) {
            if let Reply::Alerts(alerts) = &*reply.0 {
                found.extend(alerts.iter().cloned());
            }
        }
        let mut all = combine(found);
        explain_silences(&mut all, &silences.get());
        for (source, answer, history) in &histories {
            let history = history.get();
            let as_of = answer.get_untracked().as_of;
            if let (Some(frame), Some(as_of)) = (frame(&history), as_of) {
                all.extend(resolved_from_history(frame, source, HISTORY_STEP, as_of));
            }
        }
        all.retain(|a| !is_watchdog(&a.name));
        all
    });
    let incidents = memo(move || {
        let mut all = from_alerts(&alerts.get(), console.now.get_untracked());
        for reply in open.iter().filter_map(|o| o.get()) {
            if let Reply::Incidents(incidents) = &*reply.0 {
                all.extend(incidents.iter().cloned());
            }
        }
        all.sort_by(|a, b| a.severity.cmp(&b.severity).then(b.started.cmp(&a.started)));
        all
    });
    AlertsState { alerts, rules: StoredValue::new(rules), heartbeat, silences, incidents, feed, is_complete }
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

/// Only a fresh answer of a system that evaluates alerts can say that one is missing.
fn heartbeat(
    watchdog: Option<String>,
    active: Vec<Held>,
    histories: &[(String, Polled, Held)],
) -> Memo<Heartbeat> {
    let histories: Vec<Held> = histories.iter().map(|h| h.2).collect();
    memo(move || {
        let Some(name) = watchdog.clone() else { return Heartbeat::Unwatched };
        let replies: Vec<Shared> = active.iter().filter_map(|a| a.get()).collect();
        let lists: Vec<&Vec<Alert>> = replies
            .iter()
            .filter_map(|r| if let Reply::Alerts(all) = &*r.0 { Some(all) } else { None })
            .collect();
        if lists.len() < active.len() || lists.is_empty() {
            return Heartbeat::Unwatched;
        }
        if lists.iter().any(|all| all.iter().any(|a| a.name == name && a.state != State::Resolved)) {
            return Heartbeat::Beating;
        }
        let last = histories
            .iter()
            .filter_map(|h| {
                let shared = h.get();
                let own = frame(&shared)?.series.iter().filter(|s| s.labels.get("alertname") == Some(&name));
                own.filter_map(Series::last_instant).max()
            })
            .max();
        Heartbeat::Missing { name, last }
    })
}

/// Puts who silenced an alert, and why, in the place of the silence's id.
fn explain_silences(alerts: &mut [Alert], silences: &[Silence]) {
    for alert in alerts.iter_mut().filter(|a| a.state == State::Silenced) {
        if let Some(silence) = alert.silence.as_ref().and_then(|id| silences.iter().find(|s| s.id == *id)) {
            alert.silence = Some(format!("{}: {}", silence.created_by, silence.comment));
        }
    }
}

//! Acknowledgements where their system has none: what is known of them on this page, and what keeps those of whoever uses
//! this browser alive while their alerts fire.

use super::alerts::{AlertsState, use_alerts};
use super::attention::use_attention;
use super::console::{Console, use_console};
use super::memo::memo;
use super::outbox::{OutboxState, use_outbox};
use crate::browser;
use crate::domain::acknowledgement::AckPolicy;
use crate::domain::action::Action;
use crate::domain::alert::Alert;
use crate::domain::matcher::Matcher;
use crate::domain::time::{MINUTE, Millis};
use crate::model::{
    Ack, Answered, ShownSilence, Wish, ack_text, acks, acks_of, overlay, take_back, upkeep, wish,
};
use crate::poll::outbox::{Entry, EntryId, State};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The name of whoever uses this browser, remembered in it.
const AUTHOR: &str = "fourlights.author";

pub fn author() -> String {
    browser::stored(AUTHOR).unwrap_or_default()
}

pub fn set_author(name: &str) {
    browser::store(AUTHOR, name.trim());
}

/// Handles only. Lives as long as the place that asked for it.
#[derive(Clone, Copy)]
pub struct Acks {
    pub console: Console,
    pub outbox: OutboxState,
    alerts: AlertsState,
    /// every silence as answered, with what is on its way laid over
    pub silences: Memo<Vec<ShownSilence>>,
    pub all: Memo<Vec<Ack>>,
}

pub fn use_acks() -> Acks {
    let (console, outbox, alerts) = (use_console(), use_outbox(), use_alerts());
    let silences = memo(move || {
        let ahead = console.board.now() - browser::now();
        let by_own_clock = |a: Answered| Answered { asked: a.asked.map(|at| at - ahead), ..a };
        let answers: Vec<Answered> = alerts.silences.get().into_iter().map(by_own_clock).collect();
        outbox.entries.with(|all| overlay(&answers, &all.iter().collect::<Vec<&Entry>>()))
    });
    let all = memo(move || silences.with(|all| acks(all)));
    Acks { console, outbox, alerts, silences, all }
}

impl Acks {
    pub fn policy(self) -> AckPolicy {
        self.console.config().incidents.acknowledgements
    }

    /// What would become of acknowledging an alert now.
    pub fn wish(self, alert: &Alert) -> Wish {
        let config = self.console.config();
        self.alerts.routed.with(|routed| self.all.with(|all| wish(alert, routed, all, &config.alert_labels)))
    }

    /// The action that acknowledges.
    pub fn action(self, matchers: Vec<Matcher>, by: &str, incident: Option<&str>) -> Action {
        let now = self.console.board.now();
        Action::CreateSilence(ack_text(matchers, by, incident, self.policy().length, now))
    }

    /// Whether somebody could take an acknowledgement of this alert back.
    pub fn may_take_back(self, alert: &Alert) -> bool {
        self.all.with(|all| !acks_of(alert, all).is_empty())
    }

    pub fn take_back(self, alert: &Alert) {
        let found = self.all.with_untracked(|all| {
            let of = acks_of(alert, all).into_iter();
            of.filter_map(|ack| Some((ack.system.clone(), take_back(ack)?))).collect::<Vec<_>>()
        });
        for (system, action) in found {
            self.outbox.push(&system, action);
        }
    }
}

/// What was refused is not asked for again at once.
const AGAIN_AFTER: Millis = MINUTE;

#[derive(Default)]
struct Keeping {
    /// since when nothing fires of what a silence matches
    gone: BTreeMap<String, Millis>,
    /// when something was last asked for a silence
    tried: BTreeMap<String, Millis>,
    /// what was asked for, as long as it is listed
    asked: Vec<EntryId>,
}

/// Extends the acknowledgements of whoever uses this browser while their alerts fire, and ends them when they do not. Of
/// several tabs one does. To be called once, above all pages.
pub fn keep_acknowledgements() {
    let acks = use_acks();
    let (alerts, attention) = (acks.alerts, use_attention());
    let keeping = StoredValue::new(Keeping::default());
    Effect::new(move |_| {
        // With each answer, also of one that says the same as before.
        let heard = alerts.heard.get();
        let all = acks.all.get();
        if !attention.leads.get() {
            return;
        }
        let now = acks.console.board.now();
        let routed = alerts.routed.get_untracked();
        let due = keeping.try_update_value(|keeping| {
            let due = upkeep((&all, &routed, &heard), &author(), acks.policy(), &mut keeping.gone, now);
            keeping.tried.retain(|_, at| now - *at < AGAIN_AFTER);
            due.into_iter()
                .filter(|(_, action)| keeping.tried.insert(action.subject(), now).is_none())
                .collect::<Vec<_>>()
        });
        for (system, action) in due.unwrap_or_default() {
            let asked = acks.outbox.push(&system, action);
            keeping.update_value(|keeping| keeping.asked.extend(asked));
        }
        tidy(acks.outbox, keeping);
    });
}

/// Nobody asked for these by hand: what went well is not left in the list of actions.
fn tidy(outbox: OutboxState, keeping: StoredValue<Keeping>) {
    let now = browser::now();
    let asked = keeping.with_value(|keeping| keeping.asked.clone());
    for id in asked {
        let state =
            outbox.entries.with_untracked(|all| all.iter().find(|e| e.id == id).map(|e| e.state.clone()));
        let is_shown = |at: Millis| now - at > AGAIN_AFTER;
        match state {
            Some(State::Done { at, .. }) if is_shown(at) => outbox.dismiss(&id),
            Some(_) => continue,
            None => {}
        }
        keeping.update_value(|keeping| keeping.asked.retain(|known| *known != id));
    }
}

//! What somebody does with a runbook: ticks and values, kept for this tab alone.

use crate::browser;
use crate::domain::alert::{Alert, State};
use crate::domain::runbook::Runbook;
use crate::domain::runbook::find::{Wanted, Why, find};
use crate::domain::runbook::variable::is_plain;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Ticks and values of one runbook.
#[derive(Clone, Copy)]
pub struct Work {
    path: StoredValue<String>,
    pub book: StoredValue<Arc<Runbook>>,
    /// ids of steps
    pub ticks: RwSignal<BTreeSet<String>>,
    /// what was typed, by variable
    pub typed: RwSignal<BTreeMap<String, String>>,
    /// what a firing alert says, by variable
    pub offered: RwSignal<BTreeMap<String, String>>,
}

impl Work {
    pub fn new(book: &Arc<Runbook>) -> Self {
        let lines = |what: &str| browser::stored_for_tab(&key(what, &book.path)).unwrap_or_default();
        let ticks = lines("ticks").lines().map(Into::into).collect();
        let values = lines("values");
        let typed = values.lines().filter_map(|line| line.split_once('='));
        let typed = typed.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Self {
            path: StoredValue::new(book.path.clone()),
            book: StoredValue::new(book.clone()),
            ticks: RwSignal::new(ticks),
            typed: RwSignal::new(typed),
            offered: RwSignal::new(BTreeMap::new()),
        }
    }

    pub fn is_done(&self, step: usize) -> bool {
        self.book.with_value(|book| {
            let id = book.steps.get(step).map(|s| &s.id);
            id.is_some_and(|id| self.ticks.with(|ticks| ticks.contains(id)))
        })
    }

    pub fn tick(&self, step: usize, done: bool) {
        let Some(id) = self.book.with_value(|book| book.steps.get(step).map(|s| s.id.clone())) else {
            return;
        };
        self.ticks.update(|ticks| {
            if done {
                ticks.insert(id)
            } else {
                ticks.remove(&id)
            };
        });
        self.keep("ticks", self.ticks.with_untracked(|t| t.iter().cloned().collect::<Vec<_>>().join("\n")));
    }

    pub fn untick_all(&self) {
        self.ticks.set(BTreeSet::new());
        self.keep("ticks", String::new());
    }

    pub fn n_done(&self) -> usize {
        self.ticks
            .with(|ticks| self.book.with_value(|b| b.steps.iter().filter(|s| ticks.contains(&s.id)).count()))
    }

    pub fn fill(&self, name: &str, value: String) {
        self.typed.update(|all| {
            all.insert(name.into(), value);
        });
        let lines = self
            .typed
            .with_untracked(|all| all.iter().map(|(n, v)| format!("{n}={v}\n")).collect::<String>());
        self.keep("values", lines);
    }

    /// What stands for a variable: what was typed, or else what is offered.
    pub fn value(&self, name: &str) -> Option<String> {
        let typed = self.typed.with(|all| all.get(name).cloned());
        typed.or_else(|| self.offered.with(|all| all.get(name).cloned()))
    }

    fn keep(&self, what: &str, text: String) {
        self.path.with_value(|path| browser::store_for_tab(&key(what, path), &text));
    }
}

fn key(what: &str, path: &str) -> String {
    format!("fourlights.runbook-{what}.{path}")
}

/// The firing alert that a runbook is most likely opened for, and the values of the runbook's variables that its labels
/// have. Labels are other people's text: what a shell would read is not offered.
pub fn offered(book: &Runbook, alerts: &[Alert]) -> (Option<String>, BTreeMap<String, String>) {
    let mut values = BTreeMap::new();
    let own = std::slice::from_ref(book);
    let fits = |alert: &&Alert| {
        let wanted = Wanted {
            alert: Some(&alert.name),
            labels: Some(&alert.labels),
            service: alert.subject(),
            runbook_url: alert.runbook_url.as_deref(),
        };
        alert.state == State::Firing
            && find(own, &wanted).first().is_some_and(|found| found.why < Why::Service)
    };
    let alert = alerts.iter().find(fits);
    for name in &book.variables {
        let plain = name.replace('-', "_");
        let short = plain.strip_suffix("_name").unwrap_or(&plain);
        let of_alert = alert.and_then(|a| {
            let label = [plain.as_str(), short].into_iter().find_map(|label| a.labels.get(label));
            label.or_else(|| if short == "service" { a.subject() } else { None })
        });
        let only = match book.front.services.as_slice() {
            [one] if short == "service" => Some(one.as_str()),
            _ => None,
        };
        if let Some(value) = of_alert.or(only).filter(|v| is_plain(v)) {
            values.insert(name.clone(), value.to_string());
        }
    }
    (alert.map(|a| a.name.clone()), values)
}

//! What somebody does with a runbook: ticks and values, kept for this tab alone; of one that is opened for an incident the ticks
//! are entries of its log, with who and when.

use crate::browser;
use crate::console::state::{Console, Incidents, memo};
use crate::domain::alert::{Alert, State};
use crate::domain::incident_log::{Event, Incident, New};
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
    /// what a firing alert or the incident says, by variable
    pub offered: RwSignal<BTreeMap<String, String>>,
    /// the incident that it is opened for
    pub incident: Option<Incidents>,
    incident_id: StoredValue<String>,
}

impl Work {
    /// `incident` is the id of the one that it is opened for; empty for none.
    pub fn new(book: &Arc<Runbook>, console: Console, incident: &str) -> Self {
        let path = if incident.is_empty() { book.path.clone() } else { format!("{incident}.{}", book.path) };
        let lines = |what: &str| browser::stored_for_tab(&key(what, &path)).unwrap_or_default();
        let ticks = lines("ticks").lines().map(Into::into).collect();
        let values = lines("values");
        let typed = values.lines().filter_map(|line| line.split_once('='));
        let typed = typed.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let work = Self {
            path: StoredValue::new(path),
            book: StoredValue::new(book.clone()),
            ticks: RwSignal::new(ticks),
            typed: RwSignal::new(typed),
            offered: RwSignal::new(BTreeMap::new()),
            incident: (!incident.is_empty()).then(|| Incidents::open(console, Some(incident.into()))),
            incident_id: StoredValue::new(incident.into()),
        };
        work.follow_incident();
        work
    }

    /// What is ticked follows the log, so that a colleague's ticks show too.
    fn follow_incident(self) {
        let Some(incidents) = self.incident else { return };
        let done = memo(move || {
            let log = incidents.log.get().flatten()?;
            let steps = Incident::of(&log).steps;
            let is_done =
                |path: &str, title: &str| steps.get(&(path.into(), title.into())).copied().unwrap_or(false);
            let ids = self.book.with_value(|book| {
                let done = book.steps.iter().filter(|s| is_done(&book.path, &s.title));
                done.map(|s| s.id.clone()).collect::<BTreeSet<_>>()
            });
            Some(ids)
        });
        Effect::new(move |_| {
            if let Some(done) = done.get() {
                self.ticks.set(done);
            }
        });
    }

    /// Whether its ticks go to an incident that is there.
    pub fn is_for_incident(&self) -> bool {
        self.incident.is_some_and(|incidents| incidents.log.with(|log| matches!(log, Some(Some(_)))))
    }

    fn enter(&self, steps: Vec<Event>) {
        if let Some(incidents) = self.incident {
            self.incident_id.with_value(|id| incidents.enter(id, steps.into_iter().map(New::from).collect()));
        }
    }

    /// The entry of the step at a place.
    fn entry(&self, step: usize, done: bool) -> Option<Event> {
        self.book.with_value(|book| {
            let title = book.steps.get(step).map(|s| s.title.clone())?;
            Some(Event::RunbookStep { runbook: book.path.clone(), step: title, done })
        })
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
        if untrack(|| self.is_for_incident()) {
            return self.enter(self.entry(step, done).into_iter().collect());
        }
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
        if untrack(|| self.is_for_incident()) {
            let n = self.book.with_value(|book| book.steps.len());
            let done = (0..n).filter(|step| untrack(|| self.is_done(*step)));
            return self.enter(done.filter_map(|step| self.entry(step, false)).collect());
        }
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

/// What an incident says of a runbook's variables: the labels of its alerts, and its services. As below, what a shell would read
/// is not offered.
pub fn offered_by(book: &Runbook, incident: &Incident) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for name in &book.variables {
        let plain = name.replace('-', "_");
        let short = plain.strip_suffix("_name").unwrap_or(&plain);
        let mut labels = incident.alerts.iter().map(|a| &a.labels);
        let label = labels.find_map(|all| all.get(plain.as_str()).or_else(|| all.get(short)));
        let service = || incident.facts.services.first().filter(|_| short == "service");
        if let Some(value) = label.or_else(service).filter(|v| is_plain(v)) {
            values.insert(name.clone(), value.clone());
        }
    }
    values
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

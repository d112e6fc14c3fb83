//! One alert while it is put together from what several systems report, and how labels are compared.

use super::alert::{Alert, Origin, State};
use super::label_index::{LabelIndex, Work};
use super::labels::Labels;
use super::order::Gather as _;
use super::severity::Severities;
use std::collections::{BTreeMap, BTreeSet};

/// The label in which an alert's name is compared with the rest.
const NAME: &str = "alertname";

/// More label sets than these of one alert are not remembered.
const MOST_SETS: usize = 32;

/// What labels mean for what an alert is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertLabels {
    pub severities: Severities,
    /// Labels that tell the members of a highly available pair of Prometheus servers apart. They are no part
    /// of what an alert is.
    pub replicas: Vec<String>,
    /// The external labels of Prometheus servers, by the names of their sources, where they are configured.
    pub external: BTreeMap<String, Labels>,
    /// As `replicas`, but only for alerts that a Prometheus lists without it: `replica` may as well name the
    /// database that lags behind.
    pub replicas_if_added: Vec<String>,
}

impl Default for AlertLabels {
    fn default() -> Self {
        Self {
            severities: Severities::default(),
            replicas: ["prometheus_replica", "__replica__"].map(Into::into).to_vec(),
            external: BTreeMap::new(),
            replicas_if_added: vec!["replica".into()],
        }
    }
}

/// One alert as it is listed, while it is put together.
pub(super) struct Row {
    pub alert: Alert,
    pub sources: Vec<String>,
    /// its name and labels, without those of replicas
    pub set: Labels,
    /// as `set`, of all that was put into it
    pub sets: Vec<Labels>,
    /// the Prometheus servers that fire it; a pair is one
    pub servers: BTreeSet<String>,
    /// its labels as they arrived at Alertmanager, with those of replicas
    pub copies: BTreeSet<Labels>,
}

impl Row {
    /// Adds what another system of the same kind reports: what fires wins. Of a pair the labels are listed that
    /// do not tell its members apart.
    pub fn join(&mut self, mut other: Self) {
        if other.alert.state < self.alert.state {
            std::mem::swap(self, &mut other);
        }
        self.add(&other, self.alert.state == other.alert.state);
        if self.alert.labels != other.alert.labels {
            let common = self.set.only(|name| name != NAME);
            let own = std::mem::replace(&mut self.alert.labels, common);
            self.alert.also.retain(|labels| *labels != self.alert.labels);
            if own != self.alert.labels && self.alert.also.len() < MOST_SETS {
                self.alert.also.push(own);
            }
        }
    }

    /// Adds what another system knows of the alert; the state stays. `began` is whether the beginnings are of
    /// the same firing.
    pub fn add(&mut self, other: &Self, began: bool) {
        let (alert, more) = (&mut self.alert, &other.alert);
        if began && more.state != State::Pending {
            alert.started = alert.started.into_iter().chain(more.started).min();
        }
        if alert.state == more.state {
            alert.silence = alert.silence.take().or_else(|| more.silence.clone());
            alert.muted_by = alert.muted_by.take().or_else(|| more.muted_by.clone());
        }
        if alert.severity.is_none() && more.severity.is_some() {
            (alert.severity, alert.severity_word) = (more.severity, None);
        }
        alert.summary = alert.summary.take().or_else(|| more.summary.clone());
        alert.runbook_url = alert.runbook_url.take().or_else(|| more.runbook_url.clone());
        for labels in more.label_sets() {
            if alert.also.len() < MOST_SETS && *labels != alert.labels && !alert.also.contains(labels) {
                alert.also.push(labels.clone());
            }
        }
        for source in &other.sources {
            if !self.sources.contains(source) {
                self.sources.push(source.clone());
            }
        }
        for set in &other.sets {
            if self.sets.len() < MOST_SETS && !self.sets.contains(set) {
                self.sets.push(set.clone());
            }
        }
        self.servers.extend(other.servers.iter().cloned());
        self.copies.extend(other.copies.iter().take(MOST_SETS - self.copies.len().min(MOST_SETS)).cloned());
    }

    /// Adds that a rule of the console found the same. What is pending elsewhere and fires here fires.
    pub fn add_own(&mut self, own: Alert) {
        let alert = &mut self.alert;
        if own.state == State::Firing && alert.state == State::Pending {
            alert.state = State::Firing;
            alert.started = own.started;
            alert.severity = alert.severity.into_iter().chain(own.severity).min();
        }
        if alert.severity.is_none() {
            (alert.severity, alert.severity_word) = (own.severity, None);
        }
        alert.summary = alert.summary.take().or(own.summary);
        if !self.sources.contains(&own.source) {
            self.sources.push(own.source);
        }
    }
}

/// How labels are compared in one bucket.
#[derive(Clone, Copy)]
pub(super) struct Compare<'c> {
    pub labels: &'c AlertLabels,
    pub replicas: &'c [&'c str],
    pub work: &'c Work,
}

impl Compare<'_> {
    pub fn row(&self, mut alert: Alert) -> Row {
        let is_of = |origin| alert.origin == origin;
        let external =
            self.labels.external.get(&alert.source).filter(|e| is_of(Origin::Evaluated) && !e.is_empty());
        let mut server = alert.source.clone();
        let copies = if is_of(Origin::Routed) {
            std::iter::once(alert.labels.clone()).into_set()
        } else {
            BTreeSet::new()
        };
        if let Some(external) = external {
            // Prometheus adds them where the alert has no label of that name.
            let added = external.iter().filter(|(name, _)| !self.replicas.contains(name));
            alert.labels = added.chain(alert.labels.iter()).collect();
            // All that have the same labels then are one pair.
            server.clear();
        }
        let fires = alert.origin == Origin::Evaluated && alert.state == State::Firing;
        let servers = if fires { std::iter::once(server).into_set() } else { BTreeSet::new() };
        let set = alert.labels.only(|name| !self.replicas.contains(&name)).with(NAME, &alert.name);
        Row { sources: vec![alert.source.clone()], sets: vec![set.clone()], set, servers, copies, alert }
    }

    pub fn index<'s>(&self, sets: impl Iterator<Item = (&'s Labels, usize)>) -> LabelIndex<'_> {
        LabelIndex::new(sets, self.work)
    }

    /// What an alert is about: labels without name, severity and replicas.
    pub fn subject(&self, labels: &Labels) -> Labels {
        let about = |name: &str| {
            name != NAME && !self.labels.severities.is_carried_by(name) && !self.replicas.contains(&name)
        };
        labels.only(about)
    }

    pub fn subjects(&self, row: &Row) -> Vec<Labels> {
        row.sets.iter().map(|set| self.subject(set)).collect()
    }

    pub fn own_subjects(&self, alert: &Alert) -> Vec<Labels> {
        alert.label_sets().map(|labels| self.subject(labels)).collect()
    }

    /// For each of the console's own alerts, which others are about the same: the labels of one contain those
    /// of the other. One that is about nothing in particular is not the same as one that is about something:
    /// an alert on the whole fleet does not stand for one of its services.
    pub fn same(&self, own: &[Vec<Labels>], others: &[Vec<Labels>]) -> Vec<Vec<usize>> {
        let mut same: Vec<Vec<usize>> = vec![Vec::new(); own.len()];
        let index = self.index(flat(own));
        for (other, i) in flat(others) {
            for o in index.within(other) {
                if let Some(same) = same.get_mut(*o)
                    && own.get(*o).is_some_and(|sets| sets.iter().any(Labels::is_empty)) == other.is_empty()
                {
                    same.push(i);
                }
            }
        }
        let index = self.index(flat(others).filter(|(set, _)| !set.is_empty()));
        for (set, o) in flat(own) {
            if let Some(same) = same.get_mut(o).filter(|same| same.is_empty()) {
                same.extend_from_slice(index.within(set));
            }
        }
        same
    }
}

pub(super) fn flat(sets: &[Vec<Labels>]) -> impl Iterator<Item = (&Labels, usize)> {
    sets.iter().zip(0..).flat_map(|(sets, i)| sets.iter().map(move |set| (set, i)))
}

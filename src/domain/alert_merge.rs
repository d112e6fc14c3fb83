//! What several systems report of the same alert, as one alert.
//!
//! A name is not an identity, and labels differ on the way. Prometheus adds its external labels only when it
//! sends an alert on, so Alertmanager has `{service="api", cluster="eu1"}` where Prometheus itself lists
//! `{service="api"}`; `alert_relabel_configs` may drop labels or change the severity. So two alerts are the
//! same if their names are equal and the labels of one contain those of the other.
//!
//! - Of one alert **firing wins** over pending, and pending over the rest.
//! - Except that Alertmanager knows what Prometheus does not: what it silences, inhibits or mutes is not
//!   firing although Prometheus evaluates it so. Where two Alertmanagers disagree, firing wins.
//! - Where it is not clear which of Alertmanager's alerts one of Prometheus's is, it is put to those that
//!   fire. Nothing that fires is hidden by something that does not.
//! - The same labels in two Prometheus servers may be a pair or two clusters. They are a pair if both are configured
//!   with the same external labels. Otherwise each needs a copy of its own in Alertmanager before what is silenced there
//!   is taken for it: one silenced copy and two servers that fire it leave one that fires.

use super::alert::{Alert, Origin, State};
use super::alert_past::past;
use super::label_index::{LabelIndex, Work};
use super::labels::Labels;
use super::order::Order as _;
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

/// Puts what several systems report of the same alert together: the active ones first, then what is over, the
/// newest first.
pub fn combine(alerts: Vec<Alert>, labels: &AlertLabels) -> Vec<Alert> {
    combine_counting(alerts, labels, &Work::default())
}

fn combine_counting(mut alerts: Vec<Alert>, labels: &AlertLabels, work: &Work) -> Vec<Alert> {
    for alert in alerts.iter_mut().filter(|a| a.origin != Origin::Own) {
        (alert.severity, alert.severity_word) = labels.severities.of(&alert.labels);
    }
    let mut buckets: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in alerts {
        buckets.entry(letters(&alert.name)).or_default().push(alert);
    }
    let merged = buckets.into_values().map(|alerts| Bucket::new(alerts, labels, work).merged());
    let (mut active, mut over): (Vec<Alert>, Vec<Alert>) = merged.flatten().partition(Alert::is_active);
    active.order_by_key(Alert::urgency);
    over.order_by(|a, b| b.ended.cmp(&a.ended).then_with(|| a.name.cmp(&b.name)));
    active.append(&mut over);
    active
}

/// The letters of a name: `HighLatency`, `High latency` and `high_latency` are written alike.
pub fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The alerts of one name, however it is written.
struct Bucket<'a> {
    alerts: Vec<Alert>,
    labels: &'a AlertLabels,
    /// labels that are no part of an alert of this name
    replicas: Vec<&'a str>,
    work: &'a Work,
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
    servers: BTreeSet<String>,
    /// its labels as they arrived at Alertmanager, with those of replicas
    copies: BTreeSet<Labels>,
}

impl<'a> Bucket<'a> {
    fn new(alerts: Vec<Alert>, labels: &'a AlertLabels, work: &'a Work) -> Self {
        let evaluated = || alerts.iter().filter(|a| a.origin == Origin::Evaluated);
        let added =
            |name: &&str| evaluated().next().is_some() && evaluated().all(|a| a.labels.get(name).is_none());
        let certain = labels.replicas.iter().map(String::as_str);
        let replicas =
            certain.chain(labels.replicas_if_added.iter().map(String::as_str).filter(added)).collect();
        Self { alerts, labels, replicas, work }
    }

    fn merged(mut self) -> Vec<Alert> {
        let alerts = std::mem::take(&mut self.alerts);
        if let [_] = alerts.as_slice() {
            return alerts;
        }
        let (active, over): (Vec<Alert>, Vec<Alert>) = alerts.into_iter().partition(Alert::is_active);
        let (own, others): (Vec<Alert>, Vec<Alert>) =
            active.into_iter().partition(|a| a.origin == Origin::Own);
        let (routed, evaluated) = others.into_iter().partition(|a| a.origin == Origin::Routed);
        let mut rows = self.explained(self.rows(routed), self.rows(evaluated));
        let own = self.own(own, &mut rows);
        let over = past(over, &rows, &self.compare());
        let listed = |row: Row| Alert { source: row.sources.join(", "), ..row.alert };
        rows.into_iter().map(listed).chain(own).chain(over).collect()
    }

    fn compare(&self) -> Compare<'_> {
        Compare { labels: self.labels, replicas: &self.replicas, work: self.work }
    }

    /// One row for the same labels, whichever systems of one kind report them. The members of a pair differ in
    /// the label of replicas only.
    fn rows(&self, alerts: Vec<Alert>) -> Vec<Row> {
        let mut rows: BTreeMap<Labels, Row> = BTreeMap::new();
        for alert in alerts {
            let row = self.compare().row(alert);
            match rows.get_mut(&row.set) {
                Some(known) => known.join(row),
                None => drop(rows.insert(row.set.clone(), row)),
            }
        }
        rows.into_values().collect()
    }

    /// What Alertmanager has, and what only Prometheus has: the rest of what Prometheus evaluates is the same
    /// alert as one of Alertmanager's, and in what state that is, Alertmanager knows.
    fn explained(&self, mut routed: Vec<Row>, evaluated: Vec<Row>) -> Vec<Row> {
        let partners = self.partners(&routed, &evaluated);
        // The servers that may have sent each of Alertmanager's.
        let mut senders: Vec<BTreeSet<String>> = vec![BTreeSet::new(); routed.len()];
        for (row, partners) in evaluated.iter().zip(&partners) {
            for i in partners {
                senders.get_mut(*i).into_iter().for_each(|s| s.extend(row.servers.iter().cloned()));
            }
        }
        let mut lone = Vec::new();
        for (row, partners) in evaluated.into_iter().zip(partners) {
            let fires = |i: &&usize| routed.get(**i).is_some_and(|r| r.alert.state == State::Firing);
            let firing: Vec<usize> = partners.iter().filter(fires).copied().collect();
            let into: &[usize] = match firing.as_slice() {
                [] if !row.servers.is_empty() && !covers(&routed, &senders, &partners) => &[],
                [] => partners.as_slice(),
                firing => firing,
            };
            for i in into {
                if let Some(known) = routed.get_mut(*i) {
                    known.add(&row, partners.len() == 1);
                }
            }
            if into.is_empty() {
                lone.push(row);
            }
        }
        routed.append(&mut lone);
        routed
    }

    /// For each of Prometheus's alerts, which of Alertmanager's it is: several where more than one Prometheus
    /// added its external labels to the same labels.
    fn partners(&self, routed: &[Row], evaluated: &[Row]) -> Vec<Vec<usize>> {
        let mut pairs = Pairs { of: vec![Vec::new(); evaluated.len()], taken: vec![false; routed.len()] };
        let compare = self.compare();
        // Labels were added on the way: the largest set that an alert of Alertmanager contains is what was sent.
        let index = LabelIndex::new(evaluated.iter().zip(0..).map(|(row, e)| (&row.set, e)), self.work);
        for (r, row) in routed.iter().enumerate() {
            for e in index.within(&row.set) {
                pairs.put(*e, r);
            }
        }
        // Labels were dropped on the way. An alert of which nothing but the severity is left could be any.
        let subjects: Vec<Labels> = routed.iter().map(|row| compare.subject(&row.set)).collect();
        let free =
            |pairs: &Pairs, r: usize| pairs.is_free(r) && subjects.get(r).is_some_and(|s| !s.is_empty());
        let left = routed.iter().zip(0..).filter(|(_, r)| free(&pairs, *r)).map(|(row, r)| (&row.set, r));
        let index = LabelIndex::new(left, self.work);
        for (e, row) in evaluated.iter().enumerate().filter(|(e, _)| pairs.is_lone(*e)).collect::<Vec<_>>() {
            for r in index.within(&row.set) {
                pairs.put(e, *r);
            }
        }
        // The severity was changed on the way: all else must fit, and only one may.
        let lone: Vec<(Labels, usize)> = evaluated
            .iter()
            .zip(0..)
            .filter(|(_, e)| pairs.is_lone(*e))
            .map(|(row, e)| (compare.subject(&row.set), e))
            .filter(|(subject, _)| !subject.is_empty())
            .collect();
        let index = LabelIndex::new(lone.iter().map(|(subject, e)| (subject, *e)), self.work);
        for (r, subject) in subjects.iter().enumerate() {
            if let ([e], true) = (index.within(subject), free(&pairs, r)) {
                pairs.put(*e, r);
            }
        }
        let left = subjects.iter().zip(0..).filter(|(_, r)| free(&pairs, *r));
        let index = LabelIndex::new(left, self.work);
        for (subject, e) in lone.iter().filter(|(_, e)| pairs.is_lone(*e)).collect::<Vec<_>>() {
            if let [r] = index.within(subject) {
                pairs.put(*e, *r);
            }
        }
        pairs.of
    }

    /// The console's own alerts that no other system lists as firing or pending for the same labels; the state
    /// of one that is only pending elsewhere is put right in `rows`.
    fn own(&self, own: Vec<Alert>, rows: &mut [Row]) -> Vec<Alert> {
        let compare = self.compare();
        let of_rows: Vec<Vec<Labels>> = rows.iter().map(|row| compare.subjects(row)).collect();
        let of_own: Vec<Vec<Labels>> = own.iter().map(|alert| compare.own_subjects(alert)).collect();
        let same = compare.same(&of_own, &of_rows);
        let mut lone = Vec::new();
        for (alert, same) in own.into_iter().zip(same) {
            let state = |r: &usize| rows.get(*r).map_or(State::Resolved, |row| row.alert.state);
            let best = same.into_iter().min_by_key(state);
            match best.and_then(|r| rows.get_mut(r)) {
                Some(row) => row.add_own(alert),
                None => lone.push(alert),
            }
        }
        lone
    }
}

/// Whether each server that may have sent these can have: there is a copy for each.
fn covers(routed: &[Row], senders: &[BTreeSet<String>], partners: &[usize]) -> bool {
    let copies: usize = partners.iter().filter_map(|i| routed.get(*i)).map(|r| r.copies.len()).sum();
    let servers: BTreeSet<&String> = partners.iter().filter_map(|i| senders.get(*i)).flatten().collect();
    servers.len() <= copies.max(1)
}

/// Which alerts of Prometheus are which of Alertmanager, by their places in two lists.
struct Pairs {
    of: Vec<Vec<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    fn put(&mut self, e: usize, r: usize) {
        if let (Some(of), Some(taken)) = (self.of.get_mut(e), self.taken.get_mut(r)) {
            of.push(r);
            *taken = true;
        }
    }

    fn is_free(&self, r: usize) -> bool {
        self.taken.get(r).is_some_and(|taken| !taken)
    }

    fn is_lone(&self, e: usize) -> bool {
        self.of.get(e).is_some_and(Vec::is_empty)
    }
}

impl Row {
    /// Adds what another system of the same kind reports: what fires wins. Of a pair the labels are listed that
    /// do not tell its members apart.
    fn join(&mut self, mut other: Self) {
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
    fn add(&mut self, other: &Self, began: bool) {
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
    fn add_own(&mut self, own: Alert) {
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
    labels: &'c AlertLabels,
    replicas: &'c [&'c str],
    work: &'c Work,
}

impl Compare<'_> {
    pub fn row(&self, mut alert: Alert) -> Row {
        let is_of = |origin| alert.origin == origin;
        let external =
            self.labels.external.get(&alert.source).filter(|e| is_of(Origin::Evaluated) && !e.is_empty());
        let mut server = alert.source.clone();
        let copies = if is_of(Origin::Routed) { [alert.labels.clone()].into() } else { BTreeSet::new() };
        if let Some(external) = external {
            // Prometheus adds them where the alert has no label of that name.
            let added = external.iter().filter(|(name, _)| !self.replicas.contains(name));
            alert.labels = added.chain(alert.labels.iter()).collect();
            // All that have the same labels then are one pair.
            server.clear();
        }
        let fires = alert.origin == Origin::Evaluated && alert.state == State::Firing;
        let servers = if fires { [server].into() } else { BTreeSet::new() };
        let set = alert.labels.only(|name| !self.replicas.contains(&name)).with(NAME, &alert.name);
        Row { sources: vec![alert.source.clone()], sets: vec![set.clone()], set, servers, copies, alert }
    }

    pub fn index<'s>(&self, sets: impl Iterator<Item = (&'s Labels, usize)>) -> LabelIndex<'_> {
        LabelIndex::new(sets, self.work)
    }

    /// What an alert is about: labels without name, severity and replicas.
    fn subject(&self, labels: &Labels) -> Labels {
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

fn flat(sets: &[Vec<Labels>]) -> impl Iterator<Item = (&Labels, usize)> {
    sets.iter().zip(0..).flat_map(|(sets, i)| sets.iter().map(move |set| (set, i)))
}

#[cfg(test)]
mod tests;

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
use super::alert_row::{AlertLabels, Compare, Row};
use super::label_index::{LabelIndex, Work};
use super::labels::Labels;
use super::order::{Gather as _, Order as _};
use std::collections::{BTreeMap, BTreeSet};

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
    let servers: BTreeSet<&String> = partners.iter().filter_map(|i| senders.get(*i)).flatten().into_set();
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

#[cfg(test)]
mod tests;

//! Alerts that are over, as several systems remember them: one where their times overlap.

use super::alert::{Alert, Origin};
use super::alert_row::{Compare, Row};
use super::labels::Labels;
use super::order::{Gather as _, Order as _};
use super::time::{MINUTE, Millis};
use std::collections::BTreeMap;

/// The alerts of one name that are over, each once. Two systems remember the same one if it is the same by its
/// labels and their times overlap: the members of a pair differ by seconds. One of which another system knows
/// that it still fires is not over.
pub(super) fn past(over: Vec<Alert>, active: &[Row], compare: &Compare<'_>) -> Vec<Alert> {
    let (own, others): (Vec<Alert>, Vec<Alert>) = over.into_iter().partition(|a| a.origin == Origin::Own);
    let (routed, evaluated) = others.into_iter().partition(|a: &Alert| a.origin == Origin::Routed);
    let mut groups = Group::all(evaluated, compare);
    let index = compare.index(groups.iter().zip(0..).map(|(group, i)| (&group.set, i)));
    // Alertmanager's labels contain those that Prometheus remembers.
    let known = |group: &Group| index.within(&group.set).first().copied();
    let routed: Vec<(Option<usize>, Group)> =
        Group::all(routed, compare).into_iter().map(|group| (known(&group), group)).collect();
    for (known, mut group) in routed {
        match known.and_then(|i| groups.get_mut(i)) {
            Some(known) => known.join(group.spans),
            None => {
                group.spans.order_by_key(|row| row.alert.started);
                groups.push(group);
            }
        }
    }
    let still: BTreeMap<&Labels, &Row> =
        active.iter().flat_map(|row| row.sets.iter().map(move |set| (set, row))).into_map();
    for group in &mut groups {
        let Some(active) = still.get(&group.set) else { continue };
        group.spans.retain(|row| !goes_on(row, active));
    }
    let own = lone_own(own, &groups, active, compare);
    let listed = |row: Row| Alert { source: row.sources.join(", "), ..row.alert };
    groups.into_iter().flat_map(|group| group.spans).map(listed).chain(own).collect()
}

/// What the same labels did, one row for each time.
struct Group {
    set: Labels,
    /// sorted by their beginnings, disjoint
    spans: Vec<Row>,
}

impl Group {
    fn all(alerts: Vec<Alert>, compare: &Compare<'_>) -> Vec<Self> {
        let mut by_set: BTreeMap<Labels, Vec<Row>> = BTreeMap::new();
        for alert in alerts {
            let row = compare.row(alert);
            by_set.entry(row.set.clone()).or_default().push(row);
        }
        let group = |(set, rows)| {
            let mut group = Self { set, spans: Vec::new() };
            group.join(rows);
            group
        };
        by_set.into_iter().map(group).collect()
    }

    /// Adds times: those that overlap are one.
    fn join(&mut self, more: Vec<Row>) {
        let mut all = std::mem::take(&mut self.spans);
        all.extend(more);
        all.order_by_key(|row| row.alert.started);
        for row in all {
            match self.spans.last_mut().filter(|last| last.alert.ended >= row.alert.started) {
                Some(last) => last.extend(row),
                None => self.spans.push(row),
            }
        }
    }

    fn overlaps(&self, alert: &Alert) -> bool {
        let after = self.spans.partition_point(|row| row.alert.ended < alert.started);
        self.spans.get(after).is_some_and(|row| row.alert.started <= alert.ended)
    }
}

impl Row {
    fn extend(&mut self, other: Self) {
        self.alert.ended = self.alert.ended.max(other.alert.ended);
        self.alert.summary = self.alert.summary.take().or(other.alert.summary);
        for source in other.sources {
            if !self.sources.contains(&source) {
                self.sources.push(source);
            }
        }
    }
}

/// Whether what one system has as over is what goes on by another. A system of its own two words for it knows
/// that there were two.
fn goes_on(over: &Row, active: &Row) -> bool {
    let told_apart = over.sources.iter().any(|s| active.sources.contains(s));
    !told_apart && within(&over.alert, active.alert.started)
}

/// Whether an alert that is over overlaps one that began at `began` and goes on, by more than clocks and steps
/// make out.
fn within(over: &Alert, began: Option<Millis>) -> bool {
    let (Some(started), Some(ended), Some(began)) = (over.started, over.ended, began) else { return false };
    started >= began || ended > began + MINUTE
}

/// The console's own that no other system remembers for the same labels at the same time.
fn lone_own(own: Vec<Alert>, groups: &[Group], active: &[Row], compare: &Compare<'_>) -> Vec<Alert> {
    let of_own: Vec<Vec<Labels>> = own.iter().map(|alert| compare.own_subjects(alert)).collect();
    let of_groups: Vec<Vec<Labels>> =
        groups.iter().map(|g| g.spans.first().map(|row| compare.subjects(row)).unwrap_or_default()).collect();
    let of_active: Vec<Vec<Labels>> = active.iter().map(|row| compare.subjects(row)).collect();
    let (past, still) = (compare.same(&of_own, &of_groups), compare.same(&of_own, &of_active));
    let is_known = |alert: &Alert, past: &[usize], still: &[usize]| {
        past.iter().filter_map(|i| groups.get(*i)).any(|group| group.overlaps(alert))
            || still.iter().filter_map(|i| active.get(*i)).any(|row| within(alert, row.alert.started))
    };
    own.into_iter()
        .zip(past.iter().zip(&still))
        .filter(|(alert, (past, still))| !is_known(alert, past, still))
        .map(|(alert, _)| alert)
        .collect()
}

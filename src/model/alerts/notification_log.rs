//! Which firings are still to be notified: each once, whatever page or tab is open, late rather than never.

use crate::domain::alert::Alert;
use crate::domain::labels::Labels;
use crate::domain::severity::Severity;
use crate::domain::slug::fingerprint;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis};
use std::collections::BTreeMap;

/// In a browser that has never looked before, a firing that began longer ago is only shown.
const RECENT: Millis = 10 * MINUTE;

/// Systems that report one firing differ by seconds in when it began.
const SAME: Millis = MINUTE;

/// The beginning of the stored text; anything else is of another version.
const VERSION: &str = "v2";

/// What this browser has notified, by identity of the firing.
///
/// Everything that fires and is not in it is news: it began while this browser was closed, asleep or without its
/// source, or its source reports a beginning that lies before it could be asked. Only the first look ever, when the log
/// is empty because nobody used this browser, does not make news of what has been firing for hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationLog {
    /// when this browser last saw all alerts, to the hour; `None`: never
    looked: Option<Millis>,
    notified: BTreeMap<String, Notified>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Notified {
    /// when it was last seen, to the hour
    seen: Millis,
    /// the latest beginning any system named for it
    started: Millis,
    /// whether it was seen to be over since
    ended: bool,
    /// the worst of what was notified, as [`rank`] has it
    rank: i64,
}

/// A firing to notify.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewFiring<'a> {
    pub alert: &'a Alert,
    /// notified before, as less severe
    pub escalated: bool,
    /// how long it has been firing, when that is longer than a glance away from the screen, ms
    pub late: Option<Millis>,
}

impl NotificationLog {
    /// Reads what was remembered; anything odd is nothing.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let Some(looked) = lines.next().and_then(|l| l.strip_prefix(VERSION)?.trim().parse().ok()) else {
            return Self::default();
        };
        let line = |line: &str| {
            let mut parts = line.splitn(5, ' ');
            let mut number = || parts.next()?.parse::<Millis>().ok();
            let (seen, started, ended, rank) = (number()?, number()?, number()? == 1, number()?);
            Some((parts.next()?.to_string(), Notified { seen, started, ended, rank }))
        };
        Self { looked: Some(looked), notified: lines.filter_map(line).collect() }
    }

    pub fn encode(&self) -> String {
        let Some(looked) = self.looked else { return String::new() };
        let line = |(identity, n): (&String, &Notified)| {
            format!("{} {} {} {} {identity}\n", n.seen, n.started, i64::from(n.ended), n.rank)
        };
        format!("{VERSION} {looked}\n") + self.notified.iter().map(line).collect::<String>().as_str()
    }

    /// The firings to notify now, which then count as notified. To be called with a whole picture: when every source
    /// has answered or failed. SEV-4 is a ticket and is not notified. One that ended and fires anew is news, and so is,
    /// once, one that became more severe; one that is only seen anew, after a reload, is not.
    pub fn updates<'a>(&mut self, alerts: &'a [Alert], now: Millis) -> Vec<NewFiring<'a>> {
        let first_ever = self.looked.is_none();
        // By the last look and not by now: a browser that was closed for a week still knows what it notified.
        let last = self.looked.unwrap_or(now);
        self.notified.retain(|_, n| last - n.seen < DAY);
        self.looked = Some(to_the_hour(self.looked, now));
        let mut firing: Vec<(Vec<String>, &Alert)> =
            alerts.iter().filter(|a| a.is_pressing()).map(|a| (identities(a), a)).collect();
        let mut n_with: BTreeMap<String, usize> = BTreeMap::new();
        for identity in firing.iter().flat_map(|(identities, _)| identities) {
            *n_with.entry(identity.clone()).or_default() += 1;
        }
        for (identity, notified) in &mut self.notified {
            notified.ended |= !n_with.contains_key(identity);
        }
        for (identities, _) in &mut firing {
            // Labels that Prometheus has for two clusters say of neither whether it was notified.
            let mut listed = true;
            identities.retain(|i| std::mem::take(&mut listed) || n_with.get(i) == Some(&1));
        }
        let update = |(identities, alert)| self.update(identities, alert, now, first_ever);
        firing.into_iter().filter_map(update).collect()
    }

    fn update<'a>(
        &mut self,
        identities: Vec<String>,
        alert: &'a Alert,
        now: Millis,
        first_ever: bool,
    ) -> Option<NewFiring<'a>> {
        let (started, rank) = (alert.started.unwrap_or(now), rank(alert.severity));
        let known = identities.iter().filter_map(|identity| self.notified.get(identity));
        let before = known.min_by_key(|n| (n.ended, std::cmp::Reverse(n.started))).copied();
        let anew = before
            .is_none_or(|n| n.ended && alert.started.is_some() && started > n.started.saturating_add(SAME));
        let escalated = !anew && before.is_some_and(|n| rank < n.rank);
        let notified = Notified {
            seen: to_the_hour(before.map(|n| n.seen), now),
            started: before.map_or(started, |n| n.started.max(started)),
            ended: false,
            rank: before.filter(|_| !anew).map_or(rank, |n| n.rank.min(rank)),
        };
        self.notified.extend(identities.into_iter().map(|identity| (identity, notified)));
        let age = now.saturating_sub(started);
        if !escalated && (!anew || first_ever && age >= RECENT) {
            return None;
        }
        Some(NewFiring { alert, escalated, late: (age >= RECENT).then_some(age) })
    }
}

/// The earlier of two close moments, so that what is remembered does not change with each refresh.
fn to_the_hour(before: Option<Millis>, now: Millis) -> Millis {
    before.filter(|before| (0..HOUR).contains(&(now - before))).unwrap_or(now)
}

/// 1 is the worst; without a severity comes after all that have one.
fn rank(severity: Option<Severity>) -> i64 {
    severity.and_then(|s| Severity::ALL.iter().position(|other| *other == s)).map_or(9, |at| at as i64 + 1)
}

/// What fires, whichever system reports it first, each with its own labels for it; the listed labels come first.
fn identities(alert: &Alert) -> Vec<String> {
    alert.label_sets().map(|labels| identity(&alert.name, labels)).collect()
}

/// Name and labels as a hash, for storage is small and names of machines have no place in it.
fn identity(name: &str, labels: &Labels) -> String {
    let labels: Vec<String> = labels.iter().map(|(n, v)| format!("{n}={v}")).collect();
    let text = format!("{name}\n{}", labels.join("\n"));
    format!("{:016x}", fingerprint(&text))
}

/// How many firings ask for somebody.
pub fn n_pressing(alerts: &[Alert]) -> usize {
    alerts.iter().filter(|a| a.is_pressing()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firing(name: &str, severity: Severity, started: Millis) -> Alert {
        Alert { name: name.into(), severity: Some(severity), started: Some(started), ..Alert::default() }
    }

    /// A browser that has looked before, when nothing fired.
    fn used(at: Millis) -> NotificationLog {
        let mut log = NotificationLog::default();
        assert!(log.updates(&[], at).is_empty());
        log
    }

    #[test]
    fn each_firing_is_notified_once_also_after_a_reload() {
        let alerts = [firing("A", Severity::Sev1, 100), firing("T", Severity::Sev4, 100)];
        let mut log = NotificationLog::default();
        assert_eq!(log.updates(&alerts, 200).len(), 1);
        assert!(log.updates(&alerts, 300).is_empty());
        let mut reloaded = NotificationLog::parse(&log.encode());
        assert_eq!(reloaded, log);
        assert!(reloaded.updates(&alerts, 400).is_empty());
        assert_eq!(n_pressing(&alerts), 1);
    }

    #[test]
    fn a_firing_that_ended_and_begins_anew_is_news() {
        let first = [firing("A", Severity::Sev1, 100)];
        let mut log = NotificationLog::default();
        assert_eq!(log.updates(&first, 200).len(), 1);
        // Seen again after a pause, or reported some seconds later by another system.
        assert!(log.updates(&[], 300).is_empty());
        assert!(log.updates(&first, 400).is_empty());
        assert!(log.updates(&[], 500).is_empty());
        assert!(log.updates(&[firing("A", Severity::Sev1, 30_100)], 40_000).is_empty());
        assert!(log.updates(&[], 50_000).is_empty());
        let again = [firing("A", Severity::Sev1, 2 * MINUTE)];
        assert_eq!(log.updates(&again, 2 * MINUTE + 100).len(), 1);
        assert!(log.updates(&again, 2 * MINUTE + 200).is_empty());
    }

    #[test]
    fn what_began_while_nobody_could_be_notified_is_notified_late() {
        let old = [firing("A", Severity::Sev1, 0)];
        // The source reports a beginning before the look at which it was not there yet.
        let mut log = used(11 * MINUTE);
        let update = log.updates(&old, 12 * MINUTE);
        assert_eq!((update.len(), update[0].late), (1, Some(12 * MINUTE)));
        assert!(log.updates(&old, 13 * MINUTE).is_empty());
        // Closed over a weekend: what was notified on Friday is not news on Monday, what began on Saturday is.
        let mut log = NotificationLog::parse(&log.encode());
        let monday = 3 * DAY;
        let both = [firing("A", Severity::Sev1, 0), firing("B", Severity::Sev2, DAY)];
        let names: Vec<&str> = log.updates(&both, monday).iter().map(|u| u.alert.name.as_str()).collect();
        assert_eq!(names, ["B"]);
        // Of many at once each is told.
        let storm: Vec<Alert> = (0..50).map(|i| firing(&format!("S{i}"), Severity::Sev2, DAY)).collect();
        assert_eq!(log.updates(&storm, monday + 1).len(), 50);
    }

    #[test]
    fn the_first_look_ever_makes_no_news_of_what_is_old() {
        let alerts = [firing("Old", Severity::Sev1, 0), firing("New", Severity::Sev1, 8 * MINUTE)];
        let mut log = NotificationLog::parse("nonsense\n12\nx y\n");
        assert_eq!(log, NotificationLog::default());
        let names: Vec<&str> =
            log.updates(&alerts, 11 * MINUTE).iter().map(|u| u.alert.name.as_str()).collect();
        assert_eq!(names, ["New"]);
        assert!(log.updates(&alerts, 12 * MINUTE).is_empty());
        assert_eq!(NotificationLog::parse("1 2 0 A x=y\n"), NotificationLog::default(), "the version before");
    }

    #[test]
    fn a_severity_that_rises_is_news_once() {
        let mut log = used(0);
        let at = |severity| [firing("A", severity, 100)];
        assert_eq!(log.updates(&at(Severity::Sev3), 200).len(), 1);
        let worse = at(Severity::Sev1);
        let update = log.updates(&worse, 300);
        assert_eq!((update.len(), update[0].escalated), (1, true));
        for severity in [Severity::Sev1, Severity::Sev2, Severity::Sev3, Severity::Sev1] {
            assert!(log.updates(&at(severity), 400).is_empty(), "{severity:?}");
        }
        // A ticket that becomes urgent was never notified.
        let mut log = used(0);
        assert!(log.updates(&at(Severity::Sev4), 200).is_empty());
        assert_eq!(log.updates(&at(Severity::Sev2), 300).len(), 1);
        // The next firing begins at its own severity.
        assert!(log.updates(&[], 400).is_empty());
        assert_eq!(log.updates(&[firing("A", Severity::Sev3, HOUR)], HOUR + 1).len(), 1);
        assert_eq!(log.updates(&[firing("A", Severity::Sev2, HOUR)], HOUR + 2).len(), 1);
    }

    #[test]
    fn a_firing_that_another_system_reports_with_more_labels_is_notified_once() {
        let labels = |text: &str| text.split(' ').filter_map(|p| p.split_once('=')).collect::<Labels>();
        let of = |own: &str, also: &[&str]| Alert {
            labels: labels(own),
            also: also.iter().map(|l| labels(l)).collect(),
            ..firing("A", Severity::Sev1, 100)
        };
        for (first, then, n) in [
            // Prometheus has it first, then Alertmanager too; and the other way round.
            (vec![of("s=x", &[])], vec![of("s=x c=1", &["s=x"])], 0),
            (vec![of("s=x c=1", &[])], vec![of("s=x c=1", &["s=x"])], 0),
            (vec![of("s=x c=1", &["s=x"])], vec![of("s=x", &[])], 0),
            // A second cluster, for which Prometheus has the same labels.
            (vec![of("s=x c=1", &["s=x"])], vec![of("s=x c=1", &["s=x"]), of("s=x c=2", &["s=x"])], 1),
            (vec![of("s=x c=1", &["s=x"])], vec![of("s=y c=1", &["s=y"])], 1),
        ] {
            let mut log = used(0);
            assert_eq!(log.updates(&first, 200).len(), 1);
            assert_eq!(log.updates(&then, 300).len(), n, "{first:?} {then:?}");
            assert!(log.updates(&then, 400).is_empty());
        }
    }

    #[test]
    fn an_unknown_severity_is_notified() {
        let purple = Alert { severity: None, ..firing("A", Severity::Sev1, 100) };
        assert_eq!(used(0).updates(&[purple], 200).len(), 1);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_names_nothing() {
        let mut log = used(0);
        let storm: Vec<Alert> =
            (0..1500).map(|i| firing(&format!("db-{i}.example"), Severity::Sev2, 1)).collect();
        assert_eq!(log.updates(&storm, 2).len(), 1500);
        let text = log.encode();
        assert!(text.len() < 100_000 && !text.contains("example"), "{}", text.len());
        assert!(log.updates(&[], HOUR).is_empty());
        for hour in 2..30 {
            log.updates(&[], hour * HOUR);
        }
        assert_eq!(log.encode().lines().count(), 1);
    }
}

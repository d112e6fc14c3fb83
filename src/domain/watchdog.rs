//! Whether alerting itself works, by an alert that always fires: each Alertmanager must have it, and each
//! system that ever had it. Seen in one place it says nothing of the way to another.

use super::alert::Alert;
use super::time::Millis;
use std::collections::BTreeMap;

/// More systems than these are not remembered.
const MOST_SYSTEMS: usize = 64;

/// What one system says of the alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// its configured name
    pub system: String,
    /// Alerts are sent to it, so the alert must arrive there.
    pub must_have: bool,
    /// Whether its newest answer has it; `None` while there is none.
    pub has_it: Option<bool>,
    /// When that answer was asked for.
    pub as_of: Option<Millis>,
    /// Whether the newest attempt failed.
    pub fails: bool,
    /// When it last had it, as far back as is known.
    pub last: Option<Millis>,
}

/// Why a system is not known to have the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It answered, and the alert is not there.
    Missing,
    /// It does not answer, or has not for long.
    Unknown,
}

/// A system that is not known to have the alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    pub system: String,
    pub lack: Lack,
    /// When it was last seen there.
    pub last: Option<Millis>,
}

/// Whether alerting itself works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// no alert is configured, or no system that could have it
    Unwatched,
    /// some systems have not answered yet, and none is known to lack it
    Waiting,
    Beating,
    /// those that do not have it, or may not; those that miss it first
    Silent(Vec<Silent>),
}

/// Whether an answer has the alert: also one that is silenced, inhibited or muted has arrived; one that is over
/// or only pending has not.
pub fn has(alerts: &[Alert], name: &str) -> bool {
    use super::alert::State;
    alerts.iter().any(|a| a.name == name && (a.state == State::Firing || a.state.is_suppressed()))
}

/// Judges all reports at `now`. An answer that is older than `max_age` says nothing any more.
///
/// With an Alertmanager that has it and one that has not, the second is missing it, however well the first
/// does. A Prometheus that never had it need not; but if nothing must have it, one of all must.
pub fn heartbeat(reports: &[Report], now: Millis, max_age: Millis) -> Heartbeat {
    let demanded = reports.iter().any(|r| r.must_have || r.last.is_some() || r.has_it == Some(true));
    let watched: Vec<&Report> =
        reports.iter().filter(|r| r.must_have || r.last.is_some() || !demanded).collect();
    let mut silent: Vec<Silent> = Vec::new();
    let mut waits = false;
    for report in &watched {
        let is_old = report.as_of.is_none_or(|at| now - at > max_age);
        let lack = match report.has_it {
            None if !report.fails => {
                waits = true;
                continue;
            }
            Some(has) if !is_old => (!has).then_some(Lack::Missing),
            _ => Some(Lack::Unknown),
        };
        silent.extend(lack.map(|lack| Silent { system: report.system.clone(), lack, last: report.last }));
    }
    if waits && !demanded {
        return Heartbeat::Waiting;
    }
    silent.sort_by_key(|s| s.lack);
    match (reports.is_empty(), silent.is_empty(), waits) {
        (true, ..) => Heartbeat::Unwatched,
        (_, false, _) => Heartbeat::Silent(silent),
        (_, _, true) => Heartbeat::Waiting,
        _ => Heartbeat::Beating,
    }
}

/// Which systems had the alert and when last: what a reload must not forget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    alert: String,
    last: BTreeMap<String, Millis>,
}

impl Memory {
    /// Reads what was remembered of this alert; of another one, or of nothing, nothing.
    pub fn parse(text: &str, alert: &str) -> Self {
        let mut lines = text.lines();
        let is_same = lines.next() == Some(alert);
        let line = |line: &str| {
            let (at, system) = line.split_once(' ')?;
            Some((system.to_string(), at.parse().ok()?))
        };
        let last = lines.filter(|_| is_same).filter_map(line).take(MOST_SYSTEMS).collect();
        Self { alert: alert.into(), last }
    }

    pub fn encode(&self) -> String {
        let line = |(system, at): (&String, &Millis)| format!("{at} {system}\n");
        format!("{}\n{}", self.alert, self.last.iter().map(line).collect::<String>())
    }

    pub fn last(&self, system: &str) -> Option<Millis> {
        self.last.get(system).copied()
    }

    /// Remembers that a system had it at an instant. Of too many systems the one longest without it is
    /// forgotten.
    pub fn saw(&mut self, system: &str, at: Millis) {
        let latest = self.last(system).map_or(at, |known| known.max(at));
        self.last.insert(system.replace(char::is_control, " "), latest);
        if self.last.len() > MOST_SYSTEMS
            && let Some(oldest) = self.last.iter().min_by_key(|(_, at)| **at).map(|(s, _)| s.clone())
        {
            self.last.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::State;
    use crate::domain::time::{HOUR, MINUTE};

    const NOW: Millis = 10 * HOUR;

    /// `am`s must have it, `p`s need not.
    fn report(system: &str, has_it: Option<bool>, last: Option<Millis>) -> Report {
        Report {
            system: system.into(),
            must_have: system.starts_with("am"),
            has_it,
            as_of: has_it.map(|_| NOW - 20_000),
            fails: false,
            last,
        }
    }

    fn judged(reports: &[Report]) -> String {
        match heartbeat(reports, NOW, 5 * MINUTE) {
            Heartbeat::Silent(all) => {
                let line = |s: &Silent| format!("{} {:?} {:?}", s.system, s.lack, s.last);
                all.iter().map(line).collect::<Vec<_>>().join(", ")
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_alertmanager_and_every_system_that_had_it_must_have_it() {
        let (yes, no) = (Some(true), Some(false));
        for (reports, expected) in [
            (vec![], "Unwatched"),
            (vec![report("am", yes, Some(1))], "Beating"),
            (vec![report("am", None, None)], "Waiting"),
            (vec![report("am1", yes, Some(1)), report("am2", no, None)], "am2 Missing None"),
            (vec![report("am1", yes, Some(1)), report("am2", no, Some(7))], "am2 Missing Some(7)"),
            // Prometheus evaluates it, but nothing arrives.
            (vec![report("p", yes, Some(1)), report("am", no, None)], "am Missing None"),
            // It arrives from somewhere, but this Prometheus has stopped.
            (vec![report("p", no, Some(7)), report("am", yes, Some(1))], "p Missing Some(7)"),
            (vec![report("p", no, None), report("am", yes, Some(1))], "Beating"),
            // Without an Alertmanager one of all must have it.
            (vec![report("p1", yes, Some(1)), report("p2", no, None)], "Beating"),
            (vec![report("p1", no, None), report("p2", no, None)], "p1 Missing None, p2 Missing None"),
            (vec![report("p1", no, None), report("p2", None, None)], "Waiting"),
            (vec![report("am1", no, None), report("am2", None, None)], "am1 Missing None"),
        ] {
            assert_eq!(judged(&reports), expected, "{reports:?}");
        }
    }

    #[test]
    fn what_does_not_answer_is_unknown_and_old_data_says_nothing() {
        let fails = |has_it: Option<bool>, age: Millis| Report {
            fails: true,
            as_of: has_it.map(|_| NOW - age),
            ..report("am", has_it, Some(7))
        };
        assert_eq!(judged(&[fails(None, 0)]), "am Unknown Some(7)");
        assert_eq!(judged(&[fails(Some(true), MINUTE)]), "Beating");
        assert_eq!(judged(&[fails(Some(true), 6 * MINUTE)]), "am Unknown Some(7)");
        assert_eq!(judged(&[fails(Some(false), 6 * MINUTE)]), "am Unknown Some(7)");
        // Also without an error: a browser that slept.
        let slept = Report { fails: false, ..fails(Some(true), HOUR) };
        assert_eq!(judged(&[slept]), "am Unknown Some(7)");
        let both = [fails(None, 0), report("am2", Some(false), None)];
        assert_eq!(judged(&both), "am2 Missing None, am Unknown Some(7)");
    }

    #[test]
    fn a_silenced_watchdog_has_arrived_and_one_that_is_over_has_not() {
        for (state, arrived) in [
            (State::Firing, true),
            (State::Silenced, true),
            (State::Inhibited, true),
            (State::Muted, true),
            (State::Pending, false),
            (State::Resolved, false),
        ] {
            let alert = Alert { name: "Watchdog".into(), state, ..Alert::default() };
            assert_eq!(has(std::slice::from_ref(&alert), "Watchdog"), arrived, "{state:?}");
            assert!(!has(&[alert], "Other"));
        }
    }

    #[test]
    fn what_is_remembered_survives_a_reload_and_is_bounded() {
        let mut memory = Memory::parse("", "Watchdog");
        memory.saw("am 1", 5);
        memory.saw("am 1", 3);
        let text = memory.encode();
        assert_eq!(Memory::parse(&text, "Watchdog").last("am 1"), Some(5));
        assert_eq!(Memory::parse(&text, "Other").last("am 1"), None);
        assert_eq!(Memory::parse("Watchdog\nnonsense\nx y\n", "Watchdog"), Memory::parse("", "Watchdog"));
        for i in 0..100 {
            memory.saw(&format!("s{i}"), 10 + i);
        }
        assert_eq!(memory.encode().lines().count(), 1 + MOST_SYSTEMS);
        assert_eq!((memory.last("am 1"), memory.last("s99")), (None, Some(109)));
    }
}

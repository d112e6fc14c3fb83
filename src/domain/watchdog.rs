//! Whether alerting itself works, by an alert that always fires: each Alertmanager must have it, and each
//! system that ever had it. Seen in one place it says nothing of the way to another.

use super::alert::Alert;
use super::order::Order as _;
use super::time::{MINUTE, Millis};
use std::collections::BTreeMap;

/// More systems than these are not remembered.
const MOST_SYSTEMS: usize = 64;

/// The alert may be missing this long before alerting is said to be broken. Prometheus sends what fires again each
/// minute (`--rules.alert.resend-delay`), and after a restart of either side nothing is there until it did.
pub const GRACE: Millis = 2 * MINUTE;

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
    /// Since when its answers lack it, as far as this page saw them.
    pub absence: Absence,
}

/// How long the answers of one system have lacked the alert.
///
/// Counted from its last answer that had it, or from the first of all: what was before the page was opened is not
/// known. One restart an absence is excused: it is counted anew from the first answer after the system failed or was
/// not asked. Only one, or a system that restarts again and again would never be said to miss it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absence {
    from: Option<Millis>,
    excused: bool,
    /// the newest answer
    answered: Option<Millis>,
    /// whether it has failed since
    failed: bool,
}

impl Absence {
    /// Adds what a system answered (`has_it`, asked for at `as_of`) and whether it `fails` since. The same answer may be
    /// added again. Between two answers further apart than `max_gap` anything may have happened.
    #[must_use]
    pub fn after(self, has_it: Option<bool>, as_of: Option<Millis>, fails: bool, max_gap: Millis) -> Self {
        let (Some(has_it), Some(at)) = (has_it, as_of) else { return Self { failed: fails, ..self } };
        let is_new = self.answered != Some(at);
        let is_back = is_new && (self.failed || self.answered.is_some_and(|before| at - before > max_gap));
        let (from, excused) = match self.from {
            _ if has_it => (at, false),
            Some(_) if is_back && !self.excused => (at, true),
            Some(from) => (from, self.excused),
            None => (at, true),
        };
        Self { from: Some(from), excused, answered: Some(at), failed: fails }
    }

    /// Whether the alert may yet arrive.
    fn is_short(self, now: Millis) -> bool {
        self.from.is_some_and(|from| now - from < GRACE)
    }
}

/// Why a system is not known to have the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It answered, and the alert is not there.
    Missing,
    /// It does not answer, or has not for long.
    Unknown,
    /// It answered, and the alert is not there, for less than [`GRACE`]: it may yet arrive.
    NotYet,
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
            Some(false) if !is_old && report.absence.is_short(now) => Some(Lack::NotYet),
            Some(has) if !is_old => (!has).then_some(Lack::Missing),
            _ => Some(Lack::Unknown),
        };
        silent.extend(lack.map(|lack| Silent { system: report.system.clone(), lack, last: report.last }));
    }
    if waits && !demanded {
        return Heartbeat::Waiting;
    }
    silent.order_by_key(|s| s.lack);
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
            absence: Absence::default(),
        }
    }

    fn judged(reports: &[Report]) -> String {
        judged_at(reports, NOW)
    }

    fn judged_at(reports: &[Report], now: Millis) -> String {
        match heartbeat(reports, now, 5 * MINUTE) {
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

    /// Seconds and what was answered then: `+` has it, `-` lacks it, `x` failed.
    fn absence(story: &str) -> (Absence, Option<bool>, Option<Millis>, bool) {
        let (mut absence, mut has_it, mut as_of, mut fails) = (Absence::default(), None, None, false);
        for word in story.split_whitespace() {
            let (at, what) = word.split_at(word.len() - 1);
            let at = Some(NOW + at.parse::<Millis>().expect("seconds") * 1000);
            match what {
                "x" => fails = true,
                what => (has_it, as_of, fails) = (Some(what == "+"), at, false),
            }
            absence = absence.after(has_it, as_of, fails, 5 * MINUTE);
            assert_eq!(absence.after(has_it, as_of, fails, 5 * MINUTE), absence, "{word} again");
        }
        (absence, has_it, as_of, fails)
    }

    #[test]
    fn a_restart_leaves_two_minutes_to_send_the_alert_again() {
        for (story, now, expected) in [
            // Never seen since the page was opened: from the first answer on.
            ("0-", 0, "am NotYet Some(7)"),
            ("0- 30- 60- 90-", 119, "am NotYet Some(7)"),
            ("0- 30- 60- 90- 119-", 120, "am Missing Some(7)"),
            ("0x 30x 60- 90-", 179, "am NotYet Some(7)"),
            ("0x 30x 60- 90- 150-", 180, "am Missing Some(7)"),
            // Seen: from the last time on.
            ("0+ 30+ 60-", 149, "am NotYet Some(7)"),
            ("0+ 30+ 60- 90- 120-", 150, "am Missing Some(7)"),
            ("0+ 30- 60+ 90-", 179, "am NotYet Some(7)"),
            ("0+ 30- 60+", 100, "Beating"),
            // It was away: from when it is back.
            ("0+ 30x 60x 180-", 299, "am NotYet Some(7)"),
            ("0+ 30x 60x 180- 240-", 300, "am Missing Some(7)"),
            ("0+ 3600-", 3719, "am NotYet Some(7)"),
            ("0+ 3600- 3700-", 3720, "am Missing Some(7)"),
            // One that restarts again and again is excused once, until the alert was there.
            ("0+ 30x 60- 90x 120- 150x 179-", 180, "am Missing Some(7)"),
            ("0- 30x 60- 90x 119-", 120, "am Missing Some(7)"),
            ("0+ 30x 60- 90+ 120x 150-", 269, "am NotYet Some(7)"),
            // It failed before the two minutes were over, and what it said last is still held against it.
            ("0- 30- 60x", 120, "am Missing Some(7)"),
            ("0- 30- 60x", 400, "am Unknown Some(7)"),
        ] {
            let (absence, has_it, as_of, fails) = absence(story);
            let report = Report { as_of, fails, absence, ..report("am", has_it, Some(7)) };
            let found = judged_at(&[report], NOW + now * 1000);
            assert_eq!(found, expected, "{story} at {now}");
        }
        // The grace of one excuses no other.
        let (short, ..) = absence("-60-");
        let (long, ..) = absence("-200- -20-");
        let two = |absence| {
            [Report { absence, ..report("am1", Some(false), None) }, report("am2", Some(true), None)]
        };
        assert_eq!(judged(&two(short)), "am1 NotYet None");
        assert_eq!(judged(&two(long)), "am1 Missing None");
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

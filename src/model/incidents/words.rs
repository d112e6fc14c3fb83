//! The clocks of an incident in words.

use crate::domain::incident_log::clocks::{Clocks, Deadline, Due, clocks, next_due};
use crate::domain::incident_log::{Facts, Policy};
use crate::domain::time::{MINUTE, Millis, SECOND, human_duration};

/// One clock as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockWords {
    pub name: &'static str,
    pub value: String,
    /// `bad` when it is late, `warn` when little time is left
    pub tone: &'static str,
}

/// The clocks of an incident at `now`, those that say something.
pub fn clock_words(facts: &Facts, policy: &Policy, now: Millis) -> Vec<ClockWords> {
    let Clocks { lasted, is_running, acknowledge, update, escalation, .. } = clocks(facts, policy, now);
    let mut all = vec![ClockWords {
        name: if is_running { "Open for" } else { "Lasted" },
        value: lasted.map_or_else(|| "not known".into(), clock),
        tone: "info",
    }];
    let mut add = |name, deadline: Option<Deadline>| {
        let Some(deadline) = deadline else { return };
        let (value, tone) = due_words(&deadline, now);
        all.push(ClockWords { name, value, tone });
    };
    add("Acknowledge", acknowledge);
    add(if is_running { "Next update" } else { "Resolution message" }, update);
    add("Becomes SEV-1", escalation);
    all
}

/// `in 3:20`, `late by 2:05`, `done, 3:00 late`, and its tone.
pub fn due_words(deadline: &Deadline, now: Millis) -> (String, &'static str) {
    match deadline.at(now) {
        Due::In(left) if left <= 2 * MINUTE => (format!("in {}", clock(left)), "warn"),
        Due::In(left) => (format!("in {}", clock(left)), "info"),
        Due::Late(by) => (format!("late by {}", clock(by)), "bad"),
        Due::Done => ("done".into(), "ok"),
        Due::DoneLate(by) => (format!("done, {} late", clock(by)), "ok"),
    }
}

/// `12:05` up to an hour, then `1 h 5 min`: as exact as it matters.
fn clock(length: Millis) -> String {
    if length >= 60 * MINUTE {
        return human_duration(length);
    }
    format!("{}:{:02}", length / MINUTE, length % MINUTE / SECOND)
}

/// The title of the page: what is late or due next comes first, because a tab shows only the first letters.
pub fn page_title(facts: &Facts, policy: &Policy, now: Millis) -> String {
    let clocks = clocks(facts, policy, now);
    let severity = clocks.severity.map_or("", |s| s.title());
    let due = next_due(&clocks).filter(|_| clocks.is_running);
    let due = due.map(|d| match d.at(now) {
        Due::Late(by) => format!("late {} ", clock(by)),
        Due::In(left) => format!("{} ", clock(left)),
        _ => String::new(),
    });
    format!("{}{severity} {}", due.unwrap_or_default(), facts.title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::{Event, Incident, Log, Moment};
    use crate::domain::severity::Severity;

    fn facts(more: Vec<(Millis, Event)>) -> Facts {
        let mut log = Log::new("x");
        let first = [
            (0, Event::Declared { title: "API is slow".into() }),
            (0, Event::Severity { severity: Severity::Sev2, reason: String::new() }),
        ];
        for (i, (at, event)) in first.into_iter().chain(more).enumerate() {
            log.append(&i.to_string(), "Mia", 1_000 * MINUTE + at, event.into());
        }
        Incident::of(&log).facts
    }

    #[test]
    fn clocks_are_words_to_the_second() {
        let at = |ms: Millis| 1_000 * MINUTE + ms;
        let words = |facts: &Facts, now| {
            let all = clock_words(facts, &Policy::default(), now);
            all.into_iter().map(|c| format!("{} {} {}", c.name, c.value, c.tone)).collect::<Vec<_>>()
        };
        let open = facts(vec![]);
        assert_eq!(
            words(&open, at(4 * MINUTE + 5 * SECOND)),
            [
                "Open for 4:05 info",
                "Acknowledge in 10:55 info",
                "Next update in 0:55 warn",
                "Becomes SEV-1 in 25:55 info"
            ]
        );
        assert_eq!(
            words(&open, at(75 * MINUTE)),
            [
                "Open for 1 h 15 min info",
                "Acknowledge late by 1 h 10 min bad",
                "Next update late by 1 h 10 min bad"
            ]
        );
        let over = facts(vec![
            (MINUTE, Event::Reached { moment: Moment::Acknowledged }),
            (20 * MINUTE, Event::Reached { moment: Moment::Resolved }),
        ]);
        assert_eq!(
            words(&over, at(90 * MINUTE)),
            ["Lasted 20:00 info", "Acknowledge done ok", "Resolution message late by 1 h 5 min bad"]
        );
        assert_eq!(page_title(&open, &Policy::default(), at(6 * MINUTE)), "late 1:00 SEV-2 API is slow");
        assert_eq!(page_title(&over, &Policy::default(), at(90 * MINUTE)), "SEV-2 API is slow");
    }
}

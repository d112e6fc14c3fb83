//! Who is on call by the systems that page people, beside the rotation of the configuration. Nothing is computed here but
//! order and places: overrides and swaps are in the systems' answers.

use super::on_call::{Bar, HUES, StripRow, share, span_text};
use crate::domain::duty::{Duty, Shift};
use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;

/// One line: by what, at which level, and who.
#[derive(Clone, Debug, PartialEq)]
pub struct DutyLine {
    /// the schedule; the escalation policy where somebody is on call by that alone
    pub by: String,
    /// `Default policy, level 2`; empty where nothing is said
    pub place: String,
    /// `None`: nobody
    pub person: Option<String>,
    pub until: Option<Millis>,
    pub source: String,
}

/// Each entry once, nobody first, then by schedule and level.
pub fn duty_lines(all: &[Duty]) -> Vec<DutyLine> {
    let mut sorted: Vec<&Duty> = all.iter().collect();
    sorted.order_by_key(|d| (d.person.is_some(), d.schedule.clone(), d.level, d.person.clone()));
    let line = |duty: &Duty| {
        let policy = duty.policy.as_ref().map(|p| p.name.clone());
        let level = duty.level.map(|n| format!("level {n}"));
        let by = duty.schedule.as_ref().map(|s| s.name.clone());
        let place: Vec<String> =
            [policy.clone().filter(|_| by.is_some()), level].into_iter().flatten().collect();
        DutyLine {
            by: by.or(policy).unwrap_or_else(|| "On call".into()),
            place: place.join(", "),
            person: duty.person.as_ref().map(|p| p.name.clone()),
            until: duty.end,
            source: duty.source.clone(),
        }
    };
    let mut lines: Vec<DutyLine> = sorted.into_iter().map(line).collect();
    lines.dedup();
    lines
}

/// A system's roster as a strip. Times in which nobody is on call are gaps, also where the system says nothing of them.
pub fn roster_row(name: &str, shifts: &[Shift], bounds: Bounds, zone: &Offsets) -> StripRow {
    let mut known: Vec<Shift> = shifts
        .iter()
        .map(|s| Shift { start: s.start.max(bounds.start), end: s.end.min(bounds.end), ..s.clone() })
        .filter(|s| s.start < s.end)
        .collect();
    known.order_by_key(|s| (s.start, s.end));
    let mut names: Vec<&str> = Vec::new();
    let mut bars = Vec::new();
    let mut covered = bounds.start;
    let gap = |start: Millis, end: Millis| bar(start, end, "Nobody", "Nobody", "gap", 0, bounds, zone);
    for shift in &known {
        if shift.start > covered {
            bars.push(gap(covered, shift.start));
        }
        covered = covered.max(shift.end);
        match &shift.person {
            None => bars.push(gap(shift.start, shift.end)),
            Some(person) => {
                let place = names.iter().position(|n| *n == person.name).unwrap_or_else(|| {
                    names.push(&person.name);
                    names.len() - 1
                });
                let (kind, more) = if shift.is_override { ("changed", ", takes over") } else { ("turn", "") };
                let title = format!("{}{more}", person.name);
                bars.push(bar(shift.start, shift.end, &person.name, &title, kind, place, bounds, zone));
            }
        }
    }
    if covered < bounds.end {
        bars.push(gap(covered, bounds.end));
    }
    StripRow { layer: name.into(), bars }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one bar, each used once")]
fn bar(
    start: Millis,
    end: Millis,
    label: &str,
    title: &str,
    kind: &'static str,
    place: usize,
    bounds: Bounds,
    zone: &Offsets,
) -> Bar {
    let own = Bounds { start, end };
    Bar {
        left: share(start, bounds),
        width: own.length() as f64 / bounds.length() as f64 * 100.0,
        label: label.into(),
        title: format!("{title}, {}", span_text(own, zone)),
        kind,
        hue: place % HUES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::paging::Named;
    use crate::domain::time::HOUR;

    fn named(name: &str) -> Named {
        Named { id: name.into(), name: name.into() }
    }

    #[test]
    fn nobody_comes_first_and_each_line_once() {
        let duty = |schedule: Option<&str>, level, person: Option<&str>| Duty {
            schedule: schedule.map(named),
            policy: Some(named("Default")),
            level: Some(level),
            person: person.map(named),
            start: None,
            end: Some(5),
            source: "pager".into(),
        };
        let all = [
            duty(Some("Web"), 1, Some("Ana")),
            duty(Some("Web"), 1, Some("Ana")),
            duty(None, 2, Some("Bo")),
            duty(Some("DB"), 1, None),
        ];
        let lines = duty_lines(&all);
        let words: Vec<String> = lines
            .iter()
            .map(|l| format!("{}|{}|{}", l.by, l.place, l.person.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(words, ["DB|Default, level 1|-", "Default|level 2|Bo", "Web|Default, level 1|Ana"]);
    }

    #[test]
    fn what_a_roster_does_not_say_is_a_gap() {
        let shift = |start, end, person: Option<&str>, is_override| Shift {
            start: start * HOUR,
            end: end * HOUR,
            person: person.map(named),
            is_override,
        };
        let bounds = Bounds { start: 0, end: 10 * HOUR };
        let shifts = [
            shift(4, 6, Some("Bo"), true),
            shift(-2, 4, Some("Ana"), false),
            shift(6, 7, None, false),
            shift(8, 20, Some("Ana"), false),
        ];
        let row = roster_row("Web", &shifts, bounds, &Offsets::utc());
        let seen: Vec<(i64, i64, &str, &str, usize)> = row
            .bars
            .iter()
            .map(|b| (b.left as i64, b.width as i64, b.label.as_str(), b.kind, b.hue))
            .collect();
        assert_eq!(
            seen,
            [
                (0, 40, "Ana", "turn", 0),
                (40, 20, "Bo", "changed", 1),
                (60, 10, "Nobody", "gap", 0),
                (70, 10, "Nobody", "gap", 0),
                (80, 20, "Ana", "turn", 0)
            ]
        );
        assert_eq!(roster_row("Web", &[], bounds, &Offsets::utc()).bars.len(), 1);
    }
}

//! Tables: logs written by hand, and what has to come of them.

use super::clocks::{Due, clocks};
use super::file;
use super::metrics::{Length, Median, metrics};
use super::timeline::{quiet, timeline};
use super::*;
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis, parse_rfc3339};

const START: &str = "2026-12-01T03:00:00Z";

pub fn at(minutes: i64) -> Millis {
    parse_rfc3339(START).unwrap() + minutes * MINUTE
}

/// A log whose entries happened so many minutes after three.
pub fn log(entries: impl IntoIterator<Item = (i64, Event)>) -> Log {
    let mut log = Log::new("20261201-api-is-slow-00000001");
    for (i, (minutes, event)) in entries.into_iter().enumerate() {
        log.append(&format!("e{i:03}"), "Mia", at(minutes), event.into());
    }
    log
}

pub fn facts(entries: impl IntoIterator<Item = (i64, Event)>) -> Facts {
    Incident::of(&log(entries)).facts
}

pub fn declared() -> (i64, Event) {
    (0, Event::Declared { title: "API is slow".into() })
}

pub fn severity(severity: Severity) -> Event {
    Event::Severity { severity, reason: String::new() }
}

pub fn reached(moment: Moment) -> Event {
    Event::Reached { moment }
}

pub fn message() -> Event {
    Event::Message { template: "update".into(), channel: "copied".into(), text: "x".into() }
}

pub fn alert(starts: i64) -> AlertLink {
    AlertLink {
        fingerprint: "f1".into(),
        starts_at: Some(at(starts)),
        name: "Slow".into(),
        ..AlertLink::default()
    }
}

#[test]
fn an_incident_walks_through_its_life() {
    let steps = [
        ("Triage", Some(Moment::Triaged), vec![declared()]),
        ("Triage", Some(Moment::Triaged), vec![declared(), (1, reached(Moment::Acknowledged))]),
        ("Mitigating", Some(Moment::Mitigated), vec![declared(), (2, reached(Moment::Triaged))]),
        ("Monitoring", Some(Moment::Resolved), vec![declared(), (9, reached(Moment::Mitigated))]),
        ("Resolved", Some(Moment::Reviewed), vec![declared(), (9, reached(Moment::Resolved))]),
        ("Reviewed", Some(Moment::Prevented), vec![declared(), (9, reached(Moment::Reviewed))]),
        ("Closed", None, vec![declared(), (9, reached(Moment::Prevented))]),
        (
            "Monitoring",
            Some(Moment::Resolved),
            vec![
                declared(),
                (5, reached(Moment::Mitigated)),
                (9, reached(Moment::Resolved)),
                (10, Event::Withdrawn { moment: Moment::Resolved }),
            ],
        ),
        (
            "Mitigating",
            Some(Moment::Mitigated),
            vec![
                declared(),
                (1, reached(Moment::Triaged)),
                (5, reached(Moment::Mitigated)),
                (9, reached(Moment::Resolved)),
                (20, Event::Reopened { reason: "again".into() }),
            ],
        ),
        ("Not an incident", None, vec![declared(), (1, Event::Dismissed { reason: "a test".into() })]),
        ("Merged", None, vec![declared(), (1, Event::MergedInto { incident: "x".into() })]),
        (
            "Triage",
            Some(Moment::Triaged),
            vec![
                declared(),
                (1, Event::Dismissed { reason: String::new() }),
                (2, Event::Reopened { reason: String::new() }),
            ],
        ),
    ];
    for (state, next, entries) in steps {
        let facts = facts(entries.clone());
        assert_eq!((facts.state(), facts.next_step()), (state, next), "{entries:?}");
    }
}

#[test]
fn a_sev2_becomes_sev1_after_thirty_minutes_unless_it_is_resolved() {
    let sev2 = vec![declared(), (1, severity(Severity::Sev2))];
    let with = |more: Vec<(i64, Event)>| sev2.clone().into_iter().chain(more).collect::<Vec<_>>();
    let cases = [
        (sev2.clone(), 29, Severity::Sev2, Some(30)),
        (sev2.clone(), 30, Severity::Sev1, Some(30)),
        (with(vec![(10, reached(Moment::Mitigated))]), 31, Severity::Sev1, Some(30)),
        (with(vec![(10, reached(Moment::Resolved))]), 90, Severity::Sev2, Some(30)),
        (with(vec![(40, reached(Moment::Resolved))]), 90, Severity::Sev1, Some(30)),
        // At a time that nobody knows: nobody knows that it was late.
        (with(vec![(40, Event::Timed { moment: Moment::Resolved, at: None })]), 90, Severity::Sev2, Some(30)),
        // Somebody lowered what had risen: it has thirty minutes from then.
        (with(vec![(50, severity(Severity::Sev2))]), 79, Severity::Sev2, Some(80)),
        (with(vec![(50, severity(Severity::Sev2))]), 80, Severity::Sev1, Some(80)),
        (with(vec![(5, severity(Severity::Sev3))]), 600, Severity::Sev3, None),
        (with(vec![(31, Event::Dismissed { reason: String::new() })]), 90, Severity::Sev2, Some(30)),
    ];
    for (entries, minutes, expected, escalates) in cases {
        let facts = facts(entries.clone());
        assert_eq!(facts.severity_at(at(minutes)), Some(expected), "{entries:?}");
        assert_eq!(facts.escalates_at(), escalates.map(at), "{entries:?}");
    }
    assert_eq!(facts(vec![declared()]).severity_at(at(99)), None);
}

#[test]
fn clocks_say_what_is_due_and_what_is_late() {
    let policy = Policy::default();
    let sev = |s| vec![declared(), (0, severity(s))];
    let with = |s, more: Vec<(i64, Event)>| sev(s).into_iter().chain(more).collect::<Vec<_>>();
    let min = |n: i64| n * MINUTE;
    // entries, minute, acknowledge, update, escalation
    let cases = [
        (sev(Severity::Sev1), 4, Some(Due::In(min(1))), Some(Due::In(min(1))), None),
        (sev(Severity::Sev1), 5, Some(Due::In(0)), Some(Due::In(0)), None),
        (sev(Severity::Sev1), 7, Some(Due::Late(min(2))), Some(Due::Late(min(2))), None),
        (sev(Severity::Sev2), 4, Some(Due::In(min(11))), Some(Due::In(min(1))), Some(Due::In(min(26)))),
        // The clock of this machine was set back.
        (sev(Severity::Sev1), -3, Some(Due::In(min(8))), Some(Due::In(min(8))), None),
        (
            with(Severity::Sev1, vec![(2, reached(Moment::Acknowledged))]),
            9,
            Some(Due::Done),
            Some(Due::Late(min(4))),
            None,
        ),
        (
            with(Severity::Sev1, vec![(8, reached(Moment::Acknowledged)), (9, message())]),
            10,
            Some(Due::DoneLate(min(3))),
            Some(Due::In(min(14))),
            None,
        ),
        (
            with(Severity::Sev3, vec![(9, message())]),
            10,
            Some(Due::In(min(50))),
            Some(Due::In(min(59))),
            None,
        ),
        (sev(Severity::Sev4), 10, None, None, None),
        (
            with(Severity::Sev1, vec![(20, reached(Moment::Resolved))]),
            22,
            Some(Due::Late(min(17))),
            Some(Due::In(min(3))),
            None,
        ),
        (
            with(Severity::Sev1, vec![(20, reached(Moment::Resolved)), (21, message())]),
            22,
            Some(Due::Late(min(17))),
            None,
            None,
        ),
        (with(Severity::Sev1, vec![(1, Event::Dismissed { reason: String::new() })]), 60, None, None, None),
    ];
    for (entries, minutes, acknowledge, update, escalation) in cases {
        let now = at(minutes);
        let clocks = clocks(&facts(entries.clone()), &policy, now);
        let due = |d: Option<clocks::Deadline>| d.map(|d| d.at(now));
        assert_eq!(
            (due(clocks.acknowledge), due(clocks.update), due(clocks.escalation)),
            (acknowledge, update, escalation),
            "{minutes} {entries:?}"
        );
    }
}

#[test]
fn how_long_it_lasted_ends_with_it() {
    let policy = Policy::default();
    let lasted = |entries, minutes| {
        let clocks = clocks(&facts(entries), &policy, at(minutes));
        (clocks.lasted, clocks.is_running)
    };
    assert_eq!(lasted(vec![declared()], 48), (Some(48 * MINUTE), true));
    assert_eq!(lasted(vec![declared()], -5), (Some(0), true));
    assert_eq!(lasted(vec![declared(), (20, reached(Moment::Resolved))], 48), (Some(20 * MINUTE), false));
    let unknown = Event::Timed { moment: Moment::Resolved, at: None };
    assert_eq!(lasted(vec![declared(), (20, unknown)], 48), (None, false));
}

#[test]
fn times_are_known_or_say_why_not() {
    let timed = |moment, minutes: Option<i64>| Event::Timed { moment, at: minutes.map(at) };
    let cases = [
        // When it began is found out later.
        (vec![declared()], [Length::NotKnown, Length::NotYet, Length::NotYet, Length::NotYet]),
        (
            vec![
                declared(),
                (1, timed(Moment::Started, Some(-7))),
                (2, reached(Moment::Acknowledged)),
                (9, reached(Moment::Mitigated)),
                (20, reached(Moment::Resolved)),
            ],
            [7, 2, 9, 20].map(|n| Length::Known(n * MINUTE)),
        ),
        // Nobody acknowledged it, and nobody knows when it began.
        (
            vec![declared(), (20, reached(Moment::Resolved))],
            [Length::NotKnown, Length::NotKnown, Length::NotKnown, Length::Known(20 * MINUTE)],
        ),
        // The end before the beginning is no length of less than nothing.
        (
            vec![declared(), (3, timed(Moment::Resolved, Some(-3)))],
            [Length::NotKnown, Length::NotKnown, Length::NotKnown, Length::NotKnown],
        ),
        (vec![declared(), (3, Event::MergedInto { incident: "x".into() })], [Length::NotApplicable; 4]),
    ];
    for (entries, expected) in cases {
        let m = metrics(&facts(entries.clone()));
        let found = [m.detect, m.acknowledge, m.mitigate, m.resolve];
        assert_eq!(found, expected, "{entries:?}");
    }
}

#[test]
fn a_median_is_of_those_that_are_known() {
    let known = |all: &[i64]| Median::of(all.iter().map(|n| Length::Known(*n)).chain([Length::NotKnown]));
    for (all, value) in [
        (&[][..], None),
        (&[5], Some(5)),
        (&[9, 1], Some(5)),
        (&[7, 1, 3], Some(3)),
        (&[4, 1, 2, 9], Some(3)),
    ] {
        assert_eq!(known(all), Median { value, n: all.len() });
    }
    assert_eq!(known(&[22 * MINUTE]).text(), "22 min (n = 1)");
    assert_eq!(known(&[]).text(), "not known (n = 0)");
}

#[test]
fn the_first_who_says_so_was_right_and_a_correction_holds() {
    let acknowledged = |minutes, author: &str, id: &str| {
        Entry::new(id, 1, author, at(minutes), at(minutes), "console", reached(Moment::Acknowledged))
    };
    let mut log = log([declared()]);
    log.insert(acknowledged(6, "Ben", "b"));
    log.insert(acknowledged(4, "Ola", "a"));
    let facts = Incident::of(&log).facts;
    assert_eq!((facts.at(Moment::Acknowledged), facts.acknowledged_by.as_str()), (Some(at(4)), "Ola"));
    log.append("c", "Mia", at(9), Event::Timed { moment: Moment::Acknowledged, at: Some(at(5)) }.into());
    log.append("d", "Ben", at(10), reached(Moment::Acknowledged).into());
    assert_eq!(Incident::of(&log).facts.at(Moment::Acknowledged), Some(at(5)));
}

#[test]
fn declaring_from_alerts_copies_them_and_was_detected_with_the_first() {
    let declaration = Declaration {
        title: " Slow ".into(),
        severity: Some(Severity::Sev2),
        services: vec!["api".into()],
        alerts: vec![
            alert(-4),
            AlertLink { fingerprint: "f2".into(), runbook: "https://x/r#a".into(), ..alert(-9) },
        ],
        detected_at: None,
    };
    let mut log = Log::new("x");
    for (i, new) in declaration.entries(at(0)).into_iter().enumerate() {
        log.append(&format!("e{i}"), "Mia", at(0), new);
    }
    let incident = Incident::of(&log);
    assert_eq!(incident.facts.title, "Slow");
    assert_eq!(incident.facts.at(Moment::Detected), Some(at(-9)));
    assert!(incident.facts.links("f1", Some(at(-4))) && !incident.facts.links("f1", Some(at(-5))));
    assert_eq!((incident.alerts.len(), incident.facts.runbook.as_str()), (2, "https://x/r#a"));
    assert_eq!(incident.facts.alerts_over(), None);
    for fingerprint in ["f1", "f2"] {
        let starts_at = Some(at(if fingerprint == "f1" { -4 } else { -9 }));
        log.append(
            fingerprint,
            "",
            at(3),
            Event::AlertEnded { fingerprint: fingerprint.into(), starts_at }.into(),
        );
    }
    assert_eq!(Incident::of(&log).facts.alerts_over(), Some(at(3)));
    assert_eq!(Incident::of(&log).facts.resolves_at(), None);
    log.append("auto", "Mia", at(4), Event::AutoResolve { on: true }.into());
    assert_eq!(Incident::of(&log).facts.resolves_at(), Some(at(8)));
}

#[test]
fn two_incidents_become_one_and_keep_what_was_written() {
    let mut one = log([declared(), (1, severity(Severity::Sev2))]);
    let mut other = Log::new("other");
    for (i, event) in [
        Event::Declared { title: "Checkout fails".into() },
        Event::Service { service: "checkout".into(), affected: true },
        Event::Alert(alert(-2)),
        Event::Note { text: "seen from EU".into() },
        reached(Moment::Resolved),
    ]
    .into_iter()
    .enumerate()
    {
        other.append(&format!("o{i}"), "Ben", at(1), event.into());
    }
    let (here, there) = merged(&one, &other, "Checkout fails");
    one.append("m", "Mia", at(2), here.clone().into());
    // Both of two engineers do it.
    one.append("m2", "Ola", at(2), here.into());
    other.append("m", "Mia", at(2), there.into());
    let incident = Incident::of(&one);
    assert_eq!(incident.facts.title, "API is slow");
    assert!(incident.facts.is_open() && incident.facts.services.contains("checkout"));
    assert_eq!((incident.alerts.len(), incident.absorbed.len()), (1, 1));
    let lines = timeline(&one, &incident.facts, at(3));
    assert!(lines.iter().any(|l| l.text == "seen from EU (from: Checkout fails)"), "{lines:#?}");
    assert_eq!(Incident::of(&other).facts.standing, Standing::MergedInto(one.id().into()));
}

#[test]
fn a_curated_line_keeps_what_it_was_beside_it() {
    let log = log([
        declared(),
        (1, severity(Severity::Sev2)),
        (2, Event::Note { text: "restarted\npod 7".into() }),
        (
            40,
            Event::Curated {
                entry: "e002".into(),
                title: "Rolling restart".into(),
                shown_at: Some(at(-1)),
                important: false,
            },
        ),
    ]);
    let facts = Incident::of(&log).facts;
    let lines = timeline(&log, &facts, at(50));
    let first = &lines[0];
    assert_eq!(
        (first.text.as_str(), first.was.as_deref(), first.at),
        ("Rolling restart", Some("restarted"), at(-1))
    );
    assert_eq!((first.recorded_at, first.is_important, first.detail.as_str()), (Some(at(2)), false, "pod 7"));
    assert_eq!(lines.last().unwrap().text, "Became SEV-1: not resolved in time");
    assert_eq!(quiet(&lines, 10 * MINUTE).into_iter().collect::<Vec<_>>(), [(2, "29 min".to_string())]);
}

#[test]
fn a_number_without_end_leaves_room_for_the_next() {
    let mut log = Log::new("x");
    let hostile = format!(
        r#"{{"id":"h","n":{},"kind":"title","recorded_at":"2026-12-01T03:00:00Z","payload":{{"title":"mine"}}}}"#,
        u64::MAX
    );
    log.insert(Entry::read(serde_json::from_str(&hostile).unwrap()).unwrap());
    log.append("a", "Mia", at(5), Event::Title { title: "Ours".into() }.into());
    assert_eq!(Incident::of(&log).facts.title, "Ours");
}

#[test]
fn ids_are_safe_in_names_of_files() {
    assert_eq!(id_for("API is slow!", at(0), 0x9f3c_21aa), "20261201-api-is-slow-9f3c21aa");
    assert_eq!(id_for("可用性", at(0), 1), "20261201-incident-00000001");
    assert_eq!(id_for(&"a b".repeat(100), at(0), 1).len(), 8 + 1 + 40 + 1 + 8);
    for (id, fits) in [
        ("a-1", true),
        ("", false),
        ("-a", false),
        ("A", false),
        ("a/b", false),
        ("a.b", false),
        ("ä", false),
    ] {
        assert_eq!(is_id(id), fits, "{id}");
    }
    assert!(is_id(&id_for("x", at(0), 7)));
}

#[test]
fn every_kind_of_entry_is_written_and_read() {
    let all = every_kind();
    let log = log(all.iter().enumerate().map(|(i, e)| (i as i64, e.clone())));
    let read = file::read(&file::write(&log)).unwrap();
    assert_eq!(read, log);
    let events: Vec<Event> = read.entries().filter_map(|e| e.event().cloned()).collect();
    assert_eq!(events, all);
}

/// One of each kind; the match fails to compile when one is added and forgotten here.
fn every_kind() -> Vec<Event> {
    let text = || "t".to_string();
    let all = vec![
        Event::Declared { title: text() },
        Event::Title { title: text() },
        severity(Severity::Sev4),
        reached(Moment::Prevented),
        Event::Timed { moment: Moment::Started, at: None },
        Event::Withdrawn { moment: Moment::Resolved },
        Event::Reopened { reason: text() },
        Event::Dismissed { reason: String::new() },
        Event::MergedInto { incident: text() },
        Event::Absorbed { incident: text(), title: text(), entries: vec![serde_json::json!({"a": 1})] },
        Event::Role { role: Role::Scribe, person: text() },
        Event::Service { service: text(), affected: false },
        Event::Alert(alert(1)),
        Event::AlertEnded { fingerprint: text(), starts_at: None },
        Event::Impact { text: text(), users: Some(1), requests: Some(2), estimate: text() },
        Event::Deploy { at: Some(at(-20)), text: text(), source: text() },
        Event::Budget {
            spent: vec![BudgetSpent { slo: text(), name: text(), service: text(), millionths: 7 }],
        },
        Event::RunbookStep { runbook: text(), step: text(), done: true },
        Event::Note { text: text() },
        message(),
        Event::Text { field: Field::Eta, text: text() },
        Event::ActionItem(ActionItem { item: text(), done: true, ..ActionItem::default() }),
        Event::Review { state: ReviewState::Published },
        Event::Check { point: Point::Monitoring, done: true },
        Event::Curated { entry: text(), title: text(), shown_at: Some(at(1)), important: true },
        Event::Runbook { runbook: text() },
        Event::AutoResolve { on: true },
        Event::Page(PageLink { source: text(), page: text(), ..PageLink::default() }),
        Event::PageEvent(PageEvent {
            source: text(),
            page: text(),
            log_entry: text(),
            ..PageEvent::default()
        }),
        Event::Evidence(Evidence {
            samples: vec![(1, "0.1".into())],
            from: Some(at(0)),
            ..Evidence::default()
        }),
    ];
    let kinds: std::collections::BTreeSet<String> =
        all.iter().map(|e| serde_json::to_value(e).unwrap()["kind"].as_str().unwrap().to_string()).collect();
    assert_eq!(kinds, event::KINDS.iter().map(ToString::to_string).collect());
    all
}

//! Tables: logs written by hand, and what has to come of them.

use super::clocks::{Due, clocks};
use super::file::{self, FileFault};
use super::messages::{Filling, Template, fill};
use super::metrics::{Length, Median, metrics};
use super::report::report;
use super::review::{checklist, draft, hints};
use super::timeline::{quiet, timeline};
use super::*;
use crate::domain::severity::Severity;
use crate::domain::time::{HOUR, MINUTE, Millis, parse_rfc3339};
use crate::domain::zone::Offsets;

const START: &str = "2026-12-01T03:00:00Z";

fn at(minutes: i64) -> Millis {
    parse_rfc3339(START).unwrap() + minutes * MINUTE
}

/// A log whose entries happened so many minutes after three.
fn log(entries: impl IntoIterator<Item = (i64, Event)>) -> Log {
    let mut log = Log::new("20261201-api-is-slow-00000001");
    for (i, (minutes, event)) in entries.into_iter().enumerate() {
        log.append(&format!("e{i:03}"), "Mia", at(minutes), event.into());
    }
    log
}

fn facts(entries: impl IntoIterator<Item = (i64, Event)>) -> Facts {
    Incident::of(&log(entries)).facts
}

fn declared() -> (i64, Event) {
    (0, Event::Declared { title: "API is slow".into() })
}

fn severity(severity: Severity) -> Event {
    Event::Severity { severity, reason: String::new() }
}

fn reached(moment: Moment) -> Event {
    Event::Reached { moment }
}

fn message() -> Event {
    Event::Message { template: "update".into(), channel: "copied".into(), text: "x".into() }
}

fn alert(starts: i64) -> AlertLink {
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
fn a_file_comes_back_as_it_was_also_from_a_newer_version() {
    let text = r#"{"format":"fourlights-incident","version":7,"id":"x-1","colour":{"b":1,"a":[2]},"entries":[
        {"id":"b","n":1,"kind":"hologram","author":"Ben","recorded_at":"2026-12-01T03:02:00Z","payload":{"z":1,"a":{"deep":null}},"mood":"calm"},
        {"id":"c","n":2,"kind":"severity","author":"Ben","recorded_at":"2026-12-01T03:03:00Z","payload":{"severity":"sev9"}},
        {"id":"a","kind":"declared","author":"Mia","recorded_at":"2026-12-01T03:00:00Z","source":"console","payload":{"title":"T","new":true}}]}"#;
    let log = file::read(text).unwrap();
    let incident = Incident::of(&log);
    assert_eq!((incident.facts.title.as_str(), incident.n_not_read), ("T", 2));
    let written = file::write(&log);
    for kept in [
        r#""mood":"calm""#,
        r#"{"a":{"deep":null},"z":1}"#,
        r#""sev9""#,
        r#""new":true"#,
        r#""colour": {"a":[2],"b":1}"#,
    ] {
        assert!(written.contains(kept), "{kept}\n{written}");
    }
    assert_eq!(file::read(&written).unwrap(), log);
    assert_eq!(file::write(&file::read(&written).unwrap()), written);
    let marks: Vec<&str> = timeline(&log, &incident.facts, at(9)).iter().map(|l| l.mark.name()).collect();
    assert_eq!(marks, ["step", "unknown", "unknown"]);
}

#[test]
fn a_broken_file_says_what_is_wrong_where() {
    let with = |entries: &str| format!(r#"{{"format":"fourlights-incident","id":"x","entries":{entries}}}"#);
    let entry = |fault| FileFault::Entry { number: 1, fault };
    let cases = [
        ("".into(), FileFault::NotJson { line: 1, column: 0 }),
        ("{\"format\":\n".into(), FileFault::NotJson { line: 2, column: 0 }),
        ("{\n<<<<<<< HEAD\n\"a\":1".into(), FileFault::Conflict),
        ("[]".into(), FileFault::NotAnIncident),
        (r#"{"format":"x","id":"x","entries":[]}"#.into(), FileFault::NotAnIncident),
        (r#"{"format":"fourlights-incident","entries":[]}"#.into(), FileFault::NoId),
        (r#"{"format":"fourlights-incident","id":"../../etc","entries":[]}"#.into(), FileFault::NoId),
        (r#"{"format":"fourlights-incident","id":"x","entries":{}}"#.into(), FileFault::NoEntries),
        (with("[7]"), entry(EntryFault::NotAnObject)),
        (with(r#"[{"id":"","kind":"note"}]"#), entry(EntryFault::NoText("id"))),
        (with(r#"[{"id":"a"}]"#), entry(EntryFault::NoText("kind"))),
        (
            with(r#"[{"id":"a","kind":"note","recorded_at":"noon"}]"#),
            entry(EntryFault::NoTime { field: "recorded_at" }),
        ),
        (
            with(r#"[{"id":"a","kind":"note","recorded_at":"2026-12-01T03:00:00Z","happened_at":5}]"#),
            entry(EntryFault::NoTime { field: "happened_at" }),
        ),
        (
            with(r#"[{"id":"a","kind":"note","recorded_at":"2026-12-01T03:00:00Z","n":-1}]"#),
            entry(EntryFault::NoNumber),
        ),
        ("[".repeat(100_000), FileFault::NotJson { line: 1, column: 128 }),
        (" ".repeat(file::LARGEST + 1), FileFault::TooLarge),
    ];
    for (text, expected) in cases {
        let shown: String = text.chars().take(80).collect();
        assert_eq!(file::read(&text).err(), Some(expected), "{shown}");
    }
    assert_eq!(file::read_as(&with("[]"), "y").err(), Some(FileFault::OtherIncident { found: "x".into() }));
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

fn filling(now: Millis, zone: &Offsets) -> Filling<'_> {
    Filling {
        now,
        zone,
        zone_name: "UTC",
        update_every: Some(15 * MINUTE),
        service_name: &|id| if id == "api" { "API Gateway".into() } else { id.into() },
    }
}

#[test]
fn the_templates_are_filled_and_what_is_missing_can_be_seen() {
    let zone = Offsets::utc();
    let mut log = log([
        declared(),
        (0, severity(Severity::Sev2)),
        (0, Event::Service { service: "api".into(), affected: true }),
    ]);
    let text = |log: &Log, template: Template, minutes| {
        let incident = Incident::of(log);
        let text = template.text(incident.facts.has(Moment::Resolved));
        fill(text, &incident, &filling(at(minutes), &zone))
    };
    assert_eq!(
        text(&log, Template::Initial, 2),
        "🚨 INCIDENT ALERT - SEV-2\n\nService: API Gateway\nImpact: [what users notice]\nStatus: Investigating\nETA: TBD\n\nUpdates every 15 minutes in this thread."
    );
    assert_eq!(Template::next(&Incident::of(&log)), Template::Initial);
    log.append(
        "i",
        "Mia",
        at(3),
        Event::Impact { text: "Pages take 2 s".into(), users: Some(4000), requests: None }.into(),
    );
    log.append("m", "Mia", at(3), message().into());
    log.append(
        "p",
        "Mia",
        at(4),
        Event::Text { field: Field::Progress, text: "Rolled back {fix}".into() }.into(),
    );
    assert_eq!(Template::next(&Incident::of(&log)), Template::Update);
    assert_eq!(
        text(&log, Template::Update, 17),
        "⏱️ UPDATE 03:17 UTC\n\nProgress: Rolled back {fix}\nCurrent Status: Still investigating\nNext Steps: [what we are trying next]\nETA: TBD"
    );
    assert_eq!(
        text(&log, Template::Public, 17),
        "We are looking into a problem with API Gateway. Pages take 2 s\n\nIt began at 03:00 UTC. The next update follows by 03:32 UTC."
    );
    log.append("r", "Mia", at(25), reached(Moment::Resolved).into());
    assert_eq!(Template::next(&Incident::of(&log)), Template::Resolution);
    assert_eq!(
        text(&log, Template::Resolution, 26),
        "✅ RESOLVED 03:25 UTC\n\nRoot Cause: [brief explanation]\nFix Applied: [what we did]\nImpact Duration: 03:00 UTC - 03:25 UTC (25 min)\nAffected Users: 4000\n\nPost-Incident Review: [date and time]"
    );
    let incident = Incident::of(&log);
    assert_eq!(fill("{title} {nonsense} {", &incident, &filling(at(0), &zone)), "API is slow {nonsense} {");
}

#[test]
fn the_checklist_completes_itself_from_facts() {
    let mut log = log([declared(), (1, Event::Timed { moment: Moment::Started, at: None })]);
    let done = |log: &Log| checklist(&Incident::of(log)).iter().map(|c| c.done).collect::<Vec<_>>();
    assert_eq!(done(&log), [false; 6]);
    let item =
        ActionItem { item: "1".into(), title: "Limit".into(), owner: "Ben".into(), ..ActionItem::default() };
    for (i, event) in [
        reached(Moment::Mitigated),
        reached(Moment::Resolved),
        Event::Text { field: Field::RootCause, text: "Human error, somebody forgot".into() },
        Event::ActionItem(item.clone()),
        Event::Check { point: Point::Runbook, done: true },
    ]
    .into_iter()
    .enumerate()
    {
        log.append(&format!("x{i}"), "Mia", at(9), event.into());
    }
    assert_eq!(done(&log), [true, true, false, true, false, false]);
    let incident = Incident::of(&log);
    assert_eq!(hints(&incident).iter().map(|(w, _)| *w).collect::<Vec<_>>(), ["human error", "forgot"]);
    log.append("y", "Mia", at(9), Event::ActionItem(ActionItem { due: "2026-12-24".into(), ..item }).into());
    log.append("z", "Mia", at(9), Event::Review { state: ReviewState::Published }.into());
    assert_eq!(done(&log), [true, true, true, true, false, true]);
    assert_eq!(Incident::of(&log).facts.open_items("2026-12-25"), (1, 1));
    assert_eq!(Incident::of(&log).facts.open_items("2026-12-24"), (1, 0));
}

#[test]
fn what_comes_from_outside_stays_text_in_the_draft() {
    let hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u{202e}| `x`\n# b";
    let log = log([
        (0, Event::Declared { title: hostile.into() }),
        (1, Event::Alert(AlertLink { summary: hostile.into(), ..alert(0) })),
        (2, Event::Text { field: Field::RootCause, text: hostile.into() }),
        (
            3,
            Event::ActionItem(ActionItem {
                title: hostile.into(),
                link: "javascript:alert(1)".into(),
                ..ActionItem::default()
            }),
        ),
    ]);
    let incident = Incident::of(&log);
    let text = draft(&incident, &timeline(&log, &incident.facts, at(5)), &|s| s.into());
    for never in ["\u{202e}", "\n# b", "<javascript"] {
        assert!(!text.contains(never), "{never}\n{text}");
    }
    // Every mark that would begin HTML or a link is escaped.
    for mark in ["<img", "[a"] {
        assert_eq!(text.matches(mark).count(), text.matches(&format!("\\{mark}")).count(), "{mark}\n{text}");
        assert!(text.contains(mark));
    }
}

#[test]
fn a_title_of_a_megabyte_is_cut_in_lists_and_whole_in_the_log() {
    let title = "ä".repeat(500_000);
    let log = log([(0, Event::Declared { title: title.clone() })]);
    assert_eq!(Incident::of(&log).facts.title.chars().count(), 201);
    assert!(file::write(&log).contains(&title));
}

#[test]
fn a_report_counts_by_month_service_and_severity() {
    let berlin = Offsets::asking("east", |_| HOUR);
    let one = |id: &str, from: i64, entries: Vec<(i64, Event)>| {
        let mut log = Log::new(id);
        log.append("d", "Mia", at(from), Event::Declared { title: id.into() }.into());
        for (i, (minutes, event)) in entries.into_iter().enumerate() {
            log.append(&format!("{i}"), "Mia", at(from + minutes), event.into());
        }
        Incident::of(&log).facts
    };
    let service = |s: &str| (0, Event::Service { service: s.into(), affected: true });
    // 03:00 on 1 December is 27 hours after midnight; a month begins an hour earlier in the east.
    let november = -(3 * 60 + 90);
    let all = [
        one(
            "a",
            november,
            vec![service("api"), (0, severity(Severity::Sev3)), (10, reached(Moment::Resolved))],
        ),
        one(
            "b",
            -(3 * 60 + 30),
            vec![
                service("api"),
                service("web"),
                (0, severity(Severity::Sev2)),
                (20, reached(Moment::Resolved)),
            ],
        ),
        one("c", 0, vec![(0, severity(Severity::Sev2)), (5, reached(Moment::Acknowledged))]),
        one("d", 1, vec![(0, Event::Dismissed { reason: String::new() })]),
        one("e", -99_999, vec![]),
    ];
    let report = report(&all, (at(-9999), at(9999)), &berlin, at(60), &|s| s.to_uppercase());
    let names = |rows: &[report::Row]| rows.iter().map(|r| (r.name.clone(), r.n)).collect::<Vec<_>>();
    assert_eq!(names(&report.by_month), [("2026-11".to_string(), 1), ("2026-12".to_string(), 2)]);
    assert_eq!(
        names(&report.by_service),
        [("API".to_string(), 2), ("WEB".to_string(), 1), ("no service named".to_string(), 1)]
    );
    // c was not resolved in thirty minutes.
    assert_eq!(
        names(&report.by_severity),
        [("SEV-1".to_string(), 1), ("SEV-2".to_string(), 1), ("SEV-3".to_string(), 1)]
    );
    assert_eq!((report.all.n, report.all.n_open, report.n_left_out), (3, 1, 1));
    assert_eq!(report.all.resolve, Median { value: Some(15 * MINUTE), n: 2 });
    assert_eq!(report.all.acknowledge, Median { value: Some(5 * MINUTE), n: 1 });
    let text = report.markdown("Acme");
    assert!(
        text.contains("| 2026-12 | 2 | 1 | not known (n = 0) | 5 min (n = 1) | 20 min (n = 1) | 0 | 0 |"),
        "{text}"
    );
    assert!(report.csv().contains("total,all,3,1,,0,5,1,15,2,0,0\r\n"), "{}", report.csv());
    assert_eq!(report.json()["by_service"][0]["name"], "API");
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
        Event::Impact { text: text(), users: Some(1), requests: Some(2) },
        Event::Note { text: text() },
        message(),
        Event::Text { field: Field::Eta, text: text() },
        Event::ActionItem(ActionItem { item: text(), done: true, ..ActionItem::default() }),
        Event::Review { state: ReviewState::Published },
        Event::Check { point: Point::Monitoring, done: true },
        Event::Curated { entry: text(), title: text(), shown_at: Some(at(1)), important: true },
        Event::Runbook { runbook: text() },
        Event::AutoResolve { on: true },
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

//! Laws of the incident log: merging is a union of sets, the fold depends on the set alone, and no file panics.

use fourlights::domain::incident_log::clocks::clocks;
use fourlights::domain::incident_log::timeline::timeline;
use fourlights::domain::incident_log::{
    ActionItem, AlertLink, Entry, Event, Incident, Log, Moment, Policy, ReviewState, Role, file, merged,
};
use fourlights::domain::severity::Severity;
use fourlights::domain::time::{MINUTE, Millis};
use proptest::prelude::*;
use serde_json::{Value, json};

const START: Millis = 1_796_094_000_000;

fn moments() -> impl Strategy<Value = Moment> {
    prop::sample::select(Moment::ALL.to_vec())
}

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "api", "web", "Mia", "Ben", "\u{202e}x", "a\nb", "{severity}", "<b>"])
        .prop_map(String::from)
}

fn instants() -> impl Strategy<Value = Millis> {
    (-90i64..200).prop_map(|minutes| START + minutes * MINUTE)
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        words().prop_map(|title| Event::Declared { title }),
        words().prop_map(|title| Event::Title { title }),
        (prop::sample::select(Severity::ALL.to_vec()), words())
            .prop_map(|(severity, reason)| Event::Severity { severity, reason }),
        moments().prop_map(|moment| Event::Reached { moment }),
        (moments(), prop::option::of(instants())).prop_map(|(moment, at)| Event::Timed { moment, at }),
        moments().prop_map(|moment| Event::Withdrawn { moment }),
        words().prop_map(|reason| Event::Reopened { reason }),
        words().prop_map(|reason| Event::Dismissed { reason }),
        words().prop_map(|incident| Event::MergedInto { incident }),
        (prop::sample::select(Role::ALL.to_vec()), words())
            .prop_map(|(role, person)| Event::Role { role, person }),
        (words(), any::<bool>()).prop_map(|(service, affected)| Event::Service { service, affected }),
        (words(), prop::option::of(instants())).prop_map(|(fingerprint, starts_at)| {
            Event::Alert(AlertLink { fingerprint, starts_at, ..AlertLink::default() })
        }),
        (words(), prop::option::of(instants()))
            .prop_map(|(fingerprint, starts_at)| Event::AlertEnded { fingerprint, starts_at }),
        words().prop_map(|text| Event::Note { text }),
        words().prop_map(|text| Event::Message { template: "update".into(), channel: "c".into(), text }),
        (words(), words(), any::<bool>()).prop_map(|(item, title, done)| {
            Event::ActionItem(ActionItem { item, title, done, ..ActionItem::default() })
        }),
        Just(Event::Review { state: ReviewState::Reviewed }),
        (words(), prop::option::of(instants()), any::<bool>()).prop_map(|(entry, shown_at, important)| {
            Event::Curated { entry, title: String::new(), shown_at, important }
        }),
    ]
}

/// Entries as several writers make them, with clocks that differ; some are of a newer version, some damaged.
fn entries() -> impl Strategy<Value = Entry> {
    let known = (0u32..40, 0u64..8, words(), instants(), instants(), events()).prop_map(
        |(id, n, author, recorded, happened, event)| {
            Entry::new(&format!("e{id}"), n, &author, recorded, happened, "console", event)
        },
    );
    let unknown = (0u32..8, 0u64..8, any::<u8>()).prop_map(|(id, n, value)| {
        let value = json!({
            "id": format!("u{id}"), "n": n, "kind": if value % 2 == 0 { "hologram" } else { "severity" },
            "recorded_at": "2026-12-01T03:00:00Z", "payload": {"value": value},
        });
        Entry::read(value).expect("an entry")
    });
    prop_oneof![6 => known, 1 => unknown]
}

fn logs() -> impl Strategy<Value = Log> {
    prop::collection::vec(entries(), 0..24).prop_map(|entries| {
        let mut log = Log::new("x");
        for entry in entries {
            log.insert(entry);
        }
        log
    })
}

fn union(a: &Log, b: &Log) -> Log {
    let mut all = a.clone();
    all.merge(b);
    all
}

proptest! {
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in logs(), b in logs(), c in logs()) {
        prop_assert_eq!(union(&a, &b), union(&b, &a));
        prop_assert_eq!(union(&union(&a, &b), &c), union(&a, &union(&b, &c)));
        prop_assert_eq!(union(&a, &a), a.clone());
        let mut all = union(&a, &b);
        prop_assert!(!all.merge(&a), "nothing is new the second time");
        // Nothing is lost.
        for entry in a.entries().chain(b.entries()) {
            prop_assert!(all.entries().any(|e| e == entry));
        }
    }

    #[test]
    fn the_fold_depends_on_the_entries_and_not_on_the_way_they_came(
        entries in prop::collection::vec(entries(), 0..40),
        order in any::<prop::sample::Index>(),
        n_parts in 1usize..5,
    ) {
        let mut straight = Log::new("x");
        entries.iter().for_each(|e| { straight.insert(e.clone()); });
        // The same entries, dealt to several browsers, each of which turned its part round, merged in another order.
        let mut parts = vec![Log::new("x"); n_parts];
        let turned = order.index(entries.len().max(1));
        for (i, entry) in entries.iter().skip(turned).chain(entries.iter().take(turned)).rev().enumerate() {
            parts[i % n_parts].insert(entry.clone());
        }
        let merged = parts.iter().rev().fold(Log::new("x"), |all, part| union(&all, part));
        prop_assert_eq!(Incident::of(&merged), Incident::of(&straight));
        prop_assert_eq!(file::write(&merged), file::write(&straight));
        let now = START + 60 * MINUTE;
        let facts = Incident::of(&straight).facts;
        prop_assert_eq!(timeline(&merged, &facts, now), timeline(&straight, &facts, now));
    }

    #[test]
    fn a_file_is_read_as_it_was_written(log in logs()) {
        let text = file::write(&log);
        let read = file::read(&text).expect("our own file");
        prop_assert_eq!(&read, &log);
        prop_assert_eq!(file::write(&read), text);
        prop_assert_eq!(Incident::of(&read), Incident::of(&log));
    }

    #[test]
    fn what_is_appended_comes_last_whatever_the_clocks_say(log in logs(), now in instants()) {
        let mut log = log;
        log.append("mine", "Mia", now, Event::Title { title: "mine".into() }.into());
        prop_assert_eq!(log.entries().next_back().map(|e| e.id.as_str()), Some("mine"));
        prop_assert_eq!(Incident::of(&log).facts.title, "mine");
    }

    #[test]
    fn an_incident_never_becomes_less_severe_by_itself(log in logs(), a in instants(), b in instants()) {
        let facts = Incident::of(&log).facts;
        let (early, late) = (a.min(b), a.max(b));
        prop_assert!(facts.severity_at(late) <= facts.severity_at(early));
        if let Some(by) = clocks(&facts, &Policy::default(), early).escalation {
            prop_assert!(facts.severity_at(by.by) < facts.severity_at(early), "announced, and then it happens");
            prop_assert_eq!(facts.severity_at(by.by - 1), facts.severity_at(early));
        }
    }

    #[test]
    fn merging_two_incidents_ends_in_the_same_whoever_does_it(a in logs(), b in logs()) {
        let (here, _) = merged(&a, &b, "b");
        let mut once = a.clone();
        once.append("m1", "Mia", START, here.clone().into());
        let mut other = a.clone();
        other.append("m2", "Ben", START, here.into());
        let both = Incident::of(&union(&once, &other));
        prop_assert_eq!(both.alerts, Incident::of(&once).alerts);
    }

    #[test]
    fn no_file_panics(text in ".{0,200}", value in any_json()) {
        file::read(&text).ok();
        let wrapped = json!({"format": "fourlights-incident", "version": 1, "id": "x", "entries": value}).to_string();
        if let Ok(log) = file::read(&wrapped) {
            let facts = Incident::of(&log).facts;
            timeline(&log, &facts, START);
            clocks(&facts, &Policy::default(), START);
            prop_assert_eq!(file::read(&file::write(&log)).expect("our own file"), log);
        }
    }

    #[test]
    fn a_damaged_file_panics_nowhere(log in logs(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = file::write(&log).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let text = String::from_utf8_lossy(&bytes);
        match file::read(&text) {
            Ok(log) => drop(Incident::of(&log)),
            Err(fault) => prop_assert!(!fault.to_string().is_empty() && !fault.remedy().is_empty()),
        }
    }
}

/// Lists of what looks like entries.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec!["2026-12-01T03:00:00Z", "sev1", "note", "alert", "resolved", "-1", ""])
            .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "id",
        "n",
        "kind",
        "author",
        "recorded_at",
        "happened_at",
        "payload",
        "title",
        "severity",
        "moment",
        "at",
        "text",
        "entries",
        "incident",
        "starts_at",
        "fingerprint",
    ]);
    let value = leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(keys.clone().prop_map(String::from), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    let entry = (value, prop::sample::select(vec!["note", "alert", "timed", "absorbed", "curated", "odd"])).prop_map(|(value, kind)| {
        json!({"id": "a", "kind": kind, "recorded_at": "2026-12-01T03:00:00Z", "payload": value})
    });
    prop::collection::vec(entry, 0..6).prop_map(Value::from)
}

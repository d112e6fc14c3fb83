//! On-call schedules against the zone database, by hand and by an evaluation of its own.

use chrono::{DateTime, Days as CalendarDays, MappedLocalTime, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use fourlights::domain::on_call::{
    Days, FULL_DAY, Layer, Override, Person, Reason, Roster, Rotation, Schedule, Swap, calendar, day_number,
    parse_clock,
};
use fourlights::domain::time::{DAY, MINUTE, Millis, SECOND, parse_rfc3339};
use fourlights::domain::window::Bounds;
use fourlights::domain::zone::{Offsets, rfc3339};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

/// The offsets of a zone, kept for all tests.
fn zone_of(name: &str) -> Offsets {
    static KNOWN: OnceLock<Mutex<BTreeMap<String, Offsets>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
    let zone: Tz = name.parse().unwrap();
    known
        .entry(name.into())
        .or_insert_with(|| {
            Offsets::asking(name, move |at| {
                let instant = DateTime::<Utc>::from_timestamp_millis(at).unwrap();
                let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
                Millis::from(offset.local_minus_utc()) * SECOND
            })
        })
        .clone()
}

fn at(text: &str) -> Millis {
    parse_rfc3339(text).unwrap_or_else(|| panic!("{text}"))
}

fn span(from: &str, to: &str) -> Bounds {
    Bounds { start: at(from), end: at(to) }
}

fn rotation(people: &[&str], zone: &str, from: &str, every: i64, clock: &str) -> Rotation {
    Rotation {
        people: people.iter().map(ToString::to_string).collect(),
        zone: zone.into(),
        from: day_number(from).unwrap(),
        until: None,
        every,
        at: parse_clock(clock).unwrap(),
        days: Days::ALL,
        hours: (0, FULL_DAY),
    }
}

fn layer(rotations: Vec<Rotation>) -> Layer {
    Layer { name: "Primary".into(), rotations, ..Layer::default() }
}

fn who(layer: &Layer, instant: Millis) -> Option<String> {
    let shifts = layer.shifts(Bounds { start: instant, end: instant + 1 }, &zone_of);
    assert_eq!(shifts.len(), 1);
    shifts[0].person.clone()
}

/// `2026-01-05T08:00:00Z ben`, for each shift.
fn lines(layer: &Layer, span: Bounds) -> Vec<String> {
    let line = |s: fourlights::domain::on_call::Shift| {
        let why = match s.reason {
            Reason::Turn => String::new(),
            Reason::Swap { instead_of } => format!(" swapped with {instead_of}"),
            Reason::Override { instead_of, .. } => {
                format!(" for {}", instead_of.as_deref().unwrap_or("nobody"))
            }
        };
        format!("{} {}{why}", rfc3339(s.bounds.start), s.person.as_deref().unwrap_or("nobody"))
    };
    layer.shifts(span, &zone_of).into_iter().map(line).collect()
}

#[test]
fn instants_by_hand() {
    let berlin = layer(vec![rotation(&["ben", "ola", "mia"], "Europe/Berlin", "2026-01-05", 7, "09:00")]);
    let tokyo = layer(vec![rotation(&["a", "b"], "Asia/Tokyo", "2026-01-01", 1, "00:00")]);
    // 02:30 does not exist on 8 March in New York, and 01:30 comes twice on 1 November.
    let gap = layer(vec![rotation(&["a", "b"], "America/New_York", "2026-03-07", 1, "02:30")]);
    let twice = layer(vec![rotation(&["a", "b"], "America/New_York", "2026-10-31", 1, "01:30")]);
    // Clocks go forward at midnight in Cairo on 24 April: that day begins at 01:00.
    let cairo = layer(vec![rotation(&["a", "b"], "Africa/Cairo", "2026-04-23", 1, "00:00")]);
    // Half an hour of summer time.
    let howe = layer(vec![rotation(&["a", "b"], "Australia/Lord_Howe", "2026-10-03", 1, "02:15")]);
    // A Monday in a zone that is ahead of UTC by 14 hours.
    let ahead = layer(vec![rotation(&["a", "b"], "Pacific/Kiritimati", "2026-01-05", 7, "09:00")]);
    for (name, layer, instant, person) in [
        ("before it begins", &berlin, "2026-01-05T07:59:59.999Z", None),
        ("the first turn", &berlin, "2026-01-05T08:00:00Z", Some("ben")),
        ("the last moment of a turn", &berlin, "2026-01-12T07:59:59.999Z", Some("ben")),
        ("the next turn", &berlin, "2026-01-12T08:00:00Z", Some("ola")),
        ("around again", &berlin, "2026-01-26T08:00:00Z", Some("ben")),
        ("winter's hour is over", &berlin, "2026-03-30T06:59:59Z", Some("mia")),
        ("09:00 in summer", &berlin, "2026-03-30T07:00:00Z", Some("ben")),
        ("summer's hour is over", &berlin, "2026-10-26T07:59:59Z", Some("mia")),
        ("09:00 in winter", &berlin, "2026-10-26T08:00:00Z", Some("ben")),
        ("years later", &berlin, "2031-01-06T08:00:00Z", Some("ben")),
        ("midnight in Tokyo", &tokyo, "2025-12-31T15:00:00Z", Some("a")),
        ("the day after", &tokyo, "2026-01-01T15:00:00Z", Some("b")),
        ("before the missing reading", &gap, "2026-03-08T07:29:59Z", Some("a")),
        ("the missing reading is an hour later", &gap, "2026-03-08T07:30:00Z", Some("b")),
        ("the day after it", &gap, "2026-03-09T06:30:00Z", Some("a")),
        ("before the first of two readings", &twice, "2026-11-01T05:29:59Z", Some("a")),
        ("the first of two readings", &twice, "2026-11-01T05:30:00Z", Some("b")),
        ("the second changes nothing", &twice, "2026-11-01T06:30:00Z", Some("b")),
        ("the day after both", &twice, "2026-11-02T06:30:00Z", Some("a")),
        ("the evening before the missing midnight", &cairo, "2026-04-23T21:59:59Z", Some("a")),
        ("the missing midnight", &cairo, "2026-04-23T22:00:00Z", Some("b")),
        ("before half an hour is missing", &howe, "2026-10-03T15:44:59Z", Some("a")),
        ("half an hour later", &howe, "2026-10-03T15:45:00Z", Some("b")),
        ("early on Monday there", &ahead, "2026-01-11T18:59:59Z", Some("a")),
        ("Monday there, Sunday here", &ahead, "2026-01-11T19:00:00Z", Some("b")),
    ] {
        assert_eq!(who(layer, at(instant)).as_deref(), person, "{name}: {instant}");
    }
}

#[test]
fn an_override_across_a_hand_over_replaces_both_and_gives_back() {
    let mut layer = layer(vec![rotation(&["ben", "ola"], "Europe/Berlin", "2026-01-05", 7, "09:00")]);
    layer.overrides.push(Override {
        bounds: span("2026-01-11T17:00:00Z", "2026-01-12T11:00:00Z"),
        person: "mia".into(),
        note: None,
    });
    let week = span("2026-01-11T00:00:00Z", "2026-01-14T00:00:00Z");
    assert_eq!(
        lines(&layer, week),
        [
            "2026-01-11T00:00:00Z ben",
            "2026-01-11T17:00:00Z mia for ben",
            "2026-01-12T08:00:00Z mia for ola",
            "2026-01-12T11:00:00Z ola",
        ]
    );
    // A later one is on top; whoever is on call anyway takes over from nobody.
    layer.overrides.push(Override {
        bounds: span("2026-01-12T09:00:00Z", "2026-01-12T10:00:00Z"),
        person: "ola".into(),
        note: None,
    });
    assert_eq!(
        lines(&layer, week)[2..],
        [
            "2026-01-12T08:00:00Z mia for ola",
            "2026-01-12T09:00:00Z ola",
            "2026-01-12T10:00:00Z mia for ola",
            "2026-01-12T11:00:00Z ola"
        ]
    );
    let now = layer.now(at("2026-01-11T18:00:00Z"), 30 * DAY, &zone_of).unwrap();
    // For whom does not matter to who is on call.
    assert_eq!(
        (now.shift.person.as_deref(), now.shift.bounds.end),
        (Some("mia"), at("2026-01-12T09:00:00Z"))
    );
    assert_eq!(now.next.unwrap().person.as_deref(), Some("ola"));
}

#[test]
fn a_swap_exchanges_shifts_and_leaves_others_alone() {
    let mut layer = layer(vec![rotation(&["ben", "ola", "mia"], "UTC", "2026-01-05", 1, "09:00")]);
    layer.swaps.push(Swap {
        bounds: span("2026-01-05T00:00:00Z", "2026-01-08T09:00:00Z"),
        people: ("ben".into(), "mia".into()),
    });
    assert_eq!(
        lines(&layer, span("2026-01-05T09:00:00Z", "2026-01-10T00:00:00Z")),
        [
            "2026-01-05T09:00:00Z mia swapped with ben",
            "2026-01-06T09:00:00Z ola",
            "2026-01-07T09:00:00Z ben swapped with mia",
            "2026-01-08T09:00:00Z ben",
            "2026-01-09T09:00:00Z ola",
        ]
    );
}

/// Follow the sun: by day in Berlin, by night in New York and Tokyo.
fn around_the_clock() -> Layer {
    let part = |people, zone, hours: (&str, &str)| Rotation {
        hours: (parse_clock(hours.0).unwrap(), parse_clock(hours.1).unwrap()),
        ..rotation(people, zone, "2026-01-05", 7, "00:00")
    };
    layer(vec![
        part(&["ben", "ola"], "Europe/Berlin", ("08:00", "20:00")),
        part(&["zoe"], "America/New_York", ("12:00", "22:00")),
        part(&["kai", "yui"], "Asia/Tokyo", ("11:00", "17:00")),
    ])
}

#[test]
fn hours_in_several_zones_follow_the_sun_and_gaps_are_known_ahead() {
    let layer = around_the_clock();
    assert_eq!(
        lines(&layer, span("2026-01-13T00:00:00Z", "2026-01-14T07:00:00Z")),
        [
            "2026-01-13T00:00:00Z zoe",
            "2026-01-13T03:00:00Z yui",
            "2026-01-13T07:00:00Z ola",
            "2026-01-13T19:00:00Z zoe",
            "2026-01-14T03:00:00Z yui",
        ],
        "winter: 22:00 in New York is 03:00Z, 17:00 in Tokyo 08:00Z"
    );
    // New York changes three weeks before Berlin: 22:00 there is then 02:00Z, and Tokyo begins at 02:00Z as always.
    assert!(layer.gaps(span("2026-02-01T00:00:00Z", "2026-12-01T00:00:00Z"), &zone_of).is_empty());
    let mut short = layer;
    short.rotations[2].hours.1 = parse_clock("15:30").unwrap();
    let gaps = short.gaps(span("2026-03-26T00:00:00Z", "2026-04-01T00:00:00Z"), &zone_of);
    // In winter Berlin begins at 07:00Z, in summer at 06:00Z: before it changes half an hour is missing each morning.
    let shown: Vec<String> =
        gaps.iter().map(|g| format!("{} {}", rfc3339(g.start), g.length() / MINUTE)).collect();
    assert_eq!(shown, ["2026-03-26T06:30:00Z 30", "2026-03-27T06:30:00Z 30", "2026-03-28T06:30:00Z 30"]);
    short.allows_gaps = true;
    assert!(short.gaps(span("2026-03-26T00:00:00Z", "2026-04-01T00:00:00Z"), &zone_of).is_empty());
}

#[test]
fn hours_past_midnight_belong_to_the_day_on_which_they_begin() {
    let nights = Rotation {
        days: Days::NONE.with(4),
        hours: (parse_clock("22:00").unwrap(), parse_clock("06:00").unwrap()),
        ..rotation(&["ben"], "Europe/Berlin", "2026-01-01", 7, "00:00")
    };
    assert_eq!(
        lines(&layer(vec![nights]), span("2026-03-27T00:00:00Z", "2026-03-30T00:00:00Z")),
        ["2026-03-27T00:00:00Z nobody", "2026-03-27T21:00:00Z ben", "2026-03-28T05:00:00Z nobody"]
    );
}

#[test]
fn a_rotation_that_ends_leaves_the_rest_to_the_next() {
    let before = Rotation {
        until: day_number("2026-01-19"),
        ..rotation(&["a", "b"], "UTC", "2026-01-05", 7, "09:00")
    };
    let after = rotation(&["c", "d"], "UTC", "2026-01-19", 7, "09:00");
    assert_eq!(
        lines(&layer(vec![before, after]), span("2026-01-05T09:00:00Z", "2026-02-01T00:00:00Z")),
        [
            "2026-01-05T09:00:00Z a",
            "2026-01-12T09:00:00Z b",
            "2026-01-19T09:00:00Z c",
            "2026-01-26T09:00:00Z d"
        ]
    );
}

/// The instants of two years at which the offset of a zone changes, and by how much.
fn changes(zone: &Offsets, from: Millis, to: Millis) -> Vec<(Millis, Millis)> {
    let mut all = Vec::new();
    let mut day = from;
    while day < to {
        let (mut low, mut high) = (day, day + DAY);
        if zone.at(low) != zone.at(high) {
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if zone.at(middle) == zone.at(low) { low = middle } else { high = middle }
            }
            all.push((high, zone.at(high) - zone.at(high - 1)));
        }
        day += DAY;
    }
    all
}

#[test]
fn on_both_switch_days_of_every_zone_a_turn_is_as_long_as_the_day() {
    let (from, to) = (at("2026-01-01T12:00:00Z"), at("2028-01-01T12:00:00Z"));
    let (mut n_short, mut n_long) = (0, 0);
    for zone in TZ_VARIANTS {
        let offsets = zone_of(zone.name());
        let noon = layer(vec![rotation(&["a", "b", "c"], zone.name(), "2025-12-01", 1, "12:00")]);
        let all = noon.shifts(Bounds { start: from, end: to }, &zone_of);
        assert!(all.iter().all(|s| s.person.is_some()), "{zone}");
        assert!(all.windows(2).all(|w| w[0].bounds.end == w[1].bounds.start && w[0].person != w[1].person));
        for (instant, by) in changes(&offsets, from, to) {
            // No zone of these changes around noon.
            let over = all.iter().find(|s| s.bounds.contains(instant)).unwrap();
            assert_eq!(over.bounds.length(), DAY - by, "{zone} at {}", rfc3339(instant));
            for edge in [over.bounds.start, over.bounds.end] {
                assert_eq!(offsets.civil(edge).clock(), "12:00", "{zone}");
            }
            n_short += usize::from(by > 0);
            n_long += usize::from(by < 0);
        }
    }
    assert!(n_short > 200 && n_long > 200, "{n_short} {n_long}");
}

/// The instant of a wall clock's reading by chrono's own rules; a missing one with the offset before.
fn chrono_instant(zone: Tz, local: NaiveDateTime) -> Millis {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.timestamp_millis(),
        MappedLocalTime::None => {
            let before = (1..200)
                .map(|quarter| local - chrono::Duration::minutes(15 * quarter))
                .find_map(|earlier| zone.from_local_datetime(&earlier).latest())
                .unwrap();
            let offset = Millis::from(before.offset().fix().local_minus_utc()) * SECOND;
            local.and_utc().timestamp_millis() - offset
        }
    }
}

/// Whose turn it is, by looking at every turn from the first on, and every day's hours.
fn turn_by_hand(r: &Rotation, instant: Millis) -> Option<String> {
    let zone: Tz = r.zone.parse().unwrap();
    let midnight = |day: i64| {
        let days = CalendarDays::new(u64::try_from(day).unwrap());
        DateTime::<Utc>::UNIX_EPOCH.date_naive().checked_add_days(days).unwrap().and_hms_opt(0, 0, 0).unwrap()
    };
    let reading =
        |day: i64, minutes: i64| chrono_instant(zone, midnight(day) + chrono::Duration::minutes(minutes));
    let mut person = None;
    for n in 0.. {
        let day = r.from + n * r.every;
        if r.until.is_some_and(|until| reading(until, r.at) <= instant || day >= until) {
            if r.until.is_some_and(|until| reading(until, r.at) <= instant) {
                person = None;
            }
            break;
        }
        if reading(day, r.at) > instant {
            break;
        }
        person = Some(r.people[usize::try_from(n).unwrap() % r.people.len()].clone());
    }
    let today = instant.div_euclid(DAY);
    let covered = (today - 3..=today + 3).any(|day| {
        let end = if r.hours.1 <= r.hours.0 { reading(day + 1, r.hours.1) } else { reading(day, r.hours.1) };
        r.days.has(day) && (reading(day, r.hours.0)..end).contains(&instant)
    });
    person.filter(|_| covered)
}

const ZONES: [&str; 10] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "America/Santiago",
];

fn any_rotation() -> impl Strategy<Value = Rotation> {
    let people = prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..5);
    let hours = prop_oneof![3 => Just((0, FULL_DAY)), 2 => (0..96i64, 1..97i64).prop_filter_map("not empty", |(from, to)| {
        (from != to && !(to == 96 && from == 0)).then_some((from * 15, to * 15))
    })];
    let days = prop_oneof![3 => Just(Days::ALL), 1 => prop::collection::vec(0..7usize, 1..7).prop_map(|all| {
        all.into_iter().fold(Days::NONE, Days::with)
    })];
    let start = day_number("2026-01-01").unwrap();
    (
        people,
        prop::sample::select(&ZONES[..]),
        0..60i64,
        prop::option::of(30..700i64),
        1..15i64,
        0..96i64,
        days,
        hours,
    )
        .prop_map(move |(people, zone, from, until, every, clock, days, hours)| Rotation {
            people: people.into_iter().map(Into::into).collect(),
            zone: zone.into(),
            from: start + from,
            until: until.map(|after| start + from + after),
            every,
            at: clock * 15,
            days,
            hours,
        })
}

fn any_bounds() -> impl Strategy<Value = Bounds> {
    let start = at("2026-01-01T00:00:00Z");
    (0..800 * 96i64, 1..400i64).prop_map(move |(from, length)| Bounds {
        start: start + from * 15 * MINUTE,
        end: start + (from + length) * 15 * MINUTE,
    })
}

fn any_layer() -> impl Strategy<Value = Layer> {
    let person = || prop::sample::select(vec!["a", "b", "c", "d", "e"]).prop_map(str::to_string);
    let overrides = prop::collection::vec(
        (any_bounds(), person()).prop_map(|(bounds, person)| Override { bounds, person, note: None }),
        0..12,
    );
    let swaps = prop::collection::vec(
        (any_bounds(), person(), person()).prop_map(|(bounds, a, b)| Swap { bounds, people: (a, b) }),
        0..6,
    );
    (prop::collection::vec(any_rotation(), 0..4), swaps, overrides).prop_map(
        |(rotations, swaps, overrides)| Layer {
            name: "x".into(),
            rotations,
            swaps,
            overrides,
            allows_gaps: false,
        },
    )
}

/// Who is on call at an instant, one question after the other.
fn by_hand(layer: &Layer, instant: Millis) -> Option<String> {
    let turn = layer.rotations.iter().find_map(|r| turn_by_hand(r, instant));
    let mut person = turn.clone();
    for swap in layer.swaps.iter().filter(|s| s.bounds.contains(instant)) {
        let (a, b) = &swap.people;
        if turn.as_ref() == Some(a) {
            person = Some(b.clone());
        } else if turn.as_ref() == Some(b) {
            person = Some(a.clone());
        }
    }
    let over = layer.overrides.iter().rfind(|o| o.bounds.contains(instant));
    over.map(|o| o.person.clone()).or(person)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_instant_has_exactly_one_person_or_is_a_gap(
        layer in any_layer(),
        span in any_bounds(),
        instants in prop::collection::vec(0.0..1.0f64, 8),
    ) {
        let shifts = layer.shifts(span, &zone_of);
        prop_assert_eq!(shifts.first().map(|s| s.bounds.start), Some(span.start));
        prop_assert_eq!(shifts.last().map(|s| s.bounds.end), Some(span.end));
        for pair in shifts.windows(2) {
            prop_assert_eq!(pair[0].bounds.end, pair[1].bounds.start);
            prop_assert!(pair[0].person != pair[1].person || pair[0].reason != pair[1].reason);
        }
        for shift in &shifts {
            prop_assert!(shift.bounds.length() > 0);
        }
        let gaps: Millis = layer.gaps(span, &zone_of).iter().map(Bounds::length).sum();
        let empty: Millis = shifts.iter().filter(|s| s.person.is_none()).map(|s| s.bounds.length()).sum();
        prop_assert_eq!(gaps, empty);
        // The edges of shifts, and instants anywhere.
        let anywhere = instants.iter().map(|share| span.start + (span.length() as f64 * share) as Millis);
        let edges = shifts.iter().flat_map(|s| [s.bounds.start, s.bounds.end - 1]).take(24);
        for instant in anywhere.chain(edges).filter(|t| span.contains(*t)) {
            let found = shifts.iter().find(|s| s.bounds.contains(instant)).unwrap();
            prop_assert_eq!(&found.person, &by_hand(&layer, instant), "{}", rfc3339(instant));
        }
    }

    #[test]
    fn a_part_of_a_span_has_the_same_shifts(layer in any_layer(), whole in any_bounds(), cut in 0.1..0.9f64) {
        let middle = whole.start + (whole.length() as f64 * cut) as Millis;
        let parts = [Bounds { start: whole.start, end: middle }, Bounds { start: middle, end: whole.end }];
        let instants = |shifts: &[fourlights::domain::on_call::Shift]| -> Millis {
            shifts.iter().filter(|s| s.person.is_some()).map(|s| s.bounds.length()).sum()
        };
        let of_parts: Millis = parts.iter().map(|part| instants(&layer.shifts(*part, &zone_of))).sum();
        prop_assert_eq!(instants(&layer.shifts(whole, &zone_of)), of_parts);
    }
}

fn roster() -> Roster {
    let person = |id: &str, name: &str| Person { id: id.into(), name: name.into(), contact: None };
    let mut primary = layer(vec![rotation(&["ben", "ola"], "Europe/Berlin", "2026-01-05", 7, "09:00")]);
    primary.overrides.push(Override {
        bounds: span("2026-01-13T17:00:00Z", "2026-01-14T08:00:00Z"),
        person: "mia".into(),
        note: None,
    });
    Roster {
        people: vec![person("ben", "Ben"), person("ola", "Ola; Größe, \\"), person("mia", "Mia")],
        schedules: vec![Schedule {
            id: "platform".into(),
            name: "Platform".into(),
            zone: "Europe/Berlin".into(),
            services: Vec::new(),
            layers: vec![primary],
        }],
    }
}

#[test]
fn calendars_hold_the_shifts_of_a_person_or_of_all_and_stay_the_same_the_day_after() {
    use icalendar::{Calendar, CalendarComponent, Component as _};
    let roster = roster();
    let text = |person: Option<&str>, from: &str| {
        calendar(&roster, person, span(from, "2026-01-26T00:00:00Z"), at("2026-01-12T00:00:00Z"), &zone_of)
    };
    let read = |text: &str| -> Vec<(String, String)> {
        let calendar: Calendar = text.parse().unwrap();
        let event = |c: &CalendarComponent| {
            let event = c.as_event().unwrap();
            assert!(event.get_start().is_some() && event.get_end().is_some());
            (event.get_uid().unwrap().to_string(), event.get_summary().unwrap().to_string())
        };
        calendar.components.iter().map(event).collect()
    };
    let all = read(&text(None, "2026-01-12T00:00:00Z"));
    assert_eq!(all.len(), 5, "{all:?}");
    let mia = read(&text(Some("mia"), "2026-01-12T00:00:00Z"));
    assert_eq!(mia.len(), 1);
    assert_eq!(mia[0].1, "On call: Mia (Platform, Primary)");
    // The turn that goes on has the same id, seen from the next day.
    assert_eq!(all[1..], read(&text(None, "2026-01-12T20:00:00Z"))[..]);
    assert!(text(None, "2026-01-12T00:00:00Z").split("\r\n").all(|line| line.len() <= 75));
    let zones = roster.zones();
    assert_eq!(zones, ["Europe/Berlin"]);
}

#[test]
fn two_years_of_several_rotations_have_each_shift_once() {
    let shifts = around_the_clock().shifts(span("2026-01-05T00:00:00Z", "2028-01-05T00:00:00Z"), &zone_of);
    // Three hand-overs on each of 730 days, and the first shift.
    assert_eq!(shifts.len(), 3 * 730 + 1);
}

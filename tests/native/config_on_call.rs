//! Faults of on-call schedules, people, runbooks and the rules for incidents.

use fourlights::config::{Config, Fault, FaultKind};
use fourlights::domain::time::MINUTE;
use fourlights::sources::read_config as read;

/// A small valid configuration with two people, and more entries put in.
fn with(entries: &str) -> String {
    format!(
        r#"{{"title": "T", "sources": {{"prom": {{"kind": "prometheus", "url": "http://127.0.0.1:9090/"}}}},
            "services": [{{"id": "api", "name": "API"}}],
            "people": {{"mia": {{"name": "Mia"}}, "ben": {{"name": "Ben", "contact": "mailto:ben@example.com"}}}} {entries}}}"#
    )
}

/// A schedule with one layer that has these entries.
fn layer(entries: &str) -> String {
    with(&format!(
        r#", "on_call": [{{"id": "p", "name": "Platform", "zone": "Europe/Berlin", "layers": [{{"name": "Primary", {entries}}}]}}]"#
    ))
}

/// The same with one rotation that has these entries beside its people and first day.
fn rotation(entries: &str) -> String {
    layer(&format!(r#""rotations": [{{"people": ["mia", "ben"], "from": "2026-01-05" {entries}}}]"#))
}

#[track_caller]
fn only(text: &str) -> Fault {
    let mut all = read(text).expect_err("the configuration should have faults");
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

fn valid(text: &str) -> Config {
    read(text).expect("valid")
}

#[test]
fn a_schedule_is_read_with_its_defaults() {
    let config = valid(&rotation(""));
    let schedule = &config.on_call.schedules[0];
    assert_eq!((schedule.name.as_str(), schedule.zone.as_str()), ("Platform", "Europe/Berlin"));
    let rotation = &schedule.layers[0].rotations[0];
    assert_eq!((rotation.every, rotation.at, rotation.zone.as_str()), (7, 540, "Europe/Berlin"));
    assert_eq!(config.on_call.name("ben"), "Ben");
    assert_eq!(config.on_call.people.len(), 2);
    // Without a zone it is the file's, which everybody has to read alike.
    let text = with(
        r#", "zone": "Asia/Tokyo", "on_call": [{"id": "p", "name": "P", "layers": [{"name": "L", "rotations": [{"people": ["mia"], "from": "2026-01-05", "hours": "06:00-00:00", "zone": "UTC"}], "allow_gaps": true}]}]"#,
    );
    let config = valid(&text);
    assert_eq!(config.on_call.schedules[0].zone, "Asia/Tokyo");
    assert_eq!(config.on_call.schedules[0].layers[0].rotations[0].hours, (360, 1440));
    let text = with(
        r#", "on_call": [{"id": "p", "name": "P", "layers": [{"name": "L", "rotations": [{"people": ["mia"], "from": "2026-01-05"}]}]}]"#,
    );
    assert_eq!(valid(&text).on_call.schedules[0].zone, "UTC");
}

#[test]
fn each_fault_says_where_it_is_and_what_to_do() {
    let at = "$.on_call[0].layers[0]";
    for (text, kind, path, part) in [
        (
            layer(r#""rotations": [{"people": ["mia", "bem"], "from": "2026-01-05"}]"#),
            FaultKind::DanglingReference,
            format!("{at}.rotations[0].people[1]"),
            "did you mean \"ben\"",
        ),
        (
            layer(r#""rotations": [{"people": [], "from": "2026-01-05"}]"#),
            FaultKind::MissingKey,
            format!("{at}.rotations[0].people"),
            "at least one person",
        ),
        (
            rotation(r#", "zone": "browser""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].zone"),
            "the same clock",
        ),
        (
            rotation(r#", "zone": "Berlin""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].zone"),
            "Europe/Berlin",
        ),
        (
            rotation(r#", "every": "0d""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].every"),
            "whole days",
        ),
        (
            rotation(r#", "every": "12h""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].every"),
            "use hours",
        ),
        (rotation(r#", "every": "2y""#), FaultKind::BadValue, format!("{at}.rotations[0].every"), "52w"),
        (
            rotation(r#", "at": "9:00""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].at"),
            "00:00 to 23:59",
        ),
        (
            rotation(r#", "at": "24:00""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].at"),
            "00:00 to 23:59",
        ),
        (
            rotation(r#", "until": "2026-01-05""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].until"),
            "a day after from",
        ),
        (
            rotation(r#", "until": "next year""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].until"),
            "2026-01-05",
        ),
        (
            rotation(r#", "hours": "08:00-08:00""#),
            FaultKind::BadValue,
            format!("{at}.rotations[0].hours"),
            "another end",
        ),
        (
            rotation(r#", "days": ["mondays"]"#),
            FaultKind::UnknownKind,
            format!("{at}.rotations[0].days[0]"),
            "did you mean \"monday\"",
        ),
        (
            rotation(r#", "hours": "08:00-20:00""#),
            FaultKind::BadValue,
            format!("{at}.rotations"),
            "allow_gaps",
        ),
        (
            layer(r#""rotations": []"#),
            FaultKind::MissingKey,
            format!("{at}.rotations"),
            "at least one rotation",
        ),
        (
            layer(
                r#""rotations": [], "allow_gaps": true, "overrides": [{"person": "zoe", "from": "2026-01-05T00:00:00Z", "to": "2026-01-06T00:00:00Z"}]"#,
            ),
            FaultKind::DanglingReference,
            format!("{at}.overrides[0].person"),
            "under people",
        ),
        (
            layer(
                r#""rotations": [], "allow_gaps": true, "overrides": [{"person": "mia", "from": "2026-01-06T00:00:00Z", "to": "2026-01-05T00:00:00Z"}]"#,
            ),
            FaultKind::BadValue,
            format!("{at}.overrides[0].to"),
            "after the beginning",
        ),
        (
            layer(
                r#""rotations": [], "allow_gaps": true, "swaps": [{"people": ["mia", "mia"], "from": "2026-01-05T00:00:00Z", "to": "2026-01-06T00:00:00Z"}]"#,
            ),
            FaultKind::BadValue,
            format!("{at}.swaps[0].people"),
            "two different people",
        ),
        (
            with(r#", "on_call": [{"id": "p", "name": "P", "layers": []}]"#),
            FaultKind::MissingKey,
            "$.on_call[0].layers".into(),
            "at least one layer",
        ),
        (
            with(
                r#", "on_call": [{"id": "p", "name": "P", "services": ["apy"], "layers": [{"name": "L", "rotations": [], "allow_gaps": true}]}]"#,
            ),
            FaultKind::DanglingReference,
            "$.on_call[0].services[0]".into(),
            "did you mean \"api\"",
        ),
        (
            with(r#", "runbooks": ["../secret.md"]"#),
            FaultKind::BadValue,
            "$.runbooks[0]".into(),
            "without ..",
        ),
        (
            with(r#", "runbooks": ["https://x.example/a.md"]"#),
            FaultKind::BadValue,
            "$.runbooks[0]".into(),
            "beside this one",
        ),
        (with(r#", "runbooks": ["a.md", "a.md"]"#), FaultKind::BadValue, "$.runbooks[1]".into(), "unique"),
        (
            with(
                r#", "runbooks": ["a.md"], "alerts": [{"name": "A", "signal": "cpu", "above": 1, "severity": "sev3", "runbook": "b.md"}]"#,
            ),
            FaultKind::BadValue,
            "$.alerts[0].runbook".into(),
            "mailto",
        ),
    ] {
        let fault = only(&text);
        assert_eq!((fault.kind, fault.path.as_str()), (kind, path.as_str()), "{fault}");
        assert!(fault.to_string().contains(part), "{fault}");
        assert!(!fault.example.is_empty(), "{fault}");
    }
}

#[test]
fn a_gap_is_named_with_its_hours() {
    let fault = only(&rotation(r#", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"]"#));
    assert_eq!(fault.found, "a gap: nobody is on call from saturday 00:00 to monday 00:00");
    let text = layer(
        r#""rotations": [{"people": ["mia"], "from": "2026-01-05", "hours": "08:00-20:00"},
                         {"people": ["ben"], "from": "2026-01-05", "hours": "20:00-07:00"}]"#,
    );
    assert_eq!(only(&text).found, "a gap: nobody is on call from monday 07:00 to monday 08:00");
    // With clocks of two zones it depends on the time of year: that is told ahead, and is no fault of the file.
    valid(&layer(
        r#""rotations": [{"people": ["mia"], "from": "2026-01-05", "hours": "08:00-20:00"},
                         {"people": ["ben"], "from": "2026-01-05", "hours": "10:00-23:00", "zone": "America/New_York"}]"#,
    ));
}

#[test]
fn a_rule_may_name_a_runbook_of_the_list() {
    let config = valid(&with(
        r#", "runbooks": ["runbooks/cpu.md"], "alerts": [{"name": "A", "signal": "cpu", "above": 1, "severity": "sev3", "runbook": "runbooks/cpu.md#step-2"}]"#,
    ));
    assert_eq!(config.rules[0].runbook_url.as_deref(), Some("runbooks/cpu.md#step-2"));
    assert_eq!(config.runbooks, ["runbooks/cpu.md"]);
}

#[test]
fn the_rules_for_incidents_have_defaults_and_each_can_be_set() {
    let usual = valid(&with("")).incidents;
    let minutes = |config: &fourlights::config::IncidentRules| {
        config.policy.update_every.map(|every| every.map(|length| length / MINUTE))
    };
    assert_eq!(minutes(&usual), [Some(15), Some(15), Some(60), None]);
    assert_eq!(usual.acknowledgements.length, 15 * MINUTE);
    let set = valid(&with(
        r#", "incidents": {"update_every": {"sev2": "30m", "sev3": "none", "sev4": "1d"}, "first_message": "2m",
            "review_within": "3d", "acknowledge_for": "5m", "acknowledged_warns_after": "1h",
            "messages": {"update": "messages/update.txt", "public_resolved": "messages/over.txt"}}"#,
    ))
    .incidents;
    assert_eq!(minutes(&set), [Some(15), Some(30), None, Some(24 * 60)]);
    assert_eq!((set.policy.first_message, set.policy.review_within), (2 * MINUTE, 3 * 24 * 60 * MINUTE));
    assert_eq!((set.acknowledgements.length, set.acknowledgements.old_after), (5 * MINUTE, 60 * MINUTE));
    assert_eq!(set.messages.get("update").map(String::as_str), Some("messages/update.txt"));
    for (entry, path, part) in [
        (r#""update_every": {"sev5": "15m"}"#, "$.incidents.update_every.sev5", "a severity"),
        (r#""update_every": {"sev1": "soon"}"#, "$.incidents.update_every.sev1", "a duration"),
        (r#""acknowledge_for": "10s""#, "$.incidents.acknowledge_for", "a duration from 1m"),
        (r#""messages": {"hello": "a.txt"}"#, "$.incidents.messages.hello", "a kind of message"),
        (r#""messages": {"update": "../a.txt"}"#, "$.incidents.messages.update", "without .."),
        (r#""messages": {"update": "https://x.example/a"}"#, "$.incidents.messages.update", "without .."),
    ] {
        let fault = only(&with(&format!(r#", "incidents": {{{entry}}}"#)));
        assert_eq!(fault.path, path, "{fault}");
        assert!(fault.to_string().contains(part), "{fault}");
    }
}

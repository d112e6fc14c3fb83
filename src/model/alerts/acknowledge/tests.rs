use super::*;
use crate::domain::time::{HOUR, parse_rfc3339};

/// 2026-12-01T03:00:00Z
const NOW: Millis = 1_796_094_000_000;

fn alert(name: &str, labels: &str, state: State) -> Alert {
    let labels = labels.split_whitespace().filter_map(|l| l.split_once('=')).collect();
    Alert { name: name.into(), labels, state, source: "am".into(), ..Alert::default() }
}

fn firing(name: &str, labels: &str) -> Alert {
    alert(name, labels, State::Firing)
}

fn silence(id: &str, comment: &str, matchers: &str, left: Millis) -> Silence {
    let matcher = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        Matcher::new(name, Operator::Equal, value)
    };
    Silence {
        id: id.into(),
        matchers: matchers.split_whitespace().map(matcher).collect(),
        starts: Some(NOW - 10 * MINUTE),
        ends: Some(NOW + left),
        created_by: "creator".into(),
        comment: comment.into(),
        state: "active".into(),
    }
}

fn mia(minutes_ago: Millis) -> String {
    Acknowledged { by: "Mia".into(), since: Some(NOW - minutes_ago * MINUTE), incident: None }.comment()
}

fn shown(system: &str, silence: Silence) -> ShownSilence {
    ShownSilence { system: system.into(), silence, change: None }
}

fn one_ack(silence: Silence) -> Vec<Ack> {
    acks(&[shown("am", silence)])
}

#[test]
fn the_clock_of_the_tests_is_what_it_says() {
    assert_eq!(parse_rfc3339("2026-12-01T03:00:00Z"), Some(NOW));
}

#[test]
fn members_of_a_cluster_list_one_acknowledgement_once_and_a_plain_silence_is_none() {
    let ack = silence("1", &mia(3), "alertname=Down", HOUR);
    let all = acks(&[
        shown("am-1", ack.clone()),
        shown("am-2", ack),
        shown("am-2", silence("2", "deploy", "alertname=Down", HOUR)),
        shown("am-2", silence("3", "ACK! by hand", "alertname=Slow", HOUR)),
    ]);
    let read: Vec<_> = all.iter().map(|a| (a.system.as_str(), a.who.by.as_str(), a.who.since)).collect();
    let starts = Some(NOW - 10 * MINUTE);
    assert_eq!(read, [("am-1", "Mia", Some(NOW - 3 * MINUTE)), ("am-2", "creator", starts)]);
}

#[test]
fn what_is_acknowledged_is_listed_as_such_before_what_is_held_back_otherwise() {
    let mut alerts = [
        firing("Up", "a=1"),
        alert("Plain", "a=1", State::Silenced),
        alert("Down", "a=1 replica=x", State::Silenced),
        Alert { silence: Some("4".into()), ..alert("ByExpression", "a=1", State::Silenced) },
        alert("Over", "a=1", State::Resolved),
    ];
    let by_expression = Matcher::new("alertname", Operator::Regex, "By.*");
    let silences = vec![
        Silence { matchers: vec![by_expression], ..silence("4", &mia(5), "", HOUR) },
        silence("1", &mia(3), "alertname=Down a=1", HOUR),
        silence("2", "deploy", "alertname=Plain", HOUR),
        Silence { state: "pending".into(), ..silence("3", &mia(1), "alertname=Plain", HOUR) },
    ];
    mark_acknowledged(&mut alerts, &[Answered { system: "am".into(), silences, asked: Some(NOW) }]);
    let states: Vec<_> = alerts.iter().map(|a| (a.name.as_str(), a.state)).collect();
    assert_eq!(
        states,
        [
            ("Up", State::Firing),
            ("Down", State::Acknowledged),
            ("ByExpression", State::Acknowledged),
            ("Plain", State::Silenced),
            ("Over", State::Resolved)
        ]
    );
    assert_eq!(alerts[1].acknowledged.as_ref().map(|a| a.by.as_str()), Some("Mia"));
}

#[test]
fn an_alert_is_silenced_by_all_of_its_labels_but_those_of_replicas() {
    let labels = AlertLabels::default();
    let own = |labels: &str| firing("Down", labels);
    let names = |routed: Alert, listed: Alert| -> Vec<String> {
        match wish(&listed, &[("am".into(), vec![routed])], &[], &labels) {
            Wish::Silence { matchers, .. } => matchers.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    };
    let plain = own("service=api severity=page empty=");
    assert_eq!(names(plain.clone(), plain), ["alertname=\"Down\"", "service=\"api\"", "severity=\"page\""]);
    // Of a pair of senders either may be the one that is left.
    let sent = own("service=api prometheus_replica=p-0");
    assert_eq!(names(sent.clone(), sent), ["alertname=\"Down\"", "service=\"api\""]);
    // `replica` may be what the alert is about: only where its sender does not know the label it was added.
    let about = own("replica=db-1");
    assert_eq!(names(about.clone(), about.clone()), ["alertname=\"Down\"", "replica=\"db-1\""]);
    let added = own("service=api replica=a");
    let listed = Alert { also: own("service=api").label_sets().cloned().collect(), ..added.clone() };
    assert_eq!(names(added, listed), ["alertname=\"Down\"", "service=\"api\""]);
}

#[test]
fn of_several_systems_one_is_asked_and_the_next_only_where_it_still_fires() {
    let labels = AlertLabels::default();
    let listed = Alert { source: "am-1, am-2, prom".into(), ..firing("Down", "service=api") };
    let own = |state| vec![alert("Down", "service=api", state)];
    let routed = |first, second| vec![("am-1".to_string(), own(first)), ("am-2".to_string(), own(second))];
    let asked = |routed: &[Routed], acks: &[Ack]| match wish(&listed, routed, acks, &labels) {
        Wish::Silence { system, .. } => system,
        other => format!("{other:?}"),
    };
    let both = routed(State::Firing, State::Firing);
    assert_eq!(asked(&both, &[]), "am-1");
    assert_eq!(asked(&routed(State::Silenced, State::Firing), &[]), "am-2");
    assert_eq!(asked(&both[1..], &[]), "am-2");
    assert_eq!(asked(&[], &[]), "NoSystem");
    // Not asked of a system that does not report it.
    assert_eq!(asked(&[("other".into(), own(State::Firing))], &[]), "NoSystem");
    let created = acks(&[ShownSilence {
        change: None,
        ..shown("am-1", silence("", &mia(0), "alertname=Down service=api", HOUR))
    }]);
    assert_eq!(asked(&both[..1], &created), "OnItsWay");
}

#[test]
fn what_a_colleague_acknowledged_or_what_does_not_fire_is_not_acknowledged_again() {
    let labels = AlertLabels::default();
    let who = Acknowledged { by: "Mia".into(), since: Some(NOW - 20 * SECOND), incident: None };
    let known = Alert { acknowledged: Some(who.clone()), ..alert("Down", "a=1", State::Acknowledged) };
    let routed = [("am".to_string(), vec![firing("Down", "a=1")])];
    assert_eq!(wish(&known, &routed, &[], &labels), Wish::Known(who.clone()));
    for state in [State::Pending, State::Silenced, State::Inhibited, State::Muted, State::Resolved] {
        assert_eq!(wish(&alert("Down", "a=1", state), &routed, &[], &labels), Wish::NotFiring);
    }
    assert_eq!(
        ack_words(&who, AckPolicy::default(), NOW),
        ("acknowledged by Mia 20 s ago".to_string(), false)
    );
    let nameless = Acknowledged::default();
    assert_eq!(ack_words(&nameless, AckPolicy::default(), NOW).0, "acknowledged by somebody");
}

#[test]
fn the_silence_says_who_since_when_and_for_which_incident() {
    let text = ack_text(Vec::new(), " Mia ", Some("20261201-x"), 15 * MINUTE, NOW + 345);
    assert_eq!((text.starts, text.ends), (NOW, NOW + 15 * MINUTE));
    assert_eq!(text.created_by, "Mia");
    assert_eq!(text.comment, "ACK! by Mia, Fourlights, since 2026-12-01T03:00:00Z, incident 20261201-x");
}

/// What is due for one acknowledgement, in short.
fn due(ack: &[Ack], alerts: Vec<Alert>, heard: Millis, gone: &mut BTreeMap<String, Millis>) -> Vec<String> {
    let heard = [("am".to_string(), heard)].into_iter().collect();
    let routed = [("am".to_string(), alerts)];
    let all = upkeep((ack, &routed, &heard), "Mia", AckPolicy::default(), gone, NOW);
    all.into_iter()
        .map(|(system, action)| match action {
            Action::ExtendSilence(c) => {
                format!("{system} extend {} by {} min", c.id, (c.text.ends - NOW) / MINUTE)
            }
            Action::ExpireSilence(c) => format!("{system} end {}", c.id),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn an_acknowledgement_is_extended_while_its_alert_fires() {
    let fires = || vec![alert("Down", "a=1", State::Silenced)];
    let ack = |left| one_ack(silence("1", &mia(10), "alertname=Down a=1", left));
    let mut gone = BTreeMap::new();
    for (left, expected) in [
        (6 * MINUTE, vec![]),
        (5 * MINUTE - SECOND, vec!["am extend 1 by 15 min".to_string()]),
        (SECOND, vec!["am extend 1 by 15 min".to_string()]),
        // Over: the alert has come back, and so have its notifications.
        (0, vec![]),
        (-MINUTE, vec![]),
    ] {
        assert_eq!(due(&ack(left), fires(), NOW, &mut gone), expected, "{left}");
    }
    // What was heard long ago is nothing to act on.
    assert_eq!(due(&ack(MINUTE), fires(), NOW - 4 * MINUTE, &mut gone), [""; 0]);
    // Not those of others, not plain silences, and not what is being changed.
    let other = mia(1).replace("Mia", "Ben");
    assert_eq!(due(&one_ack(silence("1", &other, "a=1", MINUTE)), fires(), NOW, &mut gone), [""; 0]);
    assert_eq!(due(&one_ack(silence("1", "deploy", "a=1", MINUTE)), fires(), NOW, &mut gone), [""; 0]);
    let mut changing = ack(MINUTE);
    let entry = crate::poll::outbox::EntryId { pushed: 1, tab: "t".into(), n: 1 };
    changing[0].change = Some(Change { entry, word: "being extended" });
    assert_eq!(due(&changing, fires(), NOW, &mut gone), [""; 0]);
}

#[test]
fn an_acknowledgement_ends_when_nothing_fires_any_more_but_not_for_a_restart() {
    let ack = one_ack(silence("1", &mia(10), "alertname=Down a=1", 14 * MINUTE));
    let mut gone = BTreeMap::new();
    let others = || vec![firing("Down", "a=2")];
    assert_eq!(due(&ack, others(), NOW - 80 * SECOND, &mut gone), [""; 0]);
    assert_eq!(due(&ack, others(), NOW - 10 * SECOND, &mut gone), [""; 0]);
    // It was sent again: the time begins anew.
    let again = vec![alert("Down", "a=1", State::Silenced)];
    assert_eq!(due(&ack, again, NOW - 8 * SECOND, &mut gone), [""; 0]);
    assert!(gone.is_empty());
    assert_eq!(due(&ack, others(), NOW - 80 * SECOND, &mut gone), [""; 0]);
    assert_eq!(due(&ack, others(), NOW - 5 * SECOND, &mut gone), ["am end 1"]);
    // What is no acknowledgement any more is forgotten.
    assert_eq!(due(&[], others(), NOW, &mut gone), [""; 0]);
    assert!(gone.is_empty());
}

#[test]
fn the_counter_says_how_many_are_acknowledged_and_since_when() {
    let held = |minutes: Millis| Alert {
        acknowledged: Some(Acknowledged { since: Some(NOW - minutes * MINUTE), ..Acknowledged::default() }),
        ..alert("Down", "a=1", State::Acknowledged)
    };
    let words = |alerts: &[Alert]| active_words(alerts, AckPolicy::default(), NOW);
    let said = |text: &str, is_old| Some(ActiveWords { text: text.into(), is_old });
    assert_eq!(words(&[firing("Up", "a=1")]), None);
    assert_eq!(words(&[firing("Up", "a=1"), held(180)]), said("2 active (1 acknowledged 3 h ago)", true));
    assert_eq!(words(&[held(1)]), said("1 active (1 acknowledged 1 min ago)", false));
    assert_eq!(
        words(&[held(5), held(119), alert("P", "a=1", State::Silenced)]),
        said("2 active (2 acknowledged, the first 1 h ago)", false)
    );
    let timeless = Alert { acknowledged: None, ..held(1) };
    assert_eq!(words(&[timeless]), said("1 active (1 acknowledged)", false));
}

#[test]
fn each_acknowledgement_of_an_alert_can_be_taken_back() {
    let all = acks(&[
        shown("am", silence("1", &mia(3), "alertname=Down", HOUR)),
        shown("am", silence("2", &mia(3), "alertname=Slow", HOUR)),
    ]);
    let found = acks_of(&alert("Down", "a=1", State::Acknowledged), &all);
    assert_eq!(found.iter().map(|a| a.silence.id.as_str()).collect::<Vec<_>>(), ["1"]);
    let Some(Action::ExpireSilence(change)) = take_back(found[0]) else { panic!("no action") };
    assert_eq!(change.id, "1");
}

#[test]
fn of_many_each_that_failed_is_named() {
    let failed = |name: &str| AckResult::Failed { name: name.into(), why: "Not allowed.".into() };
    for (results, text, is_well) in [
        (vec![AckResult::Done], "1 of 1 acknowledged", true),
        (vec![AckResult::Done, AckResult::Open], "1 of 2 acknowledged, 1 on the way", false),
        (
            vec![failed("A, api"), AckResult::Done, failed("B, web")],
            "1 of 3 acknowledged. Not A, api: Not allowed. Not B, web: Not allowed",
            false,
        ),
    ] {
        assert_eq!(result_words(&results), ResultWords { text: text.into(), is_well });
    }
}

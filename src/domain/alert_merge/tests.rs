//! Each case: what the systems list, and what is to be listed of it.
//!
//! `am1 silenced ApiDown service=api 10-`: the source (`am` is an Alertmanager, `p` a Prometheus, `own` the
//! console), the state, the name, labels, and the minutes from and to.

use super::*;
use crate::domain::severity::Severity;
use crate::domain::time::MINUTE;

fn alert(line: &str) -> Alert {
    let mut words = line.split_whitespace();
    let source = words.next().expect("a source");
    let state = words.next().expect("a state");
    let mut alert = Alert {
        source: source.into(),
        state: *State::ALL.iter().find(|s| s.name() == state).expect("a known state"),
        name: words.next().expect("a name").replace('_', " "),
        origin: match source {
            s if s.starts_with("am") => Origin::Routed,
            s if s.starts_with('p') => Origin::Evaluated,
            _ => Origin::Own,
        },
        ..Alert::default()
    };
    let mut labels: Vec<(&str, &str)> = Vec::new();
    for word in words {
        match (word.split_once('='), word.split_once('-')) {
            (Some(pair), _) => labels.push(pair),
            (_, Some((from, to))) => {
                alert.started = from.parse::<i64>().ok().map(|m| m * MINUTE);
                alert.ended = to.parse::<i64>().ok().map(|m| m * MINUTE);
            }
            _ => panic!("{word}"),
        }
    }
    alert.labels = labels.into_iter().collect();
    if alert.origin == Origin::Own {
        alert.severity = Some(Severity::Sev2);
    }
    alert
}

fn shown(alert: &Alert) -> String {
    let minutes = |t: Option<i64>| t.map_or(String::new(), |t| (t / MINUTE).to_string());
    let labels: String = alert.labels.iter().map(|(n, v)| format!(" {n}={v}")).collect();
    let times = match (alert.started, alert.ended) {
        (None, None) => String::new(),
        (from, to) => format!(" {}-{}", minutes(from), minutes(to)),
    };
    let (sources, state, name) =
        (alert.source.replace(", ", "+"), alert.state.name(), alert.name.replace(' ', "_"));
    format!("{sources} {state} {name}{labels}{times}")
}

#[track_caller]
fn listed(given: &[&str], expected: &[&str]) {
    listed_by(&AlertLabels::default(), given, expected);
}

#[track_caller]
fn listed_by(labels: &AlertLabels, given: &[&str], expected: &[&str]) {
    // Whichever system answers first.
    let mut reversed: Vec<Alert> = given.iter().map(|l| alert(l)).collect();
    for alerts in [reversed.clone(), {
        reversed.reverse();
        reversed
    }] {
        let sorted = |line: String| {
            let (sources, rest) = line.split_once(' ').expect("a source");
            let mut sources: Vec<&str> = sources.split('+').collect();
            sources.sort_unstable();
            format!("{} {rest}", sources.join("+"))
        };
        let mut found: Vec<String> = combine(alerts, labels).iter().map(|a| sorted(shown(a))).collect();
        let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{given:?}");
    }
}

#[test]
fn external_labels_make_no_second_alert() {
    listed(
        &[
            "p firing ApiDown service=api severity=critical 0-",
            "p firing DbDown service=db severity=critical 0-",
            "am silenced ApiDown service=api severity=critical cluster=eu1 prometheus=k8s 5-",
            "am firing DbDown service=db severity=critical cluster=eu1 prometheus=k8s 5-",
        ],
        &[
            "am+p silenced ApiDown cluster=eu1 prometheus=k8s service=api severity=critical 0-",
            "am+p firing DbDown cluster=eu1 prometheus=k8s service=db severity=critical 0-",
        ],
    );
    // Other values, or another name, are another alert.
    listed(
        &[
            "p firing A service=api",
            "am silenced A service=web cluster=eu",
            "am silenced B service=api cluster=eu",
        ],
        &[
            "p firing A service=api",
            "am silenced A cluster=eu service=web",
            "am silenced B cluster=eu service=api",
        ],
    );
    // An alert without labels of its own.
    listed(&["p firing A", "am inhibited A cluster=eu"], &["am+p inhibited A cluster=eu"]);
}

#[test]
fn each_alert_of_alertmanager_is_the_largest_that_it_contains() {
    listed(
        &[
            "p firing A severity=critical",
            "p firing A severity=critical service=api",
            "am silenced A severity=critical service=api cluster=eu",
        ],
        &["p firing A severity=critical", "am+p silenced A cluster=eu service=api severity=critical"],
    );
}

#[test]
fn of_two_clusters_the_one_that_fires_is_listed() {
    for (a, b) in [("silenced", "firing"), ("muted", "firing"), ("firing", "firing")] {
        listed(
            &[
                "p firing A service=api",
                &format!("am {a} A service=api cluster=a"),
                &format!("am {b} A service=api cluster=b"),
            ],
            &[
                &format!("am{} {a} A cluster=a service=api", if a == "firing" { "+p" } else { "" }),
                &format!("am+p {b} A cluster=b service=api"),
            ],
        );
    }
    listed(
        &["p firing A s=x", "am silenced A s=x cluster=a", "am inhibited A s=x cluster=b"],
        &["am+p silenced A cluster=a s=x", "am+p inhibited A cluster=b s=x"],
    );
}

#[test]
fn a_silenced_copy_hides_no_firing_of_another_cluster() {
    for (given, expected) in [
        // Two servers and one copy: which of them is silenced is not known, so one fires.
        (
            vec!["p1 firing A s=x", "p2 firing A s=x", "am silenced A s=x cluster=a"],
            vec!["p1+p2 firing A s=x", "am silenced A cluster=a s=x"],
        ),
        (
            vec!["p1 firing A s=x", "p2 firing A s=x", "am muted A s=x"],
            vec!["p1+p2 firing A s=x", "am muted A s=x"],
        ),
        // The same copy in two Alertmanagers is one.
        (
            vec![
                "p1 firing A s=x",
                "p2 firing A s=x",
                "am1 silenced A s=x cluster=a",
                "am2 silenced A s=x cluster=a",
            ],
            vec!["p1+p2 firing A s=x", "am1+am2 silenced A cluster=a s=x"],
        ),
        (
            vec![
                "p1 firing A s=x",
                "p2 firing A s=x",
                "p3 firing A s=x",
                "am silenced A s=x c=a",
                "am silenced A s=x c=b",
            ],
            vec!["p1+p2+p3 firing A s=x", "am silenced A c=a s=x", "am silenced A c=b s=x"],
        ),
        // A copy for each server: of two clusters, or of a pair.
        (
            vec!["p1 firing A s=x", "p2 firing A s=x", "am silenced A s=x c=a", "am silenced A s=x c=b"],
            vec!["am+p1+p2 silenced A c=a s=x", "am+p1+p2 silenced A c=b s=x"],
        ),
        (
            vec![
                "p1 firing A s=x",
                "p2 firing A s=x",
                "am silenced A s=x c=a replica=0",
                "am silenced A s=x c=a replica=1",
            ],
            vec!["am+p1+p2 silenced A c=a s=x"],
        ),
        // Labels were dropped on the way: pods of one server, or of two.
        (
            vec!["p1 firing A s=x pod=1", "p1 firing A s=x pod=2", "am silenced A s=x"],
            vec!["am+p1 silenced A s=x"],
        ),
        (
            vec!["p1 firing A s=x pod=1", "p2 firing A s=x pod=2", "am silenced A s=x"],
            vec!["p1 firing A pod=1 s=x", "p2 firing A pod=2 s=x", "am silenced A s=x"],
        ),
        // What is only pending was not sent.
        (
            vec!["p1 firing A s=x", "p2 pending A s=x", "am silenced A s=x c=a"],
            vec!["am+p1+p2 silenced A c=a s=x"],
        ),
        // Firing there: nothing is hidden.
        (
            vec!["p1 firing A s=x", "p2 firing A s=x", "am firing A s=x c=a"],
            vec!["am+p1+p2 firing A c=a s=x"],
        ),
    ] {
        listed(&given, &expected);
    }
}

#[test]
fn configured_external_labels_tell_clusters_apart_and_pairs_together() {
    let external = |sources: &[(&str, &str)]| {
        let labels = |text: &str| text.split(' ').filter_map(|pair| pair.split_once('=')).collect::<Labels>();
        let external = sources.iter().map(|(source, text)| (source.to_string(), labels(text))).collect();
        AlertLabels { external, ..AlertLabels::default() }
    };
    let pair = external(&[("p1", "c=a prometheus_replica=0"), ("p2", "c=a prometheus_replica=1")]);
    let clusters = external(&[("p1", "c=a"), ("p2", "c=b")]);
    let one = external(&[("p1", "c=a")]);
    for (labels, given, expected) in [
        (
            &pair,
            vec!["p1 firing A s=x", "p2 firing A s=x", "am silenced A s=x c=a"],
            vec!["am+p1+p2 silenced A c=a s=x"],
        ),
        // Of a third, of which nothing is known, too.
        (
            &pair,
            vec!["p1 firing A s=x", "p2 firing A s=x", "p3 firing A s=x c=a", "am silenced A s=x c=a"],
            vec!["p1+p2+p3 firing A c=a s=x", "am silenced A c=a s=x"],
        ),
        (
            &clusters,
            vec!["p1 firing A s=x", "p2 firing A s=x", "am silenced A s=x c=a"],
            vec!["am+p1 silenced A c=a s=x", "p2 firing A c=b s=x"],
        ),
        (
            &clusters,
            vec!["p1 firing A s=x", "p2 firing A s=x", "am firing A s=x c=a", "am silenced A s=x c=b"],
            vec!["am+p1 firing A c=a s=x", "am+p2 silenced A c=b s=x"],
        ),
        // A silenced copy of a cluster that is no source hides nothing.
        (
            &one,
            vec!["p1 firing A s=x", "am silenced A s=x c=z"],
            vec!["p1 firing A c=a s=x", "am silenced A c=z s=x"],
        ),
        // A label of the alert itself stays.
        (
            &one,
            vec!["p1 firing A s=x c=own", "am silenced A s=x c=own d=1"],
            vec!["am+p1 silenced A c=own d=1 s=x"],
        ),
        (
            &clusters,
            vec!["p1 resolved A s=x 10-20", "p2 firing A s=x 9-"],
            vec!["p1 resolved A c=a s=x 10-20", "p2 firing A c=b s=x 9-"],
        ),
    ] {
        listed_by(labels, &given, &expected);
    }
}

#[test]
fn labels_dropped_or_severities_changed_on_the_way_make_no_second_alert() {
    listed(
        &["p firing A service=api pod=1", "p firing A service=api pod=2", "am silenced A service=api"],
        &["am+p silenced A service=api"],
    );
    listed(
        &["p firing A service=api severity=warning", "am silenced A service=api severity=P1 cluster=eu"],
        &["am+p silenced A cluster=eu service=api severity=P1"],
    );
    // Two of one name that differ in severity are two, and the one that did not arrive fires.
    listed(
        &[
            "p firing A service=api severity=warning",
            "p firing A service=api severity=critical",
            "am silenced A service=api severity=critical cluster=eu",
        ],
        &[
            "p firing A service=api severity=warning",
            "am+p silenced A cluster=eu service=api severity=critical",
        ],
    );
    // Of what nothing but the severity is left it is not known what it was.
    listed(
        &["p firing A service=api severity=critical", "am silenced A severity=critical"],
        &["p firing A service=api severity=critical", "am silenced A severity=critical"],
    );
}

#[test]
fn firing_wins_except_over_what_alertmanager_explains() {
    listed(&["p1 firing A s=x", "p2 pending A s=x"], &["p1+p2 firing A s=x"]);
    listed(&["am1 silenced A s=x", "am2 firing A s=x"], &["am1+am2 firing A s=x"]);
    listed(&["am1 muted A s=x", "am2 inhibited A s=x", "p firing A s=x"], &["am1+am2+p inhibited A s=x"]);
    listed(&["p pending A s=x", "am firing A s=x c=1"], &["am+p firing A c=1 s=x"]);
    // What is over hides nothing.
    listed(
        &["am resolved A s=x c=1 0-9", "p firing A s=x 0-"],
        &["am resolved A c=1 s=x 0-9", "p firing A s=x 0-"],
    );
}

#[test]
fn the_members_of_a_pair_are_one() {
    listed(
        &["am firing A s=x prometheus_replica=p-0 5-", "am firing A s=x prometheus_replica=p-1 7-"],
        &["am firing A s=x 5-"],
    );
    listed(
        &[
            "p1 firing A s=x 5-",
            "p2 firing A s=x 6-",
            "am firing A s=x replica=a 8-",
            "am firing A s=x replica=b 9-",
        ],
        &["am+p1+p2 firing A s=x 5-"],
    );
    // `replica` of a database is not one of Prometheus, and without a Prometheus nobody knows.
    listed(
        &["p firing Lag replica=db-1", "p firing Lag replica=db-2", "am firing Lag replica=db-1 c=1"],
        &["am+p firing Lag c=1 replica=db-1", "p firing Lag replica=db-2"],
    );
    listed(
        &["am firing Lag replica=db-1", "am firing Lag replica=db-2"],
        &["am firing Lag replica=db-1", "am firing Lag replica=db-2"],
    );
    let own =
        AlertLabels { replicas: vec!["member".into()], replicas_if_added: vec![], ..AlertLabels::default() };
    listed_by(&own, &["am firing A s=x member=1", "am silenced A s=x member=2"], &["am firing A s=x"]);
    // What is over: seconds apart, and one that noticed a gap.
    listed(
        &["p1 resolved A s=x 10-20", "p2 resolved A s=x 11-21", "p1 resolved A s=x 40-50"],
        &["p1+p2 resolved A s=x 10-21", "p1 resolved A s=x 40-50"],
    );
    listed(
        &["p1 resolved A s=x 10-20", "p2 resolved A s=x 5-12", "p2 resolved A s=x 14-30"],
        &["p1+p2 resolved A s=x 5-30"],
    );
    listed(&["p1 resolved A s=x 10-20", "p2 firing A s=x 9-"], &["p2 firing A s=x 9-"]);
    listed(
        &["p1 resolved A s=x 10-20", "p1 firing A s=x 19-"],
        &["p1 resolved A s=x 10-20", "p1 firing A s=x 19-"],
    );
    listed(&["p resolved A s=x 10-20", "am resolved A s=x c=1 11-21"], &["am+p resolved A s=x 10-21"]);
    listed(
        &["p resolved A s=x 10-20", "am resolved A s=x c=1 31-41"],
        &["p resolved A s=x 10-20", "am resolved A c=1 s=x 31-41"],
    );
}

#[test]
fn a_rule_of_our_own_yields_only_to_what_fires_for_the_same_labels() {
    let fires = "own firing High_error_rate service=api 10-";
    for (others, expected) in [
        // Of another job, of nothing in particular, of another service, of another name.
        (vec!["p firing HighErrorRate job=batch severity=warning"], None),
        (vec!["p firing HighErrorRate severity=warning"], None),
        (vec!["p firing HighErrorRate"], None),
        (vec!["p firing HighErrorRate service=web"], None),
        (vec!["p firing HighLatency service=api"], None),
        (vec!["p resolved HighErrorRate service=api 0-9"], None),
        (vec!["p resolved HighErrorRate service=api 10-11"], None),
        // The same, with more labels or with fewer.
        (
            vec!["p firing HighErrorRate service=api severity=page 9-"],
            Some("own+p firing HighErrorRate service=api severity=page 9-"),
        ),
        (
            vec!["p firing high_error_rate service=api code=500"],
            Some("own+p firing high_error_rate code=500 service=api"),
        ),
        (
            vec!["am silenced HighErrorRate service=api cluster=eu"],
            Some("am+own silenced HighErrorRate cluster=eu service=api"),
        ),
        // Pending there, firing here.
        (vec!["p pending HighErrorRate service=api 3-"], Some("own+p firing HighErrorRate service=api 10-")),
    ] {
        let given: Vec<&str> = others.iter().copied().chain([fires]).collect();
        match expected {
            Some(one) => listed(&given, &[one]),
            None => listed(&given, &given),
        }
    }
    listed(&["own pending Slow s=x 5-", "p pending Slow s=x 4-"], &["own+p pending Slow s=x 4-"]);
    listed(&["own pending Slow s=x 5-", "p firing Slow s=x 4-"], &["own+p firing Slow s=x 4-"]);
    listed(
        &["own firing Traffic_drop 5-", "p firing TrafficDrop severity=sev2 4-"],
        &["own+p firing TrafficDrop severity=sev2 4-"],
    );
    // Of the whole fleet, and of one service.
    listed(
        &["own firing Traffic_drop 5-", "p firing TrafficDrop service=api 4-"],
        &["own firing Traffic_drop 5-", "p firing TrafficDrop service=api 4-"],
    );
}

#[test]
fn what_our_own_rule_remembers_is_listed_unless_another_remembers_the_same_time() {
    for (other, known) in [
        ("p resolved Slow service=api 10-20", true),
        ("p resolved Slow service=api 19-30", true),
        ("p resolved Slow service=api 30-40", false),
        ("p resolved Slow service=web 10-20", false),
        ("p firing Slow service=api 12-", true),
        ("p firing Slow service=api 25-", false),
        ("am resolved Slow service=api c=1 15-16", true),
    ] {
        let own = "own resolved Slow service=api 10-20";
        let expected: &[&str] = if known { &[other] } else { &[own, other] };
        let expected: Vec<String> = expected.iter().map(|l| shown(&alert(l))).collect();
        listed(&[own, other], &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn a_service_is_known_by_its_id_too() {
    let own = Alert {
        also: vec![[("service", "api")].into_iter().collect()],
        ..alert("own firing Slow server=api-1")
    };
    let all =
        combine(vec![own.clone(), alert("p firing Slow service=api team=core")], &AlertLabels::default());
    assert_eq!(all.iter().map(shown).collect::<Vec<_>>(), ["p+own firing Slow service=api team=core"]);
    assert_eq!(combine(vec![own, alert("p firing Slow service=web")], &AlertLabels::default()).len(), 2);
}

#[test]
fn severities_are_read_and_the_worst_comes_first() {
    let given = [
        "am firing A severity=info",
        "am firing B severity=purple",
        "am firing C severity=critical",
        "am firing D",
        "am silenced E severity=page",
    ];
    let all = combine(given.iter().map(|l| alert(l)).collect(), &AlertLabels::default());
    assert_eq!(all.iter().map(|a| a.name.as_str()).collect::<String>(), "CBDAE");
    assert_eq!(all.iter().find_map(|a| a.severity_word.as_deref()), Some("purple"));
    assert_eq!(all.iter().filter(|a| a.is_pressing()).count(), 3);
}

/// How often something is looked for in `n` alerts of Prometheus, as many of Alertmanager and a few of our own.
fn looks(n: usize, of_one_name: bool, relabelled: bool) -> usize {
    let name = |i: usize| if of_one_name { "Pod_down".to_string() } else { format!("A{i}") };
    let mut alerts = Vec::new();
    for i in 0..n {
        let dropped = if relabelled { "" } else { " container=c" };
        alerts.push(alert(&format!("p firing {} pod=p-{i}{dropped} severity=warning 0-", name(i))));
        alerts.push(alert(&format!(
            "am silenced {} pod=p-{i} container=c severity=critical cluster=eu 1-",
            name(i)
        )));
        alerts.push(alert(&format!("p resolved {} pod=p-{i} 0-1", name(i))));
        alerts.push(alert(&format!("own firing {} pod=p-{i}", name(i))));
    }
    let work = Work::default();
    let found = combine_counting(alerts, &AlertLabels::default(), &work);
    assert_eq!(found.iter().filter(|a| a.state == State::Silenced).count(), n);
    assert!(found.iter().all(|a| a.state != State::Firing), "all are explained");
    work.looks()
}

#[test]
fn twice_as_many_alerts_are_twice_the_work() {
    for (of_one_name, relabelled) in [(true, false), (true, true), (false, false)] {
        let (some, many) = (looks(2_000, of_one_name, relabelled), looks(4_000, of_one_name, relabelled));
        assert!(many <= some * 5 / 2, "{of_one_name} {relabelled}: {some} then {many}");
        assert!(some < 2_000 * 40, "{some}");
    }
}

//! Incident files as `fourlights publish` and `fourlights check` read them: what comes out in every file of the page.

use super::publish::{Place, every_file};
use fourlights::domain::time::{HOUR, Millis};
use fourlights::domain::zone::rfc3339;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn now() -> Millis {
    Millis::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// So many hours from now.
fn at(hours: i64) -> String {
    rfc3339(now() + hours * HOUR)
}

const CONFIGURATION: &str = r#"{"title": "T", "alerts": [], "sources": {},
    "public": {"url": "https://status.example.com", "name": "Acme", "incidents": "incidents", "languages": ["en", "de"],
        "components": [{"id": "api", "name": "API"}, {"id": "db", "name": "DB"}, {"id": "mail", "name": "Mail", "upstream": true}]}}"#;

fn site(name: &str, files: &[(&str, String)]) -> Place {
    let place = Place::new(name);
    place.write("fourlights.json", CONFIGURATION);
    for (name, text) in files {
        place.write(&format!("incidents/{name}"), text);
    }
    place
}

/// An incident of `api` with messages, each `(hours from now, state)`.
fn incident(state: &str, messages: &[(i64, &str)]) -> String {
    let head =
        format!("---\ntitle: Slow\nstarted: {}\ncomponents: {{ api: {state} }}\n---\n", at(messages[0].0));
    head + &messages.iter().map(|(h, s)| format!("## {s} {}\nText of {s}.\n\n", at(*h))).collect::<String>()
}

fn maintenance(hours: (i64, i64), messages: &[(i64, &str)]) -> String {
    let (start, end) = (at(hours.0), at(hours.1));
    let head = format!(
        "---\ntitle: Upgrade\nstarts: {start}\nends: {end}\ncomponents: {{ db: under_maintenance }}\n---\n"
    );
    head + &messages.iter().map(|(h, s)| format!("## {s} {}\nText of {s}.\n\n", at(*h))).collect::<String>()
}

fn words(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

#[track_caller]
fn publish(place: &Place, code: i32) -> String {
    let out = place.publish();
    assert_eq!(out.status.code(), Some(code), "{}", words(&out));
    words(&out)
}

fn json(place: &Place, name: &str) -> Value {
    serde_json::from_str(&place.read(name)).unwrap()
}

fn list(place: &Place, name: &str, key: &str) -> Vec<Value> {
    json(place, &format!("api/v2/{name}.json"))[key].as_array().unwrap().clone()
}

fn component(place: &Place, id: &str) -> String {
    let all = list(place, "components", "components");
    all.iter().find(|c| c["id"] == id).unwrap()["status"].as_str().unwrap().to_string()
}

fn indicator(place: &Place) -> String {
    json(place, "api/v2/status.json")["status"]["indicator"].as_str().unwrap().to_string()
}

/// All downtime of a component that is published, hours.
fn down(place: &Place, id: &str) -> f64 {
    let csv = place.read("uptime.csv");
    let rows = csv.lines().filter(|l| l.starts_with(&format!("{id},")));
    rows.map(|l| l.split(',').nth(3).unwrap().parse::<f64>().unwrap()).sum::<f64>() / 3600.0
}

#[test]
fn an_incident_is_in_the_state_of_its_newest_message_in_every_file() {
    let place = site("newest", &[]);
    type Row<'r> = (&'r [(i64, &'r str)], &'r str, f64);
    let cases: [Row<'_>; 6] = [
        (&[(-4, "investigating"), (-3, "resolved"), (-1, "investigating")], "investigating", 2.0),
        (
            &[(-4, "investigating"), (-3, "resolved"), (-2, "postmortem"), (-1, "identified")],
            "identified",
            2.0,
        ),
        (&[(-4, "investigating"), (-3, "resolved"), (-2, "monitoring"), (-1, "resolved")], "resolved", 2.0),
        (&[(-4, "investigating"), (-3, "resolved"), (-1, "resolved")], "resolved", 1.0),
        (&[(-4, "investigating"), (-2, "Resolved"), (-1, "postmortem")], "postmortem", 2.0),
        (&[(-4, "investigating"), (-1, "monitoring")], "monitoring", 4.0),
    ];
    for (messages, state, hours) in cases {
        place.write("incidents/slow.md", &incident("major_outage", messages));
        publish(&place, 0);
        let open = !["resolved", "postmortem"].contains(&state);
        let first = list(&place, "incidents", "incidents").remove(0);
        assert_eq!(first["status"], state, "{messages:?}");
        assert_eq!(first["resolved_at"].is_null(), open, "{messages:?}");
        assert_eq!(
            list(&place, "incidents/unresolved", "incidents").len(),
            usize::from(open),
            "{messages:?}"
        );
        assert_eq!(list(&place, "summary", "incidents").len(), usize::from(open), "{messages:?}");
        assert_eq!(indicator(&place), if open { "critical" } else { "none" }, "{messages:?}");
        assert_eq!(
            component(&place, "api"),
            if open { "major_outage" } else { "operational" },
            "{messages:?}"
        );
        assert!((down(&place, "api") - hours).abs() < 0.01, "{messages:?}: {}", down(&place, "api"));
        let mut word = state.to_string();
        word.get_mut(..1).unwrap().make_ascii_uppercase();
        for feed in ["feed.atom", "feed.rss", "feed.json"] {
            assert!(place.read(feed).contains(&format!("{word}: Slow")), "{feed} {messages:?}");
        }
        assert_eq!(place.read("index.html").contains("id=\"n-slow\""), open, "{messages:?}");
        assert!(place.read("llms.txt").contains(&format!("incidents/slow/): {word}")), "{messages:?}");
        // A second run says the same.
        publish(&place, 0);
        assert!((down(&place, "api") - hours).abs() < 0.01, "{messages:?} again");
    }
}

#[test]
fn what_has_not_begun_is_not_there_yet_and_is_told() {
    let place = site("future", &[("future.md", incident("major_outage", &[(48, "investigating")]))]);
    let said = publish(&place, 4);
    assert!(said.contains("future.md:3:10: started:") && said.contains("starts and ends"), "{said}");
    assert_eq!((indicator(&place), component(&place, "api")), ("none".into(), "operational".into()));
    assert!(list(&place, "incidents", "incidents").is_empty());
    assert!(!place.read("feed.atom").contains("<entry>"));
    // The end is yet to come, the beginning is not.
    place.write("incidents/future.md", &incident("major_outage", &[(-1, "investigating"), (2, "resolved")]));
    let said = publish(&place, 4);
    assert!(said.contains("future.md:9:1: the message resolved"), "{said}");
    assert_eq!(list(&place, "incidents/unresolved", "incidents")[0]["resolved_at"], Value::Null);
    assert!(!place.read("index.html").contains("Text of resolved"));
}

#[test]
fn lines_that_look_like_a_heading_are_told_with_their_place_and_check_says_the_same() {
    let good = incident("partial_outage", &[(-4, "investigating")]);
    let files = [
        ("near.md", format!("{good}##resolved {}\n", at(-1))),
        ("fence.md", format!("{good}~~~~\nlog\n~~~\n\n## resolved {}\n", at(-1))),
        ("quoted.md", good.replace("Slow", "Slow #12").replace("#12", " #12")),
        ("wrong.md", good.replace("## investigating", "## investigatin")),
        ("fine.md", good.clone()),
    ];
    let place = site("near", &files);
    let said = publish(&place, 4);
    let folder = place.0.join("incidents");
    for place in ["near.md:9:1: ", "fence.md:9:1: ", "fence.md:13:1: ", "quoted.md:2:14: ", "wrong.md:6:1: "]
    {
        assert!(said.contains(&format!("{}/{place}", folder.display())), "{place}: {said}");
    }
    assert!(!said.contains("fine.md"), "{said}");

    let check = || {
        Command::new(env!("CARGO_BIN_EXE_fourlights"))
            .arg("check")
            .arg(place.0.join("fourlights.json"))
            .output()
            .unwrap()
    };
    let found = check();
    let said = words(&found);
    assert_eq!(found.status.code(), Some(1), "{said}");
    for line in ["near.md:9:1: warning: ", "wrong.md:6:1: error: the heading \"investigatin"] {
        assert!(said.contains(&format!("{}/{line}", folder.display())), "{line}: {said}");
    }
    fs::remove_file(folder.join("wrong.md")).unwrap();
    assert_eq!(check().status.code(), Some(4), "warnings alone");
    for odd in ["near.md", "fence.md", "quoted.md"] {
        fs::remove_file(folder.join(odd)).unwrap();
    }
    let found = check();
    assert_eq!(found.status.code(), Some(0));
    assert!(words(&found).contains("1 read, 0 faults, 0 warnings"), "{}", words(&found));
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(check().status.code(), Some(1), "no folder is a fault, as it is when publishing");
}

#[test]
fn what_no_format_can_hold_is_in_no_file() {
    let bad = "\u{1}\u{b}\u{1b}\u{7f}\u{85}\u{fffe}\u{ffff}";
    let title = "\"Sl\\u0001ow \\uFFFE [x](https://evil.example) *y* <z>\"";
    let text =
        incident("major_outage", &[(-2, "investigating")]).replace("title: Slow", &format!("title: {title}"));
    let text = text.replace("Text", &format!("Te{bad}xt"));
    let upgrade = maintenance((24, 25), &[(-1, "scheduled")]).replace("Text", &format!("Te{bad}xt"));
    let place = site("characters", &[("slow.md", text), ("upgrade.md", upgrade)]);
    let named = CONFIGURATION
        .replace(
            "\"name\": \"API\"",
            "\"name\": \"A\\u0000P\\uffffI [q](x)\", \"description\": \"d\\u000be\", \"group\": \"g\\u001f\"",
        )
        .replace("\"Acme\"", "\"Ac\\u0002me\", \"about\": \"ab\\ufffeout\"");
    place.write("fourlights.json", &named);
    publish(&place, 0);
    let files = every_file(&place.out());
    for (name, bytes) in files.iter().filter(|(name, _)| !name.ends_with(".png")) {
        let text = String::from_utf8_lossy(bytes);
        let odd = text
            .chars()
            .find(|c| c.is_control() && !"\n\r\t".contains(*c) || u32::from(*c) & 0xFFFE == 0xFFFE);
        assert_eq!(odd, None, "{name}");
        if name.ends_with(".json") {
            for escape in ["\\u00", "\\ufff", "\\b", "\\f"] {
                assert!(!text.contains(escape), "{escape} in {name}");
            }
        }
        if name.ends_with(".atom") || name.ends_with(".rss") {
            let feed = feed_rs::parser::parse(bytes.as_slice()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(feed.title.unwrap().content.contains("Acme"), "{name}");
        }
    }
    let llms = place.read("llms.txt");
    assert!(
        llms.contains("[API \\[q\\](x)]")
            && llms.contains("[Slow \\[x\\](https://evil.example) \\*y\\* \\<z\\>]"),
        "{llms}"
    );
    assert!(place.read("index.html").contains("Text of investigating"));
}

/// The properties of the only event.
fn event(place: &Place) -> BTreeMap<String, String> {
    let text = place.read("maintenance.ics").replace("\r\n ", "").replace("\r\n\t", "");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "{text}");
    let lines = text.lines().skip_while(|l| *l != "BEGIN:VEVENT").filter_map(|l| l.split_once(':'));
    lines.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

#[test]
fn a_maintenance_that_is_moved_lengthened_and_cancelled_is_one_event() {
    let place = site("moved", &[]);
    let mut seen = Vec::new();
    let plans = [
        maintenance((24, 26), &[(-3, "scheduled")]),
        maintenance((48, 50), &[(-3, "scheduled")]),
        maintenance((48, 56), &[(-3, "scheduled")]),
        maintenance((48, 56), &[(-3, "scheduled"), (0, "cancelled")]),
    ];
    for plan in plans {
        place.write("incidents/upgrade.md", &plan);
        publish(&place, 0);
        let atom = place.read("feed.atom");
        let updated = atom.split("<entry>").nth(1).unwrap().split("<updated>").nth(1).unwrap();
        seen.push((event(&place), updated.split('<').next().unwrap().to_string()));
        // Times are told to the second.
        std::thread::sleep(Duration::from_millis(1_100));
    }
    let column = |key: &str| seen.iter().map(|(e, _)| e[key].clone()).collect::<Vec<_>>();
    assert_eq!(column("UID"), ["upgrade@status.example.com"; 4]);
    assert_eq!(column("SEQUENCE"), ["0", "1", "2", "3"]);
    assert_eq!(column("STATUS"), ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]);
    for rising in [column("DTSTAMP"), column("LAST-MODIFIED"), seen.iter().map(|(_, u)| u.clone()).collect()]
    {
        assert!(rising.windows(2).all(|w| w[0] < w[1]), "{rising:?}");
    }
    assert!(
        seen.iter()
            .all(|(e, _)| e["DTSTART"] < e["DTEND"] && *e["DTSTAMP"] <= *at(0).replace(['-', ':'], ""))
    );
    let api = list(&place, "scheduled-maintenances", "scheduled_maintenances").remove(0);
    assert_eq!(api["status"], "completed", "the format has no other word");
    assert!(list(&place, "scheduled-maintenances/upcoming", "scheduled_maintenances").is_empty());
    assert!(place.read("index.html").contains("<b>Cancelled</b>"), "as long as somebody may wait for it");
    assert!(place.read("feed.json").contains("Cancelled: Upgrade"));
    // Unchanged, the next run writes the same.
    let before = [
        place.read("maintenance.ics"),
        place.read("feed.atom"),
        place.read("feed.rss"),
        place.read("revisions.json"),
    ];
    publish(&place, 0);
    let after = [
        place.read("maintenance.ics"),
        place.read("feed.atom"),
        place.read("feed.rss"),
        place.read("revisions.json"),
    ];
    assert_eq!(before, after);
}

#[test]
fn a_maintenance_without_a_message_is_dated_when_it_was_first_seen() {
    let announced = maintenance((72, 74), &[(72, "scheduled")]);
    let place = site("silent", &[("silent.md", maintenance((48, 50), &[])), ("early.md", announced)]);
    publish(&place, 0);
    let stamps = || {
        let all = list(&place, "scheduled-maintenances", "scheduled_maintenances");
        let api: Vec<String> = all
            .iter()
            .flat_map(|m| [&m["created_at"], &m["updated_at"], &m["incident_updates"][0]["created_at"]])
            .map(|t| t.as_str().unwrap().to_string())
            .collect();
        (api, place.read("feed.atom"), place.read("feed.rss"), place.read("maintenance.ics"))
    };
    let first = stamps();
    assert!(first.0.iter().all(|t| *t <= at(0)), "{:?}", first.0);
    let parsed = feed_rs::parser::parse(first.1.as_bytes()).unwrap();
    assert!(
        parsed
            .entries
            .iter()
            .all(|e| e.published <= e.updated && e.updated.unwrap().timestamp_millis() <= now())
    );
    assert_eq!(parsed.entries.len(), 2);
    assert!(place.read("maintenance/early/index.html").contains("Text of scheduled"));
    std::thread::sleep(Duration::from_millis(1_100));
    publish(&place, 0);
    assert_eq!(stamps(), first);
}

#[test]
fn what_overran_is_what_was_declared_and_what_was_cancelled_is_not_left_out() {
    let maintained = |place: &Place| {
        let csv = place.read("uptime.csv");
        let rows = csv.lines().filter(|l| l.starts_with("db,"));
        rows.map(|l| l.split(',').nth(4).unwrap().parse::<f64>().unwrap()).sum::<f64>() / 3600.0
    };
    type Row<'r> = (&'r [(i64, &'r str)], &'r str, f64);
    // Planned from four hours ago to two hours ago.
    let cases: [Row<'_>; 6] = [
        (&[(-9, "scheduled")], "completed", 2.0),
        (&[(-4, "in_progress"), (-1, "in_progress")], "in_progress", 4.0),
        (&[(-4, "in_progress"), (-2, "verifying"), (-1, "completed")], "completed", 3.0),
        (&[(-9, "scheduled"), (-3, "completed")], "completed", 1.0),
        (&[(-9, "scheduled"), (-8, "completed")], "completed", 0.0),
        (&[(-9, "scheduled"), (-8, "cancelled")], "completed", 0.0),
    ];
    // An old incident, so that the days of the component are counted.
    let place = site(
        "overran",
        &[(
            "old.md",
            incident("major_outage", &[(-60, "investigating"), (-59, "resolved")]).replace("api:", "db:"),
        )],
    );
    for (messages, state, hours) in cases {
        place.write("incidents/upgrade.md", &maintenance((-4, -2), messages));
        publish(&place, 0);
        let api = list(&place, "scheduled-maintenances", "scheduled_maintenances").remove(0);
        let going_on = state == "in_progress";
        assert_eq!(
            (api["status"].as_str(), api["resolved_at"].is_null()),
            (Some(state), going_on),
            "{messages:?}"
        );
        assert_eq!(
            component(&place, "db"),
            if going_on { "under_maintenance" } else { "operational" },
            "{messages:?}"
        );
        assert_eq!(indicator(&place), if going_on { "maintenance" } else { "none" }, "{messages:?}");
        assert!((maintained(&place) - hours).abs() < 0.01, "{messages:?}: {}", maintained(&place));
        let found = event(&place);
        assert!(found["DTSTART"] < found["DTEND"], "{messages:?}: {found:?}");
    }
}

#[test]
fn each_window_of_a_repeated_maintenance_has_its_own_id_and_the_nearest_is_first() {
    let text = maintenance((-24 * 8 + 1, -24 * 8 + 2), &[]).replace("ends", "repeats: daily\nends");
    let place = site("repeated", &[("daily.md", text)]);
    publish(&place, 0);
    let ids = || {
        let all = list(&place, "summary", "scheduled_maintenances");
        all.iter().map(|m| (m["scheduled_for"].to_string(), m["id"].to_string())).collect::<Vec<_>>()
    };
    let first = ids();
    assert_eq!(first.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), first.len());
    assert!(first.len() > 7 && first.windows(2).all(|w| w[0].0 < w[1].0), "{first:?}");
    publish(&place, 0);
    assert_eq!(ids(), first);
    let all = list(&place, "scheduled-maintenances", "scheduled_maintenances");
    let updates: BTreeSet<String> = all
        .iter()
        .flat_map(|m| m["incident_updates"].as_array().unwrap())
        .map(|u| u["id"].to_string())
        .collect();
    assert_eq!(updates.len(), all.len());
    let calendar = place.read("maintenance.ics");
    let uids: BTreeSet<&str> = calendar.lines().filter(|l| l.starts_with("UID:")).collect();
    assert_eq!(uids.len(), calendar.matches("BEGIN:VEVENT").count());
    // One is cancelled; the others take place.
    let text = fs::read_to_string(place.0.join("incidents/daily.md")).unwrap();
    place.write("incidents/daily.md", &format!("{text}## cancelled {}\nNot today.\n", at(0)));
    publish(&place, 0);
    assert_eq!(place.read("maintenance.ics").matches("STATUS:CANCELLED").count(), 1);
    assert_eq!(ids()[..7], first[1..8], "the next one is no longer to come");
    assert!(place.read("index.html").contains("Not today."));
}

#[test]
fn no_file_is_passed_over_silently() {
    let done = |title: &str| {
        incident("major_outage", &[(-30, "investigating"), (-29, "resolved")]).replace("Slow", title)
    };
    let place =
        site("files", &[("a.MD", done("A")), ("b.markdown", done("B")), ("README.md", "About.".into())]);
    for folder in ["2026/deep", ".git"] {
        fs::create_dir_all(place.0.join("incidents").join(folder)).unwrap();
    }
    place.write("incidents/2026/deep/c.md", &done("C"));
    place.write("incidents/.git/config", "x");
    publish(&place, 0);
    for id in ["a", "b", "c"] {
        assert!(place.out().join(format!("incidents/{id}/index.html")).is_file(), "{id}");
    }
    place.write("incidents/notes.txt", "x");
    place.write("incidents/2026/a.md", &done("Other"));
    place.write("incidents/2026/c.md.bak", "x");
    let said = publish(&place, 4);
    for told in ["notes.txt: not read", "c.md.bak: not read", "is taken by"] {
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn files_of_others_in_the_published_folder_stay_and_old_ones_of_ours_go() {
    let done = incident("major_outage", &[(-30, "investigating"), (-29, "resolved")]);
    let place = site("others", &[("gone.md", done.clone()), ("stays.md", done)]);
    publish(&place, 0);
    let foreign = [
        ("out/.git/refs/heads/main", "1f"),
        ("out/CNAME", "status.example.com"),
        ("out/.nojekyll", ""),
        ("out/.well-known/security.txt", "Contact: mailto:a@example.com"),
        ("out/incidents/notes.txt", "mine"),
        ("out/incidents/mine/index.html", "mine"),
    ];
    for (name, text) in foreign {
        fs::create_dir_all(place.0.join(name).parent().unwrap()).unwrap();
        place.write(name, text);
    }
    fs::create_dir_all(place.out().join("empty")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("CNAME", place.out().join("link")).unwrap();
    fs::remove_file(place.0.join("incidents/gone.md")).unwrap();
    for round in 0..2 {
        // The second time without the list of files, as earlier versions left the folder.
        if round == 1 {
            fs::remove_file(place.out().join("files.txt")).unwrap();
            fs::remove_dir_all(place.out().join("incidents/mine")).unwrap();
            place.write("out/incidents/stale.html", "of an earlier version");
        }
        publish(&place, 0);
        for (name, text) in foreign.iter().filter(|(name, _)| round == 0 || !name.contains("/mine/")) {
            assert_eq!(
                fs::read_to_string(place.0.join(name)).ok().as_deref(),
                Some(*text),
                "{name} in round {round}"
            );
        }
        assert!(place.out().join("empty").is_dir());
        #[cfg(unix)]
        assert_eq!(fs::read_link(place.out().join("link")).unwrap().to_str(), Some("CNAME"));
        assert!(
            !place.out().join("incidents/gone").exists()
                && !place.out().join("incidents/stale.html").exists()
        );
        assert!(place.out().join("incidents/stays/index.html").is_file());
    }
    // A page of ours whose name is taken.
    fs::create_dir_all(place.out().join("incidents/new")).unwrap();
    place.write("out/incidents/new/index.html", "mine");
    place.write("incidents/new.md", &incident("major_outage", &[(-3, "investigating")]));
    let said = publish(&place, 1);
    assert!(said.contains("incidents/new/index.html") && said.contains("Move it away"), "{said}");
    assert_eq!(place.read("incidents/new/index.html"), "mine");
}

#[test]
fn a_checkout_is_published_into_and_a_link_in_a_circle_is_followed_once() {
    let place = site("checkout", &[("a.md", incident("major_outage", &[(-3, "investigating")]))]);
    for (name, text) in [("out/.git/HEAD", "ref"), ("out/CNAME", "status.example.com"), ("out/.nojekyll", "")]
    {
        fs::create_dir_all(place.0.join(name).parent().unwrap()).unwrap();
        place.write(name, text);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.0.join("incidents"), place.0.join("incidents/loop")).unwrap();
    publish(&place, 0);
    assert_eq!(
        (place.read("CNAME").as_str(), place.read(".git/HEAD").as_str()),
        ("status.example.com", "ref")
    );
    assert!(place.read("incidents/a/index.html").contains("Major outage"));
}

#[test]
fn incidents_of_others_services_leave_the_banner_and_retired_components_stay_readable() {
    let upstream = incident("major_outage", &[(-3, "investigating")]).replace("api:", "mail:");
    let retired =
        incident("major_outage", &[(-30, "investigating"), (-29, "resolved")]).replace("api:", "gone:");
    let place = site("upstream", &[("mail.md", upstream), ("old.md", retired)]);
    publish(&place, 0);
    assert_eq!((indicator(&place), component(&place, "mail")), ("none".into(), "major_outage".into()));
    assert_eq!(list(&place, "incidents/unresolved", "incidents").len(), 1);
    assert!(
        place.read("incidents/old/index.html").contains(">gone<"),
        "its id is all that is left of its name"
    );
    // While it goes on, an id that nothing has is more likely mistyped.
    place.write(
        "incidents/new.md",
        &incident("major_outage", &[(-3, "investigating")]).replace("api:", "apy:"),
    );
    let said = publish(&place, 4);
    assert!(said.contains("new.md:4:20: components: \"apy\"") && said.contains("api, db, mail"), "{said}");
    assert_eq!(list(&place, "incidents/unresolved", "incidents").len(), 2, "it is published all the same");
}

#[test]
fn an_incident_of_several_months_is_in_each_of_them() {
    // It goes on: one that ended an hour ago is not of this month in the month's first hour.
    let text = incident("partial_outage", &[(-24 * 70, "investigating")]);
    let place = site("months", &[("long.md", text)]);
    publish(&place, 0);
    let mut pages = vec![place.read("history/index.html")];
    for entry in fs::read_dir(place.out().join("history")).unwrap().flatten().filter(|e| e.path().is_dir()) {
        pages.push(fs::read_to_string(entry.path().join("index.html")).unwrap());
    }
    assert!(pages.len() >= 3, "{}", pages.len());
    assert!(pages.iter().all(|p| p.contains("incidents/long/")));
}

#[test]
fn every_file_may_be_read_from_any_origin_by_one_rule() {
    let place = site("origin", &[]);
    publish(&place, 0);
    let headers = place.read("_headers");
    let rules: Vec<&str> = headers.split("\n/").collect();
    let open: Vec<&&str> = rules.iter().filter(|r| r.contains("Access-Control-Allow-Origin: *")).collect();
    assert!(open.len() == 1 && open[0].starts_with("/*\n"), "twice would be sent twice: {headers}");
}

/// A web server that answers by path.
fn server(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut request = vec![0; 4096];
            let n = connection.read(&mut request).unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..n]).into_owned();
            let (status, body) = answer(text.split(' ').nth(1).unwrap_or_default());
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            connection.write_all((head + &body).as_bytes()).ok();
        }
    });
    port
}

#[test]
fn an_odd_page_of_others_is_taken_over_and_its_right_address_is_named() {
    let incident = r#"{"id": 12, "name": "Odd \ud800 title", "status": "resolved", "impact": null, "components": null,
        "created_at": "2026-01-02T03:00:00+01:00", "resolved_at": null, "scheduled_for": null, "postmortem_body": null,
        "incident_updates": [{"id": null, "status": "investigating", "created_at": "2026-01-02T03:00:00+01:00",
            "body": "one<br />two &amp; <a href=\"https://e.example/log\">the log</a>", "affected_components": null},
            {"status": "resolved", "created_at": "2026-01-02T04:00:00+01:00", "display_at": null, "body": null}]}"#;
    let planned = r#"{"id": "m1", "name": "Move", "status": "maintenance_complete", "scheduled_for": "2026-01-03T03:00:00Z",
        "scheduled_until": "2026-01-03T04:00:00Z", "created_at": null, "incident_updates": null}"#;
    let (incident, planned) = (incident.to_string(), planned.to_string());
    let port = server(move |path| match path {
        "/api/v2/incidents.json" => (200, format!(r#"{{"page": null, "incidents": [{incident}]}}"#)),
        "/api/v2/incidents/unresolved.json" => (200, r#"{"incidents": []}"#.into()),
        "/api/v2/scheduled-maintenances.json" => {
            (200, format!(r#"{{"scheduled_maintenances": [{planned}]}}"#))
        }
        _ => (404, "not here".into()),
    });
    let place = site("odd", &[]);
    let source = format!("{{\"old\": {{\"kind\": \"statuspage\", \"url\": \"http://127.0.0.1:{port}\"}}}}");
    let configuration = CONFIGURATION.replace("\"sources\": {}", &format!("\"sources\": {source}"));
    place.write(
        "fourlights.json",
        &configuration.replace("\"name\": \"Acme\"", "\"name\": \"Acme\", \"import\": [\"old\"]"),
    );
    let said = publish(&place, 4);
    assert!(said.contains(&format!("http://127.0.0.1:{port}/api/v2")), "{said}");
    assert_eq!(said.matches("warning").count(), 2, "one warning and the count: {said}");
    let first = list(&place, "incidents", "incidents").remove(0);
    assert_eq!((first["id"].as_str(), first["name"].as_str()), (Some("12"), Some("Odd \u{fffd} title")));
    assert_eq!(first["resolved_at"], "2026-01-02T03:00:00.000Z");
    let html = place.read("incidents/12/index.html");
    assert!(
        html.contains("<p>one<br />\ntwo &amp; <a href=\"https://e.example/log\">the log</a></p>"),
        "{html}"
    );
    let planned = list(&place, "scheduled-maintenances", "scheduled_maintenances").remove(0);
    assert_eq!((planned["name"].as_str(), planned["status"].as_str()), (Some("Move"), Some("completed")));
}

#[test]
fn a_repeated_maintenance_whose_file_breaks_stays_with_all_its_windows() {
    let weekly = maintenance((-200, -198), &[(-300, "scheduled")])
        .replace("components:", "repeats: weekly\ncomponents:");
    let place = site("weekly-broken", &[("weekly.md", weekly)]);
    publish(&place, 0);
    let windows = || {
        let all = list(&place, "scheduled-maintenances", "scheduled_maintenances");
        all.iter().map(|m| (m["id"].clone(), m["scheduled_for"].clone())).collect::<Vec<_>>()
    };
    let before = windows();
    assert!(before.len() > 8, "{before:?}");
    place.write("incidents/weekly.md", "---\ntitle: [\n---\n");
    for _ in 0..2 {
        publish(&place, 4);
        assert_eq!(windows(), before);
    }
}

#[test]
fn a_component_of_another_page_is_ours_by_its_name_or_is_called_as_it_was_there() {
    let change = |code: &str, name: &str| {
        format!(
            r#"{{"code": "{code}", "name": "{name}", "old_status": "operational", "new_status": "major_outage"}}"#
        )
    };
    let changes = [change("k8w3r", "api"), change("x9", "Search & <Find>")].join(",");
    let incident = format!(
        r#"{{"id": "i1", "name": "Down", "status": "resolved", "impact": "major", "created_at": "{0}", "resolved_at": "{1}",
        "incident_updates": [{{"status": "resolved", "created_at": "{1}", "body": "Over."}},
            {{"status": "investigating", "created_at": "{0}", "body": "Looking.", "affected_components": [{changes}]}}]}}"#,
        at(-30),
        at(-29),
    );
    let port = server(move |path| match path {
        "/api/v2/incidents.json" => (200, format!(r#"{{"incidents": [{incident}]}}"#)),
        "/api/v2/incidents/unresolved.json" => (200, r#"{"incidents": []}"#.into()),
        "/api/v2/scheduled-maintenances.json" => (200, r#"{"scheduled_maintenances": []}"#.into()),
        _ => (404, "not here".into()),
    });
    let place = site("namesake", &[]);
    let source =
        format!("{{\"old\": {{\"kind\": \"statuspage\", \"url\": \"http://127.0.0.1:{port}/api/v2\"}}}}");
    let configuration = CONFIGURATION.replace("\"sources\": {}", &format!("\"sources\": {source}"));
    place.write(
        "fourlights.json",
        &configuration.replace("\"name\": \"Acme\"", "\"name\": \"Acme\", \"import\": [\"old\"]"),
    );
    // The second run reads what the first has published.
    for _ in 0..2 {
        publish(&place, 0);
        let changed =
            list(&place, "incidents", "incidents")[0]["incident_updates"][1]["affected_components"].clone();
        let named = |i: usize| (changed[i]["code"].as_str().unwrap(), changed[i]["name"].as_str().unwrap());
        assert_eq!([named(0), named(1)], [("api", "API"), ("x9", "Search & <Find>")]);
        assert!((down(&place, "api") - 1.0).abs() < 0.01, "{}", down(&place, "api"));
        let html = place.read("incidents/i1/index.html");
        assert!(html.contains("Search &amp; &lt;Find&gt;") && !html.contains("x9"), "{html}");
    }
}

//! Uptime Kuma. Of version 2, what its status page says in public: `GET /api/status-page/SLUG` and the pages of
//! `GET /api/status-page/SLUG/incident-history`. Of version 1, the JSON backup (`Settings, Backup, Export`). Source:
//! <https://github.com/louislam/uptime-kuma>, `server/routers/status-page-router.js` and `server/model/`.

use super::{Imported, ImportedComponent, cstate, empty_notice, id_for};
use crate::domain::public::{Body, Impact, Notice, Phase, Update};
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;
use serde_json::Value;
use std::collections::BTreeSet;

/// The status page of version 2: its answer, and those of its history of incidents, newest first. Versions before 2.1
/// have no such history.
pub fn read_page(page: &str, history: &[String]) -> Result<Imported, String> {
    let page: Value = serde_json::from_str(page).map_err(|e| format!("the status page: {e}"))?;
    let groups = page["publicGroupList"].as_array();
    let groups = groups.ok_or("the status page has no publicGroupList: is it of Uptime Kuma 2?")?;
    let mut imported = Imported::default();
    monitors(groups, &mut imported);
    let mut all: Vec<Value> = Vec::new();
    for text in history {
        let answer: Value = serde_json::from_str(text).map_err(|e| format!("incident-history: {e}"))?;
        all.extend(answer["incidents"].as_array().into_iter().flatten().cloned());
    }
    // Version 2.0 shows one incident, later ones several.
    all.extend(page["incidents"].as_array().into_iter().flatten().cloned());
    all.extend(Some(&page["incident"]).filter(|i| i.is_object()).cloned());
    let mut seen = BTreeSet::new();
    all.retain(|incident| seen.insert(incident["id"].to_string()));
    for incident in &all {
        match self::incident(incident, &mut imported) {
            Ok(notice) => imported.notices.push(notice),
            Err(why) => imported.lose(&format!("incident {}", incident["id"]), why),
        }
    }
    for maintenance in page["maintenanceList"].as_array().into_iter().flatten() {
        match self::maintenance(maintenance) {
            Ok(notice) => imported.notices.push(notice),
            Err(why) => imported.lose(&format!("maintenance {}", maintenance["id"]), why),
        }
        if maintenance["strategy"].as_str().is_some_and(|s| s == "cron" || s.starts_with("recurring")) {
            let what = "is repeated by a rule; only the window that goes on was taken over";
            imported.lose(&format!("maintenance {}", maintenance["id"]), what);
        }
    }
    if !all.is_empty() {
        imported
            .lose("incidents", "name no monitors, and of a text that was edited only the last one is public");
    }
    if history.is_empty() {
        imported.lose("incident-history", "did not answer (versions before 2.1 have none): only incidents that are shown now were taken over");
    }
    imported.lose("maintenance", "only what goes on now is public, without the monitors it is about");
    imported.lose("monitors", "what they check stays with Uptime Kuma: measure it with Prometheus, for instance by the blackbox exporter");
    imported.lose("days", "the public heartbeats are the last 100 checks, too few for days: uptime begins with the first publish");
    Ok(imported)
}

fn monitors(groups: &[Value], imported: &mut Imported) {
    let mut seen = BTreeSet::new();
    for group in groups {
        for monitor in group["monitorList"].as_array().into_iter().flatten() {
            let Some(name) = monitor["name"].as_str() else { continue };
            if !seen.insert(monitor["id"].to_string()) {
                imported.lose(&format!("monitor {name}"), "is in several groups; it stays in the first");
                continue;
            }
            let group = group["name"].as_str().filter(|name| !name.trim().is_empty());
            let (id, group) = (imported.free_id(name), group.map(Into::into));
            imported.components.push(ImportedComponent { id, name: name.into(), group, description: None });
        }
    }
}

fn incident(incident: &Value, imported: &mut Imported) -> Result<Notice, String> {
    let time = |key: &str| incident[key].as_str().and_then(cstate::time);
    let started = time("createdDate").ok_or("has no createdDate; not taken over")?;
    let title = incident["title"].as_str().unwrap_or_default();
    let mut notice = named(title, started);
    notice.impact = match incident["style"].as_str() {
        Some("danger") => Impact::Major,
        Some("warning") => Impact::Minor,
        _ => Impact::None,
    };
    let content = incident["content"].as_str().unwrap_or_default().trim().to_string();
    notice.updates = vec![Update { at: started, phase: Phase::Investigating, body: Body::Markdown(content) }];
    let (active, pinned) =
        (incident["active"].as_bool() != Some(false), incident["pin"].as_bool() != Some(false));
    if active && pinned {
        return Ok(notice);
    }
    let place = format!("incident {}", incident["id"]);
    if active {
        imported.lose(&place, "was taken off the page and not resolved; it is over since its last change");
    }
    let changed = time("lastUpdatedDate").filter(|at| *at >= started);
    if changed.is_none() {
        imported.lose(&place, "is over, but nobody says since when; its end is its beginning");
    }
    let at = changed.unwrap_or(started);
    notice.updates.insert(0, Update { at, phase: Phase::Resolved, body: Body::Markdown(String::new()) });
    notice.ended = Some(at);
    Ok(notice)
}

fn maintenance(maintenance: &Value) -> Result<Notice, String> {
    let offset = maintenance["timezoneOffset"].as_str().unwrap_or("Z");
    let slot = &maintenance["timeslotList"][0];
    let time = |key: &str| slot[key].as_str().and_then(|text| local_time(text, offset));
    let window = time("startDate").zip(time("endDate")).filter(|(start, end)| start < end);
    let (start, end) = window.ok_or("has no window (it is ended by hand); not taken over")?;
    let mut notice = named(maintenance["title"].as_str().unwrap_or_default(), start);
    notice.impact = Impact::Maintenance;
    notice.window = Some(Bounds { start, end });
    let body = maintenance["description"].as_str().unwrap_or_default().trim().to_string();
    notice.updates = vec![Update { at: start, phase: Phase::InProgress, body: Body::Markdown(body) }];
    Ok(notice)
}

/// A single maintenance has times of its own zone (`2026-11-25 10:00`), a repeated one instants.
fn local_time(text: &str, offset: &str) -> Option<Millis> {
    let text = text.trim().replacen(' ', "T", 1);
    let texts = [text.clone(), format!("{text}{offset}"), format!("{text}:00{offset}")];
    texts.iter().find_map(|text| parse_rfc3339(text))
}

fn named(title: &str, started: Millis) -> Notice {
    let day = rfc3339(started);
    let title = if title.trim().is_empty() { "Incident" } else { title };
    let name = format!("{} {title}", day.split('T').next().unwrap_or_default());
    empty_notice(&id_for(&name, "incident"), title, started)
}

/// Where to go on in the history of incidents, if it does.
pub fn next_cursor(history: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(history).ok()?;
    answer["nextCursor"].as_str().filter(|_| answer["hasMore"].as_bool() == Some(true)).map(Into::into)
}

/// The address of Uptime Kuma and the page's slug, from the address of a status page (`https://up.example/status/SLUG`).
pub fn page_of(address: &str) -> Option<(&str, &str)> {
    let address = address.split(['?', '#']).next()?.trim_end_matches('/');
    let (base, slug) =
        ["/api/status-page/", "/status/"].iter().find_map(|between| address.rsplit_once(between))?;
    let fine = !slug.is_empty() && slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fine.then_some((base, slug))
}

/// The backup of version 1: monitors become components.
pub fn read(text: &str) -> Result<Imported, String> {
    let file: Value = serde_json::from_str(text).map_err(|e| format!("the backup: {e}"))?;
    let monitors =
        file["monitorList"].as_array().ok_or("the backup has no monitorList: is it of Uptime Kuma 1?")?;
    let mut imported = Imported::default();
    let name_of = |id: &Value| monitors.iter().find(|m| m["id"] == *id).and_then(|m| m["name"].as_str());
    for monitor in monitors.iter().filter(|m| m["type"].as_str() != Some("group")) {
        let Some(name) = monitor["name"].as_str() else { continue };
        let entry = ImportedComponent {
            id: imported.free_id(name),
            name: name.into(),
            group: name_of(&monitor["parent"]).map(Into::into),
            description: monitor["description"].as_str().filter(|d| !d.trim().is_empty()).map(Into::into),
        };
        imported.components.push(entry);
        imported.lose(&format!("monitor {name}"), "what it checks stays with Uptime Kuma: measure it with Prometheus, for instance by the blackbox exporter");
    }
    imported.lose("incidents", "a backup has none: they are in the database of Uptime Kuma");
    imported.lose("days", "a backup has no heartbeats: uptime begins with the first publish");
    Ok(imported)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"config": {"slug": "main", "title": "T"}, "incidents": [
        {"id": 3, "style": "danger", "title": "Down", "content": "It is **down**.", "pin": true, "active": true,
         "createdDate": "2026-11-25 10:00:00", "lastUpdatedDate": null}],
        "publicGroupList": [{"id": 1, "name": "Core", "monitorList": [{"id": 1, "name": "API", "type": "http"}, {"id": 2, "name": "DB"}]},
            {"id": 2, "name": "More", "monitorList": [{"id": 1, "name": "API"}, {"id": 3, "name": "API"}]}],
        "maintenanceList": [
            {"id": 1, "title": "Move", "description": "A new host.", "strategy": "single", "timezoneOffset": "+02:00",
             "timeslotList": [{"startDate": "2026-11-25 10:00", "endDate": "2026-11-25 12:00:00"}]},
            {"id": 2, "title": "Backup", "strategy": "recurring-weekday", "timezoneOffset": "+02:00",
             "timeslotList": [{"startDate": "2026-11-25T08:00:00.000Z", "endDate": "2026-11-25T09:00:00.000Z"}]},
            {"id": 4, "title": "By hand", "strategy": "manual", "timeslotList": []}]}"#;
    const HISTORY: &str = r#"{"ok": true, "hasMore": true, "nextCursor": "2026-11-19 10:00:00", "incidents": [
        {"id": 3, "style": "danger", "title": "Down", "content": "It is **down**.", "pin": true, "active": true, "createdDate": "2026-11-25 10:00:00"},
        {"id": 2, "style": "warning", "title": "Slow", "content": "", "pin": false, "active": false,
         "createdDate": "2026-11-20 10:00:00", "lastUpdatedDate": "2026-11-20 12:30:00.123"},
        {"id": 1, "style": "info", "title": "", "pin": false, "active": true, "createdDate": "2026-11-19 10:00:00"},
        {"id": 0, "title": "No time"}]}"#;

    #[test]
    fn a_public_page_of_version_2_is_taken_over() {
        let imported = read_page(PAGE, &[HISTORY.into()]).unwrap();
        let components: Vec<_> =
            imported.components.iter().map(|c| (c.id.as_str(), c.group.as_deref())).collect();
        assert_eq!(components, [("api", Some("Core")), ("db", Some("Core")), ("api-2", Some("More"))]);
        let at = |text| parse_rfc3339(text).unwrap();
        let told: Vec<_> = imported
            .notices
            .iter()
            .map(|n| (n.id.as_str(), n.impact, n.window.map(|w| w.start), n.ended))
            .collect();
        assert_eq!(
            told,
            [
                ("2026-11-25-down", Impact::Major, None, None),
                ("2026-11-20-slow", Impact::Minor, None, Some(at("2026-11-20T12:30:00.123Z"))),
                ("2026-11-19-incident", Impact::None, None, Some(at("2026-11-19T10:00:00Z"))),
                ("2026-11-25-move", Impact::Maintenance, Some(at("2026-11-25T08:00:00Z")), None),
                ("2026-11-25-backup", Impact::Maintenance, Some(at("2026-11-25T08:00:00Z")), None),
            ]
        );
        assert_eq!(imported.notices[0].updates[0].body.text(), "It is **down**.");
        let losses: Vec<&str> = imported.losses.iter().map(|l| l.place.as_str()).collect();
        assert_eq!(
            losses,
            [
                "monitor API",
                "incident 1",
                "incident 1",
                "incident 0",
                "maintenance 2",
                "maintenance 4",
                "incidents",
                "maintenance",
                "monitors",
                "days"
            ]
        );
        assert_eq!(next_cursor(HISTORY).as_deref(), Some("2026-11-19 10:00:00"));
        assert_eq!(next_cursor(&HISTORY.replace("true, \"next", "false, \"next")), None);
        // Version 2.0: one incident, and no history.
        let of_2_0 = PAGE.replace("\"incidents\": [", "\"incident\": ").replace("null}],", "null},");
        let imported = read_page(&of_2_0, &[]).unwrap();
        assert_eq!((imported.notices.len(), imported.notices[0].ended), (3, None));
        assert!(imported.losses.iter().any(|l| l.place == "incident-history"));
        assert!(read_page("{}", &[]).unwrap_err().contains("publicGroupList"));
    }

    #[test]
    fn the_address_of_a_page_names_it() {
        for (address, page) in [
            ("https://up.example/status/main", Some(("https://up.example", "main"))),
            ("https://up.example/kuma/status/main/?x#y", Some(("https://up.example/kuma", "main"))),
            ("https://up.example/api/status-page/main", Some(("https://up.example", "main"))),
            ("https://up.example/", None),
            ("https://up.example/status/", None),
        ] {
            assert_eq!(page_of(address), page, "{address}");
        }
    }

    #[test]
    fn monitors_become_components() {
        let text = r#"{"version": "1.23.0", "monitorList": [{"id": 1, "name": "Core", "type": "group"},
            {"id": 2, "name": "API", "type": "http", "parent": 1}, {"id": 3, "name": "API", "type": "port"}]}"#;
        let imported = read(text).unwrap();
        let ids: Vec<&str> = imported.components.iter().map(|c| c.id.as_str()).collect();
        assert_eq!((ids, imported.components[0].group.as_deref()), (vec!["api", "api-2"], Some("Core")));
        assert_eq!(imported.losses.len(), 4);
        assert!(read("{}").unwrap_err().contains("monitorList"));
    }
}

//! Kener 3: what its API says of incidents, saved as files. `incidents.json` is the list (`GET /api/incident?limit=100`),
//! `updates-ID.json` and `monitors-ID.json` are `GET /api/incident/ID/updates` and `/monitors` of each. Source:
//! <https://raw.githubusercontent.com/rajnandan1/kener/main/openapi.json>.

use super::{Imported, closing, empty_notice, id_for};
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Phase, Update, end_of};
use crate::domain::time::{Millis, SECOND};
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;
use serde_json::Value;

/// A longer list may go on at another page.
const WHOLE_LIST: usize = 100;

/// Reads the list of incidents; `file` has the text of another file beside it.
pub fn read(incidents: &str, file: impl Fn(&str) -> Option<String>) -> Result<Imported, String> {
    let all: Value = serde_json::from_str(incidents).map_err(|e| format!("incidents.json: {e}"))?;
    let all = all.as_array().ok_or("incidents.json is no list: save what GET /api/incident answers")?;
    let mut imported = Imported::default();
    for incident in all {
        match read_one(incident, &file, &mut imported) {
            Ok(notice) => imported.notices.push(notice),
            Err(why) => imported.lose(&format!("incident {}", incident["id"]), why),
        }
    }
    if all.len() >= WHOLE_LIST {
        imported
            .lose("incidents.json", format!("lists {} incidents; there may be more at page=2", all.len()));
    }
    imported.lose(
        "monitors",
        "the API has no names of monitors, only their tags, and what they check stays with Kener",
    );
    imported.lose("days", "the API has no days: uptime begins with the first publish");
    Ok(imported)
}

fn read_one(
    incident: &Value,
    file: &impl Fn(&str) -> Option<String>,
    imported: &mut Imported,
) -> Result<Notice, String> {
    let id = &incident["id"];
    if incident["status"] == "CLOSED" {
        return Err("was deleted (status CLOSED); not taken over".into());
    }
    let started = time(&incident["start_date_time"]).ok_or("has no start_date_time; not taken over")?;
    let title = incident["title"].as_str().unwrap_or_default();
    let day = rfc3339(started);
    let name = format!("{} {title}", day.split('T').next().unwrap_or_default());
    let mut notice = empty_notice(&id_for(&name, "incident"), title, started);
    let place = format!("incident {id}");
    let is_maintenance = incident["incident_type"] == "MAINTENANCE";
    let end = time(&incident["end_date_time"]);
    if is_maintenance {
        let end = end.filter(|end| *end > started).ok_or("is maintenance without an end; not taken over")?;
        notice.window = Some(Bounds { start: started, end });
        notice.impact = Impact::Maintenance;
    }
    for monitor in list(&format!("monitors-{id}.json"), file, &place, "no component is known", imported) {
        let Some(tag) = monitor["monitor_tag"].as_str() else { continue };
        let status = match monitor["monitor_impact"].as_str() {
            Some("DOWN") => ComponentStatus::MajorOutage,
            Some("DEGRADED") => ComponentStatus::Degraded,
            Some("MAINTENANCE") => ComponentStatus::Maintenance,
            _ => ComponentStatus::Operational,
        };
        let component = imported.component(tag);
        notice.affected.push((component, status));
    }
    if !is_maintenance {
        notice.impact = match notice.affected.iter().map(|(_, status)| *status).max() {
            Some(ComponentStatus::MajorOutage) => Impact::Major,
            Some(ComponentStatus::Degraded) => Impact::Minor,
            _ => Impact::None,
        };
    }
    for update in list(&format!("updates-{id}.json"), file, &place, "no message is known", imported) {
        if update["status"] == "INACTIVE" {
            continue;
        }
        let phase = phase_of(&update["state"], is_maintenance);
        let (Some(at), Some(phase)) = (time(&update["commented_at"]), phase) else {
            imported.lose(&place, format!("message {}: no time or no known state", update["id"]));
            continue;
        };
        let text = update["comment"].as_str().unwrap_or_default();
        notice.updates.push(Update { at, phase, body: Body::Markdown(text.into()) });
    }
    notice.updates.sort_by_key(|u| std::cmp::Reverse(u.at));
    // The state of the whole, where no message says it.
    let state = phase_of(&incident["state"], is_maintenance).unwrap_or(Phase::Investigating);
    if notice.updates.first().is_none_or(|u| u.phase.is_over() != state.is_over()) && !is_maintenance {
        let last = notice.updates.first().map_or(started, |u| u.at);
        let at = if state.is_over() { end.unwrap_or(last).max(last) } else { last };
        notice.updates.insert(0, Update { at, phase: state, body: Body::Text(String::new()) });
    }
    let by_updates = end_of(&notice.updates);
    notice.ended = by_updates.map(|said| end.filter(|end| *end >= started).unwrap_or(said));
    Ok(notice)
}

/// The entries of a file of an incident; what it means that there is none is a loss.
fn list(
    name: &str,
    file: &impl Fn(&str) -> Option<String>,
    place: &str,
    without: &str,
    imported: &mut Imported,
) -> Vec<Value> {
    let read = file(name).map(|text| serde_json::from_str(&text));
    match read {
        Some(Ok(Value::Array(all))) => return all,
        Some(Ok(_)) => imported.lose(place, format!("{name} is no list: {without}")),
        Some(Err(fault)) => imported.lose(place, format!("{name}: {fault}: {without}")),
        None => imported.lose(place, format!("{name} is missing: {without}")),
    }
    Vec::new()
}

fn phase_of(state: &Value, is_maintenance: bool) -> Option<Phase> {
    match state.as_str()? {
        "RESOLVED" => Some(closing(is_maintenance)),
        _ if is_maintenance => Some(Phase::InProgress),
        "INVESTIGATING" => Some(Phase::Investigating),
        "IDENTIFIED" => Some(Phase::Identified),
        "MONITORING" => Some(Phase::Monitoring),
        _ => None,
    }
}

/// Seconds since 1970.
fn time(value: &Value) -> Option<Millis> {
    value.as_i64().filter(|at| (0..=253_402_300_799).contains(at)).map(|at| at * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incidents_are_taken_over_with_messages_and_monitors_and_each_loss_is_named() {
        let incidents = r#"[{"id": 4, "title": "Slow", "start_date_time": 1763600000, "end_date_time": 1763607200,
                "status": "OPEN", "state": "RESOLVED"},
            {"id": 5, "title": "Down", "start_date_time": 1763700000, "end_date_time": null, "status": "OPEN", "state": "IDENTIFIED"},
            {"id": 6, "title": "Gone", "start_date_time": 1763700000, "status": "CLOSED", "state": "RESOLVED"},
            {"id": 7, "title": "Upgrade", "start_date_time": 1763800000, "end_date_time": 1763807200, "status": "OPEN",
                "state": "RESOLVED", "incident_type": "MAINTENANCE"},
            {"id": 8, "title": "When", "status": "OPEN"}]"#;
        let file = |name: &str| {
            let text = match name {
                "updates-4.json" => {
                    r#"[{"id": 2, "comment": "Fixed", "commented_at": 1763607000, "state": "RESOLVED", "status": "ACTIVE"},
                        {"id": 1, "comment": "Looking", "commented_at": 1763600100, "state": "INVESTIGATING", "status": "ACTIVE"},
                        {"id": 3, "comment": "No", "commented_at": 1763600200, "state": "INVESTIGATING", "status": "INACTIVE"}]"#
                }
                "monitors-4.json" => {
                    r#"[{"monitor_tag": "earth", "monitor_impact": "DOWN"}, {"monitor_tag": "mars", "monitor_impact": "DEGRADED"}]"#
                }
                "updates-5.json" => "[{}]",
                "monitors-5.json" => "{",
                "updates-7.json" => "[]",
                "monitors-7.json" => r#"[{"monitor_tag": "earth", "monitor_impact": "MAINTENANCE"}]"#,
                _ => return None,
            };
            Some(text.to_string())
        };
        let imported = read(incidents, file).unwrap();
        let ids: Vec<&str> = imported.notices.iter().map(|n| n.id.as_str()).collect();
        assert_eq!(ids, ["2025-11-20-slow", "2025-11-21-down", "2025-11-22-upgrade"]);
        let [slow, down, upgrade] = imported.notices.as_slice() else { panic!("{ids:?}") };
        let said: Vec<(Phase, &str)> = slow.updates.iter().map(|u| (u.phase, u.body.text())).collect();
        assert_eq!(said, [(Phase::Resolved, "Fixed"), (Phase::Investigating, "Looking")]);
        assert_eq!((slow.impact, slow.ended), (Impact::Major, Some(1_763_607_200_000)));
        let affected =
            [("earth".into(), ComponentStatus::MajorOutage), ("mars".into(), ComponentStatus::Degraded)];
        assert_eq!(slow.affected, affected);
        assert_eq!((down.ended, down.updates[0].phase), (None, Phase::Identified));
        assert_eq!(upgrade.window.map(|w| w.length()), Some(7_200_000));
        assert_eq!(upgrade.affected, [("earth".into(), ComponentStatus::Maintenance)]);
        let losses: Vec<String> =
            imported.losses.iter().map(|l| format!("{}: {}", l.place, l.what)).collect();
        for named in [
            "incident 5: message null",
            "incident 5: monitors-5.json",
            "incident 6: was deleted",
            "incident 8: has no start_date_time",
            "monitors: ",
            "days: ",
        ] {
            assert!(losses.iter().any(|l| l.starts_with(named)), "{named}: {losses:?}");
        }
        assert_eq!(losses.len(), 6, "{losses:?}");
        assert!(read("{}", |_| None).unwrap_err().contains("no list"));
    }

    #[test]
    fn what_is_taken_over_can_be_published() {
        let incidents = r#"[{"id": 4, "title": "Slow", "start_date_time": 1763600000, "end_date_time": 1763607200,
            "status": "OPEN", "state": "RESOLVED"}]"#;
        let imported = read(incidents, |_| None).unwrap();
        let files = imported.files();
        let text = &files["incidents/2025-11-20-slow.md"];
        let found =
            crate::publish::incident_file::read("2025-11-20-slow.md", text, &[], 1_764_000_000_000).unwrap();
        assert_eq!(found.notice.ended, Some(1_763_607_200_000), "{text}");
    }
}

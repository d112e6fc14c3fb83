//! Atlassian Statuspage, by its public API v2: `components.json`, `incidents.json`, `scheduled-maintenances.json`.

use super::{Imported, ImportedComponent, id_for};
use crate::domain::public::{Notice, Origin};
use crate::domain::slug::slug;
use crate::sources::{Response, statuspage};
use serde_json::Value;

/// Atlassian's lists end after so many.
const WHOLE_LIST: usize = 50;

/// Reads the bodies of the three files; `None` where a page has none.
pub fn read(
    components: Option<&[u8]>,
    incidents: &[u8],
    maintenances: Option<&[u8]>,
) -> Result<Imported, String> {
    let mut imported = Imported::default();
    if let Some(body) = components {
        self::components(body, &mut imported)?;
    }
    let answer = |body: &[u8]| Response { status: 200, body: body.to_vec(), ..Response::default() };
    let read = statuspage::read_incidents(&answer(incidents)).map_err(|e| format!("incidents.json: {e}"))?;
    let mut all: Vec<(&str, _)> = vec![("incidents.json", read)];
    if let Some(body) = maintenances {
        let read = statuspage::read_maintenances(&answer(body));
        all.push((
            "scheduled-maintenances.json",
            read.map_err(|e| format!("scheduled-maintenances.json: {e}"))?,
        ));
    }
    for (file, parsed) in all {
        for warning in &parsed.warnings {
            imported.lose(file, warning.to_string());
        }
        if parsed.data.len() >= WHOLE_LIST {
            imported.lose(
                file,
                format!("lists the newest {} only; older ones are not public", parsed.data.len()),
            );
        }
        for notice in parsed.data {
            let notice = with_own_ids(notice, &mut imported);
            imported.notices.push(notice);
        }
    }
    imported.lose("uptime", "the public API has no days: uptime begins with the first publish");
    Ok(imported)
}

fn components(body: &[u8], imported: &mut Imported) -> Result<(), String> {
    let file: Value = serde_json::from_slice(body).map_err(|e| format!("components.json: {e}"))?;
    let all: Vec<&Value> = file["components"].as_array().into_iter().flatten().collect();
    let name_of = |id: &Value| all.iter().find(|c| c["id"] == *id).and_then(|c| c["name"].as_str());
    for component in all.iter().filter(|c| c["group"].as_bool() != Some(true)) {
        let Some(name) = component["name"].as_str() else { continue };
        let entry = ImportedComponent {
            id: component["id"]
                .as_str()
                .map(slug)
                .filter(|s| !s.is_empty())
                .unwrap_or_else(|| imported.free_id(name)),
            name: name.into(),
            group: name_of(&component["group_id"]).map(Into::into),
            description: component["description"].as_str().filter(|d| !d.trim().is_empty()).map(Into::into),
        };
        imported.components.push(entry);
    }
    Ok(())
}

/// Ids that can be part of an address, and components that are known.
fn with_own_ids(mut notice: Notice, imported: &mut Imported) -> Notice {
    let day = crate::domain::zone::rfc3339(notice.started);
    let day = day.split('T').next().unwrap_or_default();
    notice.id = id_for(&format!("{day} {}", notice.title), "incident");
    notice.origin = Origin::File;
    for (component, _) in &mut notice.affected {
        let id = slug(component);
        let known = imported.components.iter().any(|c| c.id == id);
        *component = if known { id } else { imported.component(component) };
    }
    notice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::ComponentStatus;

    #[test]
    fn a_page_is_taken_over_with_its_groups() {
        let components = br#"{"components": [{"id": "G1", "name": "Core", "group": true},
            {"id": "Ab12", "name": "API", "group": false, "group_id": "G1", "description": "For programs"}]}"#;
        let incidents = br#"{"incidents": [{"id": "i", "name": "Slow", "status": "resolved", "impact": "minor",
            "created_at": "2026-11-20T10:00:00Z", "resolved_at": "2026-11-20T12:00:00Z",
            "components": [{"id": "Ab12", "name": "API", "status": "operational"}, {"id": "zz", "name": "Gone", "status": "operational"}],
            "incident_updates": []}]}"#;
        let imported = read(Some(components), incidents, None).unwrap();
        assert_eq!(imported.components[0].group.as_deref(), Some("Core"));
        let notice = &imported.notices[0];
        assert_eq!(notice.id, "2026-11-20-slow");
        assert_eq!(notice.affected[0], ("ab12".into(), ComponentStatus::Degraded));
        assert_eq!(imported.components.len(), 2, "what is listed no more is known by its incident");
        assert_eq!(imported.losses.len(), 1);
    }
}

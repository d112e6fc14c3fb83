//! Uptime Kuma: the JSON backup of version 1 (`Settings, Backup, Export`): monitors become components. Source:
//! <https://github.com/louislam/uptime-kuma/wiki>.

use super::{Imported, ImportedComponent};
use serde_json::Value;

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

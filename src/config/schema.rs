//! The JSON Schema of the configuration file, made from its types, and a table of it for the docs.

use super::raw::RawConfig;
use super::shape::Shape;
use serde_json::{Value, json};

/// The schema (draft 2020-12) as text, as it stands in `public/fourlights.schema.json`.
pub fn text() -> String {
    let mut schema = RawConfig::schema();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".into(), json!("Fourlights configuration"));
    }
    let mut text = serde_json::to_string_pretty(&sorted(schema)).unwrap_or_default();
    text.push('\n');
    text
}

/// Every key with its type, whether it must be there, and what it means, as Markdown tables.
pub fn markdown() -> String {
    let mut out = String::new();
    section("Incident file", &sorted(RawConfig::schema()), &mut out);
    out
}

/// Keys in the order of the alphabet, however serde_json was built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<(String, Value)> =
                entries.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn section(title: &str, schema: &Value, out: &mut String) {
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    out.push_str(&format!(
        "### {title}\n\n{about}\n\n| key | type | needed | meaning |\n| --- | --- | --- | --- |\n"
    ));
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties: Vec<(&String, &Value)> =
        schema.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
    for (key, property) in &properties {
        let needed = if required.contains(&key.as_str()) { "yes" } else { "" };
        let meaning = property.get("description").and_then(Value::as_str).unwrap_or_default();
        out.push_str(&format!("| `{key}` | {} | {needed} | {meaning} |\n", type_name(property)));
    }
    out.push('\n');
    for (key, property) in properties {
        if let Some(inner) = nested(property) {
            let title =
                if title == "Incident file" { format!("`{key}`") } else { format!("{title} `{key}`") };
            section(&title, inner, out);
        }
    }
}

fn type_name(property: &Value) -> String {
    match property.get("type") {
        Some(Value::Array(any)) => any.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Some(Value::String(name)) if name == "array" => {
            format!("list of {}", property.get("items").map_or_else(String::new, type_name))
        }
        Some(Value::String(name)) if name == "object" && property.get("properties").is_none() => {
            format!("map to {}", property.get("additionalProperties").map_or_else(String::new, type_name))
        }
        Some(Value::String(name)) => name.clone(),
        _ => String::new(),
    }
}

/// The object inside a property: itself, or the entries of its list or map.
fn nested(property: &Value) -> Option<&Value> {
    [Some(property), property.get("items"), property.get("additionalProperties")]
        .into_iter()
        .flatten()
        .find(|v| v.get("properties").is_some())
}

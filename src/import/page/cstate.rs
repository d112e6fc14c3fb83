//! cState: a Hugo site whose `content/issues/*.md` are incidents, with `config.yml`. Source:
//! <https://github.com/cstate/cstate/wiki/Usage>.

use super::{Imported, ImportedComponent, closing, id_for};
use crate::domain::front_matter;
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Origin, Phase, Update};
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use serde_json::Value;

/// Reads the site's configuration (its text, if there is one) and its issues: names without folders, and texts.
pub fn read(config: Option<&str>, issues: &[(String, String)]) -> Imported {
    let mut imported = Imported::default();
    if let Some(config) = config {
        systems(config, &mut imported);
    }
    for (name, text) in issues {
        if let Some(notice) = issue(name, text, &mut imported) {
            imported.notices.push(notice);
        }
    }
    imported
}

fn systems(text: &str, imported: &mut Imported) {
    let config: Value = match serde_saphyr::from_str(text) {
        Ok(config) => config,
        Err(error) => {
            return imported
                .lose("config.yml", format!("is not YAML ({error}); systems are taken from issues"));
        }
    };
    let params = &config["params"];
    for system in params["systems"].as_array().into_iter().flatten() {
        let Some(name) = system["name"].as_str() else { continue };
        let component = ImportedComponent {
            id: imported.free_id(name),
            name: name.into(),
            group: system["category"].as_str().map(Into::into),
            description: system["description"].as_str().map(Into::into),
        };
        if system["link"].as_str().is_some_and(|l| !l.is_empty()) {
            imported.lose(&format!("config.yml, {name}"), "its link has no place on the page");
        }
        imported.components.push(component);
    }
}

/// What cState reads in an issue's head; other keys are named as losses.
const KEYS: [&str; 13] = [
    "title",
    "date",
    "resolved",
    "resolvedWhen",
    "severity",
    "affected",
    "section",
    "informational",
    "pin",
    "scheduledDate",
    "expectedDuration",
    "draft",
    "aliases",
];

fn issue(name: &str, text: &str, imported: &mut Imported) -> Option<Notice> {
    let file = format!("issues/{name}");
    let Some((head, body, _)) = front_matter::split(text) else {
        imported.lose(&file, "has no head between two lines of three hyphens; left out");
        return None;
    };
    let head: Value = match serde_saphyr::from_str(head) {
        Ok(head) => head,
        Err(error) => {
            imported
                .lose(&file, format!("its head is not YAML; left out ({})", first_line(&error.to_string())));
            return None;
        }
    };
    for key in head.as_object().into_iter().flat_map(|o| o.keys()) {
        if !KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
            imported.lose(&file, format!("{key} is not known here"));
        }
    }
    if head["draft"].as_bool() == Some(true) {
        imported.lose(&file, "is a draft; left out");
        return None;
    }
    let title = head["title"].as_str().map(str::trim).filter(|t| !t.is_empty());
    let started = head["date"].as_str().and_then(time);
    let (Some(title), Some(started)) = (title, started) else {
        imported.lose(&file, "has no title, or no date that can be read; left out");
        return None;
    };
    let informational = head["informational"].as_bool() == Some(true);
    let severity = head["severity"].as_str().unwrap_or("notice");
    let (status, impact) = match severity {
        _ if informational => (ComponentStatus::Operational, Impact::None),
        "down" => (ComponentStatus::MajorOutage, Impact::Critical),
        "disrupted" => (ComponentStatus::PartialOutage, Impact::Major),
        "notice" => (ComponentStatus::Degraded, Impact::Minor),
        other => {
            imported.lose(&file, format!("its severity {other:?} is taken for a notice"));
            (ComponentStatus::Degraded, Impact::Minor)
        }
    };
    let affected: Vec<String> = match &head["affected"] {
        Value::Array(all) => all.iter().filter_map(|a| a.as_str().map(str::to_string)).collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    };
    let affected: Vec<(String, ComponentStatus)> =
        affected.iter().map(|name| (imported.component(name), status)).collect();
    let ended = ended(&head, started, &file, imported);
    let planned = head["scheduledDate"].as_str().and_then(time);
    let window = planned.map(|start| {
        let minutes = head["expectedDuration"].as_f64().unwrap_or(60.0).max(1.0);
        Bounds { start, end: ended.filter(|e| *e > start).unwrap_or(start + (minutes * 60_000.0) as Millis) }
    });
    let mut updates = messages(body, started, window.is_some(), &file, imported);
    if let (Some(at), true) = (ended, updates.first().is_none_or(|u| !u.phase.is_over())) {
        let body = Body::Markdown(String::new());
        updates.insert(0, Update { at, phase: closing(window.is_some()), body });
    }
    let mut notice = super::empty_notice(&id_for(name.trim_end_matches(".md"), "incident"), title, started);
    notice.impact = if window.is_some() { Impact::Maintenance } else { impact };
    notice.ended = ended;
    notice.window = window;
    notice.affected = affected;
    notice.updates = updates;
    notice.origin = Origin::File;
    Some(notice)
}

fn ended(head: &Value, started: Millis, file: &str, imported: &mut Imported) -> Option<Millis> {
    if head["resolved"].as_bool() != Some(true) {
        return None;
    }
    match head["resolvedWhen"].as_str().and_then(time) {
        Some(at) if at >= started => Some(at),
        Some(_) => {
            imported.lose(file, "was resolved before it began; its end is its beginning");
            Some(started)
        }
        None => {
            imported.lose(file, "is resolved, but nobody says since when; its end is its beginning");
            Some(started)
        }
    }
}

/// Messages, newest first. cState has one text; people mark updates in it by `*Resolved* - text ({{< track "TIME" >}})`.
fn messages(
    body: &str,
    started: Millis,
    maintenance: bool,
    file: &str,
    imported: &mut Imported,
) -> Vec<Update> {
    let mut updates: Vec<Update> = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    for paragraph in body.split("\n\n") {
        match tracked(paragraph, maintenance) {
            Some(update) => updates.push(update),
            None => rest.push(paragraph),
        }
    }
    let text = rest.join("\n\n").trim().to_string();
    if !text.is_empty() {
        if text.contains("{{<") || text.contains("{{%") {
            imported.lose(file, "a shortcode of Hugo stays in its text as typed");
        }
        let phase = if maintenance { Phase::Scheduled } else { Phase::Investigating };
        updates.push(Update { at: started, phase, body: Body::Markdown(text) });
    }
    updates.sort_by_key(|u| std::cmp::Reverse(u.at));
    updates
}

/// `*Monitoring* - A fix is out. {{< track "2026-11-24 03:40:00" >}}`
fn tracked(paragraph: &str, maintenance: bool) -> Option<Update> {
    let (text, rest) = paragraph.trim().split_once("{{< track")?;
    let at = time(rest.split('"').nth(1)?)?;
    let text = text.trim();
    let (word, message) = text.strip_prefix('*')?.split_once('*')?;
    let message = message.trim_start_matches([' ', '-', '*']).trim().to_string();
    let phase = match word.trim_matches('*').trim().to_ascii_lowercase().as_str() {
        "resolved" | "completed" => closing(maintenance),
        "monitoring" => Phase::Monitoring,
        "identified" => Phase::Identified,
        "post-mortem" | "postmortem" => Phase::Postmortem,
        _ if maintenance => Phase::InProgress,
        _ => Phase::Investigating,
    };
    Some(Update { at, phase, body: Body::Markdown(message) })
}

/// RFC 3339, or what Hugo reads as UTC: `2020-12-13 13:20:00`, `2020-12-13T13:20:00`, `2020-12-13`.
pub(super) fn time(text: &str) -> Option<Millis> {
    let text = text.trim().trim_matches('"').replace(" +", "+").replacen(' ', "T", 1);
    // `T8:30` is typed for `T08:30`.
    let text = match text.split_once('T') {
        Some((date, clock)) if clock.find(':') == Some(1) => format!("{date}T0{clock}"),
        _ => text,
    };
    let candidates = [
        text.clone(),
        text.replace("+0000", "Z").replace(" UTC", "Z"),
        text.replace("-00:00", "Z"),
        format!("{text}Z"),
        format!("{text}:00Z"),
        format!("{text}T00:00:00Z"),
    ];
    candidates.iter().find_map(|c| parse_rfc3339(c))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (Notice, Imported) {
        let imported = read(None, &[("2026-11-24-x.md".into(), text.into())]);
        (imported.notices[0].clone(), imported)
    }

    #[test]
    fn an_issue_becomes_an_incident() {
        let (notice, imported) = read_one(
            "---\ntitle: \"Down: all\"\ndate: 2026-11-24 03:00:00\nresolved: true\nresolvedWhen: 2026-11-24T04:00:00-00:00\n\
             severity: down\naffected:\n  - API\n  - Web site\nsection: issue\nReference: x\n---\n\nIt was the disk.\n\n\
             *Monitoring* - Freed. {{< track \"2026-11-24 03:40:00\" >}}\n",
        );
        assert_eq!((notice.title.as_str(), notice.impact), ("Down: all", Impact::Critical));
        assert_eq!(
            notice.affected,
            [("api".into(), ComponentStatus::MajorOutage), ("web-site".into(), ComponentStatus::MajorOutage)]
        );
        let phases: Vec<Phase> = notice.updates.iter().map(|u| u.phase).collect();
        assert_eq!(phases, [Phase::Resolved, Phase::Monitoring, Phase::Investigating]);
        assert_eq!(notice.ended, parse_rfc3339("2026-11-24T04:00:00Z"));
        assert_eq!(imported.losses.len(), 1, "{:?}", imported.losses);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let all: Vec<(String, String)> = [
            ("a.md", "no head"),
            ("b.md", "---\ntitle: [\n---\n"),
            ("c.md", "---\ntitle: C\ndate: soon\n---\n"),
            ("d.md", "---\ntitle: D\ndate: 2026-11-24\nresolved: true\nseverity: odd\n---\n"),
        ]
        .map(|(n, t)| (n.into(), t.into()))
        .into();
        let imported = read(Some("params: {systems: [{name: API, category: Core}]}"), &all);
        let places: Vec<&str> = imported.losses.iter().map(|l| l.place.as_str()).collect();
        assert_eq!(places, ["issues/a.md", "issues/b.md", "issues/c.md", "issues/d.md", "issues/d.md"]);
        assert_eq!((imported.notices.len(), imported.components[0].group.as_deref()), (1, Some("Core")));
    }

    #[test]
    fn times_of_hugo_are_read() {
        for text in [
            "2026-11-24T03:00:00Z",
            "2026-11-24 03:00:00",
            "2026-11-24T03:00:00-00:00",
            "2026-11-24 03:00",
            "2026-11-24 3:00:00",
        ] {
            assert_eq!(time(text), parse_rfc3339("2026-11-24T03:00:00Z"), "{text}");
        }
        assert_eq!(time("2026-11-24"), parse_rfc3339("2026-11-24T00:00:00Z"));
        assert_eq!(time("soon"), None);
    }
}

//! A whole status page from another program: incidents and maintenance as incident files, components as entries of
//! the configuration, days as they were recorded. What cannot be taken over is named.

pub mod cstate;
pub mod kener;
pub mod statuspage;
pub mod upptime;
pub mod uptime_kuma;

use crate::domain::public::day::{Date, Day, History, date_text};
use crate::domain::public::{Body, Impact, Notice, Origin, Phase, Revision};
use crate::domain::slug::{fingerprint, id_of};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The files of what is imported: their paths, with slashes, and contents.
pub type Files = BTreeMap<String, String>;

/// What was read of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    pub notices: Vec<Notice>,
    pub components: Vec<ImportedComponent>,
    /// by component id
    pub days: BTreeMap<String, History>,
    pub losses: Vec<Loss>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedComponent {
    pub id: String,
    pub name: String,
    pub group: Option<String>,
    pub description: Option<String>,
}

/// Something that could not be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// a file, or an entry of one
    pub place: String,
    pub what: String,
}

impl Imported {
    fn lose(&mut self, place: &str, what: impl Into<String>) {
        self.losses.push(Loss { place: place.into(), what: what.into() });
    }

    /// The id of a component by its name, which is added when it is new.
    fn component(&mut self, name: &str) -> String {
        if let Some(known) = self.components.iter().find(|c| c.name == name) {
            return known.id.clone();
        }
        let id = self.free_id(name);
        self.components.push(ImportedComponent { id: id.clone(), name: name.into(), ..Default::default() });
        id
    }

    /// An id that no component has yet.
    fn free_id(&self, name: &str) -> String {
        let base = id_for(name, "component");
        let taken = |id: &str| self.components.iter().any(|c| c.id == id);
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
    }

    /// Everything as files: `incidents/*.md`, `components.json` with the entries of `public.components`, and
    /// `days.json` for `public.earlier_days` where days were recorded.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        let mut names = BTreeSet::new();
        for notice in &self.notices {
            let mut name = notice.id.clone();
            let mut n = 2;
            while !names.insert(name.clone()) {
                name = format!("{}-{n}", notice.id);
                n += 1;
            }
            files.insert(format!("incidents/{name}.md"), incident_file(notice));
        }
        let entries: Vec<Value> = self.components.iter().map(ImportedComponent::entry).collect();
        files.insert("components.json".into(), format!("{:#}\n", json!({"components": entries})));
        if !self.days.is_empty() {
            let days: Map<String, Value> =
                self.days.iter().map(|(id, history)| (id.clone(), days(history))).collect();
            files.insert("days.json".into(), json!({"components": days}).to_string() + "\n");
        }
        files
    }
}

impl ImportedComponent {
    fn entry(&self) -> Value {
        let mut entry = json!({"id": self.id, "name": self.name});
        let more = [("group", &self.group), ("description", &self.description)];
        if let Some(entry) = entry.as_object_mut() {
            entry.extend(more.into_iter().filter_map(|(k, v)| Some((k.to_string(), json!(v.as_ref()?)))));
        }
        entry
    }
}

fn days(history: &History) -> Value {
    let last = history.days.iter().enumerate().rev().find(|(_, d)| d.closed).map(|(i, _)| i as Date);
    let days: Vec<Option<f64>> = history.days.iter().map(|d| d.up).collect();
    json!({
        "first": date_text(history.first),
        "closed": date_text(history.first + last.unwrap_or(-1)),
        "days": days,
    })
}

/// Days from what is known of some dates; those between are without data.
fn history_of(days: &BTreeMap<Date, f64>) -> Option<History> {
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let day =
        |date: Date| Day { up: days.get(&date).copied(), closed: days.contains_key(&date), ..Day::UNKNOWN };
    Some(History { first, days: (first..=last).map(day).collect() })
}

/// An incident file that `fourlights publish` reads back as the same notice.
pub fn incident_file(notice: &Notice) -> String {
    let mut out = format!("---\ntitle: {}\n", json!(notice.title));
    match notice.window {
        Some(window) => {
            out.push_str(&format!("starts: {}\nends: {}\n", rfc3339(window.start), rfc3339(window.end)));
        }
        None => {
            out.push_str(&format!(
                "impact: {}\nstarted: {}\n",
                notice.impact.name(),
                rfc3339(notice.started)
            ));
        }
    }
    let closed = notice.updates.first().is_some_and(|u| u.phase.is_over());
    if let Some(ended) = notice.ended.filter(|_| notice.window.is_none() && closed) {
        out.push_str(&format!("resolved: {}\n", rfc3339(ended)));
    }
    if !notice.affected.is_empty() {
        out.push_str("components:\n");
        for (id, status) in &notice.affected {
            out.push_str(&format!("  {}: {}\n", json!(id), status.name()));
        }
    }
    out.push_str("---\n");
    // Oldest first, as people write them.
    for update in notice.updates.iter().rev() {
        let body = match &update.body {
            Body::Markdown(text) => markdown_message(text),
            Body::Text(text) => plain_message(text),
        };
        out.push_str(&format!("\n## {} {}\n\n{body}", update.phase.name(), rfc3339(update.at)));
        if !body.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// Markdown inside of a message: headings of the first two ranks would begin another one.
fn markdown_message(text: &str) -> String {
    let deeper = |line: &str| match line.trim_start().strip_prefix('#') {
        Some(rest) if rest.starts_with(' ') => format!("### {}", rest.trim_start()),
        Some(rest) if rest.starts_with("# ") => format!("###{}", rest.trim_start_matches('#')),
        _ => line.to_string(),
    };
    text.trim().lines().map(deeper).collect::<Vec<_>>().join("\n")
}

/// Plain text as Markdown: what would be markup is escaped, lines stay lines.
fn plain_message(text: &str) -> String {
    let escaped = |line: &str| {
        let mut out = String::new();
        for letter in line.trim().chars() {
            if "\\`*_[]<>#|~&".contains(letter) {
                out.push('\\');
            }
            out.push(letter);
        }
        match out.chars().next() {
            Some('-' | '+' | '=') => format!("\\{out}"),
            _ => out,
        }
    };
    text.trim().lines().map(escaped).collect::<Vec<_>>().join("  \n")
}

/// An id for a name in any script, short enough for a file's name.
fn id_for(name: &str, kind: &str) -> String {
    let id = id_of(name, kind);
    if id.len() <= LONGEST_ID { id } else { format!("{}-{:08x}", cut(&id), fingerprint(name) as u32) }
}

/// Ids are part of file names and addresses.
const LONGEST_ID: usize = 80;

fn cut(id: &str) -> &str {
    id.get(..LONGEST_ID - 9).unwrap_or(id).trim_end_matches('-')
}

/// The phase that closes an incident, or a maintenance.
fn closing(maintenance: bool) -> Phase {
    if maintenance { Phase::Completed } else { Phase::Resolved }
}

/// A notice of which only these are known.
fn empty_notice(id: &str, title: &str, started: Millis) -> Notice {
    Notice {
        id: id.into(),
        title: title.trim().into(),
        impact: Impact::None,
        started,
        ended: None,
        window: None,
        repeats: None,
        occurrence: None,
        revision: Revision::default(),
        names: BTreeMap::new(),
        affected: Vec::new(),
        updates: Vec::new(),
        origin: Origin::File,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::{ComponentStatus, Update};
    use crate::publish::incident_file::read;

    #[test]
    fn what_is_written_is_read_back() {
        let mut notice = empty_notice("2026-11-20-a", "A: \"b\" # c", 1_763_600_000_000);
        notice.impact = Impact::Major;
        notice.ended = Some(1_763_607_200_000);
        notice.affected = vec![("api".into(), ComponentStatus::PartialOutage)];
        let update = |at, phase, text: &str| Update { at, phase, body: Body::Markdown(text.into()) };
        notice.updates = vec![
            update(1_763_607_200_000, Phase::Resolved, ""),
            update(
                1_763_600_000_000,
                Phase::Investigating,
                "One *two*.\n\n## resolved 2026-11-20T01:00:00Z\nno",
            ),
        ];
        let text = incident_file(&notice);
        let found = read("2026-11-20-a.md", &text, &["api"], 1_764_000_000_000).unwrap().notice;
        notice.updates[1].body = Body::Markdown("One *two*.\n\n### resolved 2026-11-20T01:00:00Z\nno".into());
        assert_eq!(found, notice, "{text}");
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(plain_message("a *b* <c>\n# d\n- e"), "a \\*b\\* \\<c\\>  \n\\# d  \n\\- e");
    }

    #[test]
    fn files_of_one_name_are_told_apart() {
        let notice = empty_notice("a", "A", 0);
        let imported = Imported { notices: vec![notice.clone(), notice], ..Imported::default() };
        let files = imported.files();
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["components.json", "incidents/a-2.md", "incidents/a.md"]
        );
    }
}

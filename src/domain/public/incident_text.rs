//! Incident files as text: what the console writes and `fourlights publish` reads.

use super::notice::Phase;
use super::status::ComponentStatus;
use crate::domain::time::{Millis, rfc3339};
use crate::domain::window::Bounds;

/// A new incident or maintenance with its first message.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub title: String,
    /// when it began
    pub started: Millis,
    /// a maintenance: when it is planned
    pub window: Option<Bounds>,
    pub affected: Vec<(String, ComponentStatus)>,
    pub phase: Phase,
    /// when the message is written
    pub at: Millis,
    pub message: String,
}

impl Draft {
    /// The file's name, from the day and the title.
    pub fn file_name(&self) -> String {
        let day = rfc3339(self.window.map_or(self.started, |w| w.start));
        let day = day.split('T').next().unwrap_or_default();
        let mut words = String::new();
        for letter in self.title.chars().flat_map(char::to_lowercase) {
            match letter {
                c if c.is_ascii_alphanumeric() => words.push(c),
                _ if words.ends_with('-') || words.is_empty() => {}
                _ => words.push('-'),
            }
        }
        let words: String = words.chars().take(60).collect();
        let words = words.trim_matches('-');
        if words.is_empty() { format!("{day}-incident.md") } else { format!("{day}-{words}.md") }
    }

    /// The whole file.
    pub fn text(&self) -> String {
        let mut head = format!("---\ntitle: {}\n", quoted(&self.title));
        match self.window {
            Some(window) => {
                head.push_str(&format!("starts: {}\nends: {}\n", rfc3339(window.start), rfc3339(window.end)));
            }
            None => head.push_str(&format!("started: {}\n", rfc3339(self.started))),
        }
        if !self.affected.is_empty() {
            head.push_str("components:\n");
            for (id, status) in &self.affected {
                head.push_str(&format!("  {id}: {}\n", status.name()));
            }
        }
        format!("{head}---\n{}", message(self.phase, self.at, &self.message))
    }
}

/// A file with one more message at its end.
pub fn with_message(file: &str, phase: Phase, at: Millis, text: &str) -> String {
    format!("{}\n{}", file.trim_end(), message(phase, at, text))
}

fn message(phase: Phase, at: Millis, text: &str) -> String {
    // A heading of the second rank would begin another message.
    let lines =
        text.trim().lines().map(|l| if l.starts_with("## ") { format!("#{l}") } else { l.to_string() });
    let text = lines.collect::<Vec<_>>().join("\n");
    let heading = format!("\n## {} {}\n", phase.name(), rfc3339(at));
    if text.is_empty() { heading } else { format!("{heading}\n{text}\n") }
}

/// Double quotes as YAML and JSON both read them.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.trim().chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out + "\""
}

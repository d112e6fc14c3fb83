//! Incident files as text: what the console writes and `fourlights publish` reads.

use super::notice::Phase;
use super::status::ComponentStatus;
use crate::domain::slug::{fingerprint, id_of};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;
use crate::domain::zone::rfc3339;

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

/// Letters of a title in a file's name, at most.
const LONGEST: usize = 60;

impl Draft {
    /// The file's name, from the day and the title.
    pub fn file_name(&self) -> String {
        let day = rfc3339(self.window.map_or(self.started, |w| w.start));
        let day = day.split('T').next().unwrap_or_default();
        // Titles of any script have names of their own.
        let words = id_of(&self.title.to_lowercase(), "incident");
        if words.len() <= LONGEST {
            return format!("{day}-{words}.md");
        }
        let words: String = words.chars().take(LONGEST - 9).collect();
        format!("{day}-{}-{:08x}.md", words.trim_end_matches('-'), fingerprint(&self.title) as u32)
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
    format!("{}\n{}", closed(file.trim_end()), message(phase, at, text))
}

fn message(phase: Phase, at: Millis, text: &str) -> String {
    let text = within_a_message(text.trim());
    let heading = format!("\n## {} {}\n", phase.name(), rfc3339(at));
    if text.is_empty() { heading } else { format!("{heading}\n{text}\n") }
}

/// A text that neither begins another message nor takes in the next one, whatever is typed.
fn within_a_message(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut code = None;
    for line in text.lines() {
        let was_code = code.is_some();
        code = fence_after(code, line);
        let (indent, rest) = line.split_at(line.len() - line.trim_start_matches(' ').len());
        if was_code || code.is_some() || indent.len() > 3 {
            out.push(line.into());
        } else if rest.starts_with("##") && !rest.starts_with("###") {
            // A heading of the second rank would begin another message.
            out.push(format!("{indent}#{rest}"));
        } else if is_underline(rest) && out.last().is_some_and(|before| !before.trim().is_empty()) {
            // Below a text it would make a heading of it.
            out.extend([String::new(), line.into()]);
        } else if opens_raw_html(rest) {
            // What is shown is the same, but nothing has to end it.
            out.push(format!("{indent}\\{rest}"));
        } else {
            out.push(line.into());
        }
    }
    closed(&out.join("\n"))
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    !line.is_empty() && line.chars().all(|c| c == '-')
}

fn opens_raw_html(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    ["<!", "<?", "<pre", "<script", "<style", "<textarea"].iter().any(|tag| lower.starts_with(tag))
}

/// A text whose code ends with it: what follows would be code too.
fn closed(text: &str) -> String {
    match text.lines().fold(None, fence_after) {
        Some((letter, length)) => format!("{text}\n{}", letter.to_string().repeat(length)),
        None => text.into(),
    }
}

/// The fence (its letter and length) that is open after a line, by CommonMark 4.5.
fn fence_after(open: Option<(char, usize)>, line: &str) -> Option<(char, usize)> {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return open;
    }
    let letter = rest.chars().next().filter(|c| matches!(c, '`' | '~'));
    let Some(letter) = letter else { return open };
    let after = rest.trim_start_matches(letter);
    let length = rest.len() - after.len();
    match open {
        Some((own, least)) if own == letter && length >= least && after.trim().is_empty() => None,
        Some(_) => open,
        None if length >= 3 && !(letter == '`' && after.contains('`')) => Some((letter, length)),
        None => None,
    }
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

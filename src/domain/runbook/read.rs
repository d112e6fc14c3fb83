//! From the text of a file to a runbook.

use super::front::{self, Front, Note};
use super::markdown::{Block, Span, blocks, plain};
use super::{MOST_BYTES, STALE_AFTER, variable};
use crate::domain::front_matter;
use crate::domain::public::written::one_line;
use crate::domain::time::Millis;
use std::collections::BTreeMap;

/// One runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runbook {
    /// of its file, beside the configuration: `runbooks/disk-full.md`
    pub path: String,
    pub title: String,
    pub front: Front,
    /// The first has no heading of its own: what stands before the others, under the title.
    pub sections: Vec<Section>,
    pub steps: Vec<Step>,
    /// names of the variables of its commands, in the order in which they are met
    pub variables: Vec<String>,
    /// what its author should know
    pub notes: Vec<Note>,
}

/// A heading and what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// 1 to 4; 0 for what stands before any
    pub level: u8,
    pub title: String,
    /// as GitHub names it; unique in the file
    pub anchor: String,
    /// its place among the steps
    pub step: Option<usize>,
    pub blocks: Vec<Block>,
}

/// Something to do and to tick off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// made from the section and its own words, so that it stays when steps are added before it; unique in the file
    pub id: String,
    pub title: String,
    /// place of the section it is in
    pub section: usize,
}

/// The longest title that is shown.
const LONGEST: usize = 160;

/// Reads the file at `path`. Whatever is in it, there is a runbook: what is wrong is in its notes.
pub fn read(path: &str, text: &str) -> Runbook {
    let mut notes = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    let text = cut(text, &mut notes).replace("\r\n", "\n");
    let (front, body) = match front_matter::split(&text) {
        Some((head, body, _)) => (front::read(head, &mut notes), body),
        None => {
            let what =
                "no front matter: begin with --- and lines such as alert: HighLatency, up to another ---";
            notes.push(Note { line: 1, text: what.into(), is_fault: true });
            (Front::default(), text.as_str())
        }
    };
    let mut book = Runbook {
        path: path.into(),
        title: String::new(),
        front,
        sections: sections(blocks(body, path)),
        steps: Vec::new(),
        variables: Vec::new(),
        notes,
    };
    let first = book.sections.iter_mut().find(|s| s.level == 1);
    book.title = match first {
        Some(first) => short(first.title.strip_prefix("Runbook:").unwrap_or(&first.title)),
        None => {
            let text = "no title: a line that begins with one #";
            book.notes.push(Note { line: 1, text: text.into(), is_fault: false });
            let file = path.rsplit('/').next().unwrap_or(path);
            file.strip_suffix(".md").unwrap_or(file).to_string()
        }
    };
    number_steps(&mut book);
    for section in &book.sections {
        variables(&section.blocks, &mut book.variables);
    }
    if book.steps.is_empty() {
        let text = "no steps: number its headings or its list, or write tasks with - [ ]";
        book.notes.push(Note { line: 1, text: text.into(), is_fault: false });
    }
    book
}

impl Runbook {
    /// How long ago it was last gone through, if that is too long; `None` also for one that does not say when, of which
    /// its notes tell.
    pub fn stale(&self, now: Millis) -> Option<Millis> {
        let age = now - self.front.updated?;
        (age > STALE_AFTER).then_some(age)
    }

    pub fn section(&self, anchor: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.anchor == anchor)
    }

    /// Faults of its file: part of it could not be used.
    pub fn faults(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.is_fault)
    }
}

fn cut<'t>(text: &'t str, notes: &mut Vec<Note>) -> &'t str {
    if text.len() <= MOST_BYTES {
        return text;
    }
    let what = format!("longer than {} KB: the rest is not shown", MOST_BYTES / 1024);
    notes.push(Note { line: 1, text: what, is_fault: true });
    let end = (0..=MOST_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn short(title: &str) -> String {
    let title = one_line(title);
    match title.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", title.get(..at).unwrap_or_default()),
        None => title,
    }
}

fn sections(blocks: Vec<Block>) -> Vec<Section> {
    let mut all = vec![Section::default()];
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for block in blocks {
        match block {
            Block::Heading { level, spans } => {
                let title = plain(&spans);
                let anchor = unique(anchor_of(&title), &mut taken);
                all.push(Section { level, title: short(&title), anchor, step: None, blocks: Vec::new() });
            }
            other => {
                if let Some(section) = all.last_mut() {
                    section.blocks.push(other);
                }
            }
        }
    }
    all
}

/// The anchor of a heading as GitHub makes it, for that is where addresses in `runbook_url` come from: in lower case,
/// without punctuation, hyphens for spaces.
pub fn anchor_of(title: &str) -> String {
    let mut anchor = String::new();
    for letter in title.trim().chars().take(LONGEST) {
        match letter {
            ' ' => anchor.push('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => anchor.extend(c.to_lowercase()),
            _ => {}
        }
    }
    anchor
}

/// `a`, and for the same again `a-1`, `a-2`, unless something else is called so.
fn unique(id: String, taken: &mut BTreeMap<String, usize>) -> String {
    let mut n = taken.get(&id).copied().unwrap_or(0);
    let mut own = if n == 0 { id.clone() } else { format!("{id}-{n}") };
    while taken.contains_key(&own) {
        n += 1;
        own = format!("{id}-{n}");
    }
    // The next of the same name goes on from there.
    taken.insert(id, n + 1);
    taken.entry(own.clone()).or_insert(1);
    own
}

/// Whether a heading is numbered: `Step 1: Check`, `Solution 2: Roll back`, `3. Restart`.
fn is_numbered(title: &str) -> bool {
    let rest = title.trim_start_matches(|c: char| c.is_alphabetic()).trim_start();
    // One word at the most comes before the number.
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.len() < rest.len() && digits.starts_with([':', '.', ')'])
}

fn number_steps(book: &mut Runbook) {
    let mut taken = BTreeMap::new();
    let mut steps = Vec::new();
    for (place, section) in book.sections.iter_mut().enumerate() {
        if section.level > 1 && is_numbered(&section.title) {
            let id = unique(section.anchor.clone(), &mut taken);
            section.step = Some(steps.len());
            steps.push(Step { id, title: section.title.clone(), section: place });
        }
        number_items(&mut section.blocks, &section.anchor, place, &mut taken, &mut steps);
    }
    book.steps = steps;
}

/// Items of numbered lists and tasks, also inside of others. Lists nest to a fixed depth.
fn number_items(
    blocks: &mut [Block],
    anchor: &str,
    section: usize,
    taken: &mut BTreeMap<String, usize>,
    steps: &mut Vec<Step>,
) {
    for block in blocks {
        match block {
            Block::List { first, items } => {
                for item in items {
                    if first.is_some() || item.task.is_some() {
                        let title = item.blocks.iter().find_map(words).map(|t| short(&t)).unwrap_or_default();
                        let id = unique(format!("{anchor}/{}", anchor_of(&title)), taken);
                        item.step = Some(steps.len());
                        steps.push(Step { id, title, section });
                    }
                    number_items(&mut item.blocks, anchor, section, taken, steps);
                }
            }
            Block::Quote(inside) => number_items(inside, anchor, section, taken, steps),
            _ => {}
        }
    }
}

fn words(block: &Block) -> Option<String> {
    match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } | Block::Branch(_, spans) => {
            Some(plain(spans))
        }
        Block::Code { text, .. } => text.lines().next().map(Into::into),
        _ => None,
    }
}

fn variables(blocks: &[Block], into: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Code { text, .. } => variable::names(text, into),
            Block::Paragraph(spans) | Block::Branch(_, spans) | Block::Heading { spans, .. } => {
                for span in spans.iter().filter(|span| span.style.code) {
                    variable::names(&span.text, into);
                }
            }
            Block::List { items, .. } => items.iter().for_each(|item| variables(&item.blocks, into)),
            Block::Quote(inside) => variables(inside, into),
            Block::Table { .. } | Block::Rule => {}
        }
    }
}

/// All text of a runbook, in lower case, for a search.
pub(super) fn text_of(book: &Runbook) -> String {
    fn add(blocks: &[Block], out: &mut String) {
        let mut push = |spans: &[Span]| {
            spans.iter().for_each(|span| out.push_str(&span.text));
            out.push('\n');
        };
        for block in blocks {
            match block {
                Block::Paragraph(spans) | Block::Branch(_, spans) | Block::Heading { spans, .. } => {
                    push(spans)
                }
                Block::Table { head, rows } => {
                    head.iter().chain(rows.iter().flatten()).for_each(|cell| push(cell))
                }
                _ => {}
            }
        }
        for block in blocks {
            match block {
                Block::Code { text, .. } => {
                    out.push_str(text);
                    out.push('\n');
                }
                Block::List { items, .. } => items.iter().for_each(|item| add(&item.blocks, out)),
                Block::Quote(inside) => add(inside, out),
                _ => {}
            }
        }
    }
    let mut out = String::new();
    for section in &book.sections {
        out.push_str(&section.title);
        out.push('\n');
        add(&section.blocks, &mut out);
    }
    out.to_lowercase()
}

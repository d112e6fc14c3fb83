//! Markdown as plain values: bounded in depth, without HTML, each text with its style and its safe link.

use super::link::{Target, is_bidi, target};
use crate::domain::public::written::without_unprintable;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A part of a text that has one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// `"\n"` in it is a line end
    pub text: String,
    pub style: Style,
    pub link: Option<Target>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub strong: bool,
    pub emphasis: bool,
    pub struck: bool,
    pub code: bool,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Paragraph(Vec<Span>),
    /// `**Expected**: ..` and the like, without that label
    Branch(Branch, Vec<Span>),
    /// fenced or indented code, with the word after the fence
    Code {
        language: String,
        text: String,
    },
    List {
        /// the number of the first item of a numbered list
        first: Option<u64>,
        items: Vec<Item>,
    },
    Quote(Vec<Self>),
    Table {
        head: Vec<Vec<Span>>,
        rows: Vec<Vec<Vec<Span>>>,
    },
    Rule,
    /// A heading; `read` makes sections of those that are not inside of lists and quotes.
    Heading {
        level: u8,
        spans: Vec<Span>,
    },
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// of a task `- [ ]`: whether it is ticked in the file
    pub task: Option<bool>,
    /// its place among the runbook's steps
    pub step: Option<usize>,
    pub blocks: Vec<Block>,
}

/// What a step should lead to, and what to do otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    Expected,
    IfFailed,
    WhenToUse,
}

impl Branch {
    const LABELS: [(&'static str, Self); 9] = [
        ("expected output", Self::Expected),
        ("expected result", Self::Expected),
        ("expected", Self::Expected),
        ("success criteria", Self::Expected),
        ("if failed", Self::IfFailed),
        ("if it failed", Self::IfFailed),
        ("if not", Self::IfFailed),
        ("otherwise", Self::IfFailed),
        ("when to use", Self::WhenToUse),
    ];

    fn of(label: &str) -> Option<Self> {
        let label = label.trim().trim_end_matches(':').trim().to_lowercase();
        Self::LABELS.iter().find(|(text, _)| *text == label).map(|(_, branch)| *branch)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Expected => "Expected",
            Self::IfFailed => "If failed",
            Self::WhenToUse => "When to use",
        }
    }
}

/// Lists and quotes inside of each other beyond this depth are shown as if they ended there.
pub const DEEPEST: usize = 8;

const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// What is open while a file is read.
enum Open {
    Root,
    Quote,
    List(Option<u64>, Vec<Item>),
    Item(Option<bool>),
}

/// The cells of a row of a table.
type Row = Vec<Vec<Span>>;

struct Builder<'f> {
    /// path of the file, for its links
    from: &'f str,
    /// what is open, and what is in it so far; the first is the file itself
    open: Vec<(Open, Vec<Block>)>,
    /// for each list, item and quote that began: whether it was taken as such
    taken: Vec<bool>,
    /// the lines of the text that is being read, and whether each was ended by the author
    lines: Vec<(Vec<Span>, bool)>,
    /// how often strong, emphasis and struck are open
    styles: [usize; 3],
    links: Vec<Option<Target>>,
    code: Option<(String, String)>,
    /// the head and the rows
    table: Option<(Row, Vec<Row>)>,
    row: Row,
}

/// The blocks of a text, which is the body of the file at `from`.
pub fn blocks(text: &str, from: &str) -> Vec<Block> {
    let mut builder = Builder {
        from,
        open: vec![(Open::Root, Vec::new())],
        taken: Vec::new(),
        lines: Vec::new(),
        styles: [0; 3],
        links: Vec::new(),
        code: None,
        table: None,
        row: Vec::new(),
    };
    for event in Parser::new_ext(text, OPTIONS) {
        builder.take(event);
    }
    builder.flush();
    builder.open.drain(..1).next().map(|(_, blocks)| blocks).unwrap_or_default()
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            // Raw HTML is text like any other.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text, false),
            Event::Code(text) => self.text(&text, true),
            Event::SoftBreak => self.lines.push((Vec::new(), false)),
            Event::HardBreak => self.lines.push((Vec::new(), true)),
            Event::Rule => {
                self.flush();
                self.add(Block::Rule);
            }
            Event::TaskListMarker(done) => {
                if let Some((Open::Item(task), _)) = self.open.last_mut() {
                    *task = Some(done);
                }
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.style(0, 1),
            Tag::Emphasis => self.style(1, 1),
            Tag::Strikethrough => self.style(2, 1),
            Tag::Link { dest_url, .. } => self.links.push(target(&dest_url, self.from)),
            // A picture is not fetched: what it shows is written beside it, as a link.
            Tag::Image { dest_url, .. } => self.links.push(target(&dest_url, self.from)),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or("").to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((clean(&language, false), String::new()));
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some((Vec::new(), Vec::new()));
            }
            Tag::TableHead | Tag::TableRow => self.row = Vec::new(),
            Tag::TableCell => self.lines.clear(),
            Tag::BlockQuote(_) => self.nest(Open::Quote),
            Tag::List(first) => self.nest(Open::List(first, Vec::new())),
            Tag::Item => self.nest(Open::Item(None)),
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.style(0, -1),
            TagEnd::Emphasis => self.style(1, -1),
            TagEnd::Strikethrough => self.style(2, -1),
            TagEnd::Link | TagEnd::Image => drop(self.links.pop()),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    let text = text.trim_end_matches('\n').to_string();
                    self.add(Block::Code { language, text });
                }
            }
            TagEnd::TableCell => {
                let cell = joined(std::mem::take(&mut self.lines));
                self.row.push(cell);
            }
            TagEnd::TableHead => {
                if let Some((head, _)) = &mut self.table {
                    *head = std::mem::take(&mut self.row);
                }
            }
            TagEnd::TableRow => {
                if let Some((_, rows)) = &mut self.table {
                    rows.push(std::mem::take(&mut self.row));
                }
            }
            TagEnd::Table => {
                if let Some((head, rows)) = self.table.take() {
                    self.add(Block::Table { head, rows });
                }
            }
            TagEnd::Heading(level) => {
                let spans = joined(std::mem::take(&mut self.lines));
                self.add(Block::Heading { level: number(level), spans });
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.unnest(),
            _ => self.flush(),
        }
    }

    fn style(&mut self, which: usize, by: isize) {
        if let Some(depth) = self.styles.get_mut(which) {
            *depth = depth.saturating_add_signed(by);
        }
    }

    fn text(&mut self, text: &str, is_code: bool) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(&clean(text, true));
            return;
        }
        let [strong, emphasis, struck] = self.styles.map(|depth| depth > 0);
        let style = Style { strong, emphasis, struck, code: is_code };
        let link = self.links.last().cloned().flatten();
        let text = clean(text, is_code);
        if self.lines.is_empty() {
            self.lines.push((Vec::new(), false));
        }
        let Some((line, _)) = self.lines.last_mut() else { return };
        match line.last_mut() {
            Some(last) if last.style == style && last.link == link => last.text.push_str(&text),
            _ => line.push(Span { text, style, link }),
        }
    }

    fn nest(&mut self, open: Open) {
        self.flush();
        let fits = match (&open, self.open.last()) {
            // What a list that was not taken consists of goes where the list would be.
            (Open::Item(_), Some((Open::List(..), _))) => true,
            (Open::Item(_), _) => false,
            _ => self.open.len() <= 2 * DEEPEST,
        };
        self.taken.push(fits);
        if fits {
            self.open.push((open, Vec::new()));
        }
    }

    fn unnest(&mut self) {
        self.flush();
        if self.taken.pop() != Some(true) || self.open.len() < 2 {
            return;
        }
        match self.open.pop() {
            Some((Open::Quote, blocks)) => self.add(Block::Quote(blocks)),
            Some((Open::List(first, items), _)) => self.add(Block::List { first, items }),
            Some((Open::Item(task), blocks)) => {
                if let Some((Open::List(_, items), _)) = self.open.last_mut() {
                    items.push(Item { task, step: None, blocks });
                }
            }
            _ => {}
        }
    }

    /// Ends the paragraph that is open.
    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let mut rest: Vec<(Vec<Span>, bool)> = Vec::new();
        let mut branch = None;
        for (mut line, hard) in lines {
            if let Some(found) = label(&mut line) {
                self.paragraph(branch, std::mem::take(&mut rest));
                branch = Some(found);
            }
            rest.push((line, hard));
        }
        self.paragraph(branch, rest);
    }

    fn paragraph(&mut self, branch: Option<Branch>, lines: Vec<(Vec<Span>, bool)>) {
        let spans = joined(lines);
        if spans.iter().all(|span| span.text.trim().is_empty()) && branch.is_none() {
            return;
        }
        self.add(match branch {
            Some(branch) => Block::Branch(branch, spans),
            None => Block::Paragraph(spans),
        });
    }

    fn add(&mut self, block: Block) {
        // Between the items of a list there is nothing.
        let place = self.open.iter_mut().rev().find(|(open, _)| !matches!(open, Open::List(..)));
        if let Some((_, blocks)) = place {
            blocks.push(block);
        }
    }
}

/// The branch that a line begins with, whose label is then taken off.
fn label(line: &mut Vec<Span>) -> Option<Branch> {
    let first = line.first().filter(|span| span.style.strong)?;
    let has_colon = first.text.trim_end().ends_with(':')
        || line.get(1).is_some_and(|next| next.text.trim_start().starts_with(':'));
    let branch = Branch::of(&first.text).filter(|_| has_colon)?;
    line.remove(0);
    if let Some(next) = line.first_mut() {
        next.text = next.text.trim_start_matches([':', ' ']).to_string();
    }
    Some(branch)
}

/// Lines as one text.
fn joined(lines: Vec<(Vec<Span>, bool)>) -> Vec<Span> {
    let mut all: Vec<Span> = Vec::new();
    for (i, (line, hard)) in lines.into_iter().enumerate() {
        if i > 0
            && let Some(last) = all.last_mut()
        {
            last.text.push(if hard { '\n' } else { ' ' });
        }
        all.extend(line);
    }
    all
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        _ => 4,
    }
}

/// Text without what no page can hold. Letters that turn the direction of reading are left out of prose, and can be
/// seen in code, where somebody is about to copy them.
pub(super) fn clean(text: &str, is_code: bool) -> String {
    if !text.chars().any(is_bidi) {
        return without_unprintable(text.into());
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            c if is_bidi(c) && is_code => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c if is_bidi(c) => {}
            c => out.push(c),
        }
    }
    without_unprintable(out)
}

/// The text of spans without their styles.
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

//! The messages of an incident file: its Markdown, parted at the headings of the second rank.
//!
//! CommonMark decides what a heading is, with the same parser that renders the text: indented ones, tabs, closing hashes
//! and underlined headings are; what stands in code, in HTML, in a list or in a quotation is none.

use crate::domain::public::Phase;
use crate::domain::time::parse_rfc3339;
use crate::status_page::markdown::OPTIONS;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use std::ops::Range;

/// A heading of the second rank and the text below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Message<'t> {
    /// its words, without markup
    pub heading: String,
    /// from the start of the body, bytes
    pub at: usize,
    pub text: &'t str,
}

/// What is likely to be a mistake, at a byte of the body.
#[derive(Debug, PartialEq, Eq)]
pub struct Doubt {
    pub at: usize,
    pub found: String,
    pub expected: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Split<'t> {
    /// in the order of the file
    pub messages: Vec<Message<'t>>,
    /// where text begins that stands before the first message
    pub stray: Option<usize>,
    pub doubts: Vec<Doubt>,
}

struct Heading {
    level: HeadingLevel,
    range: Range<usize>,
    text: String,
}

struct Fence {
    range: Range<usize>,
    closed: bool,
}

/// Parts a body. Lines end with `\n`.
pub fn split(body: &str) -> Split<'_> {
    let (headings, fences) = blocks(body);
    let begin: Vec<&Heading> = headings.iter().filter(|h| begins_a_message(body, h)).collect();
    let ends = begin.iter().skip(1).map(|h| h.range.start).chain([body.len()]);
    let messages: Vec<Message<'_>> = begin
        .iter()
        .zip(ends)
        .map(|(heading, end)| Message {
            heading: heading.text.clone(),
            at: heading.range.start,
            text: body.get(heading.range.end..end).unwrap_or_default().trim_matches('\n').trim_end(),
        })
        .collect();
    let before = body.get(..messages.first().map_or(body.len(), |m| m.at)).unwrap_or_default();
    let stray = before.find(|c: char| !c.is_whitespace());
    let mut doubts = unclosed(body, &fences);
    doubts.extend(near_misses(body, &begin, &fences));
    doubts.sort_by_key(|d| d.at);
    Split { messages, stray, doubts }
}

/// Headings that stand in nothing else, and all fenced code.
fn blocks(body: &str) -> (Vec<Heading>, Vec<Fence>) {
    let (mut headings, mut fences) = (Vec::new(), Vec::new());
    let mut depth = 0_usize;
    let mut open: Option<Heading> = None;
    for (event, range) in Parser::new_ext(body, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some(Heading { level, range, text: String::new() });
            }
            Event::End(TagEnd::Heading(_)) if open.is_some() => headings.extend(open.take()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                let closed = is_closed(body.get(range.clone()).unwrap_or_default());
                fences.push(Fence { range, closed });
                depth += 1;
            }
            Event::Start(_) if open.is_none() => depth += 1,
            Event::End(_) if open.is_none() => depth = depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    (headings, fences)
}

/// Whether a fenced block ends with a line of its own letter, at least as long as the first one.
fn is_closed(block: &str) -> bool {
    let bare = |line: &str| line.trim_start_matches(['>', ' ', '\t']).trim_end().to_string();
    let mut lines = block.lines();
    let Some(first) = lines.next().map(bare) else { return false };
    let letter = first.chars().next().unwrap_or('`');
    let long = first.chars().take_while(|c| *c == letter).count();
    lines.next_back().map(bare).is_some_and(|last| last.len() >= long && last.chars().all(|c| c == letter))
}

/// A heading with hashes, whatever it says, so that a state that is mistyped is told. An underlined one only with a
/// state: three hyphens below a paragraph are more often meant as a line.
fn begins_a_message(body: &str, heading: &Heading) -> bool {
    let has_hashes = body.get(heading.range.clone()).is_some_and(|text| text.trim_start().starts_with('#'));
    heading.level == HeadingLevel::H2 && (has_hashes || state_of(&heading.text).is_some())
}

/// The state a text begins with, in any case of its letters.
pub fn state_of(text: &str) -> Option<Phase> {
    let word = text.split_whitespace().next()?.to_ascii_lowercase();
    // The other spelling of it.
    if word == "canceled" { Some(Phase::Cancelled) } else { Phase::parse(&word) }
}

fn unclosed(body: &str, fences: &[Fence]) -> Vec<Doubt> {
    let open = fences.iter().filter(|f| !f.closed);
    open.map(|fence| {
        let line = body.get(fence.range.clone()).and_then(|t| t.lines().next()).unwrap_or_default();
        Doubt {
            at: fence.range.start,
            found: format!("the code that {line:?} opens is never closed and swallows everything below it"),
            expected: "a closing line of the same letters".into(),
        }
    })
    .collect()
}

/// Lines that look like the heading of a message and are none, but for those in code that is closed.
fn near_misses(body: &str, begin: &[&Heading], fences: &[Fence]) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let is_heading =
            begin.iter().any(|h| h.range.contains(&at) || (at..at + line.len()).contains(&h.range.start));
        let quoted = fences.iter().any(|f| f.closed && f.range.contains(&at));
        if !is_heading && !quoted && looks_like_a_heading(line) {
            doubts.push(Doubt {
                at: at + line.find(|c: char| !c.is_whitespace()).unwrap_or(0),
                found: format!("{:?} looks like the heading of a message, but is part of the text", line.trim()),
                expected: "a line of its own outside of lists, quotations, code and HTML: ## resolved 2026-11-24T04:10:00Z".into(),
            });
        }
        at += line.len();
    }
    doubts
}

/// `### resolved`, `##resolved 2026-..`, `> ## resolved`, `**resolved 2026-..**`, `**Resolved** - 2026-..`, and hashes that
/// only look like some; not `# resolved issues`.
fn looks_like_a_heading(line: &str) -> bool {
    let is_mark =
        |c: char| "#>-*+_–—:".contains(c) || c.is_whitespace() || is_unseen(c) || c == FULL_WIDTH_HASH;
    let lead = line.split(|c: char| !is_mark(c)).next().unwrap_or_default();
    let has_hash = lead.contains(['#', FULL_WIDTH_HASH]);
    let words = line.split(|c: char| c.is_whitespace() || is_unseen(c)).map(|w| w.trim_matches(is_mark));
    let mut words = words.filter(|w| !w.is_empty());
    let state = words.next().and_then(state_of);
    match (state, words.next(), words.next()) {
        (Some(_), None, _) => has_hash,
        (Some(_), Some(time), more) => {
            let dated = time
                .get(..5)
                .is_some_and(|y| y.ends_with('-') && y.bytes().take(4).all(|b| b.is_ascii_digit()));
            parse_rfc3339(time).is_some() && more.is_none() || has_hash && dated
        }
        (None, _, _) => false,
    }
}

/// What an editor in a browser may leave: it has no width, and no hash after it begins a heading.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

const FULL_WIDTH_HASH: char = '\u{ff03}';

#[cfg(test)]
mod tests {
    use super::*;

    const T: &str = "2026-11-25T09:00:00Z";

    fn headings(body: &str) -> Vec<String> {
        split(body).messages.into_iter().map(|m| m.heading.replace(T, "T")).collect()
    }

    #[test]
    fn commonmark_decides_what_a_heading_is() {
        let first = "## investigating 2026-11-25T08:00:00Z\nx\n\n";
        let both = ["investigating 2026-11-25T08:00:00Z", "resolved T"];
        for (body, found) in [
            ("## resolved T\nFixed.\n", 2),
            ("   ## resolved T\n", 2),
            ("##\tresolved T\n", 2),
            ("## resolved T ##\n", 2),
            ("resolved T\n---\n", 2),
            ("## `resolved` T\n", 2),
            ("- item\n## resolved T\n", 2),
            ("> quoted\n## resolved T\n", 2),
            ("text\n## resolved T\n", 2),
            ("````\nodd: ```\n```\n````\n## resolved T\n", 2),
            ("```\na\n```sh\n```\n\n## resolved T\n", 2),
            ("```dig example.com```\n\n## resolved T\n", 2),
            ("~~~\n```\n~~~\n## resolved T\n", 2),
            ("    ```\n    x\n\n## resolved T\n", 2),
            ("```\nx\n   ```   \n## resolved T\n", 2),
            ("<div>\n\n## resolved T\n", 2),
            ("| a |\n| - |\n| b |\n## resolved T\n", 2),
            // None.
            ("    ## resolved T\n", 1),
            ("# resolved T\n", 1),
            ("### resolved T\n", 1),
            ("##resolved T\n", 1),
            ("\\## resolved T\n", 1),
            ("```\n## resolved T\n```\n", 1),
            ("```\n## resolved T\n``\n", 1),
            ("~~~ info\n## resolved T\n~~~\n", 1),
            ("> ## resolved T\n", 1),
            ("- ## resolved T\n", 1),
            ("1. x\n\n   ## resolved T\n", 1),
            ("<pre>\n## resolved T\n</pre>\n", 1),
            ("<!--\n## resolved T\n-->\n", 1),
            ("Some text\n---\n", 1),
        ] {
            let text = format!("{first}{}", body.replace('T', T));
            let expected: Vec<String> = both[..found].iter().map(|h| h.replace(T, "T")).collect();
            assert_eq!(headings(&text), expected, "{body:?}");
        }
    }

    #[test]
    fn each_message_has_the_text_up_to_the_next() {
        let body = "\n## investigating a\n\n  indented\n\n```\n## x\n```\n  ## resolved b\nDone.\n\n";
        let found = split(body);
        let texts: Vec<&str> = found.messages.iter().map(|m| m.text).collect();
        assert_eq!(texts, ["  indented\n\n```\n## x\n```", "Done."]);
        assert_eq!((found.stray, found.messages[1].at), (None, body.find("## resolved").unwrap()));
        assert_eq!(split("\n text\n## resolved b\n").stray, Some(2));
        assert_eq!(split(""), Split::default());
    }

    #[test]
    fn near_misses_and_code_without_an_end_are_told() {
        let doubts =
            |body: &str| split(&body.replace('T', T)).doubts.iter().map(|d| d.at).collect::<Vec<_>>();
        for told in [
            "##resolved T\n",
            "### resolved T\n",
            "# Resolved T\n",
            "### resolved\n",
            "> ## resolved T\n",
            "- ## resolved T\n",
            "    ## resolved T\n",
            "<div>\n## resolved T\n",
            "resolved T\n",
            "**resolved T**\n",
            "### resolved: T\n",
            "**Resolved** - T\n",
            "*resolved*: T\n",
            "\u{200b}## resolved T\n",
            "\u{ff03}\u{ff03} resolved T\n",
            "```\nx\n",
            "~~~\nx\n```\n",
            "> ```\n> x\n\ny\n",
        ] {
            assert_eq!(doubts(told).len(), 1, "{told:?}");
        }
        for quiet in [
            "## resolved T\n",
            "resolved T\n---\n",
            "It was resolved at T by hand.\n",
            "### What was resolved\n",
            "# Resolved issues of T\n",
            "resolved\n",
            "```\n## resolved T\n```\n",
            "> ```\n> x\n> ```\n",
            "- monitoring\n- resolved\n",
            "```\n```\n",
            "\\## resolved T\n",
        ] {
            assert_eq!(doubts(quiet), [] as [usize; 0], "{quiet:?}");
        }
        assert_eq!(doubts("a\n```\n## resolved T\n"), [2, 6], "both the code and the heading in it");
    }
}

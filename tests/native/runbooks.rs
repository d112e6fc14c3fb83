//! The runbooks that ship, and whatever a file may hold.

use fourlights::domain::runbook::link::Target;
use fourlights::domain::runbook::variable::{Piece, pieces};
use fourlights::domain::runbook::{Block, Runbook, Span, read};
use fourlights::sources::read_config;
use proptest::prelude::*;
use std::path::Path;

fn spans<'a>(blocks: &'a [Block], depth: usize, all: &mut Vec<&'a Span>) -> usize {
    let mut deepest = depth;
    for block in blocks {
        match block {
            Block::Paragraph(s) | Block::Branch(_, s) | Block::Heading { spans: s, .. } => all.extend(s),
            Block::Table { head, rows } => all.extend(head.iter().chain(rows.iter().flatten()).flatten()),
            Block::Quote(inside) => deepest = deepest.max(spans(inside, depth + 1, all)),
            Block::List { items, .. } => {
                for item in items {
                    deepest = deepest.max(spans(&item.blocks, depth + 1, all));
                }
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
    deepest
}

fn all_spans(book: &Runbook) -> (usize, Vec<&Span>) {
    let mut all = Vec::new();
    let depths: Vec<usize> = book.sections.iter().map(|s| spans(&s.blocks, 0, &mut all)).collect();
    (depths.into_iter().max().unwrap_or(0), all)
}

#[test]
fn the_runbooks_that_ship_are_whole_and_their_links_lead_somewhere() {
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    let text = std::fs::read_to_string(public.join("fourlights.json")).unwrap();
    let config = read_config(&text).unwrap();
    assert_eq!(config.runbooks.len(), 6);
    let mut files = config.runbooks.clone();
    files.push("runbooks/template.md".into());
    let books: Vec<Runbook> =
        files.iter().map(|file| read(file, &std::fs::read_to_string(public.join(file)).unwrap())).collect();
    for book in &books {
        assert!(book.notes.is_empty(), "{}: {:?}", book.path, book.notes);
        assert!(book.steps.len() >= 10 && book.front.updated.is_some(), "{}", book.path);
        assert!(book.variables.len() >= 3, "{}: {:?}", book.path, book.variables);
        for span in all_spans(book).1 {
            if let Some(Target::File { path, anchor }) = &span.link {
                let other = books.iter().find(|b| b.path == *path);
                let other = other.unwrap_or_else(|| panic!("{}: no file {path}", book.path));
                assert!(
                    anchor.is_empty() || other.section(anchor).is_some(),
                    "{}: {path}#{anchor}",
                    book.path
                );
            }
        }
    }
    // No folder has a runbook that the demo does not list.
    let n = std::fs::read_dir(public.join("runbooks")).unwrap().count();
    assert_eq!(n, files.len());
}

/// Markdown as somebody with bad intentions puts it together.
fn any_markdown() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "# ",
        "### Step 1: ",
        "- ",
        "- [ ] ",
        "1. ",
        "> ",
        "    ",
        "\n",
        "\n\n",
        "```\n",
        "~~~",
        "`",
        "**",
        "*",
        "~~",
        "[",
        "](",
        ")",
        "![",
        "<",
        ">",
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "data:text/html,x",
        "&#106;avascript:",
        "java&Tab;script:",
        "//evil.example",
        "\\\\evil.example",
        "https://a.example",
        "mailto:a@b.example",
        "../",
        "b.md",
        "#part",
        "[r]: ",
        "[r]",
        "|",
        "| - |",
        "---\n",
        "alert: ",
        "updated: ",
        "\u{202e}",
        "\u{0}",
        "é",
        "[service]",
        "{{x}}",
        "$(rm -rf /)",
        "text",
        " ",
        "\t",
        "\r\n",
        ":",
        "**If Failed**: ",
    ]);
    prop::collection::vec(part, 0..80).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_file_holds_its_links_are_harmless_and_its_depth_is_bounded(text in any_markdown()) {
        let book = read("runbooks/a.md", &text);
        let (deepest, all) = all_spans(&book);
        prop_assert!(deepest <= 16, "{deepest}");
        let titles = book.sections.iter().map(|s| s.title.as_str()).chain([book.title.as_str()]);
        for text in all.iter().map(|s| s.text.as_str()).chain(titles) {
            prop_assert!(!text.chars().any(|c| (c.is_control() && !"\n\t".contains(c)) || c == '\u{202e}'), "{text:?}");
        }
        for target in all.iter().filter_map(|span| span.link.as_ref()) {
            match target {
                Target::Outside(url) => {
                    let lower = url.to_lowercase();
                    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
                    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
                    prop_assert!(known || is_path, "{url:?}");
                }
                // A browser would read a scheme before the first slash, and another host after two.
                Target::File { path, .. } => {
                    let first = path.split('/').next().unwrap_or_default();
                    prop_assert!(!path.starts_with('/') && !first.contains(':') && !path.contains('\\'), "{path:?}");
                    prop_assert!(!path.split('/').any(|step| step == ".."), "{path:?}");
                }
            }
        }
        for step in &book.steps {
            prop_assert_eq!(book.steps.iter().filter(|other| other.id == step.id).count(), 1, "{}", step.id);
        }
        let mut anchors: Vec<&str> = book.sections.iter().map(|s| s.anchor.as_str()).collect();
        anchors.sort_unstable();
        let n = anchors.len();
        anchors.dedup();
        // The part before any heading has none, as has a heading of signs alone.
        prop_assert!(n - anchors.len() <= 1, "{anchors:?}");
    }

    #[test]
    fn pieces_of_any_command_join_to_it(command in any_markdown()) {
        let joined: String = pieces(&command)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Variable(text, _) => text,
            })
            .collect();
        prop_assert_eq!(joined, command);
    }
}

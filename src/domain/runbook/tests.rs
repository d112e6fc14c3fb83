//! Runbooks that are read, found, and hostile.

use super::find::{Coverage, Wanted, Why, coverage, find, search};
use super::link::Target;
use super::markdown::{DEEPEST, plain};
use super::read::anchor_of;
use super::*;
use crate::domain::labels::Labels;

const TEXT: &str = "---
service: api
alert: [HighLatency]
owner: Platform
updated: 2026-11-01
---
# Runbook: API - High latency

Slow for **everybody**.

## Immediate Actions (First 5 Minutes)

1. **Acknowledge Alert**
   - Post in #incidents
2. Look at [the dashboard](https://grafana.example/d/1)

## Diagnostic Steps

### Step 1: Check Service Health
```bash
kubectl get pods -n [namespace] | grep {{service}}
```

**Expected Output**: All pods \"Running\"
**If Failed**: Proceed to [Step 2](#step-2-database)

### Step 2: Database
- [ ] Look at `psql -h [db-host]`
- [x] Done before

## Links
- [Next](../other.md#part)
";

fn book(text: &str) -> Runbook {
    read("runbooks/a.md", text)
}

#[test]
fn a_file_becomes_sections_steps_and_commands() {
    let book = book(TEXT);
    assert_eq!(book.title, "API - High latency");
    assert!(book.notes.is_empty(), "{:?}", book.notes);
    let anchors: Vec<&str> = book.sections.iter().map(|s| s.anchor.as_str()).collect();
    assert_eq!(
        anchors,
        [
            "",
            "runbook-api---high-latency",
            "immediate-actions-first-5-minutes",
            "diagnostic-steps",
            "step-1-check-service-health",
            "step-2-database",
            "links"
        ]
    );
    let steps: Vec<(&str, &str)> = book.steps.iter().map(|s| (s.id.as_str(), s.title.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("immediate-actions-first-5-minutes/acknowledge-alert", "Acknowledge Alert"),
            ("immediate-actions-first-5-minutes/look-at-the-dashboard", "Look at the dashboard"),
            ("step-1-check-service-health", "Step 1: Check Service Health"),
            ("step-2-database", "Step 2: Database"),
            ("step-2-database/look-at-psql--h-db-host", "Look at psql -h [db-host]"),
            ("step-2-database/done-before", "Done before"),
        ]
    );
    assert_eq!(book.variables, ["namespace", "service", "db-host"]);
    let health = book.section("step-1-check-service-health").unwrap();
    match health.blocks.as_slice() {
        [Block::Code { language, text }, Block::Branch(first, expected), Block::Branch(second, failed)] => {
            assert_eq!((language.as_str(), text.lines().count()), ("bash", 1));
            assert_eq!((*first, *second), (Branch::Expected, Branch::IfFailed));
            assert_eq!(plain(expected).trim(), "All pods \"Running\"");
            assert_eq!(plain(failed), "Proceed to Step 2");
            let here = Target::File { path: "runbooks/a.md".into(), anchor: "step-2-database".into() };
            assert!(failed.iter().any(|span| span.link.as_ref() == Some(&here)), "{failed:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn steps_keep_their_ids_when_others_come_before_them() {
    let ids = |text: &str| book(text).steps.into_iter().map(|s| s.id).collect::<Vec<_>>();
    let before = ids("# T\n## Do\n1. one\n2. two\n");
    let after = ids("# T\n## First\n1. zero\n## Do\n1. half\n2. one\n3. two\n");
    assert!(before.iter().all(|id| after.contains(id)), "{before:?} {after:?}");
    assert_eq!(ids("# T\n1. a\n2. a\n3. a\n"), ["t/a", "t/a-1", "t/a-2"]);
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    for (text, expected) in [
        ("# T\n1. a", "1: no front matter"),
        ("---\nservice: a\nowner: b\nupdated: 2026-11-01\n---\n1. a", "1: no title"),
        ("---\nservice: a\nowner: b\nupdated: 2026-11-01\n---\n# T\ntext", "1: no steps"),
    ] {
        let notes: Vec<String> = book(text).notes.iter().map(|n| format!("{}: {}", n.line, n.text)).collect();
        assert!(notes.iter().any(|n| n.starts_with(expected)), "{text:?}: {notes:?}");
    }
    assert_eq!(book("").title, "a");
}

#[test]
fn a_runbook_grows_stale() {
    let book = book(TEXT);
    let updated = book.front.updated.unwrap();
    assert_eq!(book.stale(updated + STALE_AFTER), None);
    assert_eq!(book.stale(updated + STALE_AFTER + 1), Some(STALE_AFTER + 1));
    assert_eq!(read("x.md", "# T").stale(i64::MAX), None);
}

#[test]
fn anchors_are_those_of_github() {
    for (title, anchor) in [
        ("Step 1: Check Service Health", "step-1-check-service-health"),
        ("Größe & Last", "größe--last"),
        ("  `kubectl` get_pods!  ", "kubectl-get_pods"),
        ("日本語 です", "日本語-です"),
        ("!!!", ""),
    ] {
        assert_eq!(anchor_of(title), anchor, "{title}");
    }
}

fn library() -> Vec<Runbook> {
    let one = |path: &str, head: &str, title: &str| {
        read(
            path,
            &format!("---\n{head}\nowner: o\nupdated: 2026-01-01\n---\n# {title}\n1. Look at the replica\n"),
        )
    };
    vec![
        one("r/service.md", "service: [api]", "Restart"),
        one("r/latency.md", "alert: [HighLatency]", "Latency"),
        one("r/latency-data.md", "alert: [HighLatency]\nlabels: [team=data]", "Latency of data"),
        one("r/data.md", "labels: [team=data]", "Anything of data"),
        one("r/auth-latency.md", "alert: [HighLatency]\nservice: auth", "Latency of sign-in"),
    ]
}

#[test]
fn the_best_runbook_for_an_alert_comes_first() {
    let books = library();
    let data: Labels = [("team", "data")].into_iter().collect();
    let found = |wanted: Wanted<'_>| {
        find(&books, &wanted).into_iter().map(|f| (books[f.place].path.as_str(), f.why)).collect::<Vec<_>>()
    };
    let none = Labels::default();
    let alert =
        Wanted { alert: Some("HighLatency"), labels: Some(&none), service: Some("api"), runbook_url: None };
    assert_eq!(found(alert), [("r/latency.md", Why::Alert), ("r/service.md", Why::Service)]);
    assert_eq!(
        found(Wanted { labels: Some(&data), ..alert }),
        [
            ("r/latency-data.md", Why::AlertAndLabels),
            ("r/latency.md", Why::Alert),
            ("r/data.md", Why::Labels),
            ("r/service.md", Why::Service)
        ]
    );
    let linked = Wanted { runbook_url: Some("https://git.example/ops/r/auth-latency.md#step-1"), ..alert };
    assert_eq!(
        find(&books, &linked)[0],
        find::Found { place: 4, why: Why::Address, anchor: "step-1".into() }
    );
    assert_eq!(found(Wanted { alert: Some("Other"), ..alert }), [("r/service.md", Why::Service)]);
    assert_eq!(found(Wanted::default()), []);
    let wanted = |name: &'static str| Wanted { alert: Some(name), labels: Some(&none), ..Wanted::default() };
    let elsewhere = Wanted { runbook_url: Some("https://wiki.example/x"), ..wanted("Linked") };
    let alerts =
        [wanted("HighLatency"), wanted("DiskFull"), wanted("DiskFull"), elsewhere, Wanted::default()];
    assert_eq!(coverage(&books, &alerts), Coverage { total: 3, without: vec!["DiskFull".into()] });
}

#[test]
fn words_are_searched_in_titles_first() {
    let books = library();
    let paths =
        |words: &str| search(&books, words).into_iter().map(|i| books[i].path.as_str()).collect::<Vec<_>>();
    assert_eq!(paths("").len(), 5);
    assert_eq!(paths("AUTH latency"), ["r/auth-latency.md"]);
    assert_eq!(paths("replica").len(), 5);
    assert_eq!(paths("restart"), ["r/service.md"]);
    assert!(paths("nonsense").is_empty());
}

/// How deep blocks nest, and all of their texts and links.
fn walk(blocks: &[Block], depth: usize, deepest: &mut usize, texts: &mut String, links: &mut Vec<Target>) {
    *deepest = (*deepest).max(depth);
    let mut spans = |spans: &[Span]| {
        for span in spans {
            texts.push_str(&span.text);
            links.extend(span.link.clone());
        }
    };
    for block in blocks {
        match block {
            Block::Paragraph(s) | Block::Branch(_, s) | Block::Heading { spans: s, .. } => spans(s),
            Block::Table { head, rows } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| spans(cell))
            }
            _ => {}
        }
    }
    for block in blocks {
        match block {
            Block::Code { text, .. } => texts.push_str(text),
            Block::Quote(inside) => walk(inside, depth + 1, deepest, texts, links),
            Block::List { items, .. } => {
                items.iter().for_each(|item| walk(&item.blocks, depth + 1, deepest, texts, links));
            }
            _ => {}
        }
    }
}

fn all_of(book: &Runbook) -> (usize, String, Vec<Target>) {
    let (mut deepest, mut texts, mut links) = (0, String::new(), Vec::new());
    for section in &book.sections {
        texts.push_str(&section.title);
        walk(&section.blocks, 0, &mut deepest, &mut texts, &mut links);
    }
    (deepest, texts, links)
}

/// After public lists of what has got past filters (OWASP's cheat sheet, html5sec, markdown-xss collections).
const HOSTILE: [&str; 40] = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=\"javascript:alert('XSS');\">",
    "<IMG SRC=`javascript:alert(\"'XSS'\")`>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=\"javascript:alert(1)\">",
    "<embed src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></table></math><img src onerror=alert(1)>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=\"refresh\" content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<![CDATA[<script>alert(1)</script>]]>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](javascript&#58;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](\\\\\\\\evil.example)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif\"onerror=\"alert(1))",
    "[![x](data:image/svg+xml,<svg/onload=alert(1)>)](javascript:alert(1))",
];

#[test]
fn hostile_text_is_text() {
    for hostile in HOSTILE {
        for text in [
            hostile.to_string(),
            format!("# {hostile}"),
            format!("1. {hostile}\n2. > {hostile}"),
            format!("| a |\n| - |\n| {} |", hostile.replace('\n', " ")),
            format!("---\nowner: {hostile}\nalert: [{hostile}]\nservice: {hostile}\n---\n{hostile}"),
        ] {
            let (_, texts, links) = all_of(&book(&text));
            for link in links {
                // Where one is left it leads to the web, and the rest of it is part of its path.
                let Target::Outside(url) = &link else {
                    assert!(matches!(&link, Target::File { path, .. } if !path.contains(':')), "{link:?}");
                    continue;
                };
                assert!(url.starts_with("https://") || url.starts_with("mailto:"), "{text:?}: {url}");
            }
            if hostile.starts_with('<') && !hostile.starts_with("<java") {
                assert!(
                    texts.contains("alert") || texts.contains("evil") || texts.contains("base64"),
                    "{text:?}"
                );
            }
        }
    }
}

#[test]
fn letters_that_turn_the_direction_show_in_commands_and_nowhere_else() {
    let turned = "a\u{202e}b\u{2066}c";
    let text = format!("# {turned}\n{turned} `{turned}`\n```\n{turned}\n```\n");
    let book = book(&text);
    assert_eq!(book.title, "abc");
    let (_, texts, _) = all_of(&book);
    assert_eq!(texts, "abcabc a<U+202E>b<U+2066>ca<U+202E>b<U+2066>c");
}

#[test]
fn a_million_letters_of_title_are_cut() {
    for text in [
        format!("# {}", "é".repeat(1_000_000)),
        format!("---\nowner: {}\nalert: {}\n---\n# T", "x".repeat(1_000_000), "y".repeat(10)),
        format!("---\n{}\n---\n# T", "x: y\n".repeat(200_000)),
        "x".repeat(1_000_000),
        "1. a\n".repeat(200_000),
    ] {
        let book = book(&text);
        assert!(book.title.chars().count() <= 161);
        assert!(book.front.owner.iter().chain(&book.front.alerts).all(|v| v.chars().count() <= 200));
        assert!(book.notes.iter().all(|n| n.text.chars().count() < 300));
        assert!(book.notes.iter().any(|n| n.text.contains("256 KB")));
        assert!(all_of(&book).1.len() <= 2 * MOST_BYTES);
        assert!(book.steps.iter().all(|s| s.title.chars().count() <= 161 && s.id.len() < 2_000));
    }
}

#[test]
fn markdown_that_nests_without_end_is_flat_and_quick() {
    let deep = 120_000;
    let nested: String = (0..400).map(|n| format!("{}- x\n", "  ".repeat(n))).collect();
    for text in [
        ">".repeat(deep),
        format!("{}x", "> ".repeat(deep)),
        format!("{}x", "- ".repeat(deep)),
        format!("{}x", "1. ".repeat(deep / 2)),
        format!("{}x{}", "*".repeat(deep), "*".repeat(deep)),
        format!("{}x{}", "[".repeat(deep), "](y)".repeat(deep / 4)),
        format!("{}x", "![".repeat(deep)),
        "`".repeat(2 * deep),
        "<".repeat(2 * deep),
        "&".repeat(2 * deep),
        "| ".repeat(deep),
        format!("|a|\n|-|\n{}", "|".repeat(deep)),
        "- [ ] ".repeat(deep / 4),
        "a\n\n[x]: y\n".repeat(20_000),
        nested,
        (0..500).map(|n| format!("{}x\n", "> ".repeat(n % 400))).collect(),
    ] {
        let begin = std::time::Instant::now();
        let book = book(&text);
        let (deepest, texts, _) = all_of(&book);
        let start: String = text.chars().take(12).collect();
        assert!(deepest <= 2 * DEEPEST, "{start:?}: {deepest}");
        assert!(texts.len() <= 2 * MOST_BYTES, "{start:?}: {}", texts.len());
        assert!(begin.elapsed().as_secs() < 20, "{start:?}: {:?}", begin.elapsed());
        drop(book);
    }
}

//! What people wrote, as HTML that cannot do anything: no raw HTML, links to a few schemes only, no pictures.

use crate::domain::public::Body;
use crate::domain::public::written::without_unprintable;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// What is understood beside CommonMark. Whoever parts a text into messages has to use the same.
pub const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// A body as safe HTML.
pub fn html_of(body: &Body) -> String {
    match body {
        Body::Markdown(text) => of_markdown(text),
        Body::Text(text) if text.is_empty() => String::new(),
        Body::Text(text) => format!("<p class=\"plain\">{}</p>", escape(text)),
    }
}

/// A body as text without markup, for formats that have none. Links keep their address.
pub fn text_of(body: &Body) -> String {
    let Body::Markdown(text) = body else { return body.text().into() };
    let mut out = String::new();
    let mut links: Vec<(String, usize)> = Vec::new();
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Text(t) | Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) => out.push_str(&t),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => {
                end_line(&mut out, 1);
            }
            Event::Start(Tag::Item) => {
                if !out.ends_with('\n') {
                    end_line(&mut out, 1);
                }
                out.push_str("- ");
            }
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::List(_)) => {
                end_line(&mut out, 2);
            }
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url.to_string(), out.len())),
            Event::End(TagEnd::Link) => {
                let Some((url, from)) = links.pop() else { continue };
                if is_allowed(&url) && out.get(from..) != Some(url.as_str()) {
                    out.push_str(&format!(" ({url})"));
                }
            }
            _ => {}
        }
    }
    without_unprintable(out.trim().into())
}

/// Ends with exactly so many line ends, unless nothing is there yet.
fn end_line(out: &mut String, n: usize) {
    let length = out.trim_end().len();
    out.truncate(length);
    if !out.is_empty() {
        out.push_str(&"\n".repeat(n));
    }
}

/// Text as it can stand in Markdown without any meaning there.
pub fn escape_markdown(text: &str) -> String {
    let special = |c: char| "\\`*_[]<>#|~!&".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn of_markdown(text: &str) -> String {
    let events = Parser::new_ext(text, OPTIONS);
    // Where a picture or a refused link stood, its text stays.
    let mut refused = Vec::new();
    let safe = events.filter_map(move |event| match event {
        // Raw HTML is shown as it was typed.
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let fine = is_allowed(&dest_url);
            refused.push(!fine);
            let title = CowStr::Borrowed("");
            fine.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::End(TagEnd::Link) => (refused.pop() == Some(false)).then_some(Event::End(TagEnd::Link)),
        // The page's own headings go down to the third rank.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Heading {
            level: pulldown_cmark::HeadingLevel::H4,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(pulldown_cmark::HeadingLevel::H4))),
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, safe);
    without_unprintable(out)
}

/// http, https and mailto; nothing relative, which would mean something else on each page.
fn is_allowed(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme))
        && !url.chars().any(char::is_control)
}

/// Text as it can stand between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in HTML or XML in any form.
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        assert_eq!(of_markdown(text).trim(), expected);
    }

    #[test]
    fn markup_stays() {
        becomes("a **b** `c`", "<p>a <strong>b</strong> <code>c</code></p>");
        becomes(
            "[x](https://example.com/?a=1&b=2)",
            "<p><a href=\"https://example.com/?a=1&amp;b=2\">x</a></p>",
        );
        becomes("# Title", "<h4>Title</h4>");
    }

    #[test]
    fn text_without_markup_keeps_lines_and_links() {
        for (typed, text) in [
            ("a **b** `c`\nd  \ne", "a b c\nd\ne"),
            (
                "[x](https://e.example/1) and <https://e.example/2>",
                "x (https://e.example/1) and https://e.example/2",
            ),
            ("[x](javascript:1)", "x"),
            ("one\n\n- a\n- b\n\ntwo", "one\n\n- a\n- b\n\ntwo"),
            ("## h\n```\ncode\n```\n&amp; &rsquo;", "h\n\ncode\n\n& \u{2019}"),
        ] {
            assert_eq!(text_of(&Body::Markdown(typed.into())), text, "{typed:?}");
        }
    }

    #[test]
    fn letters_that_no_format_can_hold_are_left_out_also_by_their_numbers() {
        let typed = "a&#1;b&#x8;c&#xFFFE;d&#13;e `&#1;` [x&#2;](https://e.example/&#3;)";
        becomes(typed, "<p>abcde <code>&amp;#1;</code> x</p>");
        assert_eq!(text_of(&Body::Markdown(typed.into())), "abcde &#1; x");
    }

    #[test]
    fn escaped_text_means_itself() {
        for text in ["a [b](https://x) *c* _d_ `e` # f", "<b>&amp;</b> | ~~x~~ ![y]", "1 \\ 2"] {
            let html = of_markdown(&format!("x {}", escape_markdown(text)));
            assert_eq!(html.trim(), format!("<p>x {}</p>", escape(text)), "{text}");
        }
    }

    #[test]
    fn nothing_gets_through_that_acts() {
        becomes("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        becomes("a <img src=x onerror=alert(1)>", "<p>a &lt;img src=x onerror=alert(1)&gt;</p>");
        for url in
            ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil", "/x", "vbscript:x"]
        {
            becomes(&format!("[x]({url})"), "<p>x</p>");
        }
        becomes("![pixel](https://evil.example/p.gif)", "<p>pixel</p>");
        becomes(
            "<https://ok.example/\">",
            "<p><a href=\"https://ok.example/%22\">https://ok.example/\"</a></p>",
        );
        becomes("[a [b](javascript:x) c](https://ok.example)", "<p>[a b c](https://ok.example)</p>");
    }
}

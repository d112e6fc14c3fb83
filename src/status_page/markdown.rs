//! What people wrote, as HTML that cannot do anything: no raw HTML, links to a few schemes only, no pictures.

use crate::domain::public::Body;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A body as safe HTML.
pub fn html_of(body: &Body) -> String {
    match body {
        Body::Markdown(text) => of_markdown(text),
        Body::Text(text) if text.is_empty() => String::new(),
        Body::Text(text) => format!("<p class=\"plain\">{}</p>", escape(text)),
    }
}

fn of_markdown(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
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
    out
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

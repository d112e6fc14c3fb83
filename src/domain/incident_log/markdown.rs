//! Texts of others in Markdown: they stay text.

/// Marks that turn the direction of what follows. A name that carries one would turn the line it is in.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// A text on one line, every mark of Markdown escaped.
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_turning(*c)) {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.trim().to_string()
}

/// What somebody wrote for the review, in Markdown: paragraphs, lists and emphasis stay, links, images and HTML become text.
pub fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_turning(*c)) {
        match c {
            '[' | ']' | '<' => {
                out.push('\\');
                out.push(c);
            }
            // The headings are the draft's own.
            '#' if out.is_empty() || out.ends_with('\n') => out.push_str("\\#"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out.trim().to_string()
}

/// A link that Markdown and browsers both follow; `None` for what is no address of the web.
pub fn web_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | '"') || is_turning(c)
    };
    (is_web && !text.contains(odd)).then_some(text)
}

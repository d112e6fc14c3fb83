//! The HTML of message bodies as Markdown: lines, entities and links stay, and nothing else.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Markdown that shows what a body's HTML says. Without any tag that breaks lines, the text's own line ends are meant.
pub fn markdown_of(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let own_breaks = !["<br", "<p>", "<p ", "<li", "<div"].iter().any(|tag| lower.contains(tag));
    let mut out = Writer { own_breaks, ..Writer::default() };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.text(before);
        rest = if let Some(comment) = from.strip_prefix("<!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if let Some((tag, after)) = tag_at(from) {
            out.tag(tag);
            after
        } else {
            out.text("<");
            from.get(1..).unwrap_or_default()
        };
    }
    out.text(rest);
    out.close_link();
    out.text.trim_end().to_string()
}

/// What stands between `<` and `>`, and what follows. A `>` in quotes does not end a tag.
fn tag_at(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('<')?;
    if !inside.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (i, letter) in inside.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some((inside.get(..i)?, inside.get(i + 1..)?)),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

#[derive(Default)]
struct Writer {
    text: String,
    own_breaks: bool,
    /// line ends to be written before the next text
    breaks: usize,
    item: bool,
    /// address of an open link, and where its text begins
    link: Option<(String, usize)>,
}

impl Writer {
    fn tag(&mut self, tag: &str) {
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        match (name.unwrap_or_default().to_ascii_lowercase().as_str(), closes) {
            ("br", _) => self.breaks += 1,
            (
                "p" | "div" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre"
                | "table",
                _,
            ) => {
                self.breaks = 2;
            }
            ("tr", _) | ("li", true) => self.breaks = self.breaks.max(1),
            ("li", false) => {
                self.breaks = self.breaks.max(1);
                self.item = true;
            }
            ("a", false) => {
                self.close_link();
                if let Some(url) = href_of(tag) {
                    self.begin();
                    self.text.push('[');
                    self.link = Some((url, self.text.len()));
                }
            }
            ("a", true) => self.close_link(),
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some((url, from)) = self.link.take() else { return };
        if self.text.len() == from {
            self.text.pop();
            self.text.push_str(&format!("<{url}>"));
        } else {
            self.text.push_str(&format!("](<{url}>)"));
        }
    }

    /// Writes the line ends that are due.
    fn begin(&mut self) {
        if self.text.is_empty() {
            self.breaks = 0;
        }
        match std::mem::take(&mut self.breaks) {
            0 => {}
            1 if self.item => self.text.push('\n'),
            // A line end that stays one.
            1 => self.text.push_str("\\\n"),
            _ => self.text.push_str("\n\n"),
        }
        if std::mem::take(&mut self.item) {
            self.text.push_str("- ");
        }
    }

    fn text(&mut self, html: &str) {
        for (i, line) in html.split('\n').enumerate() {
            if i > 0 && self.own_breaks {
                self.breaks += 1;
            } else if i > 0 {
                self.space();
            }
            self.line(line);
        }
    }

    fn space(&mut self) {
        if self.breaks == 0 && !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    fn line(&mut self, line: &str) {
        let mut rest = line;
        while let Some(at) = rest.find('&') {
            let (before, from) = rest.split_at(at);
            self.letters(before);
            match entity_at(from) {
                Some((Entity::Letter(letter), after)) => {
                    self.letters(letter.encode_utf8(&mut [0; 4]));
                    rest = after;
                }
                // Markdown has the same names.
                Some((Entity::Named(name), after)) => {
                    self.begin();
                    self.text.push_str(&format!("&{name};"));
                    rest = after;
                }
                None => {
                    self.letters("&");
                    rest = from.get(1..).unwrap_or_default();
                }
            }
        }
        self.letters(rest);
    }

    /// Letters that mean themselves.
    fn letters(&mut self, text: &str) {
        for letter in text.chars() {
            if letter.is_whitespace() && letter != '\u{a0}' {
                self.space();
                continue;
            }
            self.begin();
            let line = self.text.rsplit('\n').next().unwrap_or_default();
            let line = line.strip_prefix("- ").unwrap_or(line);
            let begins = line.is_empty() && matches!(letter, '-' | '+' | '=' | ':');
            let numbers =
                !line.is_empty() && line.chars().all(|c| c.is_ascii_digit()) && matches!(letter, '.' | ')');
            if begins || numbers || "\\`*_[]<>#|~!&".contains(letter) {
                self.text.push('\\');
            }
            self.text.push(letter);
        }
    }
}

/// A name with its entities as letters: `A &amp; B` is `A & B`. Names hold no markup, so what looks like a tag stays.
pub fn plain_of(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = match entity_at(from) {
            Some((Entity::Letter(letter), after)) => {
                out.push(letter);
                after
            }
            _ => {
                out.push('&');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    out + rest
}

/// The address a link leads to, if visitors may follow it.
fn href_of(tag: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.match_indices("href").map(|(at, _)| at);
    let value = at.filter_map(|at| tag.get(at + 4..)?.trim_start().strip_prefix('=')).next()?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    let mut url = String::new();
    let mut rest = value.trim();
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        url.push_str(before);
        rest = match entity_at(from) {
            Some((Entity::Letter(letter), after)) => {
                url.push(letter);
                after
            }
            _ => {
                url.push('&');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    url.push_str(rest);
    let known = ["https://", "http://", "mailto:"].iter().any(|s| url.to_ascii_lowercase().starts_with(s));
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\');
    let encoded = |c: char| match odd(c) {
        true => utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string(),
        false => c.to_string(),
    };
    known.then(|| url.chars().map(encoded).collect())
}

enum Entity<'e> {
    Letter(char),
    /// one that is not known here
    Named(&'e str),
}

/// The entity a text begins with, and what follows.
fn entity_at(text: &str) -> Option<(Entity<'_>, &str)> {
    let (name, after) = text.strip_prefix('&')?.split_once(';')?;
    if name.is_empty() || name.len() > 31 {
        return None;
    }
    if let Some(number) = name.strip_prefix('#') {
        let point = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((Entity::Letter(char::from_u32(point).unwrap_or('\u{fffd}')), after));
    }
    let known = [("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("amp", '&'), ("nbsp", '\u{a0}')];
    match known.iter().find(|(known, _)| *known == name) {
        Some((_, letter)) => Some((Entity::Letter(*letter), after)),
        None => name.chars().all(|c| c.is_ascii_alphanumeric()).then_some((Entity::Named(name), after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_entities_and_links_stay() {
        for (html, markdown) in [
            ("a<br />b &amp; c", "a\\\nb \\& c"),
            ("a<br>b<BR/>\nc", "a\\\nb\\\nc"),
            ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo."),
            ("one\ntwo\n\nthree", "one\\\ntwo\n\nthree"),
            ("a<br><br>b", "a\n\nb"),
            ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter"),
            (
                "see <a href=\"https://e.example/?a=1&amp;b=2\">the log</a>.",
                "see [the log](<https://e.example/?a=1&b=2>).",
            ),
            ("<a target='_blank' href='https://e.example/a b'>x</a>", "[x](<https://e.example/a%20b>)"),
            ("<a href=\"javascript:alert(1)\">x</a> <a href=\"/rel\">y</a>", "x y"),
            ("<a href=\"https://e.example\"></a>", "<https://e.example>"),
            ("<b>bold</b> &#8217;&#x27;&rsquo;&nbsp;&bogus &", "bold \u{2019}'&rsquo;\u{a0}\\&bogus \\&"),
            ("&lt;b&gt; 1 < 2 *a* _b_ # [c]", "\\<b\\> 1 \\< 2 \\*a\\* \\_b\\_ \\# \\[c\\]"),
            ("1. x<br>- y<br>+ z", "1\\. x\\\n\\- y\\\n\\+ z"),
            ("a <!-- hidden --> b", "a b"),
            ("1 < 2 <script>alert(1)</script>", "1 \\< 2 alert(1)"),
            ("  <p>  x  </p>  ", "x"),
            ("&#0;&#xD800;&#x110000;", "\u{0}\u{fffd}\u{fffd}"),
            ("", ""),
        ] {
            assert_eq!(markdown_of(html), markdown, "{html:?}");
        }
    }
}

//! From text to tokens.

use super::Place;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    Text,
    /// `[...]`, as a whole: what is inside may be a placeholder of any tool
    Brackets,
    /// one of `( ) { } , @` or an operator
    Sign,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub at: Place,
}

/// Two characters before one, so that `=~` is not read as `=`.
const SIGNS: [&str; 22] = [
    "==", "!=", "<=", ">=", "=~", "!~", "(", ")", "{", "}", ",", "@", "+", "-", "*", "/", "%", "^", "<", ">",
    "=", ":",
];

/// The tokens of a query, or why it is none.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = match rest.chars().next() {
            Some(c) if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            Some('$') => return Err(placeholder(rest)),
            Some('{') if rest.starts_with("{{") => return Err(placeholder(rest)),
            Some('[') => (Kind::Brackets, brackets(rest)?),
            Some(quote @ ('"' | '\'' | '`')) => (Kind::Text, quoted(rest, quote)?),
            Some(c) if c.is_ascii_digit() || starts_a_fraction(rest) => (Kind::Number, number(rest)),
            Some(c) if c.is_ascii_alphabetic() || c == '_' || c == ':' => (Kind::Word, word(rest)),
            Some(c) => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign, sign.len()),
                None => return Err(format!("{c:?} is no part of PromQL")),
            },
            None => break,
        };
        all.push(Token { kind, at: at..at + length });
        at += length;
    }
    Ok(all)
}

fn placeholder(rest: &str) -> String {
    let end = rest.find([' ', ')', ',', '"']).unwrap_or(rest.len()).max(2);
    let shown = match rest.find("}}") {
        Some(end) if rest.starts_with("{{") => rest.get(..end + 2),
        _ => rest.get(..end),
    };
    format!("the placeholder {} is filled in by nobody", shown.unwrap_or(rest).trim())
}

/// The length of `[...]` with its brackets. Old Grafana's `[[window]]` inside them is part of it.
fn brackets(rest: &str) -> Result<usize, String> {
    let inner = rest.get(1..).unwrap_or_default();
    let close = if inner.trim_start().starts_with("[[") { "]]" } else { "" };
    let end = match close {
        "" => rest.find(']'),
        close => rest.find(close).and_then(|i| Some(i + 2 + rest.get(i + 2..)?.find(']')?)),
    };
    end.map(|i| i + 1).ok_or_else(|| "a [ without its ]".to_string())
}

/// The length of a quoted text with its quotes. In backquotes a backslash is only a backslash.
fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return Ok(i + 1),
            _ => {}
        }
    }
    Err(format!("a {quote} without its end"))
}

fn starts_a_fraction(rest: &str) -> bool {
    rest.starts_with('.') && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

/// A number, or a duration such as `1h30m`, which begins like one.
fn number(rest: &str) -> usize {
    let hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut before = ' ';
    for (i, c) in rest.char_indices() {
        let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E') && !hex;
        if !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || sign) {
            return i;
        }
        before = c;
    }
    rest.len()
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len())
}

/// The query without its comments, which would swallow what is put behind it on the same line.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quote, mut escaped, mut comment) = (None, false, false);
    for c in text.chars() {
        match (quote, c) {
            _ if comment => comment = c != '\n',
            (None, '#') => comment = true,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some(_), _) if escaped => escaped = false,
            (Some(open), '\\') if open != '`' => escaped = true,
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
        if !comment {
            out.push(c);
        }
    }
    out.trim().to_string()
}

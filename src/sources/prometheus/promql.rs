//! What is put into PromQL: names of labels, their values, bounds of histograms.

use crate::domain::labels::is_name;

/// A label's name as PromQL takes it. Prometheus 3 knows names beyond `[a-zA-Z_][a-zA-Z0-9_]*`, in
/// quotes; older versions and other systems know only the plain ones, so quotes are put where needed.
///
/// ```text
/// job -> job          service.name -> "service.name"
/// ```
pub(super) fn label(name: &str) -> String {
    if is_plain(name) { name.into() } else { text(name) }
}

/// Whether a label's name can be written without quotes.
fn is_plain(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text in double quotes, with Go's escapes.
pub(super) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The template with a label's name for each `$by`. Inside quotes, as in `label_replace(x, "$by", ...)`,
/// the name stands as it is; for the whole fleet it is empty.
pub(super) fn with_by(template: &str, name: &str) -> String {
    let outside = if name.is_empty() { String::new() } else { label(name) };
    let inside = text(name);
    let inside = inside.get(1..inside.len() - 1).unwrap_or_default();
    let mut out = String::with_capacity(template.len());
    let (mut quote, mut escaped) = (None, false);
    let mut rest = template;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("$by").filter(|a| !a.starts_with(is_of_a_word)) {
            out.push_str(if quote.is_none() { &outside } else { inside });
            rest = after;
            continue;
        }
        match (quote, c) {
            (None, '"' | '\'' | '`') => quote = Some(c),
            (Some(_), _) if escaped => escaped = false,
            (Some(open), '\\') if open != '`' => escaped = true,
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A matcher of a bucket's bound, in every spelling that is stored.
///
/// Prometheus 3 writes `1.0` where Prometheus 2 kept what the client wrote: `1`. Large and small bounds
/// also come with an exponent: `1e+06` from Go, `1.0E-4` from Java.
///
/// ```text
/// 0.5 -> le="0.5"     1 -> le=~"1(\\.0)?"     1e6 -> le=~"1000000(\\.0)?|1(\\.0)?[eE][+]?0*6"
/// ```
pub(super) fn le(bound: f64) -> String {
    const PLAIN: std::ops::Range<f64> = 1e-3..1e6;
    let plain = format!("{bound}");
    let pattern = |digits: &str| {
        let end = if digits.contains('.') { "" } else { "(\\.0)?" };
        format!("{}{end}", digits.replace('.', "\\."))
    };
    if plain.contains('.') && PLAIN.contains(&bound) {
        return format!("le={}", text(&plain));
    }
    let mut all = pattern(&plain);
    if !PLAIN.contains(&bound)
        && let Some((digits, exponent)) = format!("{bound:e}").split_once('e')
    {
        let sign = if exponent.starts_with('-') { "-" } else { "[+]?" };
        all.push_str(&format!("|{}[eE]{sign}0*{}", pattern(digits), exponent.trim_start_matches('-')));
    }
    format!("le=~{}", text(&all))
}

/// Matchers as typed, with quotes around the names that need them: `service.name="x", job=~"a|b"`. Braces
/// around them go. `Err` says what is wrong.
pub(super) fn matchers(typed: &str) -> Result<String, String> {
    let inner = typed.trim();
    let inner = inner.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(inner);
    let mut all = Vec::new();
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let (name, after) = name_of(rest)?;
        let operator = ["=~", "!~", "!=", "="].into_iter().find(|o| after.starts_with(o));
        let Some(operator) = operator else { return Err(format!("{name} without =, !=, =~ or !~")) };
        let value = after.get(operator.len()..).unwrap_or_default().trim_start();
        let end = quoted(value).ok_or_else(|| format!("{name}{operator} without a value in quotes"))?;
        all.push(format!("{name}{operator}{}", value.get(..end).unwrap_or_default()));
        rest = value.get(end..).unwrap_or_default().trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => {}
            None => return Err(format!("{rest:?} where a comma was expected")),
        }
    }
    Ok(all.join(", "))
}

/// The label at the beginning, with quotes where it needs them, and what follows.
fn name_of(rest: &str) -> Result<(String, &str), String> {
    if let Some(end) = quoted(rest) {
        let (name, after) = rest.split_at(end);
        return Ok((name.into(), after.trim_start()));
    }
    let end = rest.find(['=', '!']).ok_or_else(|| format!("{rest:?} without = and a value"))?;
    let (name, after) = rest.split_at(end);
    let name = name.trim();
    if is_name(name) { Ok((label(name), after)) } else { Err(format!("{name:?} is no label")) }
}

/// The length of the quoted text at the beginning, with its quotes.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// A placeholder that nobody fills in: `$x` or `${x}` that is not among `known`, and `{{ x }}` of other
/// tools. In quotes a `$` may belong to a pattern or to a group of it, so only Grafana's own are found.
pub(super) fn open_placeholder<'q>(query: &'q str, known: &[&str]) -> Option<&'q str> {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in query.char_indices() {
        let rest = query.get(at..).unwrap_or_default();
        if rest.starts_with("{{") {
            let end = rest.find("}}").map_or(rest.len(), |i| i + 2);
            return rest.get(..end);
        }
        if c == '$' && !escaped {
            let name = rest.trim_start_matches(['$', '{']);
            let end = name.find(|c: char| !is_of_a_word(c)).unwrap_or(name.len());
            let word = name.get(..end).unwrap_or_default();
            let braces = rest.starts_with("${");
            let is_open = match quote {
                None => braces || !known.contains(&word),
                Some(_) => word.starts_with("__"),
            };
            if is_open {
                let end = if braces { rest.find('}').map(|i| i + 1) } else { Some(1 + end) };
                return rest.get(..end.unwrap_or(rest.len()));
            }
        }
        match (quote, c) {
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '#') => return None,
            (Some(_), _) if escaped => escaped = false,
            (Some(open), '\\') if open != '`' => escaped = true,
            (Some(open), _) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_only_where_it_is_needed() {
        for (name, expected) in [
            ("job", "job"),
            ("_a1", "_a1"),
            ("service.name", "\"service.name\""),
            ("1st", "\"1st\""),
            ("größe", "\"größe\""),
            ("my-label", "\"my-label\""),
        ] {
            assert_eq!(label(name), expected);
            assert!(is_name(name), "{name}");
        }
        for name in ["", " a", "a, b", "\"a\"", "a=b", "by (a)", "$by", "a\nb"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn values_are_escaped_as_go_does() {
        assert_eq!(text("a\"b\\c\nd\u{200b}é\u{7}"), "\"a\\\"b\\\\c\\nd\u{200b}é\\u0007\"");
    }

    #[test]
    fn by_is_filled_in_and_out_of_quotes() {
        let template = "sum by (le, $by) (label_replace(x, \"$by\", \"\\\"$1\", 'a', `\\`)) * $bytes";
        assert_eq!(with_by(template, "job"), template.replace("$by)", "job)").replace("\"$by\"", "\"job\""));
        assert_eq!(
            with_by("sum by ($by) (label_join(x, \"$by\"))", "a.b"),
            "sum by (\"a.b\") (label_join(x, \"a.b\"))"
        );
        assert_eq!(with_by("sum by ($by) (x)", ""), "sum by () (x)");
    }

    #[test]
    fn bounds_are_matched_in_every_spelling() {
        for (bound, expected) in [
            (0.5, r#"le="0.5""#),
            (0.005, r#"le="0.005""#),
            (2.5, r#"le="2.5""#),
            (1.0, r#"le=~"1(\\.0)?""#),
            (10.0, r#"le=~"10(\\.0)?""#),
            (100_000.0, r#"le=~"100000(\\.0)?""#),
            (1e6, r#"le=~"1000000(\\.0)?|1(\\.0)?[eE][+]?0*6""#),
            (1.5e6, r#"le=~"1500000(\\.0)?|1\\.5[eE][+]?0*6""#),
            (2.5e9, r#"le=~"2500000000(\\.0)?|2\\.5[eE][+]?0*9""#),
            (0.0001, r#"le=~"0\\.0001|1(\\.0)?[eE]-0*4""#),
            (2.5e-5, r#"le=~"0\\.000025|2\\.5[eE]-0*5""#),
        ] {
            assert_eq!(le(bound), expected);
        }
    }

    #[test]
    fn placeholders_that_nobody_fills_in_are_found() {
        for (query, expected) in [
            ("sum(rate(x[$window]))", None),
            ("sum(rate(x[$__rate_interval]))", Some("$__rate_interval")),
            ("sum(rate(x[${__range}]))", Some("${__range}")),
            ("x[${window}]", Some("${window}")),
            ("x[{{ .window }}]", Some("{{ .window }}")),
            ("x[{{.window}}]", Some("{{.window}}")),
            ("x{job=\"{{job}}\"}", Some("{{job}}")),
            ("x{job=\"$__all\"}", Some("$__all")),
            ("x[$windows]", Some("$windows")),
            ("x{job=~\"5..$\"}", None),
            ("label_replace(x, \"a\", \"${1}xx $name\", \"b\", \"(.*)\")", None),
            ("x + $", Some("$")),
            ("{a=\"b\"}", None),
        ] {
            assert_eq!(open_placeholder(query, &["window"]), expected, "{query}");
        }
    }

    #[test]
    fn matchers_are_read_and_quoted_where_needed() {
        for (typed, expected) in [
            ("", ""),
            ("job=\"web\"", "job=\"web\""),
            ("{job=\"web\"}", "job=\"web\""),
            ("job = \"a\" ,service.name =~ 'x|y',", "job=\"a\", \"service.name\"=~'x|y'"),
            ("\"service.name\"!=\"a,b=\\\"c\"", "\"service.name\"!=\"a,b=\\\"c\""),
            ("a!~`\\d`", "a!~`\\d`"),
        ] {
            assert_eq!(matchers(typed).as_deref(), Ok(expected));
        }
        for typed in ["job", "job=web", "job=\"a\" env=\"b\"", "a=\"b\" or c=\"d\"", "=\"x\"", "a b}=\"x"] {
            assert!(matchers(typed).is_err(), "{typed}");
        }
    }
}

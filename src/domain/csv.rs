//! Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet.

use super::number::parse_number;

/// One line with its end: fields in quotes where they need them.
///
/// What a spreadsheet would run as a formula (OWASP, "CSV injection") stays text by a leading apostrophe; a number
/// keeps its sign.
pub fn line<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| field_text(field.as_ref())).collect();
    fields.join(",") + "\r\n"
}

fn field_text(field: &str) -> String {
    let risky = field.starts_with(['=', '@', '\t'])
        || (field.starts_with(['+', '-']) && parse_number(field).is_none());
    let guard = if risky { "'" } else { "" };
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{guard}{}\"", field.replace('"', "\"\""))
    } else {
        format!("{guard}{field}")
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_field_is_quoted_where_it_must_be_and_never_a_formula() {
        let cases = [
            ("a", "a\r\n"),
            ("a,b", "\"a,b\"\r\n"),
            ("a \"b\"\nc", "\"a \"\"b\"\"\nc\"\r\n"),
            ("=1+1", "'=1+1\r\n"),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\"\r\n"),
            ("-5.5", "-5.5\r\n"),
            ("-a", "'-a\r\n"),
            ("", "\r\n"),
        ];
        for (field, written) in cases {
            assert_eq!(line([field]), written);
        }
        assert_eq!(line(["a", "", "b"]), "a,,b\r\n");
    }
}

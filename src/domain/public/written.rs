//! What people wrote, fit for every format the page is written in.
//!
//! XML 1.0 has no control characters and no U+FFFE or U+FFFF in any form, RFC 5545 no control characters, and HTML calls
//! both an error. So they are taken out where text comes in: from incident files, configuration, other pages and files of
//! words. Markdown is the exception: what its entities stand for is known only when it is rendered.

/// Text of several lines: without what no format can hold. Line ends are `\n`, tabs stay.
pub fn printable(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| is_printable(*c)).collect()
}

/// A title or a name: one line, words apart by one space.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_whitespace() || is_printable(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it is, or without what no format can hold: Markdown may name such letters in its own way (`&#1;`).
pub fn without_unprintable(text: String) -> String {
    if text.chars().all(is_printable) { text } else { text.chars().filter(|c| is_printable(*c)).collect() }
}

fn is_printable(letter: char) -> bool {
    let point = u32::from(letter);
    let non_character = point & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&point);
    !non_character && (matches!(letter, '\n' | '\t') || !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_format_can_hold_is_taken_out() {
        for (typed, left) in [
            ("a\u{0}b\u{1}c\u{1b}[31m", "abc[31m"),
            ("a\u{7f}\u{85}b\u{fffe}\u{ffff}\u{1fffe}\u{fdd0}", "ab"),
            ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
            ("Größe 遅い 🙂 \u{fffd}\u{200d}", "Größe 遅い 🙂 \u{fffd}\u{200d}"),
        ] {
            assert_eq!(printable(typed), left, "{typed:?}");
        }
        assert_eq!(one_line(" a\u{0}b\r\nc\u{2028}d\u{ffff} "), "ab c d");
        assert_eq!(one_line("\u{1}\u{fffe}"), "");
    }
}

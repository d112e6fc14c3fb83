//! Instants and durations in milliseconds, and the ways people write them.

use chrono::DateTime;

/// Milliseconds since the Unix epoch (an instant), or a length in milliseconds (a duration).
pub type Millis = i64;

pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;
pub const WEEK: Millis = 7 * DAY;
/// The month of growth figures: 30.44 days.
pub const MONTH: Millis = 2_630_016_000;

/// Reads a duration as Prometheus writes it: `30s`, `1h30m`, `2w`, `500ms`.
///
/// Returns `None` for anything else, for zero, and for lengths over 100 years.
pub fn parse_duration(text: &str) -> Option<Millis> {
    let mut rest = text.trim();
    let mut total: Millis = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|&n| n > 0)?;
        let (number, tail) = rest.split_at(digits);
        let number: Millis = number.parse().ok()?;
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at(letters);
        let unit = match unit {
            "ms" => 1,
            "s" => SECOND,
            "m" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => WEEK,
            "y" => 365 * DAY,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = next;
    }
    (total > 0 && total <= 100 * 365 * DAY).then_some(total)
}

/// Writes a duration the way [`parse_duration`] reads it, with as few units as are exact.
pub fn duration_text(length: Millis) -> String {
    for (unit, name) in [(DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (SECOND, "s")] {
        if length >= unit && length % unit == 0 {
            return format!("{}{name}", length / unit);
        }
    }
    format!("{length}ms")
}

/// Writes a duration for a reader, with two units at the most: `8 min`, `2 d 5 h`, `45 s`.
pub fn human_duration(length: Millis) -> String {
    let length = length.max(0);
    let (big, big_name, small, small_name) = match length {
        l if l >= DAY => (DAY, "d", HOUR, "h"),
        l if l >= HOUR => (HOUR, "h", MINUTE, "min"),
        l if l >= MINUTE => (MINUTE, "min", SECOND, "s"),
        l => return format!("{} s", l / SECOND),
    };
    let (whole, part) = (length / big, length % big / small);
    if part == 0 { format!("{whole} {big_name}") } else { format!("{whole} {big_name} {part} {small_name}") }
}

/// Writes how long ago something was: `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`.
pub fn ago(age: Millis) -> String {
    match age {
        a if a < 2 * SECOND => "just now".into(),
        a if a < MINUTE => format!("{} s ago", a / SECOND),
        a if a < HOUR => format!("{} min ago", a / MINUTE),
        a if a < DAY => format!("{} h ago", a / HOUR),
        a => format!("{} d ago", a / DAY),
    }
}

/// Reads a date of HTTP in each of the three forms that a recipient has to accept (RFC 9110, 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
pub fn parse_http_date(text: &str) -> Option<Millis> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split([' ', ',', '-']).filter(|word| !word.is_empty()).collect();
    let clock = words.iter().find(|word| word.contains(':'))?;
    let month = words.iter().find_map(|word| MONTHS.iter().position(|m| m == word))? + 1;
    let mut numbers = words.iter().filter_map(|word| word.parse::<u32>().ok());
    let (day, year) = (numbers.next()?, numbers.next()?);
    let year = if year < 100 { 2000 + year } else { year };
    parse_rfc3339(&format!("{year:04}-{month:02}-{day:02}T{clock}Z"))
}

/// Reads an RFC 3339 timestamp. `None` when it is not one, or is Go's zero time (year 1).
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let at = DateTime::parse_from_rfc3339(text.trim()).ok()?.timestamp_millis();
    (at > 0).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zone::rfc3339;

    #[track_caller]
    fn reads(text: &str, expected: Option<Millis>) {
        assert_eq!(parse_duration(text), expected, "{text}");
    }

    #[test]
    fn dates_of_http_are_read_in_each_form() {
        for text in
            ["Sun, 06 Nov 2022 08:49:37 GMT", "Sunday, 06-Nov-22 08:49:37 GMT", "Sun Nov  6 08:49:37 2022"]
        {
            assert_eq!(parse_http_date(text), parse_rfc3339("2022-11-06T08:49:37Z"), "{text}");
        }
        for odd in ["", "soon", "120", "Sun, 06 Nov 2022", "Sun, 46 Nov 2022 08:49:37 GMT", "06 Nov 08:49:37"]
        {
            assert_eq!(parse_http_date(odd), None, "{odd}");
        }
    }

    #[test]
    fn durations_are_read_as_prometheus_reads_them() {
        reads("30s", Some(30 * SECOND));
        reads("1h30m", Some(HOUR + 30 * MINUTE));
        reads("500ms", Some(500));
        reads("2w", Some(14 * DAY));
        reads("", None);
        reads("30", None);
        reads("s", None);
        reads("-5m", None);
        reads("0s", None);
        reads("5 m", None);
        reads("99999999999999999999s", None);
        reads("9999999y", None);
    }

    #[test]
    fn durations_are_written_for_prometheus_and_for_people() {
        assert_eq!(duration_text(90 * SECOND), "90s");
        assert_eq!(duration_text(2 * HOUR), "2h");
        assert_eq!(human_duration(8 * MINUTE), "8 min");
        assert_eq!(human_duration(2 * DAY + 5 * HOUR + MINUTE), "2 d 5 h");
        assert_eq!(human_duration(-5), "0 s");
        assert_eq!(ago(12 * SECOND), "12 s ago");
        assert_eq!(ago(3 * DAY), "3 d ago");
    }

    #[test]
    fn rfc3339_round_trips_and_refuses_the_zero_time() {
        assert_eq!(rfc3339(1_795_468_027_000), "2026-11-23T21:07:07Z");
        assert_eq!(parse_rfc3339("2026-11-23T21:07:07.000Z"), Some(1_795_468_027_000));
        assert_eq!(parse_rfc3339("2026-11-23T22:07:07+01:00"), Some(1_795_468_027_000));
        assert_eq!(parse_rfc3339("0001-01-01T00:00:00Z"), None);
        assert_eq!(parse_rfc3339("yesterday"), None);
    }
}

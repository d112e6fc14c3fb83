//! Calendars as files (RFC 5545). By hand, for they are made in the browser: `icalendar`, which writes the calendars of
//! the public page natively, weighs more than these lines.

use super::public::written::one_line;
use super::time::Millis;
use super::window::Bounds;
use super::zone::rfc3339;

/// When an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// the whole day, of UTC, that an instant is in
    Day(Millis),
    Span(Bounds),
}

/// An entry of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// stays the same in each copy of the file, so that a calendar that is imported again has it once
    pub uid: String,
    pub when: When,
    pub title: String,
    pub description: String,
}

/// A file with these events. `kind` is the part of the program that wrote it, `now` when it did.
pub fn calendar(kind: &str, events: &[Event], now: Millis) -> String {
    let stamp = |at: Millis| rfc3339(at).replace(['-', ':'], "");
    let day = |at: Millis| stamp(at).get(..8).unwrap_or_default().to_string();
    let mut out = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fourlights//{kind}//EN\r\n");
    for event in events {
        let (start, end) = match event.when {
            When::Day(at) => (
                format!("DTSTART;VALUE=DATE:{}", day(at)),
                format!("DTEND;VALUE=DATE:{}", day(at + super::time::DAY)),
            ),
            When::Span(span) => {
                (format!("DTSTART:{}", stamp(span.start)), format!("DTEND:{}", stamp(span.end)))
            }
        };
        for line in [
            "BEGIN:VEVENT".to_string(),
            format!("UID:{}@fourlights", one_line(&event.uid)),
            format!("DTSTAMP:{}", stamp(now)),
            start,
            end,
            format!("SUMMARY:{}", escaped(&event.title)),
            format!("DESCRIPTION:{}", escaped(&event.description)),
            "END:VEVENT".to_string(),
        ] {
            folded(&line, &mut out);
        }
    }
    out.push_str("END:VCALENDAR\r\n");
    out
}

/// Text as a property's value, on one line.
fn escaped(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// A line of at most 75 octets, going on in lines that begin with a space.
fn folded(line: &str, out: &mut String) {
    let mut room = 75;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= letter.len_utf8();
        out.push(letter);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_cannot_end_its_line() {
        let event = Event {
            uid: "a\r\nEND:VEVENT".into(),
            when: When::Span(Bounds { start: 0, end: 60_000 }),
            title: "x\nDTSTART:19990101T000000Z; \\, \u{202e}".into(),
            description: "é".repeat(200),
        };
        let text = calendar("test", &[event], 1_000);
        assert_eq!(text.matches("\r\nDTSTART").count(), 1);
        assert_eq!(text.matches("END:VEVENT\r\n").count(), 1);
        assert!(text.contains("DTSTART:19700101T000000Z\r\nDTEND:19700101T000100Z\r\n"), "{text}");
        assert!(text.contains("\\; \\\\\\, "), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    }
}

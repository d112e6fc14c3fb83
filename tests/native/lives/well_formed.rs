//! Whether the files of a page are what their names say, by parsers that the program does not write them with.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// Elements that HTML never closes.
const VOID: [&str; 8] = ["meta", "link", "br", "hr", "img", "input", "source", "wbr"];

/// The first thing that is wrong, in words.
pub fn fault(files: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    files.iter().find_map(|(name, bytes)| one(name, bytes).err().map(|fault| format!("{name}: {fault}")))
}

fn one(name: &str, bytes: &[u8]) -> Result<(), String> {
    if name.ends_with(".png") {
        return if bytes.starts_with(b"\x89PNG") { Ok(()) } else { Err("no image".into()) };
    }
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let odd = |c: char| c.is_control() && !"\n\r\t".contains(c) || u32::from(c) & 0xFFFE == 0xFFFE;
    if let Some(odd) = text.chars().find(|c| odd(*c)) {
        return Err(format!("{odd:?} is in it"));
    }
    match name.rsplit('.').next().unwrap_or_default() {
        _ if name.ends_with("feed.json") || name.ends_with(".atom") || name.ends_with(".rss") => {
            if name.ends_with("json") {
                json(text)?;
            } else {
                xml(text)?;
            }
            let feed = feed_rs::parser::parse(bytes).map_err(|e| e.to_string())?;
            let mut ids: Vec<&str> = feed.entries.iter().map(|e| e.id.as_str()).collect();
            ids.sort_unstable();
            let n = ids.len();
            ids.dedup();
            if ids.len() < n { Err("two entries have one id".into()) } else { Ok(()) }
        }
        "json" | "webmanifest" => json(text),
        "ics" => calendar(text),
        "svg" | "xml" => xml(text),
        "html" => html(text),
        _ => Ok(()),
    }
}

fn json(text: &str) -> Result<(), String> {
    serde_json::from_str::<serde_json::Value>(text).map(drop).map_err(|e| e.to_string())
}

fn calendar(text: &str) -> Result<(), String> {
    if let Some(long) = text.split("\r\n").find(|line| line.len() > 75) {
        return Err(format!("a line of {} bytes", long.len()));
    }
    let calendar: icalendar::Calendar = text.parse()?;
    let mut ids = Vec::new();
    for event in calendar.components.iter().filter_map(|c| c.as_event()) {
        use icalendar::Component;
        let id = event.get_uid().ok_or("an event without a UID")?;
        event.get_timestamp().ok_or("an event without a DTSTAMP")?;
        let at = |date: Option<icalendar::DatePerhapsTime>| match date {
            Some(icalendar::DatePerhapsTime::DateTime(icalendar::CalendarDateTime::Utc(at))) => Ok(at),
            other => Err(format!("{id}: {other:?} is no instant")),
        };
        let rule = event.property_value("RRULE").is_some();
        if at(event.get_start())? >= at(event.get_end())? {
            return Err(format!("{id} ends before it begins"));
        }
        ids.push((id.to_string(), rule));
    }
    ids.sort();
    let n = ids.len();
    ids.dedup();
    if ids.len() < n { Err("two events have one UID".into()) } else { Ok(()) }
}

fn xml(text: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) => {
                tag.attributes().try_for_each(|a| a.map(drop)).map_err(|e| e.to_string())?;
            }
            Event::GeneralRef(name) => {
                let known = ["amp", "lt", "gt", "quot", "apos"];
                let name = name.to_string();
                if !name.starts_with('#') && !known.contains(&name.as_str()) {
                    return Err(format!("&{name}; is not XML's"));
                }
            }
            _ => {}
        }
    }
}

/// Every element is closed in its order, and no attribute is there twice.
fn html(text: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut open: Vec<String> = Vec::new();
    loop {
        let place = |reader: &Reader<&[u8]>| format!("at byte {}", reader.buffer_position());
        match reader.read_event().map_err(|e| format!("{e} {}", place(&reader)))? {
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(format!("{open:?} are left open")),
            Event::Start(tag) => {
                for attribute in tag.html_attributes() {
                    attribute.map_err(|e| format!("{e} {}", place(&reader)))?;
                }
                let name = tag.name().as_ref().to_string();
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Event::End(tag) => {
                let name = tag.name().as_ref().to_string();
                let last = open.pop();
                if last.as_deref() != Some(name.as_str()) {
                    return Err(format!("{last:?} is closed by {name} {}", place(&reader)));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn what_is_not_well_formed_is_seen() {
    let faulty = [
        ("a.json", "{"),
        ("feed.atom", "<feed>"),
        ("a.xml", "<a><b></a>"),
        ("a.xml", "<a>&nbsp;</a>"),
        ("a.html", "<p><b></p></b>"),
        ("a.html", "<p class=\"a\" class=\"b\"></p>"),
        ("a.html", "<p>"),
        ("a.html", "<p>\u{1}</p>"),
        ("m.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n"),
    ];
    for (name, text) in faulty {
        let files = BTreeMap::from([(name.to_string(), text.as_bytes().to_vec())]);
        assert!(fault(&files).is_some(), "{name}: {text}");
    }
}

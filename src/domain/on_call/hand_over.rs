//! What the one who goes off call tells the one who comes on.

use crate::domain::public::written::one_line;
use crate::domain::severity::Severity;
use crate::domain::time::{Millis, human_duration};
use crate::domain::zone::Offsets;

/// What is known of a kind of thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed<T> {
    pub all: Vec<T>,
    /// Every system that has them answered in full. Otherwise there may be more, and none is not known to be none.
    pub is_complete: bool,
}

/// All that a hand-over says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HandOver {
    /// `Platform, Primary`
    pub what: String,
    /// names; `None` is nobody
    pub from: Option<String>,
    pub to: Option<String>,
    /// when it takes place; `None`: not within the time that was looked at
    pub at: Option<Millis>,
    pub incidents: Listed<Open>,
    /// alerts that fire
    pub alerts: Listed<Open>,
    pub silences: Listed<Held>,
    /// what is planned, each in a line
    pub planned: Vec<String>,
}

/// An incident, or an alert that fires.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Open {
    pub title: String,
    pub severity: Option<Severity>,
    pub since: Option<Millis>,
    /// what more is known: a status, who acknowledged it
    pub note: String,
}

/// A silence or an acknowledgement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub what: String,
    pub by: String,
    /// `None`: not known
    pub until: Option<Millis>,
}

/// The text of a hand-over at `now`, in Markdown, with times in a zone called `zone_name`.
pub fn hand_over(h: &HandOver, now: Millis, zone: &Offsets, zone_name: &str) -> String {
    let name = |person: &Option<String>| person.as_deref().map_or_else(|| "nobody".into(), text);
    let when = h.at.map_or_else(String::new, |at| format!(", {} {zone_name}", clock(at, zone)));
    let mut out =
        format!("On-call hand-over: {}\n{} -> {}{when}\n", text(&h.what), name(&h.from), name(&h.to));
    let since = |open: &Open| {
        let severity = open.severity.map_or_else(String::new, |s| format!("{} ", s.title()));
        let age = open.since.map_or_else(
            || ", since when is not known".into(),
            |at| format!(", since {} ({})", clock(at, zone), human_duration(now - at)),
        );
        let note = if open.note.is_empty() { String::new() } else { format!(", {}", text(&open.note)) };
        format!("{severity}{}{age}{note}", text(&open.title))
    };
    let held = |held: &Held| {
        let until =
            held.until.map_or_else(|| ", end not known".into(), |at| format!(", until {}", clock(at, zone)));
        format!("{}{until} (by {})", text(&held.what), text(&held.by))
    };
    section(&mut out, "Open incidents", h.incidents.all.iter().map(since), h.incidents.is_complete);
    section(&mut out, "Firing alerts", h.alerts.all.iter().map(since), h.alerts.is_complete);
    let silences = h.silences.all.iter().map(held);
    section(&mut out, "Silences and acknowledgements", silences, h.silences.is_complete);
    section(&mut out, "Planned maintenance", h.planned.iter().map(|line| text(line)), true);
    out
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>, is_complete: bool) {
    let lines: String = lines.map(|line| format!("- {line}\n")).collect();
    let rest = match (lines.is_empty(), is_complete) {
        (true, true) => " none\n",
        (true, false) => " not known, for not every system answered\n",
        (false, true) => "\n",
        (false, false) => " (not every system answered, so there may be more)\n",
    };
    out.push_str(&format!("\n{title}:{rest}{lines}"));
}

/// `24 Nov 09:12`
fn clock(at: Millis, zone: &Offsets) -> String {
    let civil = zone.civil(at);
    format!("{} {}", civil.date(), civil.clock())
}

/// Text of others on one line of a bounded length.
fn text(text: &str) -> String {
    const MOST: usize = 300;
    let line = one_line(text);
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, parse_rfc3339};

    #[test]
    fn a_hand_over_says_what_is_open_and_what_is_not_known() {
        let now = parse_rfc3339("2026-12-01T07:50:00Z").unwrap();
        let h = HandOver {
            what: "Platform, Primary".into(),
            from: Some("Ben\nCEO".into()),
            to: None,
            at: Some(now + HOUR / 6),
            incidents: Listed::default(),
            alerts: Listed {
                is_complete: false,
                all: vec![Open {
                    title: "Checkout latency high".into(),
                    severity: Some(Severity::Sev1),
                    since: Some(now - 3 * HOUR),
                    note: String::new(),
                }],
            },
            silences: Listed { all: Vec::new(), is_complete: true },
            planned: vec!["Database upgrade".into()],
        };
        let berlin = Offsets::asking("Berlin, winter", |_| HOUR);
        assert_eq!(
            hand_over(&h, now, &berlin, "Europe/Berlin"),
            "On-call hand-over: Platform, Primary\nBen CEO -> nobody, 1 Dec 09:00 Europe/Berlin\n\n\
             Open incidents: not known, for not every system answered\n\n\
             Firing alerts: (not every system answered, so there may be more)\n- SEV-1 Checkout latency high, since 1 Dec 05:50 (3 h)\n\n\
             Silences and acknowledgements: none\n\n\
             Planned maintenance:\n- Database upgrade\n"
        );
        let long = HandOver { what: "x".repeat(1_000_000), ..HandOver::default() };
        assert!(hand_over(&long, now, &berlin, "UTC").len() < 1_000);
    }
}

//! What people are paged for, as lists show it, and what an incident of this console has to do with it.

use crate::domain::action::Action;
use crate::domain::incident_log::{Event, Facts, Incident, Moment, New, PageEvent, PageLink};
use crate::domain::order::Order as _;
use crate::domain::paging::{LogEntry, PageState, Paged, Urgency};
use crate::domain::severity::Severity;
use crate::domain::time::{Millis, ago};
use crate::domain::zone::rfc3339;
use crate::poll::outbox::Entry;
use std::cmp::Reverse;

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct PagedRow {
    pub page: Paged,
    /// what was asked for and is not over yet: `Acknowledge: sending`
    pub on_its_way: Option<String>,
    /// the incident of this console that it is linked to: id and title
    pub incident: Option<(String, String)>,
}

/// What is open: what nobody looks at first, of that the worst, of that the newest.
pub fn paged_rows(pages: &[Paged], entries: &[Entry], incidents: &[Facts]) -> Vec<PagedRow> {
    let mut open: Vec<&Paged> = pages.iter().filter(|p| p.state.is_open()).collect();
    open.order_by_key(|p| {
        let handled = match p.state {
            PageState::Triggered | PageState::Unknown(_) => 0,
            PageState::Acknowledged => 1,
            PageState::Snoozed { .. } | PageState::Resolved => 2,
        };
        let severity = Severity::rank(p.severity);
        (handled, p.urgency == Some(Urgency::Low), severity, Reverse(p.created))
    });
    let row = |page: &Paged| PagedRow {
        on_its_way: on_its_way(page, entries),
        incident: incidents
            .iter()
            .find(|facts| facts.pages.iter().any(|l| l.source == page.source && l.page == page.id))
            .map(|facts| (facts.id.clone(), facts.title.clone())),
        page: page.clone(),
    };
    open.into_iter().map(row).collect()
}

/// The last thing that was asked for and is not over.
pub fn on_its_way(page: &Paged, entries: &[Entry]) -> Option<String> {
    let own = entries.iter().rev().find(|e| {
        let is_of_it = matches!(&e.action, Action::ChangePage(c) if c.id == page.id);
        is_of_it && e.target.system == page.source && !e.state.is_final()
    })?;
    let Action::ChangePage(change) = &own.action else { return None };
    Some(format!("{}: {}", change.edit.verb(), own.state.word()))
}

/// The tone of a state's chip.
pub fn page_tone(state: &PageState) -> &'static str {
    match state {
        PageState::Triggered => "bad",
        PageState::Acknowledged => "warn",
        PageState::Snoozed { .. } => "info",
        PageState::Resolved => "ok",
        PageState::Unknown(_) => "unknown",
    }
}

/// `acknowledged by Ana 20 s ago, and by Bo`; empty where nobody did.
pub fn acknowledged_words(page: &Paged, now: Millis) -> String {
    let words: Vec<String> = page
        .acknowledged
        .iter()
        .map(|a| match a.at {
            Some(at) => format!("by {} {}", a.by, ago((now - at).max(0))),
            None => format!("by {}", a.by),
        })
        .collect();
    if words.is_empty() { String::new() } else { format!("acknowledged {}", words.join(", and ")) }
}

/// The link to a page.
pub fn link_to(page: &Paged) -> PageLink {
    PageLink {
        source: page.source.clone(),
        page: page.id.clone(),
        number: page.number.clone().unwrap_or_default(),
        title: page.title.clone(),
        link: page.link.clone().unwrap_or_default(),
    }
}

/// What is to be entered of the log of a linked page: what is not in the incident's yet.
pub fn news_of(incident: &Incident, link: &PageLink, log: &[LogEntry]) -> Vec<New> {
    // Some systems give their entries no ids; those are known by when they were made and what they say.
    let id = |e: &LogEntry| match e.id.is_empty() {
        true => format!("{} {}", e.at.map(rfc3339).unwrap_or_default(), e.text),
        false => e.id.clone(),
    };
    let is_new =
        |e: &&LogEntry| !incident.page_events.contains(&(link.source.clone(), link.page.clone(), id(e)));
    let entry = |e: &LogEntry| {
        let event = Event::PageEvent(PageEvent {
            source: link.source.clone(),
            page: link.page.clone(),
            log_entry: id(e),
            by: e.by.clone().unwrap_or_default(),
            text: if e.text.is_empty() { e.what.clone() } else { e.text.clone() },
        });
        New { event, happened_at: e.at }
    };
    let mut all: Vec<New> = log.iter().filter(is_new).map(entry).collect();
    all.order_by_key(|new| new.happened_at);
    all
}

/// What one of the two systems knows and the other does not, with what would put that right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    AcknowledgeThere,
    AcknowledgeHere,
    ResolveThere,
    ResolveHere,
}

/// What differs between an incident and a linked page.
pub fn offers(facts: &Facts, page: &PageState) -> Vec<Offer> {
    let is_resolved = !facts.is_open();
    let mut all = Vec::new();
    match (is_resolved, page) {
        (true, PageState::Resolved) => {}
        (true, _) => all.push(Offer::ResolveThere),
        (false, PageState::Resolved) => all.push(Offer::ResolveHere),
        (false, PageState::Triggered) if facts.has(Moment::Acknowledged) => all.push(Offer::AcknowledgeThere),
        (false, PageState::Acknowledged | PageState::Snoozed { .. }) if !facts.has(Moment::Acknowledged) => {
            all.push(Offer::AcknowledgeHere);
        }
        (false, _) => {}
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::Log;
    use crate::domain::paging::Acknowledged;
    use crate::domain::time::{MINUTE, SECOND};

    fn page(id: &str, state: PageState, urgency: Option<Urgency>, created: Millis) -> Paged {
        Paged {
            id: id.into(),
            number: Some("7".into()),
            title: format!("T {id}"),
            state,
            urgency,
            priority: None,
            severity: None,
            service: None,
            assignees: Vec::new(),
            acknowledged: Vec::new(),
            created: Some(created),
            updated: None,
            escalates: None,
            link: None,
            key: None,
            source: "pager".into(),
        }
    }

    fn incident(more: Vec<Event>) -> (Log, Incident) {
        let mut log = Log::new("x");
        let declared = Event::Declared { title: "API is slow".into() };
        for (i, event) in std::iter::once(declared).chain(more).enumerate() {
            log.append(&i.to_string(), "Mia", 1_000 * MINUTE, event.into());
        }
        let incident = Incident::of(&log);
        (log, incident)
    }

    #[test]
    fn what_nobody_looks_at_comes_first() {
        let all = [
            page("low", PageState::Triggered, Some(Urgency::Low), 9),
            page("acked", PageState::Acknowledged, Some(Urgency::High), 8),
            page("old", PageState::Triggered, Some(Urgency::High), 1),
            page("new", PageState::Triggered, Some(Urgency::High), 2),
            page("over", PageState::Resolved, Some(Urgency::High), 3),
        ];
        let (_, linked) = incident(vec![Event::Page(link_to(&all[3]))]);
        let rows = paged_rows(&all, &[], &[linked.facts]);
        let ids: Vec<&str> = rows.iter().map(|r| r.page.id.as_str()).collect();
        assert_eq!(ids, ["new", "old", "low", "acked"]);
        assert_eq!(rows[0].incident.as_ref().map(|i| i.0.as_str()), Some("x"));
        assert_eq!(rows[1].incident, None);
    }

    #[test]
    fn who_acknowledged_is_said_with_how_long_ago() {
        let mut one = page("a", PageState::Acknowledged, None, 0);
        assert_eq!(acknowledged_words(&one, 0), "");
        one.acknowledged = vec![
            Acknowledged { by: "Ana".into(), at: Some(100 * SECOND) },
            Acknowledged { by: "Bo".into(), at: None },
        ];
        assert_eq!(acknowledged_words(&one, 120 * SECOND), "acknowledged by Ana 20 s ago, and by Bo");
    }

    #[test]
    fn what_happened_there_is_told_once() {
        let link = link_to(&page("P1", PageState::Triggered, None, 0));
        let entry = |id: &str, at: Millis, text: &str| LogEntry {
            id: id.into(),
            at: Some(at),
            what: "acknowledge".into(),
            by: Some("Ana".into()),
            text: text.into(),
        };
        let there = [entry("R2", 1_002 * MINUTE, "Acknowledged by Ana."), entry("R1", 1_001 * MINUTE, "")];
        let (mut log, before) = incident(vec![Event::Page(link.clone())]);
        let news = news_of(&before, &link, &there);
        assert_eq!(news.len(), 2);
        for (i, new) in news.into_iter().enumerate() {
            // Two browsers heard of it.
            log.append(&format!("a{i}"), "Mia", 1_003 * MINUTE, new.clone());
            log.append(&format!("b{i}"), "Bo", 1_004 * MINUTE, new);
        }
        let after = Incident::of(&log);
        assert!(news_of(&after, &link, &there).is_empty());
        let lines = crate::domain::incident_log::timeline::timeline(&log, &after.facts, 1_005 * MINUTE);
        let told: Vec<(&str, &str, &str)> = lines
            .iter()
            .filter(|l| l.source == "pager")
            .map(|l| (l.text.as_str(), l.author.as_str(), l.source.as_str()))
            .collect();
        assert_eq!(told, [("acknowledge", "Ana", "pager"), ("Acknowledged by Ana.", "Ana", "pager")]);
    }

    #[test]
    fn each_side_offers_what_the_other_did() {
        let reached = |moment| Event::Reached { moment };
        let of = |events: Vec<Event>, state: PageState| offers(&incident(events).1.facts, &state);
        use Moment::{Acknowledged as Ack, Resolved};
        assert_eq!(of(vec![], PageState::Triggered), []);
        assert_eq!(of(vec![reached(Ack)], PageState::Triggered), [Offer::AcknowledgeThere]);
        assert_eq!(of(vec![], PageState::Acknowledged), [Offer::AcknowledgeHere]);
        assert_eq!(of(vec![reached(Ack)], PageState::Acknowledged), []);
        assert_eq!(of(vec![reached(Ack), reached(Resolved)], PageState::Acknowledged), [Offer::ResolveThere]);
        assert_eq!(of(vec![reached(Ack)], PageState::Resolved), [Offer::ResolveHere]);
        assert_eq!(of(vec![reached(Resolved)], PageState::Resolved), []);
    }
}

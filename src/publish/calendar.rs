//! Maintenance as a calendar to subscribe to (RFC 5545).

use crate::domain::public::{Component, Notice, Page};
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::domain::window::Bounds;
use crate::status_page::words::Words;
use crate::status_page::{markdown, notice_path};
use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};

/// Past windows stay for so long.
const KEPT: Millis = 90 * DAY;

/// The windows of maintenance, of the whole site or of what affects one component.
pub fn calendar(page: &Page, words: &Words, component: Option<&Component>) -> String {
    let site = words.fill("title", &[("name", &page.name)]);
    let name = component.map_or_else(|| site.clone(), |c| format!("{}: {site}", c.name));
    let mut calendar = Calendar::new();
    calendar.name(&name);
    let notices = page.maintenances.iter().filter(|n| component.is_none_or(|c| n.affects(&c.id)));
    for notice in notices {
        let Some(window) = notice.window.filter(|w| w.end > page.now - KEPT) else { continue };
        calendar.push(event(page, notice, window));
    }
    calendar.done().to_string()
}

fn event(page: &Page, notice: &Notice, window: Bounds) -> Event {
    let at = |ms: Millis| DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default();
    let names: Vec<&str> =
        notice.affected.iter().filter_map(|(id, _)| page.component(id)).map(|c| c.name.as_str()).collect();
    let said = notice.updates.first().map(|u| markdown::text_of(&u.body)).unwrap_or_default();
    let about = [names.join(", ").as_str(), &said]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    let host = page.url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or("status");
    let span = takes_place(notice, window);
    let status = if notice.is_called_off() { EventStatus::Cancelled } else { EventStatus::Confirmed };
    let mut event = Event::new();
    event
        // One event, wherever it is moved to.
        .uid(&format!("{}@{host}", notice.key()))
        // When it was last changed, so that an unchanged calendar is the same file.
        .timestamp(at(notice.touched()))
        .last_modified(at(notice.touched()))
        .sequence(notice.revision.sequence)
        .summary(&notice.title)
        .starts(at(span.start))
        .ends(at(span.end))
        .url(&format!("{}{}", page.url, notice_path(notice)))
        .status(status);
    if !about.is_empty() {
        event.description(&about);
    }
    event.done()
}

/// The span of an event, whose end has to be after its beginning. While nobody knows when work that overran ends, it is
/// the planned one.
fn takes_place(notice: &Notice, window: Bounds) -> Bounds {
    let Some(took) = notice.took_place() else { return window };
    let end = if took.end == Millis::MAX { window.end } else { took.end };
    Bounds { start: took.start, end: end.max(took.start + MINUTE) }
}

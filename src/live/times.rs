//! Moments in the visitor's zone, with UTC beside it, and how long ago or ahead they are.

use super::{Live, Zone, document};
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::Offsets;
use leptos::prelude::*;
use web_sys::Element;

/// A moment as the publisher writes it. The browser reads it, for a reader of our own would be weight.
pub fn parse(text: &str) -> Option<Millis> {
    let at = js_sys::Date::parse(text);
    at.is_finite().then_some(at as Millis)
}

/// When the page was measured, as it says.
pub fn stamp() -> Option<Millis> {
    parse(&document::by_id("stamp")?.get_attribute("data-measured")?)
}

fn at(element: &Element, attribute: &str) -> Option<Millis> {
    parse(&element.get_attribute(attribute)?)
}

/// Writes every moment of the page.
pub fn write(live: Live, zone: &Zone) {
    let utc = Offsets::utc();
    for element in document::all_of_page("time[datetime]") {
        let Some(at) = at(&element, "datetime") else { continue };
        element.set_text_content(Some(&text(live, at, &zone.offsets, &utc)));
    }
    let line = live.words.with_value(|w| w.fill("times_in", "{zone}", &zone.name));
    if let Some(element) = document::by_id("zone-line") {
        element.set_text_content(Some(&line));
    }
}

/// `24 Nov 2026, 10:12 (09:12 UTC)`
fn text(live: Live, at: Millis, zone: &Offsets, utc: &Offsets) -> String {
    let (here, there) = (zone.civil(at), utc.civil(at));
    live.words.with_value(|words| {
        let own = words.date_time(&here);
        if zone.at(at) == 0 {
            return format!("{own} UTC");
        }
        match (here.year, here.month, here.day) == (there.year, there.month, there.day) {
            true => format!("{own} ({} UTC)", there.clock()),
            false => format!("{own} ({} UTC)", words.date_time(&there)),
        }
    })
}

/// Writes how old the measurements are, and how far off maintenance is.
pub fn write_ages(live: Live, now: Millis) {
    live.words.with_value(|words| {
        for element in document::all_of_page("[data-in]") {
            let Some(at) = at(&element, "data-in").filter(|at| *at > now) else { continue };
            element.set_text_content(Some(&words.fill("in", "{n}", &words.length(at - now))));
        }
        let age = live.measured.get_untracked().map(|at| now - at);
        let (Some(age), Some(stamp)) = (age, document::by_id("stamp")) else { return };
        let said = match age {
            age if age < MINUTE => words.t("just_now"),
            age => words.fill("ago", "{n}", &words.length(age)),
        };
        let place = stamp.query_selector("[data-age]").ok().flatten().or_else(|| {
            let new = crate::browser::document()?.create_element("span").ok()?;
            new.set_attribute("data-age", "").ok()?;
            stamp.append_child(&new).ok()?;
            Some(new)
        });
        if let Some(place) = place {
            place.set_text_content(Some(&format!(" · {said}")));
        }
    });
}

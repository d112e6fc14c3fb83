//! Bars of days: one tab stop each, the arrows walk the days, Enter or a click says what happened.

use super::{Live, document, times};
use crate::browser;
use crate::domain::time::{DAY, Millis, SECOND};
use crate::domain::zone::Offsets;
use crate::transport::own_page;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

/// Bars are sliders over their days as soon as keys work on them.
pub fn make_focusable() {
    for bars in document::all_of_page(".clip>.days:not([tabindex])") {
        let last = count(&bars).saturating_sub(1).to_string();
        let label = bars.get_attribute("aria-label").unwrap_or_default();
        for (name, value) in [
            ("role", "slider"),
            ("tabindex", "0"),
            ("aria-valuemin", "0"),
            ("aria-valuemax", &last),
            ("aria-valuenow", &last),
            ("aria-valuetext", &label),
        ] {
            set(&bars, name, value);
        }
    }
}

fn set(element: &Element, name: &str, value: &str) {
    // Fails for names that are none, which these are not.
    element.set_attribute(name, value).unwrap_or_default();
}

/// How many days there are: each is ten units wide, the last eight.
fn count(bars: &Element) -> usize {
    let width = bars.get_attribute("viewBox").and_then(|v| v.split(' ').nth(2)?.parse::<usize>().ok());
    width.map_or(0, |w| (w + 2) / 10)
}

/// Days to the left that are cut off.
fn first_shown(bars: &Element) -> usize {
    let clip = bars.parent_element().map_or(0.0, |c| c.get_bounding_client_rect().width());
    let own = bars.get_bounding_client_rect().width();
    let n = count(bars) as f64;
    if own <= clip || own == 0.0 { 0 } else { (n - n * clip / own).round() as usize }
}

fn is_right_to_left() -> bool {
    document::of_root("dir") == "rtl"
}

/// One set of listeners for all bars, also those that come later.
pub fn listen(live: Live) {
    let Some(page) = browser::document() else { return };
    browser::listen(&page, "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if let Some(bars) = target_bars(event) {
            on_key(live, &bars, event);
        } else if event.key() == "Escape" {
            close();
        }
    });
    browser::listen(&page, "pointermove", move |event| {
        match (target_bars(&event), event.dyn_ref::<MouseEvent>()) {
            (Some(bars), Some(event)) => show(live, &bars, index_at(&bars, event)),
            _ if !is_pinned() => close(),
            _ => {}
        }
    });
    browser::listen(&page, "click", move |event| {
        let in_tip =
            event.target().and_then(|t| t.dyn_into::<Element>().ok()).and_then(|e| e.closest("#tip").ok()?);
        match (target_bars(&event), event.dyn_ref::<MouseEvent>()) {
            (Some(bars), Some(event)) => {
                let index = index_at(&bars, event);
                show(live, &bars, index);
                open(live, &bars, index);
            }
            _ if in_tip.is_none() => close(),
            _ => {}
        }
    });
    browser::listen(&page, "focusout", move |event| {
        if target_bars(&event).is_some() && !is_pinned() {
            close();
        }
    });
}

fn target_bars(event: &web_sys::Event) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(".clip>.days").ok()?
}

fn index_at(bars: &Element, event: &MouseEvent) -> usize {
    let frame = bars.get_bounding_client_rect();
    let share = ((f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0)).clamp(0.0, 0.9999);
    let share = if is_right_to_left() { 0.9999 - share } else { share };
    (share * count(bars) as f64) as usize
}

fn on_key(live: Live, bars: &Element, event: &KeyboardEvent) {
    let (first, last) = (first_shown(bars), count(bars).saturating_sub(1));
    let at = bars.get_attribute("aria-valuenow").and_then(|v| v.parse::<usize>().ok()).unwrap_or(last);
    let (older, newer) = match is_right_to_left() {
        true => ("ArrowRight", "ArrowLeft"),
        false => ("ArrowLeft", "ArrowRight"),
    };
    let next = match event.key().as_str() {
        key if key == older => at.saturating_sub(1),
        key if key == newer => at + 1,
        "PageUp" => at.saturating_sub(7),
        "PageDown" => at + 7,
        "Home" => first,
        "End" => last,
        "ArrowUp" | "ArrowDown" => {
            event.prevent_default();
            return neighbour(bars, event.key() == "ArrowDown");
        }
        "Enter" | " " => {
            event.prevent_default();
            show(live, bars, at);
            return open(live, bars, at);
        }
        "Escape" => return close(),
        _ => return,
    };
    event.prevent_default();
    show(live, bars, next.clamp(first, last));
}

/// The bars above or below.
fn neighbour(bars: &Element, below: bool) {
    let all: Vec<Element> = document::all_of_page(".clip>.days")
        .into_iter()
        .filter(|b| b.get_bounding_client_rect().width() > 0.0)
        .collect();
    let Some(at) = all.iter().position(|b| b == bars) else { return };
    let next = if below { Some(at + 1) } else { at.checked_sub(1) };
    if let Some(next) = next.and_then(|i| all.get(i)).and_then(|b| b.dyn_ref::<web_sys::SvgElement>()) {
        next.focus().unwrap_or_default();
    }
}

/// What a day was: seconds down, or a letter; nothing for a quiet one.
fn entry(bars: &Element, index: usize) -> String {
    let all = bars.get_attribute("data-x").unwrap_or_default();
    for part in all.split(' ') {
        let Some((days, entry)) = part.split_once(':') else { continue };
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let reads = |text: &str| text.parse::<usize>().ok();
        if reads(first).is_some_and(|f| f <= index) && reads(last).is_some_and(|l| index <= l) {
            return entry.into();
        }
    }
    String::new()
}

/// The day's midnight as if in UTC: only its date is used.
fn date(live: Live, bars: &Element, index: usize) -> Millis {
    let today = live.words.with_value(|w| w.t("today"));
    let today = times::parse(&today).unwrap_or(0);
    today - (count(bars).saturating_sub(1 + index)) as Millis * DAY
}

/// `12 Nov 2026: down 8 min`
fn words_of(live: Live, bars: &Element, index: usize) -> String {
    let date = Offsets::utc().civil(date(live, bars, index));
    live.words.with_value(|words| {
        let said = match entry(bars, index).as_str() {
            "" => words.t("no_downtime"),
            "u" => words.t("no_data"),
            "m" => words.t("in_maintenance_short"),
            down => {
                let length = down.parse::<Millis>().unwrap_or(0) * SECOND;
                words.fill("down_for", "{length}", &words.length(length))
            }
        };
        format!("{}: {said}", words.date(&date))
    })
}

thread_local! {
    /// a day that was opened stays until it is closed
    static PINNED: Cell<bool> = const { Cell::new(false) };
}

fn is_pinned() -> bool {
    PINNED.get()
}

fn tip() -> Option<HtmlElement> {
    let old = document::by_id("tip");
    let tip = match old {
        Some(tip) => tip,
        None => {
            let page = browser::document()?;
            let new = page.create_element("div").ok()?;
            new.set_id("tip");
            // Within a landmark, where readers find it.
            document::by_id("main")?.append_child(&new).ok()?;
            new
        }
    };
    tip.dyn_into().ok()
}

pub fn close() {
    PINNED.set(false);
    if let Some(tip) = document::by_id("tip") {
        tip.remove();
    }
}

/// Names a day, beside its bar.
fn show(live: Live, bars: &Element, index: usize) {
    let index = index.min(count(bars).saturating_sub(1));
    if is_pinned() && bars.get_attribute("aria-valuenow") == Some(index.to_string()) {
        return;
    }
    let said = words_of(live, bars, index);
    set(bars, "aria-valuenow", &index.to_string());
    set(bars, "aria-valuetext", &said);
    PINNED.set(false);
    let Some(tip) = tip() else { return };
    tip.set_text_content(Some(&said));
    place(&tip, bars, index);
}

fn place(tip: &HtmlElement, bars: &Element, index: usize) {
    let Some(window) = browser::window() else { return };
    let frame = bars.get_bounding_client_rect();
    let share = (index as f64 + 0.5) / count(bars).max(1) as f64;
    let share = if is_right_to_left() { 1.0 - share } else { share };
    let own = f64::from(tip.offset_width());
    let wide = window.inner_width().ok().and_then(|w| w.as_f64()).unwrap_or(own);
    let left = (frame.left() + share * frame.width() - own / 2.0).clamp(4.0, (wide - own - 4.0).max(4.0));
    let top = frame.bottom() + window.scroll_y().unwrap_or(0.0) + 6.0;
    let style = tip.style();
    style.set_property("left", &format!("{}px", left as i32)).unwrap_or_default();
    style.set_property("top", &format!("{}px", top as i32)).unwrap_or_default();
}

/// Adds what happened on a day, from the component's page.
fn open(live: Live, bars: &Element, index: usize) {
    PINNED.set(true);
    let row = bars.closest("li").ok().flatten();
    let link =
        row.and_then(|r| r.query_selector(".head>a").ok().flatten()).and_then(|a| a.get_attribute("href"));
    let day = Offsets::utc().civil(date(live, bars, index));
    let id = format!("d-{:04}-{:02}-{:02}", day.year, day.month, day.day);
    let bars = bars.clone();
    spawn_local(async move {
        let row = match &link {
            Some(link) => row_of(link, &id).await,
            None => document::by_id(&id),
        };
        let Some(tip) = document::by_id("tip").filter(|_| is_pinned()) else { return };
        let here = link.unwrap_or_default();
        if let Some(cell) = row.and_then(|r| r.last_element_child()) {
            for old in document::all(&cell, "a") {
                let Some(new) = browser::document().and_then(|d| d.create_element("a").ok()) else {
                    continue;
                };
                // The address is relative to the component's page.
                let href = old.get_attribute("href").unwrap_or_default();
                set(&new, "href", &format!("{here}{href}"));
                new.set_text_content(old.text_content().as_deref());
                let line = browser::document().and_then(|d| d.create_element("p").ok());
                if let Some(line) = line {
                    line.append_child(&new).ok();
                    tip.append_child(&line).ok();
                }
            }
        }
        if let Some(tip) = tip.dyn_ref::<HtmlElement>() {
            place(tip, &bars, index);
        }
    });
}

async fn row_of(link: &str, id: &str) -> Option<Element> {
    let text = own_page::text(link, 15 * SECOND).await?;
    let page =
        web_sys::DomParser::new().ok()?.parse_from_string(&text, web_sys::SupportedType::TextHtml).ok()?;
    page.get_element_by_id(id)
}

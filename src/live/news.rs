//! News: newer HTML of the same page, put in place part by part.
//!
//! A small file says what the page holds now; the page itself is asked for only when that changed.

use super::{Live, bars, document, times};
use crate::browser;
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::transport::own_page::text;
use js_sys::{JSON, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomParser, Element, HtmlElement, SupportedType};

const EVERY: u32 = 60;
const DEADLINE: Millis = 15 * SECOND;

/// What the page held when it was last loaded, before anything here changed it.
pub struct Seen {
    /// ids and contents
    parts: Vec<(String, String)>,
    /// what is read out when it changes
    said: Vec<String>,
    content: Option<String>,
}

impl Seen {
    pub fn of_page() -> Self {
        match browser::document() {
            Some(page) => Self { parts: parts(&page), said: said(&page), content: None },
            None => Self { parts: Vec::new(), said: Vec::new(), content: None },
        }
    }
}

fn of(page: &Document, selector: &str) -> Vec<Element> {
    let list = page.query_selector_all(selector).ok();
    list.map(|l| (0..l.length()).filter_map(|i| l.item(i)?.dyn_into().ok()).collect()).unwrap_or_default()
}

/// The outermost parts.
fn parts(page: &Document) -> Vec<(String, String)> {
    let outermost = |e: &Element| e.parent_element().and_then(|p| p.closest("[data-part]").ok()?).is_none();
    of(page, "[data-part]").iter().filter(|e| outermost(e)).map(|e| (e.id(), e.outer_html())).collect()
}

fn said(page: &Document) -> Vec<String> {
    of(page, "[data-say]").iter().filter_map(|e| e.get_attribute("data-say")).collect()
}

/// Looks for news for ever.
pub async fn follow(live: Live, mut seen: Seen) {
    let mut seconds = 0;
    loop {
        gloo_timers::future::TimeoutFuture::new(1_000).await;
        seconds += 1;
        let quiet = live.paused.get_untracked() || browser::is_hidden();
        if seconds >= EVERY && !quiet || seconds == 1 {
            seconds = seconds.min(1);
            match look(live, &mut seen).await {
                Ok(()) => live.problem.set(None),
                Err(()) if is_offline() => live.problem.set(Some("offline")),
                Err(()) => live.problem.set(Some("unreachable")),
            }
        }
        live.now.set(browser::now());
    }
}

fn is_offline() -> bool {
    browser::window().is_some_and(|w| !w.navigator().on_line())
}

async fn look(live: Live, seen: &mut Seen) -> Result<(), ()> {
    let stamp = text(&format!("{}live.json", document::of_root("data-home")), DEADLINE).await.ok_or(())?;
    let stamp = JSON::parse(&stamp).map_err(drop)?;
    let field = |name: &str| Reflect::get(&stamp, &name.into()).ok().and_then(|v| v.as_string());
    if let Some(at) = field("measured").as_deref().and_then(times::parse)
        && live.measured.get_untracked() != Some(at)
    {
        live.measured.set(Some(at));
        restamp(live, at);
    }
    let content = field("content");
    if content.is_some() && content != seen.content {
        let known = seen.content.is_some();
        // The page at hand may be newer or older than the file, so it is compared in any case.
        renew(live, seen, known).await?;
        seen.content = content;
    }
    Ok(())
}

fn restamp(live: Live, at: Millis) {
    let moment = document::by_id("stamp").and_then(|s| s.query_selector("time").ok()?);
    if let Some(moment) = moment {
        moment.set_attribute("datetime", &crate::domain::zone::rfc3339(at)).unwrap_or_default();
        live.zone.with_untracked(|zone| times::write(live, zone));
    }
}

/// Loads the page again and puts in place what is new in it.
async fn renew(live: Live, seen: &mut Seen, tell: bool) -> Result<(), ()> {
    let path = browser::window().and_then(|w| w.location().pathname().ok()).ok_or(())?;
    let html = text(&path, DEADLINE).await.ok_or(())?;
    let page =
        DomParser::new().and_then(|p| p.parse_from_string(&html, SupportedType::TextHtml)).map_err(drop)?;
    let (new, new_said) = (parts(&page), said(&page));
    if new.is_empty() {
        return Err(());
    }
    if new.iter().map(|(id, _)| id).ne(seen.parts.iter().map(|(id, _)| id)) {
        // Components came or went: the page has another form, so it is loaded as a whole.
        browser::window().ok_or(())?.location().reload().map_err(drop)?;
        return Ok(());
    }
    for ((id, html), (_, before)) in new.iter().zip(&seen.parts) {
        if html != before
            && let Some(old) = document::by_id(id)
        {
            replace(&old, id, html);
        }
    }
    browser::set_title(&page.title());
    if tell {
        let news: Vec<&String> = new_said.iter().filter(|s| !seen.said.contains(s)).collect();
        announce(&news.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(". "));
    }
    seen.parts = new;
    seen.said = new_said;
    live.changed.update(|n| *n += 1);
    times::write_ages(live, browser::now());
    Ok(())
}

const FOCUSABLE: &str = "a,button,[tabindex]";

/// The focus goes to what stands in the same place.
fn replace(old: &Element, id: &str, html: &str) {
    let focused = browser::document().and_then(|d| d.active_element()).filter(|e| old.contains(Some(e)));
    let at = focused.and_then(|f| document::all(old, FOCUSABLE).iter().position(|e| *e == f));
    bars::close();
    old.set_outer_html(html);
    let (Some(at), Some(new)) = (at, document::by_id(id)) else { return };
    bars::make_focusable();
    let target = document::all(&new, FOCUSABLE).into_iter().nth(at);
    if let Some(target) = target.and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
        target.focus().unwrap_or_default();
    }
}

/// Read out when the reader is at rest.
fn announce(text: &str) {
    if let Some(place) = document::by_id("live") {
        place.set_attribute("role", "status").unwrap_or_default();
        place.set_class_name("vh");
        place.set_text_content(Some(text));
    }
}

/// Says loudly when what is shown may no longer be true.
pub fn note(live: Live) -> impl IntoView {
    let old_after = live.words.with_value(|w| w.t("old_after")).parse::<Millis>().unwrap_or(15 * MINUTE);
    let text = Memo::new(move |_| {
        let age = live.measured.get().map(|at| live.now.get() - at);
        let key = match (live.problem.get(), age) {
            (Some(problem), _) => problem,
            (None, Some(age)) if age > old_after => "old",
            _ => return None,
        };
        let length = live.words.with_value(|w| w.length(age.unwrap_or(0)));
        Some(live.words.with_value(|w| w.fill(key, "{n}", &length)))
    });
    // The banner says how old it is, in the place of its stamp: nothing moves, and nothing is covered. Pages without one
    // have a note of their own.
    let has_banner = document::by_id("overall").is_some();
    Effect::new(move |_| {
        live.changed.track();
        let text = text.get();
        let (Some(banner), Some(old)) = (document::by_id("overall"), document::by_id("old")) else { return };
        let is_old = text.is_some();
        banner.toggle_attribute_with_force("data-stale", is_old).map(drop).unwrap_or_default();
        old.set_text_content(text.as_deref());
        document::hide(&old, !is_old);
        if let Some(stamp) = document::by_id("stamp") {
            document::hide(&stamp, is_old);
        }
    });
    view! {
        <Show when=move || !has_banner && text.get().is_some()>
            <p class="note" role="status"><svg class="i" viewBox="0 0 16 16" aria-hidden="true" data-tone="warn"><use href="#i-warn" /></svg><span>{move || text.get()}</span></p>
        </Show>
    }
}

//! Zone, appearance, and whether the page renews itself.

use super::{Live, Zone, document};
use crate::browser;
use js_sys::{Array, Function, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

const THEMES: [&str; 4] = ["system", "light", "dark", "contrast"];
const STORED: &str = "fourlights-page-theme";

pub fn mount(live: Live) {
    let theme = RwSignal::new(browser::stored(STORED).unwrap_or_default());
    Effect::new(move |_| apply(&theme.get()));
    let place = document::by_id("settings").and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let Some(place) = place else { return };
    mount_to(place, move || view! { <Settings live=live theme=theme /> }).forget();
    copy_buttons(live);
}

fn apply(theme: &str) {
    let root = browser::document().and_then(|d| d.document_element());
    let Some(root) = root else { return };
    match theme {
        "light" | "dark" | "contrast" => root.set_attribute("data-theme", theme).unwrap_or_default(),
        _ => root.remove_attribute("data-theme").unwrap_or_default(),
    }
}

#[component]
fn Settings(live: Live, theme: RwSignal<String>) -> impl IntoView {
    let word = move |key: &str| live.words.with_value(|w| w.t(key));
    let chosen = live.zone.with_untracked(|z| z.chosen.clone());
    let page = word("page");
    let own = format!("{} ({})", word("your_zone"), browser::zone_name());
    let pages = format!("{} ({page})", word("page_zone"));
    let mut zones = vec![(String::new(), own), (page.clone(), pages)];
    // Chosen by the address before the names are known.
    if !chosen.is_empty() && chosen != page {
        zones.push((chosen.clone(), chosen.clone()));
    }
    let now = theme.get_untracked();
    let themes: Vec<(String, String)> =
        THEMES.into_iter().map(|name| (name.to_string(), word(&format!("theme_{name}")))).collect();
    let choose = move |name: String| {
        document::set_parameter("zone", &name);
        live.zone.set(Zone::named(&name));
    };
    let appear = move |name: String| {
        browser::store(STORED, &name);
        theme.set(name);
    };
    view! {
        <div class="settings">
            <label>
                {word("zone")}
                <select on:change=move |event| choose(event_target_value(&event)) on:pointerdown=|event| fill(&event) on:focus=|event| fill(&event)>
                    {options(zones, &chosen)}
                </select>
            </label>
            <label>
                {word("theme")}
                <select on:change=move |event| appear(event_target_value(&event))>{options(themes, &now)}</select>
            </label>
            <label>
                <input type="checkbox" on:change=move |event| live.paused.set(event_target_checked(&event)) />
                {word("pause")}
            </label>
        </div>
    }
}

/// Values and labels; they change by the visitor's hand alone, so nothing needs to follow them.
fn options(all: Vec<(String, String)>, chosen: &str) -> Vec<impl IntoView> {
    let one = |(value, label): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    };
    all.into_iter().map(one).collect()
}

/// Four hundred names are added when somebody wants to choose.
fn fill(event: &web_sys::Event) {
    let select = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok());
    let (Some(select), Some(page)) = (select, browser::document()) else { return };
    if select.child_element_count() > 3 {
        return;
    }
    for name in zones() {
        if let Ok(option) = page.create_element("option") {
            option.set_text_content(Some(&name));
            select.append_child(&option).ok();
        }
    }
}

/// The zones the browser knows.
fn zones() -> Vec<String> {
    let find = || -> Option<Array> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let supported: Function = Reflect::get(&intl, &"supportedValuesOf".into()).ok()?.dyn_into().ok()?;
        supported.call1(&JsValue::NULL, &"timeZone".into()).ok()?.dyn_into().ok()
    };
    find().map(|all| all.iter().filter_map(|v| v.as_string()).collect()).unwrap_or_default()
}

/// A button behind each address of a feed.
fn copy_buttons(live: Live) {
    let Some(page) = browser::document() else { return };
    for entry in document::all_of_page("#subscribe dd,.addresses dd") {
        let Some(button) = page.create_element("button").ok() else { continue };
        let address = entry.text_content().unwrap_or_default();
        let (copy, copied) = live.words.with_value(|w| (w.t("copy"), w.t("copied")));
        button.set_class_name("button");
        button.set_attribute("type", "button").unwrap_or_default();
        button.set_text_content(Some(&copy));
        button.set_attribute("aria-label", &format!("{copy}: {address}")).unwrap_or_default();
        let shown = button.clone();
        browser::listen(&button, "click", move |_| {
            if let Some(window) = browser::window() {
                drop(window.navigator().clipboard().write_text(&address));
                shown.set_text_content(Some(&copied));
            }
        });
        entry.append_child(&button).ok();
    }
}

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
    let names = RwSignal::new(Vec::<String>::new());
    // Four hundred names are looked up when somebody wants to choose.
    let fill = move || {
        if names.with_untracked(Vec::is_empty) {
            names.set(zones());
        }
    };
    let chosen = move || live.zone.with(|z| z.chosen.clone());
    let own = format!("{} ({})", word("your_zone"), browser::zone_name());
    let page = live.words.with_value(|w| w.t("page"));
    let pages = format!("{} ({page})", word("page_zone"));
    let choose = move |name: String| {
        document::set_parameter("zone", &name);
        live.zone.set(Zone::named(&name, browser::now()));
    };
    let themes: Vec<_> = THEMES
        .into_iter()
        .map(|name| {
            let is = move || theme.with(|t| t == name || name == "system" && t.is_empty());
            view! { <option value=name prop:selected=is>{word(&format!("theme_{name}"))}</option> }
        })
        .collect();
    let other = {
        let page = page.clone();
        move || {
            // Chosen by the address before the names are known.
            let own = chosen();
            let mut all = names.get();
            if !own.is_empty() && own != page && !all.contains(&own) {
                all.push(own);
            }
            all.into_iter()
                .map(|name| {
                    let (value, label) = (name.clone(), name.clone());
                    view! { <option value=value prop:selected=move || chosen() == name>{label}</option> }
                })
                .collect::<Vec<_>>()
        }
    };
    let is_pages = {
        let page = page.clone();
        move || chosen() == page
    };
    view! {
        <div class="settings">
            <label>
                {word("zone")}
                <select on:change=move |event| choose(event_target_value(&event)) on:pointerdown=move |_| fill() on:focus=move |_| fill()>
                    <option value="" prop:selected=move || chosen().is_empty()>{own}</option>
                    <option value=page.clone() prop:selected=is_pages>{pages}</option>
                    {other}
                </select>
            </label>
            <label>
                {word("theme")}
                <select on:change=move |event| {
                    let name = event_target_value(&event);
                    browser::store(STORED, &name);
                    theme.set(name);
                }>{themes}</select>
            </label>
            <label>
                <input type="checkbox" prop:checked=move || live.paused.get() on:change=move |event| live.paused.set(event_target_checked(&event)) />
                {word("pause")}
            </label>
        </div>
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

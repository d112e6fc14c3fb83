//! Finding a component among many.

use super::{Live, document};
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub fn mount(live: Live) {
    let place = document::by_id("tools").and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let Some(place) = place.filter(|p| p.has_attribute("data-many")) else { return };
    mount_to(place, move || view! { <Tools live=live /> }).forget();
}

#[component]
fn Tools(live: Live) -> impl IntoView {
    let typed = RwSignal::new(document::parameter("q"));
    let troubled = RwSignal::new(!document::parameter("problems").is_empty());
    let shown = RwSignal::new(0_i64);
    let found = StoredValue::new_local(Vec::new());
    Effect::new(move |_| {
        live.changed.track();
        found.set_value(groups());
    });
    // After the one above, which was made before it.
    Effect::new(move |_| {
        live.changed.track();
        let (typed, troubled) = (typed.get(), troubled.get());
        shown.set(found.with_value(|groups| filter(groups, &typed, troubled)));
        document::set_parameter("q", &typed);
        document::set_parameter("problems", if troubled { "1" } else { "" });
    });
    let word = move |key: &str| live.words.with_value(|w| w.t(key));
    view! {
        <form role="search" on:submit=|event| event.prevent_default()>
            <label>
                <span class="vh">{word("search")}</span>
                <input
                    type="search"
                    placeholder=word("search")
                    autocomplete="off"
                    value=typed.get_untracked()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <label>
                <input type="checkbox" checked=troubled.get_untracked() on:change=move |event| troubled.set(event_target_checked(&event)) />
                {word("only_trouble")}
            </label>
            <output class="quiet">{move || live.words.with_value(|w| w.n("shown", shown.get()))}</output>
        </form>
    }
}

/// A group with its rows, each with the text it is found by.
struct Group {
    element: Element,
    rows: Vec<(Element, String)>,
}

/// All groups. Reading a thousand texts takes longer than comparing them, so it is done once.
fn groups() -> Vec<Group> {
    let Some(page) = document::by_id("all") else { return Vec::new() };
    let group = |element: Element| {
        let title =
            element.query_selector("h3").ok().flatten().and_then(|h| h.text_content()).unwrap_or_default();
        let text =
            |row: &Element| lower(&format!("{title} {}", row.get_attribute("data-say").unwrap_or_default()));
        let rows = document::all(&element, "li[data-part]").into_iter().map(|row| {
            let text = text(&row);
            (row, text)
        });
        Group { rows: rows.collect(), element }
    };
    document::all(&page, ".group").into_iter().map(group).collect()
}

/// Hides rows that do not fit, and groups without any that do. How many are shown.
fn filter(groups: &[Group], typed: &str, troubled: bool) -> i64 {
    let typed = lower(typed);
    let wanted: Vec<&str> = typed.split_whitespace().collect();
    let mut shown = 0;
    for group in groups {
        let mut any = false;
        for (row, text) in &group.rows {
            let fits =
                wanted.iter().all(|w| text.contains(w)) && (!troubled || row.has_attribute("data-tone"));
            document::hide(row, !fits);
            any |= fits;
            shown += i64::from(fits);
        }
        document::hide(&group.element, !any);
    }
    shown
}

/// In lower case, by the browser's tables.
fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

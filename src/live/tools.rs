//! Finding a component among many.

use super::{Live, document};
use crate::browser;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

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
    Effect::new(move |_| {
        live.changed.track();
        let (typed, troubled) = (typed.get(), troubled.get());
        shown.set(filter(&typed, troubled));
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
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <label>
                <input type="checkbox" prop:checked=move || troubled.get() on:change=move |event| troubled.set(event_target_checked(&event)) />
                {word("only_trouble")}
            </label>
            <output class="quiet">{move || live.words.with_value(|w| w.n("shown", shown.get()))}</output>
        </form>
    }
}

/// Hides rows that do not fit, and groups without any that do. How many are shown.
fn filter(typed: &str, troubled: bool) -> i64 {
    let Some(page) = browser::document().and_then(|d| d.get_element_by_id("all")) else { return 0 };
    let wanted: Vec<String> = lower(typed).split_whitespace().map(Into::into).collect();
    let mut shown = 0;
    for group in document::all(&page, ".group") {
        let title =
            group.query_selector("h3").ok().flatten().and_then(|h| h.text_content()).unwrap_or_default();
        let mut any = false;
        for row in document::all(&group, "li[data-part]") {
            let text = lower(&format!("{title} {}", row.text_content().unwrap_or_default()));
            let fits = wanted.iter().all(|w| text.contains(w.as_str()))
                && (!troubled || row.has_attribute("data-tone"));
            document::hide(&row, !fits);
            any |= fits;
            shown += i64::from(fits);
        }
        document::hide(&group, !any);
    }
    shown
}

/// In lower case, by the browser's tables.
fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

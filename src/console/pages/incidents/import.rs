//! Taking the file of an incident in.

use crate::console::state::{Incidents, use_console};
use crate::model::route::Route;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Takes the file of an incident in and goes there.
#[component]
pub fn ImportButton(incidents: Incidents) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new(String::new());
    let open = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|i| i.files()).and_then(|f| f.get(0)) else { return };
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|t| t.as_string());
            let taken = match text {
                Some(text) => incidents.import(&text).await,
                None => Err("The file cannot be read".into()),
            };
            match taken {
                Ok(id) => console.go(&Route::Incident(id)),
                Err(why) => {
                    console.announce(&why);
                    said.try_set(why);
                }
            }
        });
    };
    view! {
        <label class="button import-button">
            "Import a file"
            <input type="file" class="sr" accept=".json" on:change=open />
        </label>
        <span class="silence-fault">{move || said.get()}</span>
    }
}

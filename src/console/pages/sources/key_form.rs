//! The key of a source: typed in by its owner, kept in memory, remembered only where that is asked for.

use crate::config::Source;
use crate::console::state::{forget, remember, remembered_names, use_console};
use crate::domain::secret::Secret;
use crate::model::KeyState;
use crate::sources::actions::FetchSite;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// How it is with the key of a source now.
pub fn key_state(source: &Source, is_typed: bool) -> KeyState {
    match &source.kind.0.key {
        None => KeyState::None,
        Some(_) if is_typed => KeyState::Typed,
        Some(key) if key.has_to_be_typed(FetchSite::of(&source.url) == FetchSite::SameOrigin) => {
            KeyState::Missing
        }
        Some(_) => KeyState::ByProxy,
    }
}

/// `is_typed`: whether a key of it is in memory; to be told after each change.
#[component]
pub fn KeyForm(source: Source, is_typed: RwSignal<bool>) -> impl IntoView {
    let console = use_console();
    let name = source.name.clone();
    let about = source.kind.0.key.as_ref().map_or("", |key| key.about);
    let typed = RwSignal::new(String::new());
    let wants_memory = RwSignal::new(false);
    let is_remembered = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    let look = {
        let name = name.clone();
        move || {
            let name = name.clone();
            spawn_local(async move {
                let all = remembered_names(console).await;
                is_remembered.try_set(all.contains(&name));
            });
        }
    };
    look();
    let save = {
        let (source, look) = (StoredValue::new(source), look.clone());
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let key = typed.get_untracked();
            if key.trim().is_empty() {
                return;
            }
            // The field is emptied first: nothing of the page holds the text any longer than it has to.
            typed.set(String::new());
            let source = source.get_value();
            console.board.keys().set(&source.name, Secret::new(&key));
            is_typed.set(true);
            said.set("The key is in memory until this page is left.".into());
            console.board.refresh_all();
            if wants_memory.get_untracked() {
                let look = look.clone();
                spawn_local(async move {
                    let words = match remember(console, &source, &key).await {
                        Ok(()) => "Remembered in this browser, encrypted.".to_string(),
                        Err(error) => format!("In memory only, not remembered: {error}."),
                    };
                    console.announce(&words);
                    said.try_set(words);
                    look();
                });
            }
        }
    };
    let leave = {
        let name = name.clone();
        move |_| {
            let (name, look) = (name.clone(), look.clone());
            console.board.keys().set(&name, Secret::new(""));
            is_typed.set(false);
            spawn_local(async move {
                let words = match forget(console, &name).await {
                    Ok(()) => "Forgotten.".to_string(),
                    Err(error) => format!("Forgotten in memory; {error}."),
                };
                console.announce(&words);
                said.try_set(words);
                look();
            });
            console.board.refresh_all();
        }
    };
    let state = move || match (is_typed.get(), is_remembered.get()) {
        (true, true) => "A key is in memory, and remembered in this browser, encrypted.",
        (true, false) => "A key is in memory until this page is left.",
        (false, true) => {
            "A key is remembered, for another address than the configuration has now: type it in again."
        }
        (false, false) => "No key was typed in.",
    };
    let field = format!("key-of-{name}");
    let label = field.clone();
    view! {
        <form class="update-form key-form" autocomplete="off" on:submit=save>
            <p class="muted">{state}</p>
            <label for=label>"Key of " <bdi>{name}</bdi> <span class="row-note">" " {about}</span></label>
            <input type="password" id=field autocomplete="off" spellcheck="false" maxlength="4096"
                prop:value=move || typed.get() on:input=move |e| typed.set(event_target_value(&e)) />
            <label class="update-check">
                <input type="checkbox" prop:checked=move || wants_memory.get() on:change=move |e| wants_memory.set(event_target_checked(&e)) />
                " Remember it in this browser, encrypted. Whoever uses this browser profile can then use it."
            </label>
            <div class="report-bar">
                <button type="submit" class="button primary" disabled=move || typed.with(|t| t.trim().is_empty())>"Use this key"</button>
                <Show when=move || is_typed.get() || is_remembered.get()>
                    <button type="button" class="button" on:click=leave.clone()>"Forget the key"</button>
                </Show>
                <span class="muted" role="status">{move || said.get()}</span>
            </div>
        </form>
    }
}

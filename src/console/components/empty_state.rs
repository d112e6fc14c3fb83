//! What stands in place of a list that was not configured: what it is for, and a piece of configuration to begin with.

use crate::browser;
use crate::console::state::use_console;
use crate::ui::Icon;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn EmptyState(
    /// the name of an icon
    icon: &'static str,
    title: &'static str,
    /// one sentence: what it is for
    what: &'static str,
    /// what may be added to the configuration
    sample: &'static str,
) -> impl IntoView {
    let console = use_console();
    let copy = move |_| {
        spawn_local(async move {
            let done = browser::copy(sample).await;
            console.announce(if done {
                "Copied"
            } else {
                "Couldn't copy. Select the text and copy it manually."
            });
        });
    };
    view! {
        <div class="empty-state">
            <Icon name=icon />
            <h2>{title}</h2>
            <p>{what}</p>
            <pre tabindex="0" role="region" aria-label="Example of the configuration">{sample}</pre>
            <p>
                <button type="button" class="button" on:click=copy>"Copy example"</button>
                " "
                <span class="muted">"Goes into " <code>"fourlights.json"</code> "; " <code>"fourlights check"</code> " says what it expects."</span>
            </p>
        </div>
    }
}

//! The shapes that say a status without colour.

use leptos::prelude::*;

/// A status as shape and hue; `word` is read out.
#[component]
pub fn ToneIcon(#[prop(into)] tone: String, #[prop(into)] word: String) -> impl IntoView {
    // A disc with a tick, a triangle, a square with a cross, a diamond, a ring: told apart at 12 px
    // and in grey.
    let path = match tone.as_str() {
        "ok" => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.6 4.3-4.4 4.8-2.3-2.2-.9 1 3.3 3.1 5.3-5.8Z",
        "warn" => "M8 1.2 15.5 14.5H.5Zm-.8 4.6v4.6h1.6V5.800Zm0 5.6v1.600h1.6v-1.600Z",
        "bad" => "M2 2h12v12H2Zm3 2L4 5l3 3-3 3 1 1 3-3 3 3 1-1-3-3 3-3-1-1-3 3Z",
        "info" => "M8 .5 15.5 8 8 15.500.5 8Z",
        _ => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z",
    };
    // Without a word it stands beside one.
    let spoken = !word.is_empty();
    view! {
        <svg
            class="tone-icon"
            data-tone=tone
            viewBox="0 0 16 16"
            role=spoken.then_some("img")
            aria-label=spoken.then_some(word)
            aria-hidden=(!spoken).then_some("true")
        >
            <path d=path fill-rule="evenodd" />
        </svg>
    }
}

//! An instant in the chosen zone.

use crate::console::state::use_console;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use leptos::prelude::*;

#[component]
pub fn When(at: Millis) -> impl IntoView {
    let console = use_console();
    view! {
        <time datetime=rfc3339(at) title=move || console.time_title(at) class="num">
            {move || console.clock(at)}
        </time>
    }
}

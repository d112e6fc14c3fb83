use crate::console::state::use_console;
use crate::model::route::Route;
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let console = use_console();
    view! {
        <div class="empty">
            <h2>"Page not found"</h2>
            <p>"The address may be mistyped, or the page has moved."</p>
            <a class="button primary" href=move || console.href(&Route::Health)>"Go to Health"</a>
        </div>
    }
}

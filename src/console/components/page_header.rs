//! The head of a page about one thing: where it is listed, its name, what is said of it, what can be done.

use crate::console::state::use_console;
use crate::model::route::Route;
use leptos::prelude::*;

#[component]
pub fn PageHeader(
    /// the page that lists it
    list: Route,
    title: String,
    /// what it belongs to
    #[prop(optional_no_strip)]
    group: Option<String>,
    /// what stands at the other side
    #[prop(optional, into)]
    actions: ViewFn,
    children: Children,
) -> impl IntoView {
    let console = use_console();
    let name = list.title();
    view! {
        <div class="page-head">
            <div>
                <p class="crumb"><a href=move || console.href(&list)>{name}</a></p>
                <h2>{title} {group.map(|g| view! { <span class="environment">{g}</span> })}</h2>
                {children()}
            </div>
            <div class="page-actions">{actions.run()}</div>
        </div>
    }
}

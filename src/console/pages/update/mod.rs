//! Writing a public update: the incident file that `fourlights publish` reads.

mod commit;
mod form;
mod preview;
mod typed;

use crate::browser;
use crate::config::{Public, Repository};
use crate::console::state::use_console;
use commit::Commit;
use form::Form;
use leptos::prelude::*;
use preview::Preview;
use typed::Typed;

const START: &str = "Write a title and a message: what customers see, and what you are doing about it. The incident file appears here.";

#[component]
pub fn UpdatePage() -> impl IntoView {
    let console = use_console();
    let Some(public) = console.config().public.clone() else {
        return view! {
            <section class="panel" aria-labelledby="no-page">
                <header class="panel-head"><h2 id="no-page">"No public page"</h2></header>
                <div class="panel-body"><p>"Add $.public with an address and components to the configuration; see docs/public-page.md."</p></div>
            </section>
        }
        .into_any();
    };
    view! { <Writing public=public /> }.into_any()
}

#[component]
fn Writing(public: Public) -> impl IntoView {
    let console = use_console();
    let typed = Typed::new(console.now.get_untracked());
    let key = console.update_draft_key();
    if let Some(draft) = browser::stored_for_tab(&key) {
        typed.restore(&draft);
    }
    Effect::new(move |_| browser::store_for_tab(&key, &typed.draft()));
    let file = Memo::new(move |_| typed.file(console.now.get()));
    let repository: Option<Repository> = public.repository.clone();
    view! {
        <div class="page update-page">
            <section class="panel" aria-labelledby="write">
                <header class="panel-head"><h2 id="write">"Message to customers"</h2></header>
                <div class="panel-body"><Form typed=typed components=public.components.clone() /></div>
            </section>
            <div class="update-side">
            <section class="panel" aria-labelledby="preview">
                <header class="panel-head"><h2 id="preview">"Preview"</h2></header>
                <div class="panel-body"><Preview typed=typed components=public.components.clone() /></div>
            </section>
            <section class="panel" aria-labelledby="file">
                <header class="panel-head"><h2 id="file">"Incident file"</h2></header>
                <div class="panel-body">
                    {move || match file.get() {
                        Ok(file) => view! {
                            <p class="muted">{file.name}</p>
                            <pre class="update-preview" tabindex="0" aria-label="The file's text">{file.text}</pre>
                        }.into_any(),
                        // What is missing is said once somebody has begun.
                        Err(what) => view! { <p class="empty-line">{if typed.is_begun() { what } else { START }}</p> }.into_any(),
                    }}
                    <Commit file=file typed=typed repository=repository />
                </div>
            </section>
            </div>
        </div>
    }
}

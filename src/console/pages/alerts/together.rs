//! What fired at the same time: often one cause.

use crate::console::components::When;
use crate::console::state::{memo, use_console};
use crate::domain::alert::Alert;
use crate::domain::time::human_duration;
use crate::model::fired_together;
use leptos::prelude::*;

/// More stories than this are old news.
const MOST: usize = 8;

#[component]
pub fn TogetherPanel(alerts: Signal<Vec<Alert>>) -> impl IntoView {
    let console = use_console();
    let clusters = memo(move || fired_together(&alerts.get(), console.now.get_untracked()));
    view! {
        <section class="panel" aria-labelledby="together">
            <header class="panel-head"><h2 id="together">"Fired together, 24 h"</h2></header>
            <div class="panel-body">
                {move || {
                    let all = clusters.get();
                    if all.is_empty() {
                        return view! { <p class="empty-line">"No two different alerts began within five minutes of each other."</p> }.into_any();
                    }
                    let lines: Vec<_> = all.into_iter().take(MOST).map(|c| {
                        let lasted = c.end.map_or("still".to_string(), |end| format!("for {}", human_duration(end - c.start)));
                        view! { <li class="silence"><p><When at=c.start /> <span class="muted">{format!(" {lasted}: ")}</span> {c.text()}</p></li> }
                    }).collect();
                    view! { <ul class="plain-list">{lines}</ul> }.into_any()
                }}
            </div>
        </section>
    }
}

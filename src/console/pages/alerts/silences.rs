//! What is silenced, by whom and why.

use crate::console::components::When;
use crate::domain::alert::Silence;
use leptos::prelude::*;

#[component]
pub fn Silences(silences: Memo<Vec<Silence>>) -> impl IntoView {
    let line = |s: Silence| {
        view! {
            <li class="silence">
                <div>{s.matchers.into_iter().map(|m| view! { <span class="label">{m.to_string()}</span> }).collect::<Vec<_>>()}</div>
                <p>{s.comment} <span class="muted">" · " {s.created_by} " · " {s.state}</span></p>
                <p class="muted">
                    {s.starts.map(|at| view! { "from " <When at=at /> })}
                    {s.ends.map(|at| view! { " until " <When at=at /> })}
                </p>
            </li>
        }
    };
    view! {
        <section class="panel" aria-labelledby="silences">
            <header class="panel-head"><h2 id="silences">"Silences"</h2></header>
            <div class="panel-body">
                {move || {
                    let all = silences.get();
                    if all.is_empty() {
                        view! { <p class="empty-line">"Nothing is silenced."</p> }.into_any()
                    } else {
                        view! { <ul class="plain-list">{all.into_iter().map(line).collect::<Vec<_>>()}</ul> }.into_any()
                    }
                }}
            </div>
        </section>
    }
}

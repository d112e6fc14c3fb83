//! What fired at the same time: often one cause.

use crate::console::components::{Panel, When};
use crate::console::state::{AlertsState, memo, use_console};
use crate::domain::time::human_duration;
use crate::model::fired_together;
use leptos::prelude::*;

/// More stories than this are old news.
const MOST: usize = 8;

#[component]
pub fn TogetherPanel(state: AlertsState) -> impl IntoView {
    let console = use_console();
    let clusters = memo(move || fired_together(&state.alerts.get(), console.now.get_untracked()));
    view! {
        <Panel title="Alerts that fired together, 24 h" feed=state.feed>
                {move || {
                    let all = clusters.get();
                    if all.is_empty() {
                        let text = if state.certain.get() {
                            "No alerts started within 5 minutes of each other."
                        } else {
                            "Not known: not every alert source responds."
                        };
                        return view! { <p class="empty-line">{text}</p> }.into_any();
                    }
                    let lines: Vec<_> = all.into_iter().take(MOST).map(|c| {
                        let lasted = c.end.map_or("still".to_string(), |end| format!("for {}", human_duration(end - c.start)));
                        view! { <li class="silence"><p><When at=c.start /> <span class="muted">{format!(" {lasted}: ")}</span> {c.text()}</p></li> }
                    }).collect();
                    view! { <ul class="plain-list">{lines}</ul> }.into_any()
                }}
        </Panel>
    }
}

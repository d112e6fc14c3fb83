//! How fresh the page is, whether something fails, and the button to ask again.

use crate::console::state::use_console;
use crate::domain::time::{ago, human_duration};
use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn RefreshState() -> impl IntoView {
    let console = use_console();
    let every = human_duration(console.config().refresh);
    let overview = console.board.overview;
    let text = move || {
        let o = overview.get();
        let age = o.as_of.map(|t| ago((console.now.get() - t).max(0)));
        match (age, o.n_failing) {
            (None, 0) => "loading".to_string(),
            (None, n) => format!("{n} of {} queries failing", o.n_watched),
            (Some(age), 0) if o.n_partial > 0 => {
                format!("{} of {} partial · refreshed {age}", o.n_partial, o.n_watched)
            }
            (Some(age), 0) => format!("refreshed {age}"),
            (Some(age), n) => format!("{n} of {} queries failing · data {age}", o.n_watched),
        }
    };
    view! {
        <button
            class="button refresh"
            data-failing=move || (overview.get().n_failing + overview.get().n_partial > 0).then_some("")
            data-busy=move || (overview.get().n_in_flight > 0).then_some("")
            title=format!("Refreshes every {every}. Press to refresh now (r).")
            on:click=move |_| console.board.refresh_all()
        >
            <Icon name="refresh" />
            <span class="refresh-text num">{text}</span>
            <span class="refresh-every">{format!("(every {every})")}</span>
            <span class="sr">"Refresh now"</span>
        </button>
    }
}

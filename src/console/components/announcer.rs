//! The one live region of the page: what a screen reader says without being asked. Once for each change, politely, and
//! without ages and counts that move by themselves.

use crate::console::state::{memo, use_alerts, use_console};
use crate::domain::watchdog::{Heartbeat, Lack};
use leptos::prelude::*;

#[component]
pub fn Announcer() -> impl IntoView {
    let console = use_console();
    let problems = console.board.problems;
    Effect::new(move |before: Option<Vec<String>>| {
        let now = problems.get();
        let before = before.unwrap_or_default();
        if now.iter().any(|source| !before.contains(source)) {
            console.announce(&format!("No data from {}. The affected panels say why.", now.join(", ")));
        } else if now.is_empty() && !before.is_empty() {
            console.announce("All connections are working again.");
        }
        now
    });
    let heartbeat = use_alerts().heartbeat;
    // Whether and how, without the time it was last seen.
    let silent = memo(move || match heartbeat.get() {
        // What may yet arrive is not worth interrupting anybody.
        Heartbeat::Silent(silent) if silent.iter().any(|s| s.lack != Lack::NotYet) => {
            Some(silent.iter().any(|s| s.lack == Lack::Missing))
        }
        _ => None,
    });
    Effect::new(move |_| match silent.get() {
        Some(true) => {
            console.announce("Alerting itself seems broken: an alert that should always fire does not.")
        }
        Some(false) => console.announce("Whether alerting works is not known."),
        None => {}
    });
    view! { <p id="announcements" class="sr" role="status">{move || console.announcement.get()}</p> }
}

//! Whether incidents are shared with the team's repository, and the token that it takes.

use crate::console::components::ToneIcon;
use crate::console::state::{IncidentSharing, Incidents, memo, use_console};
use leptos::prelude::*;

/// Shares what the page shows: the incident of an id, or all. Nothing where the configuration names no repository.
#[component]
pub fn SharingNote(incidents: Incidents, id: Option<String>) -> impl IntoView {
    let sharing = IncidentSharing::start(use_console(), incidents, id);
    sharing.map(|sharing| view! { <Shared sharing=sharing /> })
}

#[component]
fn Shared(sharing: IncidentSharing) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let words = memo(move || sharing.words());
    let name = sharing.repository().name;
    let share = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        sharing.set_token(&typed.get_untracked());
        typed.set(String::new());
    };
    let forget = move |_| sharing.set_token("");
    let icon = move || {
        let (tone, word) = match words.with(|w| w.tone) {
            "ok" => ("ok", "Shared"),
            "warn" => ("warn", "Waiting"),
            "bad" => ("bad", "Not shared"),
            _ => ("unknown", "Not known"),
        };
        view! { <ToneIcon tone=tone word=word /> }
    };
    view! {
        <section class="sharing" aria-label="Sharing" data-tone=move || words.with(|w| w.tone)>
            <p class="sharing-state">{icon} <span>{move || words.with(|w| w.text.clone())}</span></p>
            {move || {
                let remedy = words.with(|w| w.remedy.clone());
                (!remedy.is_empty()).then(|| view! { <p class="muted">{remedy}</p> })
            }}
            {move || sharing.notes.get().into_iter().map(|note| view! { <p class="sharing-file">{note}</p> }).collect::<Vec<_>>()}
            <Show
                when=move || sharing.has_token.get()
                fallback=move || view! {
                    <form class="sharing-form" on:submit=share>
                        <label>
                            {format!("Token for {name} ")}
                            <input
                                type="password"
                                autocomplete="off"
                                title="It may read and write the contents of the repository. It is kept in memory until the page is closed."
                                prop:value=move || typed.get()
                                on:input=move |e| typed.set(event_target_value(&e))
                            />
                        </label>
                        <button type="submit" class="button" disabled=move || typed.with(|t| t.trim().is_empty())>"Share"</button>
                    </form>
                }
            >
                <span class="sharing-form">
                    <button type="button" class="button" on:click=move |_| sharing.go()>"Share now"</button>
                    <button type="button" class="button" on:click=forget>"Forget the token"</button>
                </span>
            </Show>
        </section>
    }
}

//! A field to filter a list by words, kept in the address.

use crate::console::state::use_console;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// A pause in typing after which the list follows.
const PAUSE: u32 = 120;

/// The field keeps what is typed; the address and the list follow in a pause, so that no key is lost
/// however many rows there are.
#[component]
pub fn FilterField(
    /// what a screen reader calls it
    label: &'static str,
) -> impl IntoView {
    let console = use_console();
    let typed = RwSignal::new(console.view.get_untracked().query);
    let sent: StoredValue<String> = StoredValue::new(typed.get_untracked());
    let pending: StoredValue<Option<Timeout>, LocalStorage> = StoredValue::new_local(None);
    // Back and forward change it from outside.
    Effect::new(move |_| {
        let query = console.view.get().query;
        if query != sent.get_value() {
            sent.set_value(query.clone());
            typed.set(query);
        }
    });
    let input = move |e| {
        typed.set(event_target_value(&e));
        pending.set_value(Some(Timeout::new(PAUSE, move || {
            let Some(query) = typed.try_get_untracked() else { return };
            sent.set_value(query.clone());
            console.change(true, |s| s.query = query);
        })));
    };
    view! {
        <input
            id="filter"
            type="search"
            placeholder="Filter: words, or label=value"
            aria-label=label
            prop:value=move || typed.get()
            on:input=input
        />
    }
}

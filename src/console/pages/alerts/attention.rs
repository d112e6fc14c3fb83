//! How to be told of a new firing, chosen for this browser.

use crate::console::state::use_attention;
use leptos::prelude::*;

#[component]
pub fn AttentionPanel() -> impl IntoView {
    let attention = use_attention();
    let wishes = attention.wishes;
    let choice = move |name: &'static str, about: &'static str, on: Signal<bool>, set: Callback<bool>| {
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=move || on.get() on:change=move |e| set.run(event_target_checked(&e)) />
                <span>{name} <span class="row-note">{about}</span></span>
            </label>
        }
    };
    let state = move || match attention.permission.get().as_str() {
        _ if !wishes.get().desktop => None,
        "granted" => None,
        "denied" => Some(
            "The browser refuses notifications from this address; its settings for this site can allow them.",
        ),
        "unsupported" => Some("Notifications need HTTPS. This page is not on a secure address."),
        _ => Some("The browser asks whether this address may notify."),
    };
    let leads = move || {
        if attention.leads.get() {
            "Notifications come from this tab."
        } else {
            "Another tab is sending notifications. This one takes over if it closes."
        }
    };
    view! {
        <section class="panel" aria-labelledby="attention">
            <header class="panel-head"><h2 id="attention">"Notifications"</h2></header>
            <div class="panel-body attention">
                {choice(
                    "Page title and icon",
                    "the number of firing alerts",
                    Signal::derive(move || wishes.get().tab),
                    Callback::new(move |on| attention.wish(|w| w.tab = on)),
                )}
                {choice(
                    "Desktop notification",
                    "one per new alert, SEV-1 to SEV-3",
                    Signal::derive(move || wishes.get().desktop),
                    Callback::new(move |on| attention.wish(|w| w.desktop = on)),
                )}
                {choice(
                    "Sound",
                    "two soft tones",
                    Signal::derive(move || wishes.get().sound),
                    Callback::new(move |on| attention.wish(|w| w.sound = on)),
                )}
                <button class="button" on:click=move |_| attention.rehearse()>"Send a test"</button>
                <p class="muted">{leads}</p>
                <p class="muted">"While one of these is on, alerts are also fetched in a hidden tab."</p>
                <p class="muted">{state}</p>
            </div>
        </section>
    }
}

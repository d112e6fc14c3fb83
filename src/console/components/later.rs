//! A part of the console at its place: its code is fetched when it is to be shown, and what cannot be fetched says so.

use crate::browser;
use crate::console::bundle::is_replaced;
use crate::console::parts::{Part, at_once};
use crate::domain::time::{Millis, SECOND};
use crate::transport::own_page;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// So long the host is asked for its newest page, when code could not be fetched.
const PATIENCE: Millis = 5 * SECOND;

/// How far a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// nobody asked for it
    Idle,
    Fetching,
    Here,
    Failed,
    /// the host has another build, to which this one's code does not belong
    Replaced,
}

/// Fetches a part and says how far it is. What is there already takes no turn of the event loop.
fn fetch(part: Part, stage: RwSignal<Stage>) {
    let mut fetching = (part.fetch)();
    let at_first = at_once(fetching.as_mut());
    if at_first == Some(Ok(())) {
        return stage.set(Stage::Here);
    }
    stage.set(Stage::Fetching);
    spawn_local(async move {
        let fetched = match at_first {
            Some(fetched) => fetched,
            None => fetching.await,
        };
        let end = match fetched {
            Ok(()) => Stage::Here,
            Err(_) if host_has_another_build().await => Stage::Replaced,
            Err(_) => Stage::Failed,
        };
        // The place may be gone by now.
        stage.try_set(end);
    });
}

async fn host_has_another_build() -> bool {
    let address = browser::document().and_then(|d| d.base_uri().ok().flatten());
    let (Some(address), Some(running)) = (address, browser::program_folder()) else { return false };
    own_page::text(&address, PATIENCE).await.is_some_and(|page| is_replaced(&running, &page))
}

/// A page or panel. It is made where it is shown, so that it has this place's owner, and its effects run after it is
/// in the document.
#[component]
pub fn Later(
    part: Part,
    /// what stands there until then
    #[prop(optional)]
    waiting: Option<fn() -> AnyView>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Fetching);
    fetch(part, stage);
    move || match stage.get() {
        Stage::Idle | Stage::Fetching => waiting.unwrap_or(loading)(),
        Stage::Here => (part.make)().into_any(),
        Stage::Failed => failed(move || fetch(part, stage), None),
        Stage::Replaced => replaced(None),
    }
}

/// Dialogs that are not there before somebody asks for one. `asked` is told anew by each that does.
#[component]
pub fn LaterDialog(part: Part, #[prop(into)] asked: Signal<bool>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Idle);
    Effect::new(move |_| {
        if asked.get() && !matches!(stage.get_untracked(), Stage::Fetching | Stage::Here) {
            fetch(part, stage);
        }
    });
    let dismiss = Callback::new(move |()| stage.set(Stage::Idle));
    move || match stage.get() {
        Stage::Idle | Stage::Fetching => ().into_any(),
        Stage::Here => (part.make)().into_any(),
        Stage::Failed => failed(move || fetch(part, stage), Some(dismiss)),
        Stage::Replaced => replaced(Some(dismiss)),
    }
}

fn loading() -> AnyView {
    view! { <p class="boot later" role="status">"Loading…"</p> }.into_any()
}

fn failed(again: impl Fn() + Send + Sync + 'static, dismiss: Option<Callback<()>>) -> AnyView {
    let text = "The host of the console did not send it. Everything that is on the screen goes on working.";
    let button =
        view! { <button type="button" class="button primary" on:click=move |_| again()>"Try again"</button> };
    notice("This part of the console could not be loaded", text, button.into_any(), dismiss)
}

fn replaced(dismiss: Option<Callback<()>>) -> AnyView {
    let text = "The host has a newer version of it, and no longer this part of the one you have open. \
                Page, time range and filters are in the address, so they stay when you reload.";
    let button = view! { <button type="button" class="button primary" on:click=|_| browser::reload()>"Reload"</button> };
    notice("The console was updated", text, button.into_any(), dismiss)
}

/// At the place of a page or panel; one that can be dismissed stands above the page.
fn notice(head: &'static str, text: &'static str, button: AnyView, dismiss: Option<Callback<()>>) -> AnyView {
    view! {
        <div class="empty not-loaded" data-above=dismiss.map(|_| "") role="alert">
            <h2>{head}</h2>
            <p>{text}</p>
            <div class="dialog-buttons">
                {button}
                {dismiss.map(|dismiss| view! {
                    <button type="button" class="button" on:click=move |_| dismiss.run(())>"Dismiss"</button>
                })}
            </div>
        </div>
    }
    .into_any()
}

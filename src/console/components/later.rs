//! A part of the console at its place: its code is fetched when it is to be shown, and what cannot be fetched says so.

use super::ToneIcon;
use crate::browser;
use crate::config::Kind;
use crate::console::bundle::is_replaced;
use crate::console::parts::{NotFetched, Part, at_once, use_parts};
use crate::console::state::use_console;
use crate::domain::time::{Millis, SECOND};
use crate::sources::system;
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

/// What is said of a kind of system whose code did not come, with the sources that are of it.
#[component]
pub fn MissingSystems() -> impl IntoView {
    let config = use_console().config();
    let mut kinds: Vec<(Kind, Vec<String>)> = Vec::new();
    for source in config.sources.iter().filter(|s| system(s.kind).is_none()) {
        match kinds.iter_mut().find(|(kind, _)| *kind == source.kind) {
            Some((_, names)) => names.push(source.name.clone()),
            None => kinds.push((source.kind, vec![source.name.clone()])),
        }
    }
    kinds
        .into_iter()
        .map(|(kind, names)| view! { <MissingSystem kind=kind names=names.join(", ") /> })
        .collect::<Vec<_>>()
}

#[component]
fn MissingSystem(kind: Kind, names: String) -> impl IntoView {
    let parts = use_parts();
    let busy = RwSignal::new(false);
    let again = move |_| {
        busy.set(true);
        spawn_local(async move {
            // What was not there when the page began is asked for by a page that begins anew.
            match (parts.system)(kind).await {
                Ok(()) => browser::reload(),
                Err(NotFetched) => {
                    busy.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="heartbeat not-fetched" data-tone="unknown" role="status">
            <ToneIcon tone="unknown" word="Unknown" />
            <span>{format!("The host of the console did not send the code for {}: {names} cannot be asked. ", kind.name())}</span>
            <button type="button" class="button" disabled=move || busy.get() on:click=again>"Try again"</button>
        </div>
    }
}

/// In the place of the console, when code that all of it needs did not come.
#[component]
pub fn NotLoaded() -> impl IntoView {
    view! { <main class="faults" id="main"><h1 class="sr">"The console"</h1>{failed(browser::reload, None)}</main> }
}

fn failed(again: impl Fn() + Send + Sync + 'static, dismiss: Option<Callback<()>>) -> AnyView {
    let text = "The host of the console did not send it. Everything on the screen keeps working.";
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

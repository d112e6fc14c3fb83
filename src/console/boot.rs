//! The first steps: the crash screen, the configuration, and then the console or its faults.

use super::app::{App, part_of};
use super::components::{Later, NotLoaded};
use super::here::HERE;
use super::pages::FoundFaults;
use super::parts::{NotFetched, Parts, at_once};
use super::state::Board;
use crate::browser;
use crate::config::{self, Config, Fault, FaultKind, Kind};
use crate::model::route::{Route, base_of};
use crate::sources::{SYSTEMS, register};
use gloo_net::http::{Request, Response};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;

/// Where the configuration stands, relative to the page's base.
const FILE: &str = "fourlights.json";

/// Starts the console in the page's `#app`.
pub fn start(parts: &'static Parts) {
    browser::show_panics();
    spawn_local(async move {
        // The code of the page comes beside the configuration, and the page takes the frame's place with the shell.
        let mut page = (part_of(parts, page_asked_for().as_ref()).fetch)();
        let page_is_here = at_once(page.as_mut()).is_some();
        let read = match load().await {
            Ok(text) => (parts.read_config)(text).await,
            Err(fault) => Ok(Err(vec![fault])),
        };
        match read {
            Ok(Ok(config)) => {
                let config = Arc::new(config);
                fetch_systems(parts, kinds_of(&config)).await;
                if !page_is_here {
                    // What does not come says so at its place.
                    page.await.unwrap_or_default();
                }
                let board = Board::start(config.clone(), parts.demo);
                mount(move || {
                    provide_context(parts);
                    view! { <App config=config.clone() board=board /> }
                });
            }
            Err(NotFetched) => mount(|| view! { <NotLoaded /> }),
            Ok(Err(faults)) => mount(move || {
                provide_context(FoundFaults { faults, file: FILE });
                view! { <Later part=parts.faults /> }
            }),
        }
    });
}

/// Mounts a console with a configuration in an element, for as long as the handle is kept.
pub fn start_with(config: Config, element: HtmlElement) -> impl Sized {
    SYSTEMS.into_iter().for_each(register);
    let config = Arc::new(config);
    let board = Board::start(config.clone(), HERE.demo);
    mount_to(element, move || {
        let here: &'static Parts = &HERE;
        provide_context(here);
        view! { <App config=config.clone() board=board /> }
    })
}

/// The kinds of the sources that a configuration names. That of a repository comes with those who write to it.
fn kinds_of(config: &Config) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for kind in config.sources.iter().map(|s| s.kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// Waits for the code of all of them, which is fetched at the same time. What does not come is missing in the register, and
/// the shell says so.
async fn fetch_systems(parts: &Parts, kinds: Vec<Kind>) {
    let mut under_way: Vec<_> = kinds.into_iter().map(parts.system).collect();
    under_way.retain_mut(|one| at_once(one.as_mut()).is_none());
    for one in under_way {
        one.await.unwrap_or_default();
    }
}

fn mount<N: IntoView + 'static>(content: impl FnOnce() -> N + 'static) {
    let Some(root) = browser::root() else { return };
    mount_to(root, content).forget();
}

fn page_asked_for() -> Option<Route> {
    let base = base_of(&browser::document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default());
    Route::parse(browser::window()?.location().pathname().ok()?.strip_prefix(base.as_str())?)
}

/// The text of the configuration file, or why there is none.
async fn load() -> Result<String, Fault> {
    let missing = |found: &str| {
        let expected = "a configuration file beside index.html; start from the example and add your sources";
        Fault::new(FaultKind::Missing, FILE, found, expected, config::raw::EXAMPLE)
    };
    let answer = ask().await.ok_or_else(|| missing("no answer from the host"))?;
    if !answer.ok() {
        return Err(missing(&format!("status {}", answer.status())));
    }
    answer.text().await.map_err(|_| missing("a response that was cut short"))
}

/// What boot.js was sent when it asked for the file while the program was on its way; asked anew where it did not.
async fn ask() -> Option<Response> {
    let asked = js_sys::Reflect::get(&browser::window()?.into(), &"fourlightsConfig".into()).ok();
    if let Some(promise) = asked.and_then(|p| p.dyn_into::<js_sys::Promise>().ok()) {
        let answer: web_sys::Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
        return Some(answer.into());
    }
    Request::get(FILE).cache(web_sys::RequestCache::NoCache).send().await.ok()
}

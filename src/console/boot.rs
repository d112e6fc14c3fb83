//! The first steps: the crash screen, the configuration, and then the console or its faults.

use super::app::App;
use super::components::Later;
use super::pages::FoundFaults;
use super::parts::Parts;
use super::state::Board;
use crate::browser;
use crate::config::{self, Config, Fault, FaultKind};
use crate::sources;
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
        match load().await {
            Ok(config) => {
                let config = Arc::new(config);
                let board = Board::start(config.clone(), parts.demo);
                mount(move || {
                    provide_context(parts);
                    view! { <App config=config.clone() board=board /> }
                });
            }
            Err(faults) => mount(move || {
                provide_context(FoundFaults { faults, file: FILE });
                view! { <Later part=parts.faults /> }
            }),
        }
    });
}

/// Mounts a console with a configuration in an element, for as long as the handle is kept.
pub fn start_with(config: Config, element: HtmlElement) -> impl Sized {
    let config = Arc::new(config);
    let board = Board::start(config.clone(), Parts::HERE.demo);
    mount_to(element, move || {
        let here: &'static Parts = &Parts::HERE;
        provide_context(here);
        view! { <App config=config.clone() board=board /> }
    })
}

fn mount<N: IntoView + 'static>(content: impl FnOnce() -> N + 'static) {
    let Some(root) = browser::root() else { return };
    mount_to(root, content).forget();
}

async fn load() -> Result<Config, Vec<Fault>> {
    let missing = |found: &str| {
        let expected =
            "a configuration file beside index.html; start from the example and name your own sources";
        vec![Fault::new(FaultKind::Missing, FILE, found, expected, config::raw::EXAMPLE)]
    };
    let answer = ask().await.ok_or_else(|| missing("no answer from the host"))?;
    if !answer.ok() {
        return Err(missing(&format!("status {}", answer.status())));
    }
    let text = answer.text().await.map_err(|_| missing("an answer that broke off"))?;
    sources::read_config(&text)
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

//! The first steps: the crash screen, the configuration, and then the console or its faults.

use super::app::App;
use super::pages::FaultsPage;
use super::state::Board;
use crate::browser;
use crate::config::{self, Config, Fault, FaultKind};
use crate::sources;
use gloo_net::http::Request;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Where the configuration stands, relative to the page's base.
const FILE: &str = "fourlights.json";

/// Starts the console in the page's `#app`.
pub fn start() {
    browser::show_panics();
    spawn_local(async {
        match load().await {
            Ok(config) => {
                let config = Arc::new(config);
                let board = Board::start(config.clone());
                mount(move || view! { <App config=config.clone() board=board /> });
            }
            Err(faults) => mount(move || view! { <FaultsPage faults=faults.clone() file=FILE /> }),
        }
    });
}

/// Mounts a console with a configuration in an element, for as long as the handle is kept.
pub fn start_with(config: Config, element: HtmlElement) -> impl Sized {
    let config = Arc::new(config);
    let board = Board::start(config.clone());
    mount_to(element, move || view! { <App config=config.clone() board=board /> })
}

fn mount<N: IntoView + 'static>(content: impl FnOnce() -> N + 'static) {
    let Some(root) = browser::root() else { return };
    mount_to(root, content).forget();
}

async fn load() -> Result<Config, Vec<Fault>> {
    let missing = |found: &str| {
        let expected =
            "a configuration file beside index.html; start from the example and name your Prometheus";
        vec![Fault::new(FaultKind::Missing, FILE, found, expected, config::raw::EXAMPLE)]
    };
    let answer = Request::get(FILE)
        .cache(web_sys::RequestCache::NoCache)
        .send()
        .await
        .map_err(|_| missing("no answer from the host"))?;
    if !answer.ok() {
        return Err(missing(&format!("status {}", answer.status())));
    }
    let text = answer.text().await.map_err(|_| missing("an answer that broke off"))?;
    sources::read_config(&text)
}

//! Router and shell.

use super::components::{BottomBar, Palette, PaletteState, Rail, ShortcutsDialog, TopBar, listen_to_keys};
use super::pages::{AlertsPage, CapacityPage, HealthPage, NotFoundPage, ServicePage, SourcesPage};
use super::route::base_of;
use super::state::{Board, provide_console};
use crate::browser;
use crate::config::Config;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use std::sync::Arc;

#[component]
pub fn App(config: Arc<Config>, board: Board) -> impl IntoView {
    let base = base_of(&browser::document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default());
    view! {
        <Router base=base>
            <Shell config=config board=board />
        </Router>
    }
}

#[component]
fn Shell(config: Arc<Config>, board: Board) -> impl IntoView {
    let title = config.title.clone();
    let console = provide_console(config, board);
    let palette = PaletteState::new();
    listen_to_keys(console, palette);
    Effect::new(move |_| {
        let page = console.route.get().map_or("Not found", |r| r.title());
        browser::set_title(&format!("{page} · {title}"));
    });
    view! {
        <a class="skip" href="#main" rel="external" on:click=|e| { e.prevent_default(); browser::focus("main"); }>
            "Skip to content"
        </a>
        <div class="shell">
            <Rail />
            <div class="shell-body">
                <TopBar palette=palette />
                <main id="main" tabindex="-1">
                    <Routes fallback=|| view! { <NotFoundPage /> }>
                        <Route path=path!("") view=HealthPage />
                        <Route path=path!("index.html") view=HealthPage />
                        <Route path=path!("service") view=ServicePage />
                        <Route path=path!("alerts") view=AlertsPage />
                        <Route path=path!("capacity") view=CapacityPage />
                        <Route path=path!("sources") view=SourcesPage />
                    </Routes>
                </main>
            </div>
            <BottomBar />
        </div>
        <Palette state=palette />
        <ShortcutsDialog state=palette />
    }
}

//! Router and shell.

use super::components::{
    Announcer, BottomBar, ChartMenu, ClockBanner, HeartbeatBanner, Palette, PaletteState, Rail,
    ShortcutsDialog, TopBar, keep_focus, listen_to_keys,
};
use super::pages::{
    AlertsPage, CapacityPage, HealthPage, NotFoundPage, ServicePage, SloPage, SlosPage, SourcesPage,
    UpdatePage,
};
use super::route::{Route as Page, base_of};
use super::state::{
    Board, Console, provide_alerts, provide_attention, provide_console, provide_outbox, use_console,
};
use crate::browser;
use crate::chart::painter::prime;
use crate::config::Config;
use crate::console::state::memo;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_router::WildcardSegment;
use leptos_router::components::{FlatRoutes, Route, Router};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

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
    keep_focus();
    prime_charts(console);
    provide_outbox(console);
    let alerts = provide_alerts(console);
    let attention = provide_attention(console, alerts);
    Effect::new(move |_| {
        let page = console.route.get().map_or("Not found", |r| r.title());
        let firing = match attention.n.get() {
            n if n > 0 && attention.wishes.get().tab => format!("({n}) "),
            _ => String::new(),
        };
        browser::set_title(&format!("{firing}{page} · {title}"));
    });
    view! {
        <a class="skip" href="#main" rel="external" on:click=|e| { e.prevent_default(); browser::focus("main"); }>
            "Skip to content"
        </a>
        <div class="shell">
            <Rail />
            <div class="shell-body">
                <TopBar palette=palette />
                <HeartbeatBanner />
                <ClockBanner />
                <main id="main" tabindex="-1">
                    // One route, for the pages have no parts of their own to nest; the page follows the address.
                    <FlatRoutes fallback=|| view! { <NotFoundPage /> }>
                        <Route path=WildcardSegment("page") view=CurrentPage />
                    </FlatRoutes>
                </main>
            </div>
            <BottomBar />
        </div>
        <Palette state=palette />
        <ShortcutsDialog state=palette />
        <ChartMenu />
        <Announcer />
    }
}

/// While the first answers are on their way.
fn prime_charts(console: Console) {
    spawn_local(async move {
        TimeoutFuture::new(0).await;
        let theme = console.chart_theme.get_untracked();
        prime(&theme).unwrap_or_default();
    });
}

#[component]
fn CurrentPage() -> impl IntoView {
    let console = use_console();
    // The id of a service is the page's own affair, so only the kind of page is looked at here.
    let path = memo(move || console.route.get().map(|r| r.path()));
    move || {
        path.get();
        match console.route.get_untracked() {
            Some(Page::Health) => view! { <HealthPage /> }.into_any(),
            Some(Page::Service(_)) => view! { <ServicePage /> }.into_any(),
            Some(Page::Alerts) => view! { <AlertsPage /> }.into_any(),
            Some(Page::Slos) => view! { <SlosPage /> }.into_any(),
            Some(Page::Slo(_)) => view! { <SloPage /> }.into_any(),
            Some(Page::Capacity) => view! { <CapacityPage /> }.into_any(),
            Some(Page::Update) => view! { <UpdatePage /> }.into_any(),
            Some(Page::Sources) => view! { <SourcesPage /> }.into_any(),
            None => view! { <NotFoundPage /> }.into_any(),
        }
    }
}

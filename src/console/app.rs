//! Router and shell.

use super::components::{
    Announcer, BottomBar, ClockBanner, Later, LaterDialog, MissingSystems, OutageBanners, PaletteState, Rail,
    TopBar, keep_focus, listen_to_keys,
};
use super::parts::{Part, Parts, use_parts};
use super::state::{
    Board, Console, may_recall, provide_alerts, provide_attention, provide_console, provide_outbox_place,
    use_console,
};
use crate::browser;
use crate::config::Config;
use crate::console::state::memo;
use crate::model::route::{Route as Page, base_of};
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
    provide_context(palette);
    let parts = use_parts();
    listen_to_keys(console, palette);
    keep_focus();
    let outbox = look_into_outbox(console);
    provide_alerts(console);
    let attention = provide_attention(console);
    Effect::new(move |_| {
        let page = match console.route.get() {
            Some(_) if console.tab_title.with(Option::is_some) => console.tab_title.get().unwrap_or_default(),
            Some(route) => match console.object_name(&route) {
                // What a tab has room for comes first.
                Some(name) => format!("{name} · {}", route.title()),
                None => route.title().into(),
            },
            None => "Not found".into(),
        };
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
                <Later part=parts.watch waiting=alerts_wait />
                <OutageBanners />
                <ClockBanner />
                <MissingSystems />
                <main id="main" tabindex="-1">
                    // One route, for the pages have no parts of their own to nest; the page follows the address.
                    <FlatRoutes fallback=move || view! { <Later part=parts.not_found /> }>
                        <Route path=WildcardSegment("page") view=CurrentPage />
                    </FlatRoutes>
                </main>
            </div>
            <BottomBar />
        </div>
        <LaterDialog part=parts.dialogs asked=move || palette.asked.get().is_some() />
        <LaterDialog part=parts.outbox asked=outbox />
        <LaterDialog part=parts.keys asked=move || may_recall(console) />
        <LaterDialog part=parts.chart_menu asked=move || console.pointing.menu.get().is_some() />
        <Announcer />
    }
}

/// The place of what fires now, on the first page.
fn alerts_wait() -> AnyView {
    let is_first_page = use_console().route.get_untracked() == Some(Page::Health);
    is_first_page
        .then(|| view! { <div class="now"><p class="now-calm">"Loading alerts…"</p></div> })
        .into_any()
}

/// So long the first answers come before what may wait in the storage.
const OUTBOX_AFTER: u32 = 3_000;

/// Whether the outbox is wanted without anybody who asks for it: something may wait in it.
fn look_into_outbox(console: Console) -> RwSignal<bool> {
    let place = provide_outbox_place(console);
    place.on_first(move || place.wanted.set(true));
    spawn_local(async move {
        TimeoutFuture::new(OUTBOX_AFTER).await;
        if place.may_hold() {
            place.wanted.try_set(true);
        }
    });
    place.wanted
}

/// The part that shows a page.
pub fn part_of(parts: &Parts, page: Option<&Page>) -> Part {
    match page {
        Some(Page::Health) => parts.health,
        Some(Page::Service(_)) => parts.service,
        Some(Page::Incidents) => parts.incidents,
        Some(Page::Incident(_)) => parts.incident,
        Some(Page::Alerts) => parts.alerts,
        Some(Page::Slos) => parts.slos,
        Some(Page::Slo(_)) => parts.slo,
        Some(Page::Capacity) => parts.capacity,
        Some(Page::Reviews) => parts.reviews,
        Some(Page::OnCall) => parts.on_call,
        Some(Page::Runbooks) => parts.runbooks,
        Some(Page::Runbook(_)) => parts.runbook,
        Some(Page::Update) => parts.update,
        Some(Page::Sources) => parts.sources,
        None => parts.not_found,
    }
}

#[component]
fn CurrentPage() -> impl IntoView {
    let console = use_console();
    // The id of a service is the page's own affair, so only the kind of page is looked at here.
    let path = memo(move || console.route.get().map(|r| r.path()));
    let parts = use_parts();
    move || {
        path.get();
        let part = part_of(parts, console.route.get_untracked().as_ref());
        view! { <Later part=part /> }.into_any()
    }
}

//! The views of the parts. They get what they show from the context of the place they are made in.

use crate::console::components::{ChartMenu, HeartbeatBanner, NowStrip, Palette, ShortcutsDialog};
use crate::console::pages::{
    AlertsPage, CapacityPage, CapacityPanel, DutyPanel, EvidencePanels, FaultsPage, HealthPage, HealthPanels,
    IncidentPage, IncidentsPage, LinkedPagesPanel, NotFoundPage, OnCallPage, PagedPanel, ReviewsPage,
    RunbookPage, RunbooksPage, ServicePage, SloPage, SlosPage, SourcesPage, TakeOverPanel, UpdatePage,
};
use crate::console::state::{keep_acknowledgements, recall, start_watch, use_console, use_outbox};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub fn health() -> AnyView {
    view! { <HealthPage /> }.into_any()
}

pub fn panels() -> AnyView {
    view! { <HealthPanels /> }.into_any()
}

pub fn watch() -> AnyView {
    start_watch();
    view! {
        <NowStrip />
        <HeartbeatBanner />
    }
    .into_any()
}

/// Starts the outbox, unless a page did, and looks after the acknowledgements that were sent by it.
pub fn outbox() -> AnyView {
    use_outbox();
    keep_acknowledgements();
    ().into_any()
}

/// Recalls the keys of this browser.
pub fn keys() -> AnyView {
    spawn_local(recall(use_console()));
    ().into_any()
}

pub fn paged() -> AnyView {
    view! { <PagedPanel /> }.into_any()
}

pub fn duty() -> AnyView {
    view! { <DutyPanel /> }.into_any()
}

pub fn incident_pages() -> AnyView {
    view! { <LinkedPagesPanel /> }.into_any()
}

pub fn service() -> AnyView {
    view! { <ServicePage /> }.into_any()
}

pub fn incidents() -> AnyView {
    view! { <IncidentsPage /> }.into_any()
}

pub fn incident() -> AnyView {
    view! { <IncidentPage /> }.into_any()
}

/// To be shown on the page of an incident.
pub fn evidence() -> AnyView {
    view! { <EvidencePanels /> }.into_any()
}

pub fn alerts() -> AnyView {
    view! { <AlertsPage /> }.into_any()
}

pub fn slos() -> AnyView {
    view! { <SlosPage /> }.into_any()
}

pub fn slo() -> AnyView {
    view! { <SloPage /> }.into_any()
}

pub fn capacity() -> AnyView {
    view! { <CapacityPage /> }.into_any()
}

pub fn reviews() -> AnyView {
    view! { <ReviewsPage /> }.into_any()
}

pub fn on_call() -> AnyView {
    view! { <OnCallPage /> }.into_any()
}

pub fn take_over() -> AnyView {
    view! { <TakeOverPanel /> }.into_any()
}

pub fn runbooks() -> AnyView {
    view! { <RunbooksPage /> }.into_any()
}

pub fn runbook() -> AnyView {
    view! { <RunbookPage /> }.into_any()
}

pub fn update() -> AnyView {
    view! { <UpdatePage /> }.into_any()
}

pub fn sources() -> AnyView {
    view! { <SourcesPage /> }.into_any()
}

pub fn not_found() -> AnyView {
    view! { <NotFoundPage /> }.into_any()
}

pub fn faults() -> AnyView {
    view! { <FaultsPage /> }.into_any()
}

pub fn dialogs() -> AnyView {
    view! { <Palette /> <ShortcutsDialog /> }.into_any()
}

pub fn chart_menu() -> AnyView {
    view! { <ChartMenu /> }.into_any()
}

pub fn outlook() -> AnyView {
    view! { <CapacityPanel /> }.into_any()
}

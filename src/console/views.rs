//! The views of the parts. They get what they show from the context of the place they are made in.

use crate::console::components::{ChartMenu, HeartbeatBanner, NowStrip, Palette, ShortcutsDialog};
use crate::console::pages::{
    AlertsPage, CapacityPage, CapacityPanel, FaultsPage, HealthPage, HealthPanels, IncidentPage,
    IncidentsPage, NotFoundPage, OnCallPage, RunbookPage, RunbooksPage, ServicePage, SloPage, SlosPage,
    SourcesPage, UpdatePage,
};
use crate::console::state::{keep_acknowledgements, start_watch, use_outbox};
use leptos::prelude::*;

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

pub fn service() -> AnyView {
    view! { <ServicePage /> }.into_any()
}

pub fn incidents() -> AnyView {
    view! { <IncidentsPage /> }.into_any()
}

pub fn incident() -> AnyView {
    view! { <IncidentPage /> }.into_any()
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

pub fn on_call() -> AnyView {
    view! { <OnCallPage /> }.into_any()
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

//! The first page: uptime, golden signals, services, alerts, capacity.

mod alerts_panel;
mod capacity_panel;
mod golden;
mod golden_panels;
mod saturation_panel;
mod services_panel;
mod uptime_panel;

pub use capacity_panel::CapacityPanel;
pub use golden::GoldenPanels;
pub use golden_panels::Subject;

use crate::console::components::Later;
use crate::console::parts::use_parts;
use crate::console::state::{slos, use_alerts, use_console};
use alerts_panel::AlertsPanel;
use leptos::prelude::*;
use services_panel::ServicesPanel;
use uptime_panel::UptimePanel;

/// The scorecards, and below them the panels, whose code comes after them.
#[component]
pub fn HealthPage() -> impl IntoView {
    // Asked once for the summary and for the services.
    provide_context(slos(use_console()));
    view! {
        <div class="page">
            <UptimePanel alerts=use_alerts() />
            <Later part=use_parts().panels waiting=panels_wait />
        </div>
    }
}

/// Everything below the scorecards.
#[component]
pub fn HealthPanels() -> impl IntoView {
    view! {
        <GoldenPanels subject=Subject::Fleet />
        <ServicesPanel />
        <div class="columns">
            <AlertsPanel state=use_alerts() />
            <Later part=use_parts().outlook waiting=capacity_waits />
        </div>
    }
}

/// The place of the panels before there is code for them, as in index.html.
fn panels_wait() -> AnyView {
    view! {
        <p class="sr" role="status">"Loading…"</p>
        <div class="golden frame" aria-hidden="true">
            <div class="frame-box"></div>
            <div class="frame-box"></div>
            <div class="frame-box"></div>
            <div class="frame-box"></div>
        </div>
    }
    .into_any()
}

/// As the panel looks before its first answer.
fn capacity_waits() -> AnyView {
    view! {
        <section class="panel" data-condition="loading" aria-label="Capacity" aria-busy="true">
            <header class="panel-head">
                <h2>"Capacity"</h2>
            </header>
            <div class="panel-body"></div>
        </section>
    }
    .into_any()
}

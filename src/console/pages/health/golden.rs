//! The four golden signals of a page: latency, traffic, errors, saturation.

use super::golden_panels::{ErrorsPanel, LatencyPanel, Marks, Subject, TrafficPanel, baseline, more};
use super::saturation_panel::SaturationPanel;
use crate::console::state::{events, memo, use_console};
use crate::poll::Span;
use leptos::prelude::*;

#[component]
pub fn GoldenPanels(subject: Subject) -> impl IntoView {
    let console = use_console();
    let is_fixed = memo(move || matches!(console.view.get().span, Span::Between(..)));
    Effect::new(move |before: Option<bool>| {
        let fixed = is_fixed.get();
        if fixed && before == Some(false) {
            console.announce("Showing a fixed time range");
        }
        fixed
    });
    let baseline = baseline(console, &subject);
    provide_context(Marks(events(console)));
    view! {
        <div class="golden">
            <LatencyPanel subject=subject.clone() />
            <TrafficPanel subject=subject.clone() baseline=baseline />
            <ErrorsPanel subject=subject.clone() />
            <SaturationPanel subject=subject.clone() />
            {match &subject {
                Subject::Service(service) => more(console, service),
                Subject::Fleet => Vec::new(),
            }}
        </div>
    }
}

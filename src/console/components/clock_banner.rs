//! A banner on every page when clocks differ so much that ages and ranges depend on whose is asked.

use super::ToneIcon;
use crate::console::state::{memo, use_console};
use crate::poll::Clocks;
use leptos::prelude::*;

#[component]
pub fn ClockBanner() -> impl IntoView {
    let clocks = use_console().board.clocks;
    let complaint = memo(move || clocks.with(|c: &Clocks| c.complaint("this device")));
    move || {
        complaint.get().map(|text| {
            view! {
                <div class="heartbeat" data-tone="warn" role="status" aria-live="off">
                    <ToneIcon tone="warn" word="Clock" />
                    <span>{text}</span>
                </div>
            }
        })
    }
}

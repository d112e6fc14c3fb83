//! A half-round gauge of a share, with its value as text in it.

use super::canvas::drawn;
use crate::chart::paint;
use crate::console::model::Reading;
use crate::console::state::use_console;
use crate::ui::ToneIcon;
use leptos::prelude::*;

#[component]
pub fn GaugeView(
    name: &'static str,
    /// ratio 0..1
    #[prop(into)]
    share: Signal<Option<f64>>,
    #[prop(into)] reading: Signal<Reading>,
    threshold: Option<f64>,
) -> impl IntoView {
    let console = use_console();
    let label = move || {
        let r = reading.get();
        format!("{name} {}, {}. {}", r.value, r.word, r.detail)
    };
    let draw = move |canvas, size| {
        let theme = console.chart_theme.get();
        let [calm, ..] = theme.series;
        let color = match reading.get().tone {
            "bad" => theme.bad,
            "warn" => theme.warn,
            _ => calm,
        };
        paint::gauge(canvas, share.get(), threshold, size, color, &theme).unwrap_or_default();
    };
    view! {
        <div
            class="gauge"
            title=move || reading.get().detail
            data-signal=name
            data-at=move || reading.get().sample.map(|(at, _)| at)
            data-sample=move || reading.get().sample.map(|(_, v)| v)
        >
            {drawn(console, "gauge-dial", label, draw)}
            <div class="gauge-text">
                <span class="gauge-value num">{move || reading.get().value}</span>
                <span class="gauge-name">
                    {name} {move || view! { <ToneIcon tone=reading.get().tone word=reading.get().word /> }}
                </span>
            </div>
        </div>
    }
}

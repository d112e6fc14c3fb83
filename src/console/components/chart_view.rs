//! A chart with its legend: the canvas draws, the rest is text that can be read and selected.

use super::canvas::drawn;
use crate::chart::model::{Chart, Ink, Style};
use crate::chart::{layout::Layout, paint};
use crate::console::state::use_console;
use crate::domain::format::human_or_dash;
use leptos::prelude::*;

#[component]
pub fn ChartView(
    #[prop(into)] chart: Signal<Option<Chart>>,
    /// `chart` or a class that makes it higher
    #[prop(default = "chart")]
    class: &'static str,
) -> impl IntoView {
    let console = use_console();
    let summary = move || chart.get().map_or_else(|| "Loading".into(), |c| c.summary());
    let draw = move |canvas, (width, height): (f64, f64)| {
        let theme = console.chart_theme.get();
        let zone = console.zone.get();
        if let Some(chart) = chart.get() {
            let layout = Layout::of(&chart, width, height, &zone.offsets);
            // A canvas that cannot be drawn on leaves the summary and the legend.
            paint::chart(canvas, &chart, &layout, &theme).unwrap_or_default();
        }
    };
    let is_empty = move || chart.get().is_some_and(|c| c.is_empty());
    view! {
        <figure class="chart-figure">
            {drawn(console, class, summary, draw)}
            <Show when=is_empty>
                <p class="chart-empty">"No samples in this range"</p>
            </Show>
            <figcaption class="legend">{move || chart.get().map(|c| legend(&c))}</figcaption>
        </figure>
    }
}

fn legend(chart: &Chart) -> impl IntoView + use<> {
    let entry = |name: String, class: &'static str, value: String| {
        view! {
            <span class="legend-entry">
                <span class=format!("swatch {class}") aria-hidden="true"></span>
                {name}
                <span class="num">{value}</span>
            </span>
        }
    };
    let unit = chart.unit;
    let traces: Vec<_> = chart
        .traces
        .iter()
        .map(|t| {
            // The end of a projection is no reading.
            let last = if t.style == Style::Dashed { None } else { t.series.last().map(|(_, v)| v) };
            let value = if t.style == Style::Dashed { String::new() } else { human_or_dash(unit, last) };
            entry(t.name.clone(), swatch(t.ink, t.style), value)
        })
        .collect();
    traces
}

fn swatch(ink: Ink, style: Style) -> &'static str {
    match (ink, style) {
        (Ink::Series1, Style::Dashed) => "ink-1 dashed",
        (Ink::Series1, _) => "ink-1",
        (Ink::Series2, _) => "ink-2",
        (Ink::Series3, _) => "ink-3",
        (Ink::Ok, _) => "ink-ok",
        (Ink::Warn, _) => "ink-warn",
        (Ink::Bad, _) => "ink-bad",
    }
}

//! A small line in a table cell.

use super::canvas::drawn;
use crate::chart::paint;
use crate::console::state::use_console;
use crate::domain::series::Series;
use crate::domain::time::Millis;
use leptos::prelude::*;

#[component]
pub fn Sparkline(
    #[prop(into)] series: Signal<Option<Series>>,
    range: Signal<(Millis, Millis)>,
    #[prop(into)] label: String,
) -> impl IntoView {
    let console = use_console();
    let draw = move |canvas, size| {
        let theme = console.chart_theme.get();
        let [color, ..] = theme.series;
        if let Some(series) = series.get() {
            paint::sparkline(canvas, &series, range.get(), size, color).unwrap_or_default();
        }
    };
    drawn(console, "spark", move || label.clone(), draw)
}

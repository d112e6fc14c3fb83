//! A small chart in a table cell: read by hand and by keyboard as a large one is.

use super::ChartView;
use crate::chart::model::{Chart, Ink, Style, Trace};
use crate::console::state::memo;
use crate::domain::format::Unit;
use crate::domain::series::Series;
use crate::domain::time::Millis;
use leptos::prelude::*;

#[component]
pub fn Sparkline(
    #[prop(into)] series: Signal<Option<Series>>,
    range: Signal<(Millis, Millis)>,
    unit: Unit,
    /// what is shown, for instance `Traffic of API`
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let chart = memo(move || {
        let (start, end) = range.get();
        let series = series.get()?;
        Some(Chart {
            traces: vec![Trace::new("value", Ink::Series1, Style::Line, series)],
            max_gap: (end - start) / 10,
            ..Chart::new(title.clone(), unit, start, end)
        })
    });
    view! { <ChartView chart=chart class="spark" bare=true /> }
}

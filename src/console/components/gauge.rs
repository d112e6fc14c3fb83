//! A half-round gauge of a share, with its value as text in it. Its last hour is behind it: Enter or a
//! click opens the table and the rest of what a chart offers.

use super::ToneIcon;
use super::canvas::drawn;
use crate::chart::model::{Chart, Ink, Mark, Style, Trace};
use crate::chart::paint;
use crate::console::state::{ChartSettings, ChartSubject, ShownQuery, memo, use_console};
use crate::domain::format::Unit;
use crate::domain::series::Series;
use crate::domain::time::HOUR;
use crate::model::Reading;
use leptos::prelude::*;

/// Size of a gauge's history when it is saved as a picture, CSS pixels.
const PICTURE: (f64, f64) = (600.0, 220.0);

#[component]
pub fn GaugeView(
    name: &'static str,
    /// shares 0..1 of the last hour
    #[prop(into)]
    series: Signal<Option<Series>>,
    #[prop(into)] reading: Signal<Reading>,
    threshold: Option<f64>,
    #[prop(into)] queries: Signal<Vec<ShownQuery>>,
) -> impl IntoView {
    let console = use_console();
    let share = Signal::derive(move || series.with(|s| s.as_ref().and_then(Series::last)).map(|(_, v)| v));
    let track = move || {
        share.track();
        reading.track();
    };
    let draw = move |canvas, size| {
        let theme = console.chart_theme.get_untracked();
        let [calm, ..] = theme.series;
        let color = match reading.get_untracked().tone {
            "bad" => theme.bad,
            "warn" => theme.warn,
            _ => calm,
        };
        paint::gauge(canvas, share.get_untracked(), threshold, size, color, &theme).unwrap_or_default();
    };
    let history = memo(move || {
        let series = series.get()?;
        let end = series.last_instant()?;
        Some(Chart {
            traces: vec![Trace::new(name, Ink::Series1, Style::Area, series)],
            threshold: threshold.map(|value| Mark { value, label: "alert".into() }),
            ..Chart::new(format!("{name}, last hour"), Unit::Ratio, end - HOUR, end)
        })
    });
    let settings = RwSignal::new(ChartSettings::default());
    let subject = ChartSubject { chart: history.into(), settings, queries, size: Signal::derive(|| PICTURE) };
    view! {
        <button
            type="button"
            class="gauge"
            title=move || reading.get().detail
            aria-haspopup="dialog"
            data-signal=name
            data-at=move || reading.get().sample.map(|(at, _)| at)
            data-sample=move || reading.get().sample.map(|(_, v)| v)
            on:click=move |_| console.pointing.menu.set(Some(subject))
        >
            // Its accessible name is the text in it.
            {drawn(console, "gauge-dial", track, draw)}
            <span class="gauge-text">
                <span class="gauge-value num">{move || reading.get().value}</span>
                <span class="gauge-name">
                    {name} {move || view! { <ToneIcon tone=reading.get().tone word=reading.get().word /> }}
                </span>
            </span>
        </button>
    }
}

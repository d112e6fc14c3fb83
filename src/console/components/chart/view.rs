//! A chart with its legend: two canvases draw, the rest is text that can be read and selected.

use super::super::canvas::{paint_when, watch};
use super::legend::Legend;
use super::overlay::{Overlay, Pointer};
use crate::chart::layout::{Layout, Size};
use crate::chart::model::Chart;
use crate::chart::painter::{Painter, prime};
use crate::chart::summary::summary;
use crate::console::state::{ChartSettings, ChartSubject, Console, ShownQuery, memo, use_console};
use gloo_timers::future::TimeoutFuture;
use leptos::html;
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn ChartView(
    #[prop(into)] chart: Signal<Option<Chart>>,
    /// `chart`, or a class that makes it higher
    #[prop(default = "chart")]
    class: &'static str,
    /// a sparkline: no axes, no legend
    #[prop(optional)]
    bare: bool,
    /// choosing a stretch of time changes the range of the page
    #[prop(default = true)]
    follows_page: bool,
    #[prop(optional, into)] queries: Signal<Vec<ShownQuery>>,
) -> impl IntoView {
    let console = use_console();
    prime_once(console);
    let settings = RwSignal::new(ChartSettings::default());
    let shown = memo(move || {
        let settings = settings.get();
        let mut chart = chart.get()?.without(&settings.hidden);
        chart.axis = settings.axis;
        if let Some((start, end)) = settings.window {
            (chart.start, chart.end) = (start, end);
        }
        Some(chart)
    });
    let holder = NodeRef::<html::Div>::new();
    let (data, frame) = (NodeRef::<html::Canvas>::new(), NodeRef::<html::Canvas>::new());
    let watched = watch(holder);
    let layout: RwSignal<Option<Layout>> = RwSignal::new(None);
    let painter = StoredValue::new_local(Painter::default());
    let paint = move || {
        let (Some(Some(data)), Some(frame), Some(Some(chart))) =
            (data.try_get_untracked(), frame.try_get_untracked(), shown.try_get_untracked())
        else {
            return;
        };
        let (width, height) = watched.size.get_untracked();
        let size = Size { width, height, dpr: console.pixel_ratio.get_untracked() };
        let theme = console.chart_theme.get_untracked();
        let zone = console.zone.get_untracked();
        painter.update_value(|painter| {
            let next = match frame {
                Some(frame) => painter.paint((&data, &frame), &chart, size, &zone.offsets, &theme),
                None => painter.paint_bare(&data, &chart, size, &theme),
            };
            if layout.with_untracked(|known| known.as_ref() != Some(&next)) {
                layout.set(Some(next));
            }
        });
    };
    let track = move || {
        shown.track();
        console.zone.track();
    };
    paint_when(console, watched, track, paint);
    let subject = ChartSubject { chart: shown.into(), settings, queries, size: watched.size.into() };
    let pointer = Pointer::new(console, subject, layout, holder, follows_page, bare);
    let name = move || shown.get().map_or_else(|| "Loading".to_string(), |c| summary(&c));
    let is_empty = move || shown.get().is_some_and(|c| c.is_empty());
    view! {
        <figure class="chart-figure" data-bare=bare.then_some("")>
            <div
                class=class
                node_ref=holder
                role="application"
                aria-roledescription="chart"
                aria-label=name
                aria-keyshortcuts="ArrowLeft ArrowRight PageUp PageDown Home End Enter"
                tabindex="0"
                on:pointerdown=move |e| pointer.down(&e)
                on:pointermove=move |e| pointer.moved(&e)
                on:pointerup=move |e| pointer.up(&e)
                on:pointercancel=move |_| pointer.cancel()
                on:pointerleave=move |_| pointer.left()
                on:dblclick=move |_| pointer.zoom_out()
                on:keydown=move |e| pointer.key(&e)
                on:blur=move |_| pointer.blurred()
            >
                <canvas node_ref=data aria-hidden="true"></canvas>
                {(!bare).then(|| view! { <canvas node_ref=frame aria-hidden="true"></canvas> })}
                <Overlay pointer=pointer />
            </div>
            {(!bare)
                .then(|| {
                    view! {
                        <Show when=is_empty>
                            <p class="chart-empty">"No samples in this range"</p>
                        </Show>
                        <Legend chart=chart settings=settings pointer=pointer />
                    }
                })}
        </figure>
    }
}

/// Runs the code of charts while the first answers are on their way: browsers compile it then.
fn prime_once(console: Console) {
    thread_local! {
        static DONE: Cell<bool> = const { Cell::new(false) };
    }
    if DONE.replace(true) {
        return;
    }
    spawn_local(async move {
        TimeoutFuture::new(0).await;
        let theme = console.chart_theme.get_untracked();
        prime(&theme).unwrap_or_default();
    });
}

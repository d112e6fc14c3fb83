//! What lies over a chart: the crosshair, the values under it, the stretch that is being chosen; and
//! the hands and keys that move them.

use super::swatch::swatch;
use crate::chart::cursor::{Move, clock, moved, nearest_trace, readings, spoken};
use crate::chart::event_list::event_list;
use crate::chart::gesture::{Gesture, Intent, Point};
use crate::chart::layout::Layout;
use crate::chart::model::Chart;
use crate::chart::paint::near_events;
use crate::chart::ticks::time_ticks;
use crate::console::state::{ChartSubject, Console, Crosshair, memo};
use crate::domain::format::human_or_dash;
use crate::domain::time::{MINUTE, Millis};
use crate::model::view_state::{between, zoomed_out};
use gloo_timers::future::TimeoutFuture;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{KeyboardEvent, PointerEvent};

/// The cursor must rest this long before its values are spoken, milliseconds.
const REST: u32 = 300;

/// The hand on one chart. Handles only.
#[derive(Clone, Copy)]
pub struct Pointer {
    console: Console,
    subject: ChartSubject,
    layout: RwSignal<Option<Layout>>,
    holder: NodeRef<html::Div>,
    follows_page: bool,
    bare: bool,
    number: u32,
    gesture: StoredValue<Gesture>,
    /// corners of a box of time and values that is being chosen
    boxed: RwSignal<Option<(Point, Point)>>,
    /// counts the moves by key, so that only the last of several is spoken
    steps: StoredValue<u32>,
}

impl Pointer {
    pub fn new(
        console: Console,
        subject: ChartSubject,
        layout: RwSignal<Option<Layout>>,
        holder: NodeRef<html::Div>,
        follows_page: bool,
        bare: bool,
    ) -> Self {
        Self {
            console,
            subject,
            layout,
            holder,
            follows_page,
            bare,
            number: console.pointing.number(),
            gesture: StoredValue::new(Gesture::default()),
            boxed: RwSignal::new(None),
            steps: StoredValue::new(0),
        }
    }

    /// The instant read on this chart, if the crosshair lies within its range.
    pub fn instant(self) -> Signal<Option<Millis>> {
        let chart = self.subject.chart;
        let crosshair = self.console.pointing.crosshair;
        Signal::derive(move || {
            let at = crosshair.get()?.at;
            chart.with(|c| c.as_ref().is_some_and(|c| (c.start..=c.end).contains(&at))).then_some(at)
        })
    }

    pub fn open_menu(self) {
        self.console.pointing.menu.set(Some(self.subject));
    }

    fn place(self, event: &PointerEvent) -> Option<Point> {
        let rect = self.holder.get_untracked()?.get_bounding_client_rect();
        Some(Point {
            x: f64::from(event.client_x()) - rect.left(),
            y: f64::from(event.client_y()) - rect.top(),
        })
    }

    pub fn down(self, event: &PointerEvent) {
        let Some(at) = self.place(event).filter(|_| event.button() == 0) else { return };
        let touch = event.pointer_type() == "touch";
        if let (false, Some(holder)) = (touch, self.holder.get_untracked()) {
            // A drag goes on outside the chart.
            holder.set_pointer_capture(event.pointer_id()).unwrap_or_default();
        }
        let intent =
            self.gesture.try_update_value(|g| g.down(event.pointer_id(), touch, at, event.shift_key()));
        self.follow(intent);
    }

    pub fn moved(self, event: &PointerEvent) {
        let Some(at) = self.place(event) else { return };
        self.follow(self.gesture.try_update_value(|g| g.moved(event.pointer_id(), at)));
    }

    pub fn up(self, event: &PointerEvent) {
        let Some(at) = self.place(event) else { return };
        self.follow(self.gesture.try_update_value(|g| g.up(at)));
    }

    pub fn cancel(self) {
        self.gesture.update_value(Gesture::cancel);
        self.console.pointing.stretch.set(None);
        self.boxed.set(None);
    }

    pub fn left(self) {
        let busy = self.gesture.with_value(Gesture::is_busy);
        let own =
            self.console.pointing.crosshair.get_untracked().is_some_and(|c| c.owner == Some(self.number));
        if own && !busy {
            self.console.pointing.point(None);
        }
    }

    pub fn blurred(self) {
        if !self.gesture.with_value(Gesture::is_busy) {
            self.left();
        }
    }

    fn follow(self, intent: Option<Intent>) {
        let Some(intent) = intent else { return };
        let Some(layout) = self.layout.get_untracked() else { return };
        let pointing = self.console.pointing;
        let ends = |a: f64, b: f64| (layout.instant(a), layout.instant(b));
        match intent {
            Intent::Nothing => {}
            Intent::Read(at) => {
                pointing.stretch.set(None);
                self.boxed.set(None);
                let inside = at.x >= layout.x.low - 4.0 && at.x <= layout.x.high + 4.0;
                let crosshair =
                    Crosshair { at: layout.instant(at.x), owner: Some(self.number), y: Some(at.y) };
                pointing.point(inside.then_some(crosshair));
            }
            Intent::Stretch(a, b) => {
                pointing.point(None);
                pointing.stretch.set(Some(ends(a, b)));
            }
            Intent::Box(a, b) => {
                pointing.point(None);
                self.boxed.set(Some((a, b)));
            }
            Intent::ZoomTime(a, b) => {
                self.cancel();
                self.zoom(ends(a, b));
            }
            Intent::ZoomBox(a, b) => {
                self.cancel();
                let limits = (layout.y.value(b.y), layout.y.value(a.y));
                self.zoom(ends(a.x, b.x));
                self.subject.settings.update(|s| s.axis.limits = Some(limits));
            }
            Intent::Pinch { around, factor } => {
                let (from, to) = (layout.x.from, layout.x.to);
                let middle = layout.x.value(around);
                let scaled = |t: f64| (middle + (t - middle) * factor) as Millis;
                self.zoom((scaled(from), scaled(to)));
            }
        }
    }

    fn zoom(self, (from, to): (Millis, Millis)) {
        // Less than a minute shows nothing that was sampled.
        let (from, to) = if to - from < MINUTE { (from - MINUTE / 2, from + MINUTE / 2) } else { (from, to) };
        if !self.follows_page {
            return self.subject.settings.update(|s| s.window = Some((from, to)));
        }
        let to = to.min(self.console.now.get_untracked());
        if let Some(span) = between(from.min(to - MINUTE), to) {
            self.console.change(false, |s| s.span = span);
        }
    }

    /// Back to all values first, then to a longer time.
    pub fn zoom_out(self) {
        self.cancel();
        let settings = self.subject.settings.get_untracked();
        if settings.axis.limits.is_some() {
            self.subject.settings.update(|s| s.axis.limits = None);
        } else if !self.follows_page {
            self.subject.settings.update(|s| s.window = None);
        } else {
            let span = zoomed_out(self.console.view.get_untracked().span, self.console.now.get_untracked());
            self.console.change(false, |s| s.span = span);
        }
    }

    pub fn key(self, event: &KeyboardEvent) {
        // `t` and an arrow pan the page; what is typed with Ctrl belongs to the browser.
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let by = match event.key().as_str() {
            "ArrowLeft" => Move::Sample(-1),
            "ArrowRight" => Move::Sample(1),
            "PageUp" => Move::Tick(-1),
            "PageDown" => Move::Tick(1),
            "Home" => Move::First,
            "End" => Move::Last,
            "Enter" => {
                event.prevent_default();
                return self.open_menu();
            }
            "Escape" => {
                self.cancel();
                return self.console.pointing.point(None);
            }
            _ => return,
        };
        if super::super::keyboard::is_pair_begun() {
            return;
        }
        event.prevent_default();
        self.walk(by);
    }

    fn walk(self, by: Move) {
        let Some(chart) = self.subject.chart.get_untracked() else { return };
        let zone = self.console.zone.get_untracked().offsets;
        let ticks: Vec<Millis> =
            time_ticks(chart.start, chart.end, 12, &zone).into_iter().map(|(t, _)| t).collect();
        let from = self.instant().get_untracked();
        let Some(at) = moved(&chart, &ticks, from, by) else {
            return self.console.announce(&format!("{}: no samples", chart.title));
        };
        self.console.pointing.point(Some(Crosshair { at, owner: Some(self.number), y: None }));
        self.steps.update_value(|n| *n += 1);
        let step = self.steps.get_value();
        spawn_local(async move {
            TimeoutFuture::new(REST).await;
            if self.steps.try_get_value() == Some(step) {
                self.console.announce(&spoken(&chart, at, &zone));
            }
        });
    }
}

#[component]
pub fn Overlay(pointer: Pointer) -> impl IntoView {
    let Pointer { console, layout, number, boxed, subject, bare, .. } = pointer;
    let instant = pointer.instant();
    let x_of =
        move |t: Millis| layout.with(|l| l.as_ref().map(|l| l.x.place(t as f64).clamp(l.x.low, l.x.high)));
    let line = move || instant.get().and_then(x_of).map(|x| format!("translateX({x:.1}px)"));
    let stretch = move || {
        let (from, to) = console.pointing.stretch.get()?;
        Some((x_of(from)?, x_of(to)?))
    };
    let owned = memo(move || console.pointing.crosshair.get().is_some_and(|c| c.owner == Some(number)));
    let is_open = move || owned.get() && instant.get().is_some();
    let plot = move || layout.with(|l| l.as_ref().map(|l| (l.y.high, l.y.low - l.y.high)));
    view! {
        <div
            class="crosshair"
            hidden=move || line().is_none()
            style:transform=move || line().unwrap_or_default()
            style:top=move || plot().map(|(top, _)| format!("{top}px")).unwrap_or_default()
            style:height=move || plot().map(|(_, height)| format!("{height}px")).unwrap_or_default()
        ></div>
        <div
            class="stretch"
            hidden=move || stretch().is_none()
            style:left=move || stretch().map(|(a, _)| format!("{a}px")).unwrap_or_default()
            style:width=move || stretch().map(|(a, b)| format!("{}px", b - a)).unwrap_or_default()
        ></div>
        <Show when=move || boxed.get().is_some()>
            {move || boxed.get().map(|(a, b)| view! {
                <div
                    class="stretch boxed"
                    style:left=format!("{}px", a.x)
                    style:width=format!("{}px", b.x - a.x)
                    style:top=format!("{}px", a.y)
                    style:height=format!("{}px", b.y - a.y)
                ></div>
            })}
        </Show>
        <Show when=is_open>
            <Tip console=console subject=subject layout=layout instant=instant bare=bare />
        </Show>
    }
}

/// The values at the crosshair, beside it and within the chart.
#[component]
fn Tip(
    console: Console,
    subject: ChartSubject,
    layout: RwSignal<Option<Layout>>,
    instant: Signal<Option<Millis>>,
    bare: bool,
) -> impl IntoView {
    let content = move || {
        let (chart, at, layout) = (subject.chart.get()?, instant.get()?, layout.get()?);
        Some(tip(console, &chart, at, &layout))
    };
    // On the side where there is room.
    let on_left = move || {
        let middle = layout.with(|l| l.as_ref().map_or(0.0, |l| (l.x.low + l.x.high) / 2.0));
        instant
            .get()
            .and_then(|t| layout.with(|l| l.as_ref().map(|l| l.x.place(t as f64))))
            .is_some_and(|x| x > middle)
    };
    let edge = move || {
        let (width, x) = layout.with(|l| {
            l.as_ref().map_or((0.0, 0.0), |l| {
                (l.size.width, instant.get().map_or(0.0, |t| l.x.place(t as f64).clamp(l.x.low, l.x.high)))
            })
        });
        if on_left() { format!("{}px", width - x + 10.0) } else { format!("{}px", x + 10.0) }
    };
    view! {
        <div
            class="chart-tip"
            data-bare=bare.then_some("")
            aria-hidden="true"
            style:right=move || if on_left() { edge() } else { "auto".to_string() }
            style:left=move || if on_left() { "auto".to_string() } else { edge() }
        >
            {content}
        </div>
    }
}

fn tip(console: Console, chart: &Chart, at: Millis, layout: &Layout) -> impl IntoView + use<> {
    let all = readings(chart, at);
    let pointed =
        console.pointing.crosshair.get().and_then(|c| c.y).and_then(|y| nearest_trace(&all, layout, y));
    let pointed = pointed.filter(|_| chart.rows.is_none());
    let unit = chart.unit;
    let rows: Vec<_> = all
        .into_iter()
        .enumerate()
        .map(|(i, r)| {
            view! {
                <span class="tip-row" data-near=(pointed == Some(i)).then_some("")>
                    <span class=format!("swatch {}", swatch(r.ink, r.style))></span>
                    <span>{r.name}</span>
                    <span class="num">{human_or_dash(unit, r.value)}</span>
                </span>
            }
        })
        .collect();
    let firing: Vec<_> = chart
        .shades
        .iter()
        .filter(|s| (s.start..=s.end).contains(&at))
        .map(|s| view! { <span class="tip-note" data-tone="bad">{s.label.clone()} " firing"</span> })
        .collect();
    let events: Vec<_> = event_list(near_events(chart, layout, layout.x.place(at as f64)))
        .into_iter()
        .take(5)
        .map(|(e, n)| {
            let often = (n > 1).then(|| format!(" ({n} times)"));
            view! { <span class="tip-note">{console.clock(e.at)} " " {e.kind.word()} ": " {e.text.clone()} {often}</span> }
        })
        .collect();
    let zone = console.zone.get();
    view! {
        <span class="tip-time num">{clock(chart, at, &zone.offsets)} " " <span class="muted">{zone.name.clone()}</span></span>
        {rows}
        {firing}
        {events}
    }
}

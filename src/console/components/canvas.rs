//! A box whose size and visibility are known, and a canvas in it that is drawn when something changes.

use crate::chart::canvas::Canvas;
use crate::console::state::Console;
use crate::ui::{Paint, forget_paint, request_paint};
use leptos::html;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, ResizeObserver,
};

/// Observers with the closures that they call, which must live as long.
type SizeObserver = (ResizeObserver, Closure<dyn FnMut()>);
type SightObserver = (IntersectionObserver, Closure<dyn FnMut(js_sys::Array)>);

/// A box on the page.
#[derive(Clone, Copy)]
pub struct Watched {
    /// CSS pixels
    pub size: RwSignal<(f64, f64)>,
    /// whether any of it is on the screen
    pub visible: RwSignal<bool>,
}

/// How near to the screen counts as on it.
const NEAR: &str = "600px";

/// Keeps an element's size and visibility up to date.
pub fn watch(node: NodeRef<html::Div>) -> Watched {
    let watched = Watched { size: RwSignal::new((0.0, 0.0)), visible: RwSignal::new(true) };
    let observers: StoredValue<(Option<SizeObserver>, Option<SightObserver>), LocalStorage> =
        StoredValue::new_local((None, None));
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let element: HtmlElement = element.unchecked_into();
        observers.set_value((observe_size(&element, watched.size), observe_sight(&element, watched.visible)));
    });
    on_cleanup(move || {
        observers.try_update_value(|(size, sight)| {
            if let Some((observer, _)) = size.take() {
                observer.disconnect();
            }
            if let Some((observer, _)) = sight.take() {
                observer.disconnect();
            }
        });
    });
    watched
}

fn observe_size(element: &HtmlElement, size: RwSignal<(f64, f64)>) -> Option<SizeObserver> {
    let measured = element.clone();
    let measure = move || {
        let next = (f64::from(measured.client_width()), f64::from(measured.client_height()));
        if size.try_get_untracked().is_some_and(|s| s != next) {
            size.set(next);
        }
    };
    measure();
    let closure = Closure::<dyn FnMut()>::new(measure);
    let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some((observer, closure))
}

fn observe_sight(element: &HtmlElement, visible: RwSignal<bool>) -> Option<SightObserver> {
    let closure = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let Some(last) = entries.iter().last() else { return };
        let seen = last.unchecked_into::<IntersectionObserverEntry>().is_intersecting();
        if visible.try_get_untracked().is_some_and(|v| v != seen) {
            visible.set(seen);
        }
    });
    let options = IntersectionObserverInit::new();
    // What is about to be scrolled into view is drawn already.
    options.set_root_margin(NEAR);
    let observer = IntersectionObserver::new_with_options(closure.as_ref().unchecked_ref(), &options).ok()?;
    observer.observe(element);
    Some((observer, closure))
}

/// Calls `paint` before the next frame whenever what `track` reads has changed, while the box can be seen.
pub fn paint_when(
    console: Console,
    watched: Watched,
    track: impl Fn() + 'static,
    paint: impl Fn() + 'static,
) {
    let number = console.pointing.number();
    let paint: Paint = Rc::new(paint);
    Effect::new(move |_| {
        track();
        let (width, height) = watched.size.get();
        console.pixel_ratio.track();
        console.chart_theme.track();
        if watched.visible.get() && width >= 1.0 && height >= 1.0 {
            request_paint(number, &paint);
        }
    });
    on_cleanup(move || forget_paint(number));
}

/// A canvas in a box of its own. `draw` may only read untracked.
pub fn drawn(
    console: Console,
    class: &'static str,
    track: impl Fn() + 'static,
    draw: impl Fn(Canvas, (f64, f64)) + 'static,
) -> AnyView {
    let holder = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let watched = watch(holder);
    paint_when(console, watched, track, move || {
        let (Some(element), Some(size)) =
            (canvas.try_get_untracked().flatten(), watched.size.try_get_untracked())
        else {
            return;
        };
        if let Some(ready) = Canvas::new(&element, size.0, size.1, console.pixel_ratio.get_untracked()) {
            draw(ready, size);
        }
    });
    view! {
        <div class=class node_ref=holder>
            <canvas node_ref=canvas aria-hidden="true"></canvas>
        </div>
    }
    .into_any()
}

//! A canvas that is drawn again when its content, its size, the pixel ratio or the theme changes.

use crate::chart::canvas::Canvas;
use crate::console::state::Console;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// An observer with the closure that it calls, which must live as long.
type Observer = (ResizeObserver, Closure<dyn FnMut()>);

/// Width and height of an element in CSS pixels, kept up to date.
pub fn size_of(node: NodeRef<html::Div>) -> RwSignal<(f64, f64)> {
    let size = RwSignal::new((0.0, 0.0));
    let observer: StoredValue<Option<Observer>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let element: HtmlElement = element.unchecked_into();
        let measured = element.clone();
        let measure = move || {
            let next = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if size.try_get_untracked().is_some_and(|s| s != next) {
                size.set(next);
            }
        };
        measure();
        let closure = Closure::<dyn FnMut()>::new(measure);
        if let Ok(created) = ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            created.observe(&element);
            observer.set_value(Some((created, closure)));
        }
    });
    on_cleanup(move || {
        observer.try_update_value(|o| {
            if let Some((observer, _)) = o.take() {
                observer.disconnect();
            }
        });
    });
    size
}

/// A canvas in a box of its own; `draw` reads the signals that it depends on.
pub fn drawn(
    console: Console,
    class: &'static str,
    label: impl Fn() -> String + Send + Sync + 'static,
    draw: impl Fn(Canvas, (f64, f64)) + 'static,
) -> AnyView {
    boxed(console, class, Box::new(label), Box::new(draw))
}

/// One copy for all that is drawn.
fn boxed(
    console: Console,
    class: &'static str,
    label: Box<dyn Fn() -> String + Send + Sync>,
    draw: Box<dyn Fn(Canvas, (f64, f64))>,
) -> AnyView {
    let holder = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let size = size_of(holder);
    Effect::new(move |_| {
        let (Some(element), (width, height)) = (canvas.get(), size.get()) else { return };
        if width < 1.0 || height < 1.0 {
            return;
        }
        if let Some(ready) = Canvas::new(&element, width, height, console.pixel_ratio.get()) {
            draw(ready, (width, height));
        }
    });
    view! {
        <div class=class node_ref=holder>
            <canvas node_ref=canvas role="img" aria-label=label></canvas>
        </div>
    }
    .into_any()
}

//! Canvases waiting to be drawn. They are drawn before the browser's next frame, some milliseconds of
//! them at a time, so that a page of hundreds never stands still; in a hidden tab there are no frames.

use crate::browser;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Draws one canvas.
pub type Paint = Rc<dyn Fn()>;

/// Time for drawing in one frame, milliseconds.
const BUDGET: f64 = 8.0;

#[derive(Default)]
struct Queue {
    waiting: Vec<(u32, Paint)>,
    scheduled: bool,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

/// Draws before the next frame; a canvas that waits already is drawn once.
pub fn request_paint(number: u32, paint: &Paint) {
    let schedule = QUEUE.with_borrow_mut(|queue| {
        if !queue.waiting.iter().any(|(n, _)| *n == number) {
            queue.waiting.push((number, paint.clone()));
        }
        !std::mem::replace(&mut queue.scheduled, true)
    });
    if schedule {
        next_frame();
    }
}

/// The canvas is gone.
pub fn forget_paint(number: u32) {
    QUEUE.with_borrow_mut(|queue| queue.waiting.retain(|(n, _)| *n != number));
}

fn next_frame() {
    let Some(window) = browser::window() else { return };
    let run = Closure::once_into_js(paint_some);
    window.request_animation_frame(run.unchecked_ref()).map(drop).unwrap_or_default();
}

fn paint_some() {
    let begin = browser::uptime();
    while browser::uptime() - begin < BUDGET {
        let next = QUEUE.with_borrow_mut(|queue| {
            if queue.waiting.is_empty() { None } else { Some(queue.waiting.remove(0)) }
        });
        match next {
            Some((_, paint)) => paint(),
            None => break,
        }
    }
    let more = QUEUE.with_borrow_mut(|queue| {
        queue.scheduled = !queue.waiting.is_empty();
        queue.scheduled
    });
    if more {
        next_frame();
    }
}

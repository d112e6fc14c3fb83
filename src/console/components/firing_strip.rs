//! When something fired in the last 24 hours, as a strip, in words, and for the keyboard by its row.

use crate::console::state::{memo, use_alerts};
use crate::domain::time::{DAY, Millis, human_duration};
use leptos::prelude::*;

const WIDTH: f64 = 240.0;
const PIXEL: Millis = DAY / 240;

#[component]
pub fn FiringStrip(#[prop(into)] spans: Signal<Vec<(Millis, Millis)>>, name: String) -> impl IntoView {
    let clock = use_alerts().clock;
    // Not with every second: a strip of a day moves a pixel in six minutes.
    let now = memo(move || clock.get().div_euclid(PIXEL) * PIXEL + PIXEL);
    let bars = move || {
        let start = now.get() - DAY;
        let place = move |t: Millis| ((t - start) as f64 / DAY as f64 * WIDTH).clamp(0.0, WIDTH);
        let bar = |(from, to): (Millis, Millis)| {
            let (x, end) = (place(from), place(to));
            let width = (end - x).max(2.0);
            view! { <rect class="fired" x=x.min(WIDTH - width) width=width height="12" /> }
        };
        spans.get().into_iter().map(bar).collect::<Vec<_>>()
    };
    let label = move || {
        let all = spans.get();
        let total: Millis = all.iter().map(|(from, to)| to - from).sum();
        match all.len() {
            0 => format!("{name} did not fire in the last 24 hours"),
            1 => format!("{name} fired once in the last 24 hours, for {}", human_duration(total)),
            n => format!("{name} fired {n} times in the last 24 hours, for {} in all", human_duration(total)),
        }
    };
    let title = label.clone();
    view! {
        <svg class="firing-strip" viewBox="0 0 240 12" preserveAspectRatio="none" role="img" aria-label=label>
            <title>{title}</title>
            <rect class="track" width="240" height="12" rx="2" />
            {bars}
        </svg>
    }
}

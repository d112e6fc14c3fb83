//! Days as bars: one tab stop, the arrows walk the days, each day has its words.

use crate::domain::uptime::DayCell;
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

#[component]
pub fn UptimeBars(#[prop(into)] name: String, days: Vec<DayCell>) -> impl IntoView {
    let n = days.len();
    let chosen: RwSignal<Option<usize>> = RwSignal::new(None);
    let as_table = RwSignal::new(false);
    let rows: Vec<String> = days.iter().rev().map(|d| d.label.clone()).collect();
    let strip = NodeRef::<html::Div>::new();
    let labels: Vec<String> = days.iter().map(|d| d.label.clone()).collect();
    let count = |grade: &str| days.iter().filter(|d| d.grade.name() == grade).count();
    let summary = format!(
        "{name}, {n} days: {} up, {} degraded, {} down, {} without data. Arrow keys read the days, Enter shows them as a list.",
        count("ok"),
        count("warn"),
        count("bad"),
        count("unknown")
    );
    let on_key = move |event: KeyboardEvent| {
        let last = n.saturating_sub(1);
        let at = chosen.get_untracked().unwrap_or(last);
        let next = match event.key().as_str() {
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowRight" => (at + 1).min(last),
            "PageUp" => at.saturating_sub(7),
            "PageDown" => (at + 7).min(last),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                return as_table.update(|t| *t = !*t);
            }
            "Escape" => return chosen.set(None),
            _ => return,
        };
        event.prevent_default();
        chosen.set(Some(next));
    };
    let under = move |event: &PointerEvent| {
        let place = strip.get_untracked()?.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
        (n > 0).then(|| ((share * n as f64).max(0.0) as usize).min(n - 1))
    };
    let spoken = move || chosen.get().and_then(|i| labels.get(i).cloned()).unwrap_or_default();
    let said = spoken.clone();
    let bars: Vec<_> = days
        .into_iter()
        .enumerate()
        .map(|(i, day)| {
            view! {
                <span
                    class="bar"
                    data-grade=day.grade.name()
                    data-chosen=move || (chosen.get() == Some(i)).then_some("")
                ></span>
            }
        })
        .collect();
    view! {
        <div class="bars-box">
            <div
                class="bars"
                node_ref=strip
                role="slider"
                tabindex="0"
                aria-label=summary
                aria-valuemin="0"
                aria-valuemax=n.saturating_sub(1)
                aria-valuenow=move || chosen.get().unwrap_or(n.saturating_sub(1))
                aria-valuetext=spoken
                on:keydown=on_key
                on:blur=move |_| chosen.set(None)
                on:pointermove=move |e| chosen.set(under(&e))
                on:pointerdown=move |e| chosen.set(under(&e))
                on:pointerleave=move |_| chosen.set(None)
            >
                {bars}
            </div>
            <Show when=move || chosen.get().is_some()>
                <div class="bars-tip" aria-hidden="true">{said.clone()}</div>
            </Show>
            <Show when=move || as_table.get()>
                <ol class="bars-list" tabindex="0" aria-label=format!("{name}, days")>
                    {rows.iter().map(|row| view! { <li class="num">{row.clone()}</li> }).collect::<Vec<_>>()}
                </ol>
            </Show>
        </div>
    }
}

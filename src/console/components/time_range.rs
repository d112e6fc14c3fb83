//! The time range: presets, absolute ends, back, forward and out.

use crate::console::state::{Console, use_console};
use crate::domain::time::MINUTE;
use crate::model::view_state::{PRESETS, between, range_name, shifted, zoomed_out};
use crate::model::{local_input, local_value};
use crate::poll::Span;
use crate::ui::Icon;
use leptos::html;
use leptos::prelude::*;

#[component]
pub fn TimeRangePicker() -> impl IntoView {
    let console = use_console();
    let dialog = NodeRef::<html::Dialog>::new();
    let move_by = move |share: f64| {
        let span = shifted(console.view.get_untracked().span, share, console.now.get_untracked());
        console.change(false, |s| s.span = span);
    };
    let out = move |_| {
        let span = zoomed_out(console.view.get_untracked().span, console.now.get_untracked());
        console.change(false, |s| s.span = span);
    };
    let title = move || title_of(console, console.view.get().span);
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.show_modal().unwrap_or_default();
        }
    };
    view! {
        <div class="time-range" role="group" aria-label="Time range">
            <button class="button icon-button" title="Earlier (t then ←)" aria-label="Earlier" on:click=move |_| move_by(-0.5)>
                <Icon name="back" />
            </button>
            <button class="button time-range-open" aria-haspopup="dialog" on:click=open>{title}</button>
            <button class="button icon-button" title="Later (t then →)" aria-label="Later" on:click=move |_| move_by(0.5)>
                <Icon name="forward" />
            </button>
            <button class="button icon-button" title="Zoom out (t then -)" aria-label="Zoom out" on:click=out>
                <Icon name="out" />
            </button>
        </div>
        <dialog class="dialog" node_ref=dialog aria-label="Choose a time range">
            <RangeForm dialog=dialog />
        </dialog>
    }
}

#[component]
fn RangeForm(dialog: NodeRef<html::Dialog>) -> impl IntoView {
    let console = use_console();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let choose = move |span: Span| {
        console.change(false, |s| s.span = span);
        close();
    };
    let presets: Vec<_> = PRESETS
        .into_iter()
        .map(|length| {
            let chosen = move || (console.view.get().span == Span::Last(length)).to_string();
            view! {
                <button class="button" aria-pressed=chosen on:click=move |_| choose(Span::Last(length))>
                    {format!("Last {}", range_name(length))}
                </button>
            }
        })
        .collect();
    let day = move |word: &'static str, is_today: bool| {
        let act = move |_| {
            let offsets = console.zone.get_untracked().offsets;
            let now = console.now.get_untracked();
            let midnight = offsets.midnight(now);
            // Days are not always of 24 hours.
            let (from, to) = match is_today {
                true => (midnight, now.max(midnight + MINUTE)),
                false => (offsets.midnight(midnight - 1), midnight),
            };
            choose(Span::Between(from, to));
        };
        view! { <button class="button" on:click=act>{word}</button> }
    };
    let fault = RwSignal::new(String::new());
    let from = NodeRef::<html::Input>::new();
    let to = NodeRef::<html::Input>::new();
    let apply = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let zone = console.zone.get_untracked();
        let read = |input: NodeRef<html::Input>| local_input(&input.get_untracked()?.value(), &zone.offsets);
        match (read(from), read(to)) {
            (Some(from), Some(to)) => match between(from, to) {
                Some(span) => {
                    fault.set(String::new());
                    choose(span);
                }
                None => fault.set("Choose a range between 1 minute and 3 years.".into()),
            },
            _ => fault.set("Both ends need a date and a time.".into()),
        }
    };
    let value = move |end: bool| {
        let (from, to) = console.view.get().span.ends(console.now.get_untracked());
        local_value(if end { to } else { from }, &console.zone.get().offsets)
    };
    view! {
        <div class="preset-grid">{presets} {day("Today", true)} {day("Yesterday", false)}</div>
        <form class="range-form" on:submit=apply>
            <label>
                "From"
                <input type="datetime-local" node_ref=from prop:value=move || value(false) />
            </label>
            <label>
                "To"
                <input type="datetime-local" node_ref=to prop:value=move || value(true) />
            </label>
            <p class="hint">"In " {move || console.zone.get().name}</p>
            <p class="form-fault" role="alert">{move || fault.get()}</p>
            <div class="dialog-buttons">
                <button class="button" type="button" on:click=move |_| close()>"Cancel"</button>
                <button class="button primary" type="submit">"Apply"</button>
            </div>
        </form>
    }
}

fn title_of(console: Console, span: Span) -> String {
    match span {
        Span::Last(length) => format!("Last {}", range_name(length)),
        Span::Between(from, to) => {
            let zone = console.zone.get();
            let (a, b) = (zone.offsets.civil(from), zone.offsets.civil(to));
            if (a.day, a.month, a.year) == (b.day, b.month, b.year) {
                format!("{} {} – {}", a.date(), a.clock(), b.clock())
            } else {
                format!("{} {} – {} {}", a.date(), a.clock(), b.date(), b.clock())
            }
        }
    }
}

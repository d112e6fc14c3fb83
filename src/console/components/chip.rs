//! A status in a word, with its shape.

use crate::console::model::Reading;
use crate::domain::severity::Severity;
use crate::ui::ToneIcon;
use leptos::prelude::*;

#[component]
pub fn Chip(#[prop(into)] tone: String, #[prop(into)] word: String) -> impl IntoView {
    let hue = tone.clone();
    view! {
        <span class="chip" data-tone=hue>
            <ToneIcon tone=tone word="" />
            {word}
        </span>
    }
}

/// The value beside a panel's title.
#[component]
pub fn ReadingChip(#[prop(into)] reading: Signal<Reading>, prefix: &'static str) -> impl IntoView {
    view! {
        <span
            class="reading"
            title=move || reading.get().detail
            data-at=move || reading.get().sample.map(|(at, _)| at)
            data-sample=move || reading.get().sample.map(|(_, v)| v)
        >
            <span class="reading-prefix">{prefix}</span>
            <span class="num reading-value">{move || reading.get().value}</span>
            {move || {
                let r = reading.get();
                (!r.word.is_empty()).then(|| view! { <Chip tone=r.tone word=r.word /> })
            }}
        </span>
    }
}

#[component]
pub fn SeverityTag(severity: Option<Severity>) -> impl IntoView {
    severity.map(|s| view! { <span class="severity" data-severity=s.name()>{s.title()}</span> })
}

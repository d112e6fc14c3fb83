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

/// The value beside a panel's title. Nothing until there is one, so that nothing moves when it comes.
#[component]
pub fn ReadingChip(#[prop(into)] reading: Signal<Reading>, prefix: &'static str) -> impl IntoView {
    move || {
        let r = reading.get();
        // Until something is answered nothing is said; several answers for one are.
        if r.sample.is_none() && r.detail.is_empty() {
            return None;
        }
        let (at, sample) = r.sample.unzip();
        let chip = (!r.word.is_empty()).then(|| view! { <Chip tone=r.tone word=r.word /> });
        Some(view! {
            <span class="reading" title=r.detail data-at=at data-sample=sample>
                <span class="reading-prefix">{prefix}</span>
                <span class="num reading-value">{r.value}</span>
                {chip}
            </span>
        })
    }
}

#[component]
pub fn SeverityTag(severity: Option<Severity>) -> impl IntoView {
    severity.map(|s| view! { <span class="severity" data-severity=s.name()>{s.title()}</span> })
}

//! A status in a word, with its shape.

use super::ToneIcon;
use crate::domain::alert::{Alert, State};
use crate::domain::severity::Severity;
use crate::model::Reading;
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
pub fn SeverityTag(severity: Severity) -> impl IntoView {
    tag(severity.name(), severity.title().into(), None)
}

/// The tone of an alert's state. One that is held back is no alarm, and no "ok" either.
pub fn alert_tone(state: State) -> &'static str {
    match state {
        State::Firing => "bad",
        State::Pending => "warn",
        State::Acknowledged | State::Silenced | State::Inhibited | State::Muted => "info",
        State::Resolved => "ok",
    }
}

/// The severity of an alert: what it says where that is not known, and what it was before its age raised it.
pub fn alert_severity(alert: &Alert) -> AnyView {
    let was = alert.escalated_from.map(|s| format!("{} that was not resolved in time", s.title()));
    match (alert.severity, &alert.severity_word) {
        (Some(s), _) => tag(s.name(), s.title().into(), was),
        (None, Some(word)) => tag("unknown", format!("Unknown: {word}"), None),
        (None, None) => tag("unknown", "No severity".into(), None),
    }
}

fn tag(name: &'static str, text: String, title: Option<String>) -> AnyView {
    view! { <span class="severity" data-severity=name title=title>{text}</span> }.into_any()
}

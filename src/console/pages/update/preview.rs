//! The message as visitors of the public page will see it, without its Markdown.

use super::typed::{Typed, written_time};
use crate::config::PublicComponent;
use crate::domain::public::ComponentStatus;
use crate::domain::zone::Offsets;
use leptos::prelude::*;

#[component]
pub fn Preview(typed: Typed, components: Vec<PublicComponent>) -> impl IntoView {
    let components = StoredValue::new(components);
    let title = move || match typed.existing.get() {
        Some(file) => format!("Next update of {}", file.name),
        None => Some(typed.title.get()).filter(|t| !t.trim().is_empty()).unwrap_or_else(|| "Title".into()),
    };
    let facts = move || {
        let name = |(id, _): &(String, ComponentStatus)| {
            let name = |all: &Vec<PublicComponent>| Some(all.iter().find(|c| c.id == *id)?.name.clone());
            components.with_value(name).unwrap_or_else(|| id.clone())
        };
        let affected = typed.affected.with(|all| all.iter().map(name).collect::<Vec<_>>().join(", "));
        let phase = sentence(typed.phase.get().name());
        let utc = Offsets::utc();
        let began =
            written_time(&typed.started.get()).map(|at| format!("Started {} UTC", utc.civil(at).full()));
        let parts = match typed.existing.with(Option::is_some) {
            true => vec![phase],
            false => vec![phase, affected, began.unwrap_or_default()],
        };
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let tone = move || {
        let worst =
            typed.affected.with(|all| all.iter().map(|(_, status)| status.tone()).max_by_key(|t| rank(t)));
        worst.unwrap_or("info")
    };
    view! {
        <article class="public-card" data-tone=tone>
            <h3>{title}</h3>
            <p class="muted">{facts}</p>
            <p class="public-text">{move || typed.message.get()}</p>
        </article>
    }
}

fn rank(tone: &str) -> u8 {
    match tone {
        "bad" => 2,
        "warn" => 1,
        _ => 0,
    }
}

/// `in_progress` as `In progress`.
pub fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).map(|c| if c == '_' { ' ' } else { c }).collect()
}

//! The messages: drafted from what is known, edited, copied; and what was said where.

use super::room::{Room, with_filling};
use super::templates::{MissingTemplates, Templates};
use crate::browser;
use crate::console::components::{Panel, When};
use crate::console::state::{memo, use_outbox};
use crate::domain::incident_log::messages::{Template, fill};
use crate::domain::incident_log::{Event, Field, Moment};
use crate::model::route::Route;
use crate::model::{Feed, Said, contradictions, public_draft, said};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Where people send messages by hand.
const CHANNELS: [&str; 5] = ["chat", "e-mail", "status page", "phone", "elsewhere"];

#[component]
pub fn MessagesPanel(room: Room) -> impl IntoView {
    let template = RwSignal::new(None::<Template>);
    let chosen = memo(move || {
        template
            .get()
            .unwrap_or_else(|| room.incident.with(|i| i.as_ref().map_or(Template::Initial, Template::next)))
    });
    // What a person typed over the draft; it goes when the template changes.
    let edited = RwSignal::new(None::<String>);
    let templates = Templates::load(room);
    let draft = memo(move || {
        let template = chosen.get();
        // To the minute, so that the text stands still while it is read.
        let now = room.console.now.get() / 60_000 * 60_000;
        let text = with_filling(room, now, |incident, filling| {
            fill(&templates.text(template, incident.facts.has(Moment::Resolved)), incident, filling)
        });
        text.unwrap_or_default()
    });
    let text = move || edited.get().unwrap_or_else(|| draft.get());
    let channel = RwSignal::new(CHANNELS.first().copied().unwrap_or_default().to_string());
    let note = RwSignal::new(String::new());
    let sent = move |_| {
        let text = edited.get_untracked().unwrap_or_else(|| draft.get_untracked());
        let (template, channel) = (chosen.get_untracked(), channel.get_untracked());
        // Noted first: the copy may take a while, or be refused.
        room.enter_one(Event::Message { template: template.name().into(), channel, text: text.clone() });
        edited.set(None);
        spawn_local(async move {
            let words = match browser::copy(&text).await {
                true => "Copied, and noted as sent",
                false => "Noted as sent. Couldn't copy: its text is in the timeline.",
            };
            room.console.announce(words);
            note.try_set(words.into());
        });
    };
    let page = StoredValue::new(room.console.config().public.as_ref().map(|page| page.components.clone()));
    let has_page = page.with_value(Option::is_some);
    let to_page = move |_| {
        let text = edited.get_untracked().unwrap_or_else(|| draft.get_untracked());
        let (console, key) = (room.console, room.console.update_draft_key());
        let (before, now) = (browser::stored_for_tab(&key), console.board.now());
        let components = page.get_value().unwrap_or_default();
        match room.now_with(|i| public_draft(&i.facts, &text, &components, before.as_deref(), now)) {
            Some(draft) => {
                browser::store_for_tab(&key, &draft);
                console.go(&Route::Update);
            }
            None => {
                note.set("Another public update is typed there and not written yet: finish it first.".into())
            }
        }
    };
    let choices: Vec<_> = Template::ALL
        .into_iter()
        .map(|t| {
            let choose = move |_| {
                template.set(Some(t));
                edited.set(None);
            };
            view! { <button type="button" class="button" aria-pressed=move || (chosen.get() == t).to_string() on:click=choose>{t.title()}</button> }
        })
        .collect();
    let channels: Vec<_> = CHANNELS.into_iter().map(|c| view! { <option value=c>{c}</option> }).collect();
    view! {
        <Panel
            title="Messages"
            feed=Signal::derive(Feed::none)
            aside=move || view! { <button type="button" class="button" id="key-u" title="u" on:click=move |_| browser::focus("message")>"Post update"</button> }
        >
            <FieldTexts room=room fields=&[Field::Progress, Field::NextSteps, Field::Eta] />
            <div class="segmented" role="group" aria-label="Template">{choices}</div>
            <MissingTemplates templates=templates />
            <label class="sr" for="message">"Message"</label>
            <textarea id="message" rows="9" class="message-text" dir="auto" prop:value=text on:input=move |e| edited.set(Some(event_target_value(&e)))></textarea>
            <div class="report-bar">
                <label class="select">"Sent to " <select on:change=move |e| channel.set(event_target_value(&e))>{channels}</select></label>
                <button type="button" class="button primary" on:click=sent>"Copy and note as sent"</button>
                <Show when=move || has_page && chosen.get() == Template::Public>
                    <button type="button" class="button" on:click=to_page>"To the public page…"</button>
                </Show>
                <button type="button" class="button" disabled=move || edited.with(Option::is_none) on:click=move |_| edited.set(None)>"Draft again"</button>
                <span class="muted" role="status">{move || note.get()}</span>
            </div>
            <SaidWhere room=room />
        </Panel>
    }
}

/// Each channel with the last that was said there, and what came of it.
#[component]
fn SaidWhere(room: Room) -> impl IntoView {
    let outbox = use_outbox();
    let last = memo(move || outbox.entries.with(|entries| room.with(|i| said(i, entries))));
    let wrong = memo(move || room.with(|i| last.with(|last| contradictions(&i.facts, last))));
    let line = |Said { channel, at, what, result, why }: Said| {
        let failed = matches!(result, "refused" | "unknown");
        let result = if why.is_empty() { result.to_string() } else { format!("{result}: {why}") };
        view! {
            <li>
                <bdi>{channel}</bdi> " " <When at=at />
                <span class="muted">" " {what} " · "</span>
                <span class="due" data-tone=failed.then_some("bad")>{result}</span>
            </li>
        }
    };
    view! {
        <h3 class="list-head">"Said where"</h3>
        <ul class="plain-list said-where">
            {move || match last.get() {
                all if all.is_empty() => view! { <li class="muted">"Nobody was told yet."</li> }.into_any(),
                all => all.into_iter().map(line).collect::<Vec<_>>().into_any(),
            }}
        </ul>
        {move || wrong.get().into_iter().map(|text| view! { <p class="due" data-tone="warn">{text}</p> }).collect::<Vec<_>>()}
    }
}

/// Questions, each with what was answered; an answer is entered when the field is left.
#[component]
pub fn FieldTexts(room: Room, fields: &'static [Field]) -> impl IntoView {
    let one = move |field: Field| {
        let value = memo(move || room.with(|i| i.text(field).to_string()));
        let enter = move |e| {
            let text = event_target_value(&e);
            if text != value.get_untracked() {
                room.enter_one(Event::Text { field, text });
            }
        };
        view! {
            <label>{field.title()}
                <textarea rows="1" dir="auto" prop:value=move || value.get() on:change=enter></textarea>
            </label>
        }
    };
    view! { <div class="update-form field-texts">{fields.iter().copied().map(one).collect::<Vec<_>>()}</div> }
}

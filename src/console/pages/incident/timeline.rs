//! The timeline, made while it happens: a note is one key and a line; how a line is shown can be changed, what was written
//! stays.

use super::room::Room;
use crate::browser;
use crate::console::components::{Panel, When};
use crate::console::state::{memo, use_alerts, use_console};
use crate::domain::incident_log::timeline::{Line, quiet};
use crate::domain::incident_log::{Event, New};
use crate::domain::time::{MINUTE, parse_rfc3339};
use crate::domain::zone::rfc3339;
use crate::model::Feed;
use leptos::html;
use leptos::prelude::*;

/// A pause that is worth a line.
const QUIET: i64 = 10 * MINUTE;
/// Lines shown at first, the newest; with each asking, so many more.
const AT_ONCE: usize = 100;

#[component]
pub fn TimelinePanel(room: Room) -> impl IntoView {
    let alerts = use_alerts();
    let only_important = RwSignal::new(false);
    let limit = RwSignal::new(AT_ONCE);
    let curation = Curation::new();
    let lines = memo(move || {
        let mut lines = room.lines(alerts.clock.get());
        lines.retain(|l| l.is_important || !only_important.get());
        lines
    });
    // The newest first: at 03:00 nobody scrolls.
    let shown = memo(move || {
        lines.with(|lines| {
            let pauses = quiet(lines, QUIET);
            let all = lines.iter().enumerate().map(|(i, line)| (line.clone(), pauses.get(&i).cloned()));
            all.rev().take(limit.get()).collect::<Vec<_>>()
        })
    });
    let choice = move |word: &'static str, on: bool| {
        view! { <button type="button" class="button" aria-pressed=move || (only_important.get() == on).to_string() on:click=move |_| only_important.set(on)>{word}</button> }
    };
    view! {
        <Panel
            title="Timeline"
            feed=Signal::derive(Feed::none)
            aside=move || view! { <div class="segmented" role="group" aria-label="Lines">{choice("All", false)} {choice("Curated", true)}</div> }
        >
            <NoteForm room=room />
            <ol class="timeline">
                {move || shown.get().into_iter().map(|(line, pause)| line_view(line, pause, curation)).collect::<Vec<_>>()}
            </ol>
            <Show when=move || { lines.with(Vec::len) > limit.get() }>
                <button class="button more" on:click=move |_| limit.update(|l| *l += AT_ONCE * 4)>
                    {move || format!("Show more ({} left)", lines.with(Vec::len).saturating_sub(limit.get()))}
                </button>
            </Show>
            <CurationDialog room=room curation=curation />
        </Panel>
    }
}

#[component]
fn NoteForm(room: Room) -> impl IntoView {
    let console = use_console();
    // What was typed outlives a reload and a crash.
    let key = StoredValue::new(format!("fourlights.note.{}", room.id.get_value()));
    let text = RwSignal::new(key.with_value(|key| browser::stored(key)).unwrap_or_default());
    let typed = move |e| {
        let value = event_target_value(&e);
        key.with_value(|key| browser::store(key, &value));
        text.set(value);
    };
    let add = move || {
        let note = text.get_untracked().trim().to_string();
        if note.is_empty() {
            return;
        }
        room.enter_one(Event::Note { text: note });
        key.with_value(|key| browser::forget(key));
        text.set(String::new());
        console.announce("Noted");
    };
    let on_key = move |e: web_sys::KeyboardEvent| {
        // Enter adds it; with Shift it begins a new line.
        if e.key() == "Enter" && !e.shift_key() && !e.is_composing() {
            e.prevent_default();
            add();
        }
        // Out of the field, so that single keys are commands again.
        if e.key() == "Escape" {
            browser::focus("main");
        }
    };
    view! {
        <form class="note-form" on:submit=move |e| { e.prevent_default(); add() }>
            <label class="sr" for="key-n">"Note"</label>
            <textarea id="key-n" rows="2" dir="auto" placeholder="Note: what you see, try, decide (n)" prop:value=move || text.get() on:input=typed on:keydown=on_key></textarea>
            <button type="submit" class="button">"Add note"</button>
        </form>
    }
}

fn line_view(line: Line, pause: Option<String>, curation: Curation) -> impl IntoView {
    let by = match (line.author.as_str(), line.source.as_str()) {
        ("", "clock") => String::new(),
        ("", source) => source.to_string(),
        (author, "console") => author.to_string(),
        (author, source) => format!("{author}, {source}"),
    };
    let edit = line.entry.clone().map(|entry| {
        let line = line.clone();
        let label = format!("Change how this line is shown: {}", line.text.chars().take(80).collect::<String>());
        view! { <button type="button" class="plain-button" aria-label=label on:click=move |_| curation.open(&entry, &line)>"⋯"</button> }
    });
    view! {
        {pause.map(|length| view! { <li class="timeline-pause">{format!("{length} quiet")}</li> })}
        <li class="timeline-line" data-mark=line.mark.name() data-important=line.is_important.then_some("")>
            <span class="timeline-time"><When at=line.at /></span>
            <div class="timeline-text">
                <p dir="auto">{line.text}</p>
                {(!line.detail.is_empty()).then(|| view! { <p class="timeline-detail" dir="auto">{line.detail}</p> })}
                <p class="row-note">
                    <bdi>{by}</bdi>
                    {line.recorded_at.map(|at| view! { " · written " <When at=at /> })}
                    {line.was.map(|was| view! { " · was: " <bdi>{was}</bdi> })}
                </p>
            </div>
            {edit}
        </li>
    }
}

/// How a line is to be shown, while it is typed.
#[derive(Clone, Copy)]
struct Curation {
    dialog: NodeRef<html::Dialog>,
    entry: RwSignal<String>,
    title: RwSignal<String>,
    at: RwSignal<String>,
    important: RwSignal<bool>,
}

impl Curation {
    fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            entry: RwSignal::new(String::new()),
            title: RwSignal::new(String::new()),
            at: RwSignal::new(String::new()),
            important: RwSignal::new(true),
        }
    }

    fn open(self, entry: &str, line: &Line) {
        self.entry.set(entry.into());
        self.title.set(if line.was.is_some() { line.text.clone() } else { String::new() });
        self.at.set(rfc3339(line.at));
        self.important.set(line.is_important);
        if let Some(dialog) = self.dialog.get_untracked().filter(|d| !d.open()) {
            dialog.show_modal().unwrap_or_default();
        }
    }
}

#[component]
fn CurationDialog(room: Room, curation: Curation) -> impl IntoView {
    let shown_at = memo(move || parse_rfc3339(&curation.at.get()));
    let close = move || {
        if let Some(dialog) = curation.dialog.get_untracked() {
            dialog.close();
        }
    };
    let save = move |e: leptos::ev::SubmitEvent| {
        e.prevent_default();
        let Some(shown_at) = shown_at.get_untracked() else { return };
        let event = Event::Curated {
            entry: curation.entry.get_untracked(),
            title: curation.title.get_untracked().trim().into(),
            shown_at: Some(shown_at),
            important: curation.important.get_untracked(),
        };
        room.enter(vec![New::from(event)]);
        close();
    };
    view! {
        <dialog class="dialog" node_ref=curation.dialog aria-labelledby="curation-title">
            <h2 id="curation-title">"How this line is shown"</h2>
            <form class="update-form" on:submit=save>
                <label>"Title (empty: as it was written)" <input type="text" maxlength="200" dir="auto" prop:value=move || curation.title.get() on:input=move |e| curation.title.set(event_target_value(&e)) /></label>
                <label>"Happened at (UTC)" <input type="text" prop:value=move || curation.at.get() on:input=move |e| curation.at.set(event_target_value(&e)) /></label>
                <p class="form-fault" role="status">{move || shown_at.get().is_none().then_some("Enter a time, e.g. 2026-12-01T03:12:00Z.")}</p>
                <label class="update-check"><input type="checkbox" prop:checked=move || curation.important.get() on:change=move |e| curation.important.set(event_target_checked(&e)) /> "Part of the story that the review tells"</label>
                <p class="row-note">"What was written, and when, stays in the log."</p>
                <div class="dialog-buttons">
                    <button type="button" class="button" on:click=move |_| close()>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=move || shown_at.get().is_none()>"Save"</button>
                </div>
            </form>
        </dialog>
    }
}

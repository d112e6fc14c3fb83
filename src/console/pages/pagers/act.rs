//! Doing something to a page: who does it, until when or with what words, and the requests as they will be sent. The page is
//! read again while the dialog is open, so that what a colleague did meanwhile is seen before.

use crate::browser;
use crate::console::components::Chip;
use crate::console::state::{memo, use_console, use_outbox};
use crate::domain::action::{Action, ActionKind};
use crate::domain::pager_action::{PageChange, PageEdit};
use crate::domain::paging::{PageState, Paged};
use crate::domain::time::{HOUR, MINUTE, Millis, SECOND, human_duration};
use crate::model::{acknowledged_words, page_tone};
use crate::poll::{PagerAsk, PagerReply, Question, Reply};
use crate::sources::Outgoing;
use leptos::html;
use leptos::prelude::*;

/// Remembered in this browser: the systems know people by their e-mail addresses, and not by the name of the timeline.
const BY: &str = "fourlights.pager-by";
const LENGTHS: [Millis; 6] = [15 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR];
/// What can be done here, in the order of need.
const KINDS: [ActionKind; 4] =
    [ActionKind::Acknowledge, ActionKind::Resolve, ActionKind::Snooze, ActionKind::Note];

/// What is typed, and the dialog it is typed in.
#[derive(Clone, Copy)]
pub struct ActForm {
    dialog: NodeRef<html::Dialog>,
    page: RwSignal<Option<Paged>>,
    kind: RwSignal<ActionKind>,
    by: RwSignal<String>,
    text: RwSignal<String>,
    /// until when a snooze lasts, fixed when it is chosen
    until: RwSignal<Millis>,
}

fn word(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Acknowledge => "Acknowledge",
        ActionKind::Resolve => "Resolve",
        ActionKind::Snooze => "Snooze",
        _ => "Note",
    }
}

/// Whether it makes sense in a state.
fn fits(kind: ActionKind, state: &PageState) -> bool {
    match kind {
        ActionKind::Acknowledge => matches!(state, PageState::Triggered | PageState::Unknown(_)),
        _ => state.is_open(),
    }
}

impl ActForm {
    pub fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            page: RwSignal::new(None),
            kind: RwSignal::new(ActionKind::Acknowledge),
            by: RwSignal::new(browser::stored(BY).unwrap_or_default()),
            text: RwSignal::new(String::new()),
            until: RwSignal::new(0),
        }
    }

    /// Opens it for one thing to be done to a page.
    pub fn open(self, page: &Paged, kind: ActionKind, now: Millis) {
        self.kind.set(kind);
        self.text.set(String::new());
        self.until.set(later(now, HOUR));
        self.page.set(Some(page.clone()));
        if let Some(dialog) = self.dialog.get_untracked().filter(|d| !d.open()) {
            dialog.show_modal().unwrap_or_default();
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        self.page.set(None);
    }

    /// The action as it is typed now.
    fn action(self) -> Option<(String, Action)> {
        let page = self.page.get()?;
        let text = self.text.with(|t| t.trim().to_string());
        let edit = match self.kind.get() {
            ActionKind::Acknowledge => PageEdit::Acknowledge,
            ActionKind::Resolve => PageEdit::Resolve { note: Some(text).filter(|t| !t.is_empty()) },
            ActionKind::Snooze => PageEdit::Snooze { until: self.until.get() },
            _ => PageEdit::Note { text },
        };
        let change = PageChange {
            id: page.id,
            key: page.key,
            title: page.title,
            by: self.by.with(|by| by.trim().to_string()),
            edit,
        };
        Some((page.source, Action::ChangePage(change)))
    }
}

/// A whole second, so that a request shown says what is sent.
fn later(now: Millis, length: Millis) -> Millis {
    now - now.rem_euclid(SECOND) + length
}

/// What can be done to a page in its state, by its system.
#[component]
pub fn PageButtons(page: Paged, form: ActForm) -> impl IntoView {
    let (console, outbox) = (use_console(), use_outbox());
    let button = |kind: ActionKind| {
        let own = page.clone();
        let label = format!("{}: {}", word(kind), page.title);
        let open = move |_| form.open(&own, kind, console.board.now());
        view! { <button type="button" class="button" aria-label=label on:click=open>{word(kind)}</button> }
    };
    let offered = |kind: &ActionKind| fits(*kind, &page.state) && outbox.offers(&page.source, *kind);
    KINDS.into_iter().filter(offered).map(button).collect::<Vec<_>>()
}

#[component]
pub fn ActDialog(form: ActForm) -> impl IntoView {
    let outbox = use_outbox();
    let fault = memo(move || {
        let no_name = form.by.with(|by| by.trim().is_empty());
        let no_text = form.kind.get() == ActionKind::Note && form.text.with(|t| t.trim().is_empty());
        match (no_name, no_text) {
            (true, _) => Some("Your e-mail address is missing"),
            (_, true) => Some("The note is empty"),
            _ => None,
        }
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if fault.get_untracked().is_some() {
            return;
        }
        browser::store(BY, form.by.get_untracked().trim());
        if let Some((system, action)) = untrack(|| form.action()) {
            outbox.push(&system, action);
        }
        form.close();
    };
    let title = move || {
        let name = form.page.with(|p| p.as_ref().map(|p| p.title.clone()).unwrap_or_default());
        format!("{}: {name}", word(form.kind.get()))
    };
    view! {
        <dialog class="dialog silence-dialog" node_ref=form.dialog aria-labelledby="act-title" on:close=move |_| form.page.set(None)>
            <h2 id="act-title" dir="auto">{title}</h2>
            <form class="update-form" on:submit=send>
                <NowThere form=form />
                <Fields form=form />
                <label>
                    "Your e-mail address, as the pager knows you (remembered in this browser)"
                    <input type="email" autocomplete="email" maxlength="200" prop:value=move || form.by.get() on:input=move |e| form.by.set(event_target_value(&e)) />
                </label>
                <details class="silence-request" open>
                    <summary>"What is sent"</summary>
                    <pre class="update-preview" tabindex="0" aria-label="The requests as they will be sent">
                        {move || form.action().map(|(system, action)| requests_text(&outbox.shown_requests(&system, &action)))}
                    </pre>
                </details>
                <div class="dialog-buttons">
                    <span class="silence-fault" role="status">{move || fault.get()}</span>
                    <button type="button" class="button" on:click=move |_| form.close()>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=move || fault.get().is_some()>{move || word(form.kind.get())}</button>
                </div>
            </form>
        </dialog>
    }
}

/// What depends on what is done.
#[component]
fn Fields(form: ActForm) -> impl IntoView {
    let console = use_console();
    let length = RwSignal::new(HOUR);
    let choose = move |e| {
        if let Ok(chosen) = event_target_value(&e).parse() {
            length.set(chosen);
            form.until.set(later(console.board.now(), chosen));
        }
    };
    let kind = memo(move || form.kind.get());
    move || {
        match kind.get() {
        ActionKind::Snooze => view! {
            <label>
                "Quiet for"
                <select on:change=choose>
                    {LENGTHS.map(|l| view! { <option value=l.to_string() prop:selected=move || length.get() == l>{human_duration(l)}</option> })}
                </select>
            </label>
        }
        .into_any(),
        ActionKind::Resolve | ActionKind::Note => {
            let label = if kind.get() == ActionKind::Note { "Note" } else { "What was done about it (may be empty)" };
            view! {
                <label>{label}
                    <textarea rows="3" dir="auto" maxlength="2000" prop:value=move || form.text.get() on:input=move |e| form.text.set(event_target_value(&e))></textarea>
                </label>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
    }
}

/// The page as it is in its system now, read while the dialog is open.
#[component]
fn NowThere(form: ActForm) -> impl IntoView {
    let console = use_console();
    let answer = console.ask(move || {
        form.page.with(|p| {
            let page = p.as_ref()?;
            Some(Question::Pager { source: page.source.clone(), ask: PagerAsk::One { id: page.id.clone() } })
        })
    });
    let there = memo(move || {
        answer.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
            Some(Reply::Pager(PagerReply::One(page))) => Ok(Some((**page).clone())),
            _ => a.error.as_ref().map_or(Ok(None), |error| Err(error.to_string())),
        })
    });
    move || {
        let words = match there.get() {
            Err(error) => {
                return view! { <p class="muted" role="status">{format!("Not read again: {error}.")}</p> }
                    .into_any();
            }
            Ok(None) => return view! { <p class="muted" role="status">"Reading it again…"</p> }.into_any(),
            Ok(Some(page)) => {
                let by = acknowledged_words(&page, console.now.get());
                (
                    page_tone(&page.state),
                    page.state.name().to_string(),
                    by,
                    fits(form.kind.get(), &page.state),
                )
            }
        };
        let (tone, state, by, is_needed) = words;
        let more = (!is_needed).then_some(" Nothing would be changed.");
        view! { <p class="now-there" role="status">"Now: " <Chip tone=tone word=state /> " " {by} {more}</p> }
            .into_any()
    }
}

fn requests_text(all: &[Outgoing]) -> String {
    let one = |request: &Outgoing| {
        let mut text = format!("{} {}\n", request.method, request.url);
        for (name, value) in &request.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if let Some(body) = &request.body {
            let pretty = serde_json::from_str::<serde_json::Value>(body)
                .ok()
                .and_then(|body| serde_json::to_string_pretty(&body).ok());
            text.push_str(&format!("\n{}\n", pretty.as_deref().unwrap_or(body)));
        }
        text
    };
    let texts: Vec<String> = all.iter().map(one).collect();
    match texts.as_slice() {
        [look, change] => format!("{look}\nthen, if it is still as it was:\n\n{change}"),
        texts => texts.join("\n"),
    }
}

//! Actions on their way, each with where it is and what can be done about it.

use super::{Chip, When};
use crate::browser;
use crate::console::state::{memo, use_console, use_outbox};
use crate::domain::action::Action;
use crate::poll::outbox::{Damaged, Entry, EntryId, Notice, State};
use leptos::prelude::*;

/// The actions that a page is about. Nothing while there are none.
#[component]
pub fn ActionList(about: fn(&Action) -> bool) -> impl IntoView {
    let outbox = use_outbox();
    let ids = memo(move || {
        let about = |e: &&Entry| about(&e.action);
        outbox.entries.with(|all| all.iter().filter(about).map(|e| e.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <StorageNotes />
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <h3 class="list-head">"Actions"</h3>
            <ul class="plain-list action-list">
                <For each=move || ids.get() key=Clone::clone let:id>
                    <Line id=id />
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Line(id: EntryId) -> impl IntoView {
    let outbox = use_outbox();
    let own = id.clone();
    let entry = memo(move || outbox.entries.with(|all| all.iter().find(|e| e.id == own).cloned()));
    let key = id.to_string();
    move || {
        let entry = entry.get()?;
        let lacks_key = outbox.without_key.with(|all| all.contains(&entry.target.system));
        let (retry, withdraw, dismiss) = (entry.id.clone(), entry.id.clone(), entry.id.clone());
        let title = entry.action.title();
        let name = |what: &str| format!("{what}: {title}");
        let button = |may: bool, word: &'static str, act: Box<dyn Fn()>| {
            may.then(|| {
                view! { <button type="button" class="button" aria-label=name(word) on:click=move |_| act()>{word}</button> }
            })
        };
        let buttons = [
            button(entry.may_retry(), "Send again", Box::new(move || outbox.retry(&retry))),
            button(entry.may_withdraw(), "Withdraw", Box::new(move || outbox.withdraw(&withdraw))),
            button(entry.state.is_final(), "Dismiss", Box::new(move || outbox.dismiss(&dismiss))),
        ];
        Some(view! {
            <li class="action" data-action=key.clone() data-state=entry.state.word()>
                <div>
                    <p>
                        <Chip tone=tone(&entry.state) word=entry.state.word() />
                        " " {title.clone()} <span class="muted">" · " {entry.target.system.clone()} " · " <When at=entry.id.pushed /></span>
                    </p>
                    <Detail entry=entry.clone() lacks_key=lacks_key />
                </div>
                <div class="action-buttons">{buttons}</div>
            </li>
        })
    }
}

fn tone(state: &State) -> &'static str {
    match state {
        State::Waiting { .. } | State::Sending { .. } | State::Withdrawn { .. } => "info",
        State::Unknown { .. } => "unknown",
        State::Done { .. } => "ok",
        State::Refused { .. } => "bad",
    }
}

#[component]
fn Detail(entry: Entry, lacks_key: bool) -> impl IntoView {
    let console = use_console();
    let clock = move |at| console.clock(at);
    let system = entry.target.system.clone();
    let text = match entry.state {
        State::Waiting { .. } if lacks_key => {
            "Waiting for the token. Tokens are not stored: enter it again after a reload.".to_string()
        }
        State::Waiting { after, because: Some(why) } => {
            format!("{}. Retrying at {}.", why.text, clock(after))
        }
        State::Waiting { because: None, .. } if entry.attempts > 0 => {
            "It did not arrive. Sending it again.".into()
        }
        State::Waiting { because: None, .. } => "Sending as soon as it is saved in this browser.".into(),
        State::Sending { since } => format!("Since {}.", clock(since)),
        State::Unknown { error, not_there, .. } => {
            let why = error.map(|e| format!("{}. ", e.text)).unwrap_or_default();
            let looked = match not_there {
                Some(at) => format!("{system} had not received it at {}. It may still arrive.", clock(at)),
                None => format!("Checking with {system}."),
            };
            format!("Sent, but there was no response. {why}{looked}")
        }
        State::Done { receipt, .. } => receipt.note.unwrap_or_default(),
        State::Refused { failure, .. } => {
            let anew = if failure.is_conflict {
                "It has changed since. Review it and try again."
            } else {
                failure.remedy.as_str()
            };
            format!("{}. {anew}", failure.text)
        }
        State::Withdrawn { was_sent: true, .. } => {
            "An earlier request was sent and may have been carried out.".into()
        }
        State::Withdrawn { was_sent: false, .. } => "Nothing was sent.".into(),
    };
    (!text.is_empty()).then(|| view! { <p class="muted">{text}</p> })
}

/// What is wrong with the place where actions are kept.
#[component]
fn StorageNotes() -> impl IntoView {
    let outbox = use_outbox();
    let note = |text: String| {
        view! { <div class="note" data-tone="warn"><span>{text}</span></div> }
    };
    let kept = move || {
        let text = "This browser keeps nothing for this page (a private window, or storage is blocked): an action that \
                    is on its way is lost when the page is closed.";
        (outbox.is_lasting.get() == Some(false)).then(|| note(text.into()))
    };
    let fault = move || {
        outbox.storage_fault.get().map(|fault| {
            note(format!("Nothing is sent until it can be saved, and {fault}. Retrying automatically."))
        })
    };
    let told = move || {
        let notices = outbox.notices.get();
        (!notices.is_empty()).then(|| {
            let lines: Vec<_> = notices.into_iter().map(|n| view! { <li>{notice(n)}</li> }).collect();
            view! {
                <div class="note" data-tone="warn">
                    <ul class="plain-list">{lines}</ul>
                    <button type="button" class="button" on:click=move |_| outbox.clear_notices()>"Dismiss"</button>
                </div>
            }
        })
    };
    view! { {kept} {fault} {told} }
}

fn notice(notice: Notice) -> AnyView {
    match notice {
        Notice::TakenOver { title } => {
            format!("{title}: another tab took it over, because this one was inactive.").into_any()
        }
        Notice::Missing { title } => format!("{title}: the browser's storage was cleared.").into_any(),
        Notice::Damaged(Damaged { key, text, why }) => {
            let name = format!("action-{key}.json");
            view! {
                {format!("A stored action is left as it is. {why} ")}
                <button type="button" class="button" on:click=move |_| {
                    browser::download(&name, "application/json", &text);
                }>"Download it"</button>
            }
            .into_any()
        }
    }
}

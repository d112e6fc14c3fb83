//! What is done with the file: copied, saved, or committed to the repository with the user's own token.
//!
//! The commit goes through the outbox. What stands here is what comes before it (is the file still what was loaded?) and
//! after it (the file as it is now, or both versions of it).

use super::typed::{File, OnItsWay, Typed};
use crate::browser;
use crate::config::Repository;
use crate::console::components::ActionList;
use crate::console::parts::{Parts, use_parts};
use crate::console::state::{RepositoryClient, memo, repository_remedy, use_console, use_outbox};
use crate::domain::action::{Action, FileCommit};
use crate::domain::secret::Secret;
use crate::model::{Conflict, Loaded, Sent, Step, next_step};
use crate::poll::outbox::{Entry, State};
use crate::sources::SourceError;
use crate::sources::repository::Stored;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn Commit(
    file: Memo<Result<File, &'static str>>,
    typed: Typed,
    repository: Option<Repository>,
) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let said = said.get();
        if !said.is_empty() {
            console.announce(&said);
        }
    });
    let missing = move || file.with(Result::is_err);
    let copy = move |_| {
        if let Ok(file) = file.get_untracked() {
            copied(file.text, said);
        }
    };
    let save = move |_| {
        if let Ok(file) = file.get_untracked() {
            browser::download(&file.name, "text/markdown", &file.text);
        }
    };
    view! {
        <div class="dialog-buttons">
            <button type="button" class="button" disabled=missing on:click=copy>"Copy"</button>
            <button type="button" class="button" disabled=missing on:click=save>"Download"</button>
        </div>
        {repository.map(|r| view! { <ToRepository file=file typed=typed repository=r said=said /> })}
        <p class="update-said">{move || said.get()}</p>
    }
}

fn copied(text: String, said: RwSignal<String>) {
    spawn_local(async move {
        let done = browser::copy(&text).await;
        said.set(if done { "Copied" } else { "Couldn't copy. Select the text and copy it manually." }.into());
    });
}

/// What came of looking at the repository, other than an error.
enum Outcome {
    Said(String),
    /// An earlier attempt has written it.
    IsThere {
        stored: Stored,
        message: String,
    },
    Conflict(Conflict),
    /// It may be written, over the version of this hash.
    Write {
        replaces: Option<String>,
        message: String,
    },
}

#[component]
fn ToRepository(
    file: Memo<Result<File, &'static str>>,
    typed: Typed,
    repository: Repository,
    said: RwSignal<String>,
) -> impl IntoView {
    let (outbox, parts) = (use_outbox(), use_parts());
    // In memory only: gone with the page.
    let token = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let conflict: RwSignal<Option<Conflict>> = RwSignal::new(None);
    let name = repository.name.clone();
    let system = StoredValue::new(repository.system());
    let place = StoredValue::new(repository);
    let take = move |outcome: Outcome, wanted: File| {
        let repository = place.get_value();
        let path = repository.path_of(&wanted.name);
        match outcome {
            Outcome::Said(text) => said.set(text),
            Outcome::IsThere { stored, message } => {
                said.set(committed_words(&path, &repository));
                typed.committed(
                    Loaded { name: wanted.name, text: stored.text, sha: Some(stored.sha) },
                    &message,
                );
            }
            Outcome::Conflict(found) => {
                said.set(format!(
                    "Nothing was written: {} has changed in {} meanwhile. Both versions are below.",
                    repository.path_of(&found.name),
                    repository.name
                ));
                conflict.set(Some(found));
            }
            Outcome::Write { replaces, message } => {
                let title = format!("Status: {}", wanted.name.trim_end_matches(".md"));
                let commit = FileCommit {
                    repository: repository.name.clone(),
                    branch: repository.branch.clone(),
                    path,
                    text: wanted.text.clone(),
                    message: title,
                    replaces,
                };
                let sent = Sent { name: wanted.name, text: wanted.text, message };
                let entry = outbox.push(&system.get_value(), Action::CommitFile(commit));
                typed.on_its_way.set(entry.map(|id| OnItsWay { entry: id.to_string(), sent }));
            }
        }
    };
    let act = move |load: bool| {
        let (repository, key) = (place.get_value(), token.get_untracked());
        let wanted = match (load, file.get_untracked()) {
            (true, _) => File { name: typed.existing_name.get_untracked(), text: String::new() },
            (false, Ok(file)) => file,
            (false, Err(_)) => return,
        };
        outbox.set_key(&system.get_value(), &key);
        busy.set(true);
        conflict.set(None);
        spawn_local(async move {
            let client = RepositoryClient { repository, key: Some(Secret::new(&key)), parts };
            let found = match load {
                true => fetch(typed, &client, &wanted.name).await,
                false => look(typed, &client, &wanted).await,
            };
            match found {
                Ok(outcome) => take(outcome, wanted),
                // What was typed stays where it is.
                Err(error) => said.set(format!("Not done: {error} {}", repository_remedy(&error))),
            }
            busy.set(false);
        });
    };
    let entry = memo(move || {
        let id = typed.on_its_way.with(|sent| sent.as_ref().map(|s| s.entry.clone()))?;
        outbox.entries.with(|all| all.iter().find(|e| e.id.to_string() == id).cloned())
    });
    Effect::new(move |_| {
        let Some(ended) = entry.get().filter(|e| e.state.is_final()) else { return };
        let Some(OnItsWay { sent, .. }) = typed.on_its_way.get_untracked() else { return };
        on_end(ended, sent, EndOf { typed, place, parts, token, said, conflict });
    });
    let is_on_its_way = move || entry.with(|e| e.as_ref().is_some_and(|e| !e.state.is_final()));
    let without_key = move || token.with(String::is_empty) || busy.get() || is_on_its_way();
    view! {
        <form class="update-form" on:submit=|event| event.prevent_default()>
            <label>
                {format!("Token for {name} (contents: write). It is kept in memory until the page is closed.")}
                <input type="password" autocomplete="off" prop:value=move || token.get() on:input=move |e| token.set(event_target_value(&e))
                    // Not with each letter: what waits for the token would be sent with half of it.
                    on:change=move |e| outbox.set_key(&system.get_value(), &event_target_value(&e)) />
            </label>
            <label>
                "Name of a file in the repository to add to"
                <input type="text" placeholder="2026-11-24-slow-api.md" prop:value=move || typed.existing_name.get() on:input=move |e| typed.existing_name.set(event_target_value(&e)) />
            </label>
            <div class="dialog-buttons">
                <button type="button" class="button" disabled=move || without_key() || typed.existing_name.with(String::is_empty) on:click=move |_| act(true)>"Load it"</button>
                <button type="button" class="button primary" disabled=move || without_key() || file.with(Result::is_err) on:click=move |_| act(false)>"Commit"</button>
            </div>
        </form>
        <ActionList about=|action| matches!(action, Action::CommitFile(_)) />
        {move || conflict.get().map(|found| view! { <Both found=found typed=typed conflict=conflict said=said /> })}
    }
}

fn committed_words(path: &str, repository: &Repository) -> String {
    format!("Committed {path} to {}. It goes live with the next publish.", repository.name)
}

#[derive(Clone, Copy)]
struct EndOf {
    typed: Typed,
    place: StoredValue<Repository>,
    parts: &'static Parts,
    token: RwSignal<String>,
    said: RwSignal<String>,
    conflict: RwSignal<Option<Conflict>>,
}

/// The commit of `sent` is over.
fn on_end(entry: Entry, sent: Sent, at: EndOf) {
    let EndOf { typed, place, parts, token, said, conflict } = at;
    let repository = place.get_value();
    let path = repository.path_of(&sent.name);
    match entry.state {
        State::Done { receipt, .. } => {
            typed.on_its_way.set(None);
            said.set(committed_words(&path, &repository));
            let file = Loaded { name: sent.name, text: sent.text, sha: receipt.reference };
            typed.committed(file, &sent.message);
        }
        // What is in the repository now decides what is shown.
        State::Refused { failure, .. } if failure.is_conflict => {
            let key = Some(Secret::new(&token.get_untracked()));
            spawn_local(async move {
                let mine = File { name: sent.name, text: sent.text };
                let client = RepositoryClient { repository: repository.clone(), key, parts };
                let found = look(typed, &client, &mine).await;
                typed.on_its_way.set(None);
                match found {
                    Ok(Outcome::Conflict(found)) => {
                        said.set(format!("Nothing was written: {path} has changed in {} meanwhile. Both versions are below.", repository.name));
                        conflict.set(Some(found));
                    }
                    Ok(Outcome::IsThere { stored, message }) => {
                        said.set(committed_words(&path, &repository));
                        let file = Loaded { name: mine.name, text: stored.text, sha: Some(stored.sha) };
                        typed.committed(file, &message);
                    }
                    // The file is as it was: something else moved on.
                    _ => said.set(format!(
                        "Not done: {}. Something else was committed at the same moment. Commit again.",
                        failure.text
                    )),
                }
            });
        }
        State::Refused { failure, .. } => {
            typed.on_its_way.set(None);
            said.set(format!("Not done: {}. {TOKEN_REMEDY}", failure.text));
        }
        // Should it have arrived all the same, the next attempt finds it there.
        State::Withdrawn { was_sent: true, .. } => {}
        _ => typed.on_its_way.set(None),
    }
}

/// Both versions of a file that changed meanwhile, and the ways on. Nothing typed is lost by any of them.
#[component]
fn Both(
    found: Conflict,
    typed: Typed,
    conflict: RwSignal<Option<Conflict>>,
    said: RwSignal<String>,
) -> impl IntoView {
    let Conflict { name, theirs, mine, is_new } = found;
    let why = match (&theirs, is_new) {
        (None, _) => "The file you loaded is no longer in the repository.",
        (Some(_), true) => {
            "A file of this name is in the repository already. Add your message to it, or give yours another title: the \
             file's name follows it."
        }
        (Some(_), false) => {
            "Somebody changed the file since you loaded it. Your message can be added to the newer version."
        }
    };
    let shown = theirs.as_ref().map_or("(no file)".to_string(), |t| t.text.clone());
    let copy = {
        let mine = mine.clone();
        move |_| copied(mine.clone(), said)
    };
    let next = Loaded {
        name,
        text: theirs.as_ref().map_or_else(|| typed.loaded_text(), |t| t.text.clone()),
        sha: theirs.as_ref().map(|t| t.sha.clone()),
    };
    let word = if theirs.is_some() { "Add my message to that version" } else { "Write it again" };
    let go_on = move |_| {
        typed.existing_name.set(next.name.clone());
        typed.existing.set(Some(next.clone()));
        conflict.set(None);
        said.set("Review it, then commit".into());
    };
    view! {
        <section class="update-conflict" aria-labelledby="conflict">
            <h3 id="conflict" class="list-head">"Two versions"</h3>
            <p>{why}</p>
            <h4 class="muted">"In the repository now"</h4>
            <pre class="update-preview" tabindex="0" aria-label="The version in the repository">{shown}</pre>
            <h4 class="muted">"Yours, not committed"</h4>
            <pre class="update-preview" tabindex="0" aria-label="Your version">{mine}</pre>
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=copy>"Copy mine"</button>
                <button type="button" class="button" on:click=go_on>{word}</button>
            </div>
        </section>
    }
}

/// Takes a file of the repository as the one to add to.
async fn fetch(typed: Typed, client: &RepositoryClient, name: &str) -> Result<Outcome, SourceError> {
    let path = client.repository.path_of(name);
    Ok(Outcome::Said(match client.read(&path).await? {
        Some(Stored { sha, text }) => {
            typed.existing.set(Some(Loaded { name: name.into(), text, sha: Some(sha) }));
            format!("Loaded {path}. Your update will be added at the end.")
        }
        None => format!("There is no {path} in {}", client.repository.name),
    }))
}

/// Whether the file may be written: over the version it was made from and no other. The host checks the hash once more: a
/// change between our look and our writing is refused by it.
async fn look(typed: Typed, client: &RepositoryClient, file: &File) -> Result<Outcome, SourceError> {
    let (loaded, message) = (typed.existing.get_untracked(), typed.message.get_untracked());
    let sent = typed.on_its_way.get_untracked().map(|s| s.sent);
    let current = client.read(&client.repository.path_of(&file.name)).await?;
    let mine = (file.name.as_str(), file.text.as_str());
    Ok(match next_step(mine, &message, loaded.as_ref(), current, sent.as_ref()) {
        Step::Write { replaces } => Outcome::Write { replaces, message },
        Step::IsThere(stored) => Outcome::IsThere { stored, message },
        Step::Conflict(found) => Outcome::Conflict(found),
    })
}

const TOKEN_REMEDY: &str = "Is the token valid, and may it write contents of this repository?";

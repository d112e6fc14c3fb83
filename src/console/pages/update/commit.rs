//! What is done with the file: copied, saved, or committed to the repository with the user's own token.

use super::{File, Typed};
use crate::browser;
use crate::config::Repository;
use crate::console::model::{Conflict, Loaded, Sent, Step, next_step};
use crate::console::state::use_console;
use crate::domain::time::SECOND;
use crate::sources::github::Stored;
use crate::sources::{Request, Response, SourceError, github};
use crate::transport::browser::{Cancel, send};
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
        said.set(if done { "Copied" } else { "The browser does not allow copying here" }.into());
    });
}

/// How an attempt ended, other than by an error.
enum Outcome {
    Said(String),
    Committed { text: String, sha: Option<String>, message: String },
    Conflict(Conflict),
}

#[component]
fn ToRepository(
    file: Memo<Result<File, &'static str>>,
    typed: Typed,
    repository: Repository,
    said: RwSignal<String>,
) -> impl IntoView {
    // In memory only: gone with the page.
    let token = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let conflict: RwSignal<Option<Conflict>> = RwSignal::new(None);
    let sent: StoredValue<Option<Sent>> = StoredValue::new(None);
    let name = repository.name.clone();
    let place = StoredValue::new(repository);
    let act = move |load: bool| {
        let (repository, key) = (place.get_value(), token.get_untracked());
        let wanted = match (load, file.get_untracked()) {
            (true, _) => File { name: typed.existing_name.get_untracked(), text: String::new() },
            (false, Ok(file)) => file,
            (false, Err(_)) => return,
        };
        busy.set(true);
        conflict.set(None);
        spawn_local(async move {
            let done = if load {
                fetch(typed, &repository, &key, &wanted.name).await
            } else {
                commit(typed, &repository, &key, &wanted, sent).await
            };
            match done {
                Ok(Outcome::Said(text)) => said.set(text),
                Ok(Outcome::Committed { text, sha, message }) => {
                    said.set(format!(
                        "{} is committed to {}; it shows with the next publish",
                        path_of(&repository, &wanted.name),
                        repository.name
                    ));
                    typed.committed(Loaded { name: wanted.name, text, sha }, &message);
                }
                Ok(Outcome::Conflict(found)) => {
                    said.set(format!(
                        "Nothing was written: {} has changed in {} meanwhile. Both versions are below.",
                        path_of(&repository, &found.name),
                        repository.name
                    ));
                    conflict.set(Some(found));
                }
                // What was typed stays where it is.
                Err(error) => said.set(format!("Not done: {error} {}", remedy(&error))),
            }
            busy.set(false);
        });
    };
    let without_key = move || token.with(String::is_empty) || busy.get();
    view! {
        <form class="update-form" on:submit=|event| event.prevent_default()>
            <label>
                {format!("Token for {name} (contents: write). It is kept in memory until the page is closed.")}
                <input type="password" autocomplete="off" prop:value=move || token.get() on:input=move |e| token.set(event_target_value(&e)) />
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
        {move || conflict.get().map(|found| view! { <Both found=found typed=typed conflict=conflict said=said /> })}
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
        said.set("Look it over, then commit".into());
    };
    view! {
        <section class="update-conflict" aria-labelledby="conflict">
            <h3 id="conflict" class="list-head">"Two versions"</h3>
            <p>{why}</p>
            <h4 class="muted">"In the repository now"</h4>
            <pre class="update-preview" tabindex="0" aria-label="The version in the repository">{shown}</pre>
            <h4 class="muted">"Yours, not written"</h4>
            <pre class="update-preview" tabindex="0" aria-label="Your version">{mine}</pre>
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=copy>"Copy mine"</button>
                <button type="button" class="button" on:click=go_on>{word}</button>
            </div>
        </section>
    }
}

fn path_of(repository: &Repository, name: &str) -> String {
    if repository.folder.is_empty() { name.into() } else { format!("{}/{name}", repository.folder) }
}

async fn ask(repository: &Repository, request: &Request) -> Result<Response, SourceError> {
    let cancel = Cancel::new().ok_or(SourceError::CutOff)?;
    send(&repository.api, request, 20 * SECOND, &cancel).await
}

/// The file as it is in the repository now, if it is there.
async fn stored(repository: &Repository, key: &str, name: &str) -> Result<Option<Stored>, SourceError> {
    let request =
        github::file(&repository.name, repository.branch.as_deref(), &path_of(repository, name), key);
    github::read_file(&ask(repository, &request).await?)
}

/// Takes a file of the repository as the one to add to.
async fn fetch(typed: Typed, repository: &Repository, key: &str, name: &str) -> Result<Outcome, SourceError> {
    let path = path_of(repository, name);
    Ok(Outcome::Said(match stored(repository, key, name).await? {
        Some(Stored { sha, text }) => {
            typed.existing.set(Some(Loaded { name: name.into(), text, sha: Some(sha) }));
            format!("{path} is loaded; your message will stand at its end")
        }
        None => format!("There is no {path} in {}", repository.name),
    }))
}

/// Writes the file as one commit, over the version it was made from and no other. GitHub checks the hash once more:
/// a change between our look and our writing is refused by it.
async fn commit(
    typed: Typed,
    repository: &Repository,
    key: &str,
    file: &File,
    sent: StoredValue<Option<Sent>>,
) -> Result<Outcome, SourceError> {
    let (loaded, message) = (typed.existing.get_untracked(), typed.message.get_untracked());
    let decide = |current: Option<Stored>| {
        let mine = (file.name.as_str(), file.text.as_str());
        next_step(mine, &message, loaded.as_ref(), current, sent.get_value().as_ref())
    };
    let there = |s: Stored| Outcome::Committed { text: s.text, sha: Some(s.sha), message: message.clone() };
    let replaces = match decide(stored(repository, key, &file.name).await?) {
        Step::Write { replaces } => replaces,
        Step::IsThere(stored) => return Ok(there(stored)),
        Step::Conflict(found) => return Ok(Outcome::Conflict(found)),
    };
    sent.set_value(Some(Sent { name: file.name.clone(), text: file.text.clone(), message: message.clone() }));
    let title = format!("Status: {}", file.name.trim_end_matches(".md"));
    let change = github::Change { message: &title, text: &file.text, sha: replaces.as_deref() };
    let path = path_of(repository, &file.name);
    let request = github::commit(&repository.name, repository.branch.as_deref(), &path, key, &change);
    let answer = ask(repository, &request).await?;
    if github::is_conflict(&answer) {
        match decide(stored(repository, key, &file.name).await?) {
            // The file is as it was: something else moved on, which the answer names.
            Step::Write { .. } => {}
            Step::IsThere(stored) => return Ok(there(stored)),
            Step::Conflict(found) => return Ok(Outcome::Conflict(found)),
        }
    }
    let sha = github::read_commit(&answer)?;
    Ok(Outcome::Committed { text: file.text.clone(), sha, message })
}

fn remedy(error: &SourceError) -> &'static str {
    match error {
        SourceError::Denied { .. } => "Is the token valid, and may it write contents of this repository?",
        SourceError::Status { status: 409, .. } => {
            "Something else was committed at the same moment. Commit again."
        }
        other => other.remedy(),
    }
}

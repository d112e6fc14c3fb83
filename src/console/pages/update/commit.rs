//! What is done with the file: copied, saved, or committed to the repository with the user's own token.

use super::{File, Typed};
use crate::browser;
use crate::config::Repository;
use crate::domain::time::SECOND;
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
    let said = RwSignal::new(String::new());
    let missing = move || file.with(Result::is_err);
    let copy = move |_| {
        let Ok(file) = file.get_untracked() else { return };
        spawn_local(async move {
            let done = browser::copy(&file.text).await;
            said.set(if done { "Copied" } else { "The browser does not allow copying here" }.into());
        });
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
        <p role="status" class="update-said">{move || said.get()}</p>
    }
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
        spawn_local(async move {
            let done = if load {
                fetch(typed, &repository, &key, &wanted.name).await
            } else {
                commit(&repository, &key, &wanted).await
            };
            said.set(match done {
                Ok(text) => text,
                // What was typed stays where it is.
                Err(error) => format!("Not done: {error} {}", remedy(&error)),
            });
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
    }
}

fn path_of(repository: &Repository, name: &str) -> String {
    if repository.folder.is_empty() { name.into() } else { format!("{}/{name}", repository.folder) }
}

async fn ask(repository: &Repository, request: &Request) -> Result<Response, SourceError> {
    let cancel = Cancel::new().ok_or(SourceError::CutOff)?;
    send(&repository.api, request, 20 * SECOND, &cancel).await
}

/// Takes a file of the repository as the one to add to.
async fn fetch(typed: Typed, repository: &Repository, key: &str, name: &str) -> Result<String, SourceError> {
    let path = path_of(repository, name);
    let request = github::file(&repository.name, repository.branch.as_deref(), &path, key);
    match github::read_file(&ask(repository, &request).await?)? {
        Some(stored) => {
            typed.existing.set(stored.text);
            Ok(format!("{path} is loaded; your message will stand at its end"))
        }
        None => Ok(format!("There is no {path} in {}", repository.name)),
    }
}

/// Writes the file over the one that is there, if any, as one commit.
async fn commit(repository: &Repository, key: &str, file: &File) -> Result<String, SourceError> {
    let path = path_of(repository, &file.name);
    let branch = repository.branch.as_deref();
    let before = ask(repository, &github::file(&repository.name, branch, &path, key)).await?;
    let before = github::read_file(&before)?;
    let message = format!("Status: {}", file.name.trim_end_matches(".md"));
    let change =
        github::Change { message: &message, text: &file.text, sha: before.as_ref().map(|s| s.sha.as_str()) };
    let answer = ask(repository, &github::commit(&repository.name, branch, &path, key, &change)).await?;
    github::read_commit(&answer)?;
    Ok(format!("{path} is committed to {}; it shows with the next publish", repository.name))
}

fn remedy(error: &SourceError) -> &'static str {
    match error {
        SourceError::Denied { .. } => "Is the token valid, and may it write contents of this repository?",
        other => other.remedy(),
    }
}

//! The ways to a source, tried when somebody asks for it, and the lines to copy for each.

use crate::browser;
use crate::config::Source;
use crate::console::components::Chip;
use crate::console::state::use_console;
use crate::model::{Trial, WayRow, connect_src, recipe, ways};
use crate::sources::{self, SourceError};
use crate::transport::browser::{Cancel, send};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// What came of a trial: a tone, a word, and what to do.
type Outcome = (&'static str, &'static str, String);

#[component]
pub fn WaysView(source: Source) -> impl IntoView {
    let console = use_console();
    let rows: Vec<WayRow> = match sources::system(source.kind) {
        Some(system) => ways(&source, system, &console.base()).into(),
        None => Vec::new(),
    };
    let source = StoredValue::new(source);
    let row = move |row: WayRow| {
        let outcome = RwSignal::new(None::<Outcome>);
        let (name, about) = (row.kind.name(), row.kind.about());
        let trial = match row.trial {
            Ok(trial) => {
                let attempt = move |_| {
                    let trial = trial.clone();
                    outcome.set(Some(("unknown", "Trying", String::new())));
                    spawn_local(async move {
                        let Some(source) = source.try_get_value() else { return };
                        let key = console.board.keys().of(&source.name).filter(|_| trial.with_key);
                        outcome.try_set(Some(tried(&source, trial, key).await));
                    });
                };
                let label = format!("Try {name} for {}", source.with_value(|s| s.name.clone()));
                view! { <button type="button" class="button" aria-label=label on:click=attempt>"Try it"</button> }.into_any()
            }
            Err(why) => view! { <span class="row-note">{why}</span> }.into_any(),
        };
        view! {
            <li class="way" data-way=name>
                <div>
                    <p><strong>{name}</strong> {row.is_current.then_some(" (as configured)")}</p>
                    <p class="row-note">{about}</p>
                    {move || outcome.get().map(|(tone, word, text)| view! {
                        <p class="way-outcome" role="status"><Chip tone=tone word=word /> " " {text}</p>
                    })}
                </div>
                {trial}
            </li>
        }
    };
    view! { <ul class="plain-list ways">{rows.into_iter().map(row).collect::<Vec<_>>()}</ul> }
}

async fn tried(source: &Source, trial: Trial, key: Option<crate::domain::secret::Secret>) -> Outcome {
    let read = sources::system(source.kind).and_then(|system| system.probe).map(|probe| probe().read);
    let (Some(read), Some(cancel)) = (read, Cancel::new()) else {
        return ("unknown", "Not tried", String::new());
    };
    let request = trial.request.keyed_for(source.kind, key);
    let answer = send(&trial.base, &request, source.deadline, &cancel).await;
    match answer.and_then(|response| read(&response, &source.name)) {
        Ok(_) => ("ok", "Works", String::new()),
        // The system itself answered: the way is there, and what lacks is the right.
        Err(error @ (SourceError::Denied { .. } | SourceError::Rejected { status: 401..=403, .. })) => {
            ("warn", "Reached, not allowed", format!("{error}. {}", error.remedy()))
        }
        Err(error) => ("bad", "Does not work", format!("{error}. {}", error.remedy())),
    }
}

/// The lines for the host and for a proxy, each with a button that copies it.
#[component]
pub fn LinesToCopy(source: Source) -> impl IntoView {
    let console = use_console();
    let policy = connect_src(&console.config().sources);
    let recipe = recipe(&source);
    let is_direct = source.url.contains("://");
    view! {
        {is_direct.then(|| view! {
            <Copied title="Content-Security-Policy of the console's pages, for all sources of this configuration" text=policy />
        })}
        {recipe.map(|recipe| view! {
            <Copied title="Caddy, beside the console on the same host" text=recipe.caddy />
            <Copied title="nginx, in the server of the console" text=recipe.nginx />
            {is_direct.then(|| view! { <Copied title="The source's entry in fourlights.json then" text=recipe.entry /> })}
            <p class="row-note">{recipe.note}</p>
        })}
    }
}

#[component]
fn Copied(title: &'static str, text: String) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new("");
    let own = text.clone();
    let copy = move |_| {
        let text = own.clone();
        spawn_local(async move {
            let done = browser::copy(&text).await;
            let words = if done { "Copied" } else { "Couldn't copy. Select the text and copy it by hand." };
            console.announce(words);
            said.try_set(words);
        });
    };
    let label = format!("Copy: {title}");
    view! {
        <p class="list-head">{title}</p>
        <pre class="update-preview" tabindex="0" aria-label=title>{text}</pre>
        <div class="report-bar">
            <button type="button" class="button" aria-label=label on:click=copy>"Copy"</button>
            <span class="muted" role="status">{move || said.get()}</span>
        </div>
    }
}

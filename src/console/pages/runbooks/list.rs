//! All runbooks, a search, and the alerts that have none.

use super::load::{File, load, text};
use crate::browser;
use crate::console::components::{Chip, FilterField, SeverityTag};
use crate::console::state::{memo, use_alerts, use_console};
use crate::domain::runbook::Runbook;
use crate::domain::runbook::find::{Coverage, Wanted, coverage, search};
use crate::domain::zone::rfc3339;
use crate::model::route::Route;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// What a new runbook begins with, and the day in it that is replaced.
const TEMPLATE: &str = "runbooks/template.md";
const DAY_OF_TEMPLATE: &str = "updated: 2026-01-01";

#[component]
pub fn RunbooksPage() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let files = load(console, config.runbooks.clone());
    let none = config.runbooks.is_empty();
    let books =
        memo(move || files.with(|all| all.iter().filter_map(|(_, f)| f.book().cloned()).collect::<Vec<_>>()));
    let shown = memo(move || {
        let query = console.view.get().query;
        books.with(|all| {
            let plain: Vec<Runbook> = all.iter().map(|b| (**b).clone()).collect();
            search(&plain, &query).into_iter().filter_map(|place| all.get(place).cloned()).collect::<Vec<_>>()
        })
    });
    let waiting = move || files.with(|all| all.iter().filter(|(_, f)| *f == File::Waiting).count());
    // They are ordered when all are there; until then each has a row of the same height, so that nothing moves.
    let paths: Vec<String> = config.runbooks.clone();
    let rows = move || match waiting() {
        0 => shown.get().into_iter().map(|book| view! { <Row book=book /> }.into_any()).collect::<Vec<_>>(),
        _ => {
            let row = |path: &String| {
                view! { <li class="runbook-row"><p class="row-note">"Loading " {path.clone()}</p></li> }
                    .into_any()
            };
            paths.iter().map(row).collect()
        }
    };
    let failed = move || {
        files.with(|all| {
            let one = |(path, file): &(String, File)| match file {
                File::Failed(why) => Some(view! { <li><code>{path.clone()}</code> ": " {why.clone()}</li> }),
                _ => None,
            };
            all.iter().filter_map(one).collect::<Vec<_>>()
        })
    };
    let said = RwSignal::new(String::new());
    let begin = move |_| {
        spawn_local(async move {
            let done = match text(console, TEMPLATE).await {
                Ok(text) => {
                    let day = rfc3339(console.now.get_untracked());
                    let today = format!("updated: {}", day.get(..10).unwrap_or_default());
                    browser::download(
                        "new-runbook.md",
                        "text/markdown",
                        &text.replace(DAY_OF_TEMPLATE, &today),
                    );
                    "Saved as new-runbook.md: fill it in, put it beside the others and add it to \"runbooks\" in the configuration.".into()
                }
                Err(why) => format!("The template {TEMPLATE} could not be read: {why}"),
            };
            said.try_set(done);
        });
    };
    view! {
        <div class="page">
            <div class="page-bar">
                <div class="filters" role="search" aria-label="Search runbooks"><FilterField label="Search runbooks: words of title, alert, service, owner or text" /></div>
                <button type="button" class="button" title="A file to fill in, after the template" on:click=begin>"New runbook"</button>
            </div>
            <p class="explain" role="status">{move || said.get()}</p>
            <Show when=move || none>
                <div class="empty">
                    <h2>"No runbooks yet"</h2>
                    <p>"Put Markdown files beside the configuration and list them under " <code>"runbooks"</code> ", for instance " <code>"runbooks/disk-full.md"</code> "."</p>
                </div>
            </Show>
            <section class="panel" aria-labelledby="runbooks" hidden=none>
                <header class="panel-head">
                    <h2 id="runbooks">"Runbooks"</h2>
                    <div class="panel-aside num">{move || format!("{} of {}", shown.with(Vec::len), files.with(Vec::len))}</div>
                </header>
                <div class="panel-body">
                    <ul class="plain-list failed-files">{failed}</ul>
                    {move || (waiting() == 0 && shown.with(Vec::is_empty) && !books.with(Vec::is_empty)).then(|| view! { <p class="empty-line">"No runbook has these words."</p> })}
                    <ul class="runbook-list">
                        {rows}
                    </ul>
                </div>
            </section>
            <Covered books=books waiting=Signal::derive(waiting) />
        </div>
    }
}

#[component]
fn Row(book: Arc<Runbook>) -> impl IntoView {
    let console = use_console();
    let route = Route::Runbook(book.path.clone());
    let stale = book.stale(console.now.get_untracked());
    let config = console.config();
    let services: Vec<String> = book
        .front
        .services
        .iter()
        .map(|id| config.service(id).map_or_else(|| id.clone(), |s| s.name.clone()))
        .collect();
    let facts: Vec<String> = [
        (!services.is_empty()).then(|| services.join(", ")),
        book.front.owner.clone(),
        Some(format!("{} steps", book.steps.len())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let faulty = book.faults().next().is_some();
    view! {
        <li class="runbook-row">
            <p>
                <a class="runbook-title" href=move || console.href(&route)>{book.title.clone()}</a>
                " " {book.front.severity.map(|severity| view! { <SeverityTag severity=severity /> })}
                {stale.is_some().then(|| view! { " " <Chip tone="warn" word="stale" /> })}
                {faulty.then(|| view! { " " <Chip tone="warn" word="file has faults" /> })}
            </p>
            <p class="row-note">{facts.join(" · ")}</p>
            <p>{book.front.alerts.iter().map(|a| view! { <span class="label">{a.clone()}</span> }).collect::<Vec<_>>()}</p>
        </li>
    }
}

/// How many alerts have no runbook: of the rules of this console, and of what fires or fired in the last day.
#[component]
fn Covered(books: Memo<Vec<Arc<Runbook>>>, waiting: Signal<usize>) -> impl IntoView {
    let console = use_console();
    let alerts = use_alerts();
    let found = memo(move || {
        let config = console.config();
        let plain: Vec<Runbook> = books.with(|all| all.iter().map(|b| (**b).clone()).collect());
        alerts.alerts.with(|all| {
            let of_rules = config.rules.iter().map(|rule| Wanted {
                alert: Some(&rule.name),
                runbook_url: rule.runbook_url.as_deref(),
                ..Wanted::default()
            });
            let fired = all.iter().map(|a| Wanted {
                alert: Some(&a.name),
                labels: Some(&a.labels),
                service: a.subject(),
                runbook_url: a.runbook_url.as_deref(),
            });
            coverage(&plain, &of_rules.chain(fired).collect::<Vec<_>>())
        })
    });
    move || {
        let Coverage { total, without } = found.get();
        if total == 0 || waiting.get() > 0 || !alerts.is_complete.get() {
            return None;
        }
        let rest =
            if alerts.certain.get() { "" } else { " Not every source answered, so there may be more." };
        let text = format!(
            "{} of {total} alerts have no runbook, of the console's rules and of what fired within 24 hours.{rest}",
            without.len()
        );
        let names =
            without.into_iter().map(|name| view! { <span class="label">{name}</span> }).collect::<Vec<_>>();
        Some(view! { <div class="runbook-coverage"><p class="explain">{text}</p> <p>{names}</p></div> })
    }
}

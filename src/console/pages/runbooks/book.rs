//! One runbook: what it is for, its variables, its steps.

use super::blocks::{Tick, blocks};
use super::load::{File, load};
use super::work::{Work, offered, offered_by};
use crate::browser;
use crate::console::components::{Chip, SeverityTag};
use crate::console::state::{memo, use_alerts, use_console};
use crate::domain::incident_log::Incident;
use crate::domain::runbook::{Runbook, Section};
use crate::domain::time::human_duration;
use crate::model::route::Route;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn RunbookPage() -> impl IntoView {
    let console = use_console();
    let id = memo(move || console.view.get().id.unwrap_or_default());
    let path = memo(move || id.get().split('#').next().unwrap_or_default().to_string());
    let anchor = memo(move || id.get().split_once('#').map(|(_, part)| part.to_string()).unwrap_or_default());
    view! {
        <div class="page runbook-page">
            <p><a href=move || console.href(&Route::Runbooks)>"All runbooks"</a></p>
            {move || view! { <Whole path=path.get() anchor=anchor /> }}
        </div>
    }
}

#[component]
fn Whole(path: String, anchor: Memo<String>) -> impl IntoView {
    let console = use_console();
    // Only files of the configuration: an address can name any.
    if !console.config().runbooks.contains(&path) {
        return view! {
            <div class="empty"><h2>"No such runbook"</h2> <p>{path} " is not listed under " <code>"runbooks"</code> " in the configuration."</p></div>
        }
        .into_any();
    }
    let files = load(console, vec![path]);
    let file = memo(move || files.with(|all| all.first().map_or(File::Waiting, |(_, file)| file.clone())));
    (move || match file.get() {
        File::Waiting => view! { <p class="empty-line later">"Loading…"</p> }.into_any(),
        File::Failed(why) => view! {
            <div class="failure"><div><p class="failure-what">"The runbook could not be read"</p> <p class="failure-remedy">{why}</p></div></div>
        }
        .into_any(),
        File::Read(book) => view! { <Book book=book anchor=anchor /> }.into_any(),
        File::Earlier(book, why) => view! {
            <div class="note" data-tone="warn"><span>"As read before; it could not be read again: " {why}</span></div>
            <Book book=book anchor=anchor />
        }
        .into_any(),
    })
    .into_any()
}

#[component]
fn Book(book: Arc<Runbook>, anchor: Memo<String>) -> impl IntoView {
    let alerts = use_alerts();
    let console = use_console();
    let incident_id = console.view.get_untracked().incident;
    let work = Work::new(&book, console, &incident_id);
    let incident = memo(move || {
        let log = work.incident.and_then(|own| own.log.get()).flatten()?;
        Some(Incident::of(&log))
    });
    let about = {
        let book = book.clone();
        memo(move || {
            let (alert, mut values) = alerts.alerts.with(|all| offered(&book, all));
            // What the incident says is surer than what fires beside it.
            values.extend(incident.with(|i| i.as_ref().map(|i| offered_by(&book, i)).unwrap_or_default()));
            (alert, values)
        })
    };
    Effect::new(move |_| work.offered.set(about.get().1));
    // After the view is in the document, and again when a link leads to another part.
    Effect::new(move |_| {
        let part = anchor.get();
        if !part.is_empty() {
            spawn_local(async move {
                TimeoutFuture::new(0).await;
                browser::reveal(&format!("part-{part}"));
            });
        }
    });
    let n = book.steps.len();
    let next = {
        let book = book.clone();
        memo(move || {
            work.ticks
                .with(|ticks| book.steps.iter().find(|s| !ticks.contains(&s.id)).map(|s| s.title.clone()))
        })
    };
    let sections: Vec<AnyView> = book.sections.iter().map(|section| section_view(section, work)).collect();
    view! {
        <Head book=book.clone() />
        {move || incident.with(|i| i.as_ref().map(|i| i.facts.title.clone())).map(|title| {
            let route = Route::Incident(incident_id.clone());
            view! {
                <div class="note" data-tone="info">
                    <span>"For the incident " <a dir="auto" href=move || console.href(&route)>{title}</a> ": ticks go to its timeline, with who and when."</span>
                </div>
            }
        })}
        <Variables book=book.clone() work=work about=about />
        <div class="run-progress" hidden=n == 0>
            <p class="num" role="status">{move || match next.get() {
                Some(next) => format!("{} of {n} steps done · next: {next}", work.n_done()),
                None => format!("All {n} steps done"),
            }}</p>
            <progress max=n value=move || work.n_done() aria-label="Steps done"></progress>
            <button type="button" class="button" on:click=move |_| work.untick_all()>"Start over"</button>
        </div>
        <article class="panel run">{sections}</article>
        <p class="hint">{move || if work.is_for_incident() { "Ticks are in the incident's log. Values stay in this tab until it is closed." } else { "Ticks and values stay in this tab until it is closed." }}</p>
    }
}

fn section_view(section: &Section, work: Work) -> AnyView {
    // In front of the anchor, so that no heading takes the id of something else on the page.
    let id = (!section.anchor.is_empty()).then(|| format!("part-{}", section.anchor));
    let title = section.title.clone();
    let heading = match section.level {
        // The title of the page says it.
        0 | 1 => view! { <span id=id tabindex="-1"></span> }.into_any(),
        2 => view! { <h3 class="run-heading" id=id tabindex="-1">{title}</h3> }.into_any(),
        _ => view! { <h4 class="run-heading" id=id tabindex="-1">{title}</h4> }.into_any(),
    };
    // Beside the heading, for what is inside of one is read with it.
    let heading = match section.step {
        Some(step) => view! { <div class="run-step"><Tick step=step work=work /> {heading}</div> }.into_any(),
        None => heading,
    };
    view! { <section class="run-section">{heading} {blocks(&section.blocks, work)}</section> }.into_any()
}

/// Title, and what its front matter says.
#[component]
fn Head(book: Arc<Runbook>) -> impl IntoView {
    let console = use_console();
    let now = console.now.get_untracked();
    let config = console.config();
    let stale = book.stale(now).map(|age| {
        let text = format!("stale: gone through {} ago", human_duration(age));
        view! { <Chip tone="warn" word=text /> }
    });
    let updated = book.front.updated.map(|at| crate::domain::zone::Offsets::utc().civil(at).full_date());
    let facts = [
        book.front.owner.clone().map(|owner| format!("Owner: {owner}")),
        updated.map(|day| format!("Gone through: {day}")),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let service = |id: &String| match config.service(id) {
        Some(service) => {
            let route = Route::Service(id.clone());
            view! { <a href=move || console.href(&route)>{service.name.clone()}</a> " " }.into_any()
        }
        None => view! { <span class="muted">{id.clone()} " (not in the configuration) "</span> }.into_any(),
    };
    let services: Vec<AnyView> = book.front.services.iter().map(service).collect();
    let notes: Vec<_> = book
        .faults()
        .take(10)
        .map(|note| view! { <li>{format!("Line {}: {}", note.line, note.text)}</li> })
        .collect();
    view! {
        <header class="run-head">
            <h2>{book.title.clone()}</h2>
            <p>
                {book.front.severity.map(|severity| view! { <SeverityTag severity=severity /> " " })}
                {stale} " " <span class="muted">{facts}</span>
            </p>
            <p>{services} {book.front.alerts.iter().map(|a| view! { <span class="label">{a.clone()}</span> }).collect::<Vec<_>>()}</p>
            {(!notes.is_empty()).then(|| view! { <div class="note" data-tone="warn"><ul>{notes}</ul></div> })}
        </header>
    }
}

/// Fields for what the commands leave open.
#[component]
fn Variables(
    book: Arc<Runbook>,
    work: Work,
    about: Memo<(Option<String>, std::collections::BTreeMap<String, String>)>,
) -> impl IntoView {
    let field = move |name: String| {
        let (shown, typed) = (name.clone(), name.clone());
        view! {
            <label class="run-field">
                <span>{name}</span>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || work.value(&shown).unwrap_or_default()
                    on:input=move |e| work.fill(&typed, event_target_value(&e))
                />
            </label>
        }
    };
    let fields: Vec<_> = book.variables.iter().take(40).cloned().map(field).collect();
    let from = move || {
        about.get().0.map(|alert| format!("Filled from the firing alert {alert}; change what is wrong."))
    };
    (!fields.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="run-values">
                <header class="panel-head"><h2 id="run-values">"Fill in"</h2></header>
                <div class="panel-body">
                    <div class="run-fields">{fields}</div>
                    <p class="row-note run-from">{from}</p>
                </div>
            </section>
        }
    })
}

//! The action items of all incidents: what is open, what is overdue, who owns it.

use super::chosen::Chosen;
use crate::browser;
use crate::console::components::{DataTable, Panel};
use crate::console::state::{Incidents, memo, use_console};
use crate::domain::incident_log::items::{csv, markdown};
use crate::domain::time::MINUTE;
use crate::model::route::Route;
use crate::model::{Feed, ITEM_COLUMNS, Items, arranged, chosen_items, item_rows, today};
use leptos::prelude::*;

#[component]
pub fn ItemsPanel(incidents: Incidents, feed: Signal<Feed>) -> impl IntoView {
    let console = use_console();
    let chosen = Chosen::new(console);
    let which = move || {
        chosen.words().iter().map(|w| Items::parse(w)).find(|i| *i != Items::Open).unwrap_or_default()
    };
    let minute = memo(move || console.now.get() / MINUTE * MINUTE);
    let items_of = move |which: Items| {
        incidents.rows.with(|rows| chosen_items(rows.as_deref().unwrap_or_default(), which, minute.get()))
    };
    let items = memo(move || items_of(which()));
    let rows = memo(move || {
        let view = console.view.get();
        let link = |id: &str| console.href(&Route::Incident(id.into()));
        arranged(items.with(|items| item_rows(items, &link)), &ITEM_COLUMNS, &view.query, &view.sort)
    });
    let names = Items::ALL.map(Items::name);
    let tab = move |own: Items| {
        let n = memo(move || items_of(own).len());
        let choose = move |_| chosen.choose(if own == Items::Open { "" } else { own.name() }, &names);
        view! {
            <button type="button" class="button" aria-pressed=move || (which() == own).to_string() on:click=choose>
                {own.title()} " " <span class="num muted">{move || n.get()}</span>
            </button>
        }
    };
    let save = move |kind: &'static str| {
        let (items, day) = (items.get_untracked(), today(console.board.now()));
        let (mime, text) = match kind {
            "md" => ("text/markdown", markdown(&items, &console.config().title)),
            _ => {
                let origin = browser::window().and_then(|w| w.location().origin().ok()).unwrap_or_default();
                let address =
                    |id: &str| format!("{origin}{}", untrack(|| console.href(&Route::Incident(id.into()))));
                ("text/csv", csv(&items, &address))
            }
        };
        browser::download(&format!("action-items-{day}.{kind}"), mime, &text);
    };
    view! {
        <Panel
            title="Action items"
            feed=feed
            aside=move || view! {
                <button type="button" class="button" aria-label="Action items as CSV" on:click=move |_| save("csv")>"CSV"</button>
                <button type="button" class="button" aria-label="Action items as Markdown" on:click=move |_| save("md")>"Markdown"</button>
            }
        >
            <div class="toggle-row" role="group" aria-label="Which action items">{Items::ALL.map(tab)}</div>
            {move || rows.with(Vec::is_empty).then(|| {
                let is_read = incidents.rows.with(Option::is_some);
                let text = if is_read { "This list is empty." } else { "Reading what this browser keeps…" };
                view! { <p class="empty-line">{text}</p> }
            })}
            <DataTable label="Action items, table" columns=&ITEM_COLUMNS rows=rows />
        </Panel>
    }
}

//! What is left to learn: the reviews of incidents by where they stand, the action items of all of them, and reports.

mod chosen;
mod items;
mod report;

use super::incidents::{Reading, StorageNotes};
use crate::console::components::{DataTable, FilterBar, Panel};
use crate::console::state::{Incidents, memo, use_console};
use crate::domain::incident_log::{Policy, ReviewStage};
use crate::domain::time::MINUTE;
use crate::model::route::Route;
use crate::model::{Feed, REVIEW_COLUMNS, arranged, n_in_stage, review_rows};
use chosen::Chosen;
use items::ItemsPanel;
use leptos::prelude::*;
use report::ReportPanel;

#[component]
pub fn ReviewsPage() -> impl IntoView {
    let console = use_console();
    let incidents = Incidents::open(console, None);
    let is_read = memo(move || incidents.rows.with(Option::is_some));
    let feed = Signal::derive(Feed::none);
    // Nothing stands there before, so that nothing moves.
    let panels = move || match is_read.get() {
        false => view! { <Reading /> }.into_any(),
        true => view! {
            <ReviewsPanel incidents=incidents feed=feed />
            <ItemsPanel incidents=incidents feed=feed />
            <ReportPanel incidents=incidents feed=feed />
        }
        .into_any(),
    };
    view! {
        <div class="page reviews-page">
            <StorageNotes incidents=incidents />
            {panels}
        </div>
    }
}

#[component]
fn ReviewsPanel(incidents: Incidents, feed: Signal<Feed>) -> impl IntoView {
    let console = use_console();
    let chosen = Chosen::new(console);
    let minute = memo(move || console.now.get() / MINUTE * MINUTE);
    let rows = memo(move || {
        let (stage, view) = (chosen.stage(), console.view.get());
        let link = |id: &str| console.href(&Route::Incident(id.into()));
        let all = incidents.rows.with(|rows| {
            let all = rows.as_deref().unwrap_or_default();
            review_rows(all, stage, &Policy::default(), minute.get(), &link)
        });
        arranged(all, &REVIEW_COLUMNS, &view.query, &view.sort)
    });
    let names = ReviewStage::ALL.map(ReviewStage::name);
    let tab = move |stage: Option<ReviewStage>| {
        let n = move || {
            incidents.rows.with(|rows| {
                let all = rows.as_deref().unwrap_or_default();
                let stages = ReviewStage::ALL.into_iter().filter(|own| stage.is_none_or(|s| s == *own));
                stages.map(|own| n_in_stage(all, own)).sum::<usize>()
            })
        };
        let choose = move |_| chosen.choose(stage.map_or("", ReviewStage::name), &names);
        view! {
            <button type="button" class="button" aria-pressed=move || (chosen.stage() == stage).to_string() on:click=choose>
                {stage.map_or("All", ReviewStage::title)} " " <span class="num muted">{n}</span>
            </button>
        }
    };
    let tabs: Vec<_> = std::iter::once(None).chain(ReviewStage::ALL.map(Some)).map(tab).collect();
    let empty = move || {
        let is_read = incidents.rows.with(Option::is_some);
        rows.with(Vec::is_empty).then(|| {
            let text = match (is_read, chosen.stage()) {
                (false, _) => "Reading what this browser keeps…",
                (true, None) => {
                    "No review matches. A SEV-1 or SEV-2 that is over is due for one; any other can have one."
                }
                (true, Some(_)) => "This list is empty.",
            };
            view! { <p class="empty-line">{text}</p> }
        })
    };
    view! {
        <Panel title="Reviews" feed=feed>
            <FilterBar name="Filter reviews and action items" label="Filter reviews and action items by words">
                <div class="toggle-row" role="group" aria-label="Which reviews">{tabs}</div>
            </FilterBar>
            {empty}
            <DataTable label="Reviews, table" columns=&REVIEW_COLUMNS rows=rows />
        </Panel>
    }
}

//! Sources that do not answer, once for the page: the panels that miss them only say that they have no data.

use super::ToneIcon;
use crate::console::state::use_console;
use crate::domain::time::human_duration;
use crate::model::Outage;
use crate::model::route::Route;
use leptos::prelude::*;

#[component]
pub fn OutageBanners() -> impl IntoView {
    let console = use_console();
    let n_sources = console.config().sources.len();
    move || {
        let outages = console.board.outages.get();
        let n_out: usize = outages.iter().map(|o| o.sources.len()).sum();
        // While something answers, the page still says something true.
        let tone = if n_out >= n_sources { "bad" } else { "warn" };
        outages.into_iter().map(|outage| banner(outage, tone)).collect::<Vec<_>>()
    }
}

fn banner(outage: Outage, tone: &'static str) -> impl IntoView {
    let console = use_console();
    let retrying = move || {
        let left = outage.next? - console.now.get();
        Some(if left > 0 {
            format!(" Retrying in {}.", human_duration(left))
        } else {
            " Retrying now.".into()
        })
    };
    view! {
        <section class="banner outage" data-tone=tone aria-label=format!("No answer from {}", outage.sources.join(", "))>
            <ToneIcon tone=tone word="Failed" />
            <span>
                <strong>{outage.sources.join(", ")} ": " {outage.error.to_string()} "."</strong>
                " " {outage.error.remedy()}
                <span class="num">{retrying}</span>
            </span>
            <span class="banner-actions">
                <button type="button" class="button" on:click=move |_| console.board.refresh_all()>"Retry"</button>
                <a class="button" href=move || console.href(&Route::Sources)>"Details"</a>
            </span>
        </section>
    }
}

//! The whole page: banner, active incidents, components, maintenance, history.

use super::components::ComponentsSection;
use super::incidents::{IncidentsSection, MaintenanceSection, PastSection};
use crate::domain::public_status::Snapshot;
use crate::domain::time::{MINUTE, Millis, ago, rfc3339};
use crate::domain::zone::Offsets;
use crate::ui::ToneIcon;
use leptos::prelude::*;
use std::sync::Arc;

/// What the page is made from; the entry keeps it up to date.
#[derive(Clone, Copy)]
pub struct PageState {
    pub snapshot: RwSignal<Option<Arc<Snapshot>>>,
    /// what failed when the page last tried, in a visitor's words
    pub problem: RwSignal<Option<String>>,
    pub now: RwSignal<Millis>,
    pub zone: StoredValue<Offsets>,
    pub zone_name: StoredValue<String>,
}

/// Data older than this is told loudly.
const OLD: Millis = 15 * MINUTE;

#[component]
pub fn StatusPage(state: PageState) -> impl IntoView {
    view! {
        <header class="status-head">
            <div>
                <p class="status-brand">{move || state.snapshot.get().map(|s| s.name.clone())}</p>
                <p class="muted">{move || state.snapshot.get().map(|s| s.description.clone())}</p>
            </div>
        </header>
        <main class="status-main" id="main">
            <OldNote state=state />
            {move || match state.snapshot.get() {
                None => view! { <Nothing state=state /> }.into_any(),
                Some(snapshot) => view! { <Body snapshot=snapshot state=state /> }.into_any(),
            }}
        </main>
        // Only below something: a footer that is pushed down is a page that jumps.
        <Show when=move || state.snapshot.get().is_some()>
            <Foot state=state />
        </Show>
    }
}

#[component]
fn Foot(state: PageState) -> impl IntoView {
    view! {
        <footer class="status-foot">
            <p>{move || format!("Times in {}.", state.zone_name.get_value())} " Uptime is measured; days without data are shown as such and not counted."</p>
            <p>"As data: " <a href="api/v2/summary.json" rel="external">"summary"</a> ", " <a href="api/v2/incidents.json" rel="external">"incidents"</a> ", " <a href="api/v2/uptime.json" rel="external">"uptime"</a></p>
        </footer>
    }
}

#[component]
fn Nothing(state: PageState) -> impl IntoView {
    move || match state.problem.get() {
        None => view! { <p class="boot" role="status">"Loading the status…"</p> }.into_any(),
        Some(problem) => view! {
            <section class="banner" data-tone="unknown" role="alert">
                <ToneIcon tone="unknown" word="" />
                <div>
                    <h1>"The status cannot be shown"</h1>
                    <p>{problem} " The page tries again by itself."</p>
                </div>
            </section>
        }
        .into_any(),
    }
}

/// Says when what is shown may no longer be true.
#[component]
fn OldNote(state: PageState) -> impl IntoView {
    let text = Memo::new(move |_| {
        let snapshot = state.snapshot.get()?;
        let age = snapshot.updated.map(|u| state.now.get() - u);
        match (state.problem.get(), age) {
            (Some(problem), age) => {
                let from = age.map(|a| format!(" What you see is from {}.", ago(a))).unwrap_or_default();
                Some(format!("{problem}{from}"))
            }
            (None, Some(age)) if age > OLD => {
                Some(format!("This information is from {}. It may be out of date.", ago(age)))
            }
            _ => None,
        }
    });
    view! {
        <Show when=move || text.get().is_some()>
            <p class="note" data-tone="warn" role="status">
                <ToneIcon tone="warn" word="Attention" />
                <span>{move || text.get()}</span>
            </p>
        </Show>
    }
}

#[component]
fn Body(snapshot: Arc<Snapshot>, state: PageState) -> impl IntoView {
    let (words, tone) = snapshot.overall();
    let updated = snapshot.updated;
    view! {
        <section class="banner" data-tone=tone>
            <ToneIcon tone=tone word="" />
            <div>
                <h1>{words}</h1>
                <p class="muted">
                    {updated.map(|at| view! {
                        "Updated "
                        <time datetime=rfc3339(at) title=rfc3339(at)>{move || ago((state.now.get() - at).max(0))}</time>
                    })}
                </p>
            </div>
        </section>
        <IncidentsSection snapshot=snapshot.clone() state=state />
        <ComponentsSection snapshot=snapshot.clone() />
        <MaintenanceSection snapshot=snapshot.clone() state=state />
        <PastSection snapshot=snapshot state=state />
    }
}

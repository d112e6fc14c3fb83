//! One incident: what it is, what is due, what to do next, who said what where, and what was learnt.

mod acknowledge;
mod evidence;
mod facts;
mod header;
mod messages;
mod more;
mod review;
mod room;
mod templates;
mod timeline;

use super::incidents::{SharingNote, StorageNotes};
use crate::config::Capability;
use crate::console::components::Later;
use crate::console::parts::use_parts;
use crate::console::state::{Incidents, is_of_demo, memo, use_alerts, use_console};
use crate::domain::incident_log::{Event, Moment, New};
use crate::model::route::Route;
use crate::model::{ended_links, page_title};
use acknowledge::{AckAlerts, AckAlertsDialog};
pub use evidence::EvidencePanels;
use facts::FactsPanel;
use header::Header;
use leptos::prelude::*;
use messages::MessagesPanel;
use more::MorePanel;
use review::ReviewPanel;
pub use room::Room;
use timeline::TimelinePanel;

#[component]
pub fn IncidentPage() -> impl IntoView {
    let console = use_console();
    let id = memo(move || match console.route.get() {
        Some(Route::Incident(id)) => id,
        _ => String::new(),
    });
    // Another incident is another page.
    move || view! { <OneIncident id=id.get() /> }
}

#[component]
fn OneIncident(id: String) -> impl IntoView {
    let console = use_console();
    let incidents = Incidents::open(console, Some(id.clone()));
    let shared = id.clone();
    let room = Room::new(console, incidents, id);
    let is_there = memo(move || incidents.log.with(|log| log.as_ref().map(Option::is_some)));
    keep_up(room);
    // What another system pages for has code of its own, and so has the evidence.
    provide_context(room);
    let parts = use_parts();
    let evidence = parts.evidence;
    let has_pager = console.config().sources.iter().any(|s| s.kind.can(Capability::Paging));
    let ack = AckAlerts::new(room);
    view! {
        <div class="page incident-page">
            <StorageNotes incidents=incidents />
            <SharingNote incidents=incidents id=Some(shared) />
            <DemoNote room=room />
            {move || match is_there.get() {
                None => view! { <p class="muted" role="status">"Loading…"</p> }.into_any(),
                Some(false) => view! { <Unknown /> }.into_any(),
                Some(true) => view! {
                    <Header room=room ack=ack />
                    <div class="incident-columns">
                        <div class="incident-column">
                            <FactsPanel room=room ack=ack />
                            {has_pager.then(|| view! { <Later part=parts.incident_pages /> })}
                            <MessagesPanel room=room />
                        </div>
                        <div class="incident-column">
                            <TimelinePanel room=room />
                        </div>
                    </div>
                    <Later part=evidence />
                    <ReviewPanel room=room />
                    <MorePanel room=room />
                    <AckAlertsDialog room=room ack=ack />
                }.into_any(),
            }}
        </div>
    }
}

/// Said of an incident that is nobody's own.
#[component]
fn DemoNote(room: Room) -> impl IntoView {
    let is_demo = room.id.with_value(|id| is_of_demo(room.console, id));
    is_demo.then(|| view! {
        <div class="note incident-note" data-tone="info">
            <span>"This incident is part of the demo. What you enter stays until the page is closed or loaded again."</span>
        </div>
    })
}

#[component]
fn Unknown() -> impl IntoView {
    let console = use_console();
    view! {
        <section class="panel"><div class="panel-body">
            <h2>"No such incident"</h2>
            <p>"This browser has no incident of this name. Whoever has it can export its file, which you import there: "
                <a href=move || console.href(&Route::Incidents)>"all incidents"</a> "."</p>
        </div></section>
    }
}

/// What the page does by itself: the title of its tab, and what its alerts do.
fn keep_up(room: Room) {
    let (console, alerts) = (use_console(), use_alerts());
    let title = memo(move || {
        let now = console.now.get();
        room.incident.with(|i| i.as_ref().map(|i| room.policy(|p| page_title(&i.facts, p, now))))
    });
    Effect::new(move |_| console.tab_title.set(title.get()));
    on_cleanup(move || console.tab_title.set(None));
    let ended = memo(move || {
        room.incident.with(|i| {
            i.as_ref().map(|i| alerts.alerts.with(|all| ended_links(&i.facts, all))).unwrap_or_default()
        })
    });
    Effect::new(move |_| {
        let ended = ended.get();
        if !ended.is_empty() {
            room.enter(ended.into_iter().map(|(event, at)| New::at(event, at)).collect());
        }
    });
    let resolves = memo(move || {
        let at = room.incident.with(|i| i.as_ref().and_then(|i| i.facts.resolves_at()))?;
        (console.now.get() >= at).then_some(at)
    });
    Effect::new(move |_| {
        if let Some(at) = resolves.get() {
            room.enter(vec![New::at(Event::Reached { moment: Moment::Resolved }, at)]);
        }
    });
}

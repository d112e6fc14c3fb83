//! Firing alerts that belong together, each group one press away from being an incident.

use crate::console::components::{Panel, SeverityTag, When};
use crate::console::state::{Incidents, memo, use_alerts, use_console};
use crate::domain::order::Order as _;
use crate::model::route::Route;
use crate::model::{Proposal, proposals};
use leptos::prelude::*;

/// More proposals than this are counted.
const MOST: usize = 8;

#[component]
pub fn ProposedPanel(incidents: Incidents) -> impl IntoView {
    let (console, state) = (use_console(), use_alerts());
    let all = memo(move || {
        let known = incidents.rows.get();
        let mut all =
            state.alerts.with(|alerts| proposals(alerts, &known.unwrap_or_default(), &console.config()));
        // Whoever came from an alert wants what it proposes.
        let wanted = console.view.get().id;
        let is_wanted = |p: &Proposal| p.alerts.iter().any(|a| Some(a.fingerprint()) == wanted);
        if wanted.is_some() {
            all.order_by_key(|p| !is_wanted(p));
        }
        all
    });
    let declare = move |proposal: &Proposal| {
        let declaration = proposal.declaration();
        let id = incidents.declare(&declaration.title, declaration.entries(console.board.now()));
        console.go(&Route::Incident(id));
    };
    let line = move |(i, proposal): (usize, Proposal)| {
        let title = proposal.title();
        let label = format!("Declare an incident: {title}");
        let names: Vec<String> = proposal.alerts.iter().take(4).filter_map(|a| a.summary.clone()).collect();
        let count = proposal.alerts.len();
        view! {
            <li class="proposal">
                {match proposal.severity() {
                    Some(severity) => view! { <SeverityTag severity=severity /> }.into_any(),
                    None => view! { <span class="severity" data-severity="unknown">"No severity"</span> }.into_any(),
                }}
                <div class="proposal-text">
                    <p dir="auto"><strong>{title}</strong></p>
                    <p class="muted">
                        {if count == 1 { "1 alert".to_string() } else { format!("{count} alerts") }}
                        {proposal.started().map(|at| view! { ", since " <When at=at /> })}
                        {(!names.is_empty()).then(|| view! { <span dir="auto">" · " {names.join(" · ")}</span> })}
                    </p>
                </div>
                <button type="button" class="button" aria-label=label id=(i == 0).then_some("key-f") title=(i == 0).then_some("f")
                    on:click=move |_| declare(&proposal)>"Declare"</button>
            </li>
        }
    };
    let none = move || {
        all.with(Vec::is_empty).then(|| {
            let text = if state.certain.get() {
                "No alert fires that is not part of an open incident."
            } else {
                "No firing alert is known. Not every source of alerts answers."
            };
            view! { <p class="empty-line no-proposal">{text}</p> }
        })
    };
    view! {
        <Panel title="Proposed from alerts" feed=state.feed>
            {none}
            <ul class="plain-list">
                {move || all.get().into_iter().take(MOST).enumerate().map(line).collect::<Vec<_>>()}
            </ul>
            {move || {
                let more = all.with(Vec::len).saturating_sub(MOST);
                (more > 0).then(|| view! { <p class="muted">{format!("and {more} more")}</p> })
            }}
        </Panel>
    }
}

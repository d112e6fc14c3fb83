//! All alerts: search, filter, sort, group; what fired together, rules, silences, and how to be told.

mod acknowledge;
mod attention;
mod details;
mod filters;
mod rules;
mod silence_button;
mod silence_form;
mod silences;
mod table;
mod together;

use crate::console::components::{AckDialog, Panel, RevealedPage};
use crate::console::state::{AlertsState, memo, use_acks, use_alerts, use_console};
use crate::domain::alert::State;
use crate::model::{AlertFilter, AlertGroup, grouped, rows, strips};
use crate::poll::Condition;
use acknowledge::{Acknowledging, ActiveCounter, ManyButtons};
use attention::AttentionPanel;
use details::{AlertDetails, Chosen};
use filters::Filters;
use leptos::prelude::*;
use rules::RulesPanel;
use silence_form::{SilenceDialog, SilenceForm};
use silences::Silences;
use table::AlertTable;
use together::TogetherPanel;

/// Whether any list of alerts was read: before that neither a number nor "none" can be said.
fn is_read(state: &AlertsState) -> bool {
    matches!(state.feed.get().condition, Condition::Fresh | Condition::Stale)
}

#[component]
pub fn AlertsPage() -> impl IntoView {
    let console = use_console();
    let state = use_alerts();
    let form = SilenceForm::new();
    provide_context(form);
    let acknowledging = Acknowledging::new(use_acks());
    provide_context(acknowledging);
    provide_context(Chosen(RwSignal::new(None)));
    // Made when alerts change, so that typing only compares.
    let all = memo(move || rows(&state.alerts.get()));
    let strips = memo(move || strips(&state.alerts.get(), state.clock.get_untracked()));
    let filter = memo(move || {
        let view = console.view.get();
        AlertFilter {
            // Whoever looks for something sees each firing.
            folds: view.query.is_empty() && view.states.is_empty() && view.sort.is_empty(),
            query: view.query,
            states: State::ALL
                .into_iter()
                .filter(|s| view.states.split(',').any(|n| n == s.name()))
                .collect(),
            group: view.group,
            sort: view.sort,
        }
    });
    let groups = memo(move || grouped(&all.get(), &filter.get(), state.clock.get_untracked()));
    let n_shown = memo(move || {
        let in_group = |g: &AlertGroup| g.alerts.iter().map(|r| 1 + r.n_folded).sum::<usize>();
        groups.with(|all| all.iter().map(in_group).sum::<usize>())
    });
    Effect::new(move |before: Option<AlertFilter>| {
        let filter = filter.get();
        if before.is_some_and(|before| before != filter) {
            console.announce(&format!("{} of {} alerts", n_shown.get_untracked(), all.get_untracked().len()));
        }
        filter
    });
    view! {
        <RevealedPage feeds=vec![state.feed]>
            <Panel
                title="Alerts"
                feed=state.feed
                aside=move || view! { <span class="num muted">{move || is_read(&state).then(|| format!("{} of {}", n_shown.get(), all.get().len()))}</span> }
            >
                <Filters alerts=state.alerts known=Signal::derive(move || is_read(&state)) />
                {move || (n_shown.get() == 0 && is_read(&state)).then(|| {
                    let text = if !all.get().is_empty() {
                        "No alerts match the filter."
                    } else if state.certain.get() {
                        "No active alerts, and none in the last 24 hours."
                    } else {
                        "Alerts not known: not every alert source responds."
                    };
                    view! { <p class="empty-line">{text}</p> }
                })}
                <ManyButtons groups=groups acknowledging=acknowledging />
                <ActiveCounter state=state acks=acknowledging.acks />
                <AlertTable groups=groups strips=strips />
            </Panel>
            <div class="columns">
                <TogetherPanel state=state />
                <Silences form=form />
            </div>
            <RulesPanel />
            <AttentionPanel />
            <AlertDetails groups=groups all=all strips=strips />
            <SilenceDialog form=form />
            <AckDialog form=acknowledging.form />
        </RevealedPage>
    }
}

//! One alert beside the list: what it is about, where to look, what to do.

use super::acknowledge::AckButton;
use super::silence_button::SilenceButton;
use crate::console::components::{Chip, Facts, FiringStrip, SidePanel, When, alert_severity, alert_tone};
use crate::console::state::{memo, use_console};
use crate::domain::alert::Alert;
use crate::domain::time::{HOUR, human_duration};
use crate::model::route::Route;
use crate::model::{AlertGroup, AlertRow, Strips, configured_service, spans_of};
use crate::poll::Span;
use leptos::prelude::*;
use std::sync::Arc;

/// The row that is looked at, by its id.
#[derive(Clone, Copy)]
pub struct Chosen(pub RwSignal<Option<String>>);

#[component]
pub fn AlertDetails(
    groups: Memo<Vec<AlertGroup>>,
    /// also those that are folded away
    all: Memo<Vec<Arc<AlertRow>>>,
    strips: Memo<Strips>,
) -> impl IntoView {
    let Chosen(chosen) = expect_context();
    let rows = memo(move || groups.get().into_iter().flat_map(|g| g.alerts).collect::<Vec<Arc<AlertRow>>>());
    let row = memo(move || {
        let id = chosen.get()?;
        rows.with(|all| all.iter().find(|r| r.id == id).cloned())
    });
    let step = move |is_forward: bool| {
        let next = rows.with_untracked(|all| {
            let id = chosen.get_untracked()?;
            let at = all.iter().position(|r| r.id == id)?;
            let next = if is_forward { at + 1 } else { at.checked_sub(1)? };
            Some(all.get(next)?.id.clone())
        });
        if next.is_some() {
            chosen.set(next);
        }
    };
    let content = move || {
        let row = row.get()?;
        let others = all.with_untracked(|all| {
            let is_same = |r: &&Arc<AlertRow>| r.alert.name == row.alert.name && r.id != row.id;
            all.iter().filter(is_same).map(|r| r.alert.clone()).collect::<Vec<_>>()
        });
        Some(details(&row.alert, others, strips))
    };
    let is_open = memo(move || row.get().is_some());
    view! {
        <SidePanel label="Alert" is_open=Signal::from(is_open) on_close=move |()| chosen.set(None) on_step=step>
            {content}
        </SidePanel>
    }
}

fn details(alert: &Alert, others: Vec<Alert>, strips: Memo<Strips>) -> AnyView {
    let console = use_console();
    let spans = {
        let alert = alert.clone();
        memo(move || strips.with(|all| spans_of(all, &alert)))
    };
    let lasted = alert.duration(console.now.get()).map(human_duration);
    let facts = vec![
        ("Started", alert.started.map(|at| console.time_title(at))),
        ("Lasted", lasted),
        ("Source", Some(alert.source.clone())),
        ("Silenced by", alert.silence.clone()),
        ("Muted by", alert.muted_by.clone()),
        ("Ended", alert.ended_because.clone()),
    ];
    let labels: Vec<_> =
        alert.labels.iter().map(|(n, v)| view! { <span class="label">{format!("{n}={v}")}</span> }).collect();
    let service = configured_service(alert, &console.config()).map(|id| {
        let now = console.now.get_untracked();
        let start = alert.started.unwrap_or(now) - HOUR;
        let span = Span::Between(start, alert.ended.map_or(now, |end| (end + HOUR).min(now)));
        let href = console.href_at(&Route::Service(id), span);
        view! { <a class="button primary" href=href>"Service at that time"</a> }
    });
    let runbook = alert.runbook_url.as_deref().and_then(|url| console.runbook_link(url)).map(|link| {
        let (rel, target) = link.rel_and_target();
        view! { <a class="button" href=move || link.href(console) rel=rel target=target>"Runbook"</a> }
    });
    let earlier = (!others.is_empty()).then(|| {
        let line = |a: Alert| {
            let lasted = a.duration(console.now.get_untracked()).map(human_duration);
            let subject = a.subject().map(ToString::to_string);
            view! { <li>{a.started.map(|at| view! { <When at=at /> })} " " <span class="muted num">{lasted}</span> " " {subject}</li> }
        };
        let n = others.len();
        view! {
            <h3 class="list-head">{format!("Also in the last 24 h ({n})")}</h3>
            <ul class="plain-list">{others.into_iter().take(20).map(line).collect::<Vec<_>>()}</ul>
        }
    });
    view! {
        <h2>{alert.name.clone()}</h2>
        <p class="side-panel-state">{alert_severity(alert)} <Chip tone=alert_tone(alert.state) word=alert.state.title() /></p>
        <p>{alert.summary.clone()}</p>
        <div class="action-buttons">{service} {runbook} <AckButton alert=alert.clone() /> <SilenceButton alert=alert.clone() /></div>
        <Facts facts=facts />
        <div class="strip-cell"><FiringStrip spans=spans name=alert.name.clone() /></div>
        <h3 class="list-head">"Labels"</h3>
        <p>{labels}</p>
        {earlier}
    }
    .into_any()
}

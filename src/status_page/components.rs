//! Components in their groups, each with its daily bars and uptime.

use crate::domain::format::availability;
use crate::domain::public_status::{Component, Snapshot, UptimeHistory};
use crate::domain::uptime::DayCell;
use crate::ui::{ToneIcon, UptimeBars};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn ComponentsSection(snapshot: Arc<Snapshot>) -> impl IntoView {
    let groups = grouped(&snapshot.components);
    if groups.is_empty() {
        return view! { <p class="empty-line">"No components are listed."</p> }.into_any();
    }
    let group = |(title, components): (Option<String>, Vec<Component>)| {
        let rows: Vec<_> = components
            .into_iter()
            .map(|c| {
                let history = snapshot.uptime.iter().find(|h| h.component_id == c.id).cloned();
                view! { <Row component=c history=history /> }
            })
            .collect();
        view! {
            <div class="component-group">
                {title.map(|t| view! { <h3>{t}</h3> })}
                <ul>{rows}</ul>
            </div>
        }
    };
    view! {
        <section aria-labelledby="components">
            <h2 id="components">"Components"</h2>
            {groups.into_iter().map(group).collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}

/// In the order given; those without a group stand where they first occur.
fn grouped(components: &[Component]) -> Vec<(Option<String>, Vec<Component>)> {
    let mut groups: Vec<(Option<String>, Vec<Component>)> = Vec::new();
    for component in components {
        match groups.iter_mut().find(|(title, _)| *title == component.group) {
            Some((_, members)) => members.push(component.clone()),
            None => groups.push((component.group.clone(), vec![component.clone()])),
        }
    }
    groups
}

#[component]
fn Row(component: Component, history: Option<UptimeHistory>) -> impl IntoView {
    let status = component.status;
    view! {
        <li class="component">
            <div class="component-head">
                <span class="component-name">{component.name.clone()}</span>
                <span class="component-status" data-tone=status.tone()>
                    <ToneIcon tone=status.tone() word="" />
                    {status.title()}
                </span>
            </div>
            {component.description.clone().map(|d| view! { <p class="muted component-about">{d}</p> })}
            {history.map(|h| bars(&component.name, &h))}
        </li>
    }
}

fn bars(name: &str, history: &UptimeHistory) -> impl IntoView + use<> {
    let measured = history.days.iter().filter(|(_, up)| up.is_some()).count();
    let n = history.days.len();
    let cells: Vec<DayCell> = history.days.iter().map(|(date, up)| DayCell::new(*up, date)).collect();
    let mean = history.mean().map_or_else(|| "no data".to_string(), availability);
    let note = if measured == n {
        format!("over {n} days")
    } else {
        format!("over the {measured} measured of {n} days")
    };
    view! {
        <UptimeBars name=name.to_string() days=cells />
        <p class="bars-scale muted"><span>{format!("{n} days ago")}</span><span class="num">{mean} " " {note}</span><span>"today"</span></p>
    }
}

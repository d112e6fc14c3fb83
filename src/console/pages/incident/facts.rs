//! Who does what, what is affected, how many feel it, and the alerts behind it.

use super::acknowledge::AckAlerts;
use super::room::Room;
use crate::browser;
use crate::console::components::{Panel, When};
use crate::console::pages::incidents::AuthorField;
use crate::console::state::{RunbookLink, memo, use_alerts, use_console};
use crate::domain::alert::State;
use crate::domain::incident_log::{Event, LinkedAlert, Role};
use crate::model::{Feed, link_of};
use leptos::prelude::*;

#[component]
pub fn FactsPanel(room: Room, ack: AckAlerts) -> impl IntoView {
    let is_nameless = memo(move || room.incidents.author.with(String::is_empty));
    view! {
        <Panel title="Now" feed=Signal::derive(Feed::none)>
            <Show when=move || is_nameless.get()>
                <div class="update-form"><AuthorField incidents=room.incidents /></div>
            </Show>
            <Roles room=room />
            <Services room=room />
            <Impact room=room />
            <Runbook room=room />
            <Alerts room=room ack=ack />
        </Panel>
    }
}

#[component]
fn Roles(room: Room) -> impl IntoView {
    let one = move |role: Role| {
        let person = memo(move || room.with(|i| i.facts.roles.get(&role).cloned().unwrap_or_default()));
        let set = move |person: String| {
            if person.trim() != person_of(room, role) {
                room.enter_one(Event::Role { role, person: person.trim().into() });
            }
        };
        let take = move |_| {
            let me = room.incidents.author.get_untracked();
            if me.is_empty() { browser::focus("role-commander") } else { set(me) }
        };
        view! {
            <div class="fact-row">
                <label for=format!("role-{}", role.title().to_lowercase())>{role.title()}</label>
                <input type="text" maxlength="80" placeholder="nobody" dir="auto" id=format!("role-{}", role.title().to_lowercase())
                    prop:value=move || person.get() on:change=move |e| set(event_target_value(&e)) />
                <button type="button" class="button" aria-label=format!("Take the role: {}", role.title()) on:click=take>"Take"</button>
            </div>
        }
    };
    view! { <div class="fact-rows">{Role::ALL.map(one)}</div> }
}

fn person_of(room: Room, role: Role) -> String {
    room.now_with(|i| i.facts.roles.get(&role).cloned().unwrap_or_default())
}

#[component]
fn Services(room: Room) -> impl IntoView {
    let console = use_console();
    let name = StoredValue::new_local(room.service_name());
    let affected = memo(move || room.with(|i| i.facts.services.iter().cloned().collect::<Vec<_>>()));
    let one = move |service: String| {
        let shown = name.with_value(|name| name(&service));
        let label = format!("Not affected: {shown}");
        view! {
            <li class="label" dir="auto">{shown} " "
                <button type="button" class="plain-button" aria-label=label on:click=move |_| room.enter_one(Event::Service { service: service.clone(), affected: false })>"×"</button>
            </li>
        }
    };
    let config = console.config();
    let options: Vec<_> = config
        .services
        .iter()
        .map(|s| view! { <option value=s.id.clone()>{s.name.clone()}</option> })
        .collect();
    let add = move |e: leptos::ev::Event| {
        let service = event_target_value(&e);
        if !service.is_empty() {
            room.enter_one(Event::Service { service, affected: true });
        }
    };
    view! {
        <h3 class="list-head">"Affected services"</h3>
        <ul class="plain-list label-list">{move || affected.get().into_iter().map(one).collect::<Vec<_>>()}</ul>
        <label class="select"><span class="sr">"Add an affected service"</span>
            <select on:change=add prop:value=move || { affected.track(); String::new() }><option value="">"Add a service…"</option>{options}</select>
        </label>
    }
}

#[component]
fn Impact(room: Room) -> impl IntoView {
    let text = memo(move || room.with(|i| i.facts.impact.clone()));
    let count = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let users = memo(move || room.with(|i| i.facts.users).map(|n| n.to_string()).unwrap_or_default());
    let requests = memo(move || count(room.with(|i| i.facts.requests)));
    let enter = move |new_text: Option<String>, new_users: Option<String>, new_requests: Option<String>| {
        // What is no number is none that is known.
        let number = |typed: String| typed.trim().replace([' ', '\u{a0}', '\'', '_'], "").parse().ok();
        let before = room.now_with(|i| (i.facts.impact.clone(), i.facts.users, i.facts.requests));
        let after = (
            new_text.unwrap_or_else(|| before.0.clone()),
            new_users.map_or(before.1, number),
            new_requests.map_or(before.2, number),
        );
        if before != after {
            let (text, users, requests) = after;
            // What a person changed is no estimate any more.
            let estimate = match before.1 == users && before.2 == requests {
                true => room.now_with(|i| i.facts.estimate.clone()),
                false => String::new(),
            };
            room.enter_one(Event::Impact { text, users, requests, estimate });
        }
    };
    view! {
        <h3 class="list-head">"Impact"</h3>
        <div class="update-form">
            <label>"What users notice"
                <input type="text" maxlength="200" dir="auto" prop:value=move || text.get() on:change=move |e| enter(Some(event_target_value(&e)), None, None) />
            </label>
            <div class="fact-pair">
                <label>"Users" <input type="text" inputmode="numeric" placeholder="not known" prop:value=move || users.get() on:change=move |e| enter(None, Some(event_target_value(&e)), None) /></label>
                <label>"Failed requests" <input type="text" inputmode="numeric" placeholder="not known" prop:value=move || requests.get() on:change=move |e| enter(None, None, Some(event_target_value(&e))) /></label>
            </div>
        </div>
    }
}

#[component]
fn Runbook(room: Room) -> impl IntoView {
    let runbook = memo(move || room.with(|i| i.facts.runbook.clone()));
    let console = use_console();
    let link = move || {
        // One of ours knows the incident: its steps go to the timeline.
        let link = console.runbook_link(&runbook.get())?;
        let (rel, target) = link.rel_and_target();
        let href = match &link {
            RunbookLink::Own(route) => room.id.with_value(|id| console.runbook_href(route, id)),
            other => other.href(console),
        };
        Some(
            view! { <a class="button" id="key-b" title="b" href=href rel=rel target=target>"Open the runbook"</a> },
        )
    };
    let offered = console.config().runbooks.clone();
    let offered: Vec<_> = offered.into_iter().map(|path| view! { <option value=path></option> }).collect();
    let set = move |e: leptos::ev::Event| {
        let runbook = event_target_value(&e).trim().to_string();
        room.enter_one(Event::Runbook { runbook });
    };
    view! {
        <h3 class="list-head">"Runbook"</h3>
        <div class="fact-row">
            <label class="sr" for="runbook">"Address or path of the runbook"</label>
            <input type="text" id="runbook" list="runbooks-known" placeholder="https://…, or a path" prop:value=move || runbook.get() on:change=set />
            <datalist id="runbooks-known">{offered}</datalist>
            {link}
        </div>
    }
}

#[component]
fn Alerts(room: Room, ack: AckAlerts) -> impl IntoView {
    let state = use_alerts();
    let linked = memo(move || room.with(|i| i.facts.alerts.clone()));
    let others = memo(move || {
        let linked = linked.get();
        let known = |f: &str| linked.iter().any(|l| l.fingerprint == f);
        state.alerts.with(|all| {
            let firing = all.iter().filter(|a| {
                matches!(a.state, State::Firing | State::Acknowledged) && !a.fingerprints().any(|f| known(&f))
            });
            firing
                .take(50)
                .map(|a| (link_of(a), a.subject().unwrap_or_default().to_string()))
                .collect::<Vec<_>>()
        })
    });
    let one = move |alert: LinkedAlert| {
        let fingerprint = alert.fingerprint.clone();
        let note = move || ack.note(&fingerprint);
        let end = match alert.ended {
            Some(at) => view! { "over since " <When at=at /> }.into_any(),
            None => "firing".into_any(),
        };
        view! { <li dir="auto">{alert.name} <span class="muted">" · " {alert.starts_at.map(|at| view! { "since " <When at=at /> " · " })} {end}</span> {note}</li> }
    };
    let add = move |e: leptos::ev::Event| {
        let chosen: Option<usize> = event_target_value(&e).parse().ok();
        if let Some((link, _)) = chosen.and_then(|i| others.get_untracked().get(i).cloned()) {
            room.enter_one(Event::Alert(link));
        }
    };
    let options = move || {
        let option = |(i, (link, about)): (usize, (crate::domain::incident_log::AlertLink, String))| {
            view! { <option value=i.to_string()>{format!("{} {about}", link.name)}</option> }
        };
        others.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let auto = memo(move || room.with(|i| i.facts.auto_resolve));
    view! {
        <h3 class="list-head">"Alerts"</h3>
        <ul class="plain-list">{move || linked.get().into_iter().map(one).collect::<Vec<_>>()}</ul>
        <Show when=move || !others.with(Vec::is_empty)>
            <label class="select"><span class="sr">"Add a firing alert"</span>
                <select on:change=add prop:value=move || { linked.track(); String::new() }><option value="">"Add a firing alert…"</option>{options}</select>
            </label>
        </Show>
        <Show when=move || !linked.with(Vec::is_empty)>
            <label class="choice">
                <input type="checkbox" prop:checked=move || auto.get() on:change=move |e| room.enter_one(Event::AutoResolve { on: event_target_checked(&e) }) />
                <span>"Resolve by itself 5 minutes after the last of them is over " <span class="row-note">"While this page is open somewhere; it says so before."</span></span>
            </label>
        </Show>
    }
}

//! The fields of a public update.

use super::preview::sentence;
use super::typed::Typed;
use crate::config::PublicComponent;
use crate::domain::public::{ComponentStatus, Phase};
use crate::model::Loaded;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const STATES: [(&str, Option<ComponentStatus>); 5] = [
    ("Not affected", None),
    ("Degraded performance", Some(ComponentStatus::Degraded)),
    ("Partial outage", Some(ComponentStatus::PartialOutage)),
    ("Major outage", Some(ComponentStatus::MajorOutage)),
    ("Under maintenance", Some(ComponentStatus::Maintenance)),
];

const OF_INCIDENTS: [Phase; 5] =
    [Phase::Investigating, Phase::Identified, Phase::Monitoring, Phase::Resolved, Phase::Postmortem];
const OF_MAINTENANCE: [Phase; 5] =
    [Phase::Scheduled, Phase::InProgress, Phase::Verifying, Phase::Completed, Phase::Cancelled];

#[component]
pub fn Form(typed: Typed, components: Vec<PublicComponent>) -> impl IntoView {
    let is_new = Memo::new(move |_| typed.existing.with(Option::is_none));
    let phases = move || match typed.is_maintenance.get() {
        true => OF_MAINTENANCE.to_vec(),
        false => OF_INCIDENTS.to_vec(),
    };
    let choose_kind = move |maintenance: bool| {
        typed.is_maintenance.set(maintenance);
        typed.phase.set(if maintenance { Phase::Scheduled } else { Phase::Investigating });
    };
    let rows = StoredValue::new(components);
    view! {
        <form class="update-form" on:submit=|event| event.prevent_default()>
            <Show when=move || is_new.get()>
                <label>"Title" <input type="text" maxlength="120" placeholder="Slow responses from the API" prop:value=move || typed.title.get() on:input=move |e| typed.title.set(event_target_value(&e)) /></label>
            </Show>
            <label>
                "State"
                <select class="select" on:change=move |e| {
                    if let Some(phase) = Phase::parse(&event_target_value(&e)) {
                        typed.phase.set(phase);
                    }
                }>
                    {move || phases().into_iter().map(|p| view! { <option value=p.name() prop:selected=move || typed.phase.get() == p>{sentence(p.name())}</option> }).collect::<Vec<_>>()}
                </select>
            </label>
            <label>
                "Message (Markdown)"
                <textarea rows="6" prop:value=move || typed.message.get() on:input=move |e| typed.message.set(event_target_value(&e))></textarea>
            </label>
            <Show when=move || is_new.get()>
                <fieldset>
                    <legend>"Components"</legend>
                    {move || rows.with_value(|all| all.iter().map(|c| component(typed, c)).collect::<Vec<_>>())}
                </fieldset>
                <label class="update-check">
                    <input type="checkbox" prop:checked=move || typed.is_maintenance.get() on:change=move |e| choose_kind(event_target_checked(&e)) />
                    " Planned maintenance"
                </label>
                <label>
                    {move || if typed.is_maintenance.get() { "Begins (UTC)" } else { "Began (UTC)" }}
                    <input type="text" prop:value=move || typed.started.get() on:input=move |e| typed.started.set(event_target_value(&e)) />
                </label>
                <Show when=move || typed.is_maintenance.get()>
                    <label>"Ends (UTC)" <input type="text" prop:value=move || typed.ends.get() on:input=move |e| typed.ends.set(event_target_value(&e)) /></label>
                </Show>
            </Show>
            <Existing typed=typed />
        </form>
    }
}

fn component(typed: Typed, component: &PublicComponent) -> impl IntoView + use<> {
    let id = component.id.clone();
    let choose = move |index: usize| {
        let state = STATES.get(index).and_then(|(_, state)| *state);
        typed.affected.update(|all| {
            all.retain(|(other, _)| *other != id);
            all.extend(state.map(|state| (id.clone(), state)));
        });
    };
    // As a draft has it, when the page is opened again.
    let chosen = {
        let id = component.id.clone();
        typed
            .affected
            .with_untracked(|all| all.iter().find(|(other, _)| *other == id).map(|(_, state)| *state))
    };
    let options: Vec<_> = STATES
        .iter()
        .enumerate()
        .map(|(i, (name, state))| view! { <option value=i.to_string() selected={*state == chosen}>{*name}</option> })
        .collect();
    view! {
        <label>
            {component.name.clone()}
            <select class="select" on:change=move |e| choose(event_target_value(&e).parse().unwrap_or(0))>{options}</select>
        </label>
    }
}

/// A file that is there already gets one more message.
#[component]
fn Existing(typed: Typed) -> impl IntoView {
    let open = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|i| i.files()).and_then(|f| f.get(0)) else { return };
        spawn_local(async move {
            if let Ok(text) = JsFuture::from(file.text()).await {
                let text = text.as_string().unwrap_or_default();
                typed.existing.set(Some(Loaded { name: file.name(), text, sha: None }));
            }
        });
    };
    view! {
        <details>
            <summary>"Continue an existing incident"</summary>
            <label>"Its file" <input type="file" accept=".md,.markdown" on:change=open /></label>
        </details>
        <Show when=move || typed.existing.with(Option::is_some)>
            <p class="muted">
                {move || typed.existing.get().map(|l| l.name)} " "
                <button type="button" class="button" on:click=move |_| typed.existing.set(None)>"Write a new one instead"</button>
            </p>
        </Show>
    }
}

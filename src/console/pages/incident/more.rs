//! What is done rarely: another title, the file, two incidents that are one, what was none, and what came back.

use super::room::Room;
use crate::browser;
use crate::console::components::Panel;
use crate::console::pages::incidents::ImportButton;
use crate::console::state::memo;
use crate::domain::incident_log::{Event, Facts, Standing, file, merged};
use crate::model::Feed;
use crate::model::route::Route;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[component]
pub fn MorePanel(room: Room) -> impl IntoView {
    let title = memo(move || room.with(|i| i.facts.title.clone()));
    let set_title = move |e| {
        let typed = event_target_value(&e).trim().to_string();
        if !typed.is_empty() && typed != title.get_untracked() {
            room.enter_one(Event::Title { title: typed });
        }
    };
    let export = move |_| {
        if let Some(log) = room.log() {
            browser::download(&file::name(&log), "application/json", &file::write(&log));
        }
    };
    let not_read = memo(move || room.with(|i| i.n_not_read));
    view! {
        <Panel title="More" feed=Signal::derive(Feed::none)>
            <div class="update-form">
                <label>"Title" <input type="text" maxlength="200" dir="auto" prop:value=move || title.get() on:change=set_title /></label>
            </div>
            <div class="report-bar">
                <button type="button" class="button" on:click=export>"Export its file"</button>
                <ImportButton incidents=room.incidents />
            </div>
            {move || (not_read.get() > 0).then(|| view! {
                <p class="muted">{format!("{} entries are of a newer version or damaged. They are kept and exported, but not shown in full.", not_read.get())}</p>
            })}
            <Standings room=room />
            <Merge room=room />
        </Panel>
    }
}

#[component]
fn Standings(room: Room) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let standing = memo(move || room.with(|i| i.facts.standing.clone()));
    let may_reopen = memo(move || standing.get() != Standing::Incident || !room.with(|i| i.facts.is_open()));
    let take = move || {
        let text = reason.get_untracked().trim().to_string();
        reason.set(String::new());
        text
    };
    let into = move || match standing.get() {
        Standing::MergedInto(id) => {
            let route = Route::Incident(id);
            Some(
                view! { <p>"Part of " <a href=move || room.console.href(&route)>"another incident"</a> ", where it goes on."</p> },
            )
        }
        _ => None,
    };
    view! {
        {into}
        <div class="update-form">
            <label>"Reason" <input type="text" maxlength="200" dir="auto" prop:value=move || reason.get() on:input=move |e| reason.set(event_target_value(&e)) /></label>
        </div>
        <div class="report-bar">
            <Show when=move || may_reopen.get()>
                <button type="button" class="button" on:click=move |_| room.enter_one(Event::Reopened { reason: take() })>"Reopen"</button>
            </Show>
            <Show when=move || standing.get() == Standing::Incident>
                <button type="button" class="button" on:click=move |_| room.enter_one(Event::Dismissed { reason: take() })>"Not an incident"</button>
            </Show>
        </div>
    }
}

/// Makes another incident a part of this one.
#[component]
fn Merge(room: Room) -> impl IntoView {
    let others = RwSignal::new(Vec::<Facts>::new());
    let chosen = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let look = move |_| {
        spawn_local(async move {
            let mut all = room.incidents.all().await;
            let own = room.id.try_get_value().unwrap_or_default();
            all.retain(|f| f.id != own && f.standing == Standing::Incident);
            others.try_set(all);
        });
    };
    let merge = move |_| {
        let id = chosen.get_untracked();
        let title = others.with_untracked(|all| all.iter().find(|f| f.id == id).map(|f| f.title.clone()));
        let (Some(title), Some(own)) = (title, room.log()) else { return };
        spawn_local(async move {
            let other = room.incidents.other(&id).await;
            // The page may be gone by now.
            if said.is_disposed() {
                return;
            }
            let Some(other) = other else {
                return said.set("The other incident cannot be read. Nothing was changed.".into());
            };
            let (here, there) = merged(&own, &other, &title);
            room.enter_one(here);
            room.incidents.enter(&id, vec![there.into()]);
            others.set(Vec::new());
            said.set(format!("{title} is part of this incident now."));
        });
    };
    let options = move || {
        others
            .get()
            .into_iter()
            .map(|f| view! { <option value=f.id.clone()>{format!("{} ({})", f.title, f.state())}</option> })
            .collect::<Vec<_>>()
    };
    view! {
        <div class="report-bar">
            <Show
                when=move || !others.with(Vec::is_empty)
                fallback=move || view! { <button type="button" class="button" on:click=look>"Merge another incident into this one…"</button> }
            >
                <label class="select">"Merge in "
                    <select on:change=move |e| chosen.set(event_target_value(&e))><option value="">"Choose…"</option>{options}</select>
                </label>
                <button type="button" class="button" disabled=move || chosen.with(String::is_empty) on:click=merge>"Merge"</button>
            </Show>
            <span class="muted" role="status">{move || said.get()}</span>
        </div>
    }
}

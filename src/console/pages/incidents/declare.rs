//! Declaring an incident by hand: a title, and how severe it is, if somebody knows.

use crate::console::state::{Incidents, use_console};
use crate::domain::incident_log::{Declaration, impact, told};
use crate::domain::severity::Severity;
use crate::model::route::Route;
use leptos::html;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct DeclareForm {
    dialog: NodeRef<html::Dialog>,
    title: RwSignal<String>,
    severity: RwSignal<Option<Severity>>,
    service: RwSignal<String>,
}

impl DeclareForm {
    pub fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            title: RwSignal::new(String::new()),
            severity: RwSignal::new(None),
            service: RwSignal::new(String::new()),
        }
    }

    pub fn open(self) {
        if let Some(dialog) = self.dialog.get_untracked().filter(|d| !d.open()) {
            dialog.show_modal().unwrap_or_default();
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }
}

#[component]
pub fn DeclareDialog(form: DeclareForm, incidents: Incidents) -> impl IntoView {
    let console = use_console();
    let declare = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let title = form.title.get_untracked();
        if title.trim().is_empty() {
            return;
        }
        let service = form.service.get_untracked();
        let declaration = Declaration {
            title,
            severity: form.severity.get_untracked(),
            services: Some(service).filter(|s| !s.is_empty()).into_iter().collect(),
            ..Declaration::default()
        };
        form.close();
        let id = incidents.declare(&declaration.title, declaration.entries(console.board.now()));
        console.go(&Route::Incident(id));
    };
    let config = console.config();
    let services: Vec<_> = config
        .services
        .iter()
        .map(|s| view! { <option value=s.id.clone()>{s.name.clone()}</option> })
        .collect();
    let choice = move |severity: Option<Severity>| {
        let (name, meaning, tells) = match severity {
            Some(s) => (s.title(), impact(s), told(s).join(", ")),
            None => ("Not assessed yet", "Triage first", "Nobody is told".into()),
        };
        view! {
            <label class="choice">
                <input type="radio" name="severity" prop:checked=move || form.severity.get() == severity on:change=move |_| form.severity.set(severity) />
                <span>{name} " " <span class="row-note">{meaning} ". " {tells} "."</span></span>
            </label>
        }
    };
    let choices: Vec<_> = std::iter::once(None).chain(Severity::ALL.map(Some)).map(choice).collect();
    view! {
        <dialog class="dialog silence-dialog" node_ref=form.dialog aria-labelledby="declare-title">
            <h2 id="declare-title">"Declare incident"</h2>
            <form class="update-form" on:submit=declare>
                <label>
                    "What is wrong"
                    <input type="text" maxlength="200" autofocus required placeholder="Checkout fails for some users" prop:value=move || form.title.get() on:input=move |e| form.title.set(event_target_value(&e)) />
                </label>
                <label>
                    "Service"
                    <select on:change=move |e| form.service.set(event_target_value(&e))>
                        <option value="">"Not known yet"</option>
                        {services}
                    </select>
                </label>
                <div role="radiogroup" aria-label="Severity" class="severity-choices">{choices}</div>
                <AuthorField incidents=incidents />
                <div class="dialog-buttons">
                    <button type="button" class="button" on:click=move |_| form.close()>"Cancel"</button>
                    <button type="submit" class="button primary">"Declare"</button>
                </div>
            </form>
        </dialog>
    }
}

/// Who writes.
#[component]
pub fn AuthorField(incidents: Incidents) -> impl IntoView {
    view! {
        <label>
            "Your name (remembered in this browser)"
            <input type="text" autocomplete="name" maxlength="80" prop:value=move || incidents.author.get() on:change=move |e| incidents.set_author(&event_target_value(&e)) />
        </label>
    }
}

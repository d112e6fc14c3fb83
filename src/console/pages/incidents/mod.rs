//! All incidents: what the alerts propose, what is open and due, what is over; declaring, importing.

mod declare;
mod import;
mod proposed;
mod sharing;
mod table;

use crate::config::Capability;
use crate::console::components::{Later, Panel};
use crate::console::parts::use_parts;
use crate::console::state::{Incidents, memo, use_console};
use crate::model::Feed;
pub use declare::AuthorField;
use declare::{DeclareDialog, DeclareForm};
pub use import::ImportButton;
use leptos::prelude::*;
use proposed::ProposedPanel;
pub use sharing::SharingNote;
use table::IncidentTable;
pub use table::{severity_tag, state_tone};

#[component]
pub fn IncidentsPage() -> impl IntoView {
    let console = use_console();
    let incidents = Incidents::open(console, None);
    let form = DeclareForm::new();
    let parts = use_parts();
    let has_pager = console.config().sources.iter().any(|s| s.kind.can(Capability::Paging));
    let policy = StoredValue::new(console.config().incidents.policy.clone());
    // The browser's own storage answers at once or says why not. Nothing stands there before, so that nothing moves.
    let is_read = memo(move || incidents.rows.with(Option::is_some));
    let nothing = Signal::derive(Feed::none);
    let list = move || {
        if !is_read.get() {
            return view! { <Reading /> }.into_any();
        }
        view! {
            <ProposedPanel incidents=incidents />
            {has_pager.then(|| view! { <Later part=parts.paged /> })}
            <Panel
                title="Incidents"
                feed=nothing
                aside=move || view! {
                    <ImportButton incidents=incidents />
                    <button id="key-d" type="button" class="button primary" title="d" on:click=move |_| form.open()>"Declare incident"</button>
                }
            >
                <IncidentTable incidents=incidents policy=policy />
            </Panel>
        }
        .into_any()
    };
    view! {
        <div class="page incidents-page">
            <StorageNotes incidents=incidents />
            <SharingNote incidents=incidents id=None />
            {list}
            <DeclareDialog form=form incidents=incidents />
        </div>
    }
}

/// What stands where incidents will be listed.
#[component]
pub fn Reading() -> impl IntoView {
    view! { <p class="muted" role="status" data-condition="loading">"Reading what this browser keeps…"</p> }
}

/// What is wrong with the place where incidents are kept, said at once.
#[component]
pub fn StorageNotes(incidents: Incidents) -> impl IntoView {
    let note = |text: String| {
        view! { <div class="note incident-note" data-tone="bad" role="alert"><span>{text}</span></div> }
    };
    let kept = move || {
        let text = "This browser keeps nothing for this page (a private window, or storage is blocked): an incident is lost \
                    when the page is closed. Export its file.";
        (incidents.is_lasting.get() == Some(false)).then(|| note(text.into()))
    };
    let fault = move || {
        incidents.fault.get().map(|fault| {
            note(format!(
                "Not read or not saved: {fault}. What you enter stays in this tab until it is closed, and is saved with the \
                 next entry that can be. Export the file to be safe."
            ))
        })
    };
    view! { {kept} {fault} }
}

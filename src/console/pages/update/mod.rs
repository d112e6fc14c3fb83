//! Writing a public update: the incident file that `fourlights publish` reads.

mod commit;
mod form;

use crate::config::{Public, Repository};
use crate::console::state::use_console;
use crate::domain::public::incident_text::{Draft, with_message};
use crate::domain::public::{ComponentStatus, Phase};
use crate::domain::time::{HOUR, Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use commit::Commit;
use form::Form;
use leptos::prelude::*;

/// What is typed. Nothing of it is lost by a failure to commit.
#[derive(Clone, Copy)]
pub struct Typed {
    /// an existing file to which the message is added; empty for a new one
    existing: RwSignal<String>,
    existing_name: RwSignal<String>,
    title: RwSignal<String>,
    is_maintenance: RwSignal<bool>,
    /// RFC 3339 in UTC
    started: RwSignal<String>,
    ends: RwSignal<String>,
    affected: RwSignal<Vec<(String, ComponentStatus)>>,
    phase: RwSignal<Phase>,
    message: RwSignal<String>,
}

/// The file as it would be written, or what is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    name: String,
    text: String,
}

impl Typed {
    fn new(now: Millis) -> Self {
        let minute = now - now.rem_euclid(60_000);
        let text = |at: Millis| RwSignal::new(crate::domain::time::rfc3339(at));
        Self {
            existing: RwSignal::new(String::new()),
            existing_name: RwSignal::new(String::new()),
            title: RwSignal::new(String::new()),
            is_maintenance: RwSignal::new(false),
            started: text(minute),
            ends: text(minute + 2 * HOUR),
            affected: RwSignal::new(Vec::new()),
            phase: RwSignal::new(Phase::Investigating),
            message: RwSignal::new(String::new()),
        }
    }

    /// `at` is the moment the message is written.
    fn file(self, at: Millis) -> Result<File, &'static str> {
        let at = at - at.rem_euclid(1000);
        let message = self.message.get();
        if message.trim().is_empty() {
            return Err("A message is missing: what visitors notice, and what is being done.");
        }
        if !self.existing.with(String::is_empty) {
            let text = with_message(&self.existing.get(), self.phase.get(), at, &message);
            return Ok(File { name: self.existing_name.get(), text });
        }
        let title = self.title.get();
        if title.trim().is_empty() {
            return Err("A title is missing, for instance: Slow responses from the API.");
        }
        let started = parse_rfc3339(&self.started.get())
            .ok_or("The beginning is no time. Write it as 2026-11-24T03:01:00Z.")?;
        let window = match self.is_maintenance.get() {
            false => None,
            true => {
                let end = parse_rfc3339(&self.ends.get()).filter(|end| *end > started);
                let end =
                    end.ok_or("The end is no time after the beginning. Write it as 2026-11-24T05:00:00Z.")?;
                Some(Bounds { start: started, end })
            }
        };
        let draft = Draft {
            title,
            started,
            window,
            affected: self.affected.get(),
            phase: self.phase.get(),
            at,
            message,
        };
        Ok(File { name: draft.file_name(), text: draft.text() })
    }
}

#[component]
pub fn UpdatePage() -> impl IntoView {
    let console = use_console();
    let Some(public) = console.config().public.clone() else {
        return view! {
            <section class="panel" aria-labelledby="no-page">
                <header class="panel-head"><h2 id="no-page">"No public page"</h2></header>
                <div class="panel-body"><p>"The configuration has no public part. Add $.public with an address and components; docs/public-page.md says how."</p></div>
            </section>
        }
        .into_any();
    };
    view! { <Writing public=public /> }.into_any()
}

#[component]
fn Writing(public: Public) -> impl IntoView {
    let console = use_console();
    let typed = Typed::new(console.now.get_untracked());
    let file = Memo::new(move |_| typed.file(console.now.get()));
    let repository: Option<Repository> = public.repository.clone();
    view! {
        <div class="update-page">
            <section class="panel" aria-labelledby="write">
                <header class="panel-head"><h2 id="write">"What visitors are told"</h2></header>
                <div class="panel-body"><Form typed=typed components=public.components.clone() /></div>
            </section>
            <section class="panel" aria-labelledby="file">
                <header class="panel-head"><h2 id="file">"The file"</h2></header>
                <div class="panel-body">
                    {move || match file.get() {
                        Ok(file) => view! {
                            <p class="muted">{file.name}</p>
                            <pre class="update-preview" tabindex="0" aria-label="The file's text">{file.text}</pre>
                        }.into_any(),
                        Err(what) => view! { <p class="empty-line">{what}</p> }.into_any(),
                    }}
                    <Commit file=file typed=typed repository=repository />
                </div>
            </section>
        </div>
    }
}

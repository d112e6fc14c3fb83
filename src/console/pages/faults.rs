//! What is wrong with the configuration, all at once.

use crate::browser::reload;
use crate::config::Fault;
use leptos::prelude::*;

/// What the page shows, in its context.
#[derive(Clone)]
pub struct FoundFaults {
    pub faults: Vec<Fault>,
    /// the name of the configuration file
    pub file: &'static str,
}

#[component]
pub fn FaultsPage() -> impl IntoView {
    let FoundFaults { faults, file } = expect_context();
    let n = faults.len();
    let title = match faults.as_slice() {
        [only] => only.kind.title().to_string(),
        _ => format!("{n} errors in the configuration"),
    };
    let fault = |f: Fault| {
        view! {
            <li class="fault">
                <h2>{f.kind.title()} " " <code>{f.path}</code></h2>
                <dl>
                    <dt>"Found"</dt>
                    <dd>{f.found}</dd>
                    <dt>"Expected"</dt>
                    <dd>{f.expected}</dd>
                    <dt>"Example"</dt>
                    <dd><code>{f.example}</code></dd>
                </dl>
            </li>
        }
    };
    view! {
        <main class="faults" id="main">
            <h1>{title}</h1>
            <p>
                "Fix the errors below in " <code>{file}</code> ", then reload. "
                <code>{format!("fourlights check {file}")}</code> " prints the same list."
            </p>
            <ol>{faults.into_iter().map(fault).collect::<Vec<_>>()}</ol>
            <button class="button primary" on:click=|_| reload()>"Reload"</button>
        </main>
    }
}

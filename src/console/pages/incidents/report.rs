//! A report of a period, and taking a file in.

use crate::browser;
use crate::console::components::Panel;
use crate::console::route::Route;
use crate::console::state::{Incidents, memo, use_console};
use crate::domain::incident_log::report::{Report, report};
use crate::domain::time::DAY;
use crate::domain::zone::rfc3339;
use crate::model::Feed;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

const PERIODS: [(i64, &str); 4] =
    [(30, "Last 30 days"), (90, "Last 90 days"), (365, "Last 12 months"), (1096, "Last 3 years")];

#[component]
pub fn ReportPanel(incidents: Incidents) -> impl IntoView {
    let console = use_console();
    let days = RwSignal::new(90i64);
    let made = memo(move || {
        let now = console.board.now();
        let config = console.config();
        let name =
            |id: &str| config.services.iter().find(|s| s.id == id).map_or(id.to_string(), |s| s.name.clone());
        let span = (now - days.get() * DAY, now + DAY);
        incidents.rows.get().map(|rows| report(&rows, span, &console.zone.get().offsets, now, &name))
    });
    let text = memo(move || made.get().map(|r: Report| r.markdown(&console.config().title)));
    let save = move |kind: &'static str| {
        let Some(report) = made.get_untracked() else { return };
        let (mime, text) = match kind {
            "md" => ("text/markdown", text.get_untracked().unwrap_or_default()),
            "csv" => ("text/csv", report.csv()),
            _ => ("application/json", serde_json::to_string_pretty(&report.json()).unwrap_or_default()),
        };
        let day: String = rfc3339(console.board.now()).chars().take(10).collect();
        browser::download(&format!("incidents-{day}.{kind}"), mime, &text);
    };
    let options: Vec<_> = PERIODS
        .into_iter()
        .map(|(n, name)| view! { <option value=n.to_string() selected={n == 90}>{name}</option> })
        .collect();
    view! {
        <Panel title="Report" feed=Signal::derive(Feed::none)>
            <div class="report-bar">
                <label class="select">
                    "Period "
                    <select on:change=move |e| days.set(event_target_value(&e).parse().unwrap_or(90))>{options}</select>
                </label>
                <button type="button" class="button" on:click=move |_| save("md")>"Markdown"</button>
                <button type="button" class="button" on:click=move |_| save("csv")>"CSV"</button>
                <button type="button" class="button" on:click=move |_| save("json")>"JSON"</button>
                <ImportButton incidents=incidents />
            </div>
            <pre class="report" tabindex="0" role="region" aria-label="The report as Markdown">{move || text.get()}</pre>
        </Panel>
    }
}

/// Takes the file of an incident in and goes there.
#[component]
pub fn ImportButton(incidents: Incidents) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new(String::new());
    let open = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|i| i.files()).and_then(|f| f.get(0)) else { return };
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|t| t.as_string());
            let taken = match text {
                Some(text) => incidents.import(&text).await,
                None => Err("The file cannot be read".into()),
            };
            match taken {
                Ok(id) => console.go(&Route::Incident(id)),
                Err(why) => {
                    console.announce(&why);
                    said.try_set(why);
                }
            }
        });
    };
    view! {
        <label class="button import-button">
            "Import a file"
            <input type="file" class="sr" accept=".json" on:change=open />
        </label>
        <span class="silence-fault">{move || said.get()}</span>
    }
}

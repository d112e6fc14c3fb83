//! A report of a period, for whoever reports: by month, service and severity.

use crate::browser;
use crate::console::components::{DataTable, Panel};
use crate::console::state::{Incidents, memo, use_console};
use crate::domain::incident_log::report::{Report, report};
use crate::domain::time::{DAY, HOUR};
use crate::model::{Feed, REPORT_COLUMNS, report_rows, today};
use leptos::prelude::*;

const PERIODS: [(i64, &str); 4] =
    [(30, "Last 30 days"), (90, "Last 90 days"), (365, "Last 12 months"), (1096, "Last 3 years")];

#[component]
pub fn ReportPanel(incidents: Incidents, feed: Signal<Feed>) -> impl IntoView {
    let console = use_console();
    let days = RwSignal::new(90i64);
    let hour = memo(move || console.now.get() / HOUR * HOUR);
    let made = memo(move || {
        let now = hour.get();
        let config = console.config();
        let name =
            |id: &str| config.services.iter().find(|s| s.id == id).map_or(id.to_string(), |s| s.name.clone());
        let span = (now - days.get() * DAY, now + DAY);
        incidents.rows.get().map(|rows| report(&rows, span, &console.zone.get().offsets, now, &name))
    });
    let rows = memo(move || made.with(|made| made.as_ref().map(report_rows).unwrap_or_default()));
    let left_out = move || {
        let n = made.with(|made: &Option<Report>| made.as_ref().map_or(0, |r| r.n_left_out));
        (n > 0).then(|| view! { <p class="muted">{format!("Not counted: {n} that were no incident or are part of another one.")}</p> })
    };
    let save = move |kind: &'static str| {
        let Some(report) = made.get_untracked() else { return };
        let (mime, text) = match kind {
            "md" => ("text/markdown", report.markdown(&console.config().title)),
            "csv" => ("text/csv", report.csv()),
            _ => ("application/json", serde_json::to_string_pretty(&report.json()).unwrap_or_default()),
        };
        browser::download(&format!("incidents-{}.{kind}", today(console.board.now())), mime, &text);
    };
    let options: Vec<_> = PERIODS
        .into_iter()
        .map(|(n, name)| view! { <option value=n.to_string() selected={n == 90}>{name}</option> })
        .collect();
    view! {
        <Panel title="Report" feed=feed>
            <p class="explain">"Of what was detected in the period. Times are medians, and n says of how many incidents they are known."</p>
            <div class="report-bar">
                <label class="select">
                    "Period "
                    <select on:change=move |e| days.set(event_target_value(&e).parse().unwrap_or(90))>{options}</select>
                </label>
                <button type="button" class="button" aria-label="Report as Markdown" on:click=move |_| save("md")>"Markdown"</button>
                <button type="button" class="button" aria-label="Report as CSV" on:click=move |_| save("csv")>"CSV"</button>
                <button type="button" class="button" aria-label="Report as JSON" on:click=move |_| save("json")>"JSON"</button>
            </div>
            <DataTable label="Report, table" columns=&REPORT_COLUMNS rows=rows is_grouped=true />
            {left_out}
        </Panel>
    }
}

//! A report of a period, for whoever reports uptime.

use super::subject::Subject;
use crate::browser;
use crate::console::components::Panel;
use crate::console::state::{answered, feed, frame, kept, memo, use_console};
use crate::domain::time::{DAY, HOUR, Millis};
use crate::domain::window::{Bounds, Window};
use crate::domain::zone::rfc3339;
use crate::model::{ReportLine, json, markdown, slo_csv, span_count, spans_question};
use crate::sources::partial_text;
use leptos::prelude::*;

/// What can be reported on.
const PERIODS: [(&str, &str); 5] = [
    ("window", "This window"),
    ("month", "Last calendar month"),
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
];

#[component]
pub fn ReportPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let Subject { slo, zone, .. } = subject;
    let period = RwSignal::new("month".to_string());
    let hour = memo(move || console.now.get() / HOUR * HOUR);
    let span = {
        let (slo, zone) = (slo.clone(), zone.clone());
        memo(move || {
            let now = hour.get();
            match period.get().as_str() {
                "window" => {
                    let window = slo.objective.window.around(now, &zone);
                    Bounds { start: window.start, end: window.end.min(now) }
                }
                "month" => Window::Month.before(Window::Month.around(now, &zone), &zone),
                days => {
                    let days: Millis = days.parse().unwrap_or(30);
                    Bounds { start: now - days * DAY, end: now }
                }
            }
        })
    };
    let about = memo(move || (period.get(), hour.get(), span.get()));
    let asked = {
        let slo = slo.clone();
        let question =
            move |(_, hour, span): &(String, Millis, Bounds)| Some(spans_question(&slo, &[*span], *hour));
        console.board.ask_about(about, question)
    };
    let feed = feed(vec![answered(asked)]);
    let line = {
        let slo = slo.clone();
        // Every hour asks for another span; the report of one period is not that of another.
        kept(move || {
            let Some(((period, hour, span), answer)) = asked.get() else { return (period.get(), None) };
            let line = frame(&answer.data).map(|frame| ReportLine {
                slo: slo.clone(),
                count: span_count(&slo, span, frame, hour),
                partial: partial_text(&answer.warnings),
            });
            (period, line)
        })
    };
    let text = memo(move || {
        line.get()
            .map(|l| markdown(&format!("{}: uptime report", l.slo.name), &[l], console.now.get_untracked()))
    });
    let save = move |kind: &'static str| {
        let (Some(line), now) = (line.get_untracked(), console.now.get_untracked()) else { return };
        let name =
            format!("{}-{}.{kind}", line.slo.id, rfc3339(line.count.span.end).get(..10).unwrap_or_default());
        let (mime, text) = match kind {
            "md" => ("text/markdown", text.get_untracked().unwrap_or_default()),
            "csv" => ("text/csv", slo_csv(&[line])),
            _ => ("application/json", json(&[line], now)),
        };
        browser::download(&name, mime, &text);
    };
    let options: Vec<_> =
        PERIODS.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect();
    view! {
        <Panel title="Report" feed=feed>
            <p class="explain">"SLO results for a period, including exclusions and why."</p>
            <div class="report-bar">
                <label class="select">
                    "Period "
                    <select prop:value=move || period.get() on:change=move |e| period.set(event_target_value(&e))>{options}</select>
                </label>
                <button class="button" on:click=move |_| save("md")>"Markdown"</button>
                <button class="button" on:click=move |_| save("csv")>"CSV"</button>
                <button class="button" on:click=move |_| save("json")>"JSON"</button>
            </div>
            <pre class="report" tabindex="0" role="region" aria-label="The report as Markdown">{move || text.get()}</pre>
        </Panel>
    }
}

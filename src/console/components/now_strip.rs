//! What fires now, above every page: on the first page also that nothing does.

use super::{ToneIcon, When, alert_severity};
use crate::console::state::{memo, use_alerts, use_console};
use crate::domain::alert::Alert;
use crate::domain::time::human_duration;
use crate::model::route::Route;
use crate::model::{Calm, NowLine, calm, now_lines};
use leptos::prelude::*;

/// Lines on the first page; elsewhere there is one.
const MOST: usize = 4;

/// The links of the first line, which `g v` and `g b` open.
pub const SERVICE_LINK: &str = "now-service";
pub const RUNBOOK_LINK: &str = "now-runbook";

#[component]
pub fn NowStrip() -> impl IntoView {
    let (console, state) = (use_console(), use_alerts());
    let lines = memo(move || state.alerts.with(|all| now_lines(all, &console.config())));
    let is_first_page = memo(move || console.route.get() == Some(Route::Health));
    let n = memo(move || lines.with(Vec::len));
    let n_shown = memo(move || n.get().min(if is_first_page.get() { MOST } else { 1 }));
    let shown = move || {
        let shown = lines.with(|all| all.iter().take(n_shown.get()).cloned().collect::<Vec<_>>());
        shown.into_iter().enumerate().map(|(i, l)| line(l, i == 0)).collect::<Vec<_>>()
    };
    let more = move || {
        let left = n.get() - n_shown.get();
        (left > 0).then(|| view! { <a class="now-more" href=move || console.alerts_href("firing")>{format!("{left} more firing")}</a> })
    };
    let is_there = move || n.get() > 0 || is_first_page.get();
    view! {
        <Show when=is_there>
            <section class="now" aria-label="Firing now" data-urgent=move || (n.get() > 0).then_some("")>
                {shown}
                {more}
                <Show when=move || n.get() == 0>
                    <Quiet />
                </Show>
            </section>
        </Show>
    }
}

/// What is said while nothing urgent fires.
#[component]
fn Quiet() -> impl IntoView {
    let (console, state) = (use_console(), use_alerts());
    let calm = memo(move || state.alerts.with(|all| calm(all, state.is_complete.get(), state.certain.get())));
    move || {
        let (tone, text) = match calm.get() {
            Calm::Loading => ("unknown", "Loading alerts…".into_any()),
            Calm::Clear(None) => ("ok", "All clear · no alert in the last 24 hours".into_any()),
            Calm::Clear(Some((at, lasted))) => {
                let lasted = format!(", {}", human_duration(lasted));
                ("ok", view! { "All clear · last alert " <When at=at /> {lasted} }.into_any())
            }
            Calm::Acknowledged(n, since) => {
                let text =
                    if n == 1 { "1 alert acknowledged".into() } else { format!("{n} alerts acknowledged") };
                let link = view! { <a href=move || console.alerts_href("acknowledged")>{text}</a> };
                let when = since.map(|at| view! { " since " <When at=at /> });
                ("warn", view! { {link} {when} ", nothing else fires" }.into_any())
            }
            Calm::Minor(n) => {
                let text = if n == 1 { "1 alert firing".into() } else { format!("{n} alerts firing") };
                let link = view! { <a href=move || console.alerts_href("firing")>{text}</a> };
                ("warn", view! { {link} ", none of them SEV-1 or SEV-2" }.into_any())
            }
            Calm::Unknown => {
                let link =
                    view! { <a href=move || console.href(&Route::Sources)>"not every source responds"</a> };
                ("unknown", view! { "Alert status unknown: " {link} }.into_any())
            }
        };
        view! { <p class="now-calm"><ToneIcon tone=tone word="" /> <span>{text}</span></p> }
    }
}

fn line(line: NowLine, is_first: bool) -> impl IntoView {
    let console = use_console();
    let subject = line.subject();
    let NowLine { alert, service, .. } = line;
    let tag = alert_severity(&alert);
    let declare = {
        let alert = alert.clone();
        view! { <a href=move || console.declare_href(&alert)>"Incident"</a> }
    };
    let Alert { name, severity, summary, runbook_url, started, .. } = alert;
    let named = name.clone();
    let since = started.map(|at| {
        let age = move || human_duration((console.now.get() - at).max(0));
        view! { <span class="now-since">"since " <When at=at /> " (" <span class="num">{age}</span> ")"</span> }
    });
    let service = service.map(|id| {
        let route = Route::Service(id);
        view! { <a id=is_first.then_some(SERVICE_LINK) title=is_first.then_some("g v") href=move || console.href(&route)>"Service"</a> }
    });
    let runbook = runbook_url.and_then(|url| console.runbook_link(&url)).map(|link| {
        let (rel, target) = link.rel_and_target();
        view! { <a id=is_first.then_some(RUNBOOK_LINK) title=is_first.then_some("g b") href=move || link.href(console) rel=rel target=target>"Runbook"</a> }
    });
    view! {
        <div class="now-line" data-severity=severity.map_or("unknown", |s| s.name())>
            {tag}
            <a class="now-name" href=move || console.filtered_href(&Route::Alerts, &named)>{name}</a>
            <span class="now-subject">{subject}</span>
            {since}
            <span class="now-value">{summary}</span>
            <span class="now-links">{service} {runbook} {declare}</span>
        </div>
    }
}

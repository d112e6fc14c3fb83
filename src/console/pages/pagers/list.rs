//! What is open in the systems that page people: its state, how urgent it is, who acknowledged it, and what can be done.

use super::act::{ActDialog, ActForm, PageButtons};
use super::{OpenPages, open_pages};
use crate::console::components::{ActionList, Chip, Panel, SeverityTag, When};
use crate::console::state::{Incidents, feed, memo, use_console, use_outbox};
use crate::domain::action::Action;
use crate::domain::incident_log::{Declaration, Event, New};
use crate::domain::paging::{PageState, Paged};
use crate::model::route::Route;
use crate::model::{PagedRow, acknowledged_words, link_to, page_tone, paged_rows};
use leptos::prelude::*;

/// Lines shown; more are counted.
const AT_ONCE: usize = 40;

#[component]
pub fn PagedPanel() -> impl IntoView {
    let (console, outbox) = (use_console(), use_outbox());
    let incidents = Incidents::open(console, None);
    let form = ActForm::new();
    let OpenPages { answers, pages } = open_pages(console);
    let state = feed(answers);
    let rows = memo(move || {
        let known = incidents.rows.get().unwrap_or_default();
        pages.with(|pages| outbox.entries.with(|entries| paged_rows(pages, entries, &known)))
    });
    let empty = move || {
        let is_known = state.with(|s| s.as_of.is_some() && s.error.is_none());
        (is_known && rows.with(Vec::is_empty))
            .then(|| view! { <p class="empty-line">"Nobody is paged for anything."</p> })
    };
    view! {
        <Panel title="Paged" feed=state>
            {empty}
            <ul class="plain-list paged">
                <For each=move || rows.get().into_iter().take(AT_ONCE) key=|row| format!("{row:?}") let:row>
                    <Line row=row form=form incidents=incidents />
                </For>
            </ul>
            {move || {
                let more = rows.with(Vec::len).saturating_sub(AT_ONCE);
                (more > 0).then(|| view! { <p class="muted">{format!("and {more} more")}</p> })
            }}
            <ActionList about=is_of_a_page />
            <ActDialog form=form />
        </Panel>
    }
}

/// What this console does to pages.
pub fn is_of_a_page(action: &Action) -> bool {
    matches!(action, Action::ChangePage(_))
}

/// State, title and people of a page.
#[component]
pub fn PageText(page: Paged, on_its_way: Option<String>) -> impl IntoView {
    let console = use_console();
    let number = page.number.as_ref().map(|n| format!("#{n} "));
    let title = format!("{}{}", number.unwrap_or_default(), page.title);
    let title = match page.link.clone() {
        Some(url) => {
            view! { <a href=url rel="external noopener noreferrer" target="_blank">{title}</a> }.into_any()
        }
        None => title.into_any(),
    };
    let until = match page.state {
        PageState::Snoozed { until: Some(at) } => Some(view! { " until " <When at=at /> }),
        _ => None,
    };
    let assigned: Vec<&str> = page.assignees.iter().map(|p| p.name.as_str()).collect();
    let details: Vec<String> = [
        Some(page.source.clone()),
        page.service.as_ref().map(|s| s.name.clone()),
        page.urgency.map(|u| format!("{} urgency", u.name())),
        page.priority.clone(),
        (!assigned.is_empty()).then(|| format!("assigned to {}", assigned.join(", "))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (tone, word, created) = (page_tone(&page.state), page.state.name().to_string(), page.created);
    let page = StoredValue::new(page);
    let acknowledged = memo(move || page.with_value(|p| acknowledged_words(p, console.now.get())));
    view! {
        <div class="paged-text">
            <p dir="auto"><Chip tone=tone word=word /> " " <strong>{title}</strong></p>
            <p class="muted" dir="auto">
                {details.join(" · ")}
                {created.map(|at| view! { " · since " <When at=at /> })}
                {until}
            </p>
            {move || { let words = acknowledged.get(); (!words.is_empty()).then(|| view! { <p class="muted paged-by" dir="auto">{words}</p> }) }}
            {on_its_way.map(|text| view! { <p class="paged-way" role="status">{text}</p> })}
        </div>
    }
}

#[component]
fn Line(row: PagedRow, form: ActForm, incidents: Incidents) -> impl IntoView {
    let console = use_console();
    let PagedRow { page, on_its_way, incident } = row;
    let own = page.clone();
    let declare = move |_| {
        let declaration = Declaration {
            title: own.title.clone(),
            severity: own.severity,
            detected_at: own.created,
            ..Declaration::default()
        };
        let mut entries = declaration.entries(console.board.now());
        entries.push(New::from(Event::Page(link_to(&own))));
        let id = incidents.declare(&declaration.title, entries);
        console.go(&Route::Incident(id));
    };
    let about = match incident {
        Some((id, title)) => {
            let route = Route::Incident(id);
            let label = format!("Its incident: {title}");
            view! { <a class="button" aria-label=label href=move || console.href(&route)>"Its incident"</a> }
                .into_any()
        }
        None => {
            let label = format!("Declare an incident: {}", page.title);
            view! { <button type="button" class="button" aria-label=label on:click=declare>"Declare"</button> }.into_any()
        }
    };
    let (id, state) = (page.id.clone(), page.state.name().to_string());
    let severity = page.severity.map(|severity| view! { <SeverityTag severity=severity /> });
    view! {
        <li class="paged-line" data-page=id data-state=state>
            {severity}
            <PageText page=page.clone() on_its_way=on_its_way />
            <div class="action-buttons">
                <PageButtons page=page form=form />
                {about}
            </div>
        </li>
    }
}

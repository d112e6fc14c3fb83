//! The review: what was learnt, what keeps it from coming back, the checklist that completes itself, and the draft.

use super::messages::FieldTexts;
use super::room::{Room, copy};
use crate::browser;
use crate::console::components::Panel;
use crate::console::state::memo;
use crate::domain::incident_log::metrics::metrics;
use crate::domain::incident_log::review::{Charts, Checked, checklist, draft, figures, hints};
use crate::domain::incident_log::{ActionItem, Event, Field, Moment, New, ReviewState};
use crate::domain::zone::rfc3339;
use crate::model::Feed;
use leptos::prelude::*;

#[component]
pub fn ReviewPanel(room: Room) -> impl IntoView {
    // Shut while the incident is open: nobody reviews at 03:00.
    let is_over = room.now_with(|i| i.facts.has(Moment::Resolved));
    view! {
        <details class="incident-review" open=is_over>
            <summary>"Review"</summary>
            <div class="incident-columns">
                <div class="incident-column">
                    <Panel title="What was learnt" feed=Signal::derive(Feed::none)>
                        <Figures room=room />
                        <FieldTexts room=room fields=&[Field::RootCause, Field::ContributingFactors, Field::Fix, Field::WentWell, Field::ReviewMeeting] />
                        <Hints room=room />
                    </Panel>
                    <Panel title="Action items" feed=Signal::derive(Feed::none)><Items room=room /></Panel>
                </div>
                <div class="incident-column">
                    <Panel title="Checklist" feed=Signal::derive(Feed::none)><Checklist room=room /></Panel>
                    <Draft room=room />
                </div>
            </div>
        </details>
    }
}

#[component]
fn Figures(room: Room) -> impl IntoView {
    let figures = memo(move || {
        room.with(|i| {
            let m = metrics(&i.facts);
            [
                ("Time to detect", m.detect),
                ("Time to acknowledge", m.acknowledge),
                ("Time to mitigate", m.mitigate),
                ("Time to resolve", m.resolve),
            ]
            .map(|(name, length)| (name, length.text()))
            .to_vec()
        })
    });
    let one = |(name, text): (&'static str, String)| view! { <div><dt>{name}</dt><dd class="num">{text}</dd></div> };
    view! {
        <dl class="facts">{move || figures.get().into_iter().map(one).collect::<Vec<_>>()}</dl>
        <Times room=room />
    }
}

/// The moments with their times, to be corrected; what nobody knows can be said too.
#[component]
fn Times(room: Room) -> impl IntoView {
    let fault = RwSignal::new(None::<&'static str>);
    let one = move |moment: Moment| {
        let value = memo(move || {
            room.with(|i| match i.facts.moments.get(&moment) {
                Some(Some(at)) => rfc3339(*at),
                Some(None) => "not known".into(),
                None => String::new(),
            })
        });
        let enter = move |e| {
            let typed = event_target_value(&e);
            let event = match typed.trim() {
                same if same == value.get_untracked() => return,
                "" => Event::Withdrawn { moment },
                "not known" => Event::Timed { moment, at: None },
                time => match crate::domain::time::parse_rfc3339(time) {
                    Some(at) => Event::Timed { moment, at: Some(at) },
                    None => return fault.set(Some(
                        "A time is written as 2026-12-01T03:12:00Z, or as: not known. Nothing was changed.",
                    )),
                },
            };
            fault.set(None);
            room.enter_one(event);
        };
        view! { <label>{moment.title()} <input type="text" placeholder="not reached" prop:value=move || value.get() on:change=enter /></label> }
    };
    view! {
        <details>
            <summary>"Correct the times (UTC)"</summary>
            <div class="update-form field-texts">{Moment::ALL.map(one)}</div>
            <p class="form-fault" role="status">{move || fault.get()}</p>
        </details>
    }
}

#[component]
fn Hints(room: Room) -> impl IntoView {
    let found = memo(move || room.with(hints));
    let one =
        |(word, question): (&'static str, &'static str)| view! { <li>{format!("“{word}”: {question}")}</li> };
    move || {
        let found = found.get();
        (!found.is_empty()).then(|| view! {
            <div class="note incident-note" data-tone="info"><ul class="plain-list">{found.into_iter().map(one).collect::<Vec<_>>()}</ul></div>
        })
    }
}

#[component]
fn Items(room: Room) -> impl IntoView {
    let items =
        memo(move || room.with(|i| i.facts.items.iter().map(|item| item.item.clone()).collect::<Vec<_>>()));
    let [title, owner, due] = [(); 3].map(|()| RwSignal::new(String::new()));
    let add = move |e: leptos::ev::SubmitEvent| {
        e.prevent_default();
        if title.with_untracked(|t| t.trim().is_empty()) {
            return;
        }
        let item = ActionItem {
            item: format!("{:08x}", (browser::random() * f64::from(u32::MAX)) as u32),
            title: title.get_untracked().trim().into(),
            owner: owner.get_untracked().trim().into(),
            due: due.get_untracked(),
            ..ActionItem::default()
        };
        room.enter(vec![New::from(Event::ActionItem(item))]);
        [title, owner, due].iter().for_each(|field| field.set(String::new()));
        browser::focus("item-title");
    };
    view! {
        <ul class="plain-list">
            <For each=move || items.get() key=Clone::clone let:id><Item room=room id=id /></For>
        </ul>
        <form class="item-form update-form" on:submit=add>
            <label>"What" <input id="item-title" type="text" maxlength="200" dir="auto" prop:value=move || title.get() on:input=move |e| title.set(event_target_value(&e)) /></label>
            <label>"Owner" <input type="text" maxlength="80" dir="auto" prop:value=move || owner.get() on:input=move |e| owner.set(event_target_value(&e)) /></label>
            <label>"Due" <input type="date" prop:value=move || due.get() on:input=move |e| due.set(event_target_value(&e)) /></label>
            <button type="submit" class="button">"Add"</button>
        </form>
    }
}

#[component]
fn Item(room: Room, id: String) -> impl IntoView {
    let item = memo(move || room.with(|i| i.facts.items.iter().find(|item| item.item == id).cloned()));
    let is_late = memo(move || {
        let today: String = rfc3339(room.console.now.get()).chars().take(10).collect();
        item.get().is_some_and(|i| !i.done && !i.due.is_empty() && i.due < today)
    });
    let done = move |e| {
        if let Some(item) = item.get_untracked() {
            room.enter_one(Event::ActionItem(ActionItem { done: event_target_checked(&e), ..item }));
        }
    };
    let set = move |edit: &dyn Fn(&mut ActionItem)| {
        if let Some(before) = item.get_untracked() {
            let mut after = before.clone();
            edit(&mut after);
            if after != before {
                room.enter_one(Event::ActionItem(after));
            }
        }
    };
    move || {
        item.get().map(|i| {
            let (owner, due, link) = (i.owner.clone(), i.due.clone(), i.link.clone());
            view! {
            <li>
                <label class="choice">
                    <input type="checkbox" prop:checked=i.done on:change=done />
                    <span dir="auto">{i.title}
                        <span class="row-note" data-late=is_late.get().then_some("")>
                            {if i.owner.is_empty() { "no owner".to_string() } else { i.owner }} ", "
                            {if i.due.is_empty() { "no due date".to_string() } else { format!("due {}", i.due) }}
                            {is_late.get().then_some(", late")}
                        </span>
                    </span>
                </label>
                <details class="item-edit">
                    <summary>"Change"</summary>
                    <div class="item-form update-form">
                        <label>"Owner" <input type="text" maxlength="80" dir="auto" prop:value=owner on:change=move |e| { let typed = event_target_value(&e); set(&|i| i.owner = typed.trim().into()) } /></label>
                        <label>"Due" <input type="date" prop:value=due on:change=move |e| { let typed = event_target_value(&e); set(&|i| i.due.clone_from(&typed)) } /></label>
                        <label>"Link" <input type="url" maxlength="300" placeholder="https://…" prop:value=link on:change=move |e| { let typed = event_target_value(&e); set(&|i| i.link = typed.trim().into()) } /></label>
                    </div>
                </details>
            </li>
        }})
    }
}

#[component]
fn Checklist(room: Room) -> impl IntoView {
    let points = memo(move || room.with(checklist));
    let one = move |Checked { point, done, by_hand, missing }: Checked| {
        let check = move |e| room.enter_one(Event::Check { point, done: event_target_checked(&e) });
        view! {
            <li>
                <label class="choice">
                    <input type="checkbox" prop:checked=done disabled=!by_hand on:change=check />
                    <span>{point.title()} {missing.map(|m| view! { <span class="row-note">{m}</span> })}</span>
                </label>
            </li>
        }
    };
    let state = memo(move || room.with(|i| i.facts.review));
    let hindered = memo(move || room.with(|i| i.facts.keeps_open()));
    let steps = move || {
        let next = match state.get() {
            ReviewState::Draft => Some((ReviewState::Reviewed, "Mark as reviewed")),
            ReviewState::Reviewed => Some((ReviewState::Published, "Mark as published")),
            ReviewState::Published => None,
        };
        next.map(|(to, word)| {
            let go = move |_| {
                let mut all: Vec<New> = vec![Event::Review { state: to }.into()];
                if to == ReviewState::Reviewed {
                    all.push(Event::Reached { moment: Moment::Reviewed }.into());
                }
                room.enter(all);
            };
            // What is published counts as closed for its readers.
            let waits = move || to == ReviewState::Published && hindered.with(Option::is_some);
            view! { <button type="button" class="button" disabled=waits on:click=go>{word}</button> }
        })
    };
    let why = move || {
        let is_shown = state.get() == ReviewState::Reviewed;
        hindered
            .get()
            .filter(|_| is_shown)
            .map(|why| view! { <p class="form-fault">{why}". Give it one first."</p> })
    };
    view! {
        <ul class="plain-list">{move || points.get().into_iter().map(one).collect::<Vec<_>>()}</ul>
        <div class="report-bar"><span class="muted">{move || state.get().title()}</span> {steps}</div>
        {why}
    }
}

#[component]
fn Draft(room: Room) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let text = memo({
        let name = room.service_name();
        move || {
            let lines = room.lines(room.console.now.get() / 60_000 * 60_000);
            // As it lies in a repository: here the pictures would be walls of letters.
            room.with(|i| draft(i, &lines, &name, Charts::Beside(&i.facts.id)))
        }
    });
    let save = {
        let name = room.service_name();
        move |_| {
            let id = room.id.get_value();
            let lines = untrack(|| room.lines(room.console.now.get_untracked()));
            let whole = room.now_with(|i| draft(i, &lines, &name, Charts::Inside));
            browser::download(&format!("{id}.md"), "text/markdown", &whole);
        }
    };
    let save_files = move |_| {
        let id = room.id.get_value();
        browser::download(&format!("{id}.md"), "text/markdown", &text.get_untracked());
        for (name, picture) in room.now_with(|i| figures(i, &id)) {
            browser::download(&name, "image/svg+xml", &picture);
        }
    };
    let has_charts = memo(move || room.with(|i| !i.evidence.is_empty()));
    view! {
        <Panel title="Draft" feed=Signal::derive(Feed::none)>
            <div class="report-bar">
                <button type="button" class="button" on:click=move |_| copy(room.console, text.get_untracked(), said)>"Copy"</button>
                <button type="button" class="button" on:click=save>"Download"</button>
                <Show when=move || has_charts.get()>
                    <button type="button" class="button" title="The Markdown file, and each chart as an SVG file beside it" on:click=save_files>"Download with files of charts"</button>
                </Show>
                <span class="muted" role="status">{move || said.get()}</span>
            </div>
            <pre class="report" tabindex="0" role="region" aria-label="The review as Markdown" dir="auto">{move || text.get()}</pre>
        </Panel>
    }
}

//! What an incident is linked to in the systems that page people: its state there, what happened there in the timeline, and
//! what one side knows and the other does not.

use super::act::{ActDialog, ActForm, PageButtons};
use super::list::{PageText, is_of_a_page};
use super::open_pages;
use crate::console::components::{ActionList, Panel};
use crate::console::pages::incident::Room;
use crate::console::state::{feed, memo, use_console, use_outbox};
use crate::domain::action::ActionKind;
use crate::domain::incident_log::{Event, Moment, PageLink};
use crate::domain::paging::{PageState, Paged};
use crate::model::{Feed, Offer, link_to, news_of, offers, on_its_way};
use crate::poll::{PagerAsk, PagerReply, Question, Reply};
use leptos::prelude::*;

#[component]
pub fn LinkedPagesPanel() -> impl IntoView {
    let console = use_console();
    let Some(room) = use_context::<Room>() else { return ().into_any() };
    let form = ActForm::new();
    let links = memo(move || room.with(|i| i.facts.pages.clone()));
    let open = open_pages(console);
    let others = memo(move || {
        let links = links.get();
        let is_linked = |p: &Paged| links.iter().any(|l| l.source == p.source && l.page == p.id);
        open.pages.with(|all| all.iter().filter(|p| !is_linked(p)).take(50).cloned().collect::<Vec<_>>())
    });
    let link = move |e| {
        let chosen: Option<usize> = event_target_value(&e).parse().ok();
        if let Some(page) = chosen.and_then(|i| others.get_untracked().get(i).cloned()) {
            room.enter_one(Event::Page(link_to(&page)));
        }
    };
    let options = move || {
        let option = |(i, page): (usize, Paged)| {
            view! { <option value=i.to_string()>{format!("{}: {}", page.source, page.title)}</option> }
        };
        others.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let none = move || {
        links
            .with(Vec::is_empty)
            .then(|| view! { <p class="muted">"Nobody was paged for it, as far as is known here."</p> })
    };
    view! {
        <Panel title="Paged for it" feed=Signal::derive(Feed::none)>
            {none}
            <For each=move || links.get() key=|l| (l.source.clone(), l.page.clone()) children=move |link| view! { <OneLink room=room link=link form=form /> } />
            <Show when=move || !others.with(Vec::is_empty)>
                <label class="select"><span class="sr">"Link what somebody is paged for"</span>
                    <select on:change=link prop:value=move || { links.track(); String::new() }><option value="">"Link what somebody is paged for…"</option>{options}</select>
                </label>
            </Show>
            <ActionList about=is_of_a_page />
            <ActDialog form=form />
        </Panel>
    }
    .into_any()
}

#[component]
fn OneLink(room: Room, link: PageLink, form: ActForm) -> impl IntoView {
    let (console, outbox) = (use_console(), use_outbox());
    let ask = |ask: PagerAsk| {
        let question = Question::Pager { source: link.source.clone(), ask };
        console.ask(move || Some(question.clone()))
    };
    let (one, log) =
        (ask(PagerAsk::One { id: link.page.clone() }), ask(PagerAsk::Log { id: link.page.clone() }));
    let state = feed(vec![one, log]);
    let page = memo(move || {
        one.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
            Some(Reply::Pager(PagerReply::One(page))) => Some((**page).clone()),
            _ => None,
        })
    });
    // What happened there is entered here, each thing once: see `model::news_of`.
    let known = StoredValue::new(link.clone());
    Effect::new(move |_| {
        let news = log.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
            Some(Reply::Pager(PagerReply::Log(log))) => {
                room.with(|incident| known.with_value(|link| news_of(incident, link, log)))
            }
            _ => Vec::new(),
        });
        if !news.is_empty() {
            room.enter(news);
        }
    });
    let shown = move || match page.get() {
        Some(page) => {
            let way = outbox.entries.with(|entries| on_its_way(&page, entries));
            view! {
                <div class="paged-line" data-page=page.id.clone() data-state=page.state.name().to_string()>
                    <PageText page=page.clone() on_its_way=way />
                    <div class="action-buttons"><PageButtons page=page.clone() form=form /></div>
                </div>
                <Offers room=room page=page form=form />
            }
            .into_any()
        }
        None => {
            let why = state.with(|s| s.error.as_ref().map(|e| format!("{e}. {}", e.remedy())));
            let title = known.with_value(|l| format!("{}: {}", l.source, l.title));
            view! { <p dir="auto">{title} " " <span class="muted">{why.unwrap_or_else(|| "Loading…".into())}</span></p> }.into_any()
        }
    };
    view! { <div class="linked-page">{shown}</div> }
}

/// What one of the two knows and the other does not.
#[component]
fn Offers(room: Room, page: Paged, form: ActForm) -> impl IntoView {
    let console = use_console();
    let state: PageState = page.state.clone();
    let all = memo(move || room.with(|i| offers(&i.facts, &state)));
    let one = move |offer: Offer| {
        let (source, own) = (page.source.clone(), page.clone());
        let (text, word) = match offer {
            Offer::AcknowledgeThere => {
                (format!("{source} still pages for it."), format!("Acknowledge in {source}"))
            }
            Offer::AcknowledgeHere => {
                (format!("It is {} in {source}.", page.state.name()), "Acknowledge here too".into())
            }
            Offer::ResolveThere => {
                (format!("It is still {} in {source}.", page.state.name()), format!("Resolve in {source}"))
            }
            Offer::ResolveHere => (format!("It is resolved in {source}."), "Resolve here too".into()),
        };
        let act = move |_| match offer {
            Offer::AcknowledgeThere => form.open(&own, ActionKind::Acknowledge, console.board.now()),
            Offer::ResolveThere => form.open(&own, ActionKind::Resolve, console.board.now()),
            Offer::AcknowledgeHere => room.enter_one(Event::Reached { moment: Moment::Acknowledged }),
            Offer::ResolveHere => room.enter_one(Event::Reached { moment: Moment::Resolved }),
        };
        view! {
            <div class="note" data-tone="warn">
                <span>{text}</span>
                <button type="button" class="button" on:click=act>{word}</button>
            </div>
        }
    };
    move || all.get().into_iter().map(one.clone()).collect::<Vec<_>>()
}

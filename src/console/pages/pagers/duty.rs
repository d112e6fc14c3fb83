//! Who is on call by the systems that page people, and their rosters of the next week.

use super::sources_with;
use crate::config::Capability;
use crate::console::components::{Panel, When};
use crate::console::state::{Console, Polled, feed, memo, use_console};
use crate::domain::duty::Schedule;
use crate::domain::time::{DAY, HOUR, Millis};
use crate::domain::window::Bounds;
use crate::model::{Bar, DutyLine, duty_lines, marks, roster_row};
use crate::poll::{PagerAsk, PagerReply, Question, Reply, forms};
use crate::sources;
use leptos::prelude::*;

/// Rosters that are shown without asking for them: each is a request.
const ROSTERS: usize = 6;

#[component]
pub fn DutyPanel() -> impl IntoView {
    let console = use_console();
    let names = sources_with(console, Capability::OnCall);
    names.into_iter().map(|source| view! { <OneSystem source=source /> }).collect::<Vec<_>>()
}

fn asked(console: Console, source: &str, ask: PagerAsk) -> Polled {
    let question = Question::Pager { source: source.into(), ask };
    console.ask(move || Some(question.clone()))
}

fn schedules_of(answer: Polled) -> Vec<Schedule> {
    answer.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
        Some(Reply::Pager(PagerReply::Schedules(all))) => all.clone(),
        _ => Vec::new(),
    })
}

#[component]
fn OneSystem(source: String) -> impl IntoView {
    let console = use_console();
    let kind = console.config().source(&source).map(|s| s.kind);
    let Some(system) = kind.and_then(sources::system) else { return ().into_any() };
    let by_schedule: Vec<Polled> =
        (0..forms(system)).map(|form| asked(console, &source, PagerAsk::Schedules { form })).collect();
    let at_once = system
        .on_call
        .is_some_and(|on_call| on_call.now(0).is_some())
        .then(|| asked(console, &source, PagerAsk::OnCall { schedule: None }));
    let listed = by_schedule.clone();
    let schedules = memo(move || listed.iter().flat_map(|a| schedules_of(*a)).collect::<Vec<_>>());
    let lines = memo(move || {
        at_once.map(|answer| {
            answer.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
                Some(Reply::Pager(PagerReply::OnCall(all))) => duty_lines(all),
                _ => Vec::new(),
            })
        })
    });
    let state = feed(at_once.into_iter().chain(by_schedule).collect());
    let from = memo(move || console.now.get().div_euclid(HOUR) * HOUR);
    let title = format!("On call by {source}");
    let source = StoredValue::new(source);
    let is_empty = move || {
        let is_known = state.with(|s| s.as_of.is_some());
        is_known && schedules.with(Vec::is_empty) && lines.with(|l| l.as_ref().is_none_or(Vec::is_empty))
    };
    view! {
        <Panel title=title feed=state class="schedule">
            {move || is_empty().then(|| view! { <p class="empty-line">"It has no schedule, and nobody is on call by it."</p> })}
            <ul class="plain-list duty">{move || lines.get().unwrap_or_default().into_iter().map(duty_line).collect::<Vec<_>>()}</ul>
            <For
                each=move || schedules.get().into_iter().take(ROSTERS)
                key=|s| (s.id.clone(), s.form.clone())
                children=move |schedule| view! { <RosterView source=source.get_value() schedule=schedule from=from asks_who=at_once.is_none() /> }
            />
            {move || {
                let more = schedules.with(Vec::len).saturating_sub(ROSTERS);
                (more > 0).then(|| view! { <p class="muted">{format!("and {more} more schedules")}</p> })
            }}
        </Panel>
    }
    .into_any()
}

fn duty_line(line: DutyLine) -> impl IntoView {
    let tone = line.person.is_none().then_some("bad");
    let person = line.person.unwrap_or_else(|| "Nobody".into());
    let place = (!line.place.is_empty()).then(|| format!(", {}", line.place));
    view! {
        <li class="duty-line" data-tone=tone>
            <strong><bdi>{person}</bdi></strong> " " <span class="muted"><bdi>{line.by}</bdi> {place}
            {line.until.map(|at| view! { " · until " <When at=at /> })}</span>
        </li>
    }
}

/// A schedule's roster of a week as a strip; who is on call by it now, where the system is asked for each.
#[component]
fn RosterView(source: String, schedule: Schedule, from: Memo<Millis>, asks_who: bool) -> impl IntoView {
    let console = use_console();
    let bounds = memo(move || Bounds { start: from.get(), end: from.get() + 7 * DAY });
    let who =
        asks_who.then(|| asked(console, &source, PagerAsk::OnCall { schedule: Some(schedule.id.clone()) }));
    let now = move || {
        who.map(|answer| {
            answer.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
                Some(Reply::Pager(PagerReply::OnCall(all))) => {
                    duty_lines(all).into_iter().map(duty_line).collect::<Vec<_>>()
                }
                _ => Vec::new(),
            })
        })
    };
    let (id, form) = (schedule.id.clone(), schedule.form.clone());
    let answer = console.board.ask_on(move || {
        let Bounds { start, end } = bounds.get();
        let ask = PagerAsk::Roster { schedule: id.clone(), form: form.clone(), from: start, to: end };
        Some(Question::Pager { source: source.clone(), ask })
    });
    let name = schedule.name.clone();
    let row = memo(move || {
        let zone = console.zone.get();
        answer.with(|a| match a.data.as_ref().map(|shared| &*shared.0) {
            Some(Reply::Pager(PagerReply::Roster(shifts))) => {
                Ok(roster_row(&name, shifts, bounds.get(), &zone.offsets))
            }
            _ => Err(a.error.as_ref().map_or("Loading…".to_string(), |e| format!("{e}. {}", e.remedy()))),
        })
    });
    let ticks = move || {
        marks(bounds.get(), &console.zone.get().offsets)
            .into_iter()
            .map(|(left, text)| view! { <span class="strip-mark num" style:left=format!("{left}%")>{text}</span> })
            .collect::<Vec<_>>()
    };
    let title = match schedule.link.clone() {
        Some(url) => view! { <a href=url rel="external noopener noreferrer" target="_blank">{schedule.name.clone()}</a> }.into_any(),
        None => schedule.name.clone().into_any(),
    };
    let off = (!schedule.is_enabled).then_some(" (switched off: it pages nobody)");
    let label = format!("Shifts of {} in the next 7 days", schedule.name);
    view! {
        <h3 class="list-head" dir="auto">{title} {off}</h3>
        <ul class="plain-list duty">{now}</ul>
        <div class="strip-scroll" tabindex="0" role="region" aria-label=label>
            <div class="strip">
                <div class="strip-marks" aria-hidden="true">{ticks}</div>
                {move || match row.get() {
                    Ok(row) => view! { <ul class="strip-row">{row.bars.into_iter().map(bar).collect::<Vec<_>>()}</ul> }.into_any(),
                    Err(text) => view! { <p class="muted">{text}</p> }.into_any(),
                }}
            </div>
        </div>
    }
}

fn bar(bar: Bar) -> impl IntoView {
    let words = bar.title.clone();
    view! {
        <li class="strip-bar" data-kind=bar.kind data-hue=bar.hue title=bar.title style:left=format!("{}%", bar.left) style:width=format!("{}%", bar.width)>
            <span aria-hidden="true">{bar.label}</span> <span class="sr">{words}</span>
        </li>
    }
}

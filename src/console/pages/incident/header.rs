//! What the incident is and what is due: severity, title, clocks, the steps of its life, and the next thing to do.

use super::acknowledge::{AckAlerts, AckAlertsButton};
use super::room::Room;
use crate::console::components::{Chip, When};
use crate::console::pages::incidents::{severity_tag, state_tone};
use crate::console::state::{memo, use_console};
use crate::domain::incident_log::{Event, Moment, New, ReviewState, Standing, impact, told};
use crate::domain::severity::Severity;
use crate::domain::time::human_duration;
use crate::model::route::Route;
use crate::model::{ClockWords, clock_words};
use leptos::prelude::*;

#[component]
pub fn Header(room: Room, ack: AckAlerts) -> impl IntoView {
    let console = use_console();
    let severity = memo(move || {
        let now = console.now.get();
        room.with(|i| i.facts.severity_at(now))
    });
    let raised = memo(move || {
        room.with(|i| i.facts.severity).filter(|set| severity.get() != Some(*set)).map(|set| set.title())
    });
    let title = memo(move || room.with(|i| i.facts.title.clone()));
    let state = memo(move || room.with(|i| (state_tone(&i.facts), i.facts.state())));
    let clocks = memo(move || {
        let now = console.now.get();
        room.with(|i| room.policy(|p| clock_words(&i.facts, p, now)))
    });
    let is_urgent =
        memo(move || room.with(|i| i.facts.is_open()) && severity.get().is_some_and(|s| s == Severity::Sev1));
    view! {
        <header class="incident-head" data-urgent=move || is_urgent.get().then_some("")>
            <p class="crumb"><a href=move || console.href(&Route::Incidents)>"Incidents"</a></p>
            <div class="incident-title">
                {move || severity_tag(severity.get())}
                <h2 dir="auto">{move || title.get()}</h2>
                {move || { let (tone, word) = state.get(); view! { <Chip tone=tone word=word /> } }}
            </div>
            {move || raised.get().map(|was| view! { <p class="muted">{format!("{was} that was not resolved in time")}</p> })}
            <ul class="incident-clocks" aria-label="Clocks">
                {move || clocks.get().into_iter().map(clock).collect::<Vec<_>>()}
            </ul>
            <Steps room=room />
            <Actions room=room ack=ack severity=severity />
            <SelfResolving room=room />
        </header>
    }
}

fn clock(ClockWords { name, value, tone }: ClockWords) -> impl IntoView {
    view! { <li class="incident-clock" data-tone=tone><span class="clock-name">{name}</span> <span class="num">{value}</span></li> }
}

#[component]
fn Steps(room: Room) -> impl IntoView {
    let steps = memo(move || {
        room.with(|i| {
            let current = i.facts.step();
            Moment::STEPS.map(|step| (step, i.facts.moments.get(&step).copied(), step == current)).to_vec()
        })
    });
    let one = |(step, reached, is_current): (Moment, Option<Option<i64>>, bool)| {
        let time = match reached {
            Some(Some(at)) => view! { <When at=at /> }.into_any(),
            Some(None) => "not known".into_any(),
            None => ().into_any(),
        };
        view! {
            <li data-reached=reached.is_some().then_some("") aria-current=is_current.then_some("step")>
                <span class="step-name">{step.title()}</span> <span class="step-time">{time}</span>
            </li>
        }
    };
    view! { <ol class="incident-steps" aria-label="Life cycle">{move || steps.get().into_iter().map(one).collect::<Vec<_>>()}</ol> }
}

/// What whoever takes it next will have done, as a button says it.
fn word(step: Moment) -> &'static str {
    match step {
        Moment::Triaged => "Triaged: severity and impact are known",
        Moment::Mitigated => "Mitigated: users feel nothing of it any more",
        Moment::Resolved => "Resolved: its cause is gone",
        Moment::Reviewed => "Reviewed",
        Moment::Prevented => "Closed: what prevents it is done",
        _ => step.title(),
    }
}

#[component]
fn Actions(room: Room, ack: AckAlerts, severity: Memo<Option<Severity>>) -> impl IntoView {
    let console = use_console();
    let is_acknowledged = memo(move || {
        room.with(|i| i.facts.has(Moment::Acknowledged) || i.facts.standing != Standing::Incident)
    });
    let next = memo(move || room.with(|i| i.facts.next_step()));
    let hindered = memo(move || {
        let closes = next.get() == Some(Moment::Prevented);
        room.with(|i| i.facts.keeps_open()).filter(|_| closes)
    });
    let acknowledge = move |_| {
        let author = room.incidents.author.get_untracked();
        let mut all: Vec<New> = vec![Event::Reached { moment: Moment::Acknowledged }.into()];
        // Whoever is first on it leads, until somebody else does.
        let role = crate::domain::incident_log::Role::Commander;
        if !author.is_empty() && room.now_with(|i| !i.facts.roles.contains_key(&role)) {
            all.push(Event::Role { role, person: author }.into());
        }
        room.enter(all);
        console.announce("Acknowledged");
    };
    let advance = move |_| {
        let Some(moment) = next.get_untracked() else { return };
        if let Some(why) = hindered.get_untracked() {
            return console.announce(&why);
        }
        let mut all: Vec<New> = vec![Event::Reached { moment }.into()];
        // The review and the step of its name are one.
        if moment == Moment::Reviewed && room.now_with(|i| i.facts.review == ReviewState::Draft) {
            all.push(Event::Review { state: ReviewState::Reviewed }.into());
        }
        room.enter(all);
        console.announce(moment.title());
    };
    let set = move |to: Severity| {
        room.enter_one(Event::Severity { severity: to, reason: String::new() });
        console.announce(to.title());
    };
    let choose: Vec<_> = Severity::ALL
        .into_iter()
        .enumerate()
        .map(|(i, s)| {
            let key = (i + 1).to_string();
            view! {
                <button type="button" class="button" id=format!("key-{key}") title=format!("{} ({key})", impact(s))
                    aria-pressed=move || (severity.get() == Some(s)).to_string() on:click=move |_| set(s)>{s.title()}</button>
            }
        })
        .collect();
    let tells = move || {
        let open = room.with(|i| i.facts.is_open());
        severity.get().filter(|_| open).map(|s| {
            let within = s.respond_within().map_or("next sprint".into(), human_duration);
            format!("{}. Respond within {within}. {}.", impact(s), told(s).join(", "))
        })
    };
    view! {
        <div class="incident-actions">
            <Show when=move || !is_acknowledged.get()>
                <button type="button" class="button primary" id="key-a" title="a" on:click=acknowledge>"Acknowledge"</button>
            </Show>
            <AckAlertsButton ack=ack is_offered=is_acknowledged />
            {move || next.get().map(|step| view! {
                <button type="button" class="button" id="key-s" title="s" disabled=move || hindered.with(Option::is_some) on:click=advance>{word(step)}</button>
            })}
            <div class="segmented" role="group" aria-label="Severity">{choose}</div>
        </div>
        {move || hindered.get().map(|why| view! { <p class="form-fault">{why}". It stays open until each has one."</p> })}
        <p class="muted incident-tells">{tells}</p>
    }
}

/// Says that it is about to resolve by itself, and lets somebody stop that.
#[component]
fn SelfResolving(room: Room) -> impl IntoView {
    let console = use_console();
    let left = memo(move || {
        let at = room.with(|i| i.facts.resolves_at())?;
        Some(human_duration((at - console.now.get()).max(0)))
    });
    // The button stays while the seconds pass.
    let words = move || {
        left.get().map(|left| format!("All of its alerts are over: it resolves by itself in {left}."))
    };
    view! {
        <Show when=move || left.with(Option::is_some)>
            <div class="note incident-note" data-tone="warn">
                <span>{words}</span>
                <button type="button" class="button" on:click=move |_| room.enter_one(Event::AutoResolve { on: false })>"Keep it open"</button>
            </div>
        </Show>
    }
}

//! What the sources know of the incident: charts of its span, how many requests failed, the deploys before, the error budgets. A
//! part of its own, fetched after the page: what is written down needs none of it.

use super::room::Room;
use crate::chart::model::{Event as Mark, EventKind};
use crate::console::components::{ChartView, Panel, When};
use crate::console::state::{Polled, Shared, data, feed, frame, memo, use_console};
use crate::domain::base64;
use crate::domain::incident_log::figure::svg;
use crate::domain::incident_log::{
    AT_DECLARATION, BudgetSpent, Event, Evidence, MOST_SAMPLES, Moment, New, budget_text,
};
use crate::domain::series::Series;
use crate::domain::signal::Signal as Golden;
use crate::domain::time::{MINUTE, Millis};
use crate::model::{
    EvidenceAsk, Feed, GoldenInputs, affected_slos, budget_question, budget_spent, deploys_asks,
    deploys_before, evidence_asks, impact_estimate, single_chart,
};
use crate::poll::{Condition, Question};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// So long after its declaration the charts are frozen by themselves.
const FRESH: Millis = 15 * MINUTE;

/// What was answered so far, by service and signal.
type Found = RwSignal<BTreeMap<(String, Golden), (EvidenceAsk, Option<Series>)>>;

#[component]
pub fn EvidencePanels() -> impl IntoView {
    let room = expect_context::<Room>();
    view! {
        <div class="incident-columns incident-evidence">
            <div class="incident-column"><Charts room=room /></div>
            <div class="incident-column">
                <DeploysPanel room=room />
                <BudgetPanel room=room />
                <FrozenPanel room=room />
            </div>
        </div>
    }
}

#[component]
fn Charts(room: Room) -> impl IntoView {
    let console = use_console();
    let found: Found = RwSignal::new(BTreeMap::new());
    let minute = memo(move || console.now.get() / MINUTE * MINUTE);
    let asks = memo(move || {
        let now = minute.get();
        room.with(|i| evidence_asks(&console.config(), &i.facts, now))
    });
    let keys = memo(move || asks.with(|all| all.iter().map(EvidenceAsk::key).collect::<Vec<_>>()));
    // What is no longer asked for is no part of what is frozen.
    Effect::new(move |_| {
        let keys = keys.get();
        found.update(|found| found.retain(|key, _| keys.contains(key)));
    });
    let is_complete =
        memo(move || found.with(BTreeMap::len) == keys.with(Vec::len) && !keys.with(Vec::is_empty));
    let entries = move |occasion: &str| {
        let config = console.config();
        found.with_untracked(|found| {
            let known = found.values().filter_map(|(ask, series)| Some((ask, series.as_ref()?)));
            known
                .map(|(ask, series)| Event::Evidence(ask.evidence(&config, series, occasion)).into())
                .collect::<Vec<New>>()
        })
    };
    let freeze = move |_| {
        let entries = entries("");
        console.announce(if entries.is_empty() {
            "There is nothing to freeze"
        } else {
            "Charts are frozen in the log"
        });
        room.enter(entries);
    };
    freeze_at_declaration(room, is_complete, entries);
    let one = move |key: (String, Golden)| {
        let ask = memo(move || asks.with(|all| all.iter().find(|a| a.key() == key).cloned()));
        view! { <OneChart room=room ask=ask found=found /> }
    };
    let none = move || {
        keys.with(Vec::is_empty).then(|| {
            let text = match room.with(|i| i.facts.services.is_empty()) {
                true => "Choose the affected services, and their golden signals are shown here.",
                false => "None of the affected services is measured, or it is not known when it was.",
            };
            view! { <p class="empty-line">{text}</p> }
        })
    };
    view! {
        <Panel
            title="Golden signals"
            feed=Signal::derive(Feed::none)
            aside=move || view! {
                <button type="button" class="button" disabled=move || !is_complete.get() on:click=freeze
                    title=format!("Keeps query, span and at most {MOST_SAMPLES} samples of each chart in the log")>"Freeze charts"</button>
            }
        >
            {none}
            <Estimate room=room found=found />
            <div class="incident-charts">
                <For each=move || keys.get() key=Clone::clone let:key>{one(key)}</For>
            </div>
        </Panel>
    }
}

/// Keeps the charts of a new incident once all of them are there: a source forgets.
fn freeze_at_declaration(
    room: Room,
    is_complete: Memo<bool>,
    entries: impl Fn(&str) -> Vec<New> + Send + Sync + 'static,
) {
    let is_due = memo(move || {
        let Some(log) = room.incidents.log.get().flatten() else { return false };
        let now = room.console.now.get_untracked();
        let mut events = log.entries().filter_map(|e| Some((e.recorded_at, e.event()?)));
        let is_fresh = events.any(|(at, event)| matches!(event, Event::Declared { .. }) && now - at < FRESH);
        let is_kept = |e: &Event| matches!(e, Event::Evidence(kept) if kept.occasion == AT_DECLARATION);
        is_fresh && room.with(|i| i.facts.is_open()) && !log.entries().filter_map(|e| e.event()).any(is_kept)
    });
    Effect::new(move |_| {
        if is_due.get() && is_complete.get() {
            room.enter(entries(AT_DECLARATION));
        }
    });
}

#[component]
fn OneChart(room: Room, ask: Memo<Option<EvidenceAsk>>, found: Found) -> impl IntoView {
    let console = use_console();
    let answer = console.ask(move || Some(ask.get()?.question));
    // While the next span is asked for, the last is shown.
    let known = Memo::new(move |before: Option<&Option<Shared>>| {
        answer.get().data.or_else(|| before.cloned().flatten())
    });
    let series = memo(move || {
        ask.get().zip(known.get()).map(|(ask, data)| {
            let series = frame(&Some(data)).and_then(|frame| ask.series(frame));
            (ask, series)
        })
    });
    Effect::new(move |_| {
        if let Some((ask, series)) = series.get() {
            found.update(|found| drop(found.insert(ask.key(), (ask, series))));
        }
    });
    let chart = memo(move || {
        let (ask, series) = series.get()?;
        let Question::Range { span, step, .. } = ask.question else { return None };
        let (start, end) = span.ends(console.now.get_untracked());
        let inputs = GoldenInputs { start, end, step };
        let config = console.config();
        let mut chart = single_chart(&inputs, ask.signal, series.as_ref(), config.rule(ask.signal));
        chart.title = ask.title();
        chart.events = room.with(marks);
        (!chart.is_empty()).then_some(chart)
    });
    let title = memo(move || ask.get().map(|a| a.title()).unwrap_or_default());
    let state = move || match (answer.get().condition(), chart.with(Option::is_some)) {
        (_, true) => None,
        (Condition::Loading, _) => Some("Loading…"),
        (Condition::Failed, _) => Some("The source does not answer."),
        _ => Some("No samples in this span."),
    };
    view! {
        <figure class="incident-chart">
            <figcaption>{move || title.get()} " " <span class="muted">{state}</span></figcaption>
            <ChartView chart=chart follows_page=false />
        </figure>
    }
}

/// Moments of the incident and deploys before it, for the time axis.
fn marks(incident: &crate::domain::incident_log::Incident) -> Vec<Mark> {
    let moment = |(moment, word): (Moment, &str)| {
        let at = incident.facts.at(moment)?;
        Some(Mark { at, kind: EventKind::Incident, text: word.into() })
    };
    let moments = [
        (Moment::Started, "Started"),
        (Moment::Detected, "Detected"),
        (Moment::Mitigated, "Mitigated"),
        (Moment::Resolved, "Resolved"),
    ];
    let deploys = incident.deploys.iter().map(|(at, text)| Mark {
        at: *at,
        kind: EventKind::Deploy,
        text: text.clone(),
    });
    moments.into_iter().filter_map(moment).chain(deploys).collect()
}

/// How many requests failed, by the signals, beside what is written down.
#[component]
fn Estimate(room: Room, found: Found) -> impl IntoView {
    let console = use_console();
    let estimate = memo(move || {
        let charts: Vec<(EvidenceAsk, Series)> = found.with(|all| {
            all.values().filter_map(|(ask, series)| Some((ask.clone(), series.clone()?))).collect()
        });
        let now = console.now.get_untracked();
        room.with(|i| impact_estimate(&i.facts, &charts, now))
    });
    let take = move |_| {
        let Some(estimate) = estimate.get_untracked() else { return };
        let (text, users) = room.now_with(|i| (i.facts.impact.clone(), i.facts.users));
        room.enter_one(Event::Impact {
            text,
            users,
            requests: Some(estimate.failed),
            estimate: estimate.source,
        });
        console.announce("The estimate is part of the impact");
    };
    let is_taken = memo(move || {
        let requests = room.with(|i| i.facts.requests);
        estimate.get().is_none_or(|e| requests == Some(e.failed))
    });
    move || {
        estimate.get().map(|estimate| {
            let text = format!(
                "Estimate: about {} failed requests of {}. {}.",
                estimate.failed, estimate.asked, estimate.source
            );
            view! {
                <div class="note incident-note" data-tone="info">
                    <span>{text}</span>
                    <button type="button" class="button" disabled=move || is_taken.get() on:click=take>"Use as impact"</button>
                </div>
            }
        })
    }
}

#[component]
fn DeploysPanel(room: Room) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    // One question for each configured query; they change when the beginning of the incident is corrected.
    let asked: Vec<Polled> = (0..config.deploys.len())
        .map(|place| {
            let question = memo(move || {
                let all = room.with(|i| deploys_asks(&console.config(), &i.facts));
                all.into_iter().nth(place).map(|(question, _)| question)
            });
            console.ask(move || question.get())
        })
        .collect();
    let feed = feed(asked.clone());
    let known: Vec<_> = asked.into_iter().map(data).collect();
    let found = memo(move || {
        let config = console.config();
        let of = |(answer, deploy): (&_, &crate::config::Deploys)| {
            let answer: &crate::console::state::Held = answer;
            let answer = answer.get();
            let events = frame(&answer)
                .map(|frame| room.with(|i| deploys_before(&i.facts, frame, &deploy.text, &deploy.source)));
            events.unwrap_or_default()
        };
        known.iter().zip(&config.deploys).flat_map(of).collect::<Vec<_>>()
    });
    let new = memo(move || {
        let kept = room.with(|i| i.deploys.clone());
        let is_new = |e: &Event| match e {
            Event::Deploy { at: Some(at), text, .. } => {
                !kept.iter().any(|(known, words)| known == at && words == text)
            }
            _ => false,
        };
        found.get().into_iter().filter(is_new).collect::<Vec<_>>()
    });
    let keep = move || {
        let at = |event: Event| match event {
            Event::Deploy { at: Some(at), .. } => New::at(event, at),
            other => other.into(),
        };
        room.enter(new.get_untracked().into_iter().map(at).collect());
    };
    // While it goes on, what came before it is part of what is known; of one that is over, a person decides.
    Effect::new(move |_| {
        if !new.with(Vec::is_empty) && room.now_with(|i| i.facts.is_open()) {
            keep();
        }
    });
    let line = |(at, text): (Millis, String)| view! { <li><When at=at /> " " <bdi>{text}</bdi></li> };
    let all = memo(move || room.with(|i| i.deploys.clone()));
    let empty = move || {
        (all.with(Vec::is_empty) && new.with(Vec::is_empty)).then(|| {
            let text = match (console.config().deploys.is_empty(), feed.get().condition) {
                (true, _) => "No query for deploys is configured.",
                (_, Condition::Fresh) => "None that the configured queries show.",
                _ => "Not known yet.",
            };
            view! { <p class="empty-line">{text}</p> }
        })
    };
    view! {
        <Panel title="Deploys in the hour before" feed=feed>
            <ul class="plain-list">{move || all.get().into_iter().map(line).collect::<Vec<_>>()}</ul>
            {empty}
            <Show when=move || !new.with(Vec::is_empty)>
                <div class="report-bar">
                    <span>{move || { let n = new.with(Vec::len); if n == 1 { "1 more is known.".to_string() } else { format!("{n} more are known.") } }}</span>
                    <button type="button" class="button" on:click=move |_| keep()>"Add to the log"</button>
                </div>
            </Show>
        </Panel>
    }
}

#[component]
fn BudgetPanel(room: Room) -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let minute = memo(move || console.now.get() / MINUTE * MINUTE);
    let asked: Vec<Polled> = (0..config.slos.len())
        .map(|place| {
            let question = memo(move || {
                let (config, now) = (console.config(), minute.get());
                let slo = config.slos.get(place)?;
                room.with(|i| {
                    affected_slos(&config, &i.facts)
                        .contains(&slo)
                        .then(|| budget_question(slo, &i.facts, now))
                })
                .flatten()
            });
            console.board.ask_on(move || question.get())
        })
        .collect();
    let known: Vec<_> = asked.iter().map(|answer| data(*answer)).collect();
    let counted = memo(move || {
        let (config, now) = (console.config(), minute.get());
        let of = |(answer, slo): (&crate::console::state::Held, &crate::config::Slo)| {
            let answer = answer.get();
            let frame = frame(&answer)?;
            room.with(|i| {
                affected_slos(&config, &i.facts)
                    .contains(&slo)
                    .then(|| budget_spent(slo, &i.facts, frame, now))
            })
            .flatten()
        };
        known.iter().zip(&config.slos).filter_map(of).collect::<Vec<BudgetSpent>>()
    });
    let n_affected = memo(move || room.with(|i| affected_slos(&console.config(), &i.facts).len()));
    let kept = memo(move || room.with(|i| i.facts.budget.clone()));
    let keep = move || room.enter_one(Event::Budget { spent: counted.get_untracked() });
    // Once it is over the figure stands; what changes later is a correction, which a person enters.
    Effect::new(move |_| {
        let is_whole = counted.with(Vec::len) == n_affected.get() && !counted.with(Vec::is_empty);
        let is_over = room.with(|i| i.facts.has(Moment::Resolved));
        if is_whole && is_over && kept.with_untracked(Vec::is_empty) {
            keep();
        }
    });
    let shown = memo(move || if counted.with(Vec::is_empty) { kept.get() } else { counted.get() });
    let is_other = memo(move || {
        let (now, kept) = (counted.get(), kept.get());
        let near = |a: &BudgetSpent| {
            kept.iter().any(|b| b.slo == a.slo && a.millionths.abs_diff(b.millionths) <= 5_000)
        };
        !kept.is_empty() && !now.is_empty() && !now.iter().all(near)
    });
    let line = |spent: BudgetSpent| {
        view! { <div><dt>{spent.name}</dt><dd class="num">{budget_text(spent.millionths)}</dd></div> }
    };
    let none = move || {
        shown.with(Vec::is_empty).then(|| {
            let text = match n_affected.get() {
                0 => "No SLO of an affected service.",
                _ => "Not counted yet.",
            };
            view! { <p class="empty-line">{text}</p> }
        })
    };
    view! {
        <Panel title="Error budget spent" feed=feed(asked)>
            {none}
            <dl class="facts">{move || shown.get().into_iter().map(line).collect::<Vec<_>>()}</dl>
            <Show when=move || is_other.get()>
                <div class="report-bar">
                    <span class="muted">"The log has other figures."</span>
                    <button type="button" class="button" on:click=move |_| keep()>"Put these into the log"</button>
                </div>
            </Show>
        </Panel>
    }
}

/// The charts that were kept, as the review shows them.
#[component]
fn FrozenPanel(room: Room) -> impl IntoView {
    let all = memo(move || room.with(|i| i.evidence.clone()));
    let title = move || match all.with(Vec::len) {
        0 => "No frozen charts".to_string(),
        1 => "1 frozen chart".to_string(),
        n => format!("{n} frozen charts"),
    };
    let picture = |chart: Evidence| {
        let address = format!("data:image/svg+xml;base64,{}", base64::write(svg(&chart, &[]).as_bytes()));
        let text = format!("{}: {}", chart.title, chart.summary());
        view! {
            <li>
                <img class="frozen-chart" src=address alt=text width="720" height="180" loading="lazy" />
                <p class="row-note"><code>{chart.query}</code></p>
            </li>
        }
    };
    let is_open = RwSignal::new(false);
    view! {
        <details class="frozen-charts" on:toggle=move |_| is_open.set(true)>
            <summary>{title}</summary>
            <Show when=move || is_open.get()>
                <ul class="plain-list">{move || all.get().into_iter().map(picture).collect::<Vec<_>>()}</ul>
            </Show>
        </details>
    }
}

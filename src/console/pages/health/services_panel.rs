//! The services table: a link to each, its status and its figures.

use crate::config::{Config, Service};
use crate::console::components::{Chip, Panel, Sparkline};
use crate::console::route::Route;
use crate::console::state::{
    Console, Held, Polled, Shared, SloState, SlosState, data, feed, frame, memo, use_console,
};
use crate::domain::format::Unit;
use crate::domain::order::Gather as _;
use crate::domain::series::Frame;
use crate::domain::signal::Signal as Golden;
use crate::domain::slo::Policy;
use crate::domain::time::DAY;
use crate::model::{Feed, SHOWN, ServiceRow, row_question, service_row, share_text, spark_question};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The answers of all sets, by set and signal: one question for all services each.
type Answers = BTreeMap<(String, Golden), (Polled, Held)>;

#[component]
pub fn ServicesPanel() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    let answers = ask_all(console, &config);
    let own = feed(answers.values().map(|(answer, _)| *answer).collect());
    // The budgets of the last column are made from other answers.
    let budgets = expect_context::<SlosState>().feed;
    let feed = memo(move || {
        let own = own.get();
        let warnings = [own.warnings.clone(), budgets.get().warnings].concat();
        Feed { warnings, ..own }.sorted()
    });
    let answers = StoredValue::new(answers);
    let rows: Vec<_> = config
        .services
        .iter()
        .map(|service| {
            let service = service.clone();
            let row = Memo::new({
                let service = service.clone();
                move |_| row_of(console, &service, answers)
            });
            view! { <Row service=service row=row /> }
        })
        .collect();
    let none = rows.is_empty();
    view! {
        <Panel title="Services" feed=feed>
            <Show when=move || none>
                <p class="empty-line">"No services yet. List them under services in the configuration."</p>
            </Show>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Services, table">
                <table class="table services">
                    <thead>
                        <tr>
                            <th scope="col">"Service"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col" class="right" title="95th percentile">"Latency p95"</th>
                            <th scope="col" class="right">"Errors"</th>
                            <th scope="col" class="right">"CPU"</th>
                            <th scope="col" class="right">"Memory"</th>
                            <th scope="col" class="right" title="Error budget left">"Budget left"</th>
                            <th scope="col" class="wide">"Traffic, 24 h"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Panel>
    }
}

fn ask_all(console: Console, config: &Config) -> Answers {
    let mut answers = Answers::new();
    for set in &config.signal_sets {
        for signal in SHOWN.into_iter().filter(|s| set.has(*s)) {
            let name = set.name.clone();
            let answer = console.ask(move || row_question(&console.config(), &name, signal));
            answers.insert((set.name.clone(), signal), (answer, data(answer)));
        }
    }
    answers
}

fn row_of(console: Console, service: &Service, answers: StoredValue<Answers>) -> ServiceRow {
    // All frames are held for as long as the row is made.
    let frames: BTreeMap<(String, Golden), Option<Shared>> =
        answers.with_value(|all| all.iter().map(|(key, (_, data))| (key.clone(), data.get())).into_map());
    let partial = answers.with_value(|all| all.values().any(|(answer, _)| answer.get().is_partial()));
    let row = service_row(&console.config(), service, |set, signal| -> Option<&Frame> {
        frame(frames.get(&(set.to_string(), signal))?)
    });
    if partial { row.doubted() } else { row }
}

#[component]
fn Row(service: Service, row: Memo<ServiceRow>) -> impl IntoView {
    let console = use_console();
    let id = service.id.clone();
    let name = service.name.clone();
    let spark = spark(console, &service);
    let range = Signal::derive(move || {
        let now = console.now.get();
        (now - DAY, now)
    });
    view! {
        <tr>
            <th scope="row"><a href=move || console.href(&Route::Service(id.clone()))>{service.name.clone()}</a></th>
            <td title=move || row.get().why>{move || view! { <Chip tone=row.get().health.tone() word=row.get().health.word() /> }}</td>
            <td class="right num" data-label="Latency p95">{move || row.get().latency}</td>
            <td class="right num" data-label="Errors">{move || row.get().errors}</td>
            <td class="right num" data-label="CPU">{move || row.get().cpu}</td>
            <td class="right num" data-label="Memory">{move || row.get().memory}</td>
            <td class="right num" data-label="Budget left">{budget_left(console, &service)}</td>
            <td class="wide"><Sparkline series=spark range=slow(range) unit=Unit::Rps title=format!("Traffic of {name}") /></td>
        </tr>
    }
}

/// A range that moves once a minute, which is finer than a spark can show.
fn slow(range: Signal<(i64, i64)>) -> Signal<(i64, i64)> {
    const STEP: i64 = 60_000;
    let minute = memo(move || {
        let (from, to) = range.get();
        (from - from.rem_euclid(STEP), to - to.rem_euclid(STEP))
    });
    minute.into()
}

fn spark(console: Console, service: &Service) -> Signal<Option<crate::domain::series::Series>> {
    let service = service.clone();
    let pick =
        console.config().service_set(&service, Golden::Traffic).map(|(s, v)| (s.by.clone(), v.to_string()));
    let answer = data(console.ask(move || spark_question(&console.config(), &service)));
    memo(move || {
        let (by, value) = pick.as_ref()?;
        frame(&answer.get())?.labelled(by, value).ok().flatten()
    })
    .into()
}

/// The least of the budgets of a service's objectives.
fn budget_left(console: Console, service: &Service) -> impl IntoView + use<> {
    let slos: SlosState = expect_context();
    let config = console.config();
    let own = |s: &SloState| config.slos.get(s.index).is_some_and(|slo| slo.service == service.id);
    let states: Vec<SloState> = slos.all.get_value().into_iter().filter(own).collect();
    move || {
        let worst = states
            .iter()
            .filter_map(|s| {
                let slo = console.config().slos.get(s.index)?.clone();
                let standing = s.standing.get()?;
                Some((slo, standing.policy?, standing.budget?))
            })
            .min_by(|a, b| a.2.left().total_cmp(&b.2.left()));
        match worst {
            None => view! { <span>"–"</span> }.into_any(),
            Some((slo, policy, budget)) => {
                let route = Route::Slo(slo.id);
                view! {
                    <a class="toned" href=move || console.href(&route) data-tone=if policy == Policy::Ok { "plain" } else { policy.tone() } title=format!("{}: {}", slo.name, policy.advice())>
                        {share_text(budget.left())}
                    </a>
                }
                .into_any()
            }
        }
    }
}

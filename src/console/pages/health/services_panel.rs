//! The services: a link to each, its status and its figures, what needs attention first.

use crate::config::{Config, Service};
use crate::console::components::{DataTable, EmptyState, FilterBar, Panel, Sparkline};
use crate::console::state::{
    Console, Held, Polled, Shared, SloState, SlosState, data, feed, frame, memo, use_console,
};
use crate::domain::format::Unit;
use crate::domain::order::{Gather as _, Order as _};
use crate::domain::series::Frame;
use crate::domain::signal::Signal as Golden;
use crate::domain::slo::Policy;
use crate::domain::time::DAY;
use crate::model::route::Route;
use crate::model::{
    Cell, Column, DataRow, Feed, SHOWN, ServiceRow, arranged, row_question, service_row, share_text,
    spark_question,
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The answers of all sets, by set and signal: one question for all services each.
type Answers = BTreeMap<(String, Golden), (Polled, Held)>;

/// From so many services on the list is filtered and grouped.
const MANY: usize = 9;

const COLUMNS: [Column; 7] = [
    Column::text("name", "Service"),
    Column::text("state", "Status"),
    Column::number("latency", "Latency p95").hinted("95th percentile"),
    Column::number("errors", "Errors"),
    Column::number("cpu", "CPU"),
    Column::number("memory", "Memory"),
    Column::number("budget", "Budget left").hinted("Error budget left"),
];

const SAMPLE: &str = r#""services": [
  { "id": "api", "name": "API", "group": "Edge", "signals": { "web": "api" } }
]"#;

#[component]
pub fn ServicesPanel() -> impl IntoView {
    let console = use_console();
    let config = console.config();
    if config.services.is_empty() {
        return view! { <EmptyState icon="Services" title="No services yet" what="A service is what users depend on: list them to see status, latency, errors and budgets side by side." sample=SAMPLE /> }.into_any();
    }
    let answers = ask_all(console, &config);
    let own = feed(answers.values().map(|(answer, _)| *answer).collect());
    // The budgets of the last column are made from other answers.
    let slos = expect_context::<SlosState>();
    let feed = memo(move || {
        let own = own.get();
        let warnings = [own.warnings.clone(), slos.feed.get().warnings].concat();
        Feed { warnings, ..own }.sorted()
    });
    let answers = StoredValue::new(answers);
    let rows = memo(move || rows(console, answers, slos));
    let shown = memo(move || {
        let view = console.view.get();
        arranged(rows.get(), &COLUMNS, &view.query, &view.sort)
    });
    let sparks: Vec<_> = config.services.iter().map(|s| (s.id.clone(), spark(console, s))).collect();
    let sparks: BTreeMap<_, _> = sparks.into_iter().into_map();
    let range = slow(Signal::derive(move || {
        let now = console.now.get();
        (now - DAY, now)
    }));
    let tail = Arc::new(move |id: &str| {
        let name = console.config().service(id).map(|s| s.name.clone()).unwrap_or_default();
        let series = sparks.get(id).copied();
        series
            .map(|series| view! { <Sparkline series=series range=range unit=Unit::Rps title=format!("Traffic of {name}") /> })
            .into_any()
    });
    let is_grouped = memo(move || console.view.get().group == "group");
    let has_groups = config.services.iter().any(|s| s.group.is_some());
    let filter = (config.services.len() >= MANY).then(|| {
        let groups = has_groups.then(|| ("group".to_string(), "group".to_string()));
        let groups = Signal::stored(groups.into_iter().collect::<Vec<_>>());
        view! { <FilterBar name="Filter services" label="Filter services by words" groups=groups /> }
    });
    view! {
        <Panel title="Services" feed=feed>
            {filter}
            {move || shown.with(Vec::is_empty).then(|| view! { <p class="empty-line">"No service matches the filter."</p> })}
            <DataTable label="Services, table" class="services" columns=&COLUMNS rows=shown is_grouped=Signal::from(is_grouped) tail=("Traffic, 24 h", tail) />
        </Panel>
    }
    .into_any()
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

/// All services, what is down first.
fn rows(console: Console, answers: StoredValue<Answers>, slos: SlosState) -> Vec<DataRow> {
    // All frames are held for as long as the rows are made.
    let frames: BTreeMap<(String, Golden), Option<Shared>> =
        answers.with_value(|all| all.iter().map(|(key, (_, data))| (key.clone(), data.get())).into_map());
    let partial = answers.with_value(|all| all.values().any(|(answer, _)| answer.get().is_partial()));
    let config = console.config();
    let row = |service: &Service| {
        let row = service_row(&config, service, |set, signal| -> Option<&Frame> {
            frame(frames.get(&(set.to_string(), signal))?)
        });
        if partial { row.doubted() } else { row }
    };
    let mut all: Vec<(ServiceRow, &Service)> = config.services.iter().map(|s| (row(s), s)).collect();
    all.order_by_key(|(row, _)| row.health);
    all.into_iter().map(|(row, service)| data_row(console, row, service, slos)).collect()
}

fn data_row(console: Console, row: ServiceRow, service: &Service, slos: SlosState) -> DataRow {
    let href = console.href(&Route::Service(row.id.clone()));
    let [latency, errors, cpu, memory] = row.values;
    let figure = |text: String, value: Option<f64>| Cell::number(text).ranked(value);
    DataRow {
        is_problem: row.health.is_problem(),
        cells: vec![
            Cell::link(row.name, href, "plain"),
            Cell::chip(row.health.tone(), row.health.word())
                .ranked(f64::from(row.health as u8))
                .hinted(row.why.unwrap_or_default()),
            figure(row.latency, latency),
            figure(row.errors, errors),
            figure(row.cpu, cpu),
            figure(row.memory, memory),
            budget_left(console, service, slos),
        ],
        id: row.id,
        group: service.group.clone().unwrap_or_default(),
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
fn budget_left(console: Console, service: &Service, slos: SlosState) -> Cell {
    let config = console.config();
    let of = |s: &SloState| {
        let slo = config.slos.get(s.index).filter(|slo| slo.service == service.id)?;
        let standing = s.standing.get()?;
        Some((slo, standing.policy?, standing.budget?))
    };
    let worst =
        slos.all.with_value(|all| all.iter().filter_map(of).min_by(|a, b| a.2.left().total_cmp(&b.2.left())));
    let Some((slo, policy, budget)) = worst else { return Cell::number("–") };
    let tone = if policy == Policy::Ok { "plain" } else { policy.tone() };
    Cell::link(share_text(budget.left()), console.href(&Route::Slo(slo.id.clone())), tone)
        .hinted(format!("{}: {}", slo.name, policy.advice()))
        .ranked(budget.left())
}

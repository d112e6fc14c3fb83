//! Latency, traffic, errors, saturation: of the fleet, or of one service.

use crate::chart::model::{Chart, Event};
use crate::config::{NumberOrQuery, Service};
use crate::console::components::{ChartView, GaugeView, Panel, ReadingChip};
use crate::console::model::{
    Feed, GoldenInputs, Reading, errors_chart, fleet_question, graph_link, heat_chart, latency_chart,
    reading, service_question, state_chart, traffic_chart,
};
use crate::console::state::{
    Console, Held, Polled, Shared, ShownQuery, data, events, feed, frame, memo, use_console,
};
use crate::domain::series::Series;
use crate::domain::signal::Signal as Golden;
use crate::domain::time::{DAY, HOUR};
use crate::poll::{Pace, Question, Span};
use leptos::prelude::*;

/// Whose signals.
#[derive(Clone, PartialEq)]
pub enum Subject {
    Fleet,
    Service(Service),
}

/// The answer to a signal's question, and how to find the subject's series in it.
#[derive(Clone)]
struct Asked {
    answer: Polled,
    /// the last there was: while another range is fetched, what is known of it is shown
    data: Held,
    question: Memo<Option<Question>>,
    /// label and value; none for the fleet
    pick: Option<(String, String)>,
    exists: bool,
}

impl Asked {
    fn new(
        console: Console,
        subject: &Subject,
        signal: Golden,
        span: impl Fn() -> Span + Send + Sync + 'static,
    ) -> Self {
        let config = console.config();
        let (exists, pick) = match subject {
            Subject::Fleet => (config.fleet_set(signal).is_some(), None),
            Subject::Service(service) => match config.service_set(service, signal) {
                Some((set, value)) => (true, Some((set.by.clone(), value.to_string()))),
                None => (false, None),
            },
        };
        let subject = subject.clone();
        let question = memo(move || {
            let config = console.config();
            match &subject {
                Subject::Fleet => fleet_question(&config, signal, span()),
                Subject::Service(service) => Some(service_question(&config, service, signal, span())?.0),
            }
        });
        let answer = console.ask(move || question.get());
        let data = Memo::new(move |before: Option<&Option<Shared>>| {
            answer.get().data.or_else(|| before.cloned().flatten())
        });
        Self { answer, data, question, pick, exists }
    }

    /// The query, with the page of its source that shows it.
    fn shown(&self, console: Console) -> Option<ShownQuery> {
        let Some(Question::Range { source, query, span, .. }) = self.question.get() else { return None };
        let config = console.config();
        let link = config.source(&source).and_then(|s| graph_link(&s.url, &query, span));
        Some(ShownQuery { text: query, link })
    }

    fn series(&self) -> Option<Series> {
        let data = self.data.get();
        let frame = frame(&data)?;
        match &self.pick {
            None => frame.series.first().cloned(),
            Some((by, value)) => frame.labelled(by, value).cloned(),
        }
    }
}

/// The queries behind a chart.
fn shown(console: Console, asked: &[&Asked]) -> Signal<Vec<ShownQuery>> {
    let asked: Vec<Asked> = asked.iter().map(|a| (*a).clone()).collect();
    memo(move || asked.iter().filter_map(|a| a.shown(console)).collect::<Vec<_>>()).into()
}

/// Everything of a page that its charts mark.
#[derive(Clone, Copy)]
struct Marks(Memo<Vec<Event>>);

/// Puts the events on a chart.
fn marked(chart: Memo<Option<Chart>>) -> Memo<Option<Chart>> {
    let Marks(events) = expect_context();
    memo(move || {
        let mut chart = chart.get()?;
        chart.events =
            events.get().into_iter().filter(|e| (chart.start..=chart.end).contains(&e.at)).collect();
        Some(chart)
    })
}

#[component]
pub fn GoldenPanels(subject: Subject) -> impl IntoView {
    let console = use_console();
    let span = move || console.view.get().span;
    let baseline = baseline(console, &subject);
    provide_context(Marks(events(console)));
    view! {
        <div class="golden">
            <LatencyPanel subject=subject.clone() />
            <TrafficPanel subject=subject.clone() baseline=baseline />
            <ErrorsPanel subject=subject.clone() />
            <SaturationPanel subject=subject.clone() />
            {match &subject {
                Subject::Service(service) => more(console, service),
                Subject::Fleet => Vec::new(),
            }}
        </div>
        <span class="sr" role="status">{move || match span() {
            Span::Last(_) => String::new(),
            Span::Between(..) => "Showing a fixed time range".to_string(),
        }}</span>
    }
}

/// The expected traffic; it is the fleet's, so a service has none.
fn baseline(console: Console, subject: &Subject) -> Signal<Option<f64>> {
    let config = console.config();
    match (&config.baseline, subject) {
        (Some(NumberOrQuery::Number(value)), Subject::Fleet) => {
            let value = *value;
            Signal::derive(move || Some(value))
        }
        (Some(NumberOrQuery::Query(query)), Subject::Fleet) => {
            let (source, query) = (
                config.fleet_set(Golden::Traffic).map(|s| s.source.clone()).unwrap_or_default(),
                query.clone(),
            );
            let answer = data(console.ask(move || {
                Some(Question::Instant { source: source.clone(), query: query.clone(), pace: Pace::Slow })
            }));
            Signal::derive(move || frame(&answer.get())?.series.first()?.last().map(|(_, v)| v))
        }
        _ => Signal::derive(|| None),
    }
}

/// The span a reading is taken from: the chart's own where that is fine enough to be the present
/// (then both share one answer), else the last hour. The value beside a title is always of now.
fn recent(span: Span) -> Span {
    match span {
        Span::Last(length) if length <= DAY => span,
        _ => Span::Last(HOUR),
    }
}

/// The axis of a chart: it ends where its answer does, so that it moves with the data and not with
/// the clock.
fn inputs(console: Console, answer: Polled) -> GoldenInputs {
    let now = answer.get().as_of.unwrap_or_else(|| console.now.get_untracked());
    GoldenInputs::new(console.view.get().span, now)
}

fn feed_of(asked: &[&Asked]) -> Memo<Feed> {
    feed(asked.iter().filter(|a| a.exists).map(|a| a.answer).collect())
}

/// A chart, or what to configure so that there is one.
#[component]
fn ChartOrHint(
    exists: bool,
    signal: Golden,
    chart: Memo<Option<Chart>>,
    queries: Signal<Vec<ShownQuery>>,
) -> impl IntoView {
    if exists {
        view! { <ChartView chart=marked(chart) queries=queries /> }.into_any()
    } else {
        view! {
            <p class="empty-line chart-hint">
                "Not measured. Add a signal set with a query for " <code>{signal.name()}</code> "."
            </p>
        }
        .into_any()
    }
}

#[component]
fn LatencyPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let span = move || console.view.get().span;
    let [p50, p95, p99] = [Golden::LatencyP50, Golden::LatencyP95, Golden::LatencyP99]
        .map(|signal| Asked::new(console, &subject, signal, span));
    let newest = Asked::new(console, &subject, Golden::LatencyP95, move || recent(span()));
    let feed = feed_of(&[&p50, &p95, &p99, &newest]);
    let queries = shown(console, &[&p95, &p50, &p99]);
    let exists = p95.exists;
    let rule = console.config().rule(Golden::LatencyP95).cloned();
    let read = {
        let rule = rule.clone();
        memo(move || reading(newest.series().as_ref(), Golden::LatencyP95.unit(), rule.as_ref(), None))
    };
    let chart = memo(move || {
        let series = [p50.series(), p95.series(), p99.series()];
        let [a, b, c] = &series;
        p95.data.get().is_some().then(|| {
            latency_chart(&inputs(console, p95.answer), [a.as_ref(), b.as_ref(), c.as_ref()], rule.as_ref())
        })
    });
    view! {
        <Panel title="Latency" feed=feed aside=move || view! { <ReadingChip reading=read prefix="p95" /> }>
            <ChartOrHint exists=exists signal=Golden::LatencyP95 chart=chart queries=queries />
        </Panel>
    }
}

/// What only one service has: its latencies as a distribution, and its state over time.
fn more(console: Console, service: &Service) -> Vec<AnyView> {
    [Golden::LatencyBuckets, Golden::Up]
        .into_iter()
        .filter_map(|signal| {
            let subject = Subject::Service(service.clone());
            let asked = Asked::new(console, &subject, signal, move || console.view.get().span);
            let pick = asked.pick.clone()?;
            let (feed, queries) = (feed_of(&[&asked]), shown(console, &[&asked]));
            let name = service.name.clone();
            let chart = memo(move || {
                let data = asked.data.get();
                let inputs = inputs(console, asked.answer);
                let frame = frame(&data)?;
                let made = match signal {
                    Golden::Up => state_chart(&inputs, &name, asked.series().as_ref()),
                    _ => heat_chart(&inputs, frame, (&pick.0, &pick.1)),
                };
                // An answer without samples is an empty chart that says so.
                let empty = || Chart::new(signal.title(), signal.unit(), inputs.start, inputs.end);
                Some(made.unwrap_or_else(empty))
            });
            let (title, class) = match signal {
                Golden::Up => ("State", "chart low"),
                _ => ("Latency distribution", "chart"),
            };
            Some(
                view! {
                    <Panel title=title feed=feed>
                        <ChartView chart=marked(chart) class=class queries=queries />
                    </Panel>
                }
                .into_any(),
            )
        })
        .collect()
}

#[component]
fn TrafficPanel(subject: Subject, baseline: Signal<Option<f64>>) -> impl IntoView {
    let console = use_console();
    let asked = Asked::new(console, &subject, Golden::Traffic, move || console.view.get().span);
    let newest = Asked::new(console, &subject, Golden::Traffic, move || recent(console.view.get().span));
    let feed = feed_of(&[&asked, &newest]);
    let queries = shown(console, &[&asked]);
    let exists = asked.exists;
    let rule = console.config().rule(Golden::Traffic).cloned();
    let read = {
        let rule = rule.clone();
        memo(move || {
            let rule = rule.as_ref().filter(|r| r.threshold(baseline.get()).is_some());
            reading(newest.series().as_ref(), Golden::Traffic.unit(), rule, baseline.get())
        })
    };
    let chart = memo(move || {
        asked.data.get().is_some().then(|| {
            traffic_chart(
                &inputs(console, asked.answer),
                asked.series().as_ref(),
                rule.as_ref(),
                baseline.get(),
            )
        })
    });
    view! {
        <Panel title="Traffic" feed=feed aside=move || view! { <ReadingChip reading=read prefix="" /> }>
            <ChartOrHint exists=exists signal=Golden::Traffic chart=chart queries=queries />
        </Panel>
    }
}

#[component]
fn ErrorsPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let by_class = Asked::new(console, &subject, Golden::TrafficByClass, move || console.view.get().span);
    // An hour is enough for the `for` of a rule; the share itself is not drawn.
    let ratio = Asked::new(console, &subject, Golden::ErrorRatio, || Span::Last(HOUR));
    let feed = feed_of(&[&by_class, &ratio]);
    let queries = shown(console, &[&by_class]);
    let exists = by_class.exists;
    let rule = console.config().rule(Golden::ErrorRatio).cloned();
    let read = memo(move || reading(ratio.series().as_ref(), Golden::ErrorRatio.unit(), rule.as_ref(), None));
    let chart = memo(move || {
        let data = by_class.data.get();
        let pick = by_class.pick.as_ref().map(|(l, v)| (l.as_str(), v.as_str()));
        Some(errors_chart(&inputs(console, by_class.answer), frame(&data)?, pick))
    });
    view! {
        <Panel title="Errors" feed=feed aside=move || view! { <ReadingChip reading=read prefix="" /> }>
            <ChartOrHint exists=exists signal=Golden::TrafficByClass chart=chart queries=queries />
        </Panel>
    }
}

#[component]
fn SaturationPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let asked = [Golden::Cpu, Golden::Memory, Golden::Disk]
        .map(|signal| (signal, Asked::new(console, &subject, signal, || Span::Last(HOUR))));
    let [(_, cpu), (_, memory), (_, disk)] = &asked;
    let feed = feed_of(&[cpu, memory, disk]);
    let none = asked.iter().all(|(_, a)| !a.exists);
    let gauges = move || {
        asked
            .iter()
            .filter(|(_, a)| a.exists)
            .map(|(signal, asked)| gauge(console, *signal, asked.clone()))
            .collect::<Vec<_>>()
    };
    view! {
        <Panel title="Saturation" feed=feed>
            <Show when=move || none>
                <p class="empty-line chart-hint">"Not measured. Add a signal set with the preset node_exporter."</p>
            </Show>
            <div class="gauges">{gauges()}</div>
        </Panel>
    }
}

fn gauge(console: Console, signal: Golden, asked: Asked) -> impl IntoView {
    let rule = console.config().rule(signal).cloned();
    let threshold = rule.as_ref().and_then(|r| r.threshold(None));
    let asked_again = asked.clone();
    let series = memo(move || asked.series());
    let read: Memo<Reading> =
        memo(move || reading(series.get().as_ref(), signal.unit(), rule.as_ref(), None));
    let queries = shown(console, &[&asked_again]);
    view! { <GaugeView name=signal.title() series=series reading=read threshold=threshold queries=queries /> }
}

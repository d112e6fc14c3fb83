//! Latency, traffic and errors: of the fleet, or of one service.

use crate::chart::model::{Chart, Event};
use crate::config::{NumberOrQuery, Service};
use crate::console::components::{ChartView, Panel, ReadingChip, Segmented};
use crate::console::state::{
    Console, Held, Polled, Shared, ShownQuery, data, feed, frame, memo, use_console,
};
use crate::domain::alert_rule::AlertRule;
use crate::domain::series::{Frame, Series};
use crate::domain::signal::Signal as Golden;
use crate::domain::single::Several;
use crate::domain::time::{DAY, HOUR, Millis};
use crate::model::{
    CLIENT_ERRORS, ERRORS, Feed, GoldenInputs, Reading, at_rest, class_series, class_share, common_instant,
    error_ratio_chart, errors_chart, fleet_question, graph_link, heat_chart, latency_chart, no_reading,
    query_text, reading, service_question, state_chart, subject_series, too_many, traffic_chart, until,
};
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
pub(super) struct Asked {
    signal: Golden,
    pub(super) answer: Polled,
    /// the last there was: while another range is fetched, what is known of it is shown
    pub(super) data: Held,
    question: Memo<Option<Question>>,
    /// label and value; none for the fleet
    pick: Option<(String, String)>,
    pub(super) exists: bool,
}

impl Asked {
    pub(super) fn new(
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
        Self { signal, answer, data, question, pick, exists }
    }

    /// The query, with the page of its source that shows it.
    fn shown(&self, console: Console) -> Option<ShownQuery> {
        let Some(Question::Range { source, measure, span, .. }) = self.question.get() else { return None };
        let config = console.config();
        let source = config.source(&source)?;
        Some(ShownQuery { text: query_text(source, &measure)?, link: graph_link(source, &measure, span) })
    }

    fn of(&self) -> Option<(&str, &str)> {
        self.pick.as_ref().map(|(label, value)| (label.as_str(), value.as_str()))
    }

    fn found(&self) -> Result<Option<Series>, Several> {
        frame(&self.data.get()).map_or(Ok(None), |frame| subject_series(frame, self.of()))
    }

    pub(super) fn series(&self) -> Option<Series> {
        self.found().ok().flatten()
    }

    fn too_many(&self) -> Option<Several> {
        too_many(frame(&self.data.get())?, self.signal, self.of())
    }

    /// The time between two of its samples.
    fn step(&self) -> Millis {
        match self.question.get() {
            Some(Question::Range { step, .. }) => step,
            _ => 1,
        }
    }

    /// The reading of its newest value, or of an instant.
    pub(super) fn reading(
        &self,
        at: Option<Millis>,
        rule: Option<&AlertRule>,
        baseline: Option<f64>,
    ) -> Reading {
        match self.found() {
            Ok(series) => {
                let read =
                    reading(series.map(|s| until(&s, at)).as_ref(), self.signal.unit(), rule, baseline);
                read.doubted(self.answer.get().is_partial())
            }
            Err(several) => no_reading(&several),
        }
    }
}

/// Why a panel lacks what was answered.
pub(super) fn note(asked: &[&Asked]) -> Signal<Option<String>> {
    let asked: Vec<Asked> = asked.iter().map(|a| (*a).clone()).collect();
    let first = move || asked.iter().find_map(|a| Some(format!("{}: {}.", a.signal.title(), a.too_many()?)));
    memo(first).into()
}

/// The queries behind a chart.
pub(super) fn shown(console: Console, asked: &[&Asked]) -> Signal<Vec<ShownQuery>> {
    let asked: Vec<Asked> = asked.iter().map(|a| (*a).clone()).collect();
    memo(move || asked.iter().filter_map(|a| a.shown(console)).collect::<Vec<_>>()).into()
}

/// Everything of a page that its charts mark.
#[derive(Clone, Copy)]
pub(super) struct Marks(pub(super) Memo<Vec<Event>>);

/// Puts the events on a chart.
pub(super) fn marked(chart: Memo<Option<Chart>>) -> Memo<Option<Chart>> {
    let Marks(events) = expect_context();
    memo(move || {
        let mut chart = chart.get()?;
        chart.events =
            events.get().into_iter().filter(|e| (chart.start..=chart.end).contains(&e.at)).collect();
        Some(chart)
    })
}

/// The expected traffic; it is the fleet's, so a service has none.
pub(super) fn baseline(console: Console, subject: &Subject) -> Signal<Result<Option<f64>, Several>> {
    let config = console.config();
    match (&config.baseline, subject) {
        (Some(NumberOrQuery::Number(value)), Subject::Fleet) => {
            let value = *value;
            Signal::derive(move || Ok(Some(value)))
        }
        (Some(NumberOrQuery::Query(query)), Subject::Fleet) => {
            let (source, query) = (
                config.fleet_set(Golden::Traffic).map(|s| s.source.clone()).unwrap_or_default(),
                query.clone(),
            );
            let answer = data(console.ask(move || {
                Some(Question::Instant {
                    source: source.clone(),
                    measure: query.clone().into(),
                    pace: Pace::Slow,
                })
            }));
            Signal::derive(move || {
                let found = frame(&answer.get()).map_or(Ok(None), |frame| subject_series(frame, None))?;
                Ok(found.and_then(|s| s.last()).map(|(_, v)| v))
            })
        }
        _ => Signal::derive(|| Ok(None)),
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
pub(super) fn inputs(console: Console, answer: Polled) -> GoldenInputs {
    let now = answer.get().as_of.unwrap_or_else(|| console.now.get_untracked());
    GoldenInputs::new(console.view.get().span, now)
}

pub(super) fn feed_of(asked: &[&Asked]) -> Memo<Feed> {
    feed(asked.iter().filter(|a| a.exists).map(|a| a.answer).collect())
}

/// A chart, or what to configure so that there is one.
#[component]
fn ChartOrHint(
    exists: bool,
    signal: Golden,
    chart: Memo<Option<Chart>>,
    queries: Signal<Vec<ShownQuery>>,
    note: Signal<Option<String>>,
) -> impl IntoView {
    if exists {
        view! {
            <ChartView chart=marked(chart) queries=queries />
            {move || note.get().map(|why| view! { <p class="row-note">{why}</p> })}
        }
        .into_any()
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
pub(super) fn LatencyPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let span = move || console.view.get().span;
    let [p50, p95, p99] = [Golden::LatencyP50, Golden::LatencyP95, Golden::LatencyP99]
        .map(|signal| Asked::new(console, &subject, signal, span));
    let newest = [Golden::LatencyP50, Golden::LatencyP95, Golden::LatencyP99]
        .map(|signal| Asked::new(console, &subject, signal, move || recent(span())));
    let [now50, now95, now99] = &newest;
    let feed = feed_of(&[&p50, &p95, &p99, now50, now95, now99]);
    let queries = shown(console, &[&p95, &p50, &p99]);
    let note = note(&[&p95, &p50, &p99]);
    let exists = p95.exists;
    let rule = console.config().rule(Golden::LatencyP95).cloned();
    let at = {
        let newest = newest.clone();
        memo(move || {
            let series: Vec<Series> = newest.iter().filter_map(Asked::series).collect();
            common_instant(&series, newest.iter().map(Asked::step).max().unwrap_or(1))
        })
    };
    let read = {
        let (rule, now95) = (rule.clone(), now95.clone());
        memo(move || now95.reading(at.get(), rule.as_ref(), None))
    };
    let chart = memo(move || {
        let series = [p50.series(), p95.series(), p99.series()];
        let [a, b, c] = &series;
        p95.data.get()?;
        let inputs = inputs(console, p95.answer);
        let mut chart = latency_chart(&inputs, [a.as_ref(), b.as_ref(), c.as_ref()], rule.as_ref());
        let [now50, now95, now99] = &newest;
        at_rest(&mut chart, at.get(), now95.step(), |name| match name {
            "p50" => now50.series(),
            "p95" => now95.series(),
            _ => now99.series(),
        });
        Some(chart)
    });
    view! {
        <Panel title="Latency" feed=feed aside=move || view! { <ReadingChip reading=read prefix="p95" /> }>
            <ChartOrHint exists=exists signal=Golden::LatencyP95 chart=chart queries=queries note=note />
        </Panel>
    }
}

/// What only one service has: its latencies as a distribution, and its state over time.
pub(super) fn more(console: Console, service: &Service) -> Vec<AnyView> {
    [Golden::LatencyBuckets, Golden::Up]
        .into_iter()
        .filter_map(|signal| {
            let subject = Subject::Service(service.clone());
            let asked = Asked::new(console, &subject, signal, move || console.view.get().span);
            let pick = asked.pick.clone()?;
            let (feed, queries, note) = (feed_of(&[&asked]), shown(console, &[&asked]), note(&[&asked]));
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
                        {move || note.get().map(|why| view! { <p class="row-note">{why}</p> })}
                    </Panel>
                }
                .into_any(),
            )
        })
        .collect()
}

#[component]
pub(super) fn TrafficPanel(
    subject: Subject,
    baseline: Signal<Result<Option<f64>, Several>>,
) -> impl IntoView {
    let console = use_console();
    let asked = Asked::new(console, &subject, Golden::Traffic, move || console.view.get().span);
    let newest = Asked::new(console, &subject, Golden::Traffic, move || recent(console.view.get().span));
    let feed = feed_of(&[&asked, &newest]);
    let queries = shown(console, &[&asked]);
    let note = note(&[&asked]);
    let exists = asked.exists;
    let rule = console.config().rule(Golden::Traffic).cloned();
    let read = {
        let (rule, newest) = (rule.clone(), newest.clone());
        memo(move || match baseline.get() {
            Ok(usual) => newest.reading(None, rule.as_ref().filter(|r| r.threshold(usual).is_some()), usual),
            // Without a baseline nothing can be said of a drop below it.
            Err(several) => Reading {
                tone: "unknown",
                word: "no baseline",
                detail: format!("Baseline: {several}"),
                ..newest.reading(None, None, None)
            },
        })
    };
    let chart = memo(move || {
        asked.data.get()?;
        let usual = baseline.get().ok().flatten();
        let series = asked.series();
        let mut chart = traffic_chart(&inputs(console, asked.answer), series.as_ref(), rule.as_ref(), usual);
        let now = newest.series();
        let at = common_instant(&now, newest.step());
        at_rest(&mut chart, at, newest.step(), |_| now.clone());
        Some(chart)
    });
    view! {
        <Panel title="Traffic" feed=feed aside=move || view! { <ReadingChip reading=read prefix="" /> }>
            <ChartOrHint exists=exists signal=Golden::Traffic chart=chart queries=queries note=note />
        </Panel>
    }
}

#[component]
pub(super) fn ErrorsPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let by_class = Asked::new(console, &subject, Golden::TrafficByClass, move || console.view.get().span);
    // The share and the classes are asked for at the same instants, over an hour at least for the `for` of a rule.
    let newest_span = move || match recent(console.view.get().span) {
        Span::Last(length) if length < HOUR => Span::Last(HOUR),
        span => span,
    };
    let newest = Asked::new(console, &subject, Golden::TrafficByClass, newest_span);
    let ratio = Asked::new(console, &subject, Golden::ErrorRatio, newest_span);
    // As long as the page shows a day or less this is the question above.
    let ratio_shown = Asked::new(console, &subject, Golden::ErrorRatio, move || console.view.get().span);
    let feed = feed_of(&[&by_class, &newest, &ratio, &ratio_shown]);
    let kind = RwSignal::new(0);
    let is_stack = memo(move || kind.get() == 1);
    let (shown_ratio, shown_classes) =
        (shown(console, &[&ratio_shown, &by_class]), shown(console, &[&by_class]));
    let queries = memo(move || if is_stack.get() { shown_classes.get() } else { shown_ratio.get() }).into();
    let note = note(&[&by_class, &ratio, &ratio_shown]);
    let exists = by_class.exists || ratio.exists;
    let (has_both, ratio_exists) = (by_class.exists && ratio.exists, ratio.exists);
    let rule = console.config().rule(Golden::ErrorRatio).cloned();
    const CLASSES: [&str; 3] = ["5xx", "4xx", "2xx"];
    let at = {
        let (newest, ratio) = (newest.clone(), ratio.clone());
        memo(move || {
            let data = newest.data.get();
            let class = |name: &&str| class_series(frame(&data)?, newest.of(), name);
            let series: Vec<Series> = CLASSES.iter().filter_map(class).chain(ratio.series()).collect();
            common_instant(&series, ratio.step().max(newest.step()))
        })
    };
    let read = {
        let (rule, ratio) = (rule.clone(), ratio.clone());
        memo(move || ratio.reading(at.get(), rule.as_ref(), None))
    };
    let stack = {
        let (by_class, newest) = (by_class.clone(), newest.clone());
        move || {
            let (data, now) = (by_class.data.get(), newest.data.get());
            let mut chart = errors_chart(&inputs(console, by_class.answer), frame(&data)?, by_class.of());
            let none = Frame::default();
            let now = frame(&now).unwrap_or(&none);
            at_rest(&mut chart, at.get(), newest.step(), |name| class_series(now, newest.of(), name));
            Some(chart)
        }
    };
    let shares = move || {
        let (data, now) = (by_class.data.get(), newest.data.get());
        ratio_shown.data.get()?;
        let none = Frame::default();
        let client = class_share(frame(&data).unwrap_or(&none), by_class.of(), CLIENT_ERRORS);
        let series = ratio_shown.series();
        let inputs = inputs(console, ratio_shown.answer);
        let mut chart = error_ratio_chart(&inputs, series.as_ref(), client.as_ref(), rule.as_ref());
        let now = frame(&now).unwrap_or(&none);
        at_rest(&mut chart, at.get(), newest.step(), |name| match name {
            ERRORS => ratio.series(),
            _ => class_share(now, newest.of(), name),
        });
        Some(chart)
    };
    let chart = memo(move || if is_stack.get() || !ratio_exists { stack() } else { shares() });
    let switch = move || {
        has_both
            .then(|| view! { <Segmented label="Errors shown as" words=&["Ratio", "Requests"] chosen=kind /> })
    };
    view! {
        <Panel title="Errors" feed=feed aside=move || view! { <ReadingChip reading=read prefix="" /> {switch()} }>
            <ChartOrHint exists=exists signal=Golden::ErrorRatio chart=chart queries=queries note=note />
        </Panel>
    }
}

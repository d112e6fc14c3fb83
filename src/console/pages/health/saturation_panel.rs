//! How full it is: now as gauges, and over the time of the page as lines, for a gauge does not say whether it is rising.

use super::golden_panels::{Asked, Subject, feed_of, inputs, marked, note, shown};
use crate::console::components::{ChartView, GaugeView, Panel};
use crate::console::state::{Console, memo, use_console};
use crate::domain::series::Series;
use crate::domain::signal::Signal as Golden;
use crate::domain::time::HOUR;
use crate::model::{Reading, saturation_chart};
use crate::poll::Span;
use leptos::prelude::*;

const SIGNALS: [Golden; 3] = [Golden::Cpu, Golden::Memory, Golden::Disk];

#[component]
pub fn SaturationPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let now = SIGNALS.map(|signal| Asked::new(console, &subject, signal, || Span::Last(HOUR)));
    let past = SIGNALS.map(|signal| Asked::new(console, &subject, signal, move || console.view.get().span));
    let feed = feed_of(&now.iter().chain(&past).collect::<Vec<_>>());
    let exists = now.iter().any(|a| a.exists);
    let measured: Vec<&Asked> = past.iter().filter(|a| a.exists).collect();
    let (queries, note) = (shown(console, &measured), note(&measured));
    let chart = {
        let past = past.clone();
        memo(move || {
            let answered = past.iter().find(|a| a.data.with(Option::is_some))?;
            let series: Vec<Option<Series>> = past.iter().map(Asked::series).collect();
            let lines: Vec<_> = SIGNALS.into_iter().zip(series.iter().map(Option::as_ref)).collect();
            Some(saturation_chart(&inputs(console, answered.answer), &lines, &console.config()))
        })
    };
    let gauges: Vec<_> = SIGNALS
        .into_iter()
        .zip(now)
        .filter(|(_, a)| a.exists)
        .map(|(signal, asked)| gauge(console, signal, asked))
        .collect();
    view! {
        <Panel title="Saturation" feed=feed>
            {if exists {
                view! {
                    <div class="gauges">{gauges}</div>
                    <ChartView chart=marked(chart) class="chart short" queries=queries />
                    {move || note.get().map(|why| view! { <p class="row-note">{why}</p> })}
                }.into_any()
            } else {
                view! { <p class="empty-line chart-hint">"Not measured. Add a signal set with queries for cpu, memory and disk."</p> }.into_any()
            }}
        </Panel>
    }
}

fn gauge(console: Console, signal: Golden, asked: Asked) -> impl IntoView {
    let rule = console.config().rule(signal).cloned();
    let threshold = rule.as_ref().and_then(|r| r.threshold(None));
    let asked_again = asked.clone();
    let series = {
        let asked = asked.clone();
        memo(move || asked.series())
    };
    let read: Memo<Reading> = memo(move || asked.reading(None, rule.as_ref(), None));
    let queries = shown(console, &[&asked_again]);
    view! { <GaugeView name=signal.title() series=series reading=read threshold=threshold queries=queries /> }
}

//! Windows that are over.

use super::subject::Subject;
use crate::console::components::{DataTable, Panel};
use crate::console::state::{Shared, answered, feed, frame, kept, memo, use_console};
use crate::domain::format::availability;
use crate::domain::time::{HOUR, Millis};
use crate::domain::window::Bounds;
use crate::model::{
    Cell, Column, DataRow, SpanCount, past_windows, share_text, span_count, span_name, spans_question,
};
use crate::poll::Answer;
use leptos::prelude::*;

const N: usize = 4;

const COLUMNS: [Column; 4] = [
    Column::text("", "Window"),
    Column::number("", "Measured"),
    Column::number("", "Budget used"),
    Column::text("", "SLO"),
];

#[component]
pub fn PastPanel(subject: Subject) -> impl IntoView {
    let console = use_console();
    let Subject { slo, zone, .. } = subject;
    let hour = memo(move || console.now.get() / HOUR * HOUR);
    let windows = {
        let (slo, zone) = (slo.clone(), zone.clone());
        memo(move || (hour.get(), past_windows(&slo, hour.get(), &zone, N)))
    };
    let asked = {
        let slo = slo.clone();
        console.board.ask_about(windows, move |(hour, windows)| Some(spans_question(&slo, windows, *hour)))
    };
    let feed = feed(vec![answered(asked)]);
    // Every hour asks for other windows.
    let counts = {
        let slo = slo.clone();
        kept(move || {
            let of = |((hour, windows), answer): ((Millis, Vec<Bounds>), Answer<Shared>)| {
                let frame = frame(&answer.data)?;
                Some(windows.iter().map(|span| span_count(&slo, *span, frame, hour)).collect::<Vec<_>>())
            };
            ((), asked.get().and_then(of))
        })
    };
    let rows = memo(move || {
        let row = |count: SpanCount| {
            let span = count.span;
            let budget = slo.objective.budget(&count.counts, span, span.end);
            let (measured, spent) = match budget {
                Some(b) => (availability(1.0 - b.bad), share_text(b.spent())),
                None => (count.reason(), String::new()),
            };
            let partly = budget.filter(|_| !count.is_covered());
            let partly = partly.map(|_| format!("{} of it with data", share_text(count.covered)));
            let (tone, word) = match budget.filter(|_| count.is_covered() && !feed.get().is_partial()) {
                Some(b) if b.left() < -1e-9 => ("bad", "missed"),
                Some(_) => ("ok", "met"),
                None => ("unknown", "unknown"),
            };
            let name = span_name(slo.objective.window, span, &zone);
            DataRow {
                id: name.clone(),
                cells: vec![
                    Cell::text(name),
                    Cell::number(measured).noted(partly.unwrap_or_default()),
                    Cell::number(spent),
                    Cell::chip(tone, word),
                ],
                ..DataRow::default()
            }
        };
        counts.get().unwrap_or_default().into_iter().map(row).collect::<Vec<_>>()
    });
    view! {
        <Panel title="Past windows" feed=feed>
            <p class="explain">"Earlier windows. “No data” means the source no longer keeps those samples; partly covered windows get no verdict."</p>
            <DataTable label="Past windows, table" columns=&COLUMNS rows=rows />
        </Panel>
    }
}

//! A chart as a table, sorted by whichever column.

use crate::chart::model::Chart;
use crate::chart::table::table;
use crate::console::state::{memo, use_console};
use crate::domain::format::human_or_dash;
use leptos::prelude::*;

/// More rows than this help nobody to read; the CSV has all.
const MOST: usize = 240;

#[component]
pub fn TableView(chart: Signal<Option<Chart>>) -> impl IntoView {
    let console = use_console();
    // The newest first.
    let order: RwSignal<(Option<usize>, bool)> = RwSignal::new((None, true));
    let shown = memo(move || {
        let chart = chart.get()?;
        let whole = table(&chart);
        let mut rows = whole.thinned(MOST);
        let (by, descending) = order.get();
        rows.sort(by, descending);
        Some((chart.unit, whole.rows.len(), rows))
    });
    let names = memo(move || shown.get().map(|(_, _, t)| t.names).unwrap_or_default());
    let head = move |by: Option<usize>, name: String| {
        let direction = move || match order.get() {
            (now, descending) if now == by => {
                if descending {
                    "descending"
                } else {
                    "ascending"
                }
            }
            _ => "none",
        };
        let click = move |_| order.update(|o| *o = if o.0 == by { (by, !o.1) } else { (by, true) });
        view! {
            <th scope="col" class=by.map(|_| "right") aria-sort=direction>
                <button type="button" class="sort" on:click=click>{name}</button>
            </th>
        }
    };
    let heads = move || {
        let time = head(None, "Time".to_string());
        let rest: Vec<_> = names.get().into_iter().enumerate().map(|(i, n)| head(Some(i), n)).collect();
        view! { {time} {rest} }
    };
    let rows = move || {
        let (unit, _, table) = shown.get()?;
        let row = |(t, values): (i64, Vec<Option<f64>>)| {
            let cells: Vec<_> = values
                .into_iter()
                .map(|v| view! { <td class="num right">{human_or_dash(unit, v)}</td> })
                .collect();
            view! { <tr><th scope="row" class="num" title=console.time_title(t)>{console.clock(t)}</th>{cells}</tr> }
        };
        Some(table.rows.into_iter().map(row).collect::<Vec<_>>())
    };
    let note = move || {
        let (_, n, table) = shown.get()?;
        (n > table.rows.len())
            .then(|| format!("{} of {n} samples, evenly chosen; the CSV has all.", table.rows.len()))
    };
    view! {
        <div class="chart-table" tabindex="0" role="region" aria-label="Values">
            <table class="table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="hint">{note}</p>
    }
}

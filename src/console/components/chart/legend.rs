//! The traces by name, with their value at the crosshair or else the newest. A click shows one alone,
//! with Ctrl it hides or shows it; by keyboard the menu does the same, so that a chart stays one stop.

use super::overlay::Pointer;
use super::swatch::swatch;
use crate::chart::cursor::readings;
use crate::chart::model::{Chart, Trace};
use crate::console::state::{ChartSettings, memo};
use crate::domain::format::human_or_dash;
use crate::domain::time::Millis;
use leptos::prelude::*;
use web_sys::MouseEvent;

#[derive(Clone, PartialEq)]
struct Entry {
    name: String,
    swatch: String,
    value: String,
    hidden: bool,
}

#[component]
pub fn Legend(
    chart: Signal<Option<Chart>>,
    settings: RwSignal<ChartSettings>,
    pointer: Pointer,
) -> impl IntoView {
    let entries = memo(move || {
        // Rows are named beside them and cannot be taken apart.
        let Some(chart) = chart.get().filter(|c| c.rows.is_none()) else { return Vec::new() };
        let hidden = settings.get().hidden;
        let at = pointer.instant().get();
        chart.traces.iter().map(|t| entry(&chart, t, at, hidden.contains(&t.name))).collect::<Vec<_>>()
    });
    let names = memo(move || entries.get().into_iter().map(|e| e.name).collect::<Vec<_>>());
    let chosen = move |name: &str, event: &MouseEvent| {
        let all = names.get_untracked();
        let toggle = event.ctrl_key() || event.meta_key();
        settings.update(|s| s.hidden = choose(&all, &s.hidden, name, toggle));
    };
    let row = move |(i, name): (usize, String)| {
        let of = move || entries.get().into_iter().nth(i);
        let spoken = name.clone();
        view! {
            <button
                type="button"
                class="legend-entry"
                tabindex="-1"
                title="Click to isolate, Ctrl+click to toggle"
                aria-pressed=move || of().is_some_and(|e| !e.hidden).to_string()
                on:click=move |e| chosen(&name, &e)
            >
                <span class=move || format!("swatch {}", of().map(|e| e.swatch).unwrap_or_default()) aria-hidden="true"></span>
                {spoken}
                <span class="num">{move || of().map(|e| e.value)}</span>
            </button>
        }
    };
    view! {
        <figcaption class="legend">
            {move || names.get().into_iter().enumerate().map(row).collect::<Vec<_>>()}
            <button
                type="button"
                class="chart-more"
                tabindex="-1"
                title="Table, copy, save (Enter on the chart)"
                aria-label="Table, copy, save"
                on:click=move |_| pointer.open_menu()
            >
                "⋯"
            </button>
        </figcaption>
    }
}

/// What is hidden after a click on an entry.
fn choose(all: &[String], hidden: &[String], name: &str, toggle: bool) -> Vec<String> {
    if toggle {
        let mut next = hidden.to_vec();
        match next.iter().position(|h| h == name) {
            Some(at) => drop(next.remove(at)),
            None => next.push(name.to_string()),
        }
        return next;
    }
    let others: Vec<String> = all.iter().filter(|n| *n != name).cloned().collect();
    // A second click on what is alone brings all back.
    if hidden.len() == others.len() && others.iter().all(|o| hidden.contains(o)) {
        Vec::new()
    } else {
        others
    }
}

fn entry(chart: &Chart, trace: &Trace, at: Option<Millis>, hidden: bool) -> Entry {
    let value = match at {
        Some(at) => readings(chart, at).into_iter().find(|r| r.name == trace.name).and_then(|r| r.value),
        // The end of a projection is no reading.
        None if trace.is_measured() => trace.at_rest.unwrap_or_else(|| trace.series.last().map(|(_, v)| v)),
        None => None,
    };
    let shown = at.is_some() || trace.is_measured();
    let value = if shown { human_or_dash(chart.unit, value) } else { String::new() };
    Entry { name: trace.name.clone(), swatch: swatch(trace.ink, trace.style), value, hidden }
}

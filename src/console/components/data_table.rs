//! Any list of rows: a table on a desk, cards in a hand, walked by the arrow keys.

use super::{Chip, When};
use crate::console::state::{memo, use_console};
use crate::domain::order::Gather as _;
use crate::model::{Cell, Column, DataRow, Line, Look, lines};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Rows shown at first, and with each asking for more: as many as a screen or two hold.
const AT_ONCE: usize = 60;

/// A cell with a life of its own at the end of each row: its column's title, and its view by the id of the row.
type Tail = (&'static str, Ending);

/// What ends a row beside its data, by the row's id.
type Ending = Arc<dyn Fn(&str) -> AnyView + Send + Sync>;

/// Rows stay while their figures change, so that nobody who reads one by keyboard loses the place.
#[component]
pub fn DataTable(
    /// what a screen reader calls it
    #[prop(into)]
    label: String,
    /// a class of its own for the table
    #[prop(optional)]
    class: &'static str,
    columns: &'static [Column],
    #[prop(into)] rows: Signal<Vec<DataRow>>,
    /// rows have groups
    #[prop(optional, into)]
    is_grouped: Signal<bool>,
    #[prop(optional)] tail: Option<Tail>,
) -> impl IntoView {
    let console = use_console();
    let limit = RwSignal::new(AT_ONCE);
    let shown = memo(move || lines(rows.get(), is_grouped.get(), limit.get()));
    let by_id = memo(move || {
        let row = |line| match line {
            Line::Row(row) => Some((row.id.clone(), row)),
            Line::Head { .. } => None,
        };
        shown.get().into_iter().filter_map(row).into_map()
    });
    // What is drawn anew when it changes: heads with their counts, and which rows there are.
    let keys = memo(move || {
        let key = |line: &Line| match line {
            Line::Row(row) => (row.id.clone(), None),
            Line::Head { title, counts } => (title.clone(), Some(counts.clone())),
        };
        shown.with(|all| all.iter().map(key).collect::<Vec<_>>())
    });
    let n_columns = columns.len() + usize::from(tail.is_some());
    let (tail_title, tail) = tail.unzip();
    let heads: Vec<_> = columns.iter().map(|column| head(*column)).collect();
    let line = move |(id, counts): (String, Option<String>)| match counts {
        Some(counts) => view! {
            <tr class="group-row">
                <th scope="rowgroup" colspan=n_columns>{id} " " <span class="muted num">{counts}</span></th>
            </tr>
        }
        .into_any(),
        None => row(id, columns, by_id, tail.clone()),
    };
    let n_left = move || rows.with(Vec::len).saturating_sub(limit.get());
    // Another list begins at the top again.
    Effect::new(move |_| {
        let view = console.view.get();
        let _key = (view.query, view.sort, view.group);
        limit.set(AT_ONCE);
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table class=format!("table cards {class}") on:keydown=move |e| walk(&e)>
                <thead>
                    <tr>
                        {heads}
                        {tail_title.map(|title| view! { <th scope="col" class="wide">{title}</th> })}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || keys.get() key=|key| key.clone() let:key>
                        {line(key)}
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=move || n_left() != 0>
            <button type="button" class="button more" on:click=move |_| limit.update(|l| *l += AT_ONCE * 4)>
                {move || format!("Show more ({} left)", n_left())}
            </button>
        </Show>
    }
}

fn head(column: Column) -> AnyView {
    let console = use_console();
    let Column { key, title, hint, is_number } = column;
    let class = is_number.then_some("right");
    if key.is_empty() {
        return view! { <th scope="col" class=class title=hint>{title}</th> }.into_any();
    }
    let order = move || {
        let sort = console.view.get().sort;
        match sort.strip_prefix('-') {
            Some(by) if by == key => "descending",
            None if sort == key => "ascending",
            _ => "none",
        }
    };
    let turn = move |_| {
        console.change(true, |s| s.sort = if s.sort == key { format!("-{key}") } else { key.into() });
    };
    view! {
        <th scope="col" class=class title=hint aria-sort=order>
            <button type="button" class="sort" on:click=turn>{title}</button>
        </th>
    }
    .into_any()
}

type Rows = Memo<BTreeMap<String, DataRow>>;

fn row(id: String, columns: &'static [Column], rows: Rows, tail: Option<Ending>) -> AnyView {
    let own = {
        let id = id.clone();
        memo(move || rows.with(|all| all.get(&id).cloned()).unwrap_or_default())
    };
    let cells: Vec<_> = columns.iter().enumerate().map(|(i, column)| cell(own, i, *column)).collect();
    let tail = tail.map(|tail| view! { <td class="wide">{tail(&id)}</td> });
    view! { <tr>{cells} {tail}</tr> }.into_any()
}

fn cell(row: Memo<DataRow>, place: usize, column: Column) -> AnyView {
    let shown = memo(move || row.with(|row| row.cells.get(place).cloned()).unwrap_or_default());
    let drawn = move || drawn(shown.get());
    let hint = move || shown.with(|cell| (!cell.hint.is_empty()).then(|| cell.hint.clone()));
    if place == 0 {
        return view! { <th scope="row" title=hint>{drawn}</th> }.into_any();
    }
    let class = if column.is_number { "num right" } else { "" };
    let blank = move || shown.with(|cell| *cell == Cell::default()).then_some("");
    view! { <td class=class title=hint data-label=column.title data-blank=blank>{drawn}</td> }.into_any()
}

fn drawn(cell: Cell) -> AnyView {
    let Cell { text, look, note, .. } = cell;
    let what = match look {
        Look::Text | Look::Number => text.into_any(),
        Look::Code => view! { <code>{text}</code> }.into_any(),
        Look::Chip(tone) => view! { <Chip tone=tone word=text /> }.into_any(),
        Look::Link(href, tone) => view! { <a class="toned" data-tone=tone href=href>{text}</a> }.into_any(),
        Look::Time(at) => view! { <When at=at /> }.into_any(),
    };
    let note = (!note.is_empty()).then(|| view! { <span class="row-note">{note}</span> });
    view! { {what} {note} }.into_any()
}

/// The arrow keys go from row to row, as far as rows hold something that can be pressed.
fn walk(event: &KeyboardEvent) {
    let is_down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    if walked(event, is_down).is_some() {
        event.prevent_default();
    }
}

fn walked(event: &KeyboardEvent, is_down: bool) -> Option<()> {
    let mut row = event.target()?.dyn_into::<Element>().ok()?.closest("tbody tr").ok()??;
    loop {
        row = if is_down { row.next_element_sibling() } else { row.previous_element_sibling() }?;
        if let Some(next) = row.query_selector("a, button").ok()? {
            return next.dyn_into::<HtmlElement>().ok()?.focus().ok();
        }
    }
}

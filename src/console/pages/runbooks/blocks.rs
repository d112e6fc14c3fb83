//! Parsed Markdown as views. All text of the file goes through text nodes; there is no way from it to markup.

use super::work::Work;
use crate::browser;
use crate::console::state::{Console, use_console};
use crate::domain::runbook::link::Target;
use crate::domain::runbook::variable::{Piece, fill, is_plain, pieces};
use crate::domain::runbook::{Block, Branch, Item, Span};
use crate::model::route::Route;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Blocks nest to a fixed depth (`domain::runbook`), so this ends.
pub fn blocks(all: &[Block], work: Work) -> Vec<AnyView> {
    all.iter().map(|block| one(block, work)).collect()
}

fn one(block: &Block, work: Work) -> AnyView {
    let console = use_console();
    match block {
        Block::Paragraph(text) => view! { <p class="run-text">{spans(text, console)}</p> }.into_any(),
        Block::Branch(branch, text) => {
            let kind = if *branch == Branch::IfFailed { "failed" } else { "expected" };
            view! {
                <p class="run-branch" data-kind=kind><strong>{branch.title()} ": "</strong> {spans(text, console)}</p>
            }
            .into_any()
        }
        Block::Code { text, .. } => view! { <Command text=text.clone() work=work /> }.into_any(),
        Block::List { first, items } => {
            let rows: Vec<AnyView> =
                items.iter().enumerate().map(|(i, item)| row(item, *first, i, work)).collect();
            match first {
                Some(_) => view! { <ol class="run-list">{rows}</ol> }.into_any(),
                None => view! { <ul class="run-list">{rows}</ul> }.into_any(),
            }
        }
        Block::Quote(inside) => {
            view! { <blockquote class="run-quote">{blocks(inside, work)}</blockquote> }.into_any()
        }
        Block::Table { head, rows } => {
            let heads: Vec<_> =
                head.iter().map(|cell| view! { <th scope="col">{spans(cell, console)}</th> }).collect();
            let line = |cells: &Vec<Vec<Span>>| {
                let cells: Vec<_> =
                    cells.iter().map(|cell| view! { <td>{spans(cell, console)}</td> }).collect();
                view! { <tr>{cells}</tr> }
            };
            let lines: Vec<_> = rows.iter().map(line).collect();
            view! {
                <div class="table-scroll" tabindex="0">
                    <table class="table"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>
                </div>
            }
            .into_any()
        }
        Block::Rule => view! { <hr class="run-rule" /> }.into_any(),
        Block::Heading { spans: text, .. } => {
            view! { <p class="run-text"><strong>{spans(text, console)}</strong></p> }.into_any()
        }
    }
}

fn row(item: &Item, first: Option<u64>, place: usize, work: Work) -> AnyView {
    let inside = blocks(&item.blocks, work);
    // The marker is text: a list without one of its own is read the same everywhere.
    let marker = match (item.step, first) {
        (Some(step), Some(first)) => view! { <Tick step=step work=work /> {number(first, place)} }.into_any(),
        (Some(step), None) => view! { <Tick step=step work=work /> }.into_any(),
        (None, Some(first)) => number(first, place).into_any(),
        (None, None) => "•".into_any(),
    };
    view! { <li class="run-item" data-step=item.step><span class="run-marker num">{marker}</span> <div class="run-item-body">{inside}</div></li> }.into_any()
}

fn number(first: u64, place: usize) -> String {
    format!("{}.", first.saturating_add(place as u64))
}

/// The box of a step.
#[component]
pub fn Tick(step: usize, work: Work) -> impl IntoView {
    let title =
        work.book.with_value(|book| book.steps.get(step).map(|s| s.title.clone()).unwrap_or_default());
    view! {
        <input
            type="checkbox"
            class="run-tick"
            aria-label=format!("Done: {title}")
            prop:checked=move || work.is_done(step)
            on:change=move |e| work.tick(step, event_target_checked(&e))
        />
    }
}

/// Texts with their styles and links.
pub fn spans(all: &[Span], console: Console) -> Vec<AnyView> {
    all.iter().map(|span| styled(span, console)).collect()
}

fn styled(span: &Span, console: Console) -> AnyView {
    let text = span.text.clone();
    let style = span.style;
    let mut shown = if style.code { view! { <code>{text}</code> }.into_any() } else { text.into_any() };
    if style.strong {
        shown = view! { <strong>{shown}</strong> }.into_any();
    }
    if style.emphasis {
        shown = view! { <em>{shown}</em> }.into_any();
    }
    if style.struck {
        shown = view! { <s>{shown}</s> }.into_any();
    }
    match &span.link {
        None => shown,
        Some(Target::Outside(url)) => {
            let url = url.clone();
            view! { <a href=url rel="external noopener noreferrer nofollow" target="_blank">{shown}</a> }
                .into_any()
        }
        Some(Target::File { path, anchor }) => {
            if console.config().runbooks.contains(path) {
                let id = if anchor.is_empty() { path.clone() } else { format!("{path}#{anchor}") };
                let route = Route::Runbook(id);
                view! { <a href=move || console.href(&route)>{shown}</a> }.into_any()
            } else {
                let url = format!("{}/{path}", console.base());
                view! { <a href=url rel="external noopener noreferrer" target="_blank">{shown}</a> }
                    .into_any()
            }
        }
    }
}

/// A command with its variables filled in, to be copied.
#[component]
fn Command(text: String, work: Work) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new(String::new());
    let text = StoredValue::new(text);
    let shown = move || {
        text.with_value(|text| {
            let piece = |piece: Piece<'_>| match piece {
                Piece::Text(plain) => plain.to_string().into_any(),
                Piece::Variable(whole, name) => match work.value(name).filter(|v| !v.trim().is_empty()) {
                    Some(value) => {
                        let tone = if is_plain(value.trim()) { "ok" } else { "warn" };
                        view! { <span class="run-value" data-tone=tone title=format!("{name}, filled in")>{value.trim().to_string()}</span> }.into_any()
                    }
                    None => view! { <span class="run-open" title=format!("{name} is not filled in")>{whole.to_string()}</span> }.into_any(),
                },
            };
            pieces(text).into_iter().map(piece).collect::<Vec<_>>()
        })
    };
    let filled = move || {
        text.with_value(|text| {
            let mut names = Vec::new();
            crate::domain::runbook::variable::names(text, &mut names);
            let values: Vec<(String, String)> =
                names.into_iter().filter_map(|name| work.value(&name).map(|value| (name, value))).collect();
            fill(text, |name| values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()))
        })
    };
    let warning = move || {
        let risky = filled().risky;
        (!risky.is_empty()).then(|| {
            view! { <p class="row-note toned" data-tone="warn">{format!("{}: has letters that a shell reads. Look at the command before you run it.", risky.join(", "))}</p> }
        })
    };
    let copy = move |_| {
        let filled = untrack(filled);
        spawn_local(async move {
            let done = browser::copy(&filled.text).await;
            said.set(match (done, filled.open.is_empty()) {
                (false, _) => "Couldn't copy: this browser does not allow it".into(),
                (true, true) => "Copied".into(),
                (true, false) => format!("Copied; not filled in: {}", filled.open.join(", ")),
            });
            console.announce(&said.get_untracked());
            gloo_timers::future::TimeoutFuture::new(2_500).await;
            said.try_set(String::new());
        });
    };
    view! {
        <div class="run-command">
            <pre tabindex="0"><code>{shown}</code></pre>
            <button type="button" class="button" on:click=copy>"Copy"</button>
            <span class="copied">{move || said.get()}</span>
            {warning}
        </div>
    }
}

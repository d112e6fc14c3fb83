//! What can be done with a chart: read it as a table, take it away, change its axis, see its query.

use super::save::{download_csv, download_png, download_svg, range_words};
use super::table::TableView;
use crate::browser;
use crate::chart::model::ValueAxis;
use crate::chart::table::table;
use crate::console::state::{ChartSettings, ChartSubject, use_console};
use crate::domain::number::parse_number;
use crate::domain::order::Order as _;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// One dialog serves all charts of the page.
#[component]
pub fn ChartMenu() -> impl IntoView {
    let console = use_console();
    let dialog = NodeRef::<html::Dialog>::new();
    let open = console.pointing.menu;
    Effect::new(move |_| {
        if let (Some(_), Some(dialog)) = (open.get(), dialog.get_untracked())
            && !dialog.open()
        {
            dialog.show_modal().unwrap_or_default();
        }
    });
    view! {
        <dialog class="dialog chart-menu" node_ref=dialog aria-label="Chart" on:close=move |_| open.set(None)>
            {move || open.get().map(|subject| view! { <Content subject=subject dialog=dialog /> })}
        </dialog>
    }
}

#[component]
fn Content(subject: ChartSubject, dialog: NodeRef<html::Dialog>) -> impl IntoView {
    let console = use_console();
    let said = RwSignal::new(String::new());
    let as_table = RwSignal::new(false);
    let now = move || subject.chart.get_untracked();
    let zone = move || console.zone.get_untracked();
    // Rows share no axis, and none of them can be left out.
    let has_axis = move || subject.chart.with(|c| c.as_ref().is_some_and(|c| c.rows.is_none()));
    let title = move || subject.chart.get().map_or_else(|| "No samples yet".to_string(), |c| c.title);
    let range = move || {
        let zone = console.zone.get();
        subject.chart.get().map(|c| format!("{} {}", range_words(&c, &zone.offsets), zone.name))
    };
    let copy = move |text: String, what: &'static str| {
        spawn_local(async move {
            let done = browser::copy(&text).await;
            said.set(if done {
                format!("{what} copied")
            } else {
                "Couldn't copy. Select the text and copy it manually.".into()
            });
        });
    };
    let saved = move |done: Option<()>, what: &str| {
        said.set(if done.is_some() {
            format!("{what} saved")
        } else {
            format!("Couldn't create the {what} in this browser")
        });
    };
    let copy_csv = move |_| now().into_iter().for_each(|c| copy(table(&c).csv(), "CSV"));
    let save_csv = move |_| now().into_iter().for_each(|c| saved(download_csv(&c), "CSV"));
    let save_png = move |_| {
        now().into_iter().for_each(|c| {
            let theme = console.chart_theme.get_untracked();
            saved(download_png(&c, subject.size.get_untracked(), &zone(), &theme), "PNG");
        });
    };
    let save_svg = move |_| {
        now().into_iter().for_each(|c| {
            let theme = console.chart_theme.get_untracked();
            saved(download_svg(&c, subject.size.get_untracked(), &zone(), &theme), "SVG");
        });
    };
    let copy_link = move |_| copy(console.moment_link(), "Link");
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let action = |words: &'static str, act: Box<dyn Fn(())>| {
        view! { <button type="button" class="button" on:click=move |_| act(())>{words}</button> }
    };
    view! {
        <h2>{title}</h2>
        <p class="muted num">{range}</p>
        <div class="menu-actions">
            <button
                type="button"
                class="button"
                aria-pressed=move || as_table.get().to_string()
                on:click=move |_| as_table.update(|t| *t = !*t)
            >
                "View as table"
            </button>
            {action("Copy as CSV", Box::new(copy_csv))}
            {action("Save CSV", Box::new(save_csv))}
            {action("Save PNG", Box::new(save_png))}
            {action("Save SVG", Box::new(save_svg))}
            {action("Copy link to this moment", Box::new(copy_link))}
        </div>
        <Show when=move || as_table.get()>
            <TableView chart=subject.chart />
        </Show>
        <Show when=has_axis>
            <Shown subject=subject />
            <Axis subject=subject />
        </Show>
        <Queries subject=subject copy=Callback::new(move |text: String| copy(text, "Query")) />
        <p class="toast-line" role="status">{move || said.get()}</p>
        <div class="dialog-buttons">
            <button type="button" class="button primary" on:click=close>"Close"</button>
        </div>
    }
}

/// The traces, each shown or not.
#[component]
fn Shown(subject: ChartSubject) -> impl IntoView {
    let settings = subject.settings;
    // Those that are hidden are not in the chart any more.
    let names = move || {
        let hidden = settings.get().hidden;
        let shown: Vec<String> =
            subject.chart.get().map(|c| c.traces.into_iter().map(|t| t.name).collect()).unwrap_or_default();
        let mut all: Vec<(String, bool)> = shown.into_iter().map(|n| (n, true)).collect();
        all.extend(hidden.into_iter().map(|n| (n, false)));
        all.order();
        all
    };
    let entry = move |(name, shown): (String, bool)| {
        let own = name.clone();
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=shown
                    on:change=move |e| {
                        let show = event_target_checked(&e);
                        settings.update(|s| {
                            s.hidden.retain(|n| *n != own);
                            if !show {
                                s.hidden.push(own.clone());
                            }
                        });
                    }
                />
                {name}
            </label>
        }
    };
    view! {
        <fieldset class="menu-group">
            <legend>"Shown"</legend>
            {move || names().into_iter().map(entry).collect::<Vec<_>>()}
        </fieldset>
    }
}

/// Zero-based, fitted or logarithmic, and limits of one's own.
#[component]
fn Axis(subject: ChartSubject) -> impl IntoView {
    let settings = subject.settings;
    let kinds: [(&'static str, &'static str, ValueAxis); 3] = [
        ("zero", "From zero", ValueAxis { log: false, fitted: false, limits: None }),
        ("fitted", "Fitted", ValueAxis { log: false, fitted: true, limits: None }),
        ("log", "Logarithmic", ValueAxis { log: true, fitted: false, limits: None }),
    ];
    let choices: Vec<_> = kinds
        .into_iter()
        .map(|(value, words, axis)| {
            let is = move || {
                let now = settings.get().axis;
                (now.log, now.fitted) == (axis.log, axis.fitted)
            };
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="axis"
                        value=value
                        prop:checked=is
                        on:change=move |_| settings.update(|s| s.axis = ValueAxis { limits: s.axis.limits, ..axis })
                    />
                    {words}
                </label>
            }
        })
        .collect();
    let limits = RwSignal::new(limit_texts(&settings.get_untracked()));
    let fault = RwSignal::new("");
    let apply = move || {
        let (low, high) = limits.get_untracked();
        let next = match (low.trim(), high.trim()) {
            ("", "") => Some(None),
            (low, high) => match (parse_number(low), parse_number(high)) {
                (Some(low), Some(high)) if low < high => Some(Some((low, high))),
                _ => None,
            },
        };
        match next {
            Some(next) => {
                fault.set("");
                settings.update(|s| s.axis.limits = next);
            }
            None => fault
                .set("Enter two numbers, the lower first, in the unit of the query, or leave both empty."),
        }
    };
    view! {
        <fieldset class="menu-group">
            <legend>"Value axis"</legend>
            {choices}
            <label class="check">
                "from"
                <input
                    class="limit num"
                    inputmode="decimal"
                    prop:value=move || limits.get().0
                    on:input=move |e| limits.update(|l| l.0 = event_target_value(&e))
                    on:change=move |_| apply()
                />
            </label>
            <label class="check">
                "to"
                <input
                    class="limit num"
                    inputmode="decimal"
                    prop:value=move || limits.get().1
                    on:input=move |e| limits.update(|l| l.1 = event_target_value(&e))
                    on:change=move |_| apply()
                />
            </label>
            <p class="field-fault" role="alert">{move || fault.get()}</p>
        </fieldset>
    }
}

fn limit_texts(settings: &ChartSettings) -> (String, String) {
    settings.axis.limits.map_or_else(Default::default, |(low, high)| (low.to_string(), high.to_string()))
}

#[component]
fn Queries(subject: ChartSubject, copy: Callback<String>) -> impl IntoView {
    let query = move |q: crate::console::state::ShownQuery| {
        let text = q.text.clone();
        view! {
            <li>
                <code>{q.text}</code>
                <span class="query-actions">
                    <button type="button" class="button small" on:click=move |_| copy.run(text.clone())>"Copy"</button>
                    {q.link.map(|link| view! {
                        <a class="button small" href=link.url target="_blank" rel="external noopener noreferrer">{link.text}</a>
                    })}
                </span>
            </li>
        }
    };
    view! {
        <Show when=move || !subject.queries.get().is_empty()>
            <div class="menu-group">
                <h3>"Queries"</h3>
                <ul class="query-list">{move || subject.queries.get().into_iter().map(query).collect::<Vec<_>>()}</ul>
            </div>
        </Show>
    }
}

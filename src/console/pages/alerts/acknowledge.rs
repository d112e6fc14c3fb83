//! Acknowledging from the list: the row that has the focus, those that are chosen, or the first that fires.

use crate::browser;
use crate::console::components::{AckForm, AckNote};
use crate::console::state::{Acks, AlertsState, memo};
use crate::domain::alert::{Alert, State};
use crate::model::{AlertGroup, AlertRow, Wish, active_words, named};
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Of more alerts than this nobody looks at each: a silence by hand, of what they have in common, is for them.
const MOST: usize = 50;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Acknowledging {
    pub acks: Acks,
    pub form: AckForm,
    /// rows that are chosen, by their ids
    chosen: RwSignal<BTreeSet<String>>,
}

impl Acknowledging {
    pub fn new(acks: Acks) -> Self {
        Self { acks, form: AckForm::new(), chosen: RwSignal::new(BTreeSet::new()) }
    }

    fn can(self, alert: &Alert) -> bool {
        matches!(self.acks.wish(alert), Wish::Silence { .. })
    }
}

/// How many are active, where somebody acknowledged some of them.
#[component]
pub fn ActiveCounter(state: AlertsState, acks: Acks) -> impl IntoView {
    let words = memo(move || state.alerts.with(|all| active_words(all, acks.policy(), state.clock.get())));
    move || {
        words.get().map(|words| {
            view! { <p class="due ack-counter" data-tone=if words.is_old { "warn" } else { "info" }>{words.text}</p> }
        })
    }
}

/// Above the list: acknowledges what is chosen, and chooses all that can be.
#[component]
pub fn ManyButtons(groups: Memo<Vec<AlertGroup>>, acknowledging: Acknowledging) -> impl IntoView {
    let Acknowledging { form, chosen, .. } = acknowledging;
    let rows = move || {
        groups.with(|all| all.iter().flat_map(|g| g.alerts.iter().cloned()).collect::<Vec<Arc<AlertRow>>>())
    };
    // Those that can be acknowledged, in the order of the list.
    let able = memo(move || {
        rows()
            .into_iter()
            .filter(|r| r.alert.state == State::Firing)
            .take(MOST)
            .filter(|r| acknowledging.can(&r.alert))
            .map(|r| r.id.clone())
            .collect::<Vec<String>>()
    });
    let has_any =
        memo(move || rows().iter().any(|r| matches!(r.alert.state, State::Firing | State::Acknowledged)));
    let n_chosen =
        memo(move || able.with(|able| chosen.with(|c| able.iter().filter(|id| c.contains(*id)).count())));
    let acknowledge = move |_| {
        let (able, picked) = (able.get_untracked(), chosen.get_untracked());
        let mut ids: Vec<String> = able.iter().filter(|id| picked.contains(*id)).cloned().collect();
        if ids.is_empty() {
            ids.extend(focused_row().filter(|id| able.contains(id)).or(able.first().cloned()));
        }
        let all = untrack(rows);
        form.open(all.iter().filter(|r| ids.contains(&r.id)).map(|r| r.alert.clone()).collect());
        chosen.set(BTreeSet::new());
    };
    let choose = move |_| {
        let all: BTreeSet<String> = able.get_untracked().into_iter().collect();
        chosen.update(|c| *c = if n_chosen.get_untracked() == all.len() { BTreeSet::new() } else { all });
    };
    view! {
        <Show when=move || has_any.get()>
            <div class="report-bar">
                <Show when=move || !able.with(Vec::is_empty)>
                    <button type="button" class="button primary" id="key-a" title="a" on:click=acknowledge>
                        {move || match n_chosen.get() {
                            0 => "Acknowledge".to_string(),
                            n => format!("Acknowledge {n} selected"),
                        }}
                    </button>
                    <button type="button" class="button" id="key-x" title="x" aria-pressed=move || (n_chosen.get() > 0).to_string() on:click=choose>
                        {move || format!("Select {} firing", able.with(Vec::len))}
                    </button>
                </Show>
                <button type="button" class="button" id="key-d" title="d" on:click=move |_| declare()>"Declare incident"</button>
            </div>
        </Show>
    }
}

/// The row in which the focus is.
fn focused() -> Option<Element> {
    browser::document()?.active_element()?.closest("tr[data-row]").ok()?
}

fn focused_row() -> Option<String> {
    focused()?.get_attribute("data-row")
}

/// Follows the link that declares an incident of the row with the focus, or else of the first.
fn declare() {
    let in_row = focused().and_then(|row| row.query_selector(".declare").ok()?);
    let first = || browser::document()?.query_selector(".table.alerts .declare").ok()?;
    if let Some(link) = in_row.or_else(first).and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// The choice of a row, for acknowledging many at once.
#[component]
pub fn Choice(row: Arc<AlertRow>) -> impl IntoView {
    let acknowledging: Option<Acknowledging> = use_context();
    let id = StoredValue::new(row.id.clone());
    let label = format!("Select {}", named(&row.alert));
    let fires = row.alert.state == State::Firing;
    acknowledging.filter(|_| fires).map(|acknowledging| {
        let chosen = acknowledging.chosen;
        let can = memo(move || acknowledging.can(&row.alert));
        let is_chosen = move || chosen.with(|c| id.with_value(|id| c.contains(id)));
        let set = move |on: bool| {
            chosen.update(|c| {
                let id = id.get_value();
                c.retain(|known| *known != id);
                if on {
                    c.insert(id);
                }
            });
        };
        view! {
            <Show when=move || can.get()>
                <input type="checkbox" class="row-choice" aria-label=label.clone() prop:checked=is_chosen on:change=move |e| set(event_target_checked(&e)) />
            </Show>
        }
    })
}

/// Of one alert: the way to acknowledge it, or who is on it.
#[component]
pub fn AckButton(alert: Alert) -> impl IntoView {
    let acknowledging: Option<Acknowledging> = use_context();
    let label = format!("Acknowledge {}", named(&alert));
    acknowledging.map(|Acknowledging { acks, form, .. }| {
        if alert.state == State::Acknowledged {
            return view! { <AckNote alert=alert acks=acks /> }.into_any();
        }
        if alert.state != State::Firing {
            return ().into_any();
        }
        let looked_at = alert.clone();
        let wish = memo(move || acks.wish(&looked_at));
        (move || match wish.get() {
            Wish::Silence { .. } => {
                let target = alert.clone();
                Some(view! { <button type="button" class="button silence-button" aria-label=label.clone() on:click=move |_| form.open(vec![target.clone()])>"Acknowledge"</button> }.into_any())
            }
            Wish::OnItsWay => Some(view! { <span class="row-note">"being acknowledged…"</span> }.into_any()),
            _ => None,
        })
        .into_any()
    })
}

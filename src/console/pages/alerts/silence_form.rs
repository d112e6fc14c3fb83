//! Creating a silence: what it matches, for how long, by whom and why, with a preview of what it would hold back.

use crate::console::state::{author, memo, set_author, use_alerts, use_console, use_outbox};
use crate::domain::action::{Action, SilenceText};
use crate::domain::alert::{Alert, State};
use crate::domain::matcher::{Matcher, MatcherFault, Operator};
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND, human_duration};
use crate::model::{matched, matchers_of, named, preview_words};
use leptos::html;
use leptos::prelude::*;

const LENGTHS: [Millis; 7] = [15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 7 * DAY];
/// More names than this are counted.
const NAMED: usize = 8;

/// What is typed, and the dialog it is typed in.
#[derive(Clone, Copy)]
pub struct SilenceForm {
    dialog: NodeRef<html::Dialog>,
    system: RwSignal<String>,
    matchers: RwSignal<Vec<(usize, Matcher)>>,
    length: RwSignal<Millis>,
    author: RwSignal<String>,
    comment: RwSignal<String>,
}

impl SilenceForm {
    pub fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            system: RwSignal::new(String::new()),
            matchers: RwSignal::new(Vec::new()),
            length: RwSignal::new(2 * HOUR),
            author: RwSignal::new(author()),
            comment: RwSignal::new(String::new()),
        }
    }

    /// Opens it for an alert as `system` has it, or for anything.
    pub fn open(self, system: &str, alert: Option<&Alert>) {
        let matchers = alert.map(matchers_of).unwrap_or_else(|| vec![Matcher::new("", Operator::Equal, "")]);
        self.system.set(system.into());
        self.matchers.set(matchers.into_iter().enumerate().collect());
        self.comment.set(String::new());
        if let Some(dialog) = self.dialog.get_untracked()
            && !dialog.open()
        {
            dialog.show_modal().unwrap_or_default();
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    /// The matchers that say something: an empty row is none.
    fn typed_matchers(self) -> Vec<Matcher> {
        self.matchers.with(|all| {
            let typed = all.iter().map(|(_, m)| m).filter(|m| !m.name.is_empty() || !m.value.is_empty());
            typed.map(|m| Matcher { name: m.name.trim().into(), ..m.clone() }).collect()
        })
    }

    fn text(self, now: Millis) -> SilenceText {
        let now = now - now.rem_euclid(SECOND);
        SilenceText {
            matchers: self.typed_matchers(),
            starts: now,
            ends: now + self.length.get(),
            created_by: self.author.with(|a| a.trim().to_string()),
            comment: self.comment.with(|c| c.trim().to_string()),
        }
    }
}

#[component]
pub fn SilenceDialog(form: SilenceForm) -> impl IntoView {
    let (console, outbox) = (use_console(), use_outbox());
    let fault = memo(move || {
        let matchers = form.typed_matchers();
        let wrong = match matched(&matchers, []) {
            // What cannot be evaluated here, Alertmanager may know.
            Err(MatcherFault::Regex { .. }) | Ok(_) => None,
            Err(fault) => Some(fault.to_string()),
        };
        let no_name = form.author.with(|a| a.trim().is_empty()).then(|| "Your name is missing".to_string());
        let no_comment =
            form.comment.with(|c| c.trim().is_empty()).then(|| "The comment is missing".to_string());
        wrong.or(no_name).or(no_comment)
    });
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if fault.get_untracked().is_some() {
            return;
        }
        set_author(&form.author.get_untracked());
        let action = Action::CreateSilence(untrack(|| form.text(console.now.get_untracked())));
        outbox.push(&form.system.get_untracked(), action);
        form.close();
    };
    view! {
        <dialog class="dialog silence-dialog" node_ref=form.dialog aria-labelledby="silence-title">
            <h2 id="silence-title">{move || format!("Silence in {}", form.system.get())}</h2>
            <form class="update-form" on:submit=create>
                <MatcherRows form=form />
                <label>
                    "Duration"
                    <select on:change=move |e| {
                        if let Ok(length) = event_target_value(&e).parse() {
                            form.length.set(length);
                        }
                    }>
                        {LENGTHS.map(|length| view! {
                            <option value=length.to_string() prop:selected=move || form.length.get() == length>{human_duration(length)}</option>
                        })}
                    </select>
                </label>
                <label>
                    "Your name (remembered in this browser)"
                    <input type="text" autocomplete="name" prop:value=move || form.author.get() on:input=move |e| form.author.set(event_target_value(&e)) />
                </label>
                <label>
                    "Comment"
                    <input type="text" placeholder="Reason, and who is on it" prop:value=move || form.comment.get() on:input=move |e| form.comment.set(event_target_value(&e)) />
                </label>
                <Preview form=form />
                <div class="dialog-buttons">
                    <span class="silence-fault" role="status">{move || fault.get()}</span>
                    <button type="button" class="button" on:click=move |_| form.close()>"Cancel"</button>
                    <button type="submit" class="button primary" disabled=move || fault.get().is_some()>"Create silence"</button>
                </div>
            </form>
        </dialog>
    }
}

#[component]
fn MatcherRows(form: SilenceForm) -> impl IntoView {
    let edit = move |id: usize, change: &dyn Fn(&mut Matcher)| {
        form.matchers.update(|all| {
            if let Some((_, matcher)) = all.iter_mut().find(|(other, _)| *other == id) {
                change(matcher);
            }
        });
    };
    let add = move |_| {
        form.matchers.update(|all| {
            let id = all.iter().map(|(id, _)| id + 1).max().unwrap_or(0);
            all.push((id, Matcher::new("", Operator::Equal, "")));
        });
    };
    let row = move |id: usize| {
        let own =
            move || form.matchers.with(|all| all.iter().find(|(o, _)| *o == id).map(|(_, m)| m.clone()));
        let operator = move || own().map_or(Operator::Equal, |m| m.operator);
        view! {
            <div class="matcher-row">
                <input type="text" aria-label="Label" placeholder="label" autocomplete="off" spellcheck="false"
                    prop:value=move || own().map(|m| m.name).unwrap_or_default() on:input=move |e| { let v = event_target_value(&e); edit(id, &|m| m.name.clone_from(&v)) } />
                <select aria-label="Operator" on:change=move |e| {
                    if let Some(operator) = Operator::parse(&event_target_value(&e)) { edit(id, &|m| m.operator = operator) }
                }>
                    {Operator::ALL.map(|o| view! { <option value=o.sign() prop:selected=move || operator() == o>{o.sign()}</option> })}
                </select>
                <input type="text" aria-label="Value" placeholder="value" autocomplete="off" spellcheck="false"
                    prop:value=move || own().map(|m| m.value).unwrap_or_default() on:input=move |e| { let v = event_target_value(&e); edit(id, &|m| m.value.clone_from(&v)) } />
                <button type="button" class="button icon-button" aria-label=move || format!("Remove the matcher of {}", own().map(|m| m.name).unwrap_or_default())
                    on:click=move |_| form.matchers.update(|all| all.retain(|(other, _)| *other != id))>"×"</button>
            </div>
        }
    };
    view! {
        <fieldset class="matchers">
            <legend>"Matchers: an alert is silenced when all of them match"</legend>
            <For each=move || form.matchers.with(|all| all.iter().map(|(id, _)| *id).collect::<Vec<_>>()) key=|id| *id children=row />
            <div><button type="button" class="button" on:click=add>"Add a matcher"</button></div>
        </fieldset>
    }
}

/// What would be silenced, and the request.
#[component]
fn Preview(form: SilenceForm) -> impl IntoView {
    let (console, outbox, alerts) = (use_console(), use_outbox(), use_alerts());
    let found = memo(move || {
        let (system, matchers) = (form.system.get(), form.typed_matchers());
        alerts.routed.with(|all| {
            let own = all.iter().filter(|(name, _)| *name == system).flat_map(|(_, alerts)| alerts);
            let found = matched(&matchers, own).map_err(|fault| fault.to_string())?;
            let firing: Vec<String> =
                found.iter().filter(|a| a.state == State::Firing).map(|a| named(a)).collect();
            Ok::<_, String>((found.len(), firing))
        })
    });
    let request = move || {
        let action = Action::CreateSilence(form.text(console.now.get()));
        outbox.request(&form.system.get(), &action).map(|r| r.described())
    };
    view! {
        <section class="silence-preview" aria-label="Preview" aria-live="polite">
            {move || match found.get() {
                Err(fault) => view! { <p class="muted">{format!("No preview: {fault}.")}</p> }.into_any(),
                Ok((n_all, firing)) => {
                    let n = firing.len();
                    let more = n.saturating_sub(NAMED);
                    view! {
                        <p data-matched=n_all data-firing=n>{preview_words(n, n_all)}</p>
                        <ul class="plain-list">
                            {firing.into_iter().take(NAMED).map(|name| view! { <li>{name}</li> }).collect::<Vec<_>>()}
                            {(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}
                        </ul>
                    }.into_any()
                }
            }}
        </section>
        <details class="silence-request">
            <summary>"The request"</summary>
            <pre class="update-preview" tabindex="0" aria-label="The request as it would be sent">{request}</pre>
        </details>
    }
}

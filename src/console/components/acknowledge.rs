//! Acknowledging alerts: one dialog for one and for many, which shows what would be asked of which system, and then what came
//! of each.

use super::{Chip, alert_severity};
use crate::console::state::{Acks, author, memo, set_author, use_acks, use_alerts};
use crate::domain::acknowledgement::Acknowledged;
use crate::domain::alert::Alert;
use crate::domain::time::human_duration;
use crate::model::{AckResult, Wish, ack_words, named, result_words};
use crate::poll::outbox::{EntryId, State};
use leptos::html;
use leptos::prelude::*;

/// More alerts than this are counted.
const NAMED: usize = 12;

/// The alerts that somebody wants to acknowledge, and the dialog that asks.
#[derive(Clone, Copy)]
pub struct AckForm {
    dialog: NodeRef<html::Dialog>,
    /// as they were when it was asked for; what they are now is looked up
    targets: RwSignal<Vec<Alert>>,
    author: RwSignal<String>,
    /// what was sent for each of the targets, by their places; empty until it is
    sent: RwSignal<Vec<(usize, EntryId)>>,
}

impl AckForm {
    pub fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            targets: RwSignal::new(Vec::new()),
            author: RwSignal::new(String::new()),
            sent: RwSignal::new(Vec::new()),
        }
    }

    pub fn open(self, targets: Vec<Alert>) {
        if targets.is_empty() {
            return;
        }
        self.sent.set(Vec::new());
        self.targets.set(targets);
        self.author.set(author());
        if let Some(dialog) = self.dialog.get_untracked().filter(|d| !d.open()) {
            dialog.show_modal().unwrap_or_default();
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }
}

/// One alert of the dialog, as it is now.
#[derive(Clone, PartialEq)]
struct Target {
    alert: Alert,
    wish: Wish,
    /// the state of what was sent for it
    sent: Option<State>,
}

#[component]
pub fn AckDialog(
    form: AckForm,
    /// the incident that they are acknowledged for
    #[prop(optional, into)]
    incident: Option<String>,
    /// told of the alerts for which something was sent, each with its system
    #[prop(optional, into)]
    on_sent: Option<Callback<Vec<(String, String)>>>,
) -> impl IntoView {
    let (acks, alerts) = (use_acks(), use_alerts());
    let incident = StoredValue::new(incident);
    let targets = memo(move || {
        let sent = form.sent.get();
        let of = |(i, target): (usize, Alert)| {
            let now = alerts.alerts.with(|all| all.iter().find(|a| is_same(a, &target)).cloned());
            let id = sent.iter().find(|(place, _)| *place == i).map(|(_, id)| id);
            let state = id.and_then(|id| {
                acks.outbox.entries.with(|all| all.iter().find(|e| e.id == *id).map(|e| e.state.clone()))
            });
            let alert = now.clone().unwrap_or(target);
            Target { wish: now.map_or(Wish::NotFiring, |a| acks.wish(&a)), alert, sent: state }
        };
        form.targets.get().into_iter().enumerate().map(of).collect::<Vec<_>>()
    });
    let n_wanted = memo(move || {
        targets.with(|all| all.iter().filter(|t| matches!(t.wish, Wish::Silence { .. })).count())
    });
    let is_sent = memo(move || form.sent.with(|sent| !sent.is_empty()));
    let result = memo(move || {
        let all = targets.get();
        is_sent.get().then(|| result_words(&all.iter().filter_map(result_of).collect::<Vec<_>>()))
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let by = form.author.get_untracked();
        if by.trim().is_empty() || n_wanted.get_untracked() == 0 || is_sent.get_untracked() {
            return;
        }
        set_author(&by);
        let mut told = Vec::new();
        let mut sent = Vec::new();
        for (i, target) in targets.get_untracked().into_iter().enumerate() {
            let Wish::Silence { system, matchers } = target.wish else { continue };
            let action = incident.with_value(|id| acks.action(matchers, &by, id.as_deref()));
            if let Some(id) = acks.outbox.push(&system, action) {
                sent.push((i, id));
                told.push((named(&target.alert), system));
            }
        }
        form.sent.set(sent);
        if let Some(on_sent) = on_sent {
            on_sent.run(told);
        }
    };
    // What went well needs nobody to close it; each result is in the list of actions, too.
    Effect::new(move |_| {
        if result.get().is_some_and(|r| r.is_well) {
            form.close();
        }
    });
    let title = move || match form.targets.with(Vec::len) {
        1 => "Acknowledge 1 alert".to_string(),
        n => format!("Acknowledge {n} alerts"),
    };
    let length = human_duration(acks.policy().length);
    let words = format!(
        "Silenced for {length} as acknowledgement: nobody is notified of what is listed here. It is extended while its alert fires and \
         this browser has Fourlights open, and ends when the alert does. Lists and counters go on showing it."
    );
    let missing = move || {
        (!is_sent.get() && form.author.with(|a| a.trim().is_empty())).then_some("Your name is missing")
    };
    view! {
        <dialog class="dialog silence-dialog ack-dialog" node_ref=form.dialog aria-labelledby="ack-title">
            <h2 id="ack-title">{title}</h2>
            <form class="update-form" on:submit=send>
                <p>{words}</p>
                <ul class="plain-list silence-preview" aria-label="Alerts">
                    {move || {
                        let all = targets.get();
                        let more = all.len().saturating_sub(NAMED);
                        let lines: Vec<_> = all.into_iter().take(NAMED).map(|t| line(acks, t)).collect();
                        view! { {lines} {(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })} }
                    }}
                </ul>
                <label>
                    "Your name (remembered in this browser)"
                    <input type="text" autocomplete="name" maxlength="80" prop:value=move || form.author.get() on:input=move |e| form.author.set(event_target_value(&e)) />
                </label>
                <Request form=form acks=acks targets=targets incident=incident />
                <div class="dialog-buttons">
                    <span class="silence-fault" role="status">{move || result.get().map(|r| r.text).or(missing().map(Into::into))}</span>
                    <button type="button" class="button" on:click=move |_| form.close()>{move || if is_sent.get() { "Close" } else { "Cancel" }}</button>
                    <button type="submit" class="button primary" autofocus
                        disabled=move || is_sent.get() || n_wanted.get() == 0 || missing().is_some()>"Acknowledge"</button>
                </div>
            </form>
        </dialog>
    }
}

/// Whether two are one alert: systems may list it under other labels than a moment ago.
fn is_same(a: &Alert, b: &Alert) -> bool {
    a.name == b.name && a.is_active() && a.label_sets().any(|set| b.label_sets().any(|other| other == set))
}

fn line(acks: Acks, Target { alert, wish, sent }: Target) -> impl IntoView {
    let what = match (&sent, &wish) {
        (Some(state), _) => sent_words(state),
        (None, Wish::Silence { system, matchers }) => {
            format!("in {system}, by its {} labels", matchers.len())
        }
        (None, Wish::Known(who)) => known_words(acks, who),
        (None, Wish::OnItsWay) => "being acknowledged".into(),
        (None, Wish::NotFiring) => "does not fire any more, or is held back already".into(),
        (None, Wish::NoSystem) => "no system that notifies of it can be asked to wait".into(),
    };
    let word = sent.as_ref().map(State::word);
    view! {
        <li data-ack=word.unwrap_or("asked")>
            {alert_severity(&alert)} " " <span dir="auto">{named(&alert)}</span>
            <span class="muted">" · " {what}</span>
        </li>
    }
}

fn known_words(acks: Acks, who: &Acknowledged) -> String {
    ack_words(who, acks.policy(), acks.console.board.now()).0
}

fn sent_words(state: &State) -> String {
    match state {
        State::Waiting { .. } | State::Sending { .. } => "sending".into(),
        State::Unknown { .. } => "sent, no response yet".into(),
        State::Done { .. } => "acknowledged".into(),
        State::Refused { failure, .. } => format!("refused: {}", failure.text),
        State::Withdrawn { .. } => "withdrawn".into(),
    }
}

fn result_of(target: &Target) -> Option<AckResult> {
    let name = named(&target.alert);
    Some(match target.sent.as_ref()? {
        State::Done { .. } => AckResult::Done,
        State::Refused { failure, .. } => AckResult::Failed { name, why: failure.text.clone() },
        State::Withdrawn { .. } => AckResult::Failed { name, why: "withdrawn".into() },
        _ => AckResult::Open,
    })
}

/// The first of the requests as it would be sent; the others differ in the labels.
#[component]
fn Request(
    form: AckForm,
    acks: Acks,
    targets: Memo<Vec<Target>>,
    incident: StoredValue<Option<String>>,
) -> impl IntoView {
    let text = move || {
        let by = form.author.get();
        targets.with(|all| {
            let (system, matchers) = all.iter().find_map(|t| match &t.wish {
                Wish::Silence { system, matchers } => Some((system, matchers)),
                _ => None,
            })?;
            let action = incident.with_value(|id| acks.action(matchers.clone(), &by, id.as_deref()));
            acks.outbox.request(system, &action).map(|r| r.described())
        })
    };
    view! {
        <details class="silence-request">
            <summary>"The request"</summary>
            <pre class="update-preview" tabindex="0" aria-label="The request as it would be sent">{text}</pre>
        </details>
    }
}

/// Who is on an alert, and since when; an acknowledgement that is old is a warning, and each can be taken back.
#[component]
pub fn AckNote(alert: Alert, acks: Acks) -> impl IntoView {
    let who = alert.acknowledged.clone();
    let words = memo(move || {
        let now = acks.console.now.get();
        who.as_ref().map(|who| ack_words(who, acks.policy(), now))
    });
    let label = format!("Take back the acknowledgement of {}", named(&alert));
    let may_take_back = {
        let alert = alert.clone();
        memo(move || acks.may_take_back(&alert))
    };
    let alert = StoredValue::new(alert);
    view! {
        {move || words.get().map(|(text, is_old)| match is_old {
            true => view! { <span class="row-note ack-note" data-old=""><Chip tone="warn" word=text /></span> }.into_any(),
            false => view! { <span class="row-note ack-note">{text}</span> }.into_any(),
        })}
        <Show when=move || may_take_back.get()>
            <button type="button" class="button silence-button" aria-label=label.clone() on:click=move |_| alert.with_value(|alert| acks.take_back(alert))>"Take back"</button>
        </Show>
    }
}

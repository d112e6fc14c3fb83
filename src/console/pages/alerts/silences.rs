//! What is silenced, by whom, why and until when, what each silence holds back now, and how to change it.

use super::silence_form::SilenceForm;
use crate::console::components::{ActionList, When};
use crate::console::state::{memo, use_acks, use_alerts, use_console, use_outbox};
use crate::domain::action::{Action, SilenceChange, SilenceText, matchers_text};
use crate::domain::time::{DAY, HOUR, Millis};
use crate::model::{Answered, ShownSilence, matched, text_of};
use leptos::prelude::*;

const EXTENSIONS: [(Millis, &str); 3] = [(HOUR, "1 h"), (4 * HOUR, "4 h"), (DAY, "1 day")];

fn is_silence(action: &Action) -> bool {
    matches!(action, Action::CreateSilence(_) | Action::ExtendSilence(_) | Action::ExpireSilence(_))
}

#[component]
pub fn Silences(form: SilenceForm) -> impl IntoView {
    let alerts = use_alerts();
    let shown = use_acks().silences;
    let systems =
        memo(move || alerts.silences.with(|all| all.iter().map(|a| a.system.clone()).collect::<Vec<_>>()));
    let unknown = memo(move || {
        let unanswered = |a: &&Answered| a.asked.is_none();
        alerts
            .silences
            .with(|all| all.iter().filter(unanswered).map(|a| a.system.clone()).collect::<Vec<_>>())
    });
    let add = move |system: String| {
        let title = if systems.with(|all| all.len() > 1) {
            format!("New silence in {system}")
        } else {
            "New silence".into()
        };
        view! { <button type="button" class="button" on:click=move |_| form.open(&system, None)>{title}</button> }
    };
    view! {
        <section class="panel" aria-labelledby="silences">
            <header class="panel-head">
                <h2 id="silences">"Silences"</h2>
                <div class="panel-aside">{move || systems.get().into_iter().map(add).collect::<Vec<_>>()}</div>
            </header>
            <div class="panel-body">
                <ActionList about=is_silence />
                {move || (!unknown.get().is_empty()).then(|| {
                    view! { <p class="empty-line">{format!("Not loaded: {}", unknown.get().join(", "))}</p> }
                })}
                {move || (shown.with(Vec::is_empty) && unknown.with(Vec::is_empty)).then(|| {
                    view! { <p class="empty-line">"Nothing is silenced."</p> }
                })}
                <ul class="plain-list">
                    {move || shown.get().into_iter().map(|s| view! { <Line shown=s /> }).collect::<Vec<_>>()}
                </ul>
            </div>
        </section>
    }
}

#[component]
fn Line(shown: ShownSilence) -> impl IntoView {
    let alerts = use_alerts();
    let ShownSilence { system, silence, change } = shown;
    let id = silence.id.clone();
    let matches = {
        let (system, matchers) = (system.clone(), silence.matchers.clone());
        move || {
            alerts.routed.with(|all| {
                let own = all.iter().filter(|(name, _)| *name == system).flat_map(|(_, alerts)| alerts);
                match matched(&matchers, own).map(|found| found.len()) {
                    Ok(0) => " · matches no alert now".to_string(),
                    Ok(1) => " · matches 1 alert now".to_string(),
                    Ok(n) => format!(" · matches {n} alerts now"),
                    Err(_) => String::new(),
                }
            })
        }
    };
    let word = change.as_ref().map_or(silence.state.clone(), |c| c.word.to_string());
    let buttons = (change.is_none() && !id.is_empty()).then(|| text_of(&silence)).flatten().map(|text| {
        view! { <Buttons system=system.clone() id=id.clone() text=text /> }
    });
    view! {
        <li class="silence" data-silence=id.clone()>
            <div>{silence.matchers.into_iter().map(|m| view! { <span class="label">{m.to_string()}</span> }).collect::<Vec<_>>()}</div>
            <p>{silence.comment} <span class="muted">" · " {silence.created_by} " · " {word} {matches}</span></p>
            <p class="muted">
                {silence.starts.map(|at| view! { "from " <When at=at /> })}
                {silence.ends.map(|at| view! { " until " <When at=at /> })}
            </p>
            {buttons}
        </li>
    }
}

#[component]
fn Buttons(system: String, id: String, text: SilenceText) -> impl IntoView {
    let (console, outbox) = (use_console(), use_outbox());
    let about = matchers_text(&text.matchers);
    let expire = {
        let (system, id, text) = (system.clone(), id.clone(), text.clone());
        move |_| {
            let change = SilenceChange { id: id.clone(), text: text.clone() };
            outbox.push(&system, Action::ExpireSilence(change));
        }
    };
    let extend = |(length, word): (Millis, &'static str)| {
        let (system, id, text) = (system.clone(), id.clone(), text.clone());
        let act = move |_| {
            let ends = text.ends.max(console.now.get_untracked()) + length;
            let change = SilenceChange { id: id.clone(), text: SilenceText { ends, ..text.clone() } };
            outbox.push(&system, Action::ExtendSilence(change));
        };
        let label = format!("Extend by {word}: {about}");
        view! { <button type="button" class="button" aria-label=label on:click=act>{format!("+ {word}")}</button> }
    };
    view! {
        <div class="action-buttons">
            {EXTENSIONS.map(extend)}
            <button type="button" class="button" aria-label=format!("Expire: {about}") on:click=expire>"Expire"</button>
        </div>
    }
}

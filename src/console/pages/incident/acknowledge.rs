//! Acknowledging the alerts of an incident, once somebody is on it.

use super::room::Room;
use crate::console::components::{AckDialog, AckForm, AckNote};
use crate::console::state::{Acks, memo, use_acks, use_alerts};
use crate::domain::alert::Alert;
use crate::domain::incident_log::Event;
use crate::domain::time::human_duration;
use crate::model::{Wish, linked_now};
use leptos::prelude::*;

/// What the parts of the page share of it.
#[derive(Clone, Copy)]
pub struct AckAlerts {
    pub acks: Acks,
    form: AckForm,
    /// the active alerts that are linked, as they are now
    linked: Memo<Vec<Alert>>,
}

impl AckAlerts {
    pub fn new(room: Room) -> Self {
        let state = use_alerts();
        let linked = memo(move || {
            room.with(|i| {
                state.alerts.with(|all| linked_now(&i.facts, all).into_iter().cloned().collect::<Vec<_>>())
            })
        });
        Self { acks: use_acks(), form: AckForm::new(), linked }
    }

    /// Those that fire and can be acknowledged.
    fn able(self) -> Vec<Alert> {
        let can = |a: &Alert| matches!(self.acks.wish(a), Wish::Silence { .. });
        self.linked.with(|all| all.iter().filter(|a| can(a)).cloned().collect())
    }

    /// Who is on a linked alert, by its fingerprint.
    pub fn note(self, fingerprint: &str) -> Option<AnyView> {
        let alert = self
            .linked
            .with(|all| all.iter().find(|a| a.fingerprints().any(|f| f == fingerprint)).cloned())?;
        alert.acknowledged.is_some().then(|| view! { <AckNote alert=alert acks=self.acks /> }.into_any())
    }
}

/// Offered when the incident itself is acknowledged: until then its key does that.
#[component]
pub fn AckAlertsButton(ack: AckAlerts, is_offered: Memo<bool>) -> impl IntoView {
    let n = memo(move || ack.able().len());
    let words = move || match n.get() {
        1 => "Acknowledge its alert".to_string(),
        n => format!("Acknowledge its {n} alerts"),
    };
    view! {
        <Show when=move || is_offered.get() && n.get() != 0>
            <button type="button" class="button" id="key-a" title="a" on:click=move |_| ack.form.open(untrack(|| ack.able()))>{words}</button>
        </Show>
    }
}

/// The dialog, which notes in the timeline what was asked for.
#[component]
pub fn AckAlertsDialog(room: Room, ack: AckAlerts) -> impl IntoView {
    let length = human_duration(ack.acks.policy().length);
    let told = Callback::new(move |sent: Vec<(String, String)>| {
        let names: Vec<String> = sent.iter().map(|(alert, system)| format!("{alert} ({system})")).collect();
        if !names.is_empty() {
            let text =
                format!("Acknowledged, silenced for {length} and as long as they fire: {}", names.join("; "));
            room.enter_one(Event::Note { text });
        }
    });
    view! { <AckDialog form=ack.form incident=room.id.get_value() on_sent=told /> }
}

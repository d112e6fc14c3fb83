//! What happened, for the time axis of every chart: deploys found by queries, and incidents.

use super::alerts::use_alerts;
use super::answers::Held;
use super::console::{Console, data, frame};
use super::memo::memo;
use crate::chart::model::{Event, EventKind};
use crate::domain::alert::{Alert, State};
use crate::domain::severity::Severity;
use crate::domain::step::step_for;
use crate::domain::time::Millis;
use crate::model::deploys;
use crate::poll::{Pace, Question, Span};
use leptos::prelude::*;

/// Deploys and incidents within the range of the page.
pub fn events(console: Console) -> Memo<Vec<Event>> {
    let config = console.config();
    let asked: Vec<Held> = (0..config.deploys.len())
        .map(|i| {
            data(console.ask(move || {
                let config = console.config();
                let deploy = config.deploys.get(i)?;
                let span = console.view.get().span;
                let length = match span {
                    Span::Last(length) => length,
                    Span::Between(from, to) => to - from,
                };
                Some(Question::Range {
                    source: deploy.source.clone(),
                    measure: deploy.query.clone().into(),
                    span,
                    step: step_for(length).max(60_000),
                    pace: Pace::Slow,
                })
            }))
        })
        .collect();
    let state = use_alerts();
    memo(move || {
        let config = console.config();
        let mut all: Vec<Event> = Vec::new();
        for (answer, deploy) in asked.iter().zip(&config.deploys) {
            if let Some(frame) = frame(&answer.get()) {
                all.extend(deploys(frame, &deploy.text));
            }
        }
        let incident = |at: Option<Millis>, text: &str| {
            Some(Event { at: at?, kind: EventKind::Incident, text: text.to_string() })
        };
        all.extend(state.incidents.get().iter().filter_map(|i| incident(i.started, &i.title)));
        // What is over left its mark too.
        let over = |a: &&Alert| a.state == State::Resolved && a.severity != Some(Severity::Sev4);
        all.extend(state.alerts.get().iter().filter(over).filter_map(|a| incident(a.started, &a.name)));
        all
    })
}

//! What all parts of the page share: the log, its fold, and the way to enter something.

use crate::browser;
use crate::console::state::{Console, Incidents, memo};
use crate::domain::incident_log::messages::Filling;
use crate::domain::incident_log::timeline::{Line, timeline};
use crate::domain::incident_log::{Event, Incident, Log, New, Policy};
use crate::domain::time::Millis;
use leptos::prelude::*;

/// Handles only.
#[derive(Clone, Copy)]
pub struct Room {
    pub console: Console,
    pub incidents: Incidents,
    pub id: StoredValue<String>,
    /// `None` until it is read
    pub incident: Memo<Option<Incident>>,
    policy: StoredValue<Policy>,
}

impl Room {
    pub fn new(console: Console, incidents: Incidents, id: String) -> Self {
        let incident = memo(move || incidents.log.with(|log| log.as_ref()?.as_ref().map(Incident::of)));
        Self {
            console,
            incidents,
            id: StoredValue::new(id),
            incident,
            policy: StoredValue::new(console.config().incidents.policy.clone()),
        }
    }

    pub fn policy<T>(self, read: impl FnOnce(&Policy) -> T) -> T {
        self.policy.with_value(read)
    }

    /// A part of the fold; the default while there is none.
    pub fn with<T: Default>(self, read: impl FnOnce(&Incident) -> T) -> T {
        self.incident.with(|i| i.as_ref().map(read).unwrap_or_default())
    }

    /// As [`Self::with`], once.
    pub fn now_with<T: Default>(self, read: impl FnOnce(&Incident) -> T) -> T {
        self.incident.with_untracked(|i| i.as_ref().map(read).unwrap_or_default())
    }

    pub fn enter(self, new: Vec<New>) {
        self.id.with_value(|id| self.incidents.enter(id, new));
    }

    pub fn enter_one(self, event: Event) {
        self.enter(vec![event.into()]);
    }

    pub fn log(self) -> Option<Log> {
        self.incidents.log.get_untracked().flatten()
    }

    /// The lines of the timeline at `now`.
    pub fn lines(self, now: Millis) -> Vec<Line> {
        let log = self.incidents.log.get().flatten();
        log.map(|log| self.with(|i| timeline(&log, &i.facts, now))).unwrap_or_default()
    }

    /// The name of a service by its id.
    pub fn service_name(self) -> impl Fn(&str) -> String {
        let config = self.console.config();
        move |id: &str| config.services.iter().find(|s| s.id == id).map_or(id.to_string(), |s| s.name.clone())
    }
}

/// Fills messages: the zone that is shown, and the promise of the severity.
pub fn with_filling<T>(room: Room, now: Millis, act: impl FnOnce(&Incident, &Filling<'_>) -> T) -> Option<T> {
    let zone = room.console.zone.get();
    let name = room.service_name();
    room.incident.with(|incident| {
        let incident = incident.as_ref()?;
        let severity = incident.facts.severity_at(now);
        let update_every = severity.and_then(|s| room.policy(|p| p.update_every(s)));
        let filling =
            Filling { now, zone: &zone.offsets, zone_name: &zone.name, update_every, service_name: &name };
        Some(act(incident, &filling))
    })
}

/// Copies a text and says whether that was possible.
pub fn copy(console: Console, text: String, said: RwSignal<String>) {
    wasm_bindgen_futures::spawn_local(async move {
        let done = browser::copy(&text).await;
        let words = if done { "Copied" } else { "Couldn't copy. Select the text and copy it by hand." };
        console.announce(words);
        said.try_set(words.into());
    });
}

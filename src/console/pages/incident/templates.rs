//! The texts that messages are made from: a team's own files where the configuration names some, else those that come along.

use super::room::Room;
use crate::domain::incident_log::messages::Template;
use crate::domain::time::{Millis, SECOND};
use crate::transport::own_page;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;

const DEADLINE: Millis = 10 * SECOND;
/// A message is no longer than this, in bytes.
const MOST: usize = 16 << 10;

/// Handles only.
#[derive(Clone, Copy)]
pub struct Templates {
    /// texts that were read, by their kind
    own: RwSignal<BTreeMap<String, String>>,
    /// files that could not be read
    missing: RwSignal<Vec<String>>,
}

impl Templates {
    /// Reads the files that the configuration names.
    pub fn load(room: Room) -> Self {
        let templates = Self { own: RwSignal::new(BTreeMap::new()), missing: RwSignal::new(Vec::new()) };
        for (kind, file) in room.console.config().incidents.messages.clone() {
            let address = format!("{}/{}", room.console.base(), file.replace(' ', "%20"));
            spawn_local(async move {
                let text = own_page::text(&address, DEADLINE).await.filter(|text| is_message(text));
                // The page may be gone by now.
                match text {
                    Some(text) => {
                        drop(templates.own.try_update(|own| own.insert(kind, text.trim_end().into())))
                    }
                    None => drop(templates.missing.try_update(|missing| missing.push(file))),
                }
            });
        }
        templates
    }

    pub fn text(self, template: Template, is_resolved: bool) -> String {
        let kind = template.kind(is_resolved);
        self.own.with(|own| own.get(kind).cloned()).unwrap_or_else(|| template.text(is_resolved).into())
    }
}

/// Some hosts answer with a page for every unknown path.
fn is_message(text: &str) -> bool {
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    !text.trim().is_empty()
        && text.len() <= MOST
        && !start.starts_with("<!doctype")
        && !start.starts_with("<html")
}

/// Which files could not be read.
#[component]
pub fn MissingTemplates(templates: Templates) -> impl IntoView {
    move || {
        let missing = templates.missing.get();
        (!missing.is_empty()).then(|| {
            let text = format!(
                "Not read: {}. The text that comes with Fourlights is used. Is the file published beside the console?",
                missing.join(", ")
            );
            view! { <p class="due" data-tone="warn">{text}</p> }
        })
    }
}

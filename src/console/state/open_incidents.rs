//! Which incidents are open, for the count in the rail: a few ids, so that no page has to read the incidents for it. The ids of
//! the person's own are kept in the browser beside them and follow other tabs; the demo says its own.

use super::console::Console;
use super::demo_incidents::is_of_demo;
use crate::browser;
use crate::sources::Request;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen_futures::spawn_local;

fn key(console: Console) -> String {
    format!("fourlights.open-incidents{}", console.base())
}

/// Reads what was kept, asks the demo for its own where there is one, and follows other tabs. To be called once, above all pages.
pub fn follow_open_incidents(console: Console) {
    read(console);
    if let Some(window) = browser::window() {
        browser::listen(&window, "storage", move |_| read(console));
    }
    if console.config().is_demo() {
        spawn_local(async move {
            let Some(answer) = console.board.wire().ask_demo(Request::get("/incident-files/open")).await
            else {
                return;
            };
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            put(console, |all| all.extend(text.lines().map(String::from)));
        });
    }
}

fn read(console: Console) {
    let kept = browser::stored(&key(console)).unwrap_or_default();
    put(console, |all| {
        all.retain(|id| is_of_demo(console, id));
        all.extend(kept.lines().map(String::from));
    });
}

/// Says only what changed.
fn put(console: Console, edit: impl FnOnce(&mut BTreeSet<String>)) {
    let Some(before) = console.open_incidents.try_get_untracked() else { return };
    let mut all = before.clone();
    edit(&mut all);
    if all != before {
        console.open_incidents.set(all);
    }
}

/// One incident was opened, or is over.
pub fn set_open(console: Console, id: &str, is_open: bool) {
    put(console, |all| {
        match is_open {
            true => all.insert(id.into()),
            false => all.remove(id),
        };
    });
    keep(console);
}

/// All of them were read.
pub fn set_all_open(console: Console, ids: BTreeSet<String>) {
    put(console, |all| *all = ids);
    keep(console);
}

fn keep(console: Console) {
    let own = console.open_incidents.with_untracked(|all| {
        all.iter().filter(|id| !is_of_demo(console, id)).cloned().collect::<Vec<_>>().join("\n")
    });
    if browser::stored(&key(console)).unwrap_or_default() != own {
        browser::store(&key(console), &own);
    }
}

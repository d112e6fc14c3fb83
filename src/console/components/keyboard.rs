//! Shortcuts of the whole page: single keys, and pairs such as `g h`. Who speaks to the computer, or hits keys
//! unawares, can turn them off (WCAG 2.1.4); then only Ctrl K is left, which opens everything else.

use super::now_strip::{RUNBOOK_LINK, SERVICE_LINK};
use super::palette::PaletteState;
use crate::browser;
use crate::console::state::Console;
use crate::domain::time::Millis;
use crate::model::route::Route;
use crate::model::view_state::{shifted, zoomed_in, zoomed_out};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// A pair of keys must follow within this time.
const PAIR: Millis = 1_500;

thread_local! {
    /// the key before, and when it was pressed
    static FIRST: Cell<(char, Millis)> = const { Cell::new((' ', 0)) };
}

/// Whether `t` or `g` was just pressed, so that the next key belongs to the page and not to what has
/// the focus.
pub fn is_pair_begun() -> bool {
    let (key, at) = FIRST.get();
    matches!(key, 't' | 'g') && browser::now() - at < PAIR
}

/// Listens for as long as the page lives.
pub fn listen_to_keys(console: Console, palette: PaletteState) {
    let Some(document) = browser::document() else { return };
    browser::listen(&document, "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
        let key = event.key();
        if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
            event.prevent_default();
            return palette.open();
        }
        if !palette.single_keys.get_untracked()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || browser::is_typing(&event)
            || in_dialog()
        {
            return;
        }
        let now = browser::now();
        let (before, at) = FIRST.replace((key.chars().next().unwrap_or(' '), now));
        let before = if now - at < PAIR { before } else { ' ' };
        if act(console, palette, before, &key) {
            event.prevent_default();
            FIRST.set((' ', 0));
        }
    });
}

fn in_dialog() -> bool {
    browser::document().and_then(|d| d.query_selector("dialog[open]").ok().flatten()).is_some()
}

fn act(console: Console, palette: PaletteState, before: char, key: &str) -> bool {
    match (before, key) {
        ('g', "v") => return browser::click(SERVICE_LINK),
        ('g', "b") => return browser::click(RUNBOOK_LINK),
        ('g', letter) => {
            let target = Route::rail().into_iter().find(|(_, k)| letter.len() == 1 && letter.starts_with(*k));
            let Some((route, _)) = target else { return false };
            console.go(&route);
            browser::focus("main");
        }
        ('t', "ArrowLeft") => shift(console, -0.5),
        ('t', "ArrowRight") => shift(console, 0.5),
        ('t', "+" | "=") => {
            let now = console.now.get_untracked();
            // Around the crosshair, or else to the newest half.
            let around = console.pointing.crosshair.get_untracked().map(|c| c.at);
            let span = zoomed_in(console.view.get_untracked().span, around, now);
            console.change(false, |s| s.span = span);
        }
        ('t', "-") => {
            let span = zoomed_out(console.view.get_untracked().span, console.now.get_untracked());
            console.change(false, |s| s.span = span);
        }
        (_, "?") => palette.open_shortcuts(),
        (_, "r") => console.board.refresh_all(),
        (_, "/") => browser::focus("filter"),
        _ => return press_own(key),
    }
    true
}

/// A key of the page itself presses the element that is named after it: `key-n`. A field gets the focus.
fn press_own(key: &str) -> bool {
    key.len() == 1 && key.bytes().all(|b| b.is_ascii_alphanumeric()) && browser::press(&format!("key-{key}"))
}

fn shift(console: Console, share: f64) {
    let span = shifted(console.view.get_untracked().span, share, console.now.get_untracked());
    console.change(false, |s| s.span = span);
}

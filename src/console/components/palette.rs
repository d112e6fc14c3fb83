//! The command palette and the list of shortcuts.

use crate::browser;
use crate::console::route::Route;
use crate::console::state::{Console, memo, use_console};
use crate::console::view_state::{PRESETS, Theme, range_name};
use crate::poll::Span;
use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// The two dialogs of this file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Palette,
    Shortcuts,
}

/// What the dialogs and those who open them share. In the context, because the dialogs' code is fetched when one of
/// them is first asked for.
#[derive(Clone, Copy)]
pub struct PaletteState {
    dialog: NodeRef<html::Dialog>,
    shortcuts: NodeRef<html::Dialog>,
    query: RwSignal<String>,
    chosen: RwSignal<usize>,
    /// the dialog that is to be opened
    pub asked: RwSignal<Option<Asked>>,
    /// whether keys without Ctrl do something; remembered in this browser
    pub single_keys: RwSignal<bool>,
}

const SINGLE_KEYS: &str = "fourlights.single-keys";

impl PaletteState {
    pub fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            shortcuts: NodeRef::new(),
            query: RwSignal::new(String::new()),
            chosen: RwSignal::new(0),
            asked: RwSignal::new(None),
            single_keys: RwSignal::new(browser::stored(SINGLE_KEYS).as_deref() != Some("off")),
        }
    }

    pub fn open(&self) {
        self.query.set(String::new());
        self.chosen.set(0);
        self.asked.set(Some(Asked::Palette));
    }

    fn use_single_keys(&self, on: bool) {
        self.single_keys.set(on);
        browser::store(SINGLE_KEYS, if on { "on" } else { "off" });
    }

    pub fn open_shortcuts(&self) {
        self.asked.set(Some(Asked::Shortcuts));
    }
}

fn show(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked()
        && !dialog.open()
    {
        dialog.show_modal().unwrap_or_default();
    }
}

/// Something that can be done from the palette.
#[derive(Clone, PartialEq)]
struct Command {
    title: String,
    hint: &'static str,
    act: Act,
}

#[derive(Clone, PartialEq)]
enum Act {
    Go(Route),
    Range(Span),
    Theme(Theme),
    Refresh,
    Shortcuts,
}

fn commands(console: Console) -> Vec<Command> {
    let mut all: Vec<Command> = Vec::new();
    for (route, _) in Route::rail() {
        all.push(Command { title: format!("Go to {}", route.title()), hint: "page", act: Act::Go(route) });
    }
    for service in &console.config().services {
        all.push(Command {
            title: service.name.clone(),
            hint: "service",
            act: Act::Go(Route::Service(service.id.clone())),
        });
    }
    for length in PRESETS {
        all.push(Command {
            title: format!("Show the last {}", range_name(length)),
            hint: "time range",
            act: Act::Range(Span::Last(length)),
        });
    }
    for theme in Theme::ALL {
        all.push(Command {
            title: format!("Theme: {}", theme.name()),
            hint: "theme",
            act: Act::Theme(theme),
        });
    }
    all.push(Command { title: "Refresh now".into(), hint: "data", act: Act::Refresh });
    all.push(Command { title: "Keyboard shortcuts".into(), hint: "help", act: Act::Shortcuts });
    all
}

#[component]
pub fn Palette() -> impl IntoView {
    let console = use_console();
    let state = expect_context::<PaletteState>();
    // Both dialogs are in the document by the time an effect runs.
    Effect::new(move |_| {
        let Some(asked) = state.asked.get() else { return };
        show(if asked == Asked::Palette { state.dialog } else { state.shortcuts });
        state.asked.set(None);
    });
    let all = commands(console);
    let found = memo(move || {
        let query = state.query.get().to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        let fits = |c: &&Command| {
            let text = format!("{} {}", c.title, c.hint).to_lowercase();
            words.iter().all(|w| text.contains(w))
        };
        all.iter().filter(fits).take(12).cloned().collect::<Vec<_>>()
    });
    let close = move || {
        if let Some(dialog) = state.dialog.get_untracked() {
            dialog.close();
        }
    };
    let act = move |command: &Command| {
        close();
        match &command.act {
            Act::Go(route) => console.go(route),
            Act::Range(span) => console.change(false, |s| s.span = *span),
            Act::Theme(theme) => console.set_theme(*theme),
            Act::Refresh => console.board.refresh_all(),
            Act::Shortcuts => state.open_shortcuts(),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let last = found.get_untracked().len().saturating_sub(1);
        let at = state.chosen.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowDown" => state.chosen.set(if at == last { 0 } else { at + 1 }),
            "ArrowUp" => state.chosen.set(if at == 0 { last } else { at - 1 }),
            "Enter" => {
                if let Some(command) = found.get_untracked().get(at) {
                    act(command);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |(i, command): (usize, Command)| {
        let chosen = move || (state.chosen.get() == i).to_string();
        let title = command.title.clone();
        let hint = command.hint;
        view! {
            <li
                id=format!("command-{i}")
                role="option"
                aria-selected=chosen
                on:mousemove=move |_| state.chosen.set(i)
                on:click=move |_| act(&command)
            >
                <span>{title}</span>
                <span class="hint">{hint}</span>
            </li>
        }
    };
    view! {
        <dialog class="dialog palette" node_ref=state.dialog aria-label="Commands">
            <input
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="commands"
                aria-activedescendant=move || format!("command-{}", state.chosen.get())
                aria-label="Search pages, services and commands"
                placeholder="Search pages, services and commands"
                autocomplete="off"
                autofocus
                prop:value=move || state.query.get()
                on:input=move |e| {
                    state.query.set(event_target_value(&e));
                    state.chosen.set(0);
                }
                on:keydown=on_key
            />
            <ul id="commands" role="listbox" aria-label="Commands">
                {move || found.get().into_iter().enumerate().map(option).collect::<Vec<_>>()}
            </ul>
            <Show when=move || found.get().is_empty()>
                <p class="hint palette-none">"No results"</p>
            </Show>
        </dialog>
    }
}

/// Beside those that go to a page.
const SHORTCUTS: [(&str, &str); 18] = [
    ("Ctrl K", "Commands"),
    ("?", "This list"),
    ("r", "Refresh now"),
    ("t ←  t →", "Earlier, later"),
    ("t +  t -", "Zoom in, out"),
    ("← →", "Chart: move the cursor"),
    ("Page keys", "Chart: jump to the next axis tick"),
    ("Home End", "On a chart: first, last sample"),
    ("Enter", "On a chart: table, copy, save, axis"),
    ("Drag", "On a chart: zoom in time; with Shift, in value too"),
    ("Double click", "On a chart: zoom out"),
    ("g v", "Service of the most urgent alert"),
    ("g b", "Runbook of the most urgent alert"),
    ("d  f", "Incidents: declare one, declare what the alerts propose first"),
    ("a  s  1-4", "Incident: acknowledge, next step, severity"),
    ("n  u  b", "Incident: note, update, runbook"),
    ("/", "Filter on this page"),
    ("Esc", "Close a dialog"),
];

#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let state = expect_context::<PaletteState>();
    let close = move |_| {
        if let Some(dialog) = state.shortcuts.get_untracked() {
            dialog.close();
        }
    };
    let line = |(keys, what): (String, &'static str)| view! { <dt><kbd>{keys}</kbd></dt><dd>{what}</dd> };
    let pages = Route::rail().into_iter().map(|(route, key)| (format!("g {key}"), route.title()));
    let others = SHORTCUTS.into_iter().map(|(keys, what)| (keys.to_string(), what));
    let lines: Vec<_> = others.chain(pages).map(line).collect();
    view! {
        <dialog class="dialog" node_ref=state.shortcuts aria-label="Keyboard shortcuts">
            <h2>"Keyboard shortcuts"</h2>
            <dl class="shortcuts">
                {lines}
            </dl>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || state.single_keys.get()
                    on:change=move |e| state.use_single_keys(event_target_checked(&e))
                />
                <span>
                    "Single keys, and pairs such as g h "
                    <span class="row-note">"Off: only Ctrl K (on a Mac ⌘ K), and the keys of what has the focus. Ctrl K finds this list too."</span>
                </span>
            </label>
            <div class="dialog-buttons">
                <button class="button primary" on:click=close>"Close"</button>
            </div>
        </dialog>
    }
}

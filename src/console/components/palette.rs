//! The command palette and the list of shortcuts.

use crate::browser;
use crate::console::state::{AlertsState, Console, memo, use_alerts, use_console};
use crate::domain::alert::State;
use crate::domain::severity::Severity;
use crate::model::route::Route;
use crate::model::view_state::{PRESETS, Theme, range_name};
use crate::poll::Span;
use crate::ui::Icon;
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

/// Something that can be reached from the palette.
#[derive(Clone, PartialEq)]
struct Command {
    section: &'static str,
    /// the name of an icon
    icon: &'static str,
    title: String,
    /// what it is, for words that name its kind; shown at its end
    hint: String,
    act: Act,
}

#[derive(Clone, PartialEq)]
enum Act {
    Go(Route),
    /// a page with its list narrowed to these words
    Find(Route, String),
    Range(Span),
    Theme(Theme),
    Refresh,
    Shortcuts,
}

/// Everything there is, what is urgent first: sections keep this order.
fn commands(console: Console, alerts: AlertsState) -> Vec<Command> {
    let config = console.config();
    let mut all: Vec<Command> = Vec::new();
    let mut add = |section, icon, title: String, hint: String, act| {
        all.push(Command { section, icon, title, hint, act });
    };
    let of_severity = |severity: Option<Severity>| severity.map_or("no severity", |s| s.title()).to_string();
    for incident in alerts.incidents.get() {
        let hint = format!("incident · {}", of_severity(incident.severity));
        add("Active now", "Alerts", incident.title, hint, Act::Go(Route::Alerts));
    }
    for alert in alerts.alerts.get().into_iter().filter(|a| a.state == State::Firing) {
        let hint = format!("alert · {}", of_severity(alert.severity));
        let subject = alert.subject().map(|s| format!(" · {s}")).unwrap_or_default();
        let act = Act::Find(Route::Alerts, alert.name.clone());
        add("Active now", "Alerts", format!("{}{subject}", alert.name), hint, act);
    }
    for (route, key) in Route::rail() {
        add("Go to", route.title(), route.title().into(), format!("g {key}"), Act::Go(route));
    }
    for service in &config.services {
        let act = Act::Go(Route::Service(service.id.clone()));
        add("Services", "Services", service.name.clone(), "service".into(), act);
    }
    for slo in &config.slos {
        add("SLOs", "SLOs", slo.name.clone(), "SLO".into(), Act::Go(Route::Slo(slo.id.clone())));
    }
    for resource in &config.capacity {
        let act = Act::Find(Route::Capacity, resource.name.clone());
        add("Capacity", "Capacity", resource.name.clone(), "resource".into(), act);
    }
    add("Actions", "refresh", "Refresh now".into(), "r".into(), Act::Refresh);
    add("Actions", "more", "Keyboard shortcuts".into(), "?".into(), Act::Shortcuts);
    for length in PRESETS {
        let title = format!("Last {}", range_name(length));
        add("Time range and theme", "back", title, "time range".into(), Act::Range(Span::Last(length)));
    }
    for theme in Theme::ALL {
        let title = format!("Theme: {}", theme.name());
        add("Time range and theme", "more", title, "theme".into(), Act::Theme(theme));
    }
    all
}

/// What has all words; where nothing has, the alerts can be searched for them.
fn found(all: &[Command], query: &str) -> Vec<Command> {
    let query = query.trim().to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let fits = |c: &&Command| {
        let text = format!("{} {}", c.title, c.hint).to_lowercase();
        words.iter().all(|w| text.contains(w))
    };
    let found: Vec<Command> = all.iter().filter(fits).cloned().collect();
    if !found.is_empty() {
        return found;
    }
    vec![Command {
        section: "No results",
        icon: "search",
        title: format!("Search alerts for “{query}”"),
        hint: String::new(),
        act: Act::Find(Route::Alerts, query),
    }]
}

#[component]
pub fn Palette() -> impl IntoView {
    let console = use_console();
    let alerts = use_alerts();
    let state = expect_context::<PaletteState>();
    // Both dialogs are in the document by the time an effect runs.
    Effect::new(move |_| {
        let Some(asked) = state.asked.get() else { return };
        show(if asked == Asked::Palette { state.dialog } else { state.shortcuts });
        state.asked.set(None);
    });
    let all = memo(move || commands(console, alerts));
    let found = memo(move || all.with(|all| found(all, &state.query.get())));
    let close = move || {
        if let Some(dialog) = state.dialog.get_untracked() {
            dialog.close();
        }
    };
    let act = move |command: &Command| {
        close();
        match &command.act {
            Act::Go(route) => console.go(route),
            Act::Find(route, words) => console.find(route, words),
            Act::Range(span) => console.change(false, |s| s.span = *span),
            Act::Theme(theme) => console.set_theme(*theme),
            Act::Refresh => console.board.refresh_all(),
            Act::Shortcuts => state.open_shortcuts(),
        }
    };
    let choose = move |at: usize| {
        state.chosen.set(at);
        let option = browser::document().and_then(|d| d.get_element_by_id(&format!("command-{at}")));
        if let Some(option) = option {
            option.scroll_into_view_with_bool(false);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let last = found.get_untracked().len().saturating_sub(1);
        let at = state.chosen.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowDown" => choose(if at == last { 0 } else { at + 1 }),
            "ArrowUp" => choose(if at == 0 { last } else { at - 1 }),
            "Enter" => {
                if let Some(command) = found.get_untracked().get(at) {
                    act(command);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let mut before = "";
        let option = |(i, command): (usize, Command)| {
            let chosen = move || (state.chosen.get() == i).to_string();
            let Command { section, icon, title, hint, .. } = command.clone();
            let head = (section != before).then_some(section);
            before = section;
            view! {
                <li
                    id=format!("command-{i}")
                    role="option"
                    aria-selected=chosen
                    data-head=head
                    on:mousemove=move |_| state.chosen.set(i)
                    on:click=move |_| act(&command)
                >
                    <Icon name=icon />
                    <span>{title}</span>
                    <span class="hint">{hint}</span>
                </li>
            }
        };
        found.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    view! {
        <dialog class="dialog palette" node_ref=state.dialog aria-label="Search">
            <input
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="commands"
                aria-activedescendant=move || format!("command-{}", state.chosen.get())
                aria-label="Search alerts, pages, services, SLOs and actions"
                placeholder="Search alerts, pages, services, SLOs and actions"
                autocomplete="off"
                autofocus
                prop:value=move || state.query.get()
                on:input=move |e| {
                    state.query.set(event_target_value(&e));
                    state.chosen.set(0);
                }
                on:keydown=on_key
            />
            <ul id="commands" role="listbox" aria-label="Results">{options}</ul>
        </dialog>
    }
}

/// Beside those that go to a page.
const SHORTCUTS: [(&str, &str); 18] = [
    ("Ctrl K", "Search"),
    ("?", "This list"),
    ("r", "Refresh now"),
    ("t ←  t →", "Earlier, later"),
    ("t +  t -", "Zoom in, out"),
    ("← →", "Chart: move the cursor"),
    ("Page keys", "Chart: jump to the next axis tick"),
    ("Home End", "Chart: first, last sample"),
    ("Enter", "Chart: table, copy, save, axis"),
    ("Drag", "Chart: zoom in time; with Shift, in value too"),
    ("Double click", "Chart: zoom out"),
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

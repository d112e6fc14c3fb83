//! Getting somebody's attention: page title and icon, desktop notification, sound. One tab of a
//! browser does what can be heard or pops up, and goes on asking for alerts while it is hidden.

use super::alerts::AlertsState;
use super::console::Console;
use super::lead::Lead;
use super::memo::memo;
use crate::browser;
use crate::domain::alert::Alert;
use crate::domain::time::Millis;
use crate::domain::time::human_duration;
use crate::model::{NewFiring, NotificationLog, n_pressing};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

const SETTINGS: &str = "fourlights.attention";
const NOTIFIED: &str = "fourlights.notified";
const LEASE: &str = "fourlights.lead";
/// More firings than this at once are notified together.
const MOST_APART: usize = 3;

/// What is wanted, remembered in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// page title and icon
    pub tab: bool,
    pub desktop: bool,
    pub sound: bool,
}

#[derive(Clone, Copy)]
pub struct Attention {
    pub wishes: RwSignal<Wishes>,
    /// whether this tab is the one that notifies
    pub leads: RwSignal<bool>,
    /// what the browser says about notifications: `granted`, `denied`, `default` or `unsupported`
    pub permission: RwSignal<String>,
    /// firings that ask for somebody
    pub n: RwSignal<usize>,
    /// what was notified, where the browser keeps nothing
    log: StoredValue<String>,
    /// the name under which it is stored
    log_key: StoredValue<String>,
}

/// What is wanted and known of it. To be called once, above all pages; it begins with [`Attention::start`].
pub fn provide_attention(console: Console) -> Attention {
    // Two consoles of one host are two: each notifies what fires in it.
    let attention = Attention {
        wishes: RwSignal::new(Wishes::read()),
        leads: RwSignal::new(false),
        permission: RwSignal::new(permission()),
        n: RwSignal::new(0),
        log: StoredValue::new(String::new()),
        log_key: StoredValue::new(format!("{NOTIFIED}{}", console.base())),
    };
    provide_context(attention);
    attention
}

pub fn use_attention() -> Attention {
    expect_context()
}

impl Wishes {
    fn read() -> Self {
        let text = browser::stored(SETTINGS).unwrap_or_else(|| "tab".into());
        let has = |name: &str| text.split(',').any(|word| word == name);
        Self { tab: has("tab"), desktop: has("desktop"), sound: has("sound") }
    }

    /// Whether somebody wants to know of alerts who is not looking.
    pub fn any(self) -> bool {
        self.tab || self.desktop || self.sound
    }

    fn write(self) {
        let words = [("tab", self.tab), ("desktop", self.desktop), ("sound", self.sound)];
        let on: Vec<&str> = words.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        browser::store(SETTINGS, &on.join(","));
    }
}

impl Attention {
    /// Takes alerts up from now on.
    pub(super) fn start(self, console: Console, alerts: AlertsState) {
        let (wishes, board) = (self.wishes, console.board);
        let own = memo(move || n_pressing(&alerts.alerts.get()));
        let key = format!("{LEASE}{}", console.base());
        let lead =
            Lead::start(key, self.leads, Signal::derive(move || wishes.get().any()), move || board.wake());
        let n = memo(move || lead.followed.get().unwrap_or_else(|| own.get()));
        Effect::new(move |_| self.n.set(n.get()));
        Effect::new(move |_| board.keep_watch(lead.leads.get() && wishes.get().any()));
        Effect::new(move |_| lead.count(own.get()));
        Effect::new(move |_| {
            let firing = wishes.get().tab && n.get() > 0;
            browser::set_icon(if firing { "favicon-firing.svg" } else { "favicon.svg" });
        });
        Effect::new(move |_| {
            let all = alerts.alerts.get();
            if lead.leads.get() && alerts.is_complete.get() {
                self.notify(&all, board.now());
            }
        });
        if let Some(window) = browser::window() {
            // Another tab may have changed what is wanted.
            browser::listen(&window, "storage", move |_| {
                let now = Wishes::read();
                if wishes.get_untracked() != now {
                    wishes.set(now);
                }
            });
        }
    }

    /// Changes what is wanted. Browsers ask for a permission only when somebody has just clicked.
    pub fn wish(self, edit: impl FnOnce(&mut Wishes)) {
        self.wishes.update(|w| {
            edit(w);
            w.write();
        });
        if self.wishes.get_untracked().desktop && permission() == "default" {
            let shown = self.permission;
            ask_permission(move || shown.set(permission()));
        }
        self.permission.set(permission());
    }

    /// What it looks and sounds like.
    pub fn rehearse(self) {
        let wishes = self.wishes.get_untracked();
        if wishes.desktop {
            notify("Fourlights", "This is what a firing alert looks like.", "fourlights-test");
        }
        if wishes.sound {
            chime();
        }
    }

    fn notify(self, alerts: &[Alert], now: Millis) {
        let key = self.log_key.get_value();
        let before = browser::stored(&key).unwrap_or_else(|| self.log.get_value());
        let mut log = NotificationLog::parse(&before);
        let updates = log.updates(alerts, now);
        let after = log.encode();
        if after != before {
            browser::store(&key, &after);
            self.log.set_value(after);
        }
        let wishes = self.wishes.get_untracked();
        if wishes.desktop && updates.len() > MOST_APART {
            let worst = updates
                .iter()
                .filter_map(|u| u.alert.severity)
                .min()
                .map(|s| format!(", worst {}", s.title()));
            let text = updates.iter().take(5).map(|u| u.alert.name.as_str()).collect::<Vec<_>>().join(", ");
            let title = format!("{} alerts are firing{}", updates.len(), worst.unwrap_or_default());
            notify(&title, &text, "fourlights-many");
        } else if wishes.desktop {
            for update in &updates {
                let (title, text) = words(update);
                notify(&title, &text, &title);
            }
        }
        if wishes.sound && !updates.is_empty() {
            chime();
        }
    }
}

/// Title and text of one notification.
fn words(update: &NewFiring<'_>) -> (String, String) {
    let alert = update.alert;
    let subject = alert.subject().map(|s| format!(" on {s}")).unwrap_or_default();
    let severity = alert.severity.map(|s| format!("{} · ", s.title())).unwrap_or_default();
    let text = alert.summary.as_deref().unwrap_or("Firing");
    let more = match (update.escalated, update.late) {
        (true, _) => "More severe than before. ".to_string(),
        (false, Some(age)) => format!("Firing for {}. ", human_duration(age)),
        (false, None) => String::new(),
    };
    (format!("{severity}{}{subject}", alert.name), format!("{more}{text}"))
}

fn class(name: &str) -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &name.into()).ok().filter(JsValue::is_function)
}

fn permission() -> String {
    let known = class("Notification").and_then(|c| Reflect::get(&c, &"permission".into()).ok());
    known.and_then(|p| p.as_string()).unwrap_or_else(|| "unsupported".into())
}

fn ask_permission(then: impl FnOnce() + 'static) {
    let Some(notification) = class("Notification") else { return };
    let ask = Reflect::get(&notification, &"requestPermission".into()).ok();
    let Some(ask) = ask.and_then(|f| f.dyn_into::<Function>().ok()) else { return };
    if let Ok(Ok(answer)) = ask.call0(&notification).map(JsCast::dyn_into::<Promise>) {
        let done = Closure::once(move |_: JsValue| then());
        let _unused = answer.then(&done);
        done.forget();
    }
}

/// The tag keeps a second notification of the same firing from being shown beside the first.
fn notify(title: &str, text: &str, tag: &str) -> Option<()> {
    let notification: Function = class("Notification")?.dyn_into().ok()?;
    let options = Object::new();
    for (name, value) in [("body", text), ("tag", tag), ("icon", "favicon-firing.svg")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    // Refused without a permission, which the settings show.
    Reflect::construct(&notification, &js_sys::Array::of2(&title.into(), &options)).ok().map(drop)
}

/// Two soft tones. Browsers keep quiet until somebody has touched the page.
fn chime() -> Option<()> {
    let context = web_sys::AudioContext::new().ok()?;
    let start = context.current_time();
    for (i, pitch) in [880.0_f32, 660.0].into_iter().enumerate() {
        let at = start + i as f64 * 0.22;
        let (tone, volume) = (context.create_oscillator().ok()?, context.create_gain().ok()?);
        tone.frequency().set_value(pitch);
        volume.gain().set_value_at_time(0.2, at).ok()?;
        volume.gain().exponential_ramp_to_value_at_time(0.001, at + 0.2).ok()?;
        tone.connect_with_audio_node(&volume).ok()?;
        volume.connect_with_audio_node(&context.destination()).ok()?;
        tone.start_with_when(at).ok()?;
        tone.stop_with_when(at + 0.22).ok()?;
    }
    Some(())
}

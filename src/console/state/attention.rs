//! Getting somebody's attention: page title and icon, desktop notification, sound. One tab of a
//! browser does what can be heard or pops up; which one, the browser's own locks decide.

use super::alerts::AlertsState;
use super::console::Console;
use super::memo::memo;
use crate::browser;
use crate::console::model::{Announced, n_pressing};
use crate::domain::alert::Alert;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

const SETTINGS: &str = "fourlights.attention";
const ANNOUNCED: &str = "fourlights.announced";
const LOCK: &str = "fourlights.attention";
/// More firings than this at once are told together.
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
    pub n: Memo<usize>,
}

/// To be called once, above all pages.
pub fn provide_attention(console: Console, alerts: AlertsState) -> Attention {
    let attention = Attention {
        wishes: RwSignal::new(Wishes::read()),
        leads: RwSignal::new(false),
        permission: RwSignal::new(permission()),
        n: memo(move || n_pressing(&alerts.alerts.get())),
    };
    lead(attention.leads);
    Effect::new(move |_| {
        let firing = attention.wishes.get().tab && attention.n.get() > 0;
        browser::set_icon(if firing { "favicon-firing.svg" } else { "favicon.svg" });
    });
    Effect::new(move |_| {
        let all = alerts.alerts.get();
        if attention.leads.get() {
            attention.tell(&all, console.now.get_untracked());
        }
    });
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

    fn write(self) {
        let words = [("tab", self.tab), ("desktop", self.desktop), ("sound", self.sound)];
        let on: Vec<&str> = words.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        browser::store(SETTINGS, &on.join(","));
    }
}

impl Attention {
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

    fn tell(self, alerts: &[Alert], now: crate::domain::time::Millis) {
        let mut announced = Announced::parse(&browser::stored(ANNOUNCED).unwrap_or_default());
        let before = announced.clone();
        let news: Vec<Alert> = announced.news(alerts, now).into_iter().cloned().collect();
        if announced != before {
            browser::store(ANNOUNCED, &announced.encode());
        }
        let wishes = self.wishes.get_untracked();
        if wishes.desktop && news.len() > MOST_APART {
            let worst =
                news.iter().filter_map(|a| a.severity).min().map(|s| format!(", worst {}", s.title()));
            let text = news.iter().take(5).map(|a| a.name.as_str()).collect::<Vec<_>>().join(", ");
            let title = format!("{} alerts began to fire{}", news.len(), worst.unwrap_or_default());
            notify(&title, &text, "fourlights-many");
        } else if wishes.desktop {
            for alert in &news {
                let subject = alert.subject().map(|s| format!(" on {s}")).unwrap_or_default();
                let severity = alert.severity.map(|s| format!("{} · ", s.title())).unwrap_or_default();
                let title = format!("{severity}{}{subject}", alert.name);
                notify(&title, alert.summary.as_deref().unwrap_or("Firing"), &title);
            }
        }
        if wishes.sound && !news.is_empty() {
            chime();
        }
    }
}

/// Waits for the lock that one tab has at a time; it is given back when that tab is closed.
fn lead(leads: RwSignal<bool>) {
    let request = || -> Option<(JsValue, Function)> {
        let navigator: JsValue = browser::window()?.navigator().into();
        let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        Some((locks, request))
    };
    let Some((locks, request)) = request() else {
        // Without locks (an insecure origin) every tab leads; what was told is still remembered.
        return leads.set(true);
    };
    let held = Closure::once_into_js(move || {
        leads.set(true);
        // Never fulfilled: the lock is kept while the page lives.
        Promise::new(&mut |_, _| {})
    });
    if let Ok(answer) = request.call2(&locks, &LOCK.into(), &held)
        && let Ok(answer) = answer.dyn_into::<Promise>()
    {
        let refused = Closure::once(move |_: JsValue| leads.set(true));
        let _unused = answer.catch(&refused);
        refused.forget();
    }
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

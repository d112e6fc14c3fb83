//! The public page's live part. The page stands by itself; this adds the visitor's time zone, names of days,
//! search, and news as they come. When it fails the page is as it was published.

mod bars;
mod document;
mod news;
mod settings;
mod times;
mod tools;
mod words;

use crate::browser;
use crate::domain::time::Millis;
use crate::domain::zone::Offsets;
use gloo_timers::future::TimeoutFuture;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use words::Words;

/// What the parts share.
#[derive(Clone, Copy)]
pub struct Live {
    words: StoredValue<Words, LocalStorage>,
    now: RwSignal<Millis>,
    zone: RwSignal<Zone>,
    paused: RwSignal<bool>,
    /// when what is shown was measured
    measured: RwSignal<Option<Millis>>,
    /// the key of the words for why there are no news
    problem: RwSignal<Option<&'static str>>,
    /// counts replacements of parts of the page, for what looks into it
    changed: RwSignal<u32>,
}

/// The zone times are shown in.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// as in the address: empty is the visitor's own
    chosen: String,
    name: String,
    offsets: Offsets,
}

impl Zone {
    /// The zone of a name; the visitor's own for an unknown one.
    fn named(chosen: &str) -> Self {
        let choice = crate::config::ZoneChoice::parse(chosen);
        let offsets = choice.and_then(|choice| browser::offsets(&choice));
        match offsets {
            Some(offsets) if !chosen.is_empty() => {
                Self { chosen: chosen.into(), name: chosen.into(), offsets }
            }
            _ => {
                Self { chosen: String::new(), name: browser::zone_name(), offsets: browser::local_offsets() }
            }
        }
    }
}

/// Begins. Without its words the page is from another version: nothing is done then.
pub fn start() {
    let place = document::by_id("note").and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let (Some(words), Some(place)) = (Words::read(), place) else { return };
    // What the page held, before anything here changes it.
    let seen = news::Seen::of_page();
    mount_to(place, move || view! { <Everything words=words seen=seen /> }).forget();
}

/// Shows when the page is old; the rest stands in places of its own.
#[component]
fn Everything(words: Words, seen: news::Seen) -> impl IntoView {
    let now = browser::now();
    let live = Live {
        words: StoredValue::new_local(words),
        now: RwSignal::new(now),
        zone: RwSignal::new(Zone::named(&document::parameter("zone"))),
        paused: RwSignal::new(false),
        measured: RwSignal::new(times::stamp()),
        problem: RwSignal::new(None),
        changed: RwSignal::new(0),
    };
    let owner = Owner::current().unwrap_or_default();
    spawn_local(async move {
        // Step by step, so that nothing a visitor does has to wait for all of it.
        let steps: [fn(Live); 5] = [write_times, focusable_bars, bars::listen, tools::mount, settings::mount];
        for step in steps {
            TimeoutFuture::new(0).await;
            owner.with(|| step(live));
        }
        news::follow(live, seen).await;
    });
    news::note(live)
}

fn write_times(live: Live) {
    Effect::new(move |_| {
        live.changed.track();
        live.zone.with(|zone| times::write(live, zone));
    });
    Effect::new(move |_| times::write_ages(live, live.now.get()));
}

fn focusable_bars(live: Live) {
    Effect::new(move |_| {
        live.changed.track();
        bars::make_focusable();
    });
}

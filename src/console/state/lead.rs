//! The tab that notifies: keeps the shared lease, and this tab awake while it is hidden.

use crate::browser::{self, Ticker};
use crate::model::{Lease, Role, role};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// After taking the lease: long enough that a tab that took it at the same moment is seen.
const SETTLE: u32 = 250;

#[derive(Clone, Copy)]
pub struct Lead {
    /// whether this tab is the one that notifies
    pub leads: RwSignal<bool>,
    /// in a hidden tab that does not ask itself: how many firings the leading one counts
    pub followed: RwSignal<Option<usize>>,
    /// how many this one counts
    firing: StoredValue<usize>,
    key: StoredValue<String>,
    me: StoredValue<String>,
    ticker: StoredValue<Option<Ticker>, LocalStorage>,
}

impl Lead {
    /// `key` names the lease in the storage, and `leads` is told whether this tab holds it. `keeps_watch` says whether a hidden tab is to be woken, and `wake` is
    /// called when it was.
    pub fn start(
        key: String,
        leads: RwSignal<bool>,
        keeps_watch: Signal<bool>,
        wake: impl Fn() + Copy + 'static,
    ) -> Self {
        let lead = Self {
            leads,
            followed: RwSignal::new(None),
            firing: StoredValue::new(0),
            key: StoredValue::new(key),
            me: StoredValue::new(format!("{:x}", (browser::random() * 1e16) as u64)),
            ticker: StoredValue::new_local(None),
        };
        let stay_awake = move || {
            let asleep = browser::is_hidden() && keeps_watch.get_untracked();
            if asleep != lead.ticker.with_value(Option::is_some) {
                let woken = move || {
                    lead.beat();
                    wake();
                };
                lead.ticker.set_value(asleep.then(|| Ticker::start(woken)).flatten());
            }
        };
        lead.beat();
        stay_awake();
        Effect::new(move |_| {
            keeps_watch.track();
            stay_awake();
        });
        spawn_local(async move {
            loop {
                TimeoutFuture::new(1_000).await;
                lead.beat();
            }
        });
        if let (Some(window), Some(document)) = (browser::window(), browser::document()) {
            browser::listen(&document, "visibilitychange", move |_| {
                stay_awake();
                lead.beat();
            });
            browser::listen(&window, "storage", move |_| lead.beat());
            browser::listen(&window, "pageshow", move |_| lead.beat());
            // A tab that ends, or is about to be frozen, leaves it to another one.
            browser::listen(&window, "pagehide", move |_| lead.resign());
            browser::listen(&document, "freeze", move |_| lead.resign());
            browser::listen(&document, "resume", move |_| lead.beat());
        }
        lead
    }

    /// Says how many firings this tab counts; the titles of others follow.
    pub fn count(self, firing: usize) {
        self.firing.set_value(firing);
        self.beat();
    }

    fn found(self) -> Option<Lease> {
        Lease::parse(&self.key.with_value(|key| browser::stored(key))?)
    }

    fn own(self) -> Lease {
        Lease {
            holder: self.me.get_value(),
            at: browser::now(),
            visible: !browser::is_hidden(),
            firing: self.firing.get_value(),
        }
    }

    fn write(self, lease: &Lease) {
        self.key.with_value(|key| browser::store(key, &lease.encode()));
    }

    /// Looks at the lease and does what is to be done about it.
    fn beat(self) {
        let (found, own) = (self.found(), self.own());
        let role = role(found.as_ref(), &own.holder, own.visible, own.at);
        match role {
            Role::Holds => {
                if found.is_some_and(|found| found.is_due(&own)) {
                    self.write(&own);
                }
                set(self.leads, true);
                set(self.followed, None);
            }
            Role::Takes => {
                self.write(&own);
                if self.found().is_none() {
                    // Without a storage there is nothing to share: every tab notifies by itself.
                    return set(self.leads, true);
                }
                spawn_local(async move {
                    TimeoutFuture::new(SETTLE).await;
                    self.beat();
                });
            }
            Role::Follows => {
                set(self.leads, false);
                set(self.followed, found.filter(|_| !own.visible).map(|lease| lease.firing));
            }
        }
    }

    fn resign(self) {
        if self.found().is_some_and(|lease| lease.holder == self.me.get_value()) {
            self.key.with_value(|key| browser::forget(key));
        }
        set(self.leads, false);
    }
}

/// Tells only of a change.
fn set<T: PartialEq + Send + Sync + Clone + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

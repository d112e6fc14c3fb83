//! A page whose panels have no size of their own until their data is there: it is shown when they
//! are, and after a second in any case, so that nothing on it moves.

use crate::model::Feed;
use crate::poll::Condition;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

const PATIENCE: u32 = 1_000;

#[component]
pub fn RevealedPage(#[prop(into)] feeds: Vec<Signal<Feed>>, children: Children) -> impl IntoView {
    let late = RwSignal::new(false);
    spawn_local(async move {
        TimeoutFuture::new(PATIENCE).await;
        // The page may be gone by now.
        late.try_set(true);
    });
    let waiting = Memo::new(move |was: Option<&bool>| {
        let loading = feeds.iter().any(|f| f.get().condition == Condition::Loading);
        // Once shown it stays.
        was.copied().unwrap_or(true) && loading && !late.get()
    });
    view! {
        <div class="page" data-waiting=move || waiting.get().then_some("")>
            {children()}
        </div>
    }
}

//! Texts of the page's own origin, for the public page's live part: a few lines where the full transport
//! would be a third of what visitors load.

use crate::domain::time::Millis;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestInit, Response};

/// The text at an address, newly asked for; `None` when there is none within the deadline.
pub async fn text(address: &str, deadline: Millis) -> Option<String> {
    let how = RequestInit::new();
    // Unchanged files cost a request and no body.
    how.set_cache(RequestCache::NoCache);
    how.set_signal(Some(&AbortSignal::timeout_with_u32(u32::try_from(deadline).unwrap_or(15_000))));
    let asked = fetch(address, &how)?;
    let answer: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

fn fetch(address: &str, how: &RequestInit) -> Option<js_sys::Promise> {
    Some(web_sys::window()?.fetch_with_str_and_init(address, how).unchecked_into())
}

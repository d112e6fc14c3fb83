//! Requests from the page: gloo-net, with a deadline, a cap on the body, and a way to give up.

use super::{limit, too_large};
use crate::domain::time::Millis;
use crate::sources::actions::FetchSite;
use crate::sources::{Method, Outgoing, Request, Response, SourceError, other_host, without_key};
use gloo_net::http::{Headers, Method as Verb, RequestBuilder};
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

/// Ends a request in flight. Dropping it changes nothing.
#[derive(Clone)]
pub struct Cancel {
    controller: AbortController,
    timed_out: Rc<Cell<bool>>,
}

impl Cancel {
    /// `None` in a browser without `AbortController`, which none that runs WebAssembly lacks.
    pub fn new() -> Option<Self> {
        Some(Self { controller: AbortController::new().ok()?, timed_out: Rc::default() })
    }

    /// Whether the other ends the same request.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.timed_out, &other.timed_out)
    }

    pub fn cancel(&self) {
        // Never with a reason: gloo-net takes for granted that what is thrown is an Error.
        self.controller.abort();
    }
}

/// Sends a request to the source at `base` and reads the answer, whatever its status.
pub async fn send(
    base: &str,
    request: &Request,
    deadline: Millis,
    cancel: &Cancel,
) -> Result<Response, SourceError> {
    let expired = cancel.clone();
    let timer = Timeout::new(u32::try_from(deadline).unwrap_or(15_000), move || {
        expired.timed_out.set(true);
        expired.cancel();
    });
    let answer = exchange(base, request, cancel).await;
    drop(timer);
    match answer {
        Err(_) if cancel.timed_out.get() => Err(SourceError::TimedOut { after: deadline }),
        answer => answer,
    }
}

async fn exchange(base: &str, request: &Request, cancel: &Cancel) -> Result<Response, SourceError> {
    let unreachable = || SourceError::Unreachable { origin: origin(base) };
    let prepared = prepare(base, request, cancel).map_err(|_| unreachable())?;
    // In full, also for a base that is a path of this host.
    let asked = prepared.url();
    let answer = prepared.send().await.map_err(|_| unreachable())?;
    let headers: Headers = answer.headers();
    let [content_type, retry_after, date] = ["content-type", "retry-after", "date"].map(|n| headers.get(n));
    let redirected = answer.redirected();
    let other_host = other_host(&asked, &answer.url()).filter(|_| redirected);
    let status = answer.status();
    let body = match answer.body() {
        Some(stream) => read_capped(stream, limit(request), cancel).await?,
        None => Vec::new(),
    };
    let response =
        Response { status, content_type, retry_after, date, redirected, other_host, body, followed_by: None };
    Ok(without_key(response, request))
}

fn prepare(
    base: &str,
    request: &Request,
    cancel: &Cancel,
) -> Result<gloo_net::http::Request, gloo_net::Error> {
    let sent = Outgoing::new(base, request, FetchSite::of(base));
    let method = match request.method {
        Method::Get => Verb::GET,
        Method::PostForm | Method::PostJson => Verb::POST,
        Method::PutJson => Verb::PUT,
        Method::PatchJson => Verb::PATCH,
        Method::Delete => Verb::DELETE,
    };
    let mut builder = RequestBuilder::new(&sent.url)
        .method(method)
        .abort_signal(Some(&cancel.controller.signal()))
        .cache(web_sys::RequestCache::NoStore);
    for (name, value) in &sent.headers {
        builder = builder.header(name, value);
    }
    match sent.body {
        Some(body) => builder.body(body),
        None => builder.build(),
    }
}

/// Reads chunk by chunk, so that an endless body ends at the cap and not with the tab.
async fn read_capped(
    stream: web_sys::ReadableStream,
    most: usize,
    cancel: &Cancel,
) -> Result<Vec<u8>, SourceError> {
    let reader: ReadableStreamDefaultReader =
        stream.get_reader().dyn_into().map_err(|_| SourceError::CutOff)?;
    let mut body = Vec::new();
    loop {
        // The status line came, so what fails now is the body.
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| SourceError::CutOff)?;
        let done = get(&chunk, "done").is_none_or(|d| d.is_truthy());
        if done {
            return Ok(body);
        }
        let Some(bytes) = get(&chunk, "value").and_then(|v| v.dyn_into::<js_sys::Uint8Array>().ok()) else {
            return Err(SourceError::CutOff);
        };
        if body.len() + bytes.length() as usize > most {
            cancel.cancel();
            return Err(too_large(most));
        }
        let at = body.len();
        body.resize(at + bytes.length() as usize, 0);
        if let Some(room) = body.get_mut(at..) {
            bytes.copy_to(room);
        }
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()
}

/// Scheme and host, for error texts: never a path or query, which may tell too much.
fn origin(base: &str) -> String {
    if base.contains("://") { crate::sources::origin(base).into() } else { "this host".into() }
}

//! The browser's clock, zone, storage and document: everything a page knows that is not fetched.

use crate::config::ZoneChoice;
use crate::domain::time::{MINUTE, Millis, SECOND};
use crate::domain::zone::Offsets;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, HtmlElement, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds since the Unix epoch by the browser's clock.
pub fn now() -> Millis {
    Date::now() as Millis
}

/// A number in 0..1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Whether nobody can see the page.
pub fn is_hidden() -> bool {
    document().is_some_and(|d| d.hidden())
}

/// Device pixels a CSS pixel.
pub fn pixel_ratio() -> f64 {
    window().map_or(1.0, |w| w.device_pixel_ratio()).clamp(0.5, 8.0)
}

/// The name of the browser's own zone.
pub fn zone_name() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|v| v.as_string())
        .unwrap_or_else(|| "local".into())
}

thread_local! {
    /// zones that were asked for, each with its formatter; `None` for one the browser does not know
    static ZONES: RefCell<BTreeMap<String, Option<(Function, Offsets)>>> = const { RefCell::new(BTreeMap::new()) };
}

/// The offsets of a zone at any instant. `None` for a zone that the browser does not know.
pub fn offsets(zone: &ZoneChoice) -> Option<Offsets> {
    match zone {
        ZoneChoice::Utc => Some(Offsets::utc()),
        ZoneChoice::Browser => Some(local_offsets()),
        ZoneChoice::Named(name) => named_offsets(name),
    }
}

/// The offsets of a zone by its name, which was looked up before anything is shown.
pub fn zone_of(name: &str) -> Offsets {
    ZoneChoice::parse(name).and_then(|zone| offsets(&zone)).unwrap_or_else(Offsets::utc)
}

/// The offsets of the browser's own zone.
pub fn local_offsets() -> Offsets {
    let name = zone_name();
    named_offsets(&name).unwrap_or_else(|| {
        Offsets::asking(&name, |t| {
            -(Date::new(&JsValue::from_f64(t as f64)).get_timezone_offset() as Millis) * MINUTE
        })
    })
}

/// One for all who ask, so that each change of clocks is found once.
fn named_offsets(name: &str) -> Option<Offsets> {
    if let Some(known) = ZONES.with_borrow(|zones| zones.get(name).cloned()) {
        return known.map(|(_, offsets)| offsets);
    }
    // Functions of the browser cannot be shared between threads, names can.
    let own = name.to_string();
    let offset_at = move |t| ZONES.with_borrow(|zones| offset_in(zones.get(&own)?.as_ref(), t)).unwrap_or(0);
    let found = wall_clock_format(name)
        .filter(|format| wall_clock(format, 0).is_some())
        .map(|format| (format, Offsets::asking(name, offset_at)));
    ZONES.with_borrow_mut(|zones| zones.insert(name.into(), found.clone()));
    found.map(|(_, offsets)| offsets)
}

fn offset_in(zone: Option<&(Function, Offsets)>, t: Millis) -> Option<Millis> {
    Some(wall_clock(&zone?.0, t)? - t.div_euclid(SECOND) * SECOND)
}

/// A formatter of the wall clock in a zone; throws for an unknown one, hence `Function::apply`.
fn wall_clock_format(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
    ] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let constructor = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"DateTimeFormat".into()))
        .ok()?
        .dyn_into::<Function>()
        .ok()?;
    let arguments = Array::of2(&"en-US".into(), &options);
    let format = Reflect::construct(&constructor, &arguments).ok()?;
    Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()
}

/// Reads `11/24/2026, 09:12:07` back as milliseconds as if UTC.
fn wall_clock(format: &Function, at: Millis) -> Option<Millis> {
    let date = Date::new(&JsValue::from_f64(at as f64));
    let text = format.call1(&JsValue::NULL, &date).ok()?.as_string()?;
    let numbers: Vec<f64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .filter_map(|p| p.parse::<u32>().ok())
        .map(f64::from)
        .collect();
    let [month, day, year, hour, minute, second] = numbers.as_slice() else { return None };
    Some(
        Date::utc(*year, *month - 1.0) as Millis
            + ((*day as Millis - 1) * 24 * 60 + *hour as Millis * 60 + *minute as Millis) * MINUTE
            + *second as Millis * 1000,
    )
}

pub fn prefers_light() -> bool {
    window()
        .and_then(|w| w.match_media("(prefers-color-scheme: light)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Puts the theme on the document, where the stylesheet looks for it.
pub fn apply_theme(light: bool) {
    if let Some(root) = document().and_then(|d| d.document_element()) {
        root.set_attribute("data-theme", if light { "light" } else { "dark" }).unwrap_or_default();
    }
}

/// Listens for as long as the page lives.
pub fn listen(target: &web_sys::EventTarget, event: &str, act: impl FnMut(web_sys::Event) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(act);
    target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()).unwrap_or_default();
    closure.forget();
}

/// A panic ends the program, so the screen for it stands ready in the document.
pub fn show_crash(detail: &str) {
    let Some(document) = document() else { return };
    if let Some(screen) = document.get_element_by_id("crash") {
        screen.remove_attribute("hidden").unwrap_or_default();
    }
    if let Some(app) = document.get_element_by_id("app") {
        app.set_attribute("hidden", "").unwrap_or_default();
    }
    if let Some(place) = document.get_element_by_id("crash-detail") {
        place.set_text_content(Some(detail));
    }
}

/// Shows the crash screen on a panic, and leaves the message in the browser's console.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        show_crash(&info.to_string());
    }));
}

/// The element a program is mounted in, emptied.
pub fn root() -> Option<HtmlElement> {
    let root: HtmlElement = document()?.get_element_by_id("app")?.dyn_into().ok()?;
    root.set_inner_html("");
    Some(root)
}

/// Whether the keyboard is typing into something, so that single letters are text.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}

/// Copies text; browsers refuse outside a secure context, and then the caller is told.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = window.navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Offers a text as a file.
pub fn download(name: &str, kind: &str, text: &str) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    follow_download(name, &url)?;
    web_sys::Url::revoke_object_url(&url).ok()
}

/// Saves what an address holds instead of going there.
pub fn follow_download(name: &str, address: &str) -> Option<()> {
    let link: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(address);
    link.set_download(name);
    // Not for the router.
    link.set_rel("external");
    link.click();
    Some(())
}

/// Bytes of memory this program has taken; it grows in steps and is never given back.
pub fn program_memory() -> usize {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Reflect::get(&memory.buffer(), &"byteLength".into()).ok().and_then(|v| v.as_f64()).unwrap_or(0.0) as usize
}

/// Milliseconds since the page was opened; never set back.
pub fn uptime() -> f64 {
    window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

/// What was remembered under a name. Storage may be forbidden; then nothing is.
pub fn stored(name: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(name).ok()?
}

/// Remembers a text. A full or forbidden storage only means that it is not.
pub fn store(name: &str, text: &str) {
    if let Some(storage) = window().and_then(|w| w.local_storage().ok().flatten()) {
        storage.set_item(name, text).unwrap_or_default();
    }
}

/// Whether texts are remembered: the storage is neither forbidden nor full.
pub fn can_store() -> bool {
    const PROBE: &str = "fourlights.probe";
    store(PROBE, "1");
    let remembered = stored(PROBE).is_some();
    forget(PROBE);
    remembered
}

/// The icon of the tab, a file beside the page.
pub fn set_icon(file: &str) {
    let link = document().and_then(|d| d.query_selector("link[rel=icon]").ok().flatten());
    if let Some(link) = link.filter(|l| l.get_attribute("href").as_deref() != Some(file)) {
        link.set_attribute("href", file).unwrap_or_default();
    }
}

pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Loads the page again.
pub fn reload() {
    if let Some(window) = window() {
        window.location().reload().unwrap_or_default();
    }
}

/// The folder of the build that runs (`console::bundle`); `None` in a page that names none, as in tests.
pub fn program_folder() -> Option<String> {
    document()?.query_selector("script[data-app]").ok()??.get_attribute("data-app")
}

/// Moves the focus to an element, for those who do not see the page change.
pub fn focus(id: &str) {
    if let Some(element) =
        document().and_then(|d| d.get_element_by_id(id)).and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        element.focus().unwrap_or_default();
    }
}

/// Brings an element into view, with the focus.
pub fn reveal(id: &str) {
    if let Some(element) = document().and_then(|d| d.get_element_by_id(id)) {
        element.scroll_into_view();
    }
    focus(id);
}

/// Presses an element; whether there is one.
pub fn click(id: &str) -> bool {
    let element =
        document().and_then(|d| d.get_element_by_id(id)).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    element.map(|e| e.click()).is_some()
}

/// Presses an element, or gives a field the focus; whether there is one.
pub fn press(id: &str) -> bool {
    let element =
        document().and_then(|d| d.get_element_by_id(id)).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    let Some(element) = element else { return false };
    match element.tag_name().as_str() {
        "INPUT" | "TEXTAREA" | "SELECT" => element.focus().unwrap_or_default(),
        _ => element.click(),
    }
    true
}

/// Closes what was opened over the page: without its attribute it is shown no longer, whatever was done to show it.
pub fn hide_popover(id: &str) {
    if let Some(element) = document().and_then(|d| d.get_element_by_id(id)) {
        element.remove_attribute("popover").unwrap_or_default();
        element.set_attribute("popover", "").unwrap_or_default();
    }
}

/// What this tab alone remembers under a name, also over a reload.
pub fn stored_for_tab(name: &str) -> Option<String> {
    window()?.session_storage().ok()??.get_item(name).ok()?
}

/// Remembers a text for this tab alone.
pub fn store_for_tab(name: &str, text: &str) {
    if let Some(storage) = window().and_then(|w| w.session_storage().ok().flatten()) {
        storage.set_item(name, text).unwrap_or_default();
    }
}

/// Forgets what was remembered under a name.
pub fn forget(name: &str) {
    if let Some(storage) = window().and_then(|w| w.local_storage().ok().flatten()) {
        storage.remove_item(name).unwrap_or_default();
    }
}

/// Ticks every five seconds also in a hidden tab, whose own timers browsers hold back to once a minute: by a worker.
/// Ends when dropped.
pub struct Ticker {
    worker: web_sys::Worker,
    _listener: Closure<dyn FnMut(web_sys::Event)>,
}

impl Ticker {
    /// `None` where workers are forbidden.
    pub fn start(act: impl Fn() + 'static) -> Option<Self> {
        let worker = web_sys::Worker::new("clock.js").ok()?;
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| act());
        worker.add_event_listener_with_callback("message", listener.as_ref().unchecked_ref()).ok()?;
        Some(Self { worker, _listener: listener })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

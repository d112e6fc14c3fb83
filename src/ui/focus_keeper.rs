//! Keeps the keyboard's place: when a refresh draws anew, or moves, what has the focus, browsers give the focus to nothing
//! and Tab begins at the top of the page again.

use crate::browser;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit, MutationRecord, Node,
};

thread_local! {
    static PLACE: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// What has the focus, and how to find what comes in its stead.
#[derive(Clone)]
struct Place {
    element: HtmlElement,
    /// the part of the page around it
    within: Element,
    name: String,
    /// which of the elements of that name it is
    nth: usize,
}

/// Watches for as long as the page lives.
pub fn keep_focus() {
    let Some(document) = browser::document() else { return };
    browser::listen(&document, "focusin", |event| {
        let target = event.target().and_then(|t| t.dyn_into().ok());
        PLACE.set(target.and_then(Place::of));
    });
    // Whoever clicks beside it wants to leave it.
    browser::listen(&document, "pointerdown", |_| PLACE.set(None));
    let act = Closure::<dyn FnMut(js_sys::Array)>::new(|records: js_sys::Array| {
        restore(&records);
    });
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    if let (Ok(observer), Some(body)) = (MutationObserver::new(act.as_ref().unchecked_ref()), document.body())
    {
        observer.observe_with_options(&body, &options).unwrap_or_default();
    }
    act.forget();
}

fn restore(records: &js_sys::Array) -> Option<()> {
    let document = browser::document()?;
    let is_lost = document.active_element().is_none_or(|e| e.tag_name() == "BODY");
    let place = PLACE.with_borrow(|place| if is_lost { place.clone() } else { None })?;
    let element: &Node = &place.element;
    let took = |record: MutationRecord| {
        let removed = record.removed_nodes();
        (0..removed.length()).filter_map(|i| removed.item(i)).any(|node| node.contains(Some(element)))
    };
    // Left by other means, it is not forced back.
    records.iter().any(|record| took(record.unchecked_into())).then_some(())?;
    let target = if place.element.is_connected() { place.element } else { place.successor()? };
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    target.focus_with_options(&options).ok()
}

impl Place {
    fn of(element: HtmlElement) -> Option<Self> {
        let within = element.closest("section, dialog, main, body").ok()??;
        let name = name_of(&element);
        let nth = alike(&within, &element.tag_name(), &name).iter().position(|e| *e == element).unwrap_or(0);
        Some(Self { element, within, name, nth })
    }

    /// The element that stands where it stood. None when its part of the page is gone too: somebody went elsewhere.
    fn successor(&self) -> Option<HtmlElement> {
        if !self.within.is_connected() {
            return None;
        }
        let all = alike(&self.within, &self.element.tag_name(), &self.name);
        all.get(self.nth).or_else(|| all.first()).cloned()
    }
}

/// What an element is called: by its id, its address, its label, or else its text.
fn name_of(element: &HtmlElement) -> String {
    let by = ["id", "href", "aria-label"]
        .into_iter()
        .find_map(|a| Some(format!("{a} {}", element.get_attribute(a)?)));
    by.unwrap_or_else(|| element.text_content().unwrap_or_default())
}

fn alike(within: &Element, tag: &str, name: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(tag) else { return Vec::new() };
    let all = (0..found.length()).filter_map(|i| found.item(i)?.dyn_into::<HtmlElement>().ok());
    all.filter(|e| name_of(e) == name).collect()
}

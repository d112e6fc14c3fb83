//! The little that is asked of the document.

use crate::browser;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, NodeList, Url};

pub fn by_id(id: &str) -> Option<Element> {
    browser::document()?.get_element_by_id(id)
}

/// All elements below `root` that a selector fits.
pub fn all(root: &Element, selector: &str) -> Vec<Element> {
    root.query_selector_all(selector).map(elements).unwrap_or_default()
}

pub fn all_of_page(selector: &str) -> Vec<Element> {
    let found = browser::document().and_then(|d| d.query_selector_all(selector).ok());
    found.map(elements).unwrap_or_default()
}

fn elements(list: NodeList) -> Vec<Element> {
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}

/// An attribute of the document's own element.
pub fn of_root(name: &str) -> String {
    let root = browser::document().and_then(|d| d.document_element());
    root.and_then(|r| r.get_attribute(name)).unwrap_or_default()
}

pub fn hide(element: &Element, hidden: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>().filter(|e| e.hidden() != hidden) {
        element.set_hidden(hidden);
    }
}

fn address() -> Option<Url> {
    Url::new(&browser::window()?.location().href().ok()?).ok()
}

/// A parameter of the address, empty without.
pub fn parameter(name: &str) -> String {
    address().and_then(|a| a.search_params().get(name)).unwrap_or_default()
}

/// Sets a parameter of the address, or takes an empty one away, without a step in the history.
pub fn set_parameter(name: &str, value: &str) {
    let Some(address) = address() else { return };
    let parameters = address.search_params();
    if value.is_empty() {
        parameters.delete(name)
    } else {
        parameters.set(name, value)
    }
    let history = browser::window().and_then(|w| w.history().ok());
    if let Some(history) = history
        && history.replace_state_with_url(&JsValue::NULL, "", Some(&address.href())).is_err()
    {
        // Too often in a short time: the address lags behind, the page does not.
    }
}

//! The keyboard keeps its place while the page is drawn anew around it.

use super::{document, place, until};
use fourlights::console::keep_focus;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

fn focused() -> String {
    document().active_element().and_then(|e| e.get_attribute("href")).unwrap_or_default()
}

fn focus(place: &HtmlElement, selector: &str) {
    place.query_selector(selector).unwrap().unwrap().dyn_into::<HtmlElement>().unwrap().focus().unwrap();
}

#[wasm_bindgen_test]
async fn what_is_drawn_anew_or_moved_keeps_the_focus_and_what_is_gone_does_not() {
    keep_focus();
    let place = place();
    let rows = |order: &[&str]| {
        let links: Vec<String> = order.iter().map(|o| format!("<li><a href='#{o}'>{o}</a></li>")).collect();
        format!("<section><ul>{}</ul></section>", links.concat())
    };
    place.set_inner_html(&rows(&["a", "b"]));
    focus(&place, "a[href='#b']");
    // Drawn anew, in another order.
    let list: HtmlElement = place.query_selector("ul").unwrap().unwrap().dyn_into().unwrap();
    list.set_inner_html("<li><a href='#b'>b, changed</a></li><li><a href='#a'>a</a></li>");
    until("the same link", || focused() == "#b").await;
    // Moved.
    list.append_child(&list.first_element_child().unwrap()).unwrap();
    until("the moved link", || focused() == "#b").await;
    // Its part of the page is gone: nothing else is given the focus.
    place.set_inner_html(&rows(&["a", "b"]));
    TimeoutFuture::new(50).await;
    assert_eq!(focused(), "");
    // Somebody clicked elsewhere before it was drawn anew.
    focus(&place, "a[href='#b']");
    place
        .dispatch_event(&web_sys::Event::new_with_event_init_dict("pointerdown", &bubbles()).unwrap())
        .unwrap();
    document().active_element().unwrap().dyn_into::<HtmlElement>().unwrap().blur().unwrap();
    place.query_selector("ul").unwrap().unwrap().set_inner_html("<li><a href='#b'>b</a></li>");
    TimeoutFuture::new(50).await;
    assert_eq!(focused(), "");
    place.remove();
}

fn bubbles() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

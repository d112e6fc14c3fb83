use super::{document, place, until};
use fourlights::console::UptimeBars;
use fourlights::domain::uptime::DayCell;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, KeyboardEvent, KeyboardEventInit};

fn press(element: &HtmlElement, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_strip_is_one_tab_stop_and_the_arrows_read_its_days() {
    let place = place();
    let days =
        vec![DayCell::new(Some(1.0), "1 Nov"), DayCell::new(Some(0.5), "2 Nov"), DayCell::new(None, "3 Nov")];
    let handle = mount_to(place.clone(), move || view! { <UptimeBars name="API" days=days.clone() /> });
    let strip: HtmlElement = place.query_selector("[role=slider]").unwrap().unwrap().dyn_into().unwrap();
    assert_eq!(place.query_selector_all("[tabindex='0']").unwrap().length(), 1);
    assert!(strip.get_attribute("aria-label").unwrap().contains("1 up, 0 degraded, 1 down, 1 without data"));
    let said = || strip.get_attribute("aria-valuetext").unwrap();
    press(&strip, "ArrowLeft");
    until("the day before the last", || said().starts_with("2 Nov: 50 %, down")).await;
    press(&strip, "Home");
    until("the first day", || said() == "1 Nov: 100 %, up").await;
    press(&strip, "ArrowLeft");
    press(&strip, "End");
    until("the last day", || said() == "3 Nov: no data").await;
    assert!(document().query_selector(".bars-tip").unwrap().is_some());
    drop(handle);
    place.remove();
}

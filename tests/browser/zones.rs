use fourlights::browser::offsets;
use fourlights::config::ZoneChoice;
use fourlights::domain::time::{Millis, parse_rfc3339};
use fourlights::domain::zone::Offsets;
use wasm_bindgen_test::wasm_bindgen_test;

fn zone(name: &str) -> Option<Offsets> {
    offsets(&ZoneChoice::Named(name.into()))
}

fn at(text: &str) -> Millis {
    parse_rfc3339(text).unwrap()
}

/// What the tz database has: both sides of changes, years back and ahead, half and quarter hours, zones without
/// daylight saving, changes at midnight and in the rules themselves.
#[wasm_bindgen_test]
fn the_browser_knows_the_hour_of_every_instant_a_range_can_reach() {
    for (name, instant, shown) in [
        ("Europe/Berlin", "2026-11-24T00:00:00Z", "24 Nov 2026, 01:00"),
        ("Europe/Berlin", "2026-10-25T00:59:59Z", "25 Oct 2026, 02:59"),
        ("Europe/Berlin", "2026-10-25T01:00:00Z", "25 Oct 2026, 02:00"),
        ("Europe/Berlin", "2023-07-01T10:00:00Z", "1 Jul 2023, 12:00"),
        ("Europe/Berlin", "2029-03-25T00:59:59Z", "25 Mar 2029, 01:59"),
        ("Europe/Berlin", "2029-03-25T01:00:00Z", "25 Mar 2029, 03:00"),
        ("America/New_York", "2024-03-10T07:00:00Z", "10 Mar 2024, 03:00"),
        ("America/New_York", "2031-11-02T06:00:00Z", "2 Nov 2031, 01:00"),
        ("Asia/Kathmandu", "2026-11-24T00:00:00Z", "24 Nov 2026, 05:45"),
        ("Asia/Kolkata", "2030-06-30T18:30:00Z", "1 Jul 2030, 00:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", "5 Apr 2026, 01:30"),
        ("America/Santiago", "2025-09-07T04:00:00Z", "7 Sep 2025, 01:00"),
        // Mexico gave up daylight saving in 2022, Jordan in the same year stayed on summer time.
        ("America/Mexico_City", "2022-07-01T12:00:00Z", "1 Jul 2022, 07:00"),
        ("America/Mexico_City", "2026-07-01T12:00:00Z", "1 Jul 2026, 06:00"),
        ("Asia/Amman", "2021-12-01T12:00:00Z", "1 Dec 2021, 14:00"),
        ("Asia/Amman", "2026-12-01T12:00:00Z", "1 Dec 2026, 15:00"),
        ("Etc/GMT+5", "2026-07-01T12:00:00Z", "1 Jul 2026, 07:00"),
    ] {
        assert_eq!(zone(name).unwrap().civil(at(instant)).full(), shown, "{name} {instant}");
    }
}

#[wasm_bindgen_test]
fn an_unknown_zone_is_none_and_no_panic() {
    for name in ["Mars/Olympus", "Europe/", "/"] {
        assert!(zone(name).is_none(), "{name}");
        assert!(zone(name).is_none(), "{name}, asked again");
    }
}

#[wasm_bindgen_test]
fn the_browsers_own_zone_is_known() {
    let own = offsets(&ZoneChoice::Browser).unwrap();
    let now = fourlights::browser::now();
    let by_date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(now as f64)).get_timezone_offset();
    assert_eq!(own.at(now), -(by_date as Millis) * 60_000);
}

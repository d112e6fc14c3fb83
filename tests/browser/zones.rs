use fourlights::browser::offsets;
use fourlights::config::ZoneChoice;
use fourlights::domain::time::{HOUR, MINUTE, parse_rfc3339};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_browser_knows_zones_and_their_changes() {
    let now = parse_rfc3339("2026-11-24T00:00:00Z").unwrap();
    let berlin = offsets(&ZoneChoice::Named("Europe/Berlin".into()), now).unwrap();
    assert_eq!(berlin.at(now), HOUR);
    assert_eq!(berlin.at(parse_rfc3339("2026-07-01T00:00:00Z").unwrap()), 2 * HOUR);
    assert_eq!(berlin.civil(parse_rfc3339("2026-10-25T01:00:00Z").unwrap()).clock(), "02:00");
    let kathmandu = offsets(&ZoneChoice::Named("Asia/Kathmandu".into()), now).unwrap();
    assert_eq!(kathmandu.at(now), 5 * HOUR + 45 * MINUTE);
}

#[wasm_bindgen_test]
fn an_unknown_zone_is_none_and_no_panic() {
    assert!(offsets(&ZoneChoice::Named("Mars/Olympus".into()), 0).is_none());
}

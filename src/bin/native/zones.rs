//! Zones from the database that the tool carries.

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use fourlights::config::{Fault, FaultKind, ZoneChoice, nearest};
use fourlights::domain::time::{Millis, SECOND};
use fourlights::domain::zone::Offsets;
use serde_json::Value;

/// The offsets of a zone at any instant; UTC for a name that is not in the database, which [`unknown`]
/// reports before.
pub fn offsets(zone: &ZoneChoice) -> Offsets {
    let ZoneChoice::Named(name) = zone else { return Offsets::utc() };
    let Ok(zone) = name.parse::<Tz>() else { return Offsets::utc() };
    Offsets::asking(name, move |at| {
        let instant = DateTime::<Utc>::from_timestamp_millis(at).unwrap_or_default();
        Millis::from(zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()) * SECOND
    })
}

/// The zones of a configuration file that the database does not have. The console asks the browser for its zones,
/// so only the tool can say this before anything is shown. Reads the text itself, so that these faults are reported
/// beside those of the rest of the file.
pub fn unknown(text: &str) -> Vec<Fault> {
    let tree: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let slos = tree["slos"].as_array().into_iter().flatten().enumerate();
    let slos = slos.map(|(i, slo)| (format!("$.slos[{i}].zone"), &slo["zone"]));
    let page =
        [("$.zone".to_string(), &tree["zone"]), ("$.public.zone".to_string(), &tree["public"]["zone"])];
    // Of every rotation, too: a clock that nobody knows would hand over at the wrong time.
    let mut on_call = Vec::new();
    for (i, schedule) in tree["on_call"].as_array().into_iter().flatten().enumerate() {
        on_call.push((format!("$.on_call[{i}].zone"), &schedule["zone"]));
        for (j, layer) in schedule["layers"].as_array().into_iter().flatten().enumerate() {
            for (k, rotation) in layer["rotations"].as_array().into_iter().flatten().enumerate() {
                on_call.push((format!("$.on_call[{i}].layers[{j}].rotations[{k}].zone"), &rotation["zone"]));
            }
        }
    }
    page.into_iter()
        .chain(slos)
        .chain(on_call)
        .filter_map(|(path, typed)| fault(&path, typed.as_str()?))
        .collect()
}

fn fault(path: &str, typed: &str) -> Option<Fault> {
    // What does not even look like a name is a fault of the configuration's own reader.
    let Some(ZoneChoice::Named(name)) = ZoneChoice::parse(typed) else { return None };
    if name.parse::<Tz>().is_ok() {
        return None;
    }
    let names = TZ_VARIANTS.iter().map(|zone| zone.name());
    let same = names.clone().find(|known| known.eq_ignore_ascii_case(&name));
    let near = same.or_else(|| nearest(&name, names)).unwrap_or("Europe/Berlin");
    let expected = "browser, UTC, or a zone of the tz database, with its capital letters";
    Some(Fault::new(FaultKind::BadValue, path, &format!("{name:?}"), expected, &format!("{near:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_zones_are_faults_with_the_nearest_name() {
        let text = r#"{"zone": "Europe/Berlinn", "public": {"zone": "europe/berlin"},
            "slos": [{"zone": "UTC"}, {"zone": "Mars/Olympus"}, {"zone": "Asia/Kolkata"}],
            "on_call": [{"zone": "UTC", "layers": [{"rotations": [{"zone": "UTC"}, {"zone": "Europe/Berlim"}]}]}]}"#;
        let found: Vec<(String, String)> = unknown(text).into_iter().map(|f| (f.path, f.example)).collect();
        let at = |path: &str, zone: &str| (path.to_string(), format!("{zone:?}"));
        assert_eq!(
            found,
            [
                at("$.zone", "Europe/Berlin"),
                at("$.public.zone", "Europe/Berlin"),
                at("$.slos[1].zone", "Europe/Berlin"),
                at("$.on_call[0].layers[0].rotations[1].zone", "Europe/Berlin"),
            ]
        );
        assert!(unknown("no json").is_empty());
    }

    #[test]
    fn offsets_hold_for_every_instant_a_page_can_show() {
        use fourlights::domain::time::parse_rfc3339;
        let at = |text: &str| parse_rfc3339(text).unwrap();
        let zone = offsets(&ZoneChoice::Named("Europe/Berlin".into()));
        let clock = |text: &str| zone.civil(at(text)).full();
        assert_eq!(clock("2027-04-10T20:00:00Z"), "10 Apr 2027, 22:00");
        assert_eq!(clock("2024-01-15T11:00:00Z"), "15 Jan 2024, 12:00");
        assert_eq!(clock("2024-12-31T22:30:00Z"), "31 Dec 2024, 23:30");
        assert_eq!(clock("2015-07-01T10:00:00Z"), "1 Jul 2015, 12:00");
        assert_eq!(clock("2035-07-01T10:00:00Z"), "1 Jul 2035, 12:00");
    }
}

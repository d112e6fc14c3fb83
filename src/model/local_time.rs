//! Times as `<input type="datetime-local">` has them: the wall clock of a zone that is not in the text.

use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::zone::Offsets;

/// `2026-11-24T09:12`
pub fn local_value(at: Millis, zone: &Offsets) -> String {
    let c = zone.civil(at);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
}

/// The instant at which the zone's clock shows it, with or without seconds.
pub fn local_input(text: &str, zone: &Offsets) -> Option<Millis> {
    let seconds = if text.len() == 16 { ":00Z" } else { "Z" };
    let local = parse_rfc3339(&format!("{text}{seconds}"))?;
    Some(zone.instant(local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR;

    #[test]
    fn what_is_written_is_read_again() {
        let zone = Offsets::asking("east", |_| 2 * HOUR);
        for (text, read) in [
            ("2026-11-24T09:12", Some("2026-11-24T09:12")),
            ("2026-11-24T09:12:00", Some("2026-11-24T09:12")),
            ("2026-11-24", None),
            ("", None),
        ] {
            let at = local_input(text, &zone);
            assert_eq!(at.map(|at| local_value(at, &zone)).as_deref(), read, "{text}");
        }
        assert_eq!(local_input("1970-01-01T02:00", &zone), Some(0));
    }
}

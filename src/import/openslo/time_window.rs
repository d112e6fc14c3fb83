//! Time windows and durations of OpenSLO.

use super::fields::{flag, text};
use super::reader::Reader;
use crate::config::ZoneChoice;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, duration_text};
use serde_json::{Map, Value};

/// The windows an objective may have, see `slos.window`.
const ALLOWED: std::ops::RangeInclusive<Millis> = HOUR..=365 * DAY;

/// A duration of OpenSLO, and whether it is exactly that: months and years differ.
pub fn duration(typed: &str) -> Option<(Millis, bool)> {
    let (number, unit) = typed.split_at(typed.find(|c: char| !c.is_ascii_digit())?);
    let n = number.parse::<Millis>().ok().filter(|n| (1..=100_000).contains(n))?;
    let (length, exact) = match unit {
        "m" => (MINUTE, true),
        "h" => (HOUR, true),
        "d" => (DAY, true),
        "w" => (7 * DAY, true),
        "M" => (30 * DAY, false),
        "Q" => (90 * DAY, false),
        "Y" => (365 * DAY, false),
        _ => return None,
    };
    Some((n * length, exact))
}

/// A calendar's window that the console has, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calendar {
    Month,
    Week,
}

impl Reader<'_> {
    /// `window` and `zone` of an objective.
    pub(super) fn window(&mut self, spec: &Value, place: &str) -> Map<String, Value> {
        let mut out = Map::new();
        let windows = spec.get("timeWindow").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let Some(window) = windows.first() else {
            self.lose(place, "spec.timeWindow", "is missing: 30 days, rolling");
            return out;
        };
        if windows.len() > 1 {
            self.lose(place, "spec.timeWindow", "has several windows: the first is kept");
        }
        let at = "spec.timeWindow[0]";
        self.only(window, place, at, &["duration", "isRolling", "calendar"]);
        let calendar = window.get("calendar").filter(|c| !c.is_null());
        let rolling = flag(window, "/isRolling").unwrap_or(calendar.is_none());
        let typed = text(window, "/duration").unwrap_or_default();
        if rolling {
            if calendar.is_some() {
                self.lose(place, &format!("{at}.calendar"), "is left out: the window is a rolling one");
            }
            out.insert("window".into(), self.rolling(&typed, place).into());
            return out;
        }
        match typed.as_str() {
            "1M" => self.calendar(calendar, Calendar::Month, place, &mut out),
            "1w" | "7d" => self.calendar(calendar, Calendar::Week, place, &mut out),
            _ => {
                let what = format!("a calendar's window of {typed:?} is neither 1M nor 1w: it rolls instead");
                self.lose(place, at, &what);
                if calendar.is_some() {
                    self.lose(
                        place,
                        &format!("{at}.calendar"),
                        "startTime and timeZone are left out with it",
                    );
                }
                out.insert("window".into(), self.rolling(&typed, place).into());
            }
        }
        out
    }

    fn rolling(&mut self, typed: &str, place: &str) -> String {
        let found = duration(typed);
        let length = found.map_or(30 * DAY, |(length, _)| length).clamp(*ALLOWED.start(), *ALLOWED.end());
        let written = match length {
            l if l % DAY == 0 => format!("{}d", l / DAY),
            l => duration_text(l),
        };
        if found != Some((length, true)) {
            self.lose(place, "spec.timeWindow[0].duration", &format!("{typed:?} is taken for {written}"));
        }
        written
    }

    fn calendar(
        &mut self,
        given: Option<&Value>,
        window: Calendar,
        place: &str,
        out: &mut Map<String, Value>,
    ) {
        let (word, usual) = match window {
            Calendar::Month => ("month", "on the 1st at 00:00"),
            Calendar::Week => ("week", "on Mondays at 00:00"),
        };
        out.insert("window".into(), word.into());
        let at = "spec.timeWindow[0].calendar";
        let Some(given) = given else {
            self.lose(place, at, &format!("is missing, with its startTime: begins {usual}, UTC"));
            return;
        };
        self.only(given, place, at, &["startTime", "timeZone"]);
        match text(given, "/startTime") {
            None => self.lose(place, &format!("{at}.startTime"), &format!("is missing: begins {usual}")),
            Some(start) if begins(&start, window) => {}
            Some(start) => {
                let what =
                    format!("{start:?} is left out: the window begins {usual}, as every {word} does here");
                self.lose(place, &format!("{at}.startTime"), &what);
            }
        }
        let zone_at = format!("{at}.timeZone");
        match text(given, "/timeZone") {
            None => self.lose(place, &zone_at, "is missing: UTC"),
            Some(zone) => match ZoneChoice::parse(&zone) {
                Some(choice) if choice != ZoneChoice::Browser => {
                    out.insert("zone".into(), choice.name().into());
                }
                _ => self.lose(place, &zone_at, &format!("{zone:?} is not a zone's full name: UTC")),
            },
        }
    }
}

/// Whether windows that begin at this moment are those of the console: `2026-11-01 00:00:00` for
/// months, a Monday's midnight for weeks.
fn begins(start: &str, window: Calendar) -> bool {
    let (date, time) = start.trim().split_once([' ', 'T']).unwrap_or((start.trim(), ""));
    let midnight = time.trim_end_matches('Z').chars().all(|c| matches!(c, '0' | ':' | '.'));
    let Some(date) = chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").ok() else { return false };
    let first = match window {
        Calendar::Month => chrono::Datelike::day(&date) == 1,
        Calendar::Week => chrono::Datelike::weekday(&date) == chrono::Weekday::Mon,
    };
    first && midnight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (typed, expected) in [
            ("90m", Some((90 * MINUTE, true))),
            ("12h", Some((12 * HOUR, true))),
            ("4w", Some((28 * DAY, true))),
            ("1M", Some((30 * DAY, false))),
            ("1Q", Some((90 * DAY, false))),
            ("2Y", Some((730 * DAY, false))),
            ("0d", None),
            ("d", None),
            ("30", None),
            ("30 d", None),
            ("", None),
        ] {
            assert_eq!(duration(typed), expected, "{typed}");
        }
    }

    #[test]
    fn only_the_usual_beginnings_are_honoured() {
        for (start, window, expected) in [
            ("2026-01-01 00:00:00", Calendar::Month, true),
            ("2020-05-01", Calendar::Month, true),
            ("2026-01-01T00:00:00Z", Calendar::Month, true),
            ("2026-01-15 12:00:00", Calendar::Month, false),
            ("2026-01-01 12:00:00", Calendar::Month, false),
            ("2024-01-01 00:00:00", Calendar::Week, true),
            ("2022-01-01 12:00:00", Calendar::Week, false),
            ("2022-01-01 00:00:00", Calendar::Week, false),
            ("soon", Calendar::Week, false),
        ] {
            assert!(begins(start, window) == expected, "{start}");
        }
    }
}

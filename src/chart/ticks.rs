//! Where the time axis is marked: at round local times, days at local midnight.

use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::zone::Offsets;

const STEPS: [Millis; 24] = [
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    3 * DAY,
    7 * DAY,
];

/// Steps of whole months, for longer spans.
const MONTHS: [i64; 8] = [1, 3, 6, 12, 24, 60, 120, 600];
const MONTH: Millis = 30 * DAY;

/// At most `most` marks over `[start, end]`, with their labels.
pub fn time_ticks(start: Millis, end: Millis, most: usize, zone: &Offsets) -> Vec<(Millis, String)> {
    let span = end.saturating_sub(start);
    if span <= 0 || most == 0 {
        return Vec::new();
    }
    let fits = |step: Millis| span / step <= most as Millis;
    match STEPS.into_iter().find(|s| fits(*s)) {
        Some(step) => {
            let instants =
                if step >= DAY { days(start, end, step, zone) } else { hours(start, end, step, zone) };
            instants.into_iter().map(|t| (t, label(t, step, zone))).collect()
        }
        None => {
            let every = MONTHS.into_iter().find(|m| fits(m * MONTH)).unwrap_or(6_000);
            months(start, end, every, zone)
        }
    }
}

/// The first of every so many months, counted from January; Januaries are marked by their year.
fn months(start: Millis, end: Millis, every: i64, zone: &Offsets) -> Vec<(Millis, String)> {
    let civil = zone.civil(start);
    let mut number = i64::from(civil.year) * 12 + i64::from(civil.month) - 1;
    number -= number.rem_euclid(every);
    let mut all = Vec::new();
    while all.len() < 100 {
        let (year, month) = (number.div_euclid(12), number.rem_euclid(12) + 1);
        let Some(at) = zone.month_start(year, month) else { break };
        if at > end {
            break;
        }
        if at >= start {
            let civil = zone.civil(at);
            let text = if month == 1 { civil.year.to_string() } else { civil.month_name().to_string() };
            all.push((at, text));
        }
        number += every;
    }
    all
}

/// Walks day by day so that each mark is a true midnight, whatever the clocks did.
fn days(start: Millis, end: Millis, step: Millis, zone: &Offsets) -> Vec<Millis> {
    let every = step / DAY;
    let mut all = Vec::new();
    let mut at = zone.midnight(start);
    while at <= end && all.len() < 100 {
        let number = (at + zone.at(at)).div_euclid(DAY);
        if at >= start && number.rem_euclid(every) == 0 {
            all.push(at);
        }
        at = zone.next_midnight(at);
    }
    all
}

/// Round times counted from each local midnight.
fn hours(start: Millis, end: Millis, step: Millis, zone: &Offsets) -> Vec<Millis> {
    let mut all = Vec::new();
    let local = start + zone.at(start);
    let mut wall = local - local.rem_euclid(step);
    while all.len() < 100 {
        let at = zone.instant(wall);
        if at > end {
            break;
        }
        if at >= start && all.last() != Some(&at) {
            all.push(at);
        }
        wall += step;
    }
    all
}

fn label(at: Millis, step: Millis, zone: &Offsets) -> String {
    let civil = zone.civil(at);
    match step {
        s if s >= DAY => civil.date(),
        _ if civil.hour == 0 && civil.minute == 0 && civil.second == 0 && at.rem_euclid(SECOND) == 0 => {
            civil.date()
        }
        s if s < SECOND => format!("{:02}.{}", civil.second, at.rem_euclid(SECOND) / 100),
        s if s < MINUTE => format!("{}:{:02}", civil.clock(), civil.second),
        _ => civil.clock(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_rfc3339;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap()
    }

    fn labels(start: &str, end: &str, most: usize, zone: &Offsets) -> Vec<String> {
        time_ticks(at(start), at(end), most, zone).into_iter().map(|(_, l)| l).collect()
    }

    #[test]
    fn a_day_is_marked_at_round_hours_and_its_midnight_by_date() {
        let found = labels("2026-11-23T10:20:00Z", "2026-11-24T10:20:00Z", 7, &Offsets::utc());
        assert_eq!(found, ["12:00", "16:00", "20:00", "24 Nov", "04:00", "08:00"]);
    }

    #[test]
    fn marks_follow_the_zone() {
        let india = Offsets::asking("India", |_| 5 * HOUR + 30 * MINUTE);
        let found = time_ticks(at("2026-11-23T10:00:00Z"), at("2026-11-23T14:00:00Z"), 5, &india);
        assert_eq!(found[0], (at("2026-11-23T10:30:00Z"), "16:00".into()));
    }

    #[test]
    fn daylight_saving_keeps_midnights_and_adds_no_mark_twice() {
        let (spring, autumn) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        let berlin =
            Offsets::asking("Berlin 2026", move |t| if t >= spring && t < autumn { 2 * HOUR } else { HOUR });
        let days = time_ticks(at("2026-03-27T23:00:00Z"), at("2026-03-31T22:00:00Z"), 8, &berlin);
        assert!(days.iter().filter(|(t, _)| berlin.civil(*t).hour == 0).count() >= 4);
        let night = labels("2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z", 8, &berlin);
        assert_eq!(night[0], "25 Oct");
        assert!(night.len() >= 5, "{night:?}");
    }

    #[test]
    fn years_are_marked_at_their_months_and_a_second_at_its_parts() {
        let utc = Offsets::utc();
        let year = labels("2025-11-10T00:00:00Z", "2026-11-24T00:00:00Z", 7, &utc);
        assert_eq!(year, ["2026", "Apr", "Jul", "Oct"]);
        let decade = time_ticks(at("2016-11-24T00:00:00Z"), at("2026-11-24T00:00:00Z"), 8, &utc);
        assert_eq!(decade[0], (at("2018-01-01T00:00:00Z"), "2018".into()));
        assert_eq!(decade.len(), 5);
        let second = labels("2026-11-24T10:00:01Z", "2026-11-24T10:00:02Z", 6, &utc);
        assert_eq!(second, ["01.0", "01.2", "01.4", "01.6", "01.8", "02.0"]);
    }

    #[test]
    fn long_and_empty_spans_end() {
        assert!(time_ticks(i64::MIN / 4, i64::MAX / 4, 8, &Offsets::utc()).len() < 101);
        assert!(labels("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", 8, &Offsets::utc()).len() <= 9);
        assert!(time_ticks(5, 5, 8, &Offsets::utc()).is_empty());
        assert!(time_ticks(5, 1, 8, &Offsets::utc()).is_empty());
    }
}

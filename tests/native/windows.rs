//! Calendar windows in every zone there is, against the zone database of chrono-tz.

use chrono::{DateTime, Datelike, Offset, TimeZone, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use fourlights::domain::ledger::{Bucket, by_day, within};
use fourlights::domain::slo::{Counts, Objective};
use fourlights::domain::time::{DAY, HOUR, Millis, SECOND};
use fourlights::domain::window::{Bounds, Window};
use fourlights::domain::zone::Offsets;
use proptest::prelude::*;

fn instant(at: Millis) -> DateTime<Utc> {
    DateTime::<Utc>::from_timestamp_millis(at).expect("within range")
}

/// What the browser gives the console, from another database.
fn offsets(zone: Tz) -> Offsets {
    Offsets::asking(zone.name(), move |at| true_offset(zone, at))
}

fn true_offset(zone: Tz, at: Millis) -> Millis {
    Millis::from(zone.offset_from_utc_datetime(&instant(at).naive_utc()).fix().local_minus_utc()) * SECOND
}

/// Zones and instants, half of them within two days of the end of a month.
fn moment() -> impl Strategy<Value = (Tz, Millis)> {
    let any = 1_577_836_800_000i64..1_924_992_000_000;
    let month_end = (2020i32..2031, 1u32..=12, -2 * DAY..2 * DAY).prop_map(|(year, month, by)| {
        Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).unwrap().timestamp_millis() + by
    });
    (prop::sample::select(TZ_VARIANTS.to_vec()), prop_oneof![any, month_end])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The offset is the database's at every instant, decades back and ahead, also just beside each change of clocks.
    #[test]
    fn the_offset_is_right_at_every_instant(
        zone in prop::sample::select(TZ_VARIANTS.to_vec()),
        at in -2_208_988_800_000i64..4_102_444_800_000,
    ) {
        let found = offsets(zone);
        prop_assert_eq!(found.at(at), true_offset(zone, at), "{} {}", zone, at);
        // The next change of clocks within a year, by walking.
        let here = true_offset(zone, at);
        if let Some(day) = (1..366).map(|d| at + d * DAY).find(|t| true_offset(zone, *t) != here) {
            let (mut low, mut high) = (day - DAY, day);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if true_offset(zone, middle) == here { low = middle } else { high = middle }
            }
            for beside in [high - SECOND, high - 1, high, high + 1, high + SECOND] {
                prop_assert_eq!(found.at(beside), true_offset(zone, beside), "{} {}", zone, beside);
            }
        }
    }

    /// A window holds its instant; the one before ends where it begins and holds the instant before:
    /// so no instant is in two windows, and none is in no window.
    #[test]
    fn windows_follow_each_other_without_gap_or_overlap((zone, now) in moment()) {
        let offsets = offsets(zone);
        for window in [Window::Month, Window::Week] {
            let bounds = window.around(now, &offsets);
            prop_assert!(bounds.contains(now), "{zone} {now} {bounds:?}");
            prop_assert_eq!(window.around(bounds.start, &offsets), bounds);
            prop_assert_eq!(window.around(bounds.end - 1, &offsets), bounds);
            let before = window.before(bounds, &offsets);
            prop_assert_eq!(before.end, bounds.start);
            prop_assert_eq!(window.around(bounds.end, &offsets).start, bounds.end);
        }
    }

    /// A month begins on the first, a week on a Monday, at the first instant of that day.
    #[test]
    fn windows_begin_with_a_local_day((zone, now) in moment()) {
        let offsets = offsets(zone);
        for window in [Window::Month, Window::Week] {
            let bounds = window.around(now, &offsets);
            let first = zone.from_utc_datetime(&instant(bounds.start).naive_utc());
            let just_before = zone.from_utc_datetime(&instant(bounds.start - 1).naive_utc());
            prop_assert_ne!(first.date_naive(), just_before.date_naive(), "{} {}", zone, first);
            match window {
                Window::Month => prop_assert_eq!(first.day(), 1, "{} {}", zone, first),
                _ => prop_assert_eq!(first.weekday(), chrono::Weekday::Mon, "{} {}", zone, first),
            }
            // At midnight, or where a change of clocks skips that, soon after.
            prop_assert!(first.hour() <= 1, "{zone} {first}");
        }
    }

    /// What the days took adds up to what the window took, whatever the zone and the hour.
    #[test]
    fn the_days_of_a_window_add_up_to_it((zone, now) in moment(), seed in 0u64..1000) {
        let offsets = offsets(zone);
        for window in [Window::Month, Window::Week, Window::Rolling(30 * DAY)] {
            let bounds = window.around(now, &offsets);
            let first = bounds.start - bounds.start.rem_euclid(HOUR);
            let n = (now - first).div_euclid(HOUR) + 1;
            let buckets: Vec<Bucket> = (0..n)
                .map(|i| Bucket {
                    bounds: Bounds { start: first + i * HOUR, end: first + (i + 1) * HOUR },
                    counts: Counts { bad: ((seed + i.unsigned_abs() * 7919) % 11) as f64, valid: 1000.0 },
                })
                .collect();
            let cut = within(&buckets, Bounds { start: bounds.start, end: now.min(bounds.end) }, now, HOUR);
            let sum = cut.iter().fold(Counts::default(), |sum, b| sum.plus(&b.counts));
            let objective = Objective { target: 0.99, window };
            let Some(budget) = objective.budget(&sum, bounds, now) else { continue };
            let days = by_day(&cut, bounds, &budget, &sum, now, &offsets);
            let total: f64 = days.iter().map(|d| d.spent).sum();
            prop_assert!((total - budget.spent()).abs() < 1e-6 * budget.spent().max(1e-9), "{total} {}", budget.spent());
            for pair in days.windows(2) {
                prop_assert_eq!(pair[0].bounds.end, pair[1].bounds.start);
            }
        }
    }
}

/// Known days: leap days, months of every length, both changes of clocks, zones off the hour.
#[test]
fn lengths_of_known_months_and_weeks() {
    let length = |zone: Tz, window: Window, text: &str| {
        let now = DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis();
        window.around(now, &offsets(zone)).length()
    };
    let berlin = chrono_tz::Europe::Berlin;
    for (zone, window, now, expected) in [
        (berlin, Window::Month, "2028-02-15T12:00:00Z", 29 * DAY),
        (berlin, Window::Month, "2027-02-15T12:00:00Z", 28 * DAY),
        (berlin, Window::Month, "2026-03-15T12:00:00Z", 31 * DAY - HOUR),
        (berlin, Window::Month, "2026-10-15T12:00:00Z", 31 * DAY + HOUR),
        (berlin, Window::Week, "2026-03-26T12:00:00Z", 7 * DAY - HOUR),
        (berlin, Window::Week, "2026-10-22T12:00:00Z", 7 * DAY + HOUR),
        (chrono_tz::Asia::Kathmandu, Window::Month, "2026-04-10T00:00:00Z", 30 * DAY),
        (chrono_tz::Australia::Lord_Howe, Window::Month, "2026-04-10T00:00:00Z", 30 * DAY + HOUR / 2),
        // Clocks change at midnight here: the day of 7 September 2025 began at one.
        (chrono_tz::America::Santiago, Window::Month, "2025-09-10T00:00:00Z", 30 * DAY - HOUR),
    ] {
        assert_eq!(length(zone, window, now), expected, "{zone} {now}");
    }
}

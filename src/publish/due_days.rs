//! Which days are due to be measured, in which requests, and which part of them counts.

use super::history::SHOWN_DAYS;
use crate::domain::public::Notice;
use crate::domain::public::day::{Date, History, bounds_of};
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use std::collections::BTreeSet;

/// How finely it is asked whether there was data: recent days, and days before those.
pub const SLOT: Millis = 5 * MINUTE;
pub const WIDE_SLOT: Millis = HOUR;
/// Days that are asked about finely, and that are filled in at every run while they are open.
pub const RECENT: Date = 7;
/// Runs of open days that are asked for by themselves; more are joined.
pub const MOST_RUNS: usize = 4;

/// Which days are asked for beside today and the last few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// none: they were asked for lately by the same queries
    Recent,
    /// all that nobody has measured yet
    Gaps,
    /// all, also those that are final
    All,
}

/// The dates before today that have to be measured.
pub fn days_to_measure(published: Option<&History>, which: Days, today: Date) -> Vec<Date> {
    let year = today - SHOWN_DAYS as Date + 1..today;
    year.filter(|date| match which {
        Days::All => true,
        _ if published.is_some_and(|history| !history.is_open(*date)) => false,
        Days::Gaps => true,
        Days::Recent => *date >= today - RECENT,
    })
    .collect()
}

/// Runs of consecutive dates. When there are too many, the nearest are joined: what is asked for in between is
/// final and stays.
pub fn runs(dates: &BTreeSet<Date>) -> Vec<(Date, Date)> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for date in dates {
        match runs.last_mut() {
            Some((_, last)) if *date == *last + 1 => *last = *date,
            _ => runs.push((*date, *date)),
        }
    }
    while runs.len() > MOST_RUNS {
        let gap = |i: &usize| match (runs.get(*i), runs.get(i + 1)) {
            (Some(before), Some(after)) => after.0 - before.1,
            _ => Date::MAX,
        };
        let Some(nearest) = (0..runs.len() - 1).min_by_key(gap) else { break };
        let after = runs.remove(nearest + 1);
        if let Some(before) = runs.get_mut(nearest) {
            before.1 = after.1;
        }
    }
    runs
}

/// A run split into its part before the last few days and those, each with the slot it is asked about by.
pub fn by_slot(run: (Date, Date), today: Date) -> Vec<(Date, Date, Millis)> {
    let recent = today - RECENT;
    [(run.0, run.1.min(recent - 1), WIDE_SLOT), (run.0.max(recent), run.1, SLOT)]
        .into_iter()
        .filter(|(first, last, _)| first <= last)
        .collect()
}

/// Runs of dates of 24 hours, and each other date by itself.
pub fn even_runs(first: Date, last: Date, zone: &Offsets) -> Vec<(Date, Date)> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for date in first..=last {
        let even = |date: Date| bounds_of(date, zone).length() == DAY;
        match runs.last_mut() {
            Some((_, end)) if even(date) && even(*end) => *end = date,
            _ => runs.push((date, date)),
        }
    }
    runs
}

/// The windows in which a component is not counted, joined where they overlap.
pub fn excluded(component: &str, maintenances: &[Notice], within: Bounds) -> Vec<Bounds> {
    let mut windows: Vec<Bounds> = maintenances
        .iter()
        .filter(|n| n.affects(component))
        .filter_map(|n| n.took_place()?.common(&within))
        .collect();
    windows.sort_unstable_by_key(|w| w.start);
    let mut out: Vec<Bounds> = Vec::new();
    for window in windows {
        match out.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => out.push(window),
        }
    }
    out.retain(|w| w.length() >= SECOND);
    out
}

/// The part of a date that has passed.
pub fn passed(date: Date, now: Millis, zone: &Offsets) -> Bounds {
    let day = bounds_of(date, zone);
    Bounds { start: day.start, end: day.end.min(now).max(day.start) }
}

//! Days as bars: one small drawing a component, made of runs of equal days.
//!
//! Each run is one stroke whose dashes are the days, so that 90 quiet days are a few bytes. Days differ in
//! height and place as well as in colour.

use super::site::Site;
use crate::domain::public::day::{Date, Day, DayGrade, date_parts};
use crate::domain::public::{Component, History};
use crate::domain::time::DAY;
use leptos::prelude::*;

/// Width of a day with its gap, and of the day, in the drawing's units.
const STEP: usize = 10;
const WIDE: usize = 8;

const GRADES: [DayGrade; 5] =
    [DayGrade::Good, DayGrade::Maintenance, DayGrade::Degraded, DayGrade::Bad, DayGrade::Unknown];

/// The path of the days of a grade: a line for each run, its dashes being the days.
fn path(grades: &[DayGrade], grade: DayGrade) -> String {
    let mut out = String::new();
    let mut i = 0;
    while let Some(first) = grades.get(i) {
        let run = grades.get(i..).unwrap_or_default().iter().take_while(|g| *g == first).count();
        if *first == grade {
            out.push_str(&format!("M{} 12h{}", i * STEP, run * STEP - (STEP - WIDE)));
        }
        i += run;
    }
    out
}

/// What the days hold that is not quiet, for the names of days: `index:seconds` of downtime, `m` with
/// maintenance, `u` without data; runs of the latter two as `first-last:letter`.
fn exceptions(history: &History, n: usize) -> String {
    let entry = |day: &Day| match day.grade() {
        DayGrade::Good if day.down() < 1000 => String::new(),
        DayGrade::Unknown => "u".into(),
        DayGrade::Maintenance if day.down() < 1000 => "m".into(),
        _ => (day.down() / 1000).to_string(),
    };
    let entries: Vec<String> = history.last(n).map(|(_, day)| entry(day)).collect();
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while let Some(first) = entries.get(i) {
        let run = entries.get(i..).unwrap_or_default().iter().take_while(|e| *e == first).count();
        match (first.as_str(), run) {
            ("", _) => {}
            (entry, 1) => out.push(format!("{i}:{entry}")),
            (entry, run) => out.push(format!("{i}-{}:{entry}", i + run - 1)),
        }
        i += run;
    }
    out.join(" ")
}

/// `no downtime`, `downtime on 3 days, 10 days without data`
pub fn summary(site: Site<'_>, history: &History, n: usize) -> String {
    let count = |is: fn(&Day) -> bool| history.last(n).filter(|(_, d)| is(d)).count() as i64;
    let down = count(|d| d.down() >= 1000);
    let unknown = count(|d| d.grade() == DayGrade::Unknown);
    let mut parts = Vec::new();
    match down {
        0 if unknown as usize == n => {}
        0 => parts.push(site.words.t("bars_good").to_string()),
        n => parts.push(site.words.n("count_down", n)),
    }
    if unknown > 0 {
        parts.push(site.words.n("count_unknown", unknown));
    }
    parts.join(", ")
}

/// The bars of a component's last days.
pub fn bars(site: Site<'_>, component: &Component, n: usize) -> impl IntoView + use<> {
    let history = &component.history;
    let grades: Vec<DayGrade> = history.last(n).map(|(_, day)| day.grade()).collect();
    let days = site.words.n("days", n as i64);
    let label = site
        .words
        .fill("bars", &[("name", &component.name), ("n", &days), ("summary", &summary(site, history, n))]);
    let paths: Vec<_> = GRADES
        .into_iter()
        .map(|grade| (grade, path(&grades, grade)))
        .filter(|(_, d)| !d.is_empty())
        .map(|(grade, d)| view! { <path class=grade.letter() d=d /> })
        .collect();
    let width = n * STEP - (STEP - WIDE);
    let odd = exceptions(history, n);
    view! {
        <svg
            class="days"
            role="img"
            aria-label=label
            viewBox=format!("0 0 {width} 24")
            preserveAspectRatio="none"
            data-x=(!odd.is_empty()).then_some(odd)
        >
            {paths}
        </svg>
    }
}

/// A date in words, and what the day was like.
pub fn day_words(site: Site<'_>, date: Date, day: &Day) -> (String, String) {
    let (year, month, of_month) = date_parts(date);
    let words = site.words;
    let mut said = match day.up {
        None if day.maintenance > 0 => String::new(),
        None => words.t("no_data").into(),
        Some(_) if day.down() < 1000 => words.t("no_downtime").into(),
        Some(_) => words.fill("down_for", &[("length", &words.length(day.down()))]),
    };
    if day.maintenance > 0 {
        let length = words.length(day.maintenance.min(DAY));
        let maintenance = words.fill("in_maintenance", &[("length", &length)]);
        said = if said.is_empty() { maintenance } else { format!("{said}, {maintenance}") };
    }
    (words.date_of(year, month, of_month), said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_days_is_one_line() {
        use DayGrade::{Bad, Good, Unknown};
        let grades = [Unknown, Unknown, Good, Good, Good, Bad, Good];
        assert_eq!(path(&grades, Good), "M20 12h28M60 12h8");
        assert_eq!(path(&grades, Unknown), "M0 12h18");
        assert_eq!(path(&grades, DayGrade::Degraded), "");
    }

    #[test]
    fn only_days_that_are_not_quiet_are_named() {
        let day = |up| Day { up, closed: true, ..Day::UNKNOWN };
        let mut days = vec![day(Some(1.0)); 6];
        days.splice(0..2, [day(None), day(None)]);
        if let Some(last) = days.last_mut() {
            *last = day(Some(0.99));
        }
        assert_eq!(exceptions(&History { first: 0, days }, 6), "0-1:u 5:864");
    }
}

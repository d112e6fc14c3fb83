//! `uptime.json`: the days, as published and as read back by the next run.
//!
//! ```json
//! {"zone":"UTC","published":"2026-11-25T12:00:00Z","asked":"5f2c1a..","components":{"api":{"name":"API",
//!   "first":"2025-11-26","closed":"2026-11-24","today":43200000,
//!   "days":[1,0.999306,null,[0.98,3600],[0.99,0,43200],..],
//!   "earlier":{"first":"2025-11-20","days":[1,1,..]}}},
//!  "retired":{"old-api":{..}}}
//! ```
//! A day is the share of its counted time that was up (0..1), `null` without data, or a list of that, the seconds
//! of maintenance, and the seconds outside of it that nothing was measured in; both are not counted. A day up to
//! `closed` is final unless it is `null` or named under `open`; later days may still change. `today` is the
//! milliseconds of the last day that had passed.
//!
//! Nothing is dropped because it is not shown now: days before the year that is shown are kept under `earlier` for
//! another year, and components that are no longer named under `retired`.

use crate::domain::public::day::{Date, Day, History, date_text, parse_date};
use crate::domain::public::{Component, Page};
use crate::domain::time::{DAY, Millis, parse_rfc3339};
use crate::domain::zone::rfc3339;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Days that are shown and counted.
pub const SHOWN_DAYS: usize = 365;
/// Days that are kept.
pub const KEPT_DAYS: usize = 2 * SHOWN_DAYS;

/// What the last run left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// the days of every component that was ever named, by id
    pub histories: BTreeMap<String, History>,
    /// the last run's clock
    pub at: Option<Millis>,
    /// which queries had been asked for old days, see [`super::measure::Gaps`]
    pub asked: Option<String>,
}

#[derive(Deserialize)]
struct RawFile {
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    asked: Option<String>,
    components: BTreeMap<String, RawHistory>,
    #[serde(default)]
    retired: BTreeMap<String, RawHistory>,
}

#[derive(Deserialize)]
struct RawHistory {
    first: String,
    #[serde(default)]
    closed: Option<String>,
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    today: Option<Millis>,
    days: Vec<RawDay>,
    #[serde(default)]
    earlier: Option<RawEarlier>,
}

#[derive(Deserialize)]
struct RawEarlier {
    first: String,
    #[serde(default)]
    open: Vec<String>,
    days: Vec<RawDay>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawDay {
    Share(Option<f64>),
    WithMaintenance(Option<f64>, Millis),
    InPart(Option<f64>, Millis, Millis),
}

/// The whole file. `retired` are the histories of components that are not on the page.
pub fn write(page: &Page, retired: &BTreeMap<String, History>, asked: &str) -> String {
    let components: Map<String, Value> =
        page.components.iter().map(|c| (c.id.clone(), kept(&c.name, &c.history))).collect();
    let mut all = json!({
        "zone": page.zone_name, "published": rfc3339(page.now), "asked": asked, "components": components,
    });
    if let (false, Some(all)) = (retired.is_empty(), all.as_object_mut()) {
        let retired: Map<String, Value> =
            retired.iter().map(|(id, history)| (id.clone(), kept(id, history))).collect();
        all.insert("retired".into(), retired.into());
    }
    all.to_string() + "\n"
}

/// What is shown, and what is kept beside it.
fn kept(name: &str, history: &History) -> Value {
    let mut all = shown(name, history);
    let older = history.days.len().saturating_sub(SHOWN_DAYS);
    if let (true, Some(all)) = (older > 0, all.as_object_mut()) {
        let days: Vec<Value> = history.days.iter().take(older).map(day).collect();
        let mut earlier = json!({"first": date_text(history.first), "days": days});
        let dated = (history.first..).zip(history.days.iter().take(older));
        let open = dated.filter(|(_, day)| !day.closed && was_measured(day));
        let open: Vec<String> = open.map(|(date, _)| date_text(date)).collect();
        if let (false, Some(earlier)) = (open.is_empty(), earlier.as_object_mut()) {
            earlier.insert("open".into(), json!(open));
        }
        all.insert("earlier".into(), earlier);
    }
    all
}

/// One component's year, also a file of its own.
pub fn component(component: &Component) -> Value {
    shown(&component.name, &component.history)
}

fn shown(name: &str, history: &History) -> Value {
    let year = history.last(SHOWN_DAYS);
    let first = year.clone().next().map_or(history.first, |(date, _)| date);
    let closed = year.clone().filter(|(_, day)| day.closed).map(|(date, _)| date).max();
    let days: Vec<Value> = year.clone().map(|(_, d)| day(d)).collect();
    let mut all = json!({
        "name": name,
        "first": date_text(first),
        "closed": date_text(closed.unwrap_or(first - 1)),
        "today": history.days.last().map_or(DAY, |d| d.passed),
        "days": days,
    });
    let open = year.filter(|(date, day)| !day.closed && was_measured(day) && Some(*date) < closed);
    let open: Vec<String> = open.map(|(date, _)| date_text(date)).collect();
    if let (false, Some(all)) = (open.is_empty(), all.as_object_mut()) {
        all.insert("open".into(), json!(open));
    }
    all
}

fn day(day: &Day) -> Value {
    let up = day.up.map(rounded);
    match (day.maintenance / 1000, day.unmeasured / 1000) {
        (0, 0) => json!(up),
        (maintenance, 0) => json!([up, maintenance]),
        (maintenance, unmeasured) => json!([up, maintenance, unmeasured]),
    }
}

/// To a millionth, a tenth of a second of a day; whole numbers without a point.
fn rounded(share: f64) -> Value {
    let share = (share * 1e6).round() / 1e6;
    if share.fract() == 0.0 { json!(share as i64) } else { json!(share) }
}

/// Reads a published file; the fault in words.
pub fn read(text: &str) -> Result<Published, String> {
    let raw: RawFile = serde_json::from_str(text).map_err(|e| e.to_string())?;
    // A component that is named again is read from where it is shown.
    let all = raw.retired.into_iter().chain(raw.components);
    let histories =
        all.map(|(id, raw)| Ok((id.clone(), history(&id, raw)?))).collect::<Result<_, String>>()?;
    Ok(Published { histories, at: raw.published.as_deref().and_then(parse_rfc3339), asked: raw.asked })
}

fn history(id: &str, raw: RawHistory) -> Result<History, String> {
    let date = |text: &str| parse_date(text).ok_or_else(|| format!("{id}: {text:?} is not a date"));
    let first = date(&raw.first)?;
    let closed = raw.closed.as_deref().map(date).transpose()?.unwrap_or(first - 1);
    let open = raw.open.iter().map(|text| date(text)).collect::<Result<Vec<Date>, String>>()?;
    let mut days = read_days(id, first, raw.days)?;
    if let Some(last) = days.last_mut() {
        last.passed = raw.today.unwrap_or(DAY).clamp(0, 2 * DAY);
    }
    for (i, day) in days.iter_mut().enumerate() {
        let date = first + i as Date;
        day.closed = date <= closed && !open.contains(&date) && was_measured(day);
    }
    let shown = History { first, days };
    let Some(earlier) = raw.earlier else { return Ok(shown) };
    let first = date(&earlier.first)?;
    let open = earlier.open.iter().map(|text| date(text)).collect::<Result<Vec<Date>, String>>()?;
    let mut days = read_days(id, first, earlier.days)?;
    for (date, day) in (first..).zip(&mut days) {
        day.closed = was_measured(day) && !open.contains(&date);
    }
    Ok(shown.reaching_back(&History { first, days }))
}

/// A day of maintenance from beginning to end has nothing that could be measured.
fn was_measured(day: &Day) -> bool {
    day.up.is_some() || day.maintenance > 0
}

fn read_days(id: &str, first: Date, raw: Vec<RawDay>) -> Result<Vec<Day>, String> {
    let one = |(i, day)| {
        let (up, maintenance, unmeasured) = match day {
            RawDay::Share(up) => (up, 0, 0),
            RawDay::WithMaintenance(up, seconds) => (up, seconds, 0),
            RawDay::InPart(up, seconds, unmeasured) => (up, seconds, unmeasured),
        };
        let fits = |seconds: Millis| (0..=2 * DAY / 1000).contains(&seconds);
        if up.is_some_and(|up| !(0.0..=1.0).contains(&up)) || !fits(maintenance) || !fits(unmeasured) {
            return Err(format!("{id}: day {} is not from 0 to 1", date_text(first + i as Date)));
        }
        Ok(Day { up, maintenance: maintenance * 1000, unmeasured: unmeasured * 1000, ..Day::UNKNOWN })
    };
    raw.into_iter().enumerate().map(one).collect()
}

/// All days of all components, for spreadsheets.
pub fn csv(components: &[&Component]) -> String {
    let mut out = String::from("component,date,uptime,down_seconds,maintenance_seconds,unmeasured_seconds\n");
    for component in components {
        for (date, day) in component.history.last(SHOWN_DAYS) {
            if day.up.is_none() && day.maintenance == 0 {
                continue;
            }
            let up = day.up.map_or_else(String::new, |up| rounded(up).to_string());
            let (down, maintenance, unmeasured) =
                (day.down() / 1000, day.maintenance / 1000, day.unmeasured / 1000);
            out.push_str(&format!(
                "{},{},{up},{down},{maintenance},{unmeasured}\n",
                component.id,
                date_text(date)
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written is read back: days, final days, open ones between, parts, and what is shown no more.
    #[test]
    fn a_history_survives_writing_and_reading() {
        let measured = |up: f64| Day { up: Some(up), closed: true, ..Day::UNKNOWN };
        let mut days = vec![measured(0.5); 400];
        days[10] = Day::UNKNOWN;
        days[20] = Day { closed: false, ..measured(0.125) };
        days[380] = Day { closed: false, ..measured(0.25) };
        days[381] = Day::UNKNOWN;
        // Nobody could measure it, and half of it was maintenance.
        days[21] = Day { maintenance: 43_200_000, ..Day::UNKNOWN };
        days[383] = days[21];
        days[382] = Day { maintenance: 3_600_000, unmeasured: 43_200_000, ..measured(0.75) };
        days[399] = Day { closed: false, passed: 43_200_000, ..measured(1.0) };
        let history = History { first: 20_000, days };
        let text = json!({"components": {"api": kept("API", &history)}}).to_string();
        assert_eq!(read(&text).unwrap().histories["api"], history);
    }

    #[test]
    fn files_of_earlier_versions_are_read() {
        let text = r#"{"zone":"UTC","components":{"api":{"name":"API","first":"2026-11-20","closed":"2026-11-23",
            "today":1000,"days":[1,null,[0.98,3600],0.5,0.7]}}}"#;
        let read = read(text).unwrap();
        let closed: Vec<bool> = read.histories["api"].days.iter().map(|d| d.closed).collect();
        assert_eq!(closed, [true, false, true, true, false], "a day that nobody measured is not final");
        assert_eq!((read.at, read.histories["api"].days[4].passed), (None, 1000));
    }

    #[test]
    fn what_is_spoilt_is_named() {
        let with = |days: &str| {
            read(&format!(r#"{{"components":{{"api":{{"first":"2026-11-20","days":{days}}}}}}}"#))
        };
        assert!(with("[2]").unwrap_err().contains("2026-11-20"));
        assert!(with("[[1,-1]]").is_err() && with("[[1,0,1e9]]").is_err() && with("7").is_err());
        assert!(with("[1,null,[1,0],[null,0,0]]").is_ok());
    }
}

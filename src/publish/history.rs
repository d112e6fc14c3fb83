//! `uptime.json`: the year of days, as published and as read back by the next run.
//!
//! ```json
//! {"zone":"UTC","components":{"api":{"name":"API","first":"2025-11-25","closed":"2026-11-23",
//!   "days":[1,0.999306,null,[0.98,3600],..]}}}
//! ```
//! A day is the share of its counted time that was up (0..1), `null` without data, or a list of that and the
//! seconds of maintenance, which are not counted. Days after `closed` may still change. `today` is the
//! milliseconds of the last day that had passed.

use crate::domain::public::day::{Date, Day, History, date_text, parse_date};
use crate::domain::public::{Component, Page};
use crate::domain::time::{DAY, Millis};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct RawFile {
    components: BTreeMap<String, RawHistory>,
}

#[derive(Deserialize)]
struct RawHistory {
    first: String,
    #[serde(default)]
    closed: Option<String>,
    #[serde(default)]
    today: Option<Millis>,
    days: Vec<RawDay>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawDay {
    Share(Option<f64>),
    WithMaintenance(Option<f64>, Millis),
}

pub fn write(page: &Page) -> String {
    let components: Map<String, Value> =
        page.components.iter().map(|c| (c.id.clone(), component(c))).collect();
    json!({"zone": page.zone_name, "components": components}).to_string() + "\n"
}

/// One component's part, also a file of its own.
pub fn component(component: &Component) -> Value {
    let history = &component.history;
    let days: Vec<Value> = history
        .days
        .iter()
        .map(|day| {
            let up = day.up.map(rounded);
            if day.maintenance > 0 { json!([up, day.maintenance / 1000]) } else { json!(up) }
        })
        .collect();
    let end = history.first + history.days.len() as Date;
    json!({
        "name": component.name,
        "first": date_text(history.first),
        "closed": date_text(history.first_open().unwrap_or(end) - 1),
        "today": history.days.last().map_or(DAY, |d| d.passed),
        "days": days,
    })
}

/// To a millionth, a tenth of a second of a day; whole numbers without a point.
fn rounded(share: f64) -> Value {
    let share = (share * 1e6).round() / 1e6;
    if share.fract() == 0.0 { json!(share as i64) } else { json!(share) }
}

/// Reads a published file; the fault in words.
pub fn read(text: &str) -> Result<BTreeMap<String, History>, String> {
    let raw: RawFile = serde_json::from_str(text).map_err(|e| e.to_string())?;
    raw.components.into_iter().map(|(id, raw)| Ok((id.clone(), history(&id, raw)?))).collect()
}

fn history(id: &str, raw: RawHistory) -> Result<History, String> {
    let date = |text: &str| parse_date(text).ok_or_else(|| format!("{id}: {text:?} is no date"));
    let first = date(&raw.first)?;
    let closed = raw.closed.as_deref().map(date).transpose()?.unwrap_or(first - 1);
    let n = raw.days.len();
    let days = raw.days.into_iter().enumerate().map(|(i, day)| {
        let (up, maintenance) = match day {
            RawDay::Share(up) => (up, 0),
            RawDay::WithMaintenance(up, seconds) => (up, seconds.saturating_mul(1000)),
        };
        if up.is_some_and(|up| !(0.0..=1.0).contains(&up)) || !(0..=2 * DAY).contains(&maintenance) {
            return Err(format!("{id}: day {} is not from 0 to 1", date_text(first + i as Date)));
        }
        let passed = if i + 1 == n { raw.today.unwrap_or(DAY).clamp(0, 2 * DAY) } else { DAY };
        Ok(Day { up, maintenance, passed, closed: first + i as Date <= closed })
    });
    Ok(History { first, days: days.collect::<Result<_, _>>()? })
}

/// All days of all components, for spreadsheets.
pub fn csv(components: &[&Component]) -> String {
    let mut out = String::from("component,date,uptime,down_seconds,maintenance_seconds\n");
    for component in components {
        for (date, day) in component.history.last(component.history.days.len()) {
            if day.up.is_none() && day.maintenance == 0 {
                continue;
            }
            let up = day.up.map_or_else(String::new, |up| rounded(up).to_string());
            let (down, maintenance) = (day.down() / 1000, day.maintenance / 1000);
            out.push_str(&format!("{},{},{up},{down},{maintenance}\n", component.id, date_text(date)));
        }
    }
    out
}

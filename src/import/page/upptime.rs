//! Upptime: a GitHub repository with `history/summary.json` (sites with their minutes down by day), `history/*.yml`
//! (since when each is watched) and its issues, which are incidents and maintenance. Source: <https://upptime.js.org/docs/>.

use super::{Imported, ImportedComponent, closing, history_of, id_for};
use crate::domain::public::day::{Date, parse_date};
use crate::domain::public::{Body, ComponentStatus, Impact, Notice, Origin, Phase, Update};
use crate::domain::slug::slug;
use crate::domain::time::{Millis, parse_rfc3339};
use crate::domain::window::Bounds;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads `history/summary.json`, the files `history/NAME.yml` by name, and, if they were saved, the issues as GitHub's
/// API lists them (`/repos/OWNER/NAME/issues?state=all`). `today` is not yet over.
pub fn read(
    summary: &str,
    sites: &BTreeMap<String, String>,
    issues: Option<&str>,
    today: Date,
) -> Result<Imported, String> {
    let summary: Value = serde_json::from_str(summary).map_err(|e| format!("history/summary.json: {e}"))?;
    let mut imported = Imported::default();
    for site in summary.as_array().into_iter().flatten() {
        self::site(site, sites, today, &mut imported);
    }
    match issues {
        Some(text) => {
            let issues: Value = serde_json::from_str(text).map_err(|e| format!("issues.json: {e}"))?;
            for issue in issues.as_array().into_iter().flatten() {
                self::issue(issue, &mut imported);
            }
        }
        None => imported.lose("issues.json", "is not there: incidents are the repository's issues. Save them with GitHub's API (issues?state=all&per_page=100) beside the folder history"),
    }
    Ok(imported)
}

fn site(site: &Value, sites: &BTreeMap<String, String>, today: Date, imported: &mut Imported) {
    let Some(name) = site["name"].as_str() else { return };
    let id =
        site["slug"].as_str().map(slug).filter(|s| !s.is_empty()).unwrap_or_else(|| imported.free_id(name));
    let component = ImportedComponent { id: id.clone(), name: name.into(), ..Default::default() };
    imported.components.push(component);
    let about: Value = sites.get(&id).and_then(|text| serde_saphyr::from_str(text).ok()).unwrap_or_default();
    let since = about["startTime"].as_str().and_then(|t| parse_date(t.get(..10)?));
    let down: BTreeMap<Date, f64> = site["dailyMinutesDown"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(date, minutes)| Some((parse_date(date)?, minutes.as_f64()?)))
        .collect();
    let Some(first) = since.or(down.keys().next().copied()) else {
        return imported.lose(&format!("history/{id}.yml"), "does not say since when it is watched: no days");
    };
    // A day that is not named was up: Upptime records minutes down only.
    let days = (first..today)
        .map(|date| (date, 1.0 - down.get(&date).copied().unwrap_or(0.0).clamp(0.0, 1440.0) / 1440.0));
    if let Some(history) = history_of(&days.collect()) {
        imported.days.insert(id, history);
    }
}

fn issue(issue: &Value, imported: &mut Imported) {
    let number = issue["number"].as_i64().unwrap_or(0);
    let place = format!("issue {number}");
    let labels: Vec<&str> = issue["labels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|l| l["name"].as_str().or(l.as_str()))
        .collect();
    if issue["pull_request"].is_object() || !labels.iter().any(|l| matches!(*l, "status" | "maintenance")) {
        return;
    }
    let time = |key: &str| issue[key].as_str().and_then(parse_rfc3339);
    let (Some(title), Some(started)) = (issue["title"].as_str(), time("created_at")) else {
        return imported.lose(&place, "has no title or no time; left out");
    };
    let body = issue["body"].as_str().unwrap_or_default();
    let window = labels.contains(&"maintenance").then(|| window(body)).flatten();
    let ended = time("closed_at");
    let degraded = title.to_lowercase().contains("degraded");
    let (status, impact) = match (window, degraded) {
        (Some(_), _) => (ComponentStatus::Maintenance, Impact::Maintenance),
        (None, true) => (ComponentStatus::Degraded, Impact::Minor),
        (None, false) => (ComponentStatus::MajorOutage, Impact::Critical),
    };
    let affected: Vec<(String, ComponentStatus)> = imported
        .components
        .iter()
        .filter(|c| labels.contains(&c.id.as_str()) || labels.contains(&c.name.as_str()))
        .map(|c| (c.id.clone(), status))
        .collect();
    if issue["comments"].as_i64().unwrap_or(0) > 0 {
        imported.lose(&place, "its comments are not in the list of issues");
    }
    let first = if window.is_some() { Phase::Scheduled } else { Phase::Investigating };
    let text = body.split("-->").last().unwrap_or_default().trim();
    let mut updates = vec![Update { at: started, phase: first, body: Body::Markdown(text.into()) }];
    if let Some(at) = ended {
        let body = Body::Markdown(String::new());
        updates.insert(0, Update { at, phase: closing(window.is_some()), body });
    }
    let mut notice: Notice =
        super::empty_notice(&id_for(&format!("{number} {title}"), "incident"), title, started);
    notice.impact = impact;
    notice.ended = ended;
    notice.window = window;
    notice.affected = affected;
    notice.updates = updates;
    notice.origin = Origin::File;
    imported.notices.push(notice);
}

/// `<!-- start: 2026-08-24T13:00:00.220Z end: 2026-08-24T14:00:00.220Z expectedDown: google -->`
fn window(body: &str) -> Option<Bounds> {
    let time = |key: &str| -> Option<Millis> {
        let after = body.split_once(key)?.1;
        parse_rfc3339(after.split_whitespace().next()?)
    };
    let (start, end) = (time("start:")?, time("end:")?);
    (start < end).then_some(Bounds { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::public::day::date_text;

    #[test]
    fn days_and_issues_are_taken_over() {
        let summary = r#"[{"name": "Shop", "slug": "shop", "dailyMinutesDown": {"2026-11-20": 144}},
            {"name": "Old", "slug": "old"}]"#;
        let sites = [(
            "shop".to_string(),
            "url: https://shop.example\nstartTime: 2026-11-18T08:00:00.000Z\n".to_string(),
        )];
        let issues = r#"[{"number": 7, "title": "Shop is down", "created_at": "2026-11-20T10:00:00Z", "closed_at": "2026-11-20T12:24:00Z",
             "labels": [{"name": "status"}, {"name": "shop"}], "body": "In abc, it was down."},
            {"number": 8, "title": "Move", "created_at": "2026-11-21T10:00:00Z", "closed_at": null, "comments": 2,
             "labels": [{"name": "maintenance"}], "body": "<!--\nstart: 2026-12-01T01:00:00Z\nend: 2026-12-01T02:00:00Z\n-->\nA new host."},
            {"number": 9, "title": "Question", "created_at": "2026-11-21T10:00:00Z", "labels": []}]"#;
        let today = parse_date("2026-11-25").unwrap();
        let imported = read(summary, &sites.into(), Some(issues), today).unwrap();
        let shop = &imported.days["shop"];
        assert_eq!((date_text(shop.first), shop.days.len()), ("2026-11-18".into(), 7));
        assert_eq!(shop.get(parse_date("2026-11-20").unwrap()).unwrap().up, Some(0.9));
        assert_eq!(imported.notices.len(), 2);
        assert_eq!(imported.notices[0].affected, [("shop".into(), ComponentStatus::MajorOutage)]);
        assert!(imported.notices[1].window.is_some() && imported.notices[1].ended.is_none());
        assert_eq!(imported.losses.len(), 2, "{:?}", imported.losses);
    }
}

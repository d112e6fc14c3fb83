//! Atlassian Statuspage's public API v2 as files, so that whatever reads a Statuspage reads this page.
//!
//! Source: the "Status API" page of any Statuspage, `https://metastatuspage.com/api/v2`.

use crate::domain::public::{Body, Component, ComponentStatus, Impact, Notice, Origin, Page, Phase, Update};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use crate::status_page::markdown;
use crate::status_page::notice_path;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Atlassian's lists end after so many.
const MOST: usize = 50;

/// Names and contents of the files under `api/v2/`.
pub fn files(page: &Page) -> Vec<(String, Value)> {
    let head = json!({
        "id": id_of(&page.url),
        "name": page.name,
        "url": page.url,
        "time_zone": if page.zone_name == "UTC" { "Etc/UTC" } else { &page.zone_name },
        "updated_at": stamp(updated(page)),
    });
    let status = status(page);
    let incidents: Vec<Value> = page.incidents.iter().take(MOST).map(|n| notice(page, n)).collect();
    let open: Vec<Value> = page.active().map(|n| notice(page, n)).collect();
    let nearest = nearest_first(page);
    let maintenances = |keep: &dyn Fn(Phase) -> bool| {
        let kept = nearest.iter().filter(|n| keep(n.phase(page.now)));
        kept.take(MOST).map(|n| notice(page, n)).collect::<Vec<Value>>()
    };
    let upcoming = maintenances(&|p| p == Phase::Scheduled);
    let active = maintenances(&|p| matches!(p, Phase::InProgress | Phase::Verifying));
    let ahead = maintenances(&|p| !p.is_over());
    let components = components(page);
    let file = |name: &str, rest: &[(&str, Value)]| {
        let mut all = serde_json::Map::new();
        all.insert("page".into(), head.clone());
        all.extend(rest.iter().map(|(key, value)| (key.to_string(), value.clone())));
        (format!("api/v2/{name}.json"), Value::Object(all))
    };
    let list = |name: &str, value: Vec<Value>| file(name, &[("scheduled_maintenances", json!(value))]);
    vec![
        file(
            "summary",
            &[
                ("components", json!(components)),
                ("incidents", json!(open)),
                ("scheduled_maintenances", json!(ahead)),
                ("status", status.clone()),
            ],
        ),
        file("status", &[("status", status)]),
        file("components", &[("components", json!(components))]),
        file("incidents", &[("incidents", json!(incidents))]),
        file("incidents/unresolved", &[("incidents", json!(open))]),
        list("scheduled-maintenances", maintenances(&|_| true)),
        list("scheduled-maintenances/upcoming", upcoming),
        list("scheduled-maintenances/active", active),
    ]
}

/// Maintenances that go on or come, the next one first; then those of the past, newest first.
fn nearest_first(page: &Page) -> Vec<&Notice> {
    let (past, mut all): (Vec<&Notice>, Vec<&Notice>) =
        page.maintenances.iter().partition(|n| n.is_over(page.now));
    all.extend(past.into_iter().rev());
    all
}

/// All incidents and maintenances there are, in the same shape: `history.json`. What that shape cannot say stands under
/// `fourlights`, so that the next run knows each of them exactly as it was published. `repeated` are the maintenances
/// that the page has one notice for each window of.
pub fn history(page: &Page, repeated: &[Notice]) -> Value {
    let all = page.incidents.iter().map(|n| remembered(page, n)).collect::<Vec<_>>();
    let maintenances = page.maintenances.iter().filter(|n| n.repeats.is_none()).chain(repeated);
    let maintenances = maintenances.map(|n| remembered(page, n)).collect::<Vec<_>>();
    json!({"incidents": all, "scheduled_maintenances": maintenances})
}

fn remembered(page: &Page, said: &Notice) -> Value {
    let mut out = notice(page, said);
    // As it was said: what a maintenance is by its window changes without a word.
    if let Some(newest) = said.updates.first() {
        out["status"] = json!(newest.phase.wire());
    }
    let affected: serde_json::Map<String, Value> =
        said.affected.iter().map(|(id, status)| (id.clone(), json!(status.name()))).collect();
    let bodies: Vec<Value> = said
        .updates
        .iter()
        .map(|u| match &u.body {
            Body::Markdown(text) => json!({"markdown": text}),
            Body::Text(text) => json!({"text": text}),
        })
        .collect();
    let mut more = json!({"affected": affected, "bodies": bodies, "ended": said.ended.map(stamp)});
    // Atlassian's format has no word for what is cancelled.
    if let (true, Some(more)) =
        (said.updates.iter().any(|u| u.phase == Phase::Cancelled), more.as_object_mut())
    {
        more.insert("phases".into(), json!(said.updates.iter().map(|u| u.phase.name()).collect::<Vec<_>>()));
    }
    if let (Some(repeats), Some(more)) = (said.repeats, more.as_object_mut()) {
        more.insert(
            "repeats".into(),
            json!({"every": repeats.every.name(), "until": repeats.until.map(rfc3339)}),
        );
    }
    if let (Origin::Import(from), Some(more)) = (&said.origin, more.as_object_mut()) {
        more.insert("imported_from".into(), json!(from));
    }
    if let (false, Some(more)) = (said.names.is_empty(), more.as_object_mut()) {
        more.insert("names".into(), json!(said.names));
    }
    if let Some(all) = out.as_object_mut() {
        all.insert("fourlights".into(), more);
    }
    out
}

/// When the page last said something new: not each time it was measured.
fn updated(page: &Page) -> i64 {
    let said = page.incidents.iter().chain(&page.maintenances).map(Notice::touched);
    let begun = page.maintenances.iter().flat_map(|n| n.window).flat_map(|w| [w.start, w.end]);
    said.chain(begun).filter(|at| *at <= page.now).max().unwrap_or(0).max(page.measured.unwrap_or(0))
}

/// With the milliseconds that Atlassian writes.
fn stamp(at: Millis) -> String {
    rfc3339(at).replace('Z', ".000Z")
}

/// Twelve letters that stay the same as long as the text does, as Atlassian's ids look.
fn id_of(text: &str) -> String {
    const LETTERS: &[u8] = b"0123456789bcdfghjklmnpqrstvwxyz";
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(12)
        .filter_map(|b| LETTERS.get(*b as usize % LETTERS.len()))
        .map(|b| *b as char)
        .collect()
}

fn status(page: &Page) -> Value {
    let (indicator, description) = match page.overall() {
        ComponentStatus::Operational => ("none", "All Systems Operational"),
        ComponentStatus::Maintenance => ("maintenance", "Service Under Maintenance"),
        ComponentStatus::Degraded => ("minor", "Minor Service Outage"),
        ComponentStatus::PartialOutage => ("major", "Partial System Outage"),
        ComponentStatus::MajorOutage => ("critical", "Major Service Outage"),
        ComponentStatus::Unknown => ("none", "Status Unknown"),
    };
    json!({"indicator": indicator, "description": description})
}

fn group_id(name: &str) -> String {
    id_of(&format!("group {name}"))
}

fn components(page: &Page) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    let mut groups: Vec<&str> = Vec::new();
    for component in &page.components {
        let Some(group) = component.group.as_deref().filter(|g| !groups.contains(g)) else { continue };
        groups.push(group);
        let members: Vec<&Component> =
            page.components.iter().filter(|c| c.group.as_deref() == Some(group)).collect();
        let worst = members.iter().map(|c| told(c.status)).max().unwrap_or(ComponentStatus::Operational);
        let ids: Vec<&str> = members.iter().map(|c| c.id.as_str()).collect();
        out.push(json!({
            "id": group_id(group), "name": group, "status": worst.name(), "created_at": stamp(updated(page)),
            "updated_at": stamp(updated(page)), "position": groups.len(), "description": null,
            "showcase": false, "start_date": null, "group_id": null, "page_id": id_of(&page.url),
            "group": true, "only_show_if_degraded": false, "components": ids,
        }));
    }
    out.extend(page.components.iter().enumerate().map(|(i, c)| component(page, c, i + 1)));
    out
}

/// Atlassian's format has no word for what nobody knows.
fn told(status: ComponentStatus) -> ComponentStatus {
    if status == ComponentStatus::Unknown { ComponentStatus::Operational } else { status }
}

fn component(page: &Page, component: &Component, position: usize) -> Value {
    let known = component.history.days.iter().position(|d| d.up.is_some());
    let since = known.map(|i| crate::domain::public::day::date_text(component.history.first + i as i64));
    let created = since.as_ref().map_or_else(|| stamp(0), |date| format!("{date}T00:00:00.000Z"));
    // When something was last said of it, not when it was measured: else the past would change at each run.
    let told_last = page.incidents.iter().chain(&page.maintenances).filter(|n| n.affects(&component.id));
    let changed = told_last.map(Notice::touched).filter(|at| *at <= page.now).max();
    let changed = changed.map_or_else(|| created.clone(), stamp);
    json!({
        "id": component.id, "name": component.name, "status": told(component.status).name(),
        "created_at": created, "updated_at": changed, "position": position,
        "description": component.description, "showcase": component.measured != crate::domain::public::Measured::No,
        "start_date": since, "group_id": component.group.as_deref().map(group_id),
        "page_id": id_of(&page.url), "group": false, "only_show_if_degraded": false,
    })
}

/// An incident or a maintenance.
pub fn notice(page: &Page, notice: &Notice) -> Value {
    let updates: Vec<Value> =
        notice.updates.iter().enumerate().map(|(i, u)| update(page, notice, u, i)).collect();
    let touched = notice.touched();
    let monitoring = notice.updates.iter().rev().find(|u| u.phase == Phase::Monitoring).map(|u| stamp(u.at));
    let components: Vec<Value> = notice
        .affected
        .iter()
        .filter_map(|(id, _)| {
            let position = page.components.iter().position(|c| c.id == *id)?;
            Some(component(page, page.components.get(position)?, position + 1))
        })
        .collect();
    let mut out = json!({
        "id": notice.key(), "name": notice.title, "status": notice.phase(page.now).wire(),
        "created_at": stamp(notice.started), "updated_at": stamp(touched),
        "monitoring_at": monitoring, "resolved_at": notice.end(page.now).map(stamp),
        "impact": if notice.is_maintenance() { Impact::Maintenance.name() } else { notice.impact.name() },
        "shortlink": format!("{}{}", page.url, notice_path(notice)),
        "started_at": stamp(notice.started), "page_id": id_of(&page.url),
        "incident_updates": updates, "components": components,
    });
    if let (Some(window), Some(all)) = (notice.window, out.as_object_mut()) {
        all.insert("scheduled_for".into(), json!(stamp(window.start)));
        all.insert("scheduled_until".into(), json!(stamp(window.end)));
    }
    out
}

fn update(page: &Page, notice: &Notice, update: &Update, from_newest: usize) -> Value {
    let at = stamp(update.at);
    let affected: Vec<Value> = notice
        .affected
        .iter()
        .map(|(id, status)| {
            let name = page.component(id).map_or_else(|| notice.name_of(id), |c| c.name.as_str());
            json!({"code": id, "name": name, "old_status": "operational", "new_status": status.name()})
        })
        .collect();
    let number = notice.updates.len() - from_newest;
    json!({
        "id": id_of(&format!("{} {number}", notice.key())), "status": update.phase.wire(),
        // Readers expect some HTML in bodies; this is what the page itself shows.
        "body": markdown::html_of(&update.body).trim(), "incident_id": notice.key(),
        "created_at": at, "updated_at": at, "display_at": at,
        "affected_components": affected, "deliver_notifications": true, "custom_tweet": null, "tweet_id": null,
    })
}

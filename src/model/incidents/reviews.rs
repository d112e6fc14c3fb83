//! Reviews and action items of all incidents, as lists.

use crate::domain::incident_log::items::{ListedItem, listed};
use crate::domain::incident_log::report::{Report, Row as ReportRow};
use crate::domain::incident_log::{Facts, Moment, Policy, ReviewStage, budget_text};
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use crate::model::{Cell, Column, DataRow};

/// Which reviews are looked at; `None`: all of them.
pub fn stage_of(text: &str) -> Option<ReviewStage> {
    ReviewStage::ALL.into_iter().find(|stage| stage.name() == text)
}

/// Which action items are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Items {
    #[default]
    Open,
    Late,
    All,
}

impl Items {
    pub const ALL: [Self; 3] = [Self::Open, Self::Late, Self::All];

    /// As the address has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "overdue",
            Self::All => "all",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Late => "Overdue",
            Self::All => "All",
        }
    }

    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|own| own.name() == text).unwrap_or_default()
    }

    pub fn has(self, item: &ListedItem) -> bool {
        match self {
            Self::Open => !item.item.done,
            Self::Late => item.is_late,
            Self::All => true,
        }
    }
}

/// How many reviews are in a stage.
pub fn n_in_stage(all: &[Facts], stage: ReviewStage) -> usize {
    all.iter().filter(|f| f.review_stage() == Some(stage)).count()
}

/// The day that it is at `now`, in UTC, as due dates are written.
pub fn today(now: Millis) -> String {
    rfc3339(now).chars().take(10).collect()
}

pub const REVIEW_COLUMNS: [Column; 7] = [
    Column::text("incident", "Incident"),
    Column::text("severity", "Severity"),
    Column::text("review", "Review"),
    Column::text("resolved", "Resolved"),
    Column::text("due", "Due").hinted("A SEV-1 or SEV-2 is reviewed within five days"),
    Column::text("items", "Action items"),
    Column::number("budget", "Error budget").hinted("Of the objective that it cost most"),
];

/// Reviews, those that are due longest first, then the newest. `link` is the address of an incident.
pub fn review_rows(
    all: &[Facts],
    stage: Option<ReviewStage>,
    policy: &Policy,
    now: Millis,
    link: &dyn Fn(&str) -> String,
) -> Vec<DataRow> {
    let mut own: Vec<(ReviewStage, &Facts)> = all
        .iter()
        .filter_map(|f| Some((f.review_stage()?, f)))
        .filter(|(own, _)| stage.is_none_or(|s| s == *own))
        .collect();
    own.order_by(|a, b| {
        let resolved = |f: &Facts| f.at(Moment::Resolved).unwrap_or(0);
        let waits = |stage: ReviewStage| stage <= ReviewStage::Draft;
        let order = |(stage, f): &(ReviewStage, &Facts)| match waits(*stage) {
            true => (0, *stage as i64, resolved(f)),
            false => (1, 0, -resolved(f)),
        };
        order(a).cmp(&order(b))
    });
    let today = today(now);
    own.into_iter().map(|(stage, facts)| review_row(stage, facts, policy, (now, &today), link)).collect()
}

fn review_row(
    stage: ReviewStage,
    facts: &Facts,
    policy: &Policy,
    (now, today): (Millis, &str),
    link: &dyn Fn(&str) -> String,
) -> DataRow {
    let severity = facts.final_severity();
    let resolved = facts.at(Moment::Resolved);
    let waits = stage <= ReviewStage::Draft && severity.is_some_and(|s| s <= Severity::Sev2);
    let due = resolved.map(|at| at + policy.review_within).filter(|_| waits);
    let is_late = due.is_some_and(|due| now > due);
    let tone = match stage {
        _ if is_late => "bad",
        ReviewStage::Due => "warn",
        ReviewStage::Draft | ReviewStage::Reviewed => "info",
        ReviewStage::Published => "ok",
    };
    let (open, late) = facts.open_items(today);
    let items = match (facts.items.len(), open, late) {
        (0, ..) => String::new(),
        (n, 0, _) => format!("{n} done"),
        (n, open, 0) => format!("{open} of {n} open"),
        (n, open, late) => format!("{open} of {n} open, {late} overdue"),
    };
    let services: Vec<&str> = facts.services.iter().map(String::as_str).collect();
    let spent = facts.worst_spent();
    DataRow {
        id: facts.id.clone(),
        cells: vec![
            Cell::link(facts.title.clone(), link(&facts.id), "").noted(services.join(", ")),
            Cell::text(severity.map_or("not assessed", Severity::title))
                .ranked(Some(f64::from(Severity::rank(severity)))),
            Cell::chip(tone, stage.title()).ranked(Some(f64::from(stage as u8))),
            Cell::time(resolved),
            if is_late { Cell::time(due).noted("overdue") } else { Cell::time(due) },
            Cell::text(items).ranked(Some(open as f64)),
            Cell::number(spent.map_or(String::new(), |n| budget_text(n).replace(" of the budget", "")))
                .ranked(spent.map(|n| n as f64)),
        ],
        is_problem: is_late,
        ..DataRow::default()
    }
}

pub const ITEM_COLUMNS: [Column; 6] = [
    Column::text("item", "Action item"),
    Column::text("owner", "Owner"),
    Column::text("by", "Due by"),
    Column::text("state", "State"),
    Column::text("of", "Incident"),
    Column::text("", "Link"),
];

/// The action items that are looked at, what is late first.
pub fn chosen_items(all: &[Facts], items: Items, now: Millis) -> Vec<ListedItem> {
    let mut own = listed(all, &today(now));
    own.retain(|item| items.has(item));
    own
}

/// Their rows.
pub fn item_rows(items: &[ListedItem], link: &dyn Fn(&str) -> String) -> Vec<DataRow> {
    let one = |i: &ListedItem| {
        let tone = match i.state() {
            "late" => "bad",
            "done" => "ok",
            _ => "info",
        };
        let word = if i.is_late { "overdue" } else { i.state() };
        let owner = match i.item.owner.trim() {
            "" if i.severity == Some(Severity::Sev1) => {
                Cell::text("nobody").noted("The incident cannot be closed before somebody owns it")
            }
            "" => Cell::text("nobody"),
            owner => Cell::text(owner),
        };
        let severity = i.severity.map_or("", Severity::title);
        DataRow {
            id: format!("{} {}", i.incident, i.item.item),
            cells: vec![
                Cell::text(i.item.title.clone()),
                owner,
                Cell::text(i.item.due.clone()),
                Cell::chip(tone, word),
                Cell::link(i.incident_title.clone(), link(&i.incident), "").noted(severity),
                outside(&i.item.link),
            ],
            is_problem: i.is_late,
            ..DataRow::default()
        }
    };
    items.iter().map(one).collect()
}

/// A link to a ticket by the name of its host; other texts stay text.
fn outside(link: &str) -> Cell {
    let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let is_odd = link.chars().any(|c| c.is_whitespace() || c.is_control());
    match host.and_then(|rest| rest.split('/').next()).filter(|host| !host.is_empty() && !is_odd) {
        Some(host) => Cell::link(host, link.to_string(), ""),
        None => Cell::text(link),
    }
}

pub const REPORT_COLUMNS: [Column; 8] = [
    Column::text("", "Group"),
    Column::number("", "Incidents"),
    Column::number("", "Open"),
    Column::text("", "Time to detect"),
    Column::text("", "To acknowledge"),
    Column::text("", "To resolve"),
    Column::text("", "Error budget").hinted("The sum of what each took of the objective that it cost most"),
    Column::text("", "Actions open"),
];

/// A report as rows, in groups.
pub fn report_rows(report: &Report) -> Vec<DataRow> {
    let row = |group: &str, row: &ReportRow| {
        let late = if row.items_late > 0 { format!("{} overdue", row.items_late) } else { String::new() };
        DataRow {
            id: format!("{group} {}", row.name),
            cells: vec![
                Cell::text(row.name.clone()),
                Cell::number(row.n.to_string()),
                Cell::number(row.n_open.to_string()),
                Cell::text(row.detect.text()),
                Cell::text(row.acknowledge.text()),
                Cell::text(row.resolve.text()),
                Cell::text(row.spent.text().replace(" of the budget", "")),
                Cell::text(row.items_open.to_string()).noted(late),
            ],
            group: if group == "total" { "Total".into() } else { format!("By {group}") },
            ..DataRow::default()
        }
    };
    report.groups().into_iter().flat_map(|(group, rows)| rows.iter().map(move |r| row(group, r))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::{ActionItem, Event, Incident, Log, ReviewState};
    use crate::domain::time::{DAY, MINUTE};

    fn one(id: &str, day: i64, severity: Severity, more: Vec<Event>) -> Facts {
        let mut log = Log::new(id);
        let first = [
            Event::Declared { title: id.into() },
            Event::Severity { severity, reason: String::new() },
            Event::Reached { moment: Moment::Resolved },
        ];
        for (i, event) in first.into_iter().chain(more).enumerate() {
            log.append(&format!("{i:02}"), "Mia", 20_000 * DAY + day * DAY + i as i64 * MINUTE, event.into());
        }
        Incident::of(&log).facts
    }

    fn item(owner: &str, due: &str) -> Event {
        Event::ActionItem(ActionItem {
            item: owner.into(),
            title: "T".into(),
            owner: owner.into(),
            due: due.into(),
            ..ActionItem::default()
        })
    }

    fn all() -> Vec<Facts> {
        let review = |state| Event::Review { state };
        vec![
            one(
                "published",
                0,
                Severity::Sev1,
                vec![review(ReviewState::Reviewed), review(ReviewState::Published)],
            ),
            one("draft", 8, Severity::Sev2, vec![item("", "2024-10-01"), item("Ben", "2024-10-30")]),
            one("late", 2, Severity::Sev1, vec![]),
            one("due", 9, Severity::Sev2, vec![]),
            one("small", 9, Severity::Sev3, vec![]),
            one("reviewed", 7, Severity::Sev3, vec![review(ReviewState::Reviewed)]),
        ]
    }

    #[test]
    fn what_waits_longest_comes_first_and_small_ones_need_no_review() {
        let now = 20_010 * DAY;
        let rows = |stage| review_rows(&all(), stage, &Policy::default(), now, &|id| format!("i/{id}"));
        let ids = |stage| rows(stage).iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(None), ["late", "due", "draft", "reviewed", "published"]);
        assert_eq!(ids(Some(ReviewStage::Due)), ["late", "due"]);
        let problems: Vec<String> = rows(None).into_iter().filter(|r| r.is_problem).map(|r| r.id).collect();
        assert_eq!(problems, ["late"], "only it has waited for more than five days");
        assert_eq!(ReviewStage::ALL.map(|s| n_in_stage(&all(), s)), [2, 1, 1, 1]);
        assert_eq!(ReviewStage::ALL.map(|s| stage_of(s.name())), ReviewStage::ALL.map(Some));
    }

    #[test]
    fn action_items_are_chosen_by_what_is_left_of_them() {
        // 12 October 2024
        let now = 20_008 * DAY;
        let n = |items| chosen_items(&all(), items, now).len();
        assert_eq!((n(Items::Open), n(Items::Late), n(Items::All)), (2, 1, 2));
        let rows = item_rows(&chosen_items(&all(), Items::Open, now), &|id| id.into());
        assert_eq!(rows[0].cells[1].text, "nobody");
        assert_eq!(outside("https://tickets.example.com/7").text, "tickets.example.com");
        assert_eq!(outside("javascript:alert(1)").look, crate::model::Look::Text);
        assert_eq!(outside("https://a b/").look, crate::model::Look::Text);
    }

    #[test]
    fn nothing_closes_while_nobody_owns_an_action_item_of_a_sev_1() {
        let closes = |severity, owner| one("x", 0, severity, vec![item(owner, "")]).keeps_open().is_none();
        assert!(!closes(Severity::Sev1, " "));
        assert!(closes(Severity::Sev1, "Ben") && closes(Severity::Sev2, ""));
    }
}

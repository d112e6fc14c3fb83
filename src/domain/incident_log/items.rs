//! Action items of all incidents: which are open, which are late, and how they are handed on.

use super::event::ActionItem;
use super::facts::{Facts, Standing};
use super::markdown::{inline, web_address};
use crate::domain::csv;
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;

/// An action item with the incident it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedItem {
    pub incident: String,
    pub incident_title: String,
    pub severity: Option<Severity>,
    pub item: ActionItem,
    pub is_late: bool,
}

impl ListedItem {
    /// `done`, `late` or `open`
    pub fn state(&self) -> &'static str {
        match (self.item.done, self.is_late) {
            (true, _) => "done",
            (false, true) => "late",
            (false, false) => "open",
        }
    }
}

/// All items: what is late first, then by the day they are due; those without one, and those that are done, last. `today` as
/// `2026-12-01`.
pub fn listed(all: &[Facts], today: &str) -> Vec<ListedItem> {
    let of = |facts: &Facts| {
        let one = |item: &ActionItem| ListedItem {
            incident: facts.id.clone(),
            incident_title: facts.title.clone(),
            severity: facts.final_severity(),
            is_late: !item.done && !item.due.is_empty() && item.due.as_str() < today,
            item: item.clone(),
        };
        facts.items.iter().map(one).collect::<Vec<_>>()
    };
    let counted = all.iter().filter(|f| f.standing == Standing::Incident);
    let mut items: Vec<ListedItem> = counted.flat_map(of).collect();
    items.order_by(|a, b| {
        let key = |i: &ListedItem| {
            (i.item.done, i.item.due.is_empty(), i.item.due.clone(), Severity::rank(i.severity))
        };
        key(a).cmp(&key(b))
    });
    items
}

/// RFC 4180, one line an item. `address` is where the incident of an id is shown.
pub fn csv(items: &[ListedItem], address: &dyn Fn(&str) -> String) -> String {
    let mut out =
        csv::line(["action", "owner", "due", "state", "link", "severity", "incident", "incident_address"]);
    for i in items {
        let link = web_address(&i.item.link).unwrap_or_default().to_string();
        out.push_str(&csv::line([
            i.item.title.clone(),
            i.item.owner.clone(),
            i.item.due.clone(),
            i.state().to_string(),
            link,
            i.severity.map_or("", Severity::title).to_string(),
            i.incident_title.clone(),
            address(&i.incident),
        ]));
    }
    out
}

/// A list of tasks in Markdown.
pub fn markdown(items: &[ListedItem], title: &str) -> String {
    let mut out = format!("# {}: action items\n\n", inline(title));
    if items.is_empty() {
        out.push_str("None.\n");
    }
    for i in items {
        let mark = if i.item.done { 'x' } else { ' ' };
        let or =
            |text: &str, none: &str| if text.trim().is_empty() { none.to_string() } else { inline(text) };
        let late = if i.is_late { ", **late**" } else { "" };
        let link = web_address(&i.item.link).map(|l| format!(" <{l}>")).unwrap_or_default();
        out.push_str(&format!(
            "- [{mark}] {} (owner: {}, due: {}{late}){link}, of {}\n",
            inline(&i.item.title),
            or(&i.item.owner, "nobody"),
            or(&i.item.due, "no day set"),
            inline(&i.incident_title)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::fold::Incident;
    use super::super::log::Log;
    use super::super::tests::{at, declared, severity};
    use super::*;

    fn one(id: &str, level: Severity, items: &[(&str, &str, &str, bool)]) -> Facts {
        let mut log = Log::new(id);
        log.append("d", "Mia", at(0), declared().1.into());
        log.append("s", "Mia", at(0), severity(level).into());
        for (i, (title, owner, due, done)) in items.iter().enumerate() {
            let item = ActionItem {
                item: i.to_string(),
                title: (*title).into(),
                owner: (*owner).into(),
                due: (*due).into(),
                link: "https://tickets.example.com/7".into(),
                done: *done,
            };
            log.append(&format!("i{i}"), "Mia", at(1), Event::ActionItem(item).into());
        }
        Incident::of(&log).facts
    }

    #[test]
    fn what_is_late_comes_first_and_what_is_done_last() {
        let all = [
            one("a", Severity::Sev2, &[("no day", "Ben", "", false), ("done", "Ben", "2026-11-01", true)]),
            one(
                "b",
                Severity::Sev3,
                &[("soon", "", "2026-12-09", false), ("=late", "Mia", "2026-11-30", false)],
            ),
        ];
        let items = listed(&all, "2026-12-01");
        let shown: Vec<(&str, &str)> = items.iter().map(|i| (i.item.title.as_str(), i.state())).collect();
        assert_eq!(shown, [("=late", "late"), ("soon", "open"), ("no day", "open"), ("done", "done")]);
        let csv = csv(&items, &|id| format!("https://ops.example.com/incident?id={id}"));
        let second = csv.lines().nth(1).unwrap();
        assert_eq!(
            second,
            "'=late,Mia,2026-11-30,late,https://tickets.example.com/7,SEV-3,API is slow,https://ops.example.com/incident?id=b"
        );
        let text = markdown(&items, "Acme");
        assert!(
            text.contains(
                "- [ ] soon (owner: nobody, due: 2026-12-09) <https://tickets.example.com/7>, of API is slow"
            ),
            "{text}"
        );
        assert!(text.contains("due: 2026-11-30, **late**"));
        assert_eq!(markdown(&[], "Acme"), "# Acme: action items\n\nNone.\n");
    }
}

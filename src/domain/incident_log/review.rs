//! The review: a draft from what is known, a checklist that completes itself where facts can, and hints for blameless words.

use super::event::{Field, Moment, Point, ReviewState};
use super::fold::Incident;
use super::markdown::{inline, prose, web_address};
use super::metrics::metrics;
use super::timeline::Line;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;

/// A point of the checklist, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub point: Point,
    pub done: bool,
    /// no fact can say it, so a person ticks it
    pub by_hand: bool,
    /// what is still missing, where facts decide
    pub missing: Option<String>,
}

/// The checklist.
pub fn checklist(incident: &Incident) -> Vec<Checked> {
    Point::ALL.into_iter().map(|point| check(incident, point)).collect()
}

fn check(incident: &Incident, point: Point) -> Checked {
    let facts = &incident.facts;
    let missing: Option<String> = match point {
        Point::Timeline => {
            let unknown: Vec<&str> = [Moment::Started, Moment::Detected, Moment::Mitigated, Moment::Resolved]
                .into_iter()
                // Reached at a time that is known not to be known is an answer.
                .filter(|m| !facts.has(*m))
                .map(Moment::title)
                .collect();
            (!unknown.is_empty()).then(|| format!("no time for: {}", unknown.join(", ")))
        }
        Point::RootCause => {
            incident.text(Field::RootCause).trim().is_empty().then(|| "nobody wrote it down yet".into())
        }
        Point::ActionItems if facts.items.is_empty() => Some("there is none".into()),
        Point::ActionItems => {
            let lacking =
                facts.items.iter().filter(|i| i.owner.trim().is_empty() || i.due.trim().is_empty()).count();
            (lacking > 0).then(|| format!("{lacking} without an owner or a due date"))
        }
        Point::Published => (facts.review != ReviewState::Published)
            .then(|| format!("the review is {}", facts.review.title().to_lowercase())),
        Point::Runbook | Point::Monitoring => {
            let done = incident.checks.get(&point).copied().unwrap_or(false);
            return Checked { point, done, by_hand: true, missing: None };
        }
    };
    Checked { point, done: missing.is_none(), by_hand: false, missing }
}

/// Words that look for somebody to blame, each with what helps instead.
const BLAMING: [(&str, &str); 8] = [
    ("human error", "What made it easy to do the wrong thing?"),
    ("should have", "What did people know at that time?"),
    ("could have", "What did people know at that time?"),
    ("careless", "What did the system let through?"),
    ("forgot", "What could remind, or check, in their place?"),
    ("fault of", "Which conditions had to come together?"),
    ("to blame", "Which conditions had to come together?"),
    ("negligen", "What did the system let through?"),
];

/// Hints for what was written: the word, and the question that asks for the cause instead.
pub fn hints(incident: &Incident) -> Vec<(&'static str, &'static str)> {
    let written = [Field::RootCause, Field::ContributingFactors, Field::Fix, Field::WentWell];
    let text: String = written.into_iter().map(|f| incident.text(f).to_lowercase() + "\n").collect();
    BLAMING.into_iter().filter(|(word, _)| text.contains(word)).collect()
}

/// The draft as Markdown. Whatever came from outside stays text in it.
pub fn draft(incident: &Incident, lines: &[Line], service_name: &dyn Fn(&str) -> String) -> String {
    let facts = &incident.facts;
    let mut out = format!("# Post-incident review: {}\n\n", inline(&facts.title));
    let mut line = |name: &str, value: String| out.push_str(&format!("- **{name}**: {value}\n"));
    let severity = facts.final_severity().map_or("not assessed", |s| s.title());
    line("Severity", severity.into());
    line("Review", facts.review.title().into());
    let services: Vec<String> = facts.services.iter().map(|s| inline(&service_name(s))).collect();
    line("Services", or_none(services.join(", ")));
    for (role, person) in &facts.roles {
        line(role.title(), inline(person));
    }
    for moment in Moment::ALL {
        let at = match facts.moments.get(&moment) {
            Some(Some(at)) => rfc3339(*at),
            Some(None) => "not known".into(),
            None if moment == Moment::Started || facts.is_open() => "not known yet".into(),
            None => continue,
        };
        line(moment.title(), at);
    }
    let times = metrics(facts);
    line("Time to detect", times.detect.text());
    line("Time to acknowledge", times.acknowledge.text());
    line("Time to mitigate", times.mitigate.text());
    line("Time to resolve", times.resolve.text());
    out.push_str("\n## Impact\n\n");
    out.push_str(&or_todo(prose(&facts.impact), "what users noticed"));
    let count = |n: Option<u64>| n.map_or("not known".to_string(), |n| n.to_string());
    out.push_str(&format!(
        "\n\nUsers: {}. Failed requests: {}.\n",
        count(facts.users),
        count(facts.requests)
    ));
    for field in [Field::RootCause, Field::ContributingFactors, Field::Fix, Field::WentWell] {
        let text = or_todo(prose(incident.text(field)), "to be written");
        out.push_str(&format!("\n## {}\n\n{text}\n", field.title()));
    }
    out.push_str("\n## Timeline\n\nTimes are in UTC.\n\n");
    for line in lines.iter().filter(|l| l.is_important) {
        let by = if line.author.is_empty() { String::new() } else { format!(" ({})", inline(&line.author)) };
        out.push_str(&format!("- {} {}{by}\n", rfc3339(line.at), inline(&line.text)));
    }
    if !incident.alerts.is_empty() {
        out.push_str("\n## Alerts\n\n");
        for alert in &incident.alerts {
            let at = alert.starts_at.map_or("at a time that is not known".into(), rfc3339);
            out.push_str(&format!("- {}, {at}. {}\n", inline(&alert.name), inline(&alert.summary)));
        }
    }
    out.push_str("\n## Action items\n\n");
    if facts.items.is_empty() {
        out.push_str("None yet.\n");
    }
    for item in &facts.items {
        let mark = if item.done { 'x' } else { ' ' };
        let link = web_address(&item.link).map(|l| format!(" <{l}>")).unwrap_or_default();
        out.push_str(&format!(
            "- [{mark}] {} (owner: {}, due: {}){link}\n",
            inline(&item.title),
            or_none(inline(&item.owner)),
            or_none(inline(&item.due))
        ));
    }
    out.push_str("\n## Checklist\n\n");
    for checked in checklist(incident) {
        let mark = if checked.done { 'x' } else { ' ' };
        let missing = checked.missing.map(|m| format!(": {m}")).unwrap_or_default();
        out.push_str(&format!("- [{mark}] {}{missing}\n", checked.point.title()));
    }
    out
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none named".into() } else { text }
}

fn or_todo(text: String, what: &str) -> String {
    if text.is_empty() { format!("*[{what}]*") } else { text }
}

/// Whether the review of an incident that ended at `resolved` is late.
pub fn is_overdue(resolved: Millis, within: Millis, now: Millis) -> bool {
    now > resolved.saturating_add(within)
}

#[cfg(test)]
mod tests {
    use super::super::event::{ActionItem, AlertLink, Event};
    use super::super::log::Log;
    use super::super::tests::{alert, at, declared, log, reached};
    use super::super::timeline::timeline;
    use super::*;

    #[test]
    fn the_checklist_completes_itself_from_facts() {
        let mut log = log([declared(), (1, Event::Timed { moment: Moment::Started, at: None })]);
        let done = |log: &Log| checklist(&Incident::of(log)).iter().map(|c| c.done).collect::<Vec<_>>();
        assert_eq!(done(&log), [false; 6]);
        let item = ActionItem {
            item: "1".into(),
            title: "Limit".into(),
            owner: "Ben".into(),
            ..ActionItem::default()
        };
        for (i, event) in [
            reached(Moment::Mitigated),
            reached(Moment::Resolved),
            Event::Text { field: Field::RootCause, text: "Human error, somebody forgot".into() },
            Event::ActionItem(item.clone()),
            Event::Check { point: Point::Runbook, done: true },
        ]
        .into_iter()
        .enumerate()
        {
            log.append(&format!("x{i}"), "Mia", at(9), event.into());
        }
        assert_eq!(done(&log), [true, true, false, true, false, false]);
        let incident = Incident::of(&log);
        assert_eq!(hints(&incident).iter().map(|(w, _)| *w).collect::<Vec<_>>(), ["human error", "forgot"]);
        log.append(
            "y",
            "Mia",
            at(9),
            Event::ActionItem(ActionItem { due: "2026-12-24".into(), ..item }).into(),
        );
        log.append("z", "Mia", at(9), Event::Review { state: ReviewState::Published }.into());
        assert_eq!(done(&log), [true, true, true, true, false, true]);
        assert_eq!(Incident::of(&log).facts.open_items("2026-12-25"), (1, 1));
        assert_eq!(Incident::of(&log).facts.open_items("2026-12-24"), (1, 0));
    }

    #[test]
    fn what_comes_from_outside_stays_text_in_the_draft() {
        let hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u{202e}| `x`\n# b";
        let log = log([
            (0, Event::Declared { title: hostile.into() }),
            (1, Event::Alert(AlertLink { summary: hostile.into(), ..alert(0) })),
            (2, Event::Text { field: Field::RootCause, text: hostile.into() }),
            (
                3,
                Event::ActionItem(ActionItem {
                    title: hostile.into(),
                    link: "javascript:alert(1)".into(),
                    ..ActionItem::default()
                }),
            ),
        ]);
        let incident = Incident::of(&log);
        let text = draft(&incident, &timeline(&log, &incident.facts, at(5)), &|s| s.into());
        for never in ["\u{202e}", "\n# b", "<javascript"] {
            assert!(!text.contains(never), "{never}\n{text}");
        }
        // Every mark that would begin HTML or a link is escaped.
        for mark in ["<img", "[a"] {
            assert_eq!(
                text.matches(mark).count(),
                text.matches(&format!("\\{mark}")).count(),
                "{mark}\n{text}"
            );
            assert!(text.contains(mark));
        }
    }
}

//! The review: a draft from what is known, a checklist that completes itself where facts can, and hints for blameless words.

use super::event::{Field, Moment, Point, ReviewState};
use super::evidence::{Evidence, budget_text};
use super::facts::Facts;
use super::figure::{Marked, svg};
use super::fold::Incident;
use super::markdown::{inline, prose, web_address};
use super::metrics::metrics;
use super::timeline::Line;
use crate::domain::base64;
use crate::domain::time::{Millis, human_duration};
use crate::domain::zone::Offsets;

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

/// Where the charts of a draft are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charts<'a> {
    /// inside of the text, for one file that is whole
    Inside,
    /// beside it, as files whose names begin so: `figures/api-is-slow` gives `figures/api-is-slow-1.svg`
    Beside(&'a str),
}

/// The frozen charts as files: name and SVG.
pub fn figures(incident: &Incident, name: &str) -> Vec<(String, String)> {
    let marks = marks(&incident.facts);
    let one = |(i, chart): (usize, &Evidence)| (format!("{name}-{}.svg", i + 1), svg(chart, &marks));
    incident.evidence.iter().enumerate().map(one).collect()
}

/// The moments that charts show.
fn marks(facts: &Facts) -> Vec<Marked> {
    [(Moment::Detected, "detected"), (Moment::Mitigated, "mitigated"), (Moment::Resolved, "resolved")]
        .into_iter()
        .filter_map(|(moment, word)| Some(Marked { at: facts.at(moment)?, word }))
        .collect()
}

/// `20 Nov 2026, 14:40`
fn clock(at: Millis) -> String {
    Offsets::utc().civil(at).full()
}

/// The draft as Markdown. Whatever came from outside stays text in it. Times are in UTC.
pub fn draft(
    incident: &Incident,
    lines: &[Line],
    service_name: &dyn Fn(&str) -> String,
    charts: Charts<'_>,
) -> String {
    let facts = &incident.facts;
    let services: Vec<String> = facts.services.iter().map(|s| inline(&service_name(s))).collect();
    let mut out = format!("# Post-incident review: {}\n\n", inline(&facts.title));
    out.push_str(&summary(facts, &services));
    out.push_str(&table(facts, &services));
    out.push_str("\n## Impact\n\n");
    out.push_str(&or_todo(prose(&facts.impact), "what users noticed"));
    out.push_str(&format!("\n\n{}\n", impact(facts)));
    if !facts.budget.is_empty() {
        out.push_str("\nError budget spent:\n\n");
        for spent in &facts.budget {
            out.push_str(&format!("- {}: {}\n", inline(&spent.name), budget_text(spent.millionths)));
        }
    }
    for field in [Field::RootCause, Field::ContributingFactors, Field::Fix, Field::WentWell] {
        let text = or_todo(prose(incident.text(field)), "to be written");
        out.push_str(&format!("\n## {}\n\n{text}\n", field.title()));
    }
    out.push_str("\n## Deploys in the hour before\n\n");
    if incident.deploys.is_empty() {
        out.push_str("None is known.\n");
    }
    for (at, text) in &incident.deploys {
        out.push_str(&format!("- {}: {}\n", clock(*at), inline(text)));
    }
    if !incident.evidence.is_empty() {
        out.push_str("\n## Charts\n");
        let marks = marks(facts);
        for (i, chart) in incident.evidence.iter().enumerate() {
            let place = match charts {
                Charts::Inside => {
                    format!("data:image/svg+xml;base64,{}", base64::write(svg(chart, &marks).as_bytes()))
                }
                Charts::Beside(name) => format!("{name}-{}.svg", i + 1),
            };
            let text = inline(&format!("{}: {}", chart.title, chart.summary()));
            out.push_str(&format!("\n![{text}]({place})\n"));
        }
    }
    out.push_str("\n## Timeline\n\n");
    for line in lines.iter().filter(|l| l.is_important) {
        let by = if line.author.is_empty() { String::new() } else { format!(" ({})", inline(&line.author)) };
        out.push_str(&format!("- {}: {}{by}\n", clock(line.at), inline(&line.text)));
    }
    if !incident.alerts.is_empty() {
        out.push_str("\n## Alerts\n\n");
        for alert in &incident.alerts {
            let at = alert.starts_at.map_or("at a time that is not known".into(), clock);
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
    // Readers of what is published need no list of what was still to do.
    if facts.review == ReviewState::Published {
        return out;
    }
    out.push_str("\n## Checklist\n\n");
    for checked in checklist(incident) {
        let mark = if checked.done { 'x' } else { ' ' };
        let missing = checked.missing.map(|m| format!(": {m}")).unwrap_or_default();
        out.push_str(&format!("- [{mark}] {}{missing}\n", checked.point.title()));
    }
    out
}

/// What happened, in two sentences.
fn summary(facts: &Facts, services: &[String]) -> String {
    let began = facts.at(Moment::Started).or(facts.at(Moment::Detected));
    let ended = facts.at(Moment::Mitigated).or(facts.at(Moment::Resolved));
    let who = match services {
        [] => "An incident".to_string(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    };
    let verb = match services.len() {
        0 => "took place",
        1 => "was affected",
        _ => "were affected",
    };
    let span = match began.zip(ended).filter(|(from, to)| from <= to) {
        Some((from, to)) => {
            format!(" for {}, from {} to {} (UTC)", human_duration(to - from), clock(from), clock(to))
        }
        None => began.map_or_else(String::new, |at| format!(", from {} (UTC)", clock(at))),
    };
    let mut out = format!("{who} {verb}{span}.");
    if let Some(first) = facts.items.first() {
        let done = facts.items.iter().filter(|i| i.done).count();
        out.push_str(&match facts.items.len() {
            1 => format!(" One action item follows from it: {}.", inline(&first.title)),
            n => format!(" {n} action items follow from it, of which {done} are done."),
        });
    }
    out + "\n\n"
}

fn table(facts: &Facts, services: &[String]) -> String {
    let mut out = String::from("| | |\n| --- | --- |\n");
    let mut row = |name: &str, value: String| out.push_str(&format!("| {name} | {value} |\n"));
    row("Severity", facts.final_severity().map_or("not assessed", |s| s.title()).into());
    row("Review", facts.review.title().into());
    row("Services", or_none(services.join(", ")));
    for (role, person) in &facts.roles {
        row(role.title(), inline(person));
    }
    for moment in Moment::ALL {
        let at = match facts.moments.get(&moment) {
            Some(Some(at)) => clock(*at),
            Some(None) => "not known".into(),
            None if moment == Moment::Started || facts.is_open() => "not known yet".into(),
            None => continue,
        };
        row(moment.title(), at);
    }
    let times = metrics(facts);
    row("Time to detect", times.detect.text());
    row("Time to acknowledge", times.acknowledge.text());
    row("Time to mitigate", times.mitigate.text());
    row("Time to resolve", times.resolve.text());
    out
}

/// How many felt it; an estimate says that it is one, and of what.
fn impact(facts: &Facts) -> String {
    let count = |n: Option<u64>| n.map_or("not known".to_string(), grouped);
    let about = if facts.estimate.is_empty() { "" } else { "about " };
    let known = |n: Option<u64>| format!("{}{}", if n.is_some() { about } else { "" }, count(n));
    let source = match facts.estimate.trim() {
        "" => String::new(),
        text => format!(" This is an estimate: {}.", inline(text)),
    };
    format!("Users: {}. Failed requests: {}.{source}", known(facts.users), known(facts.requests))
}

/// `12,345`
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
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
        let text = draft(&incident, &timeline(&log, &incident.facts, at(5)), &|s| s.into(), Charts::Inside);
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

//! The list of incidents: which are shown, and in what order.

use crate::domain::incident_log::clocks::{clocks, next_due};
use crate::domain::incident_log::{Facts, Moment, Policy, Standing};
use crate::domain::order::Order as _;
use crate::domain::severity::Severity;
use crate::domain::time::Millis;
use std::sync::Arc;

/// Which incidents are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Open,
    /// over, and what should follow is not done
    Review,
    All,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Open, Self::Review, Self::All];

    /// As the address has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Review => "review",
            Self::All => "all",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Review => "Review due",
            Self::All => "All",
        }
    }

    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|t| t.name() == text).unwrap_or_default()
    }

    fn has(self, facts: &Facts) -> bool {
        match self {
            Self::Open => facts.is_open(),
            Self::Review => facts.review_is_due(),
            Self::All => true,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    pub tab: Tab,
    /// words that must all occur in title, services, people, severity or state
    pub query: String,
}

/// An incident with its text in lower case, made once so that each key typed only compares.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRow {
    pub facts: Facts,
    text: String,
}

/// The rows of all incidents, to be made when they change.
pub fn incident_rows(all: Vec<Facts>) -> Vec<Arc<IncidentRow>> {
    let row = |facts: Facts| {
        let mut text = format!("{}\n{}\n{}\n", facts.title, facts.id, facts.state());
        for word in facts.services.iter().chain(facts.roles.values()) {
            text.push_str(word);
            text.push('\n');
        }
        text.push_str(facts.final_severity().map_or("", Severity::title));
        Arc::new(IncidentRow { text: text.to_lowercase(), facts })
    };
    all.into_iter().map(row).collect()
}

/// How many a tab has.
pub fn n_in(rows: &[Arc<IncidentRow>], tab: Tab) -> usize {
    rows.iter().filter(|r| tab.has(&r.facts)).count()
}

/// Those that pass: open ones first, the most severe of them, and of the same severity what is due first. The order does not
/// change by the second, but when something becomes due or worse.
pub fn shown(
    rows: &[Arc<IncidentRow>],
    filter: &IncidentFilter,
    policy: &Policy,
    now: Millis,
) -> Vec<Arc<IncidentRow>> {
    let words: Vec<String> = filter.query.split_whitespace().map(str::to_lowercase).collect();
    let fits =
        |r: &&Arc<IncidentRow>| filter.tab.has(&r.facts) && words.iter().all(|w| r.text.contains(w.as_str()));
    let mut keyed: Vec<(_, Arc<IncidentRow>)> = rows
        .iter()
        .filter(fits)
        .map(|row| {
            let facts = &row.facts;
            let is_over = !facts.is_open();
            let clocks = clocks(facts, policy, now);
            let rank = if is_over { 0 } else { Severity::rank(clocks.severity) };
            let due = next_due(&clocks).filter(|_| !is_over).map_or(Millis::MAX, |d| d.by);
            // What is over: the newest first.
            let newest = std::cmp::Reverse(facts.at(Moment::Detected).unwrap_or(0));
            ((is_over, facts.standing != Standing::Incident && !is_over, rank, due, newest), row.clone())
        })
        .collect();
    keyed.order_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::{Event, Incident, Log};
    use crate::domain::time::MINUTE;

    fn one(id: &str, minute: Millis, severity: Option<Severity>, more: Vec<Event>) -> Facts {
        let mut log = Log::new(id);
        let declared = Event::Declared { title: format!("T {id}") };
        let severity = severity.map(|severity| Event::Severity { severity, reason: String::new() });
        for (i, event) in std::iter::once(declared).chain(severity).chain(more).enumerate() {
            log.append(&i.to_string(), "Mia", minute * MINUTE, event.into());
        }
        Incident::of(&log).facts
    }

    fn all() -> Vec<Arc<IncidentRow>> {
        let resolved = || Event::Reached { moment: Moment::Resolved };
        let service = || Event::Service { service: "checkout".into(), affected: true };
        incident_rows(vec![
            one("old", 1, Some(Severity::Sev1), vec![resolved()]),
            one("young", 900, Some(Severity::Sev4), vec![resolved()]),
            one("late", 960, Some(Severity::Sev3), vec![service()]),
            one("unknown", 980, None, vec![]),
            one("worst", 990, Some(Severity::Sev1), vec![]),
            one("waits", 995, Some(Severity::Sev3), vec![]),
            one("none", 999, Some(Severity::Sev1), vec![Event::Dismissed { reason: String::new() }]),
        ])
    }

    fn ids(tab: Tab, query: &str) -> Vec<String> {
        let filter = IncidentFilter { tab, query: query.into() };
        let shown = shown(&all(), &filter, &Policy::default(), 1000 * MINUTE);
        shown.iter().map(|r| r.facts.id.clone()).collect()
    }

    #[test]
    fn what_needs_somebody_comes_first() {
        assert_eq!(ids(Tab::Open, ""), ["worst", "late", "waits", "unknown"]);
        assert_eq!(ids(Tab::Review, ""), ["old"]);
        assert_eq!(ids(Tab::All, ""), ["worst", "late", "waits", "unknown", "none", "young", "old"]);
        assert_eq!(n_in(&all(), Tab::Open), 4);
    }

    #[test]
    fn words_are_looked_for_in_all_that_is_shown() {
        assert_eq!(ids(Tab::All, "CHECKOUT t"), ["late"]);
        assert_eq!(ids(Tab::All, "sev-3"), ["late", "waits"]);
        assert_eq!(ids(Tab::All, "not an incident"), ["none"]);
        assert_eq!(ids(Tab::Open, "nothing"), [""; 0]);
    }
}

//! What holds now: the entries, one after another.

use super::entry::{Body, Entry};
use super::event::{ActionItem, AlertLink, BudgetSpent, Event, Field, Moment, PageLink, Point};
use super::evidence::{Evidence, MOST_CHARTS};
use super::facts::{Facts, LinkedAlert, Standing, cut};
use super::log::Log;
use crate::domain::time::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// Objectives whose budgets are looked at; a service has fewer.
const MOST_OBJECTIVES: usize = 40;

fn bounded(spent: &BudgetSpent) -> BudgetSpent {
    BudgetSpent {
        name: cut(&spent.name),
        slo: cut(&spent.slo),
        service: cut(&spent.service),
        ..spent.clone()
    }
}

/// An incident as it stands after all its entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incident {
    pub facts: Facts,
    /// with what was known of each when it was linked
    pub alerts: Vec<AlertLink>,
    /// what was told of linked pages: source, page and the id of the entry there
    pub page_events: BTreeSet<(String, String, String)>,
    pub texts: BTreeMap<Field, String>,
    pub messages: Vec<SentMessage>,
    pub checks: BTreeMap<Point, bool>,
    /// charts as they were, at most [`MOST_CHARTS`]
    pub evidence: Vec<Evidence>,
    /// deploys shortly before it: when, and what
    pub deploys: Vec<(Millis, String)>,
    /// steps of runbooks, by runbook and step, and whether each is done
    pub steps: BTreeMap<(String, String), bool>,
    /// incidents that are part of this one: id and title
    pub absorbed: BTreeMap<String, String>,
    /// why it was no incident, where that was said
    pub dismissed_because: String,
    /// how often it came back
    pub n_reopened: usize,
    /// entries of newer versions, and such that cannot be read: kept, but no part of what is shown here
    pub n_not_read: usize,
}

/// A message that was sent, or copied to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    pub template: String,
    pub channel: String,
    pub at: Millis,
    pub author: String,
    pub text: String,
}

impl Incident {
    /// The fold. It depends on the set of entries alone.
    pub fn of(log: &Log) -> Self {
        let mut fold = Fold::default();
        fold.incident.facts.id = log.id().into();
        for entry in log.entries() {
            fold.take(entry, true);
        }
        fold.incident
    }

    /// What somebody wrote for a question; empty where nobody did.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", String::as_str)
    }
}

#[derive(Default)]
struct Fold {
    incident: Incident,
    /// moments whose time was corrected: what was reached before does not change it
    corrected: BTreeSet<Moment>,
}

impl Fold {
    /// `own`: an entry of this incident, and not of one that became part of it.
    fn take(&mut self, entry: &Entry, own: bool) {
        let facts = &mut self.incident.facts;
        facts.changed = facts.changed.max(Some(entry.recorded_at));
        let Body::Known(event) = &entry.body else {
            self.incident.n_not_read += 1;
            return;
        };
        if own {
            self.take_life(entry, event);
        }
        self.take_content(entry, event);
    }

    /// Where the incident stands.
    fn take_life(&mut self, entry: &Entry, event: &Event) {
        let facts = &mut self.incident.facts;
        let at = entry.happened_at;
        match event {
            Event::Declared { title } => {
                if facts.title.is_empty() {
                    facts.title = cut(title);
                }
                self.reach(Moment::Detected, at);
            }
            Event::Title { title } => facts.title = cut(title),
            Event::Severity { severity, .. } => {
                if facts.severity.is_some() {
                    facts.severity_from = Some(at);
                }
                facts.severity = Some(*severity);
            }
            Event::Reached { moment } => {
                if *moment == Moment::Acknowledged && facts.acknowledged_by.is_empty() {
                    facts.acknowledged_by = cut(&entry.author);
                }
                self.reach(*moment, at);
            }
            Event::Timed { moment, at } => {
                facts.moments.insert(*moment, *at);
                self.corrected.insert(*moment);
            }
            Event::Withdrawn { moment } => self.withdraw(&[*moment]),
            Event::Reopened { .. } => {
                facts.standing = Standing::Incident;
                self.incident.n_reopened += 1;
                self.withdraw(&[Moment::Mitigated, Moment::Resolved, Moment::Reviewed, Moment::Prevented]);
            }
            Event::Dismissed { reason } => {
                facts.standing = Standing::Dismissed;
                self.incident.dismissed_because.clone_from(reason);
            }
            Event::MergedInto { incident } => facts.standing = Standing::MergedInto(cut(incident)),
            Event::Role { role, person } => match person.trim() {
                "" => drop(facts.roles.remove(role)),
                person => drop(facts.roles.insert(*role, cut(person))),
            },
            Event::Impact { text, users, requests, estimate } => {
                facts.impact = cut(text);
                (facts.users, facts.requests) = (*users, *requests);
                facts.estimate = cut(estimate);
            }
            Event::Budget { spent } => {
                facts.budget = spent.iter().take(MOST_OBJECTIVES).map(bounded).collect()
            }
            Event::Review { state } => {
                facts.review = *state;
                facts.review_begun = true;
            }
            Event::Runbook { runbook } => facts.runbook.clone_from(runbook),
            Event::AutoResolve { on } => facts.auto_resolve = *on,
            Event::RunbookStep { runbook, step, done } => {
                self.incident.steps.insert((runbook.clone(), step.clone()), *done);
            }
            Event::Text { field, text } => {
                // The others are asked for by messages too.
                let of_review =
                    matches!(field, Field::RootCause | Field::ContributingFactors | Field::WentWell);
                facts.review_begun |= of_review && !text.trim().is_empty();
                self.incident.texts.insert(*field, text.clone());
            }
            Event::Check { point, done } => {
                self.incident.checks.insert(*point, *done);
            }
            Event::Absorbed { incident, title, .. } => {
                let is_new = !self.incident.absorbed.contains_key(incident);
                self.incident.absorbed.insert(incident.clone(), cut(title));
                if is_new && *incident != self.incident.facts.id {
                    for entry in entry.absorbed() {
                        self.take(&entry, false);
                    }
                }
            }
            _ => {}
        }
    }

    /// What is also true of the incident that another one becomes part of.
    fn take_content(&mut self, entry: &Entry, event: &Event) {
        let facts = &mut self.incident.facts;
        match event {
            Event::Service { service, affected } => {
                let service = cut(service);
                if *affected && !service.is_empty() {
                    facts.services.insert(service);
                } else {
                    facts.services.remove(&service);
                }
            }
            Event::Alert(link) => {
                if !facts.links(&link.fingerprint, link.starts_at) {
                    facts.alerts.push(LinkedAlert {
                        fingerprint: cut(&link.fingerprint),
                        starts_at: link.starts_at,
                        name: cut(&link.name),
                        ended: None,
                    });
                    self.incident.alerts.push(link.clone());
                }
                if facts.runbook.is_empty() {
                    facts.runbook.clone_from(&link.runbook);
                }
            }
            Event::AlertEnded { fingerprint, starts_at } => {
                let same = |a: &&mut LinkedAlert| a.fingerprint == *fingerprint && a.starts_at == *starts_at;
                if let Some(alert) = facts.alerts.iter_mut().find(same) {
                    // Of two tabs that saw it end, the first.
                    let at = entry.happened_at;
                    alert.ended = Some(alert.ended.map_or(at, |known| known.min(at)));
                }
            }
            Event::Page(link) => {
                let same = |known: &PageLink| known.source == link.source && known.page == link.page;
                if !facts.pages.iter().any(same) {
                    facts.pages.push(PageLink {
                        title: cut(&link.title),
                        number: cut(&link.number),
                        ..link.clone()
                    });
                }
            }
            Event::PageEvent(e) => {
                let own = (e.source.clone(), e.page.clone(), e.log_entry.clone());
                self.incident.page_events.insert(own);
            }
            Event::Message { template, channel, text } => {
                facts.last_message = facts.last_message.max(Some(entry.happened_at));
                self.incident.messages.push(SentMessage {
                    template: template.clone(),
                    channel: channel.clone(),
                    at: entry.happened_at,
                    author: entry.author.clone(),
                    text: text.clone(),
                });
            }
            Event::ActionItem(item) => {
                let item = ActionItem { title: cut(&item.title), owner: cut(&item.owner), ..item.clone() };
                facts.review_begun = true;
                match facts.items.iter_mut().find(|i| i.item == item.item) {
                    Some(known) => *known = item,
                    None => facts.items.push(item),
                }
            }
            // More are kept in the log and not shown.
            Event::Evidence(_) if self.incident.evidence.len() >= MOST_CHARTS => {}
            Event::Evidence(evidence) => self.incident.evidence.push(evidence.clone()),
            Event::Deploy { at, text, .. } => {
                let deploy = (at.unwrap_or(entry.happened_at), cut(text));
                if !self.incident.deploys.contains(&deploy) {
                    self.incident.deploys.push(deploy);
                }
            }
            _ => {}
        }
    }

    /// Of two who say so, the first was right: the moment was reached then.
    fn reach(&mut self, moment: Moment, at: Millis) {
        if self.corrected.contains(&moment) {
            return;
        }
        let known = self.incident.facts.moments.entry(moment).or_insert(Some(at));
        *known = known.map(|known| known.min(at));
    }

    fn withdraw(&mut self, moments: &[Moment]) {
        for moment in moments {
            self.incident.facts.moments.remove(moment);
            self.corrected.remove(moment);
        }
        if moments.contains(&Moment::Acknowledged) {
            self.incident.facts.acknowledged_by.clear();
        }
    }
}

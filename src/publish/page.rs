//! The public page's data, from the configuration, what monitoring said and what people wrote.

use super::history::{KEPT_DAYS, SHOWN_DAYS};
use super::measure::{Days, Readings};
use super::repetition;
use crate::config::{Config, Public, PublicComponent};
use crate::domain::public::day::{Day, History, bounds_of, covered, date_at, declared_down};
use crate::domain::public::recurrence::occurrences;
use crate::domain::public::written::one_line;
use crate::domain::public::{Component, ComponentStatus, Measured, Notice, Page};
use crate::domain::time::{DAY, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use std::collections::BTreeMap;

/// Repeated maintenance is told so far ahead.
const AHEAD: Millis = 60 * DAY;

/// Everything a page is made from.
pub struct Parts<'p> {
    pub config: &'p Config,
    pub public: &'p Public,
    pub zone: Offsets,
    pub now: Millis,
    /// when monitoring last answered in full
    pub measured: Option<Millis>,
    pub published: &'p BTreeMap<String, History>,
    /// which days were asked for
    pub which: Days,
    /// components and spans whose incidents were edited since the last run, see [`edits`]
    pub edited: Vec<(String, Bounds)>,
    pub readings: &'p Readings,
    pub incidents: Vec<Notice>,
    /// with each window of a repetition as one, see [`each_window`]
    pub maintenances: Vec<Notice>,
    /// states of components as published before, for those that cannot be measured now
    pub states: &'p BTreeMap<String, ComponentStatus>,
}

/// Splits notices into incidents, newest first, and maintenances in the order of their windows, each window of
/// a repetition as one.
pub fn each_window(notices: Vec<Notice>, now: Millis, zone: &Offsets) -> (Vec<Notice>, Vec<Notice>) {
    let (maintenances, mut incidents): (Vec<Notice>, Vec<Notice>) =
        notices.into_iter().partition(Notice::is_maintenance);
    incidents.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.id.cmp(&b.id)));
    let span = Bounds { start: now - SHOWN_DAYS as Millis * DAY, end: now + AHEAD };
    let mut all: Vec<Notice> = Vec::new();
    for maintenance in maintenances {
        let Some(first) = maintenance.window else { continue };
        if maintenance.repeats.is_none() {
            all.push(maintenance);
            continue;
        }
        let windows = occurrences(first, maintenance.repeats, span, zone);
        all.extend(repetition::each(&maintenance, &windows, zone));
    }
    all.sort_by(|a, b| (a.window.map(|w| w.start), &a.id).cmp(&(b.window.map(|w| w.start), &b.id)));
    (incidents, all)
}

/// The spans in which notices say something else of a component than they said at the last run: only there do days
/// change that were counted by what was declared. Times are compared to the second, as they are published.
pub fn edits(before: &[Notice], now: &[Notice]) -> Vec<(String, Bounds)> {
    let second = |at: Millis| at.div_euclid(1000);
    let said = |n: &Notice, component: &str| {
        let spans =
            if n.is_maintenance() { n.took_place().into_iter().collect() } else { n.spans(Millis::MAX) };
        let spans: Vec<_> = spans.iter().map(|b| (second(b.start), second(b.end))).collect();
        n.state_of(component).map(|state| (state, spans))
    };
    let span = |n: &Notice| match n.window {
        Some(window) => {
            let took = n.took_place().unwrap_or(window);
            Bounds { start: window.start.min(took.start), end: window.end.max(took.end) }
        }
        None => Bounds { start: n.started, end: n.ended.unwrap_or(Millis::MAX) },
    };
    let by_key = |all: &[Notice]| -> BTreeMap<(String, bool), usize> {
        all.iter().enumerate().map(|(i, n)| ((n.key(), n.is_maintenance()), i)).collect()
    };
    let mut edited = Vec::new();
    let mut compare = |one: &Notice, others: &[Notice], places: &BTreeMap<(String, bool), usize>| {
        let other = places.get(&(one.key(), one.is_maintenance())).and_then(|i| others.get(*i));
        for (component, _) in &one.affected {
            if other.and_then(|other| said(other, component)) != said(one, component) {
                edited.push((component.clone(), span(one)));
            }
        }
    };
    let (places_before, places_now) = (by_key(before), by_key(now));
    before.iter().for_each(|one| compare(one, now, &places_now));
    now.iter().for_each(|one| compare(one, before, &places_before));
    edited
}

impl Parts<'_> {
    pub fn page(self) -> Page {
        let components = self.public.components.iter().map(|c| self.component(c)).collect();
        Page {
            name: one_line(&self.public.name),
            about: one_line(&self.public.about),
            url: self.public.url.clone(),
            contact: self.public.contact.clone(),
            zone_name: self.public.zone.name().into(),
            now: self.now,
            measured: self.measured,
            old_after: self.public.old_after,
            days: self.public.days,
            weights: self.public.weights,
            components,
            zone: self.zone,
            incidents: self.incidents,
            maintenances: self.maintenances,
        }
    }

    fn component(&self, public: &PublicComponent) -> Component {
        let id = &public.id;
        let answered = self.readings.has_answered(self.config, public);
        let history = match public.measured {
            Measured::Monitoring => self.readings.history(
                id,
                self.published.get(id),
                self.which,
                answered,
                &self.maintenances,
                self.now,
                &self.zone,
            ),
            Measured::Incidents => self.declared(id),
            Measured::No => History::empty(date_at(self.now, &self.zone), SHOWN_DAYS),
        };
        let last_day = match public.measured {
            Measured::Monitoring => self.readings.last_day.get(id).copied(),
            Measured::Incidents => self.declared_share(id, Bounds { start: self.now - DAY, end: self.now }).0,
            Measured::No => None,
        };
        Component {
            id: id.clone(),
            name: one_line(&public.name),
            description: public.description.as_deref().map(one_line),
            group: public.group.as_deref().map(one_line).filter(|g| !g.is_empty()),
            upstream: public.upstream,
            status: self.status(public, answered),
            measured: public.measured,
            history,
            last_day,
            latency: self.readings.latency.get(id).cloned().unwrap_or_default(),
        }
    }

    /// The worst of what is measured and what is declared; maintenance that is going on stands before what
    /// is measured, for it is expected.
    fn status(&self, public: &PublicComponent, answered: bool) -> ComponentStatus {
        let id = &public.id;
        let open = self.incidents.iter().filter(|n| !n.is_over(self.now));
        let declared = open.filter_map(|n| n.state_of(id)).max();
        let in_maintenance = self.maintenances.iter().any(|n| {
            let goes_on = n.took_place().is_some_and(|b| b.contains(self.now));
            goes_on && n.affects(id) && !n.is_over(self.now)
        });
        let measured = match public.measured {
            Measured::Monitoring if !answered => {
                self.states.get(id).copied().unwrap_or(ComponentStatus::Unknown)
            }
            Measured::Monitoring => self
                .readings
                .now
                .get(id)
                .map_or(ComponentStatus::Unknown, |up| ComponentStatus::of_share(*up)),
            Measured::Incidents | Measured::No => ComponentStatus::Operational,
        };
        match declared {
            Some(declared) if declared > ComponentStatus::Maintenance => declared.max(known(measured)),
            _ if in_maintenance => ComponentStatus::Maintenance,
            _ => measured,
        }
    }

    /// The year by declared incidents. It begins on the day the component was first published, or on that of
    /// the first incident that names it: before, nobody would have declared any.
    fn declared(&self, id: &str) -> History {
        let today = date_at(self.now, &self.zone);
        let mut history = History::empty(today, SHOWN_DAYS);
        let known = self
            .published
            .get(id)
            .and_then(|h| h.days.iter().position(|d| d.closed || d.up.is_some()).map(|i| h.first + i as i64));
        let named =
            self.incidents.iter().filter(|n| n.affects(id)).map(|n| date_at(n.started, &self.zone)).min();
        let since = known.into_iter().chain(named).min().unwrap_or(today);
        let published = self.published.get(id);
        for date in since.max(history.first)..=today {
            let whole = bounds_of(date, &self.zone);
            let day = Bounds { start: whole.start, end: whole.end.min(self.now).max(whole.start) };
            let edited = || self.edited.iter().any(|(c, span)| c == id && span.common(&day).is_some());
            // Also today's, when the zone has moved to where the day is not over yet.
            let known = published.and_then(|h| h.get(date)).filter(|old| old.closed);
            let stays = known.filter(|_| self.which != Days::All && !edited());
            let day = stays.copied().unwrap_or_else(|| {
                let (up, maintenance) = self.declared_share(id, day);
                Day { up, maintenance, unmeasured: 0, passed: day.length(), closed: date < today }
            });
            history.set(date, day);
        }
        match published {
            Some(published) => history.reaching_back(published).shortened(KEPT_DAYS),
            None => history,
        }
    }

    /// The share of a span that incidents leave (`None` when all of it is maintenance), and its maintenance.
    fn declared_share(&self, id: &str, span: Bounds) -> (Option<f64>, Millis) {
        let windows: Vec<Bounds> = self
            .maintenances
            .iter()
            .filter(|n| n.affects(id))
            .filter_map(|n| n.took_place()?.common(&span))
            .collect();
        let maintenance = covered(&windows, span);
        let counted = (span.length() - maintenance) as f64;
        let down = declared_down(id, &self.incidents, span, &windows, self.public.weights, self.now);
        ((counted > 0.0).then(|| (1.0 - down / counted).clamp(0.0, 1.0)), maintenance)
    }
}

/// What nobody knows is no worse than what was declared.
fn known(status: ComponentStatus) -> ComponentStatus {
    if status == ComponentStatus::Unknown { ComponentStatus::Operational } else { status }
}

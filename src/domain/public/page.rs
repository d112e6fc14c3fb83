//! The whole page.

use super::day::{History, bounds_of};
use super::notice::Notice;
use super::status::{ComponentStatus, Impact, Weights};
use crate::domain::time::Millis;
use crate::domain::zone::Offsets;

/// Where the uptime of a component comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// from monitoring
    Monitoring,
    /// from the incidents that name it
    Incidents,
    /// nothing is said
    No,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub group: Option<String>,
    /// run by somebody else
    pub upstream: bool,
    pub status: ComponentStatus,
    pub measured: Measured,
    pub history: History,
    /// uptime of the last 24 hours, 0..1
    pub last_day: Option<f64>,
    /// seconds over the last 24 hours
    pub latency: Vec<(Millis, f64)>,
}

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub name: String,
    pub about: String,
    /// where it will be reachable, with a slash at the end
    pub url: String,
    /// an address to write to or a page of help
    pub contact: Option<String>,
    pub zone_name: String,
    pub zone: Offsets,
    /// when it was put together
    pub now: Millis,
    /// when its measurements were taken: earlier than `now` when monitoring did not answer
    pub measured: Option<Millis>,
    /// older data than this is told loudly, ms
    pub old_after: Millis,
    /// days shown as bars
    pub days: usize,
    pub weights: Weights,
    pub components: Vec<Component>,
    /// newest first
    pub incidents: Vec<Notice>,
    /// in the order of their windows; repeated ones stand once for each window that matters
    pub maintenances: Vec<Notice>,
}

impl Page {
    pub fn active(&self) -> impl Iterator<Item = &Notice> {
        self.incidents.iter().filter(|n| !n.is_over(self.now))
    }

    pub fn past(&self) -> impl Iterator<Item = &Notice> {
        self.incidents.iter().filter(|n| n.is_over(self.now))
    }

    pub fn ahead(&self) -> impl Iterator<Item = &Notice> {
        self.maintenances.iter().filter(|n| n.is_ahead(self.now))
    }

    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.id == id)
    }

    /// The state of the whole: the worst of what is ours. What touches services of others alone does not change it.
    pub fn overall(&self) -> ComponentStatus {
        let ours = self.components.iter().filter(|c| !c.upstream).map(|c| c.status);
        let told = self.active().map(|n| self.own_part(n));
        // One component that nobody measures does not hide that the others are well.
        let known = |s: &ComponentStatus| *s != ComponentStatus::Unknown;
        let worst = ours.chain(told).filter(known).max();
        worst.unwrap_or(ComponentStatus::Unknown)
    }

    /// What an incident says of what is ours. An impact that follows from the components follows from ours alone; one
    /// that was given counts when anything of ours is affected, or when no component is named.
    fn own_part(&self, notice: &Notice) -> ComponentStatus {
        let is_ours = |id: &str| self.component(id).is_none_or(|c| !c.upstream);
        let worst = |all: &mut dyn Iterator<Item = &(String, ComponentStatus)>| {
            all.map(|(_, status)| Impact::of(*status)).max()
        };
        let of_all = worst(&mut notice.affected.iter());
        let of_ours = worst(&mut notice.affected.iter().filter(|(id, _)| is_ours(id)));
        let impact = match (of_all, of_ours) {
            (Some(_), None) => Impact::None,
            (Some(all), Some(ours)) if notice.impact == all => ours,
            _ => notice.impact,
        };
        match impact {
            Impact::Critical => ComponentStatus::MajorOutage,
            Impact::Major => ComponentStatus::PartialOutage,
            Impact::Minor => ComponentStatus::Degraded,
            Impact::Maintenance | Impact::None => ComponentStatus::Operational,
        }
    }

    /// What happened to a component (to anything, without one) on a date.
    pub fn on_date<'p>(&'p self, date: i64, component: Option<&'p str>) -> impl Iterator<Item = &'p Notice> {
        let day = bounds_of(date, &self.zone);
        self.incidents.iter().chain(&self.maintenances).filter(move |n| {
            let bounds = n.bounds(self.now);
            // One that began and ended at once happened too.
            let touches = bounds.common(&day).is_some() || day.contains(bounds.start);
            let happened = bounds.start <= self.now && !n.is_called_off();
            touches && happened && component.is_none_or(|c| n.affects(c))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::notice::{Origin, Revision};
    use super::*;
    use std::collections::BTreeMap;

    fn page(statuses: &[(ComponentStatus, bool)]) -> Page {
        let component = |(status, upstream): &(ComponentStatus, bool)| Component {
            id: "c".into(),
            name: "c".into(),
            description: None,
            group: None,
            upstream: *upstream,
            status: *status,
            measured: Measured::Monitoring,
            history: History::default(),
            last_day: None,
            latency: Vec::new(),
        };
        Page {
            name: String::new(),
            about: String::new(),
            url: String::new(),
            contact: None,
            zone_name: "UTC".into(),
            zone: Offsets::utc(),
            now: 0,
            measured: None,
            old_after: 0,
            days: 90,
            weights: Weights::default(),
            components: statuses.iter().map(component).collect(),
            incidents: Vec::new(),
            maintenances: Vec::new(),
        }
    }

    #[test]
    fn incidents_of_others_services_alone_do_not_change_the_banner() {
        use ComponentStatus::{Degraded, MajorOutage, Operational, PartialOutage};
        let overall = |impact: Impact, affected: &[(&str, ComponentStatus)]| {
            let mut page = page(&[(Operational, false), (MajorOutage, true)]);
            for (component, id) in page.components.iter_mut().zip(["api", "mail"]) {
                component.id = id.into();
            }
            page.incidents = vec![Notice {
                id: "i".into(),
                title: "I".into(),
                impact,
                started: 0,
                ended: None,
                window: None,
                repeats: None,
                occurrence: None,
                revision: Revision::default(),
                names: BTreeMap::new(),
                affected: affected.iter().map(|(id, s)| (id.to_string(), *s)).collect(),
                updates: Vec::new(),
                origin: Origin::File,
            }];
            page.overall()
        };
        assert_eq!(overall(Impact::Critical, &[("mail", MajorOutage)]), Operational);
        assert_eq!(
            overall(Impact::Major, &[("mail", MajorOutage)]),
            Operational,
            "also with an impact of its own"
        );
        assert_eq!(overall(Impact::Critical, &[("mail", MajorOutage), ("api", Degraded)]), Degraded);
        assert_eq!(overall(Impact::Major, &[("mail", MajorOutage), ("api", Degraded)]), PartialOutage);
        assert_eq!(overall(Impact::Critical, &[("api", MajorOutage)]), MajorOutage);
        assert_eq!(overall(Impact::Minor, &[]), Degraded);
        assert_eq!(overall(Impact::Critical, &[("retired", MajorOutage)]), MajorOutage);
    }

    #[test]
    fn the_banner_shows_the_worst_of_what_is_ours() {
        use ComponentStatus::{Degraded, Maintenance, MajorOutage, Operational, Unknown};
        let overall = |all: &[(ComponentStatus, bool)]| page(all).overall();
        assert_eq!(overall(&[(Operational, false)]), Operational);
        assert_eq!(overall(&[(Operational, false), (Degraded, false)]), Degraded);
        assert_eq!(overall(&[(MajorOutage, false), (Maintenance, false)]), MajorOutage);
        assert_eq!(overall(&[(Operational, false), (MajorOutage, true)]), Operational);
        assert_eq!(overall(&[(Operational, false), (Unknown, false)]), Operational);
        assert_eq!(overall(&[]), Unknown);
    }
}

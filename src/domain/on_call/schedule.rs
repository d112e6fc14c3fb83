//! Schedules and the people in them.

use super::ZoneOf;
use super::layer::{Layer, Shift};
use crate::domain::time::Millis;
use crate::domain::window::Bounds;

/// Who can be on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// an http, https or mailto address
    pub contact: Option<String>,
}

/// Who is responsible for something, in one or more layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub id: String,
    pub name: String,
    /// name of the zone it is read in
    pub zone: String,
    /// ids of the services it is for; empty: all
    pub services: Vec<String>,
    /// the first is called first
    pub layers: Vec<Layer>,
}

/// All schedules, and all people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    pub people: Vec<Person>,
    pub schedules: Vec<Schedule>,
}

/// A span with nobody on call where somebody is meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub schedule: String,
    pub layer: String,
    pub bounds: Bounds,
}

impl Roster {
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }

    /// The name of somebody; the id of whom nobody described.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.person(id).map_or(id, |p| p.name.as_str())
    }

    /// The gaps of a span, each layer's in order.
    pub fn gaps(&self, span: Bounds, zone_of: ZoneOf<'_>) -> Vec<Gap> {
        let mut all = Vec::new();
        for schedule in &self.schedules {
            for layer in &schedule.layers {
                all.extend(layer.gaps(span, zone_of).into_iter().map(|bounds| Gap {
                    schedule: schedule.name.clone(),
                    layer: layer.name.clone(),
                    bounds,
                }));
            }
        }
        all
    }

    /// The shifts of one person in a span, with the schedule and layer of each, in the order of their beginnings.
    pub fn shifts_of<'a>(
        &'a self,
        person: &str,
        span: Bounds,
        zone_of: ZoneOf<'_>,
    ) -> Vec<(&'a Schedule, &'a Layer, Shift)> {
        let mut all = Vec::new();
        for schedule in &self.schedules {
            for layer in &schedule.layers {
                let own =
                    layer.shifts(span, zone_of).into_iter().filter(|s| s.person.as_deref() == Some(person));
                all.extend(own.map(|shift| (schedule, layer, shift)));
            }
        }
        let start = |(_, _, shift): &(&Schedule, &Layer, Shift)| -> Millis { shift.bounds.start };
        crate::domain::order::Order::order_by_key(all.as_mut_slice(), start);
        all
    }

    /// The zones that are named, each once.
    pub fn zones(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for schedule in &self.schedules {
            let rotations = schedule.layers.iter().flat_map(|l| &l.rotations).map(|r| r.zone.as_str());
            for zone in rotations.chain([schedule.zone.as_str()]) {
                if !all.contains(&zone) {
                    all.push(zone);
                }
            }
        }
        all
    }
}

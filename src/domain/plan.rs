//! What if: changes to how a resource is used and to what there is of it.

use super::number::parse_number;
use super::time::{MONTH, Millis};

/// Changes, as shares of what is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// growth is so many times what it was
    pub growth: f64,
    /// a launch adds this share of the use
    pub launch: f64,
    /// a clean-up takes this share of the use away
    pub cleanup: f64,
    /// this share of the limit is added
    pub capacity: f64,
    /// launch, clean-up and capacity come in so many months
    pub months: f64,
}

/// A part of a plan: its name in addresses, and what it may be.
pub struct Part {
    pub name: &'static str,
    pub least: f64,
    pub most: f64,
    pub usual: f64,
}

impl Plan {
    /// As it is.
    pub const NONE: Self = Self { growth: 1.0, launch: 0.0, cleanup: 0.0, capacity: 0.0, months: 0.0 };

    pub const PARTS: [Part; 5] = [
        Part { name: "growth", least: 0.0, most: 10.0, usual: 1.0 },
        Part { name: "launch", least: 0.0, most: 5.0, usual: 0.0 },
        Part { name: "cleanup", least: 0.0, most: 1.0, usual: 0.0 },
        Part { name: "capacity", least: 0.0, most: 10.0, usual: 0.0 },
        Part { name: "months", least: 0.0, most: 60.0, usual: 0.0 },
    ];

    pub fn is_none(&self) -> bool {
        // When something comes matters only if something does.
        Self { months: 0.0, ..*self } == Self::NONE
    }

    pub fn get(&self, name: &str) -> f64 {
        match name {
            "growth" => self.growth,
            "launch" => self.launch,
            "cleanup" => self.cleanup,
            "capacity" => self.capacity,
            _ => self.months,
        }
    }

    /// Sets a part, kept within what it may be; what is no number changes nothing.
    pub fn set(&mut self, name: &str, value: f64) {
        let Some(part) = Self::PARTS.iter().find(|p| p.name == name).filter(|_| value.is_finite()) else {
            return;
        };
        let value = value.clamp(part.least, part.most);
        match name {
            "growth" => self.growth = value,
            "launch" => self.launch = value,
            "cleanup" => self.cleanup = value,
            "capacity" => self.capacity = value,
            _ => self.months = value,
        }
    }

    /// Reads `growth:2,launch:0.2`; anything odd is as it is.
    pub fn parse(text: &str) -> Self {
        let mut plan = Self::NONE;
        for (name, value) in text.split(',').filter_map(|part| part.split_once(':')) {
            plan.set(name, parse_number(value).unwrap_or(f64::NAN));
        }
        plan
    }

    /// What [`Self::parse`] reads; nothing for what is as it is.
    pub fn encode(&self) -> String {
        let changed = Self::PARTS.iter().filter(|p| self.get(p.name) != p.usual);
        changed.map(|p| format!("{}:{}", p.name, self.get(p.name))).collect::<Vec<_>>().join(",")
    }

    /// How long it is until launch, clean-up and capacity come.
    pub fn wait(&self) -> Millis {
        (self.months * MONTH as f64) as Millis
    }

    /// The limit once the plan has come.
    pub fn limit(&self, limit: f64) -> f64 {
        limit * (1.0 + self.capacity)
    }

    /// The use at so long after now, from a level that changes by `slope` a millisecond.
    pub fn used(&self, level: f64, slope: f64, length: Millis) -> f64 {
        let slope = slope * self.growth;
        let then = level + slope * self.wait() as f64;
        let plain = level + slope * length as f64;
        if length < self.wait() { plain } else { plain + then * (self.launch - self.cleanup) }
    }

    /// How long it is until a level that changes by `slope` a millisecond reaches the limit.
    pub fn reaches(&self, level: f64, slope: f64, limit: f64) -> Option<f64> {
        if self.used(level, slope, 0) >= if self.wait() > 0 { limit } else { self.limit(limit) } {
            return Some(0.0);
        }
        let grows = slope * self.growth;
        let before = (limit - level) / grows;
        let wait = self.wait() as f64;
        if wait > 0.0 && grows > 0.0 && before <= wait {
            return Some(before);
        }
        let (used, limit) = (self.used(level, slope, self.wait()), self.limit(limit));
        if used >= limit {
            return Some(wait);
        }
        let after = wait + (limit - used) / grows;
        (grows > 0.0 && after.is_finite()).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_round_trips_and_odd_ones_are_kept_within_bounds() {
        let plan = Plan { growth: 2.0, launch: 0.2, months: 3.0, ..Plan::NONE };
        assert_eq!(plan.encode(), "growth:2,launch:0.2,months:3");
        assert_eq!(Plan::parse(&plan.encode()), plan);
        assert_eq!(
            Plan::parse("growth:x,capacity:1e9,launch:-4,:,nonsense"),
            Plan { capacity: 10.0, ..Plan::NONE }
        );
        assert!(Plan::parse("months:6").is_none() && Plan::NONE.encode().is_empty());
    }

    #[test]
    fn twice_the_growth_is_full_in_half_the_time() {
        assert_eq!(Plan::NONE.reaches(400.0, 2.0, 1000.0), Some(300.0));
        assert_eq!(Plan { growth: 2.0, ..Plan::NONE }.reaches(400.0, 2.0, 1000.0), Some(150.0));
        assert_eq!(Plan { growth: 0.0, ..Plan::NONE }.reaches(400.0, 2.0, 1000.0), None);
    }

    #[test]
    fn a_launch_brings_the_date_nearer_and_capacity_moves_it_away() {
        let at_once = |plan: Plan| plan.reaches(400.0, 2.0, 1000.0).unwrap();
        assert_eq!(at_once(Plan { launch: 0.5, ..Plan::NONE }), 200.0);
        assert_eq!(at_once(Plan { launch: 2.0, ..Plan::NONE }), 0.0);
        assert_eq!(at_once(Plan { cleanup: 0.5, ..Plan::NONE }), 400.0);
        assert_eq!(at_once(Plan { capacity: 0.5, ..Plan::NONE }), 550.0);
    }

    #[test]
    fn what_comes_later_counts_from_then_on() {
        let slope = 1.0 / MONTH as f64;
        let months = |plan: Plan| plan.reaches(0.0, slope, 10.0).unwrap() / MONTH as f64;
        assert!((months(Plan::NONE) - 10.0).abs() < 1e-6);
        // Capacity that comes after it is full is late.
        assert!((months(Plan { capacity: 1.0, months: 12.0, ..Plan::NONE }) - 10.0).abs() < 1e-6);
        assert!((months(Plan { capacity: 1.0, months: 6.0, ..Plan::NONE }) - 20.0).abs() < 1e-6);
        // Six months of growth doubled at once.
        assert!((months(Plan { launch: 1.0, months: 6.0, ..Plan::NONE }) - 6.0).abs() < 1e-6);
        assert!((months(Plan { launch: 0.5, months: 6.0, ..Plan::NONE }) - 7.0).abs() < 1e-6);
    }
}

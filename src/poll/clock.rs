//! The clocks of the sources against ours.
//!
//! Prometheus stamps samples by its own clock, so what is asked "until now" must be asked until its
//! now: a browser ten minutes ahead would find nothing there, one ten minutes behind old figures.

use crate::domain::order::Order as _;
use crate::domain::time::{Millis, SECOND, human_duration};

/// From this difference on it is said, as Prometheus's own page does.
const NOTABLE: Millis = 30 * SECOND;
/// What a clock reading may be off by, besides the time the answer took.
const COARSE: Millis = SECOND;

/// One look at a source's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// how far the source's clock is ahead of ours, milliseconds
    offset: Millis,
    /// how much of that may come from the way there and back
    uncertainty: Millis,
}

impl ClockReading {
    /// A source that was asked at `sent` and had answered at `received`, by our clock, said `server`.
    /// That was true about half way between: asked at 100, answered at 140, it said 620, so its clock
    /// is 500 ahead, give or take 20.
    pub fn new(sent: Millis, received: Millis, server: Millis) -> Self {
        let trip = (received - sent).max(0);
        Self { offset: server - (sent + trip / 2), uncertainty: trip / 2 + COARSE }
    }

    /// What to add to our clock to get the source's; nothing where the two may be the same.
    pub fn correction(self) -> Millis {
        if self.offset.abs() <= self.uncertainty { 0 } else { self.offset }
    }
}

/// The clocks of all sources that were read, in the order of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    known: Vec<(String, ClockReading)>,
}

impl Clocks {
    /// Puts a reading in the place of the source's last one. `order` has all sources as configured.
    pub fn learn<'o>(&mut self, source: &str, reading: ClockReading, order: impl Iterator<Item = &'o str>) {
        self.known.retain(|(name, _)| name != source);
        self.known.push((source.into(), reading));
        let order: Vec<&str> = order.collect();
        self.known.order_by_key(|(name, _)| order.iter().position(|o| o == name));
    }

    pub fn reading(&self, source: &str) -> Option<ClockReading> {
        self.known.iter().find(|(name, _)| name == source).map(|(_, reading)| *reading)
    }

    /// What to add to our clock to get this source's. One that was not read is taken to go as the
    /// others do.
    pub fn correction(&self, source: &str) -> Millis {
        self.reading(source).map_or_else(|| self.common(), ClockReading::correction)
    }

    /// What to add to our clock to get the time that is shown: that of the source whose clock most
    /// others agree with, of several such the first in the configuration.
    pub fn common(&self) -> Millis {
        self.reference().map_or(0, |(_, reading)| reading.correction())
    }

    fn reference(&self) -> Option<&(String, ClockReading)> {
        let agreeing = |one: &(String, ClockReading)| {
            let near = |other: &&(String, ClockReading)| !differ(one.1.correction(), other.1.correction());
            self.known.iter().filter(near).count()
        };
        // The first of the best: `max_by_key` would give the last.
        self.known.iter().rev().max_by_key(|one| agreeing(one))
    }

    /// What to say of clocks that differ, and what to do; `ours` is `this device` or `this machine`.
    ///
    /// `This device's clock is 10 min ahead of prometheus. ...`
    pub fn complaint(&self, ours: &str) -> Option<String> {
        let (reference, common) = self.reference().map(|(name, r)| (name, r.correction()))?;
        let off: Vec<&(String, ClockReading)> =
            self.known.iter().filter(|(_, r)| differ(r.correction(), 0)).collect();
        let apart: Vec<&(String, ClockReading)> =
            self.known.iter().filter(|(_, r)| differ(r.correction(), common)).collect();
        if apart.is_empty() {
            if off.is_empty() {
                return None;
            }
            let names: Vec<&str> = off.iter().map(|(name, _)| name.as_str()).collect();
            return Some(format!(
                "The clock of {ours} is {} {}. Figures are asked for, and ages are shown, by the clock of \
                 {reference}. Set the clock of {ours}, for instance by NTP.",
                apart_by(-common),
                names.join(", "),
            ));
        }
        let mut all: Vec<String> = Vec::new();
        if differ(common, 0) {
            all.push(format!("The clock of {ours} is {} {reference}.", apart_by(-common)));
        }
        all.extend(apart.iter().map(|(name, reading)| {
            format!("The clock of {name} is {} {reference}.", apart_by(reading.correction() - common))
        }));
        all.push(format!(
            "Each source is asked by its own clock; ages are shown by that of {reference}. Set the clocks, for \
             instance by NTP."
        ));
        Some(all.join(" "))
    }

    /// As [`Self::common`], but only where the difference is worth a word: what runs once and by
    /// itself keeps its own clock otherwise.
    pub fn notable(&self) -> Millis {
        Some(self.common()).filter(|c| differ(*c, 0)).unwrap_or(0)
    }
}

fn differ(a: Millis, b: Millis) -> bool {
    (a - b).abs() >= NOTABLE
}

/// `10 min ahead of`, `45 s behind`
fn apart_by(ahead: Millis) -> String {
    let words = if ahead >= 0 { "ahead of" } else { "behind" };
    format!("{} {words}", human_duration(ahead.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    fn clocks(offsets: &[(&str, Millis)]) -> Clocks {
        let mut clocks = Clocks::default();
        for (name, offset) in offsets {
            let order = offsets.iter().map(|(name, _)| *name);
            clocks.learn(name, ClockReading::new(1_000_000, 1_000_020, 1_000_010 + offset), order);
        }
        clocks
    }

    #[test]
    fn half_of_the_way_there_and_back_is_compensated() {
        for (sent, received, server, correction) in [
            (100_000, 140_000, 720_000, 600_000),
            (0, 0, 5_000, 5_000),
            (0, 0, -5_000, -5_000),
            // Within what the way and the coarseness of a clock leave open.
            (0, 0, 1_000, 0),
            (0, 60_000, 60_000, 0),
            (0, 60_000, 0, 0),
            (0, 60_000, 200_000, 170_000),
            // A clock that was set back meanwhile.
            (10_000, 0, 40_000, 30_000),
        ] {
            let reading = ClockReading::new(sent, received, server);
            assert_eq!(reading.correction(), correction, "{sent} {received} {server}");
        }
    }

    #[test]
    fn half_a_minute_is_worth_a_word() {
        let said = |offset| clocks(&[("p", offset)]).complaint("this device");
        assert_eq!(said(0), None);
        assert_eq!(said(29_999), None);
        assert_eq!(said(-29_999), None);
        let ahead = said(-10 * MINUTE).unwrap();
        assert!(ahead.starts_with("The clock of this device is 10 min ahead of p."), "{ahead}");
        let behind = said(30_000).unwrap();
        assert!(behind.starts_with("The clock of this device is 30 s behind p."), "{behind}");
        assert!(behind.ends_with("Set the clock of this device, for instance by NTP."), "{behind}");
        assert_eq!(Clocks::default().complaint("this device"), None);
    }

    #[test]
    fn of_several_clocks_the_one_most_agree_with_is_shown() {
        let odd = clocks(&[("a", 5 * MINUTE), ("b", 0), ("c", 10)]);
        assert_eq!((odd.common(), odd.correction("a"), odd.correction("b")), (0, 5 * MINUTE, 0));
        let said = odd.complaint("this device").unwrap();
        assert!(said.starts_with("The clock of a is 5 min ahead of b. Each source"), "{said}");
        // Of two that do not agree the first; one that was not read goes as it does.
        let two = clocks(&[("a", 5 * MINUTE), ("b", 0)]);
        assert_eq!((two.common(), two.correction("c")), (5 * MINUTE, 5 * MINUTE));
        let said = two.complaint("this device").unwrap();
        assert!(
            said.starts_with("The clock of this device is 5 min behind a. The clock of b is 5 min behind a.")
        );
        // Neither is far from ours, but they are from each other.
        let apart = clocks(&[("a", 20_000), ("b", -20_000)]);
        let said = apart.complaint("this device").unwrap();
        assert!(said.starts_with("The clock of b is 40 s behind a."), "{said}");
        let agreed = clocks(&[("a", 5 * MINUTE), ("b", 5 * MINUTE + 100)]);
        let said = agreed.complaint("this machine").unwrap();
        assert!(said.starts_with("The clock of this machine is 5 min behind a, b."), "{said}");
    }

    #[test]
    fn a_newer_reading_takes_the_place_of_the_older() {
        let mut clocks = clocks(&[("a", 5 * MINUTE)]);
        clocks.learn("a", ClockReading::new(0, 0, 0), ["a"].into_iter());
        assert_eq!((clocks.common(), clocks.complaint("this device")), (0, None));
    }
}

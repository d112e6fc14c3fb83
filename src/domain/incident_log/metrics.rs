//! How long things took. "Not known" is a value: a time that nobody wrote down is no zero.

use super::event::Moment;
use super::facts::{Facts, Standing};
use crate::domain::order::Order as _;
use crate::domain::time::{Millis, human_duration};

/// A length that may not be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    Known(Millis),
    /// it goes on
    NotYet,
    /// one of its ends has no time, or the end is before the beginning
    NotKnown,
    /// it was no incident, or is part of another one
    NotApplicable,
}

impl Length {
    pub fn known(self) -> Option<Millis> {
        match self {
            Self::Known(length) => Some(length),
            _ => None,
        }
    }

    /// `12 min`, or why there is no length.
    pub fn text(self) -> String {
        match self {
            Self::Known(length) => human_duration(length),
            Self::NotYet => "not yet".into(),
            Self::NotKnown => "not known".into(),
            Self::NotApplicable => "not applicable".into(),
        }
    }
}

/// The times of one incident, each from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// from its start to its detection (MTTD)
    pub detect: Length,
    /// from detection to acknowledgement (MTTA)
    pub acknowledge: Length,
    /// from detection until users feel nothing of it any more
    pub mitigate: Length,
    /// from detection to resolution (MTTR)
    pub resolve: Length,
}

/// The times of an incident.
pub fn metrics(facts: &Facts) -> Metrics {
    let length = |from: Moment, to: Moment| {
        if facts.standing != Standing::Incident {
            return Length::NotApplicable;
        }
        match (facts.at(from), facts.moments.get(&to)) {
            // What was not reached before the end never was: nobody noted it.
            (_, None) if facts.is_open() => Length::NotYet,
            (Some(from), Some(Some(to))) if *to >= from => Length::Known(to - from),
            _ => Length::NotKnown,
        }
    };
    Metrics {
        detect: length(Moment::Started, Moment::Detected),
        acknowledge: length(Moment::Detected, Moment::Acknowledged),
        mitigate: length(Moment::Detected, Moment::Mitigated),
        resolve: length(Moment::Detected, Moment::Resolved),
    }
}

/// A median, and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Median {
    /// `None` of none
    pub value: Option<Millis>,
    /// how many lengths are known
    pub n: usize,
}

impl Median {
    /// Of those that are known. Of an even number it is the middle of the middle two, in whole milliseconds.
    pub fn of(lengths: impl IntoIterator<Item = Length>) -> Self {
        let mut known: Vec<Millis> = lengths.into_iter().filter_map(Length::known).collect();
        known.order();
        let n = known.len();
        let at = |i: usize| known.get(i).copied();
        let value = match n {
            0 => None,
            n if n % 2 == 1 => at(n / 2),
            n => at(n / 2 - 1).zip(at(n / 2)).map(|(low, high)| low + (high - low) / 2),
        };
        Self { value, n }
    }

    /// `22 min (n = 4)`
    pub fn text(&self) -> String {
        match self.value {
            Some(value) => format!("{} (n = {})", human_duration(value), self.n),
            None => "not known (n = 0)".into(),
        }
    }
}

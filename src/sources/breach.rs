//! The condition of a rule as something to ask for: where does it hold?

use crate::config::{Measure, Number, NumberOrQuery};
use crate::domain::alert_rule::Condition;
use crate::domain::breaches::Form;
use std::cmp::Ordering;

/// A condition over the series of a measure.
#[derive(Clone, Debug)]
pub struct Breach {
    pub condition: Condition,
    /// With hysteresis, where it ends once it has begun.
    pub resolve: Option<f64>,
    pub value: Measure,
    /// what it is compared with, where the condition compares with what is usual
    pub usual: Option<NumberOrQuery>,
}

/// What is known of the time before the span that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// nothing is known
    Nothing,
    /// that nothing breached
    Quiet,
    /// that something breached
    Some,
}

impl Breach {
    /// `None` where the condition compares with what is usual and nothing says what that is.
    pub fn new(
        condition: Condition,
        resolve: Option<f64>,
        value: Measure,
        usual: Option<NumberOrQuery>,
    ) -> Option<Self> {
        let compares = matches!(condition, Condition::DropBelowBaseline(_) | Condition::RiseAboveBaseline(_));
        (!compares || usual.is_some()).then_some(Self { condition, resolve, value, usual })
    }

    /// Where it ends once it has begun, if that is elsewhere than where it begins.
    pub fn hysteresis(&self) -> Option<f64> {
        match self.condition {
            Condition::Above(limit) | Condition::Below(limit) => self.resolve.filter(|end| *end != limit),
            _ => None,
        }
    }

    /// The form to ask in where the answer in this one is too large. With hysteresis two conditions change, and
    /// only samples tell them apart.
    pub fn coarser(&self, form: Form) -> Option<Form> {
        match (form, self.hysteresis()) {
            (Form::Samples, None) => Some(Form::Changes),
            (Form::Samples, Some(_)) => Some(Form::AllSamples),
            (Form::Changes | Form::AllSamples, _) => None,
        }
    }

    fn key(&self) -> (&Measure, u8, Number, Option<Number>, Option<&str>, Option<Number>) {
        let (kind, limit) = match self.condition {
            Condition::Above(limit) => (0, limit),
            Condition::Below(limit) => (1, limit),
            Condition::DropBelowBaseline(share) => (2, share),
            Condition::RiseAboveBaseline(share) => (3, share),
            Condition::Absent => (4, 0.0),
        };
        let (query, number) = match &self.usual {
            Some(NumberOrQuery::Query(query)) => (Some(query.as_str()), None),
            Some(NumberOrQuery::Number(number)) => (None, Some(Number(*number))),
            None => (None, None),
        };
        (&self.value, kind, Number(limit), self.resolve.map(Number), query, number)
    }
}

impl PartialEq for Breach {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Breach {}

impl PartialOrd for Breach {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Breach {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

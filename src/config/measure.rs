//! What a source of metrics is asked for, without any query language: the source's own system puts it into its own
//! (`sources::Metrics`). Only what somebody typed into the configuration is text, and is sent as it was typed.

use crate::domain::signal::Signal;
use crate::domain::term::{Fold, TermSpan};
use crate::domain::time::Millis;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a query is for each service or for all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Service,
    Fleet,
}

/// Which events of a service are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Events {
    Bad,
    Good,
    /// all that count at all
    Valid,
}

/// A number of the configuration as part of what is asked, so that it has an order.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Queries that answer for many services at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignalSet {
    pub name: String,
    pub source: String,
    pub preset: Option<String>,
    /// the label whose values are the services
    pub by: String,
    /// more matchers, in the form in which the source takes them; may be empty
    pub selector: String,
    /// the shortest time that rates are taken over
    pub window: Millis,
    /// what somebody typed, by signal
    pub queries: BTreeMap<Signal, String>,
    /// what it has beside these: by its preset, or because each source of the kind gives it
    pub given: Vec<Signal>,
}

impl SignalSet {
    pub fn has(&self, signal: Signal) -> bool {
        self.queries.contains_key(&signal) || self.given.contains(&signal)
    }

    /// A signal of the set; `None` where it has none. `window` is that of rates, `range` that of an uptime.
    pub fn measure(
        self: &Arc<Self>,
        signal: Signal,
        level: Level,
        window: Millis,
        range: Millis,
    ) -> Option<Measure> {
        self.has(signal).then(|| Measure::Signal { set: self.clone(), signal, level, window, range })
    }

    /// The uptime of one service, by its value of the set's label, or of each.
    pub fn uptime(self: &Arc<Self>, of: Option<&str>) -> Option<Measure> {
        self.has(Signal::Uptime).then(|| Measure::Uptime { set: self.clone(), of: of.map(Into::into) })
    }
}

/// Where an objective's events come from, each over a span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indicator {
    /// bad events and all valid ones
    Bad { bad: Measure, valid: Measure },
    /// good events and all valid ones
    Good { good: Measure, valid: Measure },
    /// the share of good events, 0..1: events are then the milliseconds of the span
    Share(Measure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKind {
    Storage,
    Traffic,
}

/// What is asked for. "Its span" is the time that a figure is about: it belongs to a [`Term`], or comes by
/// [`Measure::Over`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// a query in the source's own language, as somebody typed it; `$window` in it is its span
    Typed(String),
    /// A signal of a set. Rates are taken over `window`, at least the set's own; an uptime is that of `range`.
    Signal { set: Arc<SignalSet>, signal: Signal, level: Level, window: Millis, range: Millis },
    /// The share of its span, 0..1, in which a service was up: that with a value of the set's label, or each.
    Uptime { set: Arc<SignalSet>, of: Option<String> },
    /// Events of the service with a value of the set's label, within its span. With a bound (seconds) they are those
    /// of a latency.
    Events { set: Arc<SignalSet>, of: String, bound: Option<Number>, which: Events },
    /// a series for each bound that a service's latency histogram has, with the label `le`
    Bounds { set: Arc<SignalSet>, of: String },
    /// the share of its span in which `served` was as much as `asked` for, up to a promise
    Throughput { served: String, asked: Option<String>, at_least: Number },
    /// The highest values of each step of a resource's use; of traffic a quantile of them, where it is below 1.
    Peak { of: String, kind: ResourceKind, step: Millis, quantile: Number },
    /// the share of bad events in its span
    BadShare(Box<Indicator>),
    /// the same, recorded by the source itself under an objective's id, over a window
    RecordedShare { slo: String, window: Millis },
    /// a series for each objective that the source records, with its id in the label `slo`
    Recorded,
    /// how many series something has now; no sample where it has none
    Count(Box<Measure>),
    /// of many series the sum
    Sum(Box<Measure>),
    /// In how many slots of its span there was anything. Each slot looks back over `reach`.
    Slots { of: Box<Measure>, slot: Millis, reach: Millis },
    /// at each instant over the last so many milliseconds
    Over(Box<Measure>, Millis),
    /// several at each instant, each under its key
    Terms(Vec<Term>),
}

/// One of many figures: what it measures over which span, and the key it is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub key: String,
    pub measure: Measure,
    pub span: TermSpan,
    pub fold: Fold,
}

impl From<&str> for Measure {
    fn from(typed: &str) -> Self {
        Self::Typed(typed.into())
    }
}

impl From<String> for Measure {
    fn from(typed: String) -> Self {
        Self::Typed(typed)
    }
}

impl Measure {
    pub fn over(self, length: Millis) -> Self {
        Self::Over(Box::new(self), length)
    }
}

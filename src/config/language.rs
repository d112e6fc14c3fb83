//! What the configuration has to know of a kind's query language to find faults before anything is sent. The language
//! itself belongs to the kind's own system.

use super::measure::Events;
use crate::domain::signal::Signal;
use std::fmt;

/// The part of a query language that the configuration checks.
pub trait Language: Sync + fmt::Debug {
    /// as its users call it
    fn name(&self) -> &'static str;

    /// the names of ready-made sets of queries
    fn presets(&self) -> &'static [&'static str];

    /// whether a preset measures a signal
    fn gives(&self, preset: &str, signal: Signal) -> bool;

    /// Whether a preset counts bad or good events, of a latency or of all; `None` where it counts none.
    fn counts(&self, preset: &str, latency: bool) -> Option<Events>;

    /// whether a preset knows the bounds of a latency histogram
    fn has_bounds(&self, preset: &str) -> bool;

    /// Matchers of labels in the form in which they are sent; `Err` says what is wrong with them.
    fn matchers(&self, typed: &str) -> Result<String, String>;

    /// A placeholder in a query that nobody fills in: it would be sent as it is and never find anything.
    fn open_placeholder<'q>(&self, query: &'q str, filled: &[&str]) -> Option<&'q str>;

    fn examples(&self) -> &'static Examples;
}

/// What may be written in the place of a fault, as JSON.
#[derive(Debug)]
pub struct Examples {
    /// a query
    pub query: &'static str,
    /// one over `$window`
    pub windowed: &'static str,
    /// events over `$window`
    pub events: &'static str,
    /// the entries of an objective by bad and valid events
    pub bad_and_valid: &'static str,
    /// the share of good events
    pub good: &'static str,
    /// the entries of an objective of throughput
    pub throughput: &'static str,
    /// the query of a rule that watches for absence
    pub absent: &'static str,
    /// a matcher of a label
    pub matcher: &'static str,
    /// the entry for a preset that measures requests
    pub preset: &'static str,
    /// that for one with an uptime
    pub uptime_preset: &'static str,
    /// which presets count events, in words
    pub counting: &'static str,
}

//! Incidents as the console counts them: something that people are at work on.

use super::severity::Severity;
use super::time::Millis;

#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    pub title: String,
    /// `None` if nobody knows.
    pub severity: Option<Severity>,
    pub started: Option<Millis>,
    /// The status its system gives it (`investigating`, `monitoring`, ..).
    pub status: String,
    /// The configured name of the system that reported it.
    pub source: String,
}

/// How many incidents of a severity; `None` counts those of an unknown one.
pub fn count(incidents: &[Incident], severity: Option<Severity>) -> usize {
    incidents.iter().filter(|i| i.severity == severity).count()
}

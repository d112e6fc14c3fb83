//! What a system is given to evaluate by itself: the configured objectives and alert rules.

use super::breach::Breach;
use crate::config::Measure;
use crate::domain::time::Millis;

/// An objective as rules need it.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSlo {
    pub id: String,
    pub name: String,
    pub service: String,
    /// ratio
    pub target: f64,
    /// the usual length of its window
    pub window: Millis,
    /// the share of bad events, over its span
    pub bad_share: Measure,
    pub labels: Vec<(String, String)>,
}

/// An alert of the console's own, with its whole condition.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleAlert {
    pub name: String,
    pub condition: Breach,
    pub for_: Millis,
    pub keep_firing_for: Millis,
    pub every: Millis,
    pub severity: &'static str,
    pub summary: String,
    /// where it says what to do when it fires
    pub runbook_url: Option<String>,
}

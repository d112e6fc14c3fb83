//! The state of a connection in one word, with why, and what to do about it.

use crate::domain::time::{Millis, SECOND, human_duration};
use crate::model::Feed;
use crate::poll::Condition;
use crate::sources::{SourceError, Warning};

/// What was measured of a connection beside its answers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// how long its last answer took
    pub took: Option<Millis>,
    /// how far its clock is from the one that is shown
    pub clock_off: Option<Millis>,
}

/// One word for a chip, and two sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionState {
    pub tone: &'static str,
    pub word: &'static str,
    pub why: String,
    pub remedy: String,
}

/// An answer that takes longer is called slow.
const SLOW: Millis = 3 * SECOND;
/// A clock that is farther off is said.
const CLOCK: Millis = 5 * SECOND;

/// The state by the worst of its answers. An error beside older data counts: what is shown is not of now.
pub fn connection_state(feed: &Feed, measured: Measured) -> ConnectionState {
    let state =
        |tone, word, why: String, remedy: &str| ConnectionState { tone, word, why, remedy: remedy.into() };
    if let Some(error) = &feed.error {
        let (tone, word) = word_of(error);
        let tone = if feed.condition == Condition::Stale && tone == "bad" { "warn" } else { tone };
        return state(tone, word, error.to_string(), error.remedy());
    }
    if feed.condition == Condition::Loading {
        return state("unknown", "Loading", String::new(), "");
    }
    if feed.as_of.is_none() {
        return state(
            "unknown",
            "Not asked",
            "Nothing of it can be read".into(),
            "What is sent to it shows whether it is there.",
        );
    }
    if let Some(off) = measured.clock_off.filter(|off| off.abs() >= CLOCK) {
        let side = if off > 0 { "ahead of" } else { "behind" };
        let why = format!("Its clock is {} {side} the others", human_duration(off.abs()));
        return state(
            "warn",
            "Clock",
            why,
            "Times are corrected where they are compared. Check NTP on its host.",
        );
    }
    if let Some(took) = measured.took.filter(|took| *took >= SLOW) {
        let why = format!("The last answer took {}", human_duration(took));
        return state(
            "warn",
            "Slow",
            why,
            "It may be overloaded, or far away. Its deadline is set in the configuration.",
        );
    }
    if feed.warnings.iter().any(Warning::is_partial) {
        let first = feed.warnings.iter().find(|w| w.is_partial()).map(ToString::to_string);
        return state("warn", "Partial", first.unwrap_or_default(), "");
    }
    state("ok", "Reachable", String::new(), "")
}

fn word_of(error: &SourceError) -> (&'static str, &'static str) {
    match error {
        SourceError::NoKey => ("unknown", "No key"),
        SourceError::Denied { .. } => ("bad", "Forbidden"),
        SourceError::Rejected { status: 401..=403, .. } => ("bad", "Forbidden"),
        SourceError::Unreachable { .. } => ("bad", "CORS or unreachable"),
        SourceError::TimedOut { .. } => ("bad", "Too slow"),
        SourceError::RateLimited { .. } => ("warn", "Rate limited"),
        SourceError::NotReady { .. } => ("warn", "Not ready"),
        SourceError::Html { .. } | SourceError::SignIn { .. } => ("bad", "Sign-in page"),
        _ => ("bad", "Failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(
        error: Option<SourceError>,
        condition: Condition,
        measured: Measured,
    ) -> (&'static str, &'static str) {
        let feed = Feed { condition, error, as_of: Some(0), ..Feed::none() };
        let state = connection_state(&feed, measured);
        (state.tone, state.word)
    }

    #[test]
    fn each_fault_has_its_word() {
        let failed = |error| of(Some(error), Condition::Failed, Measured::default());
        let origin = || "https://h".to_string();
        assert_eq!(failed(SourceError::NoKey), ("unknown", "No key"));
        assert_eq!(failed(SourceError::Denied { status: 403 }), ("bad", "Forbidden"));
        assert_eq!(failed(SourceError::Unreachable { origin: origin() }), ("bad", "CORS or unreachable"));
        assert_eq!(failed(SourceError::TimedOut { after: 1 }), ("bad", "Too slow"));
        assert_eq!(
            failed(SourceError::RateLimited { status: 429, retry_after: None }),
            ("warn", "Rate limited")
        );
        assert_eq!(failed(SourceError::SignIn { origin: origin() }), ("bad", "Sign-in page"));
        assert_eq!(failed(SourceError::CutOff), ("bad", "Failed"));
        // Older data is there, so it is not all lost.
        assert_eq!(of(Some(SourceError::CutOff), Condition::Stale, Measured::default()), ("warn", "Failed"));
    }

    #[test]
    fn what_answers_may_still_be_slow_or_late() {
        let fresh = |measured| of(None, Condition::Fresh, measured);
        assert_eq!(fresh(Measured::default()), ("ok", "Reachable"));
        assert_eq!(fresh(Measured { took: Some(2_999), clock_off: Some(-4_999) }), ("ok", "Reachable"));
        assert_eq!(fresh(Measured { took: Some(3_000), clock_off: None }), ("warn", "Slow"));
        assert_eq!(fresh(Measured { took: None, clock_off: Some(-5_000) }), ("warn", "Clock"));
        assert_eq!(of(None, Condition::Loading, Measured::default()), ("unknown", "Loading"));
        // There is nothing that it could be asked.
        assert_eq!(connection_state(&Feed::none(), Measured::default()).word, "Not asked");
    }
}

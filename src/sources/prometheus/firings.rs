//! The record of firing alerts, asked for by its changes.

use super::{range, seconds};
use crate::domain::time::{Millis, duration_text};
use crate::sources::Request;

const FIRING: &str = "ALERTS{alertstate=\"firing\"}";

/// When alerts began and ceased to fire between two instants of a grid: a 1 where one begins, a 0 one step
/// after it last fired. The answer grows with the changes and not with how long anything fires.
///
/// `whole`: what fires at `start` begins there; else `start` is compared with the step before it, which is known.
pub fn firings(start: Millis, end: Millis, step: Millis, whole: bool) -> Request {
    let before = duration_text(step);
    let mut parts = vec![
        format!("({FIRING} unless {FIRING} offset {before}) * 1"),
        format!("({FIRING} offset {before} unless {FIRING}) * 0"),
    ];
    if whole {
        parts.push(format!("({FIRING} and on() (vector(time()) <= {})) * 1", seconds(start)));
    }
    range(&parts.join("\nor\n"), start, end, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{MINUTE, SECOND};

    #[test]
    fn changes_are_asked_for_and_at_first_what_fires() {
        let query = |whole| {
            firings(60_000, 600_000, 30 * SECOND, whole).parameter("query").unwrap_or_default().to_string()
        };
        let changes = "(ALERTS{alertstate=\"firing\"} unless ALERTS{alertstate=\"firing\"} offset 30s) * 1\nor\n\
                       (ALERTS{alertstate=\"firing\"} offset 30s unless ALERTS{alertstate=\"firing\"}) * 0";
        assert_eq!(query(false), changes);
        let first = "(ALERTS{alertstate=\"firing\"} and on() (vector(time()) <= 60.000)) * 1";
        assert_eq!(query(true), format!("{changes}\nor\n{first}"));
        let coarse = firings(0, 1, 5 * MINUTE, false);
        assert_eq!(coarse.parameter("step"), Some("300.000"));
        assert!(coarse.parameter("query").is_some_and(|q| q.contains("offset 5m")));
    }
}

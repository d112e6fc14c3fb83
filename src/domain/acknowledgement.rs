//! An acknowledgement in a system that has none: a short silence whose comment carries a mark.
//!
//! ```text
//! ACK! by Mia, Fourlights, since 2026-12-01T03:12:00Z, incident 20261201-api-is-slow-9f3c21aa
//! ```
//!
//! Other tools begin their acknowledgements with `ACK!`, too, and daemons that keep such silences alive while no browser is
//! open look for it. The time is in the mark because whoever extends a silence may replace it by a new one, which then has a
//! start of its own.

use super::time::{HOUR, MINUTE, Millis, parse_rfc3339};
use super::zone::rfc3339;

/// How every acknowledgement begins.
const BEGINS: &str = "ACK!";
/// Between the name and the rest: what wrote it.
const WRITER: &str = ", Fourlights";

/// Who is on an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// empty where the mark is another tool's and names nobody
    pub by: String,
    /// `None` where the mark does not say
    pub since: Option<Millis>,
    /// the id of the incident it was acknowledged for
    pub incident: Option<String>,
}

impl Acknowledged {
    /// The comment of its silence.
    pub fn comment(&self) -> String {
        let since = self.since.map(|at| format!(", since {}", rfc3339(at))).unwrap_or_default();
        let incident = self.incident.as_ref().map(|id| format!(", incident {id}")).unwrap_or_default();
        format!("{BEGINS} by {}{WRITER}{since}{incident}", one_line(&self.by))
    }

    /// Reads a comment; `None` for one that is no acknowledgement.
    pub fn read(comment: &str) -> Option<Self> {
        let rest = comment.trim_start().strip_prefix(BEGINS)?.trim_start();
        let ours = rest.strip_prefix("by ").and_then(|rest| rest.rsplit_once(WRITER));
        let Some((by, more)) = ours else { return Some(Self::default()) };
        let part = |name: &str| more.split(", ").find_map(|part| part.strip_prefix(name));
        Some(Self {
            by: by.trim().into(),
            since: part("since ").and_then(parse_rfc3339),
            incident: part("incident ").map(|id| id.trim().into()).filter(|id: &String| !id.is_empty()),
        })
    }
}

fn one_line(name: &str) -> String {
    name.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How acknowledgements are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckPolicy {
    /// how long a silence that acknowledges lasts unless it is extended
    pub length: Millis,
    /// from then on an acknowledgement is a warning: perhaps nobody works on it any more
    pub old_after: Millis,
}

impl Default for AckPolicy {
    fn default() -> Self {
        Self { length: 15 * MINUTE, old_after: 2 * HOUR }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(by: &str, since: Option<Millis>, incident: Option<&str>) -> Acknowledged {
        Acknowledged { by: by.into(), since, incident: incident.map(Into::into) }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let at = parse_rfc3339("2026-12-01T03:12:00Z");
        for (written, comment) in [
            (mark("Mia", at, None), "ACK! by Mia, Fourlights, since 2026-12-01T03:12:00Z"),
            (
                mark("Mia Chen", at, Some("20261201-x-1")),
                "ACK! by Mia Chen, Fourlights, since 2026-12-01T03:12:00Z, incident 20261201-x-1",
            ),
            (mark("Chen, Mia (SRE)", None, None), "ACK! by Chen, Mia (SRE), Fourlights"),
            (
                mark("Fourlights, Fourlights", at, None),
                "ACK! by Fourlights, Fourlights, Fourlights, since 2026-12-01T03:12:00Z",
            ),
        ] {
            assert_eq!(written.comment(), comment);
            assert_eq!(Acknowledged::read(comment), Some(written), "{comment}");
        }
    }

    #[test]
    fn only_a_mark_is_an_acknowledgement() {
        for (comment, read) in [
            ("ACK! This alert was acknowledged using another tool", Some(mark("", None, None))),
            (" ACK! by Mia, Fourlights, since yesterday, incident ", Some(mark("Mia", None, None))),
            ("ACK!", Some(mark("", None, None))),
            ("deploy, ACK! by Mia, Fourlights", None),
            ("ACKNOWLEDGED", None),
            ("", None),
        ] {
            assert_eq!(Acknowledged::read(comment), read, "{comment:?}");
        }
        assert_eq!(mark("Mia\n  ACK!", None, None).comment(), "ACK! by Mia ACK!, Fourlights");
    }
}

//! What is not counted of an objective, each piece asked for and found by its own bounds.
//!
//! The pieces depend on the configuration alone: neither time nor what else is excluded moves their
//! keys. So the same figures are found while a maintenance runs, when it ends, when it leaves a rolling
//! window, and after another one was added.

use crate::config::Slo;
use crate::domain::ledger::{Exclusion, ExclusionKind, disjoint};
use crate::domain::order::Order as _;
use crate::domain::term::TermSpan;
use crate::domain::time::Millis;
use crate::domain::window::Bounds;

/// A span that is excluded once, although several exclusions may name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    whole: Bounds,
    /// what of it lies in the window and has passed
    pub passed: Bounds,
}

impl Piece {
    /// `x1795468027000-1795471627000`
    pub fn key(&self) -> String {
        format!("x{}-{}", self.whole.start, self.whole.end)
    }

    /// What to ask for, so that the question stays the same while time goes on: it changes when the
    /// exclusion begins or ends, and when it begins or ends to leave a rolling window.
    pub fn span(&self, window: Bounds) -> TermSpan {
        let runs = self.passed.end < self.whole.end;
        let leaves = self.passed.start > self.whole.start;
        match (leaves, runs) {
            (false, false) => self.whole.into(),
            (false, true) => TermSpan::Since(self.whole.start),
            (true, false) => TermSpan::Until { trailing: window.length(), end: self.whole.end },
            (true, true) => TermSpan::Trailing(window.length()),
        }
    }
}

/// An objective's exclusions that lie in a window and are over or running at `now`. One whose whole
/// span others exclude too has no pieces of its own.
pub fn excluded_in(slo: &Slo, window: Bounds, now: Millis) -> Vec<(Exclusion, Vec<Piece>)> {
    let passed = Bounds { start: window.start, end: window.end.min(now) };
    let mut all: Vec<&Exclusion> = slo.exclusions.iter().collect();
    // By what they are, not by where they are written, so that an overlap belongs to the same one always.
    all.order_by_key(|e| {
        let kind = match e.kind {
            ExclusionKind::Maintenance => 0,
            ExclusionKind::Correction => 1,
        };
        (e.bounds.start, e.bounds.end, kind, &e.reason, &e.author)
    });
    let ever = Bounds { start: Millis::MIN, end: Millis::MAX };
    let pieces = disjoint(ever, all.iter().map(|e| e.bounds));
    all.into_iter()
        .zip(pieces)
        .filter(|(exclusion, _)| exclusion.bounds.common(&passed).is_some())
        .map(|(exclusion, pieces)| {
            let piece = |whole: Bounds| Some(Piece { whole, passed: whole.common(&passed)? });
            (exclusion.clone(), pieces.into_iter().filter_map(piece).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{HOUR, MINUTE};
    use crate::domain::zone::rfc3339;

    fn slo(exclusions: &[(Millis, Millis)]) -> Slo {
        let corrections: Vec<String> = exclusions
            .iter()
            .map(|(from, to)| {
                format!(r#"{{"from": "{}", "to": "{}", "reason": "r"}}"#, rfc3339(*from), rfc3339(*to))
            })
            .collect();
        let text = format!(
            r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "http://h"}}}}, "services": [{{"id": "a", "name": "A"}}],
            "slos": [{{"name": "A", "id": "s", "service": "a", "target": 0.999, "bad": "b[$window]", "valid": "v[$window]",
                       "corrections": [{}]}}]}}"#,
            corrections.join(",")
        );
        crate::sources::read_config(&text).expect("valid").slos.remove(0)
    }

    /// Keys and spans asked for at a moment, over a window of ten hours before it.
    fn asked(slo: &Slo, now: Millis) -> Vec<(String, TermSpan)> {
        let window = Bounds { start: now - 10 * HOUR, end: now };
        let all = excluded_in(slo, window, now);
        all.iter().flat_map(|(_, pieces)| pieces).map(|p| (p.key(), p.span(window))).collect()
    }

    const START: Millis = 1_795_000_000_000;
    const END: Millis = START + HOUR;

    #[test]
    fn a_running_exclusion_is_asked_for_by_the_same_question_until_it_ends() {
        let slo = slo(&[(START, END)]);
        let key = format!("x{START}-{END}");
        let of = |span| vec![(key.clone(), span)];
        assert_eq!(asked(&slo, START), []);
        for minute in 1..60 {
            assert_eq!(asked(&slo, START + minute * MINUTE), of(TermSpan::Since(START)));
        }
        for minute in 60..600 {
            assert_eq!(asked(&slo, START + minute * MINUTE), of(TermSpan::Fixed(START, END)));
        }
        for minute in 601..660 {
            let leaving = TermSpan::Until { trailing: 10 * HOUR, end: END };
            assert_eq!(asked(&slo, START + minute * MINUTE), of(leaving));
        }
        assert_eq!(asked(&slo, END + 10 * HOUR), []);
    }

    #[test]
    fn an_exclusion_longer_than_the_window_excludes_all_of_it() {
        let slo = slo(&[(START, START + 100 * HOUR)]);
        let all = asked(&slo, START + 50 * HOUR);
        assert_eq!(all[0].1, TermSpan::Trailing(10 * HOUR));
    }

    #[test]
    fn another_exclusion_changes_nothing_about_those_there_were() {
        let now = START + 5 * HOUR;
        let before = asked(&slo(&[(START, END)]), now);
        for other in [
            (START - 2 * HOUR, START - HOUR),
            (START - HOUR, START),
            (END, END + HOUR),
            (END + HOUR, END + 2 * HOUR),
            (END + 3 * HOUR, END + 9 * HOUR),
            // The very same span.
            (START, END),
            // Inside of it, and across its end.
            (START + MINUTE, START + 2 * MINUTE),
            (END - MINUTE, END + HOUR),
        ] {
            for both in [[(START, END), other], [other, (START, END)]] {
                let after = asked(&slo(&both), now);
                assert!(after.contains(&before[0]), "{other:?}: {after:?}");
            }
        }
    }

    #[test]
    fn what_two_exclude_is_excluded_once_and_both_are_named() {
        let now = START + 5 * HOUR;
        let window = Bounds { start: now - 10 * HOUR, end: now };
        let lengths = |exclusions: &[(Millis, Millis)]| {
            let all = excluded_in(&slo(exclusions), window, now);
            let of = |pieces: &[Piece]| pieces.iter().map(|p| p.passed.length()).sum::<Millis>();
            all.iter().map(|(_, pieces)| of(pieces)).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&[(START, END), (START, END)]), [HOUR, 0]);
        assert_eq!(lengths(&[(START, END), (START + HOUR / 2, END + HOUR)]), [HOUR, HOUR]);
        assert_eq!(lengths(&[(START, END + HOUR), (START + MINUTE, END)]), [2 * HOUR, 0]);
    }
}

//! The least time between two requests to a system, for those that count requests by the second.

use crate::domain::time::Millis;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    /// the gap, and when the last request left
    by_system: BTreeMap<String, (Millis, Option<Millis>)>,
}

impl Pace {
    /// 0 is none.
    pub fn set_gap(&mut self, system: &str, gap: Millis) {
        let known = self.by_system.get(system).and_then(|(_, last)| *last);
        match gap {
            0 => self.by_system.remove(system),
            gap => self.by_system.insert(system.into(), (gap, known)),
        };
    }

    pub fn allows(&self, system: &str, now: Millis) -> bool {
        // A clock that was set back must not hold requests up for longer than the gap.
        let passed =
            |(gap, last): &(Millis, Option<Millis>)| last.is_none_or(|last| now >= last + gap || now < last);
        self.by_system.get(system).is_none_or(passed)
    }

    pub fn sent(&mut self, system: &str, now: Millis) {
        if let Some((_, last)) = self.by_system.get_mut(system) {
            *last = Some(now);
        }
    }

    /// When the gaps end.
    pub fn ends(&self) -> impl Iterator<Item = Millis> + '_ {
        self.by_system.values().filter_map(|(gap, last)| Some((*last)? + gap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance() {
        let mut pace = Pace::default();
        pace.set_gap("page", 1_000);
        assert!(pace.allows("page", 0) && pace.allows("other", 0));
        pace.sent("page", 10);
        pace.sent("other", 10);
        assert!(!pace.allows("page", 1_009) && pace.allows("page", 1_010) && pace.allows("other", 11));
        assert_eq!(pace.ends().collect::<Vec<_>>(), [1_010]);
        // Said again, it does not begin anew; a clock that was set back does not hold it up.
        pace.set_gap("page", 1_000);
        assert!(!pace.allows("page", 500) && pace.allows("page", 9));
        pace.set_gap("page", 0);
        assert!(pace.allows("page", 500));
    }
}

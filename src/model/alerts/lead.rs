//! Which tab of a browser notifies, by a lease that its tabs share.
//!
//! No lock: a lock is held by a tab that is frozen, and exists only at secure addresses. A lease ends by itself.

use crate::domain::time::{MINUTE, Millis, SECOND};

/// A visible tab renews its lease every few seconds.
const VISIBLE_TERM: Millis = 15 * SECOND;
/// A hidden one may be woken once a minute only.
const HIDDEN_TERM: Millis = 150 * SECOND;

/// Who leads, as it is stored for all tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// the tab
    pub holder: String,
    /// when it was renewed
    pub at: Millis,
    /// whether that tab could be seen then
    pub visible: bool,
    /// how many firings ask for somebody: the title of hidden tabs that do not ask themselves
    pub firing: usize,
}

/// What a tab does about the lease it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Holds,
    Takes,
    Follows,
}

impl Lease {
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        Some(Self {
            holder: parts.next().filter(|h| !h.is_empty())?.into(),
            at: parts.next()?.parse().ok()?,
            visible: parts.next()? == "1",
            firing: parts.next()?.parse().ok()?,
        })
    }

    pub fn encode(&self) -> String {
        format!("{} {} {} {}", self.holder, self.at, u8::from(self.visible), self.firing)
    }

    /// Whether it should be written again: it ages, or what it says changed.
    pub fn is_due(&self, renewed: &Self) -> bool {
        let term = if renewed.visible { VISIBLE_TERM } else { HIDDEN_TERM };
        (self.visible, self.firing) != (renewed.visible, renewed.firing)
            || !(0..term / 3).contains(&(renewed.at - self.at))
    }
}

/// A visible tab takes over from a hidden one at once, anybody from one that has not been heard of: closed, crashed,
/// frozen or discarded.
pub fn role(found: Option<&Lease>, me: &str, visible: bool, now: Millis) -> Role {
    let Some(lease) = found else { return Role::Takes };
    if lease.holder == me {
        return Role::Holds;
    }
    let term = if lease.visible { VISIBLE_TERM } else { HIDDEN_TERM };
    // A lease from the future was written before the clock was set back.
    let is_over = !(-MINUTE..term).contains(&(now - lease.at));
    if is_over || visible && !lease.visible { Role::Takes } else { Role::Follows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(visible: bool, at: Millis) -> Lease {
        Lease { holder: "other".into(), at, visible, firing: 2 }
    }

    #[track_caller]
    fn becomes(found: Option<&Lease>, visible: bool, now: Millis, expected: Role) {
        assert_eq!(role(found, "me", visible, now), expected, "{found:?} {visible} {now}");
    }

    #[test]
    fn a_visible_tab_leads_before_a_hidden_one_and_a_dead_one_is_replaced() {
        for visible in [true, false] {
            becomes(None, visible, 0, Role::Takes);
            becomes(
                Some(&Lease { holder: "me".into(), ..lease(visible, 0) }),
                visible,
                10 * MINUTE,
                Role::Holds,
            );
            becomes(Some(&lease(true, 0)), visible, 14 * SECOND, Role::Follows);
            becomes(Some(&lease(true, 0)), visible, 15 * SECOND, Role::Takes);
            becomes(Some(&lease(false, 0)), visible, 150 * SECOND, Role::Takes);
            becomes(Some(&lease(true, 10 * MINUTE)), visible, 0, Role::Takes);
        }
        becomes(Some(&lease(false, 0)), true, 1, Role::Takes);
        // Woken once a minute, a hidden leader is not replaced.
        becomes(Some(&lease(false, 0)), false, 2 * MINUTE, Role::Follows);
    }

    #[test]
    fn a_lease_is_renewed_well_before_it_ends_and_when_it_says_something_new() {
        let (seen, hidden) = (lease(true, 0), lease(false, 0));
        assert!(!seen.is_due(&lease(true, 4 * SECOND)) && seen.is_due(&lease(true, 5 * SECOND)));
        assert!(!hidden.is_due(&lease(false, 49 * SECOND)) && hidden.is_due(&lease(false, 50 * SECOND)));
        assert!(seen.is_due(&lease(false, 1)) && seen.is_due(&Lease { firing: 3, ..lease(true, 1) }));
        assert!(seen.is_due(&lease(true, -1)));
    }

    #[test]
    fn it_is_read_as_it_was_written_and_nothing_odd_is() {
        assert_eq!(Lease::parse(&lease(true, 7).encode()), Some(lease(true, 7)));
        for odd in ["", " 1 1 1", "x", "x y 1 1", "x 1 1"] {
            assert_eq!(Lease::parse(odd), None, "{odd:?}");
        }
    }
}

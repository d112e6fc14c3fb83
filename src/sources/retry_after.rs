//! How long a source asked to be left alone.

use crate::domain::time::{DAY, Millis};

/// How long a source wants to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// milliseconds from the answer on
    In(Millis),
    /// An instant by a clock that it did not tell.
    At(Millis),
}

impl RetryAfter {
    /// The wait in milliseconds, for one that takes it to be `now`. Never longer than a day: that is a
    /// mistake of who wrote it.
    pub fn wait(self, now: Millis) -> Millis {
        let wait = match self {
            Self::In(wait) => wait,
            Self::At(then) => then.saturating_sub(now),
        };
        wait.clamp(0, DAY)
    }
}

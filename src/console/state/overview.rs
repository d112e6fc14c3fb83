//! How fresh the answers are that a page shows, and how many are missing.

use crate::domain::time::Millis;

/// How the board as a whole is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// the oldest answer of those asked at every refresh, by the clock that is shown
    pub as_of: Option<Millis>,
    pub n_failing: usize,
    /// answers from which data may be missing
    pub n_partial: usize,
    pub n_in_flight: usize,
    pub n_watched: usize,
}

/// What the board holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holdings {
    pub n_questions: usize,
    pub n_samples: usize,
    /// bytes of samples
    pub bytes: usize,
}

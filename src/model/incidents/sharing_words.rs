//! How sharing with a repository stands, in words.

use crate::domain::time::{Millis, human_duration};

/// How far sharing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SharingState {
    #[default]
    NoToken,
    /// the first exchange since the page was opened
    Working,
    Shared {
        at: Millis,
    },
    /// something did not arrive, and is tried again at once
    Trying {
        why: String,
    },
    /// it is tried again with the next round, or when somebody asks for it
    Failed {
        why: String,
        remedy: String,
    },
}

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharingWords {
    /// `ok`, `warn`, `bad` or `unknown`
    pub tone: &'static str,
    pub text: String,
    pub remedy: String,
}

/// `n_waiting` is the number of entries that are not known to be in the repository.
pub fn sharing_words(state: &SharingState, repository: &str, n_waiting: usize, now: Millis) -> SharingWords {
    let waiting = match n_waiting {
        0 => String::new(),
        1 => ": 1 entry waits".into(),
        n => format!(": {n} entries wait"),
    };
    let words = |tone, text: String, remedy: &str| SharingWords { tone, text, remedy: remedy.into() };
    match state {
        SharingState::NoToken if n_waiting == 0 => {
            words("unknown", format!("Not shared with {repository}: token missing"), "")
        }
        SharingState::NoToken => {
            words("warn", format!("Not shared with {repository}{waiting}, token missing"), "")
        }
        SharingState::Working => words("unknown", format!("Sharing with {repository}…"), ""),
        SharingState::Shared { at } => {
            let ago = human_duration((now - at).max(0) / 1_000 * 1_000);
            words("ok", format!("Shared with {repository} {ago} ago{waiting}"), "")
        }
        SharingState::Trying { why } => {
            words("warn", format!("Sharing with {repository}{waiting}. {why}. Trying again…"), "")
        }
        SharingState::Failed { why, remedy } => {
            words("bad", format!("Not shared with {repository}{waiting}. {why}."), remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_is_shared_and_what_waits() {
        let text = |state: SharingState, n| sharing_words(&state, "acme/incidents", n, 20_000).text;
        let failed = SharingState::Failed { why: "Not allowed (HTTP 401)".into(), remedy: String::new() };
        for (state, n, expected) in [
            (SharingState::NoToken, 0, "Not shared with acme/incidents: token missing"),
            (SharingState::NoToken, 3, "Not shared with acme/incidents: 3 entries wait, token missing"),
            (SharingState::Shared { at: 8_000 }, 0, "Shared with acme/incidents 12 s ago"),
            (SharingState::Shared { at: 8_000 }, 1, "Shared with acme/incidents 12 s ago: 1 entry waits"),
            (failed, 2, "Not shared with acme/incidents: 2 entries wait. Not allowed (HTTP 401)."),
        ] {
            assert_eq!(text(state, n), expected);
        }
        // A clock that was set back is no future.
        assert!(text(SharingState::Shared { at: 90_000 }, 0).ends_with("0 s ago"));
    }
}

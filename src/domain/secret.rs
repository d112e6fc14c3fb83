//! A text that is sent and never shown.

use std::fmt;

/// A key, a token or a password. Neither `Debug` nor serialization can show it, and it has no `Display`: it leaves by
/// [`Secret::expose_secret`] alone, which only `sources::outgoing` may call (a test says so).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Surrounding white space is not part of any key; it comes with pasting.
    pub fn new(text: &str) -> Self {
        Self(text.trim().into())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, to be sent.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_shown() {
        let secret = Secret::new(" hunter2\n");
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)),
            "Secret(hidden) Some(\n    Secret(hidden),\n)"
        );
        assert_eq!(secret.expose_secret(), "hunter2");
        assert!(Secret::new(" ").is_empty());
    }
}

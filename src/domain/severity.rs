//! Incident severities and what each asks for.

use super::time::{HOUR, MINUTE, Millis};

/// SEV-1 is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Sev1,
    Sev2,
    Sev3,
    Sev4,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4];

    pub fn title(self) -> &'static str {
        match self {
            Self::Sev1 => "SEV-1",
            Self::Sev2 => "SEV-2",
            Self::Sev3 => "SEV-3",
            Self::Sev4 => "SEV-4",
        }
    }

    /// The short machine name, as used in the configuration and in CSS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sev1 => "sev1",
            Self::Sev2 => "sev2",
            Self::Sev3 => "sev3",
            Self::Sev4 => "sev4",
        }
    }

    /// Reads what teams write in a `severity` label: our own names, and the usual words.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "sev1" | "sev-1" | "critical" | "page" | "p1" | "emergency" | "disaster" => Some(Self::Sev1),
            "sev2" | "sev-2" | "high" | "major" | "error" | "p2" => Some(Self::Sev2),
            "sev3" | "sev-3" | "medium" | "warning" | "warn" | "minor" | "p3" => Some(Self::Sev3),
            "sev4" | "sev-4" | "low" | "info" | "none" | "notice" | "p4" | "ticket" => Some(Self::Sev4),
            _ => None,
        }
    }

    /// How soon someone must respond; `None` means next sprint.
    pub fn respond_within(self) -> Option<Millis> {
        match self {
            Self::Sev1 => Some(5 * MINUTE),
            Self::Sev2 => Some(15 * MINUTE),
            Self::Sev3 => Some(HOUR),
            Self::Sev4 => None,
        }
    }

    /// The severity after `age` without a resolution: a SEV-2 becomes SEV-1 at 30 minutes.
    pub fn escalated(self, age: Millis) -> Self {
        if self == Self::Sev2 && age >= 30 * MINUTE { Self::Sev1 } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unresolved_sev2_becomes_sev1_at_thirty_minutes() {
        assert_eq!(Severity::Sev2.escalated(30 * MINUTE - 1), Severity::Sev2);
        assert_eq!(Severity::Sev2.escalated(30 * MINUTE), Severity::Sev1);
        assert_eq!(Severity::Sev3.escalated(HOUR), Severity::Sev3);
    }

    #[test]
    fn the_usual_words_are_understood() {
        for (text, expected) in [
            ("critical", Some(Severity::Sev1)),
            ("SEV-2", Some(Severity::Sev2)),
            ("Warning", Some(Severity::Sev3)),
            ("info", Some(Severity::Sev4)),
            ("", None),
            ("purple", None),
        ] {
            assert_eq!(Severity::parse(text), expected, "{text}");
        }
    }
}

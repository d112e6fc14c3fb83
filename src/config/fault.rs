//! What is wrong with a configuration, said so that a person can fix it.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The file is not there.
    Missing,
    /// HTML came instead, most likely from a host's rewrite rule.
    Html,
    NotJson,
    UnknownKey,
    MissingKey,
    WrongType,
    BadValue,
    /// A name that nothing in the file defines.
    DanglingReference,
    UnknownKind,
    /// Something that looks like a password, token or key.
    Secret,
}

impl FaultKind {
    pub fn title(self) -> &'static str {
        match self {
            Self::Missing => "The configuration file is missing",
            Self::Html => "A web page came instead of the configuration file",
            Self::NotJson => "The configuration file is not JSON",
            Self::UnknownKey => "Unknown key",
            Self::MissingKey => "Missing key",
            Self::WrongType => "Wrong type",
            Self::BadValue => "Value out of range",
            Self::DanglingReference => "Reference to nothing",
            Self::UnknownKind => "Unknown kind",
            Self::Secret => "A secret has no place here",
        }
    }
}

/// One fault: where, what was found, what was expected, and an example of it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// JSON path: `$.services[2].signals.http`
    pub path: String,
    pub found: String,
    pub expected: String,
    pub example: String,
}

impl Fault {
    pub fn new(kind: FaultKind, path: &str, found: &str, expected: &str, example: &str) -> Self {
        Self {
            kind,
            path: path.into(),
            found: clip(found),
            expected: expected.into(),
            example: example.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} at {}", self.kind.title(), self.path)?;
        writeln!(f, "  found:    {}", self.found)?;
        writeln!(f, "  expected: {}", self.expected)?;
        write!(f, "  example:  {}", self.example)
    }
}

/// Long values are cut: a fault is read, not scrolled.
fn clip(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return text.into();
    }
    text.chars().take(MOST).chain("…".chars()).collect()
}

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
    /// A source that is there and cannot answer what it is asked.
    WrongSource,
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
            Self::WrongSource => "A source that cannot answer this",
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

impl Fault {
    /// Whether it only follows from one of `earlier`: from a value that could not be read.
    ///
    /// ```text
    /// $.slos[0].bad is no text   ->   $.slos[0] has an incomplete set of bad, good and valid
    /// ```
    pub(super) fn follows_from(&self, earlier: &[Self]) -> bool {
        earlier.iter().filter(|e| e.leaves_a_gap()).any(|e| {
            let below = self.path.strip_prefix(&e.path);
            if below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
                return true;
            }
            let Some((object, key)) = e.path.rsplit_once('.') else { return false };
            let beside =
                self.path == object || self.path.rsplit_once('.').is_some_and(|(parent, _)| parent == object);
            self.kind == FaultKind::MissingKey && beside && self.speaks_of(key)
        })
    }

    /// Whether its value is there for no later check.
    fn leaves_a_gap(&self) -> bool {
        matches!(self.kind, FaultKind::WrongType | FaultKind::MissingKey | FaultKind::Secret)
    }

    fn speaks_of(&self, key: &str) -> bool {
        let words = |text: &str| text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == key);
        words(&self.expected) || words(&self.found)
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

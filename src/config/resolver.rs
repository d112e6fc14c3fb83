//! The checks that all parts of the configuration share, each with its fault.

use super::fault::{Fault, FaultKind};
use super::nearest::nearest;
use super::shape::Path;
use crate::domain::time::{Millis, SECOND, parse_duration};

/// Collects faults while the configuration is resolved.
pub struct Resolver<'f> {
    pub faults: &'f mut Vec<Fault>,
}

impl Resolver<'_> {
    pub fn fault(&mut self, kind: FaultKind, path: &Path, found: &str, expected: &str, example: &str) {
        self.faults.push(Fault::new(kind, path.as_str(), found, expected, example));
    }

    /// Reports a name that is not among the known ones. `what` says what it should name.
    pub fn known(&mut self, name: &str, known: &[&str], what: &str, path: &Path) -> bool {
        if known.contains(&name) {
            return true;
        }
        let example = known.first().map_or_else(|| "\"name\"".to_string(), |k| format!("{k:?}"));
        let expected = match nearest(name, known.iter().copied()) {
            Some(near) => format!("{what}; did you mean {near:?}?"),
            None if known.is_empty() => format!("{what}, but the file defines none"),
            None => format!("{what}: one of {}", known.join(", ")),
        };
        self.fault(FaultKind::DanglingReference, path, &format!("{name:?}"), &expected, &example);
        false
    }

    /// One of a fixed list of words.
    pub fn word<T: Copy>(&mut self, typed: &str, known: &[(&str, T)], what: &str, path: &Path) -> Option<T> {
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == typed) {
            return Some(*value);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let near = nearest(typed, names.iter().copied()).map(|n| format!("; did you mean {n:?}?"));
        let expected = format!("{what}: {}{}", names.join(", "), near.unwrap_or_default());
        let example = names.first().map(|n| format!("{n:?}")).unwrap_or_default();
        self.fault(FaultKind::UnknownKind, path, &format!("{typed:?}"), &expected, &example);
        None
    }

    pub fn duration(
        &mut self,
        typed: Option<&str>,
        default: Millis,
        allowed: std::ops::RangeInclusive<Millis>,
        path: &Path,
    ) -> Millis {
        let Some(typed) = typed else { return default };
        match parse_duration(typed).filter(|d| allowed.contains(d)) {
            Some(duration) => duration,
            None => {
                let text = crate::domain::time::prometheus_duration;
                let expected =
                    format!("a duration from {} to {}", text(*allowed.start()), text(*allowed.end()));
                let example = format!("{:?}", text(default.max(SECOND)));
                self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), &expected, &example);
                default
            }
        }
    }

    pub fn not_empty(&mut self, text: &str, path: &Path) {
        if text.trim().is_empty() {
            self.fault(FaultKind::BadValue, path, "empty text", "text", "\"name\"");
        }
    }

    pub fn unique<'a>(&mut self, ids: impl Iterator<Item = (&'a str, Path)>) {
        let mut seen: Vec<&str> = Vec::new();
        for (id, path) in ids {
            self.not_empty(id, &path);
            if seen.contains(&id) {
                self.fault(
                    FaultKind::BadValue,
                    &path,
                    &format!("{id:?} a second time"),
                    "a unique id",
                    "\"api-2\"",
                );
            }
            seen.push(id);
        }
    }
}

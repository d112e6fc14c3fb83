//! The checks that all parts of the configuration share, each with its fault.

use super::fault::{Fault, FaultKind};
use super::kind::{Capability, Kind, Kinds};
use super::language::{Examples, Language};
use super::nearest::nearest;
use super::shape::Path;
use crate::domain::time::{Millis, SECOND, parse_duration};

/// Collects faults while the configuration is resolved.
pub struct Resolver<'f> {
    pub faults: &'f mut Vec<Fault>,
    /// what could not even be read
    pub unread: &'f [Fault],
    /// every source of the file; without a kind where that is a fault
    pub sources: Vec<(&'f str, Option<Kind>)>,
    /// every kind of system there is
    pub kinds: Kinds<'f>,
    /// the files of runbooks
    pub runbooks: &'f [String],
}

impl<'f> Resolver<'f> {
    /// Whether something at or below a path could not be read, so that nothing follows from its absence.
    pub fn is_unread(&self, path: &Path) -> bool {
        self.unread.iter().any(|f| f.path.starts_with(path.as_str()))
    }

    /// Reports a source that is not there, or that cannot answer what it would be asked.
    pub fn source_for(&mut self, name: &str, what: Capability, path: &Path) -> bool {
        let able = self.able(what);
        match self.sources.iter().find(|(n, _)| *n == name) {
            // Its kind is a fault of its own.
            Some((_, None)) => true,
            Some((_, Some(kind))) if kind.can(what) => true,
            Some((_, Some(kind))) => {
                let expected = match able.as_slice() {
                    [] => format!("{}, of which the file has none", self.kinds.needed(what)),
                    able => format!("{}: {}", self.kinds.needed(what), able.join(", ")),
                };
                let found = format!("{name:?}, of the kind {}, which gives {}", kind.name(), kind.gives());
                let example =
                    able.first().map_or_else(|| self.kinds.example(what), |name| format!("{name:?}"));
                self.fault(FaultKind::WrongSource, path, &found, &expected, &example);
                false
            }
            None => self.known(name, &able, &self.kinds.needed(what), path),
        }
    }

    /// The source for what names none: the first of the file that can answer.
    pub fn default_source(&mut self, what: Capability, path: &Path) -> Option<String> {
        let first = self.able(what).first().map(ToString::to_string);
        // One of unknown kind might have been meant.
        if first.is_none() && self.sources.iter().all(|(_, kind)| kind.is_some()) {
            let expected = format!("{}, of which the file has none", self.kinds.needed(what));
            self.fault(
                FaultKind::MissingKey,
                path,
                "no source that can answer",
                &expected,
                &self.kinds.example(what),
            );
        }
        first
    }

    fn able(&self, what: Capability) -> Vec<&'f str> {
        let can = |kind: &Option<Kind>| kind.is_some_and(|kind| kind.can(what));
        self.sources.iter().filter(|(_, kind)| can(kind)).map(|(name, _)| *name).collect()
    }

    pub fn fault(&mut self, kind: FaultKind, path: &Path, found: &str, expected: &str, example: &str) {
        self.faults.push(Fault::new(kind, path.as_str(), found, expected, example));
    }

    /// Reports a name that is not among the known ones. `what` says what it should name.
    pub fn known(&mut self, name: &str, known: &[&str], what: &str, path: &Path) -> bool {
        // An empty one could not be read: it may be the one that is meant.
        if known.contains(&name) || known.contains(&"") {
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
                let text = crate::domain::time::duration_text;
                let expected =
                    format!("a duration from {} to {}", text(*allowed.start()), text(*allowed.end()));
                let example = format!("{:?}", text(default.max(SECOND)));
                self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), &expected, &example);
                default
            }
        }
    }

    /// The kind of a named source, where it is there and has one.
    pub fn kind_of(&self, source: &str) -> Option<Kind> {
        self.sources.iter().find(|(name, _)| *name == source).and_then(|(_, kind)| *kind)
    }

    /// The language of the queries to a source, or of the first that takes queries where none is named. `None` for a
    /// kind that takes none.
    pub fn language(&self, source: Option<&str>) -> Option<&'static dyn Language> {
        match source.and_then(|name| self.kind_of(name)) {
            Some(kind) if kind.can(Capability::Metrics) => kind.0.language,
            // That it cannot be asked at all is a fault of its own.
            _ => self.kinds.iter().find_map(|kind| kind.0.language),
        }
    }

    /// A query to a source, or to the first that takes queries. `filled` are the placeholders that have a value there;
    /// any other would be sent as it is and never find anything.
    pub fn query(&mut self, query: &str, source: Option<&str>, filled: &[&str], path: &Path) {
        self.not_empty(query, path);
        let Some(language) = self.language(source) else {
            let found = format!("a query to {:?}", source.unwrap_or_default());
            return self.fault(
                FaultKind::WrongSource,
                path,
                &found,
                "none: a source of its kind takes no queries",
                "{}",
            );
        };
        if let Some(placeholder) = language.open_placeholder(query, filled) {
            let names: Vec<String> = filled.iter().map(|name| format!("${name}")).collect();
            let expected = match names.as_slice() {
                [] => format!("{} without placeholders: nothing is filled in here", language.name()),
                names => format!("{} in which only {} are filled in", language.name(), names.join(", ")),
            };
            let examples = language.examples();
            let example = if filled.is_empty() { examples.query } else { examples.windowed };
            let found = format!("{placeholder} in {query:?}");
            self.fault(FaultKind::BadValue, path, &found, &expected, example);
        }
    }

    /// A part of an example, or nothing where no kind takes queries.
    pub fn example(&self, source: Option<&str>, part: fn(&Examples) -> &'static str) -> &'static str {
        self.language(source).map_or("", |language| part(language.examples()))
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

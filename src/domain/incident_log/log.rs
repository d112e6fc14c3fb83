//! The log: a set of entries that only grows.

use super::entry::{Entry, MOST};
use super::event::Event;
use crate::domain::slug::slug;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use std::collections::{BTreeMap, BTreeSet};

/// The entries of one incident, in the order of their fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    id: String,
    entries: BTreeSet<Entry>,
    /// what a newer version wrote beside the entries: canonical JSON by name
    pub(super) extra: BTreeMap<String, String>,
}

/// What is to be entered.
#[derive(Clone, Debug)]
pub struct New {
    pub event: Event,
    /// `None`: now
    pub happened_at: Option<Millis>,
}

impl From<Event> for New {
    fn from(event: Event) -> Self {
        Self { event, happened_at: None }
    }
}

impl New {
    pub fn at(event: Event, happened_at: Millis) -> Self {
        Self { event, happened_at: Some(happened_at) }
    }
}

impl Log {
    pub fn new(id: &str) -> Self {
        Self { id: id.into(), entries: BTreeSet::new(), extra: BTreeMap::new() }
    }

    /// The incident's id: the name of its file, and part of its address.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes an entry as it is; whether it is new.
    pub fn insert(&mut self, entry: Entry) -> bool {
        self.entries.insert(entry)
    }

    /// Enters something at `now`. `entry_id` is a text that no other entry has.
    pub fn append(&mut self, entry_id: &str, author: &str, now: Millis, new: New) {
        let last = self.entries.iter().map(|e| e.n).max();
        let n = last.map_or(0, |n| n.min(MOST - 1) + 1);
        let happened_at = new.happened_at.unwrap_or(now);
        self.entries.insert(Entry::new(entry_id, n, author, now, happened_at, "console", new.event));
    }

    /// A log with the entries of these ids alone.
    pub fn only(&self, ids: &[String]) -> Self {
        let mut own = Self::new(&self.id);
        own.entries.extend(self.entries.iter().filter(|e| ids.contains(&e.id)).cloned());
        own
    }

    /// Takes everything that another log of the same incident has. Whether anything was new.
    ///
    /// This is a union of sets: in whatever order and however often logs are merged, the result is one.
    pub fn merge(&mut self, other: &Self) -> bool {
        let before = (self.entries.len(), self.extra.clone());
        for entry in &other.entries {
            // Most of it is there already, and a clone of a text costs more than a look.
            if !self.entries.contains(entry) {
                self.entries.insert(entry.clone());
            }
        }
        for (name, value) in &other.extra {
            let own = self.extra.entry(name.clone()).or_default();
            if *value > *own {
                own.clone_from(value);
            }
        }
        before != (self.entries.len(), self.extra.clone())
    }
}

/// The longest id, in letters.
const LONGEST: usize = 80;

/// An id for an incident of this title: `20261201-api-is-slow-9f3c21aa`. `random` tells it from others of the day.
pub fn id_for(title: &str, now: Millis, random: u32) -> String {
    let day: String = rfc3339(now).chars().take(10).filter(char::is_ascii_digit).collect();
    let mut words = slug(title);
    words.truncate(40);
    let words = words.trim_matches('-');
    let words = if words.is_empty() { "incident" } else { words };
    format!("{day}-{words}-{random:08x}")
}

/// Whether a text can be an incident's id: small letters, digits and hyphens, so that it is safe in a file's name and in an
/// address.
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits) && !text.starts_with('-')
}

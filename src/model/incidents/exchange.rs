//! Which incidents have to be exchanged with a repository: those whose file there is another one than it was, and those that grew
//! here. What is the same on both sides is not asked for.
//!
//! After an exchange a [`Mark`] is stored: the file's hash as the list had it, and how many entries it has. A log only grows, so
//! as many entries as then are the same entries.

use crate::domain::incident_log::is_id;
use crate::sources::repository::Listed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was the same here and there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// of the file, as lists have it
    pub hash: String,
    /// entries of the log
    pub n: usize,
}

/// What the keys of all marks of a repository begin with.
pub fn marks_key(repository: &str) -> String {
    format!("shared/{repository}/")
}

pub fn mark_key(repository: &str, id: &str) -> String {
    format!("{}{id}", marks_key(repository))
}

/// The marks by the ids of their incidents. One that cannot be read is none: its incident is exchanged again.
pub fn stored_marks(texts: &BTreeMap<String, String>, repository: &str) -> BTreeMap<String, Mark> {
    let prefix = marks_key(repository);
    let read = |(key, text): (&String, &String)| {
        Some((key.strip_prefix(&prefix)?.to_string(), serde_json::from_str(text).ok()?))
    };
    texts.iter().filter_map(read).collect()
}

/// The incidents of a folder by their ids, with the hashes of their files. Other files are none of ours.
pub fn files_of_incidents(listed: &[Listed]) -> BTreeMap<String, String> {
    let of = |file: &Listed| {
        let id = file.name.strip_suffix(".json").filter(|id| is_id(id))?;
        Some((id.to_string(), file.hash.clone()))
    };
    listed.iter().filter_map(of).collect()
}

/// The ids of what has to be exchanged, the newest day first. `here` is the number of entries of each incident that is kept
/// here.
///
/// A file that somebody removed from the repository is not written again before its incident grows.
pub fn to_exchange(
    there: &BTreeMap<String, String>,
    marks: &BTreeMap<String, Mark>,
    here: &BTreeMap<String, usize>,
) -> Vec<String> {
    let is_newer_there = |id: &&String| marks.get(*id).map(|m| &m.hash) != there.get(*id);
    let grew_here = |id: &&String| n_waiting(marks.get(*id), here.get(*id).copied().unwrap_or(0)) > 0;
    let mut ids: Vec<String> = there.keys().filter(is_newer_there).cloned().collect();
    // What was removed here only is taken in again.
    ids.extend(there.keys().filter(|id| !here.contains_key(*id) && !is_newer_there(id)).cloned());
    ids.extend(here.keys().filter(grew_here).cloned());
    crate::domain::order::Order::order_by_key(ids.as_mut_slice(), |id: &String| {
        std::cmp::Reverse(id.clone())
    });
    ids.dedup();
    ids
}

/// Entries that are here and not known to be in the repository.
pub fn n_waiting(mark: Option<&Mark>, n_here: usize) -> usize {
    n_here.saturating_sub(mark.map_or(0, |m| m.n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<T: Clone>(all: &[(&str, T)]) -> BTreeMap<String, T> {
        all.iter().map(|(id, value)| (id.to_string(), value.clone())).collect()
    }

    fn mark(hash: &str, n: usize) -> Mark {
        Mark { hash: hash.into(), n }
    }

    #[test]
    fn only_what_changed_on_one_side_is_exchanged() {
        let there = map(&[("same", "1".to_string()), ("newer", "2".into()), ("foreign", "3".into())]);
        let marks = map(&[
            ("same", mark("1", 5)),
            ("newer", mark("old", 5)),
            ("grew", mark("9", 5)),
            ("removed", mark("7", 5)),
        ]);
        let here = map(&[("same", 5), ("newer", 5), ("grew", 6), ("removed", 5), ("own", 2)]);
        assert_eq!(to_exchange(&there, &marks, &here), ["own", "newer", "grew", "foreign"]);
        // Removed there and grown here: nothing that somebody entered is lost.
        let here = map(&[("removed", 6)]);
        assert!(to_exchange(&there, &marks, &here).contains(&"removed".into()));
        // Known by its mark, and gone from this browser.
        assert!(to_exchange(&there, &marks, &BTreeMap::new()).contains(&"same".into()));
    }

    #[test]
    fn other_files_of_the_folder_are_left_alone() {
        let listed = |name: &str| Listed { name: name.into(), hash: "h".into() };
        let files = [listed("20261201-a-1.json"), listed("README.md"), listed("UPPER.json"), listed(".json")];
        assert_eq!(files_of_incidents(&files), map(&[("20261201-a-1", "h".to_string())]));
    }

    #[test]
    fn a_mark_that_cannot_be_read_is_none() {
        let texts = map(&[
            ("shared/r/a", r#"{"hash":"h","n":2}"#.to_string()),
            ("shared/r/b", "{".into()),
            ("shared/other/c", r#"{"hash":"h","n":2}"#.into()),
        ]);
        assert_eq!(stored_marks(&texts, "r"), map(&[("a", mark("h", 2))]));
        assert_eq!(
            (n_waiting(None, 3), n_waiting(Some(&mark("h", 2)), 3), n_waiting(Some(&mark("h", 9)), 3)),
            (3, 1, 0)
        );
    }
}

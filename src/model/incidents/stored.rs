//! Incidents in the browser's storage: a log as its file, and beside it what the list needs, so that 500 incidents are listed
//! without reading their logs.

use crate::domain::incident_log::file::{self, FileFault};
use crate::domain::incident_log::{Entry, Event, Facts, Incident, Log, New};
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows of another number were made by another fold, and are made anew.
const FOLD: u32 = 2;

const LOGS: &str = "log/";
/// what the keys of rows begin with
const ROWS: &str = "row/";

/// What the list needs of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredIncident {
    fold: u32,
    /// entries of the log; rows that were written before this was counted have none
    #[serde(default)]
    n: Option<usize>,
    pub facts: Facts,
}

pub fn log_key(id: &str) -> String {
    format!("{LOGS}{id}")
}

pub fn row_key(id: &str) -> String {
    format!("{ROWS}{id}")
}

/// What the keys of all rows begin with.
pub fn rows_key() -> &'static str {
    ROWS
}

/// How many entries each incident has; beside it the ids of those whose rows do not say.
pub fn stored_counts(texts: &BTreeMap<String, String>) -> (BTreeMap<String, usize>, Vec<String>) {
    let (mut counts, mut stale) = (BTreeMap::new(), Vec::new());
    for (key, text) in texts {
        let Some(id) = key.strip_prefix(ROWS) else { continue };
        match serde_json::from_str::<StoredIncident>(text).ok().and_then(|row| row.n) {
            Some(n) => drop(counts.insert(id.to_string(), n)),
            None => stale.push(id.to_string()),
        }
    }
    (counts, stale)
}

/// The row of a stored log anew, and how many entries it has.
pub fn renewed(id: &str, stored: Option<&str>) -> (Written, usize) {
    let log = stored.and_then(|text| file::read_as(text, id).ok());
    log.map_or((Vec::new(), 0), |log| (written(&log), log.len()))
}

/// The rows as they are stored, by their keys; beside them the ids whose rows have to be made anew from their logs.
pub fn stored_rows(texts: &BTreeMap<String, String>) -> (Vec<Facts>, Vec<String>) {
    let (mut rows, mut stale) = (Vec::new(), Vec::new());
    for (key, text) in texts {
        let Some(id) = key.strip_prefix(ROWS) else { continue };
        match serde_json::from_str::<StoredIncident>(text) {
            Ok(row) if row.fold == FOLD => rows.push(row.facts),
            _ => stale.push(id.to_string()),
        }
    }
    (rows, stale)
}

/// What a change writes: the log and its row, or nothing where nothing is new.
pub type Written = Vec<(String, Option<String>)>;

/// Enters something into the stored log, which may have grown in another tab since it was read here.
///
/// A stored text that cannot be read is left as it is, whatever is entered.
pub fn enter(
    id: &str,
    stored: Option<&str>,
    unsaved: &Log,
    author: &str,
    now: Millis,
    new: Vec<(String, New)>,
) -> Result<(Written, Log), FileFault> {
    let mut log = match stored {
        Some(text) => file::read_as(text, id)?,
        None => Log::new(id),
    };
    log.merge(unsaved);
    for (entry_id, new) in new {
        if !(new.event.is_observed() && is_known(&log, &new)) {
            log.append(&entry_id, author, now, new);
        }
    }
    Ok((written(&log), log))
}

/// What several tabs see happen is entered by the first of them.
fn is_known(log: &Log, new: &New) -> bool {
    let is_same = |known: &Event| match (known, &new.event) {
        (Event::Evidence(known), Event::Evidence(new)) if known.is_same_occasion(new) => true,
        (known, new) => known == new,
    };
    log.entries().filter_map(Entry::event).any(is_same)
}

/// Takes a log in that came from elsewhere: a file, or a repository. `None` where it has nothing new.
pub fn take_in(stored: Option<&str>, other: &Log) -> Result<(Option<Written>, Log), FileFault> {
    let mut log = match stored {
        Some(text) => file::read_as(text, other.id())?,
        None => Log::new(other.id()),
    };
    let is_new = log.merge(other) || stored.is_none();
    Ok((is_new.then(|| written(&log)), log))
}

fn written(log: &Log) -> Written {
    vec![(log_key(log.id()), Some(file::write(log))), made_anew(log).0]
}

/// The row of a log, as it is stored and as it is.
pub fn made_anew(log: &Log) -> ((String, Option<String>), Facts) {
    let row = StoredIncident { fold: FOLD, n: Some(log.len()), facts: Incident::of(log).facts };
    let text = serde_json::to_string(&row).unwrap_or_default();
    ((row_key(log.id()), Some(text)), row.facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::Evidence;

    fn note(text: &str) -> New {
        Event::Note { text: text.into() }.into()
    }

    /// The storage of two tabs, with transactions one after another.
    fn put(storage: &mut BTreeMap<String, String>, written: Written) {
        for (key, text) in written {
            storage.insert(key, text.unwrap());
        }
    }

    #[test]
    fn two_tabs_that_write_from_what_they_read_before_lose_nothing() {
        let mut storage = BTreeMap::new();
        let declared: New = Event::Declared { title: "T".into() }.into();
        let nothing = Log::new("x");
        let (written, _) = enter("x", None, &nothing, "Mia", 0, vec![("a".into(), declared)]).unwrap();
        put(&mut storage, written);
        for (tab, id) in [("Mia", "b"), ("Ben", "c"), ("Mia", "d")] {
            let stored = storage.get("log/x").cloned();
            let (written, _) =
                enter("x", stored.as_deref(), &nothing, tab, 1_000, vec![(id.into(), note(id))]).unwrap();
            put(&mut storage, written);
        }
        let log = file::read(&storage["log/x"]).unwrap();
        assert_eq!(log.entries().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        let (rows, stale) = stored_rows(&storage);
        assert_eq!((rows.len(), rows[0].title.as_str(), stale.len()), (1, "T", 0));
    }

    #[test]
    fn what_could_not_be_saved_goes_along_with_the_next() {
        let mut unsaved = Log::new("x");
        unsaved.append("lost", "Mia", 0, note("typed while the storage was full"));
        let (_, log) = enter("x", None, &unsaved, "Mia", 1_000, vec![("next".into(), note("n"))]).unwrap();
        assert_eq!(log.entries().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["lost", "next"]);
    }

    #[test]
    fn two_tabs_freeze_the_charts_of_a_declaration_once() {
        let chart = |title: &str, occasion: &str| -> New {
            let (signal, occasion) = ("traffic".to_string(), occasion.to_string());
            Event::Evidence(Evidence { title: title.into(), signal, occasion, ..Evidence::default() }).into()
        };
        let new = |title, occasion| vec![(title, chart(title, occasion))];
        let mut log = Log::new("x");
        for (title, occasion) in
            [("first", "declared"), ("second", "declared"), ("by hand", ""), ("again", "")]
        {
            let new = new(title, occasion).into_iter().map(|(id, new)| (id.to_string(), new)).collect();
            log = enter("x", None, &log, "Mia", 0, new).unwrap().1;
        }
        assert_eq!(log.entries().map(|e| e.id.as_str()).collect::<Vec<_>>(), ["first", "by hand", "again"]);
    }

    #[test]
    fn damaged_texts_are_left_and_old_rows_are_made_anew() {
        let nothing = Log::new("x");
        assert!(enter("x", Some("{"), &nothing, "Mia", 0, vec![("a".into(), note("n"))]).is_err());
        let mut texts = BTreeMap::new();
        texts.insert("row/x".to_string(), r#"{"fold":0,"facts":{}}"#.to_string());
        texts.insert("row/y".to_string(), "{".to_string());
        texts.insert("log/z".to_string(), "{".to_string());
        assert_eq!(stored_rows(&texts), (vec![], vec!["x".to_string(), "y".to_string()]));
    }

    #[test]
    fn entries_are_counted_beside_the_log() {
        let mut log = Log::new("x");
        log.append("a", "Mia", 0, note("n"));
        let mut storage = BTreeMap::new();
        put(&mut storage, take_in(None, &log).unwrap().0.unwrap());
        storage.insert("row/old".into(), r#"{"fold":1,"facts":{}}"#.into());
        let (counts, stale) = stored_counts(&storage);
        assert_eq!((counts.get("x"), stale), (Some(&1), vec!["old".to_string()]));
        assert_eq!(renewed("x", storage.get("log/x").map(String::as_str)).1, 1);
        assert_eq!(renewed("x", None), (vec![], 0));
    }

    #[test]
    fn a_file_that_brings_nothing_new_writes_nothing() {
        let mut log = Log::new("x");
        log.append("a", "Mia", 0, note("n"));
        let (first, merged) = take_in(None, &log).unwrap();
        assert!(first.is_some());
        let (again, _) = take_in(Some(&file::write(&merged)), &log).unwrap();
        assert_eq!(again, None);
    }
}

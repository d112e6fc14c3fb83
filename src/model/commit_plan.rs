//! What committing a file does about what is in the repository now: nobody's change is overwritten.

use crate::sources::repository::Stored;

/// The file that a message is added to, as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// without its folder
    pub name: String,
    pub text: String,
    /// its hash in the repository; `None` for one opened from this machine
    pub sha: Option<String>,
}

/// What was sent, in case its answer never came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub name: String,
    pub text: String,
    /// what had been typed then
    pub message: String,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// write it; with the hash of what it replaces, none for a new file
    Write {
        replaces: Option<String>,
    },
    /// an earlier attempt, of which nothing was heard, has written it
    IsThere(Stored),
    Conflict(Conflict),
}

/// The file is not what it was when somebody began to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub name: String,
    /// what is in the repository now; `None`: nothing any more
    pub theirs: Option<Stored>,
    /// what would have been written
    pub mine: String,
    /// whether it was meant as a new file
    pub is_new: bool,
}

/// Decides about writing `mine` under `name`. `loaded` is what it was made from, `current` what the repository has.
pub fn next_step(
    (name, mine): (&str, &str),
    message: &str,
    loaded: Option<&Loaded>,
    current: Option<Stored>,
    sent: Option<&Sent>,
) -> Step {
    let loaded = loaded.filter(|l| l.name == name);
    let arrived =
        |c: &Stored| sent.is_some_and(|s| s.name == name && s.text == c.text && s.message == message);
    let same =
        |c: &Stored| loaded.is_some_and(|l| l.sha.as_ref().map_or(l.text == c.text, |sha| *sha == c.sha));
    match current {
        Some(current) if arrived(&current) => Step::IsThere(current),
        Some(current) if same(&current) => Step::Write { replaces: Some(current.sha) },
        // Opened from this machine, it need not be there yet.
        None if loaded.is_none_or(|l| l.sha.is_none()) => Step::Write { replaces: None },
        theirs => Step::Conflict(Conflict {
            name: name.into(),
            theirs,
            mine: mine.into(),
            is_new: loaded.is_none(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Stored {
        Stored { sha: format!("sha of {text}"), text: text.into() }
    }

    fn loaded(text: &str) -> Loaded {
        Loaded { name: "a.md".into(), text: text.into(), sha: Some(stored(text).sha) }
    }

    fn step(loaded: Option<&Loaded>, current: Option<&str>, sent: Option<&Sent>) -> Step {
        next_step(("a.md", "mine"), "message", loaded, current.map(stored), sent)
    }

    fn writes(replaces: Option<&str>) -> Step {
        Step::Write { replaces: replaces.map(|text| stored(text).sha) }
    }

    fn conflict(theirs: Option<&str>, is_new: bool) -> Step {
        Step::Conflict(Conflict {
            name: "a.md".into(),
            theirs: theirs.map(stored),
            mine: "mine".into(),
            is_new,
        })
    }

    #[test]
    fn only_what_was_loaded_is_replaced() {
        let old = loaded("old");
        assert_eq!(step(Some(&old), Some("old"), None), writes(Some("old")));
        assert_eq!(step(Some(&old), Some("theirs"), None), conflict(Some("theirs"), false));
        assert_eq!(step(Some(&old), None, None), conflict(None, false));
        // The same text under another hash is another file: the hash decides.
        let odd = Loaded { sha: Some("else".into()), ..old.clone() };
        assert_eq!(step(Some(&odd), Some("old"), None), conflict(Some("old"), false));
    }

    #[test]
    fn a_new_file_does_not_replace_one_that_is_there_meanwhile() {
        assert_eq!(step(None, None, None), writes(None));
        assert_eq!(step(None, Some("theirs"), None), conflict(Some("theirs"), true));
        let other = Loaded { name: "b.md".into(), ..loaded("theirs") };
        assert_eq!(step(Some(&other), Some("theirs"), None), conflict(Some("theirs"), true));
    }

    #[test]
    fn a_file_opened_from_this_machine_is_known_by_its_text() {
        let own = Loaded { sha: None, ..loaded("old") };
        assert_eq!(step(Some(&own), Some("old"), None), writes(Some("old")));
        assert_eq!(step(Some(&own), None, None), writes(None));
        assert_eq!(step(Some(&own), Some("theirs"), None), conflict(Some("theirs"), false));
    }

    #[test]
    fn an_attempt_without_an_answer_is_not_repeated_when_it_arrived() {
        let sent = Sent { name: "a.md".into(), text: "sent".into(), message: "message".into() };
        assert_eq!(step(None, Some("sent"), Some(&sent)), Step::IsThere(stored("sent")));
        assert_eq!(step(Some(&loaded("old")), Some("sent"), Some(&sent)), Step::IsThere(stored("sent")));
        assert_eq!(step(None, None, Some(&sent)), writes(None));
        // What was typed since would be lost.
        let before = Sent { message: "other".into(), ..sent };
        assert_eq!(step(None, Some("sent"), Some(&before)), conflict(Some("sent"), true));
    }
}

//! What a person does to a connected system, in no system's own words, and what came of it.
//!
//! An action is complete in itself: it is stored, sent later and looked up after a reload, so it holds everything that
//! its request says, except keys. Its times are fixed when it is pushed: what is sent twice says the same twice.

use super::matcher::Matcher;
use super::time::Millis;
use serde::{Deserialize, Serialize};

/// One thing done to one system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    CommitFile(FileCommit),
    CreateSilence(SilenceText),
    ExtendSilence(SilenceChange),
    ExpireSilence(SilenceChange),
}

/// A file written to a repository as one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCommit {
    /// `owner/name`
    pub repository: String,
    /// `None`: the repository's own
    pub branch: Option<String>,
    pub path: String,
    pub text: String,
    /// the commit's message
    pub message: String,
    /// the hash of the version that is replaced, and of no other; `None` for a new file
    pub replaces: Option<String>,
}

/// What a silence says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceText {
    pub matchers: Vec<Matcher>,
    pub starts: Millis,
    pub ends: Millis,
    pub created_by: String,
    pub comment: String,
}

/// A silence that is there, as it is to be: extended, its `ends` is the new end; expired, what it says is what it says
/// now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceChange {
    pub id: String,
    pub text: SilenceText,
}

/// The kinds of actions, for what a system offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    CommitFile,
    CreateSilence,
    ExtendSilence,
    ExpireSilence,
}

impl Action {
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::CommitFile(_) => ActionKind::CommitFile,
            Self::CreateSilence(_) => ActionKind::CreateSilence,
            Self::ExtendSilence(_) => ActionKind::ExtendSilence,
            Self::ExpireSilence(_) => ActionKind::ExpireSilence,
        }
    }

    /// What is changed, within its system: actions on the same subject are performed in the order in which they were
    /// asked for. A branch is one subject, because each commit moves it. A silence that is not there yet has nothing to
    /// wait for but the same one.
    pub fn subject(&self) -> String {
        match self {
            Self::CommitFile(c) => format!("{}@{}", c.repository, c.branch.as_deref().unwrap_or_default()),
            Self::CreateSilence(s) => format!("new {}", matchers_text(&s.matchers)),
            Self::ExtendSilence(s) | Self::ExpireSilence(s) => s.id.clone(),
        }
    }

    /// One line for lists and logs: `Silence service="api"`.
    pub fn title(&self) -> String {
        match self {
            Self::CommitFile(c) => format!("Commit {} to {}", c.path, c.repository),
            Self::CreateSilence(s) => format!("Silence {}", matchers_text(&s.matchers)),
            Self::ExtendSilence(s) => format!("Extend the silence of {}", matchers_text(&s.text.matchers)),
            Self::ExpireSilence(s) => format!("Expire the silence of {}", matchers_text(&s.text.matchers)),
        }
    }
}

/// Matchers as one text: `alertname="Down", service=~"api|web"`.
pub fn matchers_text(matchers: &[Matcher]) -> String {
    matchers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The system's word that an action was performed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// what it calls the result: a silence's id, a file's hash; `None` where it gave none
    pub reference: Option<String>,
    /// what a person should know beside that
    pub note: Option<String>,
}

impl Receipt {
    pub fn of(reference: Option<String>) -> Self {
        Self { reference, note: None }
    }
}

/// What happens when the same action is sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// Twice is as once.
    Idempotent,
    /// The request carries what lets the system perform it only once (a deduplication key, the hash of what it
    /// replaces). It may refuse the second, which says nothing of the first.
    Keyed,
    /// Twice may be double. Before it is sent again, the system is asked what happened, or the person.
    AskFirst,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::matcher::Operator;

    #[test]
    fn an_action_is_stored_and_read_back() {
        let text = SilenceText {
            matchers: vec![Matcher::new("service", Operator::Regex, "api|web")],
            starts: 1,
            ends: 2,
            created_by: "ana".into(),
            comment: "deploy".into(),
        };
        let change = SilenceChange { id: "s1".into(), text: text.clone() };
        let commit = FileCommit {
            repository: "acme/status".into(),
            branch: None,
            path: "a.md".into(),
            text: "x".into(),
            message: "m".into(),
            replaces: Some("abc".into()),
        };
        for action in [
            Action::CommitFile(commit),
            Action::CreateSilence(text),
            Action::ExtendSilence(change.clone()),
            Action::ExpireSilence(change),
        ] {
            let stored = serde_json::to_string(&action).unwrap();
            assert_eq!(serde_json::from_str::<Action>(&stored).unwrap(), action, "{stored}");
        }
    }

    #[test]
    fn what_changes_the_same_thing_has_the_same_subject() {
        let text = SilenceText {
            matchers: vec![Matcher::new("a", Operator::Equal, "b")],
            starts: 1,
            ends: 2,
            created_by: String::new(),
            comment: String::new(),
        };
        let change = |id: &str| SilenceChange { id: id.into(), text: text.clone() };
        let extend = Action::ExtendSilence(change("x"));
        assert_eq!(extend.subject(), Action::ExpireSilence(change("x")).subject());
        assert_ne!(extend.subject(), Action::ExpireSilence(change("y")).subject());
        assert_eq!(Action::CreateSilence(text.clone()).title(), r#"Silence a="b""#);
    }
}

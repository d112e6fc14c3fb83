//! What the configuration knows of a kind of system: its name and what a source of that kind can answer. The
//! systems themselves are above this layer and hand their descriptions in.

use super::key::KeySpec;
use super::language::Language;
use crate::domain::signal::Signal;
use std::fmt;

/// What a part of the configuration, or of the console, asks a source for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// series and figures by queries
    Metrics,
    /// what fires
    Alerts,
    /// incidents and maintenances of a public page
    Notices,
    /// what people are paged for
    Paging,
    /// who is on call
    OnCall,
    /// deploys and other changes
    Changes,
    /// files of a repository
    Files,
    /// what a person does through it: silence, commit, acknowledge, post
    Actions,
}

impl Capability {
    pub const ALL: [Self; 8] = [
        Self::Metrics,
        Self::Alerts,
        Self::Notices,
        Self::Paging,
        Self::OnCall,
        Self::Changes,
        Self::Files,
        Self::Actions,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Alerts => "alerts",
            Self::Notices => "public incidents",
            Self::Paging => "pages",
            Self::OnCall => "on-call schedules",
            Self::Changes => "changes",
            Self::Files => "files of a repository",
            Self::Actions => "actions",
        }
    }
}

/// A kind of system, as it may stand in `sources.NAME.kind`.
#[derive(Debug)]
pub struct KindSpec {
    /// lower case, as it is written in the configuration
    pub name: &'static str,
    /// as its makers write it
    pub title: &'static str,
    /// one sentence: which systems speak this way
    pub about: &'static str,
    pub capabilities: &'static [Capability],
    /// Whether an address of it may stand in `sources`. One that is not is reached by a part of its own, as the
    /// repository of incident files is.
    pub is_source: bool,
    /// The language of the queries that people type for it; `None` where it takes none.
    pub language: Option<&'static dyn Language>,
    /// The signals that each source of the kind gives by itself, without a query or a preset.
    pub gives: &'static [Signal],
    /// The key that goes with its requests; `None` for a kind that takes none.
    pub key: Option<KeySpec>,
    /// What the owner of a source of this kind has to know before it is relied on, such as the date of its end.
    pub caution: Option<&'static str>,
}

/// A known kind. Two are the same if they have the same name.
#[derive(Clone, Copy)]
pub struct Kind(pub &'static KindSpec);

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        self.0.name
    }

    pub fn title(self) -> &'static str {
        self.0.title
    }

    pub fn can(self, what: Capability) -> bool {
        self.0.capabilities.contains(&what)
    }

    /// All that it can answer, in words: `metrics and alerts`
    pub fn gives(self) -> String {
        let answers = Capability::ALL.into_iter().filter(|c| *c != Capability::Actions && self.can(*c));
        answers.map(Capability::name).collect::<Vec<_>>().join(" and ")
    }
}

/// All kinds that may stand in `sources`.
#[derive(Clone, Copy, Debug)]
pub struct Kinds<'k>(pub &'k [Kind]);

impl<'k> Kinds<'k> {
    pub fn iter(self) -> impl Iterator<Item = Kind> + 'k {
        self.0.iter().copied().filter(|kind| kind.0.is_source)
    }

    /// The kinds of hosts of repositories, which stand in parts of their own.
    pub fn with_files(self) -> impl Iterator<Item = Kind> + 'k {
        self.0.iter().copied().filter(|kind| kind.can(Capability::Files))
    }

    pub fn named(self, name: &str) -> Option<Kind> {
        self.iter().find(|kind| kind.name() == name)
    }

    /// `a source of metrics (kind prometheus)`
    pub fn needed(self, what: Capability) -> String {
        let kinds: Vec<&str> = self.iter().filter(|k| k.can(what)).map(Kind::name).collect();
        format!("a source of {} (kind {})", what.name(), kinds.join(" or "))
    }

    /// An entry of `sources` that has a capability.
    pub fn example(self, what: Capability) -> String {
        let kind = self.iter().find(|k| k.can(what)).map_or("kind", Kind::name);
        format!(r#""sources": {{ "{kind}": {{ "kind": "{kind}", "url": "https://{kind}.example.com" }} }}"#)
    }
}

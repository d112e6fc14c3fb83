//! GitHub, for the repository of incident files.

pub use super::github_files::{Change, Stored, commit, file, is_conflict, read_commit, read_file};

use super::github_commits::Commits;
use super::system::System;
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "github",
    title: "GitHub",
    about: "GitHub's REST API, for the repository of incident files",
    capabilities: &[Capability::Actions],
    is_source: false,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "a token that may write the contents of the repository",
        place: KeyPlace::BEARER,
        by_proxy: false,
    }),
    caution: None,
};

pub static SYSTEM: System = System { actions: Some(&Commits), ..System::of(&KIND) };

//! GitHub, for repositories of incident files, shared incidents and the configuration.

use super::github_files::Contents;
use super::repository_host::OfHost;
use super::system::System;
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "github",
    title: "GitHub",
    about: "GitHub's REST API, for the repository of incident files",
    capabilities: &[Capability::Files, Capability::Actions],
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

static FILES: OfHost<Contents> = OfHost::NEW;

pub static SYSTEM: System = System { files: Some(&FILES), actions: Some(&FILES), ..System::of(&KIND) };

//! GitLab, for repositories of incident files, shared incidents and the configuration.

use super::gitlab_files::RepositoryFiles;
use super::repository_host::OfHost;
use super::system::System;
use crate::config::{Capability, KeyPlace, KeySpec, KindSpec};

/// What the configuration knows of it.
pub static KIND: KindSpec = KindSpec {
    name: "gitlab",
    title: "GitLab",
    about: "GitLab's REST API, for the repository of incident files",
    capabilities: &[Capability::Files, Capability::Actions],
    is_source: false,
    language: None,
    gives: &[],
    key: Some(KeySpec {
        about: "a project access token with the scope api and the role Developer",
        // Access tokens are taken as OAuth tokens are, too ("OAuth-compliant headers" of the REST API).
        place: KeyPlace::BEARER,
        by_proxy: false,
    }),
    caution: None,
};

static FILES: OfHost<RepositoryFiles> = OfHost::NEW;

pub static SYSTEM: System = System { files: Some(&FILES), actions: Some(&FILES), ..System::of(&KIND) };

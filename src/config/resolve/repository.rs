//! Git repositories in the configuration: incident files, shared incidents, and the configuration itself.

use super::super::fault::FaultKind;
use super::super::kind::Kind;
use super::super::raw_repository::{RawConfigurationFile, RawRepository};
use super::super::resolved::{ConfigurationFile, Repository};
use super::super::resolver::Resolver;
use super::super::shape::Path;
use super::is_http;

/// What is known of a host: its kind, the default address of its API, whether names have more than two parts, and whether a
/// commit has to name its branch.
const HOSTS: [(&str, &str, bool, bool); 2] =
    [("github", "https://api.github.com", false, false), ("gitlab", "https://gitlab.com", true, true)];

impl Resolver<'_> {
    pub(super) fn configuration_file(
        &mut self,
        raw: &RawConfigurationFile,
        path: &Path,
    ) -> Option<ConfigurationFile> {
        let file = raw.path.trim_matches('/');
        self.not_empty(file, &path.key("path"));
        self.inside(file, "the path of a file", "\"fourlights.json\"", &path.key("path"));
        let repository = RawRepository {
            name: raw.name.clone(),
            branch: raw.branch.clone(),
            folder: Some(String::new()),
            kind: raw.kind.clone(),
            api: raw.api.clone(),
        };
        Some(ConfigurationFile { repository: self.repository(&repository, path)?, path: file.into() })
    }

    /// `None` where its kind is not known, which is a fault.
    pub(super) fn repository(&mut self, raw: &RawRepository, path: &Path) -> Option<Repository> {
        let kinds: Vec<(&str, Kind)> = self.kinds.with_files().map(|k| (k.name(), k)).collect();
        let first = HOSTS.first().map_or("", |(name, ..)| name);
        let kind = raw.kind.as_deref().unwrap_or(first);
        let kind = self.word(kind, &kinds, "a host of repositories", &path.key("kind"))?;
        let (_, default, is_deep, needs_branch) =
            HOSTS.into_iter().find(|(name, ..)| *name == kind.name())?;
        let part =
            |p: &str| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let parts: Vec<&str> = raw.name.split('/').collect();
        let length_fits = if is_deep { parts.len() >= 2 } else { parts.len() == 2 };
        if !length_fits || !parts.into_iter().all(part) {
            let expected = if is_deep { "the path of a project" } else { "owner/name" };
            let found = format!("{:?}", raw.name);
            self.fault(FaultKind::BadValue, &path.key("name"), &found, expected, "\"acme/status\"");
        }
        let api = raw.api.as_deref().unwrap_or(default).trim_end_matches('/');
        if !is_http(api) {
            let found = format!("{api:?}");
            let example = format!("{default:?}");
            self.fault(FaultKind::BadValue, &path.key("api"), &found, "an http(s) address", &example);
        }
        let branch = raw.branch.clone().filter(|branch| !branch.trim().is_empty());
        if needs_branch && branch.is_none() {
            let expected = format!("the branch: {} takes no commit without one", kind.title());
            self.fault(FaultKind::MissingKey, &path.key("branch"), "no branch", &expected, "\"main\"");
        }
        let folder = raw.folder.as_deref().unwrap_or("incidents").trim_matches('/');
        self.inside(folder, "a folder's path", "\"incidents\"", &path.key("folder"));
        Some(Repository {
            kind,
            name: raw.name.clone(),
            branch,
            folder: folder.into(),
            api: api.into(),
            is_default_host: api == default && kind.name() == first,
        })
    }

    /// A path that leads to no other place.
    fn inside(&mut self, typed: &str, expected: &str, example: &str, path: &Path) {
        if typed.split('/').any(|p| p == ".." || p == ".") {
            self.fault(FaultKind::BadValue, path, &format!("{typed:?}"), expected, example);
        }
    }
}

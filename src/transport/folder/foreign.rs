//! What others have put into a published folder: a repository, a `CNAME`, a `.well-known`. It is carried over into the
//! new folder as it is, by hard links, so that the exchange of the two never loses any of it.

use super::error::{FolderError, MARK, failed};
use super::read::{names, read_text};
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// The names of our own files, one a line, itself among them.
pub const LIST: &str = "files.txt";

/// Which files of a published folder are ours.
pub struct Ours {
    /// without it, the folder was published before there was a list
    listed: Option<BTreeSet<String>>,
    languages: Vec<String>,
}

impl Ours {
    /// Reads the list of a folder.
    pub fn of(folder: &Path) -> Result<Self, FolderError> {
        let listed = read_text(folder, LIST)?.map(|t| t.lines().map(ToString::to_string).collect());
        let languages = if listed.is_none() && folder.is_dir() {
            let names = names(folder)?;
            names.into_iter().filter(|name| folder.join(name).join("live.json").is_file()).collect()
        } else {
            Vec::new()
        };
        Ok(Self { listed, languages })
    }

    fn has(&self, path: &str) -> bool {
        match &self.listed {
            Some(listed) => listed.contains(path),
            None => self.was_written_before(path),
        }
    }

    fn has_within(&self, folder: &str) -> bool {
        let within = format!("{folder}/");
        self.listed.as_ref().is_some_and(|all| {
            all.range(within.clone()..).next().is_some_and(|name| name.starts_with(&within))
        })
    }

    /// By its name, for folders without a list.
    fn was_written_before(&self, path: &str) -> bool {
        let path = match path.split_once('/') {
            Some((first, rest)) if self.languages.iter().any(|l| l == first) => rest,
            _ => path,
        };
        let in_root = [
            MARK,
            "404.html",
            "_headers",
            "embed.js",
            "feed.atom",
            "feed.json",
            "feed.rss",
            "history.json",
            "icon.svg",
            "index.html",
            "live.js",
            "live.json",
            "llms.txt",
            "maintenance.ics",
            "manifest.webmanifest",
            "revisions.json",
            "robots.txt",
            "sitemap.xml",
            "status.png",
            "sw.js",
            "uptime.csv",
        ];
        let folders = ["api", "badges", "components", "embed", "history", "incidents", "maintenance"];
        let endings = ["atom", "csv", "html", "ics", "json", "rss", "svg"];
        let ending = path.rsplit('.').next().unwrap_or_default();
        match path.split_once('/') {
            None => {
                in_root.contains(&path) || path.starts_with("status-") && ["js", "wasm"].contains(&ending)
            }
            Some((folder, _)) => folders.contains(&folder) && endings.contains(&ending),
        }
    }
}

/// Links everything that is not ours from one folder into another. What is there already and as new stays.
pub fn carry_over(from: &Path, to: &Path, ours: &Ours, new: &BTreeSet<&str>) -> Result<(), FolderError> {
    if from.is_dir() { Carrier { from, to, ours, new }.folder("") } else { Ok(()) }
}

struct Carrier<'c> {
    from: &'c Path,
    to: &'c Path,
    ours: &'c Ours,
    /// the files that are written now
    new: &'c BTreeSet<&'c str>,
}

impl Carrier<'_> {
    fn folder(&self, below: &str) -> Result<(), FolderError> {
        let folder = self.from.join(below);
        for name in names(&folder)? {
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let source = self.from.join(&path);
            let about = match fs::symlink_metadata(&source) {
                Ok(about) => about,
                Err(why) if why.kind() == io::ErrorKind::NotFound => continue,
                Err(why) => return Err(failed("read", &source, why)),
            };
            if about.is_dir() {
                if !self.is_ours_alone(&path) {
                    self.make(&path, &about)?;
                }
                self.folder(&path)?;
            } else if !self.ours.has(&path) {
                if self.new.contains(path.as_str()) {
                    return Err(FolderError::Taken { path: source.display().to_string() });
                }
                self.file(&path, &about)?;
            }
        }
        Ok(())
    }

    /// Whether a folder is there only because of our files: then it need not be made for others'.
    fn is_ours_alone(&self, path: &str) -> bool {
        match self.ours.listed {
            Some(_) => self.ours.has_within(path),
            None => self.ours.was_written_before(&format!("{path}/index.html")),
        }
    }

    fn make(&self, path: &str, about: &Metadata) -> Result<(), FolderError> {
        let target = self.to.join(path);
        if target.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&target).map_err(|why| failed("keep", &target, why))?;
        fs::set_permissions(&target, about.permissions()).map_err(|why| failed("keep", &target, why))
    }

    fn file(&self, path: &str, about: &Metadata) -> Result<(), FolderError> {
        let (source, target) = (self.from.join(path), self.to.join(path));
        if let Ok(there) = fs::symlink_metadata(&target) {
            let newer = about.modified().ok().zip(there.modified().ok()).is_some_and(|(old, new)| old > new);
            if !newer {
                return Ok(());
            }
            fs::remove_file(&target).map_err(|why| failed("keep", &target, why))?;
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|why| failed("keep", parent, why))?;
        }
        // Another file system below, or a file of somebody else's.
        let linked = fs::hard_link(&source, &target).or_else(|_| fs::copy(&source, &target).map(drop));
        linked.map_err(|why| failed("keep", &source, why))
    }
}

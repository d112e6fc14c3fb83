//! Writing a folder as a whole: it is there with all its files, or as it was.
//!
//! The new files are written beside it, flushed, and put in its place by one rename that exchanges the two.
//! Files whose content is unchanged are linked from the old folder, so that their dates stay and caches hold. What others
//! have put there is carried over.

mod error;
mod foreign;
mod read;

pub use error::{FolderError, MARK};
pub use read::{Text, Tree, names, read_bytes, read_text, read_tree};

use error::failed;
use foreign::{LIST, Ours, carry_over};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many files there are, and how many of them are new or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub files: usize,
    pub changed: usize,
}

/// Puts files in place of those that were published there. Files of others stay.
pub fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Written, FolderError> {
    let folder = resolved(folder)?;
    let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = |suffix: &str| folder.with_file_name(format!(".{name}.{suffix}"));
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(|why| failed("make", parent, why))?;
    }
    let lock_path = beside("lock");
    let lock = File::create(&lock_path).map_err(|why| failed("write", &lock_path, why))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            return Err(FolderError::Busy { path: folder.display().to_string() });
        }
        Err(fs::TryLockError::Error(why)) => return Err(failed("lock", &lock_path, why)),
    }
    recover(&folder, &beside("old"))?;
    refuse_foreign(&folder)?;
    let next = beside("next");
    remove(&next).map_err(|why| failed("remove", &next, why))?;
    let ours = Ours::of(&folder)?;
    let new: BTreeSet<&str> = files.keys().map(String::as_str).chain([LIST]).collect();
    let written = fill(&next, &folder, files, &new, &ours).and_then(|written| {
        exchange(&next, &folder, &beside("old"))?;
        // What others have written in the meantime.
        carry_over(&next, &folder, &ours, &new)?;
        Ok(written)
    });
    // What is left of a failure would only take room; after a success it is the old folder.
    let removed = remove(&next);
    let written = written?;
    removed.map_err(|why| failed("remove", &next, why))?;
    Ok(written)
}

/// A link to a folder stands for what it points to.
fn resolved(folder: &Path) -> Result<PathBuf, FolderError> {
    match folder.canonicalize() {
        Ok(path) => Ok(path),
        Err(_) => std::path::absolute(folder).map_err(|why| failed("find", folder, why)),
    }
}

/// Where folders cannot be exchanged, a crash may have come between the two renames.
fn recover(folder: &Path, old: &Path) -> Result<(), FolderError> {
    match (folder.exists(), old.exists()) {
        (false, true) => fs::rename(old, folder).map_err(|why| failed("restore", folder, why)),
        (true, true) => remove(old).map_err(|why| failed("remove", old, why)),
        _ => Ok(()),
    }
}

/// Never replaces a folder that holds something else, such as a home folder.
fn refuse_foreign(folder: &Path) -> Result<(), FolderError> {
    if !folder.exists() || folder.join(MARK).is_file() {
        return Ok(());
    }
    match names(folder)?.iter().all(|name| is_of_the_host(name)) {
        true => Ok(()),
        false => Err(FolderError::Foreign { path: folder.display().to_string() }),
    }
}

/// What is there before anything was published into a checkout for GitHub Pages, or a web server's folder.
fn is_of_the_host(name: &str) -> bool {
    matches!(
        name,
        ".git" | ".github" | ".gitignore" | ".gitattributes" | ".nojekyll" | ".well-known" | "CNAME"
    )
}

fn fill(
    next: &Path,
    old: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    new: &BTreeSet<&str>,
    ours: &Ours,
) -> Result<Written, FolderError> {
    fs::create_dir(next).map_err(|why| failed("make", next, why))?;
    if let Ok(about) = fs::metadata(old) {
        fs::set_permissions(next, about.permissions()).map_err(|why| failed("make", next, why))?;
    }
    let list: String = new.iter().map(|name| format!("{name}\n")).collect();
    let list = (LIST.to_string(), list.into_bytes());
    let mut changed = 0;
    for (name, content) in files.iter().chain([(&list.0, &list.1)]) {
        let path = next.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|why| failed("make", parent, why))?;
        }
        let before = old.join(name);
        if same(&before, content) && fs::hard_link(&before, &path).is_ok() {
            continue;
        }
        changed += 1;
        let mut file = File::create(&path).map_err(|why| failed("write", &path, why))?;
        file.write_all(content).map_err(|why| failed("write", &path, why))?;
    }
    carry_over(old, next, ours, new)?;
    let folder = File::open(next).map_err(|why| failed("flush", next, why))?;
    flush(&folder).map_err(|why| failed("flush", next, why))?;
    Ok(Written { files: new.len(), changed })
}

#[cfg(target_os = "linux")]
fn flush(folder: &File) -> io::Result<()> {
    // One call for the whole file system in place of one a file: a thousand components are ten thousand files.
    Ok(rustix::fs::syncfs(folder)?)
}

#[cfg(not(target_os = "linux"))]
fn flush(folder: &File) -> io::Result<()> {
    folder.sync_all()
}

fn same(path: &Path, content: &[u8]) -> bool {
    let is_long_as = fs::metadata(path).is_ok_and(|about| about.len() == content.len() as u64);
    is_long_as && fs::read(path).is_ok_and(|old| old == content)
}

/// Puts `next` in the place of `folder`; what was there is then at `next`.
fn exchange(next: &Path, folder: &Path, old: &Path) -> Result<(), FolderError> {
    let doing = "put in place";
    if !folder.exists() {
        return fs::rename(next, folder).map_err(|why| failed(doing, folder, why));
    }
    match renameat_with(CWD, next, CWD, folder, RenameFlags::EXCHANGE) {
        Ok(()) => return Ok(()),
        // Some file systems cannot. For a moment there is no folder then; `recover` ends what a crash began.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {}
        Err(why) => return Err(failed(doing, folder, why.into())),
    }
    fs::rename(folder, old).map_err(|why| failed(doing, folder, why))?;
    if let Err(why) = fs::rename(next, folder) {
        fs::rename(old, folder).map_err(|why| failed("restore", folder, why))?;
        return Err(failed(doing, folder, why));
    }
    fs::rename(old, next).map_err(|why| failed("move away", old, why))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

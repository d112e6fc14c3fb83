//! Reading what is in a folder.

use super::error::{FolderError, failed};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The text of a file of a folder, if there is one.
pub fn read_text(folder: &Path, name: &str) -> Result<Option<String>, FolderError> {
    let path = folder.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(failed("read", &path, why)),
    }
}

/// The content of a file of a folder.
pub fn read_bytes(folder: &Path, name: &str) -> Result<Vec<u8>, FolderError> {
    let path = folder.join(name);
    fs::read(&path).map_err(|why| failed("read", &path, why))
}

/// The names in a folder, in their order.
pub fn names(folder: &Path) -> Result<Vec<String>, FolderError> {
    let entries = fs::read_dir(folder).map_err(|why| failed("read", folder, why))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|why| failed("read", folder, why))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// A file's path from its folder, and its text or why there is none.
pub type Text = (String, Result<String, String>);

/// The files of a folder and of those in it, but for hidden ones, in the order of their names.
#[derive(Debug, Default)]
pub struct Tree {
    /// those that end as asked for, in any case
    pub texts: Vec<Text>,
    /// the paths of all others
    pub others: Vec<String>,
}

/// Folders within folders are read so deep.
const DEEPEST: usize = 16;

/// Reads a folder with its folders. Contents that are longer than `longest` bytes, or no text, are handed on as an error
/// in words.
pub fn read_tree(folder: &Path, endings: &[&str], longest: usize) -> Result<Tree, FolderError> {
    let mut tree = Tree::default();
    let mut folders = vec![(String::new(), 0)];
    let mut seen = BTreeSet::new();
    while let Some((below, depth)) = folders.pop() {
        // A link may lead back to a folder that is above it.
        if fs::canonicalize(folder.join(&below)).is_ok_and(|place| !seen.insert(place)) {
            continue;
        }
        for name in names(&folder.join(&below))?.into_iter().filter(|name| !name.starts_with('.')) {
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let whole = folder.join(&path);
            let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            if whole.is_dir() && depth < DEEPEST {
                folders.push((path, depth + 1));
            } else if ending.is_some_and(|e| endings.contains(&e.as_str())) {
                let text = read_limited(&whole, longest);
                tree.texts.push((path, text));
            } else {
                tree.others.push(path);
            }
        }
    }
    tree.texts.sort_by(|a, b| a.0.cmp(&b.0));
    tree.others.sort();
    Ok(tree)
}

fn read_limited(path: &Path, longest: usize) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| e.to_string())?;
    file.take(longest as u64 + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() > longest {
        return Err(format!("longer than {longest} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8 text".into())
}

//! Why a folder could not be written.

use std::io;
use std::path::Path;
use thiserror::Error;

/// Why a folder could not be written. Nothing was changed.
#[derive(Debug, Error)]
pub enum FolderError {
    #[error("cannot {doing} {path}: {why}. The folder is as it was. {}", remedy(why))]
    Io { doing: &'static str, path: String, why: io::Error },
    #[error(
        "{path} is not a folder that was published here: it has files but no {MARK}. Choose an empty or a new folder"
    )]
    Foreign { path: String },
    #[error(
        "{path} is not of this page, but a file of that name is to be written. The folder is as it was. Move it away"
    )]
    Taken { path: String },
    #[error("another publisher is writing {path}; this one leaves it to that one")]
    Busy { path: String },
}

/// A file that only a published folder has.
pub const MARK: &str = "uptime.json";

fn remedy(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "Make room on the disk"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Let this user write there, or choose another folder with --out"
        }
        _ => "Look at the folder and its disk",
    }
}

pub(super) fn failed(doing: &'static str, path: &Path, why: io::Error) -> FolderError {
    FolderError::Io { doing, path: path.display().to_string(), why }
}

//! Fetches the files of runbooks from beside the configuration.

use crate::console::state::Console;
use crate::domain::runbook::{MOST_BYTES, Runbook, read};
use crate::domain::time::{Millis, SECOND};
use crate::sources::Request;
use crate::transport::browser::{Cancel, send};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

const DEADLINE: Millis = 15 * SECOND;

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum File {
    Waiting,
    Read(Arc<Runbook>),
    /// as it was read before, and why it could not be read again
    Earlier(Arc<Runbook>, String),
    /// why there is none
    Failed(String),
}

impl File {
    pub fn book(&self) -> Option<&Arc<Runbook>> {
        match self {
            Self::Read(book) | Self::Earlier(book, _) => Some(book),
            Self::Waiting | Self::Failed(_) => None,
        }
    }
}

thread_local! {
    /// What was read since the console was opened: in an outage a host may be gone that was there a minute ago.
    static READ: RefCell<BTreeMap<String, Arc<Runbook>>> = const { RefCell::new(BTreeMap::new()) };
}

/// These files, in this order, as they come.
pub fn load(console: Console, paths: Vec<String>) -> RwSignal<Vec<(String, File)>> {
    let files = RwSignal::new(paths.iter().map(|path| (path.clone(), File::Waiting)).collect::<Vec<_>>());
    for (place, path) in paths.into_iter().enumerate() {
        spawn_local(async move {
            let file = match text(console, &path).await {
                Ok(text) => {
                    let book = Arc::new(read(&path, &text));
                    READ.with_borrow_mut(|all| all.insert(path, book.clone()));
                    File::Read(book)
                }
                Err(why) => match READ.with_borrow(|all| all.get(&path).cloned()) {
                    Some(book) => File::Earlier(book, why),
                    None => File::Failed(why),
                },
            };
            // The page may be gone by now.
            files.try_update(|all| {
                if let Some((_, known)) = all.get_mut(place) {
                    *known = file;
                }
            });
        });
    }
    files
}

/// The text of a file beside the configuration, or why there is none.
pub async fn text(console: Console, path: &str) -> Result<String, String> {
    let cancel = Cancel::new().ok_or("this browser cannot send requests")?;
    // Twice what is read, so that a file is known to be too long and not cut in silence.
    let request = Request::get(&format!("/{}", path.replace(' ', "%20"))).at_most(2 * MOST_BYTES);
    let response = send(&console.base(), &request, DEADLINE, &cancel).await.map_err(|e| e.to_string())?;
    if response.status != 200 {
        return Err(format!(
            "the host answered with status {}: is the file published beside the console?",
            response.status
        ));
    }
    let text = String::from_utf8(response.body).map_err(|_| "it is not text in UTF-8".to_string())?;
    let start = text.trim_start().get(..14).unwrap_or_default().to_ascii_lowercase();
    if start.starts_with("<!doctype") || start.starts_with("<html") {
        return Err("the host answered with a web page: it seems to send one for every unknown path".into());
    }
    Ok(text)
}

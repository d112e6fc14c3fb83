//! The demo's incidents: files that the demo answers with, put into a map of their own in memory and read and written by the same
//! code as the person's. What is entered into one stays as long as the page is open: the next time the demo begins anew, at
//! other times.

use super::console::Console;
use crate::domain::incident_log::file;
use crate::model::take_in;
use crate::sources::Request;
use crate::transport::storage::Storage;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What their ids begin with. Those of others begin with a day.
const PREFIX: &str = "demo-";

thread_local! {
    static STORAGE: RefCell<Option<Rc<Storage>>> = const { RefCell::new(None) };
}

/// Whether an incident is the demo's, and not somebody's own.
pub fn is_of_demo(console: Console, id: &str) -> bool {
    id.starts_with(PREFIX) && console.config().is_demo()
}

/// Where they are; `None` without a demo, or where its code did not come.
pub async fn demo_storage(console: Console) -> Option<Rc<Storage>> {
    if !console.config().is_demo() {
        return None;
    }
    if let Some(made) = STORAGE.with_borrow(Clone::clone) {
        return Some(made);
    }
    let answer = console.board.wire().ask_demo(Request::get("/incident-files")).await?;
    let files: Vec<String> = serde_json::from_slice(&answer.body).ok()?;
    let mut map = BTreeMap::new();
    for log in files.iter().filter_map(|text| file::read(text).ok()) {
        let written = take_in(None, &log).ok().and_then(|(written, _)| written).unwrap_or_default();
        map.extend(written.into_iter().filter_map(|(key, text)| Some((key, text?))));
    }
    let made = Rc::new(Storage::Memory(RefCell::new(map)));
    // Another page may have been faster, and something was entered since.
    Some(STORAGE.with_borrow_mut(|place| place.get_or_insert(made).clone()))
}

//! A small map of texts that all tabs of this console share and a reload survives, in the browser's IndexedDB.
//!
//! IndexedDB runs transactions that write to the same store one after another, over all tabs. So what is decided inside
//! of one holds. Where there is no IndexedDB (private windows of some browsers, blocked storage), the map is in memory.

use idb::{
    Database, DatabaseEvent, Error, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query, TransactionMode,
};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

const STORE: &str = "entries";

/// Changes by key; `None` removes.
pub type Changes = Vec<(String, Option<String>)>;

pub enum Storage {
    Lasting(Database),
    /// gone with the page, and no other tab sees it
    Memory(RefCell<BTreeMap<String, String>>),
}

/// A transaction that was not performed. Nothing of it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the browser's storage failed: {0}")]
pub struct StorageError(String);

impl From<Error> for StorageError {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl Storage {
    /// Opens the map of a name, or one in memory.
    pub async fn open(name: &str) -> Self {
        match database(name).await {
            Ok(database) => Self::Lasting(database),
            Err(_) => Self::Memory(RefCell::default()),
        }
    }

    /// Whether a reload survives.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Lasting(_))
    }

    /// The texts whose keys begin with `prefix`.
    pub async fn beginning(&self, prefix: &str) -> Result<BTreeMap<String, String>, StorageError> {
        match self {
            Self::Lasting(database) => Ok(beginning(database, prefix).await?),
            Self::Memory(map) => {
                let mut own = map.borrow().clone();
                own.retain(|key, _| key.starts_with(prefix));
                Ok(own)
            }
        }
    }

    /// Changes the map in one transaction, where one text decides: `decide` sees that of `key` alone. For maps too large to be
    /// read as a whole.
    pub async fn transact_on<T>(
        &self,
        key: &str,
        decide: impl FnOnce(Option<&str>) -> (Changes, T),
    ) -> Result<T, StorageError> {
        match self {
            Self::Lasting(database) => Ok(transact_on(database, key, decide).await?),
            Self::Memory(map) => {
                let (changes, done) = decide(map.borrow().get(key).map(String::as_str));
                perform_in_memory(map, changes);
                Ok(done)
            }
        }
    }

    /// Changes the map in one transaction. `decide` sees all of it.
    pub async fn transact<T>(
        &self,
        decide: impl FnOnce(&BTreeMap<String, String>) -> (Changes, T),
    ) -> Result<T, StorageError> {
        match self {
            Self::Lasting(database) => Ok(transact(database, decide).await?),
            Self::Memory(map) => {
                let (changes, done) = decide(&map.borrow());
                perform_in_memory(map, changes);
                Ok(done)
            }
        }
    }
}

fn perform_in_memory(map: &RefCell<BTreeMap<String, String>>, changes: Changes) {
    let mut map = map.borrow_mut();
    for (key, text) in changes {
        match text {
            Some(text) => map.insert(key, text),
            None => map.remove(&key),
        };
    }
}

async fn database(name: &str) -> Result<Database, Error> {
    let mut request = Factory::new()?.open(name, Some(1))?;
    request.on_upgrade_needed(|event| {
        // A store that could not be made is missed by the first transaction, which says so.
        if let Ok(database) = event.database() {
            database.create_object_store(STORE, ObjectStoreParams::new()).ok();
        }
    });
    let database = request.await?;
    // Some browsers open it and refuse to use it.
    read(&database.transaction(&[STORE], TransactionMode::ReadOnly)?.object_store(STORE)?, None).await?;
    Ok(database)
}

async fn transact<T>(
    database: &Database,
    decide: impl FnOnce(&BTreeMap<String, String>) -> (Changes, T),
) -> Result<T, Error> {
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    let (changes, done) = decide(&read(&store, None).await?);
    perform(&store, changes).await?;
    match transaction.commit()?.await?.is_committed() {
        true => Ok(done),
        false => Err(Error::DomExceptionNotFound),
    }
}

async fn transact_on<T>(
    database: &Database,
    key: &str,
    decide: impl FnOnce(Option<&str>) -> (Changes, T),
) -> Result<T, Error> {
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    let found = store.get(JsValue::from_str(key))?.await?;
    // What is no text reads as an empty one, as below.
    let text = found.map(|value| value.as_string().unwrap_or_default());
    let (changes, done) = decide(text.as_deref());
    perform(&store, changes).await?;
    match transaction.commit()?.await?.is_committed() {
        true => Ok(done),
        false => Err(Error::DomExceptionNotFound),
    }
}

async fn beginning(database: &Database, prefix: &str) -> Result<BTreeMap<String, String>, Error> {
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let last = format!("{prefix}\u{ffff}");
    let range = KeyRange::bound(&JsValue::from_str(prefix), &JsValue::from_str(&last), None, None)?;
    read(&transaction.object_store(STORE)?, Some(range)).await
}

async fn perform(store: &ObjectStore, changes: Changes) -> Result<(), Error> {
    for (key, text) in changes {
        let key = JsValue::from_str(&key);
        match text {
            Some(text) => {
                store.put(&JsValue::from_str(&text), Some(&key))?.await?;
            }
            None => store.delete(key)?.await?,
        }
    }
    Ok(())
}

/// Everything in it, or in a range of its keys. What is no text reads as an empty one, which whoever asked will call damaged.
async fn read(store: &ObjectStore, range: Option<KeyRange>) -> Result<BTreeMap<String, String>, Error> {
    let query = || range.clone().map(Query::KeyRange);
    let (keys, values) = (store.get_all_keys(query(), None)?.await?, store.get_all(query(), None)?.await?);
    let text = |value: &JsValue| value.as_string().unwrap_or_default();
    let mut all = BTreeMap::new();
    for (key, value) in keys.iter().zip(&values) {
        all.insert(text(key), text(value));
    }
    Ok(all)
}

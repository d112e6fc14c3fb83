//! A small map of texts that all tabs of this console share and a reload survives, in the browser's IndexedDB.
//!
//! IndexedDB runs transactions that write to the same store one after another, over all tabs. So what is decided inside
//! of one holds. Where there is no IndexedDB (private windows of some browsers, blocked storage), the map is in memory.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStore, ObjectStoreParams, TransactionMode};
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

    /// Changes the map in one transaction. `decide` sees all of it.
    pub async fn transact<T>(
        &self,
        decide: impl FnOnce(&BTreeMap<String, String>) -> (Changes, T),
    ) -> Result<T, StorageError> {
        match self {
            Self::Lasting(database) => Ok(transact(database, decide).await?),
            Self::Memory(map) => {
                let (changes, done) = decide(&map.borrow());
                let mut map = map.borrow_mut();
                for (key, text) in changes {
                    match text {
                        Some(text) => map.insert(key, text),
                        None => map.remove(&key),
                    };
                }
                Ok(done)
            }
        }
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
    read(&database.transaction(&[STORE], TransactionMode::ReadOnly)?.object_store(STORE)?).await?;
    Ok(database)
}

async fn transact<T>(
    database: &Database,
    decide: impl FnOnce(&BTreeMap<String, String>) -> (Changes, T),
) -> Result<T, Error> {
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    let (changes, done) = decide(&read(&store).await?);
    for (key, text) in changes {
        let key = JsValue::from_str(&key);
        match text {
            Some(text) => {
                store.put(&JsValue::from_str(&text), Some(&key))?.await?;
            }
            None => store.delete(key)?.await?,
        }
    }
    match transaction.commit()?.await?.is_committed() {
        true => Ok(done),
        false => Err(Error::DomExceptionNotFound),
    }
}

/// Everything in it. What is no text reads as an empty one, which whoever asked will call damaged.
async fn read(store: &ObjectStore) -> Result<BTreeMap<String, String>, Error> {
    let (keys, values) = (store.get_all_keys(None, None)?.await?, store.get_all(None, None)?.await?);
    let text = |value: &JsValue| value.as_string().unwrap_or_default();
    let mut all = BTreeMap::new();
    for (key, value) in keys.iter().zip(&values) {
        all.insert(text(key), text(value));
    }
    Ok(all)
}

//! Keys that their owners asked this browser to remember: encrypted with AES-GCM under a key of WebCrypto that cannot be
//! exported, which lies as such in IndexedDB. So a copy of the storage's files holds neither in the clear, and no script can
//! read the encrypting key, only use it on this page.
//!
//! Each key is bound to what it is for (`about`, as additional data): under another it does not decrypt.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = generateKey, catch)]
    fn generate_key(algorithm: &JsValue, is_extractable: bool, uses: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn encrypt(algorithm: &JsValue, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    fn decrypt(algorithm: &JsValue, key: &JsValue, data: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill_randomly(bytes: &Uint8Array) -> Result<JsValue, JsValue>;
}

const STORE: &str = "keys";
/// The place of the encrypting key. Names of sources have no colon.
const OWN: &str = ":own";
/// Bytes of the initialization vector, which stands before what is encrypted.
const IV: u32 = 12;

/// Why a key is not remembered, or not recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("this browser keeps nothing for this page")]
    NoStorage,
    #[error("this page may not encrypt: it was not served by HTTPS")]
    NoCrypto,
    /// It was encrypted for something else, or under another key.
    #[error("what is stored cannot be decrypted for this address")]
    NotForThis,
}

impl From<Error> for VaultError {
    fn from(_: Error) -> Self {
        Self::NoStorage
    }
}

pub struct Vault(Database);

impl Vault {
    /// Opens the vault of a name.
    pub async fn open(name: &str) -> Result<Self, VaultError> {
        let mut request = Factory::new()?.open(name, Some(1))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                database.create_object_store(STORE, ObjectStoreParams::new()).ok();
            }
        });
        Ok(Self(request.await?))
    }

    /// Encrypts a text and stores it under `name`.
    pub async fn remember(&self, name: &str, about: &str, text: &str) -> Result<(), VaultError> {
        let own = self.own_key().await?;
        let iv = Uint8Array::new_with_length(IV);
        fill_randomly(&iv).map_err(|_| VaultError::NoCrypto)?;
        let data = Uint8Array::from(text.as_bytes());
        let promise =
            encrypt(&algorithm(Some((&iv, about))), &own, &data).map_err(|_| VaultError::NoCrypto)?;
        let sealed = JsFuture::from(promise).await.map_err(|_| VaultError::NoCrypto)?;
        let sealed = Uint8Array::new(&sealed);
        let stored = Uint8Array::new_with_length(IV + sealed.length());
        stored.set(&iv, 0);
        stored.set(&sealed, IV);
        self.put(name, &stored).await
    }

    /// The text under `name`, if it was stored for `about`.
    pub async fn recall(&self, name: &str, about: &str) -> Result<Option<String>, VaultError> {
        let (Some(own), Some(stored)) = (self.get(OWN).await?, self.get(name).await?) else {
            return Ok(None);
        };
        let stored: Uint8Array = stored.dyn_into().map_err(|_| VaultError::NotForThis)?;
        let (iv, sealed) = (stored.subarray(0, IV), stored.subarray(IV, stored.length()));
        let promise =
            decrypt(&algorithm(Some((&iv, about))), &own, &sealed).map_err(|_| VaultError::NoCrypto)?;
        let text = JsFuture::from(promise).await.map_err(|_| VaultError::NotForThis)?;
        String::from_utf8(Uint8Array::new(&text).to_vec()).map(Some).map_err(|_| VaultError::NotForThis)
    }

    /// The names under which something is stored.
    pub async fn names(&self) -> Result<Vec<String>, VaultError> {
        let transaction = self.0.transaction(&[STORE], TransactionMode::ReadOnly)?;
        let keys = transaction.object_store(STORE)?.get_all_keys(None, None)?.await?;
        Ok(keys.iter().filter_map(JsValue::as_string).filter(|name| name != OWN).collect())
    }

    /// Forgets what is under `name`, and with the last of them the encrypting key. Whether any are left.
    pub async fn forget(&self, name: &str) -> Result<bool, VaultError> {
        self.delete(name).await?;
        let is_any_left = !self.names().await?.is_empty();
        if !is_any_left {
            self.delete(OWN).await?;
        }
        Ok(is_any_left)
    }

    /// The encrypting key; made when there is none. Of two tabs that make one, the first one's is used.
    async fn own_key(&self) -> Result<JsValue, VaultError> {
        if let Some(known) = self.get(OWN).await? {
            return Ok(known);
        }
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let promise = generate_key(&algorithm(None), false, &uses).map_err(|_| VaultError::NoCrypto)?;
        let made = JsFuture::from(promise).await.map_err(|_| VaultError::NoCrypto)?;
        let transaction = self.0.transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        let place = JsValue::from_str(OWN);
        let known = store.get(place.clone())?.await?;
        if known.is_none() {
            store.put(&made, Some(&place))?.await?;
        }
        transaction.commit()?.await?;
        Ok(known.unwrap_or(made))
    }

    async fn get(&self, name: &str) -> Result<Option<JsValue>, VaultError> {
        let transaction = self.0.transaction(&[STORE], TransactionMode::ReadOnly)?;
        Ok(transaction.object_store(STORE)?.get(JsValue::from_str(name))?.await?)
    }

    async fn put(&self, name: &str, value: &JsValue) -> Result<(), VaultError> {
        let transaction = self.0.transaction(&[STORE], TransactionMode::ReadWrite)?;
        transaction.object_store(STORE)?.put(value, Some(&JsValue::from_str(name)))?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    async fn delete(&self, name: &str) -> Result<(), VaultError> {
        let transaction = self.0.transaction(&[STORE], TransactionMode::ReadWrite)?;
        transaction.object_store(STORE)?.delete(JsValue::from_str(name))?.await?;
        transaction.commit()?.await?;
        Ok(())
    }
}

/// The description of the algorithm, for a new key or for one text.
fn algorithm(one: Option<(&Uint8Array, &str)>) -> JsValue {
    let made = Object::new();
    let put = |name: &str, value: &JsValue| Reflect::set(&made, &name.into(), value).unwrap_or_default();
    put("name", &"AES-GCM".into());
    match one {
        None => put("length", &256.into()),
        Some((iv, about)) => {
            put("iv", iv);
            put("additionalData", &Uint8Array::from(about.as_bytes()))
        }
    };
    made.into()
}

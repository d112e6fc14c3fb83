//! The outbox's storage: one map for all who open it, changed in one transaction after another.

use super::until;
use fourlights::transport::storage::Storage;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn what_is_decided_in_a_transaction_holds_over_all_tabs() {
    let name = format!("fourlights.test{}", js_sys::Math::random());
    let seen = |all: &BTreeMap<String, String>| (Vec::new(), all.get("n").cloned());
    let n_done = Rc::new(Cell::new(0));
    // Side by side: each begins before the other has ended.
    for _ in 0..2 {
        let (name, n_done) = (name.clone(), n_done.clone());
        spawn_local(async move {
            let storage = Storage::open(&name).await;
            assert!(storage.is_lasting());
            for _ in 0..20 {
                let add = |all: &BTreeMap<String, String>| {
                    let n: u32 = all.get("n").and_then(|n| n.parse().ok()).unwrap_or(0);
                    (vec![("n".into(), Some((n + 1).to_string()))], ())
                };
                storage.transact(add).await.unwrap();
            }
            n_done.set(n_done.get() + 1);
        });
    }
    until("both", || n_done.get() == 2).await;
    let storage = Storage::open(&name).await;
    assert_eq!(storage.transact(seen).await.unwrap().as_deref(), Some("40"));
    storage.transact(|_| (vec![("n".into(), None)], ())).await.unwrap();
    assert_eq!(storage.transact(seen).await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn one_text_is_changed_and_a_beginning_is_read_without_the_rest() {
    let name = format!("fourlights.test{}", js_sys::Math::random());
    let storage = Storage::open(&name).await;
    let put = |key: &'static str, text: &'static str| vec![(key.to_string(), Some(text.to_string()))];
    for (key, text) in [("log/a", "1"), ("row/a", "2"), ("row/b", "3"), ("rows", "4")] {
        storage.transact_on(key, |before| (put(key, text), assert!(before.is_none()))).await.unwrap();
    }
    let rows = storage.beginning("row/").await.unwrap();
    assert_eq!(
        rows.into_iter().collect::<Vec<_>>(),
        [("row/a", "2"), ("row/b", "3")].map(|(k, v)| (k.into(), v.into()))
    );
    let (n_done, n) = (Rc::new(Cell::new(0)), 8);
    // Two tabs that count in one text: none of the steps is lost.
    for _ in 0..2 {
        let (name, n_done) = (name.clone(), n_done.clone());
        spawn_local(async move {
            let storage = Storage::open(&name).await;
            for _ in 0..n {
                let add = |text: Option<&str>| {
                    let n: u32 = text.and_then(|n| n.parse().ok()).unwrap_or(0);
                    (vec![("log/a".into(), Some((n + 1).to_string()))], ())
                };
                storage.transact_on("log/a", add).await.unwrap();
            }
            n_done.set(n_done.get() + 1);
        });
    }
    until("both", || n_done.get() == 2).await;
    let last = storage.transact_on("log/a", |text| (Vec::new(), text.map(String::from))).await.unwrap();
    assert_eq!(last.as_deref(), Some("17"));
}

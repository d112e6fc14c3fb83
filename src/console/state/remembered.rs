//! Keys that this browser was asked to remember: see `transport::key_vault`. Each belongs to the address that its source had
//! when it was typed in: where the configuration has another one, the key is not sent there but typed in again.

use super::console::Console;
use crate::browser;
use crate::config::Source;
use crate::domain::secret::Secret;
use crate::transport::key_vault::{Vault, VaultError};
use std::collections::BTreeSet;

/// The name of the vault, and of the mark in the browser's storage that says that there is one.
fn name(console: Console) -> String {
    format!("fourlights.keys{}", console.base())
}

fn about(source: &Source) -> String {
    format!("{} {} {}", source.name, source.kind.name(), source.url)
}

/// Whether this browser may have something to recall.
pub fn may_recall(console: Console) -> bool {
    browser::stored(&name(console)).is_some()
}

/// Encrypts a key and stores it.
pub async fn remember(console: Console, source: &Source, key: &str) -> Result<(), VaultError> {
    Vault::open(&name(console)).await?.remember(&source.name, &about(source), key.trim()).await?;
    browser::store(&name(console), "1");
    Ok(())
}

/// Forgets the key of a source.
pub async fn forget(console: Console, source: &str) -> Result<(), VaultError> {
    if !Vault::open(&name(console)).await?.forget(source).await? {
        browser::forget(&name(console));
    }
    Ok(())
}

/// The sources whose keys are remembered.
pub async fn names(console: Console) -> BTreeSet<String> {
    match Vault::open(&name(console)).await {
        Ok(vault) => vault.names().await.unwrap_or_default().into_iter().collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// Takes the remembered keys into memory, and has everything asked again.
pub async fn recall(console: Console) {
    let Ok(vault) = Vault::open(&name(console)).await else { return };
    let mut is_any = false;
    for source in &console.config().sources {
        // One that is for another address stays where it is, unread.
        if let Ok(Some(key)) = vault.recall(&source.name, &about(source)).await {
            console.board.keys().set(&source.name, Secret::new(&key));
            is_any = true;
        }
    }
    if is_any {
        console.board.refresh_all();
    }
}

//! The only code that does I/O. Knows nothing of what travels through it.

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(not(target_arch = "wasm32"))]
pub mod folder;
#[cfg(target_arch = "wasm32")]
pub mod key_vault;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
pub mod own_page;
#[cfg(target_arch = "wasm32")]
pub mod storage;

/// The largest body that is read, in megabytes of 1,000,000 bytes.
pub const MAX_BODY_MB: usize = 64;
const MAX_BODY: usize = MAX_BODY_MB * 1_000_000;

/// The most bytes that the answer to a request may have.
fn limit(request: &crate::sources::Request) -> usize {
    request.most.map_or(MAX_BODY, |most| most.min(MAX_BODY))
}

fn too_large(limit: usize) -> crate::sources::SourceError {
    crate::sources::SourceError::TooLarge { limit_mb: limit.div_ceil(1_000_000) }
}

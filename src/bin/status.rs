//! The public page's live part, for pages written by `fourlights publish`.

#[cfg(target_arch = "wasm32")]
fn main() {
    fourlights::live::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

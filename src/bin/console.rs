//! The ops console.

#[cfg(target_arch = "wasm32")]
fn main() {
    fourlights::console::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

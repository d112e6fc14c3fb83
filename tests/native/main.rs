//! Native integration tests: configuration, demo, layers, properties.
#![cfg(not(target_arch = "wasm32"))]

mod config;
mod demo;

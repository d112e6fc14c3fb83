//! Native integration tests: configuration, demo, layers, properties, command line.
#![cfg(not(target_arch = "wasm32"))]

mod command_line;
mod config;
mod demo;
mod layers;
mod properties;

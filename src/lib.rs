//! Fourlights: a static web console over the monitoring systems a team already runs.
//!
//! Layers, each of which knows only those to its left:
//!
//! ```text
//! domain <- config <- sources <- poll <- model <- console
//!    ^--- chart -------------------------^
//!    ^--- status_page
//! transport does all I/O and knows nothing of domain
//! ```
//!
//! `tests/native/layers.rs` reads the `use` lines and fails on an arrow that points back.

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod chart;
pub mod config;
pub mod console;
pub mod demo;
pub mod domain;
#[cfg(not(target_arch = "wasm32"))]
pub mod import;
#[cfg(target_arch = "wasm32")]
pub mod live;
pub mod model;
pub mod poll;
#[cfg(not(target_arch = "wasm32"))]
pub mod publish;
pub mod sources;
#[cfg(not(target_arch = "wasm32"))]
pub mod status_page;
pub mod transport;
#[cfg(target_arch = "wasm32")]
pub mod ui;

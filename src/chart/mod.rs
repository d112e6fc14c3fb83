//! Charts: what to show ([`model`]), where it goes ([`layout`], [`scale`], [`ticks`]), and how it is
//! drawn ([`paint`], with plotters on any backend). Only [`canvas`] touches the browser.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
pub mod decimate;
pub mod layout;
pub mod model;
pub mod paint;
pub mod scale;
pub mod ticks;

//! Charts: what to show ([`model`], [`summary`]), where it goes ([`layout`], [`scale`], [`ticks`]),
//! how much of it can be seen ([`decimate`], [`spans`], [`change`]), how it is read and taken away
//! ([`cursor`], [`gesture`], [`table`]), and how it is drawn ([`paint`], with plotters on any surface).
//! Only [`canvas`] and [`painter`] touch the browser.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
pub mod change;
pub mod cursor;
pub mod decimate;
pub mod gesture;
pub mod layout;
pub mod model;
pub mod paint;
#[cfg(target_arch = "wasm32")]
pub mod painter;
pub mod scale;
pub mod spans;
pub mod summary;
pub mod table;
pub mod ticks;

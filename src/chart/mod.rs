//! Charts: what to show ([`model`], [`summary`]), where it goes ([`layout`], [`scale`], [`ticks`]),
//! how much of it can be seen ([`decimate`], [`spans`], [`change`]), how it is read and taken away
//! ([`cursor`], [`gesture`], [`table`]), and how it is drawn ([`paint`], with plotters on any surface).
//! Only [`canvas`] and [`painter`] touch the browser.
//!
//! Functions with loops over samples are marked `#[inline(never)]`: browsers compile WebAssembly function
//! by function, and again once a loop has run for a while. With all of a drawing in one function that
//! second compilation took a core for 30 ms at the first chart, just when it was wanted most.

#[cfg(target_arch = "wasm32")]
pub mod canvas;
pub mod change;
pub mod cursor;
pub mod decimate;
pub mod event_list;
pub mod gesture;
pub mod layout;
pub mod model;
pub mod paint;
#[cfg(target_arch = "wasm32")]
pub mod painter;
pub mod path_text;
pub mod scale;
pub mod spans;
pub mod summary;
pub mod table;
pub mod ticks;

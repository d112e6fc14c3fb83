//! Forecasts of regular series: a method is chosen for each series by how well it would have done on
//! that series' own past.

pub mod auto;
pub mod linear;
pub mod method;
pub mod score;
pub mod seasonal;
pub mod smoothing;

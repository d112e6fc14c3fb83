//! End-to-end tests: the built bundle in headless Chromium, against real servers and against faults.
//! Asked for with `--features e2e`; `make e2e` sets up and builds what they need.
#![cfg(not(target_arch = "wasm32"))]

mod demo_pages;
mod faults;
mod hosting;
mod keyboard;
mod real_stack;
mod support;
mod victoria_metrics;

//! End-to-end tests: the built bundle in headless Chromium, against real servers and against faults.
//! Asked for with `--features e2e`; `make e2e` sets up and builds what they need.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::let_underscore_must_use,
    reason = "a test fails by panicking"
)]

mod acknowledge;
mod actual_stack;
mod capacity;
mod chunks;
mod contrast;
mod demo_pages;
mod doubts;
mod engines;
mod faults;
mod first_load;
mod hosting;
mod incidents;
mod key_proxies;
mod keyboard;
mod many_alerts;
mod objectives;
mod on_call;
mod pagers;
mod promtool;
mod public_page;
mod public_update;
mod reviews;
mod shared_incidents;
mod silences;
mod support;
mod take_over;
mod urgent;
mod victoria_metrics;

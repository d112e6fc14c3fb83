//! Native integration tests: configuration, demo, layers, properties, command line.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::let_underscore_must_use,
    reason = "a test fails by panicking"
)]

mod command_line;
mod config;
mod config_on_call;
mod conformance;
mod current_json;
mod cut_connections;
mod decode;
mod demo;
mod demo_incidents;
mod forecast;
mod incident_log;
mod incident_sharing;
mod layers;
mod lives;
mod nulls;
mod on_call;
mod outbox;
mod properties;
mod publish;
mod publish_incidents;
mod repository;
mod rules;
mod runbooks;
mod windows;

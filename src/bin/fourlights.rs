//! The native tool: checks a configuration, asks its sources, writes rules, schema and demo files, forecasts.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    pub mod arguments;
    pub mod ask;
    pub mod backtest;
    pub mod check;
    pub mod check_capacity;
    pub mod check_objectives;
    pub mod check_on_call;
    pub mod check_pager;
    pub mod check_runbooks;
    pub mod clocks;
    pub mod command;
    pub mod configuration;
    pub mod decode;
    pub mod forecast;
    pub mod import;
    pub mod import_page;
    pub mod incidents;
    pub mod keys;
    pub mod policy;
    pub mod publish;
    pub mod rules;
    pub mod series_file;
    pub mod terminal;
    pub mod zones;
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::command::run(&std::env::args().skip(1).collect::<Vec<_>>())
}

#[cfg(target_arch = "wasm32")]
fn main() {}

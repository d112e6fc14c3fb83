//! `fourlights rules`: the configured objectives and alert rules as a Prometheus rules file.

use super::configuration;
use super::terminal::{complain, say};
use fourlights::config::{Capability, Source};
use fourlights::model::{Part, rule_file};
use std::path::Path;
use std::process::ExitCode;

pub fn run(file: &Path, source: Option<&str>, part: Part) -> ExitCode {
    let config = match configuration::load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let able = |s: &&Source| s.kind.can(Capability::Metrics);
    if let Some(name) = source.filter(|name| config.source(name).filter(able).is_none()) {
        let known: Vec<&str> = config.sources.iter().filter(able).map(|s| s.name.as_str()).collect();
        complain(&format!("no source of metrics is called {name:?}; the file has {}\n", known.join(", ")));
        return ExitCode::FAILURE;
    }
    let Some(text) = rule_file(&config, source, part) else {
        complain(&format!("the system of {:?} evaluates no rules\n", source.unwrap_or_default()));
        return ExitCode::FAILURE;
    };
    say(&text)
}

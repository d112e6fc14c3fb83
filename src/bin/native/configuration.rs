//! The configuration file of a command, or its faults in words.

use super::terminal::complain;
use super::zones::unknown;
use fourlights::config::{Config, Fault, FaultKind};
use fourlights::sources::read_config;
use std::path::Path;
use std::process::ExitCode;

/// Reads a file; complains of every fault at once.
pub fn load(file: &Path) -> Result<Config, ExitCode> {
    let text = std::fs::read(file).map_err(|error| report(&[missing(file, &error)]))?;
    let text = String::from_utf8_lossy(&text);
    let zones = unknown(&text);
    match read_config(&text) {
        Ok(config) if zones.is_empty() => Ok(config),
        Ok(_) => Err(report(&zones)),
        Err(faults) => Err(report(&[faults, zones].concat())),
    }
}

fn missing(file: &Path, error: &std::io::Error) -> Fault {
    let expected = "a configuration file that can be read";
    Fault::new(
        FaultKind::Missing,
        &file.display().to_string(),
        &error.to_string(),
        expected,
        "fourlights check public/fourlights.json",
    )
}

fn report(faults: &[Fault]) -> ExitCode {
    for fault in faults {
        complain(&format!("{fault}\n\n"));
    }
    complain(&format!("{} fault{}\n", faults.len(), if faults.len() == 1 { "" } else { "s" }));
    ExitCode::FAILURE
}

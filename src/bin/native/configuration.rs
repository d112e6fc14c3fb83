//! The configuration file of a command, or its faults in words.

use super::command::complain;
use fourlights::config::{Config, Fault, FaultKind, read};
use std::path::Path;
use std::process::ExitCode;

/// Reads a file; complains of every fault at once.
pub fn load(file: &Path) -> Result<Config, ExitCode> {
    let text = std::fs::read(file).map_err(|error| report(&[missing(file, &error)]))?;
    read(&String::from_utf8_lossy(&text)).map_err(|faults| report(&faults))
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

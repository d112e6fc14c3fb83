//! `fourlights import`: OpenSLO documents as entries of the configuration.

use super::terminal::{complain, say};
use fourlights::import::openslo::import;
use serde_json::Value;
use std::process::ExitCode;

/// Its lines of the usage.
pub const USAGE: &str =
    "  fourlights import FILE...      read OpenSLO v1 documents, print entries for a configuration
";

/// Reads all files together, for one may refer to another.
pub fn run(files: &[&str]) -> ExitCode {
    let mut documents: Vec<Value> = Vec::new();
    for file in files {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                complain(&format!("{file}: {error}\n"));
                return ExitCode::FAILURE;
            }
        };
        match serde_saphyr::from_multiple::<Value>(&text) {
            Ok(found) => documents.extend(found),
            Err(error) => {
                complain(&format!("{file} is not YAML: {error}\n"));
                return ExitCode::FAILURE;
            }
        }
    }
    let imported = import(&documents);
    for loss in &imported.losses {
        complain(&format!("{}: {}\n", loss.place, loss.what));
    }
    let n = imported.losses.len();
    complain(&format!("{} SLOs read, {n} loss{}\n", imported.n_slos, if n == 1 { "" } else { "es" }));
    say(&format!("{:#}\n", imported.entries));
    if imported.n_slos > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

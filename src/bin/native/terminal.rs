//! The clock and the streams of the terminal.

use fourlights::domain::time::Millis;
use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the epoch, by this machine's clock.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(0)
}

/// Prints; a closed pipe is the reader's choice and no error.
pub fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

/// Prints to the error stream.
pub fn complain(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).unwrap_or_default();
}
